//! What programs have instead of a UART of `embedded_io`: the adapters, alone and under the driver.

use crate::script;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::script::{CONNECT, SETUP, Script};
use embedded_hal_mock::eh1::serial::{Mock, Transaction};
use embedded_hal_nb::serial;
use embedded_io::{Error as _, ErrorKind, Read, ReadReady, Write};
use heapless::spsc::Queue;
use usocket::clock::Clock;
use usocket::uart::{
    HalfError, Halves, NbError, NbSerial, Overrun, RxQueue, SetBaud, SpscFeed, SpscReceiver,
};
use usocket::{AF_INET, Error, Memory, Modem, SOCK_STREAM, socket};

const WOULD_BLOCK: nb::Error<serial::ErrorKind> = nb::Error::WouldBlock;

fn failed(kind: serial::ErrorKind) -> nb::Error<serial::ErrorKind> {
    nb::Error::Other(kind)
}

/// A program on the adapter, and the expectations on the UART under it, all of which must come true.
fn over_mock(expectations: &[Transaction<u8>], program: impl FnOnce(&mut NbSerial<&mut Mock<u8>>)) {
    let mut mock = Mock::new(expectations);
    program(&mut NbSerial::new(&mut mock));
    mock.done();
}

#[test]
fn a_look_takes_one_byte_and_the_read_gives_it() {
    over_mock(
        &[
            Transaction::read_error(WOULD_BLOCK),
            Transaction::read(b'a'),
            Transaction::read_many(b"bc"),
            Transaction::read_error(WOULD_BLOCK),
            Transaction::read_error(WOULD_BLOCK),
        ],
        |uart| {
            assert_eq!(uart.read_ready(), Ok(false));
            assert_eq!(uart.read_ready(), Ok(true));
            assert_eq!(uart.read_ready(), Ok(true)); // without another look
            let mut buf = [0; 8];
            assert_eq!(uart.read(&mut []), Ok(0));
            assert_eq!(uart.read(&mut buf), Ok(3));
            assert_eq!(&buf[..3], b"abc");
            assert_eq!(uart.read_ready(), Ok(false));
        },
    );
}

#[test]
fn a_read_waits_for_the_first_byte_alone() {
    over_mock(
        &[
            Transaction::read_error(WOULD_BLOCK),
            Transaction::read_error(WOULD_BLOCK),
            Transaction::read_many(b"xyz"),
        ],
        |uart| {
            let mut buf = [0; 2];
            assert_eq!(uart.read(&mut buf), Ok(2));
            assert_eq!(uart.read(&mut buf[..1]), Ok(1)); // what fits, and no more is looked for
            assert_eq!(&buf, b"zy");
        },
    );
}

#[test]
fn an_error_stays_at_its_place_in_the_stream() {
    over_mock(
        &[
            Transaction::read_many(b"ab"),
            Transaction::read_error(failed(serial::ErrorKind::Overrun)),
            Transaction::read_error(failed(serial::ErrorKind::Parity)),
            Transaction::read(b'c'),
            Transaction::read_error(WOULD_BLOCK),
        ],
        |uart| {
            let mut buf = [0; 8];
            assert_eq!(uart.read(&mut buf), Ok(2));
            assert_eq!(uart.read_ready(), Ok(true));
            let lost = uart.read(&mut buf).unwrap_err();
            assert_eq!(lost, NbError::Serial(serial::ErrorKind::Overrun));
            assert_eq!(lost.kind(), ErrorKind::OutOfMemory);
            assert_eq!(uart.read_ready(), Ok(true)); // another error is something to read
            assert_eq!(uart.read(&mut buf).unwrap_err().kind(), ErrorKind::InvalidData);
            assert_eq!(uart.read(&mut buf), Ok(1));
        },
    );
    for (kind, expected) in [
        (serial::ErrorKind::FrameFormat, ErrorKind::InvalidData),
        (serial::ErrorKind::Noise, ErrorKind::InvalidData),
        (serial::ErrorKind::Other, ErrorKind::Other),
    ] {
        assert_eq!(NbError::Serial(kind).kind(), expected);
    }
}

