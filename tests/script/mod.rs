//! A UART that plays the module's part of a written dialogue, on virtual time.
//!
//! A script is text: `→` what the driver must write, `←` what the module says then, `…` how many
//! milliseconds pass before the next of these, so that the driver must not write earlier either. `\r`, `\n`, `\\`, `\"` and `\xNN` are escapes; nothing
//! else is added. What the driver writes is compared byte by byte.

// each test file uses its own part of this
#![allow(dead_code, reason = "shared by several test files, each of which uses a part")]

pub(crate) mod cellular;
pub(crate) mod cuts;
pub(crate) mod tls;

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use usocket::clock::Clock;
use usocket::{AF_INET, EspAt, Memory, Modem, SOCK_STREAM, Socket, socket};

/// What the driver writes to bring up a module of ESP-AT 4.1, and the answers.
pub(crate) const SETUP: &str = r#"
→ AT\r\n
← AT\r\n\r\nOK\r\n
→ ATE0\r\n
← ATE0\r\n\r\nOK\r\n
→ AT+GMR\r\n
← AT version:4.1.1.0(ba4dd0e - ESP32C3 - Jul 31 2025 08:38:07)\r\n
← SDK version:v5.4.1\r\ncompile time(7c092f9a):Aug  1 2025 05:35:19\r\nBin version:v4.1.1.0(MINI-1)\r\n\r\nOK\r\n
→ AT+SYSSTORE=0\r\n
← \r\nOK\r\n
→ AT+SYSLOG=1\r\n
← \r\nOK\r\n
→ AT+CIPMUX=1\r\n
← \r\nOK\r\n
→ AT+CIPCLOSE=5\r\n
← \r\nOK\r\n
→ AT+CIPDINFO=0\r\n
← \r\nOK\r\n
→ AT+CIPRECVTYPE=5,1\r\n
← \r\nOK\r\n
"#;

/// The driver connects link 4 to 192.168.4.2:80 and looks once for data that came with it.
pub(crate) const CONNECT: &str = r#"
→ AT+CIPSTART=4,"TCP","192.168.4.2",80\r\n
← 4,CONNECT\r\n\r\nOK\r\n
"#;

/// Where [`CONNECT`] connects to.
pub(crate) const PEER: ([u8; 4], u16) = ([192, 168, 4, 2], 80);

/// The driver on a scripted module.
pub(crate) type ScriptModem<'b> = Modem<'b, EspAt, Script, Script>;

/// Runs a program on a module that plays `parts`, to their very end; three sockets with rings of 64
/// and 32 bytes.
///
/// The program runs as often as there are ways to cut what the module says ([`cuts`]), and must not
/// see a difference.
pub(crate) fn play(parts: &[&str], program: impl Fn(&ScriptModem<'_>, &Script)) {
    cuts::every_cut(parts, |script| {
        let mut memory = Memory::<3, 64, 32>::new();
        let modem = Modem::esp_at(script.clone(), script.clone(), &mut memory);
        program(&modem, script);
    });
}

/// Lets the driver go on by itself.
pub(crate) fn idle(modem: &ScriptModem<'_>, ms: u32) {
    for _ in 0..ms {
        modem.poll().unwrap();
        modem.clock().pause();
    }
}

/// A socket that plays [`CONNECT`].
pub(crate) fn connected<'n>(modem: &'n ScriptModem<'_>) -> Socket<'n> {
    let sock = socket(modem, AF_INET, SOCK_STREAM, 0).unwrap();
    sock.connect(PEER).unwrap();
    sock
}

#[derive(Debug, Clone)]
enum Step {
    Host(Vec<u8>),
    Module(Vec<u8>),
    Wait(u32),
    /// The UART reports an error at this place of the stream.
    Error,
}

#[derive(Debug, Default)]
struct State {
    steps: VecDeque<Step>,
    /// Bytes on their way to the driver; `None` is an error of the UART.
    line: VecDeque<Option<u8>>,
    /// Bytes of the present `→` that have been written.
    written: usize,
    /// When the next step may come.
    not_before: u32,
    now: u32,
    piece: usize,
    /// A read ends before this byte of all that the module says.
    cut: usize,
    /// Bytes that have been read.
    read: usize,
    pauses: u32,
}

/// The scripted module: clones share one state.
#[derive(Debug, Clone)]
pub(crate) struct Script(Rc<RefCell<State>>, Rc<Cell<u32>>);

impl Script {
    /// A module that plays `parts` one after the other.
    pub(crate) fn new(parts: &[&str]) -> Self {
        let script = Self(Rc::default(), Rc::new(Cell::new(0)));
        script.0.borrow_mut().piece = usize::MAX;
        script.0.borrow_mut().cut = usize::MAX;
        for part in parts {
            script.append(part);
        }
        script
    }

    /// More to play.
    pub(crate) fn append(&self, part: &str) {
        let mut state = self.0.borrow_mut();
        for line in part.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
            let (kind, rest) = line.split_at(line.chars().next().map_or(0, char::len_utf8));
            let text = rest.strip_prefix(' ').unwrap_or(rest);
            state.steps.push_back(match kind {
                "→" => Step::Host(unescape(text)),
                "←" => Step::Module(unescape(text)),
                "…" => Step::Wait(text.trim().parse().expect("milliseconds")),
                "↯" => Step::Error,
                _ => panic!("not a line of a script: {line}"),
            });
        }
    }

    /// Bytes that one `read` returns at most.
    pub(crate) fn piece(&self, bytes: usize) {
        self.0.borrow_mut().piece = bytes;
    }

    /// A read ends before this byte of all that the module says.
    fn cut(&self, at: usize) {
        self.0.borrow_mut().cut = at;
    }

    /// Bytes that have been read.
    fn read_so_far(&self) -> usize {
        self.0.borrow().read
    }

    /// The present time in ms.
    pub(crate) fn time(&self) -> u32 {
        self.0.borrow().now
    }

    /// Panics unless everything has been played.
    #[track_caller]
    pub(crate) fn assert_done(&self) {
        let state = self.0.borrow();
        assert!(state.steps.is_empty(), "not played: {:?}", state.steps);
        assert!(state.line.is_empty(), "not read: {:?}", state.line);
    }
}

