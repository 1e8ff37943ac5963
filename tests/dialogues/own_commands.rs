//! The program's own commands, as dialogues with ESP-AT: whose a line is, and how a command ends.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::commands::{GetRam, Nothing, RAM, Ram, Sleep, Text, read_text};
use crate::script::{CONNECT, SETUP, Script, connected, cuts::every_cut, idle, play};
use atat::atat_derive::{AtatCmd, AtatResp};
use heapless::String;
use usocket::at::{CommandError, Exchange};
use usocket::clock::Clock;
use usocket::{Error, EspAt, Idle, Memory, Modem};

#[derive(AtatCmd)]
#[at_cmd("+SYSGPIOREAD", Pin, timeout_ms = 500, attempts = 3)]
struct ReadPin {
    pin: u8,
}

#[derive(Debug, PartialEq, AtatResp)]
struct Pin {
    pin: u8,
    direction: u8,
    level: u8,
}

#[derive(AtatCmd)]
#[at_cmd("+CIPSTA?", Text, parse = read_text)]
struct GetStation;

/// `AT+MQTTPUBRAW`: `OK`, a prompt, and a line of its own as the result.
#[derive(AtatCmd)]
#[at_cmd("+MQTTPUBRAW", Nothing, parse = read_nothing, timeout_ms = 3000)]
struct Publish<'a> {
    link: u8,
    topic: &'a str,
    length: u16,
    qos: u8,
    retain: u8,
}

fn read_nothing(_: &[u8]) -> Result<Nothing, atat::Error> {
    Ok(Nothing)
}

fn refused(error: atat::Error) -> Result<Ram, CommandError> {
    Err(CommandError::Answer(error))
}

#[test]
fn a_command_of_the_programs_own_sets_the_module_up_and_gets_its_typed_answer() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\nOK\r\n
    ";
    play(&[SETUP, dialogue], |modem, _| {
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
    });
}

#[test]
fn what_comes_for_sockets_in_the_middle_of_an_answer_goes_to_them() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← +IPD,4,5\r\n+SYSRAM:135184,128328\r\n4,CLOSED\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:5,hello\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    ";
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"hello");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(modem.counters().unknown_lines, 0);
    });
}

#[test]
fn lines_of_an_answer_are_joined_and_a_notice_between_them_is_none_of_them() {
    let dialogue = r#"
        → AT+CIPSTA?\r\n
        ← +CIPSTA:ip:"192.168.4.2"\r\n+IPD,4,7\r\n+CIPSTA:gateway:"0.0.0.0"\r\n\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:7,\r\nOK\r\n\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let lines = modem.send_command(&GetStation, &mut [0; 128]).unwrap();
        assert_eq!(lines.text, "+CIPSTA:ip:\"192.168.4.2\"\r\n+CIPSTA:gateway:\"0.0.0.0\"");
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(7));
        assert_eq!(&buf[..7], b"\r\nOK\r\n\n");
        drop(sock);
    });
}

#[test]
fn refusals_and_answers_that_cannot_be_read_are_told_apart() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← ERR CODE:0x01090000\r\n\r\nERROR\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:many\r\n\r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    play(&[SETUP, dialogue], |modem, _| {
        let mut buffer = [0; 64];
        assert_eq!(modem.send_command(&GetRam, &mut buffer), refused(atat::Error::Error));
        assert_eq!(modem.send_command(&GetRam, &mut buffer), refused(atat::Error::Parse));
        assert_eq!(modem.send_command(&GetRam, &mut buffer), Ok(RAM));
    });
}

#[test]
fn an_answer_that_does_not_fit_is_an_error_and_the_next_command_works() {
    let long = "x".repeat(200);
    let dialogue = format!(
        r"
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:{long}\r\n\r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
        "
    );
    play(&[SETUP, &dialogue], |modem, _| {
        let too_long = Err(CommandError::Driver(Error::OutOfMemory));
        assert_eq!(modem.send_command(&GetRam, &mut [0; 12]), too_long);
        assert_eq!(modem.send_command(&GetRam, &mut [0; 512]), too_long, "a line was cut");
        assert_eq!(modem.send_command(&GetRam, &mut [0; 21]), Ok(RAM));
    });
}

#[test]
fn without_an_answer_it_is_sent_as_often_as_it_says_and_the_module_is_found_again() {
    let silence = r"
        → AT+SYSGPIOREAD=2\r\n
        … 500
        → AT\r\n
        ← \r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
    ";
    let answer = r"
        → AT+SYSGPIOREAD=2\r\n
        ← +SYSGPIOREAD:2,1,0\r\n\r\nOK\r\n
    ";
    play(&[SETUP, silence, silence, answer], |modem, _| {
        let pin = modem.send_command(&ReadPin { pin: 2 }, &mut [0; 64]);
        assert_eq!(pin, Ok(Pin { pin: 2, direction: 1, level: 0 }));
    });
    play(&[SETUP, silence, silence, silence], |modem, _| {
        let pin = modem.send_command(&ReadPin { pin: 2 }, &mut [0; 64]);
        assert_eq!(pin, Err(CommandError::Driver(Error::TimedOut)));
        idle(modem, 200);
        assert_eq!(modem.counters().timeouts, 3);
    });
}

