//! Lines as a bad serial line would leave them, each given to all parsers of a family.

/// Tells how many parsers accept a line; none of them may panic.
type Accepted = fn(&[u8]) -> usize;

/// Everything that can be cut out of a line.
pub(crate) fn parts(lines: &[&str], accepted: Accepted) {
    for line in lines {
        for start in 0..line.len() {
            for end in start..=line.len() {
                accepted(&line.as_bytes()[start..end]);
            }
        }
    }
}

/// Each byte in the place of each byte.
pub(crate) fn wrong_bytes(lines: &[&str], accepted: Accepted) {
    for line in lines {
        let mut bytes = line.as_bytes().to_vec();
        for at in 0..bytes.len() {
            let right = bytes[at];
            for wrong in 0..=u8::MAX {
                bytes[at] = wrong;
                accepted(&bytes);
            }
            bytes[at] = right;
        }
    }
}

/// Bytes that mean something to a parser, and two that never should.
const ADDED: &[u8] = b"\0\r\n\"\\,:-+.9 )\xFF";

/// One byte left out, or one too many.
pub(crate) fn missing_and_additional_bytes(lines: &[&str], accepted: Accepted) {
    for line in lines {
        for at in 0..line.len() {
            let mut bytes = line.as_bytes().to_vec();
            bytes.remove(at);
            accepted(&bytes);
            for &added in ADDED {
                let mut bytes = line.as_bytes().to_vec();
                bytes.insert(at, added);
                accepted(&bytes);
            }
        }
    }
}

/// Each line after each line, whatever stands between them.
pub(crate) fn orders(lines: &[&str], accepted: Accepted) {
    for first in lines {
        for second in lines {
            for between in ["\r\n", "\n", "\r\n\r\n", "\r", ""] {
                accepted(format!("{first}{between}{second}").as_bytes());
            }
        }
    }
}
