//! Bytes handed in by an interrupt.

use embedded_io::{Read, ReadReady, Write};
use usocket::uart::{Overrun, RxQueue};

#[test]
fn bytes_from_an_interrupt_come_out_in_order() {
    let mut queue = RxQueue::<8>::new();
    let (mut interrupt, receiver) = queue.split();
    let mut uart = receiver.with_writer(Vec::new());
    assert!(!uart.read_ready().unwrap());
    let mut got = Vec::new();
    for round in 0..20u8 {
        assert_eq!(interrupt.push(&[round, round + 100, round + 200]), 3);
        let mut buffer = [0; 2];
        while uart.read_ready().unwrap() {
            let count = uart.read(&mut buffer).unwrap();
            got.extend_from_slice(&buffer[..count]);
        }
    }
    let expected: Vec<u8> = (0..20).flat_map(|round| [round, round + 100, round + 200]).collect();
    assert_eq!(got, expected);
    uart.write_all(b"AT\r\n").unwrap();
    uart.flush().unwrap();
}

#[test]
fn a_gap_is_reported_at_its_place_in_the_stream() {
    let mut queue = RxQueue::<5>::new();
    let (mut interrupt, receiver) = queue.split();
    let mut uart = receiver.with_writer(Vec::new());
    assert_eq!(interrupt.push(b"abcdef"), 4);
    let mut buffer = [0; 2];
    assert_eq!(uart.read(&mut buffer), Ok(2));
    // there is room again, but these bytes do not follow on `d`
    assert_eq!(interrupt.push(b"gh"), 0);
    assert_eq!(uart.read(&mut buffer), Ok(2));
    assert_eq!(&buffer, b"cd");
    assert!(uart.read_ready().unwrap());
    assert_eq!(uart.read(&mut buffer), Err(Overrun::Overrun));
    assert_eq!(interrupt.push(b"ij"), 2);
    assert_eq!(uart.read(&mut buffer), Ok(2));
    assert_eq!(&buffer, b"ij");
}
