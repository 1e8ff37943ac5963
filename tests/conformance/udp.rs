//! Rows G: UDP sockets.

use usocket::select::{POLLIN, POLLOUT};
use usocket::{SO_REUSEADDR, SOL_SOCKET};
use usocket_simulator::UdpHost;

use crate::api::Socket;
use crate::call::{
    bytes, done, poll, read, readinto, readline, recv, recvfrom, send, sendall, sendto, truth,
    write,
};
use crate::rig::{ANY, LOCAL, OTHER, PEER, PORT, Rig};
use crate::verdict::{Heard, Program, Want, own, same};

/// What becomes of an empty datagram that is sent to an ESP-AT module (recordings, fact 14).
const EMPTY: &str = "the module cannot send an empty datagram, and closes its link when one comes: \
                     the driver opens it again and says once that something was lost";

pub(crate) const PROGRAMS: &[Program] = &[
    same("g02", g02),
    own(
        "g04",
        |module| match (module.can.sends_empty_datagrams, module.can.receives_empty_datagrams) {
            (true, true) => Want::Micropython,
            (_, true) => Want::Amended(&[(0, "!EOPNOTSUPP")], "the module sends no empty datagram"),
            _ => Want::Text("!EOPNOTSUPP; !EIO; b'xyz'", EMPTY),
        },
        g04,
    ),
    own(
        "g05",
        |module| {
            if module.can.receives_empty_datagrams {
                Want::Micropython
            } else {
                Want::Amended(&[(0, "!EIO"), (2, "!EIO"), (4, "!EIO"), (6, "!EIO")], EMPTY)
            }
        },
        g05,
    ),
    own("g06", |_| Want::Amended(&[(1, "!ETIMEDOUT @200ms")], "a timeout is ETIMEDOUT"), g06),
    same("g07", g07),
    own(
        "g09",
        |_| Want::Text("b'aaaaaa'; b'bbbbbb'", "a stream call takes one datagram, whole"),
        g09,
    ),
    own("g10", |_| Want::Text("b'ab\\n'; b'cd'", "a line of the datagram; its rest is kept"), g10),
    own(
        "g11",
        |module| {
            if module.can.udp_unconnected {
                Want::Micropython
            } else {
                Want::NotApplicable("a datagram socket of the module has one peer")
            }
        },
        g11,
    ),
    own("g12", |_| Want::Amended(&[(1, "!ETIMEDOUT @200ms")], "a timeout is ETIMEDOUT"), g12),
    own(
        "g14",
        |module| {
            if module.can.receives_empty_datagrams {
                Want::Micropython
            } else {
                Want::Amended(&[(2, "(13)")], EMPTY)
            }
        },
        g14,
    ),
    same("g15", g15),
    own(
        "g16",
        |_| {
            Want::Text(
                "max; !EMSGSIZE; !EINVAL; 1",
                "the module's limit is max_datagram; an address may be a pair",
            )
        },
        g16,
    ),
    same("g18", g18),
    same("g20", g20),
];

fn g02(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.udp();
    Heard::of([send(&sock, b"x"), write(&sock, b"x"), sendall(&sock, b"x")])
}

/// A bound socket to which a datagram has come.
fn given<'m>(rig: &Rig<'m, '_>, data: &[u8]) -> (Socket<'m>, UdpHost) {
    let (sock, host) = rig.bound_udp();
    host.send_to(LOCAL, data);
    rig.settle();
    (sock, host)
}

fn g04(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    let sent = sendto(&sock, b"", (PEER, PORT));
    let got = usize::from(rig.module.can.sends_empty_datagrams);
    rig.settle();
    let arrived = host.received().len() == got;
    host.send_to(LOCAL, b"");
    rig.settle();
    let empty = recv(&sock, 10);
    host.send_to(LOCAL, b"xyz");
    Heard::of([sent, empty, recv(&sock, 10)]).and(arrived, "sent if it says so")
}

fn g05(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    let call = |call: &dyn Fn() -> String| {
        host.send_to(LOCAL, b"");
        rig.settle();
        let empty = call();
        rig.settle();
        host.send_to(LOCAL, b"xyz");
        rig.settle();
        format!("{empty}; {}", recv(&sock, 10))
    };
    Heard::of([
        call(&|| recvfrom(&sock, 10, (PEER, PORT))),
        call(&|| read(&sock, 10)),
        call(&|| readinto(&sock, 10, None).0),
        call(&|| readline(&sock, 10)),
    ])
}

fn g06(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = given(rig, b"abcdef");
    sock.settimeout_secs(0.2).unwrap();
    let first = recv(&sock, 3);
    let second = rig.timed(200, || recv(&sock, 10));
    host.send_to(LOCAL, b"abcdef");
    Heard::of([first, second, recvfrom(&sock, 3, (PEER, PORT))])
}

