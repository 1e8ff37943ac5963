//! `embedded-tls`: TLS 1.3 on the host, over sockets of both shells, against a real server.

#[path = "counterparts/vault.rs"]
mod vault;

use std::time::{SystemTime, UNIX_EPOCH};

use embedded_nal_async::TcpConnect;
use embedded_tls::pki::CertVerifier;
use embedded_tls::{
    Aes128GcmSha256, Certificate, CryptoProvider, CryptoRngCore, TlsClock, TlsConfig,
    TlsConnection, TlsContext, TlsError, TlsVerifier, UnsecureProvider, blocking,
};
use futures_lite::future::{block_on, or};
use rand_core::OsRng;
use usocket::asynch::{Modem, Network, Wlan, getaddrinfo};
use usocket::clock::StdClock;
use usocket::network::STA_IF;
use usocket::{AF_INET, Memory, SOCK_STREAM};
use usocket_ecosystem::{Delay, PASSWORD, SSID, uart, wifi, within_a_minute};
use vault::{Authority, LENGTH, NAME, content};

/// Room for a record of any length, as servers send them,
const RECEIVED: usize = 16_640;
/// and for those that are sent, which may be shorter. (With more than 16 406 bytes `embedded-tls` makes
/// records that are longer than TLS allows.)
const SENT: usize = 4096;

/// Verifies the server: its certificate is of this authority, in force, and of the name that was asked for.
struct Verified<'a> {
    rng: OsRng,
    verifier: CertVerifier<'a, Aes128GcmSha256, Today, 4096>,
}

impl<'a> Verified<'a> {
    fn by(authority: &'a [u8]) -> Self {
        Self { rng: OsRng, verifier: CertVerifier::new(Certificate::X509(authority)) }
    }
}

impl CryptoProvider for Verified<'_> {
    type CipherSuite = Aes128GcmSha256;
    type Signature = [u8; 0]; // no certificate of the client's own

    fn rng(&mut self) -> impl CryptoRngCore {
        &mut self.rng
    }

    fn verifier(&mut self) -> Result<&mut impl TlsVerifier<Aes128GcmSha256>, TlsError> {
        Ok(&mut self.verifier)
    }
}

/// What time it is, since certificates have a term: on a board, of a time server or the mobile network.
struct Today;

impl TlsClock for Today {
    fn now() -> Option<u64> {
        SystemTime::now().duration_since(UNIX_EPOCH).ok().map(|now| now.as_secs())
    }
}

fn data() -> Vec<u8> {
    (0..LENGTH).map(content).collect()
}

/// Sends all the data and gets them back.
async fn program(
    wlan: &Wlan<'_>,
    name: &str,
    provider: impl CryptoProvider<CipherSuite = Aes128GcmSha256>,
) -> Result<(), TlsError> {
    wlan.active(true).await.unwrap();
    wlan.connect(SSID, PASSWORD).await.unwrap();
    let server = getaddrinfo(wlan, NAME, 443).await.unwrap()[0].sockaddr;
    let stack = wlan.stack();
    let sock = stack.connect(server).await.unwrap();

    let (mut received, mut sent) = (vec![0; RECEIVED], vec![0; SENT]);
    let mut tls = TlsConnection::new(sock, &mut received, &mut sent);
    let config = TlsConfig::new().with_server_name(name);
    tls.open(TlsContext::new(&config, provider)).await?;

    let (data, mut back) = (data(), vec![0; LENGTH]);
    embedded_io_async::Write::write_all(&mut tls, &data).await?;
    embedded_io_async::Write::flush(&mut tls).await?;
    embedded_io_async::Read::read_exact(&mut tls, &mut back).await.unwrap();
    assert!(back == data);
    let sock = tls.close().await.map_err(|(_, error)| error)?;
    sock.close().await.unwrap();
    Ok(())
}

/// Runs the program on a Wi-Fi module, against a server of this authority.
fn run(
    authority: &Authority,
    name: &str,
    provider: impl CryptoProvider<CipherSuite = Aes128GcmSha256>,
) -> (Result<(), TlsError>, std::io::Result<()>) {
    let (address, server) = authority.serve();
    let ended = {
        let world = wifi(&[(NAME, 443, address)]);
        let mut memory = Memory::<2, 2048, 2048>::new();
        let modem = Modem::esp_at(StdClock::new(), &mut memory);
        let (rx, tx) = uart(&world);
        let mut runner = modem.runner(rx, tx, Delay);
        let wlan = Wlan::new(&modem, STA_IF);
        let line = async { panic!("the line has failed: {}", runner.run().await) };
        block_on(or(program(&wlan, name, provider), line))
    }; // with the world ends the connection, if the program has not closed it
    (ended, server.join().unwrap())
}

