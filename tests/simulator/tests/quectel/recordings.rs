//! Published dialogues with genuine modules, replayed as far as they are complete.

use super::{OPEN, PEER, Scene, bg96, joined};
use std::path::Path;
use usocket_simulator::replay::Script;
use usocket_simulator::{Profile, VirtualWorld};

/// Every published dialogue, and how far it is reproduced.
const RECORDINGS: [(&str, &str); 9] = [
    ("q-bg96-direct-push", "exact"),
    ("q-bg96-mqtt-session", "exact except the local port"),
    ("q-bg96-reset-sequence", "up to POWERED DOWN: the rest of the log is filtered"),
    ("q-bg96-zephyr-init", "exact"),
    ("q-ec20-dns-multi-urc", "exact except the lifetime of the name"),
    ("q-ec20-lost-head", "not at all: the host lost bytes"),
    ("q-ec200u-geterror", "exact"),
    ("q-ec21-poll-zero", "exact"),
    ("q-ec21-recv-never-read", "exact"),
];

fn text(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/published");
    let text = std::fs::read_to_string(folder.join(name).with_extension("txt")).expect(name);
    // Payload that the logs only tell the length of.
    let text = text.replace("<83 bytes>", &"m".repeat(83));
    text.replace("<30 bytes MQTT CONNECT>", &"c".repeat(30))
}

fn script(name: &str) -> Script {
    Script::parse(&text(name)).expect(name)
}

#[test]
fn every_recording_is_accounted_for() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("recordings/published");
    let mut files: Vec<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned())
        .filter(|name| name.starts_with("q-"))
        .collect();
    files.sort();
    let mut known = RECORDINGS.map(|(name, _)| name.to_owned());
    known.sort();
    assert_eq!(files, known);
}

#[test]
fn direct_push() {
    let scene = bg96();
    scene.play(&OPEN.replace(",0,0\\r", ",0,1\\r"));
    scene.host.accept().unwrap().send(b"test");
    script("q-bg96-direct-push").play(&scene.world, |_| ()).unwrap();
}

#[test]
fn an_mqtt_session() {
    let scene = bg96();
    scene.world.quirks(|quirks| quirks.connected_is_3 = true);
    let broker = [104, 155, 82, 190];
    let world = scene.world.clone().dns("kangaroo.rmq.cloudamqp.com", broker);
    let host = world.listen(broker, 1883);
    let text = text("q-bg96-mqtt-session").replace("22742", "49153");
    let notice = text.lines().position(|line| line.contains("+QIURC")).expect("notice");
    let script = Script::parse(&text).unwrap().with_cue(notice, "answer");
    let answer = |_: &str| host.accept().expect("peer").send(b"\x20\x02\x00\x00");
    script.play(&world, answer).unwrap();
}

#[test]
fn a_restart() {
    let world = VirtualWorld::new(Profile::bg96());
    let text = text("q-bg96-reset-sequence");
    let end = text.find("> AT\\r").expect("the host goes on");
    let script = Script::parse(&text[..end]).unwrap();
    script.play(&world, |_| ()).unwrap();
}

#[test]
fn identification() {
    script("q-bg96-zephyr-init").play(&bg96().world, |_| ()).unwrap();
}

#[test]
fn a_name_with_two_addresses() {
    let scene = joined(Profile::ec25());
    let world = scene.world.clone().dns("baidu.com", [220, 181, 57, 216]);
    let world = world.dns_more("baidu.com", [123, 125, 115, 110]);
    let text = text("q-ec20-dns-multi-urc").replace(",399", ",600");
    Script::parse(&text).unwrap().play(&world, |_| ()).unwrap();
}

#[test]
fn a_parameter_error() {
    script("q-ec200u-geterror").play(&joined(Profile::ec25()).world, |_| ()).unwrap();
}

#[test]
fn polls_that_find_nothing() {
    let scene = joined(Profile::ec25());
    scene.play(OPEN);
    script("q-ec21-poll-zero").play(&scene.world, |_| ()).unwrap();
}

#[test]
fn data_that_are_never_read() {
    let scene = joined(Profile::ec25());
    let world = scene.world.clone().dns("server_ip_addr", PEER);
    let scene = Scene { host: world.listen(PEER, 1883), ..scene };
    scene.host.on_data(|_| b"\x20\x02\x00\x00".to_vec());
    script("q-ec21-recv-never-read").play(&world, |_| ()).unwrap();
}
