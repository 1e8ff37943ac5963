//! Rows K: poll.

use usocket::fugit::MillisDurationU32;
use usocket::select::{POLLIN, POLLOUT};

use crate::api::Poll;
use crate::call::{poll, polled, truth};
use crate::rig::{PEER, Rig, SHUT};
use crate::verdict::{Heard, Program, same};

pub(crate) const PROGRAMS: &[Program] = &[same("k02", k02), same("k06", k06)];

fn k02(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    let other = rig.tcp();
    let mut poller = Poll::<'_, 8>::new(rig.modem);
    poller.register(&sock, POLLIN).unwrap();
    let nothing = rig.timed(200, || polled(&mut poller, 200));
    rig.after(100, move || peer.send(b"x"));
    let mut events = Default::default();
    let early = rig.timed(100, || {
        events = poller.poll(Some(MillisDurationU32::from_millis(200))).unwrap();
        "some".into()
    });
    let Some(event) = events.first() else { return Heard::of([nothing, "0".into()]) };
    Heard::of([
        nothing,
        events.len().to_string(),
        truth(event.is(&sock) && event.fileno() == sock.fileno() && !event.is(&other)),
        event.mask.to_string(),
    ])
    .and(early == "some @100ms", "poll returns as soon as there is something")
}

fn k06(rig: &Rig<'_, '_>) -> Heard {
    let one = |mask| {
        let sock = rig.tcp();
        sock.setblocking(false).unwrap();
        sock.connect((PEER, SHUT)).unwrap_err();
        // poll itself makes the connect go on
        rig.timed(0, || poll(rig, &sock, mask, 1000)).replace(" @0ms", "")
    };
    Heard::of([one(POLLIN), one(POLLOUT)])
}
