//! TLS of an ESP-AT module: what a link has to be told before it is opened, and what a failure means
//! (esp-at.md §11, §8.8).
//!
//! All of it is told for one link, and stays in force there until the module restarts. So each owner says
//! all that it needs, and what another one of this program has left is taken back. (What a program before
//! this one has left is not known. It is not taken back: that the firmware takes an empty name for none is
//! not established.)

use usocket_commands::esp_at::tcpip::{
    Host, LinkKind, Open, StartServer, TlsAlpn, TlsAuth, TlsBuffer, TlsCommonName, TlsConfig,
    TlsPsk, TlsPskHex, TlsServerName,
};
use usocket_commands::esp_at::{self as at};

use super::{EspAt, write};
use crate::engine::{
    BAD_CERTIFICATE, Flight, HANDSHAKE_FAILED, Kind, Secure, Serial, Task, Text, Tls,
};
use crate::error::Error;
use crate::modem::{Encoded, Subject, steps};

/// The numbers of these steps begin here, behind those of other preparations.
const FIRST: u8 = 32;

/// The one link of NonOS that can have TLS: the last one that streams of this side take.
pub(super) const NONOS_LINK: u8 = 0;

/// The memory that NonOS takes for TLS, in bytes: as much as it can (§11).
const NONOS_BUFFER: u16 = 4096;

/// A TLS link that fails within this time was not left unanswered (§16: a silent host takes at least
/// 10 s, and so does a handshake without an answer), in ms.
const ANSWERED_WITHIN: u32 = 9_000;

/// What an announcement counts of a record that brings no data: the end of the connection, as a rule
/// (§8.8). A longer one may have brought some.
const CONTROL_RECORD: u32 = 31;

/// What is told, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// How much memory, of NonOS.
    Buffer,
    /// Who proves who he is, and with which certificates.
    Config,
    /// The name that the certificate of the server must have.
    CommonName,
    /// The name that the server is asked for.
    ServerName,
    Protocols,
    Psk,
}

const STEPS: [Step; 6] =
    [Step::Buffer, Step::Config, Step::CommonName, Step::ServerName, Step::Protocols, Step::Psk];

impl Step {
    /// Its bit, if it sets something that has to be taken back.
    const fn bit(self) -> u8 {
        match self {
            Self::Buffer | Self::Config => 0,
            Self::CommonName => 1,
            Self::ServerName => 2,
            Self::Protocols => 4,
            Self::Psk => 8,
        }
    }
}

/// What a link has been told.
#[derive(Debug, Clone, Copy)]
struct Link {
    /// By whom; 0: by nobody whose settings are complete.
    serial: Serial,
    /// The step that is next.
    next: u8,
    /// What is in force: a bit for each step.
    set: u8,
    /// What could not be taken back.
    stuck: u8,
    /// Who proves who he is, and the two certificates, as the link was told last; older firmware stores
    /// that in its flash, so it is told only what it does not know (§11).
    config: Option<Config>,
    /// Its last owner has TLS.
    tls: Option<Tls>,
}

/// The arguments of [`TlsConfig`].
type Config = (TlsAuth, u8, u8);

const LINKS: usize = if Tls::BUILT.is_some() { at::LINKS as usize } else { 0 };

/// What all links have been told.
#[derive(Debug)]
pub(super) struct Told {
    links: [Link; LINKS],
    /// The command that was written last takes something back.
    takes_back: Option<Tls>,
    /// The server that was started last has TLS.
    serves: Option<Tls>,
}

impl Told {
    pub(super) const NOTHING: Self = Self {
        links: [Link { serial: 0, next: 0, set: 0, stuck: 0, config: None, tls: None }; LINKS],
        takes_back: None,
        serves: None,
    };

    /// The link has a new owner.
    pub(super) fn open(&mut self, link: u8, tls: bool) {
        if let Some(link) = self.links.get_mut(usize::from(link)) {
            link.tls = Tls::BUILT.filter(|_| tls);
        }
    }

    fn has(&self, link: u8) -> bool {
        self.links.get(usize::from(link)).is_some_and(|link| link.tls.is_some())
    }
}

/// The name that the server is asked for; an address is none (RFC 6066 §3).
fn server_name<'s>(settings: &'s Secure<'_>) -> Option<&'s str> {
    let is_name = |name: &&str| usocket_commands::numeric_address(name).is_none();
    settings.text(Text::Name).filter(is_name)
}

/// What these settings say, as the bits of steps.
fn wanted(settings: Secure<'_>) -> u8 {
    let bit = |step: Step, wanted: bool| if wanted { step.bit() } else { 0 };
    bit(Step::CommonName, settings.name_to_check().is_some())
        | bit(Step::ServerName, server_name(&settings).is_some())
        | bit(Step::Protocols, settings.protocols().next().is_some())
        | bit(Step::Psk, !settings.bytes(Text::Secret).is_empty())
}

