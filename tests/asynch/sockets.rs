//! Async sockets on simulated modules, on virtual time: what tasks see, and that they are woken.

use crate::rig::{connected, on_lte, on_wifi, pattern};
use crate::tasks::{TaskClock, Time, task};
use crate::world::PEER;
use embassy_futures::join::{join, join3};
use embedded_io_async::{Read, Write};
use embedded_nal_async::{AddrType, Dns, TcpConnect, UdpStack};
use fugit::ExtU32;
use usocket::asynch::{Cellular, Modem, Network, Socket, Wlan, getaddrinfo, socket};
use usocket::network::STA_IF;
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM, SOCK_STREAM};
use usocket_simulator::{AccessPoint, Peer, Profile, VirtualWorld};

/// Sends and receives at once what a peer echoes.
async fn both_ways(sock: &Socket<'_>, data: &[u8]) {
    let mut back = vec![0; data.len()];
    let (mut rx, mut tx) = sock.split();
    let (sent, received) = join(tx.write_all(data), rx.read_exact(&mut back)).await;
    sent.unwrap();
    received.unwrap();
    assert!(back == data);
}

#[test]
fn a_page_is_fetched_as_in_the_blocking_shell() {
    for profile in Profile::esp_at() {
        println!("on {}", profile.name);
        let world = VirtualWorld::new(profile)
            .access_point(AccessPoint::new("haas-open", "12345678"))
            .dns("www.getman.com", PEER);
        world.listen(PEER, 80).on_data(|_| b"HTTP/1.1 200 OK\r\n\r\nhello".to_vec());
        let page = on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
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
        on_lte(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
            let lte = Cellular::new(modem);
            lte.active(true).await.unwrap();
            lte.connect("internet", "", "").await.unwrap();
            assert_eq!(lte.imei().await.unwrap().as_str().map(str::len), Some(15));
            let sock = connected(&lte, 7).await;
            both_ways(&sock, &pattern(5000)).await;
        });
    }
}

#[test]
fn many_tasks_use_many_sockets() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).baud(921_600);
    for port in 1..=3 {
        world.listen(PEER, port).echo();
    }
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
        let echo = async |port: u16| {
            for round in 0..3 {
                let sock = connected(modem, port).await;
                both_ways(&sock, &pattern(3000 + 100 * round + usize::from(port))).await;
                sock.close().await.unwrap();
            }
        };
        join3(echo(1), echo(2), echo(3)).await;
    });
}

#[test]
fn a_server_accepts_in_one_task_and_serves_in_others() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, time| {
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
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
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
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, time| {
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
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
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
fn a_silent_module_is_an_error_in_time() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    world.mute(true);
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, time| {
        let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert_eq!(sock.connect((PEER, 7)).await, Err(Error::ModuleSilent));
        world.mute(false);
        world.listen(PEER, 7).echo();
        time.sleep(1000).await;
        sock.connect((PEER, 7)).await.unwrap();
    });
}

#[test]
fn the_traits_of_nal_connect_resolve_and_exchange() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).dns("echo.example", PEER);
    world.listen(PEER, 7).echo();
    let host = world.udp_host(PEER, 53);
    host.on_datagram(|_, asked| vec![asked.to_vec()]);
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
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

/// Payload time ÷ elapsed time with rings of 2 KiB at 921600 baud, in percent.
fn utilisation(
    world: &VirtualWorld,
    len: usize,
    transfer: impl AsyncFnOnce(&Socket<'_>, Peer, &[u8]),
) -> f64 {
    let host = world.listen(PEER, 7000);
    on_wifi(world, Memory::<1, 2048, 2048>::new(), async |modem, _| {
        let sock = connected(modem, 7000).await;
        let peer = host.accept().unwrap();
        let data = pattern(len);
        let begin = world.now();
        transfer(&sock, peer, &data).await;
        (len as f64 * 10.0 / 921_600.0) / (world.now() - begin).as_secs_f64() * 100.0
    })
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
