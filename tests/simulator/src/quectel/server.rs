//! TCP listeners and their clients (Quectel digest §5.7).

use super::Quectel;
use super::slot::{Service, Slot, State};
use crate::cellular::{Core, shown};
use crate::module::Request;
use core::net::SocketAddr;

/// A client that is not accepted as long as `tcp/accept` is off.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) token: u32,
    port: u16,
}

impl Quectel {
    /// A client knocks at a listener.
    pub(crate) fn incoming(
        &mut self,
        core: &mut Core,
        token: u32,
        remote: SocketAddr,
        local_port: u16,
    ) {
        let listens =
            |slot: &Slot| slot.service == Service::TcpListener && slot.local_port == local_port;
        let listener = self.iter().find(|(_, slot)| listens(slot));
        let Some((server, context, access)) =
            listener.map(|(id, slot)| (id, slot.context, slot.access))
        else {
            return core.request(Request::Decline { token });
        };
        if self.options.get("tcp/accept") == 0 {
            self.waiting.push(Client { token, port: local_port });
            return;
        }
        let free = (0..self.variant.ids).rev().find(|id| self.slot(*id).is_none());
        let Some(id) = free else {
            core.request(Request::Decline { token });
            return core.urc("+QIURC: \"incoming full\"");
        };
        let socket = core.new_socket();
        let mut slot = Slot::new(Service::TcpIncoming, socket, server, context);
        slot.state = State::Connected;
        slot.was_open = true;
        slot.access = access;
        slot.remote = remote;
        slot.local_port = local_port;
        self.slots[usize::from(id)] = Some(slot);
        core.request(Request::Accept { token, socket });
        let (ip, port) = (shown(remote.ip()), remote.port());
        core.urc(format!("+QIURC: \"incoming\",{id},{server},\"{ip}\",{port}"));
    }

    /// The listener of the clients that wait at a port is gone.
    pub(crate) fn turn_away(&mut self, core: &mut Core, port: u16) {
        for client in self.waiting.iter().filter(|client| client.port == port) {
            core.request(Request::Decline { token: client.token });
        }
        self.waiting.retain(|client| client.port != port);
    }
}
