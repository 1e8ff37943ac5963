//! What dialogues with cellular modules share: the driver on each family, the setup of a BG96, and sockets.

use usocket::clock::Clock;
use usocket::{AF_INET, Memory, Modem, Network, Quectel, SOCK_STREAM, SimCom, Socket, socket};

use super::Script;
use super::cuts::every_cut;

/// What the driver writes to bring up a BG96 that has a context, and the answers (quectel.md §2.5).
pub(crate) const SETUP_BG96: &str = r#"
→ AT\r
← AT\r\r\nOK\r\n
→ ATE0\r
← ATE0\r\r\nOK\r\n
→ AT+CMEE=1\r
← \r\nOK\r\n
→ AT+CGMM\r
← \r\nBG96\r\n\r\nOK\r\n
→ AT+QISDE=0\r
← \r\nOK\r\n
→ AT+QICFG="dataformat",0,0\r
← \r\nOK\r\n
→ AT+QICFG="viewmode",0\r
← \r\nOK\r\n
→ AT+QICFG="recvind",0\r
← \r\nERROR\r\n
→ AT+CEREG=2\r
← \r\nOK\r\n
→ AT+CGREG=2\r
← \r\nOK\r\n
→ AT+CREG=2\r
← \r\nOK\r\n
→ AT+CTZU=1\r
← \r\nOK\r\n
→ AT+QISTATE?\r
← \r\nOK\r\n
→ AT+QIACT?\r
← \r\n+QIACT: 1,1,1,"10.7.157.1"\r\n\r\nOK\r\n
→ AT+QICSGP=1\r
← \r\n+QICSGP: 1,"internet","","",0\r\n\r\nOK\r\n
"#;

/// The same of a SIM7080.
pub(crate) const SETUP_SIM7080: &str = r#"
→ AT\r
← AT\r\r\nOK\r\n
→ ATE0\r
← ATE0\r\r\nOK\r\n
→ AT+CMEE=1\r
← \r\nOK\r\n
→ AT+CEREG=2\r
← \r\nOK\r\n
→ AT+CGREG=2\r
← \r\nOK\r\n
→ AT+CREG=2\r
← \r\nOK\r\n
→ AT+CASTATE?\r
← \r\nOK\r\n
→ AT+CNACT?\r
← \r\n+CNACT: 0,1,"10.1.2.3"\r\n+CNACT: 1,0,"0.0.0.0"\r\n
← +CNACT: 2,0,"0.0.0.0"\r\n+CNACT: 3,0,"0.0.0.0"\r\n\r\nOK\r\n
"#;

/// After a restart that nobody had asked for, the setup ends with a question whether it took effect.
pub(crate) const CHECK: &str = r#"
→ AT+CEREG?\r
← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",8\r\n\r\nOK\r\n
"#;

/// The driver connects socket 0 of a Quectel module to [`PEER`].
pub(crate) const OPEN: &str = r#"
→ AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
"#;

/// It closes that socket.
pub(crate) const CLOSE: &str = r#"
→ AT+QICLOSE=0\r
← \r\nOK\r\n
"#;

/// Where sockets are connected to.
pub(crate) const PEER: ([u8; 4], u16) = ([220, 180, 239, 212], 8009);

/// [`SETUP_BG96`] without the first call.
pub(crate) fn setup() -> String {
    SETUP_BG96.replacen("→ AT\\r\n← AT\\r\\r\\nOK\\r\\n\n", "", 1)
}

/// The same of a module that is set up once more: its context is known.
pub(crate) fn setup_again() -> String {
    setup().split("→ AT+QICSGP=1").next().unwrap().to_owned()
}

/// The opening of socket 0, such as [`OPEN`], with the next id.
pub(crate) fn open_next(open: &str) -> String {
    open.replace("1,0,", "1,1,").replace("QIOPEN: 0", "QIOPEN: 1")
}

/// The driver on a scripted Quectel module.
pub(crate) type QuectelModem<'b> = Modem<'b, Quectel, Script, Script>;

/// The same as [`play`](super::play) on a Quectel module.
pub(crate) fn play_quectel(parts: &[&str], program: impl Fn(&QuectelModem<'_>, &Script)) {
    every_cut(parts, |script| {
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::quectel(script.clone(), script.clone(), &mut memory);
        program(&modem, script);
    });
}

/// The driver on a scripted SIMCom module.
pub(crate) type SimComModem<'b> = Modem<'b, SimCom, Script, Script>;

/// The same as [`play`](super::play) on a SIMCom module.
pub(crate) fn play_simcom(parts: &[&str], program: impl Fn(&SimComModem<'_>, &Script)) {
    every_cut(parts, |script| {
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::simcom(script.clone(), script.clone(), &mut memory);
        program(&modem, script);
    });
}

/// Lets the driver go on by itself.
pub(crate) fn idle(modem: &QuectelModem<'_>, ms: u32) {
    for _ in 0..ms {
        modem.poll().unwrap();
        modem.clock().pause();
    }
}

/// A socket that is connected to [`PEER`].
pub(crate) fn connected<N: Network>(net: &N) -> Socket<'_> {
    let sock = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect(PEER).unwrap();
    sock
}
