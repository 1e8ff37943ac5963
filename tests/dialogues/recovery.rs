//! Modules that are silent, busy, late, garbled or restart: every call ends, and in time.

use crate::script::{CONNECT, PEER, SETUP, connected, idle, play};
use usocket::network::{STA_IF, Wlan};
use usocket::{AF_INET, Error, SOCK_STREAM, getaddrinfo, socket};

/// After a restart the settings are looked at once more.
const SETTINGS: &str = r"
    → AT+CIPMUX?\r\n
    ← +CIPMUX:1\r\n\r\nOK\r\n
";

/// The calls to a module that does not answer, the escape sequence among them.
const CALLS: &str = r"
    → AT\r\n
    → AT\r\n
    → AT\r\n
    → AT\r\n
    → AT\r\n
    → +++
    → AT\r\n
    → AT\r\n
";

#[test]
fn a_silent_module_is_given_up_within_ten_seconds_and_called_again_by_the_next_call() {
    play(&[CALLS, SETUP, "→ AT+CWMODE=1\\r\\n\n← \\r\\nOK\\r\\n"], |modem, script| {
        let wlan = Wlan::new(modem, STA_IF);
        assert_eq!(wlan.active(true), Err(Error::ModuleSilent));
        assert!(script.time() < 10_000, "{} ms", script.time());
        script.append("→ AT+CWMODE=1\\r\\n\n← \\r\\nOK\\r\\n");
        wlan.active(true).unwrap();
    });
}

#[test]
fn a_module_at_another_baud_rate_is_told_from_a_silent_one() {
    let noise = CALLS.replace(r"→ AT\r\n", "→ AT\\r\\n\n← \\xfe\\x00\\x80\\xf8\\x9c");
    play(&[&noise], |modem, _| {
        assert_eq!(Wlan::new(modem, STA_IF).active(true), Err(Error::ModuleGarbled));
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::NotConnected));
    });
}

#[test]
fn boot_noise_and_a_late_ready_are_no_obstacle() {
    let boot = r"
        ← \x00\xff>+IPD\x80 ets Jan  8 2013,rst cause:2\r\n@\r\n
        → AT\r\n
        … 300
        ← \xf0\r\n\r\nready\r\nWIFI CONNECTED\r\n
    ";
    // after `ready` nothing is asked again: it says that the module is there
    let setup = SETUP.trim_start().split_once("→ ATE0").unwrap().1;
    let setup = format!("→ ATE0{setup}");
    let query = r#"
        → AT+CWMODE=1\r\n
        ← \r\nbusy p...\r\n
        → AT+CWMODE=1\r\n
        ← WIFI GOT IP\r\n\r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
    "#;
    let station = "→ AT+CWMODE=1\\r\\n\n← \\r\\nOK\\r\\n";
    play(&[boot, &setup, station, SETTINGS, query], |modem, _| {
        let wlan = Wlan::new(modem, STA_IF);
        wlan.active(true).unwrap();
        assert_eq!(wlan.isconnected(), Ok(true));
        idle(modem, 10);
        assert_eq!(modem.counters().resets, 0);
        assert_eq!(modem.counters().busy, 1);
    });
}

#[test]
fn a_restart_fails_the_sockets_and_sets_the_module_up_again() {
    let restart = r"
        ← \r\n+IPD,4,3\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:3,abc\r\nOK\r\n
        → AT+CIPSEND=4,5\r\n
        ← \r\nOK\r\n\r\n\xf8\x00\r\nready\r\n
    ";
    let setup = format!("→ ATE0{}", SETUP.trim_start().split_once("→ ATE0").unwrap().1);
    let connect = CONNECT.replace('4', "3").replace("192.168.3.2", "192.168.4.2");
    play(&[SETUP, CONNECT, restart, &setup, SETTINGS, &connect], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf[..1]), Ok(1));
        assert_eq!(sock.send(b"hello"), Err(Error::ModuleReset));
        // what had come is still there, then the error, for ever
        assert_eq!(sock.recv(&mut buf), Ok(2));
        assert_eq!(sock.recv(&mut buf), Err(Error::ModuleReset));
        assert_eq!(sock.recv(&mut buf), Err(Error::ModuleReset));
        assert_eq!(sock.send(b"hello"), Err(Error::ModuleReset));
        let next = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        next.connect(PEER).unwrap();
        assert_eq!(modem.counters().resets, 1);
        std::mem::forget(next);
    });
}

