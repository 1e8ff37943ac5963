//! A scenario on usocket: its public API alone, as a program uses it.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use usocket::clock::Clock;
use usocket::network::{Cellular, STA_IF, Wlan};
use usocket::{
    AF_INET, IPPROTO_TCP, Memory, Modem, Network, SOCK_STREAM, Socket, TCP_NODELAY, nb, socket,
};
use usocket_simulator::{Host, Peer, VirtualWorld};

use crate::outcome::Outcome;
use crate::payload;
use crate::scenario::{Direction, Habit, Scenario};
use crate::world;

/// Runs a scenario; `progress` is told how many bytes have been moved.
pub(crate) fn run(scenario: &Scenario, progress: &dyn Fn(usize)) -> Result<Outcome> {
    macro_rules! with_memory {
        ($($sockets:literal: $($ring:literal)+;)+) => {
            match (scenario.sockets, scenario.ring) {
                $($(($sockets, $ring) => {
                    with(scenario, &mut Memory::<$sockets, $ring, $ring>::new(), progress)
                })+)+
                _ => bail!("rings of {} bytes for {} sockets", scenario.ring, scenario.sockets),
            }
        };
    }
    with_memory! {
        1: 256 512 1024 2048 4096 8192;
        2: 256 512 1024 2048 4096 8192;
        5: 256 512 1024 2048 4096 8192;
    }
}

#[derive(Clone)]
struct WorldClock(VirtualWorld);

impl Clock for WorldClock {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pause(&self) {
        self.0.pause();
    }
}

fn with<const N: usize, const RX: usize, const TX: usize>(
    scenario: &Scenario,
    memory: &mut Memory<N, RX, TX>,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let world = world::new(scenario);
    let host = world::listen(&world);
    let clock = WorldClock(world.clone());
    if scenario.profile().is_cellular() {
        let modem = Modem::quectel(world.uart(), clock, memory);
        let lte = Cellular::new(&modem);
        lte.active(true)?;
        if !lte.isconnected()? {
            lte.connect("internet", "", "")?;
        }
        go(scenario, &world, &host, &lte, progress)
    } else {
        let modem = Modem::esp_at(world.uart(), clock, memory);
        let wlan = Wlan::new(&modem, STA_IF);
        wlan.active(true)?;
        go(scenario, &world, &host, &wlan, progress)
    }
}

/// One of the connections: its two ends, what goes through it, and how far that is.
struct Stream<'n> {
    socket: Socket<'n>,
    peer: Peer,
    sent: Vec<u8>,
    /// Given to the driver, or taken from it.
    moved: usize,
    got: Vec<u8>,
}

fn go<N: Network>(
    scenario: &Scenario,
    world: &VirtualWorld,
    host: &Host,
    net: &N,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let mut streams = Vec::new();
    for number in 0..scenario.sockets {
        let socket = socket(net, AF_INET, SOCK_STREAM, 0)?;
        if let Habit::NoDelay(_) = scenario.habit {
            socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)?;
        }
        socket.connect(SocketAddr::from((Ipv4Addr::from(world::PEER), world::PORT)))?;
        let peer = host.accept().context("the peer has no connection")?;
        let sent = match scenario.habit {
            Habit::Lines(line) => payload::lines(number, scenario.share(), line),
            _ => payload::bytes(number, scenario.share()),
        };
        streams.push(Stream { socket, peer, sent, moved: 0, got: Vec::new() });
    }

    let begin = world.now();
    if scenario.direction == Direction::Receive {
        streams.iter().for_each(|stream| stream.peer.send(&stream.sent));
    }
    let result = match scenario.direction {
        Direction::Receive => receive(scenario, world, &mut streams, progress),
        Direction::Send => send(scenario, world, &mut streams, progress),
    };
    let elapsed = world.now() - begin;

    let delivered =
        streams.iter().map(|stream| payload::agreeing(&stream.sent, &stream.got)).sum::<usize>();
    let came = streams.iter().map(|stream| stream.got.len()).sum::<usize>();
    let failure = match result {
        Err(error) => Some(error.to_string()),
        Ok(()) if came > delivered => Some("other bytes came than were sent".to_owned()),
        Ok(()) if delivered < scenario.share() * scenario.sockets => {
            Some("bytes are missing".to_owned())
        }
        Ok(()) => None,
    };
    Ok(Outcome { delivered, elapsed, failure })
}

