//! Echo requests.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::ping::*;
//!
//! let mut buffer = [0; 352];
//! let len = Ping::new(1, "example.com".into())?.count(2).write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QPING=1,\"example.com\",4,2\r");
//!
//! let line = PingLine::parse_line(b"+QPING: 0,\"61.135.169.125\",32,192,255").unwrap();
//! assert!(matches!(line, PingLine::Reply { ms: 192, .. }));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::IpAddr;

use crate::ArgumentError;
use crate::address;
use crate::cellular::context::check_context;
use crate::command::cr_command as command;
use crate::fields::{Fields, in_quotes};

use super::host::{check_host, encode_host};
use super::result::TcpIpError;
use super::{Host, NoResponse, within};

command! {
    /// `AT+QPING=`: sends echo requests to a host (Quectel digest §5.9).
    ///
    /// After `OK` comes a [`Urc::Ping`](super::urc::Urc::Ping) for each, then one for all, within
    /// [`result_timeout_ms`](Self::result_timeout_ms).
    pub struct Ping<'a> {
        context: u8,
        host: Host<'a>,
        timeout_s: u8,
        count: u8,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |ping, line| {
        line.text("AT+QPING=").number(u32::from(ping.context));
        encode_host(&ping.host, line.field());
        line.field().number(u32::from(ping.timeout_s)).field().number(u32::from(ping.count))
    }
}

impl<'a> Ping<'a> {
    /// Four requests to `host`, each waiting four seconds for its answer.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, and a name 1 to 150 bytes without quotes
    /// and control characters.
    pub fn new(context: u8, host: Host<'a>) -> Result<Self, ArgumentError> {
        check_context(context)?;
        check_host(&host)?;
        Ok(Self { context, host, timeout_s: 4, count: 4 })
    }

    /// Each waiting so many seconds, 1 to 255.
    #[must_use]
    pub fn timeout_s(self, seconds: u8) -> Self {
        Self { timeout_s: seconds.max(1), ..self }
    }

    /// So many requests, 1 to 10.
    #[must_use]
    pub fn count(self, count: u8) -> Self {
        Self { count: count.clamp(1, 10), ..self }
    }

    /// Longest time from `OK` to the last line, in milliseconds: that of the requests and of a
    /// look-up.
    #[must_use]
    pub fn result_timeout_ms(&self) -> u32 {
        let seconds = u32::from(self.timeout_s).saturating_mul(u32::from(self.count));
        seconds.saturating_mul(1000).saturating_add(super::RESOLVE_TIMEOUT_MS)
    }
}

/// A line of the result of a [`Ping`] (Quectel digest §5.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum PingLine {
    /// `+QPING: 0,"<ip>",<bytes>,<ms>,<ttl>`: an answer came.
    Reply {
        /// From whom; `None` if the address cannot be read.
        ip: Option<IpAddr>,
        /// After so many milliseconds.
        ms: u32,
        /// Hops that were left to it.
        ttl: u8,
    },
    /// `+QPING: <error>`: no answer came.
    Failed(TcpIpError),
    /// `+QPING: 0,<sent>,<received>,<lost>,<min>,<max>,<mean>`: the last line.
    Summary {
        /// Requests.
        sent: u8,
        /// Answers.
        received: u8,
        /// Shortest time in milliseconds.
        min_ms: u32,
        /// Longest time in milliseconds.
        max_ms: u32,
        /// Mean time in milliseconds.
        mean_ms: u32,
    },
}

impl PingLine {
    /// Reads the line `+QPING: …`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QPING:")?;
        let error = TcpIpError::from_fields(&mut fields)?;
        if fields.at_end() {
            return (!error.is_success()).then_some(Self::Failed(error));
        }
        let ping = if let Some(ip) = in_quotes(fields.clone().next_field()?) {
            fields.next_field()?;
            let _bytes: u32 = fields.number()?;
            Self::Reply { ip: address::ip(ip), ms: fields.number()?, ttl: fields.number()? }
        } else {
            let (sent, received) = (fields.number()?, fields.number()?);
            let _lost: u8 = fields.number()?;
            Self::Summary {
                sent,
                received,
                min_ms: fields.number()?,
                max_ms: fields.number()?,
                mean_ms: fields.number()?,
            }
        };
        fields.at_end().then_some(ping)
    }
}
