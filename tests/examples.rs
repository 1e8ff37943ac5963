//! The examples run, end by themselves and do what they say, on simulated modules.

use std::env;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A module of each kind.
const MODULES: [&str; 2] = ["esp32c3-4.1", "quectel-bg96"];

/// All examples; the last one is for cellular modules only.
const EXAMPLES: [&str; 6] =
    ["http_get", "tcp_echo_server", "sntp_time", "line_client", "poll_server", "modem_info"];

/// Longest time that an example may run; building it comes on top.
const LIMIT: Duration = Duration::from_secs(60);

/// Where the examples are. `cargo test` has built them already; `cargo test --test examples` has not.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let this = env::current_exe().expect("a path");
        let profile = this.ancestors().nth(2).expect("this test lies in <target>/<profile>/deps");
        let mut cargo = Command::new(env!("CARGO"));
        cargo.current_dir(env!("CARGO_MANIFEST_DIR")).args(["build", "--quiet", "--examples"]);
        cargo.arg("--target-dir").arg(profile.parent().expect("the target directory"));
        // a build script that looks at what cargo says of this test's package would run again, and
        // what depends on it be built again
        for (name, _) in env::vars_os() {
            let of_package = ["CARGO_PKG_", "CARGO_MANIFEST_"];
            if of_package.iter().any(|start| name.to_string_lossy().starts_with(start)) {
                cargo.env_remove(name);
            }
        }
        if profile.ends_with("release") {
            cargo.arg("--release");
        }
        let output = cargo.output().expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        profile.join("examples")
    })
}

/// Runs an example, at a line speed that saves time; returns its exit code, and what it printed on
/// its two outputs.
fn run(name: &str, arguments: &[&str]) -> (i32, String, String) {
    let mut child = Command::new(built().join(name).with_extension(env::consts::EXE_EXTENSION))
        .args(["--baud", "921600"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the example runs");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut stderr = child.stderr.take().expect("a pipe");
    let (done, printed) = channel();
    let reader = thread::spawn(move || {
        let mut text = String::new();
        stdout.read_to_string(&mut text).expect("text");
        let _ = done.send(());
        text
    });
    let errors = thread::spawn(move || {
        let mut text = String::new();
        stderr.read_to_string(&mut text).expect("text");
        text
    });
    let ended = printed.recv_timeout(LIMIT);
    if ended.is_err() {
        let _ = child.kill();
        panic!("{name} has not ended after {LIMIT:?}");
    }
    let code = child.wait().expect("an exit code").code().unwrap_or(-1);
    (code, reader.join().expect("text"), errors.join().expect("text"))
}

/// Runs an example that has to succeed; returns what it printed.
fn succeed(name: &str, arguments: &[&str]) -> String {
    let (code, stdout, stderr) = run(name, arguments);
    assert!(code == 0 && stderr.is_empty(), "exit code {code}\n{stdout}\n{stderr}");
    stdout
}

/// Runs an example on each of [`MODULES`], and shows what it printed to `check`.
fn on_each_module(name: &str, arguments: &[&str], check: impl Fn(&str)) {
    for module in MODULES {
        let printed = succeed(name, &[&["--modem", module], arguments].concat());
        let first = format!("simulated module: {module}\n");
        assert!(printed.starts_with(&first) && printed.contains("\naddress: "), "{printed}");
        check(&printed);
    }
}

/// Runs an example on a cellular module that would be registered at once; it has to fail with this
/// sentence, and nothing else.
fn fail(name: &str, arguments: &[&str], sentence: &str) {
    let module = ["--modem", "quectel-bg96", "--registers-after", "0"];
    let (code, stdout, stderr) = run(name, &[&module, arguments].concat());
    assert_eq!((code, stderr), (1, format!("{name}: {sentence}\n")), "{stdout}");
}

/// What the page of `modem_info` says under that name.
fn fact<'p>(page: &'p str, name: &str) -> &'p str {
    let line = page.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    line.unwrap_or_else(|| panic!("{name:?} is missing in\n{page}"))
}

#[test]
fn http_get_prints_the_page() {
    on_each_module("http_get", &[], |printed| {
        for part in ["HTTP/1.1 200 OK", "<title>/News</title>", "40: a page", "line utilisation"] {
            assert!(printed.contains(part), "{part:?} is missing in\n{printed}");
        }
    });
}

#[test]
fn own_command_esp_at_asks_for_the_memory_while_a_page_is_on_its_way() {
    let printed = succeed("own_command_esp_at", &[]);
    for part in ["memory: 135184 bytes, at least 128328", "while a page", "\npage: 2", "knew: 0\n"]
    {
        assert!(printed.contains(part), "{part:?} is missing in\n{printed}");
    }
}

