//! Futures and runners that are dropped after each number of polls: what is left behind of them.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use crate::commands::{GetQuality, GetRam, SendMessage, TextMode};
use crate::rig::{Lte, Wifi, echo_world, hello, on_lte, on_wifi, with_lte, with_wifi, within};
use crate::tasks::{Time, Tx};
use embassy_futures::join::join;
use embassy_futures::select::select;
use embedded_io::{Error as _, ErrorKind, ErrorType};
use embedded_io_async::Write;
use usocket::asynch::{Cellular, Network, Wlan, getaddrinfo, socket};
use usocket::at::Exchange;
use usocket::network::STA_IF;
use usocket::{AF_INET, Error, Memory, SOCK_DGRAM, SOCK_STREAM};

use crate::world::PEER;
use usocket_simulator::{AccessPoint, Profile, Sim, VirtualWorld};

fn wifi_world() -> VirtualWorld {
    echo_world(Profile::esp32c3_4_1()).access_point(AccessPoint::new("haas-open", "12345678"))
}

fn lte_world() -> VirtualWorld {
    echo_world(Profile::bg96())
}

async fn echoes(net: &impl Network, time: &Time) {
    let sock = loop {
        match socket(net, AF_INET, SOCK_STREAM, 0) {
            Ok(sock) => break sock,
            Err(_) => time.sleep(100).await,
        }
    };
    sock.connect((PEER, 7)).await.unwrap();
    hello(&sock).await;
    sock.close().await.unwrap();
}

/// Runs a program with 0, 1, 2 … polls until it says that these were enough.
fn at_every_poll(most: usize, program: impl Fn(usize) -> bool) {
    let enough = (0..most).find(|&polls| program(polls));
    println!("{:?} polls are enough", enough.expect("it ends"));
}

