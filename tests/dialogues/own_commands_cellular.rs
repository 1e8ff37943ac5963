//! The program's own commands, as dialogues with cellular modules: messages, and whose a line is.

use std::cell::Cell;

use crate::commands::{GetQuality, Quality, Reference, SendMessage, Text, read_text};
use crate::script::Script;
use crate::script::cellular::{
    OPEN, QuectelModem, SETUP_BG96, SETUP_SIM7080, SimComModem, connected, idle, play_quectel,
    play_simcom,
};
use crate::script::cuts::every_cut;
use atat::atat_derive::AtatCmd;
use atat::{AtatUrc, CmeError, CmsError, ConnectionError};
use heapless::String;
use usocket::at::{CommandError, Exchange, Part, UrcQueue, UrcSink};
use usocket::{Error, Memory, Modem};

#[derive(AtatCmd)]
#[at_cmd("+CMGR", Text, parse = read_text)]
struct ReadMessage {
    index: u8,
}

/// What comes unasked, word by word.
#[derive(Debug, Clone, PartialEq)]
struct Heard(String<64>);

impl AtatUrc for Heard {
    fn parse(line: &[u8]) -> Option<Self> {
        let ours = ["RING", "+CMT", "+CUSD:", "+QMT", "NO CARRIER", "CONNECT", "BUSY", "UNDER"];
        let ours = ours.iter().any(|own| line.starts_with(own.as_bytes()));
        let text = std::str::from_utf8(line).ok().filter(|_| ours)?;
        String::try_from(text).ok().map(Self)
    }
}

fn heard(text: &str) -> Option<Heard> {
    Some(Heard(String::try_from(text).unwrap()))
}

const TEXT: Exchange<'_> = Exchange::new().payload(b"Good morning!\x1a");

fn send(modem: &QuectelModem<'_>) -> Result<Reference, CommandError> {
    modem.send_command_with(&SendMessage { to: "+491701234567" }, TEXT, &mut [0; 64])
}

#[test]
fn a_message_is_written_at_the_prompt_and_its_number_is_the_answer() {
    let dialogue = r#"
        → AT+CMGS="+491701234567"\r
        ← \r\n>\x20
        → Good morning!\x1a
        … 800
        ← \r\n+QIURC: "recv",0\r\n\r\n+CMGS: 12\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 2\r\nhi\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(send(modem), Ok(Reference { number: 12 }));
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(2));
        assert_eq!(&buf[..2], b"hi");
        std::mem::forget(sock);
    });
}

#[test]
fn the_module_says_why_it_refuses_a_message() {
    let dialogue = r#"
        → AT+CMGS="+491701234567"\r
        ← \r\n>\x20
        → Good morning!\x1a
        ← \r\n+CMS ERROR: 331\r\n
        → AT+CMGS="+491701234567"\r
        ← \r\n+CME ERROR: 10\r\n
        → AT+CMGS="+491701234567"\r
        ← \r\nERROR\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let answer = |error| Err(CommandError::Answer(error));
        assert_eq!(send(modem), answer(atat::Error::CmsError(CmsError::from(331))));
        assert_eq!(send(modem), answer(atat::Error::CmeError(CmeError::from(10))));
        assert_eq!(send(modem), answer(atat::Error::Error));
    });
}

#[test]
fn a_message_whose_prompt_is_lost_is_given_up_before_anything_else_is_written() {
    let dialogue = r#"
        → AT+CMGS="+491701234567"\r
        … 20000
        → \x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b\x1b
        ← \r\nOK\r\n
        → AT\r
        ← \r\nOK\r\n
        → AT+CEREG?\r
        ← \r\n+CEREG: 2,1,"5B2F","0A1B2C3D",8\r\n\r\nOK\r\n
        → AT+CSQ\r
        ← \r\n+CSQ: 24,99\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        assert_eq!(send(modem), Err(CommandError::Driver(Error::TimedOut)));
        let quality = modem.send_command(&GetQuality, &mut [0; 64]);
        assert_eq!(quality, Ok(Quality { rssi: 24, ber: 99 }));
    });
}

#[test]
fn a_file_is_written_behind_connect() {
    let dialogue = r#"
        → AT+QFUPL="ca.pem",20\r
        ← \r\nCONNECT\r\n
        → -----BEGIN CERTIFICA
        ← \r\n+QFUPL: 20,2d2d\r\n\r\nOK\r\n
        → AT+CSQ\r
        ← \r\n+CSQ: 24,99\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let file = Exchange::new().payload(b"-----BEGIN CERTIFICA");
        let written = modem.send_command_with(&Upload, file, &mut [0; 64]).unwrap();
        assert_eq!(written.text, "+QFUPL: 20,2d2d");
        let quality = modem.send_command(&GetQuality, &mut [0; 64]);
        assert_eq!(quality, Ok(Quality { rssi: 24, ber: 99 }));
    });
}

