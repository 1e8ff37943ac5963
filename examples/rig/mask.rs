//! What a trace must not show: PINs and passwords.

/// Stands for what is not shown.
pub(super) const ELLIPSIS: &str = "…";

/// The commands with something secret, and where it is.
const SECRETS: [(&[u8], Place); 6] = [
    (b"AT+CPIN=", Place::Rest),
    (b"AT+CWJAP=", Place::String { number: 2, escapes: true }),
    (b"AT+CWJAP_CUR=", Place::String { number: 2, escapes: true }),
    (b"AT+CWJAP_DEF=", Place::String { number: 2, escapes: true }),
    (b"AT+QICSGP=", Place::String { number: 3, escapes: false }), // after APN and user
    (b"PASS ", Place::Rest), // no AT command, but what `line_client` sends in its payload
];

/// Longest name of a command with something secret.
const LONGEST: usize = 13;

/// Where in its line the secret is.
#[derive(Debug, Clone, Copy)]
enum Place {
    /// Everything up to the end of the line.
    Rest,
    /// In the quoted string of this number. If it `escapes`, a backslash makes the next character an
    /// ordinary one.
    String { number: u8, escapes: bool },
}

/// Takes out of one direction of the dialogue what is secret, byte by byte.
///
/// It finds commands by their names alone, wherever they are: also those that the other side has
/// interrupted, and those that follow a payload without a line end. What it takes for one in a payload
/// is hidden without need, which does no harm.
#[derive(Debug, Default)]
pub(super) struct Mask {
    /// The last bytes, in capitals.
    recent: Vec<u8>,
    line: Option<Line>,
    /// The ellipsis of the present secret has been shown.
    shown: bool,
}

/// A line with something secret, as far as it has come.
#[derive(Debug)]
struct Line {
    place: Place,
    /// Strings that have begun.
    strings: u8,
    inside: bool,
    escaped: bool,
}

impl Mask {
    /// Adds to `shown` what may be shown of a byte.
    pub(super) fn pass(&mut self, byte: u8, shown: &mut Vec<u8>) {
        if matches!(byte, b'\r' | b'\n') {
            *self = Self::default();
            return shown.push(byte);
        }
        if !self.line.as_mut().is_some_and(|line| line.hides(byte)) {
            shown.push(byte);
            self.shown = false;
        } else if !self.shown {
            shown.extend_from_slice(ELLIPSIS.as_bytes());
            self.shown = true;
        }
        if self.line.is_none() {
            self.recent.push(byte.to_ascii_uppercase());
            let place = SECRETS.iter().find(|(name, _)| self.recent.ends_with(name));
            self.line = place.map(|&(_, place)| Line::new(place));
            if self.recent.len() >= LONGEST {
                self.recent.remove(0);
            }
        }
    }
}

impl Line {
    fn new(place: Place) -> Self {
        Self { place, strings: 0, inside: false, escaped: false }
    }

    fn hides(&mut self, byte: u8) -> bool {
        let Place::String { number, escapes } = self.place else { return true };
        if self.escaped {
            self.escaped = false;
        } else if byte == b'"' {
            self.inside = !self.inside;
            self.strings = self.strings.saturating_add(self.inside.into());
            return false; // the quotes show that there is something, even if that is nothing
        } else {
            self.escaped = escapes && byte == b'\\';
        }
        self.inside && self.strings == number
    }
}
