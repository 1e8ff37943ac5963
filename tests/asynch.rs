//! Async sockets on simulated modules, on virtual time: what tasks see, and that they are woken.

mod tasks;
mod world;

use std::time::Duration;

use embassy_futures::join::{join, join3};
use embassy_futures::select::{Either, select};
use embedded_hal::digital::{OutputPin, PinState};
use embedded_io::ErrorKind;
use embedded_io_async::{Read, Write};
use embedded_nal_async::{AddrType, Dns, TcpConnect, UdpStack};
use fugit::ExtU32;
use tasks::{Cts, TaskClock, Time, task};
use usocket::asynch::{Cellular, Modem, Network, Socket, Wlan, getaddrinfo, socket};
use usocket::at::UrcQueue;
use usocket::network::STA_IF;
use usocket::{
    AF_INET, Error, EspAt, Memory, ModuleEvent, Quectel, ResetLine, SOCK_DGRAM, SOCK_STREAM,
};
use usocket_simulator::{AccessPoint, Peer, Profile, VirtualWorld};
use world::PEER;

type Wifi<'b> = Modem<'b, EspAt, TaskClock>;
type Lte<'b> = Modem<'b, Quectel, TaskClock>;

/// Runs a program beside the runner of a Wi-Fi module.
fn on_wifi<T>(world: &VirtualWorld, program: impl AsyncFnOnce(&Wifi<'_>, &Time) -> T) -> T {
    let time = Time::of(world);
    let mut memory = Memory::<4, 2048, 512>::new();
    let modem = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    time.run(program(&modem, &time), &mut [task(runner.run())])
}

/// The same on a cellular module.
fn on_lte<T>(world: &VirtualWorld, program: impl AsyncFnOnce(&Lte<'_>, &Time) -> T) -> T {
    let time = Time::of(world);
    let mut memory = Memory::<4, 2048, 512>::new();
    let modem = Modem::quectel(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    time.run(program(&modem, &time), &mut [task(runner.run())])
}

async fn connected<'n>(net: &'n impl Network, port: u16) -> Socket<'n> {
    let sock = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect((PEER, port)).await.unwrap();
    sock
}

fn pattern(len: usize) -> Vec<u8> {
    (0..len).map(|at| (at * 7 % 251) as u8).collect()
}

#[test]
fn a_page_is_fetched_as_in_the_blocking_shell() {
    for profile in Profile::esp_at() {
        println!("on {}", profile.name);
        let world = VirtualWorld::new(profile)
            .access_point(AccessPoint::new("haas-open", "12345678"))
            .dns("www.getman.com", PEER);
        world.listen(PEER, 80).on_data(|_| b"HTTP/1.1 200 OK\r\n\r\nhello".to_vec());
        let page = on_wifi(&world, async |modem, _| {
            let wlan = Wlan::new(modem, STA_IF);
            wlan.active(true).await?;
            assert!(!wlan.isconnected().await?);
            let wrong = wlan.connect("haas-open", "wrong password").await;
            assert!(matches!(wrong, Err(Error::WrongPassword | Error::JoinFailed)), "{wrong:?}");
            wlan.connect("haas-open", "12345678").await?;
            assert!(wlan.scan().await?.iter().any(|found| found.ssid() == b"haas-open"));
            let sock = socket(&wlan, AF_INET, SOCK_STREAM, 0)?;
            let addr = getaddrinfo(&wlan, "www.getman.com", 80).await?[0].sockaddr;
            assert_eq!(addr, (PEER, 80).into());
            sock.connect(addr).await?;
            sock.sendall(b"GET / HTTP/1.1\r\n\r\n").await?;
            let mut page = [0; 24];
            assert_eq!(sock.read(&mut page).await?, Some(24));
            sock.close().await?;
            Ok::<_, Error>(page)
        });
        assert_eq!(&page.unwrap(), b"HTTP/1.1 200 OK\r\n\r\nhello");
    }
}

#[test]
fn a_cellular_module_connects_and_echoes() {
    for profile in [Profile::bg96(), Profile::ec25()] {
        let world = VirtualWorld::new(profile).apn("internet", "", "");
        world.listen(PEER, 7).echo();
        on_lte(&world, async |modem, _| {
            let lte = Cellular::new(modem);
            lte.active(true).await.unwrap();
            lte.connect("internet", "", "").await.unwrap();
            assert_eq!(lte.imei().await.unwrap().as_str().map(str::len), Some(15));
            let sock = connected(&lte, 7).await;
            let data = pattern(5000);
            let mut back = vec![0; data.len()];
            let (mut rx, mut tx) = sock.split();
            let (sent, received) = join(tx.write_all(&data), rx.read_exact(&mut back)).await;
            sent.unwrap();
            received.unwrap();
            assert!(back == data);
        });
    }
}

#[test]
fn many_tasks_use_many_sockets() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    for port in 1..=3 {
        world.listen(PEER, port).echo();
    }
    on_wifi(&world, async |modem, _| {
        let echo = async |port: u16| {
            for round in 0..3 {
                let sock = connected(modem, port).await;
                let data = pattern(3000 + 100 * round + usize::from(port));
                let (mut rx, mut tx) = sock.split();
                let mut back = vec![0; data.len()];
                let (sent, received) = join(tx.write_all(&data), rx.read_exact(&mut back)).await;
                sent.unwrap();
                received.unwrap();
                assert!(back == data);
                sock.close().await.unwrap();
            }
        };
        join3(echo(1), echo(2), echo(3)).await;
    });
}

