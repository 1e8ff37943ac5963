//! Tasks that wait for sockets, driven by one poll: as much of `asyncio` as its tests of streams need.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

use usocket::select::{POLLIN, POLLOUT};
use usocket::{MSG_DONTWAIT, SOCK_STREAM};

use crate::net::{EAGAIN, Errno, Failed, Net, Outcome, Result, Socket};

pub(crate) type Task<'t> = Pin<Box<dyn Future<Output = Outcome> + 't>>;

/// What the tasks of one program wait for.
pub(crate) struct Tasks<'n, N: Net> {
    net: &'n N,
    wanted: RefCell<Vec<Wish<'n, N>>>,
}

/// A socket, and what it has to be ready for.
type Wish<'n, N> = (Rc<<N as Net>::Socket<'n>>, u8);

impl<'n, N: Net> Tasks<'n, N> {
    pub(crate) fn new(net: &'n N) -> Self {
        Self { net, wanted: RefCell::default() }
    }

    /// Waits until `sock` is ready for one of `mask`; it may turn out that it is not.
    async fn ready(&self, sock: &Rc<N::Socket<'n>>, mask: u8) {
        let mut asked = false;
        poll_fn(|_| {
            if asked {
                return Poll::Ready(());
            }
            asked = true;
            self.wanted.borrow_mut().push((Rc::clone(sock), mask));
            Poll::Pending
        })
        .await;
    }

    /// Runs all tasks to their ends.
    pub(crate) fn run(&self, mut tasks: Vec<Task<'_>>) -> Outcome {
        let context = &mut Context::from_waker(Waker::noop());
        loop {
            let mut failed = None;
            tasks.retain_mut(|task| match task.as_mut().poll(context) {
                Poll::Pending => true,
                Poll::Ready(outcome) => {
                    failed = failed.take().or(outcome.err());
                    false
                }
            });
            if let Some(error) = failed {
                return Err(error);
            }
            if tasks.is_empty() {
                return Ok(());
            }
            let wanted = self.wanted.take();
            let asked: Vec<_> = wanted.iter().map(|(sock, mask)| (&**sock, *mask)).collect();
            let ready = self.net.poll(&asked, None);
            assert!(ready.iter().any(|mask| *mask != 0), "waited for ever, and nothing is ready");
        }
    }

    /// Runs one task as far as it goes without waiting, and cancels it there.
    pub(crate) fn cancel<T>(&self, task: impl Future<Output = T>) {
        let context = &mut Context::from_waker(Waker::noop());
        assert!(pin!(task).as_mut().poll(context).is_pending(), "has ended before");
        self.wanted.borrow_mut().pop();
    }

    pub(crate) async fn open_connection(&self, addr: SocketAddr) -> Result<Stream<'_, 'n, N>> {
        let sock = self.net.socket(SOCK_STREAM)?;
        sock.connect(addr)?;
        Stream::new(self, sock)
    }

    /// A socket that listens; [`accept`](Self::accept) takes its clients.
    pub(crate) fn start_server(&self, port: u16) -> Result<Rc<N::Socket<'n>>> {
        let listener = self.net.socket(SOCK_STREAM)?;
        listener.bind(port)?;
        listener.listen(5)?;
        listener.setblocking(false)?;
        Ok(Rc::new(listener))
    }

    pub(crate) async fn accept(&self, from: &Rc<N::Socket<'n>>) -> Result<Stream<'_, 'n, N>> {
        loop {
            self.ready(from, POLLIN).await;
            match from.accept() {
                Err(EAGAIN) => {}
                Err(error) => return Err(error),
                Ok((sock, _)) => return Stream::new(self, sock),
            }
        }
    }
}

/// Reader and writer of a connection.
pub(crate) struct Stream<'t, 'n, N: Net> {
    tasks: &'t Tasks<'n, N>,
    sock: Rc<N::Socket<'n>>,
}

/// The stream has ended before a call had all it wanted; this is what it had.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Short {
    Ended(Vec<u8>),
    Failed(Errno),
}

impl From<Errno> for Short {
    fn from(error: Errno) -> Self {
        Self::Failed(error)
    }
}

impl From<Short> for Failed {
    #[track_caller]
    fn from(short: Short) -> Self {
        match short {
            Short::Failed(error) => error.into(),
            Short::Ended(data) => panic!("the stream has ended after {data:?}"),
        }
    }
}

impl<'t, 'n, N: Net> Stream<'t, 'n, N> {
    fn new(tasks: &'t Tasks<'n, N>, sock: N::Socket<'n>) -> Result<Self> {
        sock.setblocking(false)?;
        Ok(Self { tasks, sock: Rc::new(sock) })
    }

    pub(crate) fn getpeername(&self) -> Result<SocketAddr> {
        self.sock.getpeername()
    }

    /// Up to `count` bytes; none at the end of the stream.
    pub(crate) async fn read(&self, count: usize) -> Result<Vec<u8>> {
        if count == 0 {
            return Ok(Vec::new());
        }
        loop {
            match self.sock.recv(count) {
                Err(EAGAIN) => self.tasks.ready(&self.sock, POLLIN).await,
                answer => return answer,
            }
        }
    }

    /// Up to `buf.len()` bytes into `buf`.
    pub(crate) async fn readinto(&self, buf: &mut [u8]) -> Result<usize> {
        loop {
            match self.sock.read(buf.len())? {
                None => self.tasks.ready(&self.sock, POLLIN).await,
                Some(data) => {
                    buf[..data.len()].copy_from_slice(&data);
                    return Ok(data.len());
                }
            }
        }
    }

    /// Everything up to the end of the stream.
    pub(crate) async fn readall(&self) -> Result<Vec<u8>> {
        let mut data = Vec::new();
        loop {
            match self.read(64).await? {
                piece if piece.is_empty() => return Ok(data),
                piece => data.extend(piece),
            }
        }
    }

    pub(crate) async fn readexactly(&self, count: usize) -> std::result::Result<Vec<u8>, Short> {
        let mut data = Vec::new();
        while data.len() < count {
            match self.read(count - data.len()).await? {
                piece if piece.is_empty() => return Err(Short::Ended(data)),
                piece => data.extend(piece),
            }
        }
        Ok(data)
    }

    /// A line with its `\n`, or what is left of the stream.
    pub(crate) async fn readline(&self) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        while line.last() != Some(&b'\n') {
            match self.read(1).await? {
                byte if byte.is_empty() => break,
                byte => line.extend(byte),
            }
        }
        Ok(line)
    }

    /// Writes all of `data`, as fast as the peer takes it.
    pub(crate) async fn write(&self, mut data: &[u8]) -> Result<()> {
        while !data.is_empty() {
            match self.sock.send(data) {
                Err(EAGAIN) => self.tasks.ready(&self.sock, POLLOUT).await,
                answer => data = &data[answer?..],
            }
        }
        Ok(())
    }

    /// A read that never waits, whatever the mode.
    pub(crate) fn read_now(&self, count: usize) -> Result<Vec<u8>> {
        self.sock.recv_flags(count, MSG_DONTWAIT)
    }

    /// Closes, and waits until that is done: the program may end then.
    pub(crate) fn close(&self) -> Result<()> {
        self.sock.setblocking(true)?;
        self.sock.close()
    }

    /// Ends the connection with a reset.
    pub(crate) fn reset(self) -> Result<()> {
        self.sock.setblocking(true)?;
        match Rc::try_unwrap(self.sock) {
            Ok(sock) => sock.reset(),
            Err(_) => panic!("a task still waits for the socket"),
        }
    }
}
