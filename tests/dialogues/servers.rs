//! Servers on ESP-AT, as dialogues: who comes, in which order, over which link.

use core::net::{Ipv4Addr, SocketAddr};

use crate::script::{CONNECT, PEER, SETUP, connected, idle, play};
use fugit::ExtU32;
use usocket::select::{POLLIN, Poll};
use usocket::{
    AF_INET, Error, Network, SO_REUSEADDR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET, Socket, socket,
};

const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;

/// A socket listens on port 80; there is memory for three sockets, so for two connections.
const LISTEN: &str = r#"
    → AT+CIPSERVER=0\r\n
    ← \r\nERROR\r\n
    → AT+CIPSERVERMAXCONN=2\r\n
    ← \r\nOK\r\n
    → AT+SYSMSG=2\r\n
    ← \r\nOK\r\n
    → AT+CIPSERVER=1,80\r\n
    ← \r\nOK\r\n
"#;

const UNLISTEN: &str = r#"
    → AT+CIPSERVER=0\r\n
    ← \r\nOK\r\n
"#;

fn stream<N: Network>(net: &N) -> Socket<'_> {
    socket(net, AF_INET, SOCK_STREAM, 0).unwrap()
}

fn listening<N: Network>(net: &N, backlog: i32) -> Socket<'_> {
    let listener = stream(net);
    listener.bind((ANY, 80)).unwrap();
    listener.listen(backlog).unwrap();
    listener
}

fn client(port: u16) -> SocketAddr {
    ([192, 168, 4, 7], port).into()
}

#[test]
fn clients_are_accepted_in_the_order_in_which_they_came() {
    let dialogue = r#"
        … 10
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
        ← +LINK_CONN:0,1,"TCP",1,"192.168.4.7",50002,80\r\n\r\n+IPD,1,6\r\n
        → AT+CIPRECVDATA=1,64\r\n
        ← +CIPRECVDATA:6,second\r\nOK\r\n
        → AT+CIPSEND=0,5\r\n
        ← \r\nOK\r\n\r\n>
        → hello
        ← \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n
    "#;
    play(&[SETUP, LISTEN, dialogue, UNLISTEN], |modem, _| {
        let listener = listening(modem, 2);
        listener.settimeout(Some(100.millis())).unwrap();
        let (first, address) = listener.accept().unwrap();
        assert_eq!(address, client(50001));
        idle(modem, 20); // what the second one has said is fetched before it is accepted
        let (second, address) = listener.accept().unwrap();
        assert_eq!(address, client(50002));
        assert_eq!(listener.accept().map(drop), Err(Error::TimedOut));
        assert_eq!(first.send(b"hello"), Ok(5));
        assert_eq!(first.getpeername(), Ok(client(50001)));
        let mut buf = [0; 16];
        assert_eq!(second.recv(&mut buf), Ok(6));
        // those who were accepted live on
        listener.close().unwrap();
        assert_eq!(second.getpeername(), Ok(client(50002)));
        std::mem::forget((first, second));
    });
}

#[test]
fn calls_that_make_no_sense_of_a_listener_or_before_there_is_one() {
    play(&[SETUP, LISTEN], |modem, _| {
        let sock = stream(modem);
        assert_eq!(sock.accept().map(drop), Err(Error::InvalidInput));
        sock.bind((ANY, 80)).unwrap();
        assert_eq!(sock.bind((ANY, 81)), Err(Error::InvalidInput));
        assert_eq!(sock.accept().map(drop), Err(Error::InvalidInput));
        assert_eq!(sock.connect(PEER), Err(Error::NotSupported)); // the module chooses the port
        sock.listen(-1).unwrap();
        sock.listen(1_000_000).unwrap(); // again: a new backlog
        assert_eq!(sock.recv(&mut [0; 4]), Err(Error::NotConnected));
        assert_eq!(sock.send(b"x"), Err(Error::NotConnected));
        assert_eq!(sock.connect(PEER), Err(Error::AlreadyConnected));
        assert_eq!(sock.getpeername(), Err(Error::NotConnected));
        assert_eq!(sock.getsockname(), Ok((ANY, 80).into()));
        // another one: the module has none left, whatever the port
        let other = stream(modem);
        assert_eq!(other.bind((ANY, 80)), Err(Error::AddrInUse));
        other.bind((ANY, 81)).unwrap();
        assert_eq!(other.listen(1), Err(Error::AddrInUse));
        other.setblocking(false).unwrap();
        assert_eq!(other.listen(1), Err(Error::AddrInUse)); // never silence
        // datagrams have ports of their own
        socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap().close().unwrap();
        std::mem::forget((sock, other));
    });
}