#[test]
fn own_command_quectel_sends_a_message_to_itself_and_reads_it() {
    let text = "one > two";
    let printed = succeed("own_command_quectel", &["--registers-after", "0", "--text", text]);
    let end =
        "sent: message 1 to +12025550123\na message has come: place 0 of ME\nit says: one > two\n";
    assert!(printed.ends_with(end), "{printed}");
}

#[test]
fn http_get_is_on_wifi_unless_told_otherwise() {
    let printed = succeed("http_get", &[]);
    let expected = "simulated module: esp32c3-4.1\nmodule: ESP-AT 4.1.0 on Esp32C3\nnetwork: \
                    \"haas-open\" channel 5 -55 dBm Wpa2\naddress: ('192.168.3.112', \
                    '255.255.255.0', '192.168.3.1', '208.67.222.222')\nHTTP/1.1 200 OK\n";
    assert!(printed.replace('\r', "").starts_with(expected), "{printed}");
    let printed = succeed("http_get", &["--profile", "esp8266-2.2.2"]);
    assert!(printed.starts_with("simulated module: esp8266-2.2.2\n"), "{printed}");
}

#[test]
fn a_cellular_module_says_how_far_it_is() {
    let printed = succeed("http_get", &["--modem", "quectel"]);
    let expected = "simulated module: quectel-bg96\nmodule: BG96, firmware BG96MAR02A07M1G\n\
                    registration: searching for a network\nregistration: registered at home\n\
                    context: asking for one of the APN \"internet\"\n\
                    operator: Test PLMN, LTE Cat-M1\naddress: ('10.";
    assert!(printed.starts_with(expected), "{printed}");
}

#[test]
fn tcp_echo_server_serves_all_its_clients() {
    on_each_module("tcp_echo_server", &["--clients", "4"], |printed| {
        assert_eq!(printed.matches("has come").count(), 4, "{printed}");
        assert_eq!(printed.matches("has left, 3020 bytes went back").count(), 4, "{printed}");
    });
}

#[test]
fn sntp_time_asks_again_and_prints_the_time() {
    on_each_module("sntp_time", &[], |printed| {
        assert!(printed.contains("attempt 1: no answer"), "{printed}");
        let line = printed.lines().find(|line| line.contains("pool.ntp.org says: "));
        let line = line.expect("an answer");
        let seconds = line.split_once(" UTC, ").and_then(|(_, rest)| rest.split(' ').next());
        let told: u64 = seconds.and_then(|text| text.parse().ok()).expect(line);
        let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
        assert!(now.abs_diff(told) < 120, "{line} at {now}");
    });
}

#[test]
fn line_client_reads_all_letters() {
    on_each_module("line_client", &[], |printed| {
        let letters = "2 letters\n--- letter 1\nSubject: It works\n\nThis letter came through \
                       makefile, readline and lines.\n--- letter 2\nSubject: Dots\n\n.a line that \
                       begins with a dot\n..\nand the last one\n";
        assert!(printed.ends_with(letters), "{printed}");
    });
}

#[test]
fn line_client_says_what_the_server_did_not_like() {
    let (code, _, stderr) = run("line_client", &["--secret", "wrong"]);
    assert_eq!((code, stderr.as_str()), (1, "line_client: the server says \"-ERR\"\n"));
}

#[test]
fn poll_server_passes_on_what_everybody_says() {
    on_each_module("poll_server", &["--clients", "5"], |printed| {
        assert_eq!(printed.matches("has come").count(), 5, "{printed}");
        assert_eq!(printed.matches("has left").count(), 5, "{printed}");
        for number in 0..5 {
            assert!(printed.contains(&format!("I am number {number}")), "{printed}");
        }
    });
}

#[test]
fn modem_info_shows_a_module_that_is_connected() {
    let page = succeed("modem_info", &["--connect"]);
    for (name, expected) in [
        ("Module", "Quectel BG96"),
        ("Firmware", "BG96MAR02A07M1G"),
        ("IMEI", "866425030012345"),
        ("SIM", "ready"),
        ("ICCID", "89860025128306012474"),
        ("IMSI", "001010123456789"),
        ("Network", "registered at home"),
        ("Operator", "Test PLMN, LTE Cat-M1"),
        ("Signal", "▂▃▅▆·  RSSI -52 dBm, RSRP -81 dBm, RSRQ -10 dB, SINR 19.0 dB"),
        ("Address", "10.7.157.1"),
        ("DNS", "10.1.1.1"),
    ] {
        assert_eq!(fact(&page, name), expected, "{name} in\n{page}");
    }
    assert!(!fact(&page, "Time").is_empty());
    assert!(!page.contains('\x1b'), "this is no terminal");
}

