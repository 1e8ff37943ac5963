//! What of a line may be shown in a log: never a PIN, a password or a key.

use core::fmt::{self, Write as _};

/// What of a line may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shown<'l> {
    bytes: &'l [u8],
    /// There is more, which is not shown: not even how much.
    more: bool,
}

/// Commands that have secrets, without `AT+`, and how many strings of theirs may be shown. All of what is
/// behind the equals sign is hidden where that is none.
const SECRETS: &[(&[u8], usize)] = &[
    (b"CPIN", 0),
    (b"CLCK", 1),
    (b"CPWD", 1),
    (b"CPIN2", 0),
    (b"CGAUTH", 0),
    (b"QICSGP", 1), // behind the name of the access point
    (b"QIREGAPP", 1),
    (b"CNCFG", 1),
    (b"CSTT", 1),
    (b"CWJAP", 1), // behind the name of the network
    (b"CWJAP_CUR", 1),
    (b"CWJAP_DEF", 1),
    (b"CWJEAP", 1),
    (b"CWSAP", 1),
    (b"CWSAP_CUR", 1),
    (b"CWSAP_DEF", 1),
    (b"CIPSSLCPSK", 0),
    (b"CIPSSLCPSKHEX", 0),
    (b"QSSLCFG", 1), // behind the name of the setting
];

/// Longest name of a line that may be anything, with what stands around it.
const LONGEST_NAME: usize = 20;

impl<'l> Shown<'l> {
    /// A command, or a line that is known for what it is.
    pub(super) fn masked(line: &'l [u8]) -> Self {
        let line = line.trim_ascii_end();
        let echo = line.get(..2).is_some_and(|start| start.eq_ignore_ascii_case(b"AT"));
        let rest = if echo { line.get(2..) } else { Some(line) };
        let rest = rest.and_then(|rest| rest.strip_prefix(b"+")).unwrap_or_default();
        let is_end = |byte: &u8| matches!(byte, b'=' | b'?' | b':' | b',');
        let name = rest.split(is_end).next().unwrap_or_default();
        let secret = SECRETS.iter().find(|(secret, _)| secret.eq_ignore_ascii_case(name));
        let shown = secret.map_or(line.len(), |&(_, strings)| before_secret(line, strings));
        Self::first(line, shown)
    }

    /// A command that may have anything in it: its name, if it has one.
    pub(super) fn named(line: &'l [u8]) -> Self {
        let line = line.trim_ascii_end();
        let is_end = |byte: &u8| !matches!(byte, b'+' | b'_') && !byte.is_ascii_alphanumeric();
        let name = line.iter().position(is_end);
        let end = name.filter(|&end| matches!(line.get(end), Some(b':' | b'=' | b'?')));
        // a command without arguments is nothing but its name
        let plain = line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case(b"AT+"))
            && line.iter().skip(3).all(u8::is_ascii_alphanumeric);
        let none = if plain { line.len() } else { 0 };
        Self::first(line, end.map_or(none, |end| end.wrapping_add(1)))
    }

    /// A line that may be anything: its name, if it looks as if it had one.
    pub(super) fn heard(line: &'l [u8]) -> Self {
        let line = line.trim_ascii_end();
        let colon = line.iter().take(LONGEST_NAME).position(|&byte| byte == b':');
        let name = colon.and_then(|colon| line.get(..colon)?.strip_prefix(b"+"));
        let is_name = name.is_some_and(|name| !name.is_empty() && name.iter().all(in_word));
        Self::first(line, colon.filter(|_| is_name).map_or(0, |colon| colon.wrapping_add(1)))
    }

    /// Whether a line is a word or some, such as `RING` or `NO CARRIER`.
    pub(super) fn is_word(line: &[u8]) -> bool {
        line.iter().all(|byte| *byte == b' ' || in_word(byte))
    }

    fn first(line: &'l [u8], count: usize) -> Self {
        let bytes = line.get(..count).unwrap_or(line);
        Self { bytes, more: bytes.len() < line.len() }
    }

    /// Whether something is not shown.
    pub(super) const fn hides(&self) -> bool {
        self.more
    }
}

/// Whether names and words of modules have this byte.
fn in_word(byte: &u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'0'..=b'9' | b'_')
}

