//! The command line: name, form and parameters (ESP-AT digest §2.1).

use super::refusal::Refusal;
use core::ops::RangeInclusive;

/// The four forms of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `AT+X=?`
    Test,
    /// `AT+X?`
    Query,
    /// `AT+X=…`
    Set,
    /// `AT+X`
    Execute,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Parameter {
    Empty,
    Number(i64),
    Text(Vec<u8>),
    Unreadable,
}

/// The parameters of a set command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments(Vec<Parameter>);

/// A command line taken apart.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// Upper-case name: `""` for a bare `AT`, `"E0"`, or `"+CIPSTART"`.
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) arguments: Arguments,
}

impl Command {
    /// Takes a line without its CR LF apart; a line that does not begin with `AT` is refused.
    pub(crate) fn parse(line: &[u8]) -> Result<Self, Refusal> {
        let rest = match line {
            [a, t, rest @ ..] if a.eq_ignore_ascii_case(&b'A') && t.eq_ignore_ascii_case(&b'T') => {
                rest
            }
            _ => return Err(Refusal::NO_AT),
        };
        let end = rest.iter().position(|b| matches!(b, b'=' | b'?')).unwrap_or(rest.len());
        let name = String::from_utf8_lossy(&rest[..end]).to_ascii_uppercase();
        let (form, arguments) = match &rest[end..] {
            [] => (Form::Execute, Arguments::default()),
            b"?" => (Form::Query, Arguments::default()),
            b"=?" => (Form::Test, Arguments::default()),
            [b'=', parameters @ ..] => (Form::Set, Arguments::parse(parameters)),
            _ => return Err(Refusal::UNSUPPORTED),
        };
        Ok(Self { name, form, arguments })
    }
}

impl Arguments {
    fn parse(text: &[u8]) -> Self {
        let mut parameters = Vec::new();
        let mut rest = text;
        loop {
            let (parameter, length) = Parameter::parse(rest);
            parameters.push(parameter);
            match rest.get(length) {
                Some(b',') => rest = &rest[length + 1..],
                Some(_) => {
                    if let Some(last) = parameters.last_mut() {
                        *last = Parameter::Unreadable;
                    }
                    break;
                }
                None => break,
            }
        }
        Self(parameters)
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Refuses unless the number of parameters lies in `range`.
    pub(crate) fn expect(&self, range: RangeInclusive<usize>) -> Result<(), Refusal> {
        if range.contains(&self.count()) {
            Ok(())
        } else {
            Err(Refusal::count(*range.start(), self.count()))
        }
    }

    /// The first parameter, removed, as a link id would be.
    pub(crate) fn take_first(&mut self) -> Self {
        if self.0.is_empty() { Self::default() } else { Self(vec![self.0.remove(0)]) }
    }

    /// An optional number in `range`; empty and absent are `None`.
    pub(crate) fn number(
        &self,
        index: usize,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, Refusal> {
        match self.0.get(index) {
            None | Some(Parameter::Empty) => Ok(None),
            Some(Parameter::Number(value)) if range.contains(value) => Ok(Some(*value)),
            Some(Parameter::Number(_)) => Err(Refusal::invalid(index)),
            Some(Parameter::Text(_)) => Err(Refusal::TYPE),
            Some(Parameter::Unreadable) => Err(Refusal::unreadable(index)),
        }
    }

    /// A number in `range` that must be present.
    pub(crate) fn need(&self, index: usize, range: RangeInclusive<i64>) -> Result<i64, Refusal> {
        self.number(index, range)?.ok_or(Refusal::count(index + 1, self.count()))
    }

    /// An optional flag of 0 or 1.
    pub(crate) fn flag(&self, index: usize) -> Result<Option<bool>, Refusal> {
        Ok(self.number(index, 0..=1)?.map(|value| value == 1))
    }

    /// An optional string of at most `max` bytes.
    pub(crate) fn text(&self, index: usize, max: usize) -> Result<Option<String>, Refusal> {
        match self.0.get(index) {
            None | Some(Parameter::Empty) => Ok(None),
            Some(Parameter::Text(text)) if text.len() <= max => {
                Ok(Some(String::from_utf8_lossy(text).into_owned()))
            }
            Some(Parameter::Text(_)) => Err(Refusal::LENGTH),
            Some(Parameter::Number(_)) => Err(Refusal::TYPE),
            Some(Parameter::Unreadable) => Err(Refusal::unreadable(index)),
        }
    }

    /// A string of at most `max` bytes that must be present.
    pub(crate) fn need_text(&self, index: usize, max: usize) -> Result<String, Refusal> {
        self.text(index, max)?.ok_or(Refusal::count(index + 1, self.count()))
    }
}

impl Parameter {
    /// Reads one parameter; also returns how many bytes it took.
    fn parse(text: &[u8]) -> (Self, usize) {
        if text.first() == Some(&b'"') {
            return Self::quoted(text);
        }
        let end = text.iter().position(|b| *b == b',').unwrap_or(text.len());
        let value = core::str::from_utf8(&text[..end]).unwrap_or("?");
        let parameter = if value.is_empty() {
            Self::Empty
        } else if let Some(hex) = value.strip_prefix("0x") {
            i64::from_str_radix(hex, 16).map_or(Self::Unreadable, Self::Number)
        } else {
            value.parse().map_or(Self::Unreadable, Self::Number)
        };
        (parameter, end)
    }

    fn quoted(text: &[u8]) -> (Self, usize) {
        let mut value = Vec::new();
        let mut index = 1;
        while let Some(&byte) = text.get(index) {
            match byte {
                b'\\' => {
                    index += 1;
                    value.extend(text.get(index));
                }
                b'"' => return (Self::Text(value), index + 1),
                _ => value.push(byte),
            }
            index += 1;
        }
        (Self::Unreadable, text.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_carry_escapes_and_empty_parameters_are_absent() {
        let command = Command::parse(br#"at+cwjap="a\"b\,c","p",,1"#).unwrap();
        assert_eq!((command.name.as_str(), command.form), ("+CWJAP", Form::Set));
        assert_eq!(command.arguments.need_text(0, 32).unwrap(), "a\"b,c");
        assert_eq!(command.arguments.text(2, 32).unwrap(), None);
        assert_eq!(command.arguments.need(3, 0..=1).unwrap(), 1);
    }

    #[test]
    fn an_open_quote_or_a_stray_word_cannot_be_read() {
        for line in [&b"AT+X=\"abc"[..], b"AT+X=abc", b"AT+X=1x", b"AT+X=\"a\"b"] {
            let command = Command::parse(line).unwrap();
            assert!(command.arguments.text(0, 99).is_err(), "{line:?}");
            assert!(command.arguments.number(0, 0..=9).is_err(), "{line:?}");
        }
    }

    #[test]
    fn a_line_without_at_is_refused() {
        assert_eq!(Command::parse(b"").unwrap_err().code, 0x0103_0000);
    }
}