/// Nothing may take longer than this without a byte moving.
const STALL: Duration = Duration::from_secs(60);

fn receive(
    scenario: &Scenario,
    world: &VirtualWorld,
    streams: &mut [Stream<'_>],
    progress: &dyn Fn(usize),
) -> Result<()> {
    let mut buffer = vec![0; scenario.habit.size()];
    if let [stream] = streams {
        while stream.got.len() < stream.sent.len() {
            let count = match scenario.habit {
                Habit::Lines(_) => stream.socket.readline(&mut buffer)?.unwrap_or(0),
                Habit::Chunks(_) | Habit::NoDelay(_) => stream.socket.recv(&mut buffer)?,
            };
            if count == 0 {
                bail!("end of the stream");
            }
            stream.got.extend_from_slice(&buffer[..count]);
            progress(stream.got.len());
        }
        return Ok(());
    }
    // several sockets in one loop: no call waits, so that none holds up the others
    in_turn(world, streams, progress, |stream| {
        match stream.socket.try_recv(&mut buffer) {
            Ok(0) => bail!("end of the stream"),
            Ok(count) => stream.got.extend_from_slice(&buffer[..count]),
            Err(nb::Error::WouldBlock) => return Ok(0),
            Err(nb::Error::Other(error)) => return Err(error.into()),
        }
        stream.moved = stream.got.len();
        Ok(stream.moved)
    })
}

fn send(
    scenario: &Scenario,
    world: &VirtualWorld,
    streams: &mut [Stream<'_>],
    progress: &dyn Fn(usize),
) -> Result<()> {
    let size = scenario.habit.size();
    if let [stream] = streams {
        while let Some(rest) = stream.sent.get(stream.moved..).filter(|rest| !rest.is_empty()) {
            stream.moved += stream.socket.send(&rest[..size.min(rest.len())])?;
            stream.got.extend(stream.peer.received());
            progress(stream.got.len());
        }
    }
    in_turn(world, streams, progress, |stream| {
        let rest = &stream.sent[stream.moved..];
        let mut count = 0;
        if !rest.is_empty() {
            count = match stream.socket.try_send(&rest[..size.min(rest.len())]) {
                Ok(count) => count,
                Err(nb::Error::WouldBlock) => 0,
                Err(nb::Error::Other(error)) => return Err(error.into()),
            };
        } else if let Err(nb::Error::Other(error)) = stream.socket.try_recv(&mut [0]) {
            return Err(error.into()); // the calls after the last send let the driver go on
        }
        stream.moved += count;
        let came = stream.peer.received();
        let moved = count + came.len();
        stream.got.extend(came);
        Ok(moved)
    })
}

/// Goes round the streams until all of each has arrived; lets time pass when none of them moved.
fn in_turn<'n>(
    world: &VirtualWorld,
    streams: &mut [Stream<'n>],
    progress: &dyn Fn(usize),
    mut step: impl FnMut(&mut Stream<'n>) -> Result<usize>,
) -> Result<()> {
    let mut last = world.now();
    while streams.iter().any(|stream| stream.got.len() < stream.sent.len()) {
        let mut moved = 0;
        for stream in streams.iter_mut().filter(|stream| stream.got.len() < stream.sent.len()) {
            moved += step(stream)?;
        }
        progress(streams.iter().map(|stream| stream.got.len()).sum());
        if moved > 0 {
            last = world.now();
        } else if world.now() - last > STALL {
            return Err(anyhow!("nothing moves"));
        } else {
            world.pause();
        }
    }
    Ok(())
}
