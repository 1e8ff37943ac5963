//! The conformance suite: every row of `oracle.tsv` as a program on a simulated module (README.md).

#[path = "../../examples/rig/any_modem.rs"]
mod any_modem;
mod api;
mod call;
mod capabilities;
mod closing;
mod connected;
mod extras;
mod fresh;
mod getaddrinfo;
mod listener;
mod nonblocking;
mod oracle;
mod peer_fin;
mod peer_rst;
mod rig;
mod select;
mod suite;
mod timeout;
mod udp;
mod verdict;

use usocket_simulator::Profile;

use oracle::rows;
use suite::{Tally, suite};
use verdict::Program;

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
        select::PROGRAMS,
        extras::PROGRAMS,
    ]
    .concat()
}

/// The modules that the suite demands everything of; NB-IoT and old GSM modules have no servers, and
/// one peer for each datagram socket.
fn modules() -> Vec<Profile> {
    [Profile::esp_at(), vec![Profile::bg96(), Profile::ec25()]].concat()
}

fn holds_on(profile: &Profile, whole: bool) {
    let Tally { passed, failed } = suite(&programs(), profile, whole);
    assert_eq!((passed, failed), (110, 0), "rows that passed and failed");
}

#[test]
fn every_row_holds() {
    holds_on(&Profile::esp32c3_4_1(), true);
}

#[test]
fn every_row_holds_on_every_firmware() {
    modules().iter().for_each(|profile| holds_on(profile, false));
}

#[test]
fn the_table_of_capabilities_has_every_field() {
    let table = capabilities::table(&Profile::all());
    println!("{table}");
    let fields = format!("{:?}", usocket::Capabilities::default());
    for field in fields.split([' ', ',', '{', '}']).filter_map(|word| word.strip_suffix(':')) {
        assert!(table.contains(&format!("\n{field} ")), "{field} is not in the table");
    }
}

#[test]
fn each_row_has_one_program_and_each_program_a_row() {
    let rows = rows();
    let programs = programs();
    for row in &rows {
        let count = programs.iter().filter(|program| program.id == row.id).count();
        assert_eq!(count, usize::from(row.letter() != 'L'), "programs of {}", row.id);
    }
    for program in &programs {
        assert!(rows.iter().any(|row| row.id == program.id), "no row {}", program.id);
    }
}
