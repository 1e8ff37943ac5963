//! Datagrams between two instances (`multi_net/udp_*.py`).
//!
//! The originals run over the air and tolerate losses. On one machine nothing is lost, so here
//! every datagram counts.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::{Duration, Instant};

use usocket::{MSG_DONTWAIT, MSG_PEEK, SOCK_DGRAM};

use crate::instances::{Link, two_instances};
use crate::net::{EAGAIN, Failed, Net, Outcome, Socket};
use crate::over_std::LIMIT;

/// A bound socket, and the other instance knows where.
fn bound<'n, N: Net>(net: &'n N, link: &Link) -> Result<N::Socket<'n>, Failed> {
    let sock = net.socket(SOCK_DGRAM)?;
    sock.bind(net.free_port())?;
    sock.settimeout(Some(LIMIT))?;
    link.tell(net.reach(&sock));
    Ok(sock)
}

/// Whether the sender can be one of this machine.
fn is_near(from: SocketAddr) -> bool {
    from.ip() == Ipv4Addr::LOCALHOST && from.port() != 0
}

mod udp_data {
    //! Four sockets, one after another, with ten requests and replies each.

    use super::*;

    const SOCKETS: usize = 4;
    const TRANSFERS: usize = 10;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        for number in 0..SOCKETS {
            let sock = bound(net, link)?;
            for transfer in 0..TRANSFERS {
                let (request, from) = sock.recvfrom(1000, 0)?;
                assert!(is_near(from), "{from}");
                assert_eq!(request, format!("request {number}.{transfer}").as_bytes());
                sock.sendto(format!("reply {number}.{transfer}").as_bytes(), from)?;
            }
            sock.close()?;
        }
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        for number in 0..SOCKETS {
            let address = link.address();
            let sock = net.socket(SOCK_DGRAM)?;
            sock.settimeout(Some(LIMIT))?;
            for transfer in 0..TRANSFERS {
                sock.sendto(format!("request {number}.{transfer}").as_bytes(), address)?;
                let (reply, from) = sock.recvfrom(1000, 0)?;
                assert_eq!(from, address);
                assert_eq!(reply, format!("reply {number}.{transfer}").as_bytes());
            }
            sock.close()?;
        }
        Ok(())
    }

    two_instances!(server, client);
}

mod udp_data_multi {
    //! Four datagrams that come while nobody reads are all there afterwards, in their order.

    use super::*;

    const BURSTS: usize = 4;
    const DATAGRAMS: usize = 4;

    fn text(burst: usize, number: usize) -> Vec<u8> {
        format!("{burst}.{number} {}", "x".repeat(20 * number)).into_bytes()
    }

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let sock = bound(net, link)?;
        for burst in 0..BURSTS {
            link.wait(); // the burst is sent
            for number in 0..DATAGRAMS {
                let (datagram, from) = sock.recvfrom(1000, 0)?;
                assert!(is_near(from), "{from}");
                assert_eq!(datagram, text(burst, number), "no datagram lost, glued or cut");
            }
            sock.setblocking(false)?;
            assert_eq!(sock.recvfrom(1000, 0), Err(EAGAIN), "none twice");
            sock.settimeout(Some(LIMIT))?;
            link.signal();
        }
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let address = link.address();
        let sock = net.socket(SOCK_DGRAM)?;
        for burst in 0..BURSTS {
            for number in 0..DATAGRAMS {
                let data = text(burst, number);
                assert_eq!(sock.sendto(&data, address)?, data.len());
            }
            link.signal();
            link.wait();
        }
        Ok(())
    }

    two_instances!(server, client);
}

mod udp_recv_dontwait {
    //! `MSG_DONTWAIT` on a blocking socket: an answer at once, and the socket blocks as before.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let sock = bound(net, link)?;
        let start = Instant::now();
        assert_eq!(sock.recv_flags(10, MSG_DONTWAIT), Err(EAGAIN));
        assert_eq!(sock.recvfrom(10, MSG_DONTWAIT), Err(EAGAIN));
        assert_eq!(sock.recvfrom(10, MSG_DONTWAIT | MSG_PEEK), Err(EAGAIN));
        let elapsed = start.elapsed();
        assert!(elapsed < Duration::from_secs(1), "did not wait, but took {elapsed:?}");
        link.signal(); // now the client sends
        let (datagram, from) = sock.recvfrom(10, 0)?;
        assert_eq!(datagram, b"hello");
        sock.sendto(b"bye", from)?;
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let address = link.address();
        let sock = net.socket(SOCK_DGRAM)?;
        link.wait();
        sock.sendto(b"hello", address)?;
        sock.settimeout(Some(LIMIT))?;
        assert_eq!(sock.recv(10)?, b"bye");
        assert_eq!(sock.recv_flags(10, MSG_DONTWAIT), Err(EAGAIN));
        Ok(())
    }

    two_instances!(server, client);
}

mod udp_recv_peek {
    //! Looking at a datagram leaves it there with its sender, however short the look.

    use super::*;

    fn look_then_take(sock: &impl Socket, expected: &[u8]) -> Result<SocketAddr, Failed> {
        let (short, sender) = sock.recvfrom(3, MSG_PEEK)?;
        assert_eq!(short, expected[..3]);
        for flags in [MSG_PEEK, MSG_PEEK | MSG_DONTWAIT, 0] {
            let (datagram, from) = sock.recvfrom(100, flags)?;
            assert_eq!(datagram, expected);
            assert_eq!(from, sender);
        }
        assert_eq!(sock.recvfrom(100, MSG_PEEK | MSG_DONTWAIT), Err(EAGAIN), "it is taken now");
        Ok(sender)
    }

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let sock = bound(net, link)?;
        for text in [b"request 1", b"request 2"] {
            let from = look_then_take(&sock, text)?;
            assert!(is_near(from), "{from}");
            sock.sendto(b"reply", from)?;
        }
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let address = link.address();
        let sock = net.socket(SOCK_DGRAM)?;
        sock.settimeout(Some(LIMIT))?;
        for text in [b"request 1", b"request 2"] {
            sock.sendto(text, address)?;
            assert_eq!(look_then_take(&sock, b"reply")?, address);
        }
        Ok(())
    }

    two_instances!(server, client);
}
