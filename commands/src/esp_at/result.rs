//! Final results, and the lines that explain a failure.
//!
//! Which result ends a command depends on the command (ESP-AT digest §2.4): an ordinary one ends
//! with [`Final::Ok`] or [`Final::Error`], a send with one of the three `Send…` after the prompt.
//!
//! ```
//! use usocket_commands::esp_at::result::{ErrorCode, ErrorKind, Final};
//!
//! assert_eq!(Final::parse(b"SEND OK"), Some(Final::SendOk));
//! assert_eq!(Final::parse(b"Recv 512 bytes"), Some(Final::Received(512)));
//! assert_eq!(Final::parse(b"OK?"), None);
//!
//! let code = ErrorCode::parse_line(b"ERR CODE:0x01090000").unwrap();
//! assert_eq!(code.kind(), ErrorKind::UnknownCommand);
//! ```

use crate::address::hexadecimal;
use crate::answer::line;
use crate::fields::decimal;
use crate::table::look_up;

/// A result of the command in flight (ESP-AT digest §2.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Final {
    /// `OK`. Of a send it only announces the prompt.
    Ok,
    /// `ERROR`.
    Error,
    /// `FAIL`: end of a failed join on NonOS.
    Fail,
    /// `SEND OK`: the module's stack has accepted the data.
    SendOk,
    /// `SEND FAIL`: an unknown part of the data has been sent.
    SendFail,
    /// `SEND Canceled` or `SEND CANCELLED`: the module took `+++` for the end of the data.
    SendCanceled,
    /// `busy p...`: a command is being executed, these bytes were thrown away as a rule.
    Busy,
    /// `busy s...`: NonOS is still sending.
    BusySending,
    /// `Recv <n> bytes`: the module has all bytes of the send.
    Received(u32),
    /// `Will force to restart!!!`: a reset was asked for while the module was busy.
    ForcedRestart,
}

impl Final {
    const TEXTS: &[(&[u8], Self)] = &[
        (b"OK", Self::Ok),
        (b"ERROR", Self::Error),
        (b"FAIL", Self::Fail),
        (b"SEND OK", Self::SendOk),
        (b"SEND FAIL", Self::SendFail),
        (b"SEND Canceled", Self::SendCanceled),
        (b"SEND CANCELLED", Self::SendCanceled),
        (b"busy p...", Self::Busy),
        (b"busy s...", Self::BusySending),
        (b"Will force to restart!!!", Self::ForcedRestart),
    ];

    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        look_up(Self::TEXTS, line).or_else(|| {
            let digits = line.strip_prefix(b"Recv ")?.strip_suffix(b" bytes")?;
            Some(Self::Received(decimal(digits)?))
        })
    }
}

/// Why a join failed: `+CWJAP:<n>` before `ERROR` (ESP-AT digest §5.3).
///
/// A hint: old firmware reports the wrong one at times.
///
/// ```
/// use usocket_commands::esp_at::result::JoinFailure;
///
/// assert_eq!(JoinFailure::parse_line(b"+CWJAP:2"), Some(JoinFailure::WrongPassword));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum JoinFailure {
    /// 1: no answer in time.
    Timeout,
    /// 2: the password is wrong.
    WrongPassword,
    /// 3: there is no such network.
    NotFound,
    /// 4: the connection failed.
    Failed,
    /// Any other number.
    Other(u8),
}

line!(JoinFailure, "+CWJAP:");

impl JoinFailure {
    /// Reads the line `+CWJAP:<n>`; `None` for the line of a joined network.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let code = decimal(line.strip_prefix(b"+CWJAP:")?)?;
        Some(match u8::try_from(code).ok()? {
            1 => Self::Timeout,
            2 => Self::WrongPassword,
            3 => Self::NotFound,
            4 => Self::Failed,
            other => Self::Other(other),
        })
    }
}

/// Detail of an `ERROR`: `ERR CODE:0x…`, printed if [`ErrorLog`](super::basic::ErrorLog) is on
/// (ESP-AT digest §2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ErrorCode {
    /// The number as printed: category, kind, 16 bits of extension.
    pub raw: u32,
}

/// Kind of an error; see [`ErrorCode::kind`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ErrorKind {
    /// 00: no error.
    None,
    /// 01: not specified.
    Common,
    /// 02: no CR LF.
    NoTerminator,
    /// 03: the line does not begin with `AT`.
    NoAt,
    /// 04: a parameter has the wrong length.
    Length,
    /// 05: a parameter has the wrong type.
    Type,
    /// 06: the wrong number of parameters.
    Count,
    /// 07: a parameter has an illegal value.
    Value,
    /// 08: a parameter could not be read.
    Parse,
    /// 09: the firmware does not know the command.
    UnknownCommand,
    /// 0A: the command was executed, and failed.
    Failed,
    /// 0B: another command is being executed.
    Busy,
    /// 0C: the command has no such form (test, query, set or execute).
    Form,
    /// Any other number.
    Other(u8),
}

