//! Recordings of genuine modules and transcripts, cut in every place: the same events in the same order.

use core::ops::Range;
use std::format;
use std::string::String;
use std::vec::Vec;
use std::{fs, path::PathBuf};

use super::Engine;
use super::core::{Core, Module};
use super::flight::{Flight, Phase, Task};
use super::kind::{Kind, Tls};
use super::slot::{Direct, Slot, State};
use crate::error::Error;
use crate::modem::{
    Body, Capabilities, Context, Dialect, Encoded, EspAt, Habits, Meaning, Quectel, SimCom, Step,
    Subject, Wanted,
};

/// A dialect that writes down what it is asked and what it answers.
struct Witness<D>(D, Vec<String>);

impl<D: Dialect> Dialect for Witness<D> {
    const HABITS: Habits = D::HABITS;

    fn encode(
        &mut self,
        task: Task,
        subject: Subject<'_>,
        out: &mut [u8],
    ) -> Result<Encoded, Error> {
        self.0.encode(task, subject, out)
    }
    fn read(&mut self, line: &[u8], context: Context<'_>) -> Meaning {
        let meaning = self.0.read(line, context);
        self.1.push(format!("{:?} {meaning:?}", String::from_utf8_lossy(line)));
        meaning
    }
    fn body(&self, head: &[u8]) -> Option<Body> {
        self.0.body(head)
    }
    fn quotes(&self) -> bool {
        self.0.quotes()
    }
    fn forget(&mut self) {
        self.0.forget();
    }
    fn advance(&mut self, step: u8, result: Result<(), Error>, wanted: Wanted) -> Step {
        self.0.advance(step, result, wanted)
    }
    fn refused(&mut self, task: Task, error: Error) -> bool {
        self.0.refused(task, error)
    }
    fn max_fetch(&self) -> usize {
        self.0.max_fetch()
    }
    fn links(&self, kind: Kind, tls: Option<Tls>) -> Range<u8> {
        self.0.links(kind, tls)
    }

    fn surveys(&self) -> bool {
        self.0.surveys()
    }

    fn explains(&self, task: Task) -> bool {
        self.0.explains(task)
    }

    fn holds(&self, _: u8) -> bool {
        true
    }

    fn needs(&self, link: u8, subject: &Subject<'_>) -> Option<u8> {
        self.0.needs(link, subject)
    }

    fn unsettled(&self) -> Option<u8> {
        self.0.unsettled()
    }

    fn prepared(&mut self, step: u8, link: u8, result: Result<(), Error>) -> Result<(), Error> {
        self.0.prepared(step, link, result)
    }

    fn capabilities(&self) -> Capabilities {
        Capabilities { holds_data: true, ..self.0.capabilities() }
    }
}

/// One direction of a recording, as far as it goes without the other.
enum Part {
    Host(Vec<u8>),
    Module(Vec<u8>),
}

fn parse(recording: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    for line in recording.lines().map(str::trim_start) {
        let (from_host, text) = match line.split_at_checked(2) {
            Some(("> ", text)) => (true, text),
            Some(("< ", text)) => (false, text),
            _ => continue,
        };
        let bytes = unescape(text);
        match (parts.last_mut(), from_host) {
            (Some(Part::Host(last)), true) | (Some(Part::Module(last)), false) => {
                last.extend(bytes);
            }
            (_, true) => parts.push(Part::Host(bytes)),
            (_, false) => parts.push(Part::Module(bytes)),
        }
    }
    parts
}

fn unescape(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'\\' => match rest.next() {
                Some(b'r') => bytes.push(b'\r'),
                Some(b'n') => bytes.push(b'\n'),
                Some(b'x') => {
                    let digits: String = rest.by_ref().take(2).map(char::from).collect();
                    bytes.push(u8::from_str_radix(&digits, 16).unwrap());
                }
                Some(other) => bytes.push(other),
                None => {}
            },
            other => bytes.push(other),
        }
    }
    bytes
}

