//! What surrounds a cellular module: its card, its network, its power key (Quectel digest §14.1).
//!
//! None of this does anything to a module of another family.

use super::VirtualWorld;
use crate::cellular::{Modem, Quirks, Registration, Signal, Sim, Technology};
use core::time::Duration;

impl VirtualWorld {
    /// Changes the cellular firmware, for what has no method here; `None` if the module has none.
    ///
    /// The closure must not use the handles of the world.
    pub fn with_modem<T>(&self, change: impl FnOnce(&mut Modem) -> T) -> Option<T> {
        self.with(|inner| {
            let result = inner.module.modem().map(change);
            inner.settle();
            result
        })
    }

    /// As [`with_modem`](Self::with_modem), with the time.
    fn happen(&self, change: impl FnOnce(&mut Modem, Duration)) {
        let now = self.now();
        self.with_modem(|modem| change(modem, now));
    }

    // --- set-up -------------------------------------------------------------------------------

    /// Starts with this card, and registered only if that is ready.
    #[must_use]
    pub fn sim(self, sim: Sim) -> Self {
        self.with_modem(|modem| modem.start_with_sim(sim));
        self
    }

    /// Starts unregistered: the network answers that long after this and every later start.
    #[must_use]
    pub fn registers_after(self, time: Duration) -> Self {
        self.with_modem(|modem| modem.start_registering(time));
        self
    }

    /// An access point name that the network lets in; from then on every other one fails.
    ///
    /// Without any, all are let in.
    #[must_use]
    pub fn apn(self, name: &str, user: &str, password: &str) -> Self {
        self.with_modem(|modem| modem.coverage_mut().admit(name, user, password));
        self
    }

    /// Starts switched off: the module boots when its [power key](Self::power_key) is pulsed.
    #[must_use]
    pub fn off(self) -> Self {
        self.happen(Modem::cut_power);
        self
    }

    /// Changes how the firmware deviates from what is documented, from now on.
    ///
    /// ```
    /// use usocket_simulator::{Profile, VirtualWorld};
    ///
    /// let world = VirtualWorld::new(Profile::bg96());
    /// world.quirks(|quirks| quirks.short_reads = Some(7));
    /// ```
    pub fn quirks(&self, change: impl FnOnce(&mut Quirks)) {
        self.with_modem(|modem| change(modem.quirks_mut()));
    }

    // --- the card -----------------------------------------------------------------------------

    /// Looks at the card, or changes it without the module noticing.
    pub fn with_sim<T>(&self, change: impl FnOnce(&mut Sim) -> T) -> Option<T> {
        self.with_modem(|modem| change(modem.sim_mut()))
    }

    /// Changes the card while the module runs; [`Sim::absent`] takes it out.
    pub fn insert_sim(&self, sim: Sim) {
        self.happen(|modem, now| modem.insert_sim(now, sim));
    }

    // --- the network --------------------------------------------------------------------------

    /// The network changes its mind about the module, which reports that as far as the host wants
    /// it. Contexts stay as they are.
    pub fn set_registration(&self, registration: Registration) {
        self.happen(|modem, now| modem.set_registration(now, registration));
    }

    /// The state of the registration; that of a Wi-Fi module is not searching.
    pub fn registration(&self) -> Registration {
        self.with_modem(|modem| modem.registration()).unwrap_or(Registration::NotSearching)
    }

    /// Changes the signal.
    pub fn set_signal(&self, signal: Signal) {
        self.with_modem(|modem| modem.coverage_mut().signal = signal);
    }

    /// Changes name and number of the operator.
    pub fn set_operator(&self, name: &str, number: &str) {
        self.with_modem(|modem| {
            let coverage = modem.coverage_mut();
            coverage.operator = name.to_owned();
            coverage.operator_number = number.to_owned();
        });
    }

    /// Changes the radio access technology.
    pub fn set_technology(&self, technology: Technology) {
        self.with_modem(|modem| modem.coverage_mut().technology = technology);
    }

    /// The network drops the first context: `+QIURC: "pdpdeact",1`.
    pub fn drop_context(&self) {
        self.drop_context_of(1);
    }

    /// The network drops a context.
    pub fn drop_context_of(&self, context: u8) {
        self.happen(|modem, now| modem.drop_context(now, context));
    }

    /// The network goes away: registration, contexts and sockets with it. On a Wi-Fi module, this
    /// is [`disconnect_wifi`](Self::disconnect_wifi).
    pub fn lose_network(&self) {
        self.disconnect_wifi();
    }

    /// The network is there again, and the module registers by itself. On a Wi-Fi module, this is
    /// [`reconnect_wifi`](Self::reconnect_wifi).
    pub fn regain_network(&self) {
        self.reconnect_wifi();
    }

    // --- power --------------------------------------------------------------------------------

    /// The power key was held down for that long, and is released now.
    ///
    /// A pulse that is long enough switches a module on that is off, and off if it is on; a
    /// shorter one, and one while the module boots, do nothing (Quectel digest §2.2).
    pub fn power_key(&self, low: Duration) {
        self.with(|inner| {
            let now = inner.now;
            inner.module.power_key(now, low);
            inner.settle();
        });
    }

    /// The reset pin was held down for that long, and is released now; too short a pulse does
    /// nothing.
    pub fn reset_pin(&self, low: Duration) {
        self.with(|inner| inner.pull_reset_pin(low));
    }

    /// The supply goes away and comes back, on a board that ties the power key low: the module
    /// boots.
    pub fn power_cycle(&self) {
        self.reset_module();
    }

    /// The supply goes away; the module stays off until its power key is pulsed.
    pub fn cut_power(&self) {
        self.with(|inner| inner.cut_line());
        self.happen(Modem::cut_power);
    }

    /// The next sends end in `SEND FAIL`, that many of them.
    pub fn fail_next_sends(&self, count: usize) {
        for _ in 0..count {
            self.send_fail_next();
        }
    }
}
