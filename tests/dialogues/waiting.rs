//! What happens in a wait, and calls that never wait.

use std::cell::Cell;

use crate::script::cuts::every_cut;
use crate::script::{CONNECT, PEER, SETUP, connected, idle, play};
use fugit::ExtU32;
use usocket::select::{ONE_SHOT, POLLIN, POLLNVAL, POLLOUT, Poll};
use usocket::{
    AF_INET, Error, Hints, Idle, Memory, Modem, SO_ERROR, SOCK_STREAM, SOL_SOCKET, StreamError,
    getaddrinfo, getaddrinfo_with, socket, try_getaddrinfo,
};

#[test]
fn the_idle_hook_runs_in_every_wait_and_can_end_it() {
    let dialogue = r#"
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 50
        ← \r\n+IPD,4,2\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:2,ab\r\nOK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 100
        ← \r\n+IPD,4,2\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:2,cd\r\nOK\r\n
    "#;
    every_cut(&[SETUP, CONNECT, dialogue], |script| {
        let (rounds, stop) = (Cell::new(0), Cell::new(u32::MAX));
        let hook = || {
            rounds.set(rounds.get() + 1);
            if rounds.get() < stop.get() { Idle::Continue } else { Idle::Abort }
        };
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
        modem.on_idle(Some(&hook));
        let sock = connected(&modem);
        assert!(rounds.get() > 5, "each wait calls it: {}", rounds.get());
        stop.set(rounds.get() + 120);
        let mut buf = [0; 4];
        // two bytes came before it was ended: they are told, and nothing is lost
        let interrupted = StreamError { error: Error::Interrupted, done: 2 };
        assert_eq!(sock.read(&mut buf), Err(interrupted));
        assert_eq!(Error::Interrupted.errno(), 4);
        let mut poll = Poll::<1>::new(&modem);
        poll.register(&sock, POLLIN).unwrap();
        assert_eq!(poll.poll(None), Err(Error::Interrupted));
        modem.on_idle(None);
        assert_eq!(sock.read(&mut buf[2..]), Ok(Some(2)));
        assert_eq!(&buf, b"abcd");
        std::mem::forget(sock);
    });
}

#[test]
fn a_wait_that_is_ended_before_the_prompt_sends_nothing() {
    let dialogue = r#"
        → AT+CIPSEND=4,3\r\n
        … 50
        ← \r\nOK\r\n\r\n>
        → +++
        ← \r\nSEND Canceled\r\n
        → AT+CIPSEND=4,3\r\n
        ← \r\nOK\r\n\r\n>
        → two
        ← \r\nRecv 3 bytes\r\n\r\nSEND OK\r\n
    "#;
    every_cut(&[SETUP, CONNECT, dialogue], |script| {
        let rounds_left = Cell::new(u32::MAX);
        let hook = || {
            rounds_left.set(rounds_left.get().wrapping_sub(1));
            if rounds_left.get() == 0 { Idle::Abort } else { Idle::Continue }
        };
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
        modem.on_idle(Some(&hook));
        let sock = connected(&modem);
        rounds_left.set(10);
        assert_eq!(sock.send(b"one"), Err(Error::Interrupted));
        assert_eq!(sock.send(b"two"), Ok(3));
        std::mem::forget(sock);
    });
}

#[test]
fn a_name_is_resolved_without_waiting() {
    let dialogue = r#"
        → AT+CIPDOMAIN="example.com"\r\n
        … 100
        ← +CIPDOMAIN:"93.184.216.34"\r\n\r\nOK\r\n
        → AT+CIPDOMAIN="other.example",2\r\n
        … 20
        ← ERR CODE:0x010a0000\r\n\r\nERROR\r\n
    "#;
    play(&[SETUP, dialogue], |modem, script| {
        let mut asked = 0;
        let info = loop {
            let start = script.time();
            match try_getaddrinfo(modem, "example.com", 80) {
                Ok([info]) => break info,
                Err(nb::Error::WouldBlock) => asked += 1,
                Err(nb::Error::Other(error)) => panic!("{error}"),
            }
            assert_eq!(script.time(), start, "it has waited");
            idle(modem, 1);
        };
        assert!(asked > 100, "{asked}");
        assert_eq!(info.sockaddr, ([93, 184, 216, 34], 80).into());
        // numbers are no question at all
        assert!(try_getaddrinfo(modem, "192.168.1.1", 80).is_ok());
        let hints = Hints { family: AF_INET, timeout: Some(0.millis()), ..Hints::default() };
        let ask = || getaddrinfo_with(modem, "other.example", 80, hints);
        assert_eq!(ask(), Err(Error::WouldBlock));
        idle(modem, 50);
        assert_eq!(ask(), Err(Error::Dns(-2)));
    });
}