#[test]
fn ports_of_streams_are_shared_by_those_who_agree_until_one_listens() {
    play(&[SETUP, LISTEN], |modem, _| {
        let (first, second) = (stream(modem), stream(modem));
        for sock in [&first, &second] {
            sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
            assert_eq!(sock.getsockopt(SOL_SOCKET, SO_REUSEADDR), Ok(1));
            sock.bind((ANY, 80)).unwrap();
        }
        first.listen(1).unwrap();
        assert_eq!(second.listen(1), Err(Error::AddrInUse));
        std::mem::forget((first, second));
    });
}

#[test]
fn connections_beyond_the_backlog_wait_in_the_module() {
    let dialogue = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
        ← +LINK_CONN:0,1,"TCP",1,"192.168.4.7",50002,80\r\n\r\n+IPD,1,6\r\n
        … 20
        → AT+CIPSTATE?\r\n
        … 30
        ← +CIPSTATE:0,"TCP","192.168.4.7",50001,80,1\r\n
        ← +CIPSTATE:1,"TCP","192.168.4.7",50002,80,1\r\n\r\nOK\r\n
        → AT+CIPRECVDATA=1,64\r\n
        ← +CIPRECVDATA:6,second\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, dialogue], |modem, _| {
        let listener = listening(modem, 1);
        idle(modem, 20);
        let (first, address) = listener.accept().unwrap();
        assert_eq!(address, client(50001));
        let (second, address) = listener.accept().unwrap();
        assert_eq!(address, client(50002));
        assert_eq!(second.recv(&mut [0; 16]), Ok(6));
        std::mem::forget((listener, first, second));
    });
}

#[test]
fn a_listener_that_closes_takes_those_with_it_that_were_not_accepted() {
    let dialogue = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
        ← +LINK_CONN:0,1,"TCP",1,"192.168.4.7",50002,80\r\n
    "#;
    let closing = r#"
        → AT+CIPCLOSE=1\r\n
        ← 1,CLOSED\r\n\r\nOK\r\n
        → AT+CIPCLOSE=0\r\n
        ← 0,CLOSED\r\n\r\nOK\r\n
        → AT+CIPSERVER=0\r\n
        ← \r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, dialogue, closing], |modem, _| {
        let listener = listening(modem, 1);
        idle(modem, 20);
        listener.close().unwrap();
        idle(modem, 20);
        // everything is free again
        let all = [stream(modem), stream(modem), stream(modem)];
        std::mem::forget(all);
    });
}

#[test]
fn a_peer_that_leaves_before_it_is_accepted_leaves_what_it_has_said() {
    let dialogue = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n\r\n+IPD,0,2\r\n
        → AT+CIPRECVDATA=0,64\r\n
        ← +CIPRECVDATA:2,hi\r\nOK\r\n0,CLOSED\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, dialogue], |modem, _| {
        let listener = listening(modem, 1);
        idle(modem, 20);
        let (sock, _) = listener.accept().unwrap();
        assert_eq!(sock.recv(&mut [0; 16]), Ok(2));
        assert_eq!(sock.recv(&mut [0; 16]), Ok(0));
        assert_eq!(sock.recv(&mut [0; 16]), Ok(0));
        assert_eq!(sock.send(b"x"), Err(Error::BrokenPipe));
        std::mem::forget((listener, sock));
    });
}

#[test]
fn an_accepted_connection_may_take_the_link_of_one_that_is_being_made() {
    // esp-at.md §9; firmware with and without +LINK_CONN
    let connecting = r#"
        → AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
    "#;
    let told = r#"
        ← +LINK_CONN:0,4,"TCP",1,"192.168.4.7",50001,80\r\n\r\nERROR\r\n
    "#;
    let untold = r#"
        ← 4,CONNECT\r\n\r\nERROR\r\n
        → AT+CIPSTATE?\r\n
        ← +CIPSTATE:4,"TCP","192.168.4.7",50001,80,1\r\n\r\nOK\r\n
    "#;
    let again = r#"
        → AT+CIPSTART=3,"TCP","192.168.4.2",80\r\n
        ← 3,CONNECT\r\n\r\nOK\r\n
    "#;
    for race in [told, untold] {
        play(&[SETUP, LISTEN, connecting, race, again], |modem, _| {
            let listener = listening(modem, 1);
            let sock = stream(modem);
            sock.connect(PEER).unwrap();
            let (accepted, address) = listener.accept().unwrap();
            assert_eq!(address, client(50001));
            std::mem::forget((listener, sock, accepted));
        });
    }
}

