use usocket_commands::ArgumentError;
use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::esp_at::tcpip::*;

use super::text;

#[test]
fn a_server_starts_on_a_port() {
    assert_eq!(text(&StartServer::new(1).unwrap()), "AT+CIPSERVER=1,1");
    let largest = StartServer::new(65535)
        .and_then(|start| start.kind(LinkKind::SslV6))
        .unwrap()
        .verify_clients(true)
        .interface(Interface::AccessPoint);
    assert_eq!(text(&largest), "AT+CIPSERVER=1,65535,\"SSLv6\",1,2");
    assert_eq!(
        text(&StartServer::new(80).unwrap().interface(Interface::Station)),
        "AT+CIPSERVER=1,80,,,1"
    );
}

#[test]
fn an_impossible_server_is_refused() {
    assert_eq!(StartServer::new(0), Err(ArgumentError::OutOfRange { field: "port" }));
    for kind in [LinkKind::Udp, LinkKind::UdpV6] {
        let error = Err(ArgumentError::Illegal { field: "kind" });
        assert_eq!(StartServer::new(80).unwrap().kind(kind), error);
    }
}

#[test]
fn a_server_stops_with_or_without_its_links() {
    assert_eq!(text(&StopServer), "AT+CIPSERVER=0");
    assert_eq!(text(&StopServerAndClose), "AT+CIPSERVER=0,1");
}

#[test]
fn the_state_of_the_server_is_read() {
    assert_eq!(text(&GetServer), "AT+CIPSERVER?");
    assert_eq!(GetServer.parse(Ok(b"+CIPSERVER:0\r\n")), Ok(ServerState { listener: None }));
    for line in ["+CIPSERVER:1,443,\"SSL\",1", "+CIPSERVER:1,443,\"SSL\",1,0"] {
        let listener = GetServer.parse(Ok(line.as_bytes())).unwrap().listener.unwrap();
        assert_eq!(listener, Listener { port: 443, kind: LinkKind::Ssl, verify_clients: true });
    }
    for bad in [
        "+CIPSERVER:",
        "+CIPSERVER:2",
        "+CIPSERVER:1",
        "+CIPSERVER:1,80,\"TCP\"",
        "+CIPSERVER:1,65536,\"TCP\",0",
    ] {
        assert_eq!(GetServer.parse(Ok(bad.as_bytes())), Err(Error::Parse), "{bad}");
    }
}

#[test]
fn a_server_takes_one_to_five_links() {
    assert_eq!(text(&ServerMaxConnections::new(1).unwrap()), "AT+CIPSERVERMAXCONN=1");
    assert_eq!(text(&ServerMaxConnections::new(5).unwrap()), "AT+CIPSERVERMAXCONN=5");
    for links in [0, 6] {
        let error = ArgumentError::OutOfRange { field: "links" };
        assert_eq!(ServerMaxConnections::new(links), Err(error));
    }
}

#[test]
fn idle_links_are_closed_within_two_hours_or_never() {
    assert_eq!(text(&ServerTimeout::new(0).unwrap()), "AT+CIPSTO=0");
    assert_eq!(text(&ServerTimeout::new(7200).unwrap()), "AT+CIPSTO=7200");
    assert_eq!(ServerTimeout::new(7201), Err(ArgumentError::OutOfRange { field: "seconds" }));
}
