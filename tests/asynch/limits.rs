//! Async sockets under a program and a module that are not kind: turns, limits, wakers.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use crate::commands::{GetRam, Ram, Sleep};
use crate::rig::{Wifi, begin, connected, echo_world, on_wifi, with_lte, with_wifi};
use crate::tasks::{TaskClock, Time, task};
use crate::world::PEER;
use atat::atat_derive::AtatCmd;
use embedded_io::{ErrorKind, ErrorType};
use embedded_io_async::Read;
use fugit::ExtU32;
use usocket::asynch::{Cellular, Modem, Socket, Wlan, getaddrinfo, getaddrinfo_with, socket};
use usocket::clock::Clock;
use usocket::network::STA_IF;
use usocket::{AF_INET, Error, EspAt, Hints, Memory, ModuleEvent, SOCK_STREAM};
use usocket_simulator::{Profile, VirtualWorld};

/// `AT+SYSRAM?` of a program that has a lot of time.
#[derive(AtatCmd)]
#[at_cmd("+SYSRAM?", Ram, timeout_ms = 7_200_000)]
struct GetRamOnce;

/// Who waits for an event hears that the module has been switched off, also if it does not say so.
#[test]
fn the_end_of_a_module_that_says_no_farewell_wakes_who_waits() {
    let world = VirtualWorld::new(Profile::bg96()).joined(true);
    world.with_module(|module| module.modem().unwrap().quirks_mut().no_farewell = true);
    with_lte(&world, Memory::<4, 2048, 512>::new(), |modem, time, runner| {
        let switching = async {
            let lte = Cellular::new(modem);
            lte.active(true).await.unwrap();
            lte.power_off().await.unwrap();
        };
        let watching =
            async { while modem.next_event().await != ModuleEvent::Lost(Error::PoweredDown) {} };
        time.run(watching, &mut [task(switching), runner]);
    });
}

/// A task that asks the module one thing after the other does not keep others from their turn.
#[test]
fn a_task_that_asks_all_the_time_lets_others_have_their_turn() {
    let world = echo_world(Profile::esp32c3_4_1());
    with_wifi(&world, Memory::<4, 2048, 512>::new(), |modem, time, runner| {
        let asked = Cell::new(0);
        let asks = async {
            loop {
                modem.send_command(&GetRam, &mut [0; 64]).await.unwrap();
                asked.set(asked.get() + 1);
            }
        };
        let program = async {
            time.sleep(500).await;
            let before = asked.get();
            getaddrinfo(modem, "echo.example", 7).await.expect("a turn");
            assert!(asked.get() - before < 5, "after {} other commands", asked.get() - before);
        };
        time.run(program, &mut [runner, task::<()>(asks)]);
    });
}

/// The limit of a call counts from its beginning, not anew when it has its turn.
#[test]
fn the_wait_for_a_turn_counts_towards_the_limit() {
    let world = echo_world(Profile::esp32c3_4_1());
    let scanned = Cell::new(0);
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, time| {
        let scan = async {
            let wlan = Wlan::new(modem, STA_IF);
            wlan.scan().await.unwrap();
            scanned.set(world.now_ms());
            world.mute(true); // the name will not be answered
        };
        getaddrinfo(modem, "echo.example", 7).await.unwrap(); // it is set up
        let scanning = async {
            time.sleep(1).await;
            let start = world.now_ms();
            let hints = Hints { timeout: Some(3.secs()), ..Hints::default() };
            let found = getaddrinfo_with(modem, "echo.example", 7, hints).await;
            (found.err(), world.now_ms() - start)
        };
        let ((), (error, took)) = embassy_futures::join::join(scan, scanning).await;
        println!("{error:?} after {took} ms, scanned at {}", scanned.get());
        assert_eq!(error, Some(Error::TimedOut));
        assert!(took < 3_100, "{took} ms");
    });
}

/// A long line of an answer that nobody takes is not a matter of the next command.
#[test]
fn a_cut_line_of_a_dropped_command_is_not_held_against_the_next() {
    let world = echo_world(Profile::esp32c3_4_1());
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
        modem.send_command(&GetRam, &mut [0; 64]).await.unwrap();
        let mut long = b"+SYSRAM:".to_vec();
        long.extend([b'1'; 300]);
        long.extend(b"\r\n");
        world.inject_before(b"+SYSRAM:", &long);
        let mut buffer = [0; 64];
        let mut dropped = Box::pin(modem.send_command(&GetRam, &mut buffer));
        begin(dropped.as_mut()).await;
        drop(dropped);
        let ram = modem.send_command(&GetRam, &mut [0; 64]).await;
        assert!(ram.is_ok(), "{ram:?}");
    });
}

