//! Cuts the byte stream of a module into lines, prompts and counted bodies.

use core::fmt;

use super::LINE;
use crate::hidden::Hidden;

/// A piece of what the module says.
#[derive(PartialEq, Eq)]
pub enum Token<'l, 'i> {
    /// A complete line, without its end; never empty.
    Line(&'l [u8]),
    /// The line so far, which begins with `+` and ends with `:` or `,`: the head of a counted body
    /// if the dialect says so (then call [`Lexer::begin_body`]), else the line goes on.
    Head(&'l [u8]),
    /// The send prompt `>`.
    Prompt,
    /// The next piece of the body; [`Lexer::body_left`] tells how much is still to come.
    Body(&'i [u8]),
}

/// With lengths in place of bytes, which may be payload or a password.
impl fmt::Debug for Token<'_, '_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(f, "Line({} bytes)", line.len()),
            Self::Head(head) => write!(f, "Head({} bytes)", head.len()),
            Self::Prompt => f.write_str("Prompt"),
            Self::Body(piece) => write!(f, "Body({} bytes)", piece.len()),
        }
    }
}

/// The lexer: looks at each byte once, holds at most one line.
///
/// ```
/// use usocket::wire::{Lexer, Token};
/// let mut lexer = Lexer::new();
/// let mut input = &b"\r\nOK\r\n\r\n>"[..];
/// assert_eq!(lexer.next(&mut input, true), Some(Token::Line(b"OK")));
/// assert_eq!(lexer.next(&mut input, true), Some(Token::Prompt));
/// assert_eq!(lexer.next(&mut input, true), None);
/// ```
#[derive(Debug)]
pub struct Lexer {
    line: Hidden<[u8; LINE]>,
    len: usize,
    /// Bytes of the present line that did not fit.
    cut: u32,
    /// The last byte was a CR.
    carriage_return: bool,
    /// The line has been handed out; the next byte starts a new one.
    complete: bool,
    lead: Lead,
    body_left: u32,
    overlong: u32,
}

/// What stands between a line and the end of what came before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lead {
    /// Line ends.
    pub(crate) ends: u8,
    /// A LF without its CR was among them.
    pub(crate) torn: bool,
    carriage_return: bool,
}

impl Lead {
    const NONE: Self = Self { ends: 0, torn: false, carriage_return: false };

    const fn add(&mut self, byte: u8) {
        if byte == b'\n' {
            self.ends = self.ends.saturating_add(1);
            self.torn |= !self.carriage_return;
        }
        self.carriage_return = byte == b'\r';
    }
}

impl Lexer {
    /// A lexer at the start of a line.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            line: Hidden([0; LINE]),
            len: 0,
            cut: 0,
            carriage_return: false,
            complete: false,
            lead: Lead::NONE,
            body_left: 0,
            overlong: 0,
        }
    }

    /// Takes bytes from the front of `input` until they make up a token.
    ///
    /// `None`: all of `input` is used up and no token is complete. A `>` at the start of a line is a
    /// prompt only if `prompt_expected`. Call again until it returns `None`.
    #[must_use]
    pub fn next<'i>(
        &mut self,
        input: &mut &'i [u8],
        prompt_expected: bool,
    ) -> Option<Token<'_, 'i>> {
        if self.body_left > 0 {
            return self.body(input);
        }
        if self.complete {
            self.start_line();
        }
        while let Some((&byte, rest)) = input.split_first() {
            // LF ends a line, and so does a CR with whatever follows it: `\r\r\n`, a bare `\n` and a
            // bare `\r` occur (esp-at.md §2.2, §2.5, Q2)
            if self.len > 0 && (byte == b'\n' || (self.carriage_return && byte != b'\r')) {
                if byte == b'\n' {
                    *input = rest;
                }
                self.complete = true;
                return Some(Token::Line(self.line()));
            }
            *input = rest;
            if self.len == 0 {
                self.lead.add(byte);
            }
            match byte {
                b'\r' => self.carriage_return = self.len > 0,
                // a NonOS prompt is followed by a space (esp-at.md §0.3)
                b'\n' | b' ' if self.len == 0 => {}
                b'>' if self.len == 0 && prompt_expected => return Some(Token::Prompt),
                _ => {
                    self.push(byte);
                    let separator = byte == b':' || byte == b',';
                    if separator && self.cut == 0 && self.line.first() == Some(&b'+') {
                        return Some(Token::Head(self.line()));
                    }
                }
            }
        }
        None
    }

    fn body<'i>(&mut self, input: &mut &'i [u8]) -> Option<Token<'static, 'i>> {
        let count = input.len().min(usize::try_from(self.body_left).unwrap_or(usize::MAX));
        let (piece, rest) = input.split_at_checked(count)?;
        if piece.is_empty() {
            return None;
        }
        *input = rest;
        #[expect(clippy::cast_possible_truncation, reason = "count is at most body_left")]
        {
            self.body_left -= count as u32;
        }
        Some(Token::Body(piece))
    }

    /// The next `len` bytes are a body; then a new line starts.
    pub const fn begin_body(&mut self, len: u32) {
        self.body_left = len;
        self.complete = true;
    }

    /// Bytes of the present body that have not come yet.
    #[must_use]
    pub const fn body_left(&self) -> u32 {
        self.body_left
    }

    /// Forgets a body whose rest will not come, and the line so far.
    pub const fn abandon(&mut self) {
        self.body_left = 0;
        self.complete = true;
    }

    /// Bytes of the present line, or in front of it, were lost: what is left of it must not be taken for
    /// another line, so it gets a byte that no line has.
    pub(crate) fn spoil(&mut self) {
        if self.complete {
            self.start_line();
        }
        self.push(0xff);
    }

    /// The line last handed out; valid until the next call of [`Lexer::next`].
    #[must_use]
    pub fn line(&self) -> &[u8] {
        self.line.get(..self.len).unwrap_or_default()
    }

    /// Whether that line was longer than the buffer.
    pub(crate) const fn is_cut(&self) -> bool {
        self.cut > 0
    }

    /// What stood in front of that line.
    #[must_use]
    pub(crate) const fn lead(&self) -> Lead {
        self.lead
    }

    /// Lines that were longer than the buffer; of such a line its first bytes are handed out.
    #[must_use]
    pub const fn overlong(&self) -> u32 {
        self.overlong
    }

    const fn start_line(&mut self) {
        if self.cut > 0 {
            self.overlong = self.overlong.wrapping_add(1);
        }
        self.len = 0;
        self.cut = 0;
        self.carriage_return = false;
        self.complete = false;
        self.lead = Lead::NONE;
    }

    fn push(&mut self, byte: u8) {
        match self.line.get_mut(self.len) {
            Some(place) => {
                *place = byte;
                self.len += 1;
            }
            None => self.cut = self.cut.saturating_add(1),
        }
    }
}