fn g07(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = given(rig, b"abc");
    host.send_to(LOCAL, b"def");
    rig.settle();
    Heard::of([recv(&sock, 0), recv(&sock, 10)])
}

fn g09(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = given(rig, b"aaaaaa");
    sock.settimeout_secs(0.2).unwrap();
    let first = read(&sock, 10);
    host.send_to(LOCAL, b"bbbbbb");
    rig.settle();
    sock.setblocking(false).unwrap();
    let heard = Heard::of([first, read(&sock, 10)]);
    // two at once are not glued together either
    host.send_to(LOCAL, b"cc");
    rig.settle();
    host.send_to(LOCAL, b"dd");
    rig.settle();
    heard
        .and(read(&sock, 10) == "b'cc'", "one datagram per read")
        .and(read(&sock, 10) == "b'dd'", "the next read gets the next")
}

fn g10(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _host) = given(rig, b"ab\ncd");
    sock.setblocking(false).unwrap();
    Heard::of([readline(&sock, 10), readline(&sock, 10)])
        .and(readline(&sock, 10) == "None", "then nothing is left")
}

/// All that a host has received, as bytes.
fn all(host: &UdpHost) -> Vec<String> {
    host.received().iter().map(|(_, data)| bytes(data)).collect()
}

fn g11(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.udp();
    let host = rig.world.udp_host(PEER, PORT);
    let other = rig.world.udp_host(OTHER, PORT);
    let calls = [
        done(sock.connect((PEER, PORT))),
        send(&sock, b"1"),
        write(&sock, b"22"),
        sendto(&sock, b"333", (OTHER, PORT)),
        sendto(&sock, b"4", (PEER, PORT)),
    ];
    rig.settle();
    let mut at_host = all(&host);
    at_host.insert(2.min(at_host.len()), all(&other).join("; "));
    Heard::of([calls.join("; "), at_host.join("; ")])
}

fn g12(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    let other = rig.world.udp_host(OTHER, PORT);
    sock.settimeout_secs(0.2).unwrap();
    sock.connect((PEER, PORT)).unwrap();
    rig.settle();
    other.send_to(LOCAL, b"other");
    rig.settle();
    host.send_to(LOCAL, b"peer");
    let first = recv(&sock, 10);
    other.send_to(LOCAL, b"again");
    let second = rig.timed(200, || recv(&sock, 10));
    let connect = done(sock.connect((OTHER, PORT)));
    rig.settle();
    other.send_to(LOCAL, b"now");
    Heard::of([first, second, connect, recv(&sock, 10)])
}

fn g14(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    let both = || poll(rig, &sock, POLLIN | POLLOUT, 0);
    let fresh = both();
    host.send_to(LOCAL, b"x");
    rig.settle();
    let with_data = both();
    recv(&sock, 10);
    let after = both() == "(4)";
    host.send_to(LOCAL, b"");
    rig.settle();
    Heard::of([fresh, with_data, both()]).and(after, "4 again when it was read")
}

fn g15(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.udp();
    Heard::of([done(sock.listen(1)), done(sock.accept().map(drop))])
}

fn g16(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    let max = rig.module.can.max_datagram;
    let data = vec![b'x'; max + 1];
    let largest = sendto(&sock, &data[..max], (PEER, PORT));
    let whole = largest == max.to_string();
    let heard = Heard::of([
        if whole { "max".into() } else { largest },
        sendto(&sock, &data, (PEER, PORT)),
        sendto(&sock, b"x", (PEER, 0)),
        sendto(&sock, b"x", (PEER, PORT)),
    ]);
    rig.settle();
    let lengths: Vec<_> = host.received().iter().map(|(_, data)| data.len()).collect();
    heard
        .and(lengths == [max, 1], "one datagram each, whole")
        .and(max >= 1024, "a limit that DNS and the like can live with")
}

fn g18(rig: &Rig<'_, '_>) -> Heard {
    let first = rig.udp();
    first.bind((ANY, LOCAL)).unwrap();
    let plain = done(rig.udp().bind((ANY, LOCAL)));
    let [first, second] = [rig.udp(), rig.udp()];
    for sock in [&first, &second] {
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
    }
    first.bind((ANY, LOCAL + 1)).unwrap();
    Heard::of([plain, done(second.bind((ANY, LOCAL + 1)))])
}

fn g20(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.udp();
    let host = rig.world.udp_host(PEER, PORT);
    sendto(&sock, b"q", (PEER, PORT));
    rig.settle();
    let Some((from, data)) = host.received().pop() else {
        return Heard::of(["nothing was sent".into()]);
    };
    host.send_to(from.port(), b"r");
    let reply = recv(&sock, 10);
    let named = truth(sock.getsockname().is_ok_and(|address| address.port() == from.port()));
    Heard::of([bytes(&data), reply])
        .and(from.port() >= 49_152, "an ephemeral port")
        .and(named == "True", "getsockname says which")
}
