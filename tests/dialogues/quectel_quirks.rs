//! What Quectel's firmware does now and then (quectel.md §12, §14.4), as dialogues: each alone.

use crate::script::cellular::{
    CHECK, CLOSE, OPEN, PEER, SETUP_BG96, connected, idle, play_quectel, setup, setup_again,
};
use fugit::ExtU32;
use usocket::{AF_INET, Error, SOCK_STREAM, Socket, getaddrinfo, socket};

/// The module is read, and has nothing.
const NOTHING: &str = r#"
    → AT+QIRD=0,64\r
    ← \r\n+QIRD: 0\r\n\r\nOK\r\n
"#;

/// What comes next over a socket.
fn received(sock: &Socket<'_>) -> Result<Vec<u8>, Error> {
    let mut buf = [0; 64];
    let count = sock.recv(&mut buf)?;
    Ok(buf[..count].to_vec())
}

/// Q1, Q23.
#[test]
fn data_whose_notice_is_lost_are_found() {
    let dialogue = r#"
        … 900
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, NOTHING, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(received(&sock), Ok(b"hello".to_vec()));
        std::mem::forget(sock);
    });
}

#[test]
fn a_notice_that_comes_twice_is_one() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n\r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 5\r\nhello\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, NOTHING], |modem, _| {
        let sock = connected(modem);
        sock.settimeout(Some(50.millis())).unwrap();
        assert_eq!(received(&sock), Ok(b"hello".to_vec()));
        assert_eq!(received(&sock), Err(Error::TimedOut));
        std::mem::forget(sock);
    });
}

/// Q2: nothing has announced what is still there.
#[test]
fn closed_before_the_last_data_are_announced_loses_none() {
    let dialogue = r#"
        ← \r\n+QIURC: "closed",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 4\r\nlast\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, NOTHING, CLOSE], |modem, _| {
        let sock = connected(modem);
        assert_eq!(received(&sock), Ok(b"last".to_vec()));
        assert_eq!(received(&sock), Ok(Vec::new()));
        sock.close().unwrap();
    });
}

#[test]
fn a_short_read_is_not_the_last_one() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 2\r\nhe\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 3\r\nllo\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(received(&sock), Ok(b"he".to_vec()));
        assert_eq!(received(&sock), Ok(b"llo".to_vec()));
        std::mem::forget(sock);
    });
}

#[test]
fn a_late_word_about_the_last_socket_of_an_id_hits_nobody() {
    let late = r#"
        ← \r\n+QIURC: "closed",0\r\n
        → AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n\r\n+QIURC: "closed",0\r\n\r\n+QIOPEN: 1,0\r\n\r\n+QIURC: "recv",0\r\n
        → AT+QISEND=1,5\r
        ← \r\n> 
        → hello
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, CLOSE, late], |modem, _| {
        connected(modem).close().unwrap();
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Ok(5));
        std::mem::forget(sock);
    });
}

/// The module has restarted, and its `RDY` was lost: nothing but the echo tells (§1.2).
#[test]
fn an_echo_says_that_the_module_has_restarted() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← AT+QISEND=0,5\r\r\nERROR\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, &setup_again(), CHECK], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::ModuleReset));
        let fresh = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        fresh.setblocking(false).unwrap();
        idle(modem, 300);
        std::mem::forget((sock, fresh));
    });
}

#[test]
fn a_number_behind_an_error_needs_no_question() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        ← \r\n+CME ERROR: 563\r\n
        → AT+QICLOSE=0,0\r
        ← \r\nOK\r\n
        → AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        ← \r\n+CME ERROR: 561\r\n
        → AT+QICLOSE=1\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::NetworkDown));
        sock.close().unwrap();
    });
}

/// Q16; and the UART hands over single bytes.
#[test]
fn a_missing_blank_line_and_single_bytes_change_nothing() {
    let dialogue = r#"
        ← \r\n+QIURC:"recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 10\r\n\r\nOK\r\n> \r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\nOK\r\n
        → AT+QISEND=0,5\r
        ← \r\n>
        → hello
        ← \r\nSEND OK\r\n\r\n+QIURC: "closed",0\r\n
    "#;
    let last = NOTHING.replace("\\r\\n\\r\\nOK", "\\r\\nOK");
    let setup = SETUP_BG96.replace("\\r\\n\\r\\nOK", "\\r\\nOK");
    play_quectel(&[&setup, OPEN, dialogue, &last, CLOSE], |modem, script| {
        script.piece(1);
        let sock = connected(modem);
        assert_eq!(received(&sock), Ok(b"\r\nOK\r\n> \r\n".to_vec()));
        assert_eq!(sock.send(b"hello"), Ok(5));
        assert_eq!(received(&sock), Ok(Vec::new()));
        sock.close().unwrap();
    });
}

