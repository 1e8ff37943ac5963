//! `std::net` as the programs see it, to check the programs themselves and to be the other instance.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::thread;
use std::time::{Duration, Instant};

use usocket::select::{POLLIN, POLLOUT};
use usocket::{MSG_DONTWAIT, MSG_PEEK, SOCK_DGRAM, SOCK_STREAM};

use crate::net::{self, EAGAIN, EBADF, EINVAL, ENOTCONN, ETIMEDOUT, Errno, Net};

/// No call of these programs may wait longer.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);
/// How often something is asked that `std::net` cannot wait for.
const ROUND: Duration = Duration::from_millis(1);

/// The loopback interface of this machine.
pub(crate) struct Std;

pub(crate) struct Socket {
    state: RefCell<State>,
    timeout: Cell<Option<Duration>>,
    /// An error that a look at the socket has met; the next call is told.
    error: Cell<Option<Errno>>,
}

enum State {
    Fresh,
    Listener(TcpListener, VecDeque<(TcpStream, SocketAddr)>),
    Stream(TcpStream, SocketAddr),
    Datagram(UdpSocket),
    Closed,
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            ErrorKind::WouldBlock => EAGAIN,
            _ => Self(error.raw_os_error().unwrap_or(0)),
        }
    }
}

impl Net for Std {
    type Socket<'n> = Socket;

    fn socket(&self, kind: i32) -> net::Result<Socket> {
        Ok(Socket::new(match kind {
            SOCK_STREAM => State::Fresh,
            SOCK_DGRAM => State::Datagram(datagram(0)?),
            _ => return Err(EINVAL),
        }))
    }

    fn free_port(&self) -> u16 {
        0
    }

    fn reach(&self, sock: &Socket) -> SocketAddr {
        match &*sock.state.borrow() {
            State::Listener(listener, _) => listener.local_addr(),
            State::Stream(stream, _) => stream.local_addr(),
            State::Datagram(datagram) => datagram.local_addr(),
            State::Fresh | State::Closed => panic!("the socket is not bound"),
        }
        .expect("a bound socket has an address")
    }

    fn reports_reset(&self) -> bool {
        true
    }

    fn poll(&self, wanted: &[(&Socket, u8)], timeout: Option<Duration>) -> Vec<u8> {
        let start = Instant::now();
        loop {
            let ready: Vec<_> = wanted.iter().map(|(sock, mask)| sock.ready() & mask).collect();
            let elapsed = start.elapsed();
            if ready.iter().any(|mask| *mask != 0) || timeout.is_some_and(|limit| elapsed >= limit)
            {
                return ready;
            }
            assert!(elapsed < LIMIT, "polled for {LIMIT:?}");
            thread::sleep(ROUND);
        }
    }
}

impl Socket {
    fn new(state: State) -> Self {
        Self { state: RefCell::new(state), timeout: Cell::new(None), error: Cell::new(None) }
    }

    /// Repeats a call that does not wait, for as long as the mode allows.
    fn wait<T>(&self, mut call: impl FnMut(&mut State) -> net::Result<T>) -> net::Result<T> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let start = Instant::now();
        loop {
            match (call(&mut self.state.borrow_mut()), self.timeout.get()) {
                (Err(EAGAIN), Some(Duration::ZERO)) => return Err(EAGAIN),
                (Err(EAGAIN), Some(limit)) if start.elapsed() >= limit => return Err(ETIMEDOUT),
                (Err(EAGAIN), _) => {}
                (answer, _) => return answer,
            }
            assert!(start.elapsed() < LIMIT, "blocked for {LIMIT:?}");
            thread::sleep(ROUND);
        }
    }

    fn receive(&self, count: usize, flags: i32) -> net::Result<(Vec<u8>, SocketAddr)> {
        let mut data = vec![0; count];
        let peek = flags & MSG_PEEK != 0;
        let attempt = |state: &mut State| match state {
            State::Stream(stream, peer) if peek => Ok((stream.peek(&mut data)?, *peer)),
            State::Stream(stream, peer) => Ok((stream.read(&mut data)?, *peer)),
            State::Datagram(datagram) if peek => Ok(datagram.peek_from(&mut data)?),
            State::Datagram(datagram) => Ok(datagram.recv_from(&mut data)?),
            State::Fresh | State::Listener(..) => Err(ENOTCONN),
            State::Closed => Err(EBADF),
        };
        let timeout = self.timeout.get();
        if flags & MSG_DONTWAIT != 0 {
            self.timeout.set(Some(Duration::ZERO));
        }
        let answer = self.wait(attempt);
        self.timeout.set(timeout);
        let (count, from) = answer?;
        data.truncate(count);
        Ok((data, from))
    }

    /// What could be done now without waiting.
    fn ready(&self) -> u8 {
        let mut byte = [0];
        let readable = match &mut *self.state.borrow_mut() {
            State::Stream(stream, _) => self.note(stream.peek(&mut byte)),
            State::Datagram(datagram) => self.note(datagram.peek_from(&mut byte)),
            State::Listener(listener, waiting) => {
                waiting.extend(listener.accept());
                return if waiting.is_empty() { 0 } else { POLLIN };
            }
            State::Fresh | State::Closed => false,
        };
        // what these programs write at once always fits the system's buffers
        if readable { POLLIN | POLLOUT } else { POLLOUT }
    }

    /// Whether a look had an answer, which may be an error.
    fn note<T>(&self, look: io::Result<T>) -> bool {
        match look.map_err(Errno::from) {
            Err(EAGAIN) => return false,
            Err(error) => self.error.set(Some(error)),
            Ok(_) => {}
        }
        true
    }
}

