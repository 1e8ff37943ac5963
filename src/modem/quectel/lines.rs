//! What each line of a Quectel module means, given the command in flight.

use core::net::IpAddr;

use usocket_commands::cellular::context::ContextAddress;
use usocket_commands::quectel::context::ActiveContext;
use usocket_commands::quectel::data::{Header, Shape};
use usocket_commands::quectel::gsm;
use usocket_commands::quectel::model::Dialect as Grammar;
use usocket_commands::quectel::open::Service;
use usocket_commands::quectel::result::{Final, LastError, TcpIpError};
use usocket_commands::quectel::state::{SocketState, State};
use usocket_commands::quectel::urc::Urc;

use super::{Lookup, Quectel, choose, named, tls};
use crate::engine::{Flight, HANDSHAKE_FAILED, Phase, Probe, Task, Tls, UNCOUNTED};
use crate::error::Error;
use crate::modem::cellular::{call_line, cme_error};
use crate::modem::{Body, Context, Meaning, Opened, is_echo};
use crate::network::NetworkEvent;

impl Quectel {
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
        let shape = match self.grammar() {
            Grammar::Standard => Shape::Read,
            Grammar::NbIot => Shape::NbRead,
            Grammar::Gsm => Shape::GsmRead,
        };
        let tls = || Tls::BUILT.and_then(|_| Header::parse_tls(line));
        if let Some(head) = Header::parse(line, shape).or_else(tls) {
            return Meaning::Body(Body { link: None, len: u32::from(head.len), from: head.from });
        }
        // `0, CLOSED` and its like are words of old GSM modules alone (quectel.md §9)
        let numbered = line.first().is_some_and(u8::is_ascii_digit);
        let foreign = numbered && self.grammar() != Grammar::Gsm;
        let urc = if foreign { None } else { Urc::parse(line) };
        let meaning = urc.map(|urc| self.event(urc));
        match context.flight {
            // the line of a question may have the look of one that comes unasked
            Some(Flight { task: Task::Control, phase: Phase::Answer, .. })
                if !context.prefix.is_empty() && line.starts_with(context.prefix.as_bytes()) =>
            {
                self.common.overhear(line);
                Meaning::Info
            }
            Some(&Flight { task: Task::Setup(step), .. }) if urc.is_some() => {
                self.setup_line(step, line); // `+CPIN: READY` is an answer, too
                meaning.unwrap_or(Meaning::Noted)
            }
            _ if meaning.is_some() => meaning.unwrap_or(Meaning::Noted),
            None | Some(Flight { task: Task::Resolve, .. })
                if self.lookup.pending && self.grammar() == Grammar::Gsm =>
            {
                self.gsm_lookup(line).unwrap_or_else(|| self.answer(line, context))
            }
            _ => self.answer(line, context),
        }
    }

    /// A line that is neither a result nor unasked.
    fn answer(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        let Some(flight) = context.flight else { return Meaning::Unknown };
        if is_echo(line, context.sent, b"\r") {
            // it was told not to: it has started anew, and its `RDY` was lost
            return if self.common.echo { Meaning::Noted } else { Meaning::Forgotten };
        }
        self.information(line, flight, context.prefix)
    }

    /// A whole-line result.
    fn result(&self, result: Final, context: Context<'_>) -> Meaning {
        let Some(flight) = context.flight else { return Meaning::Noted };
        let sending = matches!(flight.task, Task::Send { .. });
        let own = matches!(flight.task, Task::Control);
        match (result, flight.phase) {
            // it cannot be the answer to a command that is not written yet
            (_, Phase::Command) => Meaning::Noted,
            // what was written instead of a payload has arrived
            (
                Final::SendOk | Final::SendFail | Final::Error,
                Phase::Escape(_) | Phase::Cancelled,
            ) if sending || matches!(flight.task, Task::Escape) => Meaning::Cancelled,
            (Final::SendOk, Phase::Result) if sending => Meaning::Done,
            // a payload that the program's own command was asked for
            (Final::SendOk, Phase::Result) if own => Meaning::Done,
            (Final::SendFail, Phase::Result) if own => self.failed(flight, None),
            (Final::SendFail, Phase::Result) if sending => Meaning::Full,
            (Final::SendOk | Final::SendFail, _) => Meaning::Noted,
            (Final::CloseOk { link }, _) => match flight.task {
                Task::Close { link: closed, .. } | Task::Discard { link: closed }
                    if link.is_none_or(|link| link == closed) =>
                {
                    Meaning::Done
                }
                Task::Setup(step) if Self::closes_socket(step) => Meaning::Done,
                _ => Meaning::Noted,
            },
            (Final::DeactivateOk, _) => match flight.task {
                Task::Setup(_) | Task::Attach(_) => Meaning::Done,
                _ => Meaning::Noted,
            },
            (Final::Ok, _) => self.ok(flight),
            (Final::Error, _) => self.failed(flight, None),
            (Final::CmeError(error), _) => {
                let reason = match TcpIpError::from_cme(error) {
                    Some(error) => error_of(error),
                    None => cme_error(error),
                };
                self.failed(flight, Some(reason))
            }
            (Final::CmsError(_), _) => self.failed(flight, Some(Error::CommandFailed)),
            (_, _) => Meaning::Noted,
        }
    }

    fn failed(&self, flight: &Flight, reason: Option<Error>) -> Meaning {
        if matches!(flight.task, Task::Probe(_) | Task::Escape) {
            return Meaning::Noted; // a remnant in the module's line buffer
        }
        if matches!(flight.phase, Phase::Quiet | Phase::Escape(_) | Phase::Cancelled) {
            return Meaning::Noted;
        }
        Meaning::Failed(reason.unwrap_or(Error::CommandFailed))
    }

    /// What `OK` means for the command in flight.
    fn ok(&self, flight: &Flight) -> Meaning {
        let late = self.grammar() != Grammar::Standard;
        match flight.task {
            // the result of a send is another word
            Task::Send { .. } | Task::Escape => Meaning::Noted,
            // and so is that of a close, on all but the newer modules (quectel.md §7, §9)
            Task::Close { .. } | Task::Discard { .. } if late => Meaning::Noted,
            Task::Setup(step) if late && Self::closes_socket(step) => Meaning::Noted,
            Task::Open { .. } | Task::Resolve => Meaning::Deferred,
            // a late `OK` of another command comes without the line that was asked for
            Task::Probe(Probe::Settings) if !flight.informed => Meaning::Noted,
            // old GSM modules have no other word for an empty buffer (§9)
            Task::Fetch { .. } if !flight.informed && self.grammar() == Grammar::Gsm => {
                Meaning::Nothing
            }
            _ => Meaning::Done,
        }
    }

    /// A line that comes unasked.
    fn event(&mut self, urc: Urc) -> Meaning {
        match urc {
            Urc::Core(urc) => {
                let meaning = self.common.event(urc);
                self.starting |= matches!(meaning, Meaning::Started);
                meaning
            }
            // without `RDY` before it, that was lost
            Urc::AppReady if core::mem::take(&mut self.starting) => Meaning::Noted,
            Urc::AppReady => Meaning::Started,
            Urc::PoweredDown | Urc::PowerSaving => Meaning::Stopped,
            Urc::Voltage { off: true } => Meaning::Stopped,
            Urc::Opened { link, result } => {
                let result = if result.is_success() { Ok(()) } else { Err(error_of(result)) };
                Meaning::Concluded { link, result }
            }
            Urc::Connected { link } => Meaning::Concluded { link, result: Ok(()) },
            Urc::ConnectFailed { link } => {
                Meaning::Concluded { link, result: Err(Error::ConnectionRefused) }
            }
            Urc::AlreadyConnected { link } => {
                Meaning::Concluded { link, result: Err(Error::Already) }
            }
            Urc::Received { link, .. } | Urc::GsmReceived { link, server: false, .. } => {
                Meaning::Waiting { link, len: UNCOUNTED }
            }
            Urc::BufferFull { link } => Meaning::Overrun(link),
            Urc::Closed { link } => Meaning::Closed(link),
            Urc::TlsOpened { client, result } if Tls::BUILT.is_some() => {
                let result = if result.is_success() { Ok(()) } else { Err(error_of(result)) };
                Meaning::Concluded { link: tls::link(client), result }
            }
            Urc::TlsReceived { client } if Tls::BUILT.is_some() => {
                Meaning::Waiting { link: tls::link(client), len: UNCOUNTED }
            }
            Urc::TlsClosed { client } if Tls::BUILT.is_some() => Meaning::Closed(tls::link(client)),
            Urc::Incoming { link, listener, remote } => Meaning::Opened(Opened {
                link,
                remote: Some(remote),
                local_port: 0,
                accepted: Some(true),
                listener: Some(listener),
            }),
            Urc::ContextDown { context } if context.is_none_or(|it| it == self.context()) => {
                self.context_down = true;
                Meaning::Network(NetworkEvent::Dropped)
            }
            Urc::LookupDone { result, count, .. } if self.lookup.pending => {
                self.lookup.left = count;
                match (result.is_success(), count) {
                    (true, 1..) => Meaning::Noted,
                    (true, 0) => self.looked_up(Err(Error::Dns(-2))),
                    (false, _) => self.looked_up(Err(lookup_error(result))),
                }
            }
            Urc::LookupAddress { ip } if self.lookup.pending => self.looked_up_address(ip),
            Urc::Address { .. } => Meaning::Network(NetworkEvent::Addressed),
            _ => Meaning::Unasked,
        }
    }

    fn looked_up(&mut self, result: Result<(), Error>) -> Meaning {
        self.lookup = Lookup::NONE;
        Meaning::Resolved(result)
    }

    /// One of the addresses of a name: the first one of the wanted family counts, and the last one
    /// ends the look-up.
    fn looked_up_address(&mut self, ip: IpAddr) -> Meaning {
        let last = self.lookup.left <= 1;
        let wanted = self.lookup.v6.is_none_or(|v6| v6 == ip.is_ipv6()) && !self.lookup.found;
        self.lookup.left = self.lookup.left.saturating_sub(1);
        self.lookup.found |= wanted;
        let found = self.lookup.found;
        match (wanted, last) {
            (true, true) => {
                self.lookup = Lookup::NONE;
                Meaning::AddressAlone(ip)
            }
            (true, false) => Meaning::Address(ip),
            (false, true) => self.looked_up(if found { Ok(()) } else { Err(Error::Dns(-2)) }),
            (false, false) => Meaning::Noted,
        }
    }

    /// The result of a look-up on an old GSM module, which is a line without a name.
    fn gsm_lookup(&mut self, line: &[u8]) -> Option<Meaning> {
        Some(match gsm::dns::Lookup::parse_line(line)? {
            gsm::dns::Lookup::Address(ip) => {
                self.lookup.left = 0;
                self.looked_up_address(ip.into())
            }
            gsm::dns::Lookup::Failed(error) => self.looked_up(Err(lookup_error(error))),
        })
    }

    /// A line that the command in flight may have asked for.
    fn information(&mut self, line: &[u8], flight: &Flight, prefix: &str) -> Meaning {
        match flight.task {
            Task::Probe(Probe::Settings) => self.common.settings(line).unwrap_or(Meaning::Unknown),
            Task::Setup(step) => self.setup_line(step, line),
            Task::Attach(step) => self.attach_line(step, line),
            Task::Census => SocketState::parse_line(line).map_or(Meaning::Unknown, listed),
            Task::CensusTls(_) => tls::listed(line),
            Task::Explain => LastError::parse_line(line)
                .map_or(Meaning::Unknown, |last| Meaning::Reason(error_of(last.error))),
            Task::Local { ipv6 } => self.local_address(line, ipv6),
            Task::Control if line.starts_with(prefix.as_bytes()) => Meaning::Info,
            _ => Meaning::Unknown,
        }
    }

    fn local_address(&self, line: &[u8], ipv6: bool) -> Meaning {
        if let Some(address) = gsm::context::LocalAddress::parse_line(line) {
            if self.grammar() == Grammar::Gsm {
                return Meaning::AddressAlone(address.ip.into()); // no `OK` follows (§9)
            }
        }
        let (context, v4, v6) = if let Some(it) = ActiveContext::parse_line(line) {
            (it.context, it.v4, it.v6)
        } else if let Some(it) = ContextAddress::parse_line(line) {
            (it.context, it.v4, it.v6)
        } else {
            return Meaning::Unknown;
        };
        let address = choose(ipv6, v4.map(IpAddr::V4), v6.map(IpAddr::V6));
        address.filter(|_| context == self.context()).map_or(Meaning::Noted, Meaning::Address)
    }
}