#[test]
fn a_question_that_nobody_asks_any_more_makes_place() {
    let dialogue = r#"
        → AT+CIPDOMAIN="first.example"\r\n
        … 30
        ← +CIPDOMAIN:"10.0.0.1"\r\n\r\nOK\r\n
        → AT+CIPDOMAIN="second.example"\r\n
        ← +CIPDOMAIN:"10.0.0.2"\r\n\r\nOK\r\n
        → AT+CIPDOMAIN="third.example"\r\n
        ← +CIPDOMAIN:"10.0.0.3"\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        for _ in 0..25 {
            assert!(try_getaddrinfo(modem, "first.example", 1).is_err());
            idle(modem, 1);
        }
        // it is under way by now
        assert_eq!(try_getaddrinfo(modem, "second.example", 2), Err(nb::Error::WouldBlock));
        let info = loop {
            idle(modem, 1);
            if let Ok([info]) = try_getaddrinfo(modem, "second.example", 2) {
                break info;
            }
        };
        assert_eq!(info.sockaddr, ([10, 0, 0, 2], 2).into());
        let info = getaddrinfo(modem, "third.example", 3).unwrap()[0];
        assert_eq!(info.sockaddr, ([10, 0, 0, 3], 3).into());
    });
}

#[test]
fn connecting_without_waiting() {
    let dialogue = r#"
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
        … 50
        ← \r\nERROR\r\n
        → AT+CIPSTART=3,"TCP","192.168.4.2",80\r\n
        … 50
        ← 3,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let mut poll = Poll::<2>::new(modem);
        poll.register(&sock, POLLOUT).unwrap();
        let mask = |poll: &mut Poll<'_, 2>| {
            let events = poll.poll(Some(0.millis())).unwrap();
            events.first().map(|event| event.mask)
        };
        assert_eq!(mask(&mut poll), Some(20));
        assert_eq!(sock.try_connect(PEER), Err(nb::Error::WouldBlock));
        assert_eq!(mask(&mut poll), None);
        idle(modem, 100);
        assert_eq!(mask(&mut poll), Some(28));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(111));
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(0));
        poll.modify(&sock, POLLIN | POLLOUT).unwrap();
        assert_eq!(mask(&mut poll), Some(21));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
        assert_eq!(sock.try_connect(PEER), Err(nb::Error::WouldBlock));
        poll.modify(&sock, POLLOUT).unwrap();
        assert_eq!(poll.poll(None).unwrap()[0].mask, POLLOUT);
        assert_eq!(sock.try_connect(PEER), Ok(()));
        assert_eq!(sock.try_connect(PEER), Err(nb::Error::Other(Error::AlreadyConnected)));
        std::mem::forget(sock);
    });
}

#[test]
fn a_poll_keeps_its_list() {
    play(&[SETUP, CONNECT], |modem, script| {
        let sock = connected(modem);
        let fresh = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let mut poll = Poll::<1>::new(modem);
        assert_eq!(poll.modify(&sock, POLLIN), Err(Error::NotFound));
        poll.unregister(&sock);
        poll.register(&sock, POLLIN).unwrap();
        poll.register(&sock, POLLOUT).unwrap(); // twice: changed
        assert_eq!(poll.register(&fresh, POLLIN), Err(Error::OutOfMemory));
        let events: Vec<_> = poll.ipoll(None, ONE_SHOT).unwrap().collect();
        assert!(events.len() == 1 && events[0].is(&sock) && events[0].mask == POLLOUT);
        let start = script.time();
        assert_eq!(poll.ipoll(Some(30.millis()), ONE_SHOT).unwrap().count(), 0);
        assert_eq!(script.time() - start, 30);
        poll.modify(&sock, POLLOUT).unwrap();
        assert_eq!(poll.poll(None).unwrap().len(), 1);
        poll.unregister(&sock);
        poll.register(&fresh, 0).unwrap();
        assert_eq!(poll.poll(None).unwrap()[0].mask, 16);
        let number = fresh.fileno();
        fresh.close().unwrap();
        let event = poll.poll(None).unwrap()[0];
        assert_eq!((event.mask, event.fileno()), (POLLNVAL, number));
        poll.remove(&event);
        assert!(poll.poll(Some(5.millis())).unwrap().is_empty());
        poll.register(&fresh, POLLIN).unwrap(); // closed before it was registered
        assert_eq!(poll.poll(None).unwrap()[0].mask, POLLNVAL);
        std::mem::forget(sock);
    });
    play(&[], |modem, _| {
        play(&[], |other, _| {
            let mut poll = Poll::<1>::new(modem);
            let stranger = socket(other, AF_INET, SOCK_STREAM, 0).unwrap();
            assert_eq!(poll.register(&stranger, POLLIN), Err(Error::InvalidInput));
        });
    });
}
