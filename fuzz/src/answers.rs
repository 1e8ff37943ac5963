//! What a module of the input says when it does as it is told, and what it says unasked.

/// The kind of module that is played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    EspAt,
    Quectel,
    Gsm,
    NbIot,
    SimCom,
}

/// Beginnings of commands, and the lines between them and their `OK`.
type Table = &'static [(&'static str, &'static str)];

const ESP_AT: Table = &[
    (
        "AT+CIPSTA?",
        "+CIPSTA:ip:\"10.0.0.7\"\r\n+CIPSTA:gateway:\"10.0.0.1\"\r\n+CIPSTA:netmask:\"255.255.255.0\"\r\n",
    ),
    ("AT+CIPMUX?", "+CIPMUX:1\r\n"),
    ("AT+CWSTATE?", "+CWSTATE:2,\"net\"\r\n"),
    ("AT+CWMODE?", "+CWMODE:1\r\n"),
    ("AT+CWJAP", "WIFI CONNECTED\r\nWIFI GOT IP\r\n"),
    ("AT+CIPDOMAIN=", "+CIPDOMAIN:\"93.184.216.34\"\r\n"),
    ("AT+CIPDNS?", "+CIPDNS:1,\"8.8.8.8\",\"1.1.1.1\"\r\n"),
    ("AT+CWHOSTNAME?", "+CWHOSTNAME:espressif\r\n"),
    ("AT+CIPSTAMAC?", "+CIPSTAMAC:\"30:ae:a4:80:06:49\"\r\n"),
    ("AT+CWLAP", "+CWLAP:(3,\"net\",-61,\"ca:d7:19:d8:a6:44\",6,-1,-1,4,4,7,0)\r\n"),
    ("AT+CIPSERVER?", "+CIPSERVER:1,80,\"TCP\",0\r\n"),
    ("AT+CIPTCPOPT?", "+CIPTCPOPT:0,-1,0,0,0\r\n"),
];

/// Versions of ESP-AT; the commands differ.
const VERSIONS: [&str; 5] = [
    "AT version:4.1.0.0-dev(s-6eebeb4 - ESP32C3 - Mar 20 2024 12:33:38)\r\nBin version:v4.1.0\r\n",
    "AT version:3.2.0.0(s-ec2dec2 - ESP32 - Aug 20 2023 07:19:44)\r\n",
    "AT version:2.2.2.0(s-b097cdf - ESP8266 - Jun 17 2024 12:57:45)\r\n",
    "AT version:1.7.1.0(Jul 15 2019 16:58:04)\r\n",
    "AT version:5.0.0.0(s-0000000 - ESP32C6 - Jan  1 2025 00:00:00)\r\n",
];

const CELLULAR: Table = &[
    ("AT+CFUN?", "\r\n+CFUN: 1\r\n"),
    ("AT+CPIN?", "\r\n+CPIN: READY\r\n"),
    ("AT+CEREG?", "\r\n+CEREG: 2,1,\"5B2F\",\"0A1B2C3D\",8\r\n"),
    ("AT+CGREG?", "\r\n+CGREG: 2,1,\"5B2F\",\"0A1B2C3D\",8\r\n"),
    ("AT+CREG?", "\r\n+CREG: 2,1,\"5B2F\",\"0A1B2C3D\",8\r\n"),
    ("AT+COPS?", "\r\n+COPS: 0,0,\"Test PLMN\",8\r\n"),
    ("AT+CSQ", "\r\n+CSQ: 20,99\r\n"),
    ("AT+CCLK?", "\r\n+CCLK: \"25/01/02,03:04:05+04\"\r\n"),
    ("AT+CGSN", "\r\n866425030123456\r\n"),
    ("AT+GSN", "\r\n866425030123456\r\n"),
    ("AT+CIMI", "\r\n262011234567890\r\n"),
    ("AT+CGMI", "\r\nQuectel\r\n"),
    ("AT+CGMR", "\r\nBG96MAR02A07M1G\r\n"),
    ("AT+CGPADDR", "\r\n+CGPADDR: 1,10.7.157.1\r\n"),
    ("AT+CGATT?", "\r\n+CGATT: 1\r\n"),
];

