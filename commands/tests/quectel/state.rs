use usocket_commands::atat::{AtatCmd, Error};
use usocket_commands::quectel::open::{Access, Service};
use usocket_commands::quectel::state::*;

use super::text;

fn parse(line: &str) -> Option<SocketState> {
    SocketState::parse_line(line.as_bytes())
}

#[test]
fn sockets_are_asked_for_together_or_alone() {
    assert_eq!(text(&GetSockets), "AT+QISTATE?");
    assert_eq!(text(&GetSocketsOf { context: 1 }), "AT+QISTATE=0,1");
    assert_eq!(text(&GetSocket { link: 11 }), "AT+QISTATE=1,11");
}

#[test]
fn every_kind_of_socket_is_read_as_recorded() {
    assert_eq!(
        parse("+QISTATE: 0,\"TCP\",\"220.180.239.212\",8009,65514,2,1,0,0,\"usbmodem\""),
        Some(SocketState {
            link: 0,
            service: Service::Tcp,
            ip: Some([220, 180, 239, 212].into()),
            remote_port: 8009,
            local_port: 65514,
            state: State::Connected,
            context: 1,
            listener: Some(0),
            access: Access::Buffer,
        })
    );
    let service =
        parse("+QISTATE: 2,\"UDP SERVICE\",\"10.7.157.1\",0,3030,2,1,2,0,\"usbmodem\"").unwrap();
    assert_eq!((service.service, service.local_port), (Service::UdpService, 3030));
    assert_eq!(service.remote(), None, "the address is its own");
    let listener =
        parse("+QISTATE: 1,\"TCP LISTENER\",\"10.7.157.1\",0,2020,3,1,1,0,\"usbmodem\"").unwrap();
    assert_eq!((listener.state, listener.remote()), (State::Listening, None));
    let accepted =
        parse("+QISTATE: 11,\"TCP INCOMING\",\"172.31.242.222\",54091,2020,2,1,1,1,\"cmux4\"")
            .unwrap();
    assert_eq!((accepted.listener, accepted.access), (Some(1), Access::Push));
    assert_eq!(accepted.remote(), Some("172.31.242.222:54091".parse().unwrap()));
}

#[test]
fn bg96_says_of_a_connected_socket_that_it_listens() {
    let line = "+QISTATE: 0,\"TCP\",\"104.155.82.190\",1883,22742,3,1,0,0,\"uart1\"";
    let socket = parse(line).unwrap();
    assert_eq!(socket.state, State::Listening);
    assert!(socket.is_alive());
    assert!(!parse(&line.replace(",3,1,", ",4,1,")).unwrap().is_alive());
}

#[test]
fn nb_iot_modules_tell_less() {
    let socket = parse("+QISTATE: 0,\"TCP\",\"192.0.2.5\",7,49152,2,0,1").unwrap();
    assert_eq!((socket.context, socket.listener, socket.access), (0, None, Access::Push));
}

#[test]
fn a_name_in_place_of_an_address_is_no_reason_to_lose_the_socket() {
    let socket = parse("+QISTATE: 0,\"TCP\",\"example.org\",80,0,1,1,0,0,\"uart1\"").unwrap();
    assert_eq!((socket.ip, socket.remote(), socket.state), (None, None, State::Opening));
}

#[test]
fn a_full_table_is_read_and_an_empty_one_is_no_error() {
    let answer: String = (0..12)
        .map(|id| {
            format!(
                "+QISTATE: {id},\"TCP\",\"10.0.0.{id}\",80,{},2,1,0,0,\"usbmodem\"\r\n",
                50 + id
            )
        })
        .collect();
    let sockets = GetSockets.parse(Ok(answer.as_bytes())).unwrap();
    assert_eq!(sockets.len(), 12);
    assert_eq!((sockets[11].link, sockets[11].local_port), (11, 61));
    assert_eq!(GetSocket { link: 0 }.parse(Ok(b"")).unwrap().len(), 0);
}

#[test]
fn damaged_sockets_are_none() {
    let whole = "+QISTATE: 0,\"TCP\",\"220.180.239.212\",8009,65514,2,1,0,0,\"usbmodem\"";
    for end in 0..whole.len() {
        // eight whole fields are the line of an NB-IoT module
        if !whole[..end].ends_with(",2,1,0") {
            assert_eq!(parse(&whole[..end]), None, "cut at {end}");
        }
    }
    for bad in [
        "+QISTATE: 12,\"TCP\",\"220.180.239.212\",8009,65514,2,1,0,0,\"uart1\"",
        "+QISTATE: 0,\"XXX\",\"220.180.239.212\",8009,65514,2,1,0,0,\"uart1\"",
        "+QISTATE: 0,\"TCP\",\"220.180.239.212\",80090,65514,2,1,0,0,\"uart1\"",
        "+QISTATE: 0,\"TCP\",\"220.180.239.212\",8009,65514,5,1,0,0,\"uart1\"",
        "+QISTATE: 0,\"TCP\",\"220.180.239.212\",8009,65514,2,1,0,3,\"uart1\"",
        "+QISTATE: 0,\"TCP\",\"1.2.3.4\",\"80\",\"CONNECTED\"",
    ] {
        assert_eq!(parse(bad), None, "{bad}");
    }
    assert_eq!(GetSockets.parse(Ok(b"+QISTATE: 0,\"TC\r\n")), Err(Error::Parse));
}
