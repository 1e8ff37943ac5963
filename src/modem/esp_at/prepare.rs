//! What an ESP-AT module has to be told before it opens a link of some kind, and only then.
//!
//! A program that uses no datagrams, no server and no options of streams never sends any of it.

use usocket_commands::esp_at::basic::Messages;
use usocket_commands::esp_at::tcpip::{
    Ipv6, PacketInfo, ReceiveMode, ReceiveType, ServerMaxConnections, ServerTimeout, StopServer,
    TcpOptions as SetOptions,
};
use usocket_commands::esp_at::{self as at};

use super::{EspAt, Passive, tls, write};
use crate::engine::{HAVE_IPV6, Kind, TcpOptions};
use crate::error::Error;
use crate::modem::{Encoded, Subject, steps};

/// What can be prepared; the number of a step is its place in [`STEPS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Prepare {
    /// Heads of bodies with the address of the sender (§8.7).
    PacketInfo,
    /// IPv6 on (§12).
    Ipv6,
    /// The link pushes datagrams: held back, they would be merged (§8.7).
    Push,
    /// The link holds received data back.
    Hold,
    /// The same for all links, of firmware that knows nothing finer.
    PushAll,
    HoldAll,
    /// A server that a program before this one has left.
    StopServer,
    /// How many connections the server may take.
    MaxConnections,
    /// `+LINK_CONN` instead of `CONNECT`: it says who has come, and whose link it is (§6.3).
    Messages,
    /// Options of TCP (§11).
    Options,
    /// Idle connections stay: NonOS would close them after three minutes (§9, §19).
    Patience,
}

const STEPS: [Prepare; 11] = [
    Prepare::PacketInfo,
    Prepare::Ipv6,
    Prepare::Push,
    Prepare::Hold,
    Prepare::PushAll,
    Prepare::HoldAll,
    Prepare::StopServer,
    Prepare::MaxConnections,
    Prepare::Messages,
    Prepare::Options,
    Prepare::Patience,
];

/// What has been told to the module, of what is not part of its setup.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) packet_info: bool,
    packet_info_unknown: bool,
    ipv6: bool,
    /// A bit for each link that pushes what it receives.
    pushing: u8,
    /// No server runs.
    no_server: bool,
    max_connections: bool,
    messages: bool,
    /// The server that runs closes connections that are idle.
    impatient: bool,
    options: [TcpOptions; at::LINKS as usize],
    pub(super) tls: tls::Told,
    /// The options in the command that was written last.
    written: TcpOptions,
}

impl Told {
    pub(super) const NOTHING: Self = Self {
        packet_info: false,
        packet_info_unknown: false,
        ipv6: false,
        pushing: 0,
        no_server: false,
        max_connections: false,
        messages: false,
        impatient: false,
        options: [TcpOptions::DEFAULT; at::LINKS as usize],
        tls: tls::Told::NOTHING,
        written: TcpOptions::DEFAULT,
    };

    pub(super) const fn pushes(&self, link: u8) -> bool {
        Kind::DATAGRAM.is_some() && self.pushing & bit(link) != 0
    }

    /// IPv6 is on.
    pub(super) const fn switch_ipv6(&mut self) {
        self.ipv6 = true;
    }

    /// A server is about to be started.
    pub(super) const fn start_server(&mut self, impatient: bool) {
        self.no_server = false;
        self.impatient = impatient;
    }
}

fn number(step: Prepare) -> Option<u8> {
    steps::number(&STEPS, step)
}

/// The step of that number, if something is built in that needs it.
fn built(number: u8) -> Option<Prepare> {
    steps::step(&STEPS, number).filter(|step| match step {
        Prepare::PacketInfo
        | Prepare::Push
        | Prepare::Hold
        | Prepare::PushAll
        | Prepare::HoldAll => Kind::DATAGRAM.is_some(),
        Prepare::StopServer | Prepare::MaxConnections | Prepare::Messages | Prepare::Patience => {
            Kind::LISTENER.is_some()
        }
        Prepare::Ipv6 => HAVE_IPV6,
        Prepare::Options => true,
    })
}

const ALL: u8 = (1 << at::LINKS) - 1;

const fn bit(link: u8) -> u8 {
    if link < at::LINKS { 1 << link } else { 0 }
}

