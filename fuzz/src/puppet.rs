//! A module made of the input: it does what it is asked if the input does not say otherwise.
//!
//! Its script is read a byte at a time: one whenever a command is complete, one whenever the line is
//! silent. A script that is used up says: do as you are told. An honest module may be slow, refuse,
//! restart and say what nobody needs, but its data are what they are said to be.

use core::cell::{Cell, RefCell};
use std::collections::VecDeque;

use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};

use crate::answers::Kind;
use crate::input::Input;
use crate::marks::byte_of;
use crate::watch::{Watch, World};

#[derive(Debug, Clone, Copy, Default)]
struct Link {
    open: bool,
    udp: bool,
    connection: usize,
    /// Bytes that wait to be read.
    unread: usize,
}

/// Links of a module, at most.
const LINKS: usize = 12;

#[derive(Debug)]
pub(crate) struct Puppet<'d> {
    script: Input<'d>,
    kind: Kind,
    pub(crate) honest: bool,
    version: usize,
    line: Vec<u8>,
    carriage_return: bool,
    /// The link and the rest of the payload that is awaited.
    payload: Option<(usize, usize)>,
    links: [Link; LINKS],
    listener: Option<usize>,
    /// Bytes that each connection has handed out, and the port of its peer.
    pub(crate) delivered: Vec<(usize, u16)>,
    out: VecDeque<u8>,
    /// Answers that come later, and after how many ms.
    late: VecDeque<(u32, Vec<u8>)>,
    /// The next read fails so.
    failure: Option<ErrorKind>,
    /// Most bytes of one read.
    piece: usize,
    /// All bytes that the driver has been given.
    pub(crate) given: usize,
    /// Shows the dialogue, for whoever looks into a crash.
    trace: bool,
}

impl<'d> Puppet<'d> {
    pub(crate) fn new(kind: Kind, options: u8, script: &'d [u8]) -> Self {
        Self {
            script: Input::new(script),
            kind,
            honest: options & 1 == 1,
            version: usize::from(options >> 1 & 7),
            line: Vec::new(),
            carriage_return: false,
            payload: None,
            links: [Link::default(); LINKS],
            listener: None,
            delivered: Vec::new(),
            out: VecDeque::new(),
            late: VecDeque::new(),
            failure: None,
            piece: [64, 1, 3, 7][usize::from(options >> 4 & 3)],
            given: 0,
            trace: std::env::var_os("FUZZ_TRACE").is_some(),
        }
    }

    fn say(&mut self, text: &str) {
        self.out.extend(text.as_bytes());
    }

    /// Says a line of a list, with numbers of the script.
    fn say_one_of(&mut self, lines: &[&str]) {
        let line = *self.script.one_of(lines);
        for (place, part) in line.split('#').enumerate() {
            if place > 0 {
                let number = self.script.number().to_string();
                self.say(&number);
            }
            self.say(part);
        }
    }

    /// The driver writes.
    fn hear(&mut self, bytes: &[u8]) {
        if self.trace {
            eprintln!("> {}", bytes.escape_ascii());
        }
        for &byte in bytes {
            let behind = core::mem::replace(&mut self.carriage_return, false);
            if byte == b'\n' && behind {
                // the end of a command, no payload
            } else if let Some((link, left)) = self.payload {
                self.payload = (left > 1).then_some((link, left - 1));
                if left == 1 {
                    self.act(Self::sent);
                }
            } else if byte == b'\r' {
                self.line.push(byte);
                self.carriage_return = true;
                self.act(Self::answer);
                self.line.clear();
            } else if byte != b'\n' {
                self.line.push(byte);
            }
        }
    }

    /// Does what it is asked, or what the script wants.
    fn act(&mut self, asked: fn(&mut Self)) {
        match self.script.byte() & 15 {
            9 => self.say("\r\nOK\r\n"),
            10 => self.say_one_of(self.kind.refusals()),
            11 => {}
            12 => {
                self.say_one_of(self.kind.hints());
                asked(self);
            }
            13 if !self.honest => {
                let count = usize::from(self.script.byte() & 63);
                self.out.extend(self.script.bytes(count));
            }
            14 if !self.honest => {
                self.say_one_of(self.kind.lies());
                asked(self);
            }
            15 => {
                // after a while
                let ms = u32::from(self.script.byte()) * 100;
                let before = core::mem::take(&mut self.out);
                asked(self);
                let answer = core::mem::replace(&mut self.out, before);
                self.late.push_back((ms, answer.into()));
            }
            8 if !self.honest => {
                // cut off
                asked(self);
                let left = self.out.len().saturating_sub(self.script.below(32));
                self.out.truncate(left);
            }
            _ => asked(self),
        }
    }

