//! `AT+CIPSSLC…` as commands: forms, ranges, and what a restart keeps.

use super::{ERROR, NAME, OK, ROOT, open, play, say, scene};
use core::time::Duration;
use usocket_simulator::Profile;

#[test]
fn every_setting_reads_back_per_link() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+CIPSSLCCONF=0,2,0,1\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCCONF=1,3\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCCONF?\r\n
        < +CIPSSLCCONF:0,2,0,1\r\n+CIPSSLCCONF:1,3,0,0\r\n+CIPSSLCCONF:2,0,0,0\r\n
        < +CIPSSLCCONF:3,0,0,0\r\n+CIPSSLCCONF:4,0,0,0\r\n\r\nOK\r\n
        > AT+CIPSSLCCN=5,"a.example.com"\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCCN=0,"b.example.com"\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCCN?\r\n
        < +CIPSSLCCN:0,"b.example.com"\r\n+CIPSSLCCN:1,"a.example.com"\r\n
        < +CIPSSLCCN:2,"a.example.com"\r\n+CIPSSLCCN:3,"a.example.com"\r\n
        < +CIPSSLCCN:4,"a.example.com"\r\n\r\nOK\r\n
        > AT+CIPMUX=0\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCSNI="sni.example.com"\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCSNI?\r\n
        < +CIPSSLCSNI:0,"sni.example.com"\r\n\r\nOK\r\n
        > AT+CIPSSLCALPN=2,"h2","http/1.1"\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCALPN?\r\n
        < +CIPSSLCALPN:0,"h2","http/1.1"\r\n\r\nOK\r\n
        > AT+CIPSSLCALPN=0\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCALPN?\r\n
        < +CIPSSLCALPN:0\r\n\r\nOK\r\n
        > AT+CIPSSLCPSKHEX="6b6579","device"\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCPSK?\r\n
        < +CIPSSLCPSK:0,"key","device"\r\n\r\nOK\r\n
        > AT+CIPSSLCPSKHEX?\r\n
        < +CIPSSLCPSKHEX:0,"6b6579","device"\r\n\r\nOK\r\n
        > AT+CIPSSLCCIPHER=0xC02F,49195\r\n
        < \r\nOK\r\n
        > AT+CIPSSLCCIPHER?\r\n
        < +CIPSSLCCIPHER:0,0xC02F,0xC02B\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn nonsense_is_an_error() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    for command in [
        "AT+CIPSSLCCONF=0",
        "AT+CIPSSLCCONF=0,4",
        "AT+CIPSSLCCONF=6,0",
        "AT+CIPSSLCCONF=0,2,0,0,0",
        "AT+CIPSSLCSNI=0,name",
        "AT+CIPSSLCALPN=0,2,\"h2\"",
        "AT+CIPSSLCALPN=0,6,\"a\",\"b\",\"c\",\"d\",\"e\",\"f\"",
        "AT+CIPSSLCPSK=0,\"123456789012345678901234567890123\",\"device\"",
        "AT+CIPSSLCPSK=0,\"key\"",
        "AT+CIPSSLCPSKHEX=0,\"123\",\"device\"",
        "AT+CIPSSLSIZE=4096",
    ] {
        say(&world, command, ERROR);
    }
}

#[test]
fn a_restart_keeps_which_certificates_count_and_nothing_else() {
    let (world, _) = scene(Profile::esp32c3_4_1());
    say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
    say(&world, "AT+CIPSSLCCN=0,\"a.example.com\"", OK);
    say(&world, "AT+SYSSTORE=0", OK);
    say(&world, "AT+CIPSSLCCONF=1,2,0,0", OK);
    world.reset_module();
    world.advance(Duration::from_secs(5));
    let all = "+CIPSSLCCONF:1,0,0,0\\r\\n+CIPSSLCCONF:2,0,0,0\\r\\n+CIPSSLCCONF:3,0,0,0\\r\\n";
    play(
        &world,
        &format!(
            "< \\r\\nready\\r\\nWIFI CONNECTED\\r\\nWIFI GOT IP\\r\\n
             > ATE0\\r\\n
             < ATE0\\r\\n\\r\\nOK\\r\\n
             > AT+CIPMUX=1\\r\\n
             < \\r\\nOK\\r\\n
             > AT+CIPSSLCCONF?\\r\\n
             < +CIPSSLCCONF:0,2,0,0\\r\\n{all}+CIPSSLCCONF:4,0,0,0\\r\\n\\r\\nOK\\r\\n
             > AT+CIPMUX=0\\r\\n
             < \\r\\nOK\\r\\n
             > AT+CIPSSLCCN?\\r\\n
             < +CIPSSLCCN:0,\"\"\\r\\n\\r\\nOK\\r\\n"
        ),
    );
}

#[test]
fn what_a_link_needs_and_the_partition_has_not_is_named() {
    let (world, host) = scene(Profile::esp32c3_4_1());
    host.certificate(&[NAME], ROOT);
    let connect = format!("AT+CIPSTART=0,\"SSL\",\"{NAME}\",443");
    let error = |text: &str| format!("{text}\\r\\n{ERROR}");
    say(&world, "AT+CIPSSLCCONF=0,2,0,7", OK);
    say(&world, &connect, &error("NO CA FOUND"));
    say(&world, "AT+CIPSSLCCONF=0,1,7,0", OK);
    say(&world, &connect, &error("NO CERT FOUND"));
    world.with_module(|module| module.remove_file("client_key.0"));
    say(&world, "AT+CIPSSLCCONF=0,1,0,0", OK);
    say(&world, &connect, &error("NO PRVT_KEY FOUND"));
    say(&world, "AT+CIPSSLCCONF=0,2,0,0", OK);
    open(&world, true);
}

#[test]
fn nonos_has_one_link_and_a_buffer_that_the_host_sizes() {
    let (world, host) = scene(Profile::nonos_1_7());
    play(
        &world,
        r#"
        > AT+CIPSSLSIZE=5000\r\n
        < \r\nERROR\r\n
        > AT+CIPSSLCCONF=0,2\r\n
        < \r\nERROR\r\n
        > AT+CIPSTART=0,"SSL","tls.example.com",443\r\n
        < \r\nERROR\r\n0,CLOSED\r\n
        > AT+CIPSSLSIZE=4096\r\n
        < \r\nOK\r\n
        > AT+CIPSTART=0,"SSL","tls.example.com",443\r\n
        < 0,CONNECT\r\n\r\nOK\r\n
        > AT+CIPSTART=1,"SSL","tls.example.com",443\r\n
        < \r\nERROR\r\n
        > AT+CIPSTATUS\r\n
        < STATUS:3\r\n+CIPSTATUS:0,"SSL","192.168.3.102",443,49153,0\r\n\r\nOK\r\n
        > AT+CIPRECVMODE=1\r\n
        < \r\nOK\r\n
        "#,
    );
    // Only TCP takes part in passive receive.
    host.accept().unwrap().send(b"hello");
    play(&world, "< \\r\\n+IPD,0,5:hello\n");
}
