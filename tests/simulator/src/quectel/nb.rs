//! What the NB-IoT modules have of their own: QI-NB (Quectel digest §7).
//!
//! Their sockets are those of the other modules, but a send and a close have a result of their own
//! behind the `OK`, and the context comes and goes with the network.

mod attach;
mod close;
mod radio;
mod receive;
mod send;
mod table;
mod variant;

pub(crate) use table::COMMANDS;

use super::Quectel;
use crate::cellular::Core;
use core::time::Duration;

/// The state that only an NB-IoT module has.
#[derive(Debug, Default)]
pub(crate) struct Narrowband {
    closings: Vec<close::Closing>,
    radio: radio::Radio,
    /// When a context that the network dropped comes up again.
    attach_at: Option<Duration>,
}

impl Narrowband {
    /// When something is due next.
    pub(crate) fn deadline(&self) -> Option<Duration> {
        let closing = self.closings.iter().map(|closing| closing.at).min();
        [closing, self.radio.idle_at, self.attach_at].into_iter().flatten().min()
    }
}

impl Quectel {
    /// Does what is due.
    pub(crate) fn run_narrowband(&mut self, core: &mut Core) {
        self.finish_closings(core);
        self.rest_radio(core);
        self.finish_attach(core);
    }
}
