//! `network::Cellular` on simulated modules: SIM, registration, context, power; each way it fails.

use std::cell::Cell;
use std::convert::Infallible;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use crate::world::{PEER, QuectelModem, WorldClock, idle_quectel as idle};
use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use fugit::{ExtU32, MillisDurationU32};
use usocket::network::{
    Cellular, CellularStatus, IpKind, Profile, Progress, RegistrationStatus, SimStatus,
};
use usocket::{
    AF_INET, AF_INET6, Error, Hints, Idle, Memory, Modem, ResetLine, SOCK_DGRAM, SOCK_STREAM,
    getaddrinfo, getaddrinfo_with, socket,
};
use usocket_simulator::{Profile as Module, Registration, Sim, VirtualWorld};

/// Modules with the whole of the standard grammar.
fn modules() -> [Module; 2] {
    [Module::bg96(), Module::ec25()]
}

fn with_modem(world: &VirtualWorld, program: impl FnOnce(&QuectelModem<'_>)) {
    let mut memory = Memory::<3, 2048, 512>::new();
    let modem = Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory);
    program(&modem);
}

/// How often the module was told something that begins so.
fn told(world: &VirtualWorld, command: &str) -> usize {
    world.commands().iter().filter(|line| line.starts_with(command)).count()
}

#[test]
fn the_program_of_the_seed_runs_over_a_cellular_module() {
    for module in modules() {
        let world = VirtualWorld::new(module).boot().dns("www.getman.com", PEER);
        world.listen(PEER, 80).serve(b"HTTP/1.1 200 OK\r\n\r\nhello");
        with_modem(&world, |modem| {
            let lte = Cellular::new(modem);
            lte.active(true).unwrap();
            assert!(!lte.isconnected().unwrap());
            lte.connect("internet", "", "").unwrap();
            assert!(lte.isconnected().unwrap());
            assert_ne!(lte.ifconfig().unwrap().address, Ipv4Addr::UNSPECIFIED);
            let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
            let addr = getaddrinfo(&lte, "www.getman.com", 80).unwrap()[0].sockaddr;
            sock.connect(addr).unwrap();
            sock.send(b"GET /News HTTP/1.1\r\n\r\n").unwrap();
            let mut page = [0; 256];
            assert_eq!(sock.read(&mut page), Ok(Some(24)));
            assert_eq!(&page[..24], b"HTTP/1.1 200 OK\r\n\r\nhello");
            sock.close().unwrap();
        });
    }
}

#[test]
fn what_the_module_tells_of_itself_is_what_it_is() {
    let world = VirtualWorld::new(Module::bg96());
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        lte.active(true).unwrap();
        assert!(lte.isactive().unwrap());
        assert_eq!(lte.manufacturer().unwrap().as_str(), Some("Quectel"));
        assert_eq!(lte.model().unwrap().as_str(), Some("BG96"));
        assert_eq!(lte.imei().unwrap().len(), 15);
        assert_eq!(lte.imsi().unwrap().as_str(), Some("001010123456789"));
        assert_eq!(lte.iccid().unwrap().as_str(), Some("89860025128306012474"));
        assert_eq!(lte.sim(), Ok(SimStatus::Ready));
        assert_eq!(lte.registration(), Ok(RegistrationStatus::Home));
        assert_eq!(lte.status(), Ok(CellularStatus::Registered { roaming: false }));
        let signal = lte.signal().unwrap();
        assert!(signal.rssi.is_some() && signal.rsrp.is_some() && signal.rsrq.is_some());
        assert!((1..=5).contains(&signal.bars()), "{signal}");
        assert!(lte.operator().unwrap().name.is_some());
        assert_eq!(lte.time().unwrap().map(|time| time.year), Some(2024), "the network's time");
        world.set_registration(Registration::Roaming);
        assert_eq!(lte.status(), Ok(CellularStatus::Registered { roaming: true }));
        lte.connect("internet", "", "").unwrap();
        assert_eq!(lte.status(), Ok(CellularStatus::Connected));
        lte.disconnect().unwrap();
        assert_eq!(lte.status(), Ok(CellularStatus::Registered { roaming: true }));
        lte.active(false).unwrap();
        assert_eq!(lte.isactive(), Ok(false));
    });
}

