//! One program that makes the driver write every kind of command, and the log of what its calls returned.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::Duration;

use fugit::ExtU32;
use usocket::clock::Clock;
use usocket::uart::Uart;
use usocket::{
    AF_INET, Error, IPPROTO_TCP, Memory, Network, SOCK_DGRAM, SOCK_STREAM, Socket, TCP_NODELAY,
    getaddrinfo, socket,
};
use usocket_simulator::{AccessPoint, Direction, Entry, Peer, Profile, VirtualWorld};

use crate::world::{AnyModem, PEER};

/// Whose call it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Who {
    /// The network, and calls without a socket.
    Net,
    /// A stream; the peer closes it in the end.
    A,
    /// Another stream; this side closes it.
    B,
    /// A datagram socket.
    U,
    /// A listener, and the connection that it accepts.
    L,
    /// A stream that is made when everything has happened.
    Last,
    /// The same once more, if that one has failed.
    Again,
}

/// A call and what came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Step {
    pub(crate) who: Who,
    pub(crate) call: &'static str,
    pub(crate) outcome: String,
    /// When it ended.
    pub(crate) end: Duration,
}

/// Between which bytes of the module a line is put in: the number of a write, and of a byte of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) write: usize,
    pub(crate) offset: usize,
}

/// What happens to a run.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Event<'l> {
    /// The module says a line.
    Line(Place, &'l [u8]),
    /// A write of the module becomes another one.
    Rewrite(usize, &'l [u8]),
    /// The peer of this socket closes the connection at that time, if there is one.
    Close(Duration, Who),
}

/// The peers that close when they are told to.
type Peers = Rc<RefCell<Vec<(Who, Peer)>>>;

/// What a run of the program showed.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) steps: Vec<Step>,
    pub(crate) commands: Vec<String>,
    /// What was said since the program began.
    pub(crate) dialogue: Vec<Entry>,
    /// When the line that was put in went out.
    pub(crate) put_in: Option<Duration>,
}

/// The clock of a world, in steps that are longer than those of a driver that waits for one socket.
#[derive(Clone)]
pub(crate) struct Strides(VirtualWorld);

impl Clock for Strides {
    fn now(&self) -> u32 {
        self.0.now_ms()
    }

    fn pause(&self) {
        let most = Duration::from_millis(10);
        let next = self.0.next_activity().and_then(|at| at.checked_sub(self.0.now()));
        self.0.advance(next.filter(|left| !left.is_zero()).map_or(most, |left| left.min(most)));
    }
}

struct Log<'w>(&'w VirtualWorld, Vec<Step>);

impl Log<'_> {
    fn note<T: std::fmt::Debug>(&mut self, who: Who, call: &'static str, outcome: T) {
        let outcome = format!("{outcome:?}");
        self.1.push(Step { who, call, outcome, end: self.0.now() });
    }
}

/// Runs the program.
pub(crate) fn run(profile: &Profile, event: Option<Event<'_>>) -> Run {
    let world = VirtualWorld::new(profile.clone())
        .access_point(AccessPoint::new("net", "password"))
        .boot()
        .dns("peer", PEER)
        .network_latency(Duration::from_millis(2));
    world.advance(Duration::from_secs(20)); // everything that a module says at its start
    let peers = Peers::default();
    match event {
        Some(Event::Line(at, bytes)) => world.inject_into_write(at.write, at.offset, bytes),
        Some(Event::Rewrite(at, bytes)) => world.rewrite(at, bytes),
        Some(Event::Close(at, who)) => {
            let peers = peers.clone();
            world.after(at.saturating_sub(world.now()), move |_| {
                peers
                    .borrow()
                    .iter()
                    .filter(|(whose, _)| *whose == who)
                    .for_each(|it| it.1.close());
            });
        }
        None => {}
    }
    let before = world.dialogue().len();
    let mut memory = Memory::<6, 64, 32>::new();
    let clock = Strides(world.clone());
    let modem = AnyModem::named(profile.name, world.uart(), clock, &mut memory);
    let mut log = Log(&world, Vec::new());
    play(&world, &modem, &mut log, &peers);
    let steps = log.1;
    let dialogue = world.dialogue().split_off(before);
    let said = |bytes: &[u8]| {
        let mut here = dialogue.iter().filter(|entry| entry.direction == Direction::Module);
        here.find(|entry| entry.bytes == bytes).map(|entry| entry.time)
    };
    let put_in = event.and_then(|event| match event {
        Event::Line(_, bytes) | Event::Rewrite(_, bytes) => said(bytes),
        Event::Close(at, _) => Some(at),
    });
    let commands = world.commands();
    Run { steps, commands, dialogue, put_in }
}

/// A socket none of whose calls waits for ever.
fn make<N: Network>(net: &N, kind: i32) -> Socket<'_> {
    let sock = socket(net, AF_INET, kind, 0).unwrap();
    sock.settimeout(Some(5.secs())).unwrap();
    sock
}

