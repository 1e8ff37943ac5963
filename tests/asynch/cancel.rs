//! Futures of async sockets, dropped after each number of polls: nothing is lost, nothing is left behind.

use crate::rig;
use crate::rig::{echo_world, on_lte, on_wifi, pattern, within};
use crate::tasks::Time;
use crate::world::PEER;
use usocket::asynch::{Network, Socket, Wlan, getaddrinfo, socket};
use usocket::network::STA_IF;
use usocket::{AF_INET, Memory, SOCK_STREAM};
use usocket_simulator::{Peer, Profile, VirtualWorld};

/// What a program has to deal with.
struct Scene<'s> {
    world: &'s VirtualWorld,
    time: &'s Time,
    net: &'s dyn Network,
    wlan: Option<&'s Wlan<'s>>,
}

/// Runs a program with 0, 1, 2 … polls for its future, until that is enough for it to end, on a Wi-Fi and
/// on a cellular module; the module has to work afterwards. The program returns whether its future ended.
fn at_every_poll(program: impl AsyncFn(&Scene<'_>, usize) -> bool) {
    at_every_poll_on(&[Profile::esp32c3_4_1(), Profile::bg96()], program);
}

fn at_every_poll_on(profiles: &[Profile], program: impl AsyncFn(&Scene<'_>, usize) -> bool) {
    for profile in profiles {
        println!("on {}", profile.name);
        let polls = (0..400).find(|&polls| at_poll(profile.clone(), polls, &program));
        let polls = polls.expect("it ends");
        assert!(polls > 0, "it never waits");
        println!("{polls} polls are enough");
    }
}

fn at_poll(
    profile: Profile,
    polls: usize,
    program: &impl AsyncFn(&Scene<'_>, usize) -> bool,
) -> bool {
    let cellular = profile.is_cellular();
    let world = echo_world(profile);
    let memory = Memory::<2, 256, 64>::new();
    if cellular {
        on_lte(&world, memory, async |modem, time| {
            let scene = Scene { world: &world, time, net: modem, wlan: None };
            and_then_it_works(&scene, polls, program).await
        })
    } else {
        on_wifi(&world, memory, async |modem, time| {
            let wlan = Wlan::new(modem, STA_IF);
            let scene = Scene { world: &world, time, net: modem, wlan: Some(&wlan) };
            and_then_it_works(&scene, polls, program).await
        })
    }
}

/// The program; then both sockets of the module are free again, and names are resolved.
async fn and_then_it_works(
    scene: &Scene<'_>,
    polls: usize,
    program: &impl AsyncFn(&Scene<'_>, usize) -> bool,
) -> bool {
    let ended = program(scene, polls).await;
    let [found] = getaddrinfo(scene.net, "echo.example", 7).await.expect("an address");
    let sockets = loop {
        // what was dropped may still be being closed
        let first = socket(scene.net, AF_INET, SOCK_STREAM, 0);
        let second = socket(scene.net, AF_INET, SOCK_STREAM, 0);
        if let (Ok(first), Ok(second)) = (first, second) {
            break [first, second];
        }
        scene.time.sleep(100).await;
        assert!(scene.world.now_ms() < 200_000, "after {polls} polls sockets are not free again");
    };
    for sock in sockets {
        sock.connect(found.sockaddr).await.unwrap();
        sock.sendall(b"hello").await.unwrap();
        let mut back = [0; 5];
        assert_eq!(sock.read(&mut back).await, Ok(Some(5)), "after {polls} polls");
        assert_eq!(&back, b"hello");
    }
    ended
}

async fn connected<'n>(scene: &Scene<'n>) -> (Socket<'n>, Peer) {
    let host = scene.world.listen(PEER, 9);
    let sock = rig::connected(scene.net, 9).await;
    (sock, host.accept().expect("a connection"))
}

#[test]
fn connect() {
    at_every_poll(async |scene, polls| {
        let sock = socket(scene.net, AF_INET, SOCK_STREAM, 0).unwrap();
        within(polls, sock.connect((PEER, 7))).await.is_some()
    });
}

#[test]
fn an_attempt_to_connect_goes_on() {
    at_every_poll(async |scene, polls| {
        let sock = socket(scene.net, AF_INET, SOCK_STREAM, 0).unwrap();
        let ended = within(polls, sock.connect((PEER, 7))).await.is_some();
        if polls > 0 && !ended {
            loop {
                match sock.try_connect((PEER, 7)) {
                    Ok(()) => break,
                    Err(nb::Error::WouldBlock) => scene.time.sleep(10).await,
                    Err(nb::Error::Other(error)) => panic!("{error}"),
                }
            }
        }
        ended
    });
}

#[test]
fn recv_loses_nothing() {
    at_every_poll(async |scene, polls| {
        let (sock, peer) = connected(scene).await;
        let sent = pattern(1000);
        let later = sent.clone();
        scene.world.after(core::time::Duration::from_millis(30), move |_| {
            peer.send(&later);
            peer.close();
        });
        let mut data = [0; 100];
        let first = within(polls, sock.recv(&mut data)).await;
        let mut received = Vec::new();
        if let Some(count) = first {
            received.extend_from_slice(&data[..count.unwrap()]);
        }
        loop {
            match sock.recv(&mut data).await.unwrap() {
                0 => break,
                count => received.extend_from_slice(&data[..count]),
            }
        }
        assert!(received == sent, "after {polls} polls");
        first.is_some()
    });
}

#[test]
fn send_takes_all_or_nothing() {
    at_every_poll(async |scene, polls| {
        let (sock, peer) = connected(scene).await;
        // the ring is full, so that `send` has to wait
        while sock.try_send(&[0; 64]).is_ok() {}
        let ended = within(polls, sock.send(b"abc")).await;
        sock.makefile("wb").unwrap().flush().await.unwrap();
        sock.close().await.unwrap();
        let mut received = peer.received();
        let zeros = received.iter().filter(|&&byte| byte == 0).count();
        let rest = received.split_off(zeros);
        let taken = ended.map_or(0, |taken| taken.unwrap());
        assert_eq!(rest, b"abc"[..taken], "after {polls} polls");
        ended.is_some()
    });
}

#[test]
fn sendall_sends_a_part_in_order() {
    at_every_poll(async |scene, polls| {
        let (sock, peer) = connected(scene).await;
        let data = pattern(500);
        let ended = within(polls, sock.sendall(&data)).await.is_some();
        sock.close().await.unwrap();
        let received = peer.received();
        assert!(data.starts_with(&received), "after {polls} polls");
        assert!(!ended || received == data);
        ended
    });
}

#[test]
fn accept_leaves_the_connection_for_the_next() {
    // a connection from outside needs a network that lets it in
    at_every_poll_on(&[Profile::esp32c3_4_1()], async |scene, polls| {
        let listener = socket(scene.net, AF_INET, SOCK_STREAM, 0).unwrap();
        listener.bind(([0, 0, 0, 0], 80)).await.unwrap();
        listener.listen(1).await.unwrap();
        let client = scene.world.connect_in(80);
        client.send(b"here I am");
        let accepted = within(polls, listener.accept()).await;
        let ended = accepted.is_some();
        let (sock, _) = match accepted {
            Some(accepted) => accepted.unwrap(),
            None => listener.accept().await.unwrap(),
        };
        let mut line = [0; 9];
        assert_eq!(sock.read(&mut line).await, Ok(Some(9)));
        assert_eq!(&line, b"here I am", "after {polls} polls");
        ended
    });
}

#[test]
fn getaddrinfo_makes_place_for_the_next() {
    at_every_poll(async |scene, polls| {
        within(polls, getaddrinfo(scene.net, "echo.example", 7)).await.is_some()
    });
}

#[test]
fn a_scan_whose_lines_nobody_takes_ends_by_itself() {
    at_every_poll_on(&[Profile::esp32c3_4_1()], async |scene, polls| {
        within(polls, scene.wlan.expect("a Wi-Fi module").scan()).await.is_some()
    });
}

#[test]
fn close_goes_on() {
    at_every_poll(async |scene, polls| {
        let (sock, peer) = connected(scene).await;
        sock.sendall(b"bye").await.unwrap();
        let ended = within(polls, sock.close()).await.is_some();
        if polls > 0 {
            while !peer.is_closed() {
                scene.time.sleep(100).await;
            }
            assert_eq!(peer.received(), b"bye", "after {polls} polls");
        }
        ended
    });
}
