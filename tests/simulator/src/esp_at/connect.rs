//! `AT+CIPSTART`, `AT+CIPCLOSE`, `AT+CIPMUX` and the connection settings (ESP-AT digest §6).

use super::command::Arguments;
use super::dispatch::{Answer, Call};
use super::domain::Purpose;
use super::link::Link;
use super::refusal::Refusal;
use super::{EspAt, Phase, Work};
use crate::module::{Distrust, Failure, Family, Request, Socket, TlsClient, Transport};
use core::net::{IpAddr, SocketAddr};
use core::time::Duration;

/// A connection that is about to be opened.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) id: usize,
    pub(crate) transport: Transport,
    pub(crate) ipv6: bool,
    pub(crate) port: u16,
    pub(crate) local_port: u16,
    pub(crate) udp_mode: u8,
    pub(crate) keep_alive: Option<u32>,
    pub(crate) timeout: Option<Duration>,
    /// How a TLS link is secured.
    pub(crate) tls: Option<Box<TlsClient>>,
}

impl EspAt {
    pub(crate) fn set_multiplex(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let on = call.arguments.need(0, 0..=1)? == 1;
        if on == self.settings.multiplex {
            return Ok(());
        }
        if self.links.any() {
            return Err(Refusal::because("link is builded"));
        }
        if (on && self.settings.passthrough) || (!on && self.server.is_running()) {
            return Err(Refusal::FAILED);
        }
        self.settings.multiplex = on;
        Ok(())
    }

