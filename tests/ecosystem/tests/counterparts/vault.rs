//! A TLS 1.3 server on loopback, `rustls`, with a certificate authority of its own.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::crypto::ring;
use rustls::pki_types::PrivatePkcs8KeyDer;
use rustls::version::TLS13;
use rustls::{ServerConfig, ServerConnection, Stream};

/// The name in the certificate.
pub const NAME: &str = "vault.test";
/// How much goes each way.
pub const LENGTH: usize = 65_536;

/// The byte of the data at this place.
pub const fn content(at: usize) -> u8 {
    (at * 7 + at / 251) as u8
}

/// An authority, and a certificate that it has signed.
pub struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new([]).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        Self { issuer }
    }

    /// Its own certificate, which clients trust.
    pub fn certificate(&self) -> &[u8] {
        self.issuer.der()
    }

    fn config(&self) -> ServerConfig {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([NAME.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap().der().clone();
        let key = PrivatePkcs8KeyDer::from(key.serialize_der());
        ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(&[&TLS13])
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate], key.into())
            .unwrap()
    }

    /// Serves one client, which sends all the data, gets them back, and says that this is all. The thread
    /// tells how that has gone.
    pub fn serve(&self) -> (SocketAddr, JoinHandle<std::io::Result<()>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let config = Arc::new(self.config());
        let server = thread::spawn(move || {
            let (mut socket, _) = listener.accept()?;
            socket.set_read_timeout(Some(Duration::from_secs(30)))?;
            let mut tls = ServerConnection::new(config).map_err(std::io::Error::other)?;
            let mut client = Stream::new(&mut tls, &mut socket);
            let mut data = vec![0; LENGTH];
            client.read_exact(&mut data)?;
            assert!(data.iter().enumerate().all(|(at, byte)| *byte == content(at)));
            client.write_all(&data)?;
            // an end without a goodbye would be an error here
            assert_eq!(client.read(&mut [0])?, 0, "there was more");
            Ok(())
        });
        (address, server)
    }
}
