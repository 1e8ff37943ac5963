//! TLS of the driver on simulated modules, whose part of it was written from the specifications alone.

use crate::world::{PEER, WorldClock, WorldModem, with_modem};
use usocket::network::{STA_IF, Wlan};
use usocket::ssl::{Context, Verify};
use usocket::{AF_INET, Error, Memory, Modem, SOCK_STREAM, socket};
use usocket_simulator::{AccessPoint, Host, Profile, VirtualWorld};

const NAME: &str = "tls.example.com";
const ROOT: &[u8] = b"the root of all trust";

/// A module that knows the time and has the root, and a host with a certificate from that root.
fn scene(profile: Profile) -> (VirtualWorld, Host) {
    println!("on {}", profile.name);
    let file = if profile.is_cellular() { "cacert.pem" } else { "client_ca.0" };
    let world =
        VirtualWorld::new(profile).joined(true).dns(NAME, PEER).file(file, ROOT).time_set(true);
    let host = world.listen_tls(PEER, 443);
    host.certificate(&[NAME], ROOT).echo();
    (world, host)
}

/// Those whose firmware keeps what came before the peer closed.
fn profiles() -> [Profile; 4] {
    [Profile::esp32c3_4_1(), Profile::esp32c6_5_0(), Profile::bg96(), Profile::ec25()]
}

fn verifying(world: &VirtualWorld) -> Context<'static> {
    let context = Context::new(Verify::Server);
    if world.with_module(|module| module.profile().is_cellular()) {
        context.ca("cacert.pem")
    } else {
        context.ca(0)
    }
}

/// What a failed handshake is told as: BG96 has the same number for it as for a refused connection.
fn handshake_failed(world: &VirtualWorld) -> Error {
    match world.with_module(|module| module.profile().name) {
        "quectel-bg96" => Error::ConnectionRefused,
        _ => Error::TlsHandshake,
    }
}

fn echo(modem: &WorldModem<'_>, context: &Context<'_>, name: Option<&str>) -> Result<(), Error> {
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0)?;
    context.wrap_socket(&sock, name)?;
    sock.connect((PEER, 443))?;
    let data: Vec<u8> = (0..5000u32).map(|at| (at % 251) as u8).collect();
    let mut back = Vec::new();
    for piece in data.chunks(1500) {
        sock.sendall(piece)?;
        let mut buffer = vec![0; piece.len()];
        assert_eq!(sock.read(&mut buffer)?, Some(piece.len()));
        back.extend(buffer);
    }
    assert!(back == data);
    sock.close()
}

#[test]
fn what_is_sent_comes_back_and_the_server_is_asked_by_its_name() {
    for profile in profiles() {
        let (world, host) = scene(profile);
        with_modem(&world, |modem| echo(modem, &verifying(&world), Some(NAME)).unwrap());
        let hellos = host.hellos();
        assert_eq!(hellos.len(), 1);
        assert!(hellos[0].verifies && hellos[0].outcome.is_ok(), "{:?}", hellos[0]);
        assert_eq!(hellos[0].sni.as_deref(), Some(NAME));
    }
}

#[test]
fn who_says_so_verifies_nobody() {
    for profile in profiles() {
        let (world, host) = scene(profile);
        host.certificate(&["somebody.else"], b"another root");
        let context = Context::new(Verify::InsecureNobody);
        with_modem(&world, |modem| echo(modem, &context, None).unwrap());
        assert!(host.hellos().iter().all(|hello| !hello.verifies));
    }
}

#[test]
fn a_server_that_cannot_prove_who_it_is_is_not_connected_to() {
    for profile in profiles() {
        let (world, host) = scene(profile);
        with_modem(&world, |modem| {
            let context = verifying(&world);
            for (names, root) in [(&[NAME][..], &b"another root"[..]), (&["other.example"], ROOT)] {
                host.certificate(names, root);
                let refused = echo(modem, &context, Some(NAME));
                let error = refused.expect_err("it is not who it says");
                assert!(
                    error == Error::TlsCertificate || error == handshake_failed(&world),
                    "{error:?}"
                );
            }
            // and the next one is not punished for it
            host.certificate(&[NAME], ROOT);
            echo(modem, &context, Some(NAME)).unwrap();
        });
    }
}

#[test]
fn a_host_that_speaks_no_tls_is_a_failed_handshake() {
    for profile in profiles() {
        let (world, _) = scene(profile);
        world.listen(PEER, 80).echo();
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            verifying(&world).wrap_socket(&sock, Some(NAME)).unwrap();
            assert_eq!(sock.connect((PEER, 80)), Err(handshake_failed(&world)));
            // a plain one on the same module
            let plain = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            plain.connect((PEER, 80)).unwrap();
            plain.sendall(b"plain").unwrap();
            assert_eq!(plain.read(&mut [0; 5]), Ok(Some(5)));
        });
    }
}

