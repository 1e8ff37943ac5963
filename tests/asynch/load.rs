//! Async sockets under load: whoever asks the module something has its turn between the transfers.

use std::cell::Cell;

use crate::rig::{begin, connected, echo_world, on_wifi, with_any, with_wifi};
use crate::tasks::{TaskClock, Time, task};
use crate::world::PEER;
use usocket::asynch::{Modem, Network, Socket, getaddrinfo, socket, try_getaddrinfo};
use usocket::{AF_INET, Memory, SOCK_STREAM};
use usocket_simulator::{Peer, Profile, VirtualWorld};

/// A task transfers as much as it can; how long names take meanwhile.
fn names_under_load(
    profile: Profile,
    load_first: bool,
    load: impl AsyncFn(&Socket<'_>, &Peer, &Time),
) -> u32 {
    let world = VirtualWorld::new(profile).joined(true).baud(921_600).dns("echo.example", PEER);
    let host = world.listen(PEER, 9);
    with_any(&world, Memory::<3, 4096, 4096>::new(), |net, time, runner| {
        let loading = task::<()>(async {
            let sock = connected(net, 9).await;
            let peer = host.accept().unwrap();
            loop {
                load(&sock, &peer, time).await;
            }
        });
        let asking = async {
            let mut longest = 0;
            getaddrinfo(net, "echo.example", 7).await.unwrap();
            time.sleep(500).await;
            for _ in 0..5 {
                let start = world.now_ms();
                getaddrinfo(net, "echo.example", 7).await.unwrap();
                longest = longest.max(world.now_ms() - start);
                time.sleep(50).await;
            }
            longest
        };
        let mut tasks = if load_first { [loading, runner] } else { [runner, loading] };
        time.run(asking, &mut tasks)
    })
}

fn check(load: impl AsyncFn(&Socket<'_>, &Peer, &Time)) {
    for profile in [Profile::esp32c3_4_1(), Profile::bg96()] {
        for load_first in [false, true] {
            let name = profile.name;
            let took = names_under_load(profile.clone(), load_first, &load);
            println!("{name}, load first: {load_first}: {took} ms");
            assert!(took < 1_500, "{name}: a name takes {took} ms");
        }
    }
}

#[test]
fn names_are_found_while_another_task_sends() {
    check(async |sock, _, _| sock.sendall(&[7; 8192]).await.unwrap());
}

#[test]
fn names_are_found_while_another_task_receives() {
    check(async |sock, peer, _| {
        peer.send(&[7; 8192]);
        let mut left = 8192;
        let mut data = [0; 1024];
        while left > 0 {
            left -= sock.recv(&mut data).await.unwrap();
            if left < 3000 {
                peer.send(&[7; 8192]);
                left += 8192;
            }
        }
    });
}

/// More clients than sockets, and more tasks than places for wakers: each is served.
#[test]
fn more_clients_than_sockets_are_served_by_few_tasks() {
    fn serve<const TASKS: usize>() {
        let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
        let time = Time::of(&world);
        let mut memory = Memory::<4, 256, 64>::new();
        let modem = Modem::esp_at(TaskClock(world.clone()), &mut memory).with_tasks::<TASKS>();
        let (rx, tx) = time.uart();
        let mut runner = modem.runner(rx, tx, time.clone());
        let listener: Cell<Option<&Socket<'_>>> = Cell::new(None);
        let served = Cell::new(0);
        let serving = async || {
            let listener = loop {
                match listener.get() {
                    Some(listener) => break listener,
                    None => time.sleep(10).await,
                }
            };
            loop {
                let (sock, _) = listener.accept().await.unwrap();
                let mut line = [0; 64];
                let count = sock.readline(&mut line).await.unwrap().unwrap();
                sock.sendall(&line[..count]).await.unwrap();
                sock.close().await.unwrap();
                served.set(served.get() + 1);
            }
        };
        let sock = std::rc::Rc::new(socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap());
        let program = async {
            sock.bind(([0, 0, 0, 0], 80)).await.unwrap();
            sock.listen(1).await.unwrap();
            listener.set(Some(&sock));
            for round in 0..5 {
                let clients: Vec<_> = (0..5).map(|_| world.connect_in(80)).collect();
                for (number, client) in clients.iter().enumerate() {
                    client.send(format!("I am {number}\n").as_bytes());
                }
                let start = world.now_ms();
                while served.get() < 5 * (round + 1) {
                    time.sleep(100).await;
                    assert!(world.now_ms() - start < 20_000, "{} served", served.get());
                }
                for (number, client) in clients.iter().enumerate() {
                    assert_eq!(client.received(), format!("I am {number}\n").as_bytes());
                }
            }
        };
        let mut tasks = vec![
            task(runner.run()),
            task::<()>(serving()),
            task::<()>(serving()),
            task::<()>(serving()),
        ];
        time.run(program, &mut tasks);
    }
    serve::<8>();
    serve::<1>();
}

/// A UART that takes nothing is an error, as in the blocking shell, and no panic.
#[test]
fn a_uart_that_takes_nothing_is_an_error() {
    struct Full;
    impl embedded_io::ErrorType for Full {
        type Error = embedded_io::ErrorKind;
    }
    impl embedded_io_async::Write for Full {
        async fn write(&mut self, _: &[u8]) -> Result<usize, Self::Error> {
            Ok(0)
        }

        async fn flush(&mut self) -> Result<(), Self::Error> {
            Ok(())
        }
    }
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    let ended = with_wifi(&world, Memory::<1, 256, 64>::new(), |modem, time, _| {
        let (rx, _) = time.uart();
        let mut runner = modem.runner(rx, Full, time.clone());
        let asking = task(async { getaddrinfo(modem, "echo.example", 7).await });
        time.run(runner.run(), &mut [asking])
    });
    assert_eq!(ended, usocket::Error::Uart(embedded_io::ErrorKind::WriteZero));
}

/// The same for a program that asks again and again instead of waiting.
#[test]
fn names_are_found_by_asking_again_while_another_task_sends() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    let world = world.dns("echo.example", PEER);
    world.listen(PEER, 9);
    with_wifi(&world, Memory::<3, 4096, 4096>::new(), |modem, time, runner| {
        let loading = task::<()>(async {
            let sock = connected(modem, 9).await;
            loop {
                sock.sendall(&[7; 8192]).await.unwrap();
            }
        });
        let program = async {
            time.sleep(3_000).await;
            let start = world.now_ms();
            while let Err(error) = try_getaddrinfo(modem, "echo.example", 7) {
                assert_eq!(error, nb::Error::WouldBlock);
                time.sleep(5).await;
                assert!(world.now_ms() - start < 5_000, "no turn");
            }
            println!("{} ms", world.now_ms() - start);
        };
        time.run(program, &mut [runner, loading]);
    });
}

/// Who has the turn to ask, and does not come, costs others little.
#[test]
fn a_question_that_is_not_polled_leaves_the_line_to_others() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    let host = world.listen(PEER, 9);
    on_wifi(&world, Memory::<3, 4096, 4096>::new(), async |modem, time| {
        let sock = connected(modem, 9).await;
        let peer = host.accept().unwrap();
        assert_eq!(sock.try_send(&[7; 4096]), Ok(4096));
        time.sleep(5).await;
        let mut asked = Box::pin(getaddrinfo(modem, "echo.example", 7));
        begin(asked.as_mut()).await;
        let start = world.now_ms();
        sock.sendall(&[7; 20_000]).await.unwrap();
        sock.makefile("wb").unwrap().flush().await.unwrap();
        let took = world.now_ms() - start;
        println!("{} bytes in {took} ms", peer.received().len());
        assert!(took < 1_000);
        let polls = time.polls();
        time.sleep(5_000).await;
        assert!(time.polls() - polls < 100);
        drop(asked);
        getaddrinfo(modem, "echo.example", 7).await.unwrap_err();
    });
}