/// §5.1: the id stays taken.
#[test]
fn an_open_without_a_result_ends_after_two_minutes_and_a_half() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n
        … 149900
    "#;
    play_quectel(&[SETUP_BG96, dialogue, CLOSE], |modem, script| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::TimedOut));
        assert!(script.time() < 151_000);
        sock.close().unwrap();
    });
}

/// Q7.
#[test]
fn a_close_that_takes_its_time_keeps_others_waiting_and_no_longer() {
    let dialogue = r#"
        → AT+QIOPEN=1,1,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 1,0\r\n
        → AT+QICLOSE=0\r
        … 10000
        ← \r\nOK\r\n
        → AT+QISEND=1,5\r
        ← \r\n> 
        → hello
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let (first, second) = (connected(modem), connected(modem));
        drop(first);
        assert_eq!(second.send(b"hello"), Ok(5));
        std::mem::forget(second);
    });
}

#[test]
fn noise_of_the_start_is_no_answer() {
    let noise = "← \\x00\\xff\\xf8>\\x80+QIRD: \\xff\n→ AT\\r\n← AT\\r\\r\\nOK\\r\\n\n";
    play_quectel(&[noise, &setup(), OPEN, CLOSE], |modem, _| {
        connected(modem).close().unwrap();
    });
}

/// Q3: a client whose state is that of a listener lives.
#[test]
fn a_connected_socket_in_state_3_is_connected() {
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← \r\nERROR\r\n
        → AT+QISTATE?\r
        ← \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,22742,3,1,0,0,"uart1"\r\n\r\nOK\r\n
        → AT+QISEND=0,5\r
        ← \r\n> 
        → hello
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::BrokenPipe));
        assert_eq!(sock.send(b"hello"), Ok(5));
        std::mem::forget(sock);
    });
}

/// Q4: an error and an empty list say that the socket is gone; a single lost line would not.
#[test]
fn a_socket_that_the_module_does_not_know_twice_in_a_row_has_failed() {
    let dialogue = r#"
        → AT+QIRD=0,64\r
        ← \r\nERROR\r\n
        → AT+QISTATE?\r
        ← \r\nOK\r\n
        → AT+QISTATE?\r
        ← \r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, CLOSE], |modem, _| {
        let sock = connected(modem);
        assert_eq!(received(&sock), Err(Error::ConnectionAborted));
        sock.close().unwrap();
    });
}

/// Q8: what is echoed is not taken for a result.
#[test]
fn payload_that_is_echoed_is_skipped() {
    let dialogue = r#"
        → AT+QISEND=0,12\r
        ← \r\n> 
        → hello\r\nworld
        ← hello\r\nworld\r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello\r\nworld"), Ok(12));
        std::mem::forget(sock);
    });
}

/// Q22, §8: messages have a second line, whatever that looks like.
#[test]
fn lines_that_are_nobodys_fit_in_everywhere() {
    let message = r#"\r\n+CMT: "+49170",,"26/01/01,10:00:00+04"\r\nOK\r\n"#;
    let other = r#"\r\n+CMT: "+49170",29\r\n+QIURC: "closed",0\r\n\r\n+FOO: ERROR\r\n\r\nRING\r\n"#;
    let dialogue = r#"
        → AT+QISEND=0,5\r
        ← <1>
        ← <2>\r\n> 
        → hello
        ← <1>
        ← <2>\r\nSEND OK\r\n
        → AT+QIRD=0,64\r
        ← <1>
        ← <2>\r\n+QIRD: 2\r\nhi\r\n\r\nOK\r\n<1>\r\n+QIURC: "incoming full"\r\n
    "#;
    let dialogue = dialogue.replace("<1>", message).replace("<2>", other);
    let close = CLOSE.replace("← ", &format!("← {message}{other}"));
    play_quectel(&[SETUP_BG96, OPEN, &dialogue, &close], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Ok(5));
        assert_eq!(received(&sock), Ok(b"hi".to_vec()));
        sock.close().unwrap();
    });
}

/// Q27: commands are refused until the application is up.
#[test]
fn a_module_that_is_not_ready_yet_is_asked_again() {
    let calls = r#"
        → AT\r
        ← AT\r\r\nOK\r\n
        → ATE0\r
        ← ATE0\r\r\nERROR\r\n
        … 450
        → ATE0\r
        ← ATE0\r\r\nERROR\r\n\r\nAPP RDY\r\n
    "#;
    play_quectel(&[calls, &setup(), CHECK, OPEN, CLOSE], |modem, _| {
        connected(modem).close().unwrap();
    });
}

/// Q21.
#[test]
fn sockets_of_an_earlier_run_are_closed() {
    let list = r#"
        → AT+QISTATE?\r
        ← \r\n+QISTATE: 0,"TCP","1.2.3.4",80,22742,2,1,0,0,"uart1"\r\n+QISTATE: 11,"TCP INCOMING","1.2.3.5",8080,2020,4,1,1,0,"uart1"\r\n\r\nOK\r\n
        → AT+QICLOSE=0,0\r
        ← \r\nOK\r\n
        → AT+QICLOSE=11,0\r
        ← \r\nERROR\r\n
    "#;
    let setup = SETUP_BG96.replace("→ AT+QISTATE?\\r\n← \\r\\nOK\\r\\n\n", list);
    play_quectel(&[&setup, OPEN, CLOSE], |modem, _| {
        connected(modem).close().unwrap();
    });
}

