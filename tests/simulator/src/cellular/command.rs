//! The command line of 27.007 and V.250: `AT`, then commands with `;` between them (Quectel digest
//! §1.1).

use super::answer::Refusal;
use core::ops::RangeInclusive;

/// The four forms of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `AT+X=?`
    Test,
    /// `AT+X?`
    Read,
    /// `AT+X=…`
    Write,
    /// `AT+X`
    Execute,
}

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Parameter {
    Empty,
    /// Without quotes.
    Bare(Vec<u8>),
    Quoted(Vec<u8>),
}

/// The parameters of a command.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arguments(Vec<Parameter>);

/// One command.
#[derive(Debug, Clone)]
pub(crate) struct Command {
    /// Upper-case name: `""` for a bare `AT`, `"E"`, `"&F"`, or `"+QIOPEN"`.
    pub(crate) name: String,
    pub(crate) form: Form,
    pub(crate) arguments: Arguments,
}

/// Takes a line apart; `None` if it does not begin with `AT`, and an error where it makes no sense.
pub(crate) fn split(line: &[u8]) -> Option<Result<Vec<Command>, Refusal>> {
    let [a, t, rest @ ..] = line else { return None };
    if !(a.eq_ignore_ascii_case(&b'A') && t.eq_ignore_ascii_case(&b'T')) {
        return None;
    }
    Some(split_body(rest))
}

fn split_body(mut rest: &[u8]) -> Result<Vec<Command>, Refusal> {
    let mut commands = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        match rest {
            [] => break,
            [b';', tail @ ..] => rest = tail,
            [b'+' | b'^' | b'%' | b'*' | b'$' | b'#', ..] => {
                let end = end_of_extended(rest);
                commands.push(extended(&rest[..end])?);
                rest = &rest[end..];
            }
            _ => {
                let (command, length) = basic(rest)?;
                commands.push(command);
                rest = &rest[length..];
            }
        }
    }
    if commands.is_empty() {
        let (name, form) = (String::new(), Form::Execute);
        commands.push(Command { name, form, arguments: Arguments::default() });
    }
    Ok(commands)
}

/// The `;` behind an extended command, outside quotes, or the end of the line.
fn end_of_extended(text: &[u8]) -> usize {
    let mut quoted = false;
    let end = text.iter().position(|byte| {
        quoted ^= *byte == b'"';
        *byte == b';' && !quoted
    });
    end.unwrap_or(text.len())
}

fn extended(text: &[u8]) -> Result<Command, Refusal> {
    let end = text.iter().position(|b| matches!(b, b'=' | b'?')).unwrap_or(text.len());
    let name = String::from_utf8_lossy(text[..end].trim_ascii()).to_ascii_uppercase();
    let (form, arguments) = match text[end..].trim_ascii() {
        [] => (Form::Execute, Arguments::default()),
        b"?" => (Form::Read, Arguments::default()),
        b"=?" => (Form::Test, Arguments::default()),
        [b'=', parameters @ ..] => (Form::Write, Arguments::parse(parameters)?),
        _ => return Err(Refusal::Error),
    };
    Ok(Command { name, form, arguments })
}

/// A basic command such as `E0`, `&F` or `S3=13`; also returns how long it is.
fn basic(text: &[u8]) -> Result<(Command, usize), Refusal> {
    let mut length = match text {
        [b'&' | b'\\', letter, ..] if letter.is_ascii_alphabetic() => 2,
        [letter, ..] if letter.is_ascii_alphabetic() => 1,
        _ => return Err(Refusal::Error),
    };
    let digits = |from: usize| text[from..].iter().take_while(|it| it.is_ascii_digit()).count();
    if text[0].eq_ignore_ascii_case(&b'S') {
        length += digits(length);
    }
    let name = String::from_utf8_lossy(&text[..length]).to_ascii_uppercase();
    let mut form = Form::Execute;
    let mut arguments = Arguments::default();
    match &text[length..] {
        [b'?', ..] => {
            form = Form::Read;
            length += 1;
        }
        [b'=', ..] => {
            form = Form::Write;
            let end = length + 1 + digits(length + 1);
            arguments = Arguments::parse(&text[length + 1..end])?;
            length = end;
        }
        _ => {
            let end = length + digits(length);
            if end > length {
                arguments = Arguments::parse(&text[length..end])?;
            }
            length = end;
        }
    }
    Ok((Command { name, form, arguments }, length))
}

