//! Numbers that lie, and lines that nobody asked for.

use usocket_simulator::{Direction, Profile};

use crate::program::{self, Event, Place, Run};
use crate::verdict::verdict;

/// What stands in the place of a number.
const NUMBERS: [&str; 20] = [
    "",
    "0",
    "1",
    "2",
    "4",
    "007",
    "-1",
    "17",
    "255",
    "256",
    "8193",
    "65536",
    "2147483648",
    "4294967295",
    "4294967296",
    "18446744073709551616",
    "99999999999999999999999999",
    "0x10",
    " 5",
    "x",
];

/// Whether all lies are told in all places.
fn all() -> bool {
    std::env::var("USOCKET_HOSTILE").is_ok_and(|value| value == "all")
}

/// The writes of the module, without those for the last socket, which is to work.
fn writes(base: &Run) -> Vec<Vec<u8>> {
    let over = base.steps.iter().rposition(|step| step.who != program::Who::Last);
    let over = base.steps[over.unwrap_or_default()].end;
    let said = base.dialogue.iter().filter(|entry| entry.direction == Direction::Module);
    said.filter(|entry| entry.time < over).map(|entry| entry.bytes.clone()).collect()
}

/// Where numbers stand in a text.
fn numbers(text: &[u8]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let len = text[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        if len > 0 {
            found.push((at, at + len));
        }
        at += len.max(1);
    }
    found
}

/// Puts each of some lies into the place of each number that the module says.
fn lie_about_numbers(name: &str, stride: usize) {
    let profile = Profile::by_name(name).unwrap();
    let base = program::run(&profile, None);
    let stride = if all() { 1 } else { stride };
    let (mut wrong, mut runs) = (Vec::new(), 0);
    for (write, text) in writes(&base).into_iter().enumerate() {
        for (index, (from, to)) in numbers(&text).into_iter().enumerate() {
            for (nth, lie) in NUMBERS.iter().enumerate() {
                if (nth + write + 7 * index) % stride != 0 {
                    continue;
                }
                let told = [&text[..from], lie.as_bytes(), &text[to..]].concat();
                let run = program::run(&profile, Some(Event::Rewrite(write, &told)));
                runs += 1;
                if let Some(what) = verdict(&base, &run) {
                    let told = String::from_utf8_lossy(&told).into_owned();
                    wrong.push(format!("{told:?} for write {write}: {what}"));
                }
            }
        }
    }
    println!("{name}: {runs} lies");
    assert!(wrong.is_empty(), "{} on {name}:\n{}", wrong.len(), wrong.join("\n"));
}

/// Says each of some lines at each place.
fn say_unasked(name: &str, lines: &[&[u8]], stride: usize) {
    let profile = Profile::by_name(name).unwrap();
    let base = program::run(&profile, None);
    let stride = if all() { 1 } else { stride };
    let long =
        [&b"a"[..], b"+", b"+IPD,", b"+IPD,4,", b">", b"\0", b"+QIURC: \"recv\",0,", b"\xff"];
    let long = long.map(|piece| piece.repeat(10_000 / piece.len()));
    let lines: Vec<&[u8]> =
        lines.iter().copied().chain(long.iter().map(|line| &line[..])).collect();
    let (mut wrong, mut runs) = (Vec::new(), 0);
    for write in 0..writes(&base).len() {
        for (nth, line) in lines.iter().enumerate() {
            if (nth + write) % stride != 0 {
                continue;
            }
            let place = Place { write, offset: 0 };
            let run = program::run(&profile, Some(Event::Line(place, line)));
            runs += 1;
            if let Some(what) = verdict(&base, &run) {
                let line: String = String::from_utf8_lossy(line).chars().take(60).collect();
                wrong.push(format!("{line:?} before write {write}: {what}"));
            }
        }
    }
    println!("{name}: {runs} lines");
    assert!(wrong.is_empty(), "{} on {name}:\n{}", wrong.len(), wrong.join("\n"));
}

