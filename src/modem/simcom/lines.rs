//! What each line of a SIMCom module means, given the command in flight.

use core::net::IpAddr;

use usocket_commands::simcom::context::ActiveContext;
use usocket_commands::simcom::data::is_empty;
use usocket_commands::simcom::dns::Lookup as Found;
use usocket_commands::simcom::result::{DnsError, Final, SocketError};
use usocket_commands::simcom::state::{SocketState, State};
use usocket_commands::simcom::urc::Urc;

use super::{CONTEXT, SimCom};
use crate::engine::{Flight, Phase, Probe, Task, UNCOUNTED};
use crate::error::Error;
use crate::modem::cellular::{call_line, cme_error};
use crate::modem::{Body, Context, Meaning, Opened, is_echo};
use crate::network::NetworkEvent;

/// There is no such name; the network could not be asked (usocket-semantics.md §8).
const NO_NAME: Error = Error::Dns(-2);
const TRY_AGAIN: Error = Error::Dns(-3);

impl SimCom {
    pub(super) fn meaning(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        if self.common.swallows() {
            return Meaning::Unasked;
        }
        if let Some(meaning) = call_line(line, &context) {
            return meaning;
        }
        if let Some(result) = Final::parse(line) {
            return self.result(result, context);
        }
        if is_empty(line) {
            return Meaning::Body(Body { link: None, len: 0, from: None }); // its `OK` follows
        }
        match (Urc::parse(line), context.flight) {
            // the line of a question may have the look of one that comes unasked
            (Some(_), Some(Flight { task: Task::Control, phase: Phase::Answer, .. }))
                if !context.prefix.is_empty() && line.starts_with(context.prefix.as_bytes()) =>
            {
                Meaning::Info
            }
            (Some(urc), Some(&Flight { task: Task::Setup(step), .. })) => {
                self.setup_line(step, line); // `+CPIN: READY` is an answer, too
                self.event(urc, context.flight)
            }
            (Some(urc), flight) => self.event(urc, flight),
            (None, Some(flight)) if !is_echo(line, context.sent, b"\r") => {
                self.information(line, flight, context.prefix)
            }
            // it was told not to: it has started anew, and its `RDY` was lost
            (None, Some(_)) if !self.common.echo => Meaning::Forgotten,
            (None, Some(_)) => Meaning::Noted,
            (None, None) => Meaning::Unknown,
        }
    }

    /// A result of the command in flight.
    fn result(&mut self, result: Final, context: Context<'_>) -> Meaning {
        let Some(flight) = context.flight else { return Meaning::Noted };
        let sending = matches!(flight.task, Task::Send { .. });
        match (result, flight.phase) {
            // it cannot be the answer to a command that is not written yet
            (_, Phase::Command) => Meaning::Noted,
            // what was written instead of a payload has arrived
            (Final::Ok | Final::Error, Phase::Escape(_) | Phase::Cancelled)
                if sending || matches!(flight.task, Task::Escape) =>
            {
                Meaning::Cancelled
            }
            (_, Phase::Quiet | Phase::Escape(_) | Phase::Cancelled) => Meaning::Noted,
            // of a send it says that the module has the payload, and not before it has
            (Final::Ok, phase) if sending && phase != Phase::Result => Meaning::Noted,
            (Final::Ok, _) => self.ok(flight),
            (Final::Error, _) => self.failed(flight, Error::CommandFailed),
            (Final::CmeError(error), _) => self.failed(flight, cme_error(error)),
            (Final::CmsError(_), _) => self.failed(flight, Error::CommandFailed),
            (_, _) => Meaning::Noted,
        }
    }

    fn failed(&mut self, flight: &Flight, reason: Error) -> Meaning {
        match (flight.task, self.lookup.early.take()) {
            (Task::Probe(_), _) => Meaning::Noted, // a remnant in the module's line buffer
            (Task::Resolve, Some(Err(error))) => Meaning::Failed(error),
            (Task::Resolve, _) if reason == Error::CommandFailed => Meaning::Failed(NO_NAME),
            _ => Meaning::Failed(reason),
        }
    }

    /// What `OK` means for the command in flight.
    fn ok(&mut self, flight: &Flight) -> Meaning {
        match flight.task {
            Task::Open { .. } => Meaning::Deferred,
            Task::Resolve => match self.lookup.early.take() {
                None => Meaning::Deferred,
                Some(Ok(())) => Meaning::Done,
                Some(Err(error)) => Meaning::Failed(error),
            },
            // a late `OK` of another command comes without the line that was asked for
            Task::Probe(Probe::Settings) if !flight.informed => Meaning::Noted,
            _ => Meaning::Done,
        }
    }