/// Q11, Q25: the context goes first, then the module.
#[test]
fn a_module_that_goes_to_sleep_ends_its_sockets_with_an_error() {
    let dialogue = r#"
        ← \r\n+QIURC: "pdpdeact",1\r\n\r\nPSM POWER DOWN\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(received(&sock), Err(Error::NetworkDown));
        assert_eq!(sock.send(b"hello"), Err(Error::NetworkDown));
        sock.close().unwrap();
    });
}

#[test]
fn a_module_that_powers_down_ends_a_call_that_waits() {
    let dialogue = r#"
        → AT+QIRD=0,64\r
        ← \r\nPOWERED DOWN\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(received(&sock), Err(Error::PoweredDown));
        sock.close().unwrap();
    });
}

/// §4: whether `closed` comes with it depends on the firmware.
#[test]
fn a_context_lost_in_mid_transfer_is_no_end_of_the_stream() {
    let down = r#"\r\n+QIURC: "pdpdeact",1\r\n"#;
    let closed = r#"\r\n+QIURC: "closed",0\r\n"#;
    for lines in [format!("{down}{closed}"), format!("{closed}{down}"), down.to_owned()] {
        let dialogue =
            format!("→ AT+QIRD=0,64\\r\n← \\r\\n+QIRD: 2\\r\\nhi\\r\\n\\r\\nOK\\r\\n{lines}\n");
        play_quectel(&[SETUP_BG96, OPEN, &dialogue], |modem, _| {
            let sock = connected(modem);
            assert_eq!(received(&sock), Ok(b"hi".to_vec()));
            assert_eq!(received(&sock), Err(Error::NetworkDown));
            std::mem::forget(sock);
        });
    }
}

/// The words of its start fill up the count, and no `OK` follows.
#[test]
fn a_restart_inside_a_body_is_no_data() {
    let dialogue = r#"
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 12\r\nhe\r\nRDY\r\n\r\nAPP RDY\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.settimeout(Some(90.millis())).unwrap();
        // what stands behind the count shows that it is no answer
        assert_eq!(received(&sock), Err(Error::DataLost));
        std::mem::forget(sock);
    });
    let again = r#"
        … 95
        → AT\r
        ← AT\r\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, again, &setup_again(), CHECK], |modem, _| {
        let sock = connected(modem);
        assert!(matches!(received(&sock), Err(Error::DataLost | Error::ModuleReset)));
        idle(modem, 500);
        assert!(received(&sock).is_err());
        std::mem::forget(sock);
    });
}

/// §5.9: some leave out the time to live; some names have no address, or one of the other family first.
#[test]
fn look_ups_end_in_every_way_that_modules_know() {
    let dialogue = r#"
        → AT+QIDNSGIP=1,"a"\r
        ← \r\nOK\r\n\r\n+QIURC: "dnsgip",0,1\r\n\r\n+QIURC: "dnsgip","192.0.2.10"\r\n
        → AT+QIDNSGIP=1,"b"\r
        ← \r\nOK\r\n\r\n+QIURC: "dnsgip",0,0,600\r\n
        → AT+QIDNSGIP=1,"c"\r
        ← \r\nERROR\r\n
        → AT+QIGETERROR\r
        ← \r\n+QIGETERROR: 561, open PDP context failed\r\n\r\nOK\r\n
        → AT+QIDNSGIP=1,"d"\r
        ← \r\nOK\r\n\r\nsgip","220.181.57.216"\r\n\r\n+QIURC: "dnsgip","123.125.115.110"\r\n
    "#;
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        let ask = |name| getaddrinfo(modem, name, 80).map(|found| found[0].sockaddr.to_string());
        assert_eq!(ask("a"), Ok("192.0.2.10:80".into()));
        assert_eq!(ask("b"), Err(Error::Dns(-2)));
        assert_eq!(ask("c"), Err(Error::NetworkDown));
        // the head of a line was lost (recording of an EC20): what is whole counts
        assert_eq!(ask("d"), Ok("123.125.115.110:80".into()));
    });
}

/// A recording of a BG96 (T13).
#[test]
fn an_mqtt_client_gets_its_answer() {
    let dialogue = r#"
        → AT+QISEND=0,14\r
        ← \r\n>
        → \x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00
        ← \r\nSEND OK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        … 200
        ← \r\n+QIURC: "recv",0\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 4\r\n\x20\x02\x00\x00\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, OPEN, dialogue, CLOSE], |modem, _| {
        let sock = connected(modem);
        sock.sendall(b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00").unwrap();
        assert_eq!(received(&sock), Ok(vec![0x20, 2, 0, 0]));
        sock.close().unwrap();
    });
}
