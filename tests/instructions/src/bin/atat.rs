//! What a payload byte costs in the ingress of `atat`, fed with the answers of a Quectel module.
#![no_std]
#![no_main]

use atat::digest::ParseError;
use atat::{
    AtDigester, AtatIngress, AtatUrc, Digester, Ingress, Parser, Response, ResponseSlot, UrcChannel,
};
use cortex_m_rt::entry;
use instructions::count::{self, Window};
use instructions::line::{Answer, Module};
use instructions::quectel::Quectel;
use instructions::report::{Cost, Each};
use instructions::{BODY, SEGMENT};
use semihosting::println;

/// Longest answer.
const ANSWER: usize = 1600;

/// Nothing comes unasked.
#[derive(Clone)]
enum Unasked {}

impl AtatUrc for Unasked {
    fn parse(_: &[u8]) -> Option<Self> {
        None
    }
}

impl Parser for Unasked {
    fn parse(_: &[u8]) -> Result<(&[u8], usize), ParseError> {
        Err(ParseError::NoMatch)
    }
}

/// An answer to `AT+QIRD`, by its length.
fn counted(buf: &[u8]) -> Result<(&[u8], usize), ParseError> {
    const HEAD: &[u8] = b"\r\n+QIRD: ";
    const END: &[u8] = b"\r\n\r\nOK\r\n";
    let rest = match buf.get(..HEAD.len()) {
        None if HEAD.starts_with(buf) => return Err(ParseError::Incomplete),
        Some(HEAD) => &buf[HEAD.len()..],
        _ => return Err(ParseError::NoMatch),
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let len = rest[..digits].iter().fold(0, |len, digit| len * 10 + usize::from(digit - b'0'));
    let start = HEAD.len() + digits + 2;
    let end = start + len + END.len();
    if rest.len() < digits + 2 || buf.len() < end {
        return Err(ParseError::Incomplete);
    }
    Ok((&buf[2..start + len], end))
}

/// Feeds `answers` answers in pieces of `piece` bytes, and counts what the ingress takes for them.
fn feed<D: Digester>(digester: D, piece: usize, answers: usize, window: &Window) -> usize {
    let mut module = Quectel::holding(SEGMENT);
    let mut buffer = [0; ANSWER];
    let slot = ResponseSlot::<ANSWER>::new();
    let channel = UrcChannel::<Unasked, 1, 1>::new();
    let mut ingress = Ingress::new(digester, &mut buffer, &slot, &channel);
    let mut bytes = 0;
    for _ in 0..answers {
        let mut answer = Answer::empty();
        module.answer(b"AT+QIRD=0,1460", &mut answer);
        for piece in answer.as_bytes().chunks(piece) {
            ingress.write_buf()[..piece.len()].copy_from_slice(piece);
            window.open();
            let result = ingress.try_advance(piece.len());
            window.close();
            assert_eq!(result, Ok(()), "advanced");
        }
        match slot.try_get().as_deref() {
            Some(Response::Ok(response)) => {
                assert!(response.ends_with(&BODY), "the body");
                bytes += SEGMENT;
            }
            _ => panic!("no answer"),
        }
        slot.reset();
    }
    bytes
}

fn show<D: Digester>(name: &str, digester: impl Fn() -> D, piece: usize) {
    let cost = |answers| {
        let window = Window::new();
        let bytes = feed(digester(), piece, answers, &window) as u64;
        Cost { bytes, gross: window.instructions(), net: window.instructions() }
    };
    println!("{name}\t{piece}\t{}", Each::of(cost(1), cost(3)));
}

#[entry]
fn main() -> ! {
    count::start();
    for piece in [1, 16, 64, 256] {
        show(
            "atat, length-aware, in",
            || AtDigester::<Unasked>::new().with_custom_success(counted),
            piece,
        );
        show("atat, stock, in", AtDigester::<Unasked>::new, piece);
    }
    semihosting::process::exit(0)
}
