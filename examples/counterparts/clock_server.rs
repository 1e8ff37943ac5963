//! A small time server on loopback, for the simulated module to ask.

use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::time::{SystemTime, UNIX_EPOCH};
use std::{io, thread};

/// Seconds from 1900 to 1970.
const TO_1970: u64 = 2_208_988_800;

/// Starts the server and returns its address; it ends with the process.
///
/// It lets the first request go unanswered, as a network may.
pub(crate) fn start() -> io::Result<SocketAddr> {
    let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0))?;
    let address = socket.local_addr()?;
    thread::spawn(move || {
        let mut request = [0; 64];
        let mut heard = 0;
        while let Ok((length, from)) = socket.recv_from(&mut request) {
            heard += 1;
            if length == 48 && heard > 1 {
                // one that has gone away gets no answer
                let _ = socket.send_to(&answer(&request), from);
            }
        }
    });
    Ok(address)
}

fn answer(request: &[u8]) -> [u8; 48] {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = ((now.as_secs() + TO_1970) as u32).to_be_bytes(); // the era is left out
    let fraction = (((u64::from(now.subsec_nanos())) << 32) / 1_000_000_000) as u32;
    let mut answer = [0; 48];
    answer[0] = 0b00_100_100; // no warning, version 4, server
    answer[1] = 1; // a primary clock
    answer[24..32].copy_from_slice(&request[40..48]);
    for at in [32, 40] {
        answer[at..at + 4].copy_from_slice(&seconds);
        answer[at + 4..at + 8].copy_from_slice(&fraction.to_be_bytes());
    }
    answer
}
