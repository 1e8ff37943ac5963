//! TLS clients of Quectel modules (Quectel digest §6): settings, ids, data and limits.

mod handshakes;

use super::{OPEN, PEER, Scene, bg96, joined, play};
use usocket_simulator::{Host, Peer, Profile, VirtualWorld};

const NAME: &str = "example.com";
const ROOT: &[u8] = b"root of the tests";

/// A module without echo, whose file `cacert.pem` is [`ROOT`], and a TLS host behind [`NAME`].
fn scene(profile: Profile) -> (Scene, Host) {
    let scene = joined(profile);
    let world = scene.world.clone().dns(NAME, PEER).file("cacert.pem", ROOT);
    let host = world.listen_tls(PEER, 443);
    host.certificate(&[NAME], ROOT);
    (scene, host)
}

/// One command and its answer, in C escapes.
fn say(world: &VirtualWorld, command: &str, answer: &str) {
    play(world, &format!("> {command}\\r\n< {answer}\n"));
}

fn open(world: &VirtualWorld, error: u16) {
    let answer = format!("\\r\\nOK\\r\\n\\r\\n+QSSLOPEN: 4,{error}\\r\\n");
    say(world, "AT+QSSLOPEN=1,0,4,\"example.com\",443,0", &answer);
}

fn connected(profile: Profile) -> (Scene, Peer) {
    let (scene, host) = scene(profile);
    open(&scene.world, 0);
    (scene, host.accept().expect("peer"))
}

const OK: &str = "\\r\\nOK\\r\\n";
const ERROR: &str = "\\r\\nERROR\\r\\n";