/// The same on a Wi-Fi module, which has to work afterwards.
fn at_every_poll_of_wifi(program: impl AsyncFn(&Wifi<'_>, &Time, &VirtualWorld, usize) -> bool) {
    at_every_poll(600, |polls| {
        let world = wifi_world();
        on_wifi(&world, Memory::<3, 256, 64>::new(), async |modem, time| {
            let ended = program(modem, time, &world, polls).await;
            echoes(modem, time).await;
            ended
        })
    });
}

/// The same on a cellular module.
fn at_every_poll_of_lte(program: impl AsyncFn(&Lte<'_>, &Time, &VirtualWorld, usize) -> bool) {
    at_every_poll(600, |polls| {
        let world = lte_world();
        on_lte(&world, Memory::<3, 256, 64>::new(), async |modem, time| {
            let ended = program(modem, time, &world, polls).await;
            echoes(modem, time).await;
            ended
        })
    });
}

#[test]
fn an_own_command_leaves_its_answer_to_nobody() {
    at_every_poll_of_wifi(async |modem, _, _, polls| {
        let ended = within(polls, modem.send_command(&GetRam, &mut [0; 64])).await.is_some();
        let wlan = Wlan::new(modem, STA_IF);
        assert_eq!(wlan.isactive().await, Ok(true), "after {polls} polls");
        assert!(modem.send_command(&GetRam, &mut [0; 64]).await.is_ok(), "after {polls} polls");
        ended
    });
}

#[test]
fn a_message_is_sent_whole_or_not_at_all() {
    at_every_poll_of_lte(async |modem, _, world, polls| {
        let lte = Cellular::new(modem);
        lte.connect("internet", "", "").await.unwrap();
        modem.send_command(&TextMode { on: 1 }, &mut [0; 64]).await.unwrap();
        let text = Exchange::new().payload(b"Good morning!\x1a");
        let message = SendMessage { to: "+491701234567" };
        let mut buffer = [0; 64];
        let sent = within(polls, modem.send_command_with(&message, text, &mut buffer)).await;
        let quality = modem.send_command(&GetQuality, &mut [0; 64]).await;
        assert!(quality.is_ok(), "after {polls} polls: {quality:?}");
        let transcript = world.transcript();
        assert!(transcript.matches("Good morning!").count() <= 1);
        sent.is_some()
    });
}

#[test]
fn a_scan_that_is_dropped_and_a_join_that_is_dropped_leave_the_next_alone() {
    at_every_poll_of_wifi(async |modem, _, _, polls| {
        let wlan = Wlan::new(modem, STA_IF);
        let joined = within(polls, wlan.connect("haas-open", "12345678")).await.is_some();
        within(polls, wlan.scan()).await;
        wlan.connect("haas-open", "12345678").await.unwrap();
        assert_eq!(wlan.isconnected().await, Ok(true));
        assert!(!wlan.scan().await.unwrap().is_empty());
        joined
    });
}

#[test]
fn an_attachment_that_is_dropped_leaves_the_next_alone() {
    at_every_poll_of_lte(async |modem, _, _, polls| {
        let lte = Cellular::new(modem);
        let joined = within(polls, lte.connect("internet", "", "")).await.is_some();
        lte.connect("internet", "", "").await.unwrap();
        assert_eq!(lte.isconnected().await, Ok(true));
        joined
    });
}

#[test]
fn datagrams_are_received_once_and_sent_once_at_most() {
    at_every_poll_of_wifi(async |modem, time, world, polls| {
        let host = world.udp_host(PEER, 53);
        let asked = std::rc::Rc::new(Cell::new(0));
        let count = asked.clone();
        host.on_datagram(move |_, data| {
            count.set(count.get() + 1);
            vec![data.to_vec()]
        });
        let sock = socket(modem, AF_INET, SOCK_DGRAM, 0).unwrap();
        let sent = within(polls, sock.sendto(b"one", (PEER, 53))).await;
        sock.makefile("wb").unwrap().flush().await.unwrap();
        let first = u32::from(sent.is_some());
        time.sleep(500).await;
        assert!(asked.get() == first || polls > 0 && asked.get() <= 1, "after {polls} polls");
        let before = asked.get();
        sock.sendto(b"two", (PEER, 53)).await.unwrap();
        let mut data = [0; 8];
        let mut received = 0;
        if within(polls, sock.recvfrom(&mut data)).await.is_some() {
            received += 1;
        }
        while received < before + 1 {
            sock.recvfrom(&mut data).await.unwrap();
            received += 1;
        }
        assert_eq!(&data[..3], b"two");
        sent.is_some() && polls > 60
    });
}

#[test]
fn a_listener_that_is_half_made_can_be_made_again() {
    at_every_poll_of_wifi(async |modem, _, world, polls| {
        let ended = {
            let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            let make = async {
                listener.bind(([0, 0, 0, 0], 80)).await.unwrap();
                listener.listen(1).await.unwrap();
            };
            within(polls, make).await.is_some()
        };
        let listener = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
        listener.bind(([0, 0, 0, 0], 80)).await.unwrap();
        let mut made = listener.listen(1).await;
        for _ in 0..10 {
            if made.is_ok() {
                break;
            }
            made = listener.listen(1).await;
        }
        assert_eq!(made, Ok(()), "after {polls} polls");
        let client = world.connect_in(80);
        client.send(b"x");
        let (sock, _) = listener.accept().await.unwrap();
        assert_eq!(sock.recv(&mut [0; 4]).await, Ok(1));
        ended
    });
}

/// What a runner is told: whether its polls count, and whether it is needed any more.
#[derive(Default)]
struct Orders {
    counts: Cell<bool>,
    done: Cell<bool>,
}

/// Runs a runner until it is done with, or was polled so often while that counts.
async fn limited(polls: usize, orders: &Orders, running: impl Future<Output = Error>) {
    let mut running = pin!(running);
    let mut left = polls;
    poll_fn(|context| {
        if orders.done.get() || (orders.counts.get() && left == 0) {
            return Poll::Ready(());
        }
        left -= usize::from(orders.counts.get());
        running.as_mut().poll(context).map(|error| panic!("{error}"))
    })
    .await;
}

/// A sending half that takes one byte at a time, and its time for it.
struct Slow(Tx);

impl ErrorType for Slow {
    type Error = ErrorKind;
}

impl Write for Slow {
    async fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        embassy_futures::yield_now().await;
        self.0.write(&buf[..1]).await.map_err(|error| error.kind())
    }

    async fn flush(&mut self) -> Result<(), ErrorKind> {
        self.0.flush().await.map_err(|error| error.kind())
    }
}

/// A runner is dropped in the middle of a transfer, and runs again.
async fn interrupted(
    net: &impl Network,
    time: &Time,
    world: &VirtualWorld,
    polls: usize,
    mut run: impl AsyncFnMut(usize, &Orders),
) -> bool {
    let host = world.listen(PEER, 9);
    let orders = Orders::default();
    let sock = socket(net, AF_INET, SOCK_STREAM, 0).unwrap();
    let used = async {
        sock.connect((PEER, 9)).await.unwrap();
        let peer = host.accept().unwrap();
        peer.send(&[b'y'; 150]);
        orders.counts.set(true);
        let sent = sock.sendall(&[b'x'; 150]).await;
        let read = sock.read(&mut [0; 150]).await;
        orders.done.set(true);
        (peer, sent.is_ok() && read == Ok(Some(150)))
    };
    let ((peer, whole), ()) = join(used, run(polls, &orders)).await;
    let orders = Orders::default();
    let start = world.now_ms();
    let again = async {
        drop(sock);
        echoes(net, time).await;
        getaddrinfo(net, "echo.example", 7).await.unwrap();
    };
    select(run(usize::MAX, &orders), again).await;
    let took = world.now_ms() - start;
    let received = String::from_utf8(peer.received()).unwrap();
    let rest = received.trim_start_matches('x');
    assert!(!rest.contains("AT"), "after {polls} polls the peer got {rest:?}");
    assert!(took < 5_000, "after {polls} polls it took {took} ms to come back");
    whole
}

macro_rules! in_the_middle_of_a_transfer {
    ($with:expr, $world:expr) => {
        at_every_poll(1500, |polls| {
            let world = $world;
            $with(&world, Memory::<2, 256, 64>::new(), |modem, time, _| {
                let (rx, tx) = time.uart();
                let mut runner = modem.runner(rx, Slow(tx), time.clone());
                let run = async |polls: usize, orders: &Orders| {
                    limited(polls, orders, runner.run()).await;
                };
                let whole = time.run(interrupted(modem, time, &world, polls, run), &mut []);
                assert_eq!(modem.counters().forced_restarts, 0, "after {polls} polls");
                whole
            })
        });
    };
}

#[test]
fn a_runner_is_dropped_in_the_middle_of_a_transfer_on_wifi() {
    in_the_middle_of_a_transfer!(with_wifi, wifi_world());
}

#[test]
fn a_runner_is_dropped_in_the_middle_of_a_transfer_on_lte() {
    in_the_middle_of_a_transfer!(with_lte, lte_world());
}

#[test]
fn a_runner_that_is_dropped_in_the_middle_of_a_message_leaves_a_module_that_works() {
    at_every_poll(400, |polls| {
        let world = lte_world();
        with_lte(&world, Memory::<2, 256, 64>::new(), |modem, time, _| {
            let (rx, tx) = time.uart();
            let mut runner = modem.runner(rx, Slow(tx), time.clone());
            let program = async {
                let orders = Orders::default();
                let sending = async {
                    let lte = Cellular::new(modem);
                    lte.connect("internet", "", "").await.unwrap();
                    modem.send_command(&TextMode { on: 1 }, &mut [0; 64]).await.unwrap();
                    orders.counts.set(true);
                    let text = Exchange::new().payload(b"Good morning!\x1a");
                    let message = SendMessage { to: "+491701234567" };
                    let mut buffer = [0; 64];
                    let sent = modem.send_command_with(&message, text, &mut buffer).await.is_ok();
                    orders.done.set(true);
                    sent
                };
                let (sent, ()) = join(sending, limited(polls, &orders, runner.run())).await;
                let start = world.now_ms();
                let again = async {
                    let quality = modem.send_command(&GetQuality, &mut [0; 64]).await;
                    assert!(quality.is_ok(), "after {polls} polls: {quality:?}");
                    echoes(modem, time).await;
                };
                select(runner.run(), again).await;
                let took = world.now_ms() - start;
                assert!(took < 5_000, "after {polls} polls it took {took} ms to come back");
                sent
            };
            time.run(program, &mut [])
        })
    });
}

/// Whatever becomes of the future that enters a PIN: a wrong one is not entered a second time.
#[test]
fn a_wrong_pin_is_entered_once_though_nobody_waited_for_the_answer() {
    at_every_poll(1500, |polls| {
        let world = VirtualWorld::new(Profile::bg96()).sim(Sim::locked("1234"));
        on_lte(&world, Memory::<2, 256, 64>::new(), async |modem, _| {
            let lte = Cellular::new(modem);
            let ended = within(polls, lte.unlock("9999")).await.is_some();
            assert_eq!(lte.unlock("9999").await, Err(Error::WrongPin), "after {polls} polls");
            assert_eq!(world.with_sim(|sim| sim.pin_tries), Some(2), "after {polls} polls");
            lte.unlock("1234").await.unwrap();
            assert_eq!(lte.unlock("1234").await, Ok(()));
            ended
        })
    });
}

/// The same for the right one, whose attempt had no clear end.
#[test]
fn a_right_pin_counts_though_nobody_waited_for_the_answer() {
    at_every_poll(1500, |polls| {
        let world = VirtualWorld::new(Profile::bg96()).sim(Sim::locked("1234"));
        on_lte(&world, Memory::<2, 256, 64>::new(), async |modem, _| {
            let lte = Cellular::new(modem);
            let ended = within(polls, lte.unlock("1234")).await.is_some();
            assert_eq!(lte.unlock("1234").await, Ok(()), "after {polls} polls");
            ended
        })
    });
}

/// An attachment that is given up is not begun anew, and given up, and begun anew.
#[test]
fn an_attachment_that_is_dropped_comes_to_rest() {
    at_every_poll(600, |polls| {
        let world = VirtualWorld::new(Profile::bg96()).dns("echo.example", PEER);
        on_lte(&world, Memory::<2, 256, 64>::new(), async |modem, time| {
            let lte = Cellular::new(modem);
            let connecting = lte.connect("internet", "", "");
            let ended = within(polls, connecting).await.is_some();
            time.sleep(300_000).await;
            let commands = world.commands();
            let count = |text: &str| commands.iter().filter(|it| it.starts_with(text)).count();
            let (on, off) = (count("AT+QIACT=1"), count("AT+QIDEACT"));
            assert!(on <= 1, "after {polls} polls: {on} times on, {off} times off");
            ended
        })
    });
}

/// A runner whose UART has been made anew, at its first rate, finds the module at the raised one; and so does
/// one that runs again.
#[test]
fn a_runner_finds_the_module_at_the_rate_that_another_has_raised() {
    for anew in [true, false] {
        let world = wifi_world();
        with_wifi(&world, Memory::<2, 256, 64>::new(), |modem, time, _| {
            let baud = usocket::uart::Baud::new(115_200).raise(921_600);
            let (rx, tx) = time.uart();
            let mut first = modem.runner(rx, tx, time.clone()).with_baud(baud);
            let program = async {
                let raised = async {
                    echoes(modem, time).await;
                    while modem.next_event().await != usocket::ModuleEvent::Baud(921_600) {}
                    time.sleep(1_000).await;
                };
                select(first.run(), raised).await;
                let start = world.now_ms();
                if anew {
                    world.set_host_baud(115_200);
                    let (rx, tx) = time.uart();
                    let mut second = modem.runner(rx, tx, time.clone()).with_baud(baud);
                    select(second.run(), echoes(modem, time)).await;
                } else {
                    select(first.run(), echoes(modem, time)).await;
                }
                println!("back in {} ms", world.now_ms() - start);
                assert!(world.now_ms() - start < 20_000);
            };
            time.run(program, &mut []);
        });
    }
}
