//! Rate and flow control of the serial line: what the program wants of them, and what is in force.

use crate::uart::Baud;

/// Most of the program's rates that are tried: the rungs of a ladder have a number of eight bits.
const MOST: usize = 64;

/// Something that is changed at both ends of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// The rate, in baud; with or without flow control as before.
    Rate { baud: u32, flow: bool },
    /// The flow control by RTS and CTS; at the rate as before.
    Flow { baud: u32, on: bool },
}

/// Flow control by RTS and CTS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flow {
    /// The program has no use for it, or it was tried in vain.
    Off,
    /// The module is to be told.
    Wanted,
    On,
}

/// The serial line as far as the driver can change it.
#[derive(Debug)]
pub(crate) struct Serial {
    /// The driver may change the rate.
    adjustable: bool,
    /// The rate at which the driver speaks, if it is known.
    rate: u32,
    /// The rate at which the module was understood last.
    proved: u32,
    /// Its rate after a start.
    home: u32,
    /// The rate that the program wants, or the one that was stepped back to.
    wanted: u32,
    /// The UART is known to have this rate.
    tried: u32,
    rates: &'static [u32],
    flow: Flow,
    /// What the module was told last, if it has not been understood since.
    unproved: Option<Change>,
    /// The rate before the module was looked for elsewhere.
    sought: u32,
    /// A change was not proved when the search began.
    doubted: bool,
    /// Changes that did not work.
    fallbacks: u32,
}

impl Serial {
    pub(super) const fn new() -> Self {
        let [rate, proved, home, wanted, tried, sought, fallbacks] = [0; 7];
        let (rates, flow): (&[u32], _) = (&[], Flow::Off);
        Self {
            adjustable: false,
            rate,
            proved,
            home,
            wanted,
            tried,
            rates,
            flow,
            unproved: None,
            sought,
            doubted: false,
            fallbacks,
        }
    }

    /// The program lets the driver choose the rate.
    pub(crate) const fn plan(&mut self, baud: Baud) {
        self.adjustable = true;
        self.keep(baud.home);
        self.wanted = baud.wanted;
        self.rates = baud.rates;
    }

    /// RTS and CTS are connected, at a line of this rate.
    pub(crate) const fn use_flow_control(&mut self, baud: u32) {
        self.flow = Flow::Wanted;
        if !self.adjustable {
            self.keep(baud);
        }
    }

    const fn keep(&mut self, baud: u32) {
        self.rate = baud;
        self.proved = baud;
        self.home = baud;
        self.wanted = baud;
        self.tried = baud;
    }

    /// The rate at which the UART has to be.
    pub(crate) const fn rate(&self) -> u32 {
        self.rate
    }

    /// The UART cannot have this rate, and has kept its own.
    pub(super) fn refused(&mut self, kept: u32) {
        if self.rate == self.wanted {
            self.step_back(self.rate);
        }
        self.rate = kept;
    }

    /// What is to be changed next, once the module is set up. A rate is first tried on the UART, which
    /// may not have it: then there is nothing to tell the module.
    pub(super) fn next_change(&mut self) -> Option<Next> {
        if self.flow == Flow::Wanted {
            return Some(Next::Tell(Change::Flow { baud: self.rate, on: true }));
        }
        if self.proved == self.wanted {
            return None;
        }
        if self.tried != self.wanted {
            self.tried = self.wanted;
            self.rate = self.wanted;
            return Some(Next::Try);
        }
        self.rate = self.proved; // the UART has it
        Some(Next::Tell(Change::Rate { baud: self.wanted, flow: self.flow == Flow::On }))
    }

    /// The module has been told, and has said yes or no.
    pub(super) fn told(&mut self, change: Change, taken: bool) {
        match (change, taken) {
            (Change::Rate { baud, .. }, true) => {
                self.rate = baud;
                self.unproved = Some(change);
            }
            (Change::Rate { baud, .. }, false) => self.step_back(baud),
            (Change::Flow { .. }, true) => self.unproved = Some(change),
            (Change::Flow { .. }, false) => self.flow = Flow::Off,
        }
    }

