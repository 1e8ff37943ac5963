//! NB-IoT and old GSM modules of Quectel, as dialogues (quectel.md §7, §9, T29, T30).

use crate::script;
use crate::script::cellular::play_quectel;
use usocket::network::{Cellular, QuectelFamily};
use usocket::{AF_INET, Error, Memory, Modem, SOCK_DGRAM, SOCK_STREAM, getaddrinfo, socket};

const SETUP_BC66: &str = r#"
    → AT\r
    ← AT\r\r\nOK\r\n
    → ATE0\r
    ← ATE0\r\r\nOK\r\n
    → AT+CMEE=1\r
    ← \r\nOK\r\n
    → AT+CGMM\r
    ← \r\nBC66\r\n\r\nOK\r\n
    → AT+QICFG="dataformat",0,0\r
    ← \r\nOK\r\n
    → AT+QICFG="showlength",0\r
    ← \r\nOK\r\n
    → AT+CEREG=2\r
    ← \r\nOK\r\n
    → AT+CGREG=2\r
    ← \r\nERROR\r\n
    → AT+CREG=2\r
    ← \r\nERROR\r\n
    → AT+CTZU=1\r
    ← \r\nOK\r\n
    → AT+QSCLK=0\r
    ← \r\nOK\r\n
    → AT+QISTATE?\r
    ← \r\n+QISTATE: 3,"TCP","192.0.2.5",7,4100,2,1,0\r\n\r\nOK\r\n
    → AT+QICLOSE=3\r
    ← \r\nOK\r\n\r\nCLOSE OK\r\n
    → AT+CGPADDR=1\r
    ← \r\n+CGPADDR: 1,10.1.2.3\r\n\r\nOK\r\n
"#;

const SETUP_M95: &str = r#"
    → AT\r
    ← AT\r\r\nOK\r\n
    → ATE0\r
    ← ATE0\r\r\nOK\r\n
    → AT+CMEE=1\r
    ← \r\nOK\r\n
    → AT+CGMM\r
    ← \r\nQuectel_M95\r\n\r\nOK\r\n
    → AT+QISDE=0\r
    ← \r\nOK\r\n
    → AT+CGREG=2\r
    ← \r\nOK\r\n
    → AT+CREG=2\r
    ← \r\nOK\r\n
    → AT+CTZU=1\r
    ← \r\nERROR\r\n
    → AT+QIFGCNT=0\r
    ← \r\nOK\r\n
    → AT+QIMODE=0\r
    ← \r\nOK\r\n
"#;

const SETUP_M95_REST: &str = r#"
    → AT+QISRVC=1\r
    ← \r\nERROR\r\n
    → AT+QINDI=1\r
    ← \r\nOK\r\n
    → AT+QIDNSIP=0\r
    ← \r\nOK\r\n
    → AT+QILOCIP\r
    ← \r\nERROR\r\n
"#;

const ADDRESS_BC66: &str = r#"
    → AT+CGPADDR=1\r
    ← \r\n+CGPADDR: 1,10.1.2.3\r\n\r\nOK\r\n
"#;

#[test]
fn on_nb_iot_modules_ok_is_not_the_end_of_a_send_or_of_a_close() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","192.0.2.5",7,0,0\r
        ← \r\nOK\r\n
        … 500
        ← \r\n+QIOPEN: 0,0\r\n
        → AT+QISEND=0,5\r
        ← \r\n> 
        → hello
        ← \r\nOK\r\n
        … 50
        ← \r\nSEND OK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
        … 50
        ← \r\nCLOSE OK\r\n
    "#;
    play_quectel(&[SETUP_BC66, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect(([192, 0, 2, 5], 7)).unwrap();
        assert_eq!(sock.send(b"hello"), Ok(5));
        let mut buf = [0; 16];
        assert_eq!(sock.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"hello");
        sock.close().unwrap();
        assert_eq!(modem.family(), Some(QuectelFamily::Bc26));
    });
}

