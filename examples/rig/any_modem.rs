//! A module of any family behind one type, for programs that choose it when they run.

#![allow(dead_code, reason = "shared by tests and examples, each of which uses a part")]

use usocket::clock::Clock;
use usocket::network::{Cellular, Handle, IfConfig, STA_IF, Wlan};
use usocket::uart::{Baud, SetBaud, Uart};
use usocket::{
    Capabilities, Counters, Error, EspAt, IdleHook, Memory, Modem, ModuleEvent, Network, Quectel,
    SimCom,
};

/// A module of any family.
#[derive(Debug)]
#[allow(clippy::large_enum_variant, reason = "there is one, and it is never moved again")]
pub(crate) enum AnyModem<'b, U, C> {
    EspAt(Modem<'b, EspAt, U, C>),
    Quectel(Modem<'b, Quectel, U, C>),
    SimCom(Modem<'b, SimCom, U, C>),
}

macro_rules! each {
    ($any:expr, $modem:ident => $call:expr) => {
        match $any {
            Self::EspAt($modem) => $call,
            Self::Quectel($modem) => $call,
            Self::SimCom($modem) => $call,
        }
    };
}

impl<'b, U: Uart, C: Clock> AnyModem<'b, U, C> {
    /// The module that a name begins with the family of: `quectel-bg96`, `esp32c3-4.1`.
    pub(crate) fn named<const SOCKETS: usize, const RX: usize, const TX: usize>(
        name: &str,
        uart: U,
        clock: C,
        memory: &'b mut Memory<SOCKETS, RX, TX>,
    ) -> Self {
        match name {
            _ if name.starts_with("quectel") => Self::Quectel(Modem::quectel(uart, clock, memory)),
            _ if name.starts_with("simcom") => Self::SimCom(Modem::simcom(uart, clock, memory)),
            _ => Self::EspAt(Modem::esp_at(uart, clock, memory)),
        }
    }

    /// With a rate that the driver may change.
    pub(crate) fn with_baud(self, baud: Baud) -> Self
    where
        U: SetBaud,
    {
        match self {
            Self::EspAt(modem) => Self::EspAt(modem.with_baud(baud)),
            Self::Quectel(modem) => Self::Quectel(modem.with_baud(baud)),
            Self::SimCom(modem) => Self::SimCom(modem.with_baud(baud)),
        }
    }

    pub(crate) fn event(&self) -> Option<ModuleEvent> {
        each!(self, modem => modem.event())
    }

    pub(crate) fn is_cellular(&self) -> bool {
        !matches!(self, Self::EspAt(_))
    }

    /// The module, if it is one of ESP-AT.
    pub(crate) fn esp_at(&self) -> Option<&Modem<'b, EspAt, U, C>> {
        match self {
            Self::EspAt(modem) => Some(modem),
            _ => None,
        }
    }

    /// The network object of a Wi-Fi module.
    pub(crate) fn wlan(&self) -> Option<Wlan<'_>> {
        self.esp_at().map(|modem| Wlan::new(modem, STA_IF))
    }

    /// The network object of a cellular module.
    pub(crate) fn cellular(&self) -> Option<Cellular<'_>> {
        match self {
            Self::EspAt(_) => None,
            Self::Quectel(modem) => Some(Cellular::new(modem)),
            Self::SimCom(modem) => Some(Cellular::new(modem)),
        }
    }

    /// Whether it is NonOS firmware, whose server takes its connections with it.
    pub(crate) fn is_nonos(&self) -> bool {
        let version = self.esp_at().and_then(Modem::version);
        version.is_some_and(|version| version.is_nonos())
    }

    /// Switches the network interface on.
    pub(crate) fn activate(&self) -> Result<(), Error> {
        match self {
            Self::EspAt(modem) => Wlan::new(modem, STA_IF).active(true),
            Self::Quectel(modem) => Cellular::new(modem).active(true),
            Self::SimCom(modem) => Cellular::new(modem).active(true),
        }
    }

    /// Whether there is a network.
    pub(crate) fn isconnected(&self) -> Result<bool, Error> {
        match self {
            Self::EspAt(modem) => Wlan::new(modem, STA_IF).isconnected(),
            Self::Quectel(modem) => Cellular::new(modem).isconnected(),
            Self::SimCom(modem) => Cellular::new(modem).isconnected(),
        }
    }

    /// The module's addresses.
    pub(crate) fn ifconfig(&self) -> Result<IfConfig, Error> {
        match self {
            Self::EspAt(modem) => Wlan::new(modem, STA_IF).ifconfig(),
            Self::Quectel(modem) => Cellular::new(modem).ifconfig(),
            Self::SimCom(modem) => Cellular::new(modem).ifconfig(),
        }
    }

    pub(crate) fn poll(&self) -> Result<bool, Error> {
        each!(self, modem => modem.poll())
    }

    pub(crate) fn next_poll_ms(&self) -> Option<u32> {
        each!(self, modem => modem.next_poll_ms())
    }

    pub(crate) fn on_idle(&self, hook: Option<IdleHook<'b>>) {
        each!(self, modem => modem.on_idle(hook));
    }

    pub(crate) fn capabilities(&self) -> Capabilities {
        each!(self, modem => modem.capabilities())
    }

    pub(crate) fn counters(&self) -> Counters {
        each!(self, modem => modem.counters())
    }

    pub(crate) fn clock(&self) -> &C {
        each!(self, modem => modem.clock())
    }
}

impl<U: Uart, C: Clock> Network for AnyModem<'_, U, C> {
    fn stack(&self) -> Handle<'_> {
        each!(self, modem => modem.stack())
    }
}