/// `AT+QFUPL="ca.pem",20`: a file of that many bytes (quectel.md §6).
struct Upload;

impl atat::AtatCmd for Upload {
    type Response = Text;

    fn write(&self, buf: &mut [u8]) -> usize {
        let line = b"AT+QFUPL=\"ca.pem\",20";
        buf[..line.len()].copy_from_slice(line);
        line.len()
    }

    fn parse(&self, lines: Result<&[u8], atat::InternalError<'_>>) -> Result<Text, atat::Error> {
        read_text(lines?)
    }
}

#[test]
fn the_text_of_a_message_that_is_read_is_text_whatever_it_looks_like() {
    let first = ["RDY", "OK", "ERROR", "+QIURC: \"closed\",0", "> yes", "+QIRD: 3", "RING"];
    let later =
        ["hi\\r\\nRDY", "hi\\r\\n+QIURC: \"closed\",0\\r\\nbye", "hi\\r\\n> yes\\r\\n+QIRD: 3"];
    for text in first.into_iter().chain(later) {
        let lines: Vec<_> = text.split("\\r\\n").collect();
        let dialogue = format!(
            r#"
            → AT+CMGR=1\r
            ← \r\n+CMGR: "REC UNREAD","+49170",,"26/11/26,20:00:00+04"\r\n{text}\r\n\r\nOK\r\n
            → AT+CSQ\r
            ← \r\n+CSQ: 24,99\r\n\r\nOK\r\n
            "#
        );
        play_quectel(&[SETUP_BG96, OPEN, &dialogue], |modem, _| {
            let sock = connected(modem);
            let message = modem.send_command(&ReadMessage { index: 1 }, &mut [0; 128]).unwrap();
            assert_eq!(message.text.lines().skip(1).collect::<Vec<_>>(), lines);
            let quality = modem.send_command(&GetQuality, &mut [0; 64]);
            assert_eq!(quality, Ok(Quality { rssi: 24, ber: 99 }));
            assert_eq!(modem.counters().resets, 0);
            std::mem::forget(sock);
        });
    }
}

#[test]
fn a_message_without_text_ends_with_its_ok() {
    let dialogue = r#"
        → AT+CMGR=1\r
        ← \r\n+CMGR: "REC READ","+49170",,"26/11/26,20:00:00+04"\r\n\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let message = modem.send_command(&ReadMessage { index: 1 }, &mut [0; 128]).unwrap();
        assert_eq!(message.text.lines().count(), 1);
    });
}