#[test]
fn what_an_nb_iot_module_has_lost_is_an_error() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","192.0.2.5",7,0,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 3,509\r\nabc\r\n\r\nOK\r\n\r\n+QIURC: "recv",0,"buff full"\r\n
    "#;
    play_quectel(&[SETUP_BC66, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect(([192, 0, 2, 5], 7)).unwrap();
        let mut buf = [0; 16];
        assert_eq!(sock.recv(&mut buf), Ok(3));
        assert_eq!(sock.recv(&mut buf), Err(Error::DataLost));
        std::mem::forget(sock);
    });
}

#[test]
fn datagram_links_with_one_peer_follow_whoever_is_sent_to() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"UDP","192.0.2.5",7,5000,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
        → AT+QISEND=0,3\r
        ← \r\n> 
        → abc
        ← \r\nOK\r\n\r\nSEND OK\r\n
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,1024\r
        ← \r\n+QIRD: 2\r\nhi\r\n\r\nOK\r\n
        → AT+QIRD=0,1024\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n\r\nCLOSE OK\r\n
        → AT+QIOPEN=1,1,"UDP","192.0.2.6",8,5000,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 1,0\r\n
        → AT+QISEND=1,3\r
        ← \r\n> 
        → def
        ← \r\nOK\r\n\r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BC66, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        sock.bind(([0, 0, 0, 0], 5000)).unwrap();
        assert_eq!(sock.sendto(b"abc", ([192, 0, 2, 5], 7)), Ok(3));
        assert!(!modem.capabilities().udp_unconnected);
        assert_eq!(sock.getpeername(), Err(Error::NotConnected));
        let mut buf = [0; 16];
        assert_eq!(sock.recvfrom(&mut buf), Ok((2, "192.0.2.5:7".parse().unwrap())));
        modem.poll().unwrap();
        modem.poll().unwrap();
        assert_eq!(sock.sendto(b"def", ([192, 0, 2, 6], 8)), Ok(3));
        std::mem::forget(sock);
    });
}

#[test]
fn an_nb_iot_module_has_no_server() {
    play_quectel(&[SETUP_BC66, ADDRESS_BC66], |modem, _| {
        assert_eq!(Cellular::new(modem).isconnected(), Ok(true));
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.listen(1), Err(Error::NotSupported));
    });
}

#[test]
fn an_old_gsm_module_connects_sends_receives_and_closes_in_its_own_words() {
    let multiplex = r#"
        → AT+QIMUX=1\r
        ← \r\nOK\r\n
    "#;
    let dialogue = r#"
        → AT+QIOPEN=1,"TCP","93.184.216.34",80\r
        ← \r\nOK\r\n
        … 700
        ← \r\n1, CONNECT OK\r\n
        → AT+QISEND=1,4\r
        ← \r\n> 
        → ping
        ← \r\nSEND OK\r\n
        → AT+QIRD=0,1,1,64\r
        ← \r\nOK\r\n
        ← \r\n+QIRDI: 0,1,1,1,4,4\r\n
        → AT+QIRD=0,1,1,64\r
        ← \r\n+QIRD: 93.184.216.34:80,TCP,4\r\npong\r\nOK\r\n
        → AT+QIRD=0,1,1,64\r
        ← \r\nOK\r\n
        ← \r\n1, CLOSED\r\n
        → AT+QIRD=0,1,1,64\r
        ← \r\nOK\r\n
        → AT+QICLOSE=1\r
        ← \r\n1, CLOSE OK\r\n
    "#;
    let first = r#"
        → AT+QIOPEN=0,"TCP","93.184.216.34",81\r
        ← \r\nOK\r\n
        ← \r\n0, CONNECT FAIL\r\n
        → AT+QICLOSE=0\r
        ← \r\n0, CLOSE OK\r\n
    "#;
    let parts = [SETUP_M95, multiplex, SETUP_M95_REST, first, dialogue];
    play_quectel(&parts, |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(([93, 184, 216, 34], 81)), Err(Error::ConnectionRefused));
        sock.connect(([93, 184, 216, 34], 80)).unwrap();
        assert_eq!(sock.send(b"ping"), Ok(4));
        let mut buf = [0; 16];
        assert_eq!(sock.recv(&mut buf), Ok(4));
        assert_eq!(&buf[..4], b"pong");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        sock.close().unwrap();
        assert_eq!(modem.family(), Some(QuectelFamily::M95));
    });
}