/// A UART that always has bytes: the runner still lets others have their turn.
#[test]
fn a_flood_leaves_others_their_turn() {
    struct Flood {
        reads: Rc<Cell<u32>>,
    }
    impl ErrorType for Flood {
        type Error = ErrorKind;
    }
    impl Read for Flood {
        async fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
            self.reads.set(self.reads.get() + 1);
            assert!(self.reads.get() < 10_000, "nobody else has had a turn");
            buf.fill(b'x');
            Ok(buf.len())
        }
    }
    let world = echo_world(Profile::esp32c3_4_1());
    with_wifi(&world, Memory::<4, 2048, 512>::new(), |modem, time, _| {
        let (_, tx) = time.uart();
        let reads = Rc::new(Cell::new(0));
        let mut runner = modem.runner(Flood { reads: reads.clone() }, tx, time.clone());
        let program = async {
            embassy_futures::yield_now().await;
            embassy_futures::yield_now().await;
        };
        time.run(program, &mut [task(runner.run())]);
    });
}

/// A waker may poll its task at once.
#[test]
fn a_waker_that_polls_its_task_at_once_is_served() {
    use std::future::Future;
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Wake, Waker};
    type Slot = RefCell<Option<Pin<Box<dyn Future<Output = ()>>>>>;
    thread_local! {
        static TASK: Slot = const { RefCell::new(None) };
        static RESULT: Cell<Option<Result<usize, Error>>> = const { Cell::new(None) };
    }
    struct AtOnce;
    impl AtOnce {
        fn poll() {
            TASK.with(|slot| {
                let Ok(mut slot) = slot.try_borrow_mut() else { return };
                let Some(future) = slot.as_mut() else { return };
                let waker = Waker::from(Arc::new(Self));
                if future.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                    *slot = None;
                }
            });
        }
    }
    impl Wake for AtOnce {
        fn wake(self: Arc<Self>) {
            Self::poll();
        }
    }
    let world = echo_world(Profile::esp32c3_4_1());
    let host = world.listen(PEER, 9);
    let time = Time::of(&world);
    let memory = Box::leak(Box::new(Memory::<4, 2048, 512>::new()));
    let modem: &'static Wifi<'static> =
        Box::leak(Box::new(Modem::esp_at(TaskClock(world.clone()), memory)));
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        let sock: &'static Socket<'static> = Box::leak(Box::new(connected(modem, 9).await));
        let peer = host.accept().unwrap();
        TASK.with(|slot| {
            *slot.borrow_mut() = Some(Box::pin(async move {
                RESULT.set(Some(sock.recv(&mut [0; 8]).await));
            }));
        });
        AtOnce::poll();
        time.sleep(100).await;
        peer.send(b"hello");
        time.sleep(5_000).await;
        assert_eq!(RESULT.get(), Some(Ok(5)));
    };
    time.run(program, &mut [task(runner.run())]);
}

/// A clock whose ticks wrap in the middle of everything.
#[derive(Clone)]
struct Wrapping(VirtualWorld, u32);

impl Clock for Wrapping {
    fn now(&self) -> u32 {
        self.0.now_ms().wrapping_add(self.1)
    }
}

#[test]
fn ticks_may_wrap_at_any_time() {
    for before in (0..12_000).step_by(237) {
        let world = echo_world(Profile::esp32c3_4_1());
        let host = world.listen(PEER, 9);
        let time = Time::of(&world);
        let mut memory = Memory::<2, 256, 64>::new();
        let clock = Wrapping(world.clone(), u32::MAX - before);
        let modem: Modem<'_, EspAt, _> = Modem::esp_at(clock, &mut memory);
        let (rx, tx) = time.uart();
        let mut runner = modem.runner(rx, tx, time.clone());
        let program = async {
            let sock = connected(&modem, 9).await;
            let peer = host.accept().unwrap();
            sock.settimeout(Some(1500.millis())).unwrap();
            for _ in 0..3 {
                let start = world.now_ms();
                assert_eq!(sock.recv(&mut [0; 8]).await, Err(Error::TimedOut));
                let took = world.now_ms() - start;
                assert!((1500..1505).contains(&took), "{took} ms, {before} before the wrap");
                sock.sendall(b"hello").await.unwrap();
                peer.send(b"hello");
                assert_eq!(sock.read(&mut [0; 5]).await, Ok(Some(5)));
            }
            sock.close().await.unwrap();
            let start = world.now_ms();
            getaddrinfo(&modem, "echo.example", 7).await.unwrap();
            assert!(world.now_ms() - start < 500);
        };
        time.run(program, &mut [task(runner.run())]);
    }
}

