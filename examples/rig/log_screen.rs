//! The log of the driver on standard error: the AT dialogue, and what happens to the module.

use std::io::{self, Write};
use std::sync::OnceLock;
use std::time::Instant;

use log::{Level, LevelFilter, Log, Metadata, Record};

use super::coloured;

/// Shows what the driver logs from now on: without payload, PINs and passwords, which it does not log.
pub(crate) fn show() {
    static SCREEN: OnceLock<Screen> = OnceLock::new();
    let stderr = io::stderr();
    let screen =
        SCREEN.get_or_init(|| Screen { start: Instant::now(), coloured: coloured(&stderr) });
    if log::set_logger(screen).is_ok() {
        log::set_max_level(LevelFilter::Trace);
    }
}

/// Standard error, with the time in seconds before each message.
struct Screen {
    start: Instant,
    coloured: bool,
}

impl Log for Screen {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "usocket"
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let (begin, end) = match (self.coloured, record.level()) {
            (false, _) => ("", ""),
            (true, Level::Trace) => ("\x1b[2m", "\x1b[0m"),
            (true, Level::Error | Level::Warn) => ("\x1b[33m", "\x1b[0m"),
            (true, Level::Info | Level::Debug) => ("\x1b[36m", "\x1b[0m"),
        };
        let seconds = self.start.elapsed().as_secs_f64();
        // a log that cannot be shown is no reason to stop
        let _ = writeln!(io::stderr(), "{begin}{seconds:12.6} {}{end}", record.args());
    }

    fn flush(&self) {}
}
