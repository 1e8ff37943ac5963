//! TLS handshakes: what a scripted far end is like, and whether it and the module agree.
//!
//! No bytes are encrypted here: what both sides have set decides, as it would in a real handshake.

use crate::module::{Dates, Distrust, Failure, TlsClient, TlsServer, TlsVersion};
use core::ops::RangeInclusive;
use core::time::Duration;

/// Certificates without dates of their own are valid from 2020 on.
const VALID_FROM: Duration = Duration::from_secs(1_577_836_800);

/// What a module said at the start of a handshake, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsHello {
    /// The name that it asked for (SNI).
    pub sni: Option<String>,
    /// The protocols that it offered (ALPN).
    pub alpn: Vec<String>,
    /// The certificate that it can show.
    pub certificate: Option<Vec<u8>>,
    /// The shared key that it wants to use.
    pub shared_key: Option<String>,
    /// Whether it looks at the server's certificate.
    pub verifies: bool,
    /// Whether it compares the name in the server's certificate.
    pub checks_name: bool,
    /// The protocol that was agreed on, or why the handshake failed.
    pub outcome: Result<Option<String>, Failure>,
}

/// The TLS side of a listening host.
#[derive(Debug, Clone)]
pub(in super::super) struct Secured {
    pub(in super::super) names: Vec<String>,
    pub(in super::super) issuer: Vec<u8>,
    pub(in super::super) expired: bool,
    pub(in super::super) alpn: Vec<String>,
    /// The certificate that a client must show.
    pub(in super::super) client: Option<Vec<u8>>,
    /// The key that takes the place of certificates, and its name.
    pub(in super::super) shared_key: Option<(String, Vec<u8>)>,
    pub(in super::super) versions: RangeInclusive<TlsVersion>,
    /// Bytes of its largest message.
    pub(in super::super) flight: usize,
    /// Time that its part of a handshake takes.
    pub(in super::super) takes: Duration,
    pub(in super::super) silent: bool,
    pub(in super::super) hellos: Vec<TlsHello>,
}

impl Default for Secured {
    /// A certificate for no name and from no root, TLS 1.2, and a chain of usual length.
    fn default() -> Self {
        Self {
            names: Vec::new(),
            issuer: Vec::new(),
            expired: false,
            alpn: Vec::new(),
            client: None,
            shared_key: None,
            versions: TlsVersion::Tls12..=TlsVersion::Tls12,
            flight: 3000,
            takes: Duration::ZERO,
            silent: false,
            hellos: Vec::new(),
        }
    }
}

impl Secured {
    /// The module shakes hands; returns how long that takes and how it ends.
    pub(super) fn meet(
        &mut self,
        module: &TlsClient,
        latency: Duration,
    ) -> (Duration, Result<(), Failure>) {
        let outcome = self.agree(module);
        let time = match outcome {
            // One round trip for the connection, and two for the handshake.
            Ok(_) => latency * 6 + self.takes,
            Err(Failure::Silent) => latency * 2 + module.patience,
            Err(_) if self.takes > module.patience => latency * 2 + module.patience,
            Err(_) => latency * 4 + self.takes,
        };
        self.hellos.push(TlsHello {
            sni: module.sni.clone(),
            alpn: module.alpn.clone(),
            certificate: module.identity.as_ref().map(|it| it.certificate.clone()),
            shared_key: module.shared_key.as_ref().map(|it| it.identity.clone()),
            verifies: module.trust.is_some(),
            checks_name: module.name.is_some(),
            outcome: outcome.clone(),
        });
        (time, outcome.map(|_| ()))
    }

    /// The protocol that both agree on, if they agree on everything.
    fn agree(&self, module: &TlsClient) -> Result<Option<String>, Failure> {
        if self.silent || self.takes > module.patience {
            return Err(Failure::Silent);
        }
        let common = self.versions.start() <= module.versions.end()
            && module.versions.start() <= self.versions.end();
        if !common || self.flight > module.buffer {
            return Err(Failure::Handshake);
        }
        match (&self.shared_key, &module.shared_key) {
            (None, None) => self.judge(module)?,
            (Some((name, key)), Some(own)) if *name == own.identity && *key == own.key => {}
            _ => return Err(Failure::Handshake),
        }
        if let Some(wanted) = &self.client {
            let shown = module.identity.as_ref().map(|identity| &identity.certificate);
            if shown != Some(wanted) {
                return Err(Failure::Handshake);
            }
        }
        let chosen = self.alpn.iter().find(|protocol| module.alpn.contains(protocol));
        if chosen.is_none() && !self.alpn.is_empty() && !module.alpn.is_empty() {
            return Err(Failure::Handshake);
        }
        Ok(chosen.cloned())
    }

    /// The module looks at the certificate.
    fn judge(&self, module: &TlsClient) -> Result<(), Failure> {
        if let Some(roots) = &module.trust {
            if !holds(roots, &self.issuer) {
                return Err(Failure::Certificate(Distrust::Unknown));
            }
            let outdated = match module.dates {
                Dates::Ignored => false,
                Dates::Now => self.expired,
                Dates::At(time) => time < VALID_FROM,
            };
            if outdated {
                return Err(Failure::Certificate(Distrust::OutOfDate));
            }
        }
        match &module.name {
            Some(name) if !self.names.iter().any(|own| covers(own, name)) => {
                Err(Failure::Certificate(Distrust::OtherName))
            }
            _ => Ok(()),
        }
    }
}

/// Whether a client of the module's server is let in.
pub(super) fn admits(server: &TlsServer, issuer: &[u8]) -> bool {
    server.trust.as_ref().is_none_or(|roots| holds(roots, issuer))
}

/// Whether a root is among several.
fn holds(roots: &[u8], root: &[u8]) -> bool {
    !root.is_empty() && roots.windows(root.len()).any(|part| part == root)
}

/// Whether a name of a certificate covers a name: `*` stands for one label.
fn covers(own: &str, name: &str) -> bool {
    match (own.strip_prefix("*."), name.split_once('.')) {
        (Some(own), Some((_, rest))) => own.eq_ignore_ascii_case(rest),
        _ => own.eq_ignore_ascii_case(name),
    }
}
