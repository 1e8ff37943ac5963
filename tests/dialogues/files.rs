//! Sockets as files: modes, lines, and what closing means.

use crate::script::{CONNECT, SETUP, connected, play};
use fugit::ExtU32;
use usocket::{Error, MSG_PEEK, StreamError, heapless::Vec};

const LOOK: &str = r#"
    → AT+CIPRECVLEN?\r\n
    ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
"#;

#[test]
fn lines_keep_their_ends_and_survive_timeouts() {
    let dialogue = r#"
        ← \r\n+IPD,4,12\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:12,one\r\ntwo\nthr\r\nOK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 300
        ← \r\n+IPD,4,20\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:20,ee\n0123456789abcdef\n\r\nOK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 10
        ← \r\n+IPD,4,4\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:4,last\r\nOK\r\n4,CLOSED\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let file = sock.makefile("rb").unwrap();
        sock.settimeout(Some(100.millis())).unwrap();
        let mut lines = file.lines::<10>();
        let mut next = || lines.next().map(|line| line.map(|line| line.to_vec()));
        assert_eq!(next(), Some(Ok(b"one\r\n".to_vec())));
        assert_eq!(next(), Some(Ok(b"two\n".to_vec())));
        let timeout = StreamError { error: Error::TimedOut, done: 3 };
        assert_eq!(next(), Some(Err(timeout)));
        assert_eq!(next(), Some(Err(timeout))); // still the same three bytes
        sock.setblocking(true).unwrap();
        assert_eq!(next(), Some(Ok(b"three\n".to_vec())));
        // longer than the line buffer: in pieces
        assert_eq!(next(), Some(Ok(b"0123456789".to_vec())));
        assert_eq!(next(), Some(Ok(b"abcdef\n".to_vec())));
        assert_eq!(next(), Some(Ok(b"last".to_vec())));
        assert_eq!(next(), None);
        assert_eq!(next(), None);
        std::mem::forget(sock);
    });
}

#[test]
fn a_file_is_the_socket_with_its_position_and_its_modes() {
    let dialogue = r#"
        ← \r\n+IPD,4,6\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:6,abcdef\r\nOK\r\n
        → AT+CIPSEND=4,2\r\n
        ← \r\nOK\r\n\r\n>
        → hi
        ← \r\nRecv 2 bytes\r\n\r\nSEND OK\r\n
    "#;
    let closing = r#"
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue, LOOK, closing], |modem, _| {
        let sock = connected(modem);
        for mode in ["r", "w", "x", "", "rwb ", "br", "RB"] {
            assert_eq!(sock.makefile(mode).map(drop), Err(Error::InvalidInput));
        }
        let (read, write) = (sock.makefile("rb").unwrap(), sock.makefile("wb").unwrap());
        let both = sock.makefile("rwb").unwrap();
        let mut buf = [0; 8];
        assert_eq!(sock.recv_flags(&mut buf, MSG_PEEK), Ok(6));
        assert_eq!(read.read(&mut buf[..2]), Ok(Some(2)));
        assert_eq!(both.readinto(&mut buf, Some(2)), Ok(Some(2)));
        assert_eq!(&buf[..2], b"cd");
        assert_eq!(write.write(b"hi"), Ok(Some(2)));
        write.flush().unwrap();
        let wrong = StreamError { error: Error::Closed, done: 0 };
        assert_eq!(read.write(b"x"), Err(wrong));
        assert_eq!(write.read(&mut buf), Err(wrong));
        assert_eq!(write.readline(&mut buf), Err(wrong));
        assert_eq!(read.fileno(), sock.fileno());
        sock.settimeout(Some(20.millis())).unwrap();
        let late = StreamError { error: Error::TimedOut, done: 2 };
        assert_eq!(read.read(&mut buf), Err(late)); // "ef", and the time of the socket
        both.close().unwrap();
        assert_eq!(sock.recv(&mut buf), Err(Error::Closed));
        assert_eq!(read.read(&mut buf), Err(wrong));
        assert_eq!(read.read(&mut []), Ok(Some(0)));
        assert_eq!((read.fileno(), sock.fileno()), (-1, -1));
        assert_eq!(sock.makefile("rb").map(drop), Err(Error::Closed));
        sock.close().unwrap();
    });
}

#[test]
fn reading_to_the_end_stops_when_there_is_no_room_and_loses_nothing() {
    let dialogue = r#"
        ← \r\n+IPD,4,10\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:10,0123456789\r\nOK\r\n4,CLOSED\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← \r\nERROR\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        let mut small = Vec::<u8, 4>::new();
        let full = StreamError { error: Error::OutOfMemory, done: 4 };
        assert_eq!(sock.read_to_end(&mut small), Err(full));
        assert_eq!(&small[..], b"0123");
        let mut rest = Vec::<u8, 6>::new();
        assert_eq!(sock.read_to_end(&mut rest), Ok(Some(6))); // exactly as much as there is
        assert_eq!(&rest[..], b"456789");
        assert_eq!(sock.makefile("rb").unwrap().read_to_end(&mut rest), Ok(Some(0)));
        std::mem::forget(sock);
    });
}