#[test]
fn firmware_that_does_not_say_who_has_come_is_asked() {
    let dialogue = r#"
        ← 0,CONNECT\r\n
        → AT+CIPSTATE?\r\n
        ← +CIPSTATE:0,"TCP","192.168.4.7",50001,80,1\r\n\r\nOK\r\n
    "#;
    let unanswered = r#"
        ← 0,CONNECT\r\n
        → AT+CIPSTATE?\r\n
        ← \r\nERROR\r\n
    "#;
    for (asked, address) in [(dialogue, client(50001)), (unanswered, (ANY, 0).into())] {
        play(&[SETUP, LISTEN, asked], |modem, _| {
            let listener = listening(modem, 1);
            let (accepted, remote) = listener.accept().unwrap();
            assert_eq!(remote, address);
            std::mem::forget((listener, accepted));
        });
    }
}

#[test]
fn connections_that_nobody_listens_for_are_closed() {
    let dialogue = r#"
        ← 0,CONNECT\r\n
        → AT+CIPCLOSE=0\r\n
        … 10
        ← 0,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, CONNECT, dialogue], |modem, _| {
        let sock = connected(modem);
        idle(modem, 30);
        std::mem::forget(sock);
    });
}

#[test]
fn after_a_restart_accept_tells_once_and_listening_can_start_again() {
    let restart = "\n… 10\n← \\r\\nready\\r\\n\n";
    let again = SETUP.replace("→ AT\\r\\n\n← AT\\r\\n\\r\\nOK\\r\\n\n", "");
    let verified = "\n→ AT+CIPMUX?\\r\\n\n← +CIPMUX:1\\r\\n\\r\\nOK\\r\\n\n";
    play(&[SETUP, LISTEN, restart, &again, verified, LISTEN], |modem, _| {
        let listener = listening(modem, 1);
        assert_eq!(listener.accept().map(drop), Err(Error::ModuleReset));
        assert_eq!(listener.accept().map(drop), Err(Error::InvalidInput));
        listener.listen(1).unwrap();
        std::mem::forget(listener);
    });
}

#[test]
fn a_server_that_cannot_be_started_is_an_error_of_listen_or_of_accept() {
    let refused = LISTEN.replace(
        "→ AT+CIPSERVER=1,80\\r\\n\n    ← \\r\\nOK\\r\\n",
        "→ AT+CIPSERVER=1,80\\r\\n\n    ← \\r\\nERROR\\r\\n",
    );
    play(&[SETUP, &refused], |modem, _| {
        let listener = stream(modem);
        listener.bind((ANY, 80)).unwrap();
        assert_eq!(listener.listen(1), Err(Error::CommandFailed));
        std::mem::forget(listener);
    });
    play(&[SETUP, &refused], |modem, _| {
        let listener = stream(modem);
        listener.bind((ANY, 80)).unwrap();
        listener.setblocking(false).unwrap();
        listener.listen(1).unwrap();
        idle(modem, 50);
        assert_eq!(listener.accept().map(drop), Err(Error::CommandFailed));
        std::mem::forget(listener);
    });
}

#[test]
fn a_link_that_pushed_datagrams_holds_data_back_before_a_connection_can_come_over_it() {
    let bind = r#"
        → AT+CIPDINFO=1\r\n
        ← \r\nOK\r\n
        → AT+CIPRECVTYPE=4,0\r\n
        ← \r\nOK\r\n
        → AT+CIPSTART=4,"UDP","0.0.0.0",9,9,2\r\n
        ← 4,CONNECT\r\n\r\nOK\r\n
    "#;
    let closed = r#"
        → AT+CIPRECVTYPE=4,1\r\n
        ← \r\nOK\r\n
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, bind, closed], |modem, _| {
        let listener = listening(modem, 1);
        let datagrams = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        datagrams.bind((ANY, 9)).unwrap();
        datagrams.close().unwrap();
        idle(modem, 20);
        std::mem::forget(listener);
    });
}

#[test]
fn a_poll_sees_the_listener_and_the_connections() {
    let dialogue = r#"
        … 30
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 30
        ← \r\n+IPD,0,2\r\n
        → AT+CIPRECVDATA=0,64\r\n
        ← +CIPRECVDATA:2,hi\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, dialogue], |modem, script| {
        let listener = listening(modem, 1);
        let mut poll = Poll::<2>::new(modem);
        poll.register(&listener, POLLIN).unwrap();
        assert!(poll.poll(Some(10.millis())).unwrap().is_empty());
        let start = script.time();
        let events = poll.poll(None).unwrap();
        assert!(script.time() - start <= 30);
        assert!(events.len() == 1 && events[0].is(&listener) && events[0].mask == POLLIN);
        let (client, _) = listener.accept().unwrap();
        poll.register(&client, POLLIN).unwrap();
        let events = poll.poll(None).unwrap();
        assert!(events.len() == 1 && events[0].is(&client) && events[0].is_readable());
        std::mem::forget((listener, client));
    });
}