#[test]
fn a_restart_inside_a_body_costs_the_socket_not_the_driver() {
    // the module dies in the middle of a body of 20 bytes and says `ready`: the silence shows it,
    // and then the echo that had been switched off
    let dialogue = r"
        ← \r\n+IPD,4,20\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:20,abc\r\nready\r\n
        → AT\r\n
        ← AT\r\n\r\nOK\r\n
    ";
    let setup = format!("→ ATE0{}", SETUP.trim_start().split_once("→ ATE0").unwrap().1);
    play(&[SETUP, CONNECT, dialogue, &setup, SETTINGS], |modem, script| {
        let sock = connected(modem);
        let mut buf = [0; 32];
        assert_eq!(sock.read(&mut buf).unwrap_err().error, Error::DataLost);
        assert!(script.time() < 12_000);
        idle(modem, 500);
        assert_eq!(modem.counters().resets, 1);
    });
}

#[test]
fn busy_answers_are_waited_out() {
    let dialogue = r"
        → AT+CIPSEND=4,1\r\n
        ← ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n
        → AT+CIPSEND=4,1\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,4,2\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← ERR CODE:0x010b0000\r\n\r\nbusy p...\r\n+CIPRECVDATA:2,ok\r\n\r\nOK\r\n
    ";
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"x"), Ok(1));
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(2));
        assert_eq!(&buf[..2], b"ok");
        std::mem::forget(sock);
    });
}

#[test]
fn a_fetch_that_runs_twice_loses_nothing_of_either_answer() {
    let dialogue = r"
        ← \r\n+IPD,4,9\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nbusy p...\r\n
        … 1000
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:5,first\r\nOK\r\n+CIPRECVDATA:4,then\r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
    ";
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 9];
        assert_eq!(sock.read(&mut buf), Ok(Some(9)));
        assert_eq!(&buf, b"firstthen");
        idle(modem, 10);
        std::mem::forget(sock);
    });
}

#[test]
fn an_answer_that_comes_after_its_time_is_not_taken_for_another() {
    // the name query is never answered in time; its answer falls into the calls that follow
    let dialogue = r#"
        → AT+CIPDOMAIN="slow.example"\r\n
        … 25050
        → AT\r\n
        ← +CIPDOMAIN:"10.0.0.7"\r\n\r\nOK\r\n\r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
        → AT+CIPDOMAIN="fast.example"\r\n
        ← +CIPDOMAIN:"10.0.0.8"\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        assert_eq!(getaddrinfo(modem, "slow.example", 80).unwrap_err(), Error::TimedOut);
        let found = getaddrinfo(modem, "fast.example", 80).unwrap();
        assert_eq!(found[0].sockaddr, ([10, 0, 0, 8], 80).into());
    });
}

#[test]
fn an_overrun_inside_a_body_fails_that_socket_and_nothing_of_the_rest_is_believed() {
    let dialogue = r"
        ← \r\n+IPD,4,40\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:40,0123456789
        ↯
        ← 0123\r\n3,CLOSED\r\nready\r\n\r\nOK\r\n
        → AT\r\n
        ← \r\nOK\r\n
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
        → AT+CIPSTATE?\r\n
        ← +CIPSTATE:4,\x22TCP\x22,\x22192.168.4.2\x22,80,50000,0\r\n
        ← +CIPSTATE:3,\x22TCP\x22,\x22192.168.4.2\x22,80,50001,0\r\n\r\nOK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
        → AT+CIPSEND=3,1\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    ";
    let second = CONNECT.replace('4', "3").replace("192.168.3.2", "192.168.4.2");
    play(&[SETUP, CONNECT, &second, dialogue], |modem, _| {
        let first = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        first.connect(PEER).unwrap();
        let other = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        other.connect(PEER).unwrap();
        let mut buf = [0; 64];
        let error = first.read(&mut buf).unwrap_err();
        // nothing of a body counts before its answer is complete
        assert_eq!((error.error, error.done), (Error::DataLost, 0));
        first.close().unwrap();
        assert_eq!(other.send(b"x"), Ok(1), "the others live on");
        assert_eq!(modem.counters().resets, 0);
        assert_eq!(modem.counters().line_errors, 1);
        std::mem::forget(other);
    });
}