/// What the list of sockets says of one (quectel.md §5.6).
fn listed(socket: SocketState) -> Meaning {
    let accepted = socket.service == Service::TcpIncoming;
    match socket.state {
        State::Closing => Meaning::Ended(socket.link),
        _ => Meaning::Alive(Opened {
            link: socket.link,
            remote: named(socket.remote()),
            local_port: socket.local_port,
            accepted: Some(accepted),
            listener: socket.listener.filter(|_| accepted),
        }),
    }
}

/// What an error of the module's stack means (quectel.md §5.11, §11.1).
fn error_of(error: TcpIpError) -> Error {
    match error {
        TcpIpError::BLOCKED | TcpIpError::BUSY => Error::Busy,
        TcpIpError::INVALID_PARAMETERS => Error::InvalidInput,
        TcpIpError::NO_MEMORY | TcpIpError::CREATE_FAILED => Error::NoBuffers,
        TcpIpError::NOT_SUPPORTED | TcpIpError::NOT_ALLOWED => Error::NotSupported,
        TcpIpError::BIND_FAILED | TcpIpError::PORT_BUSY | TcpIpError::LISTEN_FAILED => {
            Error::AddrInUse
        }
        TcpIpError::ACTIVATE_FAILED | TcpIpError::CONTEXT_DOWN | TcpIpError::NO_APN => {
            Error::NetworkDown
        }
        // the link, which another socket has
        TcpIpError::LINK_IN_USE => Error::Already,
        TcpIpError::DNS_FAILED => Error::Dns(-2),
        TcpIpError::DNS_BUSY => Error::Dns(-3),
        // refused, reset or unreachable: the module does not say which
        TcpIpError::CONNECT_FAILED => Error::ConnectionRefused,
        TcpIpError::CLOSED => Error::NotConnected,
        TcpIpError::TIMEOUT => Error::HostUnreachable,
        error if Tls::BUILT.is_some() && error.is_tls() => HANDSHAKE_FAILED,
        _ => Error::CommandFailed,
    }
}

/// The same for a look-up: there is no such name, or it may be found later.
fn lookup_error(error: TcpIpError) -> Error {
    match error {
        TcpIpError::DNS_BUSY | TcpIpError::BLOCKED | TcpIpError::BUSY | TcpIpError::TIMEOUT => {
            Error::Dns(-3)
        }
        error => match error_of(error) {
            Error::NetworkDown => Error::NetworkDown,
            _ => Error::Dns(-2),
        },
    }
}