#[test]
fn without_a_sim_there_is_no_network() {
    for module in modules() {
        let world = VirtualWorld::new(module).sim(Sim::absent());
        with_modem(&world, |modem| {
            let lte = Cellular::new(modem);
            lte.active(true).unwrap();
            assert_eq!(lte.sim(), Ok(SimStatus::Missing));
            assert_eq!(lte.status(), Ok(CellularStatus::Sim(SimStatus::Missing)));
            assert_eq!(lte.connect("internet", "", ""), Err(Error::SimMissing));
            assert_eq!(lte.imsi(), Err(Error::SimMissing));
            assert_eq!(lte.time(), Ok(None), "no network has told the time");
            // once it is there, it is there
            world.insert_sim(Sim::default());
            lte.connect("internet", "", "").unwrap();
        });
    }
}

#[test]
fn a_pin_unlocks_the_sim_and_is_entered_again_after_a_restart() {
    for module in modules() {
        let world = VirtualWorld::new(module).sim(Sim::locked("4711"));
        with_modem(&world, |modem| {
            let lte = Cellular::new(modem);
            lte.active(true).unwrap();
            assert_eq!(lte.sim(), Ok(SimStatus::PinRequired { tries: Some(3) }));
            assert_eq!(lte.connect("internet", "", ""), Err(Error::SimPinRequired));
            assert_eq!(lte.unlock("12"), Err(Error::InvalidInput));
            lte.unlock("4711").unwrap();
            lte.unlock("4711").unwrap(); // it is open: nothing is sent
            assert_eq!(told(&world, "AT+CPIN=\"4711\""), 1);
            lte.connect("internet", "", "").unwrap();
            world.reset_module();
            idle(&world, modem, 40_000);
            assert_eq!(told(&world, "AT+CPIN=\"4711\""), 2);
            assert_eq!(lte.isconnected(), Ok(true), "the context is there again by itself");
        });
    }
}

#[test]
fn a_wrong_pin_is_never_tried_twice() {
    let world = VirtualWorld::new(Module::bg96()).sim(Sim::locked("4711"));
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        lte.active(true).unwrap();
        for _ in 0..5 {
            assert_eq!(lte.unlock("1111"), Err(Error::WrongPin));
        }
        assert_eq!(lte.sim(), Ok(SimStatus::PinRequired { tries: Some(2) }));
        world.reset_module();
        idle(&world, modem, 20_000);
        assert_eq!(lte.unlock("1111"), Err(Error::WrongPin));
        assert_eq!(told(&world, "AT+CPIN=\"1111\""), 1);
        assert_eq!(world.with_sim(|sim| sim.pin_tries), Some(2));
        for pin in ["2222", "1111", "2222"] {
            assert_eq!(lte.unlock(pin), Err(Error::WrongPin));
        }
        assert_eq!(world.with_sim(|sim| sim.pin_tries), Some(1));
        lte.unlock("4711").unwrap();
        assert_eq!(lte.sim(), Ok(SimStatus::Ready));
    });
}

#[test]
fn a_sim_that_wants_its_puk_says_so_and_is_unlocked_with_it() {
    let world = VirtualWorld::new(Module::ec25()).sim(Sim::blocked("26601934"));
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        lte.active(true).unwrap();
        assert_eq!(lte.sim(), Ok(SimStatus::PukRequired { tries: Some(10) }));
        assert_eq!(lte.connect("internet", "", ""), Err(Error::SimPukRequired));
        assert_eq!(lte.unlock("1234"), Err(Error::SimPukRequired));
        assert_eq!(told(&world, "AT+CPIN="), 0, "no PIN is burnt");
        assert_eq!(lte.unlock_with_puk("11111111", "1234"), Err(Error::WrongPin));
        lte.unlock_with_puk("26601934", "9876").unwrap();
        assert_eq!(lte.unlock_with_puk("11111111", "1234"), Ok(()), "it waits for none");
        assert_eq!(told(&world, "AT+CPIN=\"11111111\""), 1);
        lte.connect("internet", "", "").unwrap();
        world.reset_module();
        idle(&world, modem, 40_000);
        assert_eq!(told(&world, "AT+CPIN=\"9876\""), 1, "its new PIN, after a restart");
        assert_eq!(lte.isconnected(), Ok(true));
    });
}