const QUECTEL: Table = &[
    ("AT+QIACT?", "\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n"),
    ("AT+QICSGP=1\r", "\r\n+QICSGP: 1,\"internet\",\"\",\"\",0\r\n"),
    ("AT+QIDNSCFG=1\r", "\r\n+QIDNSCFG: 1,\"10.1.1.1\",\"10.1.1.2\"\r\n"),
    ("AT+QIGETERROR", "\r\n+QIGETERROR: 566,open failed\r\n"),
    ("AT+QCCID", "\r\n+QCCID: 8986002512830601247F\r\n"),
    ("AT+QCSQ", "\r\n+QCSQ: \"CAT-M1\",-52,-81,195,-10\r\n"),
    ("AT+QNWINFO", "\r\n+QNWINFO: \"CAT-M1\",\"46000\",\"LTE BAND 39\",38348\r\n"),
    ("AT+QLTS", "\r\n+QLTS: \"2017/01/13,03:40:48+32,0\"\r\n"),
    ("AT+QPINC", "\r\n+QPINC: \"SC\",3,10\r\n"),
    ("AT+QINISTAT", "\r\n+QINISTAT: 7\r\n"),
];

const SIMCOM: Table = &[
    ("AT+CNACT?", "\r\n+CNACT: 0,1,\"10.7.157.1\"\r\n+CNACT: 1,0,\"0.0.0.0\"\r\n"),
    ("AT+CCID", "\r\n89860113853301234567\r\n"),
];

