//! The lexer: the same tokens wherever the bytes are cut, and every byte in one of them.

use usocket::wire::{LINE, Lexer, Token};

use crate::input::Input;

/// What a token was, on its own.
#[derive(Debug, Clone, PartialEq)]
enum Seen {
    Line(Vec<u8>),
    Head(Vec<u8>),
    Prompt,
    Body(Vec<u8>),
    /// A body was given up; so many bytes of it had not come.
    Abandoned(u32),
}

/// What is done with tokens, which depends on nothing but them.
#[derive(Debug, Clone, Copy)]
struct Habits {
    /// 0: never expects a prompt, 1: always, 2: behind a line that is `OK`, 3: every second token.
    prompts: u8,
    /// 0: no bodies, 1: behind a colon, 2: behind any separator, 3: behind every third.
    bodies: u8,
    /// A token after which the lexer is told to forget; 255: none.
    abandon: u8,
}

/// Four bytes of habits, the rest is what a module says.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kinds = input.byte();
    let habits = Habits { prompts: kinds & 3, bodies: kinds >> 2 & 3, abandon: input.byte() };
    let seed = input.word();
    let bytes = input.rest();

    let whole = tokens(bytes, habits, |_| usize::MAX);
    assert_eq!(whole, tokens(bytes, habits, |_| 1), "byte by byte");
    let mut state = u32::from(seed) | 1;
    let cut = tokens(bytes, habits, |_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 28) as usize
    });
    assert_eq!(whole, cut, "cut by {seed}");
}

fn tokens(bytes: &[u8], habits: Habits, mut piece: impl FnMut(usize) -> usize) -> Vec<Seen> {
    let mut lexer = Lexer::new();
    let mut seen: Vec<Seen> = Vec::new();
    // bytes that are in no complete token yet
    let mut open: Vec<u8> = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let count = piece(rest.len()).min(rest.len());
        let (mut input, later) = rest.split_at(count);
        rest = later;
        loop {
            let before = input;
            let left = lexer.body_left();
            let expected = match habits.prompts {
                0 => false,
                1 => true,
                2 => matches!(seen.last(), Some(Seen::Line(line)) if line == b"OK"),
                _ => seen.len() % 2 == 1,
            };
            let token = lexer.next(&mut input, expected);
            let used = &before[..before.len() - input.len()];
            open.extend(used);
            match token {
                None => {
                    assert!(input.is_empty(), "bytes are left, and no token");
                    break;
                }
                Some(Token::Line(line)) => {
                    assert_eq!(line, shown(&open), "a line is what came");
                    open.clear();
                    seen.push(Seen::Line(line.to_vec()));
                }
                Some(Token::Head(head)) => {
                    assert_eq!(head, shown(&open), "a head is what came");
                    let head = head.to_vec();
                    if let Some(len) = body_behind(&head, habits.bodies, seen.len()) {
                        lexer.begin_body(len);
                        open.clear();
                    }
                    seen.push(Seen::Head(head));
                }
                Some(Token::Prompt) => {
                    assert!(expected, "a prompt that nobody expects");
                    assert_eq!(trimmed(&open), b">");
                    open.clear();
                    seen.push(Seen::Prompt);
                }
                Some(Token::Body(part)) => {
                    assert_eq!(part, used, "a body is what came");
                    assert_eq!(lexer.body_left() as usize, left as usize - part.len());
                    open.clear();
                    match seen.last_mut() {
                        Some(Seen::Body(body)) => body.extend(part),
                        _ => seen.push(Seen::Body(part.to_vec())),
                    }
                    if lexer.body_left() > 0 {
                        continue; // no token yet
                    }
                }
            }
            if usize::from(habits.abandon) + 1 == seen.len() && habits.abandon < 255 {
                seen.push(Seen::Abandoned(lexer.body_left()));
                lexer.abandon();
                open.clear();
                assert_eq!(lexer.body_left(), 0);
            }
        }
    }
    seen
}

/// How long the body behind a head is: its last number, if there is to be one.
fn body_behind(head: &[u8], bodies: u8, place: usize) -> Option<u32> {
    let (&separator, text) = head.split_last()?;
    let wanted = match bodies {
        0 => false,
        1 => separator == b':',
        2 => true,
        _ => place.is_multiple_of(3),
    };
    let digits = text.rsplit(|byte| !byte.is_ascii_digit()).next().filter(|_| wanted)?;
    core::str::from_utf8(digits).ok()?.parse().ok()
}

/// Without the line ends and spaces before it.
fn trimmed(bytes: &[u8]) -> &[u8] {
    let start = bytes.iter().position(|byte| !b"\r\n ".contains(byte)).unwrap_or(bytes.len());
    &bytes[start..]
}

/// What a line of these bytes shows: all but its ends, as far as it fits.
fn shown(bytes: &[u8]) -> &[u8] {
    let line = trimmed(bytes);
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let end = line.iter().rposition(|&byte| byte != b'\r').map_or(0, |last| last + 1);
    &line[..end.min(LINE)]
}