#[test]
fn a_server_accepts_in_one_task_and_serves_in_others() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    on_wifi(&world, async |modem, time| {
        let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        listener.bind(([0, 0, 0, 0], 80)).await.unwrap();
        listener.listen(2).await.unwrap();
        let clients = [world.connect_in(80), world.connect_in(80)];
        let serve = async || {
            let (sock, _) = listener.accept().await.unwrap();
            let mut line = [0; 64];
            let count = sock.readline(&mut line).await.unwrap().unwrap();
            sock.sendall(&line[..count]).await.unwrap();
            sock.close().await.unwrap();
        };
        let ask = async {
            for (number, client) in clients.iter().enumerate() {
                time.sleep(500).await;
                client.send(format!("I am {number}\n").as_bytes());
            }
        };
        join3(serve(), serve(), ask).await;
        assert_eq!(clients[0].received(), b"I am 0\n");
        assert_eq!(clients[1].received(), b"I am 1\n");
    });
}

#[test]
fn datagrams_come_and_go() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.udp_host(PEER, 53);
    host.on_datagram(|_, asked| vec![[b"to ", asked].concat()]);
    on_wifi(&world, async |modem, _| {
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        sock.sendto(b"you", (PEER, 53)).await.unwrap();
        let mut datagram = [0; 100];
        let (count, from) = sock.recvfrom(&mut datagram).await.unwrap();
        assert_eq!((&datagram[..count], from), (&b"to you"[..], (PEER, 53).into()));
    });
}

#[test]
fn timeouts_are_those_of_the_socket() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let host = world.listen(PEER, 7);
    on_wifi(&world, async |modem, time| {
        let sock = connected(modem, 7).await;
        let mut byte = [0];
        sock.settimeout(Some(1500.millis())).unwrap();
        let start = world.now_ms();
        assert_eq!(sock.recv(&mut byte).await, Err(Error::TimedOut));
        assert!((1500..1510).contains(&(world.now_ms() - start)));
        sock.setblocking(false).unwrap();
        assert_eq!(sock.recv(&mut byte).await, Err(Error::WouldBlock));
        // two tasks with different timeouts on one socket, and a third that gets what comes
        sock.settimeout(Some(2.secs())).unwrap();
        let peer = host.accept().unwrap();
        let early = async {
            time.sleep(700).await;
            peer.send(b"x");
        };
        let (first, ()) = join(sock.recv(&mut byte), early).await;
        assert_eq!((first, &byte), (Ok(1), b"x"));
        // two days and more
        sock.settimeout(Some(172_800.secs())).unwrap();
        let late = async {
            time.sleep(90_000).await;
            peer.send(b"y");
        };
        let (second, ()) = join(sock.recv(&mut byte), late).await;
        assert_eq!((second, &byte), (Ok(1), b"y"));
    });
}

