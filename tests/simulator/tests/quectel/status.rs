//! Card, registration and terminal (Quectel digest §1, §3).

use super::{bg96, play};
use core::time::Duration;
use usocket_simulator::{Profile, Registration, Signal, Sim, Technology, VirtualWorld};

const QUIET: &str = "> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n";

#[test]
fn a_wrong_pin_costs_an_attempt_and_the_last_one_asks_for_the_puk() {
    let world = VirtualWorld::new(Profile::bg96()).sim(Sim::locked("1234"));
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+CIMI\r
        < \r\n+CME ERROR: 11\r\n
        > AT+CPIN=0000\r
        < \r\n+CME ERROR: 16\r\n
        > AT+QPINC?\r
        < \r\n+QPINC: "SC",2,10\r\n+QPINC: "P2",3,10\r\n\r\nOK\r\n
        > AT+CPIN=0000\r
        < \r\n+CME ERROR: 16\r\n
        > AT+CPIN=0000\r
        < \r\n+CME ERROR: 12\r\n
        > AT+CPIN?\r
        < \r\n+CPIN: SIM PUK\r\n\r\nOK\r\n
        > AT+CPIN=1234\r
        < \r\n+CME ERROR: 12\r\n
        > AT+CPIN="11111111","5678"\r
        < \r\n+CME ERROR: 16\r\n
        > AT+CPIN="26601934","5678"\r
        < \r\nOK\r\n
        < \r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n
        > AT+CPIN=5678\r
        < \r\n+CME ERROR: 3\r\n
        > AT+CLCK="SC",2\r
        < \r\n+CLCK: 1\r\n\r\nOK\r\n
        > AT+CLCK="SC",0,"5678"\r
        < \r\nOK\r\n
        "#,
    );
    let sim = world.with_sim(|sim| sim.clone()).unwrap();
    assert_eq!((sim.locked, sim.pin_tries, sim.puk_tries), (false, 3, 10));
}

#[test]
fn without_a_card_there_is_no_network() {
    let world = VirtualWorld::new(Profile::bg96()).sim(Sim::absent());
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+CPIN?\r
        < \r\n+CME ERROR: 10\r\n
        > AT+CMEE=2\r
        < \r\nOK\r\n
        > AT+CPIN?\r
        < \r\n+CME ERROR: SIM not inserted\r\n
        > AT+CMEE=0\r
        < \r\nOK\r\n
        > AT+QCCID\r
        < \r\nERROR\r\n
        > AT+CEREG?\r
        < \r\n+CEREG: 0,0\r\n\r\nOK\r\n
        > AT+COPS?\r
        < \r\n+COPS: 0\r\n\r\nOK\r\n
        > AT+QINISTAT\r
        < \r\n+QINISTAT: 0\r\n\r\nOK\r\n
        > AT+QSIMSTAT=1\r
        < \r\nOK\r\n
        "#,
    );
    world.insert_sim(Sim::default());
    play(
        &world,
        r"
        < \r\n+QSIMSTAT: 1,1\r\n
        < \r\n+CPIN: READY\r\n\r\n+QUSIM: 1\r\n\r\n+QIND: SMS DONE\r\n
        > AT+CEREG?\r
        < \r\n+CEREG: 0,1\r\n\r\nOK\r\n
        > AT+QINISTAT\r
        < \r\n+QINISTAT: 3\r\n\r\nOK\r\n
        ",
    );
    world.insert_sim(Sim::absent());
    play(&world, "< \\r\\n+QSIMSTAT: 1,0\\r\\n\n< \\r\\n+CPIN: NOT READY\\r\\n");
}

#[test]
fn registration_takes_its_time_and_is_reported_as_wanted() {
    let world = VirtualWorld::new(Profile::ec25()).registers_after(Duration::from_secs(3));
    play(&world, QUIET);
    play(
        &world,
        r#"
        > AT+CREG=1;+CGREG=2\r
        < \r\nOK\r\n
        > AT+CEREG?\r
        < \r\n+CEREG: 0,2\r\n\r\nOK\r\n
        > AT+QNWINFO\r
        < \r\n+QNWINFO: No Service\r\n\r\nOK\r\n
        > AT+QCSQ\r
        < \r\n+QCSQ: "NOSERVICE"\r\n\r\nOK\r\n
        > AT+CGATT?\r
        < \r\n+CGATT: 0\r\n\r\nOK\r\n
        < \r\n+CREG: 1\r\n
        < \r\n+CGREG: 1,"5B2F","0A1B2C3D",7\r\n
        > AT+CREG?\r
        < \r\n+CREG: 1,1\r\n\r\nOK\r\n
        "#,
    );
    world.set_registration(Registration::Roaming);
    play(
        &world,
        r#"
        < \r\n+CREG: 5\r\n
        < \r\n+CGREG: 5,"5B2F","0A1B2C3D",7\r\n
        > AT+COPS=2\r
        < \r\n+CREG: 0\r\n
        < \r\n+CGREG: 0\r\n
        < \r\nOK\r\n
        > AT+COPS=0\r
        < \r\n+CREG: 2\r\n
        < \r\n+CGREG: 2\r\n
        < \r\nOK\r\n
        < \r\n+CREG: 5\r\n
        < \r\n+CGREG: 5,"5B2F","0A1B2C3D",7\r\n
        "#,
    );
}

