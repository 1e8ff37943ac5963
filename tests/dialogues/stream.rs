//! Streams over ESP-AT, as dialogues.

use crate::script::{CONNECT, PEER, SETUP, connected, play};
use fugit::ExtU32;
use usocket::clock::Clock;
use usocket::{AF_INET, Error, SOCK_STREAM, socket};

#[test]
fn a_request_and_its_answer() {
    let dialogue = r#"
        → AT+CIPSEND=4,5\r\n
        ← \r\nOK\r\n\r\n>
        → hello
        ← \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 20
        ← \r\n+IPD,4,6\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:6,world!\r\nOK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Ok(5));
        let mut buf = [0; 32];
        assert_eq!(sock.recv(&mut buf), Ok(6));
        assert_eq!(&buf[..6], b"world!");
        sock.close().unwrap();
        assert_eq!(sock.recv(&mut buf), Err(Error::Closed));
        assert_eq!(sock.fileno(), -1);
    });
}

#[test]
fn a_notice_that_follows_an_answer_spares_the_question_for_it() {
    let dialogue = r#"
        ← \r\n+IPD,4,5\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:5,hello\r\nOK\r\n
        … 15
        ← \r\n+IPD,4,6\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:6,world!\r\nOK\r\n
        … 20
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 1
        ← \r\n+IPD,4,1\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:1,.\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 64];
        for expected in [&b"hello"[..], b"world!", b"."] {
            assert_eq!(sock.recv(&mut buf), Ok(expected.len()));
            assert_eq!(&buf[..expected.len()], expected);
        }
        std::mem::forget(sock);
    });
}

#[test]
fn data_that_looks_like_results_is_data() {
    let dialogue = r#"
        ← \r\n+IPD,4,23\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:23,\r\nOK\r\n4,CLOSED\r\nready\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(23));
        assert_eq!(&buf[..23], b"\r\nOK\r\n4,CLOSED\r\nready\r\n");
        std::mem::forget(sock);
    });
}

#[test]
fn closed_is_not_the_end_before_everything_is_read() {
    let dialogue = r#"
        ← \r\n+IPD,4,70\r\n4,CLOSED\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:64,0123456789012345678901234567890123456789012345678901234567890123\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:6,456789\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 100];
        assert_eq!(sock.read(&mut buf), Ok(Some(70)));
        assert_eq!(&buf[60..70], b"0123456789");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
    });
}

#[test]
fn a_timeout_in_the_middle_of_a_read_loses_nothing() {
    let dialogue = r#"
        ← \r\n+IPD,4,3\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:3,abc\r\nOK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 300
        ← \r\n+IPD,4,3\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:3,def\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        sock.settimeout(Some(200.millis())).unwrap();
        let mut buf = [0; 6];
        let error = sock.read(&mut buf).unwrap_err();
        assert_eq!((error.error, error.done), (Error::TimedOut, 3));
        let before = script.time();
        assert_eq!(sock.read(&mut buf[3..]), Ok(Some(3)));
        assert!(script.time() - before < 200);
        assert_eq!(&buf, b"abcdef");
        std::mem::forget(sock);
    });
}

#[test]
fn a_line_costs_no_command_of_its_own() {
    let dialogue = r#"
        ← \r\n+IPD,4,20\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:20,one\r\ntwo\nthree, four\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 32];
        assert_eq!(sock.readline(&mut buf), Ok(Some(5)));
        assert_eq!(&buf[..5], b"one\r\n");
        assert_eq!(sock.readline(&mut buf), Ok(Some(4)));
        assert_eq!(sock.readline(&mut buf[..5]), Ok(Some(5)));
        assert_eq!(&buf[..5], b"three");
        sock.setblocking(false).unwrap();
        assert_eq!(sock.fileno(), 0);
        std::mem::forget(sock);
    });
}

#[test]
fn a_notice_that_was_lost_is_found_by_asking() {
    let dialogue = r#"
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:-1,-1,-1,-1,0\r\n\r\nOK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:-1,-1,-1,-1,2\r\n\r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:2,hi\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        let start = script.time();
        let mut buf = [0; 32];
        assert_eq!(sock.recv(&mut buf), Ok(2));
        assert!((500..600).contains(&(script.time() - start)), "after half a second");
        std::mem::forget(sock);
    });
}

