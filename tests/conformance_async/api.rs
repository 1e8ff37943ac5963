//! The calls that the programs are made of: those of the async shell, each waited for before the next.

use std::cell::RefCell;
use std::future::Future;
use std::marker::PhantomData;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use usocket::asynch::{self, Cellular, Handle, Modem, Network, Wlan};
use usocket::fugit::MillisDurationU32;
use usocket::network::STA_IF;
use usocket::select::Event;
use usocket::{AddrInfo, Capabilities, Error, Hints, Memory, StreamError};
use usocket_simulator::VirtualWorld;

use crate::suite::absent;
use crate::tasks::{Beside, TaskClock, Time, task};

/// What sockets are made on, and what polls the runner.
pub(crate) struct Net<'b> {
    handle: Handle<'b>,
    runs: &'b dyn Run,
    time: Time,
}

/// What polls a future, and the runner beside it, until the former is ready.
trait Run {
    fn run(&self, main: Pin<&mut dyn Future<Output = ()>>);
}

/// The runner of a module.
struct Runner<'t> {
    time: Time,
    beside: RefCell<[Beside<'t>; 1]>,
}

impl Run for Runner<'_> {
    fn run(&self, main: Pin<&mut dyn Future<Output = ()>>) {
        self.time.run_beside(main, &mut *self.beside.borrow_mut());
    }
}

/// Waits for a call.
fn wait<T>(runs: &dyn Run, call: impl Future<Output = T>) -> T {
    let mut result = None;
    {
        let mut call = std::pin::pin!(async { result = Some(call.await) });
        runs.run(call.as_mut());
    }
    result.expect("it has ended")
}

/// Runs `program` on the module of `world`: six sockets with rings of 2048 bytes, since a
/// datagram that is sent has to fit.
pub(crate) fn with_net<T>(
    world: &VirtualWorld,
    firmware: &str,
    program: impl FnOnce(&Net<'_>, Capabilities) -> T,
) -> T {
    let mut memory = Memory::<6, 2048, 2048>::new();
    let time = Time::of(world);
    let (rx, tx) = time.uart();
    let clock = TaskClock(world.clone());
    macro_rules! with {
        ($modem:expr, $activate:expr) => {{
            let modem = $modem;
            let mut runner = modem.runner(rx, tx, time.clone());
            let beside = RefCell::new([Beside::new(task(runner.run()))]);
            let runs = Runner { time: time.clone(), beside };
            wait(&runs, $activate(&modem)).expect("the module is there");
            program(
                &Net { handle: modem.stack(), runs: &runs, time: time.clone() },
                modem.capabilities(),
            )
        }};
    }
    if firmware.starts_with("quectel") {
        with!(Modem::quectel(clock, &mut memory), async |modem: &Modem<'_, _, _>| {
            Cellular::new(modem).active(true).await
        })
    } else {
        with!(Modem::esp_at(clock, &mut memory), async |modem: &Modem<'_, _, _>| {
            Wlan::new(modem, STA_IF).active(true).await
        })
    }
}

/// Lets time pass in which the runner goes on.
pub(crate) fn pass(net: &Net<'_>, _: &VirtualWorld, time: Duration) {
    let ms = u32::try_from(time.as_millis()).expect("a short time");
    wait(net.runs, net.time.sleep(ms));
}

/// A socket whose calls wait.
pub(crate) struct Socket<'m> {
    socket: asynch::Socket<'m>,
    runs: &'m dyn Run,
}

/// A file whose calls wait.
pub(crate) struct File<'m> {
    file: asynch::File<'m>,
    runs: &'m dyn Run,
}

pub(crate) fn socket<'m>(
    net: &'m Net<'_>,
    family: i32,
    kind: i32,
    proto: i32,
) -> Result<Socket<'m>, Error> {
    let socket = asynch::socket(&net.handle, family, kind, proto)?;
    Ok(Socket { socket, runs: net.runs })
}

pub(crate) fn getaddrinfo(net: &Net<'_>, host: &str, port: u16) -> Result<[AddrInfo; 1], Error> {
    wait(net.runs, asynch::getaddrinfo(&net.handle, host, port))
}

pub(crate) fn getaddrinfo_with(
    net: &Net<'_>,
    host: &str,
    port: u16,
    hints: Hints,
) -> Result<[AddrInfo; 1], Error> {
    wait(net.runs, asynch::getaddrinfo_with(&net.handle, host, port, hints))
}

/// Calls of sockets or files that are the same but for the waiting.
macro_rules! calls {
    ($type:ident, $inner:ident: $($call:ident($($arg:ident: $argtype:ty),*) -> $result:ty;)*) => {
        impl $type<'_> {
            $(pub(crate) fn $call(&self $(, $arg: $argtype)*) -> $result {
                wait(self.runs, self.$inner.$call($($arg),*))
            })*
        }
    };
}

