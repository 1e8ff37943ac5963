//! TLS: what a module shows of itself, what it demands of the far end, and what it takes offence at.
//!
//! Certificates and keys are the contents of [files](super::Module::file) of the module. The loopback
//! world reads PEM there; to the virtual world they are bytes that are equal or not.

use core::ops::RangeInclusive;
use core::time::Duration;

/// Versions of the protocol, oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsVersion {
    /// SSL 3.0.
    Ssl3,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
}

/// A certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The certificate, and the ones between it and its root.
    pub certificate: Vec<u8>,
    /// Its private key.
    pub key: Vec<u8>,
}

/// A key that both ends have from elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedKey {
    /// Which key it is.
    pub identity: String,
    /// The key.
    pub key: Vec<u8>,
}

/// What the dates of a certificate are held against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// Nothing.
    Ignored,
    /// The present, which the module knows.
    Now,
    /// The clock of a module that was never set: a time so long after 1970.
    At(Duration),
}

/// How the module wants to be a TLS client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsClient {
    /// Roots that the server's certificate must come from; `None` takes any certificate.
    pub trust: Option<Vec<u8>>,
    /// What the dates of the certificate are held against, where it is looked at.
    pub dates: Dates,
    /// Name that the server's certificate must be for; `None` takes any.
    pub name: Option<String>,
    /// Name that the server is asked for (SNI).
    pub sni: Option<String>,
    /// Protocols to choose from (ALPN), the best one first.
    pub alpn: Vec<String>,
    /// What it shows if the server wants a certificate.
    pub identity: Option<Identity>,
    /// Key to use instead of certificates.
    pub shared_key: Option<SharedKey>,
    /// Versions that it speaks.
    pub versions: RangeInclusive<TlsVersion>,
    /// Most bytes of one message of the handshake.
    pub buffer: usize,
    /// How long it waits for an answer of the server.
    pub patience: Duration,
}

/// How the module wants to be a TLS server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsServer {
    /// What it shows.
    pub identity: Identity,
    /// Roots that a client's certificate must come from; `None` asks for none.
    pub trust: Option<Vec<u8>>,
}

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distrust {
    /// It does not come from a root that is trusted.
    Unknown,
    /// It is for another name.
    OtherName,
    /// It is not valid yet, or not any more.
    OutOfDate,
}

impl Default for TlsClient {
    /// Takes whatever the server has, in every version, and waits ten seconds.
    fn default() -> Self {
        Self {
            trust: None,
            dates: Dates::Now,
            name: None,
            sni: None,
            alpn: Vec::new(),
            identity: None,
            shared_key: None,
            versions: TlsVersion::Tls10..=TlsVersion::Tls12,
            buffer: 16_384,
            patience: Duration::from_secs(10),
        }
    }
}
