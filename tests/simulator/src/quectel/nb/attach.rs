//! The context, which is there as long as the network is: `+IP` (Quectel digest §2.1, §7).

use super::super::Quectel;
use crate::cellular::{Core, shown};

impl Quectel {
    /// A context came up: its address is reported.
    pub(crate) fn announce_address(&self, core: &mut Core, cid: u8) {
        // A module that is up when the world begins has said so before.
        if !self.is_narrowband() || core.now().is_zero() {
            return;
        }
        if let Some(context) = core.context(cid) {
            core.urc(format!("+IP: {}", shown(context.address())));
        }
    }

    /// The network dropped the context: no command brings it back, the module does by itself.
    pub(crate) fn attach_again(&mut self, core: &Core) {
        if self.is_narrowband() {
            self.narrowband.attach_at = Some(core.now() + core.pace.activate);
        }
    }

    /// The context comes up again, if the network is still there.
    pub(crate) fn finish_attach(&mut self, core: &mut Core) {
        let now = core.now();
        if self.narrowband.attach_at.take_if(|at| *at <= now).is_none() {
            return;
        }
        if !core.context(1).is_some_and(|context| context.active) {
            core.activate_context(1);
        }
    }
}
