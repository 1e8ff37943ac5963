//! TLS sessions of the loopback world, by rustls: 1.2, which is what the modules speak.
//!
//! A session has no socket of its own: whoever drives the connection hands it in.

mod verifier;

use crate::module::{Dates, Distrust, Failure, Identity, TlsClient, TlsServer, TlsVersion};
use core::net::SocketAddr;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::server::WebPkiClientVerifier;
use rustls::version::TLS12;
use rustls::{
    CertificateError, ClientConfig, ClientConnection, Connection, Error, RootCertStore,
    ServerConfig, ServerConnection,
};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use verifier::Verifier;

/// A TLS session over a TCP connection that does not block.
#[derive(Debug)]
pub(super) struct Session {
    connection: Box<Connection>,
    /// The peer has said that this is the end.
    over: bool,
    /// This end has said so.
    goodbye: bool,
}

impl Session {
    fn new(connection: impl Into<Connection>) -> Self {
        Self { connection: Box::new(connection.into()), over: false, goodbye: false }
    }

    /// The module's end of a session with a server.
    pub(super) fn client(settings: &TlsClient, remote: SocketAddr) -> Result<Self, Failure> {
        // There are no shared keys in rustls.
        if !settings.versions.contains(&TlsVersion::Tls12) || settings.shared_key.is_some() {
            return Err(Failure::Handshake);
        }
        let provider = provider();
        let verifier = Verifier::new(settings, &provider);
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&TLS12])
            .map_err(|_| Failure::Handshake)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier));
        let mut config = match &settings.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let (chain, key) = parse(identity).ok_or(Failure::Handshake)?;
                builder.with_client_auth_cert(chain, key).map_err(|_| Failure::Handshake)?
            }
        };
        config.alpn_protocols = settings.alpn.iter().map(|it| it.clone().into_bytes()).collect();
        config.enable_sni = settings.sni.is_some();
        let name = match &settings.sni {
            Some(name) => ServerName::try_from(name.clone()).map_err(|_| Failure::Handshake)?,
            None => ServerName::from(remote.ip()),
        };
        let connection = ClientConnection::new(Arc::new(config), name);
        Ok(Self::new(connection.map_err(|_| Failure::Handshake)?))
    }

    /// Goes on with the handshake; true once it is over.
    pub(super) fn shake(&mut self, stream: &mut TcpStream) -> Result<bool, Failure> {
        loop {
            let stuck = match self.push_out(stream) {
                Ok(()) => false,
                Err(error) if error.kind() == ErrorKind::WouldBlock => true,
                Err(_) => return Err(Failure::Handshake),
            };
            if !self.connection.is_handshaking() {
                return Ok(!stuck);
            }
            match self.connection.read_tls(stream) {
                Ok(0) => return Err(Failure::Handshake),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(false),
                Err(_) => return Err(Failure::Handshake),
            }
            if let Err(error) = self.connection.process_new_packets() {
                // The alert that says why.
                let _ = self.push_out(stream);
                return Err(failure(&error));
            }
        }
    }

    /// Writes what is encrypted and has not left.
    pub(super) fn push_out(&mut self, stream: &mut TcpStream) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(stream)?;
        }
        Ok(())
    }

    /// Takes data to send, once what came before has left; returns how much.
    pub(super) fn write(&mut self, stream: &mut TcpStream, data: &[u8]) -> io::Result<usize> {
        self.push_out(stream)?;
        let taken = self.connection.writer().write(data)?;
        match self.push_out(stream) {
            Err(error) if error.kind() != ErrorKind::WouldBlock => Err(error),
            _ => Ok(taken),
        }
    }

    /// Reads data; 0 bytes are the end.
    pub(super) fn read(&mut self, stream: &mut TcpStream, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            match self.connection.reader().read(buffer) {
                Ok(0) => {
                    self.over = true;
                    return Ok(0);
                }
                Ok(length) => return Ok(length),
                Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                // The connection is closed, and nobody has said that in the session.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(0),
                Err(error) => return Err(error),
            }
            self.connection.read_tls(stream)?;
            if let Err(error) = self.connection.process_new_packets() {
                let _ = self.push_out(stream);
                return Err(io::Error::other(error));
            }
        }
    }

    /// Says that this is the end, once.
    pub(super) fn say_goodbye(&mut self) {
        if !core::mem::replace(&mut self.goodbye, true) {
            self.connection.send_close_notify();
        }
    }

    /// Whether the peer has said that this is the end.
    pub(super) fn is_over(&self) -> bool {
        self.over
    }
}

/// How the module's server takes its clients; `None` inside if its certificates are of no use.
#[derive(Debug, Clone)]
pub(super) struct Acceptor(Option<Arc<ServerConfig>>);

impl Acceptor {
    pub(super) fn new(settings: &TlsServer) -> Self {
        Self(Self::config(settings).map(Arc::new))
    }

    fn config(settings: &TlsServer) -> Option<ServerConfig> {
        let provider = provider();
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_protocol_versions(&[&TLS12]).ok()?;
        let (chain, key) = parse(&settings.identity)?;
        let builder = match &settings.trust {
            None => builder.with_no_client_auth(),
            Some(roots) => {
                let roots = Arc::new(root_store(roots));
                let verifier = WebPkiClientVerifier::builder_with_provider(roots, provider);
                builder.with_client_cert_verifier(verifier.build().ok()?)
            }
        };
        builder.with_single_cert(chain, key).ok()
    }

    /// The module's end of a session with a client.
    pub(super) fn session(&self) -> Result<Session, Failure> {
        let config = self.0.clone().ok_or(Failure::Handshake)?;
        let connection = ServerConnection::new(config).map_err(|_| Failure::Handshake)?;
        Ok(Session::new(connection))
    }
}

fn provider() -> Arc<CryptoProvider> {
    Arc::new(ring::default_provider())
}

/// The certificates of a PEM text that can be roots.
fn root_store(text: &[u8]) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_slice_iter(text).filter_map(Result::ok);
    roots.add_parsable_certificates(certificates);
    roots
}

/// A chain of certificates and its key, out of PEM texts.
fn parse(identity: &Identity) -> Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)> {
    let chain = CertificateDer::pem_slice_iter(&identity.certificate);
    let chain: Vec<_> = chain.collect::<Result<_, _>>().ok()?;
    Some((chain, PrivateKeyDer::from_pem_slice(&identity.key).ok()?))
}

/// Why a handshake failed.
fn failure(error: &Error) -> Failure {
    let Error::InvalidCertificate(error) = error else { return Failure::Handshake };
    Failure::Certificate(match error {
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
            Distrust::OtherName
        }
        CertificateError::Expired
        | CertificateError::ExpiredContext { .. }
        | CertificateError::NotValidYet
        | CertificateError::NotValidYetContext { .. } => Distrust::OutOfDate,
        _ => Distrust::Unknown,
    })
}
