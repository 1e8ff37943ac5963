//! A scenario on usocket: its public API alone, as a program uses it.

use std::net::{Ipv4Addr, SocketAddr};

use anyhow::{Result, bail};
use usocket::clock::Clock;
use usocket::network::{Cellular, STA_IF, Wlan};
use usocket::{
    AF_INET, IPPROTO_TCP, Memory, Modem, Network, SOCK_STREAM, Socket, TCP_NODELAY, nb, socket,
};
use usocket_simulator::{Host, VirtualWorld};

use crate::outcome::Outcome;
use crate::scenario::{Direction, Habit, Scenario};
use crate::stream::{STALL, Stream};
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

fn go<N: Network>(
    scenario: &Scenario,
    world: &VirtualWorld,
    host: &Host,
    net: &N,
    progress: &dyn Fn(usize),
) -> Result<Outcome> {
    let mut ends = Vec::new();
    for number in 0..scenario.sockets {
        let socket = socket(net, AF_INET, SOCK_STREAM, 0)?;
        if let Habit::NoDelay(_) = scenario.habit {
            socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)?;
        }
        socket.settimeout_secs(STALL.as_secs_f32())?;
        socket.connect(SocketAddr::from((Ipv4Addr::from(world::PEER), world::PORT)))?;
        ends.push((socket, Stream::accept(scenario, number, host)?));
    }

    let begin = world.now();
    let result = match scenario.direction {
        Direction::Receive => {
            ends.iter().for_each(|(_, stream)| stream.fill());
            receive(scenario, world, &mut ends, progress)
        }
        Direction::Send => send(scenario, world, &mut ends, progress),
    };
    let elapsed = world.now() - begin;
    let failure = result.err().map(|error| error.to_string());
    Ok(Outcome { delivered: delivered(&ends), elapsed, failure })
}

/// The two ends of a connection.
type Ends<'n> = (Socket<'n>, Stream);

fn delivered(ends: &[Ends<'_>]) -> usize {
    ends.iter().map(|(_, stream)| stream.delivered()).sum()
}

fn receive(
    scenario: &Scenario,
    world: &VirtualWorld,
    ends: &mut [Ends<'_>],
    progress: &dyn Fn(usize),
) -> Result<()> {
    let mut buffer = vec![0; scenario.habit.size()];
    if let [(socket, stream)] = ends {
        while !stream.is_complete() {
            let count = match scenario.habit {
                Habit::Lines(_) => socket.readline(&mut buffer)?.unwrap_or(0),
                Habit::Chunks(_) | Habit::NoDelay(_) => socket.recv(&mut buffer)?,
            };
            if count == 0 {
                bail!("end of the stream");
            }
            stream.take(&buffer[..count])?;
            progress(stream.delivered());
        }
        return Ok(());
    }
    // several sockets in one loop: no call waits, so that none holds up the others
    in_turn(world, ends, progress, |(socket, stream)| match socket.try_recv(&mut buffer) {
        Ok(0) => bail!("end of the stream"),
        Ok(count) => stream.take(&buffer[..count]).map(|()| count),
        Err(nb::Error::WouldBlock) => Ok(0),
        Err(nb::Error::Other(error)) => Err(error.into()),
    })
}

fn send(
    scenario: &Scenario,
    world: &VirtualWorld,
    ends: &mut [Ends<'_>],
    progress: &dyn Fn(usize),
) -> Result<()> {
    let size = scenario.habit.size();
    if let [(socket, stream)] = ends {
        while !stream.next(size).is_empty() {
            stream.moved += socket.send(stream.next(size))?;
            stream.take_from_peer()?;
            progress(stream.delivered());
        }
    }
    in_turn(world, ends, progress, |(socket, stream)| {
        let sent = match stream.next(size) {
            // the calls after the last send let the driver go on
            [] => socket.try_recv(&mut [0]).map(|_| 0),
            data => socket.try_send(data),
        };
        let count = match sent {
            Ok(count) => count,
            Err(nb::Error::WouldBlock) => 0,
            Err(nb::Error::Other(error)) => return Err(error.into()),
        };
        stream.moved += count;
        Ok(count + stream.take_from_peer()?)
    })
}

/// Goes round the connections until all of each has arrived; lets time pass when none of them moved.
fn in_turn<'n>(
    world: &VirtualWorld,
    ends: &mut [Ends<'n>],
    progress: &dyn Fn(usize),
    mut step: impl FnMut(&mut Ends<'n>) -> Result<usize>,
) -> Result<()> {
    let mut last = world.now();
    while ends.iter().any(|(_, stream)| !stream.is_complete()) {
        let mut moved = 0;
        for end in ends.iter_mut().filter(|(_, stream)| !stream.is_complete()) {
            moved += step(end)?;
        }
        progress(delivered(ends));
        if moved > 0 {
            last = world.now();
        } else if world.now() - last > STALL {
            bail!("nothing moves");
        } else {
            world.pause();
        }
    }
    Ok(())
}