#[test]
fn modem_info_shows_what_is_known_without_a_connection() {
    let page = succeed("modem_info", &["--modem", "quectel-ec25"]);
    assert_eq!(fact(&page, "Module"), "Quectel EC25");
    assert_eq!(fact(&page, "Operator"), "Test PLMN, LTE");
    assert_eq!(fact(&page, "Address"), "none (there is no context; --connect asks for one)");
    for (card, sim, imsi) in [
        (&["--sim", "missing"][..], "there is none in the module", "unknown"),
        (&["--sim", "locked"], "wants its PIN (3 tries left): give it with --pin", "unknown"),
        (&["--sim", "locked", "--pin", "1234"], "ready", "001010123456789"),
        (
            &["--sim", "blocked", "--pin", "1234"],
            "wants its PUK (10 tries left), after too many wrong PINs",
            "unknown",
        ),
    ] {
        let page = succeed("modem_info", card);
        assert_eq!((fact(&page, "SIM"), fact(&page, "IMSI")), (sim, imsi), "{page}");
        assert_eq!(fact(&page, "IMEI"), "866425030012345");
    }
}

#[test]
fn what_is_wrong_with_a_sim_is_said() {
    let refused = "the SIM refuses this PIN (2 tries left); it is not tried again";
    for name in ["http_get", "modem_info"] {
        fail(name, &["--sim", "locked", "--pin", "9999"], refused);
    }
    fail("http_get", &["--sim", "locked"], "the SIM wants its PIN: give it with --pin");
    fail("http_get", &["--sim", "missing"], "cannot connect: no SIM");
    fail("modem_info", &["--sim", "missing", "--connect"], "cannot connect: no SIM");
    fail("http_get", &["--sim", "blocked", "--pin", "1234"], "cannot connect: SIM wants its PUK");
    fail("http_get", &["--pin", "12"], "cannot use --pin: pin is shorter than 4");
}

#[test]
fn what_is_wrong_with_the_network_is_said() {
    for arguments in [&["--apn", "wrong"][..], &["--apn", "company", "--user", "you"]] {
        let no_context = "network gives no context (wrong APN?)";
        let sentence = format!("cannot get a context of the APN {:?}: {no_context}", arguments[1]);
        fail("http_get", arguments, &sentence);
    }
    let unknown = "cannot resolve \"nowhere.example\": host name could not be resolved";
    fail("http_get", &["--host", "nowhere.example"], unknown);
    let refused = "cannot connect to 93.184.216.34:81: connection refused";
    fail("http_get", &["--http-port", "81"], refused);
    let search = ["--modem", "quectel-bg96", "--registers-after", "60", "--search", "1"];
    let (code, _, stderr) = run("http_get", &search);
    let nobody = "http_get: cannot register with a mobile network: no network in reach\n";
    assert_eq!((code, stderr.as_str()), (1, nobody));
}

#[test]
fn what_is_wrong_with_the_options_is_said() {
    let (code, _, stderr) = run("http_get", &["--port", "/no/such/port"]);
    assert!(stderr.starts_with("http_get: cannot open the serial port \"/no/such/port\": "));
    assert!(code == 1 && stderr.lines().count() == 1, "{stderr}");
    let (code, _, stderr) = run("modem_info", &["--modem", "esp-at"]);
    let sentence = "modem_info: \"esp-at\" is no cellular module: see --modem\n";
    assert_eq!((code, stderr.as_str()), (1, sentence));
    for name in EXAMPLES {
        let (code, stdout, _) = run(name, &["--help"]);
        assert!(code == 0 && stdout.contains("--modem") && stdout.contains("--apn"), "{stdout}");
        let (code, _, stderr) = run(name, &["--modem", "nonsense"]);
        assert_eq!(code, 1, "{stderr}");
        assert!(stderr.starts_with(&format!("{name}: no modem \"nonsense\"; there are esp-at (")));
        assert!(stderr.contains(", quectel (quectel-bg96, "), "{stderr}");
    }
}