#[test]
fn a_write_waits_for_one_byte_and_hands_over_what_goes_at_once() {
    over_mock(
        &[
            Transaction::write_error(b'A', WOULD_BLOCK),
            Transaction::write(b'A'),
            Transaction::write(b'T'),
            Transaction::write_error(b'\r', WOULD_BLOCK),
            Transaction::write(b'\r'),
            Transaction::flush_error(WOULD_BLOCK),
            Transaction::flush(),
        ],
        |uart| {
            // the driver looks at what has come before it goes on
            assert_eq!(uart.write(b"AT\r"), Ok(2));
            assert_eq!(uart.write(b"\r"), Ok(1));
            assert_eq!(uart.write(b""), Ok(0));
            assert_eq!(uart.flush(), Ok(()));
        },
    );
}

#[test]
fn a_uart_that_takes_nothing_is_given_up() {
    let mut mock = Mock::new(&[
        Transaction::write_error(b'A', WOULD_BLOCK),
        Transaction::write_error(b'A', WOULD_BLOCK),
        Transaction::write_error(b'A', WOULD_BLOCK),
        Transaction::flush_error(WOULD_BLOCK),
        Transaction::flush_error(WOULD_BLOCK),
        Transaction::flush_error(WOULD_BLOCK),
        Transaction::write_error(b'A', failed(serial::ErrorKind::Other)),
    ]);
    let mut uart = NbSerial::new(&mut mock).give_up_after(3);
    assert_eq!(uart.write(b"AT"), Err(NbError::Stuck));
    assert_eq!(NbError::Stuck.kind(), ErrorKind::TimedOut);
    assert_eq!(uart.flush(), Err(NbError::Stuck));
    assert_eq!(uart.write(b"AT"), Err(NbError::Serial(serial::ErrorKind::Other)));
    uart.release().done();
}

/// A HAL of `embedded-hal-nb`: one byte at a time, and only every other time that it is asked.
struct Hal {
    script: Script,
    received: VecDeque<u8>,
    eager: bool,
}

impl Hal {
    fn new(script: &Script) -> Self {
        Self { script: script.clone(), received: VecDeque::new(), eager: false }
    }

    fn hesitates(&mut self) -> bool {
        self.eager = !self.eager;
        self.eager
    }
}

impl serial::ErrorType for Hal {
    type Error = serial::ErrorKind;
}

impl serial::Read for Hal {
    fn read(&mut self) -> nb::Result<u8, serial::ErrorKind> {
        if self.received.is_empty() && self.script.read_ready().unwrap() {
            let mut buf = [0; 16];
            let count = self.script.read(&mut buf).unwrap();
            self.received.extend(&buf[..count]);
        }
        self.received.pop_front().ok_or(nb::Error::WouldBlock)
    }
}

impl serial::Write for Hal {
    fn write(&mut self, byte: u8) -> nb::Result<(), serial::ErrorKind> {
        if self.hesitates() {
            return Err(nb::Error::WouldBlock);
        }
        self.script.write_all(&[byte]).unwrap();
        Ok(())
    }

    fn flush(&mut self) -> nb::Result<(), serial::ErrorKind> {
        if self.hesitates() { Err(nb::Error::WouldBlock) } else { Ok(()) }
    }
}

const EXCHANGE: &str = r#"
    → AT+CIPSEND=4,5\r\n
    ← \r\nOK\r\n\r\n>
    → hello
    ← \r\nRecv 5 bytes\r\n\r\nSEND OK\r\n\r\n+IPD,4,6\r\n
    → AT+CIPRECVDATA=4,64\r\n
    ← +CIPRECVDATA:6,world!\r\nOK\r\n
"#;

/// A connection over whatever UART.
fn converse(uart: impl usocket::uart::Uart, clock: impl Clock) {
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = Modem::esp_at(uart, clock, &mut memory);
    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect(script::PEER).unwrap();
    assert_eq!(sock.send(b"hello"), Ok(5));
    let mut buf = [0; 6];
    assert_eq!(sock.recv(&mut buf), Ok(6));
    assert_eq!(&buf, b"world!");
    std::mem::forget(sock);
}

