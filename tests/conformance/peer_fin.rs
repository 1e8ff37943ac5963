//! Rows C: the peer has closed, or this side has.

use std::time::Duration;

use usocket::select::{POLLIN, POLLOUT};
use usocket::{SO_LINGER, SOL_SOCKET};

use crate::call::{
    bytes, poll, read, read_to_end, readinto, readline, recv, sees, send, sendall, write,
};
use crate::rig::Rig;
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    same("c01", c01),
    same("c03", c03),
    same("c04", c04),
    own(
        "c05",
        |_| {
            Want::AnyOf(
                &["1; !EPIPE; !EPIPE", "!EPIPE; !EPIPE; !EPIPE"],
                "the module closes both directions at once: the first write may fail as well",
            )
        },
        c05,
    ),
    own(
        "c06",
        |_| Want::AnyOf(&["1; b''; b''; !EPIPE", "!EPIPE; b''; b''; !EPIPE"], "as c05"),
        c06,
    ),
    own(
        "c07",
        |_| {
            Want::AnyOf(
                &["(5); (5); (4); (29)", "(5); (5); (4); (21)", "(5); (5); (4); (5)"],
                "after the failed write error bits or 5",
            )
        },
        c07,
    ),
    own(
        "c08",
        |_| {
            Want::Text(
                "b''; b''",
                "AT+CIPCLOSE discards what was not read and closes with FIN, unless SO_LINGER is 0: \
                 the peer sees an orderly end",
            )
        },
        c08,
    ),
    same("c09", c09),
];

fn c01(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"abcd");
    peer.close();
    rig.settle();
    Heard::of([2, 10, 10, 10].map(|n| recv(&sock, n)))
}

fn c03(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"abcd");
    peer.close();
    rig.settle();
    Heard::of([(); 2].map(|()| readinto(&sock, 10, None).0))
}

fn c04(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    peer.close();
    rig.settle();
    sock.setblocking(false).unwrap();
    Heard::of([
        recv(&sock, 10),
        read(&sock, 10),
        read_to_end::<10>(&sock),
        readline(&sock, 10),
        readinto(&sock, 10, None).0,
    ])
}

fn c05(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    peer.close();
    rig.settle();
    Heard::of([(); 3].map(|()| {
        rig.world.advance(Duration::from_millis(30));
        write(&sock, b"x")
    }))
}

fn c06(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    peer.close();
    rig.settle();
    let first = send(&sock, b"x");
    rig.settle();
    Heard::of([first, recv(&sock, 1), recv(&sock, 1), send(&sock, b"x")])
}

fn c07(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"abcd");
    peer.close();
    rig.settle();
    let both = POLLIN | POLLOUT;
    let unread = poll(rig, &sock, both, 0);
    let drained = recv(&sock, 10) == "b'abcd'";
    let after = [both, POLLOUT].map(|mask| poll(rig, &sock, mask, 0));
    for _ in 0..2 {
        write(&sock, b"x");
        rig.settle();
    }
    let [first, second] = after;
    Heard::of([unread, first, second, poll(rig, &sock, both, 0)]).and(drained, "all was read")
}

fn c08(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"abcd");
    sock.close().unwrap();
    rig.settle();
    let heard = Heard::of([sees(&peer), sees(&peer)]);
    if !rig.module.can.tcp_options {
        return heard;
    }
    // a program that wants the reset can have it
    let (sock, peer) = rig.fed(b"abcd");
    sock.setsockopt(SOL_SOCKET, SO_LINGER, 0).unwrap();
    sock.close().unwrap();
    rig.settle();
    heard.and(sees(&peer) == "!ECONNRESET", "a reset with SO_LINGER 0")
}

fn c09(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    let sent = sendall(&sock, b"abcd") == "None";
    sock.close().unwrap();
    rig.settle();
    let heard = Heard::of([sees(&peer), sees(&peer)]).and(sent, "sendall succeeds");
    // what a non-blocking socket has taken over is sent before it is closed
    let (sock, peer) = rig.connected();
    sock.setblocking(false).unwrap();
    let taken = send(&sock, b"efgh") == "4";
    sock.close().unwrap();
    rig.settle();
    heard
        .and(taken, "a non-blocking send takes the bytes")
        .and(bytes(&peer.received()) == "b'efgh'", "they arrive before the end")
        .and(peer.is_closed(), "the end arrives")
}
