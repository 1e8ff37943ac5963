//! Rows D: the connection is reset. ESP-AT shows a reset as a close; the error that it does report in
//! the midst of a stream is its own restart, and that carries what was read before.

use crate::call::{read, read_to_end, readinto, readline, recv, send, write};
use crate::rig::Rig;
use crate::verdict::{Heard, Module, Program, Want, own};

/// The row itself if the module reports resets, else this text.
const fn or_end(module: Module, text: &'static str) -> Want {
    if module.can.reports_reset {
        Want::Micropython
    } else {
        Want::Text(text, "the module shows a reset as a close")
    }
}

/// Rows in which an error carries what was read before: by a reset, or else by a restart.
const fn carried(module: Module, reset: &'static str, restart: &'static str) -> Want {
    if module.can.reports_reset {
        Want::Text(reset, "the error carries what was read")
    } else {
        Want::Text(
            restart,
            "the module shows a reset as a close; its own restart is an error, which carries what \
             was read",
        )
    }
}

pub(crate) const PROGRAMS: &[Program] = &[
    own("d01", |module| or_end(module, "b'GET / HTTP'; b'/1.0\\r\\n\\r\\n'; b''; b''; b''"), d01),
    own(
        "d03",
        |module| {
            carried(
                module,
                "!ECONNRESET done=4 b'abcd'; b''",
                "b'abcd'; b''; !ECONNABORTED done=4 b'abcd'",
            )
        },
        d03,
    ),
    own(
        "d04",
        |module| {
            carried(
                module,
                "!ECONNRESET done=4 b'abcd'; b''",
                "b'abcd'; b''; !ECONNABORTED done=4 b'abcd'",
            )
        },
        d04,
    ),
    own(
        "d05",
        |module| {
            carried(
                module,
                "!ECONNRESET done=4 b'abcd'; b''",
                "b'abcd'; b''; !ECONNABORTED done=4 b'abcd'",
            )
        },
        d05,
    ),
    own(
        "d06",
        |module| {
            carried(
                module,
                "!ECONNRESET done=4; b'abcd\\x00\\x00'",
                "4; b'abcd\\x00\\x00'; !ECONNABORTED done=4; b'abcd\\x00\\x00'",
            )
        },
        d06,
    ),
    own(
        "d07",
        |module| {
            if module.can.reports_reset {
                Want::Micropython
            } else {
                Want::AnyOf(
                    &["!EPIPE; !EPIPE; !EPIPE; !EPIPE", "!ECONNRESET; !EPIPE; !ECONNRESET; !EPIPE"],
                    "the module shows a reset as a close",
                )
            }
        },
        d07,
    ),
    own("d09", |module| or_end(module, "b'' @200ms; b''"), d09),
];

fn d01(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.fed(b"GET / HTTP/1.0\r\n\r\n");
    peer.reset();
    rig.settle();
    Heard::of([(); 5].map(|()| recv(&sock, 10)))
}

/// Two calls on a connection that was reset and, unless resets are reported, one on a connection
/// whose module restarted; 4 bytes unread on each.
fn reset(rig: &Rig<'_, '_>, call: impl Fn(&crate::api::Socket<'_>) -> String) -> Heard {
    let (sock, peer) = rig.fed(b"abcd");
    peer.reset();
    rig.settle();
    let heard = Heard::of([call(&sock), call(&sock)]);
    if rig.module.can.reports_reset {
        return heard;
    }
    Heard::of([heard.text(), restarted(rig, call)])
}

fn restarted(rig: &Rig<'_, '_>, call: impl Fn(&crate::api::Socket<'_>) -> String) -> String {
    let (sock, _peer) = rig.fed(b"abcd");
    rig.world.reset_module();
    call(&sock)
}

fn d03(rig: &Rig<'_, '_>) -> Heard {
    reset(rig, |sock| read(sock, 100))
}

fn d04(rig: &Rig<'_, '_>) -> Heard {
    reset(rig, read_to_end::<100>)
}

fn d05(rig: &Rig<'_, '_>) -> Heard {
    reset(rig, |sock| readline(sock, 100))
}

fn d06(rig: &Rig<'_, '_>) -> Heard {
    let call = |sock: &crate::api::Socket<'_>| {
        let (count, buffer) = readinto(sock, 6, None);
        format!("{count}; {buffer}")
    };
    let (sock, peer) = rig.fed(b"abcd");
    peer.reset();
    rig.settle();
    let first = call(&sock);
    if rig.module.can.reports_reset {
        return Heard::of([first]);
    }
    Heard::of([first, restarted(rig, call)])
}

fn d07(rig: &Rig<'_, '_>) -> Heard {
    let two = |call: &dyn Fn(&crate::api::Socket<'_>) -> String| {
        let (sock, peer) = rig.connected();
        peer.reset();
        rig.settle();
        let first = call(&sock);
        rig.settle();
        format!("{first}; {}", call(&sock))
    };
    Heard::of([two(&|sock| send(sock, b"x")), two(&|sock| write(sock, b"x"))])
}

fn d09(rig: &Rig<'_, '_>) -> Heard {
    let (sock, peer) = rig.connected();
    rig.after(200, move || peer.reset());
    Heard::of([rig.timed(200, || recv(&sock, 10)), recv(&sock, 10)])
}
