//! Links that are stolen, refused, reordered or left prepared for others, and datagrams without room.

mod script;
mod world;

use core::net::Ipv4Addr;

use fugit::ExtU32;
use script::{CONNECT, SETUP, play};
use usocket::{
    AF_INET, Error, IPPROTO_TCP, Memory, Network, SO_KEEPALIVE, SO_REUSEADDR, SOCK_DGRAM,
    SOCK_STREAM, SOL_SOCKET, Socket, TCP_NODELAY, socket,
};
use usocket_simulator::{Profile, VirtualWorld};
use world::{PEER, WorldModem, idle, on_every_firmware, with_modem};

const ANY: Ipv4Addr = Ipv4Addr::UNSPECIFIED;
/// Nobody has this address, so that a connect keeps the module busy for 18 s.
const NOBODY: Ipv4Addr = Ipv4Addr::new(9, 9, 9, 9);

/// Every wait of these sockets ends, also one that would last for ever.
fn patient<N: Network>(net: &N, kind: i32) -> Socket<'_> {
    let sock = socket(net, AF_INET, kind, 0).unwrap();
    sock.settimeout(Some(30.secs())).unwrap();
    sock
}

fn stream<N: Network>(net: &N) -> Socket<'_> {
    patient(net, SOCK_STREAM)
}

fn datagram<N: Network>(net: &N) -> Socket<'_> {
    patient(net, SOCK_DGRAM)
}

fn bound<N: Network>(net: &N, port: u16) -> Socket<'_> {
    let sock = datagram(net);
    sock.bind((ANY, port)).unwrap();
    sock
}

fn listening<N: Network>(net: &N, backlog: i32) -> Socket<'_> {
    let sock = stream(net);
    sock.bind((ANY, 80)).unwrap();
    sock.listen(backlog).unwrap();
    sock
}

/// Runs a program on a module in this world, with the memory that it asks for.
fn with_memory<const N: usize, const RX: usize>(
    world: &VirtualWorld,
    program: impl FnOnce(&WorldModem<'_>),
) {
    let mut memory = Memory::<N, RX, 512>::new();
    program(&world::modem(world, &mut memory));
}

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

#[test]
fn a_listener_does_not_prepare_links_that_nobody_uses_with_its_own_options() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 81);
        with_modem(&world, |modem| {
            let sock = stream(modem);
            sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
            sock.connect((PEER, 81)).unwrap();
            if !modem.capabilities().tcp_options {
                return; // this firmware has none
            }
            sock.close().unwrap();
            let listener = stream(modem);
            listener.setsockopt(SOL_SOCKET, SO_KEEPALIVE, true).unwrap();
            listener.bind((ANY, 80)).unwrap();
            listener.listen(2).unwrap();
            let commands = world.commands().len();
            idle(&world, modem, 5000);
            assert_eq!(world.commands()[commands..], [""; 0]);
            let peer = world.connect_in(80);
            assert_eq!(listener.accept().map(|(_, address)| address), Ok(peer.address()));
        });
    });
}

#[test]
fn an_option_of_a_connection_of_before_is_no_matter_of_a_listener() {
    let before = r#"
        → AT+CIPTCPOPT=4,-1,1\r\n
        ← \r\nOK\r\n
    "#;
    let closed = r#"
        → AT+CIPCLOSE=4\r\n
        ← 4,CLOSED\r\n\r\nOK\r\n
    "#;
    // nothing follows that could be refused, and fail it
    play(&[SETUP, before, CONNECT, closed, LISTEN], |modem, _| {
        let sock = stream(modem);
        sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, true).unwrap();
        sock.connect(script::PEER).unwrap();
        sock.close().unwrap();
        let listener = listening(modem, 1);
        script::idle(modem, 50);
        listener.setblocking(false).unwrap();
        assert_eq!(listener.accept().map(drop), Err(Error::WouldBlock));
        std::mem::forget(listener);
    });
}

#[test]
fn a_datagram_for_which_there_is_no_room_ever_is_dropped_whole_and_counted() {
    // also where the module holds it back and could be asked for a part
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 80);
        let host = world.udp_host(PEER, 9);
        with_memory::<3, 256>(&world, |modem| {
            let tcp = stream(modem);
            tcp.connect((PEER, 80)).unwrap();
            let sock = bound(modem, 5000);
            sock.settimeout(Some(3.secs())).unwrap();
            let mut buf = [0; 1000];
            host.send_to(5000, &[7; 600]);
            assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut));
            assert_eq!(modem.counters().datagrams_dropped, 1);
            host.send_to(5000, b"next");
            assert_eq!(sock.recv(&mut buf), Ok(4));
            assert_eq!(&buf[..4], b"next");
            assert_eq!(sock.recv(&mut buf), Err(Error::TimedOut));
        });
    });
}

