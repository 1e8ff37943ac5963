//! What a program is given by its user: whatever stands in it, it is one argument of one command.

use usocket::getaddrinfo;
use usocket::network::{STA_IF, Wlan};
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};

use crate::world::{self, AnyModem};

/// Names and passwords that would be commands, or more arguments, if they were not escaped.
fn inputs() -> Vec<String> {
    let mut inputs: Vec<String> = [
        "",
        " ",
        "a",
        "a\"b",
        "\"",
        "\"\"",
        "a,b",
        "\\",
        "\\\\",
        "a\\\"",
        "\\,",
        "\r\nAT+RST",
        "x\"\r\nAT+RST\r\n",
        "x\rAT+CFUN=1,1\r",
        "x\nAT+QPOWD",
        "\0",
        "a\0b",
        "\u{7f}",
        "caf\u{e9}",
        "\u{4e2d}\u{6587}",
        "+++",
        "x\u{1a}",
        "%s%n",
        "1;AT+CFUN=0",
        "AT",
        "\u{8}\u{8}",
        "\t",
    ]
    .map(String::from)
    .into();
    inputs
        .extend([31, 32, 33, 63, 64, 65, 127, 128, 200, 255, 256, 4096].map(|len| "n".repeat(len)));
    inputs.extend([32, 64].map(|len| "\"".repeat(len)));
    inputs
}

/// Nothing that begins with one of these was ever commanded.
fn assert_harmless(world: &VirtualWorld, input: &str) {
    for line in world.commands() {
        for never in ["AT+RST", "AT+CFUN=1,1", "AT+CFUN=0", "AT+QPOWD"] {
            assert!(!line.trim_start().starts_with(never), "{input:?} wrote {line:?}");
        }
        assert!(line.starts_with("AT"), "{input:?} wrote {line:?}");
    }
}

#[test]
fn names_and_passwords_of_wifi() {
    for input in inputs() {
        let fits = !input.is_empty() && input.len() <= 32 && !input.contains(char::is_control);
        let world = VirtualWorld::new(Profile::by_name("esp32c3-4.1").unwrap())
            .access_point(AccessPoint::new(&input, "password"));
        world::with_modem(&world, |modem| {
            let AnyModem::EspAt(modem) = modem else { panic!("no Wi-Fi") };
            let wlan = Wlan::new(modem, STA_IF);
            wlan.active(true).unwrap();
            let joined = wlan.connect(&input, "password");
            assert!(joined.is_ok() || !fits, "{input:?}: {joined:?}");
            let _ = wlan.connect("nobody's", &input);
            let _ = wlan.set_hostname(&input);
            let _ = getaddrinfo(modem, &input, 80);
            assert!(wlan.isactive().is_ok(), "{input:?}");
        });
        assert_harmless(&world, &input);
    }
}

#[test]
fn names_pins_and_passwords_of_a_cellular_network() {
    for name in ["quectel-bg96", "quectel-m95", "simcom-sim7080"] {
        for input in inputs() {
            let world = VirtualWorld::new(Profile::by_name(name).unwrap()).joined(true);
            world::with_modem(&world, |modem| {
                let net = modem.cellular().unwrap();
                net.active(true).unwrap();
                let _ = net.connect(&input, "", "");
                let _ = net.connect("internet", &input, "secret");
                let _ = net.connect("internet", "user", &input);
                let _ = net.unlock(&input);
                let _ = net.unlock_with_puk(&input, "1234");
                let _ = net.unlock_with_puk("12345678", &input);
                let _ = getaddrinfo(modem, &input, 80);
                assert!(net.isconnected().is_ok(), "{name} {input:?}");
            });
            assert_harmless(&world, &input);
        }
    }
}
