//! `AT+QIOPEN` (Quectel digest §5.1).

use super::slot::{Access, Service, Slot, State};
use super::{Quectel, Work};
use crate::cellular::{Answer, Command, Core, Owner, Phase, Refusal, Refused, ok};
use crate::module::{Event, Failure, Family, Request, Socket, Transport};
use core::net::{IpAddr, SocketAddr};

/// What a socket is opened for.
struct Plan {
    context: u8,
    id: u8,
    service: Service,
    host: String,
    port: u16,
    local_port: u16,
    access: Access,
}

impl Quectel {
    fn plan(&self, core: &Core, command: &Command) -> Result<Plan, Refusal> {
        let arguments = &command.arguments;
        arguments.expect(5..=7)?;
        let narrowband = self.is_narrowband();
        let modes = if narrowband { 0..=1 } else { 0..=2 };
        let plan = Plan {
            context: arguments.need(0, 1..=core.model.contexts.into())? as u8,
            id: arguments.need(1, 0..=i64::from(self.variant.ids) - 1)? as u8,
            service: Service::from_text(&arguments.need_text(2)?).ok_or(Refusal::Error)?,
            host: arguments.need_text(3)?,
            port: arguments.need(4, 0..=65_535)? as u16,
            local_port: arguments.number(5, 0..=65_535)?.unwrap_or(0) as u16,
            access: Access::from_number(arguments.number(6, modes)?.unwrap_or(0)),
        };
        let needed = if plan.service.is_connected() { plan.port } else { plan.local_port };
        let transparent = plan.access == Access::Transparent;
        let client_only = transparent || narrowband;
        let fits =
            needed != 0 && !plan.host.is_empty() && (!client_only || plan.service.is_connected());
        if fits { Ok(plan) } else { Err(Refusal::Error) }
    }

    pub(crate) fn open(&mut self, core: &mut Core, command: &Command) -> Answer {
        let plan = self.plan(core, command)?;
        let at_once = |quirk| quirk == Refused::AtOnce || plan.access == Access::Transparent;
        if self.slot(plan.id).is_some() {
            if at_once(core.quirks.used_id) {
                return Err(Refusal::Tcp(563));
            }
            core.urc_afterwards(format!("+QIOPEN: {},563", plan.id));
            self.late_error = Some(563);
            return ok();
        }
        let full = self.is_full();
        let inactive = !core.context(plan.context).is_some_and(|context| context.active);
        if inactive && at_once(core.quirks.no_context) {
            return Err(Refusal::Tcp(561));
        }
        if full && plan.access == Access::Transparent {
            return Err(Refusal::Tcp(554));
        }
        let socket = core.new_socket();
        let mut slot = Slot::new(plan.service, socket, plan.id, plan.context);
        slot.access = plan.access;
        slot.local_port = plan.local_port;
        slot.remote.set_port(plan.port);
        let id = plan.id;
        self.slots[usize::from(id)] = Some(slot);
        if inactive {
            self.opened_later(core, id, 561);
            return ok();
        }
        if full {
            self.opened_later(core, id, 554);
            return ok();
        }
        if core.quirks.unanswered_opens > 0 {
            core.quirks.unanswered_opens -= 1;
            if let Some(slot) = self.slot_mut(id) {
                slot.gone = true;
            }
        } else {
            self.start(core, &plan);
        }
        if plan.access != Access::Transparent {
            return ok();
        }
        if let Some(error) = self.late_error.take() {
            return Err(Refusal::Tcp(error));
        }
        self.work = Some(Work::Open(id));
        core.work(Owner::Dialect, None)
    }

    /// Sets the network to work on a new socket.
    fn start(&mut self, core: &mut Core, plan: &Plan) {
        if !plan.service.is_connected() {
            return self.serve(core, plan);
        }
        if plan.service == Service::Udp && self.is_bound(plan, false) {
            return self.opened_later(core, plan.id, 556);
        }
        self.reach(core, plan.id, &plan.host);
    }

    /// Connects a new socket, whose peer may have to be looked up.
    pub(crate) fn reach(&mut self, core: &mut Core, id: u8, host: &str) {
        match host.parse::<IpAddr>() {
            Ok(address) if self.connect(core, id, address) => {}
            Ok(_) => self.opened_later(core, id, 566),
            Err(_) => {
                let Some(slot) = self.slot_mut(id) else { return };
                slot.name = Some(host.to_owned());
                let family = family(core, slot.context);
                core.request(Request::Resolve { name: host.to_owned(), family });
            }
        }
    }

    /// Whether another socket has the local port.
    fn is_bound(&self, plan: &Plan, tcp: bool) -> bool {
        plan.local_port != 0
            && self.iter().any(|(id, slot)| {
                let datagrams = matches!(slot.service, Service::Udp | Service::AnyUdp);
                id != plan.id
                    && slot.local_port == plan.local_port
                    && (if tcp { slot.service == Service::TcpListener } else { datagrams })
            })
    }

    fn serve(&mut self, core: &mut Core, plan: &Plan) {
        let tcp = plan.service == Service::TcpListener;
        if self.is_bound(plan, tcp) {
            return self.opened_later(core, plan.id, 556);
        }
        let own = core.context(plan.context).map(crate::cellular::Context::address);
        let Some((own, slot)) = own.zip(self.slot_mut(plan.id)) else { return };
        slot.remote = SocketAddr::new(own, 0);
        let (socket, local_port) = (slot.socket, plan.local_port);
        if tcp {
            slot.state = State::Listening;
            slot.was_open = true;
            core.request(Request::Listen { port: local_port, ipv6: own.is_ipv6(), tls: None });
            core.urc_afterwards(format!("+QIOPEN: {},0", plan.id));
        } else {
            let remote = match own {
                IpAddr::V4(_) => SocketAddr::from(([0, 0, 0, 0], 0)),
                IpAddr::V6(_) => SocketAddr::from(([0; 16], 0)),
            };
            let transport = Transport::Udp;
            core.request(Request::Connect { socket, transport, remote, local_port, tls: None });
        }
    }

