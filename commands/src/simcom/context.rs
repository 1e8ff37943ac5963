//! Contexts of the module's own TCP/IP stack: their access points, activation, addresses.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::context::*;
//!
//! let mut buffer = [0; 352];
//! let len = SetContext::new(0, AddressKind::V4, "internet")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CNCFG=0,1,\"internet\"\r");
//!
//! let context = ActiveContext::parse_line(b"+CNACT: 0,1,\"10.1.2.3\"").unwrap();
//! assert!(context.is_active());
//! assert_eq!(context.ip, Some([10, 1, 2, 3].into()));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::IpAddr;

use atat::heapless::Vec;

use crate::answer::line;
use crate::cellular::MAX_APN;
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::secret::Secret;
use crate::{ArgumentError, address, text};

use super::{MAX_CREDENTIAL, NoResponse, check_context, within};

command! {
    /// `AT+CNCFG=`: sets access point, user and password of a context.
    ///
    /// The context must not be active. The module forgets it when it restarts.
    pub struct SetContext<'a> {
        context: u8,
        kind: AddressKind,
        apn: &'a str,
        credentials: Option<Credentials<'a>>,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        line.text("AT+CNCFG=").number(u32::from(set.context));
        line.field().number(set.kind as u32);
        line.field().string(set.apn);
        if let Some(credentials) = set.credentials {
            line.field().string(credentials.user);
            line.field().string(credentials.password.0);
            line.field().number(credentials.authentication as u32);
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Credentials<'a> {
    user: &'a str,
    password: Secret<&'a str>,
    authentication: Authentication,
}

/// Which addresses a context has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum AddressKind {
    /// Both.
    V4V6 = 0,
    /// IPv4.
    V4 = 1,
    /// IPv6.
    V6 = 2,
}

/// How user name and password are handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Authentication {
    /// Not at all.
    None = 0,
    /// By PAP.
    Pap = 1,
    /// By CHAP.
    Chap = 2,
    /// By PAP or CHAP.
    Either = 3,
}

impl<'a> SetContext<'a> {
    /// Context `context` through the access point `apn`, which may be empty.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 3, and `apn` at most 62 bytes without quotes and
    /// control characters.
    pub fn new(context: u8, kind: AddressKind, apn: &'a str) -> Result<Self, ArgumentError> {
        check_context(context)?;
        text::check_plain("apn", apn, 0, MAX_APN)?;
        Ok(Self { context, kind, apn, credentials: None })
    }

    /// With user name and password.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless each is at most 127 bytes without quotes and control characters.
    pub fn credentials(
        self,
        user: &'a str,
        password: &'a str,
        authentication: Authentication,
    ) -> Result<Self, ArgumentError> {
        text::check_plain("user", user, 0, MAX_CREDENTIAL)?;
        text::check_plain("password", password, 0, MAX_CREDENTIAL)?;
        Ok(Self {
            credentials: Some(Credentials { user, password: Secret(password), authentication }),
            ..self
        })
    }
}

command! {
    /// `AT+CNACT=`: activates or deactivates a context (Quectel digest §15.2).
    ///
    /// `OK` only means that the module tries;
    /// [`ContextChanged`](super::urc::Urc::ContextChanged) tells the result.
    pub struct Activate {
        /// The context; not checked here.
        pub context: u8,
        /// Whether to activate it.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::CONTEXT;
    |activate, line| {
        line.text("AT+CNACT=").number(u32::from(activate.context)).field().flag(activate.on)
    }
}

command! {
    /// `AT+CNACT?`: asks which contexts are active.
    pub struct GetActive;
    answer Vec<ActiveContext, 4>, prefix "+CNACT:", within within::LOCAL;
    |get, line| line.text("AT+CNACT?")
}

/// A context, whether active or not; see [`GetActive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ActiveContext {
    /// Its number.
    pub context: u8,
    /// How far it has come.
    pub status: Status,
    /// Its address; zeros count as none.
    pub ip: Option<IpAddr>,
}

/// How far a context has come; see [`ActiveContext`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Status {
    /// 0: it is not active.
    Inactive,
    /// 1: it is.
    Active,
    /// 2: it is about to be the one or the other.
    Changing,
}

line!(ActiveContext, "+CNACT:");

impl ActiveContext {
    /// Reads the line `+CNACT: <context>,<status>,"<address>"`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CNACT:")?;
        let context = fields.number()?;
        let status = match fields.number::<u8>()? {
            0 => Status::Inactive,
            1 => Status::Active,
            2 => Status::Changing,
            _ => return None,
        };
        let ip = address::ip(fields.quoted()?).filter(|ip| !ip.is_unspecified());
        Some(Self { context, status, ip })
    }

    /// Whether it can be used.
    #[must_use]
    pub const fn is_active(&self) -> bool {
        matches!(self.status, Status::Active)
    }
}