/// Two tasks on one socket, a close while one waits, and halves that outlive nothing.
#[test]
fn a_close_wakes_who_waits_on_the_same_socket() {
    let world = echo_world(Profile::esp32c3_4_1());
    let host = world.listen(PEER, 9);
    with_wifi(&world, Memory::<4, 256, 64>::new(), |modem, time, runner| {
        let got = RefCell::new(Vec::new());
        let shared = RefCell::new(None::<Rc<Socket<'_>>>);
        let reads = async |name: &'static str| {
            while shared.borrow().is_none() {
                time.sleep(100).await;
            }
            let sock = shared.borrow().clone().unwrap();
            let (mut rx, _) = sock.split();
            loop {
                let result = rx.read(&mut [0; 4]).await;
                got.borrow_mut().push((name, result));
                if result.is_err() {
                    return;
                }
            }
        };
        let program = async {
            let sock = Rc::new(connected(modem, 9).await);
            let peer = host.accept().unwrap();
            *shared.borrow_mut() = Some(sock.clone());
            time.sleep(300).await;
            peer.send(b"12345678");
            time.sleep(1_000).await;
            sock.close().await.unwrap();
            time.sleep(10).await;
            println!("{:?}", got.borrow());
            let closed = got.borrow().iter().filter(|(_, it)| *it == Err(Error::Closed)).count();
            assert_eq!(closed, 2);
        };
        time.run(program, &mut [runner, task(reads("a")), task(reads("b"))]);
    });
}

/// The listener goes while somebody waits for a connection.
#[test]
fn a_listener_that_is_closed_wakes_who_waits_for_a_connection() {
    let world = echo_world(Profile::esp32c3_4_1());
    on_wifi(&world, Memory::<4, 256, 64>::new(), async |modem, time| {
        let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        listener.bind(([0, 0, 0, 0], 80)).await.unwrap();
        listener.listen(1).await.unwrap();
        let close = async {
            time.sleep(300).await;
            listener.close().await.unwrap();
        };
        let (accepted, ()) = embassy_futures::join::join(listener.accept(), close).await;
        assert_eq!(accepted.err(), Some(Error::Closed));
    });
}

/// A command to which the module says nothing is over when it is written.
#[test]
fn a_command_without_an_answer_wakes_its_caller() {
    let world = echo_world(Profile::esp32c3_4_1());
    on_wifi(&world, Memory::<4, 256, 64>::new(), async |modem, _| {
        modem.send_command(&GetRam, &mut [0; 64]).await.unwrap();
        world.mute(true);
        let start = world.now_ms();
        modem.send_command(&Sleep { ms: 1000 }, &mut [0; 64]).await.unwrap();
        let took = world.now_ms() - start;
        assert!(took < 50, "{took} ms");
    });
}

/// A command whose answer may take hours is not given up at once.
#[test]
fn a_limit_of_hours_is_one() {
    let world = echo_world(Profile::esp32c3_4_1());
    on_wifi(&world, Memory::<4, 256, 64>::new(), async |modem, _| {
        let ram = modem.send_command(&GetRamOnce, &mut [0; 64]).await;
        assert!(ram.is_ok(), "{ram:?}");
    });
}

/// A call that is begun, and kept, and not polled: others stand still until its command is given up.
#[test]
fn a_call_that_is_not_polled_stops_others_for_a_while_only() {
    let world = echo_world(Profile::esp32c3_4_1());
    let host = world.listen(PEER, 9);
    on_wifi(&world, Memory::<4, 256, 64>::new(), async |modem, _| {
        let sock = connected(modem, 9).await;
        let peer = host.accept().unwrap();
        let wlan = Wlan::new(modem, STA_IF);
        let mut scan = Box::pin(wlan.scan());
        begin(scan.as_mut()).await;
        peer.send(b"hello");
        let start = world.now_ms();
        let received = sock.recv(&mut [0; 8]).await;
        println!("{received:?} after {} ms", world.now_ms() - start);
        println!("{:?}", scan.await.map(|found| found.len()));
        assert_eq!(received, Ok(5));
    });
}