calls! { Socket, socket:
    connect(to: impl Into<SocketAddr>) -> Result<(), Error>;
    bind(to: impl Into<SocketAddr>) -> Result<(), Error>;
    listen(backlog: i32) -> Result<(), Error>;
    recv(buf: &mut [u8]) -> Result<usize, Error>;
    recv_flags(buf: &mut [u8], flags: i32) -> Result<usize, Error>;
    recvfrom(buf: &mut [u8]) -> Result<(usize, SocketAddr), Error>;
    recvfrom_flags(buf: &mut [u8], flags: i32) -> Result<(usize, SocketAddr), Error>;
    send(data: &[u8]) -> Result<usize, Error>;
    sendto(data: &[u8], to: impl Into<SocketAddr>) -> Result<usize, Error>;
    sendall(data: &[u8]) -> Result<(), StreamError>;
    read(buf: &mut [u8]) -> Result<Option<usize>, StreamError>;
    readinto(buf: &mut [u8], count: Option<usize>) -> Result<Option<usize>, StreamError>;
    readline(buf: &mut [u8]) -> Result<Option<usize>, StreamError>;
    write(data: &[u8]) -> Result<Option<usize>, StreamError>;
    close() -> Result<(), Error>;
    getsockname() -> Result<SocketAddr, Error>;
    setsockopt(level: i32, option: i32, value: i32) -> Result<(), Error>;
}

calls! { File, file:
    read(buf: &mut [u8]) -> Result<Option<usize>, StreamError>;
    readinto(buf: &mut [u8], count: Option<usize>) -> Result<Option<usize>, StreamError>;
    readline(buf: &mut [u8]) -> Result<Option<usize>, StreamError>;
    write(data: &[u8]) -> Result<Option<usize>, StreamError>;
    close() -> Result<(), Error>;
}

impl<'m> Socket<'m> {
    pub(crate) fn accept(&self) -> Result<(Self, SocketAddr), Error> {
        let (socket, from) = wait(self.runs, self.socket.accept())?;
        Ok((Self { socket, runs: self.runs }, from))
    }

    pub(crate) fn makefile(&self, mode: &str) -> Result<File<'m>, Error> {
        Ok(File { file: self.socket.makefile(mode)?, runs: self.runs })
    }

    pub(crate) fn read_to_end<const N: usize>(
        &self,
        data: &mut heapless::Vec<u8, N>,
    ) -> Result<Option<usize>, StreamError> {
        wait(self.runs, self.socket.read_to_end(data))
    }
}

impl File<'_> {
    /// The lines, one after the other.
    pub(crate) fn lines<const N: usize>(
        &self,
    ) -> impl Iterator<Item = Result<heapless::Vec<u8, N>, StreamError>> {
        let mut lines = self.file.lines::<N>();
        std::iter::from_fn(move || wait(self.runs, lines.next_line()))
    }
}

/// Calls that do not wait in either shell.
impl Socket<'_> {
    pub(crate) fn fileno(&self) -> i32 {
        self.socket.fileno()
    }

    pub(crate) fn settimeout(&self, timeout: Option<MillisDurationU32>) -> Result<(), Error> {
        self.socket.settimeout(timeout)
    }

    pub(crate) fn settimeout_secs(&self, seconds: f32) -> Result<(), Error> {
        self.socket.settimeout_secs(seconds)
    }

    pub(crate) fn setblocking(&self, blocking: bool) -> Result<(), Error> {
        self.socket.setblocking(blocking)
    }

    pub(crate) fn getpeername(&self) -> Result<SocketAddr, Error> {
        self.socket.getpeername()
    }

    pub(crate) fn getsockopt(&self, level: i32, option: i32) -> Result<i32, Error> {
        self.socket.getsockopt(level, option)
    }

    pub(crate) fn shutdown(&self, how: i32) -> Result<(), Error> {
        self.socket.shutdown(how)
    }
}

/// Why rows that poll show nothing here.
pub(crate) const NO_POLL: &str =
    "tasks wait for `readable` and `writable`: `select::Poll` is of the blocking shell";

/// What is asked whether there are events: of the blocking shell alone, so that a row that needs it ends
/// here.
pub(crate) struct Poll<'m, const N: usize>(PhantomData<&'m ()>);

/// What could be polled.
pub(crate) trait Pollable<'m> {}
impl<'m> Pollable<'m> for Socket<'m> {}

#[expect(clippy::needless_pass_by_ref_mut, reason = "as in the blocking shell")]
impl<'m, const N: usize> Poll<'m, N> {
    pub(crate) fn new(_: &'m Net<'_>) -> Self {
        absent(NO_POLL)
    }

    pub(crate) fn register(&mut self, _: &impl Pollable<'m>, _: u8) -> Result<(), Error> {
        Err(Error::NotSupported)
    }

    pub(crate) fn poll(
        &mut self,
        _: Option<MillisDurationU32>,
    ) -> Result<heapless::Vec<Event, N>, Error> {
        Err(Error::NotSupported)
    }
}
