//! What a program says about the context that it wants.

use core::fmt;

use heapless::String;

use crate::error::Error;

/// How user name and password are handed over (quectel.md §4).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Auth {
    /// Without a user name not at all, else by PAP.
    #[default]
    Auto,
    /// Not at all.
    None,
    /// By PAP.
    Pap,
    /// By CHAP.
    Chap,
    /// By PAP or CHAP, as the network wants it; not every module can.
    Either,
}

/// Which addresses a context shall have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum IpKind {
    /// One of IPv4.
    #[default]
    V4,
    /// One of IPv6.
    V6,
    /// One of each.
    Both,
}

/// A context of the network: access point, user, password.
///
/// ```
/// use usocket::network::{IpKind, Profile};
/// let profile = Profile::new("internet", "", "")?.ip(IpKind::Both);
/// assert_eq!(profile.apn(), "internet");
/// # Ok::<(), usocket::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Profile {
    apn: String<62>,
    user: String<64>,
    password: String<64>,
    auth: Auth,
    ip: IpKind,
}

impl Profile {
    /// An access point name of at most 62 bytes, user and password of at most 64 (modules
    /// take more, quectel.md §10.2; the driver keeps so much).
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: longer, or with a quote or a control character, for which the
    /// module's grammar has no place (§1.1).
    pub fn new(apn: &str, user: &str, password: &str) -> Result<Self, Error> {
        fn checked<const N: usize>(text: &str) -> Result<String<N>, Error> {
            let legal = text.bytes().all(|byte| (b' '..0x7f).contains(&byte) && byte != b'"');
            match String::try_from(text) {
                Ok(text) if legal => Ok(text),
                _ => Err(Error::InvalidInput),
            }
        }
        Ok(Self {
            apn: checked(apn)?,
            user: checked(user)?,
            password: checked(password)?,
            auth: Auth::Auto,
            ip: IpKind::V4,
        })
    }

    /// With another way to hand over user and password.
    #[must_use]
    pub fn auth(self, auth: Auth) -> Self {
        Self { auth, ..self }
    }

    /// With other addresses.
    #[must_use]
    pub fn ip(self, ip: IpKind) -> Self {
        Self { ip, ..self }
    }

    /// The access point name.
    #[must_use]
    pub fn apn(&self) -> &str {
        &self.apn
    }

    pub(crate) fn user(&self) -> &str {
        &self.user
    }

    pub(crate) fn password(&self) -> &str {
        &self.password
    }

    pub(crate) const fn ip_kind(&self) -> IpKind {
        self.ip
    }

    /// The way that is meant, never [`Auth::Auto`].
    pub(crate) fn resolved_auth(&self) -> Auth {
        match self.auth {
            Auth::Auto if self.user.is_empty() => Auth::None,
            Auth::Auto => Auth::Pap,
            auth => auth,
        }
    }
}

// user and password appear in no log
impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Profile")
            .field("apn", &self.apn)
            .field("auth", &self.auth)
            .field("ip", &self.ip)
            .finish_non_exhaustive()
    }
}
