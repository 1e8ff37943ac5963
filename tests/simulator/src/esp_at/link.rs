//! Links: the five slots, their buffers, and how they end.

use super::records::Records;
use super::release::TlsTraits;
use super::{EspAt, Phase, Work};
use crate::module::{Event, Request, Socket, TlsClient, Transport};
use core::net::SocketAddr;
use core::time::Duration;
use std::collections::VecDeque;

/// One open link.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) socket: Socket,
    pub(crate) transport: Transport,
    /// Whether the module accepted it.
    pub(crate) accepted: bool,
    /// Where sends go.
    pub(crate) remote: SocketAddr,
    /// The remote address that status queries show.
    pub(crate) shown: SocketAddr,
    pub(crate) local_port: u16,
    /// UDP mode 0, 1 or 2 of `AT+CIPSTART`.
    pub(crate) udp_mode: u8,
    /// False while `AT+CIPSTART` runs.
    pub(crate) open: bool,
    /// Unread bytes of a stream.
    pub(crate) bytes: VecDeque<u8>,
    /// The records that these bytes came in, on a passive TLS link.
    pub(crate) records: Records,
    /// Unread datagrams.
    pub(crate) datagrams: VecDeque<(SocketAddr, Vec<u8>)>,
    /// Whether a notice is outstanding (ESP-AT digest §8.3).
    pub(crate) noticed: bool,
    /// When the notice of the rest of a partial read is due.
    pub(crate) notice_at: Option<Duration>,
    /// The peer closed; `CLOSED` waits until everything is read.
    pub(crate) remote_closed: bool,
    /// The interface under the link is gone: nothing more can be sent.
    pub(crate) lost: bool,
    pub(crate) last_traffic: Duration,
    /// How it is secured, if the module has opened it.
    pub(crate) tls: Option<Box<TlsClient>>,
}

impl Link {
    /// A link without data, not open yet.
    pub(crate) fn new(
        socket: Socket,
        transport: Transport,
        remote: SocketAddr,
        local_port: u16,
        now: Duration,
    ) -> Self {
        Self {
            socket,
            transport,
            accepted: false,
            remote,
            shown: remote,
            local_port,
            udp_mode: 0,
            open: false,
            bytes: VecDeque::new(),
            records: Records::default(),
            datagrams: VecDeque::new(),
            noticed: false,
            notice_at: None,
            remote_closed: false,
            lost: false,
            last_traffic: now,
            tls: None,
        }
    }