#[test]
fn a_registration_that_takes_minutes_reports_its_progress() {
    let world = VirtualWorld::new(Module::bg96()).registers_after(Duration::from_secs(140));
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        lte.active(true).unwrap();
        let mut seen = Vec::new();
        let profile = Profile::new("internet", "", "").unwrap();
        lte.connect_with(profile, 300.secs(), &mut |progress| {
            seen.push(progress);
            Idle::Continue
        })
        .unwrap();
        let searching = Progress::Registering(RegistrationStatus::Searching);
        assert!(seen.iter().filter(|&&progress| progress == searching).count() > 100);
        assert_eq!(seen.first(), Some(&Progress::Sim));
        assert_eq!(seen[seen.len() - 2..], [Progress::Attaching, Progress::Connected]);
    });
}

#[test]
fn a_program_can_end_the_wait_for_a_network_at_any_step() {
    for steps in 1..6 {
        let world = VirtualWorld::new(Module::ec25()).registers_after(Duration::from_secs(3));
        with_modem(&world, |modem| {
            let lte = Cellular::new(modem);
            let profile = Profile::new("internet", "", "").unwrap();
            let mut left = steps;
            let ended = lte.connect_with(profile, 60.secs(), &mut |_| {
                left -= 1;
                if left == 0 { Idle::Abort } else { Idle::Continue }
            });
            assert_eq!(ended, Err(Error::Interrupted));
            lte.connect("internet", "", "").unwrap();
        });
    }
}

#[test]
fn a_denied_registration_and_no_coverage_are_two_errors() {
    for (registration, error) in [
        (Registration::Denied, Error::RegistrationDenied),
        (Registration::Searching, Error::NoCoverage),
        (Registration::NotSearching, Error::NoCoverage),
        (Registration::Unknown, Error::NoCoverage),
    ] {
        let world = VirtualWorld::new(Module::bg96());
        world.set_registration(registration);
        with_modem(&world, |modem| {
            let lte = Cellular::new(modem);
            let start = world.now_ms();
            let profile = Profile::new("internet", "", "").unwrap();
            let limit: MillisDurationU32 = 60.secs();
            let connected = lte.connect_with(profile, limit, &mut |_| Idle::Continue);
            assert_eq!(connected, Err(error));
            assert!(world.now_ms() - start < 65_000);
            world.set_registration(Registration::Home);
            lte.connect("internet", "", "").unwrap();
        });
    }
}

/// A network may deny first what another one grants.
#[test]
fn a_denial_counts_only_when_it_has_lasted() {
    for (granted_after, connected) in [(5, Ok(())), (30, Err(Error::RegistrationDenied))] {
        let world = VirtualWorld::new(Module::bg96());
        world.set_registration(Registration::Denied);
        let granted = world.clone();
        world.after(Duration::from_secs(granted_after), move |_| {
            granted.set_registration(Registration::Home);
        });
        with_modem(&world, |modem| {
            assert_eq!(Cellular::new(modem).connect("internet", "", ""), connected);
        });
    }
}

#[test]
fn a_wrong_access_point_name_is_an_error_of_its_own_and_the_right_one_works_after_it() {
    for module in modules() {
        let world = VirtualWorld::new(module).apn("internet", "user", "secret");
        with_modem(&world, |modem| {
            let lte = Cellular::new(modem);
            assert_eq!(lte.connect("internot", "user", "secret"), Err(Error::AttachFailed));
            assert_eq!(lte.status(), Ok(CellularStatus::ConnectFail));
            // and nothing is tried behind the program's back
            let tried = told(&world, "AT+QIACT=");
            idle(&world, modem, 120_000);
            assert_eq!(told(&world, "AT+QIACT="), tried);
            assert_eq!(lte.connect("internet", "user", "wrong"), Err(Error::AttachFailed));
            lte.connect("internet", "user", "secret").unwrap();
            assert_eq!(lte.connect("a\"b", "", ""), Err(Error::InvalidInput));
        });
    }
}

