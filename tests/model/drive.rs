//! Runs a sequence on the crate and on the reference, side by side.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use usocket::clock::Clock;
use usocket::{AF_INET, Memory, SOCK_DGRAM, SOCK_STREAM, Socket, socket};
use usocket_simulator::{Host, Peer, Profile, Uart, UdpHost, VirtualWorld};

use crate::any_modem::AnyModem;
use crate::call::make;
use crate::op::{HOST, Kind, OTHER, Op, PORTS, Target, Wait};
use crate::reference::{EHOSTUNREACH, ETIMEDOUT, Got, Sock, State, Want};

/// The clock of the virtual world; a call that waits for ever panics.
#[derive(Clone)]
pub(crate) struct Watch(VirtualWorld);

/// Longest time that a sequence may take, in ms.
const FOR_EVER: u32 = 400_000;

impl Clock for Watch {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pause(&self) {
        assert!(self.0.now_ms() < FOR_EVER, "a call waits for ever");
        self.0.pause();
    }
}

pub(crate) type WorldModem<'b> = AnyModem<'b, Uart, Watch>;

/// Sockets that are open at the same time: with a client that waits, as many as the module has links.
const OPEN: usize = 4;
/// Sockets that are remembered, closed ones among them.
const KNOWN: usize = 6;
/// What a call may take on the line, in ms.
const LINE: u32 = 40;
/// When help comes to a call that would wait for ever, in ms.
const HELP: u32 = 100;
/// A connect to nobody is over after this time, in ms (esp-at.md §16).
const NOBODY_MS: u32 = 19_000;

/// How often which call of a socket in which state and mode has given what.
pub(crate) type Coverage = BTreeMap<(String, &'static str, Wait), BTreeMap<String, usize>>;

thread_local! {
    pub(crate) static COVERAGE: RefCell<Coverage> = RefCell::default();
}

/// A socket, what the reference knows of it, and its far end.
struct Live<'n> {
    sock: Socket<'n>,
    model: Sock,
    peer: Option<Peer>,
    /// Clients that were not accepted.
    clients: Vec<Peer>,
    /// Bytes that were confirmed and have not been seen by the peer.
    sent: Vec<u8>,
}

struct Run<'n, 'b> {
    world: VirtualWorld,
    modem: &'n WorldModem<'b>,
    host: Host,
    datagrams: [(SocketAddr, UdpHost, Vec<Vec<u8>>); 2],
    lives: Vec<Live<'n>>,
    /// Everything that is sent is different from what was sent before.
    stamp: u8,
    clients: u16,
    nonos: bool,
}

/// Runs a sequence on a firmware; tells what went wrong.
pub(crate) fn run(profile: &Profile, ops: &[Op]) -> Result<(), String> {
    let nonos = profile.is_legacy();
    let world = VirtualWorld::new(profile.clone()).joined(true).baud(921_600);
    // a module that waits for a peer to confirm an end does nothing else meanwhile
    world.with_modem(|modem| modem.pace_mut().close = Duration::ZERO);
    let host = world.listen(HOST.0, HOST.1);
    let datagrams =
        [HOST, OTHER].map(|(ip, port)| ((ip, port).into(), world.udp_host(ip, port), Vec::new()));
    let mut memory = Memory::<8, 512, 256>::new();
    let watch = Watch(world.clone());
    let modem = AnyModem::named(profile.name, world.uart(), watch, &mut memory);
    let (lives, modem) = (Vec::new(), &modem);
    let mut run = Run { world, modem, host, datagrams, lives, stamp: 0, clients: 0, nonos };
    run.settle(100);
    for (number, &op) in ops.iter().enumerate() {
        run.step(op).map_err(|error| {
            let world = run.world.transcript();
            let lines: Vec<_> = world.lines().collect();
            let end = lines[lines.len().saturating_sub(12)..].join("\n");
            format!("op {number}, {op:?}: {error}\n{end}")
        })?;
    }
    Ok(())
}