    /// Nobody knows whether the module has taken the change.
    pub(super) fn told_in_vain(&mut self, change: Change) {
        self.unproved = Some(change);
    }

    /// The module is understood: what it was told last works, or was not taken.
    pub(super) fn prove(&mut self) {
        self.proved = self.rate;
        match self.unproved {
            Some(Change::Rate { baud, .. }) if self.rate == baud => self.unproved = None,
            Some(Change::Flow { .. }) => {
                self.flow = Flow::On;
                self.unproved = None;
            }
            _ => self.disprove(),
        }
    }

    /// What the module was told last has not worked.
    fn disprove(&mut self) {
        let Some(change) = self.unproved.take() else { return };
        self.fallbacks = self.fallbacks.wrapping_add(1);
        match change {
            Change::Rate { baud, .. } => self.step_back(baud),
            Change::Flow { .. } => self.flow = Flow::Off,
        }
    }

    /// The next lower rate is to be had instead.
    fn step_back(&mut self, from: u32) {
        let lower = self.rates.iter().filter(|&&rate| rate < from && rate > self.home).max();
        self.wanted = match self.wanted > self.home {
            true => lower.copied().unwrap_or(self.home),
            false => self.home,
        };
    }

    /// How to take back, unheard, what the module was told last and is not understood since.
    pub(super) fn take_back(&mut self) -> Option<Change> {
        match self.unproved? {
            Change::Rate { flow, .. } => Some(Change::Rate { baud: self.proved, flow }),
            Change::Flow { baud, .. } => {
                self.disprove(); // the wires are not there: the module waits for ever
                Some(Change::Flow { baud, on: false })
            }
        }
    }

    /// The module is looked for, beginning where it was heard last.
    pub(super) fn seek(&mut self) {
        self.sought = self.rate;
        self.doubted = self.unproved.is_some();
    }

    /// Whether a change is to be taken back; the same for the whole of a search.
    pub(super) const fn doubted(&self) -> bool {
        self.doubted
    }

    /// Goes on at another rate.
    pub(super) fn listen(&mut self, baud: u32) {
        self.rate = baud;
    }

    /// The rate at which the module was before it was raised; `None`: it was not.
    pub(super) fn fallback(&self) -> Option<u32> {
        let lower = if self.proved == self.sought { self.home } else { self.proved };
        (self.sought != lower).then_some(lower)
    }

    /// Where the search began.
    pub(super) const fn sought(&self) -> u32 {
        self.sought
    }

    /// Changes that did not work, so far.
    pub(crate) const fn fallbacks(&self) -> u32 {
        self.fallbacks
    }

    /// The rate at which the module was understood last.
    pub(super) const fn proved(&self) -> u32 {
        self.proved
    }

    /// The next of the rates at which it may be, too.
    pub(super) fn other(&self, number: usize) -> Option<u32> {
        let mut rest = number;
        for rate in [self.home, self.wanted] {
            if rate != self.sought {
                match rest.checked_sub(1) {
                    None => return Some(rate),
                    Some(fewer) => rest = fewer,
                }
            }
        }
        let tried = [self.home, self.wanted, self.sought];
        let mut known = self.rates.iter().copied().filter(|rate| !tried.contains(rate));
        if rest < MOST { known.nth(rest) } else { None }
    }

    /// The module is restarting: it will be at its own rate.
    pub(super) fn go_home(&mut self) {
        self.rate = self.home;
    }

    /// The module has started, and was heard to do so at the present rate.
    pub(super) fn started(&mut self) {
        self.home = self.rate;
        self.proved = self.rate;
        self.forget();
    }

    /// The module has lost what it was told.
    pub(super) fn forget(&mut self) {
        self.disprove();
        if self.flow == Flow::On {
            self.flow = Flow::Wanted;
        }
    }
}

/// What comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// The UART is set to the wanted rate, and back.
    Try,
    /// The module is told.
    Tell(Change),
}
