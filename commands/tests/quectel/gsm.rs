use std::net::Ipv6Addr;

use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::Host;
use usocket_commands::quectel::gsm::{context::*, dns::*, receive::*, socket::*};
use usocket_commands::quectel::open::Service;
use usocket_commands::quectel::result::TcpIpError;
use usocket_commands::quectel::send::Sent as Counters;

use super::{ILLEGAL, text};

#[test]
fn the_context_comes_up_step_by_step() {
    assert_eq!(text(&Foreground { context: 0 }), "AT+QIFGCNT=0");
    assert_eq!(
        text(&SetAccessPoint::new("apn", "user", "pwd").unwrap()),
        "AT+QICSGP=1,\"apn\",\"user\",\"pwd\""
    );
    assert_eq!(text(&TransferMode { transparent: false }), "AT+QIMODE=0");
    assert_eq!(text(&Multiplex { on: true }), "AT+QIMUX=1");
    assert_eq!(text(&ActAsClient), "AT+QISRVC=1");
    assert_eq!(text(&StartStack), "AT+QIREGAPP");
    assert_eq!(text(&Activate), "AT+QIACT");
    assert_eq!(text(&GetLocalAddress), "AT+QILOCIP");
    assert_eq!(text(&ReceiveMode { mode: Receive::Push }), "AT+QINDI=0");
    assert_eq!(text(&ReceiveMode { mode: Receive::Buffer }), "AT+QINDI=1");
    assert_eq!(text(&ReceiveMode { mode: Receive::BufferWithCounts }), "AT+QINDI=2");
    assert_eq!(text(&Deactivate), "AT+QIDEACT");
}

#[test]
fn the_longest_access_point_fits_a_command() {
    let (apn, credential) = ("a".repeat(62), "b".repeat(127));
    let set = SetAccessPoint::new(&apn, &credential, &credential).unwrap();
    assert_eq!(text(&set), format!("AT+QICSGP=1,\"{apn}\",\"{credential}\",\"{credential}\""));
    for bad in ILLEGAL {
        assert!(SetAccessPoint::new(bad, "", "").is_err());
        assert!(SetAccessPoint::new("", bad, "").is_err());
        assert!(SetAccessPoint::new("", "", bad).is_err());
    }
}

