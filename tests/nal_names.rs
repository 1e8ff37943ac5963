//! Names for programs that know `embedded-nal` alone.

mod script;
mod world;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use embedded_nal::{AddrType, Dns, nb};
use script::{SETUP, play};
use usocket::clock::Clock;
use usocket::{Error, Network};
use usocket_simulator::{Profile, VirtualWorld};
use world::{PEER, on_every_module, with_modem};

/// Polls until there is an answer, and lets time pass meanwhile; whoever waits for minutes has failed.
fn look_up<S: Dns>(
    world: &VirtualWorld,
    stack: &mut S,
    name: &str,
    kind: &AddrType,
) -> Result<IpAddr, S::Error> {
    let start = world.now_ms();
    loop {
        match stack.get_host_by_name(name, kind.clone()) {
            Err(nb::Error::WouldBlock) => world.pause(),
            Err(nb::Error::Other(error)) => return Err(error),
            Ok(address) => return Ok(address),
        }
        assert!(world.now_ms() - start < 300_000, "no answer");
    }
}

#[test]
fn names_become_addresses_on_every_module() {
    on_every_module(|world| {
        let world = world.joined(true).dns("www.getman.com", PEER);
        with_modem(&world, |modem| {
            let mut stack = modem.stack();
            for kind in [AddrType::IPv4, AddrType::Either] {
                let found = look_up(&world, &mut stack, "www.getman.com", &kind);
                assert_eq!(found, Ok(IpAddr::V4(PEER)));
                let none = look_up(&world, &mut stack, "no.such.host", &kind);
                assert_eq!(none, Err(Error::Dns(-2)));
            }
            // two names in turn, of which each call wants the other: the last one is answered
            let _ = stack.get_host_by_name("no.such.host", AddrType::IPv4);
            let found = look_up(&world, &mut stack, "www.getman.com", &AddrType::IPv4);
            assert_eq!(found, Ok(IpAddr::V4(PEER)));
        });
    });
}

#[test]
fn numbers_and_nothing_need_no_module() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    with_modem(&world, |modem| {
        let mut stack = modem.stack();
        let number = stack.get_host_by_name("192.168.4.2", AddrType::Either);
        assert_eq!(number, Ok(Ipv4Addr::new(192, 168, 4, 2).into()));
        let six = stack.get_host_by_name("::1", AddrType::IPv6);
        assert_eq!(six, Ok(Ipv6Addr::LOCALHOST.into()));
        let other = stack.get_host_by_name("::1", AddrType::IPv4);
        assert_eq!(other, Err(nb::Error::Other(Error::Dns(-9))));
        let empty = stack.get_host_by_name("", AddrType::IPv4);
        assert_eq!(empty, Err(nb::Error::Other(Error::Dns(-2))));
        let back = stack.get_host_by_address(PEER.into(), &mut [0; 255]);
        assert_eq!(back, Err(nb::Error::Other(Error::NotSupported)));
        assert_eq!(world.commands(), [""; 0]);
        let long = "x".repeat(300);
        let wrong = look_up(&world, &mut stack, &long, &AddrType::IPv4);
        assert_eq!(wrong, Err(Error::InvalidInput));
    });
}

#[test]
fn addresses_of_ipv6_are_asked_for_by_their_type() {
    let six: Ipv6Addr = "2001:db8::7".parse().unwrap();
    let world =
        VirtualWorld::new(Profile::esp32c3_4_1()).ipv6(true).joined(true).dns("six.test", six);
    with_modem(&world, |modem| {
        modem.wlan().unwrap().set_ipv6(true).unwrap();
        let mut stack = modem.stack();
        let found = look_up(&world, &mut stack, "six.test", &AddrType::IPv6);
        assert_eq!(found, Ok(six.into()));
    });
}

#[test]
fn each_call_is_one_round_and_none_waits() {
    let dialogue = r#"
        → AT+CIPDOMAIN="www.getman.com"\r\n
        … 300
        ← +CIPDOMAIN:"93.184.216.34"\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, dialogue], |modem, script| {
        let mut stack = modem.stack();
        let mut polls = 0;
        let found = loop {
            let before = script.time();
            match stack.get_host_by_name("www.getman.com", AddrType::Either) {
                Err(nb::Error::WouldBlock) => {}
                result => break result,
            }
            assert_eq!(script.time(), before, "it has waited");
            script.pause();
            polls += 1;
        };
        assert_eq!(found, Ok(IpAddr::V4(PEER)));
        assert!(polls >= 300, "{polls}");
    });
}

#[test]
fn a_module_that_is_silent_is_an_error_in_the_end() {
    for profile in [Profile::esp32c3_4_1(), Profile::bg96()] {
        let world = VirtualWorld::new(profile).joined(true).dns("www.getman.com", PEER);
        with_modem(&world, |modem| {
            world.mute(true);
            let mut stack = modem.stack();
            let silent = look_up(&world, &mut stack, "www.getman.com", &AddrType::IPv4);
            assert_eq!(silent, Err(Error::ModuleSilent));
            world.mute(false);
            let found = look_up(&world, &mut stack, "www.getman.com", &AddrType::IPv4);
            assert_eq!(found, Ok(IpAddr::V4(PEER)));
        });
    }
}
