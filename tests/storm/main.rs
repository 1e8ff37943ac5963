//! Random programs over a module with random faults, from seeds: no byte lost, none invented.
//!
//! Checked after every call: what the program got is a prefix of what the peer sent; what the peer got
//! is a prefix of what the program sent; the stream ends only where the peer ended it; no call takes
//! longer than it may. When the faults stop, the module becomes usable again; and of a socket that has
//! not failed by then, everything has arrived at both ends.
//!
//! `STORM_SEEDS=1000..3000 cargo test --test storm` runs other seeds.

mod datagrams;
mod program;
mod server;
mod stream;
mod weather;
#[path = "../world/mod.rs"]
mod world;

use std::ops::Range;
use std::time::Duration;

use fastrand::Rng;
use usocket::fugit::MillisDurationU32;
use usocket::{AF_INET, Error, Memory, SOCK_STREAM, socket};
use usocket_simulator::{Profile, VirtualWorld};

use stream::Stream;
use world::{PEER, WorldModem};

/// Steps of one program.
const STEPS: usize = 40;
/// Longest time that one call may take beyond its socket's timeout, in ms: the payload of the
/// largest send at the lowest baud rate.
const OVERTIME: u32 = 10_000;

/// Prints the end of the dialogue if the storm fails.
struct Teller(u64, VirtualWorld);

impl Drop for Teller {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let transcript = self.1.transcript();
            let lines: Vec<_> = transcript.lines().collect();
            let shown = std::env::var("STORM_LINES").map_or(30, |text| text.parse().unwrap_or(30));
            println!("seed {}, the end of {} lines:", self.0, lines.len());
            for line in &lines[lines.len().saturating_sub(shown)..] {
                println!("{}", line.chars().take(100).collect::<String>());
            }
        }
    }
}

/// A module on a line of some speed, read in pieces of some size.
fn surroundings(profile: Profile, rng: &mut Rng) -> VirtualWorld {
    let baud = [9600, 115_200, 921_600][rng.usize(..3)];
    let latency = Duration::from_millis(rng.u64(..4) * 3);
    let world = VirtualWorld::new(profile).joined(true).baud(baud).latency(latency);
    if rng.bool() {
        world.set_read_max(rng.usize(1..64));
    }
    world
}

/// Clients on a module with ESP-AT.
fn wifi<const RX: usize>(seed: u64) {
    let rng = &mut Rng::with_seed(seed);
    let profiles = Profile::esp_at();
    let profile = profiles[rng.usize(..profiles.len())].clone();
    let holds_back = !profile.name.starts_with("nonos");
    let world = surroundings(profile, rng);
    let _teller = Teller(seed, world.clone());
    let mut memory = Memory::<3, RX, 300>::new();
    let modem = world::modem(&world, &mut memory);
    let mut links: Vec<Stream<'_>> = Vec::new();
    let mut port = 1000;
    for _ in 0..STEPS {
        if rng.u8(..4) == 0 {
            weather::wifi_fault(&world, rng, holds_back);
        }
        let timeout = rng.u32(1..4000);
        let start = world.now_ms();
        if links.is_empty() || (links.len() < 3 && rng.u8(..5) == 0) {
            port += 1;
            links.extend(connect(&world, &modem, port, timeout));
        } else {
            let index = rng.usize(..links.len());
            let link = &mut links[index];
            link.sock.settimeout(Some(MillisDurationU32::from_millis(timeout))).unwrap();
            match rng.u8(..10) {
                0..4 => link.receive(rng),
                4..6 => link.send(rng),
                6..8 => link.peer_acts(rng),
                8 => drop(links.swap_remove(index)),
                _ => links.swap_remove(index).sock.close().unwrap(),
            }
        }
        let taken = world.now_ms() - start;
        assert!(taken <= timeout + OVERTIME, "a call with {timeout} ms took {taken} ms");
        links.iter_mut().for_each(Stream::check_peer);
    }
    drop(links);
    // a lost result of a send takes a minute to be given up
    calm(&world, &modem, 90_000);
}

fn connect<'n>(
    world: &VirtualWorld,
    modem: &'n WorldModem<'_>,
    port: u16,
    timeout: u32,
) -> Option<Stream<'n>> {
    let host = world.listen(PEER, port);
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0).ok()?;
    sock.settimeout(Some(MillisDurationU32::from_millis(timeout))).unwrap();
    sock.connect((PEER, port)).ok()?;
    let peer = host.accept();
    Some(Stream::new(sock, Some(host), peer, port))
}

/// When the faults have stopped, a new socket works within so many ms.
fn calm(world: &VirtualWorld, modem: &WorldModem<'_>, limit: u32) {
    let host = world.listen(PEER, 999);
    host.greet(b"hi there");
    let start = world.now_ms();
    let mut last = Error::TimedOut;
    while world.now_ms() - start < limit {
        world.advance(Duration::from_millis(500));
        let mut buf = [0; 8];
        let result = socket(modem, AF_INET, SOCK_STREAM, 0).and_then(|sock| {
            sock.settimeout(Some(MillisDurationU32::from_millis(20_000)))?;
            sock.connect((PEER, 999))?;
            Ok(sock.read(&mut buf)?)
        });
        match result {
            Ok(Some(8)) => return assert_eq!(&buf, b"hi there"),
            Ok(_) => {}
            Err(error) => last = error,
        }
    }
    panic!("not usable again: {last}");
}

/// The seeds to run: so many, or those of the environment.
fn seeds(most: u64) -> Range<u64> {
    let seeds = std::env::var("STORM_SEEDS").unwrap_or_else(|_| format!("0..{most}"));
    let (first, last) = seeds.split_once("..").expect("STORM_SEEDS is FIRST..LAST");
    first.parse().unwrap()..last.parse().unwrap()
}

fn in_any_storm(seeds: Range<u64>, storm: impl Fn(u64) + std::panic::RefUnwindSafe) {
    let failed: Vec<_> =
        seeds.filter(|seed| std::panic::catch_unwind(|| storm(*seed)).is_err()).collect();
    assert!(failed.is_empty(), "seeds that failed: {failed:?}");
}

#[test]
fn no_byte_is_lost_or_invented_in_any_storm() {
    in_any_storm(seeds(300), |seed| match seed % 4 {
        0 => wifi::<1>(seed),
        1 => wifi::<64>(seed),
        2 => wifi::<700>(seed),
        _ => wifi::<2048>(seed),
    });
}

fn cellular(profile: &Profile) {
    in_any_storm(seeds(50), |seed| match seed % 4 {
        0 => program::cellular::<1>(profile.clone(), seed),
        1 => program::cellular::<64>(profile.clone(), seed),
        2 => program::cellular::<700>(profile.clone(), seed),
        _ => program::cellular::<2048>(profile.clone(), seed),
    });
}

#[test]
fn nor_is_one_on_bg96() {
    cellular(&Profile::bg96());
}

#[test]
fn nor_is_one_on_ec25() {
    cellular(&Profile::ec25());
}
