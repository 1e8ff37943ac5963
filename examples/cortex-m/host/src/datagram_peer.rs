//! A peer for datagrams: it answers those of the firmware, then it sends some unasked.

use std::io;
use std::net::{Ipv4Addr, UdpSocket};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::{Duration, Instant};

use agreement::{Content, DATAGRAMS};

use crate::traffic::Traffic;

/// How often it reports.
pub(crate) const REPORTS: usize = 2;

/// Longest silence.
const PATIENCE: Duration = Duration::from_secs(20);
/// Longest time until the first datagram.
const LIMIT: Duration = Duration::from_secs(300);

/// Starts it, and returns its port; the firmware takes datagrams at `calls`.
pub(crate) fn start(calls: u16, report: Sender<Result<Traffic, String>>) -> io::Result<u16> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let port = socket.local_addr()?.port();
    thread::spawn(move || {
        // nobody listens if the firmware has failed
        let answered = answer(&socket);
        let _ = report.send(answered.map_err(|error| format!("the firmware's datagrams: {error}")));
        let called = call(calls);
        let _ = report.send(called.map_err(|error| format!("the host's datagrams: {error}")));
    });
    Ok(port)
}

/// Checks and answers what the firmware sends.
fn answer(socket: &UdpSocket) -> io::Result<Traffic> {
    socket.set_read_timeout(Some(LIMIT))?;
    let mut began = None;
    let mut total = 0;
    let mut memory = [0; 2048];
    for (number, length) in DATAGRAMS.into_iter().enumerate() {
        let (count, from) = socket.recv_from(&mut memory)?;
        began = began.or_else(|| Some(Instant::now()));
        check(Content::question(number), &memory[..count], length)?;
        Content::answer(number).fill(0, &mut memory[..length]);
        socket.send_to(&memory[..length], from)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        total += 2 * length as u64;
    }
    let began = began.unwrap_or_else(Instant::now);
    Ok(Traffic::since(began, "datagrams, questions and answers", total))
}

/// Sends what the firmware has not asked for, and checks its replies.
fn call(port: u16) -> io::Result<Traffic> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    socket.set_read_timeout(Some(PATIENCE))?;
    socket.connect((Ipv4Addr::LOCALHOST, port))?;
    let began = Instant::now();
    let mut total = 0;
    let mut memory = [0; 2048];
    for (number, length) in DATAGRAMS.into_iter().enumerate() {
        Content::call(number).fill(0, &mut memory[..length]);
        socket.send(&memory[..length])?;
        let count = socket.recv(&mut memory)?;
        check(Content::reply(number), &memory[..count], length)?;
        total += 2 * length as u64;
    }
    Ok(Traffic::since(began, "datagrams, calls and replies", total))
}

fn check(content: Content, datagram: &[u8], length: usize) -> io::Result<()> {
    if datagram.len() != length {
        let wrong = format!("{} bytes instead of {length}", datagram.len());
        return Err(io::Error::other(wrong));
    }
    match content.flaw(0, datagram) {
        Some(place) => Err(io::Error::other(format!("byte {place} of {length} is wrong"))),
        None => Ok(()),
    }
}
