//! Modes, states and arguments of stream calls, as dialogues.

use crate::script;
use crate::script::{CONNECT, PEER, SETUP, connected, idle, play};
use fugit::ExtU32;
use usocket::clock::Clock;
use usocket::{AF_INET, Error, IPPROTO_UDP, SOCK_DGRAM, SOCK_RAW, SOCK_STREAM, socket};

#[test]
fn a_socket_that_is_not_connected_says_so_and_zero_sizes_never_touch_it() {
    play(&[], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let mut buf = [0; 4];
        assert_eq!(sock.recv(&mut buf), Err(Error::NotConnected));
        assert_eq!(sock.send(b"x"), Err(Error::NotConnected));
        assert_eq!(sock.read(&mut buf).unwrap_err().error, Error::NotConnected);
        assert_eq!(sock.readline(&mut buf).unwrap_err().error, Error::NotConnected);
        assert_eq!(sock.write(b"x").unwrap_err().errno(), 107);
        assert_eq!(sock.sendall(b"").unwrap_err().error, Error::NotConnected);
        sock.close().unwrap();
        sock.close().unwrap();
        assert_eq!(sock.recv(&mut buf), Err(Error::Closed));
        assert_eq!(sock.settimeout(None), Err(Error::Closed));
        assert_eq!(sock.connect(PEER), Err(Error::Closed));
        // stream calls of no size do nothing, on any socket (usocket-semantics.md §1.1)
        assert_eq!(sock.read(&mut []), Ok(Some(0)));
        assert_eq!(sock.readinto(&mut buf, Some(0)), Ok(Some(0)));
        assert_eq!(sock.write(b""), Ok(Some(0)));
    });
}

#[test]
fn families_types_and_protocols_that_do_not_exist_are_errors() {
    play(&[], |modem, _| {
        let make = |af, kind, proto| socket(modem, af, kind, proto).map(drop);
        assert_eq!(make(99, SOCK_STREAM, 0), Err(Error::AfNotSupported));
        assert_eq!(make(AF_INET, 99, 0), Err(Error::InvalidInput));
        assert_eq!(make(AF_INET, SOCK_STREAM, IPPROTO_UDP), Err(Error::ProtoNotSupported));
        assert_eq!(make(AF_INET, SOCK_RAW, 0), Err(Error::ProtoNotSupported));
        assert_eq!(make(AF_INET, SOCK_DGRAM, usocket::IPPROTO_TCP), Err(Error::ProtoNotSupported));
        assert_eq!(make(AF_INET, SOCK_DGRAM, IPPROTO_UDP), Ok(()));
        assert_eq!(make(AF_INET, SOCK_STREAM, usocket::IPPROTO_TCP), Ok(()));
    });
}

#[test]
fn timeouts_in_seconds_are_checked_and_never_become_zero_by_rounding() {
    play(&[SETUP, CONNECT, LOOK], |modem, script| {
        let sock = connected(modem);
        for wrong in [-1.0, f32::NAN, f32::INFINITY, 1e10] {
            assert_eq!(sock.settimeout_secs(wrong), Err(Error::InvalidInput));
        }
        sock.settimeout_secs(0.0001).unwrap();
        assert_eq!(sock.recv(&mut [0; 1]), Err(Error::TimedOut));
        sock.settimeout_secs(0.05).unwrap();
        let start = script.time();
        assert_eq!(sock.recv(&mut [0; 1]), Err(Error::TimedOut));
        assert_eq!(script.time() - start, 50);
        sock.settimeout_secs(0.0).unwrap();
        assert_eq!(sock.recv(&mut [0; 1]), Err(Error::WouldBlock));
        assert_eq!(sock.read(&mut [0; 1]), Ok(None));
        assert_eq!(sock.readline(&mut [0; 1]), Ok(None));
        std::mem::forget(sock);
    });
}

/// A reader that finds nothing at hand looks once.
const LOOK: &str = r"
    → AT+CIPRECVLEN?\r\n
    ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
";

#[test]
fn stream_calls_without_waiting_give_what_there_is() {
    let dialogue = r#"
        ← \r\n+IPD,4,5\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:5,a\nbcd\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue, LOOK], |modem, _| {
        let sock = connected(modem);
        sock.setblocking(false).unwrap();
        for _ in 0..5 {
            modem.poll().unwrap();
        }
        let mut buf = [0; 10];
        assert_eq!(sock.readline(&mut buf), Ok(Some(2)));
        assert_eq!(sock.readinto(&mut buf, Some(1)), Ok(Some(1)));
        assert_eq!(sock.readline(&mut buf), Ok(Some(2)), "a partial line without its end");
        assert_eq!(&buf[..2], b"cd");
        assert_eq!(sock.readline(&mut buf), Ok(None));
        assert_eq!(sock.recv(&mut buf), Err(Error::WouldBlock));
        idle(modem, 25); // no notice follows: the module is asked once more
        std::mem::forget(sock);
    });
}

/// A clock whose pause uses a socket once.
struct Nested {
    script: script::Script,
    sock: std::rc::Rc<std::cell::RefCell<Option<usocket::Socket<'static>>>>,
    answers: std::rc::Rc<std::cell::RefCell<Vec<Result<usize, Error>>>>,
}

impl Clock for Nested {
    fn now(&self) -> u32 {
        self.script.now()
    }

    fn pause(&self) {
        if let Some(sock) = self.sock.take() {
            self.answers.borrow_mut().push(sock.recv(&mut [0; 1]));
            sock.setblocking(false).unwrap();
            self.answers.borrow_mut().push(sock.recv(&mut [0; 1]));
            std::mem::forget(sock);
        }
        self.script.pause();
    }
}

#[test]
fn a_wait_inside_a_wait_is_refused_and_a_call_that_does_not_wait_is_not() {
    let second = CONNECT.replace('4', "3").replace("192.168.3.2", "192.168.4.2");
    script::cuts::every_cut(&[SETUP, CONNECT, &second, LOOK], |script| {
        let (sock, answers) = Default::default();
        let nested = Nested { script: script.clone(), sock, answers };
        let (slot, answers) = (nested.sock.clone(), nested.answers.clone());
        // leaked, so that the clock can hold a socket of the modem that holds the clock
        let memory = Box::leak(Box::new(usocket::Memory::<2, 64, 32>::new()));
        let modem = Box::leak(Box::new(usocket::Modem::esp_at(script.clone(), nested, memory)));
        let first = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        first.connect(PEER).unwrap();
        let other = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        other.connect(PEER).unwrap();
        first.settimeout(Some(50.millis())).unwrap();
        slot.replace(Some(other));
        assert_eq!(first.recv(&mut [0; 1]), Err(Error::TimedOut));
        assert_eq!(*answers.borrow(), [Err(Error::Busy), Err(Error::WouldBlock)]);
    });
}