#[test]
fn the_address_is_a_line_of_its_own() {
    assert_eq!(GetLocalAddress.parse(Ok(b"10.12.0.7\r\n")).unwrap().ip.octets(), [10, 12, 0, 7]);
    for bad in ["", "10.12.0", "10.12.0.7 ", "\"10.12.0.7\"", "+IP: 10.12.0.7", "ERROR"] {
        assert_eq!(GetLocalAddress.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn sockets_are_numbered() {
    assert_eq!(text(&NamesOrAddresses { names: true }), "AT+QIDNSIP=1");
    assert_eq!(
        text(&Open::new(0, Service::Tcp, Host::from("example.com"), 80).unwrap()),
        "AT+QIOPEN=0,\"TCP\",\"example.com\",80"
    );
    assert_eq!(
        text(&Open::new(5, Service::Udp, Host::from([10, 0, 0, 1]), 65535).unwrap()),
        "AT+QIOPEN=5,\"UDP\",\"10.0.0.1\",65535"
    );
    assert_eq!(text(&Send::new(5, 1460).unwrap()), "AT+QISEND=5,1460");
    assert_eq!(text(&Read::new(0, 1500).unwrap()), "AT+QIRD=0,1,0,1500");
    assert_eq!(text(&Read::new(5, 1).unwrap().of_server()), "AT+QIRD=0,2,5,1");
    assert_eq!(text(&GetSent { link: 0 }), "AT+QISACK=0");
    assert_eq!(text(&Close { link: 5 }), "AT+QICLOSE=5");
    assert_eq!(text(&GetSockets), "AT+QISTATE");
    assert_eq!(text(&GetStack), "AT+QISTAT");
}

#[test]
fn impossible_sockets_are_refused() {
    let host = Host::from("h");
    let range = |field| Some(ArgumentError::OutOfRange { field });
    assert_eq!(Open::new(6, Service::Tcp, host, 80).err(), range("link"));
    assert_eq!(Open::new(0, Service::Tcp, host, 0).err(), range("port"));
    assert_eq!(Send::new(6, 1).err(), range("link"));
    assert_eq!(Send::new(0, 1461).err(), range("len"));
    assert_eq!(Read::new(6, 1).err(), range("link"));
    assert_eq!(Read::new(0, 0).err(), range("len"));
    assert_eq!(Read::new(0, 1501).err(), range("len"));
    assert_eq!(
        Open::new(0, Service::TcpListener, host, 80),
        Err(ArgumentError::Illegal { field: "service" })
    );
    assert_eq!(
        Open::new(0, Service::Tcp, Host::from(Ipv6Addr::LOCALHOST), 80),
        Err(ArgumentError::Illegal { field: "host" })
    );
    for name in ILLEGAL {
        assert_eq!(
            Open::new(0, Service::Tcp, name.into(), 80),
            Err(ArgumentError::Illegal { field: "host" })
        );
    }
}

#[test]
fn sockets_are_listed_with_ports_in_quotes() {
    let answer = b"+QISTATE: 0,\"TCP\",\"1.2.3.4\",\"80\",\"CONNECTED\"\r\n\
        +QISTATE: 1,\"UDP\",\"\",\"\",\"INITIAL\"\r\n";
    let sockets = GetSockets.parse(Ok(answer)).unwrap();
    assert_eq!(
        sockets[0],
        SocketState {
            link: 0,
            service: Service::Tcp,
            remote: Some("1.2.3.4:80".parse().unwrap()),
            connected: true,
        }
    );
    assert_eq!((sockets[1].remote, sockets[1].connected), (None, false));
    for bad in [
        "+QISTATE: 6,\"TCP\",\"1.2.3.4\",\"80\",\"CONNECTED\"",
        "+QISTATE: 0,\"TCP\",\"1.2.3.4\",\"80\"",
        "+QISTATE: 0,\"TCP\",\"1.2.3.4\",80,50,2,1,0",
    ] {
        assert_eq!(SocketState::parse_line(bad.as_bytes()), None, "{bad}");
    }
    assert_eq!(Stack::parse_line(b"STATE: IP INITIAL"), Some(Stack::Initial));
    assert_eq!(Stack::parse_line(b"STATE:IP START"), Some(Stack::Started));
    assert_eq!(Stack::parse_line(b"STATE: IP CONFIG"), Some(Stack::Activating));
    assert_eq!(Stack::parse_line(b"STATE: IP STATUS"), Some(Stack::Active));
    assert_eq!(Stack::parse_line(b"STATE: PDP DEACT"), Some(Stack::Inactive));
    assert_eq!(Stack::parse_line(b"STATE: CONNECT OK"), Some(Stack::Sockets));
    assert_eq!(Stack::parse_line(b"IP INITIAL"), None);
}

#[test]
fn what_the_peer_has_is_counted() {
    let sent = Sent::parse_line(b"+QISACK: 14,9,5").unwrap();
    assert_eq!(sent.counters, Counters { total: 14, acknowledged: 9, unacknowledged: 5 });
    assert_eq!(Sent::parse_line(b"+QISACK: 14,9"), None);
    assert_eq!(Sent::parse_line(b"+QISEND: 14,9,5"), None);
}

#[test]
fn a_name_has_one_address_or_an_error() {
    assert_eq!(text(&Resolve::new("example.com").unwrap()), "AT+QIDNSGIP=\"example.com\"");
    assert!(Resolve::new("").is_err() && Resolve::new(&"x".repeat(151)).is_err());
    assert_eq!(
        Lookup::parse_line(b"93.184.216.34"),
        Some(Lookup::Address([93, 184, 216, 34].into()))
    );
    assert_eq!(Lookup::parse_line(b"ERROR: 565"), Some(Lookup::Failed(TcpIpError::DNS_FAILED)));
    for bad in ["ERROR", "ERROR:", "ERROR: 1,2", "93.184.216", "OK"] {
        assert_eq!(Lookup::parse_line(bad.as_bytes()), None, "{bad}");
    }
    let primary = [8, 8, 8, 8].into();
    assert_eq!(text(&SetDns { primary, secondary: None }), "AT+QIDNSCFG=\"8.8.8.8\"");
    assert_eq!(
        text(&SetDns { primary, secondary: Some(primary) }),
        "AT+QIDNSCFG=\"8.8.8.8\",\"8.8.8.8\""
    );
}