impl Arguments {
    fn parse(text: &[u8]) -> Result<Self, Refusal> {
        let mut parameters = Vec::new();
        let mut rest = text;
        loop {
            let (parameter, tail) = Parameter::parse(rest.trim_ascii_start())?;
            parameters.push(parameter);
            match tail.trim_ascii_start() {
                [] => return Ok(Self(parameters)),
                [b',', tail @ ..] => rest = tail,
                _ => return Err(Refusal::Error),
            }
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.0.len()
    }

    /// Whether there is something at `index`.
    pub(crate) fn has(&self, index: usize) -> bool {
        self.0.get(index).is_some_and(|it| *it != Parameter::Empty)
    }

    /// The number at `index`, if there is one; anything else there is an error.
    pub(crate) fn number(
        &self,
        index: usize,
        range: RangeInclusive<i64>,
    ) -> Result<Option<i64>, Refusal> {
        match self.0.get(index) {
            None | Some(Parameter::Empty) => Ok(None),
            Some(Parameter::Bare(text)) => {
                let number = core::str::from_utf8(text).ok().and_then(|it| it.parse().ok());
                number.filter(|it| range.contains(it)).map(Some).ok_or(Refusal::Error)
            }
            Some(Parameter::Quoted(_)) => Err(Refusal::Error),
        }
    }

    /// The number at `index`, which must be there.
    pub(crate) fn need(&self, index: usize, range: RangeInclusive<i64>) -> Result<i64, Refusal> {
        self.number(index, range)?.ok_or(Refusal::Error)
    }

    /// The quoted string at `index`, if there is one.
    pub(crate) fn text(&self, index: usize) -> Result<Option<String>, Refusal> {
        match self.0.get(index) {
            None | Some(Parameter::Empty) => Ok(None),
            Some(Parameter::Quoted(text)) => Ok(Some(String::from_utf8_lossy(text).into_owned())),
            Some(Parameter::Bare(_)) => Err(Refusal::Error),
        }
    }

    /// The bytes between the quotes at `index`, which must be there.
    pub(crate) fn need_bytes(&self, index: usize) -> Result<Vec<u8>, Refusal> {
        match self.0.get(index) {
            Some(Parameter::Quoted(bytes)) => Ok(bytes.clone()),
            _ => Err(Refusal::Error),
        }
    }

    /// The quoted string at `index`, which must be there.
    pub(crate) fn need_text(&self, index: usize) -> Result<String, Refusal> {
        self.text(index)?.ok_or(Refusal::Error)
    }

    /// What is at `index`, with or without quotes.
    pub(crate) fn word(&self, index: usize) -> Result<String, Refusal> {
        match self.0.get(index) {
            Some(Parameter::Quoted(text) | Parameter::Bare(text)) => {
                Ok(String::from_utf8_lossy(text).into_owned())
            }
            None | Some(Parameter::Empty) => Err(Refusal::Error),
        }
    }

    /// Refuses unless the number of parameters lies in `range`.
    pub(crate) fn expect(&self, range: RangeInclusive<usize>) -> Result<(), Refusal> {
        if range.contains(&self.count()) { Ok(()) } else { Err(Refusal::Error) }
    }
}

impl Parameter {
    /// Reads one parameter; also returns what follows it.
    fn parse(text: &[u8]) -> Result<(Self, &[u8]), Refusal> {
        if let [b'"', rest @ ..] = text {
            let end = rest.iter().position(|b| *b == b'"').ok_or(Refusal::Error)?;
            return Ok((Self::Quoted(rest[..end].to_vec()), &rest[end + 1..]));
        }
        let end = text.iter().position(|b| *b == b',').unwrap_or(text.len());
        let value = text[..end].trim_ascii();
        let parameter = if value.is_empty() { Self::Empty } else { Self::Bare(value.to_vec()) };
        Ok((parameter, &text[end..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(line: &[u8]) -> Vec<String> {
        split(line).unwrap().unwrap().into_iter().map(|it| it.name).collect()
    }

    #[test]
    fn a_line_holds_several_commands() {
        assert_eq!(names(b"AT"), [""]);
        assert_eq!(names(b"AT&FZE0"), ["&F", "Z", "E"]);
        assert_eq!(names(b"ATV1Q0E0"), ["V", "Q", "E"]);
        assert_eq!(names(b"at+ipr=115200;&w"), ["+IPR", "&W"]);
        assert_eq!(names(b"AT+QICSGP=1,1,\"a;b\";+QIACT=1"), ["+QICSGP", "+QIACT"]);
        assert_eq!(names(b"ATS3=13S4?"), ["S3", "S4"]);
        assert!(split(b"\x00AT").is_none() && split(b"A").is_none());
    }

    #[test]
    fn strings_have_no_escapes_and_empty_parameters_are_absent() {
        let command = &split(br#"AT+X="a\",,-5,word"#).unwrap().unwrap()[0];
        assert_eq!(command.form, Form::Write);
        assert_eq!(command.arguments.need_text(0).unwrap(), "a\\");
        assert!(!command.arguments.has(1) && command.arguments.has(2));
        assert_eq!(command.arguments.need(2, -9..=9).unwrap(), -5);
        assert_eq!(command.arguments.word(3).unwrap(), "word");
        assert!(command.arguments.need(3, 0..=9).is_err());
    }

    #[test]
    fn nonsense_is_refused_and_never_more() {
        for line in [&b"AT+X=\"open"[..], b"AT+X=\"a\"b", b"AT1", b"AT+X??", b"AT&", b"AT\xff"] {
            assert!(split(line).unwrap().is_err(), "{line:?}");
        }
    }
}
