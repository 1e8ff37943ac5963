//! The simulated modules: arbitrary bytes from the host.
//!
//! A byte says which module, the next whether it is connected and how the bytes are cut; the rest is
//! what the host writes, with a pause now and then.

use embedded_io::{Read as _, ReadReady as _, Write as _};
use usocket_simulator::{Profile, VirtualWorld};

use crate::input::Input;

/// Bytes that a module may say for one that it is told: a scan, a list of links, or received data
/// that it was asked for.
const EXPANSION: usize = 4096;

/// See the module.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let profiles = Profile::all();
    let profile = profiles[input.below(profiles.len())].clone();
    let options = input.byte();
    let world = VirtualWorld::new(profile).joined(options & 1 == 0).ipv6(options & 2 != 0);
    world.listen([10, 0, 0, 2], 7).echo();
    world.listen([10, 0, 0, 2], 80).greet(b"hello");
    world.udp_host([10, 0, 0, 2], 7).echo();
    let mut uart = world.uart();
    let (mut told, mut said) = (0, 0);
    let mut buffer = [0; 256];
    while !input.is_empty() {
        let count = [usize::MAX, 1, 7, 64][usize::from(options >> 2 & 3)];
        // a line at a time, unless they are cut otherwise
        let piece =
            if count == usize::MAX { line(&mut input) } else { input.bytes(count).to_vec() };
        told += piece.len();
        uart.write_all(&piece).expect("the host can always write");
        let ms = [0, 1, 20, 1000][usize::from(options >> 4 & 3)];
        world.advance(core::time::Duration::from_millis(ms));
        if options & 64 != 0 {
            world.connect_in(80).send(b"from a client");
        }
        while uart.read_ready().expect("the host can always read") {
            let count = uart.read(&mut buffer).expect("something to read");
            assert!(count <= buffer.len());
            said += count;
            assert!(said <= EXPANSION * (told + 4), "{said} bytes for {told}");
        }
    }
    world.advance(core::time::Duration::from_secs(200));
}

/// What comes before the end of a line, and that.
fn line(input: &mut Input<'_>) -> Vec<u8> {
    let mut line = Vec::new();
    while !input.is_empty() {
        let byte = input.byte();
        line.push(byte);
        if byte == b'\n' || (byte == b'\r' && line.len() > 1) {
            break;
        }
    }
    line
}
