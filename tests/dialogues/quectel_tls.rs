//! TLS over Quectel's modules, as dialogues (quectel.md §6, T28).

use crate::script::Script;
use crate::script::cellular::{
    CHECK, PEER, QuectelModem, SETUP_BG96, idle, play_quectel, setup_again,
};
use usocket::ssl::{Context, Verify};
use usocket::{
    AF_INET, Error, Memory, Modem, SO_ERROR, SO_LINGER, SOCK_STREAM, SOL_SOCKET, Socket, socket,
};

/// Before the first socket with TLS: is any left open?
const LIST: &str = r#"
    → AT+QSSLSTATE?\r
    ← \r\nOK\r\n
"#;

/// What the settings of one socket are, with the answer of a module that has them all.
fn settings(client: u8, settings: &[(&str, &str)]) -> String {
    let set = |(name, value): &(&str, &str)| {
        format!("→ AT+QSSLCFG=\"{name}\",{client},{value}\\r\n← \\r\\nOK\\r\\n\n")
    };
    settings.iter().map(set).collect()
}

/// Of a context that verifies the server.
fn verified(client: u8) -> String {
    settings(
        client,
        &[
            ("sslversion", "3"),
            ("ciphersuite", "0XFFFF"),
            ("seclevel", "1"),
            ("cacert", "\"cacert.pem\""),
            ("sni", "1"),
            ("checkhost", "1"),
            ("ignorelocaltime", "0"),
            ("negotiatetime", "120"),
        ],
    )
}

/// Of one that verifies nobody.
fn insecure(client: u8) -> String {
    settings(
        client,
        &[
            ("sslversion", "3"),
            ("ciphersuite", "0XFFFF"),
            ("seclevel", "0"),
            ("sni", "0"),
            ("checkhost", "0"),
            ("ignorelocaltime", "0"),
            ("negotiatetime", "120"),
        ],
    )
}

/// The opening of a socket, up to its `OK`.
fn open(client: u8, host: &str) -> String {
    format!("→ AT+QSSLOPEN=1,{client},{client},\"{host}\",8009,0\\r\n← \\r\\nOK\\r\\n\n")
}

/// How it ended.
fn opened(client: u8, result: u16) -> String {
    format!("← \\r\\n+QSSLOPEN: {client},{result}\\r\\n\n")
}

const HOST: &str = "example.com";
const NUMBER: &str = "220.180.239.212";
const INSECURE: Context<'_> = Context::new(Verify::InsecureNobody);

fn verifying<'c>() -> Context<'c> {
    Context::new(Verify::Server).ca("cacert.pem")
}

fn wrapped<'n>(
    modem: &'n QuectelModem<'_>,
    context: &Context<'_>,
    name: Option<&str>,
) -> Socket<'n> {
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
    context.wrap_socket(&sock, name).unwrap();
    sock
}

/// A socket of client 0 that verifies nobody.
fn connected<'n>(modem: &'n QuectelModem<'_>) -> Socket<'n> {
    let sock = wrapped(modem, &INSECURE, None);
    sock.connect(PEER).unwrap();
    sock
}

fn connects() -> String {
    [LIST, &insecure(0), &open(0, NUMBER), &opened(0, 0)].concat()
}

#[test]
fn a_request_its_answer_and_the_end() {
    let dialogue = r#"
        → AT+QSSLSEND=0,18\r
        ← \r\n> 
        → GET / HTTP/1.0\r\n\r\n
        ← \r\nSEND OK\r\n
        ← \r\n+QSSLURC: "recv",0\r\n
        → AT+QSSLRECV=0,64\r
        ← \r\n+QSSLRECV: 7\r\n0123456\r\n\r\nOK\r\n
        ← \r\n+QSSLURC: "closed",0\r\n
        → AT+QSSLRECV=0,64\r
        ← \r\n+QSSLRECV: 4\r\nlast\r\n\r\nOK\r\n
        → AT+QSSLRECV=0,64\r
        ← \r\n+QSSLRECV: 0\r\n\r\nOK\r\n
        → AT+QSSLCLOSE=0\r
        ← \r\nOK\r\n
    "#;
    let parts =
        [SETUP_BG96, LIST, &verified(0), &open(0, HOST), "… 900\n", &opened(0, 0), dialogue];
    play_quectel(&parts, |modem, _| {
        let sock = wrapped(modem, &verifying(), Some(HOST));
        sock.connect(PEER).unwrap();
        assert_eq!(sock.send(b"GET / HTTP/1.0\r\n\r\n"), Ok(18));
        let mut buf = [0; 64];
        assert_eq!(sock.read(&mut buf), Ok(Some(11)));
        assert_eq!(&buf[..11], b"0123456last");
        assert_eq!(sock.recv(&mut buf), Ok(0));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
        idle(modem, 5);
    });
}