/// The command that the host had in flight, as the engine would know it.
fn flight(command: &[u8]) -> Option<Flight> {
    let text = String::from_utf8_lossy(command);
    let numbers = |text: &str| -> Vec<usize> {
        text.split(['=', ',', '\r']).filter_map(|field| field.parse().ok()).collect()
    };
    let (link, len) = match numbers(&text)[..] {
        [link, len, ..] => (link as u8, len),
        [link] => (link as u8, 0),
        [] => (0, 0),
    };
    let slot = link.min(4);
    let task = match &text[..] {
        command if command.starts_with("AT+QISEND=") && len > 0 => {
            Task::Send { slot, link, len, buffered: false }
        }
        command if command.starts_with("AT+QIRD=") && len > 0 => {
            Task::Fetch { slot, link, max: len }
        }
        // the context comes first
        command if command.starts_with("AT+QIOPEN=") => {
            let link = numbers(&text).get(1).map_or(0, |&link| link as u8);
            Task::Open { slot: link.min(4), link, kind: Kind::Stream }
        }
        command if command.starts_with("AT+QICLOSE=") => Task::Close { slot, link },
        command if command.starts_with("AT+QISTATE") => Task::Census,
        command if command.starts_with("AT+QIDNSGIP=") => Task::Resolve,
        command if command.starts_with("AT+QIGETERROR") => Task::Explain,
        command if command.starts_with("AT+CIPSEND=") || command.starts_with("AT+CIPSENDEX=") => {
            Task::Send { slot, link, len, buffered: false }
        }
        command if command.starts_with("AT+CIPRECVDATA=") => Task::Fetch { slot, link, max: len },
        command if command.starts_with("AT+CIPSTART=") => {
            Task::Open { slot, link, kind: Kind::Stream }
        }
        command if command.starts_with("AT+CIPRECVLEN?") => Task::Survey,
        command if command.starts_with("AT+CIPCLOSE=") => Task::Close { slot, link },
        command if command.starts_with("AT") => Task::Control,
        _ => return None,
    };
    let mut flight = Flight::new(task, 0, 60_000);
    flight.phase = Phase::Answer;
    Some(flight)
}

/// Plays a recording, its `cut`th module byte being the first of a new read (every byte, if `None`),
/// and returns everything that could be observed.
fn play(dialect: impl Dialect, parts: &[Part], cut: Option<usize>) -> Vec<String> {
    const RING: usize = 16 * 1024;
    let mut slots = [Slot::FREE; 5];
    let mut rx = std::vec![0; 5 * RING];
    let dialect = Witness(dialect, Vec::new());
    let core = Core::new(&mut slots, &mut rx, &mut [], dialect.capabilities(), 500);
    let mut engine = Engine::new(core, dialect);
    engine.core.module = Module::Ready;
    for (link, slot) in (0..).zip(engine.core.slots.iter_mut()) {
        slot.claim(Kind::Stream, false);
        slot.state = State::Open;
        slot.link = Some(link);
    }
    let mut seen = 0;
    for part in parts {
        match part {
            Part::Host(bytes) => host(&mut engine, bytes),
            Part::Module(bytes) => {
                let pieces: Vec<&[u8]> = match cut {
                    None => bytes.chunks(1).collect(),
                    Some(cut) => {
                        match cut.checked_sub(seen).and_then(|at| bytes.split_at_checked(at)) {
                            Some((first, second)) => [first, second].into(),
                            None => [&bytes[..]].into(),
                        }
                    }
                };
                seen += bytes.len();
                for mut piece in pieces {
                    while let Some(event) = engine.receive(0, &mut piece) {
                        let mut told = Vec::new();
                        let mut info = |line: &[u8]| {
                            told.push(format!("info {}", String::from_utf8_lossy(line)));
                        };
                        engine.hand_on(event, &mut |_, _| false, &mut info);
                        engine.dialect.1.append(&mut told);
                    }
                }
            }
        }
        let state = format!("{:?} {:?}", engine.flight, engine.core.counters);
        engine.dialect.1.push(state);
    }
    for index in 0..5 {
        let (slot, storage) = engine.core.receiver(index).unwrap();
        let mut data = std::vec![0; slot.rx.len()];
        slot.rx.read(storage, &mut data);
        let state = format!("{slot:?} {:?}", String::from_utf8_lossy(&data));
        engine.dialect.1.push(state);
    }
    engine.dialect.1
}

