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
    text.strip_prefix(b"\"").and_then(|text| text.strip_suffix(b"\"")).unwrap_or(text)
}

/// The position of the last `needle` in `text`.
pub(crate) fn rfind(text: &[u8], needle: &[u8; 2]) -> Option<usize> {
    text.windows(2).rposition(|pair| pair == needle)
}

/// Fields of a line, separated by commas outside of quotes.
#[derive(Clone)]
pub(crate) struct Fields<'a> {
    rest: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    pub(crate) const fn new(text: &'a [u8]) -> Self {
        Self { rest: Some(text) }
    }

    /// The fields after `prefix`; `None` if the line does not begin with it.
    pub(crate) fn after(line: &'a [u8], prefix: &str) -> Option<Self> {
        line.strip_prefix(prefix.as_bytes()).map(Self::new)
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
                b'\\' => escaped = quoted,
                b'"' => quoted = !quoted,
                b',' => return !quoted,
                _ => {}
            }
            false
        });
        match comma.and_then(|at| rest.split_at_checked(at)) {
            Some((field, tail)) => {
                self.rest = tail.split_first().map(|(_, tail)| tail);
                Some(field)
            }
            None => {
                self.rest = None;
                Some(rest)
            }
        }
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
