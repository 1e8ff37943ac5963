//! Asks a time server for the time, by datagrams: SNTP version 4 (RFC 4330).
//!
//! Without arguments module, network and time server are simulated: `cargo run --example sntp_time`;
//! with `--modem quectel-bg96` the module is a cellular one. With `--port /dev/ttyUSB0 --ssid …
//! --password … --server pool.ntp.org` they are real. `--trace` shows the AT dialogue, `--help` the
//! rest.

#[path = "counterparts/clock_server.rs"]
mod clock_server;
mod rig;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;

use clap::Parser;
use rig::{Failure, ModuleOptions, Step};
use usocket::clock::{Clock, StdClock};
use usocket::fugit::ExtU32;
use usocket::uart::{SetBaud, Uart};
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM, Socket, getaddrinfo, socket};

/// The time server in the simulated network: this name and address lead to one of this process.
const SERVER: &str = "pool.ntp.org";
const ADDRESS: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::new(203, 0, 113, 123), NTP_PORT);
const NTP_PORT: u16 = 123;

/// How often the server is asked before it is given up.
const ATTEMPTS: u32 = 4;

/// Ask a time server for the time through a Wi-Fi or a cellular module.
#[derive(Debug, Parser)]
struct Options {
    /// Time server: a name or an IPv4 address.
    #[arg(long, default_value = SERVER)]
    server: String,
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    let options = Options::parse();
    rig::run(
        &options.module,
        |world| Ok(world.host(SERVER, ADDRESS, clock_server::start()?)),
        |uart, _| program(uart, &options),
    )
}

fn program(uart: impl Uart + SetBaud, options: &Options) -> Result<(), Failure> {
    let mut memory = Memory::<1, 256, 0>::new();
    let modem = options.module.modem(uart, StdClock::new(), &mut memory)?;
    let network = rig::join(&modem, &options.module)?;
    println!("address: {}", network.ifconfig().during("ask for the address")?.address);

    let server = options.server.as_str();
    let sockaddr =
        getaddrinfo(network, server, NTP_PORT).during(&format!("resolve {server:?}"))?[0].sockaddr;
    let sock = socket(network, AF_INET, SOCK_DGRAM, 0).during("make a socket")?;
    sock.connect(sockaddr).during("choose the server")?; // what others send does not come in
    sock.settimeout(Some(1.secs())).during("set the timeout")?;

    // the server repeats these eight bytes: an answer to somebody else is not ours
    let cookie = u64::from(modem.clock().now()) << 32 | 0x7573_6f63;
    let time = ask(&sock, cookie)?;
    println!("{server} says: {time}, {} s since 1970", time.seconds);
    sock.close().during("close")
}

/// Asks, waits, and asks again: datagrams can be lost.
fn ask(sock: &Socket<'_>, cookie: u64) -> Result<Utc, Failure> {
    let mut request = [0; 48];
    request[0] = 0b00_100_011; // no warning, version 4, client
    request[40..].copy_from_slice(&cookie.to_be_bytes());
    for attempt in 1..=ATTEMPTS {
        sock.send(&request).during("send the question")?;
        let mut answer = [0; 128];
        match sock.recv(&mut answer) {
            Ok(len) => match Utc::from_answer(&answer[..len], cookie) {
                Some(time) => return Ok(time),
                None => println!("attempt {attempt}: an answer that is none"),
            },
            Err(Error::TimedOut) => println!("attempt {attempt}: no answer"),
            Err(error) => return Err(error).during("receive the answer"),
        }
    }
    Err(Failure::new(format!("the time server has not answered {ATTEMPTS} times")))
}

/// A time of day, as the world counts it.
struct Utc {
    /// Seconds since 1970.
    seconds: u64,
    millis: u32,
}

impl Utc {
    /// Reads the answer of a server; `None` if it is not one, or the server has no time to give.
    fn from_answer(answer: &[u8], cookie: u64) -> Option<Self> {
        const SERVER_MODE: u8 = 4;
        let field = |at: usize| answer.get(at..at + 4)?.try_into().ok().map(u32::from_be_bytes);
        let originate = u64::from(field(24)?) << 32 | u64::from(field(28)?);
        let (seconds, fraction) = (field(40)?, field(44)?);
        let unsynchronised = answer[0] >> 6 == 3 || answer[1] == 0;
        if answer[0] & 7 != SERVER_MODE || originate != cookie || unsynchronised || seconds == 0 {
            return None;
        }
        // seconds since 1900; those without the highest bit belong to the era that begins in 2036
        let era = if seconds >> 31 == 0 { 1_u64 << 32 } else { 0 };
        let millis = (u64::from(fraction) * 1000) >> 32;
        Some(Self { seconds: era + u64::from(seconds) - 2_208_988_800, millis: millis as u32 })
    }
}

impl fmt::Display for Utc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut days, second) = (self.seconds / 86_400, self.seconds % 86_400);
        let mut year = 1970;
        while days >= 365 + leap_day(year) {
            days -= 365 + leap_day(year);
            year += 1;
        }
        let mut month = 1;
        for length in [31, 28 + leap_day(year), 31, 30, 31, 30, 31, 31, 30, 31, 30] {
            if days < length {
                break;
            }
            days -= length;
            month += 1;
        }
        let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
        let (day, millis) = (days + 1, self.millis);
        write!(f, "{year}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}.{millis:03} UTC")
    }
}

fn leap_day(year: u64) -> u64 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    u64::from(leap)
}