/// Its certificates have numbers, and are good for some time.
fn check(settings: Secure<'_>) -> Result<(), Error> {
    let files = [Text::Authority, Text::Certificate, Text::Key];
    let has_files = files.iter().any(|file| !settings.bytes(*file).is_empty());
    if has_files || settings.ignores_time { Err(Error::NotSupported) } else { Ok(()) }
}

/// What these settings say of certificates.
fn config(settings: Secure<'_>) -> Config {
    let auth = match (settings.verifies, settings.certified()) {
        (false, false) => TlsAuth::None,
        (false, true) => TlsAuth::Client,
        (true, false) => TlsAuth::Server,
        (true, true) => TlsAuth::Both,
    };
    (auth, settings.certificate.unwrap_or(0), settings.authority.unwrap_or(0))
}

/// The step of that number.
fn step(number: u8) -> Option<Step> {
    Tls::BUILT.and_then(|_| steps::step(&STEPS, number.checked_sub(FIRST)?))
}

impl EspAt {
    pub(super) fn is_nonos(&self) -> bool {
        self.version.is_some_and(|version| version.is_nonos())
    }

    /// Whether a link can be given these settings.
    pub(super) fn suits_tls(&self, link: u8, settings: Secure<'_>) -> bool {
        let stuck = self.told.tls.links.get(usize::from(link)).map_or(0, |link| link.stuck);
        stuck & !wanted(settings) == 0
    }

    /// What a link that shall have TLS has to be told next.
    pub(super) fn next_tls(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        let settings = subject.tls?;
        let told = self.told.tls.links.get(usize::from(link))?;
        let next = if told.serial == settings.serial { told.next } else { 0 };
        let due = wanted(settings) | told.set;
        let applies = |step: &Step| match (step, self.is_nonos()) {
            (Step::Buffer, nonos) => nonos,
            (Step::Config, nonos) => {
                !nonos && (told.config != Some(config(settings)) || check(settings).is_err())
            }
            (step, _) => due & step.bit() != 0,
        };
        let found = (next..).map_while(|next| Some((next, steps::step(&STEPS, next)?)));
        found.into_iter().find(|(_, step)| applies(step)).map(|(next, _)| FIRST + next)
    }

