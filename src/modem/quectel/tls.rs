//! TLS of a Quectel module, whose sockets with TLS have ids, settings and a list of their own
//! (quectel.md §6).
//!
//! There are six sets of settings. Each socket with TLS has one for itself, of the same number as its
//! id, and says all of it before it is opened: nothing of another owner is left.

use core::ops::Range;

use usocket_commands::quectel::model::{Dialect as Grammar, Family};
use usocket_commands::quectel::state::State;
use usocket_commands::quectel::tls::{
    CONFIGURATIONS, Close, Configure, GetTlsSockets, Level, Open, Read, Send, Setting,
    TlsSocketState, Version,
};
use usocket_commands::quectel::{Host, LINKS};

use super::{Quectel, write};
use crate::engine::{Secure, Serial, Text, Tls};
use crate::error::Error;
use crate::modem::{Encoded, Meaning, Opened, Subject, steps};

/// The link of the first socket with TLS: those of others come before it.
const FIRST: u8 = LINKS;

/// How long a handshake may take, in s: less than the 150 that opening may take, so that the module gives
/// up before the driver does.
const HANDSHAKE_S: u16 = 120;

/// What is set, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Version,
    Ciphers,
    Level,
    Authority,
    Certificate,
    Key,
    ServerName,
    CheckHost,
    IgnoreTime,
    HandshakeTime,
}

const STEPS: [Step; 10] = [
    Step::Version,
    Step::Ciphers,
    Step::Level,
    Step::Authority,
    Step::Certificate,
    Step::Key,
    Step::ServerName,
    Step::CheckHost,
    Step::IgnoreTime,
    Step::HandshakeTime,
];

/// How far the settings of one socket are.
#[derive(Debug, Clone, Copy)]
struct Set {
    /// Whose they are; 0: nobody's.
    serial: Serial,
    /// The step that is next.
    next: u8,
}

const SETS: usize = if Tls::BUILT.is_some() { CONFIGURATIONS as usize } else { 0 };

/// What has been set.
#[derive(Debug)]
pub(super) struct Told {
    sets: [Set; SETS],
    /// The module may refuse what was written last: it is as it should be without.
    dispensable: Option<Tls>,
}

impl Told {
    pub(super) const NOTHING: Self =
        Self { sets: [Set { serial: 0, next: 0 }; SETS], dispensable: None };
}

/// The links of sockets with TLS.
pub(super) const fn links() -> Range<u8> {
    FIRST..FIRST + CONFIGURATIONS
}

/// The id of a socket with TLS that has this link; `None`: it is another one.
pub(super) fn client(link: u8) -> Option<u8> {
    Tls::BUILT.and_then(|_| link.checked_sub(FIRST))
}

/// The link of a socket with TLS.
pub(super) const fn link(client: u8) -> u8 {
    FIRST.saturating_add(client)
}

/// What the list of sockets with TLS says of one; the same as of others.
pub(super) fn listed(line: &[u8]) -> Meaning {
    let Some(socket) = TlsSocketState::parse_line(line) else { return Meaning::Unknown };
    let link = link(socket.client);
    match socket.state {
        State::Closing => Meaning::Ended(link),
        _ => Meaning::Alive(Opened {
            link,
            remote: super::named(socket.remote),
            local_port: socket.local_port,
            accepted: Some(false),
            listener: None,
        }),
    }
}

/// Whether the module can do it.
fn check(settings: Secure<'_>) -> Result<(), Error> {
    let numbers = settings.authority.is_some() || settings.certificate.is_some();
    let key = !settings.bytes(Text::Secret).is_empty();
    // of two sides, the module never proves itself alone
    let alone = settings.certified() && !settings.verifies;
    if settings.serves || numbers || key || alone || settings.protocols().next().is_some() {
        return Err(Error::NotSupported);
    }
    let unsigned = settings.certified() && settings.text(Text::Key).is_none();
    if unsigned || (settings.verifies && settings.text(Text::Authority).is_none()) {
        return Err(Error::InvalidInput); // it has none of its own
    }
    Ok(())
}

impl Quectel {
    /// What a socket that shall have TLS has to set next.
    pub(super) fn next_tls(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        let settings = subject.tls?;
        let set = self.tls.sets.get(usize::from(client(link)?))?;
        let next = if set.serial == settings.serial { set.next } else { 0 };
        let applies = |step: &Step| match step {
            Step::Authority => settings.verifies,
            Step::Certificate | Step::Key => settings.certified(),
            _ => true,
        };
        let mut found = (next..).map_while(|next| Some((next, steps::step(&STEPS, next)?)));
        found.find(|(_, step)| applies(step)).map(|(next, _)| next)
    }