#[test]
fn a_datagram_is_read_to_its_end_or_not_at_all() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = bound(modem, 5000);
            let data: Vec<u8> = (0..300u16).map(|at| (at % 251) as u8).collect();
            for data in [&data[..], b"next"] {
                host.send_to(5000, data);
                idle(&world, modem, 100);
            }
            let mut small = heapless::Vec::<u8, 299>::new();
            let result = sock.read_to_end(&mut small);
            assert_eq!(result.map_err(|failed| failed.error), Err(Error::OutOfMemory));
            // behind what is there already
            let mut large = heapless::Vec::<u8, 310>::from_slice(b"0123456789").unwrap();
            assert_eq!(sock.read_to_end(&mut large), Ok(Some(300)));
            assert_eq!(large[..10], *b"0123456789");
            assert_eq!(large[10..], data[..]);
            let mut next = heapless::Vec::<u8, 4>::new();
            assert_eq!(sock.read_to_end(&mut next), Ok(Some(4)));
            assert_eq!(next, b"next");
            sock.setblocking(false).unwrap();
            assert_eq!(sock.recv(&mut [0; 8]), Err(Error::WouldBlock));
        });
    });
}

#[test]
fn lines_end_where_datagrams_end() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = bound(modem, 5000);
            for text in [&b"one"[..], b"two\n", b"three\nfour"] {
                host.send_to(5000, text);
                idle(&world, modem, 100);
            }
            let file = sock.makefile("rb").unwrap();
            let lines: Vec<_> = file.lines::<32>().take(4).map(Result::unwrap).collect();
            assert_eq!(lines, [&b"one"[..], b"two\n", b"three\n", b"four"]);
        });
    });
}

#[test]
fn a_link_that_is_stolen_from_a_closed_socket_leaves_no_socket_behind() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 81);
        with_memory::<6, 512>(&world, |modem| {
            let listener = listening(modem, 2);
            idle(&world, modem, 50); // NonOS is told something more
            let peer = world.steal_next_link();
            let sock = stream(modem);
            sock.setblocking(false).unwrap();
            assert_eq!(sock.connect((PEER, 81)), Err(Error::InProgress));
            drop(sock);
            idle(&world, modem, 5000);
            let (accepted, address) = listener.accept().unwrap();
            assert_eq!(address, peer.address());
            drop(accepted);
            idle(&world, modem, 5000);
            assert!(peer.is_closed());
            let all = [(); 5].map(|()| stream(modem)); // all others that there is memory for
            drop(all);
        });
    });
}

#[test]
fn a_connection_that_gets_the_link_of_a_datagram_socket_loses_nothing() {
    // the socket has just closed, and its link pushed what came, before there is a slot for the next
    for profile in [Profile::esp32c3_4_1(), Profile::esp32c6_5_0()] {
        let world = VirtualWorld::new(profile).joined(true);
        with_memory::<4, 512>(&world, |modem| {
            let listener = listening(modem, 1);
            let mut datagrams = [5000, 5001, 5002].map(|port| Some(bound(modem, port)));
            let peers = [(); 3].map(|()| world.connect_in(80));
            datagrams[2].take().unwrap().close().unwrap();
            for peer in &peers {
                peer.send(peer.address().to_string().as_bytes());
            }
            idle(&world, modem, 1000);
            for peer in &peers {
                let (sock, address) = listener.accept().unwrap();
                assert_eq!(address, peer.address());
                let mut buf = [0; 64];
                let count = sock.recv(&mut buf).unwrap();
                assert_eq!(buf[..count], *address.to_string().as_bytes());
                sock.close().unwrap();
            }
        });
    }
}

