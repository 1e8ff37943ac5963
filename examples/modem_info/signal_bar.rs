//! The signal as phones show it.

use std::fmt;

use clap::builder::styling::{AnsiColor, Style};
use usocket::network::Signal;

/// The five bars, and what is shown for one that is missing.
const BARS: [char; 5] = ['▂', '▃', '▅', '▆', '█'];
const MISSING: char = '·';

/// The strength of a signal as bars.
pub(crate) struct SignalBar<'s> {
    pub(crate) signal: &'s Signal,
    pub(crate) colour: bool,
}

impl fmt::Display for SignalBar<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bars = usize::from(self.signal.bars());
        let (here, missing) = match bars {
            _ if !self.colour => (Style::new(), Style::new()),
            0..=1 => (AnsiColor::Red.on_default(), Style::new().dimmed()),
            2 => (AnsiColor::Yellow.on_default(), Style::new().dimmed()),
            _ => (AnsiColor::Green.on_default(), Style::new().dimmed()),
        };
        for (number, bar) in BARS.into_iter().enumerate() {
            if number < bars {
                write!(f, "{here}{bar}{here:#}")?;
            } else {
                write!(f, "{missing}{MISSING}{missing:#}")?;
            }
        }
        Ok(())
    }
}
