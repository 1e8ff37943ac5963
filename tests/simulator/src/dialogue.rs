//! The AT dialogue as readable lines, in colour if wanted.
//!
//! ```
//! use core::time::Duration;
//! use usocket_simulator::Dialogue;
//!
//! let mut text = Vec::new();
//! let mut dialogue = Dialogue::new(&mut text, false);
//! dialogue.host(Duration::from_millis(1), b"AT\r\n").unwrap();
//! dialogue.module(Duration::from_millis(2), b"\r\nOK\r\n").unwrap();
//! drop(dialogue);
//! let text = String::from_utf8(text).unwrap();
//! assert_eq!(text, "    0.001000 → AT\\r\\n\n    0.002000 ← \\r\\nOK\\r\\n\n");
//! ```

use crate::world::trace::readable;
use crate::world::{Direction, Entry};
use anstyle::{AnsiColor, Style};
use core::time::Duration;
use std::io::{self, IsTerminal, Write};

/// Payloads longer than this are shown by their length only.
const SHOWN: usize = 48;
/// Other texts longer than this are cut.
const LONGEST: usize = 400;

/// Writes a dialogue line by line.
#[derive(Debug)]
pub struct Dialogue<W> {
    writer: W,
    colour: bool,
}

/// A part of one line.
#[derive(Debug, PartialEq, Eq)]
enum Part<'b> {
    Text(&'b [u8]),
    Payload(&'b [u8]),
}

impl<W: Write> Dialogue<W> {
    /// A dialogue that goes to `writer`, with ANSI colours if `colour`.
    pub fn new(writer: W, colour: bool) -> Self {
        Self { writer, colour }
    }

    /// What the host wrote.
    pub fn host(&mut self, time: Duration, bytes: &[u8]) -> io::Result<()> {
        let text = bytes.get(..2).is_some_and(|at| at.eq_ignore_ascii_case(b"AT"));
        let parts = if text { vec![Part::Text(bytes)] } else { vec![Part::Payload(bytes)] };
        self.line(time, '→', AnsiColor::Cyan.on_default(), &parts)
    }

    /// What the module wrote.
    pub fn module(&mut self, time: Duration, bytes: &[u8]) -> io::Result<()> {
        let parts = split_payload(bytes);
        let style = if is_refusal(&parts) { AnsiColor::Red } else { AnsiColor::Green };
        self.line(time, '←', style.on_default(), &parts)
    }

    /// One entry of a [trace](crate::LoopbackOptions::trace) or of a
    /// [virtual world](crate::VirtualWorld::dialogue).
    pub fn entry(&mut self, entry: &Entry) -> io::Result<()> {
        match entry.direction {
            Direction::Host => self.host(entry.time, &entry.bytes),
            Direction::Module => self.module(entry.time, &entry.bytes),
        }
    }

    fn line(
        &mut self,
        time: Duration,
        arrow: char,
        style: Style,
        parts: &[Part],
    ) -> io::Result<()> {
        let dim = Style::new().dimmed();
        let stamp = format!("{:>5}.{:06}", time.as_secs(), time.subsec_micros());
        let mut line = self.styled(dim, &stamp);
        line.push(' ');
        line.push_str(&self.styled(style, &arrow.to_string()));
        line.push(' ');
        for part in parts {
            line.push_str(&match part {
                Part::Text(text) => self.escaped(style, text),
                Part::Payload(data) if data.len() > SHOWN => {
                    self.styled(dim, &format!("‹{} bytes›", data.len()))
                }
                Part::Payload(data) => self.escaped(dim, data),
            });
        }
        writeln!(self.writer, "{line}")?;
        self.writer.flush()
    }

    fn escaped(&self, style: Style, bytes: &[u8]) -> String {
        let shown = &bytes[..bytes.len().min(LONGEST)];
        let mut text = self.styled(style, &readable(shown));
        if shown.len() < bytes.len() {
            text.push_str(&self.styled(
                Style::new().dimmed(),
                &format!("‹{} more bytes›", bytes.len() - shown.len()),
            ));
        }
        text
    }

    fn styled(&self, style: Style, text: &str) -> String {
        if self.colour {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }
}

impl Dialogue<io::Stderr> {
    /// A dialogue on the standard error stream, in colour if that is a terminal and the variable
    /// `NO_COLOR` is not set.
    pub fn stderr() -> Self {
        let stream = io::stderr();
        let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        let colour = wanted && stream.is_terminal();
        Self::new(stream, colour)
    }
}

/// Separates the payload of a counted block from the text around it.
fn split_payload(bytes: &[u8]) -> Vec<Part<'_>> {
    let (start, length) = if bytes.starts_with(b"\r\n+IPD,") {
        let Some(colon) = bytes.iter().position(|byte| *byte == b':') else {
            return vec![Part::Text(bytes)];
        };
        let tail = if bytes.ends_with(b"\r\n") { 2 } else { 0 };
        (colon + 1, bytes.len().saturating_sub(colon + 1 + tail))
    } else if let Some(rest) = bytes.strip_prefix(b"+CIPRECVDATA") {
        let digits = rest.get(1..).unwrap_or_default();
        let digits = digits.split(|byte| !byte.is_ascii_digit()).next().unwrap_or_default();
        let length = core::str::from_utf8(digits).ok().and_then(|it| it.parse().ok()).unwrap_or(0);
        (bytes.len().saturating_sub(length), length)
    } else if let Some(body) = quectel_body(bytes) {
        body
    } else {
        return vec![Part::Text(bytes)];
    };
    let (head, rest) = bytes.split_at(start);
    let (payload, tail) = rest.split_at(length.min(rest.len()));
    let mut parts = vec![Part::Text(head), Part::Payload(payload)];
    if !tail.is_empty() {
        parts.push(Part::Text(tail));
    }
    parts
}

/// Where the body of a Quectel read or push is, and how long (Quectel digest §1.8).
fn quectel_body(bytes: &[u8]) -> Option<(usize, usize)> {
    let text = bytes.strip_prefix(b"\r\n")?;
    let end = text.windows(2).position(|pair| pair == b"\r\n")?;
    let header = core::str::from_utf8(&text[..end]).ok()?;
    let fields: Vec<&str> = header.split_once(": ")?.1.split(',').collect();
    let length = match (header.split(':').next()?, &fields[..]) {
        ("+QIRD", [length]) => length,
        ("+QIRD", [length, address, _]) if address.starts_with('"') => length,
        ("+QIURC", ["\"recv\"", _, length, ..]) => length,
        _ => return None,
    };
    let (start, length) = (end + 4, length.parse().ok()?);
    // A notice has a length without a body.
    (length > 0 && bytes.len() >= start + length).then_some((start, length))
}

fn is_refusal(parts: &[Part]) -> bool {
    const WORDS: [&[u8]; 4] = [b"ERROR", b"FAIL", b"busy", b"ERR CODE"];
    matches!(parts, [Part::Text(text)] if WORDS.iter().any(|word| {
        text.windows(word.len()).any(|window| window == *word)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(colour: bool, write: impl FnOnce(&mut Dialogue<&mut Vec<u8>>)) -> String {
        let mut text = Vec::new();
        write(&mut Dialogue::new(&mut text, colour));
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn long_payloads_are_shown_by_their_length() {
        let mut report = b"\r\n+IPD,0,1460:".to_vec();
        report.extend([0; 1460]);
        report.extend(b"\r\n");
        let text = printed(false, |it| {
            it.module(Duration::from_secs(1), &report).unwrap();
            it.host(Duration::from_secs(2), &[b'x'; 100]).unwrap();
            it.module(Duration::from_secs(3), b"+CIPRECVDATA:3,a\0b").unwrap();
        });
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "    1.000000 ← \\r\\n+IPD,0,1460:‹1460 bytes›\\r\\n");
        assert_eq!(lines[1], "    2.000000 → ‹100 bytes›");
        assert_eq!(lines[2], "    3.000000 ← +CIPRECVDATA:3,a\\x00b");
    }

    #[test]
    fn a_quectel_body_is_told_from_a_status_and_from_a_notice() {
        let body = |length: usize, header: &str| {
            let tail = vec![b'x'; length];
            [b"\r\n", header.as_bytes(), b"\r\n", &tail, b"\r\n\r\nOK\r\n"].concat()
        };
        let shown = |bytes: &[u8]| printed(false, |it| it.module(Duration::ZERO, bytes).unwrap());
        for header in ["+QIRD: 99", "+QIRD: 99,\"10.0.0.1\",7", "+QIURC: \"recv\",0,99"] {
            let text = shown(&body(99, header));
            assert!(text.contains("‹99 bytes›\\r\\n\\r\\nOK\\r\\n"), "{text}");
        }
        for status in ["+QIRD: 99,0,99", "+QIURC: \"recv\",0", "+QIRD: 0"] {
            assert!(!shown(&body(0, status)).contains("bytes›"));
        }
        assert!(!shown(b"\r\n+QIURC: \"recv\",0,99\r\n").contains("bytes›"));
    }

    #[test]
    fn colours_tell_refusals_from_answers() {
        let text = printed(true, |it| {
            it.module(Duration::ZERO, b"\r\nOK\r\n").unwrap();
            it.module(Duration::ZERO, b"\r\nERROR\r\n").unwrap();
        });
        assert!(text.lines().next().unwrap().contains("\u{1b}[32m"));
        assert!(text.lines().nth(1).unwrap().contains("\u{1b}[31m"));
    }
}
