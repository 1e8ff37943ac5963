//! `sntpc`: the time of a time server, over an async datagram socket.

#[path = "../../../examples/counterparts/clock_server.rs"]
mod clock_server;

use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use futures_lite::future::{block_on, or};
use sntpc::{NtpContext, NtpTimestampGenerator, NtpUdpSocket, get_time};
use usocket::asynch::{Modem, Network, Socket, Wlan, getaddrinfo, socket};
use usocket::clock::StdClock;
use usocket::fugit::ExtU32;
use usocket::network::STA_IF;
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM};
use usocket_ecosystem::{Delay, PASSWORD, SSID, uart, wifi, within_a_minute};

/// A socket as `sntpc` wants it.
struct Ntp<'n>(Socket<'n>);

impl NtpUdpSocket for Ntp<'_> {
    async fn send_to(&self, buf: &[u8], addr: SocketAddr) -> sntpc::Result<usize> {
        self.0.sendto(buf, addr).await.map_err(|_| sntpc::Error::Network)
    }

    async fn recv_from(&self, buf: &mut [u8]) -> sntpc::Result<(usize, SocketAddr)> {
        self.0.recvfrom(buf).await.map_err(|_| sntpc::Error::Network)
    }
}

/// The clock of the device, from which `sntpc` tells how wrong it is: here that of the host.
#[derive(Clone, Copy, Default)]
struct Timestamps {
    micros: u128,
}

impl NtpTimestampGenerator for Timestamps {
    fn init(&mut self) {
        self.micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
    }

    fn timestamp_sec(&self) -> u64 {
        (self.micros / 1_000_000) as u64
    }

    fn timestamp_subsec_micros(&self) -> u32 {
        (self.micros % 1_000_000) as u32
    }
}

/// Asks until there is an answer: datagrams get lost. Returns how often, and what the answer is.
async fn time(net: &impl Network, server: &str) -> Result<(u32, sntpc::NtpResult), Error> {
    let sock = socket(net, AF_INET, SOCK_DGRAM, 0)?;
    sock.settimeout(Some(1.secs()))?;
    let addr = getaddrinfo(net, server, 123).await?[0].sockaddr;
    let ntp = Ntp(sock);
    for attempt in 1..=5 {
        if let Ok(answer) = get_time(addr, &ntp, NtpContext::new(Timestamps::default())).await {
            return Ok((attempt, answer));
        }
    }
    Err(Error::TimedOut)
}

#[test]
fn a_time_server_is_asked_over_wifi() {
    within_a_minute(|| {
        // a real server, which lets the first request go unanswered
        let server = clock_server::start().unwrap();
        let world = wifi(&[("pool.ntp.org", 123, server)]);

        let mut memory = Memory::<2, 256, 256>::new();
        let modem = Modem::esp_at(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let program = async {
            let wlan = Wlan::new(&modem, STA_IF);
            wlan.active(true).await?;
            wlan.connect(SSID, PASSWORD).await?;
            time(&wlan, "pool.ntp.org").await
        };
        let answer = block_on(or(program, async { Err(runner.run().await) }));

        let (attempts, answer) = answer.unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        assert!(now.abs_diff(answer.sec()) <= 2, "{} is not the time", answer.sec());
        assert!(answer.offset().abs() < 2_000_000, "server and device have the same clock");
        assert!(attempts > 1, "the first request is not answered");
    });
}
