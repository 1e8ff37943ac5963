//! Rows A: TCP sockets that are not connected.

use usocket::select::{POLLIN, POLLOUT};
use usocket::{
    AF_INET, Error, IPPROTO_TCP, IPPROTO_UDP, SO_REUSEADDR, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET,
};

use crate::api::{Socket, getaddrinfo, socket};
use crate::call::{done, moot, poll, read, readinto, readline, send, sendall, write};
use crate::rig::{ANY, LOCAL, PEER, PORT, Rig, SHUT};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    same("a03", a03),
    same("a04", a04),
    own(
        "a05",
        |_| {
            Want::AnyOf(
                &["!ENOTCONN; !ENOTCONN; !ENOTCONN", "!EPIPE; !EPIPE; !EPIPE"],
                "either, but the same of all three calls",
            )
        },
        a05,
    ),
    same("a08", a08),
    same("a09", a09),
    own(
        "a10",
        |module| {
            if module.can.listeners > 0 {
                Want::Micropython
            } else {
                Want::NotApplicable("the module has no server")
            }
        },
        a10,
    ),
    same("a11", a11),
    own(
        "a12",
        |_| Want::Amended(&[(4, "n/a")], "the family is an i32: None cannot be passed"),
        a12,
    ),
    own(
        "a13",
        |_| {
            Want::Text(
                "!EINVAL; n/a; None; None",
                "durations are never negative, the form in seconds says EINVAL; a string cannot \
                 be passed; True is 1 second; setblocking takes a bool",
            )
        },
        a13,
    ),
    own(
        "a15",
        |_| {
            Want::Amended(
                &[(2, "n/a"), (3, "n/a"), (4, "n/a")],
                "what happens between sockets that do not listen is Linux's (third and fourth: L)",
            )
        },
        a15,
    ),
    same("a16", a16),
    own(
        "a17",
        |_| {
            Want::Text(
                "None; None; n/a; n/a",
                "an address is anything that converts to core::net::SocketAddr, pairs of address \
                 and port among it; text and a pair without port cannot be passed",
            )
        },
        a17,
    ),
    same("a19", a19),
];

fn a03(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    Heard::of([read(&sock, 1), readinto(&sock, 4, None).0, readline(&sock, 4)])
}

fn a04(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    Heard::of([read(&sock, 0), readinto(&sock, 0, None).0])
}

fn a05(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    Heard::of([send(&sock, b"x"), sendall(&sock, b"x"), write(&sock, b"x")])
}

fn accept(sock: &Socket<'_>) -> String {
    done(sock.accept().map(drop))
}

fn a08(rig: &Rig<'_, '_>) -> Heard {
    Heard::of([accept(&rig.tcp())])
}

fn a09(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    sock.bind((ANY, LOCAL)).unwrap();
    Heard::of([accept(&sock)])
}

fn a10(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    let heard = Heard::of([done(sock.listen(2)), poll(rig, &sock, POLLIN, 0)]);
    rig.settle();
    let port = sock.getsockname().unwrap().port();
    let client = rig.world.connect_in(port);
    rig.settle();
    heard.and(port != 0, "it has a port").and(client.is_established(), "a client can connect")
}

fn a11(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    Heard::of([POLLIN | POLLOUT, POLLIN, 0].map(|mask| poll(rig, &sock, mask, 0)))
}

fn a12(rig: &Rig<'_, '_>) -> Heard {
    let make = |af, kind, proto| match socket(rig.modem, af, kind, proto) {
        Ok(_) => "<sock>".into(),
        Err(error) => done(Err(error)),
    };
    Heard::of([
        make(AF_INET, SOCK_STREAM, 0),
        make(99, SOCK_STREAM, 0),
        make(AF_INET, 99, 0),
        make(AF_INET, SOCK_DGRAM, IPPROTO_TCP),
        moot(),
        make(AF_INET, SOCK_STREAM, IPPROTO_UDP),
    ])
}

fn a13(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected();
    let heard =
        Heard::of([done(sock.settimeout_secs(-1.0)), moot(), done(sock.settimeout_secs(1.0))]);
    // the timeouts are in force, not only accepted
    let one_second = rig.timed(1000, || crate::call::recv(&sock, 1)) == "!ETIMEDOUT @1000ms";
    let strange = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.001];
    let refused = strange.map(|secs| sock.settimeout_secs(secs)) == [Err(Error::InvalidInput); 4];
    Heard::of([heard.text(), done(sock.setblocking(true))])
        .and(one_second, "True is a second")
        .and(refused, "EINVAL for what is no duration")
}

fn a15(rig: &Rig<'_, '_>) -> Heard {
    let first = rig.tcp();
    first.bind((ANY, LOCAL)).unwrap();
    let second = rig.tcp();
    let plain = done(second.bind((ANY, LOCAL)));
    for sock in [&first, &second] {
        sock.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
    }
    first.listen(1).unwrap();
    let heard = Heard::of([plain, done(second.bind((ANY, LOCAL))), moot(), moot(), moot()]);
    first.close().unwrap();
    heard
        .and(second.bind((ANY, LOCAL)).is_ok(), "closing frees the port")
        .and(rig.udp().bind((ANY, LOCAL)).is_ok(), "UDP has ports of its own")
}

fn a16(rig: &Rig<'_, '_>) -> Heard {
    let twice = rig.tcp();
    let any = rig.tcp();
    let heard = Heard::of([
        done(twice.bind((ANY, LOCAL))),
        done(twice.bind((ANY, LOCAL + 1))),
        done(rig.tcp().bind((PEER, LOCAL + 2))),
        done(any.bind((ANY, 0))),
    ]);
    let port = any.getsockname().map_or(0, |address| address.port());
    heard.and(port != 0, "port 0 becomes a port")
}

fn a17(rig: &Rig<'_, '_>) -> Heard {
    let _host = rig.listen();
    let sock = rig.tcp();
    let numeric = getaddrinfo(rig.modem, "93.184.216.34", PORT).unwrap()[0].sockaddr;
    let other = rig.tcp();
    let heard = Heard::of([
        done(sock.connect((PEER, PORT))),
        done(rig.tcp().bind((ANY, LOCAL))),
        moot(),
        moot(),
    ]);
    heard.and(other.connect(numeric).is_ok(), "what getaddrinfo returns can be connected to")
}

fn a19(rig: &Rig<'_, '_>) -> Heard {
    let host = rig.listen();
    let sock = rig.tcp();
    let heard = Heard::of([
        done(sock.connect((PEER, SHUT))),
        done(sock.connect((PEER, PORT))),
        done(sock.connect((PEER, PORT))),
    ]);
    heard.and(host.accept().is_some(), "the peer has the connection")
}
