//! Settings of the common core: those of `AT&W`, and those that a reset forgets (Quectel digest
//! §2.4).

use super::model::Model;
use core::time::Duration;

/// What `AT&W` stores and a reset reads back.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    pub(crate) echo: bool,
    /// `ATV1`: results in words.
    pub(crate) verbose: bool,
    /// `ATQ1`: no results.
    pub(crate) quiet: bool,
    pub(crate) cmee: u8,
    /// Report modes of `+CREG`, `+CGREG` and `+CEREG`.
    pub(crate) reports: [u8; 3],
    /// `AT+IFC`: how the host stops the module, and the module the host.
    pub(crate) flow: (u8, u8),
}

impl Settings {
    pub(crate) fn new(model: &Model) -> Self {
        Self {
            echo: true,
            verbose: true,
            quiet: false,
            cmee: model.cmee,
            reports: [0; 3],
            flow: (0, 0),
        }
    }
}

/// How long the steps of a cellular module take; worlds change it, firmware cannot.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Pace {
    /// A context is activated.
    pub activate: Duration,
    /// A context is deactivated.
    pub deactivate: Duration,
    /// From the request for a send to its prompt.
    pub prompt: Duration,
    /// From the last byte of a payload to its result.
    pub send: Duration,
    /// A close, as far as its own timeout lets it.
    pub close: Duration,
    /// From an entered PIN to the news of the card, and between those.
    pub sim: Duration,
    /// A change of `AT+CFUN`.
    pub function: Duration,
    /// From the order to switch off to the farewell.
    pub power_down: Duration,
    /// A scan for operators.
    pub scan: Duration,
    /// From the last packet to the release of the radio connection (`+CSCON: 0`).
    pub release: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            activate: Duration::from_millis(500),
            deactivate: Duration::from_millis(200),
            prompt: Duration::ZERO,
            send: Duration::ZERO,
            close: Duration::from_millis(100),
            sim: Duration::from_millis(100),
            function: Duration::from_millis(500),
            power_down: Duration::from_secs(2),
            scan: Duration::from_secs(20),
            release: Duration::from_secs(10),
        }
    }
}
