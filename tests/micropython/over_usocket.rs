//! `usocket` as the programs see it, on a simulated module that is bridged to sockets of this machine.

use std::cell::Cell;
use std::net::{Ipv4Addr, SocketAddr};
use std::ops::Range;
use std::thread;
use std::time::Duration;

use usocket::clock::{Clock, StdClock};
use usocket::fugit::MillisDurationU32;
use usocket::select::Poll;
use usocket::{AF_INET, MSG_PEEK, Memory, SO_LINGER, SOL_SOCKET, socket};
use usocket::{Error, StreamError};
use usocket_simulator::{LoopbackOptions, LoopbackUart, LoopbackWorld, Profile};

use crate::net::{self, EBADF, Errno, Net, Outcome};
use crate::over_std::LIMIT;
use crate::world::AnyModem;

/// Ports of the module that lead to free ports of this machine.
const PORTS: Range<u16> = 8000..8008;

/// A clock that ends programs that hang.
pub(crate) struct Watch(StdClock);

impl Clock for Watch {
    fn now(&self) -> u32 {
        let now = self.0.now();
        assert!(u128::from(now) < LIMIT.as_millis(), "the program hangs");
        now
    }

    fn pause(&self) {
        self.0.pause();
    }
}

/// A module on the network of this machine.
pub(crate) struct Usocket<'m, 'b> {
    modem: &'m AnyModem<'b, LoopbackUart, Watch>,
    world: &'m LoopbackWorld,
    ports: Cell<Range<u16>>,
}

/// Runs a program on a Wi-Fi module of its own that has joined the network.
pub(crate) fn on_loopback(program: impl FnOnce(&Usocket<'_, '_>) -> Outcome) -> Outcome {
    on_module(Profile::esp32c3_4_1(), program)
}

/// The same on a cellular module that has a context.
pub(crate) fn on_cellular(program: impl FnOnce(&Usocket<'_, '_>) -> Outcome) -> Outcome {
    on_module(Profile::ec25(), program)
}

fn on_module(profile: Profile, program: impl FnOnce(&Usocket<'_, '_>) -> Outcome) -> Outcome {
    let options = LoopbackOptions::new()
        .baud(3_000_000)
        .joined(true)
        .lookup_fails_after(Duration::from_millis(50));
    let options = PORTS.fold(options, |options, port| options.forward(port, 0));
    let name = profile.name;
    let world = LoopbackWorld::start(profile, options);
    let mut memory = Memory::<8, 2048, 2048>::new();
    let clock = Watch(StdClock::new());
    let modem = AnyModem::named(name, world.uart(), clock, &mut memory);
    program(&Usocket { modem: &modem, world: &world, ports: Cell::new(PORTS) })
}

impl From<Error> for Errno {
    fn from(error: Error) -> Self {
        Self(error.errno())
    }
}

impl From<StreamError> for Errno {
    fn from(error: StreamError) -> Self {
        Self(error.errno())
    }
}

pub(crate) fn millis(time: Duration) -> MillisDurationU32 {
    MillisDurationU32::from_ticks(time.as_millis().try_into().expect("a short time"))
}

impl Net for Usocket<'_, '_> {
    type Socket<'n>
        = usocket::Socket<'n>
    where
        Self: 'n;

