//! Actions at a virtual time: the other side acts while the host waits.

use core::net::Ipv4Addr;
use core::time::Duration;
use embedded_io::{Read, Write};
use std::cell::RefCell;
use std::rc::Rc;
use usocket_simulator::{Profile, UartError, VirtualWorld};

const SECOND: Duration = Duration::from_secs(1);

fn expect(world: &VirtualWorld, text: &str) {
    let mut found = vec![0; text.len()];
    world.uart().read_exact(&mut found).unwrap();
    assert_eq!(String::from_utf8_lossy(&found), text);
}

/// A joined module without echo.
fn quiet() -> VirtualWorld {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
    say(&world, "ATE0", "ATE0\r\n\r\nOK\r\n");
    world
}

fn say(world: &VirtualWorld, command: &str, answer: &str) {
    world.uart().write_all(format!("{command}\r\n").as_bytes()).unwrap();
    expect(world, answer);
}

#[test]
fn actions_run_in_the_order_of_their_times_and_at_those_times() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    let seen = Rc::new(RefCell::new(Vec::new()));
    for (name, seconds) in [("third", 3), ("first", 1), ("second", 1)] {
        let seen = Rc::clone(&seen);
        world.after(SECOND * seconds, move |world| seen.borrow_mut().push((name, world.now())));
    }
    world.advance(SECOND * 2);
    assert_eq!(*seen.borrow(), [("first", SECOND), ("second", SECOND)]);
    world.advance(SECOND);
    assert_eq!(seen.borrow().last(), Some(&("third", SECOND * 3)));
}

#[test]
fn time_stops_at_an_action_even_in_a_pause() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.after(Duration::from_micros(300), |_| ());
    assert_eq!(world.next_activity(), Some(Duration::from_micros(300)));
    world.pause();
    assert_eq!(world.now(), Duration::from_micros(300));
    world.pause();
    assert_eq!(world.now(), Duration::from_micros(1300));
}

#[test]
fn an_action_may_plan_the_next_one() {
    fn tick(world: &VirtualWorld, left: u32) {
        world.inject(b".");
        if left > 1 {
            world.after(SECOND, move |world| tick(world, left - 1));
        }
    }
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.after(SECOND, |world| tick(world, 3));
    expect(&world, "...");
    assert_eq!(world.now().as_secs(), 3);
}

#[test]
fn a_blocking_read_is_woken_by_what_the_peer_does_meanwhile() {
    let world = quiet();
    let host = world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    say(&world, "AT+CIPSTART=\"TCP\",\"192.168.3.1\",80", "CONNECT\r\n\r\nOK\r\n");
    let peer = host.accept().unwrap();
    let closer = peer.clone();
    let start = world.now();
    world.after(SECOND * 10, move |_| peer.send(b"late"));
    world.after(SECOND * 20, move |_| closer.close());
    expect(&world, "\r\n+IPD,4:late\r\n");
    assert_eq!((world.now() - start).as_secs(), 10);
    expect(&world, "CLOSED\r\n");
    assert_eq!((world.now() - start).as_secs(), 20);
}

#[test]
fn every_handle_works_inside_an_action() {
    let world = quiet();
    say(&world, "AT+CIPMUX=1", "\r\nOK\r\n");
    say(&world, "AT+CIPSERVER=1,80", "\r\nOK\r\n");
    let udp = world.udp_host(Ipv4Addr::new(192, 168, 3, 1), 53);
    say(&world, "AT+CIPSTART=4,\"UDP\",\"192.168.3.1\",53,1112,0", "4,CONNECT\r\n\r\nOK\r\n");
    world.after(SECOND, move |_| udp.send_to(1112, b"abc"));
    world.after(SECOND * 2, |world| {
        let client = world.connect_in(80);
        client.send(b"hi");
        world.after(SECOND, move |_| client.reset());
    });
    world.after(SECOND * 4, VirtualWorld::disconnect_wifi);
    world.after(SECOND * 5, VirtualWorld::reset_module);
    expect(&world, "\r\n+IPD,4,3:abc\r\n");
    expect(&world, "0,CONNECT\r\n\r\n+IPD,0,2:hi\r\n0,CLOSED\r\n");
    expect(&world, "WIFI DISCONNECT\r\n4,CLOSED\r\n\r\nready\r\n");
}

#[test]
fn an_action_beyond_the_read_limit_stays_for_later() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.set_read_limit(SECOND);
    world.after(SECOND * 2, |world| world.inject(b"x"));
    assert_eq!(world.uart().read(&mut [0]), Err(UartError::TimedOut));
    assert_eq!(world.now(), SECOND);
    world.set_read_limit(SECOND * 2);
    expect(&world, "x");
}

#[test]
fn an_action_runs_while_the_host_writes() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).baud(9600);
    world.after(Duration::from_millis(100), |world| world.reset_module());
    world.uart().write_all(&[b'x'; 480]).unwrap();
    assert_eq!(world.now(), Duration::from_millis(500));
    assert!(world.next_activity().is_some(), "the module boots");
}
