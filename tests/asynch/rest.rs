//! Async sockets while nothing happens: nobody is polled again and again.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;

use crate::rig::{connected, echo_world, hello, on_any, on_wifi, with_lte, with_wifi};
use crate::tasks::{Tx, task};
use crate::world::PEER;
use embassy_futures::select::{Either, select};
use embedded_io::{Error as _, ErrorKind, ErrorType, ReadReady};
use embedded_io_async::{Read, Write};
use usocket::asynch::{getaddrinfo, socket};
use usocket::{AF_INET, Memory, SOCK_DGRAM, SOCK_STREAM};
use usocket_simulator::{Profile, VirtualWorld};

/// A module that once had no room for a payload is no reason to wake anybody a thousand times a second.
#[test]
fn a_module_that_was_full_once_lets_everybody_sleep() {
    let world = VirtualWorld::new(Profile::bg96()).joined(true);
    world.listen(PEER, 7).echo();
    with_lte(&world, Memory::<4, 2048, 512>::new(), |modem, time, runner| {
        let others = Cell::new(0);
        let program = async {
            let sock = connected(modem, 7).await;
            world.with_module(|module| module.fail_next_send(0));
            hello(&sock).await;
            time.sleep(2_000).await;
            let (polls, woken) = (time.polls(), others.get());
            time.sleep(10_000).await;
            let (polls, woken) = (time.polls() - polls, others.get() - woken);
            println!("{polls} polls, {woken} of a task that waits for an event, in 10 s");
            assert!(polls < 100, "{polls} polls in 10 s in which nothing happens");
        };
        let waits = async {
            let mut events = pin!(async {
                loop {
                    modem.next_event().await;
                }
            });
            poll_fn(|context| {
                others.set(others.get() + 1);
                events.as_mut().poll(context)
            })
            .await;
        };
        time.run(program, &mut [runner, task::<()>(waits)]);
    });
}

/// Bytes that nobody takes, of a socket on which somebody has waited, are no reason either.
#[test]
fn bytes_that_wait_to_be_read_let_everybody_sleep() {
    for profile in [Profile::esp32c3_4_1(), Profile::bg96()] {
        println!("on {}", profile.name);
        let world = VirtualWorld::new(profile).joined(true);
        let host = world.listen(PEER, 9);
        on_any(&world, Memory::<2, 2048, 512>::new(), async |net, time| {
            let sock = connected(net, 9).await;
            let peer = host.accept().unwrap();
            match select(sock.recv(&mut [0; 8]), time.sleep(300)).await {
                Either::First(_) => panic!("nothing has been sent"),
                Either::Second(()) => peer.send(b"hello"),
            }
            time.sleep(3_000).await; // the program does something else
            let polls = time.polls();
            time.sleep(10_000).await;
            let polls = time.polls() - polls;
            println!("{polls} polls in 10 s");
            assert!(polls < 100, "{polls} polls in 10 s in which nothing happens");
            assert_eq!(sock.recv(&mut [0; 8]).await, Ok(5));
        });
    }
}

/// To ask whether a socket is ready changes nothing, and wakes nobody: else two tasks that ask in each
/// poll would wake each other for ever.
#[test]
fn tasks_that_ask_whether_they_are_ready_do_not_wake_each_other() {
    let world = echo_world(Profile::esp32c3_4_1());
    world.listen(PEER, 9);
    with_wifi(&world, Memory::<4, 2048, 512>::new(), |modem, time, runner| {
        let polls = Cell::new(0u32);
        let looks = async |port: u16| {
            let mut sock = connected(modem, port).await;
            loop {
                let readable = {
                    let mut asked = sock.makefile("rb").unwrap();
                    let mut wait = pin!(sock.readable());
                    poll_fn(|context| {
                        polls.set(polls.get() + 1);
                        if asked.read_ready().unwrap() {
                            return Poll::Ready(true);
                        }
                        wait.as_mut().poll(context).map(|_| false)
                    })
                    .await
                };
                assert!(readable);
                let _ = Read::read(&mut sock, &mut [0; 8]).await;
            }
        };
        let program = async {
            time.sleep(3_000).await;
            let before = polls.get();
            time.sleep(1_000).await;
            let polls = polls.get() - before;
            println!("{polls} polls in a second");
            assert!(polls < 1_000, "{polls} polls in a second in which nothing comes");
        };
        time.run(program, &mut [runner, task::<()>(looks(9)), task::<()>(looks(9))]);
    });
}