#[test]
fn tasks_that_ask_the_module_have_their_turn() {
    let mut world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    for number in 0..6 {
        world = world.dns(&format!("host{number}.example"), [10, 0, 0, number]);
    }
    on_wifi(&world, async |modem, _| {
        let wlan = Wlan::new(modem, STA_IF);
        let find = async |number: u8| {
            let name = format!("host{number}.example");
            getaddrinfo(modem, &name, 80).await.map(|[found]| found.sockaddr)
        };
        let (found, config, unknown) =
            join3(join3(find(0), find(1), find(2)), join(wlan.ifconfig(), wlan.scan()), find(9))
                .await;
        assert_eq!(found.0, Ok(([10, 0, 0, 0], 80).into()));
        assert_eq!(found.1, Ok(([10, 0, 0, 1], 80).into()));
        assert_eq!(found.2, Ok(([10, 0, 0, 2], 80).into()));
        assert!(config.0.is_ok() && config.1.is_ok());
        assert!(matches!(unknown, Err(Error::Dns(_))), "{unknown:?}");
    });
}

#[test]
fn more_tasks_than_places_are_woken_all_the_same() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    world.listen(PEER, 7).echo();
    let time = Time::of(&world);
    let mut memory = Memory::<4, 512, 256>::new();
    let modem = Modem::esp_at(TaskClock(world.clone()), &mut memory).with_tasks::<1>();
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let done = std::cell::Cell::new(0);
    let echo = async |number: usize| {
        let sock = connected(&modem, 7).await;
        let data = pattern(700 + number);
        let mut back = vec![0; data.len()];
        sock.sendall(&data).await.unwrap();
        assert_eq!(sock.read(&mut back).await.unwrap(), Some(back.len()));
        assert!(back == data);
        done.set(done.get() + 1);
    };
    // tasks of their own: each has a waker of its own
    let mut tasks = vec![task(runner.run())];
    tasks.extend((0..4).map(|number| task(echo(number))));
    let all = async {
        while done.get() < 4 {
            time.sleep(100).await;
        }
    };
    time.run(all, &mut tasks);
}

#[test]
fn events_wake_who_waits_for_them() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1())
        .access_point(AccessPoint::new("haas-open", "12345678"));
    on_wifi(&world, async |modem, _| {
        let wlan = Wlan::new(modem, STA_IF);
        let watch = async {
            let mut seen = Vec::new();
            while !matches!(seen.last(), Some(ModuleEvent::Restarted)) {
                seen.push(modem.next_event().await);
            }
            seen
        };
        let live = async {
            wlan.active(true).await.unwrap();
            wlan.connect("haas-open", "12345678").await.unwrap();
            world.reset_module();
        };
        let (seen, ()) = join(watch, live).await;
        assert!(seen.contains(&ModuleEvent::Ready) && seen.contains(&ModuleEvent::Addressed));
    });
}

#[test]
fn urcs_of_the_program_wake_who_waits_for_them() {
    #[derive(Debug, Clone, PartialEq)]
    struct Bluetooth;
    impl usocket::commands::atat::AtatUrc for Bluetooth {
        fn parse(line: &[u8]) -> Option<Self> {
            line.starts_with(b"+BLECONN:").then_some(Self)
        }
    }
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let time = Time::of(&world);
    let urcs = UrcQueue::<Bluetooth, 2>::new();
    let mut memory = Memory::<1>::new();
    let modem = Modem::esp_at(TaskClock(world.clone()), &mut memory).with_urcs(&urcs);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let main = async {
        Wlan::new(&modem, STA_IF).active(true).await.unwrap();
        let dropped = select(modem.next_urc(&urcs), time.sleep(50)).await;
        assert!(matches!(dropped, Either::Second(())));
        world.after(Duration::from_millis(200), |world| world.inject(b"+BLECONN:0,1\r\n"));
        let start = world.now_ms();
        assert_eq!(modem.next_urc(&urcs).await, Bluetooth);
        assert!((200..210).contains(&(world.now_ms() - start)));
    };
    time.run(main, &mut [task(runner.run())]);
}

#[test]
fn a_silent_module_is_an_error_in_time() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.mute(true);
    on_wifi(&world, async |modem, time| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect((PEER, 7)).await, Err(Error::ModuleSilent));
        world.mute(false);
        world.listen(PEER, 7).echo();
        time.sleep(1000).await;
        sock.connect((PEER, 7)).await.unwrap();
    });
}

