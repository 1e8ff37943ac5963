//! Streams between two instances (`multi_net/tcp_*.py`).

use usocket::select::POLLIN;
use usocket::{MSG_PEEK, SOCK_STREAM};

use crate::instances::{Link, two_instances};
use crate::net::{EBADF, ECONNRESET, ENOTCONN, Failed, Net, Outcome, Socket};

/// A socket that listens, and the other instance knows where.
fn listening<'n, N: Net>(net: &'n N, link: &Link) -> Result<N::Socket<'n>, Failed> {
    let listener = net.socket(SOCK_STREAM)?;
    listener.bind(net.free_port())?;
    listener.listen(1)?;
    link.tell(net.reach(&listener));
    Ok(listener)
}

fn connected<'n, N: Net>(net: &'n N, link: &Link) -> Result<N::Socket<'n>, Failed> {
    let sock = net.socket(SOCK_STREAM)?;
    sock.connect(link.address())?;
    Ok(sock)
}

mod tcp_data {
    //! 16 bytes each way; both sides close.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let listener = listening(net, link)?;
        let (sock, from) = listener.accept()?;
        assert!(from.ip().is_loopback() && from.port() != 0, "{from}");
        assert_eq!(sock.getpeername(), Ok(from));
        assert_eq!(sock.recv_exactly(16)?, b"client to server");
        sock.sendall(b"server to client")?;
        assert_eq!(sock.recv(16)?, b"", "the client has closed");
        sock.close()?;
        assert_eq!(sock.recv(16), Err(EBADF));
        listener.close()?;
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let sock = connected(net, link)?;
        assert_eq!(sock.send(b"client to server")?, 16);
        assert_eq!(sock.recv_exactly(16)?, b"server to client");
        sock.close()?;
        Ok(())
    }

    two_instances!(server, client);
}

mod tcp_accept_recv {
    //! Every backlog, blocking and not: accepting works, receiving on the listener does not, and
    //! what was accepted outlives the listener.

    use super::*;

    const ROUNDS: [(i32, bool); 6] =
        [(0, true), (0, false), (1, true), (1, false), (2, true), (2, false)];

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let port = net.free_port(); // one port for all: a closed listener gives it back
        for (backlog, blocking) in ROUNDS {
            let listener = net.socket(SOCK_STREAM)?;
            listener.bind(port)?;
            listener.listen(backlog)?;
            listener.setblocking(blocking)?;
            link.tell(net.reach(&listener));
            if !blocking {
                assert_eq!(net.poll(&[(&listener, POLLIN)], None), [POLLIN]);
            }
            let (sock, _) = listener.accept()?;
            assert_eq!(listener.recv(10), Err(ENOTCONN));
            listener.close()?;
            // the accepted socket blocks, whatever the listener does
            assert_eq!(sock.recv_exactly(5)?, b"hello");
            sock.sendall(b"world")?;
            assert_eq!(sock.recv(1)?, b"");
            sock.close()?;
            link.signal();
        }
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        for _ in ROUNDS {
            let sock = connected(net, link)?;
            sock.sendall(b"hello")?;
            assert_eq!(sock.recv_exactly(5)?, b"world");
            sock.close()?;
            link.wait();
        }
        Ok(())
    }

    two_instances!(server, client);
}

mod tcp_client_rst {
    //! A client that resets: what it had sent is readable, then the reset shows once, then the end.
    //! A module that does not report resets shows the end only.

