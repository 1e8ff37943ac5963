//! The ladder: modules that do not answer are found at another rate, restarted or reset, and all that
//! was set up before is there again.

use std::cell::Cell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::Duration;

use crate::world::{PEER, WorldClock};
use embedded_hal::digital::{ErrorType as PinErrors, OutputPin, PinState};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket::fugit::MillisDurationU32;
use usocket::network::{STA_IF, Wlan};
use usocket::uart::{Baud, SetBaud};
use usocket::{
    AF_INET, Error, EspAt, Memory, Modem, ModuleEvent, Network, ResetLine, SOCK_STREAM, socket,
};
use usocket_simulator::{Profile, Uart, VirtualWorld};

/// A UART whose rate can be changed.
struct Adjustable {
    uart: Uart,
    world: VirtualWorld,
    /// Rates that it does not have.
    lacks: &'static [u32],
    /// The rate at which nothing is understood that comes in.
    deaf_at: u32,
    /// The rate that is another one in truth.
    wrong: u32,
    /// What happens just before the module is told of another rate.
    before_change: fn(&VirtualWorld),
    baud: u32,
}

impl ErrorType for Adjustable {
    type Error = ErrorKind;
}

impl Read for Adjustable {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, ErrorKind> {
        let count = self.uart.read(buf).map_err(|_| ErrorKind::Other)?;
        if self.baud == self.deaf_at {
            buf[..count].fill(0xf8);
        }
        Ok(count)
    }
}

impl ReadReady for Adjustable {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        self.uart.read_ready().map_err(|_| ErrorKind::Other)
    }
}

impl Write for Adjustable {
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        if buf.starts_with(b"AT+UART_CUR") {
            let before_change = std::mem::replace(&mut self.before_change, |_| {});
            before_change(&self.world);
        }
        self.uart.write(buf).map_err(|_| ErrorKind::Other)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

impl SetBaud for Adjustable {
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
        if self.lacks.contains(&baud) {
            return Err(ErrorKind::Unsupported);
        }
        self.baud = baud;
        self.world.set_host_baud(if baud == self.wrong { baud / 10 * 9 } else { baud });
        Ok(())
    }
}

/// The reset pin of the simulated module, low while it is active.
struct ResetPin {
    world: VirtualWorld,
    /// A reset helps a module that hangs.
    helps: bool,
    since: Option<Duration>,
    pulses: Rc<Cell<u32>>,
}

impl PinErrors for ResetPin {
    type Error = Infallible;
}

impl OutputPin for ResetPin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.since = Some(self.world.now());
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        if let Some(since) = self.since.take() {
            self.pulses.set(self.pulses.get() + 1);
            if self.helps {
                self.world.mute(false);
            }
            self.world.reset_pin(self.world.now() - since);
        }
        Ok(())
    }
}

fn reset_line(
    world: &VirtualWorld,
    helps: bool,
) -> (&'static mut ResetLine<ResetPin>, Rc<Cell<u32>>) {
    let pulses = Rc::new(Cell::new(0));
    let pin = ResetPin { world: world.clone(), helps, since: None, pulses: Rc::clone(&pulses) };
    (Box::leak(Box::new(ResetLine::new(pin, PinState::Low))), pulses)
}

fn adjustable(world: &VirtualWorld) -> Adjustable {
    Adjustable {
        uart: world.uart(),
        world: world.clone(),
        lacks: &[],
        deaf_at: 1,
        wrong: 0,
        before_change: |_| {},
        baud: 0,
    }
}

type Esp<'b> = Modem<'b, EspAt, Adjustable, WorldClock>;