    pub(crate) fn query_multiplex(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.settings.multiplex));
        Ok(())
    }

    pub(crate) fn start_link(&mut self, call: &Call) -> Answer {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 4)?;
        self.open_link(id, &arguments)
    }

    /// `AT+CIPSTARTEX`: the module chooses the id.
    pub(crate) fn start_link_anywhere(&mut self, call: &Call) -> Answer {
        let id = self.links.lowest_free(5).ok_or(Refusal::FAILED)?;
        self.open_link(id, &call.arguments)
    }

    fn open_link(&mut self, id: usize, arguments: &Arguments) -> Answer {
        let (mut plan, host) = self.plan(id, arguments)?;
        self.let_thief_in(id);
        if self.links.get(id).is_some() {
            return Err(Refusal::because("ALREADY CONNECTED"));
        }
        if !self.has_family(plan.ipv6) {
            return Err(Refusal::because("no ip"));
        }
        if self.is_taken(&plan) {
            return Err(Refusal::FAILED);
        }
        if plan.transport == Transport::Ssl {
            if !self.has_tls_memory() {
                return Err(Refusal::FAILED);
            }
            plan.tls = Some(Box::new(self.tls_client(id, &host)?));
        }
        let family = if plan.ipv6 { Family::V6 } else { Family::V4 };
        match host.parse::<IpAddr>() {
            Ok(address) if address.is_ipv6() != plan.ipv6 => Err(Refusal::invalid(1)),
            Ok(address) => self.connect(&plan, address),
            Err(_) => self.resolve(host, family, Purpose::Connect(plan)),
        }
    }

    fn plan(&self, id: usize, arguments: &Arguments) -> Result<(Plan, String), Refusal> {
        let kind = arguments.need_text(0, 8)?.to_ascii_uppercase();
        let (kind, ipv6) = match kind.strip_suffix("V6") {
            Some(kind) if self.config.ipv6 => (kind, true),
            _ => (kind.as_str(), false),
        };
        let transport = match kind {
            "TCP" => Transport::Tcp,
            "SSL" => Transport::Ssl,
            "UDP" => Transport::Udp,
            _ => return Err(Refusal::because("Link type ERROR")),
        };
        let host = arguments.need_text(1, 64)?;
        let mut plan = Plan {
            id,
            transport,
            ipv6,
            port: 0,
            local_port: 0,
            udp_mode: 0,
            keep_alive: None,
            timeout: None,
            tls: None,
        };
        let timeout_index = if transport.is_stream() {
            arguments.expect(3..=5 + usize::from(self.release.connect_timeout))?;
            plan.port = arguments.need(2, 1..=65_535)? as u16;
            plan.keep_alive = arguments.number(3, 0..=7200)?.map(|seconds| seconds as u32);
            arguments.text(4, 64)?;
            5
        } else {
            arguments.expect(3..=6 + usize::from(self.release.connect_timeout))?;
            plan.port = arguments.need(2, 0..=65_535)? as u16;
            plan.local_port = arguments.number(3, 1..=65_535)?.unwrap_or(0) as u16;
            plan.udp_mode = arguments.number(4, 0..=2)?.unwrap_or(0) as u8;
            arguments.text(5, 64)?;
            if plan.udp_mode != 0 && plan.local_port == 0 {
                return Err(Refusal::invalid(3));
            }
            6
        };
        let timeout = arguments.number(timeout_index, 0..=60_000)?.filter(|ms| *ms > 0);
        plan.timeout = timeout.map(|ms| Duration::from_millis(ms as u64));
        Ok((plan, host))
    }

    /// Whether another UDP link holds the local port.
    fn is_taken(&self, plan: &Plan) -> bool {
        plan.transport == Transport::Udp
            && self.links.iter().any(|(_, link)| {
                link.transport == Transport::Udp
                    && link.remote.is_ipv6() == plan.ipv6
                    && link.local_port == plan.local_port
            })
    }

    pub(crate) fn connect(&mut self, plan: &Plan, address: IpAddr) -> Answer {
        if self.links.get(plan.id).is_some() {
            // While the name was looked up, a client was accepted (ESP-AT digest §9).
            return Err(Refusal::because("ALREADY CONNECTED"));
        }
        if !self.can_reach(address) {
            return Err(Refusal::errno(0x76));
        }
        if let Some(seconds) = plan.keep_alive {
            // Remembered, like the one of `AT+CIPTCPOPT` (ESP-AT digest §6.2).
            self.config.tcp_options[plan.id].keep_alive = seconds;
        }
        let socket = self.links.new_socket();
        let remote = SocketAddr::new(address, plan.port);
        let link = Link::new(socket, plan.transport, remote, plan.local_port, self.chip.now);
        let link = Link { udp_mode: plan.udp_mode, tls: plan.tls.clone(), ..link };
        self.links.insert(plan.id, link);
        self.request(Request::Connect {
            socket,
            transport: plan.transport,
            remote,
            local_port: plan.local_port,
            tls: plan.tls.clone(),
        });
        let deadline = plan.timeout.map(|timeout| self.chip.now + timeout);
        self.work(Work::Connect { id: plan.id, deadline })
    }

    pub(crate) fn connected(&mut self, socket: Socket, local_port: u16) {
        if self.passthrough_regained(socket) {
            return;
        }
        let Some(id) = self.connecting(socket) else {
            return self.secured(socket);
        };
        let now = self.chip.now;
        if let Some(link) = self.links.get_mut(id) {
            link.open = true;
            link.local_port = local_port;
            link.last_traffic = now;
        }
        self.announce(id);
        self.finish(Ok(()));
    }

    pub(crate) fn connect_failed(&mut self, socket: Socket, failure: Failure) {
        if self.passthrough_failed(socket) {
            return;
        }
        let Some(id) = self.connecting(socket) else {
            return self.not_secured(socket);
        };
        self.release(id);
        if self.release.is_legacy() {
            let text = format!("{}CLOSED\r\n", self.prefix(id));
            self.write_afterwards(text);
        }
        self.finish(Err(match failure {
            Failure::Refused => Refusal::errno(0x68),
            Failure::Unreachable => Refusal::errno(0x71),
            // Flags of the certificate, or else what Mbed TLS and esp-tls call it (§2.5).
            Failure::Certificate(Distrust::OutOfDate) => Refusal::errno(0x1),
            Failure::Certificate(Distrust::OtherName) => Refusal::errno(0x4),
            Failure::Certificate(Distrust::Unknown) => Refusal::errno(0x8),
            Failure::Handshake => Refusal::errno(0x7200),
            Failure::Silent => Refusal::errno(0x8006),
        }));
        self.accept_waiting();
    }

    /// The timeout of `AT+CIPSTART` has passed.
    pub(crate) fn give_up_connect(&mut self, id: usize) {
        if let Some(socket) = self.release(id) {
            self.request(Request::Abandon { socket });
        }
        self.finish(Err(Refusal::errno(0x77)));
        self.accept_waiting();
    }

    pub(crate) fn close_link(&mut self, call: &Call) -> Answer {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 5)?;
        arguments.expect(0..=0)?;
        if id == 5 {
            for id in self.links.ids() {
                self.drop_link(id);
            }
            return Ok(());
        }
        if self.links.open(id).is_none() {
            return Err(Refusal::because("UNLINK"));
        }
        self.drop_link(id);
        Ok(())
    }

    /// `AT+CIPCLOSE` without parameters, for single connections.
    pub(crate) fn close_single_link(&mut self, call: &Call) -> Answer {
        if self.settings.multiplex {
            return Err(Refusal::because("MUX=1"));
        }
        self.close_link(call)
    }

    /// The network went away under a connect or a lookup: the command fails.
    pub(crate) fn fail_connects(&mut self) {
        match &self.phase {
            Phase::Busy(Work::Connect { id, .. }) => {
                let id = *id;
                self.give_up_connect(id);
            }
            Phase::Busy(Work::Resolve { .. } | Work::Ping) => self.finish(Err(Refusal::FAILED)),
            _ => {}
        }
    }
}
