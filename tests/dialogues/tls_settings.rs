//! What a link of ESP-AT is told of TLS before it is opened, as dialogues (esp-at.md §11).

use crate::script::tls::{HOST, INSECURE, connected, wrapped};
use crate::script::{PEER, SETUP, ScriptModem, play};
use usocket::ssl::{Context, Verify};
use usocket::{AF_INET, Error, SOCK_DGRAM, SOCK_STREAM, socket};

#[test]
fn everything_that_can_be_said_is_said_before_the_link_is_opened() {
    let dialogue = r#"
        → AT+CIPSSLCCONF=4,3,1,2\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCSNI=4,"example.com"\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCALPN=4,2,"h2","http/1.1"\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCPSK=4,"a\,b\\c","device 7"\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
    "#;
    // in a script a backslash is an escape itself
    let dialogue = dialogue.replace(r"a\,b\\c", r"a\\,b\\\\c");
    play(&[SETUP, &dialogue, &connected(4)], |modem, _| {
        let context = Context::new(Verify::Server)
            .ca(2)
            .certificate(1)
            .check_hostname(false)
            .alpn(&["h2", "http/1.1"])
            .psk("device 7", br"a,b\c");
        let sock = wrapped(modem, &context, Some(HOST));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn a_key_that_is_no_text_goes_as_hexadecimal_digits() {
    let dialogue = r#"
        → AT+CIPSSLCCONF=4,0,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCPSKHEX=4,"00ff0a","device 7"\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
    "#;
    play(&[SETUP, dialogue, &connected(4)], |modem, _| {
        let sock = wrapped(modem, &INSECURE.psk("device 7", &[0, 255, 10]), None);
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn a_name_that_the_module_cannot_be_told_is_an_error_of_its_own() {
    let setting = r"
        → AT+CIPSSLCCONF=4,2,0,0\r\n
        ← \r\nOK\r\n
    ";
    let name = "a".repeat(60) + ".org"; // 64 bytes are the most
    let told = setting.to_owned()
        + &format!(
            r#"
            → AT+CIPSSLCCN=4,"{name}"\r\n
            ← \r\nOK\r\n
            → AT+CIPSSLCSNI=4,"{name}"\r\n
            ← \r\nOK\r\n
            → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
            "#
        );
    play(&[SETUP, &told, &connected(4)], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(&name));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
    play(&[SETUP, setting], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(&format!("{name}x")));
        assert_eq!(sock.connect(PEER), Err(Error::NotSupported));
    });
}

#[test]
fn an_address_is_no_name_to_ask_a_server_for() {
    let dialogue = r#"
        → AT+CIPSSLCCONF=4,2,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCCN=4,"192.168.4.2"\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
    "#;
    play(&[SETUP, dialogue, &connected(4)], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some("192.168.4.2"));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

/// A socket with all settings has had each link, and is closed.
fn all_links_used() -> String {
    let mut all = String::new();
    for link in [4, 3, 2, 1, 0] {
        all += &format!(
            r#"
            → AT+CIPSSLCCONF={link},2,0,0\r\n
            ← \r\nOK\r\n
            → AT+CIPSSLCCN={link},"example.com"\r\n
            ← \r\nOK\r\n
            → AT+CIPSSLCSNI={link},"example.com"\r\n
            ← \r\nOK\r\n
            → AT+CIPSSLCALPN={link},1,"h2"\r\n
            ← \r\nOK\r\n
            → AT+CIPSSLCPSK={link},"sesame","device"\r\n
            ← \r\nOK\r\n
            → AT+CIPSTART={link},"SSL","192.168.4.2",80\r\n
            ← {link},CONNECT\r\n\r\nOK\r\n
            → AT+CIPCLOSE={link}\r\n
            ← {link},CLOSED\r\n\r\nOK\r\n
            "#
        );
    }
    all
}

fn use_all_links(modem: &ScriptModem<'_>) {
    let all = Context::new(Verify::Server).alpn(&["h2"]).psk("device", b"sesame");
    for _ in 0..5 {
        let sock = wrapped(modem, &all, Some(HOST));
        sock.connect(PEER).unwrap();
        sock.close().unwrap();
    }
}

#[test]
fn nothing_of_the_last_owner_of_a_link_is_left_for_the_next() {
    let next = r#"
        → AT+CIPSSLCCONF=4,0,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCCN=4,""\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCSNI=4,""\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCALPN=4,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCPSK=4,"",""\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
        ← 4,CONNECT\r\n\r\nOK\r\n
    "#;
    // a link without TLS needs none of it
    let plain = r#"
        → AT+CIPSTART=3,"TCP","192.168.4.2",80\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, &all_links_used(), next, plain], |modem, _| {
        use_all_links(modem);
        let sock = wrapped(modem, &INSECURE, None);
        sock.connect(PEER).unwrap();
        let plain = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        plain.connect(PEER).unwrap();
        std::mem::forget((sock, plain));
    });
}

#[test]
fn a_link_of_which_something_cannot_be_taken_back_is_left_to_those_whom_it_suits() {
    let refused = |link: u8| {
        format!(
            r#"
            → AT+CIPSSLCCONF={link},0,0,0\r\n
            ← \r\nOK\r\n
            → AT+CIPSSLCCN={link},""\r\n
            ← \r\nERROR\r\n
            "#
        )
    };
    let suits = r#"
        → AT+CIPSSLCCONF=4,2,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCCN=4,"example.com"\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCSNI=4,"example.com"\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCALPN=4,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCPSK=4,"",""\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
        ← 4,CONNECT\r\n\r\nOK\r\n
    "#;
    let all: String = [4, 3, 2, 1, 0].map(refused).concat();
    play(&[SETUP, &all_links_used(), &all, suits], |modem, _| {
        use_all_links(modem);
        let sock = wrapped(modem, &INSECURE, None);
        assert_eq!(sock.connect(PEER), Err(Error::TooManySockets));
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        sock.connect(PEER).unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn a_setting_that_is_refused_fails_the_connection() {
    let unknown = r#"
        → AT+CIPSSLCCONF=4,2,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCCN=4,"example.com"\r\n
        ← ERR CODE:0x01090000\r\n\r\nERROR\r\n
    "#;
    play(&[SETUP, unknown], |modem, _| {
        let sock = wrapped(modem, &Context::new(Verify::Server), Some(HOST));
        assert_eq!(sock.connect(PEER), Err(Error::NotSupported));
    });
}

#[test]
fn each_side_needs_a_context_of_its_own() {
    play(&[], |modem, _| {
        let sock = wrapped(modem, &Context::server(false), None);
        assert_eq!(sock.connect(PEER), Err(Error::InvalidInput));
        let listener = wrapped(modem, &INSECURE, None);
        listener.bind(([0, 0, 0, 0], 443)).unwrap();
        assert_eq!(listener.listen(1), Err(Error::InvalidInput));
        modem.poll().unwrap(); // nothing is written
    });
}

#[test]
fn what_no_module_can_be_told_is_refused_at_once() {
    play(&[], |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let server = Context::new(Verify::Server);
        let long = "x".repeat(151);
        for name in ["", "a\"b", "a,b", "a b", "a\r\nAT+RST", "ex\u{e4}mple.com", &long] {
            assert_eq!(server.wrap_socket(&sock, Some(name)), Err(Error::InvalidInput), "{name}");
        }
        assert_eq!(server.wrap_socket(&sock, None), Err(Error::InvalidInput));
        let file = "x".repeat(64);
        let many = "p".repeat(200);
        for context in [
            INSECURE.ca("a\"b"),
            INSECURE.ca(""),
            INSECURE.certificate(&*file),
            INSECURE.key("key.pem"),
            INSECURE.certificate("own.pem").key("a\nb"),
            INSECURE.psk("", b"key"),
            INSECURE.psk("device", b""),
            INSECURE.psk("device", &[b'x'; 33]),
            INSECURE.psk("a\rb", b"key"),
            INSECURE.alpn(&[""]),
            INSECURE.alpn(&["a\"b"]),
            Context::server(false).ca(0),
        ] {
            assert_eq!(context.wrap_socket(&sock, None), Err(Error::InvalidInput), "{context:?}");
        }
        let context = INSECURE.alpn(&["h2", "http/1.1"]);
        assert_eq!(context.wrap_socket(&sock, None), Ok(()));
        let both = [many.as_str(), many.as_str()];
        assert_eq!(INSECURE.alpn(&both).wrap_socket(&sock, None), Err(Error::OutOfMemory));
        let udp = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        assert_eq!(INSECURE.wrap_socket(&udp, None), Err(Error::NotSupported));
        sock.close().unwrap();
        assert_eq!(INSECURE.wrap_socket(&sock, None), Err(Error::Closed));
    });
}

#[test]
fn what_this_module_cannot_do_is_refused_by_connect() {
    play(&[SETUP], |modem, _| {
        for context in [INSECURE.ca("ca.pem"), INSECURE.ignore_time(true)] {
            let sock = wrapped(modem, &context, None);
            assert_eq!(sock.connect(PEER), Err(Error::NotSupported), "{context:?}");
        }
        // six protocols are one too many
        let sock = wrapped(modem, &INSECURE.alpn(&["a", "b", "c", "d", "e", "f"]), None);
        modem.poll().unwrap();
        std::mem::forget(sock);
    });
}

#[test]
fn a_key_is_not_printed() {
    let dialogue = r#"
        → AT+CIPSSLCCONF=4,0,0,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSSLCPSK=4,"sesame","device"\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"SSL","192.168.4.2",80\r\n
    "#;
    let context = INSECURE.psk("device", b"sesame");
    assert!(!format!("{context:?}").contains("sesame"));
    play(&[SETUP, dialogue], |modem, _| {
        let sock = wrapped(modem, &context, None);
        sock.setblocking(false).unwrap();
        assert_eq!(sock.connect(PEER), Err(Error::InProgress));
        // the engine of the driver with all that it holds, after each byte
        for _ in 0..50 {
            let printed = format!("{:?}{sock:?}", modem).split("uart").next().unwrap().to_owned();
            assert!(!printed.contains("sesame") && !printed.contains("115, 101, 115, 97"));
            modem.poll().unwrap();
        }
        std::mem::forget(sock);
    });
}
