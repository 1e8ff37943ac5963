//! A Quectel BG96 on whose socket 0 a stream comes that does not end.

use crate::BODY;
use crate::line::{Answer, Module, last_number};

/// The module.
#[derive(Default)]
pub struct Quectel {
    /// Bytes that the peer sends at a time; 0: none.
    segment: usize,
    /// Bytes of the present segment that have been fetched.
    fetched: usize,
}

impl Module for Quectel {
    const END: &'static [u8] = b"\r";

    fn answer(&mut self, command: &[u8], out: &mut Answer) -> usize {
        if command.starts_with(b"AT+QIRD=0,") {
            let count = last_number(command).min(self.segment - self.fetched);
            out.say(b"\r\n+QIRD: ");
            out.number(count);
            out.say(b"\r\n");
            out.say(&BODY[..count]);
            out.say(b"\r\n\r\nOK\r\n");
            self.fetched = (self.fetched + count) % self.segment;
        } else if command.starts_with(b"AT+QISEND=0,") {
            out.say(b"\r\n> ");
            return last_number(command);
        } else if command.starts_with(b"AT+QIOPEN=1,0,\"TCP\"") {
            out.say(b"\r\nOK\r\n\r\n+QIOPEN: 0,0\r\n");
            if self.segment > 0 {
                out.say(b"\r\n+QIURC: \"recv\",0\r\n");
            }
        } else if command == b"AT+CGMM" {
            out.say(b"\r\nBG96\r\n\r\nOK\r\n");
        } else if command == b"AT+QIACT?" {
            out.say(b"\r\n+QIACT: 1,1,1,\"10.7.157.1\"\r\n\r\nOK\r\n");
        } else {
            out.say(b"\r\nOK\r\n");
        }
        0
    }

    fn sent(&mut self, _: usize, out: &mut Answer) {
        out.say(b"\r\nSEND OK\r\n");
    }
}

impl Quectel {
    /// One to whom the peer sends so many bytes at a time.
    #[must_use]
    pub fn holding(segment: usize) -> Self {
        Self { segment, ..Self::default() }
    }

    /// One to whom it sends nothing.
    #[must_use]
    pub fn silent() -> Self {
        Self::default()
    }
}