    /// The line is silent.
    pub(crate) fn pass(&mut self, ms: u32) {
        if let Some((left, _)) = self.late.front_mut() {
            *left = left.saturating_sub(ms);
            if *left == 0 {
                if let Some((_, answer)) = self.late.pop_front() {
                    self.out.extend(answer);
                }
            }
        }
        if !self.out.is_empty() || self.script.is_empty() {
            return;
        }
        match self.script.byte() & 15 {
            8 | 9 => self.peer_sends(),
            10 => self.say_one_of(self.kind.hints()),
            11 => self.peer_closes(),
            12 => self.peer_connects(),
            13 if !self.honest => {
                let count = usize::from(self.script.byte() & 63);
                self.out.extend(self.script.bytes(count));
            }
            14 if self.honest => self.failure = Some(ErrorKind::Other),
            14 => {
                let kinds = [ErrorKind::Other, ErrorKind::Other, ErrorKind::BrokenPipe];
                self.failure = Some(*self.script.one_of(&kinds));
            }
            15 if self.honest => self.restart(),
            15 => self.say_one_of(self.kind.lies()),
            _ => {}
        }
    }

    fn restart(&mut self) {
        if self.script.byte() < 192 {
            return; // rarely
        }
        self.links = [Link::default(); LINKS];
        self.listener = None;
        self.line.clear();
        self.payload = None;
        self.late.clear();
        self.say(if self.kind == Kind::EspAt { "\r\nready\r\n" } else { "\r\nRDY\r\n" });
    }

    fn open_link(&mut self, link: usize, udp: bool, port: usize) {
        let connection = self.delivered.len();
        self.delivered.push((0, u16::try_from(port).unwrap_or_default()));
        self.links[link] = Link { open: true, udp, connection, unread: 0 };
    }

    fn peer_sends(&mut self) {
        let (link, count) = (self.script.below(6), usize::from(self.script.byte()));
        if !self.links[link].open {
            return;
        }
        self.links[link].unread += count;
        self.notice(link);
    }

    fn notice(&mut self, link: usize) {
        let unread = self.links[link].unread;
        let text = match self.kind {
            Kind::EspAt => format!("\r\n+IPD,{link},{unread}\r\n"),
            Kind::Gsm => format!("\r\n+QIRDI: 0,1,{link}\r\n"),
            Kind::SimCom => format!("\r\n+CADATAIND: {link}\r\n"),
            _ => format!("\r\n+QIURC: \"recv\",{link}\r\n"),
        };
        self.say(&text);
    }

    fn peer_closes(&mut self) {
        let link = self.script.below(6);
        if !self.links[link].open {
            return;
        }
        self.links[link].open = false;
        let text = match self.kind {
            Kind::EspAt => format!("{link},CLOSED\r\n"),
            Kind::Gsm => format!("\r\n{link}, CLOSED\r\n"),
            Kind::SimCom => format!("\r\n+CASTATE: {link},0\r\n"),
            _ => format!("\r\n+QIURC: \"closed\",{link}\r\n"),
        };
        self.say(&text);
    }

    fn peer_connects(&mut self) {
        let Some(listener) = self.listener else { return };
        let most = if self.kind == Kind::EspAt { 5 } else { LINKS };
        let free = |link: &usize| !self.links[*link].open && self.links[*link].unread == 0;
        let Some(link) = (0..most).rev().find(free) else { return };
        let port = 40_000 + self.delivered.len();
        self.open_link(link, false, port);
        let text = match self.kind {
            Kind::EspAt => format!("{link},CONNECT\r\n"),
            _ => format!("\r\n+QIURC: \"incoming\",{link},{listener},\"10.9.8.7\",{port}\r\n"),
        };
        self.say(&text);
    }

    /// The payload of a send has come.
    fn sent(&mut self) {
        self.say(match self.kind {
            Kind::EspAt => "\r\nRecv 1 bytes\r\n\r\nSEND OK\r\n",
            Kind::SimCom => "\r\nOK\r\n",
            _ => "\r\nSEND OK\r\n",
        });
    }