    pub(super) fn encode_setting(
        &mut self,
        number: u8,
        link: u8,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        let unknown = Error::NotSupported;
        let settings = subject.tls.ok_or(unknown)?;
        let client = client(link).ok_or(unknown)?;
        if self.grammar() != Grammar::Standard {
            return Err(unknown);
        }
        check(settings)?;
        let path = |text| settings.text(text).ok_or(Error::InvalidInput);
        let name = settings.text(Text::Name);
        let (setting, dispensable) = match steps::step(&STEPS, number).ok_or(unknown)? {
            Step::Version => (Setting::Version(Version::Tls12), false),
            Step::Ciphers => (Setting::AllCiphers, true),
            Step::Level => {
                let level = match (settings.verifies, settings.certified()) {
                    (false, _) => Level::None,
                    (true, false) => Level::Server,
                    (true, true) => Level::Both,
                };
                (Setting::Level(level), false)
            }
            Step::Authority => (Setting::Authority(path(Text::Authority)?), false),
            Step::Certificate => (Setting::Certificate(path(Text::Certificate)?), false),
            Step::Key => (Setting::Key(path(Text::Key)?), false),
            // without, a server of several names may show the wrong certificate, which is then refused
            Step::ServerName => (Setting::ServerName(name.is_some()), true),
            Step::CheckHost => {
                let checks = settings.name_to_check().is_some();
                (Setting::CheckHost(checks), !checks)
            }
            Step::IgnoreTime => {
                (Setting::IgnoreTime(settings.ignores_time), !settings.ignores_time)
            }
            Step::HandshakeTime => (Setting::HandshakeTime(HANDSHAKE_S), true),
        };
        if let Some(set) = self.tls.sets.get_mut(usize::from(client)) {
            *set = Set { serial: settings.serial, next: number };
        }
        self.tls.dispensable = Tls::BUILT.filter(|_| dispensable);
        write(&Configure::new(client, setting)?, out)
    }

    /// # Errors
    /// The socket cannot do without what was refused.
    pub(super) fn after_setting(
        &mut self,
        number: u8,
        link: u8,
        result: Result<(), Error>,
    ) -> Result<(), Error> {
        if Tls::BUILT.is_none() {
            return result;
        }
        let dispensable = self.tls.dispensable.is_some() && result != Err(Error::TimedOut);
        let result = if dispensable { Ok(()) } else { result };
        let set = client(link).and_then(|client| self.tls.sets.get_mut(usize::from(client)));
        if let Some(set) = set {
            match result {
                Ok(()) => set.next = number.saturating_add(1),
                Err(_) => set.serial = 0,
            }
        }
        match result {
            // there is no such setting, or no such file
            Err(Error::CommandFailed) => Err(Error::NotSupported),
            result => result,
        }
    }

    /// A socket with TLS. The name of the server is told by opening the socket to it, and in no other
    /// way: so the module looks it up itself.
    pub(super) fn encode_tls_open(
        &self,
        link: u8,
        settings: Secure<'_>,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        let client = client(link).ok_or(Error::NotSupported)?;
        let remote = subject.remote.ok_or(Error::InvalidInput)?;
        let host = settings.text(Text::Name).map_or(Host::Ip(remote.ip()), Host::Name);
        write(&Open::new(self.context(), client, client, host, remote.port())?, out)
    }

    pub(super) fn encode_tls_send(
        client: u8,
        len: usize,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        write(&Send::new(client, len)?, out)
    }

    pub(super) fn encode_tls_read(
        client: u8,
        max: usize,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        write(&Read::new(client, max)?, out)
    }

    pub(super) fn encode_tls_close(
        &self,
        client: u8,
        wait_s: Option<u16>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        let close = Close::new(client)?;
        match wait_s.filter(|_| self.family != Family::Bg770) {
            Some(seconds) => write(&close.wait_s(seconds), out),
            None => write(&close, out),
        }
    }

    pub(super) fn encode_tls_census(&self, out: &mut [u8]) -> Result<Encoded, Error> {
        match self.grammar() {
            Grammar::Standard => write(&GetTlsSockets, out),
            _ => Err(Error::NotSupported),
        }
    }
}