    use super::*;

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let listener = listening(net, link)?;
        let (sock, _) = listener.accept()?;
        assert_eq!(net.poll(&[(&sock, POLLIN)], None), [POLLIN]);
        sock.sendall(b"never read")?;
        link.wait(); // the client has reset
        assert_eq!(sock.recv_exactly(10)?, b"eighteen b");
        assert_eq!(sock.recv_exactly(8)?, b"ytes sen");
        sock.settimeout(Some(super::super::over_std::LIMIT))?;
        if net.reports_reset() {
            assert_eq!(sock.recv(10), Err(ECONNRESET));
        }
        for _ in 0..2 {
            assert_eq!(sock.recv(10)?, b"");
            let ready = net.poll(&[(&sock, POLLIN)], None);
            assert_eq!(ready[0] & POLLIN, POLLIN, "the end is readable, again and again");
        }
        sock.close()?;
        assert_eq!(sock.recv(10), Err(EBADF));
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let sock = connected(net, link)?;
        sock.sendall(b"eighteen bytes sen")?;
        sock.reset()?;
        link.signal();
        Ok(())
    }

    two_instances!(server, client);
}

mod tcp_recv_peek {
    //! Looking at data leaves them there, on both sides.

    use super::*;

    fn look_then_take(sock: &impl Socket, expected: &[u8]) -> Outcome {
        let first = sock.recv_flags(4, MSG_PEEK)?;
        assert!(!first.is_empty() && expected.starts_with(&first), "{first:?}");
        // what has come may have been a part
        while sock.recv_flags(expected.len(), MSG_PEEK)? != expected {}
        assert_eq!(sock.recv_flags(4, MSG_PEEK)?, expected[..4]);
        assert_eq!(sock.recv(3)?, expected[..3]);
        assert_eq!(sock.recv_flags(100, MSG_PEEK)?, expected[3..]);
        assert_eq!(sock.recv(100)?, expected[3..]);
        Ok(())
    }

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let (sock, _) = listening(net, link)?.accept()?;
        look_then_take(&sock, b"client to server")?;
        sock.sendall(b"server to client")?;
        assert_eq!(sock.recv_flags(1, MSG_PEEK)?, b"", "looking at the end shows the end");
        assert_eq!(sock.recv(1)?, b"");
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let sock = connected(net, link)?;
        sock.sendall(b"client to server")?;
        look_then_take(&sock, b"server to client")?;
        sock.close()?;
        Ok(())
    }

    two_instances!(server, client);
}

mod tcp_sendall {
    //! 8 KiB each way; each side answers with the length and checksum of what it got.

    use super::*;

    const LENGTH: usize = 8 * 1024;

    fn pattern(seed: usize) -> Vec<u8> {
        (0..LENGTH).map(|at| ((at * 7 + at / 256 + seed) % 256) as u8).collect()
    }

    /// Length and checksum, as 8 bytes.
    fn receipt(data: &[u8]) -> [u8; 8] {
        // Fletcher's sum: bytes that change places change it
        let (low, high) = data.iter().fold((0_u32, 0_u32), |(low, high), &byte| {
            let low = (low + u32::from(byte)) % 65_521;
            (low, (high + low) % 65_521)
        });
        let mut receipt = [0; 8];
        receipt[..4].copy_from_slice(&(data.len() as u32).to_be_bytes());
        receipt[4..].copy_from_slice(&(high << 16 | low).to_be_bytes());
        receipt
    }

    fn give(sock: &impl Socket, seed: usize) -> Outcome {
        let data = pattern(seed);
        sock.sendall(&data)?;
        assert_eq!(sock.recv_exactly(8)?, receipt(&data));
        Ok(())
    }

    fn take(sock: &impl Socket, seed: usize) -> Outcome {
        let data = sock.recv_exactly(LENGTH)?;
        assert!(data == pattern(seed));
        sock.sendall(&receipt(&data))?;
        Ok(())
    }

    fn server(net: &impl Net, link: &Link) -> Outcome {
        let (sock, _) = listening(net, link)?.accept()?;
        take(&sock, 1)?;
        give(&sock, 2)?;
        assert_eq!(sock.recv(1)?, b"");
        Ok(())
    }

    fn client(net: &impl Net, link: &Link) -> Outcome {
        let sock = connected(net, link)?;
        give(&sock, 1)?;
        take(&sock, 2)?;
        sock.close()?;
        Ok(())
    }

    two_instances!(server, client);
}