#[test]
fn what_waits_when_the_runner_ends_fails_and_works_when_it_runs_again() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.listen(PEER, 7).echo();
    let time = Time::of(&world);
    let mut memory = Memory::<2, 512, 256>::new();
    let modem: Wifi<'_> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        let listening = async {
            sock.connect((PEER, 7)).await.unwrap();
            sock.recv(&mut [0; 8]).await
        };
        let running = async {
            let stop = async {
                time.sleep(3000).await;
            };
            match select(runner.run(), stop).await {
                Either::First(error) => panic!("{error}"),
                Either::Second(()) => {}
            }
        };
        let (received, ()) = join(listening, running).await;
        assert!(matches!(received, Err(Error::Uart(_))), "{received:?}");
        let again = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert!(matches!(again.connect((PEER, 7)).await, Err(Error::Uart(_))));
        drop(sock);
        let echo = async {
            again.connect((PEER, 7)).await.unwrap();
            again.sendall(b"hello").await.unwrap();
            let mut back = [0; 5];
            assert_eq!(again.read(&mut back).await, Ok(Some(5)));
            assert_eq!(&back, b"hello");
        };
        match select(runner.run(), echo).await {
            Either::First(error) => panic!("{error}"),
            Either::Second(()) => {}
        }
    };
    time.run(program, &mut []);
}

#[test]
fn the_traits_of_nal_connect_resolve_and_exchange() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).dns("echo.example", PEER);
    world.listen(PEER, 7).echo();
    let host = world.udp_host(PEER, 53);
    host.on_datagram(|_, asked| vec![asked.to_vec()]);
    on_wifi(&world, async |modem, _| {
        let stack = modem.stack();
        let address = stack.get_host_by_name("echo.example", AddrType::IPv4).await.unwrap();
        assert_eq!(address, PEER);
        let mut connection = TcpConnect::connect(&stack, (address, 7).into()).await.unwrap();
        connection.write_all(b"hello").await.unwrap();
        connection.flush().await.unwrap();
        let mut back = [0; 5];
        connection.read_exact(&mut back).await.unwrap();
        assert_eq!(&back, b"hello");
        let (local, mut socket) = UdpStack::connect(&stack, (PEER, 53).into()).await.unwrap();
        assert!(local.is_ipv4());
        embedded_nal_async::ConnectedUdp::send(&mut socket, b"ask").await.unwrap();
        let mut answer = [0; 10];
        let count = embedded_nal_async::ConnectedUdp::receive_into(&mut socket, &mut answer).await;
        assert_eq!((count, &answer[..3]), (Ok(3), &b"ask"[..]));
    });
}

#[test]
fn a_raised_rate_is_set_by_the_runner() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.listen(PEER, 7).echo();
    let time = Time::of(&world);
    let mut memory = Memory::<2, 512, 256>::new();
    let modem: Wifi<'_> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let baud = usocket::uart::Baud::new(115_200).raise(921_600);
    let mut runner = modem.runner(rx, tx, time.clone()).with_baud(baud);
    let program = async {
        let sock = connected(&modem, 7).await;
        sock.sendall(b"fast").await.unwrap();
        let mut back = [0; 4];
        assert_eq!(sock.read(&mut back).await, Ok(Some(4)));
        while modem.next_event().await != ModuleEvent::Baud(921_600) {}
    };
    time.run(program, &mut [task(runner.run())]);
}

/// Payload time ÷ elapsed time with rings of 2 KiB at 921600 baud, in percent.
fn utilisation(
    world: &VirtualWorld,
    len: usize,
    transfer: impl AsyncFnOnce(&Socket<'_>, Peer, &[u8]),
) -> f64 {
    let host = world.listen(PEER, 7000);
    let time = Time::of(world);
    let mut memory = Memory::<1, 2048, 2048>::new();
    let modem: Wifi<'_> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        let sock = connected(&modem, 7000).await;
        let peer = host.accept().unwrap();
        let data = pattern(len);
        let begin = world.now();
        transfer(&sock, peer, &data).await;
        (len as f64 * 10.0 / 921_600.0) / (world.now() - begin).as_secs_f64() * 100.0
    };
    time.run(program, &mut [task(runner.run())])
}

