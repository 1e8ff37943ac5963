//! Whatever the host writes, the module goes on.

use super::PEER;
use core::time::Duration;
use embedded_io::{Read, ReadReady, Write};
use usocket_simulator::{Profile, VirtualWorld};

/// What lines are made of.
const WORDS: &[&str] = &[
    "AT",
    "AT+QIOPEN=",
    "AT+QICLOSE=",
    "AT+QISEND=",
    "AT+QISEND",
    "AT+QIRD=",
    "AT+QISTATE=",
    "AT+QISTATE",
    "AT+QIACT",
    "AT+QIDEACT",
    "AT+QIREGAPP",
    "AT+QIMUX=",
    "AT+QINDI=",
    "AT+QISACK=",
    "AT+QICFG=",
    "AT+QIDNSGIP=",
    "AT+QICSGP=",
    "AT+CGACT=",
    "AT+CGATT=",
    "AT+CFUN=",
    "AT+QSCLK=",
    "AT+CSCON=",
    "AT+CGDCONT=",
    "0",
    "1",
    "2",
    "5",
    "1024",
    "65536",
    "-1",
    "99999999999999999999",
    ",",
    ",",
    ",",
    ",",
    ";",
    "?",
    "=?",
    "\"TCP\"",
    "\"UDP\"",
    "\"220.180.239.212\"",
    "8009",
    "\"dataformat\"",
    "\"showlength\"",
    "\"hello\"",
    "\"",
    "\x1a",
    "\x1b",
    "\x00",
    "+++",
    "\n",
];

#[test]
fn no_line_is_too_odd() {
    for profile in Profile::quectel() {
        let world = VirtualWorld::new(profile).joined(true);
        let host = world.listen(PEER, 8009);
        host.greet(b"welcome").echo();
        world.quirks(|quirks| quirks.drops_overflow = true);
        let mut uart = world.uart();
        let mut seed = 1_u32;
        let mut random = |below: usize| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 8) as usize % below
        };
        for _ in 0..3000 {
            for _ in 0..random(9) {
                uart.write_all(WORDS[random(WORDS.len())].as_bytes()).unwrap();
            }
            uart.write_all(&[b'\r', random(256) as u8][..1 + random(2)]).unwrap();
            match random(200) {
                0 => world.drop_context(),
                1 => world.reset_module(),
                2 => world.advance(Duration::from_secs(30)),
                _ => {}
            }
            while uart.read_ready().unwrap() {
                uart.read(&mut [0; 256]).unwrap();
            }
        }
        world.reset_module();
        world.advance(Duration::from_secs(30));
        while uart.read_ready().unwrap() {
            uart.read(&mut [0; 256]).unwrap();
        }
        super::play(&world, "> AT\\r\n< AT\\r\\r\\nOK\\r\\n");
    }
}