    /// The command of a step; `None`: it is not one of these.
    pub(super) fn encode_tls(
        &mut self,
        number: u8,
        link: u8,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Option<Result<Encoded, Error>> {
        let step = step(number)?;
        let settings = subject.tls?;
        let wants = wanted(settings) & step.bit() != 0;
        let takes_back = step.bit() != 0 && !wants;
        let told = self.told.tls.links.get_mut(usize::from(link))?;
        told.serial = settings.serial;
        told.next = number - FIRST;
        told.set |= step.bit();
        if step == Step::Config {
            told.config = Some(config(settings));
        }
        self.told.tls.takes_back = Tls::BUILT.filter(|_| takes_back);
        Some(self.write_tls(step, link, settings, out))
    }

    fn write_tls(
        &self,
        step: Step,
        link: u8,
        settings: Secure<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        // a name that is one, and longer than these commands take
        let too_long = |_| Error::NotSupported;
        match step {
            Step::Buffer => {
                // it can be told nothing else
                if settings.verifies || settings.certified() || wanted(settings) != 0 {
                    return Err(Error::NotSupported);
                }
                write(&TlsBuffer::new(NONOS_BUFFER)?, out)
            }
            Step::Config => {
                check(settings)?;
                let (auth, own, authority) = config(settings);
                write(&TlsConfig::new(link, auth)?.certificates(own, authority), out)
            }
            Step::CommonName => match settings.name_to_check() {
                Some(name) => write(&TlsCommonName::new(link, name).map_err(too_long)?, out),
                None => write(&TlsCommonName::none(link)?, out),
            },
            Step::ServerName => match server_name(&settings) {
                Some(name) => write(&TlsServerName::new(link, name).map_err(too_long)?, out),
                None => write(&TlsServerName::none(link)?, out),
            },
            Step::Protocols => {
                let mut protocols = heapless::Vec::<_, 5>::new();
                for protocol in settings.protocols() {
                    protocols.push(protocol).map_err(|_| Error::InvalidInput)?;
                }
                write(&TlsAlpn::new(link, &protocols)?, out)
            }
            Step::Psk => {
                let key = settings.bytes(Text::Secret);
                let identity = settings.text(Text::Identity).unwrap_or_default();
                let printable = key.iter().all(|byte| (b' '..0x7f).contains(byte));
                match (key.is_empty(), printable) {
                    (true, _) => write(&TlsPsk::none(link)?, out),
                    (false, true) => write(&TlsPsk::new(link, key, identity)?, out),
                    (false, false) => write(&TlsPskHex::new(link, key, identity)?, out),
                }
            }
        }
    }

    /// A step has been done, or could not be; `None`: it is not one of these.
    pub(super) fn after_tls(
        &mut self,
        number: u8,
        link: u8,
        result: Result<(), Error>,
    ) -> Option<Result<(), Error>> {
        let step = step(number)?;
        let takes_back = self.told.tls.takes_back.is_some();
        let told = self.told.tls.links.get_mut(usize::from(link))?;
        match result {
            Ok(()) => {
                told.next = number.saturating_sub(FIRST).saturating_add(1);
                told.set &= if takes_back { !step.bit() } else { u8::MAX };
            }
            Err(_) => {
                told.serial = 0;
                told.config = told.config.filter(|_| step != Step::Config);
            }
        }
        Some(match result {
            // the socket gets another link, if one suits it
            Err(error) if takes_back && error != Error::TimedOut => {
                told.stuck |= step.bit();
                Ok(())
            }
            result => result,
        })
    }

    /// The command that opens a link with TLS.
    pub(super) fn encode_tls_open(
        &self,
        link: u8,
        subject: &Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        let remote = subject.remote.ok_or(Error::InvalidInput)?;
        write(&Open::ssl(link, Host::Ip(remote.ip()), remote.port())?, out)
    }

    /// A server, with TLS if its settings say so.
    pub(super) fn server(&mut self, subject: &Subject<'_>) -> Result<StartServer, Error> {
        let server = StartServer::new(subject.local_port)?;
        self.told.tls.serves = Tls::BUILT.filter(|_| subject.tls.is_some());
        Ok(match (subject.tls, subject.ipv6) {
            (Some(_), _) if self.is_nonos() => return Err(Error::NotSupported),
            (Some(settings), ipv6) => {
                let kind = if ipv6 { LinkKind::SslV6 } else { LinkKind::Ssl };
                server.kind(kind)?.verify_clients(settings.verifies)
            }
            (None, true) => server.kind(LinkKind::TcpV6)?,
            (None, false) => server,
        })
    }

    /// A connection has come, or is the one that was asked for: whose link it is from now on.
    pub(super) fn tls_link_taken(&mut self, link: u8, flight: Option<&Flight>, accepted: bool) {
        let own = !accepted && flight.is_some_and(|flight| flight.opens(link));
        if Tls::BUILT.is_some() && !own {
            let serves = self.told.tls.serves.is_some();
            self.told.tls.open(link, serves);
        }
    }

    /// NonOS holds back what comes over TCP alone (§19).
    pub(super) fn pushes_tls(&self, link: u8) -> bool {
        self.told.tls.has(link) && self.is_nonos()
    }

    /// How many of the bytes that are announced need not come: what is announced are records, and
    /// firmware before 3.3 loses records with the end of the connection (§8.6, Q12).
    pub(super) fn overstates_tls(&self, link: u8) -> u32 {
        match self.told.tls.has(link) {
            false => 0,
            true if self.version.is_some_and(|version| version.numbers() < (3, 3, 0, 0)) => {
                CONTROL_RECORD
            }
            true => u32::MAX,
        }
    }

    /// Whether a link with TLS is being opened.
    pub(super) fn opens_tls(&self, flight: Option<&Flight>) -> bool {
        let task = flight.map(|flight| flight.task);
        matches!(task, Some(Task::Open { link, kind: Kind::Stream, .. }) if self.told.tls.has(link))
    }
}

/// Why a link with TLS could not be opened, if the module has not said more: it has one word for all
/// reasons (recorded: a peer that speaks no TLS).
pub(super) const fn unreasoned(took_ms: u32) -> Error {
    if took_ms < ANSWERED_WITHIN { HANDSHAKE_FAILED } else { Error::HostUnreachable }
}

/// The number that 5.0 gives (§2.5): what is wrong with the certificate, else the error of mbedTLS, else
/// that of ESP-IDF's `esp_tls`.
pub(super) const fn tls_error(number: u32) -> Error {
    /// Expired, revoked, another name, of an authority that is not known, not valid yet.
    const FLAWS: u32 = 0x020f;
    match number {
        0x2700 => BAD_CERTIFICATE, // mbedTLS: it could not be verified
        0x8001 => Error::Dns(-2),
        0x8002 | 0x8003 | 0x8005 => Error::NoBuffers,
        0x8004 => Error::ConnectionRefused,
        0x8006 => Error::HostUnreachable,
        1.. if number & !FLAWS == 0 => BAD_CERTIFICATE,
        _ => HANDSHAKE_FAILED,
    }
}