impl State {
    /// Whether it is time for the next step.
    fn is_due(&self) -> bool {
        self.now.wrapping_sub(self.not_before) < u32::MAX / 2
    }

    /// Moves what the module says now onto the line.
    fn play(&mut self) {
        while self.is_due() {
            match self.steps.front() {
                Some(Step::Module(_)) => {
                    let Some(Step::Module(bytes)) = self.steps.pop_front() else { return };
                    self.line.extend(bytes.into_iter().map(Some));
                }
                Some(Step::Error) => {
                    self.steps.pop_front();
                    self.line.push_back(None);
                }
                Some(&Step::Wait(ms)) => {
                    self.steps.pop_front();
                    self.not_before = self.now.wrapping_add(ms);
                }
                Some(Step::Host(_)) | None => return,
            }
        }
    }
}

/// The scripted line's error.
#[derive(Debug)]
pub(crate) struct LineError;

impl std::fmt::Display for LineError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("overrun")
    }
}
impl std::error::Error for LineError {}
impl embedded_io::Error for LineError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Script {
    type Error = LineError;
}

impl ReadReady for Script {
    fn read_ready(&mut self) -> Result<bool, LineError> {
        let mut state = self.0.borrow_mut();
        state.play();
        Ok(!state.line.is_empty())
    }
}

impl Read for Script {
    fn read(&mut self, buf: &mut [u8]) -> Result<usize, LineError> {
        let mut state = self.0.borrow_mut();
        let uncut = state.cut.checked_sub(state.read).filter(|&left| left > 0);
        let most = state.piece.min(buf.len()).min(uncut.unwrap_or(usize::MAX));
        let mut count = 0;
        for place in buf.iter_mut().take(most) {
            match state.line.front() {
                Some(Some(byte)) => *place = *byte,
                Some(None) if count == 0 => {
                    state.line.pop_front();
                    return Err(LineError);
                }
                Some(None) | None => break,
            }
            state.line.pop_front();
            count += 1;
        }
        assert!(count > 0, "read without read_ready");
        state.read += count;
        Ok(count)
    }
}

impl Write for Script {
    fn write(&mut self, buf: &[u8]) -> Result<usize, LineError> {
        let mut state = self.0.borrow_mut();
        state.play();
        for &byte in buf {
            let at = state.written;
            assert!(
                at > 0 || state.is_due(),
                "{} was too early for {:?}",
                state.now,
                String::from_utf8_lossy(buf)
            );
            let text = String::from_utf8_lossy(buf).into_owned();
            match state.steps.front() {
                Some(Step::Host(expected)) => {
                    assert_eq!(
                        expected.get(at).copied(),
                        Some(byte),
                        "the driver wrote {text:?} where {:?} was expected",
                        String::from_utf8_lossy(expected)
                    );
                    let complete = at + 1 == expected.len();
                    state.written += 1;
                    if complete {
                        state.steps.pop_front();
                        state.written = 0;
                    }
                }
                other => panic!("the driver wrote {text:?} where {other:?} was next"),
            }
        }
        Ok(buf.len())
    }

    fn flush(&mut self) -> Result<(), LineError> {
        Ok(())
    }
}

impl Clock for Script {
    fn now(&self) -> u32 {
        self.0.borrow().now
    }

    /// A millisecond passes; a test that would wait for days has failed.
    fn pause(&self) {
        let mut state = self.0.borrow_mut();
        state.now = state.now.wrapping_add(1);
        state.pauses += 1;
        assert!(state.pauses < 600_000, "ten minutes of waiting; next: {:?}", state.steps.front());
    }
}

/// Takes the escapes out of a script's text.
pub(crate) fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        match rest.next() {
            Some(b'r') => bytes.push(b'\r'),
            Some(b'n') => bytes.push(b'\n'),
            Some(b'0') => bytes.push(0),
            Some(b'x') => {
                let digits = [rest.next(), rest.next()].map(|digit| digit.expect("two digits"));
                let digits = std::str::from_utf8(&digits).expect("digits").to_owned();
                bytes.push(u8::from_str_radix(&digits, 16).expect("hexadecimal"));
            }
            Some(other) => bytes.push(other),
            None => bytes.push(b'\\'),
        }
    }
    bytes
}