#[test]
fn data_that_looks_like_results_is_data() {
    let dialogue = r#"
        ← \r\n+QSSLURC: "recv",0\r\n
        → AT+QSSLRECV=0,64\r
        ← \r\n+QSSLRECV: 33\r\n\r\nOK\r\n+QSSLURC: "closed",0\r\n\r\nRDY\r\n\r\n\r\nOK\r\n
    "#;
    play_quectel(&[SETUP_BG96, &connects(), dialogue], |modem, _| {
        let sock = connected(modem);
        let mut buf = [0; 64];
        assert_eq!(sock.recv(&mut buf), Ok(33));
        assert_eq!(&buf[..33], b"\r\nOK\r\n+QSSLURC: \"closed\",0\r\n\r\nRDY");
        std::mem::forget(sock);
    });
}

#[test]
fn each_family_of_errors_is_told_apart() {
    let close = "→ AT+QSSLCLOSE=0\\r\n← \\r\\nOK\\r\\n\n";
    for (result, error) in [
        (579, Error::TlsHandshake),
        (582, Error::TlsHandshake),
        (565, Error::Dns(-2)),
        (566, Error::ConnectionRefused),
        (569, Error::HostUnreachable),
        (552, Error::InvalidInput),
    ] {
        let failed = [LIST, &verified(0), &open(0, HOST), &opened(0, result), close].concat();
        play_quectel(&[SETUP_BG96, &failed], |modem, _| {
            let sock = wrapped(modem, &verifying(), Some(HOST));
            assert_eq!(sock.connect(PEER), Err(error), "{result}");
            idle(modem, 5);
        });
    }
}