#[test]
fn the_driver_works_on_a_hal_of_embedded_hal_nb_whole_and_in_halves() {
    let parts = [SETUP, CONNECT, EXCHANGE];
    let script = Script::new(&parts);
    converse(NbSerial::new(Hal::new(&script)), script.clone());
    script.assert_done();

    let script = Script::new(&parts);
    let (rx, tx) = (NbSerial::new(Hal::new(&script)), NbSerial::new(Hal::new(&script)));
    converse(Halves::new(rx, tx), script.clone());
    script.assert_done();
}

/// A UART whose bytes come by an interrupt: each pause of the driver is one.
struct Interrupts<'q> {
    script: Script,
    feed: std::cell::RefCell<SpscFeed<'q>>,
}

impl Clock for Interrupts<'_> {
    fn now(&self) -> u32 {
        self.script.now()
    }

    fn pause(&self) {
        self.script.pause();
        let mut uart = self.script.clone();
        let mut buf = [0; 16];
        while uart.read_ready().unwrap() {
            let count = uart.read(&mut buf).unwrap();
            assert_eq!(self.feed.borrow_mut().push(&buf[..count]), count);
        }
    }
}

#[test]
fn the_driver_works_on_a_queue_of_heapless() {
    let lost = AtomicBool::new(false);
    let mut queue = Queue::<u8, 512>::new();
    let (producer, consumer) = queue.split();
    let script = Script::new(&[SETUP, CONNECT, EXCHANGE]);
    let feed = std::cell::RefCell::new(SpscFeed::new(producer, &lost));
    // sent by a HAL of embedded-hal-nb
    let uart = SpscReceiver::new(consumer, &lost).with_writer(NbSerial::new(Hal::new(&script)));
    converse(uart, Interrupts { script: script.clone(), feed });
    script.assert_done();
    assert!(!lost.load(Ordering::Relaxed));
}

#[test]
fn a_gap_in_a_queue_of_heapless_is_told_at_its_place() {
    let lost = AtomicBool::new(false);
    let mut queue = Queue::<u8, 5>::new(); // four bytes
    let (producer, consumer) = queue.split();
    let mut feed = SpscFeed::new(producer, &lost);
    let mut uart = SpscReceiver::new(consumer, &lost).with_writer(Vec::new());
    assert_eq!(uart.read_ready(), Ok(false));
    assert_eq!(feed.push(b"abcdef"), 4);
    let mut buf = [0; 2];
    assert_eq!(uart.read(&mut []), Ok(0));
    assert_eq!(uart.read(&mut buf), Ok(2));
    assert_eq!(feed.push(b"gh"), 0); // there is room again, but these do not follow on `d`
    assert_eq!(uart.read(&mut buf), Ok(2));
    assert_eq!(&buf, b"cd");
    assert_eq!(uart.read_ready(), Ok(true));
    let gap = uart.read(&mut buf).unwrap_err();
    assert_eq!(gap, HalfError::Read(Overrun::Overrun));
    assert_eq!(gap.kind(), ErrorKind::OutOfMemory);
    assert_eq!(uart.read_ready(), Ok(false));
    assert_eq!(feed.push(b"ij"), 2);
    feed.report_overrun(); // the hardware has lost what came then
    assert_eq!(uart.read(&mut buf), Ok(2));
    assert_eq!(&buf, b"ij");
    assert!(uart.read(&mut buf).is_err());
    uart.write_all(b"AT\r\n").unwrap();
    uart.flush().unwrap();
    let (_, written) = uart.release();
    assert_eq!(written, b"AT\r\n");
}

#[test]
fn an_overrun_of_the_adapter_is_counted_by_the_driver() {
    let lost = AtomicBool::new(false);
    let mut queue = Queue::<u8, 512>::new();
    let (producer, consumer) = queue.split();
    let script = Script::new(&[]);
    let feed = SpscFeed::new(producer, &lost);
    let uart = SpscReceiver::new(consumer, &lost).with_writer(script.clone());
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = Modem::esp_at(uart, script, &mut memory);
    modem.poll().unwrap();
    assert_eq!(modem.counters().overruns, 0);
    feed.report_overrun();
    modem.poll().unwrap();
    assert_eq!(modem.counters().overruns, 1);
}