impl Default for Lexer {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::string::String;
    use std::vec::Vec;

    use super::*;

    fn tokens(mut input: &[u8]) -> Vec<String> {
        let mut lexer = Lexer::new();
        let mut seen = Vec::new();
        while let Some(token) = lexer.next(&mut input, true) {
            seen.push(std::format!("{token:?}").replace("[", "").replace("]", ""));
            if let Token::Line(line) = &token {
                *seen.last_mut().unwrap() = String::from_utf8_lossy(line).into_owned();
            }
        }
        seen
    }

    #[test]
    fn every_line_end_that_modules_use_ends_a_line() {
        assert_eq!(tokens(b"\r\nA\r\nB\nC\r\r\nD\rE\r\n\r\n"), ["A", "B", "C", "D", "E"]);
    }

    #[test]
    fn a_prompt_needs_no_line_end_and_may_have_a_space() {
        assert_eq!(
            tokens(b"OK\r\n\r\n>X\r\n> Y\r\nZ>\r\n"),
            ["OK", "Prompt", "X", "Prompt", "Y", "Z>"]
        );
    }

    #[test]
    fn of_a_line_too_long_the_first_part_is_kept() {
        let mut lexer = Lexer::new();
        let mut text = [b'a'; LINE + 40];
        text[LINE + 39] = b'\n';
        assert_eq!(lexer.next(&mut &text[..], false), Some(Token::Line(&[b'a'; LINE])));
        assert_eq!(lexer.next(&mut &b"b\n"[..], false), Some(Token::Line(b"b")));
        assert_eq!(lexer.overlong(), 1);
    }

    #[test]
    fn a_line_with_a_hole_is_not_taken_for_another_one() {
        let mut lexer = Lexer::new();
        assert_eq!(lexer.next(&mut &b"\r\n0,CL"[..], true), None);
        lexer.spoil();
        let mut input = &b"OSED\r\nOK\r\n"[..];
        assert_eq!(lexer.next(&mut input, true), Some(Token::Line(b"0,CL\xffOSED")));
        assert_eq!(lexer.next(&mut input, true), Some(Token::Line(b"OK")));
    }

    #[test]
    fn what_stands_in_front_of_a_line_is_told() {
        let mut lexer = Lexer::new();
        lexer.begin_body(2);
        let mut input = &b"ab\r\n\r\nC\r\nD\r\n\nE\r\n"[..];
        assert_eq!(lexer.next(&mut input, false), Some(Token::Body(b"ab")));
        for (line, ends, torn) in [(b"C", 2, false), (b"D", 0, false), (b"E", 1, true)] {
            assert_eq!(lexer.next(&mut input, false), Some(Token::Line(line)));
            assert_eq!((lexer.lead().ends, lexer.lead().torn), (ends, torn));
        }
    }

    #[test]
    fn a_body_is_counted_and_never_looked_into() {
        let mut lexer = Lexer::new();
        let mut input = &b"+IPD,0,4:\r\nOK0,CLOSED\r\n"[..];
        for head in [&b"+IPD,"[..], b"+IPD,0,", b"+IPD,0,4:"] {
            assert_eq!(lexer.next(&mut input, false), Some(Token::Head(head)));
        }
        lexer.begin_body(4);
        assert_eq!(lexer.next(&mut input, false), Some(Token::Body(b"\r\nOK")));
        assert_eq!(lexer.body_left(), 0);
        assert_eq!(lexer.next(&mut input, false), Some(Token::Line(b"0,CLOSED")));
    }
}
