//! What goes wrong, as data: faults of the line, of the module and of the network.

use embedded_io::ErrorKind;
use usocket_simulator::Disturbance;

/// One fault, now or at the next occasion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A line comes unasked, before or behind the next write with this text.
    Before {
        text: &'static str,
        line: &'static str,
    },
    After {
        text: &'static str,
        line: &'static str,
    },
    /// The next write with this text is lost, comes twice, or late.
    Lose {
        text: &'static str,
    },
    Twice {
        text: &'static str,
    },
    Late {
        text: &'static str,
        ms: u32,
    },
    /// The module restarts inside the next write with this text.
    ResetIn {
        text: &'static str,
        at: u16,
    },
    /// It restarts now, perhaps with noise before its first word.
    Reset {
        noise: bool,
    },
    /// It restarts when it has heard so many bytes more: in a command, in a payload, or in between.
    ResetHearing {
        after: u16,
    },
    /// It restarts again and again, each time so many ms after the last.
    BrownOut {
        gaps: [u16; 5],
    },
    Busy {
        command: &'static str,
        executes: bool,
    },
    SendsFail {
        count: u8,
    },
    /// The module does not hear the host.
    Deaf {
        ms: u16,
    },
    /// The access points or the network go away, and come back.
    NetworkGone {
        ms: u32,
    },
    ContextGone,
    LookupsFail {
        ms: u32,
    },
    PowerOff {
        ms: u32,
        key: bool,
    },
    BootTakes {
        ms: u16,
    },
    OpensUnanswered {
        count: u8,
    },
    Habit {
        number: u8,
    },
    /// The line damages a byte of what the host writes, of what the module writes, or of a body.
    HostByte {
        after: u16,
        what: Disturbance,
    },
    ModuleByte {
        after: u16,
        what: Disturbance,
    },
    BodyByte {
        at: u16,
        what: Disturbance,
    },
    /// Received bytes are lost, and the UART says so or not.
    Overrun {
        after: u16,
        lost: u16,
        report: Option<ErrorKind>,
    },
}

impl Fault {
    /// The name of its kind.
    pub(crate) fn name(&self) -> String {
        let text = format!("{self:?}");
        text.split(' ').next().unwrap_or_default().to_owned()
    }
}

/// How a counted body begins, by family.
pub(crate) fn body_text(profile: &str) -> &'static str {
    match profile {
        _ if profile.starts_with("quectel") => "+QIRD: ",
        _ if profile.starts_with("simcom") => "+CARECV: ",
        _ => "+CIPRECVDATA",
    }
}

/// What a module family says and hears, in and around which something can happen.
pub(crate) struct Words {
    /// What it writes.
    pub(crate) writes: &'static [&'static str],
    /// Of these, what can be lost without anybody being able to know: not those that say that the
    /// network or the module is gone.
    pub(crate) losable: &'static [&'static str],
    /// What can come twice: notices, ends, results.
    pub(crate) doubled: &'static [&'static str],
    /// Lines that mean nothing to a socket, though some look as if they did.
    pub(crate) foreign: &'static [&'static str],
    /// Commands that may be answered `busy`.
    pub(crate) busy: &'static [&'static str],
}

pub(crate) const ESP_AT: Words = Words {
    writes: &[
        "OK\r\n",
        "+CIPRECVDATA",
        "+CIPRECVLEN:",
        "Recv ",
        "SEND OK",
        "+CIPSTAT",
        "+IPD",
        ">",
        ",CONNECT",
        ",CLOSED",
        "busy",
        "ready",
        "ATE0",
    ],
    losable: &[
        "+IPD",
        "+IPD",
        "+IPD",
        "+CIPRECVLEN:",
        "Recv ",
        "SEND OK",
        ">",
        "OK\r\n",
        ",CLOSED",
        ",CONNECT",
    ],
    doubled: &["+IPD", ",CLOSED", "SEND OK", "Recv ", "+CIPRECVLEN:"],
    foreign: &[
        "WIFI GOT IP\r\n",
        "+FOO:\"OK\",1\r\n",
        "to read 41 bytes\r\n",
        "+STA_CONNECTED:\"aa:bb:cc:dd:ee:ff\"\r\n",
        "+DIST_STA_IP:\"aa:bb:cc:dd:ee:ff\",\"192.168.4.2\"\r\n",
        "\r\n+IPD,9,5\r\n",
        "9,CLOSED\r\n",
        "[Info] OK: 0\r\n",
    ],
    busy: &[
        "AT+CIPSEND",
        "AT+CIPRECVDATA",
        "AT+CIPSTART",
        "AT+CIPCLOSE",
        "AT+CIPRECVLEN",
        "AT+CIPSTA",
        "AT+CIPSERVER",
        "AT+CIPDOMAIN",
    ],
};

pub(crate) const CELLULAR: Words = Words {
    writes: &[
        "OK\r\n",
        "\r\n+QIRD: ",
        "\r\n>",
        "\r\nSEND OK",
        "+QIURC: \"recv\"",
        "+QIURC: \"closed\"",
        "+QIURC: \"incoming\"",
        "+QIURC: \"dnsgip\"",
        "+QIOPEN: ",
        "+QISTATE: ",
        "+CEREG: ",
        "ERROR\r\n",
        "+CARECV: ",
        "+CADATAIND",
        "CONNECT OK",
        "+QIRDI: ",
        "ATE0",
        "RDY",
    ],
    losable: &[
        "\r\n+QIURC: \"recv\"",
        "\r\n+QIURC: \"recv\"",
        "\r\n+QIURC: \"closed\"",
        "\r\n+QIURC: \"incoming\"",
        "\r\n+QIOPEN: ",
        "\r\n+QIRD: ",
        "\r\nSEND OK",
        "\r\n>",
        "OK\r\n",
        "+CADATAIND",
        "+CARECV: ",
    ],
    doubled: &[
        "\r\n+QIURC: \"recv\"",
        "\r\n+QIURC: \"closed\"",
        "\r\nSEND OK",
        "\r\n+QIOPEN: ",
        "+CADATAIND",
        "+QIRDI: ",
    ],
    foreign: &[
        "\r\n+FOO: \"OK\",1\r\n",
        "\r\n+CMT: \"+491701234567\",,\"26/01/01,10:00:00+04\"\r\nOK\r\n",
        "\r\n+CMT: \"+491701234567\",,\"26/01/01,10:00:00+04\"\r\n> ERROR\r\n",
        "\r\n+CMT: \"+491701234567\",29\r\n+QIURC: \"closed\",0\r\n",
        "\r\n+CMTI: \"ME\",3\r\n",
        "\r\nRING\r\n",
        "\r\nNO CARRIER\r\n",
        "\r\n+CREG: 2\r\n",
        "\r\n+CGREG: 0\r\n",
        "\r\n+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8\r\n",
        "\r\n+QIND: SMS DONE\r\n",
        "\r\n+QIND: \"csq\",20,99\r\n",
        "\r\n+CPIN: READY\r\n",
        "\r\n+QIURC: \"pdpdeact\",3\r\n",
        "\r\n+QIURC: \"incoming full\"\r\n",
        "\r\n+QIURC: \"recv\",11\r\n",
    ],
    busy: &[],
};
