//! Options of sockets and of the stack.

use atat::heapless::Vec;

use crate::ArgumentError;
use crate::answer::line;
use crate::command::command;
use crate::fields::Fields;

use super::{ALL_LINKS, NoResponse, check_link, within};

command! {
    /// `AT+CIPTCPOPT=`: sets options of TCP links, from 2.1 on (ESP-AT digest §11).
    ///
    /// What is not set stays as it is.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::TcpOptions;
    ///
    /// let mut buffer = [0; 256];
    /// let len = TcpOptions::new(None)?.no_delay(true).send_timeout_ms(5000).write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPTCPOPT=5,,1,5000\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TcpOptions {
        link: u8,
        linger_s: Option<i32>,
        no_delay: Option<bool>,
        send_timeout_ms: Option<u32>,
        keep_alive_s: Option<u16>,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |options, line| {
        line.text("AT+CIPTCPOPT=").number(u32::from(options.link));
        line.field();
        if let Some(seconds) = options.linger_s {
            line.signed(seconds);
        }
        line.field();
        if let Some(on) = options.no_delay {
            line.flag(on);
        }
        line.field();
        if let Some(ms) = options.send_timeout_ms {
            line.number(ms);
        }
        line.field();
        if let Some(seconds) = options.keep_alive_s {
            line.number(u32::from(seconds));
        }
    }
}

impl TcpOptions {
    /// Of `link`, or of all.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless the link is 0 to 4.
    pub const fn new(link: Option<u8>) -> Result<Self, ArgumentError> {
        let link = match link {
            Some(link) => match check_link(link) {
                Ok(()) => link,
                Err(error) => return Err(error),
            },
            None => ALL_LINKS,
        };
        Ok(Self { link, linger_s: None, no_delay: None, send_timeout_ms: None, keep_alive_s: None })
    }

    /// How many seconds closing waits for data under way, -1 to 65,535; -1, not at all, is the
    /// default and should stay.
    #[must_use]
    pub fn linger_s(self, seconds: i32) -> Self {
        Self { linger_s: Some(seconds.clamp(-1, 65_535)), ..self }
    }

    /// Whether small packets are sent at once.
    #[must_use]
    pub const fn no_delay(self, on: bool) -> Self {
        Self { no_delay: Some(on), ..self }
    }

    /// After how many milliseconds a send fails that the peer does not take, at most 2³¹ - 1; 0,
    /// the default, is never. The manual recommends 5 to 10 seconds.
    #[must_use]
    pub fn send_timeout_ms(self, ms: u32) -> Self {
        Self { send_timeout_ms: Some(ms.min(i32::MAX.unsigned_abs())), ..self }
    }

    /// After how many idle seconds TCP asks whether the peer is there, at most 7200; 0 is never.
    /// From 2.4 on.
    #[must_use]
    pub fn keep_alive_s(self, seconds: u16) -> Self {
        Self { keep_alive_s: Some(seconds.min(7200)), ..self }
    }
}

command! {
    /// `AT+CIPTCPOPT?`: asks for the options of TCP links, from 2.1 on (ESP-AT digest §11).
    pub struct GetTcpOptions;
    answer Vec<TcpOptionsOf, 5>, prefix "+CIPTCPOPT:", within within::ORDINARY;
    |get, line| line.text("AT+CIPTCPOPT?")
}

/// The options of a TCP link (ESP-AT digest §11).
///
/// ```
/// use usocket_commands::esp_at::tcpip::TcpOptionsOf;
///
/// let options = TcpOptionsOf::parse_line(b"+CIPTCPOPT:0,-1,0,5000,60").unwrap();
/// assert_eq!((options.linger_s, options.keep_alive_s), (-1, Some(60)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TcpOptionsOf {
    /// The link.
    pub link: u8,
    /// How many seconds closing waits for data under way; -1 is not at all.
    pub linger_s: i32,
    /// Whether small packets are sent at once.
    pub no_delay: bool,
    /// After how many milliseconds a send fails; 0 is never.
    pub send_timeout_ms: u32,
    /// After how many idle seconds TCP asks for the peer; `None` before 2.4.
    pub keep_alive_s: Option<u16>,
}

line!(TcpOptionsOf, "+CIPTCPOPT:");

impl TcpOptionsOf {
    /// Reads the line `+CIPTCPOPT:<id>,<linger>,<nodelay>,<sndtimeo>[,<keep_alive>]`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+CIPTCPOPT:")?;
        Some(Self {
            link: fields.link()?,
            linger_s: fields.signed()?,
            no_delay: fields.flag()?,
            send_timeout_ms: fields.number()?,
            keep_alive_s: if fields.at_end() { None } else { Some(fields.number()?) },
        })
    }
}

command! {
    /// `AT+CIPV6=`: whether the module has IPv6, from 2.2 on (ESP-AT digest §12).
    ///
    /// Set it before joining a network.
    pub struct Ipv6 {
        /// Whether it has.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |v6, line| line.text("AT+CIPV6=").flag(v6.on)
}
