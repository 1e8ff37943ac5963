use usocket_commands::ArgumentError;
use usocket_commands::esp_at::tcpip::*;

use super::{bytes, quotes, text};

#[test]
fn who_proves_who_he_is() {
    for (auth, number) in
        [(TlsAuth::None, 0), (TlsAuth::Client, 1), (TlsAuth::Server, 2), (TlsAuth::Both, 3)]
    {
        let config = TlsConfig::new(0, auth).unwrap();
        assert_eq!(text(&config), format!("AT+CIPSSLCCONF=0,{number}"));
    }
    let largest = TlsConfig::new(4, TlsAuth::Both).unwrap().certificates(255, 255);
    assert_eq!(text(&largest), "AT+CIPSSLCCONF=4,3,255,255");
    assert_eq!(TlsConfig::new(5, TlsAuth::None), Err(ArgumentError::OutOfRange { field: "link" }));
}

#[test]
fn names_of_servers_have_up_to_64_bytes() {
    assert_eq!(text(&TlsCommonName::new(0, "cn").unwrap()), "AT+CIPSSLCCN=0,\"cn\"");
    assert_eq!(text(&TlsServerName::new(0, "sni").unwrap()), "AT+CIPSSLCSNI=0,\"sni\"");
    let longest = quotes(64);
    let escaped = "\\\"".repeat(64);
    assert_eq!(
        text(&TlsCommonName::new(4, &longest).unwrap()),
        format!("AT+CIPSSLCCN=4,\"{escaped}\"")
    );
    assert_eq!(
        text(&TlsServerName::new(4, &longest).unwrap()),
        format!("AT+CIPSSLCSNI=4,\"{escaped}\"")
    );
    let field = "name";
    for (name, error) in [
        ("", ArgumentError::TooShort { field, min: 1 }),
        (&*quotes(65), ArgumentError::TooLong { field, max: 64 }),
        ("a\0", ArgumentError::Illegal { field }),
    ] {
        assert_eq!(TlsCommonName::new(0, name), Err(error));
        assert_eq!(TlsServerName::new(0, name), Err(error));
    }
    let error = ArgumentError::OutOfRange { field: "link" };
    assert_eq!(TlsCommonName::new(5, "a"), Err(error));
    assert_eq!(TlsServerName::new(5, "a"), Err(error));
}

#[test]
fn protocols_are_counted() {
    assert_eq!(text(&TlsAlpn::new(0, &[]).unwrap()), "AT+CIPSSLCALPN=0,0");
    assert_eq!(text(&TlsAlpn::new(0, &["h2"]).unwrap()), "AT+CIPSSLCALPN=0,1,\"h2\"");
    let name = "x".repeat(44);
    let largest = bytes(&TlsAlpn::new(4, &[&name, &name, &name, &name, &name]).unwrap());
    assert_eq!(largest.len(), 255);
    let one = "x".repeat(221);
    assert_eq!(bytes(&TlsAlpn::new(4, &[&one]).unwrap()).len(), 244);
}

#[test]
fn impossible_protocols_are_refused() {
    let field = "protocols";
    assert_eq!(TlsAlpn::new(5, &[]), Err(ArgumentError::OutOfRange { field: "link" }));
    assert_eq!(TlsAlpn::new(0, &["a"; 6]), Err(ArgumentError::TooLong { field, max: 5 }));
    assert_eq!(TlsAlpn::new(0, &[""]), Err(ArgumentError::TooShort { field, min: 1 }));
    assert_eq!(TlsAlpn::new(0, &["a\r"]), Err(ArgumentError::Illegal { field }));
    let name = quotes(111);
    assert_eq!(TlsAlpn::new(0, &[&name]), Err(ArgumentError::TooLong { field, max: 221 }));
    let name = "x".repeat(256);
    assert_eq!(TlsAlpn::new(0, &[&name]), Err(ArgumentError::TooLong { field, max: 255 }));
}

#[test]
fn keys_go_as_text_or_as_digits_and_are_not_printed() {
    let psk = TlsPsk::new(4, b"a,b\"c\\", "device").unwrap();
    assert_eq!(text(&psk), r#"AT+CIPSSLCPSK=4,"a\,b\"c\\","device""#);
    assert!(!format!("{psk:?}").contains("97"), "{psk:?}");
    let hex = TlsPskHex::new(0, b"\0\r\n\xff", "device").unwrap();
    assert_eq!(text(&hex), r#"AT+CIPSSLCPSKHEX=0,"000d0aff","device""#);
    assert!(!format!("{hex:?}").contains("255"), "{hex:?}");
    let longest = [b','; 32];
    let name = quotes(32);
    assert_eq!(bytes(&TlsPsk::new(4, &longest, &name).unwrap()).len(), 18 + 66 + 1 + 66);
    assert_eq!(bytes(&TlsPskHex::new(4, &[255; 32], &name).unwrap()).len(), 21 + 66 + 1 + 66);
    let (key, identity) = ("key", "identity");
    let long = ArgumentError::TooLong { field: key, max: 32 };
    assert_eq!(TlsPsk::new(0, &[b'x'; 33], "a"), Err(long));
    assert_eq!(TlsPskHex::new(0, &[b'x'; 33], "a"), Err(long));
    let short = ArgumentError::TooShort { field: key, min: 1 };
    assert_eq!(TlsPsk::new(0, b"", "a"), Err(short));
    assert_eq!(TlsPskHex::new(0, b"", "a"), Err(short));
    assert_eq!(TlsPsk::new(0, b"a\0", "a"), Err(ArgumentError::Illegal { field: key }));
    for name in ["a\r", "a\n", "a\0"] {
        let error = ArgumentError::Illegal { field: identity };
        assert_eq!(TlsPsk::new(0, b"a", name), Err(error));
        assert_eq!(TlsPskHex::new(0, b"a", name), Err(error));
    }
    let error = ArgumentError::OutOfRange { field: "link" };
    assert_eq!(TlsPsk::new(5, b"a", "a"), Err(error));
    assert_eq!(TlsPskHex::new(5, b"a", "a"), Err(error));
}

#[test]
fn what_was_set_can_be_taken_back() {
    assert_eq!(text(&TlsCommonName::none(4).unwrap()), "AT+CIPSSLCCN=4,\"\"");
    assert_eq!(text(&TlsServerName::none(0).unwrap()), "AT+CIPSSLCSNI=0,\"\"");
    assert_eq!(text(&TlsPsk::none(1).unwrap()), "AT+CIPSSLCPSK=1,\"\",\"\"");
    let error = ArgumentError::OutOfRange { field: "link" };
    assert_eq!(TlsCommonName::none(5), Err(error));
    assert_eq!(TlsServerName::none(5), Err(error));
    assert_eq!(TlsPsk::none(5), Err(error));
}

#[test]
fn the_memory_for_tls_has_its_bounds() {
    for bytes in [2048, 4096] {
        assert_eq!(text(&TlsBuffer::new(bytes).unwrap()), format!("AT+CIPSSLSIZE={bytes}"));
    }
    for bytes in [0, 2047, 4097] {
        let error = ArgumentError::OutOfRange { field: "bytes" };
        assert_eq!(TlsBuffer::new(bytes), Err(error));
    }
}
