//! A serial port of the operating system as the driver's UART, on a pseudo-terminal.

#![cfg(unix)]

use std::io;
use std::time::Duration;

use embedded_io::{ErrorKind, Read, ReadReady, Write};
use serialport::{SerialPort, TTYPort};
use usocket::uart::{SerialUart, SetBaud};

/// A port, and the one that it is connected to.
fn pair() -> (SerialUart, TTYPort) {
    let (far, mut near) = TTYPort::pair().expect("a pseudo-terminal");
    near.set_timeout(Duration::from_secs(2)).unwrap();
    let port: Box<dyn SerialPort> = Box::new(near);
    (SerialUart::from(port), far)
}

#[test]
fn bytes_go_both_ways_and_a_look_does_not_wait() {
    let (mut uart, mut far) = pair();
    far.set_timeout(Duration::from_secs(2)).unwrap();
    assert!(!uart.read_ready().unwrap());
    uart.write_all(b"AT\r\n").unwrap();
    uart.flush().unwrap();
    let mut heard = [0; 4];
    io::Read::read_exact(&mut far, &mut heard).unwrap();
    assert_eq!(&heard, b"AT\r\n");

    io::Write::write_all(&mut far, b"\r\nOK\r\n").unwrap();
    let mut answer = [0; 6];
    uart.read_exact(&mut answer).unwrap(); // waits for what is on its way
    assert_eq!(&answer, b"\r\nOK\r\n");
    assert!(!uart.read_ready().unwrap());
    assert_eq!(uart.read(&mut []).unwrap(), 0);
    assert_eq!(uart.write(&[]).unwrap(), 0);
}

#[test]
fn the_rate_can_be_changed() {
    let (mut uart, _far) = pair();
    uart.set_baud(921_600).unwrap();
    let port = uart.release();
    assert_eq!(port.baud_rate().unwrap(), 921_600);
}

#[test]
fn a_port_that_is_gone_is_no_error_of_the_line() {
    let missing = SerialUart::open("/dev/no-such-port", 115_200);
    assert!(missing.is_err());
    let (mut uart, far) = pair();
    drop(far);
    // the driver takes these kinds for a line that is gone
    let gone = match uart.read_ready() {
        Err(error) => embedded_io::Error::kind(&error),
        Ok(_) => match uart.read(&mut [0; 8]) {
            Ok(count) => {
                assert_eq!(count, 0, "nobody has sent anything");
                ErrorKind::BrokenPipe // as the driver has it
            }
            Err(error) => embedded_io::Error::kind(&error),
        },
    };
    assert!(matches!(gone, ErrorKind::NotConnected | ErrorKind::BrokenPipe), "{gone:?}");
}
