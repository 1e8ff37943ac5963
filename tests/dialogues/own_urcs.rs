//! The program's own URCs, as dialogues with ESP-AT: they come at any time, and are not lost.

use crate::commands::{GetRam, RAM};
use crate::script::{SETUP, Script, ScriptModem, cuts::every_cut, idle, play};
use atat::atat_derive::{AtatResp, AtatUrc};
use usocket::at::UrcQueue;
use usocket::network::{STA_IF, Wlan};
use usocket::{Memory, Modem};

#[derive(Debug, Clone, PartialEq, AtatUrc)]
enum Urc {
    #[at_urc("+BLECONN")]
    Connected(Conn),
}

#[derive(Debug, Clone, PartialEq, AtatResp)]
struct Conn {
    link: u8,
}

/// Runs a program on a module that offers what it does not know to a queue.
fn play_with_urcs(parts: &[&str], program: impl Fn(&ScriptModem<'_>, &UrcQueue<Urc, 2>)) {
    every_cut(parts, |script: &Script| {
        let urcs = UrcQueue::new();
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory).with_urcs(&urcs);
        program(&modem, &urcs);
    });
}

#[test]
fn the_programs_urcs_come_at_any_time_and_what_nobody_knows_is_counted() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← +BLECONN:1\r\n+SYSRAM:135184,128328\r\n\r\nOK\r\n
        ← +BLECONN:2\r\nnobody knows this\r\n+BLECONN:three\r\n
    ";
    play_with_urcs(&[SETUP, dialogue], |modem, urcs| {
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
        idle(modem, 3);
        assert_eq!(urcs.take(), Some(Urc::Connected(Conn { link: 1 })));
        assert_eq!(urcs.take(), Some(Urc::Connected(Conn { link: 2 })));
        assert_eq!((urcs.take(), urcs.lost()), (None, 0));
        assert_eq!(modem.counters().unknown_lines, 2);
    });
}

#[test]
fn of_too_many_urcs_the_last_are_kept_and_the_others_counted() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
        ← +BLECONN:1\r\n+BLECONN:2\r\n+BLECONN:3\r\n+BLECONN:4\r\n
    ";
    play_with_urcs(&[SETUP, dialogue], |modem, urcs| {
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
        idle(modem, 3);
        assert_eq!(urcs.take(), Some(Urc::Connected(Conn { link: 3 })));
        assert_eq!(urcs.take(), Some(Urc::Connected(Conn { link: 4 })));
        assert_eq!((urcs.take(), urcs.lost()), (None, 2));
        assert_eq!(modem.counters().unknown_lines, 0);
    });
}

#[test]
fn what_comes_for_the_program_while_the_module_is_set_up_is_the_programs() {
    let dialogue = r"
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\nOK\r\n
    ";
    let answers = SETUP.matches("\\r\\nOK\\r\\n\n").count();
    for at in 0..answers {
        // in front of each `OK`, something that the program knows and something that nobody does
        let mut parts = SETUP.split_inclusive("\\r\\nOK\\r\\n\n");
        let before: String = parts.by_ref().take(at).collect();
        let answer = parts.next().unwrap();
        let heard = answer.replace("\\r\\nOK\\r", "+BLECONN:1\\r\\n+OTHER:7\\r\\n\\r\\nOK\\r");
        let setup = [before, heard, parts.collect()].concat();
        let script = Script::new(&[&setup, dialogue]);
        let urcs = UrcQueue::<Urc, 2>::new();
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory).with_urcs(&urcs);
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
        script.assert_done();
        assert_eq!(urcs.take(), Some(Urc::Connected(Conn { link: 1 })), "{setup}");
        assert_eq!((urcs.take(), modem.counters().unknown_lines), (None, 1), "{setup}");
    }
}

#[test]
fn what_comes_for_the_program_while_a_network_is_joined_is_the_programs() {
    let dialogue = r#"
        → AT+CWJAP="home","secret-1"\r\n
        ← WIFI CONNECTED\r\n+BLECONN:1\r\nWIFI GOT IP\r\n\r\nOK\r\n
        … 50
        ← ready\r\n
    "#;
    let again = SETUP.trim_start().split_once("→ ATE0").unwrap().1;
    let again = format!("→ ATE0{again}→ AT+CIPMUX?\\r\\n\n← +CIPMUX:1\\r\\n\\r\\nOK\\r\\n\n");
    let rejoin = r#"
        → AT+CIPSTA?\r\n
        ← +CIPSTA:ip:"0.0.0.0"\r\n+BLECONN:2\r\n\r\nOK\r\n
        → AT+CWJAP="home","secret-1"\r\n
        ← +BLECONN:3\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n
    "#;
    every_cut(&[SETUP, dialogue, &again, rejoin], |script| {
        let urcs = UrcQueue::<Urc, 4>::new();
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory).with_urcs(&urcs);
        let wlan = Wlan::new(&modem, STA_IF);
        wlan.connect("home", "secret-1").unwrap();
        idle(&modem, 5000);
        for link in 1..=3 {
            assert_eq!(urcs.take(), Some(Urc::Connected(Conn { link })));
        }
        assert_eq!(modem.counters().unknown_lines, 0);
    });
}

#[test]
fn a_long_line_for_the_driver_is_not_missing_in_the_next_answer() {
    let long = "x".repeat(200);
    let dialogue = format!(
        r"
        → AT+CIPSTA?\r\n
        ← +CIPSTA:{long}\r\n\r\nOK\r\n
        → AT+CIPDNS?\r\n
        ← \r\nOK\r\n
        → AT+SYSRAM?\r\n
        ← +SYSRAM:135184,128328\r\n\r\nOK\r\n
        "
    );
    play(&[SETUP, &dialogue], |modem, _| {
        let _ = Wlan::new(modem, STA_IF).ifconfig();
        assert_eq!(modem.send_command(&GetRam, &mut [0; 64]), Ok(RAM));
    });
}