#[test]
fn an_interrupt_in_another_thread_loses_nothing_in_a_queue_of_heapless() {
    let lost = AtomicBool::new(false);
    let mut queue = Queue::<u8, 64>::new();
    let (producer, consumer) = queue.split();
    let data: Vec<u8> = (0..5000_u32).map(|at| (at * 7 % 251) as u8).collect();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut feed = SpscFeed::new(producer, &lost);
            // an interrupt that finds the queue full has lost something; a line with RTS stops before
            for &byte in &data {
                while feed.push(&[byte]) == 0 {
                    std::thread::yield_now();
                }
            }
        });
        let mut receiver = SpscReceiver::new(consumer, &lost);
        let mut got = Vec::new();
        let mut buf = [0; 7];
        while got.len() < data.len() {
            match receiver.read(&mut buf) {
                Ok(count) => got.extend_from_slice(&buf[..count]),
                Err(error) => assert_eq!(error, Overrun::Overrun),
            }
        }
        assert!(got == data, "in order, each byte once");
    });
}

/// A half that sends, and has a rate.
struct Tx(Vec<u8>, u32);

impl embedded_io::ErrorType for Tx {
    type Error = ErrorKind;
}

impl Write for Tx {
    fn write(&mut self, buf: &[u8]) -> Result<usize, ErrorKind> {
        self.0.extend_from_slice(buf);
        Ok(buf.len())
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Err(ErrorKind::BrokenPipe)
    }
}

impl SetBaud for Tx {
    fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
        self.1 = baud;
        if baud < 1_000_000 { Ok(()) } else { Err(ErrorKind::Unsupported) }
    }
}

#[test]
fn halves_are_a_uart_whose_rate_the_sending_half_sets() {
    static QUEUE: RxQueue<8> = RxQueue::new();
    let mut uart = Halves::new(QUEUE.with_writer(Vec::new()), Tx(Vec::new(), 0));
    QUEUE.push(b"hi");
    assert_eq!(uart.read_ready(), Ok(true));
    let mut buf = [0; 4];
    assert_eq!(uart.read(&mut buf), Ok(2));
    assert_eq!(uart.write(b"AT"), Ok(2));
    let gone = uart.flush().unwrap_err();
    assert_eq!(
        (gone, gone.kind()),
        (HalfError::Write(ErrorKind::BrokenPipe), ErrorKind::BrokenPipe)
    );
    uart.set_baud(115_200).unwrap();
    assert_eq!(uart.set_baud(3_000_000).unwrap_err().kind(), ErrorKind::Unsupported);
    let (_, tx) = uart.release();
    assert_eq!((&tx.0[..], tx.1), (&b"AT"[..], 3_000_000));
}

#[test]
fn a_uart_that_takes_no_byte_is_a_line_that_is_gone() {
    struct Deaf;
    impl serial::ErrorType for Deaf {
        type Error = serial::ErrorKind;
    }
    impl serial::Read for Deaf {
        fn read(&mut self) -> nb::Result<u8, serial::ErrorKind> {
            Err(nb::Error::WouldBlock)
        }
    }
    impl serial::Write for Deaf {
        fn write(&mut self, _: u8) -> nb::Result<(), serial::ErrorKind> {
            Err(nb::Error::WouldBlock)
        }
        fn flush(&mut self) -> nb::Result<(), serial::ErrorKind> {
            Ok(())
        }
    }
    let script = Script::new(&[]);
    let mut memory = Memory::<1, 64, 32>::new();
    let uart = NbSerial::new(Deaf).give_up_after(1000);
    let modem = Modem::esp_at(uart, script, &mut memory);
    let found = usocket::getaddrinfo(&modem, "www.getman.com", 80);
    assert_eq!(found, Err(Error::Uart(ErrorKind::TimedOut)));
}
