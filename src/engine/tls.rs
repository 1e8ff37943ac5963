//! What a socket shall have of TLS, as the program has said it; the module does the rest.

use core::fmt;
use core::ops::Deref;

use heapless::Vec;

use super::core::{Core, SocketId};
use super::kind::Tls;
use crate::error::Error;

/// Why a link with TLS could not be opened.
#[cfg(feature = "tls")]
pub(crate) const HANDSHAKE_FAILED: Error = Error::TlsHandshake;
#[cfg(feature = "tls")]
pub(crate) const BAD_CERTIFICATE: Error = Error::TlsCertificate;
// nobody opens one
#[cfg(not(feature = "tls"))]
pub(crate) const HANDSHAKE_FAILED: Error = Error::ConnectionRefused;
#[cfg(not(feature = "tls"))]
pub(crate) const BAD_CERTIFICATE: Error = HANDSHAKE_FAILED;

/// Room for all texts of one socket, each with its length in front.
const TEXTS: usize = 256;

/// Keeping the keys of links that the module sets by their numbers apart from those of another owner.
pub(crate) type Serial = u32;

/// What a text says; those of protocols come behind these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Text {
    /// The name of the server.
    Name,
    /// Files with the certificate of the authority, the module's own, and its key.
    Authority,
    Certificate,
    Key,
    /// Name and bytes of a key that both sides have.
    Identity,
    Secret,
}

/// How many there are beside the protocols.
const FIXED: usize = Text::Secret as usize + 1;

/// What a program has said about TLS on one socket.
#[derive(Clone)]
pub(crate) struct Settings {
    /// Other settings have another number.
    pub(crate) serial: Serial,
    /// They are those of a server.
    pub(crate) serves: bool,
    /// The other side has to prove who it is.
    pub(crate) verifies: bool,
    /// The certificate must have the name.
    pub(crate) checks_name: bool,
    /// Certificates are good whatever time it is.
    pub(crate) ignores_time: bool,
    /// Numbers of certificates, where the module has no files.
    pub(crate) authority: Option<u8>,
    pub(crate) certificate: Option<u8>,
    /// In the order of [`Text`], then the protocols.
    texts: Vec<u8, TEXTS>,
}

// keys appear in no log, and neither does what stands beside them
impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings").field("serial", &self.serial).finish_non_exhaustive()
    }
}

impl Settings {
    #[cfg(feature = "tls")]
    pub(crate) const NONE: Self = Self {
        serial: 0,
        serves: false,
        verifies: true,
        checks_name: true,
        ignores_time: false,
        authority: None,
        certificate: None,
        texts: Vec::new(),
    };

    /// The next text, in the order of [`Text`]; empty if there is none.
    ///
    /// # Errors
    /// `OutOfMemory`: all of them together are too long.
    #[cfg(feature = "tls")]
    pub(crate) fn push(&mut self, text: &[u8]) -> Result<(), Error> {
        let len = u8::try_from(text.len()).map_err(|_| Error::OutOfMemory)?;
        self.texts.push(len).map_err(|_| Error::OutOfMemory)?;
        self.texts.extend_from_slice(text).map_err(|_| Error::OutOfMemory)
    }

    fn all(&self) -> impl Iterator<Item = &[u8]> {
        let mut rest = self.texts.as_slice();
        core::iter::from_fn(move || {
            let (&len, behind) = rest.split_first()?;
            let (text, behind) = behind.split_at_checked(usize::from(len))?;
            rest = behind;
            Some(text)
        })
    }

    /// The bytes of a text; none if it was not said.
    pub(crate) fn bytes(&self, wanted: Text) -> &[u8] {
        self.all().nth(wanted as usize).unwrap_or_default()
    }

    /// The same as text.
    pub(crate) fn text(&self, wanted: Text) -> Option<&str> {
        core::str::from_utf8(self.bytes(wanted)).ok().filter(|text| !text.is_empty())
    }

    /// The protocols that are offered, the best one first.
    pub(crate) fn protocols(&self) -> impl Iterator<Item = &str> {
        self.all().skip(FIXED).filter_map(|text| core::str::from_utf8(text).ok())
    }

    /// The module proves who it is with a certificate.
    pub(crate) fn certified(&self) -> bool {
        self.certificate.is_some() || !self.bytes(Text::Certificate).is_empty()
    }

    /// The certificate of the server must have that name.
    pub(crate) fn name_to_check(&self) -> Option<&str> {
        self.text(Text::Name).filter(|_| self.verifies && self.checks_name)
    }
}