#[test]
fn a_setting_that_cannot_be_made_is_made_after_a_restart() {
    let start = r"
        → AT\r\n
        ← \r\nOK\r\n
        → ATE0\r\n
        ← \r\nOK\r\n
        → AT+GMR\r\n
        ← AT version:2.2.2.0(abc - ESP8266 - Mar 1 2025)\r\n\r\nOK\r\n
        → AT+SYSSTORE=0\r\n
        ← \r\nOK\r\n
        → AT+SYSLOG=1\r\n
        ← \r\nOK\r\n
        → AT+CIPMUX=1\r\n
        ← \r\nERROR\r\n
        → AT+RST\r\n
        ← \r\nOK\r\n0,CLOSED\r\nWIFI DISCONNECT\r\n
        … 800
        ← \r\nready\r\n
    ";
    let setup = SETUP.replace("4.1.1.0(ba4dd0e - ESP32C3", "2.2.2.0(abc - ESP8266").replace(
        "→ AT+CIPRECVTYPE=5,1\\r\\n\n← \\r\\nOK\\r\\n",
        "→ AT+CIPRECVTYPE=5,1\\r\\n\n← ERR CODE:0x01090000\\r\\n\\r\\nERROR\\r\\n\n\
             → AT+CIPRECVMODE=1\\r\\n\n← \\r\\nOK\\r\\n",
    );
    let setup = format!("→ ATE0{}", setup.trim_start().split_once("→ ATE0").unwrap().1);
    play(&[start, &setup, CONNECT], |modem, _| {
        let sock = connected(modem);
        let capabilities = modem.capabilities();
        assert!(capabilities.holds_data);
        assert_eq!(capabilities.max_send, 2048);
        assert_eq!(modem.version().unwrap().numbers(), (2, 2, 2, 0));
        std::mem::forget(sock);
    });
}

#[test]
fn a_slow_module_is_not_mistaken_for_one_that_answers_at_once() {
    // every answer to a call comes 700 ms late: the driver has called again before it
    let slow = r"
        → AT\r\n
        … 600
        → AT\r\n
        … 100
        ← \r\nOK\r\n
        → AT+CIPMUX?\r\n
        … 700
        ← \r\nOK\r\n
        … 700
        ← +CIPMUX:0\r\n\r\nOK\r\n
    ";
    let setup = format!("→ ATE0{}", SETUP.trim_start().split_once("→ ATE0").unwrap().1);
    play(&[slow, &setup, CONNECT], |modem, _| {
        let sock = connected(modem);
        assert!(modem.version().is_some());
        std::mem::forget(sock);
    });
}

#[test]
fn a_name_too_long_for_the_module_is_refused_before_a_byte_is_sent() {
    play(&[SETUP], |modem, _| {
        let name = "a".repeat(254);
        assert_eq!(getaddrinfo(modem, &name, 80).unwrap_err(), Error::InvalidInput);
        assert_eq!(getaddrinfo(modem, "a\r\nb", 80).unwrap_err(), Error::InvalidInput);
    });
}

#[test]
fn numeric_hosts_never_ask_the_module() {
    play(&[], |modem, _| {
        let found = getaddrinfo(modem, "192.168.4.2", 80).unwrap();
        assert_eq!(found[0].sockaddr, PEER.into());
        assert_eq!((found[0].family, found[0].kind, found[0].proto), (2, 1, 6));
        let found = getaddrinfo(modem, "fe80::1", 80).unwrap();
        assert_eq!((found[0].family, found[0].sockaddr.port()), (10, 80));
        assert!(getaddrinfo(modem, "", 80).unwrap()[0].sockaddr.ip().is_unspecified());
    });
}