#[test]
fn t28_tls() {
    let (scene, host) = scene(Profile::bg96());
    host.on_data(|_| b"welcome".to_vec());
    scene.play(
        r#"
        > AT+QSSLCFG="sslversion",0,3\r
        < \r\nOK\r\n
        > AT+QSSLCFG="ciphersuite",0,0XFFFF\r
        < \r\nOK\r\n
        > AT+QSSLCFG="seclevel",0,1\r
        < \r\nOK\r\n
        > AT+QSSLCFG="cacert",0,"cacert.pem"\r
        < \r\nOK\r\n
        > AT+QSSLOPEN=1,0,4,"example.com",443,0\r
        < \r\nOK\r\n
        < \r\n+QSSLOPEN: 4,0\r\n
        > AT+QSSLSEND=4,18\r
        < \r\n> 
        > GET / HTTP/1.0\r\n\r\n
        < \r\nSEND OK\r\n
        < \r\n+QSSLURC: "recv",4\r\n
        > AT+QSSLRECV=4,1500\r
        < \r\n+QSSLRECV: 7\r\nwelcome\r\n\r\nOK\r\n
        "#,
    );
    host.accept().expect("peer").close();
    scene.play(
        r#"
        < \r\n+QSSLURC: "closed",4\r\n
        > AT+QSSLCLOSE=4\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn t28_read_back_with_echo() {
    let world = VirtualWorld::new(Profile::bg96());
    let line = r#"AT+QSSLCFG="seclevel",2\r"#;
    play(
        &world,
        &format!("> {line}\n< {line}\\r\\n+QSSLCFG: \"seclevel\",2,0\\r\\n\\r\\nOK\\r\\n"),
    );
}

#[test]
fn every_key_reads_back() {
    let (scene, _) = scene(Profile::bg96());
    let keys = [
        ("sslversion", "4", "3"),
        ("ciphersuite", "0XFFFF", "0XC02F"),
        ("cacert", "\"\"", "\"cacert.pem\""),
        ("clientcert", "\"\"", "\"UFS:clientcert.pem\""),
        ("clientkey", "\"\"", "\"RAM:clientkey.pem\""),
        ("seclevel", "0", "2"),
        ("session", "0", "1"),
        ("sni", "0", "1"),
        ("checkhost", "0", "1"),
        ("ignorelocaltime", "1", "0"),
        ("negotiatetime", "300", "10"),
        ("renegotiation", "0", "1"),
        ("dtls", "0", "1"),
        ("dtlsversion", "2", "1"),
    ];
    for (key, built, set) in keys {
        let answer = |value: &str| format!("\\r\\n+QSSLCFG: \"{key}\",5,{value}\\r\\n{OK}");
        let query = format!("AT+QSSLCFG=\"{key}\",5");
        say(&scene.world, &query, &answer(built));
        say(&scene.world, &format!("{query},{set}"), OK);
        say(&scene.world, &query, &answer(set));
    }
    for nonsense in [
        "\"SECLEVEL\",0,1",
        "\"seclevel\",6,1",
        "\"seclevel\",0,3",
        "\"negotiatetime\",0,5",
        "\"ciphersuite\",0,C02F",
        "\"cacert\",0,cacert.pem",
        "\"nothing\",0",
        "\"seclevel\"",
    ] {
        say(&scene.world, &format!("AT+QSSLCFG={nonsense}"), ERROR);
    }
}

#[test]
fn clients_have_ids_of_their_own_and_share_the_pool() {
    let (scene, _host) = scene(Profile::bg96());
    scene.play(OPEN);
    open(&scene.world, 0);
    scene.play(
        r#"
        > AT+QSSLSTATE?\r
        < \r\n+QSSLSTATE: 4,"SSLClient","220.180.239.212",443,49154,2,1,4,0,"uart1",0\r\n\r\nOK\r\n
        > AT+QSSLSTATE=3\r
        < \r\nOK\r\n
        > AT+QISTATE?\r
        < \r\n+QISTATE: 0,"TCP","220.180.239.212",8009,49153,2,1,0,0,"uart1"\r\n\r\nOK\r\n
        > AT+QSSLOPEN=1,2,0,"220.180.239.212",443\r
        < \r\nOK\r\n
        < \r\n+QSSLOPEN: 0,0\r\n
        > AT+QICLOSE=0\r
        < \r\nOK\r\n
        > AT+QSSLSTATE=0\r
        < \r\n+QSSLSTATE: 0,"SSLClient","220.180.239.212",443,49155,2,1,0,0,"uart1",2\r\n\r\nOK\r\n
        > AT+QSSLOPEN=1,0,12,"220.180.239.212",443\r
        < \r\nERROR\r\n
        > AT+QSSLOPEN=1,6,1,"220.180.239.212",443\r
        < \r\nERROR\r\n
        "#,
    );
    for id in 1..11 {
        let command = format!("AT+QIOPEN=1,{id},\"UDP SERVICE\",\"127.0.0.1\",0,{},0", 3000 + id);
        say(&scene.world, &command, &format!("{OK}\\r\\n+QIOPEN: {id},0\\r\\n"));
    }
    say(
        &scene.world,
        "AT+QSSLOPEN=1,0,7,\"220.180.239.212\",443",
        &format!("{OK}\\r\\n+QSSLOPEN: 7,554\\r\\n"),
    );
}

#[test]
fn reads_and_sends_have_their_limits() {
    let (scene, peer) = connected(Profile::bg96());
    for command in [
        "AT+QSSLSEND=4,0",
        "AT+QSSLSEND=4,1461",
        "AT+QSSLSEND=5,1",
        "AT+QSSLRECV=4,0",
        "AT+QSSLRECV=4,1501",
        "AT+QSSLRECV=4",
        "AT+QSSLRECV=5,1",
    ] {
        say(&scene.world, command, ERROR);
    }
    say(&scene.world, "AT+QSSLRECV=4,1", &format!("\\r\\n+QSSLRECV: 0\\r\\n{OK}"));
    peer.send(b"abcdef");
    scene.play(
        r#"
        < \r\n+QSSLURC: "recv",4\r\n
        > AT+QSSLRECV=4,2\r
        < \r\n+QSSLRECV: 2\r\nab\r\n\r\nOK\r\n
        "#,
    );
    // Announced once, until everything is read.
    peer.send(b"g");
    scene.play("> AT+QSSLRECV=4,1500\\r\n< \\r\\n+QSSLRECV: 5\\r\\ncdefg\\r\\n\\r\\nOK\\r\\n");
    peer.send(b"h");
    scene.play("< \\r\\n+QSSLURC: \"recv\",4\\r\\n");
    // Without a length, until ^Z.
    scene.play("> AT+QSSLSEND=4\\r\n< \\r\\n> \n> text\\x1a\n< \\r\\nSEND OK\\r\\n");
    assert_eq!(peer.received(), b"text");
}

#[test]
fn a_closed_client_stays_readable_and_its_id_in_use() {
    let (scene, peer) = connected(Profile::bg96());
    peer.send(b"tail");
    peer.close();
    scene.play(
        r#"
        < \r\n+QSSLURC: "recv",4\r\n
        < \r\n+QSSLURC: "closed",4\r\n
        > AT+QSSLSEND=4,1\r
        < \r\nERROR\r\n
        > AT+QSSLOPEN=1,0,4,"example.com",443,0\r
        < \r\nERROR\r\n
        > AT+QIGETERROR\r
        < \r\n+QIGETERROR: 563, socket identity has been used\r\n\r\nOK\r\n
        > AT+QSSLRECV=4,1500\r
        < \r\n+QSSLRECV: 4\r\ntail\r\n\r\nOK\r\n
        > AT+QSSLRECV=4,1500\r
        < \r\n+QSSLRECV: 0\r\n\r\nOK\r\n
        > AT+QSSLCLOSE=4\r
        < \r\nOK\r\n
        > AT+QSSLCLOSE=4,0\r
        < \r\nOK\r\n
        > AT+QSSLRECV=4,1500\r
        < \r\nERROR\r\n
        "#,
    );
    // The host may restart; the module knows nothing of that, and its clients stay.
    open(&scene.world, 0);
    scene.play("> ATE1\\r\n< \\r\\nOK\\r\\n\n> ATE0\\r\n< ATE0\\r\\r\\nOK\\r\\n\n");
    say(
        &scene.world,
        "AT+QSSLSTATE=4",
        &format!(
            "\\r\\n+QSSLSTATE: 4,\"SSLClient\",\"220.180.239.212\",443,49154,2,1,4,0,\"uart1\",0\\r\\n{OK}"
        ),
    );
}

#[test]
fn data_can_be_pushed_or_passed_through() {
    let (scene, host) = scene(Profile::bg96());
    scene.play(
        r#"
        > AT+QSSLOPEN=1,0,4,"example.com",443,1\r
        < \r\nOK\r\n
        < \r\n+QSSLOPEN: 4,0\r\n
        "#,
    );
    let peer = host.accept().unwrap();
    peer.send(b"pushed");
    peer.close();
    scene.play(
        r#"
        < \r\n+QSSLURC: "recv",4,6\r\npushed\r\n
        < \r\n+QSSLURC: "closed",4\r\n
        > AT+QSSLRECV=4,1\r
        < \r\nERROR\r\n
        > AT+QSSLOPEN=1,0,5,"example.com",443,2\r
        < \r\nCONNECT\r\n
        > raw
        "#,
    );
    let peer = host.accept().unwrap();
    assert_eq!(peer.received(), b"raw");
    peer.send(b"back");
    scene.play("< back\n");
    peer.close();
    scene.play("< \\r\\nNO CARRIER\\r\\n");
}

#[test]
fn a_lost_context_takes_the_clients_along() {
    let (scene, _peer) = connected(Profile::bg96());
    scene.world.quirks(|quirks| quirks.closes_with_context = true);
    scene.world.drop_context();
    scene.play(
        r#"
        < \r\n+QIURC: "pdpdeact",1\r\n
        < \r\n+QSSLURC: "closed",4\r\n
        > AT+QSSLSEND=4,1\r
        < \r\nERROR\r\n
        > AT+QIDEACT=1\r
        < \r\nOK\r\n
        > AT+QSSLSTATE?\r
        < \r\nOK\r\n
        "#,
    );
}

#[test]
fn certificates_come_as_files() {
    let scene = bg96();
    scene.play(
        r#"
        > AT+QFUPL="cacert.pem",5,60\r
        < \r\nCONNECT\r\n
        > abcde
        < \r\n+QFUPL: 5,6706\r\n\r\nOK\r\n
        > AT+QFUPL="UFS:cacert.pem",5\r
        < \r\n+CME ERROR: 407\r\n
        > AT+QFLST="*"\r
        < \r\n+QFLST: "UFS:cacert.pem",5\r\n\r\nOK\r\n
        > AT+QFDEL="cacert.pem"\r
        < \r\nOK\r\n
        > AT+QFDEL="cacert.pem"\r
        < \r\n+CME ERROR: 405\r\n
        > AT+QFLST\r
        < \r\nOK\r\n
        "#,
    );
}
