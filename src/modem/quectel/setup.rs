//! The setup of a Quectel module: from whatever state it is in to the one that the driver needs.
//!
//! Nearly all of it is volatile, so it is done again after every restart (quectel.md §2.4, §2.5).

use usocket_commands::cellular::basic::{Echo, ErrorKind, ErrorReports};
use usocket_commands::cellular::clock::UpdateClock;
use usocket_commands::cellular::context::{ContextAddress, ContextKind, GetAddress};
use usocket_commands::cellular::identity::{GetModel, Identity};
use usocket_commands::cellular::registration::{Domain, Reports, SetReports};
use usocket_commands::cellular::sim::{EnterPin, GetSimState, SimState};
use usocket_commands::quectel::close::Close;
use usocket_commands::quectel::config::{PayloadEcho, Port, UrcPort};
use usocket_commands::quectel::context::{ActiveContext, ContextSettings, GetActive, GetContext};
use usocket_commands::quectel::gsm;
use usocket_commands::quectel::identity::GetInformation;
use usocket_commands::quectel::model::{Dialect as Grammar, Family};
use usocket_commands::quectel::options::{DataFormat, SetSwitch, Switch};
use usocket_commands::quectel::power::Sleep;
use usocket_commands::quectel::state::{GetSockets, SocketState};

use super::{Quectel, write};
use crate::error::Error;
use crate::modem::cellular::{IpKind, Profile};
use crate::modem::{Encoded, Meaning, Step};
use crate::network::NetworkEvent;

/// How often a step is tried that the module is not ready for; they are half a second apart
/// (quectel.md §12 Q27).
const TRIES: u8 = 30;

/// The steps, in order; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    /// No echo: URCs would fall into it.
    EchoOff,
    /// Errors with numbers.
    NumberedErrors,
    /// Which module is it?
    Model,
    /// The same, asked in another way.
    Information,
    /// URCs come over the UART; some modules send them to USB (Q26).
    UrcPort,
    /// Payload is not echoed (Q8).
    NoPayloadEcho,
    /// Payload is no hexadecimal text.
    DataFormat,
    /// Heads are lines of their own.
    ViewMode,
    /// Notices say no length: they would look like heads (§1.8).
    NoLengths,
    /// The registrations are told, in all domains.
    ReportsEps,
    ReportsPacket,
    ReportsCircuit,
    /// The module sets its clock by the network.
    Clock,
    /// NB-IoT modules lose the first bytes behind a sleep (Q18).
    NoSleep,
    /// What does the SIM wait for? Asked only if a PIN is known.
    Sim,
    Pin,
    /// Old GSM modules: context, data mode, several sockets, buffers.
    Foreground,
    TransferMode,
    Multiplex,
    /// It cannot be switched while the stack runs (Q13).
    StopStack,
    MultiplexAgain,
    ActAsClient,
    BufferMode,
    Addresses,
    /// Sockets that a program before this one left open (Q21),
    Sockets,
    /// one by one.
    CloseSocket,
    /// Whether there is a context already,
    Context,
    /// and of which access point: after a restart it is asked for again.
    Profile,
}

const STEPS: [Setup; 28] = [
    Setup::EchoOff,
    Setup::NumberedErrors,
    Setup::Model,
    Setup::Information,
    Setup::UrcPort,
    Setup::NoPayloadEcho,
    Setup::DataFormat,
    Setup::ViewMode,
    Setup::NoLengths,
    Setup::ReportsEps,
    Setup::ReportsPacket,
    Setup::ReportsCircuit,
    Setup::Clock,
    Setup::NoSleep,
    Setup::Sim,
    Setup::Pin,
    Setup::Foreground,
    Setup::TransferMode,
    Setup::Multiplex,
    Setup::StopStack,
    Setup::MultiplexAgain,
    Setup::ActAsClient,
    Setup::BufferMode,
    Setup::Addresses,
    Setup::Sockets,
    Setup::CloseSocket,
    Setup::Context,
    Setup::Profile,
];

/// How far the setup has come.
#[derive(Debug)]
pub(super) struct Progress {
    /// How often the present step was tried.
    tries: u8,
    /// A bit for each socket that is still to be closed.
    left_open: u16,
    /// Several sockets could not be switched on.
    single: bool,
    /// There is a context that another program has asked for.
    found: bool,
}

impl Progress {
    pub(super) const NEW: Self = Self { tries: 0, left_open: 0, single: false, found: false };
}

fn step(number: u8) -> Option<Setup> {
    STEPS.get(usize::from(number)).copied()
}

const fn ip_kind(kind: ContextKind) -> IpKind {
    match kind {
        ContextKind::V4 => IpKind::V4,
        ContextKind::V6 => IpKind::V6,
        ContextKind::V4V6 => IpKind::Both,
    }
}