impl<'n> Run<'n, '_> {
    fn settle(&self, ms: u32) {
        let end = self.world.now() + Duration::from_millis(ms.into());
        while self.world.now() < end {
            self.modem.poll().expect("the line holds");
            self.world.pause();
        }
    }

    /// Bytes that were never sent before; every fifth is a newline.
    fn fresh(&mut self, size: usize) -> Vec<u8> {
        let mut next = || {
            self.stamp = self.stamp.wrapping_add(1);
            if self.stamp.is_multiple_of(5) { b'\n' } else { self.stamp }
        };
        (0..size).map(|_| next()).collect()
    }

    fn step(&mut self, op: Op) -> Result<(), String> {
        let Some(who) = op.socket() else { return self.open(op) };
        if self.lives.is_empty() {
            return Ok(());
        }
        let who = who % self.lives.len();
        self.let_others_end(who);
        if !self.sensible(op, who) {
            return Ok(());
        }
        match op {
            Op::PeerSends(..) | Op::PeerCloses(_) | Op::Visit(_) | Op::Datagram(..) => {
                self.happen(op, who, 0)?;
            }
            Op::Drop(_) => {
                let live = self.lives.remove(who);
                let connecting = live.model.state == State::Connecting;
                let Live { sock, peer, clients, sent, .. } = live;
                drop(sock);
                self.settle(if connecting { NOBODY_MS } else { LINE });
                return ended(peer, &clients, &sent);
            }
            _ => self.call(op, who)?,
        }
        self.settle(LINE / 2);
        self.check_far_ends()
    }

    fn open(&mut self, op: Op) -> Result<(), String> {
        let Op::Open(kind, wait) = op else { return Ok(()) };
        self.let_others_end(usize::MAX);
        if self.opened() >= OPEN || self.lives.len() >= KNOWN {
            return Ok(());
        }
        let number = if kind == Kind::Tcp { SOCK_STREAM } else { SOCK_DGRAM };
        let sock = socket(self.modem, AF_INET, number, 0)
            .map_err(|error| format!("{error} with {} open", self.opened()))?;
        self.add(sock, Sock::new(kind), None);
        self.call(Op::Mode(self.lives.len() - 1, wait), self.lives.len() - 1)
    }

    fn add(&mut self, sock: Socket<'n>, model: Sock, peer: Option<Peer>) {
        self.lives.push(Live { sock, model, peer, clients: Vec::new(), sent: Vec::new() });
    }

    fn opened(&self) -> usize {
        self.lives.iter().filter(|live| live.model.state != State::Closed).count()
    }

    /// A connect to nobody keeps the module busy: calls of other sockets come when it is over.
    fn let_others_end(&mut self, who: usize) {
        let mut others = self.lives.iter_mut().enumerate();
        let waits =
            others.find(|(index, live)| *index != who && live.model.state == State::Connecting);
        if let Some((_, live)) = waits {
            live.model.state = State::Failed(EHOSTUNREACH);
            self.settle(NOBODY_MS);
        }
    }

    /// Whether the rules say anything about it.
    fn sensible(&self, op: Op, who: usize) -> bool {
        let Live { model, clients, .. } = &self.lives[who];
        let open_tcp = matches!(model.state, State::Connected { .. }) && !model.ended;
        let failed = matches!(model.state, State::Failed(_) | State::Idle { failed: true });
        let accepted =
            self.lives.iter().any(|live| live.model.port.is_some() && live.model.peer.is_some());
        match op {
            // NonOS closes the links it has accepted together with its server
            Op::Close(_) | Op::Drop(_) if self.nonos && model.state == State::Listening => {
                !accepted
            }
            // what a bind or a listen does after a failed connect is left open, and so are calls of no
            // size while an error waits to be told
            Op::Bind(..) | Op::Listen(..) | Op::Accept(_) | Op::PeerName(_) if failed => false,
            Op::Recv(_, 0)
            | Op::RecvFrom(_, 0)
            | Op::Peek(_, 0)
            | Op::Send(_, 0)
            | Op::SendAll(_, 0)
            | Op::SendTo(_, _, 0)
                if matches!(model.state, State::Failed(_) | State::Connecting) =>
            {
                false
            }
            // connections that a listener had accepted keep its port
            Op::Bind(_, port) => {
                let holds = |live: &Live<'_>| {
                    live.model.port == Some(PORTS[port])
                        && matches!(live.model.state, State::Connected { .. })
                        && live.model.kind == Kind::Tcp
                };
                model.kind == Kind::Udp || !self.lives.iter().any(holds)
            }
            Op::Connect(..) if model.kind == Kind::Udp => model.queue.is_empty(),
            // bound to a port that the driver chose: left open
            Op::Connect(..) => model.port != Some(0),
            Op::Accept(_) => self.opened() < OPEN && self.lives.len() < KNOWN,
            Op::PeerSends(_, size) => open_tcp && size > 0 && model.unread.len() + size <= 400,
            Op::PeerCloses(_) => open_tcp,
            Op::Visit(_) => model.state == State::Listening && clients.is_empty(),
            Op::Datagram(..) => {
                model.kind == Kind::Udp
                    && model.state != State::Closed
                    && model.port.is_some()
                    && model.queue.len() < 4
            }
            _ => true,
        }
    }

    /// Something happens outside the module, in so many ms; the reference is told at once.
    fn happen(&mut self, op: Op, who: usize, delay: u32) -> Result<(), String> {
        let at = Duration::from_millis(delay.into());
        let size = match op {
            Op::PeerSends(_, size) | Op::Datagram(_, _, size) => size.max(1),
            _ => 0,
        };
        let data = self.fresh(size);
        let world = self.world.clone();
        let live = &mut self.lives[who];
        let port = live.sock.getsockname().map_or(0, |address| address.port());
        match op {
            Op::PeerSends(..) => {
                let peer = live.peer.clone().ok_or("no peer")?;
                live.model.unread.extend(&data);
                world.after(at, move |_| peer.send(&data));
            }
            Op::PeerCloses(_) => {
                let peer = live.peer.clone().ok_or("no peer")?;
                live.model.ended = true;
                world.after(at, move |_| peer.close());
            }
            Op::Visit(_) => {
                self.clients += 1;
                let address = SocketAddr::from(([192, 168, 3, 200], 50_000 + self.clients));
                live.model.clients.push_back(address);
                let there = std::rc::Rc::new(std::cell::RefCell::new(None));
                let slot = there.clone();
                world.after(at, move |world| {
                    slot.replace(Some(world.connect_in_from(address, port)));
                });
                if delay == 0 {
                    self.settle(LINE / 2);
                    let client = there.take().ok_or("no client")?;
                    if !client.is_established() {
                        return Err("a client is not let in".into());
                    }
                    self.lives[who].clients.push(client);
                }
            }
            Op::Datagram(_, target, _) => {
                let from = target.address(Kind::Udp);
                if live.model.peer.is_none_or(|peer| peer == from) {
                    live.model.queue.push_back((data.clone(), from));
                }
                let sender = usize::from(from != HOST.into());
                let host = self.datagrams[sender].1.clone();
                world.after(at, move |_| host.send_to(port, &data));
            }
            _ => {}
        }
        Ok(())
    }

    /// Someone else ends a wait that would last for ever; `false`: nobody can.
    fn help(&mut self, op: Op, who: usize) -> Result<bool, String> {
        let model = &self.lives[who].model;
        let tcp = matches!(model.state, State::Connected { .. });
        let help = match op {
            Op::Recv(_, size) | Op::RecvFrom(_, size) | Op::Peek(_, size) if tcp => {
                Op::PeerSends(who, size.max(1))
            }
            Op::Read(_, size) if tcp => Op::PeerSends(who, size - model.unread.len()),
            // a newline is among any five bytes
            Op::ReadLine(..) if tcp => Op::PeerSends(who, 5),
            Op::Recv(..) | Op::RecvFrom(..) | Op::Peek(..) | Op::Read(..) | Op::ReadLine(..)
                if model.kind == Kind::Udp && model.port.is_some() =>
            {
                let other = model.peer == Some(OTHER.into());
                Op::Datagram(who, if other { Target::Other } else { Target::Host }, 9)
            }
            _ => return Ok(false),
        };
        self.happen(help, who, HELP)?;
        Ok(true)
    }

    fn call(&mut self, op: Op, who: usize) -> Result<(), String> {
        let mut helped = false;
        let mut want = self.want(op, who);
        if matches!(want, Want::Anything) {
            if !self.help(op, who)? {
                return Ok(());
            }
            helped = true;
            want = self.want(op, who);
        }
        let data = match op {
            Op::Send(_, size)
            | Op::SendAll(_, size)
            | Op::Write(_, size)
            | Op::SendTo(_, _, size) => self.fresh(size),
            _ => Vec::new(),
        };
        let kind = self.lives[who].model.kind;
        let start = self.world.now_ms();
        let (got, accepted) = make(self.modem, &self.lives[who].sock, kind, op, &data);
        let taken = self.world.now_ms() - start;
        if !want.allows(&got) {
            let model = &self.lives[who].model;
            return Err(format!("got {got:?}, allowed is {want:?}\nof {model:?}"));
        }
        let connecting = self.lives[who].model.state == State::Connecting;
        let (least, most) = match got {
            Got::Error(ETIMEDOUT) | Got::Carries(ETIMEDOUT, ..) => (199, 201),
            _ if helped => (HELP - 1, HELP + LINE),
            Got::Error(EHOSTUNREACH) => (0, NOBODY_MS),
            _ if connecting && matches!(op, Op::Close(_)) => (0, 10_001),
            _ => (0, LINE),
        };
        if taken < least || taken > most {
            return Err(format!("{got:?} took {taken} ms, not {least} to {most}"));
        }
        self.note(op, who, &got, &data);
        self.cover(op, who, &got);
        self.lives[who].model.apply(op, &got);
        if let (Some(sock), Got::Address(client)) = (accepted, &got) {
            let live = &mut self.lives[who];
            let peer = live.clients.remove(0);
            let mut model = Sock::new(Kind::Tcp);
            model.state = State::Connected { fresh: false };
            model.port = live.model.port;
            model.peer = Some(*client);
            self.add(sock, model, Some(peer));
        }
        if matches!(op, Op::Close(_)) {
            self.settle(if connecting { NOBODY_MS } else { LINE });
            let live = &mut self.lives[who];
            let clients = std::mem::take(&mut live.clients);
            return ended(live.peer.take(), &clients, &std::mem::take(&mut live.sent));
        }
        Ok(())
    }

    /// Counts what was tried: so that nobody believes in states that no sequence has reached.
    fn cover(&self, op: Op, who: usize, got: &Got) {
        let Sock { kind, wait, ended, unread, .. } = &self.lives[who].model;
        let state = match self.lives[who].model.state {
            State::Idle { failed: true } => "failed, told",
            State::Idle { .. } if self.lives[who].model.port.is_some() => "bound",
            State::Idle { .. } => "fresh",
            State::Listening => "listening",
            State::Connecting => "connecting",
            State::Failed(_) => "failed",
            State::Connected { .. } if *ended && !unread.is_empty() => "ended, unread",
            State::Connected { .. } if *ended => "ended",
            State::Connected { .. } => "connected",
            State::Closed => "closed",
        };
        let state = match (kind, self.lives[who].model.peer) {
            (Kind::Udp, Some(_)) if state == "bound" => "connected",
            _ => state,
        };
        COVERAGE.with_borrow_mut(|table| {
            let results = table.entry((format!("{kind:?} {state}"), op.name(), *wait)).or_default();
            let result = match got {
                Got::Error(errno) => format!("errno {errno}"),
                Got::Carries(errno, data, _) => format!("errno {errno} with {}", data.len().min(1)),
                Got::Bytes(data) | Got::From(data, _) if data.is_empty() => "end".into(),
                Got::Bytes(_) | Got::From(..) => "bytes".into(),
                Got::Mask(mask) => format!("mask {mask}"),
                Got::Address(_) => "address".into(),
                Got::Count(0) => "0".into(),
                Got::Count(_) => "count".into(),
                Got::Done | Got::Nothing => format!("{got:?}"),
            };
            *results.entry(result).or_insert(0) += 1;
        });
    }

    fn want(&self, op: Op, who: usize) -> Want {
        let model = &self.lives[who].model;
        let mut others = self.lives.iter().enumerate().filter(|(index, _)| *index != who);
        let taken = matches!(op, Op::Bind(_, port) if port > 0 && others.clone().any(|(_, live)| {
            live.model.kind == model.kind
                && live.model.port == Some(PORTS[port])
                && live.model.state != State::Closed
        }));
        let one_server = !self.modem.is_cellular();
        let listening = one_server && others.any(|(_, live)| live.model.state == State::Listening);
        model.want(op, taken, listening)
    }

    /// What the far end has to see of it.
    fn note(&mut self, op: Op, who: usize, got: &Got, data: &[u8]) {
        let count = match got {
            Got::Count(count) => *count,
            Got::Done if matches!(op, Op::SendAll(..)) => data.len(),
            Got::Carries(_, _, count) => *count,
            _ => return,
        };
        let live = &mut self.lives[who];
        let sends = matches!(op, Op::Send(..) | Op::SendAll(..) | Op::Write(..) | Op::SendTo(..));
        match (live.model.kind, op) {
            _ if !sends || count == 0 => {}
            (Kind::Tcp, _) => live.sent.extend(&data[..count]),
            (Kind::Udp, op) => {
                let to = match op {
                    Op::SendTo(_, target, _) => Some(target.address(Kind::Udp)),
                    _ => live.model.peer,
                };
                for (address, _, wanted) in &mut self.datagrams {
                    if Some(*address) == to {
                        wanted.push(data.to_vec());
                    }
                }
            }
        }
    }

    /// Peers and hosts have received what was confirmed, and nothing else.
    fn check_far_ends(&mut self) -> Result<(), String> {
        for live in &mut self.lives {
            if live.peer.is_none() && matches!(live.model.state, State::Connected { .. }) {
                live.peer = Some(self.host.accept().ok_or("the host has no connection")?);
            }
            let Some(peer) = &live.peer else { continue };
            let received = peer.received();
            let sent = std::mem::take(&mut live.sent);
            if received != sent {
                return Err(format!("confirmed were {sent:?}, the peer has {received:?}"));
            }
        }
        for (address, host, wanted) in &mut self.datagrams {
            let received: Vec<_> = host.received().into_iter().map(|(_, data)| data).collect();
            let wanted = std::mem::take(wanted);
            if received != wanted {
                return Err(format!("{address} was sent {wanted:?} and has {received:?}"));
            }
        }
        Ok(())
    }
}

/// Both ends are closed, and everything has arrived.
fn ended(peer: Option<Peer>, clients: &[Peer], sent: &[u8]) -> Result<(), String> {
    for peer in peer.iter().chain(clients) {
        if !peer.is_closed() {
            return Err("a far end is still open".into());
        }
    }
    let received = peer.map_or_else(Vec::new, |peer| peer.received());
    if received == sent { Ok(()) } else { Err(format!("lost at the end: {sent:?}, {received:?}")) }
}
