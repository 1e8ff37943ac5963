//! What wakes async tasks beside sockets: events, URCs, and what becomes of the runner and its line.

use std::time::Duration;

use crate::rig::{Wifi, connected, echo_world, hello, on_wifi, with_wifi};
use crate::tasks::{Cts, TaskClock, Time, task};
use crate::world::PEER;
use embassy_futures::join::join;
use embassy_futures::select::{Either, select};
use embedded_hal::digital::{OutputPin, PinState};
use embedded_io::ErrorKind;
use usocket::asynch::{Modem, Wlan, socket};
use usocket::at::UrcQueue;
use usocket::network::STA_IF;
use usocket::{AF_INET, Error, Memory, ModuleEvent, ResetLine, SOCK_STREAM};
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};

#[test]
fn events_wake_who_waits_for_them() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1())
        .access_point(AccessPoint::new("haas-open", "12345678"));
    on_wifi(&world, Memory::<4, 2048, 512>::new(), async |modem, _| {
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
fn what_waits_when_the_runner_ends_fails_and_works_when_it_runs_again() {
    let world = echo_world(Profile::esp32c3_4_1());
    with_wifi(&world, Memory::<2, 512, 256>::new(), |modem, time, _| {
        let (rx, tx) = time.uart();
        let mut runner = modem.runner(rx, tx, time.clone());
        let program = async {
            let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
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
            let again = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
            assert!(matches!(again.connect((PEER, 7)).await, Err(Error::Uart(_))));
            drop(sock);
            let echo = async {
                again.connect((PEER, 7)).await.unwrap();
                hello(&again).await;
            };
            match select(runner.run(), echo).await {
                Either::First(error) => panic!("{error}"),
                Either::Second(()) => {}
            }
        };
        time.run(program, &mut []);
    });
}

#[test]
fn a_raised_rate_is_set_by_the_runner() {
    let world = echo_world(Profile::esp32c3_4_1());
    with_wifi(&world, Memory::<2, 512, 256>::new(), |modem, time, _| {
        let (rx, tx) = time.uart();
        let baud = usocket::uart::Baud::new(115_200).raise(921_600);
        let mut runner = modem.runner(rx, tx, time.clone()).with_baud(baud);
        let program = async {
            let sock = connected(modem, 7).await;
            sock.sendall(b"fast").await.unwrap();
            let mut back = [0; 4];
            assert_eq!(sock.read(&mut back).await, Ok(Some(4)));
            while modem.next_event().await != ModuleEvent::Baud(921_600) {}
        };
        time.run(program, &mut [task(runner.run())]);
    });
}

/// Errors of the line with silence between them are no reason to give it up; nothing but errors is.
#[test]
fn a_line_is_given_up_for_nothing_but_errors() {
    let world = echo_world(Profile::esp32c3_4_1());
    with_wifi(&world, Memory::<2, 512, 256>::new(), |modem, time, _| {
        let (rx, tx) = time.uart();
        let mut runner = modem.runner(rx, tx, time.clone());
        let program = async {
            let sock = connected(modem, 7).await;
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
    });
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
