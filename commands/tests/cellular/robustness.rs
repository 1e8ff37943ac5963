//! No bytes from the line make a parser panic.

use usocket_commands::atat::AtatCmd;
use usocket_commands::cellular::clock::{Clock, DateTime};
use usocket_commands::cellular::context::*;
use usocket_commands::cellular::function::Function;
use usocket_commands::cellular::identity::*;
use usocket_commands::cellular::operator::Operator;
use usocket_commands::cellular::registration::{GetEps, Registration};
use usocket_commands::cellular::result::Final;
use usocket_commands::cellular::scan::Networks;
use usocket_commands::cellular::signal::Signal;
use usocket_commands::cellular::sim::SimState;
use usocket_commands::cellular::supply::Supply;
use usocket_commands::cellular::uart::Baud;
use usocket_commands::cellular::urc::Urc;

use super::damage;

const LINES: &[&str] = &[
    "OK",
    "CONNECT 115200",
    "+CME ERROR: 14",
    "+CME ERROR: SIM not inserted",
    "+CMS ERROR: 500",
    "RDY",
    "BG770A-GL",
    "Revision: M95FAR02A08",
    "866425030123456",
    "+CGSN: \"866425030123456\"",
    "+CFUN: 1",
    "+IPR: 115200",
    "+CPIN: PH-NET PIN",
    "+CSQ: 191,99",
    "+CREG: 1",
    "+CEREG: 2,1,\"5B2F\",\"0A1B2C3D\",8",
    "+CEREG: 5,\"1A2B\",\"01C3D2E1\",9,,,\"00000110\",\"10100101\"",
    "+COPS: 0,0,\"CHINA MOBILE CMCC\",7",
    "+COPS: (2,\"CMCC\",\"CMCC\",\"46000\",7),(1,\"CU\",\"CU\",\"46001\",2),,(0-4),(0-2)",
    "+CGATT: 1",
    "+CGDCONT: 1,\"IP\",\"internet\",\"0.0.0.0\",0,0,0",
    "+CGACT: 1,1",
    "+CGPADDR: 1,\"10.76.51.180\",\"32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1\"",
    "+CGPADDR: 1,\"0,0.0.0.0\"",
    "+CCLK: \"19/09/09,01:32:52+32\"",
    "2019/09/09,01:32:52-04",
    "+CBC: 0,100,3800",
    "+CGEV: NW PDN DEACT 1",
    "+CTZV: \"+32\"",
    "+CTZE: \"+32\",0,\"2017/01/13,03:40:48\"",
    "+CMT: ,23",
];

/// Gives the line to every parser; how many of them accept it.
fn accepted(line: &[u8]) -> usize {
    let mut accepted = 0;
    let mut count = |some: bool| accepted += usize::from(some);
    count(Final::parse(line).is_some());
    count(Urc::parse(line).is_some());
    count(GetModel.parse(Ok(line)).is_ok());
    count(Imei::parse_line(line).is_some());
    count(GetImsi.parse(Ok(line)).is_ok());
    count(Function::parse_line(line).is_some());
    count(Baud::parse_line(line).is_some());
    count(SimState::parse_line(line).is_some());
    count(Signal::parse_line(line).is_some_and(|signal| signal.dbm().is_some()));
    count(Registration::parse_line(line).is_some());
    count(GetEps.parse(Ok(line)).is_ok());
    count(Operator::parse_line(line).is_some());
    count(Networks::parse_line(line).is_some_and(|networks| !networks.is_empty()));
    count(Attached::parse_line(line).is_some());
    count(GetContexts.parse(Ok(line)).is_ok_and(|contexts| !contexts.is_empty()));
    count(GetActive.parse(Ok(line)).is_ok_and(|contexts| !contexts.is_empty()));
    count(ContextAddress::parse_line(line).is_some());
    count(Clock::parse_line(line).is_some());
    count(DateTime::parse(line).is_some());
    count(Supply::parse_line(line).is_some());
    accepted
}

#[test]
fn each_sample_has_a_parser() {
    for line in LINES {
        assert!(accepted(line.as_bytes()) > 0, "{line}");
    }
}

#[test]
fn no_part_of_a_line_panics() {
    damage::parts(LINES, accepted);
}

#[test]
fn no_single_wrong_byte_panics() {
    damage::wrong_bytes(LINES, accepted);
}

#[test]
fn no_missing_or_additional_byte_panics() {
    damage::missing_and_additional_bytes(LINES, accepted);
}

#[test]
fn no_order_of_lines_panics() {
    damage::orders(LINES, accepted);
}