impl Quectel {
    /// Whether the module needs this step.
    fn applies(&self, step: Setup) -> bool {
        let grammar = self.grammar();
        match step {
            Setup::EchoOff
            | Setup::NumberedErrors
            | Setup::Model
            | Setup::ReportsPacket
            | Setup::ReportsCircuit
            | Setup::Clock => true,
            Setup::Information => !self.identified,
            Setup::UrcPort => {
                matches!(self.family, Family::Ec20 | Family::Ec2x | Family::Ec200)
                    && self.identified
            }
            Setup::NoPayloadEcho => grammar != Grammar::NbIot,
            Setup::DataFormat | Setup::ReportsEps | Setup::Sockets => grammar != Grammar::Gsm,
            Setup::ViewMode => grammar == Grammar::Standard,
            Setup::NoSleep => grammar == Grammar::NbIot,
            Setup::NoLengths => grammar != Grammar::Gsm,
            Setup::Sim => self.common.pin.is_some(),
            Setup::Pin => self.common.pin.is_some() && self.common.sim == Some(SimState::Pin),
            Setup::Foreground
            | Setup::TransferMode
            | Setup::Multiplex
            | Setup::ActAsClient
            | Setup::BufferMode
            | Setup::Addresses => grammar == Grammar::Gsm,
            Setup::StopStack | Setup::MultiplexAgain => {
                grammar == Grammar::Gsm && self.setup.single
            }
            Setup::CloseSocket => self.setup.left_open != 0,
            Setup::Context => true,
            Setup::Profile => {
                grammar == Grammar::Standard && self.setup.found && self.common.profile.is_none()
            }
        }
    }

    pub(super) fn encode_setup(&self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        let reports =
            |domain, out: &mut [u8]| write(&SetReports { domain, reports: Reports::Location }, out);
        match step(number).ok_or(Error::NotSupported)? {
            Setup::EchoOff => write(&Echo { on: false }, out),
            Setup::NumberedErrors => write(&ErrorReports { kind: ErrorKind::Numeric }, out),
            Setup::Model => write(&GetModel, out),
            Setup::Information => write(&GetInformation, out),
            Setup::UrcPort => write(&UrcPort { port: Port::Uart1 }, out),
            Setup::NoPayloadEcho => write(&PayloadEcho { on: false }, out),
            Setup::DataFormat => write(&DataFormat { hex_send: false, hex_receive: false }, out),
            Setup::ViewMode => write(&SetSwitch { switch: Switch::InlineData, on: false }, out),
            Setup::NoLengths => {
                let switch = match self.grammar() {
                    Grammar::NbIot => Switch::ShowLength,
                    _ => Switch::ReceiveLength,
                };
                write(&SetSwitch { switch, on: false }, out)
            }
            Setup::ReportsEps => reports(Domain::Eps, out),
            Setup::ReportsPacket => reports(Domain::Packet, out),
            Setup::ReportsCircuit => reports(Domain::Circuit, out),
            Setup::Clock => write(&UpdateClock { on: true }, out),
            Setup::NoSleep => write(&Sleep { allowed: false }, out),
            Setup::Sim => write(&GetSimState, out),
            Setup::Pin => {
                let pin = self.common.pin.as_ref().map_or("", |pin| &pin.0);
                write(&EnterPin::new(pin)?, out)
            }
            Setup::Foreground => write(&gsm::context::Foreground { context: 0 }, out),
            Setup::TransferMode => write(&gsm::context::TransferMode { transparent: false }, out),
            Setup::Multiplex | Setup::MultiplexAgain => {
                write(&gsm::context::Multiplex { on: true }, out)
            }
            Setup::StopStack => write(&gsm::context::Deactivate, out),
            Setup::ActAsClient => write(&gsm::context::ActAsClient, out),
            Setup::BufferMode => {
                let mode = gsm::context::Receive::Buffer;
                write(&gsm::context::ReceiveMode { mode }, out)
            }
            Setup::Addresses => write(&gsm::socket::NamesOrAddresses { names: false }, out),
            Setup::Sockets => write(&GetSockets, out),
            Setup::CloseSocket => {
                let link = u8::try_from(self.setup.left_open.trailing_zeros()).unwrap_or(0);
                match self.grammar() {
                    Grammar::Standard => write(&Close::new(link)?.wait_s(0), out),
                    _ => write(&Close::new(link)?, out),
                }
            }
            Setup::Context => match self.grammar() {
                Grammar::Standard => write(&GetActive, out),
                Grammar::NbIot => write(&GetAddress { context: self.context() }, out),
                Grammar::Gsm => write(&gsm::context::GetLocalAddress, out),
            },
            Setup::Profile => write(&GetContext { context: self.context() }, out),
        }
    }