#[test]
fn a_link_that_changes_hands_at_once_ends_one_stream_and_begins_another() {
    // the next client has the link before the driver has looked for the rest of the first one
    let crossing = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
        … 10
        ← 0,CLOSED\r\n
        → AT+CIPRECVLEN?\r\n
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50002,80\r\n\r\n+IPD,0,5\r\n
        ← +CIPRECVLEN:5,0,0,0,0\r\n\r\nOK\r\n
        → AT+CIPRECVDATA=0,64\r\n
        ← +CIPRECVDATA:5,other\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, crossing], |modem, _| {
        let listener = listening(modem, 1);
        let (first, _) = listener.accept().unwrap();
        assert_eq!(first.recv(&mut [0; 8]), Ok(0));
        let (second, address) = listener.accept().unwrap();
        assert_eq!(address, client(50002));
        assert_eq!(second.recv(&mut [0; 8]), Ok(5));
        std::mem::forget((listener, first, second));
    });
}

#[test]
fn what_was_asked_of_one_connection_is_not_done_to_the_next_on_its_link() {
    let accepted = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
    "#;
    // a send: the payload is not given to the next one
    let send = r#"
        → AT+CIPSEND=0,6\r\n
        ← 0,CLOSED\r\n+LINK_CONN:0,0,"TCP",1,"192.168.4.7",50002,80\r\n\r\nOK\r\n\r\n>
        → +++
        ← \r\nSEND Canceled\r\n
    "#;
    play(&[SETUP, LISTEN, accepted, send], |modem, _| {
        let listener = listening(modem, 1);
        let (first, _) = listener.accept().unwrap();
        assert_eq!(first.send(b"secret"), Err(Error::BrokenPipe));
        let (second, address) = listener.accept().unwrap();
        assert_eq!(address, client(50002));
        std::mem::forget((listener, first, second));
    });
    // a fetch: what comes is the next one's
    let fetch = r#"
        ← \r\n+IPD,0,9\r\n
        → AT+CIPRECVDATA=0,64\r\n
        ← 0,CLOSED\r\n+LINK_CONN:0,0,"TCP",1,"192.168.4.7",50002,80\r\n
        ← +CIPRECVDATA:5,other\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, accepted, fetch], |modem, _| {
        let listener = listening(modem, 2);
        let (first, _) = listener.accept().unwrap();
        // the peer has reset the connection, and the module has dropped what it had announced
        assert_eq!(first.recv(&mut [0; 16]), Err(Error::DataLost));
        let (second, _) = listener.accept().unwrap();
        let mut buf = [0; 16];
        assert_eq!(second.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"other");
        std::mem::forget((listener, first, second));
    });
}

#[test]
fn a_close_that_hits_the_next_connection_is_no_end_of_its_stream() {
    let crossing = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n
        → AT+CIPCLOSE=0\r\n
        … 10
        ← 0,CLOSED\r\n+LINK_CONN:0,0,"TCP",1,"192.168.4.7",50002,80\r\n0,CLOSED\r\n\r\nOK\r\n
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
    "#;
    play(&[SETUP, LISTEN, crossing], |modem, _| {
        let listener = listening(modem, 1);
        drop(listener.accept().unwrap());
        let (second, address) = listener.accept().unwrap();
        assert_eq!(address, client(50002));
        assert_eq!(second.recv(&mut [0; 8]), Err(Error::ConnectionAborted));
        std::mem::forget((listener, second));
    });
}

#[test]
fn a_peer_that_closes_while_a_server_is_stopped_has_closed() {
    let listen = LISTEN.replacen(r"← \r\nERROR", r"← 4,CLOSED\r\n\r\nERROR", 1);
    let drained = r"
        → AT+CIPRECVLEN?\r\n
        ← +CIPRECVLEN:0,0,0,0,0\r\n\r\nOK\r\n
    ";
    let (start, rest) = listen.split_at(listen.find("    → AT+CIPSERVERMAXCONN").unwrap());
    play(&[SETUP, CONNECT, start, rest, drained], |modem, _| {
        let sock = connected(modem);
        let listener = listening(modem, 1); // whether one runs is not known: it is stopped first
        assert_eq!(sock.recv(&mut [0; 1]), Ok(0), "not an error: it was not one of the server's");
        std::mem::forget((sock, listener));
    });
}