#[test]
fn a_lost_context_ends_connections_with_an_error_and_comes_back() {
    for module in modules() {
        for with_closed in [false, true] {
            let world = VirtualWorld::new(module.clone());
            world.quirks(|quirks| quirks.closes_with_context = with_closed);
            let host = world.listen(PEER, 80);
            with_modem(&world, |modem| {
                let lte = Cellular::new(modem);
                lte.connect("internet", "", "").unwrap();
                let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
                sock.connect((PEER, 80)).unwrap();
                host.accept().unwrap().send(b"before");
                let mut buf = [0; 16];
                assert_eq!(sock.recv(&mut buf), Ok(6));
                let dropped = world.clone();
                world.after(Duration::from_millis(100), move |_| dropped.drop_context());
                assert_eq!(sock.recv(&mut buf), Err(Error::NetworkDown));
                assert_eq!(sock.recv(&mut buf), Err(Error::NetworkDown));
                assert_eq!(lte.isconnected(), Ok(false));
                idle(&world, modem, 10_000);
                assert_eq!(lte.isconnected(), Ok(true));
                let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
                sock.connect((PEER, 80)).unwrap();
            });
        }
    }
}

#[test]
fn a_network_that_is_gone_for_long_is_got_back_without_flooding_the_module() {
    let world = VirtualWorld::new(Module::ec25());
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        lte.connect("internet", "", "").unwrap();
        world.lose_network();
        let commands = world.commands().len();
        idle(&world, modem, 600_000);
        assert!(world.commands().len() - commands < 40, "more than one command in 15 s");
        assert_eq!(lte.isconnected(), Ok(false));
        world.regain_network();
        idle(&world, modem, 400_000);
        assert_eq!(lte.isconnected(), Ok(true));
    });
}

#[test]
fn a_module_that_is_connected_already_needs_no_connect() {
    let world = VirtualWorld::new(Module::bg96()).joined(true);
    world.listen(PEER, 80).echo();
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        assert_eq!(lte.isconnected(), Ok(true));
        let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        assert_eq!(told(&world, "AT+QIACT="), 0);
    });
}

#[test]
fn names_and_connections_of_ipv6_where_the_profile_asks_for_it() {
    let peer = "2001:db8::7".parse::<std::net::Ipv6Addr>().unwrap();
    let world = VirtualWorld::new(Module::ec25()).ipv6(true).dns("six", peer);
    world.listen(peer, 80).echo();
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        let profile = Profile::new("internet", "", "").unwrap().ip(IpKind::Both);
        lte.connect_with(profile, 60.secs(), &mut |_| Idle::Continue).unwrap();
        let hints = Hints { family: AF_INET6, ..Hints::default() };
        let addr = getaddrinfo_with(&lte, "six", 80, hints).unwrap()[0].sockaddr;
        let sock = socket(&lte, AF_INET6, SOCK_STREAM, 0).unwrap();
        sock.connect(addr).unwrap();
        sock.send(b"hello").unwrap();
        let mut buf = [0; 8];
        assert_eq!(sock.recv(&mut buf), Ok(5));
        assert_eq!(&buf[..5], b"hello");
        assert!(sock.getsockname().unwrap().is_ipv6());
        // the module binds sockets to IPv4 alone
        assert!(!modem.capabilities().ipv6_bound);
        let bound = socket(&lte, AF_INET6, SOCK_DGRAM, 0).unwrap();
        assert_eq!(bound.bind((std::net::Ipv6Addr::UNSPECIFIED, 5)), Err(Error::AfNotSupported));
        let listener = socket(&lte, AF_INET6, SOCK_STREAM, 0).unwrap();
        assert_eq!(listener.listen(1), Err(Error::AfNotSupported));
    });
}

