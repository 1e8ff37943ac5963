//! Queries and settings of every command group, answer by answer (ESP-AT digest §4, §5, §10, §11).

use core::net::Ipv4Addr;
use usocket_simulator::replay::Script;
use usocket_simulator::{Profile, VirtualWorld};

fn play(world: &VirtualWorld, text: &str) {
    if let Err(mismatch) = Script::parse(text).expect("script").play(world, |_| ()) {
        panic!("{mismatch}");
    }
}

/// A joined module without echo.
fn joined(profile: Profile) -> VirtualWorld {
    let world = VirtualWorld::new(profile)
        .joined(true)
        .dns("www.getman.com", Ipv4Addr::new(93, 184, 216, 34));
    play(&world, "> ATE0\\r\\n\n< ATE0\\r\\n\\r\\nOK\\r\\n\n");
    world
}

/// What each command answers before its `OK`.
const ANSWERS: [(&str, &str); 31] = [
    ("AT+SYSSTORE?", r"+SYSSTORE:1\r\n"),
    ("AT+SYSLOG?", r"+SYSLOG:0\r\n"),
    ("AT+SYSMSG?", r"+SYSMSG:0"),
    ("AT+SYSRAM?", r"+SYSRAM:135184,128328"),
    ("AT+SLEEP=0", ""),
    ("AT+SLEEP?", r"+SLEEP:0\r\n"),
    ("AT+CWMODE?", r"+CWMODE:1\r\n"),
    ("AT+CWSTATE?", r#"+CWSTATE:2,"simulated"\r\n"#),
    ("AT+CWJAP?", r#"+CWJAP:"simulated","10:01:00:c4:0a:51",5,-55,0,1,3,0,1\r\n"#),
    ("AT+CWRECONNCFG=0,0", ""),
    ("AT+CWRECONNCFG?", r"+CWRECONNCFG:0,0\r\n"),
    ("AT+CWAUTOCONN?", r"+CWAUTOCONN:1\r\n"),
    ("AT+CWLAPOPT=0,2047", ""),
    ("AT+CWHOSTNAME=\"thing\"", ""),
    ("AT+CWHOSTNAME?", r"+CWHOSTNAME:thing\r\n"),
    ("AT+CWDHCP?", "+CWDHCP:3"),
    ("AT+CIPSTAMAC?", r#"+CIPSTAMAC:"10:01:00:c4:0a:50"\r\n"#),
    ("AT+CIFSR", r#"+CIFSR:STAIP,"192.168.3.112"\r\n+CIFSR:STAMAC,"10:01:00:c4:0a:50"\r\n"#),
    ("AT+CIPV6?", r"+CIPV6:0\r\n"),
    ("AT+CIPMUX?", r"+CIPMUX:0\r\n"),
    ("AT+CIPMODE?", r"+CIPMODE:0\r\n"),
    ("AT+CIPDINFO?", "+CIPDINFO:false"),
    ("AT+CIPRECVMODE?", r"+CIPRECVMODE:0\r\n"),
    ("AT+CIPSENDLCFG?", r"+CIPSENDLCFG:1024,2920\r\n"),
    ("AT+CIPSERVER?", r"+CIPSERVER:0\r\n"),
    ("AT+CIPSERVERMAXCONN?", r"+CIPSERVERMAXCONN:5\r\n"),
    ("AT+CIPSTATUS", r"STATUS:2\r\n"),
    ("AT+CIPTCPOPT?", r"+CIPTCPOPT:0,-1,0,0,0\r\n"),
    ("AT+CIPDOMAIN=\"www.getman.com\"", r#"+CIPDOMAIN:"93.184.216.34"\r\n"#),
    ("AT+CIPDNS?", r#"+CIPDNS:0,"208.67.222.222","114.114.114.114","8.8.8.8"\r\n"#),
    ("AT+PING=\"www.getman.com\"", r"+PING:0\r\n"),
];

#[test]
fn every_group_answers_its_queries() {
    let world = joined(Profile::esp32c3_4_1());
    for (command, answer) in ANSWERS {
        play(&world, &format!("> {command}\\r\\n\n< {answer}\\r\\nOK\\r\\n\n"));
    }
}

#[test]
fn fixed_addresses_end_dhcp() {
    let world = joined(Profile::esp32c3_4_1());
    play(
        &world,
        r#"
        > AT+CIPSTA="10.0.0.7","10.0.0.1","255.0.0.0"\r\n
        < \r\nOK\r\n
        > AT+CIPSTA?\r\n
        < +CIPSTA:ip:"10.0.0.7"\r\n+CIPSTA:gateway:"10.0.0.1"\r\n
        < +CIPSTA:netmask:"255.0.0.0"\r\n\r\nOK\r\n
        > AT+CWDHCP?\r\n
        < +CWDHCP:2\r\nOK\r\n
        "#,
    );
}

#[test]
fn older_firmware_lacks_younger_commands() {
    let listed = |profile: Profile| {
        let world = joined(profile);
        let mut uart = world.uart();
        embedded_io::Write::write_all(&mut uart, b"AT+CMD?\r\n").unwrap();
        world.advance(core::time::Duration::from_secs(5));
        world.transcript()
    };
    let (young, old) = (listed(Profile::esp32c3_4_1()), listed(Profile::esp8266_2_2_2()));
    for command in ["CIPSENDL", "CIPRECVTYPE"] {
        let name = format!("\"AT+{command}\",");
        assert!(young.contains(&name) && !old.contains(&name), "{command}");
    }
    assert!(old.contains(",\"AT+CIPSTART\",0,0,1,0"));
}

#[test]
fn legacy_firmware_orders_dhcp_the_other_way() {
    let world = VirtualWorld::new(Profile::nonos_1_7()).joined(true);
    play(
        &world,
        r"
        > ATE0\r\n
        < ATE0\r\r\n\r\nOK\r\n
        > AT+CWDHCP_CUR=1,0\r\n
        < \r\nOK\r\n
        > AT+CWDHCP?\r\n
        < +CWDHCP:2\r\nOK\r\n
        > AT+SYSLOG=1\r\n
        < \r\nERROR\r\n
        ",
    );
}

#[test]
fn a_lookup_gives_up_after_its_own_timeout() {
    let world = joined(Profile::esp32c3_4_1());
    let before = world.now();
    play(&world, "> AT+CIPDOMAIN=\"no.such.host\",1,2000\\r\\n\n< \\r\\nERROR\\r\\n\n");
    // The script ends with a second of silence.
    let took = (world.now() - before).as_secs_f64();
    assert!((3.0..3.2).contains(&took), "{took}");
}
