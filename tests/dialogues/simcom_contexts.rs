//! Contexts of SIMCom's modules, as dialogues (quectel.md §15.2): asked for, dropped, and got back.

use crate::script::cellular::{SETUP_SIM7080, connected, play_simcom};
use usocket::Error;
use usocket::network::Cellular;

use super::simcom::{OPEN, idle};

#[test]
fn a_context_is_asked_for_in_two_stages_and_its_coming_is_made_sure_of() {
    let down = SETUP_SIM7080.replace("+CNACT: 0,1,\"10.1.2.3\"", "+CNACT: 0,0,\"0.0.0.0\"");
    let dialogue = r#"
        → AT+CPIN?\r
        ← \r\n+CPIN: READY\r\n\r\nOK\r\n
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",7\r\n\r\nOK\r\n
        → AT+CNACT=0,0\r
        ← \r\nERROR\r\n
        → AT+CASTATE?\r
        ← \r\nOK\r\n
        → AT+CNCFG=0,1,"internet","me","secret",1\r
        ← \r\nOK\r\n
        → AT+CNACT=0,1\r
        ← \r\nOK\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,2,"0.0.0.0"\r\n\r\nOK\r\n
        … 500
        ← \r\n+APP PDP: 0,ACTIVE\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,1,"10.1.2.3"\r\n\r\nOK\r\n
        → AT+CNACT=0,0\r
        ← \r\nOK\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,1,"10.1.2.3"\r\n\r\nOK\r\n
        ← \r\n+APP PDP: 0,DEACTIVE\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,0,"0.0.0.0"\r\n\r\nOK\r\n
        → AT+CASTATE?\r
        ← \r\nOK\r\n
    "#;
    play_simcom(&[&down, dialogue], |modem, _| {
        let lte = Cellular::new(modem);
        lte.connect("internet", "me", "secret").unwrap();
        assert_eq!(lte.isconnected(), Ok(true));
        lte.disconnect().unwrap();
        assert_eq!(lte.isconnected(), Ok(false));
        idle(modem, 10_000);
    });
}

#[test]
fn a_context_that_the_network_drops_is_got_back() {
    let dialogue = r#"
        ← \r\n+CASTATE: 0,0\r\n\r\n+APP PDP: 0,DEACTIVE\r\n
        … 200
        → AT+CNACT=0,0\r
        ← \r\nERROR\r\n
        → AT+CASTATE?\r
        ← \r\n+CASTATE: 0,0\r\n\r\nOK\r\n
        → AT+CACLOSE=0\r
        ← \r\nOK\r\n
        → AT+CNACT=0,1\r
        ← \r\nOK\r\n\r\n+APP PDP: 0,ACTIVE\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,1,"10.1.2.4"\r\n\r\nOK\r\n
        → AT+CAOPEN=1,0,"TCP","220.180.239.212",8009\r
        ← \r\n+CAOPEN: 1,0\r\n\r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NetworkDown));
        idle(modem, 3000);
        std::mem::forget(connected(modem));
        std::mem::forget(sock);
    });
}

/// quectel.md §3.1; the word that the module is registered again is lost.
#[test]
fn a_module_without_network_is_asked_in_all_domains_before_a_context_is_tried() {
    let dialogue = r#"
        ← \r\n+CEREG: 0\r\n\r\n+APP PDP: 0,DEACTIVE\r\n
        … 200
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,0\r\n\r\nOK\r\n
        → AT+CGREG?\r
        ← \r\nERROR\r\n
        → AT+CREG?\r
        ← \r\n+CREG: 2,5,"5B2F","0A1B2C3D",3\r\n\r\nOK\r\n
        → AT+CNACT=0,0\r
        ← \r\nERROR\r\n
        → AT+CASTATE?\r
        ← \r\nOK\r\n
        → AT+CNACT=0,1\r
        ← \r\nOK\r\n\r\n+APP PDP: 0,ACTIVE\r\n
        → AT+CNACT?\r
        ← \r\n+CNACT: 0,1,"10.1.2.4"\r\n\r\nOK\r\n
    "#;
    play_simcom(&[SETUP_SIM7080, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NetworkDown));
        idle(modem, 3000);
        assert_eq!(Cellular::new(modem).isconnected(), Ok(true));
        std::mem::forget(sock);
    });
}
