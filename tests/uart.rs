//! Bytes handed in by an interrupt.

use embedded_io::{Read, ReadReady, Write};
use usocket::uart::{Overrun, RxQueue};

#[test]
fn bytes_from_an_interrupt_come_out_in_order() {
    let interrupt = RxQueue::<8>::new();
    let mut uart = interrupt.with_writer(Vec::new());
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
    let interrupt = RxQueue::<4>::new();
    let mut uart = interrupt.with_writer(Vec::new());
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

#[test]
fn a_queue_is_empty_until_there_is_something_to_take() {
    let interrupt = RxQueue::<4>::new();
    let mut uart = interrupt.with_writer(Vec::new());
    assert!(interrupt.is_empty());
    interrupt.push(b"abcde");
    assert!(!interrupt.is_empty());
    let mut buffer = [0; 8];
    assert_eq!(uart.read(&mut buffer), Ok(4));
    // the word of the loss is something, too: who sleeps by this must not sleep now
    assert!(!interrupt.is_empty());
    assert_eq!(uart.read(&mut buffer), Err(Overrun::Overrun));
    assert!(interrupt.is_empty());
}

#[test]
fn an_interrupt_in_another_thread_loses_nothing() {
    static QUEUE: RxQueue<16> = RxQueue::new();
    let interrupt = std::thread::spawn(|| {
        let data: Vec<u8> = (0..=255).cycle().take(20_000).collect();
        let mut rest = &data[..];
        while !rest.is_empty() {
            // never more than there is room for: a loss would show as an error
            let count = rest.len().min(5);
            let room = QUEUE.room();
            if room >= count {
                assert_eq!(QUEUE.push(&rest[..count]), count);
                rest = &rest[count..];
            } else {
                std::thread::yield_now();
            }
        }
    });
    let mut uart = QUEUE.with_writer(Vec::new());
    let mut got = Vec::new();
    let mut buffer = [0; 7];
    while got.len() < 20_000 {
        let count = uart.read(&mut buffer).unwrap();
        got.extend_from_slice(&buffer[..count]);
    }
    interrupt.join().unwrap();
    assert!(got.iter().copied().eq((0..=255).cycle().take(20_000)));
}