impl EspAt {
    pub(super) fn next_preparation(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        let told = &self.told;
        let step = match subject.kind {
            _ if subject.ipv6 && !told.ipv6 => Prepare::Ipv6,
            Kind::Datagram(_) if !told.packet_info => Prepare::PacketInfo,
            Kind::Datagram(_) => match self.passive {
                Passive::ByType if !told.pushes(link) => Prepare::Push,
                // data of streams must not be lost, so as long as there are any, datagrams merge
                Passive::ByMode if told.pushing != ALL && !subject.streams => Prepare::PushAll,
                _ => return None,
            },
            Kind::Stream => match self.passive {
                Passive::ByType if told.pushes(link) => Prepare::Hold,
                Passive::ByMode if told.pushing != 0 => Prepare::HoldAll,
                // those of an idle link are set when it has an owner again
                _ if subject.idle => return None,
                _ if told.options.get(usize::from(link)) != Some(&subject.options.tcp) => {
                    Prepare::Options
                }
                _ => return self.next_tls(link, subject),
            },
            Kind::Listener(_) if !told.no_server => Prepare::StopServer,
            Kind::Listener(_) if !told.max_connections => Prepare::MaxConnections,
            Kind::Listener(_) if !told.messages => Prepare::Messages,
            Kind::Listener(_) => match self.passive {
                Passive::ByMode if told.pushing != 0 => Prepare::HoldAll,
                _ => return None,
            },
        };
        number(step)
    }

    /// What has to be set while a server runs.
    pub(super) fn server_preparation(&self) -> Option<u8> {
        let impatient = Kind::LISTENER.is_some() && self.told.impatient;
        if impatient { number(Prepare::Patience) } else { None }
    }

    /// Without knowing whether heads have addresses, no body can be told from its head.
    pub(super) fn unsettled_preparation(&self) -> Option<u8> {
        let unknown = Kind::DATAGRAM.is_some() && self.told.packet_info_unknown;
        if unknown { number(Prepare::PacketInfo) } else { None }
    }

    pub(super) fn encode_preparation(
        &mut self,
        step: u8,
        link: u8,
        subject: Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        match built(step).ok_or(Error::NotSupported)? {
            Prepare::PacketInfo => write(&PacketInfo { on: true }, out),
            Prepare::Ipv6 => write(&Ipv6 { on: true }, out),
            Prepare::Push => write(&ReceiveType { link: Some(link), passive: false }, out),
            Prepare::Hold => write(&ReceiveType { link: Some(link), passive: true }, out),
            Prepare::PushAll => write(&ReceiveMode { passive: false }, out),
            Prepare::HoldAll => write(&ReceiveMode { passive: true }, out),
            Prepare::StopServer => write(&StopServer, out),
            Prepare::MaxConnections => {
                // no more than there can be sockets beside the one that listens; the links above are
                // safe from the server (§9)
                let most = subject.sockets.saturating_sub(1).clamp(1, at::LINKS);
                write(&ServerMaxConnections::new(most)?, out)
            }
            Prepare::Patience => write(&ServerTimeout::new(0)?, out),
            Prepare::Messages => write(&Messages { bits: Messages::LINK_UP }, out),
            Prepare::Options => {
                let wanted = subject.options.tcp;
                let known = self.told.options.get(usize::from(link)).ok_or(Error::InvalidInput)?;
                let linger = wanted.linger.map_or(-1, i32::from);
                let mut options =
                    SetOptions::new(Some(link))?.linger_s(linger).no_delay(wanted.no_delay);
                // firmware before 2.4 knows no such value
                if (wanted.keep_alive_s(), known.keep_alive_s()) != (0, 0) {
                    options = options.send_timeout_ms(0).keep_alive_s(wanted.keep_alive_s());
                }
                self.told.written = wanted;
                write(&options, out)
            }
        }
    }

    /// # Errors
    /// The socket cannot do without what was refused.
    pub(super) fn after_preparation(
        &mut self,
        step: u8,
        link: u8,
        result: Result<(), Error>,
    ) -> Result<(), Error> {
        self.detail = None;
        let told = &mut self.told;
        if result == Err(Error::TimedOut) {
            told.packet_info_unknown |= number(Prepare::PacketInfo) == Some(step);
            return result; // unknown whether it took effect
        }
        let needed = |refused| result.map_err(|_| refused);
        match built(step).ok_or(Error::NotSupported)? {
            Prepare::PacketInfo => {
                told.packet_info = result.is_ok();
                told.packet_info_unknown = false;
                needed(Error::NotSupported)
            }
            Prepare::Ipv6 => {
                told.ipv6 = result.is_ok();
                needed(Error::AfNotSupported)
            }
            // refused, the link stays as it is: datagrams may come merged
            Prepare::Push => {
                told.pushing |= bit(link);
                Ok(())
            }
            Prepare::Hold => {
                told.pushing &= !bit(link);
                Ok(())
            }
            Prepare::PushAll => {
                told.pushing = ALL;
                Ok(())
            }
            Prepare::HoldAll => {
                told.pushing = 0;
                Ok(())
            }
            // none ran, most likely
            Prepare::StopServer => {
                told.no_server = true;
                Ok(())
            }
            Prepare::MaxConnections => {
                told.max_connections = true;
                Ok(())
            }
            Prepare::Patience => {
                told.impatient = false;
                Ok(())
            }
            // without them who has come is asked for
            Prepare::Messages => {
                told.messages = true;
                Ok(())
            }
            Prepare::Options => {
                if let (Some(known), Ok(())) = (told.options.get_mut(usize::from(link)), result) {
                    *known = told.written;
                }
                needed(Error::NoProtocolOption)
            }
        }
    }
}
