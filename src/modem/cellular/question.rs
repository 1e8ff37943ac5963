//! What can be asked of a cellular module, and the answers.

use core::net::IpAddr;

use usocket_commands::Command;
use usocket_commands::cellular::Text;
use usocket_commands::cellular::clock::{Clock, DateTime, GetClock};
use usocket_commands::cellular::function::{Function, GetFunction, Level, Restart, SetFunction};
use usocket_commands::cellular::identity::{
    GetImei, GetImsi, GetManufacturer, GetModel, GetRevision, Identity, Imei, Imsi,
};
use usocket_commands::cellular::operator::{GetOperator, Operator};
use usocket_commands::cellular::registration::{
    Domain, GetCircuit, GetEps, GetPacket, Registration,
};
use usocket_commands::cellular::signal::{GetSignal, Signal};
use usocket_commands::cellular::sim::{GetSimState, SimState};

use crate::error::Error;
use crate::modem::Encoded;

use super::write;

/// Something to ask for, or to have done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Query {
    Manufacturer,
    Model,
    Revision,
    Imei,
    Imsi,
    Iccid,
    Sim,
    /// How often a wrong PIN, or PUK, may still be entered.
    Tries,
    Registration(Domain),
    /// Received power.
    Signal,
    /// The same as the radio technology measures it.
    SignalDetail,
    Operator,
    Time,
    NameServers,
    /// Whether the radio is on.
    Radio,
    SetRadio(bool),
    PowerOff,
    Restart,
}

/// A piece of an answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fact {
    Text(Text<48>),
    Digits(Text<17>),
    Iccid(Text<22>),
    Sim(SimState),
    Tries { pin: u8, puk: u8 },
    Registration(Registration),
    Rssi(i16),
    Quality { rssi: Option<i16>, rsrp: Option<i16>, rsrq: Option<i16>, sinr: Option<i16> },
    Operator(Operator),
    Time(DateTime),
    Address(Option<IpAddr>, Option<IpAddr>),
    Radio(bool),
}

/// A command that asks for something, and how to read the lines of its answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    pub(crate) encoded: Encoded,
    pub(crate) prefix: &'static str,
    pub(crate) read: fn(&[u8]) -> Option<Fact>,
}

impl Question {
    pub(crate) fn new<C: Command>(
        command: &C,
        out: &mut [u8],
        read: fn(&[u8]) -> Option<Fact>,
    ) -> Result<Self, Error> {
        Ok(Self { encoded: write(command, out)?, prefix: C::PREFIX, read })
    }
}

/// The questions that every family answers in the same way (quectel.md §3, §15.3).
pub(crate) fn core_question(query: Query, out: &mut [u8]) -> Result<Question, Error> {
    let text = |line: &[u8]| Identity::parse_line(line).map(|identity| Fact::Text(identity.text));
    match query {
        Query::Manufacturer => Question::new(&GetManufacturer, out, text),
        Query::Model => Question::new(&GetModel, out, text),
        Query::Revision => Question::new(&GetRevision, out, text),
        Query::Imei => Question::new(&GetImei, out, |line| {
            Imei::parse_line(line).map(|imei| Fact::Digits(imei.digits))
        }),
        Query::Imsi => Question::new(&GetImsi, out, |line| {
            Imsi::parse_line(line).map(|imsi| Fact::Digits(imsi.digits))
        }),
        Query::Sim => {
            Question::new(&GetSimState, out, |line| SimState::parse_line(line).map(Fact::Sim))
        }
        Query::Registration(domain) => {
            let read = |line: &[u8]| {
                let answer = Registration::parse_line(line).filter(Registration::is_answer);
                answer.map(Fact::Registration)
            };
            match domain {
                Domain::Circuit => Question::new(&GetCircuit, out, read),
                Domain::Packet => Question::new(&GetPacket, out, read),
                Domain::Eps => Question::new(&GetEps, out, read),
            }
        }
        Query::Signal => Question::new(&GetSignal, out, |line| {
            Signal::parse_line(line).and_then(|signal| signal.dbm()).map(Fact::Rssi)
        }),
        Query::Operator => {
            Question::new(&GetOperator, out, |line| Operator::parse_line(line).map(Fact::Operator))
        }
        Query::Time => Question::new(&GetClock, out, |line| {
            Clock::parse_line(line).map(|clock| Fact::Time(clock.time))
        }),
        Query::Radio => Question::new(&GetFunction, out, |line| {
            Function::parse_line(line).map(|function| Fact::Radio(function.level == Level::Full))
        }),
        Query::SetRadio(on) => {
            let level = if on { Level::Full } else { Level::Minimum };
            Question::new(&SetFunction { level }, out, |_| None)
        }
        Query::Restart => Question::new(&Restart, out, |_| None),
        Query::Iccid
        | Query::Tries
        | Query::SignalDetail
        | Query::NameServers
        | Query::PowerOff => Err(Error::NotSupported),
    }
}