    /// The type that answers show, such as `TCPv6` (ESP-AT digest §10).
    pub(crate) fn type_name(&self) -> &'static str {
        match (self.transport, self.remote.is_ipv6()) {
            (transport, false) => transport.name(),
            (Transport::Tcp, true) => "TCPv6",
            (Transport::Ssl, true) => "SSLv6",
            (Transport::Udp, true) => "UDPv6",
        }
    }

    pub(crate) fn is_tls(&self) -> bool {
        self.transport == Transport::Ssl
    }

    /// Bytes that wait to be read, as the firmware counts them.
    pub(crate) fn unread(&self, tls: TlsTraits) -> usize {
        if self.is_tls() {
            return self.records.announced(tls.prefers_decrypted);
        }
        self.bytes.len() + self.datagrams.iter().map(|(_, data)| data.len()).sum::<usize>()
    }

    /// A UDP link takes note of a sender, as its mode wants (ESP-AT digest §6.2).
    pub(crate) fn follow(&mut self, from: SocketAddr) {
        match self.udp_mode {
            1 if from != self.remote => {
                self.remote = from;
                self.udp_mode = 0;
            }
            2 => self.remote = from,
            _ => {}
        }
    }

    pub(crate) fn is_drained(&self) -> bool {
        self.bytes.is_empty() && self.datagrams.is_empty()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Links {
    slots: [Option<Link>; 5],
    sockets: u32,
}

impl Links {
    pub(crate) fn new_socket(&mut self) -> Socket {
        self.sockets += 1;
        Socket(self.sockets)
    }

    pub(crate) fn insert(&mut self, id: usize, link: Link) {
        self.slots[id] = Some(link);
    }

    pub(crate) fn take(&mut self, id: usize) -> Option<Link> {
        self.slots[id].take()
    }

    /// The slot, used by an open link or by one that is being opened.
    pub(crate) fn get(&self, id: usize) -> Option<&Link> {
        self.slots[id].as_ref()
    }

    pub(crate) fn get_mut(&mut self, id: usize) -> Option<&mut Link> {
        self.slots[id].as_mut()
    }

    /// The link, if it is open.
    pub(crate) fn open(&self, id: usize) -> Option<&Link> {
        self.get(id).filter(|link| link.open)
    }

    pub(crate) fn find(&self, socket: Socket) -> Option<usize> {
        self.iter().find(|(_, link)| link.socket == socket).map(|(id, _)| id)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &Link)> {
        self.slots.iter().enumerate().filter_map(|(id, slot)| Some((id, slot.as_ref()?)))
    }

    pub(crate) fn ids(&self) -> Vec<usize> {
        self.iter().map(|(id, _)| id).collect()
    }

    pub(crate) fn any(&self) -> bool {
        self.slots.iter().any(Option::is_some)
    }

    pub(crate) fn lowest_free(&self, below: usize) -> Option<usize> {
        (0..below.min(5)).find(|&id| self.slots[id].is_none())
    }
}

impl EspAt {
    /// Takes an event from the network.
    pub(crate) fn take_event(&mut self, event: Event) {
        match event {
            Event::Resolved { name, addresses } => self.resolved(&name, &addresses),
            Event::Connected { socket, local_port } => self.connected(socket, local_port),
            Event::Failed { socket, failure } => self.connect_failed(socket, failure),
            Event::Sent { socket } => self.sent(socket),
            Event::Acknowledged { .. } => {}
            Event::Data { socket, data } => self.stream_data(socket, &data),
            Event::Control { socket } => self.control_record(socket),
            Event::Datagram { socket, from, data } => self.datagram(socket, from, data),
            Event::Fin { socket } => self.peer_closed(socket, false),
            Event::Reset { socket } => self.peer_closed(socket, true),
            Event::Incoming { token, remote, local_port } => {
                self.incoming(token, remote, local_port);
            }
            Event::Withdrawn { token } => self.withdrawn(token),
            Event::Pong { address: _, time } => self.pong(time),
        }
    }

    /// How many bytes of stream data the connection can take now: its receive window.
    pub(crate) fn receive_window(&self, socket: Socket) -> usize {
        let Some(link) = self.links.find(socket).and_then(|id| self.links.open(id)) else {
            return 0;
        };
        self.chip.profile.window.saturating_sub(link.bytes.len())
    }

    /// `<id>,` with `AT+CIPMUX=1`, else nothing.
    pub(crate) fn prefix(&self, id: usize) -> String {
        if self.settings.multiplex { format!("{id},") } else { String::new() }
    }

    /// The connection event: `CONNECT`, or `+LINK_CONN` with bit 1 of `AT+SYSMSG`.
    pub(crate) fn announce(&mut self, id: usize) {
        if self.config.messages & 2 == 0 {
            let text = format!("{}CONNECT\r\n", self.prefix(id));
            return self.write(text);
        }
        if let Some(link) = self.links.get(id) {
            let text = format!(
                "+LINK_CONN:0,{id},\"{}\",{},\"{}\",{},{}\r\n",
                link.type_name(),
                u8::from(link.accepted),
                link.remote.ip(),
                link.remote.port(),
                link.local_port,
            );
            self.write(text);
        }
    }

    /// The peer closed or reset a connection.
    fn peer_closed(&mut self, socket: Socket, reset: bool) {
        let Some(id) = self.links.find(socket) else { return };
        if self.is_passing(socket) {
            return self.passthrough_lost(id);
        }
        let tls = self.links.get(id).is_some_and(Link::is_tls);
        let withholds = self.release.withhold_closed && (!tls || self.release.tls.withhold_closed);
        let withhold = withholds || !self.is_passive(id);
        if let Some(link) = self.links.get_mut(id) {
            if reset || !withhold {
                link.bytes.clear();
                link.records.restart(0);
                link.datagrams.clear();
            }
            link.remote_closed = true;
        }
        self.push_reports();
        self.close_if_drained(id);
    }

    /// Prints `CLOSED` for a link whose peer is gone and whose data have been read.
    pub(crate) fn close_if_drained(&mut self, id: usize) {
        if self.links.get(id).is_some_and(|link| link.remote_closed && link.is_drained()) {
            self.drop_link(id);
        }
    }

    /// Frees a link, tells the network, and prints `CLOSED`.
    pub(crate) fn drop_link(&mut self, id: usize) {
        let text = format!("{}CLOSED\r\n", self.prefix(id));
        // A linger time of 0 turns the FIN into a RST (SO_LINGER; ESP-AT digest §11).
        let breaks_off = self.config.tcp_options[id].linger == 0;
        let stream = self.links.get(id).is_some_and(|link| link.transport.is_stream());
        let open = self.links.open(id).is_some();
        if let Some(socket) = self.release(id) {
            self.request(if breaks_off && stream {
                Request::Reset { socket }
            } else {
                Request::Close { socket }
            });
            if open {
                self.write(text);
            }
            self.abort_send(socket);
            self.accept_waiting();
        }
    }

    /// Frees a link without a word.
    pub(crate) fn release(&mut self, id: usize) -> Option<Socket> {
        self.links.take(id).map(|link| link.socket)
    }

    /// A link whose interface is gone: closed at once, or when its data have been read.
    pub(crate) fn lose_link(&mut self, id: usize) {
        let Some(link) = self.links.get_mut(id) else { return };
        let socket = link.socket;
        link.remote_closed = true;
        link.lost = true;
        if !link.open {
            return;
        }
        self.request(Request::Abandon { socket });
        self.push_reports();
        self.close_if_drained(id);
        self.abort_send(socket);
    }

    pub(crate) fn link_deadline(&self) -> Option<Duration> {
        let idle = self.server.timeout();
        self.links
            .iter()
            .flat_map(|(_, link)| {
                let timeout = idle
                    .filter(|_| link.accepted && !link.remote_closed)
                    .map(|idle| link.last_traffic + idle);
                [link.notice_at, timeout]
            })
            .flatten()
            .min()
    }

    /// Runs the timers of the links: due notices and idle accepted links.
    pub(crate) fn run_links(&mut self) {
        for id in self.links.ids() {
            let now = self.chip.now;
            let Some(link) = self.links.get_mut(id) else { continue };
            if link.notice_at.is_some_and(|at| at <= now) {
                link.notice_at = None;
                link.noticed = false;
                self.notify(id);
            }
            let expired = |idle| {
                let link = self.links.get(id).filter(|link| link.accepted && !link.remote_closed);
                link.is_some_and(|link| link.last_traffic + idle <= now)
            };
            if self.server.timeout().is_some_and(expired) {
                self.drop_link(id);
            }
        }
    }

    /// The connection that `AT+CIPSTART` is opening, if `socket` is that one.
    pub(crate) fn connecting(&self, socket: Socket) -> Option<usize> {
        match &self.phase {
            Phase::Busy(Work::Connect { id, .. }) => {
                self.links.get(*id).filter(|link| link.socket == socket).map(|_| *id)
            }
            _ => None,
        }
    }
}
