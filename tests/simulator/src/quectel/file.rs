//! Files of the module, for certificates: `AT+QFUPL`, `AT+QFDEL`, `AT+QFLST` (Quectel digest §6).

use super::Quectel;
use crate::cellular::{Answer, Command, Core, Outcome, Payload, Phase, Refusal, line, lines, ok};

/// Most bytes of one file.
const SIZE_MAX: i64 = 1 << 20;

/// A file that there is not.
const MISSING: Refusal = Refusal::Cme(405);
/// A file that there is already.
const EXISTS: Refusal = Refusal::Cme(407);

/// The name of a file without the medium that is meant if none is given.
fn plain(name: &str) -> &str {
    name.strip_prefix("UFS:").unwrap_or(name)
}

impl Quectel {
    /// `AT+QFUPL="<name>",<size>[,<timeout>[,<ackmode>]]`.
    pub(crate) fn upload(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=4)?;
        let name = arguments.need_text(0)?;
        let size = arguments.need(1, 1..=SIZE_MAX)? as usize;
        arguments.number(2, 1..=65_535)?;
        arguments.number(3, 0..=1)?;
        let name = plain(&name).to_owned();
        if core.chip.files.contains_key(&name) {
            return Err(EXISTS);
        }
        core.write_answer(&[], "CONNECT");
        self.uploading = Some(name);
        let (length, most, echo) = (Some(size), size, false);
        core.phase = Phase::Payload(Payload { length, most, data: Vec::new(), echo });
        Ok(Outcome::Later)
    }

    /// The file is complete.
    pub(crate) fn uploaded(core: &mut Core, name: String, data: Vec<u8>) {
        let (size, sum) = (data.len(), checksum(&data));
        core.chip.files.insert(name, data);
        core.finish(line(format!("+QFUPL: {size},{sum:x}")));
    }

    /// `AT+QFDEL="<name>"`, or `"*"` for all.
    pub(crate) fn delete(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(1..=1)?;
        let name = command.arguments.need_text(0)?;
        match plain(&name) {
            "*" => core.chip.files.clear(),
            name => {
                core.chip.files.remove(name).ok_or(MISSING)?;
            }
        }
        ok()
    }

    /// `AT+QFLST[="<name>"]`, where `"*"` is all.
    pub(crate) fn list(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(0..=1)?;
        let wanted = command.arguments.text(0)?.unwrap_or_else(|| String::from("*"));
        let wanted = plain(&wanted);
        let files = core.chip.files.iter().filter(|(name, _)| wanted == "*" || *name == wanted);
        let list = files.map(|(name, data)| match name.contains(':') {
            true => format!("+QFLST: \"{name}\",{}", data.len()),
            false => format!("+QFLST: \"UFS:{name}\",{}", data.len()),
        });
        let list: Vec<String> = list.collect();
        if list.is_empty() && wanted != "*" { Err(MISSING) } else { lines(list) }
    }
}

/// The exclusive or of all pairs of bytes.
fn checksum(data: &[u8]) -> u16 {
    let pairs = data.chunks(2).map(|pair| {
        let low = pair.get(1).copied().unwrap_or(0);
        u16::from_be_bytes([pair[0], low])
    });
    pairs.fold(0, |sum, pair| sum ^ pair)
}

#[cfg(test)]
mod tests {
    use super::checksum;

    #[test]
    fn an_odd_byte_is_the_high_half_of_its_pair() {
        assert_eq!(checksum(b"\x12\x34\x01"), 0x1334);
        assert_eq!(checksum(b"abab"), 0);
    }
}