/// Runs a program on a module that offers what it has no use for to a queue.
fn play_with_urcs<const LONG: usize>(
    parts: &[&str],
    program: impl Fn(&QuectelModem<'_>, &UrcQueue<Heard, 4, LONG>),
) {
    every_cut(parts, |script| {
        let urcs = UrcQueue::new();
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::quectel(script.clone(), script.clone(), &mut memory).with_urcs(&urcs);
        program(&modem, &urcs);
    });
}

const CALLS_AND_MESSAGES: &str = r#"
    → AT+CSQ\r
    ← \r\n+CMT: "+49170",,"26/11/26,20:00:00+04"\r\nRDY\r\n\r\nRING\r\n\r\n+CSQ: 24,99\r\n\r\nOK\r\n
    ← \r\n+CUSD: 0,"5 EUR"\r\n\r\n+CREG: 1\r\n
"#;

#[test]
fn calls_and_messages_are_the_programs_also_where_the_driver_knows_them() {
    play_with_urcs::<64>(&[SETUP_BG96, CALLS_AND_MESSAGES], |modem, urcs| {
        let quality = modem.send_command(&GetQuality, &mut [0; 64]);
        assert_eq!(quality, Ok(Quality { rssi: 24, ber: 99 }));
        idle(modem, 3);
        assert_eq!(urcs.take(), heard("+CMT: \"+49170\",,\"26/11/26,20:00:00+04\"\r\nRDY"));
        assert_eq!(urcs.take(), heard("RING"));
        assert_eq!(urcs.take(), heard("+CUSD: 0,\"5 EUR\""));
        assert_eq!((urcs.take(), urcs.lost()), (None, 0));
        assert_eq!((modem.counters().unknown_lines, modem.counters().resets), (0, 0));
    });
}

#[test]
fn a_message_that_is_too_long_for_the_queue_is_counted() {
    play_with_urcs::<16>(&[SETUP_BG96, CALLS_AND_MESSAGES], |modem, urcs| {
        assert!(modem.send_command(&GetQuality, &mut [0; 64]).is_ok());
        idle(modem, 3);
        assert_eq!((urcs.take(), urcs.lost()), (heard("RING"), 1));
    });
    play_with_urcs::<0>(&[SETUP_BG96, CALLS_AND_MESSAGES], |modem, urcs| {
        assert!(modem.send_command(&GetQuality, &mut [0; 64]).is_ok());
        idle(modem, 3);
        assert_eq!(urcs.take(), heard("+CMT: \"+49170\",,\"26/11/26,20:00:00+04\""));
        assert_eq!((urcs.take(), urcs.lost()), (heard("RING"), 0));
    });
}

/// A sink that takes all it is offered, and counts.
#[derive(Default)]
struct Greedy(Cell<[u32; 3]>);

impl UrcSink for Greedy {
    fn offer(&self, _: &[u8], part: Part) -> bool {
        let mut counts = self.0.get();
        counts[match part {
            Part::Whole => 0,
            Part::First => 1,
            Part::Second => 2,
        }] += 1;
        self.0.set(counts);
        true
    }
}

#[test]
fn a_program_that_takes_everything_does_not_take_what_is_the_drivers() {
    every_cut(&[SETUP_BG96, OPEN, CALLS_AND_MESSAGES], |script| {
        let greedy = Greedy::default();
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::quectel(script.clone(), script.clone(), &mut memory).with_urcs(&greedy);
        let sock = connected(&modem);
        let before = greedy.0.get();
        assert!(modem.send_command(&GetQuality, &mut [0; 64]).is_ok());
        idle(&modem, 3);
        let after = greedy.0.get();
        assert_eq!([after[0] - before[0], after[1], after[2]], [3, 1, 1]);
        std::mem::forget(sock);
    });
}

/// What the module says in front of each `OK` of a setup.
fn with_word(setup: &str, at: usize, word: &str) -> Option<std::string::String> {
    let ok = "\\r\\nOK\\r\\n";
    let (place, _) = setup.match_indices(ok).nth(at)?;
    Some([&setup[..place], word, &setup[place..]].concat())
}

#[test]
fn what_comes_for_the_program_while_the_module_is_set_up_is_the_programs() {
    let word = "\\r\\n+CUSD: 0,\"5 EUR\"\\r\\n\\r\\n+QMTRECV: 0,0\\r\\n\\r\\n+OTHER: 7\\r\\n";
    let dialogue = r"
        → AT+CSQ\r
        ← \r\n+CSQ: 24,99\r\n\r\nOK\r\n
    ";
    for family in ["quectel", "simcom"] {
        let setup = if family == "quectel" { SETUP_BG96 } else { SETUP_SIM7080 };
        for setup in (0..).map_while(|at| with_word(setup, at, word)) {
            let script = Script::new(&[&setup, dialogue]);
            let urcs = UrcQueue::<Heard, 4>::new();
            let mut memory = Memory::<1, 64, 32>::new();
            let (uart, clock) = (script.clone(), script.clone());
            let (quality, unknown) = if family == "quectel" {
                let modem = Modem::quectel(uart, clock, &mut memory).with_urcs(&urcs);
                (modem.send_command(&GetQuality, &mut [0; 64]), modem.counters().unknown_lines)
            } else {
                let modem = Modem::simcom(uart, clock, &mut memory).with_urcs(&urcs);
                (modem.send_command(&GetQuality, &mut [0; 64]), modem.counters().unknown_lines)
            };
            script.assert_done();
            assert_eq!(quality, Ok(Quality { rssi: 24, ber: 99 }), "{setup}");
            assert_eq!(urcs.take(), heard("+CUSD: 0,\"5 EUR\""), "{setup}");
            assert_eq!(urcs.take(), heard("+QMTRECV: 0,0"), "{setup}");
            assert_eq!((urcs.take(), unknown), (None, 1), "{setup}");
        }
    }
}

#[test]
fn words_of_calls_and_of_the_supply_are_the_programs() {
    let dialogue = r"
        → AT+CSQ\r
        ← \r\n+CSQ: 24,99\r\n\r\nOK\r\n
        ← \r\nNO CARRIER\r\n\r\nCONNECT 115200\r\n\r\nBUSY\r\n
        → AT+CSQ\r
        ← \r\nNO CARRIER\r\n\r\nUNDER_VOLTAGE WARNING\r\n\r\n+CSQ: 24,99\r\n\r\nOK\r\n
    ";
    every_cut(&[SETUP_BG96, dialogue], |script| {
        let urcs = UrcQueue::<Heard, 8>::new();
        let mut memory = Memory::<1, 64, 32>::new();
        let (uart, clock) = (script.clone(), script.clone());
        let modem = &Modem::quectel(uart, clock, &mut memory).with_urcs(&urcs);
        assert!(modem.send_command(&GetQuality, &mut [0; 64]).is_ok());
        idle(modem, 3);
        let quality = modem.send_command(&GetQuality, &mut [0; 64]);
        assert_eq!(quality, Ok(Quality { rssi: 24, ber: 99 }), "the call was another one");
        for word in ["NO CARRIER", "CONNECT 115200", "BUSY", "NO CARRIER"] {
            assert_eq!(urcs.take(), heard(word));
        }
        assert_eq!(urcs.take(), heard("UNDER_VOLTAGE WARNING"));
        assert_eq!((urcs.take(), modem.counters().unknown_lines), (None, 0));
    });
}

#[test]
fn a_call_that_cannot_be_made_fails_as_the_module_says() {
    #[derive(AtatCmd)]
    #[at_cmd("D+491701234567;", Text, parse = read_text, timeout_ms = 60_000)]
    struct Dial;
    for (word, error) in [
        ("NO CARRIER", ConnectionError::NoCarrier),
        ("NO DIALTONE", ConnectionError::NoDialtone),
        ("BUSY", ConnectionError::Busy),
        ("NO ANSWER", ConnectionError::NoAnswer),
    ] {
        let dialogue = format!(
            r"
            → ATD+491701234567;\r
            ← \r\n{word}\r\n
            → AT+CSQ\r
            ← \r\n+CSQ: 24,99\r\n\r\nOK\r\n
            "
        );
        let failed = Err(CommandError::Answer(atat::Error::ConnectionError(error)));
        play_quectel(&[SETUP_BG96, &dialogue], |modem, _| {
            assert_eq!(modem.send_command(&Dial, &mut [0; 64]), failed);
            assert!(modem.send_command(&GetQuality, &mut [0; 64]).is_ok());
        });
        play_simcom(&[SETUP_SIM7080, &dialogue], |modem: &SimComModem<'_>, _| {
            assert_eq!(modem.send_command(&Dial, &mut [0; 64]), failed);
            assert!(modem.send_command(&GetQuality, &mut [0; 64]).is_ok());
        });
    }
}

