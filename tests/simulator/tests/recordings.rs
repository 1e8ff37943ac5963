//! Recordings of genuine firmware, replayed against the simulated ESP32-C3 with ESP-AT 4.1.
//!
//! The host's bytes come from the recording, the network's from a small scene per recording. Every
//! byte that the module writes is compared.

use core::net::{Ipv4Addr, SocketAddr};
use core::time::Duration;
use std::path::Path;
use usocket_simulator::replay::{Script, Step};
use usocket_simulator::{AccessPoint, Peer, Profile, VirtualWorld};

const HOST: Ipv4Addr = Ipv4Addr::new(192, 168, 4, 2);

/// How far a recording is reproduced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fidelity {
    /// Every byte.
    Exact,
    /// Every byte, except what the text names.
    Except(&'static str),
}

/// Every recording, how far it is reproduced, and what its scene adds to the recorded bytes.
const RECORDINGS: [(&str, Fidelity, &str); 14] = [
    ("c3-at-rst", Fidelity::Exact, "joined at the start"),
    ("c3-boot", Fidelity::Exact, "joins from flash"),
    ("c3-busy", Fidelity::Exact, "the peer is silent, as port 81 was"),
    ("c3-connect-errors", Fidelity::Exact, "one port listens"),
    ("c3-echo-basic", Fidelity::Exact, "echo host; 64-byte UART chunks and merged reports"),
    ("c3-passive-recv", Fidelity::Exact, "ends before the last OK; notices come 10 ms late"),
    (
        "c3-rx-burst-close",
        Fidelity::Except("where the stream is cut into reports: the radio's timing decides that"),
        "a peer that sends 12000 bytes and closes",
    ),
    ("c3-rx-nasty-payloads", Fidelity::Exact, "one segment per payload"),
    ("c3-send-limits", Fidelity::Exact, "a peer that only reads"),
    ("c3-server", Fidelity::Exact, "a client that never closes"),
    ("c3-single-and-passthrough", Fidelity::Exact, "echo host; silence before the escape"),
    ("c3-syntax", Fidelity::Exact, "nothing"),
    ("c3-tls", Fidelity::Exact, "one TLS host, two plain ones"),
    ("c3-udp", Fidelity::Exact, "a datagram of text and an empty one"),
];

fn recording(name: &str) -> Script {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let text = std::fs::read_to_string(folder.join(name).with_extension("txt")).expect(name);
    Script::parse(&text).expect(name)
}

/// The access point of the recordings.
fn access_point() -> AccessPoint {
    AccessPoint {
        rssi: 70,
        address: Ipv4Addr::new(192, 168, 4, 15),
        gateway: Ipv4Addr::new(192, 168, 4, 1),
        ..AccessPoint::new("Espressif", "")
    }
}

/// A module as the recordings find it: up, joined, with echo.
fn world() -> VirtualWorld {
    VirtualWorld::new(Profile::esp32c3_4_1()).access_point(access_point()).joined(true)
}

fn play(script: &Script, world: &VirtualWorld, cue: impl FnMut(&str)) {
    if let Err(mismatch) = script.play(world, cue) {
        panic!("{mismatch}");
    }
}

fn no_cue(cue: &str) {
    panic!("unexpected cue {cue}");
}

#[test]
fn every_recording_is_accounted_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    files.sort();
    let mut known: Vec<String> = RECORDINGS.iter().map(|(name, ..)| (*name).to_owned()).collect();
    known.sort();
    assert_eq!(files, known);
    for (name, fidelity, scene) in RECORDINGS {
        match fidelity {
            Fidelity::Exact => println!("{name}: exact ({scene})"),
            Fidelity::Except(what) => println!("{name}: exact except {what} ({scene})"),
        }
    }
}

#[test]
fn boot() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).access_point(access_point());
    world.with_esp_at(|firmware| firmware.store_credentials("Espressif", ""));
    play(&recording("c3-boot"), &world.boot(), no_cue);
}

#[test]
fn at_rst() {
    let world = world();
    world.listen(HOST, 43_209);
    play(&recording("c3-at-rst"), &world, no_cue);
}

#[test]
fn busy() {
    play(&recording("c3-busy"), &world(), no_cue);
}

#[test]
fn connect_errors() {
    let world = world();
    world.listen(HOST, 34_943);
    play(&recording("c3-connect-errors"), &world, no_cue);
}

#[test]
fn echo_basic() {
    let world = world().network_latency(Duration::from_millis(1));
    world.with_esp_at(|firmware| {
        firmware.set_chunk_size(64);
        firmware.delays_mut().report = Duration::from_millis(1);
    });
    world.listen(HOST, 34_679).echo();
    play(&recording("c3-echo-basic"), &world, no_cue);
}

#[test]
fn passive_recv() {
    let late = Duration::from_millis(10);
    let world = world().latency(late);
    world.with_esp_at(|firmware| firmware.delays_mut().notice = late);
    let host = world.listen(HOST, 37_123);
    // The recorder took the `OK` inside the last payload for the answer and stopped.
    let script = recording("c3-passive-recv")
        .with_cue(35, "digits")
        .with_cue(42, "tail")
        .then(Step::Module(b"\r\nOK\r\n".to_vec()));
    let mut peer = None;
    play(&script, &world, |cue| {
        let peer: &mut Peer = peer.get_or_insert_with(|| host.accept().expect("peer"));
        match cue {
            "digits" => peer.send("0123456789".repeat(30).as_bytes()),
            _ => peer.send(b"tail\r\nOK\r\n"),
        }
    });
}