    /// Connects a socket whose peer is known; false if its context has no address of the family.
    fn connect(&mut self, core: &mut Core, id: u8, address: IpAddr) -> bool {
        let Some(slot) = self.slot_mut(id) else { return false };
        slot.remote.set_ip(address);
        let (socket, remote, local_port) = (slot.socket, slot.remote, slot.local_port);
        let transport = match slot.service {
            Service::Udp => Transport::Udp,
            Service::Ssl => Transport::Ssl,
            _ => Transport::Tcp,
        };
        let tls = slot.tls.clone();
        let reachable = core.context(slot.context).is_some_and(|context| match address {
            IpAddr::V4(_) => context.ipv4.is_some(),
            IpAddr::V6(_) => context.ipv6.is_some(),
        });
        if reachable {
            core.request(Request::Connect { socket, transport, remote, local_port, tls });
        }
        reachable
    }

    /// A name is known that sockets wait for.
    pub(crate) fn resolved_for_open(&mut self, core: &mut Core, name: &str, found: &[IpAddr]) {
        let waiting: Vec<u8> = self
            .iter()
            .filter(|(_, slot)| slot.name.as_deref() == Some(name) && slot.state == State::Opening)
            .map(|(id, _)| id)
            .collect();
        for id in waiting {
            if let Some(slot) = self.slot_mut(id) {
                slot.name = None;
            }
            match found.first() {
                Some(address) if self.connect(core, id, *address) => {}
                Some(_) => self.opened(core, id, 566),
                None => self.opened(core, id, 565),
            }
        }
    }

    /// The network has opened a socket.
    pub(crate) fn connected(&mut self, core: &mut Core, socket: Socket, local_port: u16) {
        let Some(id) = self.find(socket) else { return };
        if let Some(slot) = self.slot_mut(id) {
            slot.state = State::Connected;
            slot.was_open = true;
            if slot.local_port == 0 {
                slot.local_port = local_port;
            }
        }
        self.opened(core, id, 0);
    }

    pub(crate) fn connect_failed(&mut self, core: &mut Core, socket: Socket, failure: Failure) {
        let Some(id) = self.find(socket) else { return };
        self.opened(core, id, self.tls_error(failure));
    }

    /// The result of an open that is known before its `OK` is out.
    pub(crate) fn opened_later(&mut self, core: &mut Core, id: u8, error: u16) {
        let (family, shown) = self.shown(id);
        let Some(slot) = self.slot_mut(id) else { return };
        slot.gone = true;
        slot.state = State::Closing;
        // In transparent mode there is no `OK` to wait for: the answer is the result.
        if slot.access != Access::Transparent {
            core.urc_afterwards(format!("{family}OPEN: {shown},{error}"));
        }
        self.late_error = Some(error);
    }

    /// Reports the result of an open; the id stays in use.
    pub(crate) fn opened(&mut self, core: &mut Core, id: u8, error: u16) {
        let transparent = matches!(self.work, Some(Work::Open(open)) if open == id);
        if error != 0 {
            if let Some(slot) = self.slot_mut(id) {
                slot.state = State::Closing;
                slot.gone = true;
            }
            core.last_error = error;
        }
        if !transparent {
            let (family, shown) = self.shown(id);
            return core.urc(format!("{family}OPEN: {shown},{error}"));
        }
        self.work = None;
        if error == 0 {
            self.enter_transparent(core, id);
        } else {
            core.finish(Err(Refusal::Tcp(error)));
        }
    }
}

/// Which addresses are of use to the sockets of a context.
pub(crate) fn family(core: &Core, context: u8) -> Family {
    let context = core.context(context);
    match context.map(|context| (context.ipv4.is_some(), context.ipv6.is_some())) {
        Some((true, true)) => Family::PreferV4,
        Some((false, true)) => Family::V6,
        _ => Family::V4,
    }
}

impl Quectel {
    /// An event that a socket or a lookup waits for.
    pub(crate) fn take_event(&mut self, core: &mut Core, event: Event) {
        self.note_traffic(core, &event);
        match event {
            Event::Resolved { name, addresses } => {
                self.resolved_for_open(core, &name, &addresses);
                self.resolved_for_query(core, &name, &addresses);
            }
            Event::Connected { socket, local_port } => self.connected(core, socket, local_port),
            Event::Failed { socket, failure } => self.connect_failed(core, socket, failure),
            Event::Acknowledged { socket, bytes } => self.acknowledged(socket, bytes),
            Event::Data { socket, data } => self.stream_data(core, socket, &data),
            Event::Datagram { socket, from, data } => self.datagram(core, socket, from, data),
            Event::Fin { socket } => self.peer_closed(core, socket),
            Event::Reset { socket } => self.peer_closed(core, socket),
            Event::Incoming { token, remote, local_port } => {
                self.incoming(core, token, remote, local_port);
            }
            Event::Withdrawn { token } => self.waiting.retain(|client| client.token != token),
            Event::Pong { address, time } => self.pong(core, address, time),
            Event::Sent { .. } | Event::Control { .. } => {}
        }
    }

    pub(crate) fn is_transparent(core: &Core) -> bool {
        matches!(core.phase, Phase::Transparent)
    }
}
