//! What the program had joined is joined again: after restarts, and when a context cannot be had.

use std::time::Duration;

use crate::world::{PEER, WorldModem, idle, on_every_firmware, with_modem};
use usocket::fugit::MillisDurationU32;
use usocket::network::{STA_IF, Wlan};
use usocket::{AF_INET, Error, Network, SOCK_STREAM, Socket, socket};
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};

const SECRET: &str = "pass,\"word\\";

fn connected<'n>(network: &'n impl Network) -> Result<Socket<'n>, Error> {
    let sock = socket(network, AF_INET, SOCK_STREAM, 0)?;
    sock.settimeout(Some(MillisDurationU32::from_millis(200_000)))?;
    sock.connect((PEER, 80))?;
    Ok(sock)
}

fn told(world: &VirtualWorld, command: &str) -> usize {
    world.commands().iter().filter(|line| line.starts_with(command)).count()
}

/// A program that has joined the network of the café.
fn in_the_cafe(world: VirtualWorld, program: impl FnOnce(&VirtualWorld, &WorldModem<'_>)) {
    let world = world.access_point(AccessPoint::new("café", SECRET));
    world.listen(PEER, 80);
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        wlan.active(true).unwrap();
        wlan.connect("café", SECRET).unwrap();
        drop(connected(&wlan).unwrap());
        idle(&world, modem, 100);
        program(&world, modem);
    });
}

#[test]
fn after_a_restart_the_network_is_joined_again_on_every_firmware() {
    on_every_firmware(|world| {
        in_the_cafe(world, |world, modem| {
            world.reset_module();
            idle(world, modem, 3_000);
            let sock = connected(modem).unwrap();
            assert_eq!(sock.send(b"hello"), Ok(5));
            assert_eq!(modem.isconnected(), Ok(true));
            assert_eq!((modem.counters().resets, modem.counters().rejoins), (1, 1));
        });
    });
}

#[test]
fn a_network_that_is_away_when_the_module_restarts_is_joined_when_it_is_there_again() {
    in_the_cafe(VirtualWorld::new(Profile::esp32c3_4_1()), |world, modem| {
        world.disconnect_wifi();
        world.reset_module();
        idle(world, modem, 3_000);
        assert_eq!(connected(modem).unwrap_err(), Error::NetworkUnreachable);
        world.after(Duration::from_secs(60), VirtualWorld::reconnect_wifi);
        idle(world, modem, 120_000);
        assert_eq!(modem.isconnected(), Ok(true));
        connected(modem).unwrap();
    });
}

#[test]
fn a_network_that_the_program_has_left_is_not_joined_again() {
    in_the_cafe(VirtualWorld::new(Profile::esp32c3_4_1()), |world, modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        wlan.disconnect().unwrap();
        let joins = told(world, "AT+CWJAP=");
        world.reset_module();
        assert!(connected(modem).is_err());
        idle(world, modem, 60_000);
        assert_eq!((told(world, "AT+CWJAP="), modem.counters().rejoins), (joins, 0));
    });
}

#[test]
fn a_module_that_gives_no_context_though_it_is_registered_is_restarted() {
    for profile in [Profile::bg96(), Profile::ec25()] {
        let world = VirtualWorld::new(profile);
        world.listen(PEER, 80);
        with_modem(&world, |modem| {
            let lte = modem.cellular().unwrap();
            lte.connect("internet", "", "").unwrap();
            world.quirks(|quirks| quirks.stuck_contexts = true);
            world.drop_context();
            idle(&world, modem, 120_000);
            assert_eq!(told(&world, "AT+CFUN=1,1"), 1);
            assert_eq!(modem.counters().forced_restarts, 1);
            connected(modem).unwrap();
            assert_eq!(modem.counters().rejoins, 1);
        });
    }
}

#[test]
fn without_coverage_no_restart_helps_and_none_is_tried() {
    let world = VirtualWorld::new(Profile::bg96());
    with_modem(&world, |modem| {
        modem.cellular().unwrap().connect("internet", "", "").unwrap();
        world.lose_network();
        idle(&world, modem, 400_000);
        assert_eq!(told(&world, "AT+CFUN=1,1"), 0);
        world.regain_network();
        idle(&world, modem, 20_000);
        assert_eq!(modem.isconnected(), Ok(true));
    });
}

#[test]
fn openings_that_nobody_answers_renew_the_context_if_nothing_else_uses_it() {
    for used in [false, true] {
        let world = VirtualWorld::new(Profile::ec25());
        world.listen(PEER, 80);
        with_modem(&world, |modem| {
            modem.cellular().unwrap().connect("internet", "", "").unwrap();
            let other = used.then(|| connected(modem).unwrap());
            world.quirks(|quirks| quirks.unanswered_opens = 5);
            let before = told(&world, "AT+QIDEACT");
            for _ in 0..5 {
                assert_eq!(connected(modem).unwrap_err(), Error::TimedOut);
            }
            idle(&world, modem, 20_000);
            assert_eq!(told(&world, "AT+QIDEACT") > before, !used);
            connected(modem).unwrap();
            drop(other);
        });
    }
}
