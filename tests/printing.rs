//! What `{:?}` shows of the driver: no password, no payload, neither as text nor as the numbers of its bytes.

mod script;
mod tasks;
mod world;

use std::fmt::Debug;
use std::time::Duration;

use script::cellular::{self, SETUP_BG96};
use script::{CONNECT, SETUP, Script, connected};
use tasks::{TaskClock, Time, task};
use usocket::at::Exchange;
use usocket::clock::Clock;
use usocket::network::{Cellular, STA_IF, Wlan};
use usocket::uart::RxQueue;
use usocket::wire::{Lexer, Token};
use usocket::{AF_INET, Error, Memory, Modem, SOCK_STREAM, asynch, socket};
use usocket_simulator::{AccessPoint, Profile, VirtualWorld};
use world::{PEER, WorldClock};

const SECRET: &str = "geheim-4711";

/// Panics if a good part of the secret is shown.
#[track_caller]
fn hides(shown: &dyn Debug) {
    for shown in [format!("{shown:?}"), format!("{shown:#?}").replace(",\n", ",")] {
        let shown = shown.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in SECRET.as_bytes().windows(3) {
            let text = std::str::from_utf8(part).expect("text");
            let numbers = part.iter().map(u8::to_string).collect::<Vec<_>>().join(", ");
            assert!(!shown.contains(text) && !shown.contains(&numbers), "{text:?} is in\n{shown}");
        }
    }
}

/// A scripted module whose script is not part of what is printed.
macro_rules! hides_but_uart {
    ($modem:expr) => {
        hides(&Cut(format!("{:?}", $modem).split("uart").next().unwrap()))
    };
}

/// Text that is shown as it is.
struct Cut<'t>(&'t str);

impl Debug for Cut<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

#[test]
fn a_password_that_the_module_tells_is_not_printed() {
    let setup = SETUP_BG96.replace(r#""internet","","",0"#, r#""internet","me","geheim-4711",1"#);
    let script = Script::new(&[&setup, cellular::OPEN]);
    script.piece(1);
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = Modem::quectel(script.clone(), script.clone(), &mut memory);
    let sock = socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.setblocking(false).unwrap();
    assert_eq!(sock.connect(cellular::PEER), Err(Error::InProgress));
    for _ in 0..100 {
        modem.poll().unwrap();
        modem.clock().pause();
        hides_but_uart!(modem);
    }
    script.assert_done();
    std::mem::forget(sock);
}

#[test]
fn the_echo_of_a_password_is_not_printed() {
    let join = r#"
        → AT+CWJAP="home","geheim-4711"\r\n
        ← AT+CWJAP="home","geheim-4711"\r\n\r\nOK\r\n
        ← +CWSAP:"setup","geheim-4711",5,3,10,0\r\n
    "#;
    let script = Script::new(&[SETUP, join]);
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
    let _ = Wlan::new(&modem, STA_IF).connect("home", SECRET);
    hides_but_uart!(modem);
}

#[test]
fn payload_is_not_printed() {
    let dialogue = r"
        ← +IPD,4,11\r\n
        → AT+CIPRECVDATA=4,64\r\n
        ← +CIPRECVDATA:11,geheim-4711\r\nOK\r\n
        → AT+CIPSEND=4,11\r\n
        ← \r\nOK\r\n\r\n>
        → geheim-4711
        ← Recv 11 bytes\r\n\r\nSEND OK\r\n
    ";
    let script = Script::new(&[SETUP, CONNECT, dialogue]);
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
    let sock = connected(&modem);
    assert_eq!(sock.recv(&mut [0; 4]), Ok(4));
    sock.setblocking(false).unwrap();
    assert_eq!(sock.send(SECRET.as_bytes()), Ok(11));
    hides_but_uart!(modem);
    hides(&sock);
    let file = sock.makefile("rwb").unwrap();
    let mut lines = file.lines::<16>();
    assert!(lines.next().is_some_and(|line| line.is_err()), "it goes on");
    hides(&lines);
    std::mem::forget(sock);
    drop(modem);
    hides(&memory);
}

#[test]
fn the_async_shell_prints_neither_password_nor_payload() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    let world = world.access_point(AccessPoint::new("home", SECRET));
    world.listen(PEER, 80).on_data(|_| SECRET.into());
    let time = Time::of(&world);
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = asynch::Modem::<_, _>::esp_at(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        let wlan = asynch::Wlan::new(&modem, STA_IF);
        wlan.active(true).await.unwrap();
        wlan.connect("home", SECRET).await.unwrap();
        hides(&modem);
        let sock = asynch::socket(&modem, AF_INET, SOCK_STREAM, 0).unwrap();
        sock.connect((PEER, 80)).await.unwrap();
        sock.send(SECRET.as_bytes()).await.unwrap();
        hides(&modem);
        assert_eq!(sock.recv(&mut [0; 4]).await, Ok(4));
        hides(&modem);
        hides(&sock);
    };
    time.run(program, &mut [task(runner.run())]);
}

#[test]
fn the_async_shell_prints_no_password_that_the_module_tells() {
    let world = VirtualWorld::new(Profile::bg96()).apn("company", "me", SECRET);
    let world = world.registers_after(Duration::ZERO);
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = Modem::quectel(world.uart(), WorldClock(world.clone()), &mut memory);
    Cellular::new(&modem).connect("company", "me", SECRET).unwrap();
    drop(modem);
    // another program finds the context, and asks whose it is
    let time = Time::of(&world);
    let mut memory = Memory::<1, 64, 32>::new();
    let modem = asynch::Modem::<_, _>::quectel(TaskClock(world.clone()), &mut memory);
    let (rx, tx) = time.uart();
    let mut runner = modem.runner(rx, tx, time.clone());
    let program = async {
        asynch::Cellular::new(&modem).active(true).await.unwrap();
        hides(&modem);
    };
    time.run(program, &mut [task(runner.run())]);
    drop(runner);
    drop(modem);
    hides(&memory);
}

#[test]
fn what_carries_bytes_prints_how_many_they_are() {
    let queue = RxQueue::<16>::new();
    assert_eq!(queue.push(SECRET.as_bytes()), 11);
    hides(&queue);
    hides(&queue.with_writer(Vec::new()));
    hides(&Exchange::new().payload(SECRET.as_bytes()));
    let mut lexer = Lexer::new();
    hides(&lexer.next(&mut &b"geheim-4711\r\n"[..], false));
    hides(&lexer);
    assert_eq!(format!("{:?}", Token::Line(SECRET.as_bytes())), "Line(11 bytes)");
    hides(&Token::Head(SECRET.as_bytes()));
    hides(&Token::Body(SECRET.as_bytes()));
}