    /// Answers the command in `line`.
    fn answer(&mut self) {
        let command = String::from_utf8_lossy(&self.line).into_owned();
        let (name, arguments) = command.split_once('=').unwrap_or((&command, ""));
        let fields: Vec<&str> = arguments.trim_end().split(',').collect();
        let number = |place: usize| -> usize {
            fields.get(place).and_then(|field| field.parse().ok()).unwrap_or(0)
        };
        let (first, second) = (number(0), number(1));
        let link = first % LINKS;
        let udp = arguments.contains("UDP");
        match (name, self.kind) {
            (_, _) if !name.starts_with("AT") => {}
            ("AT+CIPSTART", _) => {
                self.open_link(link, udp, number(3));
                self.say(&format!("{link},CONNECT\r\n\r\nOK\r\n"));
            }
            ("AT+CIPSERVER", _) => {
                self.listener = (first == 1).then_some(0);
                self.say("\r\nOK\r\n");
            }
            ("AT+CIPCLOSE", _) if first < 5 => {
                self.links[link] = Link::default();
                self.say(&format!("{link},CLOSED\r\n\r\nOK\r\n"));
            }
            ("AT+CIPSEND", _) => {
                self.payload = (second > 0).then_some((link, second));
                self.say("\r\nOK\r\n\r\n>");
            }
            ("AT+CIPRECVDATA", _) => {
                self.body(link, second, |len| format!("+CIPRECVDATA:{len},"), "\r\nOK\r\n");
            }
            ("AT+CIPRECVLEN?\r", _) => {
                let unread: Vec<String> =
                    self.links[..5].iter().map(|link| link.unread.to_string()).collect();
                self.say(&format!("+CIPRECVLEN:{}\r\n\r\nOK\r\n", unread.join(",")));
            }
            ("AT+CIPSTATE?\r" | "AT+CIPSTATUS\r" | "AT+QISTATE?\r" | "AT+CASTATE?\r", _) => {
                self.list_links();
            }
            ("AT+QIOPEN", Kind::Gsm) => {
                self.open_link(link, udp, number(3));
                self.say(&format!("\r\nOK\r\n\r\n{link}, CONNECT OK\r\n"));
            }
            ("AT+QIOPEN", _) => {
                let link = second % LINKS;
                if arguments.contains("LISTENER") {
                    self.listener = Some(link);
                    self.links[link].open = true;
                } else {
                    self.open_link(link, udp, number(4));
                }
                self.say(&format!("\r\nOK\r\n\r\n+QIOPEN: {link},0\r\n"));
            }
            ("AT+CAOPEN", _) => {
                self.open_link(link, udp, number(4));
                self.say(&format!("\r\n+CAOPEN: {link},0\r\n\r\nOK\r\n"));
            }
            ("AT+QICLOSE" | "AT+CACLOSE", kind) => {
                self.links[link] = Link::default();
                if self.listener == Some(link) {
                    self.listener = None;
                }
                match kind {
                    Kind::Gsm => self.say(&format!("\r\n{link}, CLOSE OK\r\n")),
                    Kind::NbIot => self.say("\r\nOK\r\n\r\nCLOSE OK\r\n"),
                    _ => self.say("\r\nOK\r\n"),
                }
            }
            ("AT+QISEND", _) if second == 0 => self.say("\r\n+QISEND: 0,0,0\r\n\r\nOK\r\n"),
            ("AT+QISEND" | "AT+CASEND", _) => {
                self.payload = Some((link, second));
                self.say("\r\n> ");
            }
            ("AT+QIRD", Kind::Gsm) => {
                let (link, most) = (number(2) % LINKS, number(3));
                self.body(
                    link,
                    most,
                    |len| format!("\r\n+QIRD: 10.0.0.1:80,TCP,{len}\r\n"),
                    "\r\nOK\r\n",
                );
            }
            ("AT+QIRD", _) if self.links[link].udp => {
                let most = self.script.below(48);
                self.body(
                    link,
                    most,
                    |len| format!("\r\n+QIRD: {len},\"10.0.0.1\",7\r\n"),
                    "\r\n\r\nOK\r\n",
                );
            }
            ("AT+QIRD", _) if second == 0 => {
                let unread = self.links[link].unread;
                self.say(&format!("\r\n+QIRD: {unread},0,{unread}\r\n\r\nOK\r\n"));
            }
            ("AT+QIRD", _) => {
                self.body(link, second, |len| format!("\r\n+QIRD: {len}\r\n"), "\r\n\r\nOK\r\n");
            }
            ("AT+CARECV", _) => {
                self.body(link, second, |len| format!("\r\n+CARECV: {len},"), "\r\n\r\nOK\r\n");
            }
            ("AT+QIDNSGIP", Kind::Gsm) => self.say("\r\nOK\r\n\r\n93.184.216.34\r\n"),
            ("AT+QIDNSGIP", _) => self.say(
                "\r\nOK\r\n\r\n+QIURC: \"dnsgip\",0,1,600\r\n\r\n+QIURC: \"dnsgip\",\"93.184.216.34\"\r\n",
            ),
            ("AT+CDNSGIP", _) => {
                self.say("\r\nOK\r\n\r\n+CDNSGIP: 1,\"a\",\"93.184.216.34\"\r\n");
            }
            ("AT+QILOCIP\r", _) => self.say("\r\n10.7.157.1\r\n"),
            ("AT+QIDEACT\r", Kind::Gsm) => self.say("\r\nDEACT OK\r\n"),
            _ => {
                self.say(self.kind.lines(&command, self.version));
                self.say("\r\nOK\r\n");
            }
        }
    }

