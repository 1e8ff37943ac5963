//! `AT+QSSLCFG`: the six TLS contexts (Quectel digest §6).

use super::{CONTEXTS, Quectel};
use crate::cellular::{Answer, Command, Core, Refusal, line, ok};
use crate::module::{Dates, Identity, TlsClient, TlsVersion};
use core::ops::RangeInclusive;
use core::time::Duration;
use std::collections::BTreeMap;

/// What a key holds.
enum Kind {
    /// A number of a range, and the one that it is as built.
    Number(RangeInclusive<i64>, i64),
    /// The number of a cipher suite, `0X` and four digits.
    Suite,
    /// The name of a file.
    File,
}

/// Every key; they are lower case (Q24).
///
/// Of `ignorelocaltime` the documents that are at hand say no default; 1 is the one with which
/// transcript T28 works on a clock that nobody has set.
static KEYS: &[(&str, Kind)] = &[
    ("sslversion", Kind::Number(0..=4, 4)),
    ("ciphersuite", Kind::Suite),
    ("cacert", Kind::File),
    ("clientcert", Kind::File),
    ("clientkey", Kind::File),
    ("seclevel", Kind::Number(0..=2, 0)),
    ("session", Kind::Number(0..=1, 0)),
    ("sni", Kind::Number(0..=1, 0)),
    ("checkhost", Kind::Number(0..=1, 0)),
    ("ignorelocaltime", Kind::Number(0..=1, 1)),
    ("negotiatetime", Kind::Number(10..=300, 300)),
    ("renegotiation", Kind::Number(0..=1, 0)),
    ("dtls", Kind::Number(0..=1, 0)),
    ("dtlsversion", Kind::Number(0..=2, 2)),
];

/// One TLS context: the values that differ from those as built, as they are shown.
#[derive(Debug, Default, Clone)]
pub(crate) struct Context(BTreeMap<&'static str, String>);

impl Context {
    /// A value as it is shown.
    fn shown(&self, key: &str, kind: &Kind) -> String {
        let built = || match kind {
            Kind::Number(_, built) => built.to_string(),
            Kind::Suite => String::from("0XFFFF"),
            Kind::File => String::from("\"\""),
        };
        self.0.get(key).cloned().unwrap_or_else(built)
    }

    fn number(&self, key: &str) -> i64 {
        let kind = KEYS.iter().find(|(name, _)| *name == key).map(|(_, kind)| kind);
        kind.and_then(|kind| self.shown(key, kind).parse().ok()).unwrap_or(0)
    }

    /// What the file that a key names holds.
    fn file(&self, core: &Core, key: &str) -> Option<Vec<u8>> {
        let name = self.0.get(key)?.trim_matches('"');
        core.chip.files.get(name.strip_prefix("UFS:").unwrap_or(name)).cloned()
    }

    /// Whether it is for datagrams, which the simulation has not.
    pub(crate) fn is_dtls(&self) -> bool {
        self.number("dtls") == 1
    }

    /// How a connection to `host` is secured; `None` if a file is not there that it needs.
    pub(crate) fn client(&self, core: &Core, host: &str) -> Option<TlsClient> {
        let level = self.number("seclevel");
        let trust = match level {
            0 => None,
            _ => Some(self.file(core, "cacert")?),
        };
        let identity = match level {
            2 => Some(Identity {
                certificate: self.file(core, "clientcert")?,
                key: self.file(core, "clientkey")?,
            }),
            _ => None,
        };
        let on = |key| self.number(key) == 1;
        let host = || host.to_owned();
        let named = host().parse::<core::net::IpAddr>().is_err();
        let oldest = match self.number("sslversion") {
            0 => TlsVersion::Ssl3,
            1 => TlsVersion::Tls10,
            2 => TlsVersion::Tls11,
            3 => TlsVersion::Tls12,
            _ => TlsVersion::Ssl3,
        };
        let newest = if self.number("sslversion") == 4 { TlsVersion::Tls12 } else { oldest };
        Some(TlsClient {
            name: (on("checkhost") && trust.is_some()).then(host),
            dates: if on("ignorelocaltime") {
                Dates::Ignored
            } else {
                core.clock.dates(core.now())
            },
            sni: (on("sni") && named).then(host),
            versions: oldest..=newest,
            patience: Duration::from_secs(self.number("negotiatetime") as u64),
            trust,
            identity,
            ..TlsClient::default()
        })
    }
}

impl Quectel {
    pub(crate) fn configure_tls(&mut self, _core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=3)?;
        let name = arguments.need_text(0)?;
        let (key, kind) = KEYS.iter().find(|(key, _)| *key == name).ok_or(Refusal::Error)?;
        let context = arguments.need(1, 0..=i64::from(CONTEXTS) - 1)? as usize;
        if arguments.count() == 2 {
            let value = self.tls[context].shown(key, kind);
            return line(format!("+QSSLCFG: \"{key}\",{context},{value}"));
        }
        let value = match kind {
            Kind::Number(range, _) => arguments.need(2, range.clone())?.to_string(),
            Kind::File => format!("\"{}\"", arguments.need_text(2)?),
            Kind::Suite => {
                let suite = arguments.word(2)?.to_ascii_uppercase();
                let digits = suite.strip_prefix("0X").ok_or(Refusal::Error)?;
                u16::from_str_radix(digits, 16).map_err(|_| Refusal::Error)?;
                suite
            }
        };
        self.tls[context].0.insert(key, value);
        ok()
    }
}
