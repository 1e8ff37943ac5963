//! The host's side of a dialogue with a module in real time.

#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

use embedded_io::{Read as _, Write as _};
use usocket_simulator::LoopbackUart;

/// What the module has to say next.
pub(crate) fn expect(uart: &mut LoopbackUart, text: &str) {
    let mut found = vec![0; text.len()];
    uart.read_exact(&mut found).unwrap_or_else(|error| panic!("{error:?} before {text:?}"));
    assert_eq!(String::from_utf8_lossy(&found), text);
}

/// A command of ESP-AT, and its answer.
pub(crate) fn say(uart: &mut LoopbackUart, command: &str, answer: &str) {
    say_line(uart, &format!("{command}\r\n"), answer);
}

/// The same of a cellular module.
pub(crate) fn say_cellular(uart: &mut LoopbackUart, command: &str, answer: &str) {
    say_line(uart, &format!("{command}\r"), answer);
}

fn say_line(uart: &mut LoopbackUart, line: &str, answer: &str) {
    uart.write_all(line.as_bytes()).unwrap();
    expect(uart, answer);
}
