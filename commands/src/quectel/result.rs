//! Final results, and the errors of sockets.
//!
//! Which result ends a command depends on the command and on the dialect: `SEND OK` that of a
//! send, `CLOSE OK` that of a close on NB-IoT and old GSM modules (Quectel digest §7, §9).
//!
//! ```
//! use usocket_commands::quectel::result::{Final, LastError, TcpIpError};
//!
//! assert_eq!(Final::parse(b"SEND OK"), Some(Final::SendOk));
//! assert_eq!(Final::parse(b"0, CLOSE OK"), Some(Final::CloseOk { link: Some(0) }));
//!
//! let last = LastError::parse_line(b"+QIGETERROR: 552, invalid parameters").unwrap();
//! assert_eq!(last.error, TcpIpError::INVALID_PARAMETERS);
//! ```

use crate::answer::line;
use crate::cellular::result::{self as core_result, CmeError, CmsError};
use crate::codes::codes;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::within;

/// A result of the command in flight (Quectel digest §1.3, §7, §9).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Final {
    /// `OK`.
    Ok,
    /// `ERROR`; of a socket command [`GetError`] tells why.
    Error,
    /// `+CME ERROR: <n|text>`.
    CmeError(CmeError),
    /// `+CMS ERROR: <n>`.
    CmsError(CmsError),
    /// `NO CARRIER`: the end of a call or of transparent mode.
    NoCarrier,
    /// `CONNECT` or `CONNECT <text>`: the beginning of transparent mode.
    Connect,
    /// `SEND OK`: the module's stack has taken the data.
    SendOk,
    /// `SEND FAIL`: its buffer is full, nothing has been taken.
    SendFail,
    /// `CLOSE OK` of an NB-IoT module, after `OK`; `<n>, CLOSE OK` of an old GSM module, without
    /// `OK`.
    CloseOk {
        /// The socket, if the line names it.
        link: Option<u8>,
    },
    /// `DEACT OK` of an old GSM module, without `OK`.
    DeactivateOk,
}

impl Final {
    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Some(match line {
            b"SEND OK" => Self::SendOk,
            b"SEND FAIL" => Self::SendFail,
            b"CLOSE OK" => Self::CloseOk { link: None },
            b"DEACT OK" => Self::DeactivateOk,
            _ => match super::gsm::numbered(line) {
                Some((link, b"CLOSE OK")) => Self::CloseOk { link: Some(link) },
                _ => core_result::Final::parse(line)?.into(),
            },
        })
    }
}

impl From<core_result::Final> for Final {
    fn from(result: core_result::Final) -> Self {
        match result {
            core_result::Final::Ok => Self::Ok,
            core_result::Final::Error => Self::Error,
            core_result::Final::CmeError(error) => Self::CmeError(error),
            core_result::Final::CmsError(error) => Self::CmsError(error),
            core_result::Final::NoCarrier => Self::NoCarrier,
            core_result::Final::Connect => Self::Connect,
        }
    }
}

codes! {
    /// Why something with sockets has failed, or that it has not (Quectel digest §11.1).
    pub struct TcpIpError;
    0 SUCCESS "success",
    550 UNKNOWN "unknown error",
    551 BLOCKED "operation blocked",
    552 INVALID_PARAMETERS "invalid parameters",
    553 NO_MEMORY "memory not enough",
    554 CREATE_FAILED "create socket failed",
    555 NOT_SUPPORTED "operation not supported",
    556 BIND_FAILED "socket bind failed",
    557 LISTEN_FAILED "socket listen failed",
    558 WRITE_FAILED "socket write failed",
    559 READ_FAILED "socket read failed",
    560 ACCEPT_FAILED "socket accept failed",
    561 ACTIVATE_FAILED "open PDP context failed",
    562 DEACTIVATE_FAILED "close PDP context failed",
    563 LINK_IN_USE "socket identity has been used",
    564 DNS_BUSY "DNS busy",
    565 DNS_FAILED "DNS parse failed",
    566 CONNECT_FAILED "socket connect failed",
    567 CLOSED "socket has been closed",
    568 BUSY "operation busy",
    569 TIMEOUT "operation timeout",
    570 CONTEXT_DOWN "PDP context broken down",
    571 SEND_CANCELLED "cancel send",
    572 NOT_ALLOWED "operation not allowed",
    573 NO_APN "APN not configured",
    574 PORT_BUSY "port busy",
}

impl TcpIpError {
    /// Whether it is none.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::SUCCESS)
    }

    /// Whether it is one of TLS: a certificate, or another failure of the handshake. Which number
    /// means what differs between families (Quectel digest §11.1).
    #[must_use]
    pub const fn is_tls(self) -> bool {
        matches!(self.code(), 579..=582)
    }

    /// Whether the same command may succeed later without anybody doing anything.
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(self, Self::BLOCKED | Self::NO_MEMORY | Self::DNS_BUSY | Self::BUSY)
    }

    /// The error that some firmware reports as `+CME ERROR: <550…574>` in place of `ERROR`
    /// (Quectel digest §1.4).
    #[must_use]
    pub const fn from_cme(error: CmeError) -> Option<Self> {
        match error.code() {
            code @ 550..=574 => Some(Self::new(code)),
            _ => None,
        }
    }

    pub(super) fn from_fields(fields: &mut Fields<'_>) -> Option<Self> {
        fields.number().map(Self::new)
    }
}

command! {
    /// `AT+QIGETERROR`: asks why the last socket command has failed (Quectel digest §5.9).
    pub struct GetError;
    answer LastError, prefix "+QIGETERROR:", within within::LOCAL;
    |get, line| line.text("AT+QIGETERROR")
}

/// The answer of [`GetError`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LastError {
    /// Why the last socket command has failed, if it has.
    pub error: TcpIpError,
}

line!(LastError, "+QIGETERROR:");

impl LastError {
    /// Reads the line `+QIGETERROR: <error>,<text>`; the text differs between versions and is
    /// ignored.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QIGETERROR:")?;
        TcpIpError::from_fields(&mut fields).map(|error| Self { error })
    }
}
