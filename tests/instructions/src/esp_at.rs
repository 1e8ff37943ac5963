//! An ESP-AT module on whose link 4 a stream comes that does not end.

use crate::BODY;
use crate::line::{Answer, Module, last_number};

/// The module.
#[derive(Default)]
pub struct EspAt {
    /// Bytes that the peer sends at a time; 0: none.
    segment: usize,
    /// Bytes of the present segment that have not been fetched.
    held: usize,
    /// It cannot hold them: it pushes them, and does so every other time that nothing else is read.
    pushes: bool,
    connected: bool,
    turn: bool,
}

impl Module for EspAt {
    const END: &'static [u8] = b"\r\n";

    fn answer(&mut self, command: &[u8], out: &mut Answer) -> usize {
        if command.starts_with(b"AT+CIPRECVDATA=4,") {
            let count = last_number(command).min(self.held);
            out.say(b"+CIPRECVDATA:");
            out.number(count);
            out.say(b",");
            out.say(&BODY[..count]);
            out.say(b"\r\nOK\r\n");
            self.held -= count;
            if self.held == 0 {
                self.segment(out);
            }
        } else if command.starts_with(b"AT+CIPSEND=4,") {
            out.say(b"\r\nOK\r\n\r\n>");
            return last_number(command);
        } else if command.starts_with(b"AT+CIPSTART=4,\"TCP\"") {
            out.say(b"4,CONNECT\r\n\r\nOK\r\n");
            self.connected = true;
            self.segment(out);
        } else if self.pushes && command.starts_with(b"AT+CIPRECV") {
            out.say(b"\r\nERROR\r\n");
        } else if command == b"AT+CIPRECVLEN?" {
            out.say(b"+CIPRECVLEN:-1,-1,-1,-1,");
            out.number(self.held);
            out.say(b"\r\nOK\r\n");
        } else if command == b"AT+GMR" {
            out.say(b"AT version:4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)\r\n\r\nOK\r\n");
        } else {
            out.say(b"\r\nOK\r\n");
        }
        0
    }

    fn sent(&mut self, len: usize, out: &mut Answer) {
        out.say(b"\r\nRecv ");
        out.number(len);
        out.say(b" bytes\r\n\r\nSEND OK\r\n");
    }

    fn idle(&mut self, out: &mut Answer) {
        if self.pushes && self.connected {
            self.turn = !self.turn;
            if self.turn {
                out.say(b"\r\n+IPD,4,");
                out.number(self.segment);
                out.say(b":");
                out.say(&BODY[..self.segment]);
            }
        }
    }
}

impl EspAt {
    /// One that holds what the peer sends, so many bytes at a time, until it is asked for them.
    #[must_use]
    pub fn holding(segment: usize) -> Self {
        Self { segment, ..Self::default() }
    }

    /// One that pushes it.
    #[must_use]
    pub fn pushing(segment: usize) -> Self {
        Self { segment, pushes: true, ..Self::default() }
    }

    /// One to whom the peer sends nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self::holding(0)
    }

    /// The next segment has come.
    fn segment(&mut self, out: &mut Answer) {
        if self.segment > 0 && !self.pushes {
            self.held = self.segment;
            out.say(b"\r\n+IPD,4,");
            out.number(self.held);
            out.say(b"\r\n");
        }
    }
}
