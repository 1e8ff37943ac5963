//! The lines that may come unasked, and what each of them says.

use crate::program::Who;

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Nothing that a program could see, and nothing that the driver has to do anything about.
    Nothing,
    /// Nothing that a program could see; the driver may ask the module how things are.
    Hint,
    /// The same, but its line ends are not those of the family: behind a body it looks as if a byte of the
    /// body were missing, and then the driver says so.
    Misframed,
    /// The link of this socket has ended.
    Ends(Who),
    /// The module has started anew.
    Restart,
    /// The module has switched itself off.
    Off,
    /// The network has gone, and every link with it.
    NetworkGone,
    /// The module has lost the access point; its links end with that, which is said apart.
    AccessPointLost,
}

use Effect::{AccessPointLost, Ends, Hint, Misframed, NetworkGone, Nothing, Off, Restart};

/// A line with its line ends, and its effect.
pub(crate) type Line = (&'static [u8], Effect);

/// ESP-AT (esp-at.md §2.3, §2.5, §5, §6, §8.3, §14, §19). Links: 4 and 3 of the streams, 2 of the datagrams, 0
/// of the accepted connection, 1 of nobody.
pub(crate) const ESP_AT: &[Line] = &[
    (b"WIFI CONNECTED\r\n", AccessPointLost), // associated anew, without an address
    (b"WIFI GOT IP\r\n", Nothing),
    (b"WIFI GOT IPv6 LL\r\n", Nothing),
    (b"WIFI GOT IPv6 GL\r\n", Nothing),
    (b"+STA_CONNECTED:\"aa:bb:cc:dd:ee:ff\"\r\n", Nothing),
    (b"+DIST_STA_IP:\"aa:bb:cc:dd:ee:ff\",\"192.168.4.2\"\r\n", Nothing),
    (b"+STA_DISCONNECTED:\"aa:bb:cc:dd:ee:ff\"\r\n", Nothing),
    (b"+TIME_UPDATED\r\n", Nothing),
    (b"\r\n+QUITT\r\n", Nothing),
    (b"Have 2 Connections\r\n", Nothing),
    (b"NO CERT FOUND\r\n", Nothing),
    // of the module's log, where it shares the line (Q35)
    (b"to read 41 bytes\r\n", Nothing),
    (b"local port:2390\r", Misframed),
    (b"link is not valid\r\n", Nothing),
    (b"no change\r\n", Nothing),
    (b"\r\r\n\r\n\n", Misframed),
    (b"+FOO: \"OK\",1\r\n", Nothing),
    // of other families
    (b"\r\nRING\r\n", Nothing),
    (b"\r\nRDY\r\n", Nothing),
    (b"\r\n+QIURC: \"closed\",4\r\n", Nothing),
    (b"\r\n+CME ERROR: 3\r\n", Nothing),
    // hints are not believed
    (b"\r\n+IPD,4,1460\r\n", Hint),
    (b"\r\n+IPD,3,1\r\n", Hint),
    (b"\r\n+IPD,0,5\r\n", Hint),
    (b"\r\n+IPD,2,20\r\n", Hint),
    (b"\r\n+IPD,1,7\r\n", Hint),
    // links of nobody, or of none
    (b"1,CLOSED\r\n", Nothing),
    (b"CLOSED\r\n", Nothing),
    (b"7,CLOSED\r\n", Nothing),
    // data that nobody asked for, and that belong to nobody
    (b"\r\n+IPD,1,13:\r\nready\r\nOK\r\n", Hint),
    (b"4,CLOSED\r\n", Ends(Who::A)),
    (b"3,CLOSED\r\n", Ends(Who::B)),
    (b"0,CLOSED\r\n", Ends(Who::L)),
    (b"WIFI DISCONNECT\r\n", AccessPointLost),
    (b"\r\nready\r\n", Restart),
];

/// Quectel's newer modules (quectel.md §2.1, §8). Links: 0 and 1 of the streams, 2 of the datagrams, 3 of the
/// listener, 11 of the accepted connection.
pub(crate) const QUECTEL: &[Line] = &[
    (b"\r\n+CFUN: 1\r\n", Nothing),
    (b"\r\n+CPIN: READY\r\n", Nothing),
    (b"\r\n+QUSIM: 1\r\n", Nothing),
    (b"\r\n+QIND: SMS DONE\r\n", Nothing),
    (b"\r\n+QIND: \"csq\",20,99\r\n", Nothing),
    (b"\r\nCall Ready\r\n", Nothing),
    (b"\r\n+CREG: 1,\"5B2F\",\"0A1B2C3D\",8\r\n", Nothing),
    (b"\r\n+CEREG: 5\r\n", Nothing),
    (b"\r\n+CGEV: ME PDN ACT 1\r\n", Nothing),
    (b"\r\n+CTZV: +8\r\n", Nothing),
    (b"\r\nRING\r\n", Nothing),
    (b"\r\nNO CARRIER\r\n", Nothing),
    (b"\r\n+CUSD: 0,\"OK\",15\r\n", Nothing),
    (b"\r\n+CMTI: \"ME\",3\r\n", Nothing),
    // the second line belongs to the message
    (b"\r\n+CMT: \"+491701234567\",,\"26/01/01,10:00:00+04\"\r\nOK\r\n", Nothing),
    (b"\r\n+CMT: \"+491701234567\",29\r\n+QIURC: \"closed\",0\r\n", Nothing),
    (b"\r\n+CMT: \"+491701234567\",29\r\n> RDY\r\n", Nothing),
    (b"\r\n+QPING: 569\r\n", Nothing),
    (b"\r\n+QNTP: 0,\"2026/01/01,00:00:00+08\"\r\n", Nothing),
    (b"\r\n+QIURC: \"incoming full\"\r\n", Nothing),
    (b"\r\n+QIURC: \"pdpdeact\",3\r\n", Nothing),
    (b"\r\n+QSSLURC: \"closed\",0\r\n", Nothing),
    (b"\r\nUNDER_VOLTAGE WARNING\r\n", Nothing),
    (b"\r\n^HCSQ: \"LTE\",30\r\n", Nothing),
    (b"\r\n+FOO: \"OK\",1\r\n", Nothing),
    (b"\r\r\n\r\n\n", Misframed),
    // of other families
    (b"ready\r\n", Misframed),
    (b"WIFI DISCONNECT\r\n", Misframed),
    (b"0,CLOSED\r\n", Misframed),
    (b"\r\n+CADATAIND: 0\r\n", Nothing),
    (b"\r\n+CASTATE: 0,0\r\n", Nothing),
    // hints are not believed
    (b"\r\n+QIURC: \"recv\",0\r\n", Hint),
    (b"\r\n+QIURC:\"recv\",1\r\n", Hint),
    (b"\r\n+QIURC: \"recv\",2\r\n", Hint),
    (b"\r\n+QIURC: \"recv\",11\r\n", Hint),
    (b"\r\n+QIURC: \"recv\",7\r\n", Hint),
    // links of nobody
    (b"\r\n+QIURC: \"closed\",7\r\n", Nothing),
    (b"\r\n+QIOPEN: 7,566\r\n", Nothing),
    (b"\r\n+QIURC: \"closed\",0\r\n", Ends(Who::A)),
    (b"\r\n+QIURC: \"closed\",1\r\n", Ends(Who::B)),
    (b"\r\n+QIURC: \"closed\",2\r\n", Ends(Who::U)),
    (b"\r\n+QIURC: \"closed\",11\r\n", Ends(Who::L)),
    (b"\r\n+QIURC: \"pdpdeact\",1\r\n", NetworkGone),
    (b"\r\nRDY\r\n", Restart),
    (b"\r\nPOWERED DOWN\r\n", Off),
    (b"\r\nPSM POWER DOWN\r\n", Off),
];

/// SIMCom (quectel.md §15.2). Links: 0 and 1 of the streams.
pub(crate) const SIMCOM: &[Line] = &[
    (b"\r\n+CFUN: 1\r\n", Nothing),
    (b"\r\n+CPIN: READY\r\n", Nothing),
    (b"\r\nSMS Ready\r\n", Nothing),
    (b"\r\n+CEREG: 5\r\n", Nothing),
    (b"\r\nRING\r\n", Nothing),
    (b"\r\n+CMT: \"+491701234567\",29\r\nOK\r\n", Nothing),
    (b"\r\n+APP PDP: 3,DEACTIVE\r\n", Nothing),
    (b"\r\n+FOO: \"OK\",1\r\n", Nothing),
    (b"\r\n+QIURC: \"closed\",0\r\n", Nothing),
    (b"\r\nSEND OK\r\n", Nothing),
    (b"ready\r\n", Misframed),
    (b"\r\n+CADATAIND: 0\r\n", Hint),
    (b"\r\n+CADATAIND: 1\r\n", Hint),
    (b"\r\n+CADATAIND: 7\r\n", Hint),
    (b"\r\n+CASTATE: 7,0\r\n", Hint),
    (b"\r\n+CASTATE: 0,0\r\n", Ends(Who::A)),
    (b"\r\n+CASTATE: 1,0\r\n", Ends(Who::B)),
    (b"\r\n+APP PDP: 0,DEACTIVE\r\n", NetworkGone),
    (b"\r\nRDY\r\n", Restart),
    (b"\r\nNORMAL POWER DOWN\r\n", Off),
];
