//! A server that the firmware downloads from: as many bytes as it is asked for.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use agreement::Content;

use crate::traffic::Traffic;

/// How often it reports, if the firmware does nothing wrong.
pub(crate) const REPORTS: usize = 1;

/// Longest silence.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest time until the firmware has taken what waits in the buffers of this machine: nearly all.
const LIMIT: Duration = Duration::from_secs(150);

/// Starts it, and returns its port. It sends a wrong byte at the place of the flaw.
pub(crate) fn start(flaw: Option<u32>, report: Sender<Result<Traffic, String>>) -> io::Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = listener.local_addr()?.port();
    thread::spawn(move || {
        for client in listener.incoming() {
            let given = client.and_then(|stream| give(stream, flaw));
            // nobody listens if the firmware has failed
            let _ = report.send(given.map_err(|error| format!("the download: {error}")));
        }
    });
    Ok(port)
}

/// Sends what is asked for, and waits until the firmware has closed: it has all by then.
fn give(mut stream: TcpStream, flaw: Option<u32>) -> io::Result<Traffic> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut length = [0; 4];
    stream.read_exact(&mut length)?;
    let began = Instant::now();
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    Content::DOWNLOAD.fill(0, &mut bytes);
    if let Some(byte) = flaw.and_then(|place| bytes.get_mut(place as usize)) {
        *byte ^= 1;
    }
    stream.write_all(&bytes)?;
    stream.shutdown(std::net::Shutdown::Write)?;
    stream.set_read_timeout(Some(LIMIT))?;
    match stream.read(&mut length)? {
        0 => Ok(Traffic::since(began, "download", bytes.len() as u64)),
        _ => Err(io::Error::other("the firmware sends more than it should")),
    }
}