#[test]
fn the_answer_to_a_question_that_looks_like_a_notice_is_the_askers() {
    #[derive(AtatCmd)]
    #[at_cmd("+CPIN?", Text, parse = read_text)]
    struct GetPin;
    let dialogue = r"
        → AT+CPIN?\r
        ← \r\n+CPIN: READY\r\n\r\nOK\r\n
    ";
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        assert_eq!(modem.send_command(&GetPin, &mut [0; 64]).unwrap().text, "+CPIN: READY");
    });
    play_simcom(&[SETUP_SIM7080, dialogue], |modem: &SimComModem<'_>, _| {
        assert_eq!(modem.send_command(&GetPin, &mut [0; 64]).unwrap().text, "+CPIN: READY");
    });
}

#[test]
fn a_line_without_a_name_belongs_to_the_answer() {
    #[derive(AtatCmd)]
    #[at_cmd("I", Text, parse = read_text)]
    struct Identify;
    let dialogue = r"
        → ATI\r
        ← \r\nSIMCOM_SIM7080\r\nRevision:1951B16SIM7080\r\n\r\nOK\r\n
    ";
    play_simcom(&[SETUP_SIM7080, dialogue], |modem: &SimComModem<'_>, _| {
        let text = modem.send_command(&Identify, &mut [0; 64]).unwrap().text;
        assert_eq!(text, "SIMCOM_SIM7080\r\nRevision:1951B16SIM7080");
    });
}

#[test]
fn a_result_that_comes_by_itself_ends_a_command_that_waits_for_it() {
    #[derive(AtatCmd)]
    #[at_cmd("+QFOTADL", Text, parse = read_text, timeout_ms = 60_000)]
    struct Update<'a> {
        url: &'a str,
    }
    let dialogue = r#"
        → AT+QFOTADL="http://192.0.2.1/fota.bin"\r
        ← \r\nOK\r\n
        … 5000
        ← \r\n+QIND: "FOTA","HTTPSTART"\r\n\r\n+QIND: "FOTA","END",0\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let update = Update { url: "http://192.0.2.1/fota.bin" };
        let end = Exchange::new().until("+QIND: \"FOTA\",\"END\"");
        let text = modem.send_command_with(&update, end, &mut [0; 64]).unwrap().text;
        assert_eq!(text, "+QIND: \"FOTA\",\"END\",0");
    });
}