#[test]
fn urcs_may_stand_anywhere() {
    let dialogue = r#"
        → AT+CIPSEND=4,5\r\n
        ← \r\n+IPD,4,2\r\n\r\nOK\r\nWIFI DISCONNECT\r\n\r\n>WIFI CONNECTED\r\nWIFI GOT IP\r\n
        → hello
        ← \r\nRecv 5 bytes\r\n+FOO:1,2\r\n\r\n+IPD,4,9\r\n\r\nSEND OK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\n+IPD,4,9\r\n+CIPRECVDATA:9,+IPD,4,3:\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Ok(5));
        let mut buf = [0; 32];
        assert_eq!(sock.recv(&mut buf), Ok(9));
        assert_eq!(&buf[..9], b"+IPD,4,3:");
        assert_eq!(modem.counters().unknown_lines, 1);
        std::mem::forget(sock);
    });
}

#[test]
fn a_send_that_fails_half_way_fails_the_socket() {
    let dialogue = r#"
        → AT+CIPSEND=4,5\r\n
        ← \r\nOK\r\n\r\n>
        → hello
        ← \r\nRecv 5 bytes\r\n\r\nSEND FAIL\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.send(b"hello"), Err(Error::SendFailed));
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::SendFailed));
        assert_eq!(sock.send(b"hello"), Err(Error::SendFailed));
        for _ in 0..200 {
            modem.poll().unwrap();
            modem.clock().pause();
        }
    });
}

#[test]
fn a_timeout_before_the_prompt_cancels_the_send() {
    let dialogue = r#"
        → AT+CIPSEND=4,5\r\n
        … 300
        ← \r\nOK\r\n\r\n>
        → +++
        ← \r\nSEND Canceled\r\n
        → AT+CIPSEND=4,5\r\n
        ← \r\nOK\r\n\r\n>
        → again
        ← \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        sock.settimeout(Some(200.millis())).unwrap();
        let start = script.time();
        assert_eq!(sock.send(b"hello"), Err(Error::TimedOut));
        assert_eq!(script.time() - start, 200);
        assert_eq!(sock.send(b"again"), Ok(5));
        std::mem::forget(sock);
    });
}

#[test]
fn a_timeout_after_the_payload_counts_as_sent() {
    let dialogue = r#"
        → AT+CIPSEND=4,5\r\n
        ← \r\nOK\r\n\r\n>
        → hello
        ← \r\nRecv 5 bytes\r\n
        … 300
        ← \r\nSEND OK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.settimeout(Some(200.millis())).unwrap();
        assert_eq!(sock.send(b"hello"), Ok(5));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::TimedOut));
        std::mem::forget(sock);
    });
}

#[test]
fn a_payload_never_ends_with_the_escape_sequence() {
    let dialogue = r#"
        → AT+CIPSEND=4,2\r\n
        ← \r\nOK\r\n\r\n>
        → ++
        ← \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPSEND=4,1\r\n
        ← \r\nOK\r\n\r\n>
        → +
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.sendall(b"+++").unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn a_call_that_does_not_wait_copies_and_sends_later() {
    let dialogue = r#"
        → AT+CIPSEND=4,32\r\n
        … 5
        ← \r\nOK\r\n\r\n>
        → 01234567890123456789012345678901
        ← \r\nRecv 32 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPSEND=4,8\r\n
        ← \r\nOK\r\n\r\n>
        → 23456789
        ← \r\nRecv 8 bytes\r\n\r\nSEND OK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        sock.setblocking(false).unwrap();
        let data = b"0123456789012345678901234567890123456789";
        assert_eq!(sock.write(data), Ok(Some(32)));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::WouldBlock));
        let mut rest = Err(Error::WouldBlock);
        for _ in 0..100 {
            rest = sock.send(&data[32..]);
            if rest.is_ok() {
                break;
            }
            modem.clock().pause();
        }
        assert_eq!(rest, Ok(8));
        // what was taken is sent before the connection is closed
        drop(sock);
        for _ in 0..100 {
            modem.poll().unwrap();
        }
    });
}

