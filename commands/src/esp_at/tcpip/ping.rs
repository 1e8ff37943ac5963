//! Echo requests.

use crate::ArgumentError;
use crate::answer::line;
use crate::command::command;
use crate::fields::decimal;

use super::{Host, check_host, encode_host, within};

command! {
    /// `AT+PING=`: sends an echo request (ESP-AT digest §11).
    ///
    /// Without a reply the [`EchoReply`] has no time, and `ERROR` follows.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::{Host, Ping};
    ///
    /// let ping = Ping::new(Host::Name("example.org"))?;
    /// let mut buffer = [0; 256];
    /// let len = ping.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+PING=\"example.org\"\r\n");
    /// assert_eq!(ping.parse(Ok(b"+PING:27\r\n")).unwrap().ms, Some(27));
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct Ping<'a> {
        host: Host<'a>,
    }
    answer EchoReply, prefix "+PING:", within within::PING;
    |ping, line| encode_host(&ping.host, line.text("AT+PING="))
}

impl<'a> Ping<'a> {
    /// To `host`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless a name is 1 to 64 bytes without NUL, CR and LF.
    pub fn new(host: Host<'a>) -> Result<Self, ArgumentError> {
        check_host(&host)?;
        Ok(Self { host })
    }
}

/// How long the reply took (ESP-AT digest §11).
///
/// ```
/// use usocket_commands::esp_at::tcpip::EchoReply;
///
/// assert_eq!(EchoReply::parse_line(b"+PING:TIMEOUT"), Some(EchoReply { ms: None }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EchoReply {
    /// Milliseconds; `None` if there was no reply.
    pub ms: Option<u32>,
}

line!(EchoReply, "+");

impl EchoReply {
    /// Reads the line `+PING:<ms>` or `+PING:TIMEOUT`, in NonOS `+<ms>` or `+timeout`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let value = line.strip_prefix(b"+PING:").or_else(|| line.strip_prefix(b"+"))?;
        Some(match value {
            b"TIMEOUT" | b"timeout" => Self { ms: None },
            ms => Self { ms: Some(decimal(ms)?) },
        })
    }
}
