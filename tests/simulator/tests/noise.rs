//! A line that damages bytes, and a host that loses them (ESP-AT digest §14.11, §20.2).

use core::net::Ipv4Addr;
use core::time::Duration;
use embedded_io::{ErrorKind, Read, ReadReady, Write};
use usocket_simulator::{Direction, Disturbance, Profile, Uart, UartError, VirtualWorld};

/// A module without echo.
fn quiet() -> (VirtualWorld, Uart) {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let mut uart = world.uart();
    assert_eq!(say(&world, &mut uart, "ATE0\r\n"), "ATE0\r\n\r\nOK\r\n");
    (world, uart)
}

/// Writes something and reads what comes within a second.
fn say(world: &VirtualWorld, uart: &mut Uart, text: &str) -> String {
    uart.write_all(text.as_bytes()).unwrap();
    hear(world, uart)
}

fn hear(world: &VirtualWorld, uart: &mut Uart) -> String {
    world.advance(Duration::from_secs(1));
    let mut heard = Vec::new();
    let mut buffer = [0; 100];
    while uart.read_ready().unwrap() {
        let count = uart.read(&mut buffer).unwrap();
        heard.extend(&buffer[..count]);
    }
    String::from_utf8(heard).unwrap()
}

#[test]
fn a_byte_is_lost_changed_or_inserted_in_either_direction() {
    let (world, mut uart) = quiet();
    world.disturb(Direction::Module, 2, Disturbance::Drop);
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nK\r\n");
    world.disturb(Direction::Module, 3, Disturbance::Flip(1));
    world.disturb(Direction::Module, 4, Disturbance::Insert(b'x'));
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nOJx\r\n");
    world.disturb(Direction::Host, 4, Disturbance::Insert(b'x'));
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nOK\r\n");
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nERROR\r\n", "it was `xAT`");
    let struck: Vec<_> = world.disturbed().iter().map(|it| (it.direction, it.at)).collect();
    let (host, module) = (Direction::Host, Direction::Module);
    assert_eq!(struck, [(module, 2), (module, 4), (module, 3), (host, 0)]);
}

#[test]
fn a_byte_of_a_given_write_is_damaged() {
    let (world, mut uart) = quiet();
    world.disturb_within(b"+CIPMUX", 8, Disturbance::Drop);
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nOK\r\n");
    assert_eq!(say(&world, &mut uart, "AT+CIPMUX?\r\n"), "+CIPMUX:\r\n\r\nOK\r\n");
    assert_eq!(world.struck()["disturbed"], 1);
    assert_eq!(world.disturbed()[0].bytes, b"+CIPMUX:0\r\n");
}

#[test]
fn what_is_armed_can_be_disarmed() {
    let (world, mut uart) = quiet();
    world.disturb_within(b"OK", 0, Disturbance::Drop);
    world.disturb(Direction::Module, 0, Disturbance::Drop);
    world.overrun(0, 4, None);
    world.disarm();
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nOK\r\n");
    assert!(world.disturbed().is_empty());
}

#[test]
fn an_overrun_is_reported_at_its_place() {
    let (world, mut uart) = quiet();
    world.overrun(3, 2, Some(ErrorKind::Other));
    uart.write_all(b"AT\r\n").unwrap();
    world.advance(Duration::from_secs(1));
    let mut buffer = [0; 100];
    assert_eq!(uart.read(&mut buffer), Ok(3));
    assert_eq!(uart.read_ready(), Ok(true));
    assert_eq!(uart.read(&mut buffer[3..]), Err(UartError::Overrun(ErrorKind::Other)));
    assert_eq!(uart.read(&mut buffer[3..]), Ok(1));
    assert_eq!(&buffer[..4], b"\r\nO\n");
    assert_eq!(world.statistics().1.overruns, 2);
}

#[test]
fn an_overrun_may_go_unreported() {
    let (world, mut uart) = quiet();
    world.overrun(0, 1, None);
    world.overrun(1, 2, None);
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\n\r\n");
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nOK\r\n");
}

#[test]
fn reads_come_in_pieces_of_given_sizes() {
    let (world, mut uart) = quiet();
    world.set_read_sizes(&[1, 3]);
    uart.write_all(b"AT\r\n").unwrap();
    world.advance(Duration::from_secs(1));
    let mut buffer = [0; 100];
    let sizes: Vec<_> = (0..3).map(|_| uart.read(&mut buffer).unwrap()).collect();
    assert_eq!(sizes, [1, 3, 1]);
}

#[test]
fn a_write_comes_twice() {
    let (world, mut uart) = quiet();
    world.repeat_next(b"OK");
    assert_eq!(say(&world, &mut uart, "AT\r\n"), "\r\nOK\r\n\r\nOK\r\n");
}

#[test]
fn names_cannot_be_resolved_for_a_while() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    let world = world.dns("peer.example", Ipv4Addr::new(192, 0, 2, 10));
    let mut uart = world.uart();
    say(&world, &mut uart, "ATE0\r\n");
    world.fail_lookups(true);
    assert_eq!(say(&world, &mut uart, "AT+CIPDOMAIN=\"peer.example\"\r\n"), "");
    world.advance(Duration::from_secs(60));
    assert!(hear(&world, &mut uart).ends_with("ERROR\r\n"));
    world.fail_lookups(false);
    let found = say(&world, &mut uart, "AT+CIPDOMAIN=\"peer.example\"\r\n");
    assert!(found.starts_with("+CIPDOMAIN:\"192.0.2.10\""), "{found}");
}