const ESP_AT: &[&[u8]] = &[
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\nSEND OK\r\n",
    b"\r\nSEND FAIL\r\n",
    b"\r\nSEND Canceled\r\n",
    b"\r\nRecv 5 bytes\r\n",
    b"\r\nbusy p...\r\n",
    b"\r\nbusy s...\r\n",
    b"\r\n>",
    b"> ",
    b"+CIPRECVDATA:5,EVIL!\r\nOK\r\n",
    b"+CIPRECVDATA:5,\"9.9.9.9\",1,EVIL!\r\nOK\r\n",
    b"\r\n+IPD,9,5:EVIL!\r\n",
    b"\r\n+IPD,4,100000:EVIL!\r\n",
    b"+CIPRECVLEN:1,2\r\n",
    b"+CIPRECVLEN:1,2,3,4,5,6,7,8,9,10,11,12,13,14\r\n",
    b"+CIPRECVLEN:-1,-1,-1,-1,4294967295\r\n",
    b"1,CONNECT\r\n",
    b"4,CONNECT\r\n",
    b"9,CONNECT\r\n",
    b"+LINK_CONN:0,1,\"TCP\",1,\"6.6.6.6\",6,80\r\n",
    b"+LINK_CONN:0,77,\"TCP\",1,\"6.6.6.6\",6,80\r\n",
    b"+CIPDOMAIN:\"6.6.6.6\"\r\n",
    b"+CIPSTATE:1,\"TCP\",\"6.6.6.6\",6,80,1\r\n",
    b"+CIPMUX:0\r\n",
    b"+CWJAP:3\r\n",
    b"ERR CODE:0xffffffff\r\n",
    b"+ERRNO:0x68\r\n",
    b"ALREADY CONNECTED\r\n",
];

const QUECTEL: &[&[u8]] = &[
    b"\r\nOK\r\n",
    b"\r\nERROR\r\n",
    b"\r\n+CME ERROR: operation not allowed\r\n",
    b"\r\n+CME ERROR: 99999\r\n",
    b"\r\nSEND OK\r\n",
    b"\r\nSEND FAIL\r\n",
    b"\r\n> ",
    b"\r\nCONNECT\r\n",
    b"\r\n+QIRD: 5\r\nEVIL!\r\n\r\nOK\r\n",
    b"\r\n+QIRD: 5,\"9.9.9.9\",0\r\nEVIL!\r\n\r\nOK\r\n",
    b"\r\n+QIRD: 0\r\n",
    b"\r\n+QIRD: 99999\r\n",
    b"\r\n+QIOPEN: 3,0\r\n",
    b"\r\n+QIOPEN: 0,563\r\n",
    b"\r\n+QIOPEN: 255,0\r\n",
    b"\r\n+QIURC: \"incoming\",9,3,\"6.6.6.6\",6\r\n",
    b"\r\n+QIURC: \"incoming\",0,3,\"6.6.6.6\",6\r\n",
    b"\r\n+QIURC: \"incoming\",99,98,\"300.1.1.1\",99999\r\n",
    b"\r\n+QIURC: \"recv\",99\r\n",
    b"\r\n+QIURC: \"recv\",0,5\r\n",
    b"\r\n+QIURC: \"recv\",0,\"buff full\"\r\n",
    b"\r\n+QIURC: \"dnsgip\",0,9,600\r\n",
    b"\r\n+QIURC: \"dnsgip\",\"6.6.6.6\"\r\n",
    b"\r\n+QIURC: \"dnsgip\",\"300.1.1.1\"\r\n",
    b"\r\n+QISTATE: 0,\"TCP\",\"6.6.6.6\",6,6,4,1,0,0,\"uart1\"\r\n",
    b"\r\n+QIGETERROR: 0,\r\n",
    b"\r\n+CADATAIND: 0\r\n",
    b"\r\n+CARECV: 5,EVIL!\r\n\r\nOK\r\n",
    b"\r\n+CAOPEN: 0,0\r\n",
    b"\r\n+CAOPEN: 7,0\r\n",
    b"\r\n+CDNSGIP: 1,\"peer\",\"6.6.6.6\"\r\n",
];

#[test]
fn numbers_of_esp_at() {
    lie_about_numbers("esp32c3-4.1", 7);
}

#[test]
fn numbers_of_quectel() {
    lie_about_numbers("quectel-bg96", 10);
}

#[test]
fn numbers_of_simcom() {
    lie_about_numbers("simcom-sim7080", 10);
}

#[test]
fn lines_of_esp_at() {
    say_unasked("esp32c3-4.1", ESP_AT, 9);
}

#[test]
fn lines_of_quectel() {
    say_unasked("quectel-bg96", QUECTEL, 12);
}

#[test]
fn lines_of_simcom() {
    // its answers name no link: a whole one that comes while one is due cannot be told from the true one
    let told = |line: &&[u8]| !line.starts_with(b"\r\n+CARECV: 5");
    let lines: Vec<&[u8]> = QUECTEL.iter().copied().filter(told).collect();
    say_unasked("simcom-sim7080", &lines, 9);
}
