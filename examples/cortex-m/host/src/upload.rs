//! A server that takes what the firmware uploads.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use agreement::{Content, TRANSFER};

use crate::traffic::Traffic;

/// How often it reports.
pub(crate) const REPORTS: usize = 1;

/// Longest silence.
const PATIENCE: Duration = Duration::from_secs(20);

/// Starts it, and returns its port.
pub(crate) fn start(report: Sender<Result<Traffic, String>>) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        let taken = listener.accept().and_then(|(stream, _)| take(stream));
        // nobody listens if the firmware has failed
        let _ = report.send(taken.map_err(|error| format!("the upload: {error}")));
    });
    Ok(port)
}

/// Checks what comes, and confirms it.
fn take(mut stream: TcpStream) -> io::Result<Traffic> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let began = Instant::now();
    let mut buffer = [0; 16 << 10];
    let mut total = 0;
    while total < TRANSFER {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::Error::other(format!("it ends after {total} bytes")));
        }
        if let Some(place) = Content::UPLOAD.flaw(total, &buffer[..count]) {
            return Err(io::Error::other(format!("byte {place} is wrong")));
        }
        total += count as u32;
    }
    let traffic = Traffic::since(began, "upload", total.into());
    if total > TRANSFER {
        return Err(io::Error::other(format!("{total} bytes came")));
    }
    stream.write_all(b"all as it should be\n")?;
    match stream.read(&mut buffer)? {
        0 => Ok(traffic),
        _ => Err(io::Error::other("more came than should")),
    }
}
