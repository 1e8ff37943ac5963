//! Wi-Fi on the simulated module: each outcome of a join, and what can be asked.

use crate::world::{PEER, on_every_firmware, with_modem};
use usocket::network::{STA_IF, Security, Status, Wlan};
use usocket::{Error, getaddrinfo};
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};

fn cafe(world: VirtualWorld) -> VirtualWorld {
    world
        .access_point(AccessPoint::new("café, \"9\" \\ bar", "pass,\"word\\"))
        .access_point(AccessPoint { rssi: -80, channel: 11, ..AccessPoint::new("far away", "") })
        .access_point(AccessPoint { hidden: true, rssi: -90, ..AccessPoint::new("h", "12345678") })
        .dns("www.getman.com", PEER)
}

#[test]
fn the_seed_program_joins_a_network_on_every_firmware() {
    on_every_firmware(|world| {
        let world = cafe(world);
        with_modem(&world, |modem| {
            let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
            wlan.active(true).unwrap();
            assert_eq!(wlan.isconnected(), Ok(false));
            wlan.connect("café, \"9\" \\ bar", "pass,\"word\\").unwrap();
            assert_eq!(wlan.isconnected(), Ok(true));
            assert_eq!(wlan.status(), Ok(Status::GotIp));
            let addresses = wlan.ifconfig().unwrap();
            assert!(addresses.address.is_private());
            assert_eq!(addresses.netmask, std::net::Ipv4Addr::new(255, 255, 255, 0));
            assert!(!addresses.gateway.is_unspecified());
            let found = getaddrinfo(modem, "www.getman.com", 80).unwrap();
            assert_eq!(found[0].sockaddr, (PEER, 80).into());
            wlan.disconnect().unwrap();
            assert_eq!(wlan.isconnected(), Ok(false));
            wlan.active(false).unwrap();
        });
    });
}

#[test]
fn a_scan_tells_names_strength_and_security_strongest_first() {
    let world = cafe(VirtualWorld::new(Profile::esp32c3_4_1()));
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        wlan.active(true).unwrap();
        let found = wlan.scan().unwrap();
        assert_eq!(found.len(), 3);
        assert_eq!(found[0].ssid(), "café, \"9\" \\ bar".as_bytes());
        assert!(found[0].rssi > found[1].rssi && found[1].rssi > found[2].rssi);
        assert_eq!((found[1].ssid_str(), found[1].channel), (Some("far away"), 11));
        assert_eq!(found[1].security, Security::Open);
        assert_ne!(found[0].security, Security::Open);
        assert_ne!(found[0].bssid, [0; 6]);
        assert!(found[2].hidden());
    });
}

#[test]
fn each_way_a_join_fails_is_an_error_of_its_own() {
    on_every_firmware(|world| {
        let world = cafe(world);
        with_modem(&world, |modem| {
            let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
            wlan.active(true).unwrap();
            let join = |ssid: &str, password: &str| wlan.connect(ssid, password).unwrap_err();
            assert_eq!(join("café, \"9\" \\ bar", "wrong password"), Error::WrongPassword);
            assert_eq!(wlan.status(), Ok(Status::WrongPassword));
            assert_eq!(join("nowhere", "12345678"), Error::AccessPointNotFound);
            assert_eq!(wlan.status(), Ok(Status::NoApFound));
            // refused before a byte is sent
            let before = world.commands().len();
            assert_eq!(join(&"s".repeat(33), "12345678"), Error::InvalidInput);
            assert_eq!(join("", "12345678"), Error::InvalidInput);
            assert_eq!(join("far away", "short"), Error::InvalidInput);
            assert_eq!(join("far away", &"p".repeat(65)), Error::InvalidInput);
            assert_eq!(world.commands().len(), before);
            wlan.connect("far away", "").unwrap();
            assert_eq!(wlan.status(), Ok(Status::GotIp));
        });
    });
}

#[test]
fn losing_and_regaining_the_access_point_is_noticed() {
    let world = cafe(VirtualWorld::new(Profile::esp32c3_4_1())).joined(true);
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        // the module had joined before the driver was there
        assert_eq!(wlan.isconnected(), Ok(true));
        world.disconnect_wifi();
        world.advance(std::time::Duration::from_millis(50));
        assert_eq!(wlan.isconnected(), Ok(false));
        assert_eq!(getaddrinfo(modem, "www.getman.com", 80).unwrap_err(), Error::NetworkDown);
        world.reconnect_wifi();
        world.advance(std::time::Duration::from_secs(5));
        assert_eq!(wlan.isconnected(), Ok(true));
    });
}

#[test]
fn mac_and_hostname_can_be_read_and_the_hostname_set() {
    let world = cafe(VirtualWorld::new(Profile::esp32c3_4_1()));
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        wlan.active(true).unwrap();
        assert!(wlan.isactive().unwrap());
        let mac = wlan.config("mac").unwrap().to_string();
        assert_eq!(mac.split(':').filter(|part| part.len() == 2).count(), 6);
        wlan.set_hostname("kitchen").unwrap();
        assert_eq!(wlan.config("hostname").unwrap().to_string(), "kitchen");
        assert_eq!(wlan.config("colour").unwrap_err(), Error::InvalidInput);
        assert_eq!(wlan.set_hostname(&"x".repeat(33)), Err(Error::InvalidInput));
    });
}

#[test]
fn a_module_at_another_baud_rate_is_an_error_of_its_own() {
    let world = cafe(VirtualWorld::new(Profile::esp32c3_4_1())).baud(115_200);
    world.set_host_baud(9600);
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        let error = wlan.active(true).unwrap_err();
        assert!(matches!(error, Error::ModuleGarbled | Error::ModuleSilent), "{error}");
        assert!(world.now_ms() < 10_000);
        world.set_host_baud(115_200);
        wlan.active(true).unwrap();
    });
}

#[test]
fn a_mute_module_is_given_up_in_time_and_found_again() {
    let world = cafe(VirtualWorld::new(Profile::esp32c3_4_1()));
    world.mute(true);
    with_modem(&world, |modem| {
        let wlan = Wlan::new(modem.esp_at().unwrap(), STA_IF);
        assert_eq!(wlan.active(true), Err(Error::ModuleSilent));
        assert!(world.now_ms() < 10_000);
        world.mute(false);
        wlan.active(true).unwrap();
    });
}