    /// Whether the step closes a socket.
    pub(super) fn closes_socket(&self, number: u8) -> bool {
        step(number) == Some(Setup::CloseSocket)
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn setup_line(&mut self, number: u8, line: &[u8]) -> Meaning {
        match step(number) {
            Some(Setup::Model | Setup::Information) => {
                let name = Identity::parse_line(line);
                if let Some(family) = name.and_then(|name| Family::from_name(name.text.as_bytes()))
                {
                    if !self.fixed {
                        self.family = family;
                    }
                    self.identified = true;
                }
                Meaning::Noted
            }
            Some(Setup::Sim) => {
                self.common.sim = SimState::parse_line(line).or(self.common.sim);
                Meaning::Noted
            }
            Some(Setup::Sockets) => {
                if let Some(socket) = SocketState::parse_line(line) {
                    self.setup.left_open |= 1u16.checked_shl(socket.link.into()).unwrap_or(0);
                }
                Meaning::Noted
            }
            Some(Setup::Context) => {
                let meaning = self.context_line(line).unwrap_or(Meaning::Noted);
                self.setup.found |= meaning == Meaning::Network(NetworkEvent::Addressed);
                meaning
            }
            Some(Setup::Profile) => {
                let settings = ContextSettings::parse_line(line);
                // a password is not told, so one with a user cannot be asked for again
                if let Some(settings) = settings.filter(|settings| !settings.has_user) {
                    let apn = settings.apn.as_str().unwrap_or_default();
                    let profile = Profile::new(apn, "", "").ok();
                    self.common.profile = profile.map(|profile| profile.ip(ip_kind(settings.kind)));
                    self.common.profile_told = true;
                }
                Meaning::Noted
            }
            _ => Meaning::Noted,
        }
    }

    /// What the answer to a question about the context means; `None`: it is another line.
    pub(super) fn context_line(&self, line: &[u8]) -> Option<Meaning> {
        if let Some(address) = gsm::context::LocalAddress::parse_line(line) {
            if self.grammar() == Grammar::Gsm {
                let up = !address.ip.is_unspecified();
                return Some(if up { Meaning::Attached } else { Meaning::Done });
            }
        }
        let up = if let Some(context) = ActiveContext::parse_line(line) {
            context.context == self.context() && context.active
        } else {
            let address = ContextAddress::parse_line(line)?;
            address.context == self.context() && (address.v4.is_some() || address.v6.is_some())
        };
        Some(if up { Meaning::Network(NetworkEvent::Addressed) } else { Meaning::Noted })
    }

    pub(super) fn after_setup(&mut self, number: u8, result: Result<(), Error>) -> Step {
        let Some(done) = step(number) else { return Step::Ready };
        let again = match (done, result) {
            // without these nothing works; a module that has just started may not be ready
            (Setup::EchoOff | Setup::NumberedErrors, Err(_)) => true,
            // it says when it is (§2.1)
            (Setup::Model | Setup::Information, _) => {
                self.starting && self.identified && self.family.has_app_ready()
            }
            (Setup::Sim, _) => self.common.sim.is_none_or(|sim| sim == SimState::NotReady),
            _ => false,
        };
        if again && self.setup.tries < TRIES {
            self.setup.tries += 1;
            return Step::Again(number);
        }
        self.setup.tries = 0;
        match (done, result) {
            (Setup::EchoOff | Setup::NumberedErrors, Err(_)) => return Step::Restart,
            (Setup::EchoOff, Ok(())) => self.common.echo = false,
            (Setup::Model | Setup::Information, _) => {
                self.starting = false;
                if self.identified && !self.family.has_buffer() {
                    return Step::Failed(Error::NotSupported); // it would lose data (quectel.md §7)
                }
            }
            (Setup::ReportsEps, Ok(())) => self.common.reports = Some(Domain::Eps),
            (Setup::ReportsPacket, Ok(())) => {
                self.common.reports.get_or_insert(Domain::Packet);
            }
            (Setup::ReportsCircuit, Ok(())) => {
                self.common.reports.get_or_insert(Domain::Circuit);
            }
            (Setup::Pin, Err(Error::WrongPin)) => self.common.pin_refused(),
            // it was accepted once; it is for the program to try it again
            (Setup::Pin, Err(error)) if error != Error::SimBusy => self.common.pin = None,
            (Setup::Multiplex, result) => self.setup.single = result.is_err(),
            (Setup::MultiplexAgain, Err(_)) => return Step::Restart,
            (Setup::CloseSocket, _) => {
                self.setup.left_open &= self.setup.left_open.wrapping_sub(1);
                if self.setup.left_open != 0 {
                    return Step::Next(number);
                }
            }
            _ => {}
        }
        let next = number.saturating_add(1);
        match (next..)
            .map_while(|number| Some((number, step(number)?)))
            .find(|&(_, step)| self.applies(step))
        {
            Some((next, _)) => Step::Next(next),
            None => Step::Ready,
        }
    }
}
