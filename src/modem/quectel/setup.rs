//! The setup of a Quectel module: from whatever state it is in to the one that the driver needs.
//!
//! Nearly all of it is volatile, so it is done again after every restart (quectel.md §2.4, §2.5).

use usocket_commands::cellular::clock::UpdateClock;
use usocket_commands::cellular::context::{ContextAddress, ContextKind};
use usocket_commands::cellular::identity::{GetModel, Identity};
use usocket_commands::cellular::registration::Domain;
use usocket_commands::quectel::config::{PayloadEcho, Port, UrcPort};
use usocket_commands::quectel::context::{ActiveContext, ContextSettings, GetContext};
use usocket_commands::quectel::gsm;
use usocket_commands::quectel::identity::GetInformation;
use usocket_commands::quectel::model::{Dialect as Grammar, Family};
use usocket_commands::quectel::options::{DataFormat, SetSwitch, Switch};
use usocket_commands::quectel::power::Sleep;
use usocket_commands::quectel::state::{GetSockets, SocketState};

use super::{Quectel, write};
use crate::error::Error;
use crate::modem::cellular::{Basic, IpKind, LeftOpen, Profile, TRIES};
use crate::modem::{Encoded, Meaning, Step, steps};
use crate::network::NetworkEvent;

/// The steps, in order; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    /// What all cellular modules have in common.
    Basic(Basic),
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
    /// The module sets its clock by the network.
    Clock,
    /// NB-IoT modules lose the first bytes behind a sleep (Q18).
    NoSleep,
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
    Setup::Basic(Basic::EchoOff),
    Setup::Basic(Basic::NumberedErrors),
    Setup::Model,
    Setup::Information,
    Setup::UrcPort,
    Setup::NoPayloadEcho,
    Setup::DataFormat,
    Setup::ViewMode,
    Setup::NoLengths,
    Setup::Basic(Basic::Reports(Domain::Eps)),
    Setup::Basic(Basic::Reports(Domain::Packet)),
    Setup::Basic(Basic::Reports(Domain::Circuit)),
    Setup::Clock,
    Setup::NoSleep,
    Setup::Basic(Basic::Sim),
    Setup::Basic(Basic::Pin),
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
    left_open: LeftOpen,
    /// Several sockets could not be switched on.
    single: bool,
    /// There is a context that another program has asked for.
    found: bool,
}

impl Progress {
    pub(super) const NEW: Self =
        Self { tries: 0, left_open: LeftOpen::NONE, single: false, found: false };
}

fn step(number: u8) -> Option<Setup> {
    steps::step(&STEPS, number)
}

/// Whether a line belongs to what a module says of itself, beside its model.
fn is_detail(line: &[u8]) -> bool {
    matches!(line, b"Quectel" | b"Quectel_Ltd") || line.starts_with(b"Revision:")
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
            // old GSM modules know of no such domain
            Setup::Basic(Basic::Reports(Domain::Eps)) => grammar != Grammar::Gsm,
            Setup::Basic(step) => self.common.applies(step),
            Setup::Model | Setup::Clock | Setup::Context => true,
            Setup::Information => !self.identified,
            Setup::UrcPort => {
                matches!(self.family, Family::Ec20 | Family::Ec2x | Family::Ec200)
                    && self.identified
            }
            Setup::NoPayloadEcho => grammar != Grammar::NbIot,
            Setup::DataFormat | Setup::NoLengths | Setup::Sockets => grammar != Grammar::Gsm,
            Setup::ViewMode => grammar == Grammar::Standard,
            Setup::NoSleep => grammar == Grammar::NbIot,
            Setup::Foreground
            | Setup::TransferMode
            | Setup::Multiplex
            | Setup::ActAsClient
            | Setup::BufferMode
            | Setup::Addresses => grammar == Grammar::Gsm,
            Setup::StopStack | Setup::MultiplexAgain => {
                grammar == Grammar::Gsm && self.setup.single
            }
            Setup::CloseSocket => self.setup.left_open != LeftOpen::NONE,
            Setup::Profile => {
                grammar == Grammar::Standard && self.setup.found && self.common.profile.is_none()
            }
        }
    }

    pub(super) fn encode_setup(&self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        match step(number).ok_or(Error::NotSupported)? {
            Setup::Basic(step) => self.common.encode(step, out),
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
            Setup::Clock => write(&UpdateClock { on: true }, out),
            Setup::NoSleep => write(&Sleep { allowed: false }, out),
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
                let link = self.setup.left_open.first().ok_or(Error::NotSupported)?;
                self.encode_close(link, Some(0), out)
            }
            Setup::Context => self.encode_local(out),
            Setup::Profile => write(&GetContext { context: self.context() }, out),
        }
    }

    /// Whether the step closes a socket.
    pub(super) fn closes_socket(number: u8) -> bool {
        step(number) == Some(Setup::CloseSocket)
    }

    /// What a line means that comes while a step is in flight.
    pub(super) fn setup_line(&mut self, number: u8, line: &[u8]) -> Meaning {
        match step(number) {
            Some(Setup::Model | Setup::Information) => {
                let name = Identity::parse_line(line);
                let Some(family) = name.and_then(|name| Family::from_name(name.text.as_bytes()))
                else {
                    return if is_detail(line) { Meaning::Noted } else { Meaning::Unknown };
                };
                if !self.fixed {
                    self.family = family;
                }
                self.identified = true;
                Meaning::Noted
            }
            Some(Setup::Basic(step)) => self.common.note(step, line),
            Some(Setup::Sockets) => {
                let Some(socket) = SocketState::parse_line(line) else { return Meaning::Unknown };
                self.setup.left_open.note(socket.link);
                Meaning::Noted
            }
            Some(Setup::Context) => {
                let meaning = self.context_line(line).unwrap_or(Meaning::Unknown);
                self.setup.found |= matches!(meaning, Meaning::Network(NetworkEvent::Addressed));
                meaning
            }
            Some(Setup::Profile) => {
                let Some(settings) = ContextSettings::parse_line(line) else {
                    return Meaning::Unknown;
                };
                // a password is not told, so one with a user cannot be asked for again
                if !settings.has_user {
                    let apn = settings.apn.as_str().unwrap_or_default();
                    let profile = Profile::new(apn, "", "").ok();
                    self.common.profile = profile.map(|profile| profile.ip(ip_kind(settings.kind)));
                    self.common.profile_told = true;
                }
                Meaning::Noted
            }
            _ => Meaning::Unknown,
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
        let again = match done {
            Setup::Basic(step) => self.common.unready(step, result),
            // it says when it is (§2.1)
            Setup::Model | Setup::Information => {
                self.starting && self.identified && self.family.has_app_ready()
            }
            _ => false,
        };
        if again && self.setup.tries < TRIES {
            self.setup.tries += 1;
            return Step::Again(number);
        }
        self.setup.tries = 0;
        match (done, result) {
            (Setup::Basic(step), result) => {
                if let Some(end) = self.common.concluded(step, result) {
                    return end;
                }
            }
            (Setup::Model | Setup::Information, _) => {
                self.starting = false;
                if self.identified && !self.family.has_buffer() {
                    return Step::Failed(Error::NotSupported); // it would lose data (quectel.md §7)
                }
            }
            (Setup::Multiplex, result) => self.setup.single = result.is_err(),
            (Setup::MultiplexAgain, Err(_)) => return Step::Restart,
            (Setup::CloseSocket, _) => {
                self.setup.left_open.closed_first();
                return steps::from(&STEPS, number, |step| self.applies(step));
            }
            _ => {}
        }
        steps::from(&STEPS, number.saturating_add(1), |step| self.applies(step))
    }
}
