//! The end of a command: what its success or failure does to the sockets and to the module's state.

use super::core::{Control, Module};
use super::flight::{Flight, Probe, Task, bit};
use super::kind::Kind;
use super::schedule::NOBODY;
use super::slot::{Applied, Peer, State, UNCOUNTED};
use super::{Engine, ladder, recovery};
use crate::error::Error;
use crate::event::ModuleEvent;
use crate::modem::{Dialect, Step};
use crate::network::Station;

impl<D: Dialect> Engine<'_, D> {
    /// The command in flight has ended.
    pub(super) fn finish(&mut self, now: u32, result: Result<(), Error>) {
        let Some(flight) = self.flight.take() else { return };
        if result.is_ok() {
            self.settle_late(); // a restart would have ended this command, too
        }
        let result =
            flight.outcome.filter(|_| !matches!(flight.task, Task::Explain)).unwrap_or(result);
        if self.asks_why(flight, result) {
            return;
        }
        match flight.task {
            Task::Explain => self.explained(now, flight),
            _ => self.conclude(now, flight, result),
        }
        if flight.repeated && self.core.module == Module::Ready {
            // a second answer may be on its way: the answer to a question of another kind ends it
            self.core.module = Module::Calling { tries: 0, fresh: false };
            self.ask_settings = true;
        }
    }

    /// What the end of a command does.
    pub(super) fn conclude(&mut self, now: u32, flight: Flight, result: Result<(), Error>) {
        // without an answer nobody knows whether the link is closed
        match (flight.task, result) {
            (Task::Close { slot, link }, Err(Error::TimedOut)) if !self.listens(slot) => {
                self.orphans |= bit(link);
            }
            (Task::Discard { .. }, Err(Error::TimedOut)) => self.core.census = true,
            _ => {}
        }
        match flight.task {
            Task::Probe(probe) => self.probed(now, probe, flight, result),
            Task::Setup(step) => self.set_up(now, step, result),
            Task::Restart => {
                self.core.module =
                    Module::Restarting { deadline: now.wrapping_add(D::HABITS.restart_ms) };
            }
            Task::Escape => {}
            Task::Adjust(change) => self.adjusted(now, change, result),
            Task::Prepare { slot, link, step } => {
                let result = self.dialect.prepared(step, link, result);
                self.core.capabilities = self.dialect.capabilities();
                if slot == NOBODY && result == Err(Error::TimedOut) {
                    // the module answers calls, but not this, and nothing can go on without it
                    self.core.fail_links(Error::TimedOut, true);
                    self.core.module = Module::Calling { tries: 0, fresh: true };
                }
                self.prepared(slot, flight, result);
            }
            Task::Open { slot, link, .. } => self.opened_or_not(slot, link, flight, result),
            Task::Send { .. } => self.sent(now, flight, result),
            Task::Fetch { slot, max, .. } => self.fetched(now, slot, max, flight, result),
            Task::Survey => self.surveyed(now, result),
            Task::Census | Task::CensusTls(_) => {
                match flight.task {
                    Task::CensusTls(_) => self.counted_apart(flight, result),
                    _ => self.counted(flight, result),
                }
                // if it has to be asked for in another way, the caller goes on waiting
                let asked = matches!(self.core.control, Control::Flying | Control::Abandoned);
                if asked && !self.core.census && !self.counts_apart() {
                    self.core.end_control(result);
                }
            }
            // an error says that the link is not open (esp-at.md §6.4)
            Task::Close { slot, link } => {
                // what it has accepted unheard outlives a listener
                let doubtful = result.is_err() || self.listens(slot);
                self.core.census |= doubtful && D::HABITS.lingers;
                match self.core.slots.get_mut(usize::from(slot)) {
                    // unless another connection has come over it meanwhile
                    Some(slot) if slot.link == Some(link) && !flight.taken => slot.unlink(),
                    _ => {}
                }
            }
            Task::Discard { .. } => {}
            Task::Resolve | Task::Local { .. } => {
                let answered = match (result, self.core.address) {
                    // the last of several lines is lost
                    (Err(Error::TimedOut), Some(_)) => Ok(()),
                    (Ok(()), None) if matches!(flight.task, Task::Resolve) => Err(Error::Dns(-2)),
                    (Ok(()), None) => Err(Error::CommandFailed),
                    (result, _) => result,
                };
                if !matches!(flight.task, Task::Resolve) {
                    self.core.local = self.core.address.take();
                }
                self.core.end_control(answered);
            }
            Task::Control => self.core.end_control(result),
            Task::Attach(step) => self.attach_went(now, step, result),
            Task::Explain => {} // what it explains ends instead, in `finish`
        }
    }

    fn probed(&mut self, now: u32, probe: Probe, flight: Flight, result: Result<(), Error>) {
        if result.is_err() {
            return; // the ladder goes on
        }
        self.proved();
        match (probe, self.core.module) {
            // called once and answered: nothing else can be on its way, and there are no settings yet
            (Probe::Voice, Module::Calling { tries: 1, fresh: true })
                if !flight.repeated && !self.verify =>
            {
                self.begin_setup();
            }
            (Probe::Voice, Module::Calling { .. }) => {
                self.ask_settings = true;
                if self.prompt_due {
                    // this may be the OK before the late prompt: let the prompt come first
                    self.hold = Some(now.wrapping_add(recovery::QUIET));
                }
            }
            (Probe::Settings, Module::Calling { fresh, .. }) => {
                self.prompt_due = false;
                // whatever was to come has come: a fetch without answer may have taken data away
                if let Some(Ok(slot)) = self.last_fetch.take().map(|id| self.core.slot(id)) {
                    slot.hole();
                }
                if fresh {
                    self.begin_setup();
                } else {
                    self.works();
                }
            }
            _ => {}
        }
    }

    /// From here on nothing counts that the module was told before.
    pub(super) fn begin_setup(&mut self) {
        let adrift = self.dialect.adrift();
        self.dialect.forget();
        if adrift || self.dialect.adrift() {
            self.core.set_station(Station::Down); // until the setup finds a context
            self.core.local = None;
        }
        self.serial.forget();
        self.forget_apart();
        self.core.module = Module::SettingUp(0);
    }

    fn set_up(&mut self, now: u32, step: u8, result: Result<(), Error>) {
        if result == Err(Error::TimedOut) {
            self.failed_setups = self.failed_setups.saturating_add(1);
            if self.failed_setups >= ladder::SETUP_TRIES {
                return self.no_setup(now);
            }
            self.core.module = Module::Calling { tries: 0, fresh: true };
            self.hold = Some(now.wrapping_add(recovery::QUIET));
            return;
        }
        self.core.module = match self.dialect.advance(step, result, self.core.wanted) {
            Step::Next(step) => Module::SettingUp(step),
            Step::Ready => {
                self.core.capabilities = self.dialect.capabilities();
                self.core.events.tell(ModuleEvent::Ready);
                if core::mem::take(&mut self.verify) {
                    self.ask_settings = true;
                    Module::Calling { tries: 0, fresh: false }
                } else {
                    return self.works();
                }
            }
            Step::Restart => {
                self.restart_wanted = true;
                Module::SettingUp(0)
            }
            Step::Again(step) => {
                self.hold = Some(now.wrapping_add(recovery::NOT_READY));
                Module::SettingUp(step)
            }
            Step::Failed(error) => {
                self.core.end_control(Err(error));
                self.core.fail_links(error, true);
                return self.core.die(error);
            }
        };
    }

    /// Something has been set for a link, or could not be: the socket that needs it fails then,
    /// unless the dialect can do without.
    fn prepared(&mut self, slot: u8, flight: Flight, result: Result<(), Error>) {
        let Some(slot) = self.core.slots.get_mut(usize::from(slot)) else { return };
        let (Err(error), false) = (result, slot.generation != flight.generation) else { return };
        match slot.state {
            State::Opening if slot.link.is_none() => slot.fail(error),
            State::Open => slot.applied = Applied::Refused(error),
            _ => {}
        }
    }

    fn opened_or_not(&mut self, slot: u8, link: u8, flight: Flight, result: Result<(), Error>) {
        if self.stolen(slot, link, flight, result) || self.open_later(slot, result) {
            return;
        }
        if self.held_by_a_stranger(slot, link, result) {
            return;
        }
        // after `busy` a command can run twice: the second answer is an error, the link is open; if
        // the connection is not another one's, which the list of links tells
        self.core.census |= flight.informed && result.is_err();
        let result = if flight.informed { Ok(()) } else { result };
        self.suspect(link, flight, result);
        let down = self.core.station.is_down();
        let now = self.core.now;
        let late = now.wrapping_sub(flight.started) > D::HABITS.refused_within_ms;
        if !down {
            self.doubt_context(result, late);
        }
        let Some(slot) = self.core.slots.get_mut(usize::from(slot)) else { return };
        if slot.link != Some(link) {
            return; // the module restarted meanwhile
        }
        match (result, slot.state) {
            (Ok(()), State::Opening) => {
                slot.state = State::Open;
                slot.connected = (slot.kind == Kind::Stream).then_some(Ok(()));
                slot.check_soon(now); // a peer that speaks first may have spoken already
                if slot.peer == Peer::Gone {
                    slot.drained(D::HABITS.lingers);
                }
                if self.core.station.is_down() {
                    self.core.set_station(Station::Up); // its URC was lost
                }
            }
            (Ok(()), _) => {}
            (Err(error), _) => {
                let error = match error {
                    _ if down => Error::NetworkUnreachable,
                    Error::ConnectionRefused if late => Error::HostUnreachable,
                    Error::Already => Error::TooManySockets,
                    error => error,
                };
                slot.fail(error);
                if error != Error::TimedOut && !D::HABITS.lingers {
                    slot.unlink(); // else the scheduler closes it: it may come to be open yet
                }
            }
        }
    }

    /// The module says that the link is in use, by somebody before this program: it is closed, and the
    /// socket gets another one; once for each link.
    fn held_by_a_stranger(&mut self, slot: u8, link: u8, result: Result<(), Error>) -> bool {
        let held = result == Err(Error::Already) && D::HABITS.lingers;
        if !held || self.refused & bit(link) != 0 {
            return false;
        }
        self.refused |= bit(link);
        self.orphans |= bit(link);
        match self.core.slots.get_mut(usize::from(slot)) {
            Some(slot) if slot.link == Some(link) => slot.unlink(),
            _ => {}
        }
        true
    }

    /// A link that cannot be opened twice in a row may be open, and its opening was not heard: the list
    /// of links tells.
    fn suspect(&mut self, link: u8, flight: Flight, result: Result<(), Error>) {
        let this = bit(link);
        match result {
            Err(error) if error != Error::TimedOut => {
                self.core.census |= flight.repeated || self.refused & this != 0;
                self.refused |= this;
            }
            _ => self.refused &= !this,
        }
    }

    /// Whether the link has gone to a connection that came just before: another one has to be opened.
    fn stolen(&mut self, index: u8, link: u8, flight: Flight, result: Result<(), Error>) -> bool {
        if flight.taken {
            return true;
        }
        let Some(slot) = self.core.slots.get_mut(usize::from(index)) else { return false };
        // where the module does not say whose `CONNECT` it was, the error behind it does
        let silently = result.is_err() && flight.informed && !flight.repeated;
        if !silently || slot.link != Some(link) || slot.kind.is_listener() {
            return false;
        }
        slot.link = None;
        if !self.core.arrived(link, None, None) {
            if let Some(slot) = self.core.slots.get_mut(usize::from(index)) {
                slot.link = Some(link); // nobody listens, so the connection is the one asked for
            }
            return false;
        }
        if let Some(slot) = self.core.slots.get_mut(usize::from(index)) {
            slot.unlink();
        }
        true
    }

    fn fetched(
        &mut self,
        now: u32,
        slot: u8,
        max: usize,
        flight: Flight,
        result: Result<(), Error>,
    ) {
        let got = self.fetched;
        if result != Err(Error::TimedOut) && !flight.repeated {
            self.last_fetch = None;
        }
        let headless = result.is_ok() && !flight.informed;
        if headless {
            // the body has come, but its head was damaged: what comes next may be its rest
            self.lose_body(now);
            self.resynchronise(now);
        }
        let look_again = self.core.look_again;
        let Some(slot) = self.core.slots.get_mut(usize::from(slot)) else { return };
        if result.is_ok() {
            slot.rx.commit();
        } else if slot.rx.discard() > 0 {
            // the count was met, but not by an answer: a restart can fill a body with its own words
            slot.hole();
        }
        if headless {
            slot.hole();
        }
        let Some(link) = slot.link else { return };
        let overstated = self.dialect.overstates(link);
        slot.look_at = now.wrapping_add(look_again);
        let noticed = flight.marked(link);
        match result {
            Ok(()) if got > 0 => {
                if !D::HABITS.counts {
                    // the next notice comes only when there is nothing left (quectel.md §5.3)
                    slot.waiting = UNCOUNTED;
                } else if !noticed {
                    // counters are hints: one that is used up has to be asked for again
                    slot.waiting =
                        if got < max { 0 } else { slot.waiting.saturating_sub(got as u32) };
                    if slot.waiting == 0 {
                        slot.check_soon(now);
                    }
                }
            }
            Err(Error::TimedOut) => {}
            // nothing there, or the link is closed; which of the two is not said (esp-at.md §8.4)
            Ok(()) | Err(_) => {
                // announced, and gone with the link (§8.6); a hint without a count may be spent
                let announced =
                    slot.waiting > overstated && (slot.waiting != UNCOUNTED || result.is_err());
                if slot.peer == Peer::Draining && announced && !noticed {
                    slot.hole();
                }
                self.core.census |= D::HABITS.lingers && result.is_err();
                if !noticed {
                    slot.waiting = 0;
                    slot.check = false;
                }
                if slot.peer == Peer::Draining {
                    slot.drained(D::HABITS.lingers);
                }
            }
        }
    }
}
