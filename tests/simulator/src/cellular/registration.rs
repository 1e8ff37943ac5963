//! Registering with the network, and reporting it (Quectel digest §3.1).

use super::core::{Core, Notice, Timer};
use super::coverage::{Registration, Technology};
use super::sim::SimState;

/// The commands of the three domains: circuit switched, packet switched, and EPS.
pub(crate) const DOMAINS: [&str; 3] = ["+CREG", "+CGREG", "+CEREG"];

impl Core {
    /// The state right after a boot that nobody had to wait for.
    pub(crate) fn settle_in(&mut self) {
        self.initialised = if self.sim.state() == SimState::Ready { 7 } else { 0 };
        self.registration = Registration::NotSearching;
        self.cancel(|timer| matches!(timer, Timer::Register));
        if self.may_register() {
            self.registration = Registration::Searching;
            if self.coverage.registers_after.is_zero() {
                self.decide_registration();
            } else {
                self.later(self.coverage.registers_after, Timer::Register);
            }
        }
    }

    /// Whether the module wants to be registered, and can try.
    fn may_register(&self) -> bool {
        self.function == 1 && !self.deregistered && self.sim.state() == SimState::Ready
    }

    /// Looks for the network, or gives it up, as the card and the settings have it now.
    pub(crate) fn seek_network(&mut self) {
        self.cancel(|timer| matches!(timer, Timer::Register));
        if !self.may_register() {
            return self.set_state(Registration::NotSearching);
        }
        if !self.registration.is_registered() {
            self.set_state(Registration::Searching);
            self.later(self.coverage.registers_after, Timer::Register);
        }
    }

    /// The network has answered.
    pub(crate) fn decide_registration(&mut self) {
        if self.may_register() {
            self.set_state(self.coverage.registration);
        }
    }

    /// The network changes its mind.
    pub(crate) fn change_registration(&mut self, registration: Registration) {
        self.coverage.registration = registration;
        self.cancel(|timer| matches!(timer, Timer::Register));
        if self.is_on() {
            self.decide_registration();
        }
    }

    fn set_state(&mut self, state: Registration) {
        let was = self.registration;
        let old = [0, 1, 2].map(|domain| self.domain_state(domain));
        self.registration = state;
        for (domain, old) in old.into_iter().enumerate() {
            if self.settings.reports[domain] > 0 && self.domain_state(domain) != old {
                let location = self.location(domain);
                let text = format!("{}: {}{location}", DOMAINS[domain], self.domain_state(domain));
                self.urc(text);
            }
        }
        if state.is_registered() && !was.is_registered() {
            self.enter_network();
        }
    }

    fn enter_network(&mut self) {
        if self.clock.follows {
            self.clock.synchronise();
        }
        if self.time_zone_reports {
            self.urc("+CTZV: +00");
        }
        if self.model.attaches_context && self.attached {
            self.activate_context(1);
        }
    }

    /// Whether a domain takes part in the technology.
    fn has_domain(&self, domain: usize) -> bool {
        let packet_only = matches!(self.coverage.technology, Technology::CatM1 | Technology::NbIot);
        match domain {
            2 => !matches!(self.coverage.technology, Technology::Gsm | Technology::Umts),
            _ => !packet_only,
        }
    }

    /// The `<stat>` of a domain.
    pub(crate) fn domain_state(&self, domain: usize) -> u8 {
        if self.has_domain(domain) { self.registration as u8 } else { 0 }
    }

    /// What follows `<stat>` in report mode 2 and above, while registered.
    pub(crate) fn location(&self, domain: usize) -> String {
        let registered = self.registration.is_registered() && self.has_domain(domain);
        if self.settings.reports[domain] < 2 || !registered {
            return String::new();
        }
        let Self { coverage, .. } = self;
        let technology = coverage.technology.number();
        format!(",\"{:04X}\",\"{:08X}\",{technology}", coverage.area, coverage.cell)
    }

    // --- contexts -----------------------------------------------------------------------------

    /// Activates a context if the network lets it in; false if not.
    pub(crate) fn activate_context(&mut self, cid: u8) -> bool {
        if !self.registration.is_registered() || !self.attached {
            return false;
        }
        let ipv6 = self.coverage.ipv6;
        let Some(context) = self.context(cid) else { return false };
        if !self.coverage.admits(&context.apn, &context.user, &context.password) {
            return false;
        }
        let active = self.context_mut(cid).is_some_and(|context| context.activate(cid, ipv6));
        if active {
            self.notices.push_back(Notice::ContextUp(cid));
        }
        active
    }

    /// The host deactivates a context.
    pub(crate) fn deactivate_context(&mut self, cid: u8) {
        if let Some(context) = self.context_mut(cid).filter(|context| context.active) {
            context.deactivate();
            self.notices.push_back(Notice::ContextDown(cid));
        }
    }

    /// Deactivates every context, as leaving the network does.
    pub(crate) fn deactivate_contexts(&mut self) {
        for cid in self.active_contexts() {
            self.deactivate_context(cid);
        }
    }

    /// The network drops a context.
    pub(crate) fn lose_context(&mut self, cid: u8) {
        if let Some(context) = self.context_mut(cid).filter(|context| context.active) {
            context.deactivate();
            self.notices.push_back(Notice::ContextLost(cid));
        }
    }

    pub(crate) fn active_contexts(&self) -> Vec<u8> {
        self.contexts().filter(|(_, context)| context.active).map(|(cid, _)| cid).collect()
    }
}