/// Tasks that do anything, while anything happens: each of them goes on, and in the end all works.
#[test]
fn nobody_is_left_asleep_whatever_happens() {
    let seeds = std::env::var("SEEDS").map_or(4, |seeds| seeds.parse().unwrap());
    let first = std::env::var("SEED").map_or(0, |seed| seed.parse().unwrap());
    for seed in first..first + seeds {
        for profile in [Profile::esp32c3_4_1(), Profile::bg96()] {
            any_weather(profile, seed);
        }
    }
}

fn any_weather(profile: Profile, seed: u64) {
    let name = profile.name;
    let world = echo_world(profile);
    let done = Cell::new(0);
    let calm = Cell::new(false);
    let one = async |net: &dyn Network, time: &Time, number: u64| {
        let mut random = fastrand::Rng::with_seed(seed * 16 + number);
        let mut rounds = 0;
        while rounds < 6 || !calm.get() {
            rounds += 1;
            time.sleep(random.u32(0..500)).await;
            if random.u8(0..4) == 0 {
                let limit = time.sleep(random.u32(0..400));
                let _ = embassy_futures::select::select(getaddrinfo(net, "echo.example", 7), limit)
                    .await;
                continue;
            }
            let Ok(sock) = socket(net, AF_INET, SOCK_STREAM, 0) else { continue };
            if random.bool() {
                let ms = fugit::MillisDurationU32::from_ticks(random.u32(1..30_000));
                sock.settimeout(Some(ms)).unwrap();
            }
            if sock.connect((PEER, 7)).await.is_err() {
                continue;
            }
            let data = vec![number as u8; random.usize(1..600)];
            let mut back = vec![0; data.len()];
            let both = async {
                let send = sock.sendall(&data);
                let receive = sock.read(&mut back);
                embassy_futures::join::join(send, receive).await
            };
            let limit = time.sleep(random.u32(0..20_000));
            let both = embassy_futures::select::select(both, limit).await;
            if let embassy_futures::select::Either::First((Ok(()), Ok(Some(count)))) = both {
                let wrong = back[..count].iter().find(|&&byte| byte != number as u8);
                assert_eq!(wrong, None, "{name}, seed {seed}, task {number}");
            }
            if random.bool() {
                let _ = sock.close().await;
            }
        }
        done.set(done.get() + 1);
    };
    let weather = async |net: &dyn Network, time: &Time| {
        let mut random = fastrand::Rng::with_seed(seed);
        for _ in 0..12 {
            time.sleep(random.u32(0..3_000)).await;
            let pieces: [&[u8]; 6] = [b"OK\r\n", b"recv", b"+IPD", b"CLOSED", b"> ", b"SEND OK"];
            match random.u8(0..8) {
                0..=2 => world.drop_next(pieces[random.usize(0..pieces.len())]),
                3 => world.inject(b"\r\nsome noise\r\n"),
                4 => time.fail_read(embedded_io::ErrorKind::Other),
                5 => world.reset_module(),
                6 => {
                    world.mute(true);
                    time.sleep(random.u32(0..8_000)).await;
                    world.mute(false);
                }
                _ => world.repeat_next(if random.bool() { b"recv" } else { b"CLOSED" }),
            }
        }
        world.disarm();
        calm.set(true);
        while done.get() < 4 {
            time.sleep(1_000).await;
            assert!(world.now_ms() < 2_000_000, "{name}, seed {seed}: {} ended", done.get());
        }
        time.sleep(200_000).await; // a result that is lost is waited for for two minutes
        let sock = socket(net, AF_INET, SOCK_STREAM, 0);
        let sock = sock.unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
        if let Err(error) = sock.connect((PEER, 7)).await {
            println!("{name}, seed {seed}: {error}");
        }
    };
    with_any(&world, Memory::<3, 256, 128>::new(), |net, time, runner| {
        let mut tasks = vec![runner];
        tasks.extend((0..4).map(|number| task(one(net, time, number))));
        time.run(weather(net, time), &mut tasks);
    });
}
