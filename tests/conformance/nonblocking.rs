//! Rows E: sockets that never wait.

use usocket::select::{POLLIN, POLLOUT};

use crate::call::{done, poll, read, readinto, readline, recv, send, truth, write};
use crate::rig::{NOBODY, PEER, PORT, Rig, SHUT};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    same("e02", e02),
    same("e05", e05),
    same("e07", e07),
    same("e12", e12),
    own(
        "e13",
        |_| {
            Want::Amended(
                &[(4, "!EINPROGRESS")],
                "the error is told once; then the socket can connect again",
            )
        },
        e13,
    ),
    own(
        "e14",
        |_| {
            Want::AnyOf(
                &["!EINPROGRESS; !ECONNREFUSED; !EPIPE", "!EINPROGRESS; !ECONNREFUSED; !ENOTCONN"],
                "the error is told once; then the socket is as before connect (a05)",
            )
        },
        e14,
    ),
    same("e15", e15),
];

fn e02(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcd");
    sock.setblocking(false).unwrap();
    Heard::of([(); 2].map(|()| read(&sock, 10)))
}

fn e05(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcd");
    sock.setblocking(false).unwrap();
    Heard::of([(); 2].map(|()| readinto(&sock, 10, None).0))
}

/// The peer does not read. Linux takes megabytes at once; a module takes a few kilobytes, and not
/// before it has been asked, so the second write is repeated until everything is full.
fn e07(rig: &Rig<'_, '_>) -> Heard {
    const HUGE: usize = 64 << 20;
    let (sock, peer) = rig.connected();
    peer.stall();
    sock.setblocking(false).unwrap();
    let data = vec![b'x'; HUGE];
    let start = rig.world.now();
    let first = sock.write(&data).unwrap().unwrap_or(0);
    let quick = rig.world.now() - start < std::time::Duration::from_millis(50);
    let mut next = write(&sock, &data);
    for _ in 0..50 {
        if next == "None" {
            break;
        }
        rig.settle();
        next = write(&sock, &data);
    }
    Heard::of([truth(first > 0 && first < HUGE), next]).and(quick, "it does not wait")
}

fn e12(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    sock.setblocking(false).unwrap();
    let connect = || done(sock.connect((NOBODY, PORT)));
    let start = rig.world.now();
    let first = connect();
    rig.settle();
    let heard = Heard::of([
        first,
        poll(rig, &sock, POLLIN | POLLOUT, 0),
        connect(),
        send(&sock, b"x"),
        write(&sock, b"x"),
        recv(&sock, 1),
        read(&sock, 1),
        readline(&sock, 1),
    ]);
    let quick = rig.world.now() - start < std::time::Duration::from_millis(60);
    heard.and(quick, "nothing waits")
}

/// Starts a connect that is refused, and waits until that is known.
fn refused<'m>(rig: &Rig<'m, '_>) -> (crate::api::Socket<'m>, String) {
    let sock = rig.tcp();
    sock.setblocking(false).unwrap();
    let text = done(sock.connect((PEER, SHUT)));
    rig.settle();
    (sock, text)
}

fn e13(rig: &Rig<'_, '_>) -> Heard {
    let (sock, connect) = refused(rig);
    let both = POLLIN | POLLOUT;
    let before = poll(rig, &sock, both, 0);
    let error = recv(&sock, 1);
    let host = rig.listen();
    let heard = Heard::of([
        connect,
        before,
        error,
        poll(rig, &sock, both, 0),
        done(sock.connect((PEER, PORT))),
    ]);
    rig.settle();
    let made = sock.connect((PEER, PORT)).is_ok() && host.accept().is_some();
    heard.and(made, "the fresh connect succeeds")
}

fn e14(rig: &Rig<'_, '_>) -> Heard {
    let (sock, connect) = refused(rig);
    Heard::of([connect, write(&sock, b"x"), write(&sock, b"x")])
}

fn e15(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    sock.setblocking(false).unwrap();
    sock.setblocking(true).unwrap();
    rig.after(200, move || peer.send(b"x"));
    Heard::of([rig.timed(200, || recv(&sock, 1))])
}
