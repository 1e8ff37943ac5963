//! The time of day, by sntpc over one of our sockets.

use core::net::SocketAddr;

use defmt::{Debug2Format, warn};
use embassy_time::Instant;
use sntpc::{NtpContext, NtpTimestampGenerator, NtpUdpSocket};
use usocket::asynch::{Network, Socket, getaddrinfo, socket};
use usocket::fugit::ExtU32;
use usocket::{AF_INET, Error, SOCK_DGRAM};

const SERVER: &str = "pool.ntp.org";
const PORT: u16 = 123;

/// How often the server is asked before it is given up: datagrams can be lost.
const ATTEMPTS: u32 = 4;

/// Returns the seconds since 1970.
pub(crate) async fn ask(net: &impl Network) -> Result<u64, Error> {
    let server = getaddrinfo(net, SERVER, PORT).await?[0].sockaddr;
    let sock = socket(net, AF_INET, SOCK_DGRAM, 0)?;
    sock.settimeout(Some(3.secs()))?;
    let sock = Datagrams(sock);
    for attempt in 1..=ATTEMPTS {
        match sntpc::get_time(server, &sock, NtpContext::new(SinceStart(0))).await {
            Ok(answer) => return Ok(answer.sec()),
            Err(error) => warn!("attempt {}: {}", attempt, Debug2Format(&error)),
        }
    }
    Err(Error::TimedOut)
}

/// A socket as sntpc wants it.
struct Datagrams<'n>(Socket<'n>);

impl NtpUdpSocket for Datagrams<'_> {
    async fn send_to(&self, data: &[u8], address: SocketAddr) -> sntpc::Result<usize> {
        self.0.sendto(data, address).await.map_err(|_| sntpc::Error::Network)
    }

    async fn recv_from(&self, buffer: &mut [u8]) -> sntpc::Result<(usize, SocketAddr)> {
        self.0.recvfrom(buffer).await.map_err(|_| sntpc::Error::Network)
    }
}

/// A clock that knows no more than how long the processor has been running, in microseconds; and that
/// this was written in 2026.
#[derive(Clone, Copy)]
struct SinceStart(u64);

/// 2026-01-01, in seconds since 1970.
const AT_LEAST: u64 = 1_767_225_600;

impl NtpTimestampGenerator for SinceStart {
    fn init(&mut self) {
        self.0 = Instant::now().as_micros();
    }

    fn timestamp_sec(&self) -> u64 {
        AT_LEAST + self.0 / 1_000_000
    }

    fn timestamp_subsec_micros(&self) -> u32 {
        (self.0 % 1_000_000) as u32
    }
}
