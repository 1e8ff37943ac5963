//! What each line of an ESP-AT module means, given the command in flight.

use usocket_commands::atat::AtatUrc;
use usocket_commands::esp_at::result::{Errno, ErrorCode, ErrorKind, Final, Reason};
use usocket_commands::esp_at::tcpip::{Address, LinkState, ReceiveLengths};
use usocket_commands::esp_at::urc::Urc;
use usocket_commands::esp_at::version::Version;
use usocket_commands::esp_at::wifi::StationLine;

use super::setup::VERSION;
use super::{EspAt, tls};
use crate::engine::{Flight, Kind, Phase, Probe, Task};
use crate::error::Error;
use crate::modem::{Context, MAX_LINKS, Meaning, Opened, is_echo};
use crate::network::NetworkEvent;

/// A connection attempt that fails within this time was refused; one that nobody answers takes
/// 10–20 s (esp-at.md §16). Before 5.0 the module does not say which, in ms.
const REFUSED_WITHIN: u32 = 3000;

impl EspAt {
    pub(super) fn meaning(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        if let Some(result) = Final::parse(line) {
            return self.result(result, context);
        }
        if let Some(urc) = <Urc as AtatUrc>::parse(line) {
            match urc {
                Urc::Connect { link: Some(link) } => {
                    self.tls_link_taken(link, context.flight, false);
                }
                Urc::LinkUp { link, server, .. } => {
                    self.tls_link_taken(link, context.flight, server);
                }
                _ => {}
            }
            return event(urc);
        }
        if let Some(meaning) = self.detail_line(line, context.flight) {
            return meaning;
        }
        if let Some(flight) = context.flight {
            if is_echo(line, context.sent, b"\r\n") {
                // it was told not to: it has started anew, and its `ready` was lost
                return if self.echo { Meaning::Noted } else { Meaning::Forgotten };
            }
            return self.information(line, flight, context.prefix);
        }
        Meaning::Unknown
    }

    /// A whole-line result.
    fn result(&mut self, result: Final, context: Context<'_>) -> Meaning {
        let Some(flight) = context.flight else { return Meaning::Noted };
        let sending = matches!(flight.task, Task::Send { .. });
        // a payload that the program's own command was asked for
        let sent = sending || matches!(flight.task, Task::Control);
        match (result, flight.phase) {
            (Final::Busy | Final::BusySending, _) => Meaning::Busy,
            (Final::Received(_), _) => Meaning::Received,
            (Final::ForcedRestart, _) => Meaning::Noted,
            // it cannot be the answer to a command that is not written yet
            (_, Phase::Command) => Meaning::Noted,
            (Final::SendCanceled, _) if sending || matches!(flight.task, Task::Escape) => {
                Meaning::Cancelled
            }
            (Final::SendOk, Phase::Result) if sent => Meaning::Done,
            (Final::SendFail, Phase::Result | Phase::Payload(_)) if sent => {
                self.failed(flight, context.now)
            }
            (Final::SendOk | Final::SendFail | Final::SendCanceled, _) => Meaning::Noted,
            (Final::Ok, _) => ok(flight),
            (Final::Error | Final::Fail, Phase::Quiet | Phase::Escape(_) | Phase::Cancelled) => {
                Meaning::Noted
            }
            (Final::Error | Final::Fail, _) => match flight.task {
                Task::Probe(_) => Meaning::Noted, // a remnant in the module's line buffer
                _ => self.failed(flight, context.now),
            },
            (_, _) => Meaning::Noted,
        }
    }

    /// Why the command in flight has failed, as far as the module has said.
    fn failed(&mut self, flight: &Flight, now: u32) -> Meaning {
        let detail = self.detail.take();
        let took = now.wrapping_sub(flight.started);
        Meaning::Failed(match flight.task {
            _ if self.opens_tls(Some(flight)) => detail.unwrap_or(tls::unreasoned(took)),
            Task::Open { kind: Kind::Stream, .. } => detail.unwrap_or(unreasoned(took)),
            Task::Resolve => Error::Dns(-2),
            _ => detail.unwrap_or(Error::CommandFailed),
        })
    }

    /// Lines that explain the `ERROR` that follows them.
    fn detail_line(&mut self, line: &[u8], flight: Option<&Flight>) -> Option<Meaning> {
        if let Some(code) = ErrorCode::parse_line(line) {
            if code.kind() == ErrorKind::UnknownCommand {
                self.detail = Some(Error::NotSupported);
            }
        } else if let Some(errno) = Errno::parse_line(line) {
            let error = match self.opens_tls(flight) {
                true => Some(tls::tls_error(errno.raw)),
                false => connect_error(errno.raw),
            };
            self.detail = error.or(self.detail);
        } else {
            match Reason::parse_line(line)? {
                Reason::Dns => self.detail = Some(Error::Dns(-2)),
                Reason::NoIp => self.detail = Some(Error::NetworkUnreachable),
                _ => {}
            }
        }
        Some(Meaning::Noted)
    }

