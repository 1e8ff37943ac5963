//! What a program does with the driver, and what that costs.

use core::cell::{Cell, RefCell};

use semihosting::println;
use usocket::Socket;
use usocket::clock::Clock;

use crate::count::Window;
use crate::line::{Line, Module};
use crate::record::{Log, Tape};
use crate::report::{Cost, Each};
use crate::{SEGMENT, replay};

/// Where the program connects to.
pub const PEER: ([u8; 4], u16) = ([192, 168, 4, 2], 80);
/// Length of short segments: two buffers of the program less than long ones.
const SHORT: usize = SEGMENT - 2 * BUFFER;
/// How long the program's own buffer is.
const BUFFER: usize = 512;

/// A clock that counts how often somebody waited.
#[derive(Default)]
pub struct Pauses(Cell<u32>);

impl Clock for Pauses {
    fn now(&self) -> u32 {
        self.0.get()
    }

    fn pause(&self) {
        self.0.set(self.0.get().wrapping_add(1));
    }
}

/// What a program does with a connection.
#[derive(Clone, Copy)]
pub enum Work {
    /// Receives, and looks at nothing else.
    Receive,
    /// Lets the module go on, and receives when a segment has come: counts the one,
    In,
    /// or the other.
    Out,
    /// Sends.
    Send,
}

/// How it does that.
#[derive(Clone, Copy)]
pub struct Course {
    work: Work,
    /// Bytes that the peer sends at a time, or the program.
    size: usize,
    /// At least so many in all.
    total: usize,
}

static PAYLOAD: [u8; 2048] = [b'u'; 2048];

impl Course {
    /// Returns how many bytes it was.
    pub fn run(self, sock: &Socket<'_>, poll: &dyn Fn(), window: &Window) -> usize {
        let mut buffer = [0; BUFFER];
        let mut done = 0;
        match self.work {
            Work::Receive => {
                drain(sock, &mut buffer, self.size); // what the module holds is asked before the first one
                window.open();
                while done < self.total {
                    done += receive(sock, &mut buffer);
                }
                window.close();
            }
            Work::In | Work::Out => {
                drain(sock, &mut buffer, self.size);
                while done < self.total {
                    let (first, second) =
                        (matches!(self.work, Work::In), matches!(self.work, Work::Out));
                    window.when(first, poll);
                    window.when(second, || drain(sock, &mut buffer, self.size));
                    done += self.size;
                }
            }
            Work::Send => {
                window.open();
                while done < self.total {
                    sock.sendall(&PAYLOAD[..self.size]).expect("sent");
                    done += self.size;
                }
                window.close();
            }
        }
        done
    }
}

fn receive(sock: &Socket<'_>, buffer: &mut [u8]) -> usize {
    let count = sock.recv(buffer).expect("bytes");
    assert!(count > 0, "the peer never closes");
    count
}

/// Receives a segment.
fn drain(sock: &Socket<'_>, buffer: &mut [u8], len: usize) {
    let mut left = len;
    while left > 0 {
        left -= receive(sock, buffer);
    }
}

/// A driver for a module, on a line to it, that has a course run.
pub type Run<M> = fn(Line<'_, M>, Course, &Window) -> usize;

/// The body of a [`Run`], for the driver that `$new` makes.
///
/// A macro, since the types of drivers have no trait that programs can name.
#[macro_export]
macro_rules! run {
    ($new:path, $line:expr, $course:expr, $window:expr) => {{
        let mut memory = usocket::Memory::<1>::new();
        let modem = $new($line, $crate::course::Pauses::default(), &mut memory);
        let sock = usocket::socket(&modem, usocket::AF_INET, usocket::SOCK_STREAM, 0).expect("one");
        sock.connect($crate::course::PEER).expect("connected");
        let poll = || assert_eq!(modem.poll(), Ok(true), "something has come");
        $course.run(&sock, &poll, $window)
    }};
}

/// Has a driver run the course: what it cost without the UART is what is left when the calls of the UART
/// that were made have been made without the driver.
fn cost<M: Module>(
    run: Run<M>,
    module: &dyn Fn() -> M,
    piece: usize,
    course: Course,
    log: &mut Log,
) -> Cost {
    log.clear();
    let window = Window::new();
    {
        let log = RefCell::new(&mut *log);
        run(Line::new(module(), piece, Some(Tape::new(&log, &window))), course, &window);
    }
    if matches!(course.work, Work::In) {
        let mut calls = log.calls.iter().skip_while(|(_, counted)| !counted);
        assert!(calls.all(|(_, counted)| *counted), "receiving has not looked at the UART");
    }
    let own = replay::cost(log, Line::new(module(), piece, None));
    let window = Window::new();
    let bytes = run(Line::new(module(), piece, None), course, &window) as u64;
    let gross = window.instructions();
    Cost { bytes, gross, net: gross - own }
}

/// Shows what a driver takes for each byte, with segments, or what is sent at a time, of two lengths; two
/// amounts of each.
pub fn show<M: Module>(
    name: &str,
    run: Run<M>,
    module: fn(usize) -> M,
    work: Work,
    piece: usize,
    log: &mut Log,
) {
    let mut each = |size| {
        let mut cost = |times| {
            let course = Course { work, size, total: times * SEGMENT };
            cost(run, &|| module(size), piece, course, log)
        };
        (Each::of(cost(16), cost(64)), size)
    };
    let (short, long) = (each(SHORT), each(SEGMENT));
    println!("{name}\t{piece}\t{}\t{}", long.0, Each::further(short, long));
}