/// A pin that acts on the simulated module when it is released.
struct Key {
    world: VirtualWorld,
    act: fn(&VirtualWorld, Duration),
    since: Option<Duration>,
    presses: Rc<Cell<u32>>,
}

impl ErrorType for Key {
    type Error = Infallible;
}

impl OutputPin for Key {
    fn set_high(&mut self) -> Result<(), Infallible> {
        self.since = Some(self.world.now());
        Ok(())
    }

    fn set_low(&mut self) -> Result<(), Infallible> {
        if let Some(since) = self.since.take() {
            self.presses.set(self.presses.get() + 1);
            (self.act)(&self.world, self.world.now() - since);
        }
        Ok(())
    }
}

fn key(world: &VirtualWorld, act: fn(&VirtualWorld, Duration)) -> (Key, Rc<Cell<u32>>) {
    let presses = Rc::new(Cell::new(0));
    (Key { world: world.clone(), act, since: None, presses: Rc::clone(&presses) }, presses)
}

#[test]
fn the_power_key_is_pressed_only_if_the_module_is_off() {
    for module in modules() {
        let world = VirtualWorld::new(module).off();
        with_modem(&world, |modem| {
            let (key, presses) = key(&world, VirtualWorld::power_key);
            let lte = Cellular::new(modem).with_power_key(key, PinState::High);
            lte.active(true).unwrap();
            assert_eq!(presses.get(), 1);
            lte.active(true).unwrap();
            assert_eq!(presses.get(), 1, "it would have been switched off");
            lte.connect("internet", "", "").unwrap();
            lte.power_off().unwrap();
            assert_eq!(lte.isactive(), Ok(false));
            lte.active(true).unwrap();
            assert_eq!(presses.get(), 2);
            lte.connect("internet", "", "").unwrap();
        });
    }
}

#[test]
fn a_module_that_is_off_and_has_no_key_is_silent() {
    let world = VirtualWorld::new(Module::bg96()).off();
    with_modem(&world, |modem| {
        let lte = Cellular::new(modem);
        assert_eq!(lte.active(true), Err(Error::ModuleSilent));
        assert_eq!(lte.isactive(), Ok(false));
    });
}

#[test]
fn a_reset_by_pin_or_by_command_ends_sockets_and_the_module_works_again() {
    for by_pin in [true, false] {
        let world = VirtualWorld::new(Module::bg96());
        let host = world.listen(PEER, 80);
        let (pin, pulses) = key(&world, VirtualWorld::reset_pin);
        let mut line = ResetLine::new(pin, PinState::High);
        let mut memory = Memory::<3, 2048, 512>::new();
        let modem = Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory);
        let modem = if by_pin { modem.with_reset(&mut line) } else { modem };
        let lte = Cellular::new(&modem);
        lte.connect("internet", "", "").unwrap();
        let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        lte.reset().unwrap();
        let commands = told(&world, "AT+CFUN=1,1");
        assert_eq!((pulses.get(), commands), if by_pin { (1, 0) } else { (0, 1) });
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::ModuleReset));
        lte.connect("internet", "", "").unwrap();
        let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        let _ = host.accept();
    }
}

#[test]
fn a_module_that_powers_down_by_itself_is_told_and_can_be_switched_on_again() {
    let world = VirtualWorld::new(Module::ec25());
    world.listen(PEER, 80);
    with_modem(&world, |modem| {
        let (key, _) = key(&world, VirtualWorld::power_key);
        let lte = Cellular::new(modem).with_power_key(key, PinState::High);
        lte.connect("internet", "", "").unwrap();
        let sock = socket(&lte, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).unwrap();
        let pressed = world.clone();
        world.after(Duration::from_millis(50), move |_| {
            pressed.power_key(Duration::from_millis(800));
        });
        assert_eq!(sock.recv(&mut [0; 8]), Err(Error::PoweredDown));
        idle(&world, modem, 5_000);
        lte.active(true).unwrap();
        lte.connect("internet", "", "").unwrap();
    });
}