    /// A line that the command in flight may have asked for.
    fn information(&mut self, line: &[u8], flight: &Flight, prefix: &str) -> Meaning {
        match flight.task {
            Task::Probe(Probe::Settings) => match line {
                b"+CIPMUX:1" => Meaning::Info,
                b"+CIPMUX:0" => Meaning::Forgotten,
                _ => Meaning::Unknown,
            },
            Task::Setup(VERSION) if Version::is_detail(line) => Meaning::Noted,
            Task::Setup(_) => match Version::parse_line(line) {
                Some(version) => {
                    self.learn(version);
                    Meaning::Info
                }
                None => Meaning::Unknown,
            },
            Task::Survey => ReceiveLengths::parse_line(line).map_or(Meaning::Unknown, |lengths| {
                let mut counts = [0; MAX_LINKS];
                for (link, count) in (0..).zip(counts.iter_mut()) {
                    *count = lengths.get(link).and_then(|len| u32::try_from(len).ok()).unwrap_or(0);
                }
                Meaning::Lengths(counts)
            }),
            Task::Census => match LinkState::parse_line(line) {
                Some(state) => Meaning::Alive(Opened {
                    link: state.link,
                    remote: Some(state.remote),
                    local_port: state.local_port,
                    accepted: Some(state.server),
                    listener: None,
                }),
                None if line.starts_with(b"STATUS:") => Meaning::Noted,
                None => Meaning::Unknown,
            },
            Task::Resolve => Address::parse_line(line)
                .map_or(Meaning::Unknown, |address| Meaning::Address(address.ip)),
            Task::Local { ipv6 } => match StationLine::parse_line(line) {
                Some(StationLine::Ip(address)) if !ipv6 => Meaning::Address(address.into()),
                // the global one comes last, if there is one
                Some(StationLine::LocalV6(address) | StationLine::GlobalV6(address)) if ipv6 => {
                    Meaning::Address(address.into())
                }
                Some(_) => Meaning::Noted,
                None => Meaning::Unknown,
            },
            Task::Attach(step) => self.rejoin_line(step, line),
            Task::Control if line.starts_with(prefix.as_bytes()) => Meaning::Info,
            _ => Meaning::Unknown,
        }
    }
}

/// Why a link could not be opened, if the module has not said more.
const fn unreasoned(took_ms: u32) -> Error {
    if took_ms < REFUSED_WITHIN { Error::ConnectionRefused } else { Error::HostUnreachable }
}

/// What `OK` means for the command in flight.
fn ok(flight: &Flight) -> Meaning {
    match flight.task {
        // only announces the prompt, or belongs to something older
        Task::Send { .. } | Task::Escape => Meaning::Noted,
        // a late `OK` of another command comes without the line that was asked for; to a call every
        // `OK` is an answer, since the question that follows it sorts out whose it was
        Task::Probe(Probe::Settings) | Task::Survey if !flight.informed => Meaning::Noted,
        // the first answer of two may have been missed
        Task::Fetch { .. } if !flight.informed && flight.repeated => Meaning::Noted,
        _ => Meaning::Done,
    }
}

/// What a line that comes unasked means.
fn event(urc: Urc) -> Meaning {
    match urc {
        Urc::Ready => Meaning::Started,
        Urc::WifiConnected => Meaning::Network(NetworkEvent::Associated),
        Urc::WifiGotIp => Meaning::Network(NetworkEvent::Addressed),
        Urc::WifiDisconnected => Meaning::Network(NetworkEvent::Lost),
        Urc::Connect { link: Some(link) } => Meaning::Opened(Opened {
            link,
            remote: None,
            local_port: 0,
            accepted: None,
            listener: None,
        }),
        Urc::LinkUp { link, server, remote, local_port, .. } => {
            let (remote, accepted) = (Some(remote), Some(server));
            Meaning::Opened(Opened { link, remote, local_port, accepted, listener: None })
        }
        Urc::Closed { link: Some(link) } => Meaning::Closed(link),
        Urc::Notice { link: Some(link), len } => Meaning::Waiting { link, len },
        _ => Meaning::Unasked,
    }
}

/// The errno of a connection attempt: lwIP's with newlib's numbers, of which 113 is also Linux's
/// for an unreachable host (esp-at.md §2.5, usocket-semantics.md §1.5).
const fn connect_error(errno: u32) -> Option<Error> {
    match errno {
        104 | 111 => Some(Error::ConnectionRefused),
        101 | 114 => Some(Error::NetworkUnreachable),
        110 | 113 | 116 | 118 => Some(Error::HostUnreachable),
        12 | 23 | 105 => Some(Error::NoBuffers),
        _ => None,
    }
}