#[test]
fn an_old_gsm_module_whose_stack_runs_is_stopped_before_it_takes_several_sockets() {
    let multiplex = r#"
        → AT+QIMUX=1\r
        ← \r\nERROR\r\n
        → AT+QIDEACT\r
        ← \r\nDEACT OK\r\n
        → AT+QIMUX=1\r
        ← \r\nOK\r\n
    "#;
    let lookups = r#"
        → AT+QIDNSGIP="example.com"\r
        ← \r\nOK\r\n
        … 900
        ← \r\n93.184.216.34\r\n
        → AT+QIDNSGIP="nosuch.invalid"\r
        ← \r\nOK\r\n
        ← \r\nERROR: 565\r\n
    "#;
    play_quectel(&[SETUP_M95, multiplex, SETUP_M95_REST, lookups], |modem, _| {
        let found = getaddrinfo(modem, "example.com", 80).unwrap()[0].sockaddr;
        assert_eq!(found, "93.184.216.34:80".parse().unwrap());
        assert_eq!(getaddrinfo(modem, "nosuch.invalid", 80), Err(Error::Dns(-2)));
    });
}

#[test]
fn an_old_gsm_module_is_led_to_its_context_and_asked_for_its_address() {
    let multiplex = r#"
        → AT+QIMUX=1\r
        ← \r\nOK\r\n
    "#;
    let attach = r#"
        → AT+CPIN?\r
        ← \r\n+CPIN: READY\r\n\r\nOK\r\n
        → AT+CEREG?\r
        ← \r\nERROR\r\n
        → AT+CGREG?\r
        ← \r\n+CGREG: 2,1,"5B2F","0A1B"\r\n\r\nOK\r\n
        → AT+QIDEACT\r
        ← \r\nDEACT OK\r\n
        → AT+QICSGP=1,"internet","user","secret"\r
        ← \r\nOK\r\n
        → AT+QIREGAPP\r
        ← \r\nOK\r\n
        → AT+QIACT\r
        … 3000
        ← \r\nOK\r\n
        → AT+QILOCIP\r
        ← \r\n10.12.0.7\r\n
        → AT+QILOCIP\r
        ← \r\n10.12.0.7\r\n
    "#;
    play_quectel(&[SETUP_M95, multiplex, SETUP_M95_REST, attach], |modem, _| {
        let gsm = Cellular::new(modem);
        gsm.connect("internet", "user", "secret").unwrap();
        assert_eq!(gsm.isconnected(), Ok(true));
        assert_eq!(gsm.ifconfig().unwrap().address.octets(), [10, 12, 0, 7]);
    });
}

#[test]
fn a_program_that_knows_the_family_needs_no_name() {
    let setup = SETUP_BC66.replace("BC66", "SOMETHING NEW");
    script::cuts::every_cut(&[&setup, ADDRESS_BC66], |script| {
        let mut memory = Memory::<1, 64, 32>::new();
        let family = QuectelFamily::Bc26;
        let modem = Modem::quectel_family(script.clone(), script.clone(), &mut memory, family);
        assert_eq!(Cellular::new(&modem).isconnected(), Ok(true));
    });
}

#[test]
fn a_module_that_cannot_hold_data_is_refused_rather_than_trusted() {
    let setup = r#"
        → AT\r
        ← AT\r\r\nOK\r\n
        → ATE0\r
        ← ATE0\r\r\nOK\r\n
        → AT+CMEE=1\r
        ← \r\nOK\r\n
        → AT+CGMM\r
        ← \r\nBC260Y-CN\r\n\r\nOK\r\n
    "#;
    play_quectel(&[setup], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(([192, 0, 2, 5], 7)), Err(Error::NotSupported));
    });
}
