//! Attachment, contexts and the addresses they have.
//!
//! A context (PDP context) is a way into a network, named by an access point.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::context::*;
//!
//! let mut buffer = [0; 128];
//! let len = DefineContext::new(1, ContextKind::V4, "internet")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CGDCONT=1,\"IP\",\"internet\"\r");
//!
//! let address = ContextAddress::parse_line(b"+CGPADDR: 1,\"10.76.51.180\"").unwrap();
//! assert_eq!(address.v4, Some([10, 76, 51, 180].into()));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use atat::heapless::Vec;

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::{Fields, unquote};
use crate::{ArgumentError, address, text};

use super::{MAX_APN, NoResponse, Text, within};

/// Highest number of a context (Quectel digest §10.1). Most families have fewer.
pub const MAX_CONTEXT: u8 = 16;

pub(crate) const fn check_context(context: u8) -> Result<(), ArgumentError> {
    if context <= MAX_CONTEXT {
        Ok(())
    } else {
        Err(ArgumentError::OutOfRange { field: "context" })
    }
}

command! {
    /// `AT+CGATT=`: attaches to the packet service, or detaches from it (Quectel digest §3).
    pub struct Attach {
        /// Whether to attach.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ATTACH;
    |attach, line| line.text("AT+CGATT=").flag(attach.on)
}

command! {
    /// `AT+CGATT?`: asks whether the module is attached to the packet service
    /// (Quectel digest §3).
    pub struct GetAttached;
    answer Attached, prefix "+CGATT:", within within::ATTACH;
    |get, line| line.text("AT+CGATT?")
}

/// Whether the module is attached; see [`GetAttached`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Attached {
    /// Whether it is.
    pub on: bool,
}

line!(Attached, "+CGATT:");

impl Attached {
    /// Reads the line `+CGATT: <0|1>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CGATT:")?;
        let on = fields.flag()?;
        fields.at_end().then_some(Self { on })
    }
}

command! {
    /// `AT+CGDCONT=`: defines a context (Quectel digest §3, §4).
    ///
    /// Some carriers want the access point of context 1 before the module attaches.
    pub struct DefineContext<'a> {
        context: u8,
        kind: ContextKind,
        apn: &'a str,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |define, line| {
        line.text("AT+CGDCONT=").number(u32::from(define.context));
        line.field().string(define.kind.name());
        line.field().string(define.apn)
    }
}

impl<'a> DefineContext<'a> {
    /// Context `context` through the access point `apn`, which may be empty.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, and `apn` at most 62 bytes without quotes
    /// and control characters.
    pub fn new(context: u8, kind: ContextKind, apn: &'a str) -> Result<Self, ArgumentError> {
        check_context(context)?;
        text::check_plain("apn", apn, 0, MAX_APN)?;
        Ok(Self { context, kind, apn })
    }
}

/// Which addresses a context has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ContextKind {
    /// IPv4.
    V4,
    /// IPv6.
    V6,
    /// Both.
    V4V6,
}

impl ContextKind {
    /// The name that the module uses.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4 => "IP",
            Self::V6 => "IPV6",
            Self::V4V6 => "IPV4V6",
        }
    }

    /// The kind with that name.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"IP" => Self::V4,
            b"IPV6" => Self::V6,
            b"IPV4V6" => Self::V4V6,
            _ => return None,
        })
    }
}

command! {
    /// `AT+CGDCONT?`: asks which contexts are defined (Quectel digest §3).
    pub struct GetContexts;
    answer Vec<ContextDefinition, 8>, prefix "+CGDCONT:", within within::LOCAL;
    |get, line| line.text("AT+CGDCONT?")
}

/// A context as it is defined (Quectel digest §3).
///
/// ```
/// use usocket_commands::cellular::context::{ContextDefinition, ContextKind};
///
/// let line = br#"+CGDCONT: 1,"IP","internet","0.0.0.0",0,0,0"#;
/// let context = ContextDefinition::parse_line(line).unwrap();
/// assert_eq!((context.context, context.kind), (1, Some(ContextKind::V4)));
/// assert_eq!(context.apn, "internet");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContextDefinition {
    /// Its number.
    pub context: u8,
    /// Which addresses it has; `None` for a kind without addresses (`PPP`, `Non-IP`).
    pub kind: Option<ContextKind>,
    /// Its access point; networks add to it, as `internet.mnc001.mcc262.gprs`.
    pub apn: Text<100>,
}

line!(ContextDefinition, "+CGDCONT:");

impl ContextDefinition {
    /// Reads the line `+CGDCONT: <context>,"<kind>","<apn>"`; anything after that is ignored.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CGDCONT:")?;
        Some(Self {
            context: fields.number()?,
            kind: ContextKind::from_name(fields.quoted()?),
            apn: Text::new(fields.quoted()?)?,
        })
    }
}

command! {
    /// `AT+CGACT=`: activates or deactivates a context (Quectel digest §3).
    ///
    /// Sockets of most families need a context activated by a command of their own.
    pub struct Activate {
        /// The context; not checked here.
        pub context: u8,
        /// Whether to activate it.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ACTIVATE;
    |activate, line| {
        line.text("AT+CGACT=").flag(activate.on).field().number(u32::from(activate.context))
    }
}

command! {
    /// `AT+CGACT?`: asks which contexts are active (Quectel digest §3).
    pub struct GetActive;
    answer Vec<ContextState, 16>, prefix "+CGACT:", within within::LOCAL;
    |get, line| line.text("AT+CGACT?")
}

/// Whether a context is active; see [`GetActive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContextState {
    /// Its number.
    pub context: u8,
    /// Whether it is active.
    pub active: bool,
}

line!(ContextState, "+CGACT:");

impl ContextState {
    /// Reads the line `+CGACT: <context>,<0|1>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CGACT:")?;
        let (context, active) = (fields.number()?, fields.flag()?);
        fields.at_end().then_some(Self { context, active })
    }
}

command! {
    /// `AT+CGPADDR=`: asks for the addresses of a context (Quectel digest §3).
    pub struct GetAddress {
        /// The context; not checked here.
        pub context: u8,
    }
    answer ContextAddress, prefix "+CGPADDR:", within within::LOCAL;
    |get, line| line.text("AT+CGPADDR=").number(u32::from(get.context))
}

/// The addresses of a context, none if it is not active (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContextAddress {
    /// Its number.
    pub context: u8,
    /// Its IPv4 address.
    pub v4: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub v6: Option<Ipv6Addr>,
}

line!(ContextAddress, "+CGPADDR:");

impl ContextAddress {
    /// Reads the line `+CGPADDR: <context>[,<address>[,<address>]]`, addresses quoted or not.
    ///
    /// An address of zeros counts as none.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CGPADDR:")?;
        let mut addresses = Self { context: fields.number()?, v4: None, v6: None };
        while let Some(field) = fields.next_field() {
            // One firmware prints `"0,0.0.0.0"` for an inactive context.
            if matches!(unquote(field), b"" | b"0,0.0.0.0") {
                continue;
            }
            match address::ip_or_octets(field)? {
                ip if ip.is_unspecified() => {}
                IpAddr::V4(ip) => addresses.v4 = Some(ip),
                IpAddr::V6(ip) => addresses.v6 = Some(ip),
            }
        }
        Some(addresses)
    }
}