    fn socket(&self, kind: i32) -> net::Result<usocket::Socket<'_>> {
        Ok(socket(self.modem, AF_INET, kind, 0)?)
    }

    fn free_port(&self) -> u16 {
        let mut ports = self.ports.take();
        let port = ports.next().expect("a program binds few ports");
        self.ports.set(ports);
        port
    }

    fn reach(&self, sock: &usocket::Socket<'_>) -> SocketAddr {
        let port = sock.getsockname().expect("the socket is bound").port();
        loop {
            if let Some(address) = self.world.real_address(port) {
                return address;
            }
            // the module is told of a bound socket soon; the clock ends this if it is not
            self.modem.poll().expect("the line is sound");
            let _ = self.modem.clock().now();
            thread::sleep(Duration::from_millis(1));
        }
    }

    fn reports_reset(&self) -> bool {
        self.modem.capabilities().reports_reset
    }

    fn poll<'n>(
        &'n self,
        wanted: &[(&usocket::Socket<'n>, u8)],
        timeout: Option<Duration>,
    ) -> Vec<u8> {
        let mut poll = Poll::<8>::new(self.modem);
        for (sock, mask) in wanted {
            poll.register(*sock, *mask).expect("there is room");
        }
        let events = poll.poll(timeout.map(millis)).expect("the line is sound");
        let mask = |sock: &usocket::Socket<'n>| events.iter().find(|event| event.is(sock));
        wanted.iter().map(|(sock, _)| mask(sock).map_or(0, |event| event.mask)).collect()
    }
}

impl net::Socket for usocket::Socket<'_> {
    fn bind(&self, port: u16) -> net::Result<()> {
        Ok(self.bind((Ipv4Addr::UNSPECIFIED, port))?)
    }

    fn listen(&self, backlog: i32) -> net::Result<()> {
        Ok(self.listen(backlog)?)
    }

    fn accept(&self) -> net::Result<(Self, SocketAddr)> {
        Ok(self.accept()?)
    }

    fn connect(&self, addr: SocketAddr) -> net::Result<()> {
        Ok(self.connect(addr)?)
    }

    fn settimeout(&self, timeout: Option<Duration>) -> net::Result<()> {
        Ok(self.settimeout(timeout.map(millis))?)
    }

    fn send(&self, data: &[u8]) -> net::Result<usize> {
        Ok(self.send(data)?)
    }

    fn sendall(&self, data: &[u8]) -> net::Result<()> {
        Ok(self.sendall(data)?)
    }

    fn sendto(&self, data: &[u8], addr: SocketAddr) -> net::Result<usize> {
        Ok(self.sendto(data, addr)?)
    }

    fn recv(&self, count: usize) -> net::Result<Vec<u8>> {
        let mut data = vec![0; count];
        let count = self.recv(&mut data)?;
        data.truncate(count);
        Ok(data)
    }

    fn recv_flags(&self, count: usize, flags: i32) -> net::Result<Vec<u8>> {
        let mut data = vec![0; count];
        let count = self.recv_flags(&mut data, flags)?;
        data.truncate(count);
        Ok(data)
    }

    fn recvfrom(&self, count: usize, flags: i32) -> net::Result<(Vec<u8>, SocketAddr)> {
        let mut data = vec![0; count];
        let (count, from) = match flags {
            0 => self.recvfrom(&mut data)?,
            _ => self.recvfrom_flags(&mut data, flags)?,
        };
        data.truncate(count);
        Ok((data, from))
    }

    fn read(&self, count: usize) -> net::Result<Option<Vec<u8>>> {
        let mut data = vec![0; count];
        let count = self.read(&mut data)?;
        Ok(count.map(|count| {
            data.truncate(count);
            data
        }))
    }

    fn getpeername(&self) -> net::Result<SocketAddr> {
        Ok(self.getpeername()?)
    }

    fn setblocking(&self, blocking: bool) -> net::Result<()> {
        Ok(self.setblocking(blocking)?)
    }

    fn close(&self) -> net::Result<()> {
        let answer = self.close();
        assert_eq!(self.fileno(), -1);
        // closing twice is no error, whatever else is
        assert_ne!(answer.map_err(Errno::from), Err(EBADF));
        Ok(answer?)
    }

    fn reset(self) -> net::Result<()> {
        assert_eq!(self.recv_flags(&mut [0], MSG_PEEK)?, 1);
        // struct linger { l_onoff: 1, l_linger: 0 }
        self.setsockopt(SOL_SOCKET, SO_LINGER, &[1, 0, 0, 0, 0, 0, 0, 0])?;
        Ok(self.close()?)
    }
}