#[test]
fn a_restart_ends_it_and_the_next_one_waits_for_the_setup() {
    let restart = r"
        → AT+SYSRAM?\r\n
        ← ready\r\n
    ";
    let again = SETUP.replacen("→ AT\\r\\n\n← AT\\r\\n\\r\\nOK\\r\\n\n", "", 1);
    let check = r"
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    play(&[SETUP, restart, &again, check], |modem, _| {
        let mut buffer = [0; 64];
        let reset = Err(CommandError::Driver(Error::ModuleReset));
        assert_eq!(modem.send_command(&GetRam, &mut buffer), reset);
        assert_eq!(modem.send_command(&GetRam, &mut buffer), Ok(RAM));
    });
}

#[test]
fn what_is_no_single_command_line_is_refused_before_anything_is_written() {
    let text = |text: &str| String::<400>::try_from(text).unwrap();
    play(&[""], |modem, script| {
        let long = format!("AT+X=\"{}\"", "x".repeat(300));
        for command in ["", "\r\n", "CSQ\r", "AT+A\rAT+B\r", "AT+A\nB", long.as_str()] {
            let result = modem.send_command(&text(command), &mut [0; 512]);
            assert_eq!(result, Err(CommandError::Driver(Error::InvalidInput)), "{command:?}");
        }
        assert_eq!(script.time(), 0);
    });
}

#[test]
fn a_command_that_leaves_no_room_for_its_payload_is_refused() {
    play(&[SETUP], |modem, _| {
        let publish = Publish { link: 0, topic: "t", length: 250, qos: 0, retain: 0 };
        let exchange = Exchange::new().payload(&[b'x'; 250]);
        let result = modem.send_command_with(&publish, exchange, &mut [0; 64]);
        assert_eq!(result, Err(CommandError::Driver(Error::InvalidInput)));
    });
}

#[test]
fn a_command_without_result_code_is_over_when_it_is_written() {
    let dialogue = r"
        → AT+GSLP=1000\r\n
        ← \r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    play(&[SETUP, dialogue], |modem, _| {
        assert_eq!(modem.send_command(&Sleep { ms: 1000 }, &mut [0; 64]), Ok(Nothing));
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
    });
}

#[test]
fn a_payload_goes_out_at_the_prompt_and_the_result_is_the_line_that_was_named() {
    let dialogue = r#"
        → AT+MQTTPUBRAW=0,"home/door",4,0,0\r\n
        ← \r\nOK\r\n\r\n>
        → open
        ← +IPD,4,2\r\n+MQTTPUB:OK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:2,hi\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let publish = Publish { link: 0, topic: "home/door", length: 4, qos: 0, retain: 0 };
        let exchange = Exchange::new().payload(b"open").until("+MQTTPUB:");
        assert_eq!(modem.send_command_with(&publish, exchange, &mut [0; 64]), Ok(Nothing));
        assert_eq!(sock.recv(&mut [0; 8]), Ok(2));
        drop(sock);
    });
}

#[test]
fn send_ok_ends_a_payload_and_send_fail_refuses_it() {
    let dialogue = r#"
        → AT+MQTTPUBRAW=0,"t",4,0,0\r\n
        ← \r\nOK\r\n\r\n>
        → open
        ← \r\nSEND OK\r\n
        → AT+MQTTPUBRAW=0,"t",4,0,0\r\n
        ← \r\nOK\r\n\r\n>
        → open
        ← \r\nSEND FAIL\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let publish = Publish { link: 0, topic: "t", length: 4, qos: 0, retain: 0 };
        let exchange = Exchange::new().payload(b"open");
        let send = || modem.send_command_with(&publish, exchange, &mut [0; 64]);
        assert_eq!(send(), Ok(Nothing));
        assert_eq!(send(), Err(CommandError::Answer(atat::Error::Error)));
    });
}

#[test]
fn a_prompt_that_does_not_come_is_left_by_the_escape_before_anything_else_is_written() {
    let dialogue = r#"
        → AT+MQTTPUBRAW=0,"t",4,0,0\r\n
        ← \r\nOK\r\n
        … 3000
        → +++
        … 1000
        → AT\r\n
        ← \r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let publish = Publish { link: 0, topic: "t", length: 4, qos: 0, retain: 0 };
        let exchange = Exchange::new().payload(b"open");
        let result = modem.send_command_with(&publish, exchange, &mut [0; 64]);
        assert_eq!(result, Err(CommandError::Driver(Error::TimedOut)));
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
    });
}