/// The settings of a socket that has TLS: without the feature there is no such socket, and no value of
/// this type, which takes no memory then.
#[cfg(feature = "tls")]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Secure<'s>(&'s Settings);

#[cfg(not(feature = "tls"))]
#[derive(Debug, Clone, Copy)]
pub(crate) struct Secure<'s>(Tls, core::marker::PhantomData<&'s ()>);

impl Deref for Secure<'_> {
    type Target = Settings;

    fn deref(&self) -> &Settings {
        #[cfg(feature = "tls")]
        return self.0;
        #[cfg(not(feature = "tls"))]
        self.0.never()
    }
}

impl Core<'_> {
    /// What the program has said about TLS on the socket in this slot, if it shall have it.
    #[cfg(feature = "tls")]
    pub(crate) fn secured(&self, slot: u8) -> Option<Secure<'_>> {
        self.slots.get(usize::from(slot))?.tls?;
        self.tls.get(usize::from(slot)).map(Secure)
    }

    #[cfg(not(feature = "tls"))]
    pub(crate) const fn secured(&self, _: u8) -> Option<Secure<'_>> {
        None
    }

    /// A socket that has TLS can be the side that its settings are for, and no other.
    ///
    /// # Errors
    /// `InvalidInput`.
    pub(super) fn check_side(&mut self, id: SocketId, serves: bool) -> Result<(), Error> {
        let live = Tls::BUILT.is_some() && self.slot(id).is_ok();
        match self.secured(id.slot) {
            Some(settings) if live && settings.serves != serves => Err(Error::InvalidInput),
            _ => Ok(()),
        }
    }
}

#[cfg(feature = "tls")]
impl<'b> Core<'b> {
    /// With room for what is said about TLS on each slot.
    pub(crate) const fn with_tls(mut self, tls: &'b mut [Settings]) -> Self {
        self.tls = tls;
        self
    }

    /// The socket shall have TLS, with the settings that `fill` writes.
    ///
    /// # Errors
    /// `NotSupported`: datagrams; `AlreadyConnected`; `InvalidInput`: it listens; those of `fill`.
    pub(crate) fn secure(
        &mut self,
        id: SocketId,
        fill: impl FnOnce(&mut Settings) -> Result<(), Error>,
    ) -> Result<(), Error> {
        use super::kind::Kind;
        use super::slot::State;

        let slot = self.slot(id)?;
        match (slot.kind, slot.state) {
            (Kind::Stream, State::Idle) => {}
            (Kind::Stream, _) => return Err(Error::AlreadyConnected),
            (Kind::Datagram(_), _) => return Err(Error::NotSupported),
            (Kind::Listener(_), _) => return Err(Error::InvalidInput),
        }
        slot.tls = None;
        self.tls_serial = self.tls_serial.wrapping_add(1).max(1);
        let serial = self.tls_serial;
        let settings = self.tls.get_mut(usize::from(id.slot)).ok_or(Error::Closed)?;
        *settings = Settings { serial, ..Settings::NONE };
        fill(settings)?;
        self.slot(id)?.tls = Tls::BUILT;
        Ok(())
    }
}

#[cfg(all(test, feature = "tls"))]
mod tests {
    use std::vec::Vec;

    use super::{Settings, Text};
    use crate::error::Error;

    #[test]
    fn texts_come_back_as_they_were_and_are_not_printed() {
        let mut settings = Settings::NONE;
        for text in ["example.com", "", "own.pem", "", "device", "sesame", "h2", "http/1.1"] {
            settings.push(text.as_bytes()).unwrap();
        }
        assert_eq!(settings.text(Text::Name), Some("example.com"));
        assert_eq!(settings.text(Text::Authority), None);
        assert_eq!(settings.text(Text::Certificate), Some("own.pem"));
        assert_eq!(settings.bytes(Text::Secret), b"sesame");
        assert_eq!(settings.protocols().collect::<Vec<_>>(), ["h2", "http/1.1"]);
        assert!(settings.certified());
        assert!(!std::format!("{settings:?}").contains("115, 101, 115")); // "ses"
        assert_eq!(Settings::NONE.text(Text::Secret), None);
        assert_eq!(Settings::NONE.protocols().count(), 0);
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut settings = Settings::NONE;
        assert_eq!(settings.push(&[b'x'; 256]), Err(Error::OutOfMemory));
        assert_eq!(settings.push(&[b'x'; 200]), Ok(()));
        assert_eq!(settings.push(&[b'x'; 100]), Err(Error::OutOfMemory));
    }
}
