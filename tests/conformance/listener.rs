//! Rows H: sockets that listen.

use usocket::{SO_REUSEADDR, SOL_SOCKET};

use crate::call::{done, name, read, recv, sees, send, write};
use crate::rig::{ANY, LOCAL, Rig};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    own(
        "h01",
        |_| {
            Want::AnyOf(
                &[
                    "!ENOTCONN; !EPIPE; !EPIPE; !ENOTCONN",
                    "!ENOTCONN; !ENOTCONN; !ENOTCONN; !ENOTCONN",
                ],
                "the sending side may say either (a05)",
            )
        },
        h01,
    ),
    same("h04", h04),
    own(
        "h06",
        |module| {
            if module.is_nonos() {
                Want::Amended(
                    &[(0, "!EIO"), (1, "!EIO")],
                    "NonOS drops what was not read when the peer closes: the socket says so",
                )
            } else {
                Want::Micropython
            }
        },
        h06,
    ),
    own(
        "h07",
        |_| {
            Want::AnyOf(
                &["(<sock>, <addr>)", "!EAGAIN"],
                "a socket that then fails, or a connection silently dropped",
            )
        },
        h07,
    ),
    own(
        "h08",
        |_| {
            Want::AnyOf(
                &["!ECONNRESET; !EPIPE", "b''; !EPIPE"],
                "the module has accepted the client already and ends the connection with FIN",
            )
        },
        h08,
    ),
    own(
        "h09",
        |module| {
            if module.is_nonos() {
                Want::Amended(
                    &[(0, "!ECONNABORTED")],
                    "NonOS closes accepted links with its server",
                )
            } else {
                Want::Micropython
            }
        },
        h09,
    ),
    own(
        "h10",
        |_| Want::Text("None; None", "ports are kept by the driver, which has no TIME_WAIT"),
        h10,
    ),
];

fn h01(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(1);
    Heard::of([
        recv(&listener, 1),
        send(&listener, b"x"),
        write(&listener, b"x"),
        read(&listener, 1),
    ])
}

fn h04(rig: &Rig<'_, '_>) -> Heard {
    let heard = Heard::of([2, 0, -1, 1_000_000].map(|backlog| {
        let sock = rig.tcp();
        let text = done(sock.listen(backlog));
        sock.close().unwrap();
        text
    }));
    // one slot at least, whatever was asked for
    let served = [0, -1].map(|backlog| {
        let listener = rig.listener(backlog);
        let _client = rig.world.connect_in(LOCAL);
        rig.settle();
        let accepted = listener.accept().is_ok();
        listener.close().unwrap();
        rig.settle();
        accepted
    });
    heard.and(served == [true; 2], "a backlog of 0 or less is one")
}

fn h06(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(1);
    let client = rig.world.connect_in(LOCAL);
    rig.settle();
    client.send(b"hi");
    client.close();
    rig.settle();
    match listener.accept() {
        Ok((sock, _)) => Heard::of([recv(&sock, 10), recv(&sock, 10)]),
        Err(error) => Heard::of([name(error)]),
    }
}

fn h07(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(1);
    let client = rig.world.connect_in(LOCAL);
    rig.settle();
    client.reset();
    rig.settle();
    listener.setblocking(false).unwrap();
    let (heard, usable) = match listener.accept() {
        Ok((sock, _)) => {
            let after = recv(&sock, 1);
            ("(<sock>, <addr>)".into(), after == "b''" || after == "!ECONNRESET")
        }
        Err(error) => (name(error), true),
    };
    // the next client is served all the same
    let next = rig.world.connect_in(LOCAL);
    rig.settle();
    let served = listener.accept().is_ok_and(|(sock, _)| send(&sock, b"ok") == "2");
    rig.settle();
    Heard::of([heard])
        .and(usable, "the socket fails or ends")
        .and(served && next.received() == b"ok", "the next client is served")
}

fn h08(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(1);
    let client = rig.world.connect_in(LOCAL);
    rig.settle();
    let waiting = client.is_established();
    listener.close().unwrap();
    rig.settle();
    let seen = sees(&client);
    // the client's own sends lead nowhere
    let gone = if client.is_closed() { "!EPIPE" } else { "open" };
    let refused = rig.world.connect_in(LOCAL);
    rig.settle();
    Heard::of([seen, gone.into()])
        .and(waiting, "the client had connected")
        .and(!refused.is_established(), "later clients are refused")
}

fn h09(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(1);
    let client = rig.world.connect_in(LOCAL);
    let (sock, _) = listener.accept().unwrap();
    listener.close().unwrap();
    rig.settle();
    client.send(b"ok");
    let heard = Heard::of([recv(&sock, 10)]);
    let sent = send(&sock, b"and back") == "8";
    rig.settle();
    let lives = sent && client.received() == b"and back";
    heard.and(lives != rig.module.is_nonos(), "it can send if it can receive")
}

fn h10(rig: &Rig<'_, '_>) -> Heard {
    let again = |reuse: bool| {
        let listener = rig.listener(1);
        let client = rig.world.connect_in(LOCAL);
        let (sock, _) = listener.accept().unwrap();
        sock.close().unwrap(); // the server closes first
        listener.close().unwrap();
        let next = rig.tcp();
        if reuse {
            next.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1).unwrap();
        }
        let text = done(next.bind((ANY, LOCAL)));
        let listens = next.listen(1);
        rig.settle();
        let late = rig.world.connect_in(LOCAL);
        rig.settle();
        let served = client.is_closed() && listens.is_ok() && late.is_established();
        next.close().unwrap();
        rig.settle();
        (text, served)
    };
    let [(without, first), (with, second)] = [again(false), again(true)];
    Heard::of([without, with]).and(first && second, "the new listener serves")
}
