//! What async tests begin with: a program beside the runner of a module, a connected socket, bytes.

#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use usocket::asynch::{Modem, Network, Socket, socket};
use usocket::{AF_INET, EspAt, Memory, Quectel, SOCK_STREAM};
use usocket_simulator::{Profile, VirtualWorld};

use crate::tasks::{Task, TaskClock, Time, task};
use crate::world::PEER;

pub(crate) type Wifi<'b> = Modem<'b, EspAt, TaskClock>;
pub(crate) type Lte<'b> = Modem<'b, Quectel, TaskClock>;

/// A module that is in its network, and a peer that has a name and echoes on port 7.
pub(crate) fn echo_world(profile: Profile) -> VirtualWorld {
    let world = VirtualWorld::new(profile).joined(true).dns("echo.example", PEER);
    world.listen(PEER, 7).echo();
    world
}

macro_rules! with {
    ($new:expr, $world:expr, $memory:expr, $program:expr) => {{
        let time = Time::of($world);
        let modem = $new(TaskClock($world.clone()), &mut $memory);
        let (rx, tx) = time.uart();
        let mut runner = modem.runner(rx, tx, time.clone());
        $program(&modem, &time, task(runner.run()))
    }};
}

/// Hands out a Wi-Fi module and its runner, for a program that has more tasks, or a runner of its own.
pub(crate) fn with_wifi<T, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    mut memory: Memory<N, RX, TX>,
    program: impl FnOnce(&Wifi<'_>, &Time, Task<'_>) -> T,
) -> T {
    with!(Modem::esp_at, world, memory, program)
}

/// The same of a cellular module.
pub(crate) fn with_lte<T, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    mut memory: Memory<N, RX, TX>,
    program: impl FnOnce(&Lte<'_>, &Time, Task<'_>) -> T,
) -> T {
    with!(Modem::quectel, world, memory, program)
}

/// The same of whatever module the world has.
pub(crate) fn with_any<T, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    mut memory: Memory<N, RX, TX>,
    program: impl FnOnce(&dyn Network, &Time, Task<'_>) -> T,
) -> T {
    match world.with_module(|module| module.profile().name) {
        name if name.starts_with("esp") => with!(Modem::esp_at, world, memory, program),
        name if name.contains("sim") => with!(Modem::simcom, world, memory, program),
        _ => with!(Modem::quectel, world, memory, program),
    }
}

/// Runs a program beside the runner of a Wi-Fi module.
pub(crate) fn on_wifi<T, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    memory: Memory<N, RX, TX>,
    program: impl AsyncFnOnce(&Wifi<'_>, &Time) -> T,
) -> T {
    with_wifi(world, memory, |modem, time, runner| time.run(program(modem, time), &mut [runner]))
}

/// The same on a cellular module.
pub(crate) fn on_lte<T, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    memory: Memory<N, RX, TX>,
    program: impl AsyncFnOnce(&Lte<'_>, &Time) -> T,
) -> T {
    with_lte(world, memory, |modem, time, runner| time.run(program(modem, time), &mut [runner]))
}

/// The same on whatever module the world has.
pub(crate) fn on_any<T, const N: usize, const RX: usize, const TX: usize>(
    world: &VirtualWorld,
    memory: Memory<N, RX, TX>,
    program: impl AsyncFnOnce(&dyn Network, &Time) -> T,
) -> T {
    with_any(world, memory, |net, time, runner| time.run(program(net, time), &mut [runner]))
}

pub(crate) async fn connected<'n, N: Network + ?Sized>(net: &'n N, port: u16) -> Socket<'n> {
    let sock = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, port)).await.unwrap();
    sock
}

/// A peer that echoes does so.
pub(crate) async fn hello(sock: &Socket<'_>) {
    sock.sendall(b"hello").await.unwrap();
    let mut back = [0; 5];
    assert_eq!(sock.read(&mut back).await, Ok(Some(5)));
    assert_eq!(&back, b"hello");
}

pub(crate) fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 7 % 251) as u8).collect()
}

/// Polls a future so many times; `None`: it had not ended by then, and is gone.
pub(crate) async fn within<T>(polls: usize, future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| {
        if left == 0 {
            return Poll::Ready(None);
        }
        left -= 1;
        match future.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending if left == 0 => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        }
    })
    .await
}

/// Polls a future once, which does not end it.
pub(crate) async fn begin(mut future: Pin<&mut impl Future>) {
    assert!(poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await);
}
