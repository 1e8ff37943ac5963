//! Programs that have failed once, shrunk: what they showed does not come back.

use embedded_io::ErrorKind;
use usocket_simulator::Disturbance::Drop;

use crate::fault::Fault::{BodyByte, ContextGone, NetworkGone, Overrun};
use crate::script::Mode::{Block, Now, Until};
use crate::script::Role::{Accepted, Client, Datagrams, Server};
use crate::script::Step::{
    Close, Leave, Open, PeerResets, PeerSends, Poll, Recv, Resolve, Send, Weather,
};
use crate::script::{Reading, Script, Sky, Writing};

/// A program, and what it showed.
pub(crate) struct Found {
    pub(crate) showed: &'static str,
    pub(crate) script: Script<'static>,
}

pub(crate) const FOUND: &[Found] = &[
    Found {
        showed: "the word that the context is gone was lost, and nobody looked for it",
        script: Script {
            profile: "quectel-bg96",
            ring: 64,
            sky: Sky {
                baud: 9600,
                raise: 0,
                latency: 9,
                distance: 0,
                reads: [40, 40, 40, 40],
                habits: [255, 255, 255, 255],
                nasty: false,
            },
            roles: [Client, Client, Server, Accepted, Datagrams],
            steps: &[
                Weather(Overrun { after: 124, lost: 39, report: None }),
                Send { place: 1, mode: Block, size: 7839, how: Writing::File },
                Weather(ContextGone),
                Open { place: 2, mode: Until(3611) },
            ],
        },
    },
    Found {
        showed: "the same on a module that does not say why an opening fails",
        script: Script {
            profile: "quectel-m95",
            ring: 2048,
            sky: Sky {
                baud: 921_600,
                raise: 0,
                latency: 3,
                distance: 40,
                reads: [9, 9, 9, 9],
                habits: [5, 0, 10, 255],
                nasty: false,
            },
            roles: [Client, Client, Client, Client, Client],
            steps: &[
                Weather(Overrun { after: 192, lost: 47, report: None }),
                Recv { place: 4, mode: Until(2591), size: 2697, how: Reading::Peek },
                Open { place: 0, mode: Until(1245) },
                Send { place: 3, mode: Until(2011), size: 1584, how: Writing::Try },
                Recv { place: 3, mode: Until(2520), size: 32, how: Reading::Recv },
                PeerSends { place: 1, size: 2077 },
                PeerResets { place: 2 },
                Weather(NetworkGone { ms: 2 }),
                Resolve,
            ],
        },
    },
    Found {
        showed: "a client of a server that has closed was given to the next server",
        script: Script {
            profile: "esp8266-2.2.2",
            ring: 700,
            sky: Sky {
                baud: 115_200,
                raise: 0,
                latency: 0,
                distance: 40,
                reads: [255, 255, 255, 255],
                habits: [11, 255, 255, 255],
                nasty: true,
            },
            roles: [Client, Server, Accepted, Accepted, Client],
            steps: &[
                PeerSends { place: 1, size: 0 },
                PeerSends { place: 1, size: 0 },
                Recv { place: 3, mode: Now, size: 2671, how: Reading::Recv },
                Close { place: 1, mode: Now },
                PeerSends { place: 1, size: 0 },
                Recv { place: 2, mode: Block, size: 2992, how: Reading::Recv },
            ],
        },
    },
    Found {
        showed: "the loss of the network was overrun, and `CLOSED` behind it became the end",
        script: Script {
            profile: "esp8266-2.2.2",
            ring: 1,
            sky: Sky {
                baud: 9600,
                raise: 0,
                latency: 3,
                distance: 40,
                reads: [255, 255, 255, 255],
                habits: [9, 15, 255, 255],
                nasty: false,
            },
            roles: [Client, Client, Client, Server, Accepted],
            steps: &[
                Open { place: 3, mode: Block },
                Weather(Overrun { after: 293, lost: 50, report: Some(ErrorKind::InvalidData) }),
                Recv { place: 1, mode: Until(613), size: 2568, how: Reading::Recv },
                Recv { place: 2, mode: Until(2296), size: 997, how: Reading::Recv },
                Weather(ContextGone),
            ],
        },
    },
    Found {
        showed: "the same with a context",
        script: Script {
            profile: "quectel-bc66",
            ring: 64,
            sky: Sky {
                baud: 115_200,
                raise: 0,
                latency: 0,
                distance: 0,
                reads: [1, 1, 1, 1],
                habits: [13, 255, 255, 255],
                nasty: false,
            },
            roles: [Client, Client, Client, Client, Client],
            steps: &[
                Weather(Overrun { after: 154, lost: 57, report: Some(ErrorKind::OutOfMemory) }),
                PeerSends { place: 0, size: 1241 },
                PeerSends { place: 2, size: 2923 },
                Weather(NetworkGone { ms: 48 }),
                Recv { place: 3, mode: Block, size: 2243, how: Reading::Peek },
            ],
        },
    },
    Found {
        showed: "the same, with an overrun inside a body",
        script: Script {
            profile: "simcom-sim7080",
            ring: 2048,
            sky: Sky {
                baud: 9600,
                raise: 0,
                latency: 3,
                distance: 40,
                reads: [255, 255, 255, 255],
                habits: [5, 11, 255, 255],
                nasty: true,
            },
            roles: [Client, Client, Client, Client, Client],
            steps: &[
                Weather(Overrun { after: 1412, lost: 115, report: Some(ErrorKind::OutOfMemory) }),
                PeerSends { place: 1, size: 747 },
                PeerSends { place: 0, size: 2052 },
                Recv { place: 0, mode: Until(1933), size: 1174, how: Reading::Recv },
                Weather(NetworkGone { ms: 39 }),
                Recv { place: 1, mode: Until(2951), size: 2947, how: Reading::Read },
            ],
        },
    },
    Found {
        showed: "payload behind a damaged head was skipped, and its `OK` said that nothing waits",
        script: Script {
            profile: "quectel-m95",
            ring: 1,
            sky: Sky {
                baud: 9600,
                raise: 0,
                latency: 9,
                distance: 40,
                reads: [1, 1, 1, 1],
                habits: [14, 16, 255, 255],
                nasty: false,
            },
            roles: [Client, Client, Client, Client, Client],
            steps: &[
                Weather(BodyByte { at: 6, what: Drop }),
                PeerSends { place: 1, size: 276 },
                Send { place: 2, mode: Until(637), size: 975, how: Writing::File },
            ],
        },
    },
    Found {
        showed: "what was left of two heads made one, with an address that nobody has",
        script: Script {
            profile: "esp32c3-4.1",
            ring: 2048,
            sky: Sky {
                baud: 921_600,
                raise: 0,
                latency: 0,
                distance: 80,
                reads: [35, 35, 35, 35],
                habits: [5, 8, 1, 255],
                nasty: true,
            },
            roles: [Client, Datagrams, Datagrams, Client, Client],
            steps: &[
                Open { place: 1, mode: Until(3546) },
                Open { place: 0, mode: Block },
                Open { place: 4, mode: Until(2231) },
                PeerSends { place: 3, size: 758 },
                Weather(Overrun { after: 1376, lost: 56, report: Some(ErrorKind::InvalidData) }),
                Send { place: 1, mode: Until(2973), size: 2711, how: Writing::Try },
                Resolve,
                Send { place: 0, mode: Until(3538), size: 2627, how: Writing::Send },
                Leave { place: 3 },
                Recv { place: 0, mode: Block, size: 1344, how: Reading::Read },
                Poll { ms: 1794 },
                PeerSends { place: 2, size: 4376 },
                Send { place: 1, mode: Until(1254), size: 1574, how: Writing::Send },
                Recv { place: 2, mode: Block, size: 1665, how: Reading::Try },
            ],
        },
    },
];
