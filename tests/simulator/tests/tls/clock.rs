//! The clock of the module, which certificates are held against (ESP-AT digest §11).

use super::{ERROR, NAME, OK, PEER, ROOT, open, play, say};
use core::time::Duration;
use usocket_simulator::{Host, Profile, VirtualWorld};

/// A module that does not know the time, without echo, and a host with a certificate for its name.
fn scene(profile: Profile) -> (VirtualWorld, Host) {
    let world = VirtualWorld::new(profile).joined(true).dns(NAME, PEER).file("client_ca.0", ROOT);
    let host = world.listen_tls(PEER, 443);
    host.certificate(&[NAME], ROOT);
    say(&world, "ATE0", "ATE0\\r\\n\\r\\nOK\\r\\n");
    say(&world, "AT+CIPMUX=1", OK);
    (world, host)
}

#[test]
fn no_certificate_is_valid_in_1970() {
    let (world, _) = scene(Profile::esp32c6_5_0());
    open(&world, true);
    say(&world, "AT+CIPCLOSE=0", "0,CLOSED\\r\\n\\r\\nOK\\r\\n");
    say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
    say(&world, "AT+SYSLOG=1", OK);
    say(
        &world,
        "AT+CIPSTART=0,\"SSL\",\"tls.example.com\",443",
        &format!("ERR CODE:0x010a0000\\r\\n+ERRNO:0x1\\r\\n{ERROR}"),
    );
    play(
        &world,
        r"
        > AT+CIPSNTPTIME?\r\n
        < +CIPSNTPTIME:Thu Jan  1 00:00:07 1970\n\r\nOK\r\n
        > AT+CIPSNTPCFG=1,0\r\n
        < \r\nOK\r\n
        < +TIME_UPDATED\r\n
        ",
    );
    open(&world, true);
}

#[test]
fn the_time_has_a_zone_and_comes_again() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+CIPSNTPCFG?\r\n
        < +CIPSNTPCFG:0\r\n\r\nOK\r\n
        > AT+CIPSNTPINTV=60\r\n
        < \r\nOK\r\n
        > AT+CIPSNTPCFG=1,-330,"a.example.com","b.example.com"\r\n
        < \r\nOK\r\n
        < +TIME_UPDATED\r\n
        > AT+CIPSNTPCFG?\r\n
        < +CIPSNTPCFG:1,-330,"a.example.com","b.example.com"\r\n\r\nOK\r\n
        > AT+CIPSNTPTIME?\r\n
        < +CIPSNTPTIME:Wed Mar 20 08:30:02 2024\n\r\nOK\r\n
        "#,
    );
    world.advance(Duration::from_secs(60));
    play(&world, "< +TIME_UPDATED\\r\\n");
    for command in ["AT+CIPSNTPCFG=2", "AT+CIPSNTPCFG=1,15000", "AT+CIPSNTPCFG=1,170"] {
        say(&world, command, ERROR);
    }
}

#[test]
fn the_time_comes_with_the_network_and_goes_with_a_restart() {
    let (world, _) = scene(Profile::esp8266_2_2_2());
    say(&world, "AT+CIPSNTPCFG=1", OK);
    // Firmware before 3.0 does not say so.
    world.advance(Duration::from_secs(1));
    say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
    open(&world, true);
    world.reset_module();
    world.advance(Duration::from_secs(5));
    play(&world, "< \\r\\nready\\r\\nWIFI CONNECTED\\r\\nWIFI GOT IP\\r\\n");
    say(&world, "ATE0", "ATE0\\r\\n\\r\\nOK\\r\\n");
    say(&world, "AT+CIPMUX=1", OK);
    open(&world, false);
}
