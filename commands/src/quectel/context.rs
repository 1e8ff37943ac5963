//! Contexts: access points, activation, addresses.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::context::ContextKind;
//! use usocket_commands::quectel::context::*;
//!
//! let mut buffer = [0; 352];
//! let set = SetContext::new(1, ContextKind::V4, "UNINET")?
//!     .credentials("user", "secret", Authentication::Chap)?;
//! let len = set.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QICSGP=1,1,\"UNINET\",\"user\",\"secret\",2\r");
//!
//! let active = ActiveContext::parse_line(b"+QIACT: 1,1,1,\"10.7.157.1\"").unwrap();
//! assert_eq!(active.v4, Some([10, 7, 157, 1].into()));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use atat::heapless::Vec;

use crate::answer::line;
use crate::cellular::context::{ContextKind, check_context};
use crate::cellular::{MAX_APN, Text};
use crate::command::cr_command as command;
use crate::fields::Fields;
use crate::secret::Secret;
use crate::{ArgumentError, address, text};

use super::{MAX_CREDENTIAL, NoResponse, within};

command! {
    /// `AT+QICSGP=`: sets the access point of a context (Quectel digest §4).
    ///
    /// A restart forgets it. User name and password are empty unless
    /// [`credentials`](Self::credentials) are given.
    pub struct SetContext<'a> {
        context: u8,
        kind: ContextKind,
        apn: &'a str,
        user: &'a str,
        password: Secret<&'a str>,
        authentication: Authentication,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        line.text("AT+QICSGP=").number(u32::from(set.context));
        line.field().number(number_of(set.kind));
        line.field().string(set.apn);
        line.field().string(set.user);
        line.field().string(set.password.0);
        line.field().number(set.authentication as u32)
    }
}

impl<'a> SetContext<'a> {
    /// Context `context` through the access point `apn`, which may be empty.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `context` is 0 to 16, and `apn` at most 62 bytes without quotes
    /// and control characters.
    pub fn new(context: u8, kind: ContextKind, apn: &'a str) -> Result<Self, ArgumentError> {
        check_context(context)?;
        text::check_plain("apn", apn, 0, MAX_APN)?;
        let authentication = Authentication::None;
        Ok(Self { context, kind, apn, user: "", password: Secret(""), authentication })
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
        Ok(Self { user, password: Secret(password), authentication, ..self })
    }
}

/// How an access point checks a password; see [`SetContext`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Authentication {
    /// Not at all.
    None = 0,
    /// PAP.
    Pap = 1,
    /// CHAP.
    Chap = 2,
    /// PAP or CHAP; see
    /// [`Family::has_either_authentication`](super::model::Family::has_either_authentication).
    Either = 3,
}

pub(super) const fn number_of(kind: ContextKind) -> u32 {
    match kind {
        ContextKind::V4 => 1,
        ContextKind::V6 => 2,
        ContextKind::V4V6 => 3,
    }
}

const fn kind_of(number: u8) -> Option<ContextKind> {
    Some(match number {
        1 => ContextKind::V4,
        2 => ContextKind::V6,
        3 => ContextKind::V4V6,
        _ => return None,
    })
}

command! {
    /// `AT+QICSGP=<context>`: asks for the access point of a context (Quectel digest §4).
    pub struct GetContext {
        /// The context; not checked here.
        pub context: u8,
    }
    answer ContextSettings, prefix "+QICSGP:", within within::LOCAL;
    |get, line| line.text("AT+QICSGP=").number(u32::from(get.context))
}

/// The access point of a context; the answer does not repeat its number (Quectel digest §4).
///
/// ```
/// use usocket_commands::quectel::context::ContextSettings;
///
/// let settings = ContextSettings::parse_line(br#"+QICSGP: 1,"UNINET","","",0"#).unwrap();
/// assert_eq!(settings.apn, "UNINET");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ContextSettings {
    /// Which addresses it asks for.
    pub kind: ContextKind,
    /// Its access point.
    pub apn: Text<100>,
    /// Whether there is a user name.
    pub has_user: bool,
    /// How the password is checked.
    pub authentication: Authentication,
}

