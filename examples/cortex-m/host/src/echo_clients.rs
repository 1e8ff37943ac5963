//! Clients of the firmware's echo server, one after the other.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use agreement::{CLIENTS, Content, ECHO};

use crate::traffic::Traffic;

/// How often they report.
pub(crate) const REPORTS: usize = CLIENTS as usize;

/// Longest silence.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest time until the module serves the port.
const LIMIT: Duration = Duration::from_secs(300);

/// Starts them; they call at this port until somebody is there.
pub(crate) fn start(port: u16, report: Sender<Result<Traffic, String>>) {
    thread::spawn(move || {
        for number in 0..CLIENTS {
            let talked = call(port).and_then(|stream| talk(stream, Content::echo(number)));
            // nobody listens if the firmware has failed
            let _ = report.send(talked.map_err(|error| format!("echo client {number}: {error}")));
        }
    });
}

fn call(port: u16) -> io::Result<TcpStream> {
    let began = Instant::now();
    loop {
        match TcpStream::connect((Ipv4Addr::LOCALHOST, port)) {
            Err(error)
                if error.kind() == io::ErrorKind::ConnectionRefused && began.elapsed() < LIMIT =>
            {
                thread::sleep(Duration::from_millis(20));
            }
            result => return result,
        }
    }
}

/// Sends all while it reads what comes back.
fn talk(mut stream: TcpStream, content: Content) -> io::Result<Traffic> {
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let began = Instant::now();
    let mut sender = stream.try_clone()?;
    let sending = thread::spawn(move || {
        let mut bytes = vec![0; ECHO as usize];
        content.fill(0, &mut bytes);
        sender.write_all(&bytes)
    });
    let mut buffer = [0; 4096];
    let mut total = 0;
    while total < ECHO {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            return Err(io::Error::other(format!("it ends after {total} bytes")));
        }
        if let Some(place) = content.flaw(total, &buffer[..count]) {
            return Err(io::Error::other(format!("byte {place} is wrong")));
        }
        total += count as u32;
    }
    sending.join().map_err(|_| io::Error::other("the sender has panicked"))??;
    if total > ECHO {
        return Err(io::Error::other(format!("{total} bytes came back")));
    }
    Ok(Traffic::since(began, "echo", total.into()))
}