#[test]
fn a_server_of_the_authority_is_trusted() {
    within_a_minute(|| {
        let authority = Authority::new();
        let (client, server) = run(&authority, NAME, Verified::by(authority.certificate()));
        client.unwrap();
        server.unwrap();
    });
}

#[test]
fn a_server_of_another_authority_is_not_trusted() {
    within_a_minute(|| {
        let (authority, other) = (Authority::new(), Authority::new());
        let (client, server) = run(&authority, NAME, Verified::by(other.certificate()));
        assert!(matches!(client, Err(TlsError::InvalidCertificate)), "{client:?}");
        assert!(server.is_err(), "it has got no data");
    });
}

#[test]
fn a_server_of_another_name_is_not_trusted() {
    within_a_minute(|| {
        let authority = Authority::new();
        let provider = Verified::by(authority.certificate());
        let (client, server) = run(&authority, "bank.test", provider);
        assert!(matches!(client, Err(TlsError::InvalidCertificate)), "{client:?}");
        assert!(server.is_err(), "it has got no data");
    });
}

#[test]
fn unsecure_provider_trusts_anybody() {
    within_a_minute(|| {
        let provider = UnsecureProvider::new::<Aes128GcmSha256>(OsRng);
        let (client, server) = run(&Authority::new(), NAME, provider);
        client.unwrap();
        server.unwrap();
    });
}

/// The same program with blocking calls.
fn blocking_program(
    net: &impl usocket::Network,
    provider: impl CryptoProvider<CipherSuite = Aes128GcmSha256>,
) -> Result<(), TlsError> {
    let server = usocket::getaddrinfo(net, NAME, 443).unwrap()[0].sockaddr;
    let sock = usocket::socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect(server).unwrap();

    let (mut received, mut sent) = (vec![0; RECEIVED], vec![0; SENT]);
    let mut tls = blocking::TlsConnection::new(sock, &mut received, &mut sent);
    let config = TlsConfig::new().with_server_name(NAME);
    tls.open(TlsContext::new(&config, provider))?;

    let (data, mut back) = (data(), vec![0; LENGTH]);
    embedded_io::Write::write_all(&mut tls, &data)?;
    embedded_io::Write::flush(&mut tls)?;
    embedded_io::Read::read_exact(&mut tls, &mut back).unwrap();
    assert!(back == data);
    let sock = tls.close().map_err(|(_, error)| error)?;
    sock.close().unwrap();
    Ok(())
}

#[test]
fn blocking_sockets_carry_tls_as_well() {
    within_a_minute(|| {
        let authority = Authority::new();
        let (address, server) = authority.serve();
        let world = wifi(&[(NAME, 443, address)]);
        let mut memory = Memory::<2, 2048, 0>::new();
        let modem = usocket::Modem::esp_at(world.uart(), StdClock::new(), &mut memory);
        let wlan = usocket::network::Wlan::new(&modem, STA_IF);
        wlan.active(true).unwrap();
        wlan.connect(SSID, PASSWORD).unwrap();
        blocking_program(&wlan, Verified::by(authority.certificate())).unwrap();
        server.join().unwrap().unwrap();
    });
}

#[test]
fn blocking_sockets_carry_tls_with_anybody() {
    within_a_minute(|| {
        let (address, server) = Authority::new().serve();
        let world = wifi(&[(NAME, 443, address)]);
        let mut memory = Memory::<2, 2048, 0>::new();
        let modem = usocket::Modem::esp_at(world.uart(), StdClock::new(), &mut memory);
        let wlan = usocket::network::Wlan::new(&modem, STA_IF);
        wlan.active(true).unwrap();
        wlan.connect(SSID, PASSWORD).unwrap();
        blocking_program(&wlan, UnsecureProvider::new::<Aes128GcmSha256>(OsRng)).unwrap();
        server.join().unwrap().unwrap();
    });
}