/// Tasks that wait and hear nothing are polled a few times a second, whatever they wait for.
#[test]
fn waiting_costs_few_polls() {
    let world = echo_world(Profile::esp32c3_4_1());
    world.listen(PEER, 9);
    on_wifi(&world, Memory::<4, 256, 64>::new(), async |modem, time| {
        let sock = connected(modem, 9).await;
        let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        listener.bind(([0, 0, 0, 0], 80)).await.unwrap();
        listener.listen(1).await.unwrap();
        let before = time.polls();
        let wait = async {
            let _ = embassy_futures::join::join4(
                async { sock.recv(&mut [0; 8]).await.err() },
                async { listener.accept().await.err() },
                modem.next_event(),
                sock.readable(),
            )
            .await;
        };
        match select(wait, time.sleep(60_000)).await {
            Either::First(()) => panic!("nothing happens"),
            Either::Second(()) => {}
        }
        let polls = time.polls() - before;
        println!("{polls} polls in a minute");
        assert!(polls < 10_000, "each byte of the answers wakes everybody, and no more");
    });
}

/// A UART that takes no more in the midst of a payload wakes nobody, also where runner and program are one
/// task.
#[test]
fn a_write_that_waits_lets_everybody_sleep() {
    struct Stuck(Tx);
    impl ErrorType for Stuck {
        type Error = ErrorKind;
    }
    impl Write for Stuck {
        async fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
            if buf.contains(&7) {
                std::future::pending::<()>().await;
            }
            self.0.write(buf).await.map_err(|error| error.kind())
        }

        async fn flush(&mut self) -> Result<(), ErrorKind> {
            Ok(())
        }
    }
    let world = echo_world(Profile::esp32c3_4_1());
    with_wifi(&world, Memory::<4, 256, 512>::new(), |modem, time, _| {
        let (rx, tx) = time.uart();
        let mut runner = modem.runner(rx, Stuck(tx), time.clone());
        let program = async {
            let sock = connected(modem, 7).await;
            let waiting = async {
                sock.sendall(&[7; 400]).await.unwrap();
                embassy_futures::join::join(sock.recv(&mut [0; 8]), modem.next_event()).await
            };
            let looking = async {
                time.sleep(100).await;
                let before = time.polls();
                time.sleep(400).await;
                let polls = time.polls() - before;
                println!("{polls} polls in 400 ms");
                assert!(polls < 50, "{polls} polls in 400 ms in which nothing happens");
            };
            let _ = select(waiting, looking).await;
        };
        let _ = time.run(select(runner.run(), program), &mut []);
    });
}

/// A task that waits for bytes is not woken by the single bytes of answers that mean nothing yet.
#[test]
fn single_bytes_of_an_answer_wake_nobody() {
    let world = echo_world(Profile::esp32c3_4_1());
    world.listen(PEER, 9);
    with_wifi(&world, Memory::<4, 256, 64>::new(), |modem, time, runner| {
        let polls = Cell::new(0);
        let waits = async {
            let sock = connected(modem, 9).await;
            let mut data = [0; 8];
            let mut wait = pin!(sock.recv(&mut data));
            poll_fn(|context| {
                polls.set(polls.get() + 1);
                wait.as_mut().poll(context).map(|_| ())
            })
            .await;
        };
        let program = async {
            time.sleep(2_000).await;
            let (polls_before, commands) = (polls.get(), modem.counters().commands);
            time.sleep(60_000).await;
            let (polls, commands) =
                (polls.get() - polls_before, modem.counters().commands - commands);
            println!("{polls} polls of a task that waits, {commands} commands in a minute");
            assert!(polls < 10 * commands, "{polls} polls, {commands} commands");
        };
        time.run(program, &mut [runner, task(waits)]);
    });
}

