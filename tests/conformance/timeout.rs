//! Rows F: sockets with a timeout of 0.2 s.

use usocket::StreamError;

use crate::call::{done, name, read, readinto, readline, recv};
use crate::rig::{LOCAL, NOBODY, PORT, Rig};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    own("f01", |_| Want::Text("!ETIMEDOUT @200ms", "a timeout is ETIMEDOUT in every call"), f01),
    own("f04", |_| Want::Amended(&[(2, "!ETIMEDOUT @250ms")], "as f01"), f04),
    same("f05", f05),
    own(
        "f06",
        |_| {
            Want::Text(
                "!ETIMEDOUT done=4 b'abcd' @200ms; !ETIMEDOUT done=6 b'efghij' @200ms",
                "the error carries what was read",
            )
        },
        f06,
    ),
    own(
        "f08",
        |_| {
            Want::Text(
                "!ETIMEDOUT done=2 b'ab' @200ms; b'cd\\n'",
                "the error carries the part of the line",
            )
        },
        f08,
    ),
    same("f10", f10),
    same("f11", f11),
    own(
        "f13",
        |_| {
            Want::Text(
                "!ETIMEDOUT done=n; !ETIMEDOUT done=n",
                "both carry how much was sent, and EINTR is for interruptions",
            )
        },
        f13,
    ),
    own("f15", |_| Want::Text("b'x' @400ms", "an accepted socket starts blocking"), f15),
    same("f16", f16),
    same("f17", f17),
    own("f18", |_| Want::Text("b'x' @400ms", "setblocking(True) ends the timeout"), f18),
    same("f19", f19),
    same("f21", f21),
];

fn f01(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected_with_timeout();
    Heard::of([rig.timed(200, || recv(&sock, 1))])
}

fn f04(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    let first = rig.timed(200, || readline(&sock, 10));
    let start = rig.world.now();
    peer.send(b"x\n");
    rig.settle();
    Heard::of([first, readline(&sock, 10), rig.timed_from(start, 250, || recv(&sock, 1))])
}

fn f05(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected_with_timeout();
    Heard::of([rig.timed(200, || readinto(&sock, 4, None).0)])
}

fn f06(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    let ten = || rig.timed(200, || read(&sock, 10));
    peer.send(b"abcd");
    rig.settle();
    let first = ten();
    peer.send(b"efghij");
    rig.settle();
    Heard::of([first, ten()])
}

fn f08(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    peer.send(b"ab");
    rig.settle();
    let first = rig.timed(200, || readline(&sock, 10));
    peer.send(b"cd\n");
    Heard::of([first, readline(&sock, 10)])
}

/// The peer sends one byte every 100 ms.
fn dribble(rig: &Rig<'_, '_>, peer: &usocket_simulator::Peer, data: &'static [u8]) {
    for (delay, byte) in (100..).step_by(100).zip(data.chunks(1)) {
        let peer = peer.clone();
        rig.after(delay, move || peer.send(byte));
    }
}

fn f10(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    dribble(rig, &peer, b"xxxxx");
    Heard::of([rig.timed(500, || read(&sock, 5))])
}

fn f11(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    dribble(rig, &peer, b"abcd\n");
    Heard::of([rig.timed(500, || readline(&sock, 10))])
}

/// The error, and whether it says that a part was sent.
fn partial(error: StreamError, total: usize) -> String {
    let part = error.done > 0 && error.done < total;
    format!("{} done={}", name(error.error), if part { "n".into() } else { error.done.to_string() })
}

/// The peer does not read.
fn f13(rig: &Rig<'_, '_>) -> Heard {
    let data = vec![b'x'; 64 << 20];
    let total = data.len();
    let (writer, peer) = rig.connected_with_timeout();
    peer.stall();
    let written = writer.write(&data).unwrap_err();
    peer.resume();
    for _ in 0..20 {
        rig.settle(); // what is still in a send ring goes out meanwhile
    }
    let kept = peer.received().len() >= written.done;
    let (sender, peer) = rig.connected_with_timeout();
    peer.stall();
    let sent = sender.sendall(&data).unwrap_err();
    Heard::of([partial(written, total), partial(sent, total)])
        .and(kept, "what counts as sent arrives")
}

fn f15(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(1);
    let client = rig.world.connect_in(LOCAL);
    let (sock, _) = listener.accept().unwrap();
    rig.after(400, move || client.send(b"x"));
    Heard::of([rig.timed(400, || recv(&sock, 1))])
}

fn f16(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    sock.settimeout_secs(0.2).unwrap();
    let start = rig.world.now();
    Heard::of([(); 2].map(|()| rig.timed_from(start, 200, || done(sock.connect((NOBODY, PORT))))))
}

fn f17(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    sock.settimeout(None).unwrap();
    rig.after(400, move || peer.send(b"x"));
    Heard::of([rig.timed(400, || recv(&sock, 1))])
}

fn f18(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    sock.setblocking(true).unwrap();
    rig.after(400, move || peer.send(b"x"));
    Heard::of([rig.timed(400, || recv(&sock, 1))])
}

fn f19(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected();
    sock.settimeout_secs(0.0).unwrap();
    let [first, second] = [recv(&sock, 1), read(&sock, 1)];
    sock.settimeout_secs(0.2).unwrap();
    Heard::of([first, second, rig.timed(200, || read(&sock, 1))])
}

fn f21(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected();
    sock.settimeout_secs(0.0001).unwrap();
    Heard::of([read(&sock, 1)])
}
