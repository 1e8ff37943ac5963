//! The TCP server and its accepted links (ESP-AT digest §9).

use super::dispatch::{Answer, Call};
use super::link::Link;
use super::refusal::Refusal;
use super::release::{Generation, Release};
use super::{EspAt, Phase};
use crate::module::{Request, Socket, Transport};
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::VecDeque;

#[derive(Debug)]
pub(crate) struct Server {
    port: Option<u16>,
    /// Whether clients come by IPv6, or by IPv4.
    ipv6: bool,
    /// Whether its links are secured, and whether by certificates of both ends.
    tls: Option<bool>,
    /// Idle seconds after which accepted links are closed; 0 is never.
    idle: u32,
    idle_default: u32,
    /// Clients in the backlog: token, address, port of the server.
    waiting: VecDeque<(u32, SocketAddr, u16)>,
}

const BACKLOG: usize = 5;

impl Server {
    pub(crate) fn new(release: &Release) -> Self {
        let idle = release.server_timeout;
        Self {
            port: None,
            ipv6: false,
            tls: None,
            idle,
            idle_default: idle,
            waiting: VecDeque::new(),
        }
    }

    pub(crate) fn is_running(&self) -> bool {
        self.port.is_some()
    }

    pub(crate) fn port(&self) -> Option<u16> {
        self.port
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        (self.port.is_some() && self.idle > 0).then(|| Duration::from_secs(self.idle.into()))
    }

    /// Forgets everything, as a reset does.
    pub(crate) fn forget(&mut self) {
        self.port = None;
        self.idle = self.idle_default;
        self.waiting.clear();
    }
}

impl EspAt {
    pub(crate) fn set_server(&mut self, call: &Call) -> Answer {
        if call.arguments.need(0, 0..=1)? == 1 {
            self.start_server(call)
        } else {
            self.stop_server(call)
        }
    }

    fn start_server(&mut self, call: &Call) -> Answer {
        let arguments = &call.arguments;
        arguments.expect(1..=5)?;
        if !self.settings.multiplex {
            return Err(Refusal::because("MUX=0"));
        }
        let port = arguments.number(1, 1..=65_535)?.unwrap_or(333) as u16;
        let kind = arguments.text(2, 8)?.unwrap_or_default().to_ascii_uppercase();
        let verifies = arguments.flag(3)?.unwrap_or(false);
        let (ipv6, tls) = match kind.as_str() {
            "" | "TCP" => (false, None),
            "TCPV6" if self.config.ipv6 => (true, None),
            "SSL" if self.release.tls.server => (false, Some(verifies)),
            "SSLV6" if self.release.tls.server && self.config.ipv6 => (true, Some(verifies)),
            _ => return Err(Refusal::invalid(2)),
        };
        arguments.number(4, 0..=2)?;
        if self.server.is_running() {
            if self.release.is_legacy() {
                self.write("no change\r\n");
                return Ok(());
            }
            return Err(Refusal::FAILED);
        }
        let secured = tls.map(|verifies| self.tls_server(verifies)).transpose()?;
        self.server.port = Some(port);
        self.server.ipv6 = ipv6;
        self.server.tls = tls;
        self.request(Request::Listen { port, ipv6, tls: secured.map(Box::new) });
        Ok(())
    }