#[test]
fn with_only_a_line_that_begins_otherwise_is_none_of_the_answer() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← free memory:\r\n+SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    play(&[SETUP, dialogue], |modem, _| {
        let exchange = Exchange::new().only("+SYSRAM:");
        assert_eq!(modem.send_command_with(&GetRam, exchange, &mut [0; 64]), Ok(RAM));
        assert_eq!(modem.counters().unknown_lines, 1);
    });
}

#[test]
fn what_a_busy_module_may_do_later_is_repeated_only_if_the_command_says_so() {
    let once = r"
        → AT+SYSRAM?\r\n
        ← busy p...\r\n
        … 1000
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
    ";
    let again = r"
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    play(&[SETUP, once, again], |modem, _| {
        assert_eq!(modem.send_command(&Slow, &mut [0; 64]), Err(Error::Busy.into()));
        assert_eq!(modem.send_command(&Slow, &mut [0; 64]), Ok(RAM));
    });
    play(&[SETUP, once, again], |modem, _| {
        assert_eq!(modem.send_command(&Patient, &mut [0; 64]), Ok(RAM));
    });
}

#[test]
fn a_busy_module_that_answers_all_the_same_has_answered() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← busy p...\r\n
        … 400
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    play(&[SETUP, dialogue], |modem, _| {
        assert_eq!(modem.send_command(&Slow, &mut [0; 64]), Ok(RAM));
    });
}

#[derive(AtatCmd)]
#[at_cmd("+SYSRAM?", Ram, timeout_ms = 5000)]
struct Slow;

#[derive(AtatCmd)]
#[at_cmd("+SYSRAM?", Ram, timeout_ms = 5000, attempts = 2)]
struct Patient;

/// A module that its own clock can use.
type Held = Modem<'static, EspAt, Script, Nested>;

/// A clock whose pause sends a command once.
struct Nested {
    script: Script,
    modem: Rc<Cell<Option<&'static Held>>>,
    answers: Rc<RefCell<Vec<Result<Ram, CommandError>>>>,
}

impl Clock for Nested {
    fn now(&self) -> u32 {
        self.script.now()
    }

    fn pause(&self) {
        if let Some(modem) = self.modem.take() {
            self.answers.borrow_mut().push(modem.send_command(&GetRam, &mut [0; 64]));
        }
        self.script.pause();
    }
}

#[test]
fn inside_another_wait_it_is_refused_and_that_wait_goes_on() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        … 50
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    every_cut(&[SETUP, dialogue], |script| {
        let (slot, answers) = <(Rc<Cell<_>>, Rc<RefCell<_>>)>::default();
        let clock =
            Nested { script: script.clone(), modem: slot.clone(), answers: answers.clone() };
        // leaked, so that the clock can hold the modem that holds it
        let memory = Box::leak(Box::new(Memory::<1, 64, 32>::new()));
        let modem = &*Box::leak(Box::new(Modem::esp_at(script.clone(), clock, memory)));
        slot.set(Some(modem));
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
        assert_eq!(*answers.borrow(), [Err(CommandError::Driver(Error::Busy))]);
    });
}

#[test]
fn the_programs_hook_ends_the_wait_and_a_late_answer_is_not_taken_for_the_next_one() {
    let answer = r"
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
    ";
    let late = r"
        → AT+SYSRAM?\r\n
        … 20
        ← +SYSRAM:1,1\r\n\r\nOK\r\n
    ";
    play(&[SETUP, answer, late, answer], |modem, _| {
        let mut buffer = [0; 64];
        assert_eq!(modem.send_command(&GetRam, &mut buffer), Ok(RAM));
        modem.on_idle(Some(&|| Idle::Abort));
        let interrupted = Err(CommandError::Driver(Error::Interrupted));
        assert_eq!(modem.send_command(&GetRam, &mut buffer), interrupted);
        modem.on_idle(None);
        assert_eq!(modem.send_command(&GetRam, &mut buffer), Ok(RAM));
    });
}

#[test]
fn what_the_driver_stands_on_is_refused() {
    for command in
        ["AT+CIPMUX=0", "at+cipdinfo=1", "ATE1", "ATZ", "AT+CIPRECVMODE=0", "AT+UART=9600,8,1,0,0"]
    {
        play(&[SETUP], |modem, _| {
            let refused = modem.send_command(&Line(command), &mut [0; 64]);
            assert_eq!(refused, Err(Error::InvalidInput.into()), "{command}");
        });
    }
    let asked = r"
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
    ";
    play(&[SETUP, asked], |modem, _| {
        assert!(modem.send_command(&Line("AT+CIPMUX?"), &mut [0; 64]).is_ok());
    });
}

/// A command as it is.
struct Line(&'static str);

impl atat::AtatCmd for Line {
    type Response = Text;

    fn write(&self, buf: &mut [u8]) -> usize {
        buf[..self.0.len()].copy_from_slice(self.0.as_bytes());
        self.0.len()
    }

    fn parse(&self, lines: Result<&[u8], atat::InternalError<'_>>) -> Result<Text, atat::Error> {
        read_text(lines?)
    }
}
