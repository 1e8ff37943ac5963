//! Commands of a program's own that several tests send, and what a module says to them.

#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

use atat::atat_derive::{AtatCmd, AtatResp};
use heapless::String;

/// `AT+SYSRAM?`: the memory that is left (esp-at.md §4.3).
#[derive(AtatCmd)]
#[at_cmd("+SYSRAM?", Ram, timeout_ms = 500)]
pub(crate) struct GetRam;

#[derive(Debug, PartialEq, AtatResp)]
pub(crate) struct Ram {
    pub(crate) free: u32,
    pub(crate) least: u32,
}

/// What the scripts say is left.
pub(crate) const RAM: Ram = Ram { free: 135_184, least: 128_328 };

/// `AT+GSLP`: nothing is said to it.
#[derive(AtatCmd)]
#[at_cmd("+GSLP", Nothing, response_code = false)]
pub(crate) struct Sleep {
    pub(crate) ms: u32,
}

#[derive(Debug, PartialEq, AtatResp)]
pub(crate) struct Nothing;

#[derive(AtatCmd)]
#[at_cmd("+CMGF", Nothing)]
pub(crate) struct TextMode {
    pub(crate) on: u8,
}

/// `AT+CMGS="…"`: a prompt, then the number of the message (3GPP TS 27.005 §3.5.1).
#[derive(AtatCmd)]
#[at_cmd("+CMGS", Reference, timeout_ms = 20_000)]
pub(crate) struct SendMessage<'a> {
    pub(crate) to: &'a str,
}

#[derive(Debug, PartialEq, AtatResp)]
pub(crate) struct Reference {
    pub(crate) number: u8,
}

#[derive(AtatCmd)]
#[at_cmd("+CSQ", Quality)]
pub(crate) struct GetQuality;

#[derive(Debug, PartialEq, AtatResp)]
pub(crate) struct Quality {
    pub(crate) rssi: u8,
    pub(crate) ber: u8,
}

/// The lines of an answer as they are.
#[derive(Debug, PartialEq, AtatResp)]
pub(crate) struct Text {
    pub(crate) text: String<256>,
}

pub(crate) fn read_text(lines: &[u8]) -> Result<Text, atat::Error> {
    let text = std::str::from_utf8(lines).map_err(|_| atat::Error::Parse)?;
    String::try_from(text).map(|text| Text { text }).map_err(|_| atat::Error::Parse)
}
