//! The conformance suite over the async shell: the same programs, whose calls are futures that an executor
//! polls when they were woken, beside the runner.

#![allow(dead_code, reason = "the programs are those of the blocking suite")]

mod api;
#[path = "../conformance/call.rs"]
mod call;
#[path = "../conformance/closing.rs"]
mod closing;
#[path = "../conformance/connected.rs"]
mod connected;
#[path = "../conformance/extras.rs"]
mod extras;
#[path = "../conformance/fresh.rs"]
mod fresh;
#[path = "../conformance/getaddrinfo.rs"]
mod getaddrinfo;
#[path = "../conformance/listener.rs"]
mod listener;
#[path = "../conformance/nonblocking.rs"]
mod nonblocking;
#[path = "../conformance/oracle.rs"]
mod oracle;
#[path = "../conformance/peer_fin.rs"]
mod peer_fin;
#[path = "../conformance/peer_rst.rs"]
mod peer_rst;
#[path = "../conformance/rig.rs"]
mod rig;
#[path = "../conformance/suite.rs"]
mod suite;
#[path = "../tasks/mod.rs"]
mod tasks;
#[path = "../conformance/timeout.rs"]
mod timeout;
#[path = "../conformance/udp.rs"]
mod udp;
#[path = "../conformance/verdict.rs"]
mod verdict;

use usocket_simulator::Profile;

use suite::{Tally, absent, suite};
use verdict::{Heard, Program, same};

/// Instead of those of `select.rs`.
const POLLS: &[Program] = &[same("k02", polls), same("k06", polls)];

fn polls(_: &rig::Rig<'_, '_>) -> Heard {
    absent(api::NO_POLL)
}

fn programs() -> Vec<Program> {
    [
        fresh::PROGRAMS,
        connected::PROGRAMS,
        peer_fin::PROGRAMS,
        peer_rst::PROGRAMS,
        nonblocking::PROGRAMS,
        timeout::PROGRAMS,
        udp::PROGRAMS,
        listener::PROGRAMS,
        closing::PROGRAMS,
        getaddrinfo::PROGRAMS,
        POLLS,
        extras::PROGRAMS,
    ]
    .concat()
}

#[test]
fn every_row_holds() {
    let profiles = [Profile::esp32c3_4_1(), Profile::bg96()];
    for profile in profiles {
        let Tally { passed, failed } = suite(&programs(), &profile, false);
        // of 110, eleven poll
        assert_eq!((passed, failed), (99, 0), "rows that passed and failed");
    }
}
