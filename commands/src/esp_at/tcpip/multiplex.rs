//! How links are addressed: by number, or the only one there is.

use crate::answer::line;
use crate::command::command;
use crate::fields::Fields;

use super::{NoResponse, within};

command! {
    /// `AT+CIPMUX=`: whether there are several links, with numbers (ESP-AT digest §6.1).
    ///
    /// Off after a reset. `ERROR` while a link is open.
    pub struct Multiplex {
        /// Whether links have numbers.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |multiplex, line| line.text("AT+CIPMUX=").flag(multiplex.on)
}

command! {
    /// `AT+CIPMUX?`: asks whether links have numbers (ESP-AT digest §6.1).
    pub struct GetMultiplex;
    answer Multiplexed, prefix "+CIPMUX:", within within::ORDINARY;
    |get, line| line.text("AT+CIPMUX?")
}

/// Whether links have numbers (ESP-AT digest §6.1).
///
/// ```
/// use usocket_commands::esp_at::tcpip::Multiplexed;
///
/// assert_eq!(Multiplexed::parse_line(b"+CIPMUX:1"), Some(Multiplexed { on: true }));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Multiplexed {
    /// Whether they do.
    pub on: bool,
}

line!(Multiplexed, "+CIPMUX:");

impl Multiplexed {
    /// Reads the line `+CIPMUX:<0|1>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        Fields::after(line, "+CIPMUX:")?.flag().map(|on| Self { on })
    }
}

command! {
    /// `AT+CIPMODE=`: whether the next `AT+CIPSEND` turns the UART into a pipe
    /// (ESP-AT digest §7.4).
    pub struct TransferMode {
        /// Whether it does; only without numbered links.
        pub passthrough: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |mode, line| line.text("AT+CIPMODE=").flag(mode.passthrough)
}
