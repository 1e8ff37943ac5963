//! Clients of a web server on the module: std's sockets, each with a connection that it keeps.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread;
use std::time::Duration;

/// How many come at the same time.
pub const VISITORS: usize = 4;
/// How often each looks at everything.
const ROUNDS: usize = 3;

/// Comes with all of them at once, and returns when the last one has gone.
///
/// # Panics
/// If anything is not as it should be.
pub fn visit(address: SocketAddr) {
    let visitors: Vec<_> =
        (0..VISITORS).map(|number| thread::spawn(move || visitor(address, number))).collect();
    for visitor in visitors {
        visitor.join().unwrap();
    }
}

fn visitor(address: SocketAddr, number: usize) {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut answers = BufReader::new(&stream);
    let mut ask = |request: &str, body: &[u8]| {
        let head =
            format!("{request} HTTP/1.1\r\nHost: module\r\nContent-Length: {}\r\n\r\n", body.len());
        (&stream).write_all(&[head.as_bytes(), body].concat()).unwrap();
        answer(&mut answers)
    };
    for round in 0..ROUNDS {
        assert_eq!(ask("GET /hello", b""), (200, b"hello from a module".to_vec()));
        let words = format!("visitor {number} says this for the {round}. time; ").repeat(60);
        assert_eq!(ask("POST /echo", words.as_bytes()), (201, words.into_bytes()));
        let (status, page) = ask("GET /large", b"");
        assert_eq!((status, page.len()), (200, 8000));
        assert!(page.iter().enumerate().all(|(at, byte)| *byte == super::web::large(at)));
        assert_eq!(ask("GET /nothing", b""), (404, Vec::new()));
    }
}

/// Reads an answer: its status and its body, of a known length or in chunks.
fn answer(stream: &mut impl BufRead) -> (u16, Vec<u8>) {
    let status = line(stream);
    let status = status.split(' ').nth(1).and_then(|code| code.parse().ok());
    let (mut length, mut chunked) = (0, false);
    loop {
        let header = line(stream).to_ascii_lowercase();
        if header.is_empty() {
            break;
        }
        if let Some(value) = header.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        chunked |= header == "transfer-encoding: chunked";
    }
    let mut body = Vec::new();
    if chunked {
        loop {
            let size = usize::from_str_radix(&line(stream), 16).unwrap();
            read(stream, size, &mut body);
            assert_eq!(line(stream), "", "after a chunk");
            if size == 0 {
                break;
            }
        }
    } else {
        read(stream, length, &mut body);
    }
    (status.expect("an HTTP status"), body)
}

fn line(stream: &mut impl BufRead) -> String {
    let mut line = String::new();
    assert!(stream.read_line(&mut line).unwrap() > 0, "the server has ended the connection");
    line.trim_end().to_owned()
}

fn read(stream: &mut impl BufRead, length: usize, body: &mut Vec<u8>) {
    let count = stream.take(length as u64).read_to_end(body).unwrap();
    assert_eq!(count, length);
}