#[test]
fn firmware_that_holds_nothing_back_keeps_nobody_waiting_beyond_the_backlog() {
    let refused = "→ AT+CIPRECVMODE=1\\r\\n\n← \\r\\nERROR\\r\\n";
    let setup = SETUP.trim_end().strip_suffix("OK\\r\\n").unwrap();
    let setup = format!("{setup}ERROR\\r\\n\n{refused}");
    let coming = r#"
        ← +LINK_CONN:0,0,"TCP",1,"192.168.4.7",50001,80\r\n\r\n+IPD,0,2:hi
        ← +LINK_CONN:0,1,"TCP",1,"192.168.4.7",50002,80\r\n
        → AT+CIPCLOSE=1\r\n
        ← 1,CLOSED\r\n\r\nOK\r\n
    "#;
    play(&[&setup, LISTEN, coming], |modem, _| {
        let listener = listening(modem, 1);
        script::idle(modem, 50);
        let (sock, address) = listener.accept().unwrap();
        assert_eq!(address, ([192, 168, 4, 7], 50001).into());
        assert_eq!(sock.recv(&mut [0; 8]), Ok(2));
        std::mem::forget((listener, sock));
    });
}

#[test]
fn a_datagram_that_was_taken_is_sent_by_a_socket_that_closes_before_it_has_a_link() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            for text in [&b"close"[..], b"drop"] {
                let sock = datagram(modem);
                sock.setblocking(false).unwrap();
                assert_eq!(sock.sendto(text, (PEER, 9)), Ok(text.len()));
                if text == b"close" {
                    sock.close().unwrap();
                } else {
                    drop(sock);
                }
                idle(&world, modem, 2000);
                let received: Vec<_> = host.received().into_iter().map(|(_, data)| data).collect();
                assert_eq!(received, [text]);
            }
            drop([(); 3].map(|()| datagram(modem))); // none of them lives on
        });
    });
}

#[test]
fn a_datagram_that_cannot_be_sent_keeps_no_socket_that_was_closed() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        with_modem(&world, |modem| {
            drop([(); 3].map(|()| {
                let sock = datagram(modem);
                sock.setblocking(false).unwrap();
                assert_eq!(sock.sendto(b"bye", (PEER, 9)), Ok(3));
                sock
            }));
            world.mute(true);
            idle(&world, modem, 60_000);
            drop([(); 3].map(|()| datagram(modem)));
        });
    });
}

#[test]
fn a_port_is_bound_again_before_the_link_that_had_it_is_closed() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.udp_host(PEER, 9).echo();
        with_modem(&world, |modem| {
            // the later one was made first, and so has its turn first
            let later = datagram(modem);
            let first = bound(modem, 5000);
            let busy = stream(modem);
            busy.setblocking(false).unwrap();
            assert_eq!(busy.connect((NOBODY, 80)), Err(Error::InProgress));
            drop(first);
            later.setblocking(false).unwrap();
            later.bind((ANY, 5000)).unwrap();
            idle(&world, modem, 25_000);
            assert_eq!(later.recv(&mut [0; 4]), Err(Error::WouldBlock));
            later.setblocking(true).unwrap();
            assert_eq!(later.sendto(b"x", (PEER, 9)), Ok(1));
            assert_eq!(later.recv(&mut [0; 4]), Ok(1));
            assert_eq!(later.getsockname(), Ok((ANY, 5000).into()));
        });
    });
}

#[test]
fn a_shared_link_changes_hands_when_it_has_sent_what_it_has() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let [first, second] = [(); 2].map(|()| {
                let sock = datagram(modem);
                sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
                sock.bind((ANY, 5000)).unwrap();
                sock.setblocking(false).unwrap();
                sock
            });
            let busy = stream(modem);
            busy.setblocking(false).unwrap();
            assert_eq!(busy.connect((NOBODY, 80)), Err(Error::InProgress));
            assert_eq!(second.sendto(b"1", (PEER, 9)), Ok(1));
            assert_eq!(first.recv(&mut [0; 4]), Err(Error::WouldBlock));
            idle(&world, modem, 25_000);
            assert_eq!(first.recv(&mut [0; 4]), Err(Error::WouldBlock));
            assert_eq!(host.received().len(), 1);
            host.send_to(5000, b"hi");
            idle(&world, modem, 1000);
            assert_eq!(first.recv(&mut [0; 4]), Ok(2)); // who asked last
            assert_eq!(second.recv(&mut [0; 4]), Err(Error::WouldBlock));
        });
    });
}

