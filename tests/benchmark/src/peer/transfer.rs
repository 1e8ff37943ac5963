//! Moving the payload through the sockets of any `embedded_nal` stack, and what became of it.

use std::fmt::Debug;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use embedded_nal::TcpClientStack;
use usocket_simulator::{Direction as Speaker, Host, VirtualWorld};

use super::board;
use crate::outcome::Outcome;
use crate::scenario::{Direction, Scenario};
use crate::stream::{STALL, Stream};
use crate::world;

/// The payload of a scenario on its way.
pub(super) struct Transfer {
    scenario: Scenario,
    world: VirtualWorld,
    host: Host,
    streams: Vec<Stream>,
    begin: Duration,
    /// When a byte moved last.
    last: Duration,
}

impl Transfer {
    pub(super) fn new(scenario: &Scenario, world: &VirtualWorld) -> Self {
        Self {
            scenario: *scenario,
            world: world.clone(),
            host: world::listen(world),
            streams: Vec::new(),
            begin: Duration::ZERO,
            last: Duration::ZERO,
        }
    }

    /// Connects, and moves everything.
    pub(super) fn go<S>(
        &mut self,
        stack: &mut S,
        chunk: usize,
        progress: &dyn Fn(usize),
    ) -> Result<(), String>
    where
        S: TcpClientStack<Error: Debug>,
    {
        let mut sockets = Vec::new();
        for number in 0..self.scenario.sockets {
            let mut socket = stack.socket().map_err(|error| format!("socket: {error:?}"))?;
            let address = SocketAddr::new(IpAddr::V4(Ipv4Addr::from(world::PEER)), world::PORT);
            stack.connect(&mut socket, address).map_err(|error| format!("connect: {error:?}"))?;
            let stream = Stream::accept(&self.scenario, number, &self.host);
            self.streams.push(stream.map_err(|error| error.to_string())?);
            sockets.push(socket);
        }
        self.begin = self.world.now();
        self.last = self.begin;
        if self.scenario.direction == Direction::Receive {
            self.streams.iter().for_each(Stream::fill);
        }
        let mut buffer = vec![0; chunk];
        while !self.streams.iter().all(Stream::is_complete) {
            let mut moved = 0;
            for (stream, socket) in self.streams.iter_mut().zip(&mut sockets) {
                if !stream.is_complete() {
                    moved += match self.scenario.direction {
                        Direction::Receive => receive(stack, socket, stream, &mut buffer)?,
                        Direction::Send => send(stack, socket, stream, chunk)?,
                    };
                }
            }
            progress(self.streams.iter().map(Stream::delivered).sum());
            self.note(moved)?;
        }
        Ok(())
    }

    /// Sees to it that something moves, or that time passes.
    fn note(&mut self, moved: usize) -> Result<(), String> {
        let now = self.world.now();
        if moved > 0 {
            self.last = now;
            return Ok(());
        }
        if now - self.last > STALL {
            return Err(match self.scenario.direction {
                Direction::Receive => "WouldBlock for ever".to_owned(),
                Direction::Send => "what was sent does not arrive".to_owned(),
            });
        }
        board::sleep();
        Ok(())
    }

    /// What it came to, with the evidence if it failed.
    pub(super) fn outcome(&self, world: &VirtualWorld, failure: Option<String>) -> Outcome {
        let delivered = self.streams.iter().map(Stream::delivered).sum::<usize>();
        let failure = failure.map(|mut text| {
            if self.scenario.direction == Direction::Receive && !self.streams.is_empty() {
                let unsent = self.streams.iter().map(|stream| stream.peer.unsent()).sum::<usize>();
                let read = read_from_module(world);
                let held =
                    (self.scenario.share() * self.scenario.sockets).saturating_sub(unsent + read);
                let lost = read.saturating_sub(delivered);
                text += &format!(", while {held} B wait in the module");
                if lost > 0 {
                    text += &format!(", and {lost} B that were read are lost");
                }
            }
            text
        });
        Outcome { delivered, elapsed: self.last - self.begin, failure }
    }
}

fn receive<S: TcpClientStack<Error: Debug>>(
    stack: &mut S,
    socket: &mut S::TcpSocket,
    stream: &mut Stream,
    buffer: &mut [u8],
) -> Result<usize, String> {
    match stack.receive(socket, buffer) {
        Ok(count) => {
            stream.take(&buffer[..count]).map_err(|error| error.to_string())?;
            Ok(count)
        }
        Err(nb::Error::WouldBlock) => Ok(0),
        Err(nb::Error::Other(error)) => Err(format!("receive gives {error:?}")),
    }
}

fn send<S: TcpClientStack<Error: Debug>>(
    stack: &mut S,
    socket: &mut S::TcpSocket,
    stream: &mut Stream,
    chunk: usize,
) -> Result<usize, String> {
    let count = match stream.next(chunk) {
        [] => 0,
        data => match stack.send(socket, data) {
            Ok(count) => count,
            Err(nb::Error::WouldBlock) => 0,
            Err(nb::Error::Other(error)) => return Err(format!("send gives {error:?}")),
        },
    };
    stream.moved += count;
    let came = stream.take_from_peer().map_err(|error| error.to_string())?;
    Ok(count + came)
}

/// Bytes that the module has given out in answer to reads.
fn read_from_module(world: &VirtualWorld) -> usize {
    let count = |bytes: &[u8]| {
        let rest = bytes.strip_prefix(b"+CIPRECVDATA:")?;
        let digits = rest.split(|byte| *byte == b',').next()?;
        std::str::from_utf8(digits).ok()?.parse::<usize>().ok()
    };
    let dialogue = world.dialogue();
    let spoken = dialogue.iter().filter(|entry| entry.direction == Speaker::Module);
    spoken.filter_map(|entry| count(&entry.bytes)).sum()
}
