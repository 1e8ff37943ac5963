//! Rows I: closing, and files made of sockets.

use usocket::select::{POLLIN, POLLOUT};

use crate::api::Poll;
use crate::call::{done, moot, name, poll, polled, read, readline, recv, sees, send, write};
use crate::rig::{PEER, PORT, Rig};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    same("i01", i01),
    same("i02", i02),
    own("i04", |_| Want::Amended(&[(1, "(32)")], "32 in both cases"), i04),
    own("i05", |_| Want::Amended(&[(0, "n/a")], "its type is known to the compiler"), i05),
    own(
        "i07",
        |_| {
            Want::Text(
                "n/a; <file>; !EINVAL; !EINVAL; <file>; <file>",
                "a mode must be given and be rb, wb or rwb; there is no buffering to ask for",
            )
        },
        i07,
    ),
    own(
        "i09",
        |_| Want::Text("!ETIMEDOUT @200ms; None; None", "a file honours the socket's timeout"),
        i09,
    ),
    same("i10", i10),
    own("i12", |_| Want::Text("b''", "Drop closes"), i12),
];

fn i01(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    let open = sock.fileno() >= 0;
    let heard = Heard::of([done(sock.close()), done(sock.close()), sock.fileno().to_string()]);
    rig.settle();
    heard.and(open, "a number before").and(peer.is_closed(), "the peer sees it")
}

fn i02(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected();
    sock.close().unwrap();
    let heard = Heard::of([
        recv(&sock, 1),
        read(&sock, 1),
        read(&sock, 0),
        send(&sock, b"x"),
        write(&sock, b"x"),
        write(&sock, b""),
        readline(&sock, 1),
    ]);
    // and every other call
    let others = [
        done(sock.connect((PEER, PORT))),
        done(sock.bind((PEER, PORT))),
        done(sock.listen(1)),
        done(sock.accept().map(drop)),
        done(sock.settimeout_secs(1.0)),
        done(sock.setblocking(false)),
        done(sock.getpeername().map(drop)),
        done(sock.getsockname().map(drop)),
        done(sock.shutdown(usocket::SHUT_RDWR)),
        done(sock.makefile("rb").map(drop)),
        done(sock.getsockopt(usocket::SOL_SOCKET, usocket::SO_ERROR).map(drop)),
        done(sock.setsockopt(usocket::SOL_SOCKET, usocket::SO_REUSEADDR, 1)),
    ];
    heard.and(others.iter().all(|text| text == "!EBADF"), "EBADF from every other call")
}

fn i04(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected();
    let mut before = Poll::<'_, 8>::new(rig.modem);
    before.register(&sock, POLLIN | POLLOUT).unwrap();
    sock.close().unwrap();
    let first = polled(&mut before, 50);
    let heard = Heard::of([first, poll(rig, &sock, POLLIN, 50)]);
    // a new socket in the same place is another object
    let next = rig.tcp();
    let same_place = next.fileno();
    heard
        .and(same_place >= 0, "the place is free")
        .and(polled(&mut before, 0) == "(32)", "the old one is still closed")
}

fn i05(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"abcd");
    let file = sock.makefile("rb").unwrap();
    let heard =
        Heard::of([moot(), read(&file, 2), done(file.close()), recv(&sock, 1), done(sock.close())]);
    rig.settle();
    heard.and(peer.is_closed(), "the connection is closed")
}

fn i07(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"data");
    let make = |mode| sock.makefile(mode).map_or_else(name, |_| "<file>".to_owned());
    let heard = Heard::of([moot(), make("rwb"), make("w"), make("x"), make("rb"), make("wb")]);
    let refused = ["", "r", "rw", "b", "wrb", "RB", "rb ", "r+b"].map(make);
    // the direction is in force
    let [reader, writer] = ["rb", "wb"].map(|mode| sock.makefile(mode).unwrap());
    let wrong = [write(&reader, b"x"), read(&writer, 1), readline(&writer, 1)];
    let right = [read(&reader, 4), write(&writer, b"back")];
    rig.settle();
    heard
        .and(refused.iter().all(|text| text == "!EINVAL"), "EINVAL for every other mode")
        .and(wrong.iter().all(|text| text == "!EBADF"), "EBADF in the wrong direction")
        .and(right == ["b'data'", "4"] && peer.received() == b"back", "the right one works")
}

fn i09(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.connected_with_timeout();
    let file = sock.makefile("rb").unwrap();
    let first = rig.timed(200, || read(&file, 4));
    sock.setblocking(false).unwrap();
    Heard::of([first, read(&file, 4), readline(&file, 4)])
}

fn i10(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _peer) = rig.fed(b"abcdef");
    let [first, second] = [(); 2].map(|()| sock.makefile("rb").unwrap());
    let [ab, cd] = [read(&first, 2), read(&second, 2)];
    first.close().unwrap();
    Heard::of([ab, cd, read(&second, 2), recv(&sock, 2)])
}

fn i12(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    // a file that is dropped closes nothing
    {
        let _file = sock.makefile("rwb").unwrap();
    }
    rig.settle();
    let open = !peer.is_closed();
    drop(sock);
    rig.settle();
    Heard::of([sees(&peer)]).and(open, "dropping a file closes nothing")
}
