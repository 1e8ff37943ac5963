//! What a log sees: the dialogue, lengths instead of payload, events; and no secret, whatever happens.

mod script;
mod world;

use std::cell::RefCell;
use std::sync::Once;
use std::time::Duration;

use atat::atat_derive::{AtatCmd, AtatResp};
use fugit::ExtU32;
use heapless::String as Text;
use log::{Level, LevelFilter, Log, Metadata, Record};
use script::cellular::{self, CHECK, OPEN, SETUP_BG96, play_quectel, setup, setup_again};
use script::{CONNECT, SETUP, Script, connected, idle, play};
use usocket::at::Exchange;
use usocket::network::{Cellular, STA_IF, Wlan};
use usocket::{AF_INET, Error, Memory, Modem, SOCK_STREAM, socket};
use usocket_simulator::{AccessPoint, Profile, Sim, VirtualWorld};
use world::{PEER, WorldClock};

/// A logger that keeps what each thread has told it.
struct Collector;

thread_local! {
    static LINES: RefCell<Vec<(Level, String)>> = const { RefCell::new(Vec::new()) };
}

impl Log for Collector {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "usocket"
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            LINES.with_borrow_mut(|lines| lines.push((record.level(), record.args().to_string())));
        }
    }

    fn flush(&self) {}
}

/// What was logged since this was asked last.
fn logged() -> Vec<(Level, String)> {
    static COLLECTOR: Once = Once::new();
    COLLECTOR.call_once(|| {
        log::set_logger(&Collector).expect("the first logger");
        log::set_max_level(LevelFilter::Trace);
    });
    LINES.take()
}

/// The messages of that level or a more serious one.
fn messages(least: Level) -> Vec<String> {
    logged().into_iter().filter(|(level, _)| *level <= least).map(|(_, text)| text).collect()
}

/// Panics if the log shows something secret, or a good part of it; returns all of it.
#[track_caller]
fn without(secrets: &[&str]) -> String {
    let log = messages(Level::Trace).join("\n");
    for secret in secrets {
        for part in secret.as_bytes().windows(4) {
            let part = std::str::from_utf8(part).expect("text");
            assert!(!log.contains(part), "{part:?} of {secret:?} is in\n{log}");
        }
    }
    assert!(log.contains("-> "), "nothing was logged");
    log
}

#[test]
fn the_dialogue_is_there_at_trace_level_and_payload_as_its_length() {
    let dialogue = r"
        → AT+CIPSEND=4,6\r\n
        ← \r\nOK\r\n\r\n>
        → abcdef
        ← Recv 6 bytes\r\n\r\nSEND OK\r\n
        ← +IPD,4,7\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:7,ghijklm\r\nOK\r\n
    ";
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        logged();
        let sock = connected(modem);
        assert_eq!(sock.send(b"abcdef"), Ok(6));
        idle(modem, 2);
        assert_eq!(sock.recv(&mut [0; 8]), Ok(7));
        let log = messages(Level::Trace);
        let start = log.iter().position(|line| line.contains("CIPSTART")).expect("an opening");
        let expected = [
            "-> AT+CIPSTART=4,\"TCP\",\"192.168.4.2\",80",
            "<- 4,CONNECT",
            "<- OK",
            "-> AT+CIPSEND=4,6",
            "<- OK",
            "-> 6 bytes of payload",
            "<- Recv 6 bytes",
            "<- SEND OK",
            "<- +IPD,4,7",
            "-> AT+CIPRECVDATA=4,64",
            "<- +CIPRECVDATA:7, and 7 bytes of payload",
            "<- OK",
        ];
        let events = ["network is up"];
        let dialogue = log[start..].iter().map(String::as_str);
        let dialogue: Vec<_> = dialogue.filter(|line| !events.contains(line)).collect();
        assert_eq!(dialogue, expected);
        std::mem::forget(sock);
    });
}