/// A module with ESP-AT on such a UART.
fn with_esp(world: &VirtualWorld, uart: Adjustable, program: impl FnOnce(Esp<'static>)) {
    let _teller = Teller(world.clone());
    let memory = Box::leak(Box::new(Memory::<2, 2048, 0>::new()));
    program(Modem::esp_at(uart, WorldClock(world.clone()), memory));
}

/// Prints the end of the dialogue if a test fails.
struct Teller(VirtualWorld);

impl Drop for Teller {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let transcript = self.0.transcript();
            let lines: Vec<_> = transcript.lines().collect();
            for line in &lines[lines.len().saturating_sub(60)..] {
                println!("{}", line.chars().take(100).collect::<String>());
            }
        }
    }
}

fn joined(profile: Profile) -> VirtualWorld {
    let world = VirtualWorld::new(profile).joined(true);
    world.listen(PEER, 80).greet(b"hello");
    world
}

fn works(network: &impl Network) {
    let sock = socket(network, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.settimeout(Some(MillisDurationU32::from_millis(60_000))).unwrap();
    sock.connect((PEER, 80)).unwrap();
    let mut buf = [0; 5];
    assert_eq!(sock.read(&mut buf), Ok(Some(5)));
    assert_eq!(&buf, b"hello");
}

fn events(modem: &Esp<'_>) -> Vec<ModuleEvent> {
    std::iter::from_fn(|| modem.event()).collect()
}

fn told(world: &VirtualWorld, command: &str) -> usize {
    world.commands().iter().filter(|line| line.starts_with(command)).count()
}

/// Lets the driver go on by itself for a few seconds.
fn idle(world: &VirtualWorld, modem: &Esp<'_>) {
    let end = world.now_ms() + 3_000;
    while world.now_ms() < end {
        modem.poll().unwrap();
        world.pause();
    }
}

fn rate(world: &VirtualWorld) -> u32 {
    world.with_module(|module| module.baud())
}

#[test]
fn a_module_at_another_rate_is_found() {
    for baud in [9600, 57_600, 460_800, 921_600] {
        let world = joined(Profile::esp32c3_4_1()).baud(baud);
        world.set_host_baud(115_200);
        with_esp(&world, adjustable(&world), |modem| {
            let modem = modem.with_baud(Baud::new(115_200));
            let start = world.now_ms();
            works(&modem);
            assert!(world.now_ms() - start < 20_000, "{} ms", world.now_ms() - start);
            // found, and brought to where the program wants it
            let found = [ModuleEvent::Baud(baud), ModuleEvent::Ready, ModuleEvent::Baud(115_200)];
            assert!(events(&modem).starts_with(&found), "{baud}");
            assert_eq!(rate(&world), 115_200);
        });
    }
}

#[test]
fn without_a_way_to_change_the_rate_it_is_garbled() {
    let world = joined(Profile::esp32c3_4_1()).baud(9600);
    world.set_host_baud(115_200);
    with_esp(&world, adjustable(&world), |modem| {
        let wlan = Wlan::new(&modem, STA_IF);
        assert_eq!(wlan.active(true), Err(Error::ModuleGarbled));
        assert_eq!(events(&modem), [ModuleEvent::Lost(Error::ModuleGarbled)]);
    });
}

#[test]
fn the_line_is_raised_and_proved_on_every_module() {
    let wifi = Profile::esp_at().into_iter();
    for profile in wifi.chain([Profile::bg96(), Profile::ec25(), Profile::sim7080()]) {
        let name = profile.name;
        let world = joined(profile);
        let mut memory = Memory::<2, 2048, 0>::new();
        let (uart, clock) = (adjustable(&world), WorldClock(world.clone()));
        let baud = Baud::new(115_200).raise(921_600);
        if name.starts_with("quectel") {
            works(&Modem::quectel(uart, clock, &mut memory).with_baud(baud));
        } else if name.starts_with("simcom") {
            works(&Modem::simcom(uart, clock, &mut memory).with_baud(baud));
        } else {
            works(&Modem::esp_at(uart, clock, &mut memory).with_baud(baud));
        }
        assert_eq!(rate(&world), 921_600, "{name}");
        assert!(world.now_ms() < 5_000, "{name}: {} ms", world.now_ms());
    }
}

#[test]
fn a_rate_that_the_uart_lacks_is_not_asked_of_the_module() {
    let world = joined(Profile::esp32c3_4_1());
    let uart = Adjustable { lacks: &[921_600], ..adjustable(&world) };
    with_esp(&world, uart, |modem| {
        let modem = modem.with_baud(Baud::new(115_200).raise(921_600));
        works(&modem);
        assert_eq!((rate(&world), told(&world, "AT+UART_CUR")), (460_800, 1));
        assert_eq!(modem.counters().line_fallbacks, 0);
    });
}

#[test]
fn a_rate_that_the_module_refuses_is_replaced_by_the_next_lower_one() {
    let world = joined(Profile::bg96());
    let mut memory = Memory::<2, 2048, 0>::new();
    let modem = Modem::quectel(adjustable(&world), WorldClock(world.clone()), &mut memory)
        .with_baud(Baud::new(115_200).raise(3_000_000));
    works(&modem);
    assert_eq!(rate(&world), 921_600);
}

#[test]
fn a_rate_at_which_nothing_comes_in_is_taken_back() {
    let world = joined(Profile::esp32c3_4_1());
    let uart = Adjustable { deaf_at: 921_600, ..adjustable(&world) };
    with_esp(&world, uart, |modem| {
        let modem = modem.with_baud(Baud::new(115_200).raise(921_600));
        let start = world.now_ms();
        works(&modem);
        assert!(world.now_ms() - start < 6_000, "{} ms", world.now_ms() - start);
        assert_eq!(rate(&world), 460_800);
        assert_eq!((modem.counters().line_fallbacks, modem.counters().resets), (1, 0));
        assert!(events(&modem).contains(&ModuleEvent::Baud(460_800)));
    });
}

#[test]
fn a_rate_at_which_nothing_goes_either_way_needs_the_reset_line() {
    for has_line in [true, false] {
        let world = joined(Profile::esp32c3_4_1());
        let (line, pulses) = reset_line(&world, true);
        let uart = Adjustable { wrong: 921_600, ..adjustable(&world) };
        with_esp(&world, uart, |modem| {
            let modem = modem.with_baud(Baud::new(115_200).raise(921_600));
            if has_line {
                let modem = modem.with_reset(line);
                Wlan::new(&modem, STA_IF).active(true).unwrap();
                assert_eq!((rate(&world), pulses.get()), (460_800, 1));
                assert_eq!(modem.counters().forced_restarts, 1);
            } else {
                // it is lost, and says so within a minute
                let start = world.now_ms();
                let lost = Wlan::new(&modem, STA_IF).active(true);
                assert!(
                    matches!(lost, Err(Error::ModuleSilent | Error::ModuleGarbled)),
                    "{lost:?}"
                );
                assert!(world.now_ms() - start < 60_000);
            }
        });
    }
}

#[test]
fn a_change_whose_answer_is_lost_may_have_happened() {
    let lose_answer: fn(&VirtualWorld) = |world| world.drop_next(b"OK\r\n");
    let lose_command: fn(&VirtualWorld) = |world| world.mute(true);
    for before_change in [lose_answer, lose_command] {
        let world = joined(Profile::esp32c3_4_1());
        with_esp(&world, Adjustable { before_change, ..adjustable(&world) }, |modem| {
            let modem = modem.with_baud(Baud::new(115_200).raise(921_600));
            world.after(Duration::from_secs(8), |world| world.mute(false));
            works(&modem);
            assert!(rate(&world) >= 460_800, "{}", rate(&world));
            assert!(world.now_ms() < 30_000, "{} ms", world.now_ms());
        });
    }
}

#[test]
fn a_restart_at_a_raised_rate_is_found_out_and_the_rate_raised_again() {
    let world = joined(Profile::esp32c3_4_1());
    with_esp(&world, adjustable(&world), |modem| {
        let modem = modem.with_baud(Baud::new(115_200).raise(921_600));
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        assert_eq!(rate(&world), 921_600);
        world.reset_module(); // nobody understands its `ready`
        let start = world.now_ms();
        assert_eq!(sock.send(b"x"), Err(Error::TimedOut));
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        assert!(world.now_ms() - start < 15_000, "{} ms", world.now_ms() - start);
        idle(&world, &modem);
        works(&modem);
        assert_eq!(rate(&world), 921_600);
        assert!(events(&modem).contains(&ModuleEvent::Restarted));
    });
}

#[test]
fn flow_control_is_told_before_the_rate_and_kept_with_it() {
    let world = joined(Profile::esp32c3_4_1());
    with_esp(&world, adjustable(&world), |modem| {
        let modem = modem.with_baud(Baud::new(115_200).raise(921_600)).with_rts_cts(115_200);
        works(&modem);
        let line: Vec<_> =
            world.commands().into_iter().filter(|line| line.starts_with("AT+UART")).collect();
        assert_eq!(line, ["AT+UART_CUR=115200,8,1,0,3", "AT+UART_CUR=921600,8,1,0,3"]);
        assert!(world.with_module(|module| module.heeds_host()));
    });
    let world = joined(Profile::ec25());
    let mut memory = Memory::<2, 2048, 0>::new();
    works(
        &Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory).with_rts_cts(115_200),
    );
    assert_eq!((told(&world, "AT+IFC=2,2"), told(&world, "AT+IPR")), (1, 0));
}