    fn stop_server(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=2)?;
        let close = call.arguments.number(1, 0..=1)?.unwrap_or(0) == 1 || self.release.is_legacy();
        if let Some(port) = self.server.port.take() {
            self.request(Request::StopListening { port });
            self.decline_waiting();
        }
        if close {
            for id in self.links.ids() {
                if self.links.get(id).is_some_and(|link| link.accepted) {
                    self.drop_link(id);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn query_server(&mut self, call: &Call) -> Answer {
        match self.server.port {
            None => self.answer_line(call, 0),
            Some(port) => {
                let (ipv6, tls) = (self.server.ipv6, self.server.tls);
                let kind = if tls.is_some() { "SSL" } else { "TCP" };
                let family = if ipv6 { "v6" } else { "" };
                let verifies = u8::from(tls == Some(true));
                let netif = if self.release.generation >= Generation::V4_1 { ",0" } else { "" };
                self.answer_line(
                    call,
                    format_args!("1,{port},\"{kind}{family}\",{verifies}{netif}"),
                );
            }
        }
        Ok(())
    }

    pub(crate) fn set_server_max(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let max = call.arguments.need(0, 1..=5)? as usize;
        if self.server.is_running() {
            let accepted = self.links.iter().filter(|(_, link)| link.accepted).count();
            if accepted > 0 && !self.release.is_legacy() {
                self.write(format!("Have {accepted} Connections\r\n"));
            }
            return Err(Refusal::FAILED);
        }
        self.settings.server_max = max;
        Ok(())
    }

    pub(crate) fn query_server_max(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.settings.server_max);
        Ok(())
    }

    pub(crate) fn set_server_timeout(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let idle = call.arguments.need(0, 0..=7200)? as u32;
        if !self.server.is_running() {
            return Err(Refusal::FAILED);
        }
        self.server.idle = idle;
        Ok(())
    }

    pub(crate) fn query_server_timeout(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.server.idle);
        Ok(())
    }

    /// A client knocks: it gets the lowest free id, waits, or is turned away.
    pub(crate) fn incoming(&mut self, token: u32, remote: SocketAddr, local_port: u16) {
        if self.server.port != Some(local_port)
            || self.server.waiting.len() >= BACKLOG
            || matches!(self.phase, Phase::Off { .. })
            || self.server.ipv6 != remote.is_ipv6()
            || !self.can_reach(remote.ip())
        {
            return self.request(Request::Decline { token });
        }
        self.server.waiting.push_back((token, remote, local_port));
        self.accept_waiting();
    }

    /// A client in the backlog has given up.
    pub(crate) fn withdrawn(&mut self, token: u32) {
        self.server.waiting.retain(|(waiting, ..)| *waiting != token);
        self.mischief.thief.take_if(|(thief, _)| *thief == token);
    }

    /// Gives free links to the clients in the backlog.
    pub(crate) fn accept_waiting(&mut self) {
        while let Some(id) = self.links.lowest_free(self.settings.server_max) {
            let Some((token, remote, local_port)) = self.server.waiting.pop_front() else { return };
            self.accept(id, token, remote, local_port);
        }
    }

    fn accept(&mut self, id: usize, token: u32, remote: SocketAddr, local_port: u16) {
        let socket = self.links.new_socket();
        let tls = self.server.tls.is_some();
        let transport = if tls { Transport::Ssl } else { Transport::Tcp };
        let link = Link::new(socket, transport, remote, local_port, self.chip.now);
        self.links.insert(id, Link { accepted: true, open: !tls, ..link });
        self.request(Request::Accept { token, socket });
        if !tls {
            self.announce(id);
        }
    }

    /// The handshake with a client has succeeded: now there is a link.
    pub(crate) fn secured(&mut self, socket: Socket) {
        let Some(id) = self.links.find(socket) else { return };
        let now = self.chip.now;
        let Some(link) = self.links.get_mut(id).filter(|link| link.accepted && !link.open) else {
            return;
        };
        link.open = true;
        link.last_traffic = now;
        self.announce(id);
    }

    /// The handshake with a client has failed: nobody hears of it.
    pub(crate) fn not_secured(&mut self, socket: Socket) {
        if let Some(id) = self.links.find(socket) {
            self.release(id);
            self.accept_waiting();
        }
    }

    /// Turns the clients in the backlog away.
    pub(crate) fn decline_waiting(&mut self) {
        for (token, ..) in core::mem::take(&mut self.server.waiting) {
            self.request(Request::Decline { token });
        }
    }

    /// Lets the client with this token, that is not in the backlog, have the id of the next
    /// `AT+CIPSTART` just before that is executed: the race of ESP-AT digest §9.
    ///
    /// Waits for an `AT+CIPSTART` of an id that the running server could give out.
    pub fn steal_next_link(&mut self, token: u32, remote: SocketAddr) {
        self.mischief.thief = Some((token, remote));
    }

    /// `AT+CIPSTART` of `id` is about to be executed.
    pub(crate) fn let_thief_in(&mut self, id: usize) {
        let Some(port) = self.server.port else { return };
        if id >= self.settings.server_max || self.links.get(id).is_some() {
            return;
        }
        if let Some((token, remote)) = self.mischief.thief.take() {
            self.accept(id, token, remote, port);
        }
    }
}