#[test]
fn rx_burst_close() {
    let world = world();
    let host = world.listen(HOST, 41_437);
    let script = recording("c3-rx-burst-close");
    let recorded = script.module_bytes();
    let (recorded_frame, stream) = without_reports(&recorded);
    let head: Vec<(usize, Step)> =
        script.steps().filter(|(line, _)| *line <= 14).map(|(n, step)| (n, step.clone())).collect();
    let head = head.into_iter().fold(Script::default(), |script, (_, step)| script.then(step));
    play(&head, &world, no_cue);
    let peer = host.accept().expect("peer");
    peer.send(&stream);
    peer.close();
    world.advance(Duration::from_secs(5));
    let dialogue = world.dialogue();
    let written = dialogue.iter().filter(|it| it.direction == usocket_simulator::Direction::Module);
    let written: Vec<u8> = written.flat_map(|it| it.bytes.clone()).collect();
    assert_eq!(without_reports(&written), (recorded_frame, stream));
}

/// Splits what a module wrote into everything but reports, and the payload of the reports.
fn without_reports(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    const MARK: &[u8] = b"\r\n+IPD,0,";
    let (mut frame, mut payload) = (Vec::new(), Vec::new());
    let mut rest = bytes;
    while let [first, ..] = rest {
        let Some(report) = rest.strip_prefix(MARK) else {
            frame.push(*first);
            rest = &rest[1..];
            continue;
        };
        let colon = report.iter().position(|byte| *byte == b':').expect("colon");
        let length: usize = core::str::from_utf8(&report[..colon]).unwrap().parse().unwrap();
        let data = &report[colon + 1..];
        assert!(length <= 2920, "a report of {length} bytes");
        payload.extend_from_slice(&data[..length]);
        rest = data[length..].strip_prefix(b"\r\n").expect("line end behind a report");
    }
    (frame, payload)
}

#[test]
fn rx_nasty_payloads() {
    let world = world();
    let host = world.listen(HOST, 34_315);
    let script = recording("c3-rx-nasty-payloads").with_cue(15, "payloads");
    play(&script, &world, |_| {
        let peer = host.accept().expect("peer");
        let payloads: [&[u8]; 13] = [
            b"OK\r\n",
            b"\r\nOK\r\n",
            b"\r\nERROR\r\n",
            b"0,CLOSED\r\n",
            b"\r\nCLOSED\r\n",
            b"+IPD,0,4:evil",
            b"\r\n+IPD,1,100:",
            b"SEND OK\r\n",
            b"> ",
            b"\r\nready\r\n",
            b"\x00\x01\xff\xfe\r\n",
            b"busy p...\r\n",
            b"WIFI DISCONNECT\r\n",
        ];
        for payload in payloads {
            peer.send(payload);
        }
        peer.close();
    });
}

#[test]
fn send_limits() {
    let world = world();
    let host = world.listen(HOST, 42_815);
    play(&recording("c3-send-limits"), &world, no_cue);
    let received = host.accept().expect("peer").received();
    assert_eq!(received[8192..], *b"abcdabcdefghijAT\r\n");
}

#[test]
fn server() {
    let world = world();
    let mut client = None;
    let script = recording("c3-server").with_cue(17, "client").with_cue(18, "request");
    play(&script, &world, |cue| match cue {
        "client" => client = Some(world.connect_in(80)),
        _ => client.as_ref().expect("client").send(b"GET / HTTP/1.0\r\n\r\n"),
    });
    let client = client.expect("client");
    assert_eq!(client.received(), b"pong");
    assert!(client.is_closed());
}

#[test]
fn single_and_passthrough() {
    let world = world();
    world.listen(HOST, 44_867).echo();
    let script = recording("c3-single-and-passthrough").with_cue(27, "silence");
    play(&script, &world, |_| world.advance(Duration::from_millis(30)));
}

#[test]
fn syntax() {
    play(&recording("c3-syntax"), &world(), no_cue);
}

#[test]
fn tls() {
    let world = world();
    world.listen_tls(HOST, 32_861).echo();
    world.listen(HOST, 34_053).echo();
    world.listen(HOST, 37_471);
    play(&recording("c3-tls"), &world, no_cue);
}

#[test]
fn udp() {
    let world = world();
    let peer = world.udp_host(HOST, 59_541);
    let script = recording("c3-udp").with_cue(28, "ok").with_cue(32, "empty");
    play(&script, &world, |cue| match cue {
        "ok" => peer.send_to(2233, b"\r\nOK\r\n"),
        _ => peer.send_to(2233, b""),
    });
    let module = SocketAddr::from((Ipv4Addr::new(192, 168, 4, 15), 2233));
    assert_eq!(peer.received(), [(module, b"ud1".to_vec())]);
}