#[test]
fn a_trace_shows_the_dialogue_without_secrets() {
    let locked = ["--modem", "quectel-bg96", "--sim", "locked", "--pin", "1234", "--trace"];
    let company = ["--apn", "company", "--user", "me", "--password", "12345678"];
    let (code, _, trace) = run("http_get", &[&locked[..], &company].concat());
    assert_eq!(code, 0, "{trace}");
    assert!(trace.contains("-> AT+CPIN=..."), "{trace}");
    assert!(trace.contains(r#"-> AT+QICSGP=1,1,"company","..."#), "{trace}");
    assert!(trace.contains("<- +QIOPEN: 0,0") && trace.contains("bytes of payload"), "{trace}");
    assert!(!trace.contains("12345678") && !trace.contains("\"1234\""), "{trace}");
    let (code, _, trace) = run("line_client", &["--trace"]);
    assert_eq!(code, 0, "{trace}");
    assert!(trace.contains(r#"-> AT+CWJAP="haas-open","..."#), "{trace}");
    assert!(!trace.contains("PASS") && !trace.contains("12345678"), "{trace}");
}

/// Modules at a serial port, which is a pseudo-terminal.
#[cfg(unix)]
mod at_a_port {
    use std::fs::File;
    use std::net::Ipv4Addr;
    use std::thread;
    use std::time::{Duration, Instant};

    use embedded_io::{Read, ReadReady, Write};
    use serialport::{SerialPort, TTYPort};
    use usocket_simulator::{Profile, Registration, Sim, VirtualWorld};

    /// Runs an example with `--port` on the module of a world, which goes on in real time meanwhile.
    fn run(name: &'static str, arguments: &[&str], world: &VirtualWorld) -> (i32, String, String) {
        let (mut host, port) = TTYPort::pair().expect("a pseudo-terminal");
        let device = port.name().expect("it has a name");
        // it must not be closed by everybody meanwhile; nor is it locked here, since an example that
        // another test starts at this moment inherits `port`, and would keep the lock
        let _open = File::open(&device).expect("a terminal");
        drop(port);
        let arguments: Vec<_> = ["--port", &device].iter().chain(arguments).copied().collect();
        let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
        let example = thread::spawn(move || {
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            super::run(name, &arguments)
        });
        let (mut uart, start, mut buffer) = (world.uart(), Instant::now(), [0; 256]);
        while !example.is_finished() {
            if host.bytes_to_read().expect("the terminal is there") > 0 {
                let count = std::io::Read::read(&mut host, &mut buffer).expect("bytes");
                uart.write_all(&buffer[..count]).expect("the module takes all");
            }
            world.advance(start.elapsed().saturating_sub(world.now()));
            while uart.read_ready().expect("the module is there") {
                let count = uart.read(&mut buffer).expect("bytes");
                std::io::Write::write_all(&mut host, &buffer[..count]).expect("room");
            }
            thread::sleep(Duration::from_millis(1));
        }
        example.join().expect("the example has ended")
    }

    fn bg96() -> VirtualWorld {
        VirtualWorld::new(Profile::bg96()).baud(921_600)
    }

    #[test]
    fn the_name_of_any_module_of_the_family_will_do() {
        let server = Ipv4Addr::new(93, 184, 216, 34);
        for (modem, world) in [
            ("quectel", bg96()),
            ("quectel-bg95", bg96()),
            ("esp-at", VirtualWorld::new(Profile::esp32c3_4_1()).baud(921_600).joined(true)),
        ] {
            let world = world.dns("www.getman.com", server);
            let host = world.listen(server, 80);
            host.serve(b"HTTP/1.1 200 OK\r\n\r\nIt works\n");
            let (code, stdout, stderr) = run("http_get", &["--modem", modem], &world);
            assert!(code == 0 && stderr.is_empty(), "{modem}: {stdout}\n{stderr}");
            assert!(
                !stdout.contains("simulated module") && stdout.contains("\nIt works\n"),
                "{stdout}"
            );
        }
    }

    #[test]
    fn a_network_that_denies_is_said() {
        let world = bg96();
        world.set_registration(Registration::Denied);
        let (code, stdout, stderr) = run("http_get", &["--modem", "quectel"], &world);
        let denied =
            "http_get: cannot register with a mobile network: network denies registration\n";
        assert_eq!((code, stderr.as_str()), (1, denied));
        assert!(stdout.ends_with("registration: denied by the network\n"), "{stdout}");
    }

    #[test]
    fn a_wrong_pin_is_tried_once() {
        let world = bg96().sim(Sim::locked("1234"));
        let arguments = ["--modem", "quectel", "--pin", "9999", "--connect"];
        let (code, _, stderr) = run("modem_info", &arguments, &world);
        let refused =
            "modem_info: the SIM refuses this PIN (2 tries left); it is not tried again\n";
        assert_eq!((code, stderr.as_str()), (1, refused));
        let entered = world.commands().iter().filter(|it| it.starts_with("AT+CPIN=")).count();
        assert_eq!((entered, world.with_sim(|sim| sim.pin_tries)), (1, Some(2)));
    }

    #[test]
    fn a_module_that_says_nothing_is_said() {
        let world = VirtualWorld::new(Profile::esp32c3_4_1());
        world.mute(true);
        let (code, stdout, stderr) = run("http_get", &[], &world);
        let silent = "http_get: cannot switch the module on: module does not answer\n";
        assert_eq!((code, stderr.as_str()), (1, silent));
        assert!(stdout.starts_with("module at \"/dev/"), "{stdout}"); // and where it was looked for
    }
}
