//! The network that the program has joined, and its time server: a module that has restarted is told of
//! them again.
//!
//! (A network that is only out of reach for a while is the module's own affair: it joins again by itself,
//! esp-at.md §5.4.)

use core::fmt;

use heapless::String;
use usocket_commands::esp_at::tcpip::TimeConfig;
use usocket_commands::esp_at::wifi::{GetStation, Join, StationLine};

use super::{EspAt, write};
use crate::error::Error;
use crate::modem::{Encoded, Meaning, Step};

/// Has it joined by itself?
const ASK: u8 = 0;
/// It has not.
const JOIN: u8 = 1;
/// Where it has its time from.
const CLOCK: u8 = 2;

/// Name and password of a network; they appear in no log.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    ssid: String<32, u8>,
    password: String<64, u8>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials")
    }
}

/// What is known of the network that the program has joined.
#[derive(Debug)]
pub(super) struct Rejoin {
    credentials: Option<Credentials>,
    /// The module knows them, until it restarts.
    told: bool,
    /// The module has an address.
    addressed: bool,
    /// Its time server, which it needs to look at certificates.
    #[cfg(feature = "tls")]
    server: String<64, u8>,
}

impl Rejoin {
    pub(super) const NOTHING: Self = Self {
        credentials: None,
        told: false,
        addressed: false,
        #[cfg(feature = "tls")]
        server: String::new(),
    };

    /// The module has restarted.
    pub(super) const fn forget(&mut self) {
        self.told = false;
    }

    /// Whether the module is to be told.
    pub(super) const fn is_due(&self) -> bool {
        self.credentials.is_some() && !self.told
    }

    #[cfg(feature = "tls")]
    fn server(&self) -> Option<&str> {
        Some(self.server.as_str()).filter(|server| !server.is_empty())
    }

    #[cfg(not(feature = "tls"))]
    #[expect(clippy::unused_self, reason = "nobody looks at certificates")]
    const fn server(&self) -> Option<&str> {
        None
    }
}

impl EspAt {
    /// The program has joined a network, or (`None`) left it.
    pub(crate) fn remember(&mut self, network: Option<(&str, &str)>) {
        let copy = |(ssid, password): (&str, &str)| {
            Some(Credentials {
                ssid: String::try_from(ssid).ok()?,
                password: String::try_from(password).ok()?,
            })
        };
        self.rejoin.credentials = network.and_then(copy);
        self.rejoin.told = true;
        self.rejoin.addressed = false;
    }

    /// The module has its time from this server.
    #[cfg(feature = "tls")]
    pub(crate) fn keep_time(&mut self, server: &str) {
        self.rejoin.server = String::try_from(server).unwrap_or_default();
    }

    pub(super) fn encode_rejoin(&self, step: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        match (step, &self.rejoin.credentials) {
            (ASK, _) => write(&GetStation, out),
            (JOIN, Some(Credentials { ssid, password })) => write(&Join::new(ssid, password)?, out),
            (CLOCK, _) => match self.rejoin.server() {
                Some(server) => write(&TimeConfig::new(0, &[server])?, out),
                None => Err(Error::NotSupported),
            },
            _ => Err(Error::NotSupported),
        }
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn rejoin_line(&mut self, step: u8, line: &[u8]) -> Meaning {
        let Some(station) = StationLine::parse_line(line) else { return Meaning::Unknown };
        if let (ASK, StationLine::Ip(ip)) = (step, station) {
            self.rejoin.addressed = !ip.is_unspecified();
        }
        Meaning::Noted
    }

    pub(super) fn after_rejoin(&mut self, step: u8, result: Result<(), Error>) -> Step {
        match (step, result) {
            (ASK, Ok(())) if !self.rejoin.addressed => Step::Next(JOIN),
            (ASK | JOIN, Ok(())) if self.rejoin.server().is_some() => Step::Next(CLOCK),
            // without the time certificates are refused, and that shows
            (_, Ok(())) | (CLOCK, Err(_)) => {
                self.rejoin.told = true;
                Step::Ready
            }
            (_, Err(Error::CommandFailed)) => Step::Failed(Error::JoinFailed),
            (_, Err(error)) => Step::Failed(error),
        }
    }

    pub(super) const fn begin_rejoin(&mut self, on: bool) -> Option<u8> {
        self.rejoin.addressed = false;
        if on { Some(ASK) } else { None }
    }
}
