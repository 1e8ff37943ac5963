//! A genuine TLS server on the loopback interface, for one client.

use super::PATIENCE;
use super::authority::Identity;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig, ServerConnection, StreamOwned};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::thread::JoinHandle;

pub(crate) type Session = StreamOwned<ServerConnection, TcpStream>;

/// What a server is like.
pub(crate) struct Server {
    config: ServerConfig,
}

pub(crate) fn roots(pem: &str) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    roots
}

pub(crate) fn chain(identity: &Identity) -> (Vec<CertificateDer<'static>>, PrivateKeyDer<'static>) {
    let certificate = CertificateDer::from_pem_slice(identity.certificate.as_bytes()).unwrap();
    (vec![certificate], PrivateKeyDer::from_pem_slice(identity.key.as_bytes()).unwrap())
}

impl Server {
    pub(crate) fn new(identity: &Identity) -> Self {
        let (certificates, key) = chain(identity);
        let config = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(certificates, key)
            .unwrap();
        Self { config }
    }

    /// Lets clients in whose certificate comes from a root.
    pub(crate) fn demanding(identity: &Identity, root: &str) -> Self {
        let verifier = WebPkiClientVerifier::builder(Arc::new(roots(root))).build().unwrap();
        let (certificates, key) = chain(identity);
        let config = ServerConfig::builder()
            .with_client_cert_verifier(verifier)
            .with_single_cert(certificates, key)
            .unwrap();
        Self { config }
    }

    pub(crate) fn alpn(mut self, protocols: &[&str]) -> Self {
        self.config.alpn_protocols = protocols.iter().map(|it| it.as_bytes().to_vec()).collect();
        self
    }

    /// Serves one client; a failed handshake is `None`.
    pub(crate) fn serve<T: Send + 'static>(
        self,
        serve: impl FnOnce(&mut Session) -> T + Send + 'static,
    ) -> (SocketAddr, JoinHandle<Option<T>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let config = Arc::new(self.config);
        let thread = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
            stream.set_write_timeout(Some(PATIENCE)).unwrap();
            let mut connection = ServerConnection::new(config).unwrap();
            while connection.is_handshaking() {
                connection.complete_io(&mut stream).ok()?;
            }
            Some(serve(&mut StreamOwned::new(connection, stream)))
        });
        (address, thread)
    }
}

/// Sends back what comes, until the client closes; returns how much that was.
pub(crate) fn echo(session: &mut Session) -> usize {
    let mut buffer = [0; 4096];
    let mut total = 0;
    while let Ok(length @ 1..) = session.read(&mut buffer) {
        session.write_all(&buffer[..length]).unwrap();
        session.flush().unwrap();
        total += length;
    }
    total
}

/// Sends bytes, says that this is the end, and closes.
pub(crate) fn send_and_close(session: &mut Session, data: &[u8]) {
    session.write_all(data).unwrap();
    session.conn.send_close_notify();
    session.flush().unwrap();
}
