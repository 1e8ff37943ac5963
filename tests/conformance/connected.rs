//! Rows B: TCP sockets that are connected.

use usocket::{MSG_DONTWAIT, MSG_PEEK};

use crate::call::{
    bytes, read, read_to_end, readinto, readline, recv, recv_flags, recvfrom, send, sendall,
    sendto, write,
};
use crate::rig::{OTHER, PEER, PORT, Rig};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    same("b01", b01),
    same("b02", b02),
    same("b03", b03),
    same("b04", b04),
    same("b05", b05),
    same("b07", b07),
    same("b10", b10),
    same("b11", b11),
    same("b13", b13),
    same("b15", b15),
    own("b16", |_| Want::Text("b'' @0ms", "recv(0) never waits"), b16),
    same("b17", b17),
    own(
        "b19",
        |_| Want::Text("1; (b'q', <addr>)", "the address is ignored; recvfrom gives the peer's"),
        b19,
    ),
    same("b21", b21),
];

fn b01(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    let calls = [send(&sock, b"abc"), sendall(&sock, b"def"), write(&sock, b"ghij")];
    rig.settle();
    let [first, second, third] = calls;
    Heard::of([first, second, third, bytes(&peer.received())])
}

fn b02(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcd");
    Heard::of([recv(&sock, 100)])
}

fn b03(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcd");
    Heard::of([recv(&sock, 2), recv(&sock, 2)])
}

fn b04(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"ab");
    rig.after(200, move || peer.send(b"cd"));
    Heard::of([rig.timed(200, || read(&sock, 4))])
}

fn b05(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"ab");
    rig.after(200, move || peer.send(b"cd"));
    let mut buffer = String::new();
    let count = rig.timed(200, || {
        let (count, content) = readinto(&sock, 4, None);
        buffer = content;
        count
    });
    Heard::of([count, buffer])
}

fn b07(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(&[b'x'; 600]);
    rig.after(200, move || peer.close());
    let heard =
        Heard::of([rig.timed(200, || read_to_end::<1024>(&sock)), read_to_end::<1024>(&sock)]);
    // a buffer that is too small: ENOMEM, and the rest can still be read
    let (sock, peer) = rig.fed(b"abcdefgh");
    peer.close();
    let small = read_to_end::<5>(&sock);
    heard
        .and(small == "!ENOMEM done=5 b'abcde'", "ENOMEM when the vector is full")
        .and(recv(&sock, 8) == "b'fgh'", "the rest stays readable")
}

fn b10(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"l1\nl2\nrest");
    peer.close();
    Heard::of([(); 4].map(|()| readline(&sock, 100)))
}

fn b11(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"abcd\n");
    peer.close();
    Heard::of([2, 100, 100].map(|max| readline(&sock, max)))
}

fn b13(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcdef");
    let (two, first) = readinto(&sock, 4, Some(2));
    let (four, second) = readinto(&sock, 4, Some(100));
    Heard::of([two, first, four, second])
}

fn b15(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"ab");
    Heard::of([recv(&sock, 0), recv(&sock, 10)])
}

fn b16(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    rig.after(200, move || peer.send(b"x"));
    let heard = Heard::of([rig.timed(0, || recv(&sock, 0))]);
    let later = recv(&sock, 1);
    let fresh = recv(&rig.tcp(), 0);
    sock.close().unwrap();
    heard
        .and(later == "b'x'", "the data that come later are intact")
        .and(fresh == "!ENOTCONN", "ENOTCONN before connect")
        .and(recv(&sock, 0) == "!EBADF", "EBADF after close")
}

fn b17(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    let heard = Heard::of([
        read(&sock, 0),
        readinto(&sock, 0, None).0,
        write(&sock, b""),
        send(&sock, b""),
        sendall(&sock, b""),
    ]);
    rig.settle();
    heard.and(peer.received().is_empty(), "nothing is sent")
}

fn b19(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    let sent = sendto(&sock, b"x", (OTHER, 9));
    peer.send(b"q");
    let heard = Heard::of([sent, recvfrom(&sock, 10, (PEER, PORT))]);
    heard.and(peer.received() == b"x", "the peer gets what was sent")
}

fn b21(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcd");
    let peeked = recv_flags(&sock, 2, MSG_PEEK);
    let heard = Heard::of([
        peeked,
        recv_flags(&sock, 10, MSG_PEEK),
        recv(&sock, 10),
        rig.timed(0, || recv_flags(&sock, 10, MSG_DONTWAIT)).replace(" @0ms", ""),
    ]);
    // peeking waits as receiving does
    sock.settimeout_secs(0.1).unwrap();
    let waited = rig.timed(100, || recv_flags(&sock, 1, MSG_PEEK));
    heard.and(waited == "!ETIMEDOUT @100ms", "a peek waits")
}
