//! What all cellular modules have in common.

use core::hint::black_box as seen;

use usocket_commands::atat::AtatCmd;
use usocket_commands::cellular::basic::*;
use usocket_commands::cellular::clock::*;
use usocket_commands::cellular::context::*;
use usocket_commands::cellular::function::*;
use usocket_commands::cellular::identity::*;
use usocket_commands::cellular::operator::*;
use usocket_commands::cellular::registration::*;
use usocket_commands::cellular::result::Final;
use usocket_commands::cellular::scan::*;
use usocket_commands::cellular::signal::*;
use usocket_commands::cellular::sim::*;
use usocket_commands::cellular::supply::*;
use usocket_commands::cellular::uart::*;
use usocket_commands::cellular::urc::Urc;
use usocket_commands::cellular::{MAX_COMMAND, TERMINATOR};
use usocket_commands::{ArgumentError, Command};

use super::written::{self, Family};
use crate::input::Input;

const FAMILY: Family =
    Family { most: MAX_COMMAND, terminator: TERMINATOR.as_bytes(), escapes: false };

fn check<C: Command>(command: Result<C, ArgumentError>, texts: &[&str]) {
    let texts: Vec<&[u8]> = texts.iter().map(|text| text.as_bytes()).collect();
    written::check(FAMILY, command, &texts, &[]);
}

/// A line for every parser.
pub(super) fn read(line: &[u8]) {
    assert!(Final::parse(line).is_none() || Urc::parse(line).is_none(), "a result and a URC");
    seen(Final::parse(line).is_some());
    seen(Urc::parse(line).is_some());
    seen(GetModel.parse(Ok(line)).is_ok());
    seen(Imei::parse_line(line).is_some());
    seen(GetImsi.parse(Ok(line)).is_ok());
    seen(Function::parse_line(line).is_some());
    seen(Baud::parse_line(line).is_some());
    seen(SimState::parse_line(line).is_some());
    seen(Signal::parse_line(line).is_some_and(|signal| signal.dbm().is_some()));
    seen(Registration::parse_line(line).is_some());
    seen(GetEps.parse(Ok(line)).is_ok());
    seen(Operator::parse_line(line).is_some());
    seen(Networks::parse_line(line).is_some_and(|networks| !networks.is_empty()));
    seen(Attached::parse_line(line).is_some());
    seen(GetContexts.parse(Ok(line)).is_ok_and(|contexts| !contexts.is_empty()));
    seen(GetActive.parse(Ok(line)).is_ok_and(|contexts| !contexts.is_empty()));
    seen(ContextAddress::parse_line(line).is_some());
    seen(Clock::parse_line(line).is_some());
    seen(DateTime::parse(line).is_some());
    seen(Supply::parse_line(line).is_some());
    seen(GetErrorReports.parse(Ok(line)).is_ok());
    seen(GetRevision.parse(Ok(line)).is_ok());
    seen(GetManufacturer.parse(Ok(line)).is_ok());
}

/// Arguments for every command.
pub(super) fn write(input: &mut Input<'_>) {
    let on = input.flag();
    let context = input.byte();
    let (one, other) = (input.text(), input.text());
    check(Ok(Probe), &[]);
    check(Ok(Echo { on }), &[]);
    check(Ok(ErrorReports { kind: *input.one_of(&[ErrorKind::Numeric, ErrorKind::Verbose]) }), &[]);
    check(Ok(Attach { on }), &[]);
    check(Ok(Activate { context, on }), &[]);
    check(Ok(GetAddress { context }), &[]);
    let kind = *input.one_of(&[ContextKind::V4, ContextKind::V6, ContextKind::V4V6]);
    check(DefineContext::new(context, kind, one), &[one]);
    let level = *input.one_of(&[Level::Minimum, Level::Full, Level::Airplane]);
    check(Ok(SetFunction { level }), &[]);
    check(Ok(UpdateClock { on }), &[]);
    let technology = *input.one_of(&[
        None,
        Some(AccessTechnology::CatM1),
        Some(AccessTechnology::Other(context)),
    ]);
    check(SelectOperator::manual(one, technology), &[one]);
    check(Ok(SelectOperator::automatic()), &[]);
    let domain = *input.one_of(&[Domain::Circuit, Domain::Packet, Domain::Eps]);
    let reports = *input.one_of(&[Reports::Off, Reports::Location, Reports::PowerSaving]);
    check(Ok(SetReports { domain, reports }), &[]);
    check(EnterPin::new(one), &[one]);
    check(EnterPuk::new(one, other), &[one, other]);
    check(SetBaud::new(input.number()), &[]);
    check(Ok(SetFlow { flow: *input.one_of(&[Flow::None, Flow::Software, Flow::RtsCts]) }), &[]);
}