#[test]
fn a_socket_that_has_failed_can_connect_again() {
    let close = "→ AT+QSSLCLOSE=0\\r\n← \\r\\nOK\\r\\n\n";
    let dialogue = [
        LIST,
        &verified(0),
        &open(0, HOST),
        &opened(0, 579),
        close,
        &verified(1), // another one: a late word about the first cannot be taken for it
        &open(1, HOST),
        &opened(1, 0),
    ];
    play_quectel(&[&[SETUP_BG96], &dialogue[..]].concat(), |modem, _| {
        let sock = wrapped(modem, &verifying(), Some(HOST));
        assert_eq!(sock.connect(PEER), Err(Error::TlsHandshake));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn sockets_with_and_without_tls_have_numbers_of_their_own() {
    let dialogue = r#"
        → AT+QIOPEN=1,0,"TCP","220.180.239.212",8009,0,0\r
        ← \r\nOK\r\n\r\n+QIOPEN: 0,0\r\n
        ← \r\n+QIURC: "recv",0\r\n\r\n+QSSLURC: "recv",0\r\n
        → AT+QSSLRECV=0,64\r
        ← \r\n+QSSLRECV: 3\r\ntls\r\n\r\nOK\r\n
        → AT+QIRD=0,64\r
        ← \r\n+QIRD: 5\r\nplain\r\n\r\nOK\r\n
        → AT+QSSLRECV=0,61\r
        ← \r\n+QSSLRECV: 0\r\n\r\nOK\r\n
        → AT+QIRD=0,59\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        ← \r\n+QIURC: "closed",0\r\n
        → AT+QIRD=0,59\r
        ← \r\n+QIRD: 0\r\n\r\nOK\r\n
        → AT+QICLOSE=0\r
        ← \r\nOK\r\n
        → AT+QSSLSEND=0,4\r
        ← \r\n> 
        → more
        ← \r\nSEND OK\r\n
    "#;
    play_quectel(&[SETUP_BG96, &connects(), dialogue], |modem, _| {
        let secure = connected(modem);
        let plain = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        plain.connect(PEER).unwrap();
        idle(modem, 5);
        let mut buf = [0; 64];
        assert_eq!(plain.recv(&mut buf), Ok(5));
        assert_eq!(secure.recv(&mut buf), Ok(3));
        assert_eq!(plain.recv(&mut buf), Ok(0));
        assert_eq!(secure.send(b"more"), Ok(4));
        std::mem::forget((secure, plain));
    });
}

#[test]
fn every_socket_says_all_of_its_settings() {
    let both = settings(
        1,
        &[
            ("sslversion", "3"),
            ("ciphersuite", "0XFFFF"),
            ("seclevel", "2"),
            ("cacert", "\"UFS:ca.pem\""),
            ("clientcert", "\"own.pem\""),
            ("clientkey", "\"own.key\""),
            ("sni", "1"),
            ("checkhost", "0"),
            ("ignorelocaltime", "1"),
            ("negotiatetime", "120"),
        ],
    );
    // the next owner of that number needs other ones, and says so
    let third = [insecure(2), open(2, NUMBER), opened(2, 0)].concat();
    let dialogue = [SETUP_BG96, &connects(), &both, &open(1, HOST), &opened(1, 0), &third];
    play_quectel(&dialogue, |modem, _| {
        let first = connected(modem);
        let context = Context::new(Verify::Server)
            .ca("UFS:ca.pem")
            .certificate("own.pem")
            .key("own.key")
            .check_hostname(false)
            .ignore_time(true);
        let second = wrapped(modem, &context, Some(HOST));
        second.connect(PEER).unwrap();
        let third = connected(modem);
        std::mem::forget((first, second, third));
    });
}

#[test]
fn nothing_of_the_last_owner_of_a_number_is_left() {
    let close = |client: u8| format!("→ AT+QSSLCLOSE={client}\\r\n← \\r\\nOK\\r\\n\n");
    let mut dialogue = LIST.to_owned();
    for client in 0..6 {
        dialogue +=
            &[verified(client), open(client, HOST), opened(client, 0), close(client)].concat();
    }
    dialogue += &[insecure(0), open(0, NUMBER), opened(0, 0)].concat();
    play_quectel(&[SETUP_BG96, &dialogue], |modem, _| {
        for _ in 0..6 {
            let sock = wrapped(modem, &verifying(), Some(HOST));
            sock.connect(PEER).unwrap();
            sock.close().unwrap();
        }
        let sock = connected(modem);
        std::mem::forget(sock);
    });
}

#[test]
fn sockets_that_a_program_before_this_one_left_open_are_closed() {
    let dialogue = r#"
        → AT+QSSLSTATE?\r
        ← \r\n+QSSLSTATE: 0,"SSLClient","93.184.216.34",443,65344,2,1,0,0,"uart1",0\r\n
        ← +QSSLSTATE: 11,"SSLClient","93.184.216.34",443,65345,4,1,11,0,"uart1",0\r\n\r\nOK\r\n
        → AT+QSSLCLOSE=0,0\r
        ← \r\nOK\r\n
        → AT+QSSLCLOSE=11,0\r
        ← \r\nOK\r\n
    "#;
    let dialogue = [SETUP_BG96, dialogue, &insecure(0), &open(0, NUMBER), &opened(0, 0)];
    play_quectel(&dialogue, |modem, _| {
        let sock = connected(modem);
        std::mem::forget(sock);
    });
}

#[test]
fn a_module_without_a_list_is_used_without() {
    let list = "→ AT+QSSLSTATE?\\r\n← \\r\\nERROR\\r\\n\n";
    play_quectel(&[SETUP_BG96, list, &insecure(0), &open(0, NUMBER), &opened(0, 0)], |modem, _| {
        let sock = connected(modem);
        std::mem::forget(sock);
    });
}

#[test]
fn a_number_that_is_taken_is_freed_and_another_one_used() {
    let dialogue = r#"
        → AT+QSSLCLOSE=0,0\r
        ← \r\nOK\r\n
    "#;
    let dialogue = [
        SETUP_BG96,
        LIST,
        &insecure(0),
        &open(0, NUMBER),
        &opened(0, 563),
        dialogue,
        &insecure(1),
        &open(1, NUMBER),
        &opened(1, 0),
    ];
    play_quectel(&dialogue, |modem, _| {
        let sock = connected(modem);
        std::mem::forget(sock);
    });
}

#[test]
fn settings_that_a_module_lacks_matter_only_where_they_make_it_safe() {
    let ok = "\\r\n← \\r\\nOK\\r\\n";
    let error = "\\r\n← \\r\\nERROR\\r\\n";
    let refuse = |settings: &str, name: &str| {
        let at = settings.find(&format!("\"{name}\"")).unwrap();
        format!("{}{}", &settings[..at], settings[at..].replacen(ok, error, 1))
    };
    // it checks the authority and would take any name for the right one
    let unsafe_one = refuse(&verified(0), "checkhost");
    let until = unsafe_one.find("→ AT+QSSLCFG=\"ignorelocaltime\"").unwrap();
    play_quectel(&[SETUP_BG96, LIST, &unsafe_one[..until]], |modem, _| {
        let sock = wrapped(modem, &verifying(), Some(HOST));
        assert_eq!(sock.connect(PEER), Err(Error::NotSupported));
    });
    let mut without = verified(0);
    for name in ["ciphersuite", "sni", "ignorelocaltime", "negotiatetime"] {
        without = refuse(&without, name);
    }
    play_quectel(&[SETUP_BG96, LIST, &without, &open(0, HOST), &opened(0, 0)], |modem, _| {
        let sock = wrapped(modem, &verifying(), Some(HOST));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn what_this_module_cannot_do_is_refused_by_connect() {
    for (context, error) in [
        (INSECURE.ca(0), Error::NotSupported),
        (INSECURE.alpn(&["h2"]), Error::NotSupported),
        (INSECURE.psk("device", b"sesame"), Error::NotSupported),
        (INSECURE.certificate("own.pem").key("own.key"), Error::NotSupported),
        (Context::new(Verify::Server), Error::InvalidInput),
        (verifying().certificate("own.pem"), Error::InvalidInput),
    ] {
        play_quectel(&[SETUP_BG96, LIST], |modem, _| {
            let sock = wrapped(modem, &context, Some(HOST));
            assert_eq!(sock.connect(PEER), Err(error), "{context:?}");
        });
    }
    play_quectel(&[SETUP_BG96, LIST], |modem, _| {
        let listener = wrapped(modem, &Context::server(false), None);
        listener.bind(([0, 0, 0, 0], 443)).unwrap();
        assert_eq!(listener.listen(1), Err(Error::NotSupported));
    });
}

#[test]
fn the_list_tells_who_is_connected_and_finds_ends_that_were_not_heard() {
    let listed = r#"
        → AT+QISTATE?\r
        ← \r\nOK\r\n
        → AT+QSSLSTATE?\r
        ← \r\n+QSSLSTATE: 0,"SSLClient","220.180.239.212",8009,65344,2,1,0,0,"uart1",0\r\n\r\nOK\r\n
    "#;
    let own = "→ AT+QIACT?\\r\n← \\r\\n+QIACT: 1,1,1,\"10.7.157.1\"\\r\\n\\r\\nOK\\r\\n\n";
    play_quectel(&[SETUP_BG96, &connects(), listed, own], |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.getsockname().map(|addr| addr.port()), Ok(65344));
        std::mem::forget(sock);
    });
}

#[test]
fn an_end_that_was_not_heard_is_found_by_the_list() {
    let listed = r#"
        → AT+QISTATE?\r
        ← \r\nOK\r\n
        → AT+QSSLSTATE?\r
        ← \r\n+QSSLSTATE: 0,"SSLClient","220.180.239.212",8009,65344,2,1,0,0,"uart1",0\r\n\r\nOK\r\n
    "#;
    let missing = r#"
        → AT+QISTATE?\r
        ← \r\nOK\r\n
        → AT+QSSLSTATE?\r
        ← \r\nOK\r\n
    "#;
    let closed = r#"
        → AT+QISTATE?\r
        ← \r\nOK\r\n
        → AT+QSSLSTATE?\r
        ← \r\n+QSSLSTATE: 0,"SSLClient","220.180.239.212",8009,65344,4,1,0,0,"uart1",0\r\n\r\nOK\r\n
    "#;
    let nothing = "→ AT+QSSLRECV=0,64\\r\n← \\r\\n+QSSLRECV: 0\\r\\n\\r\\nOK\\r\\n\n";
    let looks = nothing.repeat(8);
    let close = "→ AT+QSSLCLOSE=0\\r\n← \\r\\nOK\\r\\n\n";
    let gone = [missing, missing, close].concat();
    let ended = [closed, nothing, close].concat();
    for (how, result) in [(gone, Err(Error::ConnectionAborted)), (ended, Ok(0))] {
        let dialogue = [&looks, listed, &looks, &how].concat();
        let script = Script::new(&[SETUP_BG96, &connects(), &dialogue]);
        let mut memory = Memory::<1, 64, 0>::new();
        let modem = Modem::quectel(script.clone(), script.clone(), &mut memory);
        let sock = connected(&modem);
        assert_eq!(sock.recv(&mut [0; 8]), result);
        idle(&modem, 5);
        script.assert_done();
    }
}

#[test]
fn a_call_that_does_not_wait_starts_the_handshake_and_asks_how_it_ended() {
    let close = "→ AT+QSSLCLOSE=0\\r\n← \\r\\nOK\\r\\n\n";
    let first = [LIST, &insecure(0), &open(0, NUMBER), "… 2000\n", &opened(0, 580), close].concat();
    let second = [insecure(1), open(1, NUMBER), "… 2000\n".into(), opened(1, 0)].concat();
    play_quectel(&[SETUP_BG96, &first, &second], |modem, _| {
        let sock = wrapped(modem, &INSECURE, None);
        sock.setblocking(false).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::InProgress));
        idle(modem, 500);
        assert_eq!(sock.connect(PEER), Err(Error::Already));
        idle(modem, 3000);
        assert_eq!(sock.getsockopt(SOL_SOCKET, SO_ERROR), Ok(Error::TlsHandshake.errno()));
        assert_eq!(sock.connect(PEER), Err(Error::InProgress));
        idle(modem, 3000);
        assert_eq!(sock.connect(PEER), Ok(()));
        assert_eq!(sock.connect(PEER), Err(Error::AlreadyConnected));
        std::mem::forget(sock);
    });
}

#[test]
fn an_opening_without_a_result_ends_after_150_seconds() {
    let close = "→ AT+QSSLCLOSE=0\\r\n← \\r\\nOK\\r\\n\n";
    let dialogue = [LIST, &insecure(0), &open(0, NUMBER), close].concat();
    play_quectel(&[SETUP_BG96, &dialogue], |modem, script| {
        let sock = wrapped(modem, &INSECURE, None);
        assert_eq!(sock.connect(PEER), Err(Error::TimedOut));
        assert!((150_000..151_000).contains(&script.time()));
        idle(modem, 5);
    });
}

#[test]
fn a_module_that_restarts_is_told_everything_again() {
    let restart = "… 5\n← \\r\\nRDY\\r\\n\n← \\r\\nAPP RDY\\r\\n\n";
    let again = [LIST, &insecure(1), &open(1, NUMBER), &opened(1, 0)].concat();
    let parts = [SETUP_BG96, &connects(), restart, &setup_again(), CHECK, &again];
    play_quectel(&parts, |modem, _| {
        let sock = connected(modem);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        sock.close().unwrap();
        let sock = connected(modem);
        std::mem::forget(sock);
    });
}

#[test]
fn lingering_is_told_with_the_close() {
    let close = "→ AT+QSSLCLOSE=0,3\\r\n← \\r\\nOK\\r\\n\n";
    play_quectel(&[SETUP_BG96, &connects(), close], |modem, _| {
        let sock = connected(modem);
        sock.setsockopt(SOL_SOCKET, SO_LINGER, 3).unwrap();
        sock.close().unwrap();
    });
}

#[test]
fn a_context_that_is_lost_takes_sockets_with_tls_along() {
    let lost = "… 5\n← \\r\\n+QIURC: \"pdpdeact\",1\\r\\n\n";
    play_quectel(&[SETUP_BG96, &connects(), lost], |modem, _| {
        let sock = connected(modem);
        idle(modem, 10);
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::NetworkDown));
        std::mem::forget(sock);
    });
}