impl Kind {
    /// The lines between a command and its `OK`.
    pub(crate) fn lines(self, command: &str, version: usize) -> &'static str {
        let of = |table: Table| {
            table.iter().find(|(start, _)| command.starts_with(start)).map(|(_, lines)| *lines)
        };
        match (self, command) {
            (Self::EspAt, "AT+GMR\r") => VERSIONS[version % VERSIONS.len()],
            (Self::EspAt, _) => of(ESP_AT).unwrap_or_default(),
            (Self::Quectel, "AT+CGMM\r") => ["\r\nBG96\r\n", "\r\nEC25\r\n"][version % 2],
            (Self::Gsm, "AT+CGMM\r") => "\r\nM95\r\n",
            (Self::NbIot, "AT+CGMM\r") => "\r\nBC66\r\n",
            (Self::SimCom, "AT+CGMM\r") => "\r\nSIMCOM_SIM7080\r\n",
            (Self::SimCom, _) => of(SIMCOM).or_else(|| of(CELLULAR)).unwrap_or_default(),
            _ => of(QUECTEL).or_else(|| of(CELLULAR)).unwrap_or_default(),
        }
    }

    /// How the module says no.
    pub(crate) const fn refusals(self) -> &'static [&'static str] {
        match self {
            Self::EspAt => &[
                "\r\nERROR\r\n",
                "busy p...\r\n",
                "\r\nERR CODE:0x010b0000\r\n\r\nERROR\r\n",
                "link is not valid\r\n\r\nERROR\r\n",
                "\r\nFAIL\r\n",
                "ALREADY CONNECTED\r\n\r\nERROR\r\n",
                "\r\nOK\r\n\r\nSEND FAIL\r\n",
                "+CWJAP:2\r\n\r\nFAIL\r\n",
            ],
            _ => &[
                "\r\nERROR\r\n",
                "\r\n+CME ERROR: 10\r\n",
                "\r\n+CME ERROR: 14\r\n",
                "\r\n+CME ERROR: 563\r\n",
                "\r\n+CME ERROR: 4\r\n",
                "\r\nSEND FAIL\r\n",
                "\r\nNO CARRIER\r\n",
                "\r\n+CME ERROR: 11\r\n",
            ],
        }
    }

    /// Lines that come unasked and change nothing in the sockets, `#` for numbers.
    pub(crate) const fn hints(self) -> &'static [&'static str] {
        match self {
            Self::EspAt => &[
                "\r\n+IPD,#,#\r\n",
                "WIFI GOT IP\r\n",
                "WIFI CONNECTED\r\n",
                "+FOO:\"OK\",#\r\n",
                "to read # bytes\r\n",
                "+STA_CONNECTED:\"30:ae:a4:80:06:49\"\r\n",
                "\r\n",
                "+TIME_UPDATED\r\n",
            ],
            Self::SimCom => &[
                "\r\n+CADATAIND: #\r\n",
                "\r\n+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8\r\n",
                "\r\n+CSQ: #,#\r\n",
                "\r\nRING\r\n",
                "\r\nSMS Ready\r\n",
                "\r\n+CMTI: \"ME\",#\r\n",
            ],
            _ => &[
                "\r\n+QIURC: \"recv\",#\r\n",
                "\r\n+QIRDI: 0,1,#\r\n",
                "\r\n+CEREG: 1,\"5B2F\",\"0A1B2C3D\",8\r\n",
                "\r\n+QIND: \"csq\",#,#\r\n",
                "\r\nRING\r\n",
                "\r\n+CMT: \"+491701234567\",#\r\n+QIURC: \"closed\",0\r\n",
                "\r\n+QIURC: \"incoming full\"\r\n",
                "\r\n+QIURC: \"pdpdeact\",3\r\n",
            ],
        }
    }

    /// Lines that come unasked and are not true.
    pub(crate) const fn lies(self) -> &'static [&'static str] {
        match self {
            Self::EspAt => &[
                "#,CONNECT\r\n",
                "#,CLOSED\r\n",
                "+IPD,#,#:",
                "+CIPRECVDATA:#,",
                "+CIPRECVDATA:#,\"10.0.0.1\",#,",
                "+CIPRECVLEN:#,#,#,#,#\r\n",
                "+CIPSTATE:#,\"TCP\",\"10.0.0.1\",#,#,#\r\n",
                "+LINK_CONN:#,#,\"TCP\",#,\"10.0.0.1\",#,#\r\n",
                "WIFI DISCONNECT\r\n",
                "\r\nready\r\n",
                "\r\nSEND OK\r\n",
                "\r\n>",
                "Recv # bytes\r\n",
                "\r\nOK\r\n",
                "#,CONNECT FAIL\r\n",
                "busy s...\r\n",
            ],
            Self::SimCom => &[
                "\r\n+CAOPEN: #,#\r\n",
                "\r\n+CASTATE: #,#\r\n",
                "\r\n+CARECV: #,",
                "\r\n+CARECV: #,#\r\n",
                "\r\n+APP PDP: #,DEACTIVE\r\n",
                "\r\n+CDNSGIP: #,\"a\",\"10.0.0.1\"\r\n",
                "\r\nRDY\r\n",
                "\r\nNORMAL POWER DOWN\r\n",
                "\r\n>",
                "\r\nOK\r\n",
                "\r\n+CNACT: #,#,\"10.0.0.1\"\r\n",
                "\r\n+CPIN: NOT INSERTED\r\n",
            ],
            _ => &[
                "\r\n+QIOPEN: #,#\r\n",
                "\r\n+QIURC: \"closed\",#\r\n",
                "\r\n+QIURC: \"incoming\",#,#,\"10.0.0.1\",#\r\n",
                "\r\n+QIURC: \"pdpdeact\",1\r\n",
                "\r\n+QIURC: \"dnsgip\",0,#,#\r\n",
                "\r\n+QIURC: \"dnsgip\",\"10.0.0.1\"\r\n",
                "\r\n+QIRD: #\r\n",
                "\r\n+QIRD: #,\"10.0.0.1\",#\r\n",
                "\r\n+QIRD: #,#,#\r\n",
                "\r\n+QIRD: 10.0.0.1:#,TCP,#\r\n",
                "\r\n+QISEND: #,#,#\r\n",
                "\r\n+QISTATE: #,\"TCP\",\"10.0.0.1\",#,#,#,1,#,0,\"uart1\"\r\n",
                "\r\nRDY\r\n",
                "\r\nPOWERED DOWN\r\n",
                "\r\n#, CONNECT OK\r\n",
                "\r\n#, CLOSED\r\n",
                "\r\n+QIURC: \"recv\",#,#\r\n",
                "\r\n>",
                "\r\nSEND OK\r\n",
                "\r\nOK\r\n",
                "\r\n+CPIN: NOT INSERTED\r\n",
                "\r\n+CGEV: NW PDN DEACT 1\r\n",
            ],
        }
    }
}
