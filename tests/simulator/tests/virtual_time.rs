//! Virtual time: exact pacing, waiting, and the host's receive buffer.

use core::net::Ipv4Addr;
use core::time::Duration;
use embedded_io::{Read, ReadReady, Write};
use usocket_simulator::{Profile, UartError, VirtualWorld};

#[test]
fn a_write_takes_ten_bits_per_byte() {
    for baud in [9600, 115_200, 921_600] {
        let world = VirtualWorld::new(Profile::esp32c3_4_1()).baud(baud);
        let mut uart = world.uart();
        for _ in 0..100 {
            uart.write_all(&[0; 96]).unwrap();
        }
        let exact = Duration::from_nanos(96_000 * 1_000_000_000 / u64::from(baud));
        assert_eq!(world.now(), exact);
    }
}

#[test]
fn an_answer_takes_its_bytes_the_chunk_time_and_the_latency() {
    let latency = Duration::from_millis(3);
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).baud(100_000).latency(latency);
    let mut uart = world.uart();
    uart.write_all(b"ATE0\r\n").unwrap();
    let mut answer = [0; 12];
    uart.read_exact(&mut answer).unwrap();
    // 6 bytes out, 10 characters of silence, the echo meanwhile, 6 bytes of answer.
    let expected = Duration::from_micros(600 + 1000) + latency + Duration::from_micros(600);
    assert_eq!(world.now(), expected);
}

#[test]
fn both_directions_run_at_the_same_time() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).baud(100_000);
    world.mute(true);
    world.inject(&[b'x'; 1000]);
    let mut uart = world.uart();
    uart.write_all(&[0; 1000]).unwrap();
    assert_eq!(world.now(), Duration::from_millis(100));
    let mut received = [0; 1000];
    uart.read_exact(&mut received).unwrap();
    assert_eq!(world.now(), Duration::from_millis(100));
    let (up, down) = world.statistics();
    assert_eq!((up.busy, down.busy), (world.now(), world.now()));
}

#[test]
fn a_read_without_an_answer_times_out() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.set_read_limit(Duration::from_secs(3));
    assert_eq!(world.uart().read(&mut [0; 1]), Err(UartError::TimedOut));
    assert_eq!(world.now(), Duration::from_secs(3));
    assert!(!world.uart().read_ready().unwrap());
}

#[test]
fn a_pause_goes_to_the_next_event_but_not_beyond_a_millisecond() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).baud(100_000);
    world.pause();
    assert_eq!(world.now(), Duration::from_millis(1));
    world.inject(b"ab");
    world.pause();
    assert_eq!(world.now(), Duration::from_micros(1100));
    assert_eq!(world.now_ms(), 1);
}

#[test]
fn small_reads_change_nothing_but_their_number() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.set_read_max(1);
    let mut uart = world.uart();
    uart.write_all(b"AT\r\n").unwrap();
    world.advance(Duration::from_millis(10));
    let mut buffer = [0; 10];
    assert_eq!(uart.read(&mut buffer), Ok(1));
    uart.read_exact(&mut buffer[1..]).unwrap();
    assert_eq!(&buffer, b"AT\r\n\r\nOK\r\n");
}

#[test]
fn a_small_receive_buffer_loses_what_does_not_fit() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    world.set_host_fifo(16);
    world.inject(b"0123456789abcdefghijklmnopqrstuvwxyz");
    world.advance(Duration::from_millis(10));
    let mut buffer = [0; 64];
    assert_eq!(world.uart().read(&mut buffer), Ok(16));
    assert_eq!(&buffer[..16], b"0123456789abcdef");
    assert_eq!(world.statistics().1.overruns, 20);
}

#[test]
fn flow_control_holds_the_module_instead() {
    let world = VirtualWorld::new(Profile::esp32c3_4_1());
    let mut uart = world.uart();
    uart.write_all(b"AT+UART_CUR=115200,8,1,0,3\r\n").unwrap();
    let mut answer = [0; 34];
    uart.read_exact(&mut answer).unwrap();
    world.set_host_fifo(16);
    let text = b"0123456789abcdefghijklmnopqrstuvwxyz";
    world.inject(text);
    world.advance(Duration::from_secs(1));
    let mut received = [0; 36];
    uart.read_exact(&mut received).unwrap();
    assert_eq!(&received, text);
    assert_eq!(world.statistics().1.overruns, 0);
}

#[test]
fn the_network_takes_its_time_too() {
    let latency = Duration::from_millis(40);
    let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true).network_latency(latency);
    let host = world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
    let mut uart = world.uart();
    uart.write_all(b"AT+CIPSTART=\"TCP\",\"192.168.3.1\",80\r\n").unwrap();
    let written = world.now();
    world.advance(latency);
    assert!(host.accept().is_none());
    world.advance(latency + Duration::from_millis(1));
    let peer = host.accept().expect("connected after a round trip");
    peer.send(b"x");
    let sent = world.now();
    let mut byte = [0];
    while byte != *b"x" {
        uart.read_exact(&mut byte).unwrap();
    }
    assert!(world.now() - sent >= latency && sent - written >= latency * 2);
}

#[test]
fn the_same_program_gives_the_same_dialogue() {
    let run = || {
        let world = VirtualWorld::new(Profile::esp32c3_4_1()).joined(true);
        let host = world.listen(Ipv4Addr::new(192, 168, 3, 1), 80);
        host.serve(b"HTTP/1.0 200 OK\r\n\r\nhello");
        let mut uart = world.uart();
        for command in ["ATE0", "AT+CIPSTART=\"TCP\",\"192.168.3.1\",80", "AT+CIPSEND=18"] {
            uart.write_all(format!("{command}\r\n").as_bytes()).unwrap();
            world.advance(Duration::from_millis(20));
        }
        uart.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
        world.advance(Duration::from_millis(20));
        world.transcript()
    };
    let transcript = run();
    assert_eq!(transcript, run());
    assert!(transcript.ends_with("CLOSED\\r\\n\n"), "{transcript}");
}