    /// Hands out what waits in a link, and not more than `most`.
    fn body(&mut self, link: usize, most: usize, head: impl Fn(usize) -> String, tail: &str) {
        let Link { unread, connection, .. } = self.links[link];
        let len = unread.min(most);
        if len == 0 {
            self.say(match self.kind {
                Kind::EspAt => "\r\nERROR\r\n",
                Kind::SimCom => "\r\n+CARECV: 0\r\n\r\nOK\r\n",
                Kind::Gsm => "\r\nOK\r\n",
                _ => "\r\n+QIRD: 0\r\n\r\nOK\r\n",
            });
            return;
        }
        self.say(&head(len));
        let (start, _) = self.delivered[connection];
        self.out.extend((start..start + len).map(|at| byte_of(connection, at)));
        self.delivered[connection].0 += len;
        self.links[link].unread -= len;
        self.say(tail);
    }

    fn list_links(&mut self) {
        let kind = self.kind;
        for (number, link) in self.links.into_iter().enumerate().filter(|(_, link)| link.open) {
            let port = self.delivered.get(link.connection).map_or(0, |(_, port)| *port);
            let service = if link.udp { "UDP" } else { "TCP" };
            let text = match kind {
                Kind::EspAt => {
                    format!("+CIPSTATE:{number},\"{service}\",\"10.0.0.1\",{port},5000,0\r\n")
                }
                Kind::SimCom => format!("\r\n+CASTATE: {number},1\r\n"),
                Kind::Gsm => format!(
                    "\r\n+QISTATE: {number},\"{service}\",\"10.0.0.1\",\"{port}\",\"CONNECTED\"\r\n"
                ),
                _ => format!(
                    "\r\n+QISTATE: {number},\"{service}\",\"10.0.0.1\",{port},5000,2,1,{number},0,\"uart1\"\r\n"
                ),
            };
            self.say(&text);
        }
        self.say("\r\nOK\r\n");
    }
}

/// A puppet, and the time that passes for it.
#[derive(Debug)]
pub(crate) struct Stage<'d> {
    pub(crate) now: Cell<u32>,
    pub(crate) puppet: RefCell<Puppet<'d>>,
}

impl World for Stage<'_> {
    fn now(&self) -> u32 {
        self.now.get()
    }

    fn pass(&self, ms: u32) {
        self.now.set(self.now.get().wrapping_add(ms));
        self.puppet.borrow_mut().pass(ms);
    }
}

/// The driver's end of the line.
#[derive(Debug)]
pub(crate) struct Line<'w, 'd>(pub(crate) &'w Watch<Stage<'d>>);

impl ErrorType for Line<'_, '_> {
    type Error = ErrorKind;
}

impl ReadReady for Line<'_, '_> {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        let puppet = self.0.world.puppet.borrow();
        Ok(!puppet.out.is_empty() || puppet.failure.is_some())
    }
}

impl Read for Line<'_, '_> {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        let mut puppet = self.0.world.puppet.borrow_mut();
        if let Some(failure) = puppet.failure.take() {
            return Err(failure);
        }
        let count = buffer.len().min(puppet.piece).min(puppet.out.len());
        assert!(count > 0, "the driver reads where nothing is");
        for (place, byte) in buffer.iter_mut().zip(puppet.out.drain(..count)) {
            *place = byte;
        }
        if puppet.trace {
            eprintln!("< {}", buffer[..count].escape_ascii());
        }
        puppet.given += count;
        self.0.stir();
        Ok(count)
    }
}

impl Write for Line<'_, '_> {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let mut puppet = self.0.world.puppet.borrow_mut();
        let count = if puppet.piece == 3 { bytes.len().min(1) } else { bytes.len() };
        puppet.hear(&bytes[..count]);
        self.0.stir();
        Ok(count)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}
