//! SIMCom's modules.

use core::hint::black_box as seen;

use usocket_commands::simcom::close::Close;
use usocket_commands::simcom::context::*;
use usocket_commands::simcom::data::{Header, is_empty};
use usocket_commands::simcom::dns::{Lookup, Resolve};
use usocket_commands::simcom::open::Open;
use usocket_commands::simcom::power::PowerDown;
use usocket_commands::simcom::receive::{Read, Waiting};
use usocket_commands::simcom::send::Send;
use usocket_commands::simcom::sim::Iccid;
use usocket_commands::simcom::state::SocketState;
use usocket_commands::simcom::urc::Urc;
use usocket_commands::simcom::{MAX_COMMAND, TERMINATOR};
use usocket_commands::{ArgumentError, Command};

use super::written::{self, Family, host};
use crate::input::Input;

const FAMILY: Family =
    Family { most: MAX_COMMAND, terminator: TERMINATOR.as_bytes(), escapes: false };

fn check<C: Command>(command: Result<C, ArgumentError>, texts: &[&[u8]]) {
    written::check(FAMILY, command, texts, &[]);
}

/// A line for every parser.
pub(super) fn read(line: &[u8]) {
    seen(Urc::parse(line).is_some());
    seen(Header::parse(line).is_some());
    seen(is_empty(line));
    seen(Lookup::parse_line(line).is_some());
    seen(Waiting::parse_line(line).is_some());
    seen(SocketState::parse_line(line).is_some());
    seen(ActiveContext::parse_line(line).is_some());
    seen(Iccid::parse_line(line).is_some());
}

/// Arguments for every command.
pub(super) fn write(input: &mut Input<'_>) {
    let on = input.flag();
    let (context, link) = (input.byte(), input.byte());
    let (port, len) = (input.word(), input.number() as usize);
    let (peer, name) = host(input);
    let (one, other) = (input.text(), input.text());
    let texts: &[&[u8]] = &[one.as_bytes(), other.as_bytes()];

    check(Open::tcp(link, context, peer, port), &[name]);
    check(Close::new(link), &[]);
    check(Send::new(link, len), &[]);
    check(Read::new(link, len), &[]);
    check(Resolve::new(one), &texts[..1]);
    let kind = *input.one_of(&[AddressKind::V4, AddressKind::V6, AddressKind::V4V6]);
    check(SetContext::new(context, kind, one), &texts[..1]);
    check(
        SetContext::new(context, kind, "apn")
            .and_then(|set| set.credentials(one, other, Authentication::Chap)),
        texts,
    );
    check(Ok(Activate { context, on }), &[]);
    check(Ok(PowerDown { gently: on }), &[]);
}