#[test]
fn what_happens_to_the_module_is_told_at_info_and_trouble_at_warn() {
    let silence = r"
        → AT+CIPSTA?\r\n
        … 2000
        → AT\r\n
        ← ready\r\n
    ";
    let again = SETUP.replacen("→ AT\\r\\n\n← AT\\r\\n\\r\\nOK\\r\\n\n", "", 1);
    let check = r"
        → AT+CIPMUX?\r\n
        ← +CIPMUX:1\r\n\r\nOK\r\n
    ";
    play(&[SETUP, silence, &again, check], |modem, _| {
        logged();
        let wlan = Wlan::new(modem, STA_IF);
        assert_eq!(wlan.ifconfig().map(|_| ()), Err(Error::TimedOut));
        idle(modem, 1000);
        let log = logged();
        let at = |level: Level, text: &str| log.iter().any(|(l, t)| *l == level && t == text);
        assert!(at(Level::Info, "module is ready"), "{log:?}");
        assert!(at(Level::Warn, "no answer to AT+CIPSTA?"), "{log:?}");
        assert!(at(Level::Warn, "module restarts, all connections are gone"), "{log:?}");
    });
}

#[test]
fn the_password_of_a_wifi_network_is_not_there_also_when_it_is_joined_again() {
    for profile in Profile::esp_at() {
        logged();
        let password = "geheim-4711";
        let world = VirtualWorld::new(profile).access_point(AccessPoint::new("home", password));
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = Modem::esp_at(world.uart(), WorldClock(world.clone()), &mut memory);
        let wlan = Wlan::new(&modem, STA_IF);
        wlan.active(true).unwrap();
        assert!(wlan.connect("home", "wrong-0815").is_err());
        wlan.connect("home", password).unwrap();
        world.reset_module();
        let end = world.now_ms() + 30_000;
        while world.now_ms() < end {
            modem.poll().unwrap();
            world.pause();
        }
        assert_eq!(modem.counters().rejoins, 1);
        let log = without(&[password, "wrong-0815"]);
        assert!(log.contains("=\"home\",\"..."), "{log}");
    }
}

#[test]
fn no_part_of_a_password_is_there_if_its_echo_comes_damaged() {
    let echo = r#"AT+CWJAP="home","geheim-4711""#;
    for lost in 0..echo.len() {
        let damaged = [&echo[..lost], &echo[lost + 1..]].concat();
        let join = format!(
            r#"
            → AT+CWJAP="home","geheim-4711"\r\n
            ← {damaged}\r\nWIFI CONNECTED\r\nWIFI GOT IP\r\n\r\nOK\r\n
            "#
        );
        let script = script::Script::new(&[SETUP, &join]);
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
        let wlan = Wlan::new(&modem, STA_IF);
        logged();
        wlan.connect("home", "geheim-4711").unwrap();
        script.assert_done();
        without(&["geheim-4711"]);
    }
}

/// The setup of an ESP-AT module that has restarted, with what it echoes in front of the first command.
fn again_with(left: &str) -> String {
    let setup = SETUP.trim_start().split_once("→ ATE0").unwrap().1;
    let setup = setup.replacen("← ATE0", &format!("← {left}ATE0"), 1);
    format!("→ ATE0{setup}→ AT+CIPMUX?\\r\\n\n← +CIPMUX:1\\r\\n\\r\\nOK\\r\\n\n")
}

#[test]
fn what_a_module_that_restarts_echoes_of_a_payload_is_not_there() {
    let payload = "password=geheim-4711";
    for at in 0..=payload.len() {
        let left = &payload[at..];
        let send = format!(
            r"
            → AT+CIPSEND=4,20\r\n
            ← \r\nOK\r\n\r\n>
            → {payload}
            ← \r\nready\r\n
            "
        );
        let script = Script::new(&[SETUP, CONNECT, &send, &again_with(left)]);
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
        logged();
        let sock = connected(&modem);
        let _ = sock.send(payload.as_bytes());
        idle(&modem, 1500);
        script.assert_done();
        without(&[payload]);
        std::mem::forget(sock);

        let send = format!(
            r"
            → AT+QISEND=0,20\r
            ← \r\n>\x20
            → {payload}
            ← \r\nRDY\r\n\r\nAPP RDY\r\n
            "
        );
        let again = setup_again().replacen("← ATE0", &format!("← {left}ATE0"), 1);
        let script = Script::new(&[SETUP_BG96, OPEN, &send, &again, CHECK]);
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = Modem::quectel(script.clone(), script.clone(), &mut memory);
        logged();
        let sock = cellular::connected(&modem);
        let _ = sock.send(payload.as_bytes());
        cellular::idle(&modem, 1500);
        script.assert_done();
        without(&[payload]);
        std::mem::forget(sock);
    }
}

