//! Profiles: which firmware a module runs, as data.

use crate::cellular::{Dialect, Modem};
use crate::esp_at::{EspAt, Release};
use crate::module::Engine;
use crate::quectel::{self, CommandSet, Gsm, Quectel};
use crate::simcom::{self, SimCom};
use core::time::Duration;

/// A firmware family, with the constants and quirks of one of its members.
///
/// A new family is registered here: its variant, how it starts, and its profiles
/// in [`Profile::all`].
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum Firmware {
    /// Espressif's ESP-AT and NonOS AT.
    EspAt(Release),
    /// Quectel's cellular modules.
    Quectel(quectel::Variant),
    /// SIMCom's cellular modules.
    SimCom(simcom::Variant),
}

/// One simulated module.
///
/// ```
/// let profile = usocket_simulator::Profile::by_name("esp32c3-4.1").unwrap();
/// assert_eq!(profile.window, 5760);
/// ```
#[derive(Debug, Clone)]
pub struct Profile {
    /// Name for selection, such as `esp32c3-4.1`.
    pub name: &'static str,
    /// One line for people.
    pub title: &'static str,
    /// TCP receive window of one link in bytes.
    pub window: usize,
    /// Largest TCP segment in bytes.
    pub segment: usize,
    /// Transmit ring of the UART in bytes: how far reports of received data run ahead of the line.
    pub transmit_ring: usize,
    /// From power or reset to the first word of the firmware.
    pub boot: Duration,
    /// What is special about the family.
    pub firmware: Firmware,
}

impl Profile {
    /// The firmware, up and running.
    pub(crate) fn start(self) -> Box<dyn Engine> {
        match self.firmware.clone() {
            Firmware::EspAt(release) => Box::new(EspAt::new(self, release)),
            Firmware::Quectel(variant) => {
                let model = variant.model.clone();
                let dialect: Box<dyn Dialect> = match variant.commands {
                    CommandSet::Gsm => Box::new(Gsm::new(variant)),
                    CommandSet::Buf | CommandSet::Nb => Box::new(Quectel::new(variant)),
                };
                Box::new(Modem::new(self, model, dialect))
            }
            Firmware::SimCom(variant) => {
                let model = variant.model.clone();
                Box::new(Modem::new(self, model, Box::new(SimCom::new(variant))))
            }
        }
    }

    /// Every profile, the recommended one of each family first.
    pub fn all() -> Vec<Self> {
        [Self::esp_at(), Self::cellular()].concat()
    }

    /// Every cellular module.
    pub fn cellular() -> Vec<Self> {
        [Self::quectel(), vec![Self::sim7080()]].concat()
    }

    /// Whether this is a cellular module.
    pub fn is_cellular(&self) -> bool {
        !matches!(self.firmware, Firmware::EspAt(_))
    }

    /// The profile called `name`, or `None`.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::all().into_iter().find(|profile| profile.name.eq_ignore_ascii_case(name))
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::esp32c3_4_1()
    }
}