/// The same as with the blocking shell, but for what polls take.
#[test]
fn the_line_is_kept_full() {
    let world = || VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    let receive = async |sock: &Socket<'_>, peer: Peer, data: &[u8]| {
        peer.send(data);
        let mut got = vec![0; data.len()];
        assert_eq!(sock.read(&mut got).await, Ok(Some(data.len())));
        assert!(got == data);
    };
    let send = async |sock: &Socket<'_>, peer: Peer, data: &[u8]| {
        sock.sendall(data).await.unwrap();
        sock.makefile("wb").unwrap().flush().await.unwrap();
        assert!(peer.received() == data);
    };
    let received = utilisation(&world(), 128 * 1024, receive);
    let sent = utilisation(&world(), 128 * 1024, send);
    println!("receive {received:.1} %, send {sent:.1} %");
    assert!(received > 96.0, "receive {received:.1} %");
    assert!(sent > 94.0, "send {sent:.1} %");
}

/// Errors of the line with silence between them are no reason to give it up; nothing but errors is.
#[test]
fn a_line_is_given_up_for_nothing_but_errors() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.listen(PEER, 7).echo();
    let time = Time::of(&world);
    let mut memory = Memory::<2, 512, 256>::new();
    let modem: Wifi<'_> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        let sock = connected(&modem, 7).await;
        for _ in 0..3 {
            time.fail_read(ErrorKind::Other);
            time.sleep(6_000).await;
        }
        sock.sendall(b"still here").await.unwrap();
        assert_eq!(sock.read(&mut [0; 10]).await, Ok(Some(10)));
        world.mute(true);
        loop {
            time.fail_read(ErrorKind::Other);
            time.sleep(50).await;
        }
    };
    match time.run(select(runner.run(), program), &mut []) {
        Either::First(error) => assert_eq!(error, Error::Uart(ErrorKind::Other)),
        Either::Second(never) => never,
    }
    assert_eq!(modem.counters().line_errors.min(100), 100);
}

/// A module that the program has left in reset would stay there.
#[test]
fn a_runner_that_is_dropped_lets_the_reset_line_go() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let time = Time::of(&world);
    let held = std::cell::Cell::new(0);
    let mut line = ResetLine::new(Held(&held), PinState::Low);
    let mut memory = Memory::<2, 512, 256>::new();
    let modem: Wifi<'_> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let modem = modem.with_reset(&mut line);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    world.mute(true); // nothing but the reset line is left to try
    let pressed = async {
        while held.get() != 1 {
            time.sleep(10).await;
        }
    };
    let wlan = Wlan::new(&modem, STA_IF);
    let program = async {
        match select(pressed, wlan.active(true)).await {
            Either::First(()) => {}
            Either::Second(ended) => panic!("{ended:?} without a reset"),
        }
    };
    time.run(select(runner.run(), program), &mut []);
    assert_eq!(held.get(), 0);
}

/// 1 while it is low.
struct Held<'h>(&'h std::cell::Cell<u8>);

impl embedded_hal::digital::ErrorType for Held<'_> {
    type Error = std::convert::Infallible;
}

impl OutputPin for Held<'_> {
    fn set_low(&mut self) -> Result<(), Self::Error> {
        self.0.set(1);
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Self::Error> {
        self.0.set(0);
        Ok(())
    }
}

/// A reset line: the module takes bytes again when it has started.
struct Reset<'w> {
    world: &'w VirtualWorld,
    cts: Cts,
}

impl embedded_hal::digital::ErrorType for Reset<'_> {
    type Error = std::convert::Infallible;
}

impl OutputPin for Reset<'_> {
    fn set_low(&mut self) -> Result<(), Self::Error> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Self::Error> {
        self.cts.hold(false);
        self.world.mute(false);
        self.world.reset_module();
        Ok(())
    }
}

#[test]
fn a_module_that_holds_cts_is_reset_while_a_write_waits() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let time = Time::of(&world);
    let mut line = ResetLine::new(Reset { world: &world, cts: time.cts() }, PinState::Low);
    let mut memory = Memory::<2, 512, 256>::new();
    let modem: Wifi<'_> = Modem::esp_at(TaskClock(world.clone()), &mut memory);
    let modem = modem.with_reset(&mut line);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        let wlan = Wlan::new(&modem, STA_IF);
        wlan.active(true).await.unwrap();
        time.cts().hold(true);
        world.mute(true);
        let _ = wlan.scan().await; // fails, or is asked again
        time.sleep(60_000).await;
        wlan.active(true).await.unwrap();
        assert!(wlan.isactive().await.unwrap());
    };
    time.run(program, &mut [task(runner.run())]);
}