#[test]
fn flow_control_without_the_wire_needs_a_reset_and_is_not_tried_again() {
    let world = joined(Profile::esp32c3_4_1());
    world.leave_cts_open();
    let (line, pulses) = reset_line(&world, true);
    with_esp(&world, adjustable(&world), |modem| {
        let modem = modem.with_rts_cts(115_200).with_reset(line);
        Wlan::new(&modem, STA_IF).active(true).unwrap();
        assert_eq!((pulses.get(), modem.counters().line_fallbacks), (1, 1));
        assert!(!world.with_module(|module| module.heeds_host()));
    });
}

#[test]
fn a_module_that_hangs_gets_the_reset_line_and_works_again() {
    let world = joined(Profile::esp32c3_4_1());
    let (line, pulses) = reset_line(&world, true);
    with_esp(&world, adjustable(&world), |modem| {
        let modem = modem.with_reset(line);
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        world.mute(true);
        let start = world.now_ms();
        assert_eq!(sock.send(b"x"), Err(Error::TimedOut));
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        assert!(world.now_ms() - start < 40_000, "{} ms", world.now_ms() - start);
        idle(&world, &modem);
        assert_eq!(pulses.get(), 1);
        works(&modem);
        assert_eq!((modem.counters().forced_restarts, modem.counters().resets), (1, 0));
        let restarted = events(&modem).iter().filter(|it| **it == ModuleEvent::Restarted).count();
        assert_eq!(restarted, 1);
    });
}

#[test]
fn a_module_that_is_dead_is_reset_once_and_given_up_in_time() {
    let world = joined(Profile::esp32c3_4_1());
    let (line, pulses) = reset_line(&world, false);
    with_esp(&world, adjustable(&world), |modem| {
        let modem = modem.with_reset(line);
        world.mute(true);
        let start = world.now_ms();
        assert_eq!(Wlan::new(&modem, STA_IF).active(true), Err(Error::ModuleSilent));
        assert!(world.now_ms() - start < 30_000, "{} ms", world.now_ms() - start);
        assert_eq!(pulses.get(), 1);
    });
}

#[test]
fn a_module_that_stays_busy_is_restarted_by_command() {
    let world = joined(Profile::esp32c3_4_1());
    with_esp(&world, adjustable(&world), |modem| {
        works(&modem);
        let hour = world.now() + Duration::from_secs(3600);
        world.with_module(|module| module.stall(hour));
        let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        assert!(sock.connect((PEER, 80)).is_err());
        assert_eq!(modem.counters().forced_restarts, 1);
        idle(&world, &modem);
        works(&modem);
    });
}