fn datagram(port: u16) -> io::Result<UdpSocket> {
    let datagram = UdpSocket::bind((Ipv4Addr::LOCALHOST, port))?;
    datagram.set_nonblocking(true)?;
    Ok(datagram)
}

impl net::Socket for Socket {
    fn bind(&self, port: u16) -> net::Result<()> {
        let mut state = self.state.borrow_mut();
        *state = match *state {
            State::Fresh => {
                let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
                listener.set_nonblocking(true)?;
                State::Listener(listener, VecDeque::new())
            }
            State::Datagram(_) => State::Datagram(datagram(port)?),
            _ => return Err(EINVAL),
        };
        Ok(())
    }

    fn listen(&self, _backlog: i32) -> net::Result<()> {
        match *self.state.borrow() {
            State::Listener(..) => Ok(()), // std::net binds and listens at once
            _ => Err(EINVAL),
        }
    }

    fn accept(&self) -> net::Result<(Self, SocketAddr)> {
        let (stream, from) = self.wait(|state| match state {
            State::Listener(listener, waiting) => match waiting.pop_front() {
                Some(client) => Ok(client),
                None => Ok(listener.accept()?),
            },
            State::Closed => Err(EBADF),
            _ => Err(EINVAL),
        })?;
        stream.set_nonblocking(true)?;
        Ok((Self::new(State::Stream(stream, from)), from))
    }

    fn connect(&self, addr: SocketAddr) -> net::Result<()> {
        let mut state = self.state.borrow_mut();
        match &mut *state {
            State::Fresh => {
                let stream = TcpStream::connect(addr)?;
                stream.set_nonblocking(true)?;
                *state = State::Stream(stream, addr);
            }
            State::Datagram(datagram) => datagram.connect(addr)?,
            _ => return Err(EINVAL),
        }
        Ok(())
    }

    fn settimeout(&self, timeout: Option<Duration>) -> net::Result<()> {
        self.timeout.set(timeout);
        Ok(())
    }

    fn send(&self, data: &[u8]) -> net::Result<usize> {
        self.wait(|state| match state {
            State::Stream(stream, _) => Ok(stream.write(data)?),
            State::Datagram(datagram) => Ok(datagram.send(data)?),
            State::Fresh | State::Listener(..) => Err(ENOTCONN),
            State::Closed => Err(EBADF),
        })
    }

    fn sendto(&self, data: &[u8], addr: SocketAddr) -> net::Result<usize> {
        self.wait(|state| match state {
            State::Datagram(datagram) => Ok(datagram.send_to(data, addr)?),
            _ => Err(EINVAL),
        })
    }

    fn recvfrom(&self, count: usize, flags: i32) -> net::Result<(Vec<u8>, SocketAddr)> {
        self.receive(count, flags)
    }

    fn recv_flags(&self, count: usize, flags: i32) -> net::Result<Vec<u8>> {
        self.receive(count, flags).map(|(data, _)| data)
    }

    fn read(&self, count: usize) -> net::Result<Option<Vec<u8>>> {
        let mut data = Vec::new();
        while data.len() < count {
            match self.receive(count - data.len(), 0) {
                Ok((piece, _)) if piece.is_empty() => break,
                Ok((piece, _)) => data.extend(piece),
                Err(EAGAIN) if data.is_empty() => return Ok(None),
                Err(EAGAIN) => break,
                Err(error) => return Err(error),
            }
        }
        Ok(Some(data))
    }

    fn getpeername(&self) -> net::Result<SocketAddr> {
        match &*self.state.borrow() {
            State::Stream(_, peer) => Ok(*peer),
            State::Closed => Err(EBADF),
            _ => Err(ENOTCONN),
        }
    }

    fn close(&self) -> net::Result<()> {
        *self.state.borrow_mut() = State::Closed;
        Ok(())
    }

    fn reset(self) -> net::Result<()> {
        // Linux resets a connection that is closed with bytes unread
        assert!(!self.recv_flags(1, MSG_PEEK)?.is_empty());
        self.close()
    }
}