    /// A line that comes unasked, or looks like one that does.
    fn event(&mut self, urc: Urc, flight: Option<&Flight>) -> Meaning {
        match urc {
            Urc::Core(urc) => self.common.event(urc),
            Urc::PoweredDown => Meaning::Stopped,
            Urc::ContextChanged { context: CONTEXT, active } => self.context_changed(active),
            Urc::Opened { link, result } => {
                Meaning::Concluded { link, result: opened_or_not(result) }
            }
            Urc::Received { link } => Meaning::Waiting { link, len: UNCOUNTED },
            Urc::Socket(socket) => match flight.map(|flight| flight.task) {
                Some(Task::Setup(_)) => Meaning::Noted,
                Some(Task::Attach(step)) if Self::lists_sockets(step) => {
                    self.left_open.note(socket.link);
                    Meaning::Noted
                }
                Some(Task::Census) => listed(socket),
                _ if socket.state == State::Closed => Meaning::Closed(socket.link),
                _ => Meaning::Noted,
            },
            Urc::Lookup(found) => match flight.map(|flight| flight.task) {
                Some(Task::Local { .. }) => Meaning::Noted, // late: this is another address
                task => self.looked_up(found, task == Some(Task::Resolve)),
            },
            _ => Meaning::Unasked,
        }
    }

    fn context_changed(&mut self, active: bool) -> Meaning {
        self.attach.refused |= !active;
        self.context_down &= !active;
        match (active, core::mem::replace(&mut self.context_up, active)) {
            (true, _) => Meaning::Network(NetworkEvent::Addressed),
            (false, true) => {
                self.context_down = true;
                Meaning::Network(NetworkEvent::Dropped)
            }
            // the driver has given it up; or there never was one
            (false, false) => Meaning::Noted,
        }
    }

    /// The result of a look-up; `asked`: the answer to the command itself is still to come.
    fn looked_up(&mut self, found: Found, asked: bool) -> Meaning {
        let v6 = self.lookup.v6;
        let address = match found {
            Found::Found(addresses) => {
                let wanted = |ip: &IpAddr| ip.is_ipv6() == v6;
                addresses.into_iter().flatten().find(wanted).ok_or(NO_NAME)
            }
            Found::Failed(DnsError::NETWORK) => Err(TRY_AGAIN),
            Found::Failed(_) => Err(NO_NAME),
        };
        if asked {
            self.lookup.early = Some(address.map(|_| ()));
        }
        match (address, asked) {
            (Ok(ip), true) => Meaning::Address(ip),
            (Ok(ip), false) => Meaning::AddressAlone(ip),
            (Err(_), true) => Meaning::Noted,
            (Err(error), false) => Meaning::Resolved(Err(error)),
        }
    }

    /// A line that the command in flight may have asked for.
    fn information(&mut self, line: &[u8], flight: &Flight, prefix: &str) -> Meaning {
        match flight.task {
            Task::Probe(Probe::Settings) => self.common.settings(line).unwrap_or(Meaning::Unknown),
            Task::Setup(step) => self.setup_line(step, line),
            Task::Attach(step) => self.attach_line(step, line),
            Task::Local { ipv6 } => {
                let Some(context) = ActiveContext::parse_line(line) else {
                    return Meaning::Unknown;
                };
                let usable = context.context == CONTEXT && context.is_active();
                let ip = context.ip.filter(|ip| usable && ip.is_ipv6() == ipv6);
                ip.map_or(Meaning::Noted, Meaning::Address)
            }
            Task::Control if line.starts_with(prefix.as_bytes()) => Meaning::Info,
            _ => Meaning::Unknown,
        }
    }
}

/// What the list of sockets says of one.
fn listed(socket: SocketState) -> Meaning {
    match socket.state {
        State::Closed => Meaning::Ended(socket.link),
        State::Connected | State::Listening => Meaning::Alive(Opened {
            link: socket.link,
            remote: None,
            local_port: 0,
            accepted: Some(false),
            listener: None,
        }),
    }
}

/// How an opening has ended (quectel.md §15.2).
fn opened_or_not(result: SocketError) -> Result<(), Error> {
    Err(match result {
        SocketError::SUCCESS => return Ok(()),
        SocketError::NO_MEMORY => Error::NoBuffers,
        SocketError::LIMIT => Error::TooManySockets,
        SocketError::INVALID_PARAMETERS | SocketError::INVALID_ADDRESS => Error::InvalidInput,
        SocketError::NOT_SUPPORTED => Error::NotSupported,
        SocketError::DNS_FAILED => NO_NAME,
        SocketError::CONTEXT_DOWN => Error::NetworkDown,
        SocketError::REFUSED => Error::ConnectionRefused,
        // whatever else it was: the module does not say
        SocketError::CONNECT_FAILED => Error::HostUnreachable,
        _ => Error::CommandFailed,
    })
}
