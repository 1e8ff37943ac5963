//! A web server on loopback that keeps its connections, for clients on the simulated module.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The length of `/large`.
pub const LARGE: usize = 100_000;

/// The byte of `/large` at this place.
pub const fn large(at: usize) -> u8 {
    (at * 7 + at / 251) as u8
}

/// A server that ends with the process.
pub struct Web {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Web {
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let connections = Arc::<AtomicUsize>::default();
        let counted = Arc::clone(&connections);
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                counted.fetch_add(1, Ordering::Relaxed);
                // one that breaks off is not served to the end
                thread::spawn(move || serve(&client));
            }
        });
        Ok(Self { address, connections })
    }

    /// How many connections there have been.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::Relaxed)
    }
}

/// Answers one request after another, until the client has no more.
fn serve(client: &TcpStream) -> io::Result<()> {
    let mut requests = BufReader::new(client);
    loop {
        let mut request = String::new();
        if requests.read_line(&mut request)? == 0 {
            return Ok(());
        }
        let mut length = 0;
        loop {
            let mut line = String::new();
            requests.read_line(&mut line)?;
            let line = line.trim_end().to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse().map_err(io::Error::other)?;
            }
        }
        let mut body = vec![0; length];
        requests.read_exact(&mut body)?;
        let (status, answer) = match request.trim_end() {
            "GET /hello HTTP/1.1" => ("200 OK", b"hello over AT commands".to_vec()),
            "GET /large HTTP/1.1" => ("200 OK", (0..LARGE).map(large).collect()),
            "POST /echo HTTP/1.1" => ("201 Created", body),
            _ => ("404 Not Found", Vec::new()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: application/octet-stream\r\nContent-Length: {}\r\n\r\n",
            answer.len()
        );
        let mut out = client;
        out.write_all(head.as_bytes())?;
        out.write_all(&answer)?;
    }
}