#[test]
fn connecting_without_waiting_goes_from_in_progress_to_connected() {
    let dialogue = r#"
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        … 50
        ← 4,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, script| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.setblocking(false).unwrap();
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::NotConnected));
        assert_eq!(sock.connect(PEER), Err(Error::InProgress));
        assert_eq!(sock.connect(PEER), Err(Error::Already));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::WouldBlock));
        assert_eq!(sock.send(b"x"), Err(Error::WouldBlock));
        for _ in 0..100 {
            modem.poll().unwrap();
            script.pause();
        }
        assert_eq!(sock.connect(PEER), Ok(()));
        assert_eq!(sock.connect(PEER), Err(Error::AlreadyConnected));
        std::mem::forget(sock);
    });
}

#[test]
fn a_refused_connection_leaves_the_socket_usable() {
    let dialogue = r#"
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        ← ERR CODE:0x010a0000\r\n\r\nERROR\r\n
        → AT+CIPSTART=3,"TCP","192.168.4.2",80\r\n
        … 18000
        ← \r\nERROR\r\n
        → AT+CIPSTART=2,"TCP","192.168.4.2",80\r\n
        ← +ERRNO:0x76\r\n\r\nERROR\r\n
        → AT+CIPSTART=1,"TCP","192.168.4.2",80\r\n
        ← 1,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::ConnectionRefused));
        assert_eq!(sock.connect(PEER), Err(Error::HostUnreachable));
        assert_eq!(sock.connect(PEER), Err(Error::HostUnreachable));
        assert_eq!(sock.connect(PEER), Ok(()));
        std::mem::forget(sock);
    });
}

#[test]
fn a_late_word_about_a_link_does_not_close_its_next_owner() {
    // AT 1.7 says `n,CLOSED` after the ERROR of a failed connect (esp-at.md §6.2)
    let dialogue = r#"
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        ← \r\nERROR\r\n
        → AT+CIPSTART=3,"TCP","192.168.4.2",80\r\n
        ← 4,CLOSED\r\n3,CLOSED\r\n3,CONNECT\r\n\r\nOK\r\n
        → AT+CIPSEND=3,1\r\n
        ← \r\nOK\r\n\r\n>
        → x
        ← \r\nRecv 1 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::ConnectionRefused));
        assert_eq!(sock.connect(PEER), Ok(()));
        assert_eq!(sock.send(b"x"), Ok(1));
        std::mem::forget(sock);
    });
}

#[test]
fn the_same_dialogue_in_pieces_of_every_size() {
    let dialogue = r#"
        → AT+CIPSEND=4,5\r\n
        ← \r\nOK\r\n\r\n>
        → hello
        ← \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,4,11\r\n4,CLOSED\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:11,\r\nERROR\r\n> \r\nOK\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    "#;
    for piece in 1..64 {
        play(&[SETUP, CONNECT, dialogue], |modem, script| {
            script.piece(piece);
            let sock = connected(modem);
            assert_eq!(sock.send(b"hello"), Ok(5));
            let mut buf = [0; 32];
            assert_eq!(sock.read(&mut buf), Ok(Some(11)));
            assert_eq!(&buf[..11], b"\r\nERROR\r\n> ");
        });
    }
}

#[test]
fn dropping_a_socket_closes_its_link_and_frees_its_slot() {
    let dialogue = r#"
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        drop(connected(modem));
        for _ in 0..10 {
            modem.poll().unwrap();
        }
        let socks = [0; 3].map(|_| socket(modem, AF_INET, SOCK_STREAM, 0).unwrap());
        assert_eq!(socket(modem, AF_INET, SOCK_STREAM, 0).unwrap_err(), Error::TooManySockets);
        drop(socks);
        assert!(socket(modem, AF_INET, SOCK_STREAM, 0).is_ok());
    });
}

#[test]
fn the_setup_may_be_cut_anywhere() {
    play(&["", SETUP, CONNECT], |modem, _| std::mem::forget(connected(modem)));
}
