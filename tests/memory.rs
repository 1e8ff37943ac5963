//! What a socket and the driver cost.

use std::mem::size_of;

use usocket::{EspAt, Memory, Modem};

#[test]
fn a_socket_costs_its_slot_and_its_rings_and_nothing_else() {
    let slot = size_of::<Memory<2, 8, 0>>() - size_of::<Memory<1, 8, 0>>() - 8;
    let driver = size_of::<Modem<'_, EspAt, (), ()>>();
    println!("on {} bits: {slot} bytes for a socket and its rings,", usize::BITS);
    println!("{driver} bytes for the driver and its UART and clock (with all features)");
    assert_eq!(size_of::<Memory<3, 1024, 256>>(), 3 * (slot + 1024 + 256));
    // the tests have all features: of the slot about 280 for `tls`, of the driver about 50 for
    // `at-commands`, and for `tls` a little more
    assert!(slot <= 488 && driver <= 1600, "{slot}, {driver}");
}
