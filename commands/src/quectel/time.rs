//! The time: that of the network, and that of a server.
//!
//! ```
//! use usocket_commands::quectel::time::{NetworkClock, NetworkTime};
//!
//! let clock = NetworkClock::parse_line(b"+QLTS: \"2017/01/13,03:40:48+32,0\"").unwrap();
//! assert_eq!(clock.time.unwrap().zone, Some(32));
//!
//! let time = NetworkTime::parse_line(b"+QNTP: 0,\"2019/09/09,01:32:42+32\"").unwrap();
//! assert!(time.result.is_success() && time.time.unwrap().is_set());
//! ```

use crate::ArgumentError;
use crate::answer::line;
use crate::cellular::clock::DateTime;
use crate::cellular::context::check_context;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::number::check_port;

use super::host::{check_host, encode_host};
use super::result::TcpIpError;
use super::{Host, NoResponse, within};

command! {
    /// `AT+QLTS=`: asks for the time that the network has told (Quectel digest §3).
    pub struct GetNetworkClock {
        /// Which time.
        pub which: WhichTime,
    }
    answer NetworkClock, prefix "+QLTS:", within within::LOCAL;
    |get, line| line.text("AT+QLTS=").number(get.which as u32)
}

/// Which time of the network; see [`GetNetworkClock`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum WhichTime {
    /// The one that the network told last, as it was then.
    Last = 0,
    /// The present one, in Greenwich.
    Utc = 1,
    /// The present one, here.
    Local = 2,
}

/// The answer of [`GetNetworkClock`] (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NetworkClock {
    /// The time; `None` if the network has told none.
    pub time: Option<DateTime>,
    /// Hours of daylight saving that are in it.
    pub daylight: u8,
}

line!(NetworkClock, "+QLTS:");

impl NetworkClock {
    /// Reads the line `+QLTS: "yyyy/MM/dd,hh:mm:ss±zz,<daylight>"` or `+QLTS: ""`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QLTS:")?;
        let text = fields.quoted()?;
        if text.is_empty() {
            return Some(Self { time: None, daylight: 0 });
        }
        let comma = text.iter().rposition(|&byte| byte == b',')?;
        let (time, daylight) = text.split_at_checked(comma)?;
        let daylight = match daylight {
            [b',', digit @ b'0'..=b'9'] => digit & 0x0F,
            _ => return None,
        };
        Some(Self { time: Some(DateTime::parse(time)?), daylight })
    }
}

command! {
    /// `AT+QNTP=`: sets the clock from a server (Quectel digest §5.9).
    ///
    /// After `OK` comes [`Urc::Time`](super::urc::Urc::Time), within
    /// [`RESULT_TIMEOUT_MS`](Self::RESULT_TIMEOUT_MS).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::quectel::time::SyncTime;
    ///
    /// let mut buffer = [0; 352];
    /// let len = SyncTime::new(1, "pool.ntp.org".into(), 123)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+QNTP=1,\"pool.ntp.org\",123\r");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SyncTime<'a> {
        context: u8,
        host: Host<'a>,
        port: u16,
    }
    answer NoResponse, prefix "", within within::SOCKET;
    |sync, line| {
        line.text("AT+QNTP=").number(u32::from(sync.context));
        encode_host(&sync.host, line.field());
        line.field().number(u32::from(sync.port))
    }
}

impl<'a> SyncTime<'a> {
    /// Longest time from `OK` to the result, in milliseconds; EC200U may take 700 seconds.
    pub const RESULT_TIMEOUT_MS: u32 = 125_000;

    /// From `host`, whose port is 123 as a rule.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, a name 1 to 150 bytes without quotes and
    /// control characters, and `port` not 0.
    pub fn new(context: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        check_context(context)?;
        check_host(&host)?;
        check_port(port)?;
        Ok(Self { context, host, port })
    }
}

/// The result of a [`SyncTime`] (Quectel digest §5.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct NetworkTime {
    /// Whether the server has answered, or why not.
    pub result: TcpIpError,
    /// The time.
    pub time: Option<DateTime>,
}

impl NetworkTime {
    /// Reads the line `+QNTP: <error>[,"yyyy/MM/dd,hh:mm:ss±zz"]`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QNTP:")?;
        let result = TcpIpError::from_fields(&mut fields)?;
        let time = match fields.next_field() {
            Some(b"" | b"\"\"") | None => None,
            Some(field) => Some(DateTime::parse(crate::fields::in_quotes(field)?)?),
        };
        fields.at_end().then_some(Self { result, time })
    }
}
