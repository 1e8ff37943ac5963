//! Many small sends: they join each other while the module is busy, unless the program forbids it.

use crate::script;
use crate::script::cellular::{OPEN, SETUP_BG96, play_quectel};
use crate::script::{CONNECT, SETUP, connected, idle, play};
use usocket::fugit::MillisDurationU32;
use usocket::{Error, IPPROTO_TCP, Socket, TCP_NODELAY};

/// One send as its own command.
macro_rules! sent {
    ($len:literal, $data:literal) => {
        concat!(
            "→ AT+CIPSEND=4,",
            $len,
            "\\r\\n\n← \\r\\nOK\\r\\n\\r\\n>\n→ ",
            $data,
            "\n← \\r\\nRecv ",
            $len,
            " bytes\\r\\n\\r\\nSEND OK\\r\\n\n"
        )
    };
}

/// The first of many, each handed over by itself.
macro_rules! first {
    () => {
        concat!(sent!("1", "1"), sent!("1", "2"), sent!("1", "3"))
    };
}

fn send_first(sock: &Socket<'_>) {
    for data in [b"1", b"2", b"3"] {
        assert_eq!(sock.send(data), Ok(1));
    }
}

#[test]
fn small_sends_in_a_row_join_each_other_while_the_module_is_busy() {
    let dialogue = concat!(
        first!(),
        "→ AT+CIPSEND=4,2\\r\\n\n← \\r\\nOK\\r\\n\\r\\n>\n→ cd\n",
        "← \\r\\nRecv 2 bytes\\r\\n\n… 5\n← \\r\\nSEND OK\\r\\n\n",
        sent!("6", "efghij")
    );
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        send_first(&sock); // each has been accepted when it returns
        for data in [b"cd", b"ef", b"gh", b"ij"] {
            assert_eq!(sock.send(data), Ok(2)); // "cd" goes out; the others wait for its result
        }
        idle(modem, 10);
        script.assert_done();
        std::mem::forget(sock);
    });
}

#[test]
fn without_delay_each_send_is_handed_over_before_it_returns() {
    let dialogue = concat!(
        "→ AT+CIPTCPOPT=4,-1,1\\r\\n\n← \\r\\nOK\\r\\n\n",
        first!(),
        sent!("2", "cd"),
        sent!("2", "ef")
    );
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
        send_first(&sock);
        for data in [b"cd", b"ef"] {
            assert_eq!(sock.send(data), Ok(2));
        }
        script.assert_done();
        std::mem::forget(sock);
    });
}

#[test]
fn a_small_send_that_comes_later_is_handed_over_before_it_returns() {
    let dialogue = concat!(first!(), "… 20\n", sent!("2", "cd"));
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        send_first(&sock);
        idle(modem, 20);
        assert_eq!(sock.send(b"cd"), Ok(2));
        script.assert_done();
        std::mem::forget(sock);
    });
}

#[test]
fn what_goes_wrong_with_joined_bytes_is_told_by_a_later_call() {
    let dialogue = concat!(
        first!(),
        "→ AT+CIPSEND=4,2\\r\\n\n← \\r\\nOK\\r\\n\\r\\n>\n→ cd\n← \\r\\nSEND FAIL\\r\\n\n",
        "→ AT+CIPCLOSE=4\\r\\n\n← 4,CLOSED\\r\\n\\r\\nOK\\r\\n\n"
    );
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        send_first(&sock);
        assert_eq!(sock.send(b"cd"), Ok(2));
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::SendFailed));
        assert_eq!(sock.send(b"ef"), Err(Error::SendFailed));
        idle(modem, 500);
        std::mem::forget(sock);
    });
}

#[test]
fn a_flush_waits_until_the_module_has_all() {
    let dialogue = concat!(first!(), sent!("2", "cd"), sent!("2", "ef"));
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        let file = sock.makefile("wb").unwrap();
        send_first(&sock);
        for data in [b"cd", b"ef"] {
            assert_eq!(file.write(data), Ok(Some(2)));
        }
        assert_eq!(file.flush(), Ok(()));
        script.assert_done();
        std::mem::forget(sock);
    });
}

#[test]
fn a_large_send_comes_behind_the_small_ones_before_it() {
    let dialogue =
        concat!(first!(), sent!("2", "cd"), sent!("2", "ef"), sent!("17", "this is too large"));
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        send_first(&sock);
        for data in [b"cd", b"ef"] {
            assert_eq!(sock.send(data), Ok(2));
        }
        assert_eq!(sock.send(b"this is too large"), Ok(17)); // more than half a send ring
        script.assert_done();
        std::mem::forget(sock);
    });
}

#[test]
fn a_small_send_that_does_not_fit_waits_until_all_of_it_does() {
    // a send ring of 32 bytes
    let dialogue = concat!(
        first!(),
        "→ AT+CIPSEND=4,16\\r\\n\n← \\r\\nOK\\r\\n\\r\\n>\n→ 0123456789abcdef\n",
        "← \\r\\nRecv 16 bytes\\r\\n\n… 50\n← \\r\\nSEND OK\\r\\n\n",
        sent!("16", "fedcba9876543210"),
        sent!("12", "four and mor")
    );
    play(&[SETUP, CONNECT, dialogue], |modem, script| {
        let sock = connected(modem);
        send_first(&sock);
        assert_eq!(sock.send(b"0123456789abcdef"), Ok(16));
        assert_eq!(sock.send(b"fedcba9876543210"), Ok(16));
        sock.settimeout(Some(MillisDurationU32::from_millis(20))).unwrap();
        assert_eq!(sock.send(b"four"), Err(Error::TimedOut)); // nothing of it was taken
        sock.settimeout(None).unwrap();
        assert_eq!(sock.send(b"four and mor"), Ok(12));
        script.assert_done();
        std::mem::forget(sock);
    });
}

#[test]
fn a_module_without_options_leaves_it_to_the_driver() {
    let dialogue: String = ["a", "b", "c", "d", "e"]
        .map(|data| format!("→ AT+QISEND=0,1\\r\n← \\r\\n> \n→ {data}\n← \\r\\nSEND OK\\r\\n\n"))
        .concat();
    play_quectel(&[SETUP_BG96, OPEN, &dialogue], |modem, script| {
        let sock = script::cellular::connected(modem);
        assert_eq!(sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true), Ok(()));
        assert_eq!(sock.getsockopt(IPPROTO_TCP, TCP_NODELAY), Ok(1));
        for data in [b"a", b"b", b"c", b"d", b"e"] {
            assert_eq!(sock.send(data), Ok(1));
        }
        script.assert_done();
        std::mem::forget(sock);
    });
}