#[test]
fn what_a_module_that_restarts_echoes_of_a_password_is_not_there() {
    let join = r#"AT+CWJAP="home","geheim-4711""#;
    for at in 0..=join.len() {
        let told = format!("→ {join}\\r\\n\n← \\r\\nready\\r\\n\n");
        // its end may have been lost, or not
        for left in [String::from(&join[at..]), format!("{}\\r\\n", &join[at..])] {
            let script = Script::new(&[SETUP, &told, &again_with(&left)]);
            let mut memory = Memory::<1, 64, 32>::new();
            let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
            logged();
            let wlan = Wlan::new(&modem, STA_IF);
            assert_eq!(wlan.connect("home", "geheim-4711"), Err(Error::ModuleReset));
            idle(&modem, 1500);
            script.assert_done();
            without(&["geheim-4711"]);
        }
    }
}

#[test]
fn what_a_module_that_restarts_echoes_of_an_access_point_is_not_there() {
    let profile = r#"AT+QICSGP=1,1,"company","nutzer99","geheim-4711",1"#;
    let connect = r"
        → AT+CPIN?\r
        ← \r\n+CPIN: READY\r\n\r\nOK\r\n
    ";
    let told = format!(
        r"
        → AT+QIDEACT=1\r
        ← \r\nOK\r\n
        → {profile}\r
        ← \r\nRDY\r\n\r\nAPP RDY\r\n
        "
    );
    for at in 0..=profile.len() {
        let left = &profile[at..];
        for left in [String::from(left), format!("{left}\\r\\r\\n")] {
            let again = setup().replacen("← ATE0", &format!("← {left}ATE0"), 1);
            let script = Script::new(&[SETUP_BG96, connect, CHECK, &told, &again, CHECK]);
            let mut memory = Memory::<1, 64, 32>::new();
            let modem = Modem::quectel(script.clone(), script.clone(), &mut memory);
            logged();
            let lte = Cellular::new(&modem);
            let connected = lte.connect("company", "nutzer99", "geheim-4711");
            assert_eq!(connected, Err(Error::ModuleReset));
            cellular::idle(&modem, 1500);
            script.assert_done();
            without(&["nutzer99", "geheim-4711"]);
        }
    }
}

#[test]
fn pins_and_puks_are_not_there() {
    for module in [Profile::bg96(), Profile::ec25(), Profile::m95(), Profile::sim7080()] {
        for (sim, puk) in [(Sim::locked("4711"), false), (Sim::blocked("26601934"), true)] {
            logged();
            let world = VirtualWorld::new(module.clone()).sim(sim).registers_after(Duration::ZERO);
            let mut memory = Memory::<1, 64, 32>::new();
            let modem = world::modem(&world, &mut memory);
            let lte = modem.cellular().unwrap();
            lte.active(true).unwrap();
            match puk {
                true => lte.unlock_with_puk("26601934", "4712").unwrap(),
                false => {
                    assert_eq!(lte.unlock("0815"), Err(Error::WrongPin));
                    lte.unlock("4711").unwrap();
                }
            }
            let log = without(&["4711", "0815", "26601934", "4712"]);
            assert!(log.contains("-> AT+CPIN=..."), "{log}");
        }
    }
}

#[test]
fn user_and_password_of_a_context_are_not_there_also_when_the_module_tells_them() {
    for module in [Profile::bg96(), Profile::ec25(), Profile::m95(), Profile::sim7080()] {
        logged();
        let (user, password) = ("nutzer99", "geheim-4711");
        let world = VirtualWorld::new(module).apn("company", user, password);
        let world = world.registers_after(Duration::ZERO);
        let mut memory = Memory::<1, 64, 32>::new();
        let modem = world::modem(&world, &mut memory);
        let lte = modem.cellular().unwrap();
        lte.active(true).unwrap();
        lte.connect("company", user, password).unwrap();
        world.drop_context();
        world::idle(&world, &modem, 20_000);
        without(&[user, password]);
    }
}