#[test]
fn datagrams_have_their_boundaries_again_when_the_last_stream_has_gone() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 80);
        let host = world.udp_host(PEER, 9);
        with_modem(&world, |modem| {
            let sock = bound(modem, 5000);
            let tcp = stream(modem);
            tcp.connect((PEER, 80)).unwrap();
            tcp.close().unwrap();
            idle(&world, modem, 1000);
            assert!(modem.capabilities().keeps_datagrams);
            host.send_to(5000, b"one");
            host.send_to(5000, b"three");
            idle(&world, modem, 1000);
            assert_eq!(sock.recv(&mut [0; 16]), Ok(3));
            assert_eq!(sock.recv(&mut [0; 16]), Ok(5));
            // and that is settled
            let commands = world.commands().len();
            idle(&world, modem, 400);
            assert_eq!(world.commands()[commands..], [""; 0]);
        });
    });
}

#[test]
fn two_streams_that_open_at_once_have_their_options_each() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        let server = world.listen(PEER, 80);
        with_modem(&world, |modem| {
            let [quick, plain] = [true, false].map(|no_delay| {
                let sock = stream(modem);
                sock.setblocking(false).unwrap();
                sock.setsockopt(IPPROTO_TCP, TCP_NODELAY, no_delay).unwrap();
                assert_eq!(sock.connect((PEER, 80)), Err(Error::InProgress));
                sock
            });
            idle(&world, modem, 1000);
            assert_eq!(plain.getpeername(), Ok((PEER, 80).into()));
            let delays = |id| {
                let options = world.with_module(|module| module.link_options(id));
                options.map(|options| !options.no_delay)
            };
            assert_eq!(quick.getpeername(), Ok((PEER, 80).into()));
            assert_eq!((0..3).filter_map(|_| server.accept()).count(), 2);
            let links: Vec<_> = (0..5).filter_map(delays).collect();
            // there is firmware that has no options: it is the driver's alone there
            assert_eq!(links, [true, !modem.capabilities().tcp_options]);
        });
    });
}

#[test]
fn a_stream_and_a_datagram_socket_that_open_at_once_do_not_wait_for_each_other() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 80);
        with_modem(&world, |modem| {
            // each link is one of datagrams before
            for port in 6000..6005 {
                bound(modem, port).close().unwrap();
            }
            let [busy, tcp, datagrams] = [stream(modem), stream(modem), datagram(modem)];
            for sock in [&busy, &tcp, &datagrams] {
                sock.setblocking(false).unwrap();
            }
            assert_eq!(busy.connect((NOBODY, 80)), Err(Error::InProgress));
            idle(&world, modem, 100); // the module is busy with it from here on
            assert_eq!(tcp.connect((PEER, 80)), Err(Error::InProgress));
            datagrams.bind((ANY, 5000)).unwrap();
            idle(&world, modem, 20_000);
            assert_eq!(tcp.getpeername(), Ok((PEER, 80).into()));
            assert_eq!(datagrams.recv(&mut [0; 4]), Err(Error::WouldBlock));
            let opens = |command: &&String| command.starts_with("AT+CIPSTART=");
            assert_eq!(world.commands().iter().filter(opens).count(), 5 + 3);
        });
    });
}

#[test]
fn a_connection_of_ones_own_that_is_told_of_late_is_not_one_that_came() {
    on_every_firmware(|world| {
        let world = world.joined(true);
        world.listen(PEER, 81).echo();
        world.udp_host(PEER, 9).echo();
        with_memory::<4, 512>(&world, |modem| {
            let listener = listening(modem, 2);
            let mut buf = [0; 8];
            let tcp = stream(modem);
            tcp.connect((PEER, 81)).unwrap();
            world.inject(b"4,CONNECT\r\n");
            let datagrams = bound(modem, 5000);
            world.inject(b"3,CONNECT\r\n");
            idle(&world, modem, 1000);
            listener.setblocking(false).unwrap();
            assert_eq!(listener.accept().map(drop), Err(Error::WouldBlock));
            assert_eq!(tcp.send(b"mine"), Ok(4));
            assert_eq!(tcp.recv(&mut buf), Ok(4));
            assert_eq!(datagrams.sendto(b"mine", (PEER, 9)), Ok(4));
            assert_eq!(datagrams.recv(&mut buf), Ok(4));
            // and those who come are told from it
            let peer = world.connect_in(80);
            listener.setblocking(true).unwrap();
            assert_eq!(listener.accept().map(|(_, address)| address), Ok(peer.address()));
        });
    });
}