/// How many bytes stand in front of the first string that is secret.
fn before_secret(line: &[u8], strings: usize) -> usize {
    let mut quotes = line.iter().enumerate().filter(|(_, byte)| **byte == b'"').map(|(at, _)| at);
    // each string that may be shown has two, unless it has escaped ones: then less is shown
    let quote = quotes.nth(strings.saturating_mul(2)).map(|at| at.wrapping_add(1));
    let equals = line.iter().position(|&byte| byte == b'=').map(|at| at.wrapping_add(1));
    quote.into_iter().chain(equals.filter(|_| strings == 0)).min().unwrap_or(line.len())
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for &byte in self.bytes {
            match byte {
                b' '..=b'~' => f.write_char(char::from(byte))?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        f.write_str(if self.more { "..." } else { "" })
    }
}

#[cfg(feature = "defmt")]
impl defmt::Format for Shown<'_> {
    fn format(&self, f: defmt::Formatter<'_>) {
        let more = if self.more { "..." } else { "" };
        match core::str::from_utf8(self.bytes) {
            Ok(text) => defmt::write!(f, "{=str}{=str}", text, more),
            Err(_) => defmt::write!(f, "{=[u8]:a}{=str}", self.bytes, more),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::string::ToString;

    use super::*;

    #[test]
    fn secrets_are_hidden_and_what_stands_before_them_is_not() {
        for (line, shown) in [
            (&b"AT+CPIN=\"1234\"\r"[..], "AT+CPIN=..."),
            (b"AT+CPIN=1234\r", "AT+CPIN=..."),
            (b"at+cpin=\"12345678\",\"1234\"\r", "at+cpin=..."),
            (b"+CPIN: READY", "+CPIN: READY"),
            (b"AT+CPIN?\r", "AT+CPIN?"),
            (b"AT+CLCK=\"SC\",1,\"1234\"\r", "AT+CLCK=\"SC\",1,\"..."),
            (b"AT+CPWD=\"SC\",\"1234\",\"4711\"\r", "AT+CPWD=\"SC\",\"..."),
            (b"AT+CWJAP=\"net\",\"secret\"\r\n", "AT+CWJAP=\"net\",\"..."),
            (b"AT+CWJAP=\"a\\\"b\",\"secret\"\r\n", "AT+CWJAP=\"a\\\"b\"..."),
            (b"+QICSGP: 1,\"apn\",\"me\",\"pw\",1", "+QICSGP: 1,\"apn\",\"..."),
            (b"AT+CIPSSLCPSK=0,\"key\",\"hint\"\r\n", "AT+CIPSSLCPSK=..."),
            (b"AT+CIPSTART=0,\"TCP\",\"1.2.3.4\",80\r\n", "AT+CIPSTART=0,\"TCP\",\"1.2.3.4\",80"),
            (b"OK", "OK"),
        ] {
            assert_eq!(Shown::masked(line).to_string(), shown);
        }
    }

    #[test]
    fn of_a_command_that_may_have_anything_in_it_only_the_name_is_shown() {
        for (line, shown) in [
            (&b"AT+CMGS=\"+49\"\r"[..], "AT+CMGS=..."),
            (b"AT+CSQ\r\n", "AT+CSQ"),
            (b"AT+CCLK?\r", "AT+CCLK?"),
            (b"ATD12345;\r", "..."),
        ] {
            assert_eq!(Shown::named(line).to_string(), shown);
        }
    }

    #[test]
    fn of_a_line_that_may_be_anything_only_the_name_is_shown() {
        for (line, shown) in [
            (&b"+CMGR: \"REC\""[..], "+CMGR:..."),
            (b"+MQTTSUBRECV:0,\"t\",1,x", "+MQTTSUBRECV:..."),
            (b"my PIN is 1234", "..."),
            (b"+1234 is it", "..."),
            (b"At four: bring 1234", "..."),
            (b"AT+geheim", "..."),
            (b"+pass:1234", "..."),
            (b"+ONE_OF_VERY_MANY_BYTES:", "..."),
            (b"+:1", "..."),
            (b"RING", "..."),
            (b"", ""),
        ] {
            assert_eq!(Shown::heard(line).to_string(), shown);
        }
        assert!(Shown::is_word(b"NO CARRIER") && !Shown::is_word(b"ssid:home"));
    }
}