/// Receives once, and shows it as text.
fn receive(sock: &Socket<'_>) -> Result<String, Error> {
    let mut buf = [0; 48];
    sock.recv(&mut buf).map(|count| String::from_utf8_lossy(&buf[..count]).into_owned())
}

fn play<U: Uart>(
    world: &VirtualWorld,
    modem: &AnyModem<'_, U, Strides>,
    log: &mut Log<'_>,
    peers: &Peers,
) {
    let echo = world.listen(PEER, 7);
    let talker = world.listen(PEER, 8);
    let datagrams = world.udp_host(PEER, 9);
    datagrams.echo();

    log.note(Who::Net, "activate", modem.activate());
    let join = || match (modem.wlan(), modem.cellular()) {
        (Some(wlan), _) => wlan.connect("net", "password"),
        (_, Some(net)) => net.connect("internet", "", ""),
        _ => Ok(()),
    };
    let joined = join();
    log.note(Who::Net, "join", joined);
    let found = getaddrinfo(modem, "peer", 7).map(|info| info[0].sockaddr);
    log.note(Who::Net, "getaddrinfo", found);

    let a = make(modem, SOCK_STREAM);
    log.note(Who::A, "connect", a.connect((PEER, 7)));
    let b = make(modem, SOCK_STREAM);
    log.note(Who::B, "connect", b.connect((PEER, 8)));
    let (peer_a, peer_b) = (echo.accept(), talker.accept());
    echo.echo();
    peers.borrow_mut().extend(peer_a.clone().map(|peer| (Who::A, peer)));
    peers.borrow_mut().extend(peer_b.clone().map(|peer| (Who::B, peer)));

    let can = modem.capabilities();
    let u = make(modem, SOCK_DGRAM);
    if can.max_datagram > 0 {
        log.note(Who::U, "sendto", u.sendto(b"datagram", (PEER, 9)));
        let mut buf = [0; 32];
        let got = u.recvfrom(&mut buf);
        let got =
            got.map(|(count, from)| (String::from_utf8_lossy(&buf[..count]).into_owned(), from));
        log.note(Who::U, "recvfrom", got);
    }
    let l = make(modem, SOCK_STREAM);
    let mut accepted = None;
    if can.listeners > 0 {
        log.note(Who::L, "listen", l.bind((Ipv4Addr::UNSPECIFIED, 80)).and_then(|()| l.listen(2)));
        let client = world.connect_in(80);
        client.send(b"for c");
        peers.borrow_mut().push((Who::L, client));
        let connection = l.accept();
        log.note(Who::L, "accept", connection.as_ref().map(|(_, address)| *address));
        accepted = connection.ok().map(|(c, _)| c);
        let got = accepted.as_ref().map(|c| {
            c.settimeout(Some(5.secs())).unwrap();
            receive(c)
        });
        log.note(Who::L, "recv", got);
    }

    log.note(Who::A, "sendall", a.sendall(b"hello").map_err(|failed| failed.error));
    if let Some(peer) = &peer_b {
        peer.send(b"for b");
    }
    log.note(Who::B, "recv", receive(&b));
    log.note(Who::A, "recv", receive(&a));
    log.note(Who::A, "setsockopt", a.setsockopt(IPPROTO_TCP, TCP_NODELAY, true));
    b.settimeout(Some(4200.millis())).unwrap();
    log.note(Who::B, "wait", receive(&b));
    log.note(Who::B, "close", b.close());
    log.note(Who::Net, "ifconfig", modem.ifconfig().map(|it| it.address));
    if let Some(peer) = &peer_a {
        peer.send(b"tail");
        peer.close();
    }
    log.note(Who::A, "tail", receive(&a));
    log.note(Who::A, "end", receive(&a));
    log.note(Who::A, "close", a.close());
    log.note(Who::U, "close", u.close());
    if can.listeners > 0 {
        log.note(Who::L, "close", accepted.map(|c| c.close()));
    }
    log.note(Who::L, "unlisten", l.close());

    let until = world.now() + Duration::from_secs(3); // one that has restarted is set up, and attached
    while world.now() < until {
        while modem.poll().unwrap() {}
        modem.clock().pause();
    }
    if joined.is_err() {
        join().unwrap(); // the first time, something came between
    }
    if !exchange(modem, log, Who::Last) {
        exchange(modem, log, Who::Again);
    }
}

/// Whether an exchange with the echo server goes as it has to.
fn exchange<N: Network>(net: &N, log: &mut Log<'_>, who: Who) -> bool {
    let sock = make(net, SOCK_STREAM);
    sock.settimeout(Some(30.secs())).unwrap();
    let (connected, sent) = (sock.connect((PEER, 7)), sock.sendall(b"again"));
    log.note(who, "connect", connected);
    log.note(who, "sendall", sent.map_err(|failed| failed.error));
    let got = receive(&sock);
    log.note(who, "recv", &got);
    log.note(who, "close", sock.close());
    got.is_ok_and(|text| text == "again")
}
