//! Sequences of calls and of what happens outside, compared call by call with a small reference.
//!
//! Sockets of both kinds, in every state and every mode, several at a time, on simulated modules in
//! virtual time. First each call in each state and mode; then random sequences. A sequence that fails is
//! made as short as possible and printed; it belongs in [`REGRESSIONS`] then.
//! `MODEL_CASES=20000 cargo test --test model` runs more of them, `MODEL_SEED=7` others.

#[path = "../../examples/rig/any_modem.rs"]
mod any_modem;
mod call;
mod drive;
mod op;
mod reference;

use proptest::collection::vec;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use usocket_simulator::Profile;

use op::{Kind, Op, Target, Wait};

/// The modules on which sequences are run.
fn profiles() -> Vec<Profile> {
    Profile::esp_at().into_iter().chain([Profile::bg96(), Profile::ec25()]).collect()
}

/// Sequences that failed once, by what was wrong then.
const REGRESSIONS: &[(&str, &[Op])] = &[];

#[test]
fn sequences_that_failed_once() {
    for (name, ops) in REGRESSIONS {
        for profile in profiles() {
            if let Err(error) = drive::run(&profile, ops) {
                panic!("{name}, on {}: {error}", profile.name);
            }
        }
    }
}

/// How to come to each state. The names are those of the reference.
const STATES: &[(&str, &[Op])] = &[
    ("Tcp fresh", &[Op::Open(Kind::Tcp, Wait::NonBlocking)]),
    ("Tcp bound", &[Op::Open(Kind::Tcp, Wait::NonBlocking), Op::Bind(0, 1)]),
    ("Tcp listening", &[Op::Open(Kind::Tcp, Wait::NonBlocking), Op::Bind(0, 1), Op::Listen(0, 1)]),
    ("Tcp listening", &[Op::Open(Kind::Tcp, Wait::Blocking), Op::Listen(0, 1), Op::Visit(0)]),
    ("Tcp connecting", &[Op::Open(Kind::Tcp, Wait::NonBlocking), Op::Connect(0, Target::Nobody)]),
    ("Tcp failed", &[Op::Open(Kind::Tcp, Wait::NonBlocking), Op::Connect(0, Target::Shut)]),
    ("Tcp failed, told", &[Op::Open(Kind::Tcp, Wait::Blocking), Op::Connect(0, Target::Shut)]),
    ("Tcp connected", &[Op::Open(Kind::Tcp, Wait::NonBlocking), Op::Connect(0, Target::Host)]),
    (
        "Tcp connected",
        &[Op::Open(Kind::Tcp, Wait::Blocking), Op::Connect(0, Target::Host), Op::PeerSends(0, 9)],
    ),
    (
        "Tcp ended, unread",
        &[
            Op::Open(Kind::Tcp, Wait::Blocking),
            Op::Connect(0, Target::Host),
            Op::PeerSends(0, 9),
            Op::PeerCloses(0),
        ],
    ),
    (
        "Tcp ended",
        &[Op::Open(Kind::Tcp, Wait::Blocking), Op::Connect(0, Target::Host), Op::PeerCloses(0)],
    ),
    ("Tcp closed", &[Op::Open(Kind::Tcp, Wait::Blocking), Op::Close(0)]),
    ("Udp fresh", &[Op::Open(Kind::Udp, Wait::NonBlocking)]),
    ("Udp bound", &[Op::Open(Kind::Udp, Wait::NonBlocking), Op::Bind(0, 1)]),
    (
        "Udp bound",
        &[
            Op::Open(Kind::Udp, Wait::Blocking),
            Op::Bind(0, 0),
            Op::Datagram(0, Target::Host, 9),
            Op::Datagram(0, Target::Other, 5),
        ],
    ),
    ("Udp connected", &[Op::Open(Kind::Udp, Wait::NonBlocking), Op::Connect(0, Target::Host)]),
    (
        "Udp connected",
        &[
            Op::Open(Kind::Udp, Wait::Blocking),
            Op::Connect(0, Target::Host),
            Op::Datagram(0, Target::Other, 5),
            Op::Datagram(0, Target::Host, 9),
        ],
    ),
    ("Udp closed", &[Op::Open(Kind::Udp, Wait::Blocking), Op::Bind(0, 1), Op::Close(0)]),
];

