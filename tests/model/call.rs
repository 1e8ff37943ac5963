//! Makes the calls on the crate, and says what they gave.

use usocket::fugit::MillisDurationU32;
use usocket::select::{POLLIN, POLLOUT, Poll};
use usocket::{Error, MSG_PEEK, Network, SO_ERROR, SOL_SOCKET, Socket, StreamError};

use crate::op::{Kind, Op, PORTS, Wait};
use crate::reference::Got;

/// Makes the call; an accepted socket comes with it.
pub(crate) fn make<'n>(
    net: &'n impl Network,
    sock: &Socket<'n>,
    kind: Kind,
    op: Op,
    data: &[u8],
) -> (Got, Option<Socket<'n>>) {
    let done = |result: Result<(), Error>| plain(result.map(|()| Got::Done));
    let mut buf = [0; 256];
    let got = match op {
        Op::Accept(_) => match sock.accept() {
            Ok((sock, address)) => return (Got::Address(address), Some(sock)),
            Err(error) => Got::Error(error.errno()),
        },
        Op::Close(_) => done(sock.close()),
        Op::Mode(_, Wait::Blocking) => done(sock.setblocking(true)),
        Op::Mode(_, Wait::Timeout) => {
            done(sock.settimeout(Some(MillisDurationU32::from_millis(200))))
        }
        Op::Mode(_, Wait::NonBlocking) => done(sock.setblocking(false)),
        Op::Bind(_, port) => done(sock.bind(([0, 0, 0, 0], PORTS[port]))),
        Op::Listen(_, backlog) => done(sock.listen(backlog)),
        Op::Connect(_, target) => done(sock.connect(target.address(kind))),
        Op::Recv(_, size) => {
            plain(sock.recv(&mut buf[..size]).map(|count| Got::Bytes(buf[..count].to_vec())))
        }
        Op::Peek(_, size) => plain(
            sock.recv_flags(&mut buf[..size], MSG_PEEK)
                .map(|count| Got::Bytes(buf[..count].to_vec())),
        ),
        Op::RecvFrom(_, size) => plain(
            sock.recvfrom(&mut buf[..size])
                .map(|(count, from)| Got::From(buf[..count].to_vec(), from)),
        ),
        Op::Read(_, size) => bytes(sock.read(&mut buf[..size]), &buf),
        Op::ReadLine(_, size) => bytes(sock.readline(&mut buf[..size]), &buf),
        Op::Send(..) => plain(sock.send(data).map(Got::Count)),
        Op::SendTo(_, target, _) => plain(sock.sendto(data, target.address(kind)).map(Got::Count)),
        Op::Write(..) => match sock.write(data) {
            Ok(count) => count.map_or(Got::Nothing, Got::Count),
            Err(StreamError { error, done }) => Got::Carries(error.errno(), Vec::new(), done),
        },
        Op::SendAll(..) => match sock.sendall(data) {
            Ok(()) => Got::Done,
            Err(StreamError { error, done }) => Got::Carries(error.errno(), Vec::new(), done),
        },
        Op::Poll(_) => {
            let mut poll = Poll::<'_, 8>::new(net);
            let registered = poll.register(sock, POLLIN | POLLOUT);
            let events =
                registered.and_then(|()| poll.poll(Some(MillisDurationU32::from_millis(0))));
            plain(events.map(|events| Got::Mask(events.first().map_or(0, |event| event.mask))))
        }
        Op::SockName(_) => plain(sock.getsockname().map(Got::Address)),
        Op::PeerName(_) => plain(sock.getpeername().map(Got::Address)),
        Op::PendingError(_) => {
            plain(sock.getsockopt(SOL_SOCKET, SO_ERROR).map(|errno| Got::Count(errno as usize)))
        }
        _ => Got::Done,
    };
    (got, None)
}

fn plain(result: Result<Got, Error>) -> Got {
    result.unwrap_or_else(|error| Got::Error(error.errno()))
}

fn bytes(result: Result<Option<usize>, StreamError>, buf: &[u8]) -> Got {
    match result {
        Ok(count) => count.map_or(Got::Nothing, |count| Got::Bytes(buf[..count].to_vec())),
        Err(StreamError { error, done }) => Got::Carries(error.errno(), buf[..done].to_vec(), done),
    }
}
