//! Rows L: what is left.

use usocket::select::{POLLIN, POLLOUT};
use usocket::{AF_INET, MSG_PEEK, SOCK_RAW};

use crate::api::socket;
use crate::call::{bytes, done, name, poll, readline, recv, recvfrom, send, sendto, truth};
use crate::rig::{ANY, LOCAL, NOBODY, PEER, PORT, Rig};
use crate::verdict::{Heard, Program, Want, own, same};

pub(crate) const PROGRAMS: &[Program] = &[
    own("l01", |_| Want::Amended(&[(1, "!ETIMEDOUT @200ms")], "a timeout is ETIMEDOUT"), l01),
    own(
        "l02",
        |module| {
            if module.can.reports_reset {
                Want::Micropython
            } else {
                Want::Text("(); (4)", "the module shows a reset as a close, which is no error")
            }
        },
        l02,
    ),
    same("l03", l03),
    own(
        "l05",
        |_| {
            Want::Amended(
                &[(1, "!ETIMEDOUT @200ms"), (2, "!ETIMEDOUT @200ms")],
                "a timeout is ETIMEDOUT",
            )
        },
        l05,
    ),
    same("l06", l06),
    same("l07", l07),
    same("l08", l08),
    own("l09", |_| Want::Text("4 or more", "bounded by the receive ring"), l09),
    own("l10", |_| Want::Text("!EPROTONOSUPPORT", "no module has raw sockets"), l10),
    same("l11", l11),
    same("l12", l12),
    same("l13", l13),
    same("l14", l14),
];

fn l01(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected_with_timeout();
    peer.send(b"abcd");
    let first = recv(&sock, 10);
    let second = rig.timed(200, || recv(&sock, 10));
    peer.send(b"efghij");
    Heard::of([first, second, recv(&sock, 10)])
}

fn l02(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    peer.reset();
    rig.settle();
    Heard::of([0, POLLOUT].map(|mask| poll(rig, &sock, mask, 0)))
}

fn l03(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    peer.close();
    rig.settle();
    Heard::of([POLLIN, 0].map(|mask| poll(rig, &sock, mask, 0)))
}

fn l05(rig: &Rig<'_, '_>) -> Heard {
    let sock = rig.tcp();
    sock.settimeout_secs(0.2).unwrap();
    Heard::of([
        rig.timed(200, || done(sock.connect((NOBODY, PORT)))),
        rig.timed(200, || send(&sock, b"x")),
        rig.timed(200, || recv(&sock, 1)),
    ])
}

fn l06(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    host.send_to(LOCAL, b"abcdef");
    let mut buf = [0; 2];
    let first = sock.recvfrom(&mut buf);
    let truncated = first.map_or_else(name, |(count, _)| bytes(&buf[..count]));
    let address = first.is_ok_and(|(_, from)| from == (PEER, PORT).into());
    sock.connect((PEER, PORT)).unwrap();
    rig.settle();
    host.send_to(LOCAL, b"x");
    let connected = recvfrom(&sock, 10, (PEER, PORT)) == "(b'x', <addr>)";
    // a peek leaves the datagram whole
    host.send_to(LOCAL, b"peek");
    let mut buf = [0; 3];
    let peeked = sock.recvfrom_flags(&mut buf, MSG_PEEK) == Ok((3, (PEER, PORT).into()));
    let whole = recvfrom(&sock, 10, (PEER, PORT)) == "(b'peek', <addr>)";
    Heard::of([truncated, truth(address && connected)])
        .and(peeked && &buf == b"pee" && whole, "a peek leaves datagram and address")
}

fn l07(rig: &Rig<'_, '_>) -> Heard {
    let (sock, _host) = rig.bound_udp();
    sock.close().unwrap();
    Heard::of([sendto(&sock, b"x", (PEER, PORT)), recv(&sock, 1), done(sock.close())])
}

fn l08(rig: &Rig<'_, '_>) -> Heard {
    let connected = rig.udp();
    connected.connect((PEER, PORT)).unwrap();
    let sent = rig.udp();
    sendto(&sent, b"x", (PEER, PORT));
    Heard::of([done(connected.bind((ANY, LOCAL))), done(sent.bind((ANY, LOCAL)))])
}

fn l09(rig: &Rig<'_, '_>) -> Heard {
    let (sock, host) = rig.bound_udp();
    for number in 0..64 {
        host.send_to(LOCAL, &[number; 100]);
    }
    rig.settle();
    sock.setblocking(false).unwrap();
    let mut queued = Vec::new();
    let mut buf = [0; 200];
    while let Ok(count) = sock.recv(&mut buf) {
        queued.push((count, buf[0], buf[..count].iter().all(|&byte| byte == buf[0])));
    }
    let whole = queued.iter().all(|&(count, _, same)| count == 100 && same);
    let ordered = queued.windows(2).all(|pair| pair[0].1 < pair[1].1);
    let enough = queued.len() >= 4;
    Heard::of([if enough { "4 or more".into() } else { queued.len().to_string() }])
        .and(whole, "each datagram is whole")
        .and(ordered, "they are in order")
}

fn l10(rig: &Rig<'_, '_>) -> Heard {
    Heard::of([done(socket(rig.modem, AF_INET, SOCK_RAW, 1).map(drop))])
}

fn l11(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"a\nb\nc");
    peer.close();
    let file = sock.makefile("rb").unwrap();
    let lines: Vec<_> = file
        .lines::<16>()
        .map(|line| line.map_or_else(|error| name(error.error), |line| bytes(&line)))
        .collect();
    Heard::of([format!("({})", lines.join(", "))])
}

fn l12(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"a\r\nb\rc\n");
    peer.close();
    Heard::of([(); 3].map(|()| readline(&sock, 10)))
}

fn l13(rig: &Rig<'_, '_>) -> Heard {
    let host = rig.listen();
    let sock = rig.tcp();
    sock.settimeout_secs(0.2).unwrap();
    let connect = done(sock.connect((PEER, PORT)));
    let _peer = host.accept();
    Heard::of([connect, rig.timed(200, || recv(&sock, 1))])
}

fn l14(rig: &Rig<'_, '_>) -> Heard {
    let listener = rig.listener(3);
    let clients = [b"0", b"1", b"2"].map(|name| {
        let client = rig.world.connect_in(LOCAL);
        rig.settle();
        client.send(name);
        client
    });
    rig.settle();
    let heard = Heard::of([(); 3].map(|()| match listener.accept() {
        Ok((sock, _)) => recv(&sock, 10),
        Err(error) => name(error),
    }));
    heard.and(clients.iter().all(|client| client.is_established()), "all were accepted")
}