line!(ContextSettings, "+QICSGP:");

impl ContextSettings {
    /// Reads the line `+QICSGP: <kind>,"<apn>","<user>","<password>",<authentication>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QICSGP:")?;
        let kind = kind_of(fields.number()?)?;
        let apn = Text::new(fields.quoted()?)?;
        let (user, _password) = (fields.quoted()?, fields.quoted()?);
        let authentication = match fields.number::<u8>()? {
            0 => Authentication::None,
            1 => Authentication::Pap,
            2 => Authentication::Chap,
            3 => Authentication::Either,
            _ => return None,
        };
        Some(Self { kind, apn, has_user: !user.is_empty(), authentication })
    }
}

command! {
    /// `AT+QIACT=`: activates a context (Quectel digest §4).
    ///
    /// Until the answer comes the module takes no other command. `ERROR` if it is active: ask
    /// with [`GetActive`] first.
    pub struct Activate {
        /// The context; not checked here.
        pub context: u8,
    }
    answer NoResponse, prefix "", within within::ACTIVATE;
    |activate, line| line.text("AT+QIACT=").number(u32::from(activate.context))
}

command! {
    /// `AT+QIDEACT=`: deactivates a context and closes its sockets (Quectel digest §4).
    pub struct Deactivate {
        /// The context; not checked here.
        pub context: u8,
    }
    answer NoResponse, prefix "", within within::DEACTIVATE;
    |deactivate, line| line.text("AT+QIDEACT=").number(u32::from(deactivate.context))
}

command! {
    /// `AT+QIACTEX=`: activates a context in the background, on EC200x and EG915x
    /// (Quectel digest §4).
    ///
    /// After `OK` comes [`Activated`](super::urc::Urc::Activated).
    pub struct ActivateLater {
        /// The context; not checked here.
        pub context: u8,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |activate, line| {
        line.text("AT+QIACTEX=").number(u32::from(activate.context)).field().number(1)
    }
}

command! {
    /// `AT+QIDEACTEX=`: deactivates a context in the background, on EC200x and EG915x
    /// (Quectel digest §4).
    ///
    /// After `OK` comes [`Deactivated`](super::urc::Urc::Deactivated).
    pub struct DeactivateLater {
        /// The context; not checked here.
        pub context: u8,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |deactivate, line| line.text("AT+QIDEACTEX=").number(u32::from(deactivate.context))
}

command! {
    /// `AT+QIACT?`: asks which contexts are active (Quectel digest §4).
    pub struct GetActive;
    answer Vec<ActiveContext, 8>, prefix "+QIACT:", within within::LOCAL;
    |get, line| line.text("AT+QIACT?")
}

/// A context and its addresses (Quectel digest §4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ActiveContext {
    /// Its number.
    pub context: u8,
    /// Whether it is active; others are not listed as a rule.
    pub active: bool,
    /// Which addresses it asked for.
    pub kind: ContextKind,
    /// Its IPv4 address.
    pub v4: Option<Ipv4Addr>,
    /// Its IPv6 address.
    pub v6: Option<Ipv6Addr>,
}

line!(ActiveContext, "+QIACT:");

impl ActiveContext {
    /// Reads the line `+QIACT: <context>,<state>,<kind>[,"<address>"[,"<address>"]]`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QIACT:")?;
        let (context, active) = (fields.number()?, fields.flag()?);
        let kind = kind_of(fields.number()?)?;
        let (v4, v6) = addresses(&mut fields)?;
        Some(Self { context, active, kind, v4, v6 })
    }
}

/// The addresses that stand in the rest of a line.
pub(super) fn addresses(fields: &mut Fields<'_>) -> Option<(Option<Ipv4Addr>, Option<Ipv6Addr>)> {
    let (mut v4, mut v6) = (None, None);
    while let Some(field) = fields.next_field() {
        match field {
            b"" | b"\"\"" => {}
            _ => match address::ip_or_octets(field)? {
                ip if ip.is_unspecified() => {}
                IpAddr::V4(ip) => v4 = Some(ip),
                IpAddr::V6(ip) => v6 = Some(ip),
            },
        }
    }
    Some((v4, v6))
}
