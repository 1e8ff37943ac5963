//! What a written command must be, whatever its arguments are.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use usocket_commands::esp_at::tcpip::Host;
use usocket_commands::{ArgumentError, Command};

use crate::input::Input;

/// How a family writes commands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family {
    pub(super) most: usize,
    pub(super) terminator: &'static [u8],
    /// Whether a backslash takes the meaning from the byte behind it.
    pub(super) escapes: bool,
}

/// One line and no more, whole or not at all, with its texts in quotes and unchanged.
pub(super) fn check<C: Command>(
    family: Family,
    command: Result<C, ArgumentError>,
    texts: &[&[u8]],
    raw: &[&str],
) {
    let Ok(command) = command else { return };
    let mut buffer = vec![0xAA; family.most + 2];
    let len = command.write(&mut buffer);
    assert_ne!(len, 0, "a command does not fit");
    assert!(len <= family.most, "a command of {len} bytes");
    assert!(buffer[len..].iter().all(|&byte| byte == 0xAA), "written behind the end");
    for short in [0, 1, len / 2, len - 1] {
        assert_eq!(command.write(&mut buffer.clone()[..short]), 0, "{short} bytes for {len}");
    }
    assert!(command.timeout_ms() > 0);

    let line = buffer[..len].strip_suffix(family.terminator).expect("the end of a command");
    let shown = line.escape_ascii();
    assert!(line.starts_with(b"AT"), "{shown}");
    assert!(!line.iter().any(|byte| b"\0\r\n".contains(byte)), "{shown}");
    if !family.escapes {
        assert!(!line.iter().any(u8::is_ascii_control), "{shown}");
    }
    let (strings, outside) = taken_apart(line, family.escapes);
    for text in texts.iter().filter(|text| !text.is_empty()) {
        assert!(strings.iter().any(|string| string == text), "{} in {shown}", text.escape_ascii());
    }
    // a semicolon begins another command (V.250 §5.2.1)
    for byte in outside {
        let known = byte.is_ascii_alphanumeric() || b"+=?,.:-_".contains(&byte);
        let given = raw.iter().any(|text| text.as_bytes().contains(&byte));
        assert!(known || (given && byte != b';' && byte != b'"'), "{shown}");
    }
}

/// The strings of a line, and what is outside of them.
fn taken_apart(line: &[u8], escapes: bool) -> (Vec<Vec<u8>>, Vec<u8>) {
    let (mut strings, mut outside) = (Vec::new(), Vec::new());
    let mut bytes = line.iter().copied();
    while let Some(byte) = bytes.next() {
        if byte != b'"' {
            outside.push(byte);
            continue;
        }
        let mut string = Vec::new();
        loop {
            match bytes.next().expect("the end of a string") {
                b'"' => break,
                b'\\' if escapes => string.push(bytes.next().expect("an escaped byte")),
                // it would end the parameter
                b',' if escapes => panic!("a bare comma in {}", line.escape_ascii()),
                byte => string.push(byte),
            }
        }
        strings.push(string);
    }
    (strings, outside)
}

pub(super) fn ip(input: &mut Input<'_>) -> IpAddr {
    if input.flag() {
        let mut segments = [0; 8];
        segments.fill_with(|| input.word());
        Ipv6Addr::from(segments).into()
    } else {
        ipv4(input).into()
    }
}

pub(super) fn ipv4(input: &mut Input<'_>) -> Ipv4Addr {
    Ipv4Addr::new(input.byte(), input.byte(), input.byte(), input.byte())
}

pub(super) fn mac(input: &mut Input<'_>) -> [u8; 6] {
    let mut mac = [0; 6];
    mac.fill_with(|| input.byte());
    mac
}

/// A host, and the name that it has.
pub(super) fn host<'d>(input: &mut Input<'d>) -> (Host<'d>, &'d [u8]) {
    if input.flag() {
        (Host::Ip(ip(input)), b"")
    } else {
        let name = input.text();
        (Host::Name(name), name.as_bytes())
    }
}
