//! No bytes from the line make a parser panic.

use usocket_commands::simcom::context::ActiveContext;
use usocket_commands::simcom::data::{Header, is_empty};
use usocket_commands::simcom::dns::Lookup;
use usocket_commands::simcom::receive::Waiting;
use usocket_commands::simcom::sim::Iccid;
use usocket_commands::simcom::state::SocketState;
use usocket_commands::simcom::urc::Urc;

use super::damage;

const LINES: &[&str] = &[
    "RDY",
    "NORMAL POWER DOWN",
    "+APP PDP: 0,DEACTIVE",
    "+CAOPEN: 12,27",
    "+CADATAIND: 3",
    "+CASTATE: 3,0",
    "+CARECV: 1459,",
    "+CARECV: 0",
    "+CARECV: 3,1459",
    "+CDNSGIP: 1,\"example.com\",\"192.0.2.10\",\"2001:db8::1\"",
    "+CDNSGIP: 0,8",
    "+CNACT: 0,1,\"10.94.36.44\"",
    "89860113853301234567",
];

fn accepted(line: &[u8]) -> usize {
    [
        Urc::parse(line).is_some(),
        Header::parse(line).is_some(),
        is_empty(line),
        Lookup::parse_line(line).is_some(),
        Waiting::parse_line(line).is_some(),
        SocketState::parse_line(line).is_some(),
        ActiveContext::parse_line(line).is_some(),
        Iccid::parse_line(line).is_some(),
    ]
    .into_iter()
    .map(usize::from)
    .sum()
}

#[test]
fn every_line_is_read_by_somebody() {
    for line in LINES {
        assert!(accepted(line.as_bytes()) > 0, "{line}");
    }
}

#[test]
fn damaged_lines_are_read_or_not_and_never_more() {
    damage::parts(LINES, accepted);
    damage::wrong_bytes(LINES, accepted);
    damage::missing_and_additional_bytes(LINES, accepted);
    damage::orders(LINES, accepted);
}