#[test]
fn of_the_programs_own_commands_only_names_are_there_unless_it_says_otherwise() {
    #[derive(AtatCmd)]
    #[at_cmd("+CMGS", Reference, timeout_ms = 5000)]
    struct SendMessage<'a> {
        to: &'a str,
    }
    #[derive(AtatResp)]
    #[allow(dead_code, reason = "nobody looks at it")]
    struct Reference {
        text: Text<32>,
    }
    let dialogue = r#"
        → AT+CMGS="+491701234567"\r
        ← \r\n>\x20
        → kennwort:4711\x1a
        ← \r\nvertraulich\r\n\r\n+CMGS: "geheim"\r\n\r\n+QIND: "csq",1,2\r\n\r\nOK\r\n
        ← \r\n+CMT: "+491701234567",,"26/11/26"\r\nkennwort:4711\r\n\r\n+OWN: geheim\r\n
    "#;
    let secrets = ["+491701234567", "kennwort:4711", "vertraulich", "geheim"];
    play_quectel(&[SETUP_BG96, dialogue], |modem, _| {
        logged();
        let text = Exchange::new().payload(b"kennwort:4711\x1a");
        let _ = modem.send_command_with(&SendMessage { to: secrets[0] }, text, &mut [0; 64]);
        script::cellular::idle(modem, 3);
        let log = without(&secrets);
        for line in
            ["-> AT+CMGS=...", "-> 14 bytes of payload", "<- +CMGS:...", "<- +CMT:...", "<- ..."]
        {
            assert!(log.lines().any(|logged| logged == line), "{line} is missing in\n{log}");
        }
    });
    let dialogue = dialogue.split("+QIND").next().unwrap().trim_end_matches(r"\r\n").to_owned();
    let dialogue = dialogue.replace("vertraulich", "words") + r"\r\n\r\nOK\r\n";
    play_quectel(&[SETUP_BG96, &dialogue], |modem, _| {
        logged();
        let text = Exchange::new().payload(b"kennwort:4711\x1a").shown();
        let _ = modem.send_command_with(&SendMessage { to: secrets[0] }, text, &mut [0; 64]);
        let log = without(&["kennwort:4711"]);
        for line in ["-> AT+CMGS=\"+491701234567\"", "<- +CMGS: \"geheim\""] {
            assert!(log.lines().any(|logged| logged == line), "{line} is missing in\n{log}");
        }
    });
}

#[test]
fn payload_is_not_there_on_any_module() {
    let modules =
        Profile::esp_at().into_iter().chain([Profile::bg96(), Profile::ec25(), Profile::sim7080()]);
    for module in modules {
        logged();
        let world = VirtualWorld::new(module)
            .registers_after(Duration::ZERO)
            .access_point(AccessPoint::new("home", "geheim-4711"))
            .apn("internet", "", "");
        let peer = world.listen(PEER, 80);
        peer.on_data(|_| b"the secret answer".to_vec());
        world::with_modem(&world, |modem| {
            modem.activate().unwrap();
            if let Some(wlan) = modem.wlan() {
                wlan.connect("home", "geheim-4711").unwrap();
            }
            if let Some(lte) = modem.cellular() {
                lte.connect("internet", "", "").unwrap();
            }
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            sock.settimeout(Some(20.secs())).unwrap();
            sock.connect((PEER, 80)).unwrap();
            sock.sendall(b"the secret question").unwrap();
            let mut answer = [0; 17];
            assert_eq!(sock.readinto(&mut answer, None), Ok(Some(17)));
            sock.close().unwrap();
        });
        let log = without(&["secret question", "secret answer", "geheim-4711"]);
        assert!(log.contains("-> 19 bytes of payload"), "{log}");
    }
}