line!(ErrorCode, "ERR CODE:");

impl ErrorCode {
    /// Reads the line `ERR CODE:0x<8 digits>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        hexadecimal(line.strip_prefix(b"ERR CODE:0x")?).map(|raw| Self { raw })
    }

    /// What went wrong.
    #[must_use]
    pub const fn kind(&self) -> ErrorKind {
        let [_, kind, _, _] = self.raw.to_be_bytes();
        match kind {
            0x00 => ErrorKind::None,
            0x01 => ErrorKind::Common,
            0x02 => ErrorKind::NoTerminator,
            0x03 => ErrorKind::NoAt,
            0x04 => ErrorKind::Length,
            0x05 => ErrorKind::Type,
            0x06 => ErrorKind::Count,
            0x07 => ErrorKind::Value,
            0x08 => ErrorKind::Parse,
            0x09 => ErrorKind::UnknownCommand,
            0x0A => ErrorKind::Failed,
            0x0B => ErrorKind::Busy,
            0x0C => ErrorKind::Form,
            other => ErrorKind::Other(other),
        }
    }

    /// More on some kinds: the index of the parameter, or the numbers of parameters needed (high
    /// byte) and given (low byte).
    #[must_use]
    pub const fn extension(&self) -> u16 {
        let [_, _, high, low] = self.raw.to_be_bytes();
        u16::from_be_bytes([high, low])
    }
}

/// Detail of a connection or server that failed: `+ERRNO:0x…`, from 5.0 on, printed if
/// [`ErrorLog`](super::basic::ErrorLog) is on (ESP-AT digest §2.5).
///
/// ```
/// use usocket_commands::esp_at::result::Errno;
///
/// assert_eq!(Errno::parse_line(b"+ERRNO:0x68"), Some(Errno { raw: 104 }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Errno {
    /// An lwIP errno for TCP and UDP; a certificate flag or a TLS error for SSL.
    pub raw: u32,
}

line!(Errno, "+ERRNO:");

impl Errno {
    /// Reads the line `+ERRNO:0x<digits>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        hexadecimal(line.strip_prefix(b"+ERRNO:0x")?).map(|raw| Self { raw })
    }
}

/// What NonOS prints before `ERROR`, or before `OK` (ESP-AT digest §19).
///
/// Later firmware prints some of these texts on its log output only, so nothing may depend on
/// them.
///
/// ```
/// use usocket_commands::esp_at::result::Reason;
///
/// assert_eq!(Reason::parse_line(b"DNS Fail"), Some(Reason::Dns));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Reason {
    /// `ALREADY CONNECTED`: the link is open.
    AlreadyConnected,
    /// `DNS Fail`: the name could not be resolved.
    Dns,
    /// `no ip`: the station has no address.
    NoIp,
    /// `IP ERROR`, `ip error`: the address could not be read.
    Ip,
    /// `ID ERROR`: no such link id.
    Link,
    /// `Link typ ERROR`, `Link type ERROR`: no such kind of link.
    LinkKind,
    /// `ENTRY ERROR`: a parameter could not be read.
    Entry,
    /// `link is not valid`, `UNLINK`: the link is not open.
    NotConnected,
    /// `link is builded`: the mode cannot change while links are open.
    LinkExists,
    /// `MUX=0`, `MUX=1`: not in this mode of links.
    Multiplex,
    /// `IPMODE=1`: not during passthrough.
    Passthrough,
    /// `too long`: more bytes than one send takes.
    TooLong,
    /// `no port`: the port is missing.
    NoPort,
    /// `no tail`: the end of the command is missing.
    NoTail,
    /// `no change`: the setting was the same already; `OK` follows.
    NoChange,
    /// `No AP`: no network is joined; `OK` follows.
    NoAccessPoint,
}

impl Reason {
    const TEXTS: &[(&[u8], Self)] = &[
        (b"ALREADY CONNECTED", Self::AlreadyConnected),
        (b"DNS Fail", Self::Dns),
        (b"no ip", Self::NoIp),
        (b"IP ERROR", Self::Ip),
        (b"ip error", Self::Ip),
        (b"ID ERROR", Self::Link),
        (b"Link typ ERROR", Self::LinkKind),
        (b"Link type ERROR", Self::LinkKind),
        (b"ENTRY ERROR", Self::Entry),
        (b"link is not valid", Self::NotConnected),
        (b"UNLINK", Self::NotConnected),
        (b"link is builded", Self::LinkExists),
        (b"MUX=0", Self::Multiplex),
        (b"MUX=1", Self::Multiplex),
        (b"IPMODE=1", Self::Passthrough),
        (b"too long", Self::TooLong),
        (b"no port", Self::NoPort),
        (b"no tail", Self::NoTail),
        (b"no change", Self::NoChange),
        (b"No AP", Self::NoAccessPoint),
    ];

    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        look_up(Self::TEXTS, line)
    }
}
