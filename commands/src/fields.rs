//! Takes a line apart: prefix, comma-separated fields, decimal numbers.

use core::net::{IpAddr, SocketAddr};

use crate::address;

/// The number written in decimal digits, all of the text; `None` if it exceeds `u32`.
pub(crate) fn decimal(digits: &[u8]) -> Option<u32> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u32, |number, &digit| {
        let value = char::from(digit).to_digit(10)?;
        // `checked_mul` would call a 64-bit multiplication on a Cortex-M0.
        if number > u32::MAX / 10 {
            return None;
        }
        number.wrapping_mul(10).checked_add(value)
    })
}

/// A decimal number that may have a minus sign.
pub(crate) fn signed(text: &[u8]) -> Option<i32> {
    match text.strip_prefix(b"-") {
        Some(digits) => i32::try_from(decimal(digits)?).ok()?.checked_neg(),
        None => i32::try_from(decimal(text)?).ok(),
    }
}

/// The text without the quotes around it, if it has both.
pub(crate) fn unquote(text: &[u8]) -> &[u8] {
    in_quotes(text).unwrap_or(text)
}

/// The text between the quotes, if it has both.
pub(crate) fn in_quotes(text: &[u8]) -> Option<&[u8]> {
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\""))
}

/// The text without the spaces around it.
pub(crate) fn trim(text: &[u8]) -> &[u8] {
    let mut text = text;
    while let [b' ', rest @ ..] | [rest @ .., b' '] = text {
        text = rest;
    }
    text
}

/// The position of the last `needle` in `text`.
pub(crate) fn rfind(text: &[u8], needle: &[u8; 2]) -> Option<usize> {
    text.windows(2).rposition(|pair| pair == needle)
}

/// Fields of a line, separated by commas outside of quotes.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    rest: Option<&'a [u8]>,
    family: Family,
}

/// Whose rules the fields of a line follow.
#[derive(Clone, Copy, PartialEq)]
enum Family {
    /// A backslash in quotes takes the meaning from the byte after it (ESP-AT digest §2.1).
    EspAt,
    /// A backslash is a byte like others; spaces may stand around a field (Quectel digest §1.1,
    /// §1.3).
    Cellular,
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self { rest: Some(text), family: Family::EspAt }
    }

    /// The fields of a text from a cellular module.
    pub(crate) const fn plain(text: &'a [u8]) -> Self {
        Self { rest: Some(text), family: Family::Cellular }
    }

    /// The fields after `prefix`; `None` if the line does not begin with it.
    pub(crate) fn after(line: &'a [u8], prefix: &str) -> Option<Self> {
        line.strip_prefix(prefix.as_bytes()).map(Self::new)
    }

    /// The fields of a cellular module's line after `prefix` and the spaces that may follow it.
    pub(crate) fn named(line: &'a [u8], prefix: &str) -> Option<Self> {
        line.strip_prefix(prefix.as_bytes()).map(Self::plain)
    }

    pub(crate) const fn at_end(&self) -> bool {
        self.rest.is_none()
    }

    pub(crate) fn next_field(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest?;
        let mut quoted = false;
        let mut escaped = false;
        let comma = rest.iter().position(|&byte| {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = quoted && self.family == Family::EspAt,
                b'"' => quoted = !quoted,
                b',' => return !quoted,
                _ => {}
            }
            false
        });
        let field = match comma.and_then(|at| rest.split_at_checked(at)) {
            Some((field, tail)) => {
                self.rest = tail.split_first().map(|(_, tail)| tail);
                field
            }
            None => {
                self.rest = None;
                rest
            }
        };
        Some(match self.family {
            Family::EspAt => field,
            Family::Cellular => trim(field),
        })
    }

    /// The next field, if there is one and something stands in it.
    pub(crate) fn next_if_any(&mut self) -> Option<&'a [u8]> {
        self.next_field().filter(|field| !field.is_empty())
    }

    /// A number that may be left out; the outer `None` is a field that is no number.
    pub(crate) fn number_if_any<T: TryFrom<u32>>(&mut self) -> Option<Option<T>> {
        match self.next_if_any() {
            Some(field) => T::try_from(decimal(field)?).ok().map(Some),
            None => Some(None),
        }
    }

    /// All that has not been taken yet.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest.unwrap_or_default()
    }

    /// A string, which must stand in quotes; without them.
    pub(crate) fn quoted(&mut self) -> Option<&'a [u8]> {
        in_quotes(self.next_field()?)
    }

    /// The next field without its quotes.
    pub(crate) fn text(&mut self) -> Option<&'a [u8]> {
        self.next_field().map(unquote)
    }

    pub(crate) fn number<T: TryFrom<u32>>(&mut self) -> Option<T> {
        T::try_from(decimal(self.next_field()?)?).ok()
    }

    pub(crate) fn signed(&mut self) -> Option<i32> {
        signed(self.next_field()?)
    }

    /// `0` or `1`.
    pub(crate) fn flag(&mut self) -> Option<bool> {
        flag(self.next_field()?)
    }

    /// A link id, 0 to 4.
    pub(crate) fn link(&mut self) -> Option<u8> {
        self.number().and_then(link)
    }

    pub(crate) fn ip(&mut self) -> Option<IpAddr> {
        address::ip(self.next_field()?)
    }

    /// Address and port in two fields.
    pub(crate) fn socket(&mut self) -> Option<SocketAddr> {
        Some(SocketAddr::new(self.ip()?, self.number()?))
    }
}

/// `0` or `1`.
pub(crate) const fn flag(text: &[u8]) -> Option<bool> {
    match text {
        b"0" => Some(false),
        b"1" => Some(true),
        _ => None,
    }
}

/// The id if a link has it.
pub(crate) fn link(id: u8) -> Option<u8> {
    (id < crate::esp_at::LINKS).then_some(id)
}