/// Every call, at every size that makes a difference.
fn calls() -> Vec<Op> {
    let sized = [0, 3, 20].into_iter().flat_map(|size| {
        [
            Op::Recv(0, size),
            Op::RecvFrom(0, size),
            Op::Peek(0, size),
            Op::Read(0, size),
            Op::ReadLine(0, size),
            Op::Send(0, size),
            Op::SendAll(0, size),
            Op::Write(0, size),
            Op::SendTo(0, Target::Host, size),
            Op::SendTo(0, Target::Other, size),
        ]
    });
    let targets = [Target::Host, Target::Other, Target::Shut, Target::Nobody];
    let plain = [
        Op::Close(0),
        Op::Mode(0, Wait::Timeout),
        Op::Bind(0, 0),
        Op::Bind(0, 2),
        Op::Listen(0, 0),
        Op::Accept(0),
        Op::Poll(0),
        Op::SockName(0),
        Op::PeerName(0),
        Op::PendingError(0),
    ];
    sized.chain(targets.map(|target| Op::Connect(0, target))).chain(plain).collect()
}

/// Cells of the table that stay empty, because the rules leave them open (see `Run::sensible`) or
/// because nobody would ever end the wait.
fn left_open(state: &str, call: &str, wait: Wait) -> bool {
    match call {
        // the mode of a closed socket cannot be changed any more
        _ if state.ends_with("closed") => wait != Wait::Blocking,
        "bind" | "listen" | "accept" | "getpeername" => state.starts_with("Tcp failed"),
        "recv" | "recvfrom" | "peek" | "send" | "sendall" | "sendto" => {
            wait == Wait::Blocking
                && matches!(
                    (state, call),
                    ("Tcp connecting", _) | ("Udp fresh", "recv" | "recvfrom" | "peek")
                )
        }
        _ => false,
    }
}

#[test]
fn every_call_in_every_state_and_mode() {
    let waits = [Wait::Blocking, Wait::Timeout, Wait::NonBlocking];
    let mut runs = 0;
    // the newest and the oldest of ESP-AT, and a cellular module; the others come in the random sequences
    for profile in [Profile::esp32c3_4_1(), Profile::nonos_1_7(), Profile::bg96()] {
        for (state, start) in STATES {
            for (call, wait) in calls().iter().flat_map(|call| waits.map(|wait| (call, wait))) {
                let then = [Op::Mode(0, wait), *call, Op::Poll(0), *call, Op::Drop(0)];
                let ops = [start, &then[..]].concat();
                runs += 1;
                if let Err(error) = drive::run(&profile, &ops) {
                    panic!("{state}, on {}: {error}\nthe sequence: {ops:?}", profile.name);
                }
            }
        }
    }
    println!("{runs} runs");
    drive::COVERAGE.with_borrow(|table| {
        for ((state, call, wait), results) in table {
            println!("{state:17} {call:12} {wait:12?} {results:?}");
        }
        for (state, _) in STATES {
            for (call, wait) in calls().iter().flat_map(|call| waits.map(|wait| (call, wait))) {
                let name = call.name();
                let reached = table.contains_key(&((*state).to_owned(), name, wait));
                assert!(reached || left_open(state, name, wait), "{state} {name} {wait:?}");
            }
        }
    });
}

fn number(name: &str, otherwise: u32) -> u32 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

#[test]
fn every_call_returns_what_its_state_allows() {
    let cases = number("MODEL_CASES", 1400);
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut seed = [0; 32];
    seed[..4].copy_from_slice(&number("MODEL_SEED", 0).to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
    let sequences = (0..profiles().len(), vec(op::any(), 1..60));
    let result = TestRunner::new_with_rng(config, rng).run(&sequences, |(firmware, ops)| {
        drive::run(&profiles()[firmware], &ops).map_err(TestCaseError::fail)
    });
    match result {
        Ok(()) => {}
        Err(TestError::Fail(reason, (firmware, ops))) => {
            let firmware = profiles()[firmware].name;
            panic!("on {firmware}: {reason}\nthe sequence: {ops:?}");
        }
        Err(error) => panic!("{error}"),
    }
}
