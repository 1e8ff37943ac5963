//! Rows J: names and addresses.

use usocket::{AF_INET, AddrInfo, Error, Hints, SOCK_DGRAM, SOCK_STREAM};

use crate::api::{getaddrinfo, getaddrinfo_with};
use crate::call::{moot, name};
use crate::rig::Rig;
use crate::verdict::{Heard, Program, Want, own};

pub(crate) const PROGRAMS: &[Program] = &[
    own("j01", |_| Want::Text("((2, 1, 6, '', '<addr>'))", "one entry, for a stream socket"), j01),
    own(
        "j02",
        |_| {
            Want::Amended(
                &[(0, "((2, 2, 17, '', '<addr>'))"), (1, "((2, 1, 6, '', '<addr>'))")],
                "the canonical name is always text",
            )
        },
        j02,
    ),
    own("j04", |_| Want::Text("80; n/a; n/a; n/a; n/a; n/a", "a port is a u16"), j04),
];

fn shown(result: Result<[AddrInfo; 1], Error>) -> String {
    match result {
        Ok([AddrInfo { family, kind, proto, canonname, sockaddr }]) => {
            let known = sockaddr == ([127, 0, 0, 1], 80).into();
            let addr = if known { "<addr>".into() } else { sockaddr.to_string() };
            format!("(({family}, {kind}, {proto}, '{canonname}', '{addr}'))")
        }
        Err(error) => name(error),
    }
}

fn j01(rig: &Rig<'_, '_>) -> Heard {
    let before = rig.world.commands().len();
    let heard = Heard::of([shown(getaddrinfo(rig.modem, "127.0.0.1", 80))]);
    heard.and(rig.world.commands().len() == before, "the module is not asked")
}

fn j02(rig: &Rig<'_, '_>) -> Heard {
    let with = |family, kind| {
        let hints = Hints { family, kind, ..Hints::default() };
        shown(getaddrinfo_with(rig.modem, "127.0.0.1", 80, hints))
    };
    Heard::of([with(AF_INET, SOCK_DGRAM), with(0, SOCK_STREAM)])
        .and(with(99, SOCK_STREAM) != with(0, SOCK_STREAM), "unknown families are refused")
}

fn j04(rig: &Rig<'_, '_>) -> Heard {
    let port = |port| match getaddrinfo(rig.modem, "127.0.0.1", port) {
        Ok([info]) => info.sockaddr.port().to_string(),
        Err(error) => name(error),
    };
    Heard::of([port(80), moot(), moot(), moot(), moot(), moot()])
        .and(port(65535) == "65535" && port(0) == "0", "the smallest and the largest")
}