fn host<D: Dialect>(engine: &mut Engine<'_, Witness<D>>, bytes: &[u8]) {
    if let Some(Flight { phase: Phase::Payload(left), .. }) = engine.flight {
        return engine.wrote(0, bytes.len().min(left));
    }
    let Some(next) = flight(bytes) else { return };
    engine.prefix = "";
    engine.fetched = 0;
    engine.flight = Some(next);
    let len = bytes.len().min(engine.command.len());
    engine.command[..len].copy_from_slice(&bytes[..len]);
    engine.command_len = len;
    match next.task {
        Task::Fetch { slot, .. } => engine.last_fetch = engine.id(slot),
        Task::Send { slot, .. } => {
            engine.core.slots[usize::from(slot)].direct = Direct::Flying;
        }
        _ => {}
    }
}

/// The files of some folders, by how their names end.
fn files(folders: &[&str], wanted: &str) -> Vec<PathBuf> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/simulator");
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == wanted))
        .collect();
    files.sort();
    files
}

/// Compares what a dialect sees of a dialogue that is cut in any one place, or everywhere, with what it
/// sees of the whole; returns in how many places it was cut.
fn cut_everywhere<D: Dialect>(name: &str, dialect: fn() -> D, parts: &[Part]) -> usize {
    let lengths =
        parts.iter().map(|part| if let Part::Module(bytes) = part { bytes.len() } else { 0 });
    let total: usize = lengths.sum();
    let whole = play(dialect(), parts, Some(0));
    assert_eq!(play(dialect(), parts, None), whole, "{name}: byte by byte");
    for cut in 1..total {
        assert_eq!(play(dialect(), parts, Some(cut)), whole, "{name}: cut at {cut}");
    }
    total
}

#[test]
fn every_recording_gives_the_same_events_wherever_it_is_cut() {
    let files = files(&["recordings", "recordings/published"], "txt");
    assert!(files.len() >= 28, "recordings are missing: {}", files.len());
    let mut cuts = 0;
    for path in files {
        let parts = parse(&fs::read_to_string(&path).unwrap());
        let name = path.file_name().unwrap().to_string_lossy();
        let total = match name.starts_with("q-") {
            true => cut_everywhere(&name, || Quectel::new(None), &parts),
            false => cut_everywhere(&name, EspAt::new, &parts),
        };
        assert!(total > 0, "{name}: nothing of the module in it");
        cuts += total;
    }
    std::println!("{cuts} cuts, and every recording byte by byte");
}

/// The dialogues that the simulated modules are tested with: the transcripts of the specifications, and
/// what follows from their rules.
#[test]
fn every_transcript_gives_the_same_events_wherever_it_is_cut() {
    let (mut transcripts, mut cuts) = (0, 0);
    let folders =
        ["tests", "tests/quectel", "tests/quectel/gsm", "tests/quectel/narrowband", "tests/simcom"];
    for path in files(&folders, "rs") {
        let source = fs::read_to_string(&path).unwrap();
        let folder = path.to_string_lossy().into_owned();
        for test in source.split("#[test]").skip(1) {
            let parts = parse(test);
            let name = test.trim_start().lines().next().unwrap_or_default();
            let total = if folder.contains("quectel") {
                cut_everywhere(name, || Quectel::new(None), &parts)
            } else if folder.contains("simcom") {
                cut_everywhere(name, SimCom::new, &parts)
            } else {
                cut_everywhere(name, EspAt::new, &parts)
            };
            transcripts += usize::from(total > 0);
            cuts += total;
        }
    }
    assert!(transcripts >= 200, "transcripts are missing: {transcripts}");
    std::println!("{cuts} cuts in {transcripts} transcripts");
}

#[test]
fn the_recorded_payloads_arrive_whole() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/simulator/recordings");
    let parts = parse(&fs::read_to_string(root.join("c3-rx-burst-close.txt")).unwrap());
    let seen = play(EspAt::new(), &parts, Some(0));
    let alphabet: String = ('A'..='Z').cycle().take(12_000).collect();
    assert!(seen.iter().any(|state| state.contains(&format!("{alphabet:?}"))));

    let parts = parse(&fs::read_to_string(root.join("c3-rx-nasty-payloads.txt")).unwrap());
    let seen = play(EspAt::new(), &parts, Some(0));
    let payload = "OK\r\n\r\nOK\r\n\r\nERROR\r\n0,CLOSED\r\n\r\nCLOSED\r\n+IPD,0,4:evil\r\n+IPD,1,100:SEND OK\r\n> \r\nready\r\n";
    assert!(seen.iter().any(|state| state.contains(format!("{payload:?}").trim_matches('"'))));
}