/// Whatever has happened before: while nobody waits for anything, hardly anybody is polled.
#[test]
fn after_anything_there_is_rest() {
    type Scenario = (&'static str, u64);
    const SCENARIOS: [Scenario; 12] = [
        ("an accept is dropped", 200),
        ("datagrams come that nobody reads", 200),
        ("a peer closes, and its bytes are not read", 200),
        ("a peer resets", 200),
        ("the module is silent", 200),
        ("the network goes", 600),
        ("the module restarts", 600),
        ("a listener closes with a connection waiting", 200),
        ("a connect is dropped", 200),
        ("a name is dropped", 200),
        ("the line is damaged", 600),
        ("more comes than fits", 200),
    ];
    for profile in [Profile::esp32c3_4_1(), Profile::bg96(), Profile::sim7080()] {
        for (what, most) in SCENARIOS {
            let name = profile.name;
            let polls = rest_after(profile.clone(), what);
            println!("{name}: {what}: {polls:?} polls");
            assert!(polls.is_none_or(|polls| polls < most), "{name}: {what}: {polls:?} polls");
        }
    }
}

fn rest_after(profile: Profile, what: &str) -> Option<u64> {
    let world = VirtualWorld::new(profile).joined(true).dns("echo.example", PEER);
    let host = world.listen(PEER, 9);
    let answers = world.udp_host(PEER, 53);
    answers.on_datagram(|_, _| vec![vec![1; 20]; 4]);
    on_any(&world, Memory::<4, 256, 256>::new(), async |net, time| {
        let sock = connected(net, 9).await;
        let peer = host.accept().unwrap();
        let other = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
        let mut third = None;
        let _ = select(sock.recv(&mut [0; 8]), time.sleep(700)).await;
        match what {
            "an accept is dropped" | "a listener closes with a connection waiting" => {
                other.bind(([0, 0, 0, 0], 80)).await.ok()?;
                other.listen(1).await.ok()?;
                let _ = select(other.accept(), time.sleep(700)).await;
                if what != "an accept is dropped" {
                    let clients = [world.connect_in(80), world.connect_in(80)];
                    clients[0].send(b"hello");
                    time.sleep(300).await;
                    other.close().await.unwrap();
                }
            }
            "datagrams come that nobody reads" => {
                let datagrams = socket(net, AF_INET, SOCK_DGRAM, 0).unwrap();
                let _ = select(datagrams.sendto(b"x", (PEER, 53)), time.sleep(3_000)).await;
                let _ = select(datagrams.recvfrom(&mut []), time.sleep(10)).await;
                third = Some(datagrams);
            }
            "a peer closes, and its bytes are not read" => {
                peer.send(&[1; 1000]);
                peer.close();
            }
            "a peer resets" => peer.reset(),
            "the module is silent" => {
                world.mute(true);
                let _ = select(sock.sendall(&[1; 100]), time.sleep(40_000)).await;
            }
            "the network goes" => world.lose_network(),
            "the module restarts" => world.reset_module(),
            "a connect is dropped" => {
                let _ = select(other.connect((PEER, 10)), time.sleep(100)).await;
            }
            "a name is dropped" => {
                let _ = select(getaddrinfo(net, "echo.example", 7), time.sleep(10)).await;
            }
            "the line is damaged" => {
                peer.send(&[1; 1000]);
                time.sleep(20).await;
                time.fail_read(ErrorKind::Other);
            }
            "more comes than fits" => peer.send(&[1; 10_000]),
            other => panic!("{other}"),
        }
        time.sleep(10_000).await;
        let polls = time.polls();
        time.sleep(10_000).await;
        drop(third);
        Some(time.polls() - polls)
    })
}