#[test]
fn technologies_and_signals_have_their_forms() {
    let world = VirtualWorld::new(Profile::ec25());
    play(&world, QUIET);
    world.set_signal(Signal::csq(20));
    world.set_technology(Technology::Umts);
    play(
        &world,
        r#"
        > AT+CSQ\r
        < \r\n+CSQ: 20,99\r\n\r\nOK\r\n
        > AT+QCSQ\r
        < \r\n+QCSQ: "WCDMA",-73,-102,-10\r\n\r\nOK\r\n
        > AT+COPS=3,2\r
        < \r\nOK\r\n
        > AT+COPS?\r
        < \r\n+COPS: 0,2,"00101",2\r\n\r\nOK\r\n
        > AT+CEREG?\r
        < \r\n+CEREG: 0,0\r\n\r\nOK\r\n
        > AT+COPS=?\r
        < \r\n+COPS: (2,"Test PLMN","Test PLMN","00101",2),,(0-4),(0-2)\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn results_come_as_numbers_or_not_at_all() {
    bg96().play(
        r"
        > ATV0\r
        < 0\r
        > AT+CSQ\r
        < +CSQ: 28,99\r\n0\r
        > AT+NONSENSE\r
        < 4\r
        > ATV1Q1\r
        > AT+CSQ\r
        < \r\n+CSQ: 28,99\r\n
        > ATQ0\r
        < \r\nOK\r\n
        ",
    );
}

#[test]
fn the_line_editor_knows_backspace_and_repetition() {
    bg96().play(
        r"
        > AT+CSX\x08Q\r
        < \r\n+CSQ: 28,99\r\n\r\nOK\r\n
        > A/
        < \r\n+CSQ: 28,99\r\n\r\nOK\r\n
        > hello\r
        > \r\n\r\n
        > AT\r
        < \r\nOK\r\n
        ",
    );
}

#[test]
fn test_forms_show_ranges() {
    bg96().play(
        r#"
        > AT+QIRD=?\r
        < \r\n+QIRD: (0-11),(0-1500)\r\n\r\nOK\r\n
        > AT+QISEND=?\r
        < \r\n+QISEND: (0-11),(0-1460)\r\n\r\nOK\r\n
        > AT+QICLOSE=?\r
        < \r\n+QICLOSE: (0-11),(0-65535)\r\n\r\nOK\r\n
        "#,
    );
}

#[test]
fn settings_that_change_nothing_here_are_kept() {
    bg96().play(
        r#"
        > AT+QCFG="nwscanseq",020301,1\r
        < \r\nOK\r\n
        > AT+QCFG="nwscanseq"\r
        < \r\n+QCFG: "nwscanseq",020301\r\n\r\nOK\r\n
        > AT+QCFG="nonsense"\r
        < \r\nERROR\r\n
        > AT+QURCCFG="urcport","uart1"\r
        < \r\nOK\r\n
        > AT+IFC=2,2\r
        < \r\nOK\r\n
        > AT+IFC?\r
        < \r\n+IFC: 2,2\r\n\r\nOK\r\n
        > AT+CCLK="24/02/29,23:59:59+04"\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn no_bytes_make_the_module_fall_over() {
    let world = VirtualWorld::new(Profile::bg96()).joined(true);
    let mut uart = world.uart();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let words: [&[u8]; 12] = [
        b"AT",
        b"+QIOPEN=1,0,\"TCP\"",
        b"+QISEND=",
        b"\"",
        b",",
        b"=",
        b"\r",
        b";",
        b"\x1a",
        b"?",
        b"99999999999999999999",
        b"\xff\xfe",
    ];
    for _ in 0..5000 {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        let word = words[(seed % words.len() as u64) as usize];
        embedded_io::Write::write_all(&mut uart, word).unwrap();
    }
    world.advance(Duration::from_secs(100));
}