#[test]
fn what_one_socket_said_does_not_hold_for_the_next() {
    for profile in [Profile::esp32c3_4_1(), Profile::esp32c6_5_0()] {
        let (world, host) = scene(profile);
        host.alpn(&["http/1.1"]);
        with_modem(&world, |modem| {
            let with_all = verifying(&world).alpn(&["h2", "http/1.1"]);
            for _ in 0..6 {
                echo(modem, &with_all, Some(NAME)).unwrap();
            }
            let bare = Context::new(Verify::InsecureNobody);
            for _ in 0..6 {
                echo(modem, &bare, None).unwrap();
            }
        });
        let hellos = host.hellos();
        assert_eq!(hellos.len(), 12);
        for (at, hello) in hellos.iter().enumerate() {
            assert_eq!(hello.verifies, at < 6, "{hello:?}");
            assert_eq!(hello.alpn.is_empty(), at >= 6, "{hello:?}");
            assert_eq!(hello.sni.is_some(), at < 6, "{hello:?}");
        }
    }
}

#[test]
fn what_came_before_the_end_is_read_to_the_end() {
    for profile in profiles() {
        let (world, _) = scene(profile);
        let letter: Vec<u8> = (0..6000u32).map(|at| (at % 241) as u8).collect();
        let host = world.listen_tls(PEER, 444);
        host.certificate(&[NAME], ROOT).greet(&letter);
        with_modem(&world, |modem| {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            verifying(&world).wrap_socket(&sock, Some(NAME)).unwrap();
            sock.connect((PEER, 444)).unwrap();
            let peer = host.accept().unwrap();
            world.after(core::time::Duration::from_millis(500), move |_| peer.close());
            let mut read = Vec::new();
            let mut buffer = [0; 700];
            loop {
                match sock.recv(&mut buffer).unwrap() {
                    0 => break,
                    count => read.extend_from_slice(&buffer[..count]),
                }
            }
            assert!(read == letter, "{} of {} bytes", read.len(), letter.len());
        });
    }
}

#[test]
fn certificates_need_the_time_which_a_module_that_restarts_is_told_again() {
    for profile in [Profile::esp32c3_4_1(), Profile::esp32c6_5_0()] {
        let world = VirtualWorld::new(profile)
            .access_point(AccessPoint::new("home", "password"))
            .file("client_ca.0", ROOT);
        world.listen_tls(PEER, 443).certificate(&[NAME], ROOT).echo();
        let mut memory = Memory::<2>::new();
        let modem = Modem::esp_at(world.uart(), WorldClock(world.clone()), &mut memory);
        let wlan = Wlan::new(&modem, STA_IF);
        wlan.active(true).unwrap();
        wlan.connect("home", "password").unwrap();
        let visit = || {
            let sock = socket(&modem, AF_INET, SOCK_STREAM, 0)?;
            Context::new(Verify::Server).ca(0).wrap_socket(&sock, Some(NAME))?;
            sock.connect((PEER, 443))
        };
        let refused = visit();
        assert!(matches!(refused, Err(Error::TlsHandshake | Error::TlsCertificate)), "{refused:?}");
        assert_eq!(wlan.time(), Ok(None));
        let now = wlan.settime("pool.ntp.org").unwrap();
        assert!(now.year > 2000, "{now:?}");
        assert_eq!(visit(), Ok(()));
        world.reset_module();
        let end = world.now_ms() + 30_000;
        while world.now_ms() < end {
            modem.poll().unwrap();
            world.pause();
        }
        assert_eq!(modem.counters().rejoins, 1);
        assert_eq!(visit(), Ok(()));
    }
}

#[test]
fn a_time_server_that_nobody_hears_from_is_a_timeout() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    let mut memory = Memory::<2>::new();
    let modem = Modem::esp_at(world.uart(), WorldClock(world.clone()), &mut memory);
    let wlan = Wlan::new(&modem, STA_IF);
    wlan.active(true).unwrap();
    let start = world.now_ms();
    assert_eq!(wlan.settime("pool.ntp.org"), Err(Error::TimedOut)); // there is no network
    assert!((30_000..33_000).contains(&(world.now_ms() - start)));
    assert_eq!(wlan.settime(""), Err(Error::InvalidInput));
    world.reset_module();
    let end = world.now_ms() + 10_000;
    while world.now_ms() < end {
        modem.poll().unwrap();
        world.pause();
    }
    assert_eq!(wlan.isconnected(), Ok(false)); // a time server is no network
}
