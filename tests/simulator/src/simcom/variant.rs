//! The SIMCom modules that there are, as data.

use crate::cellular::{AddressStyle, BootWord, Model, Technology};
use crate::profile::{Firmware, Profile};
use core::time::Duration;

/// The constants of one SIMCom module, and what its versions do differently.
///
/// ```
/// use usocket_simulator::Profile;
///
/// // firmware that takes other commands while it connects
/// let profile = Profile::sim7080().simcom(|variant| variant.answers_open_at_once = true);
/// assert_eq!(profile.name, "simcom-sim7080");
/// ```
#[derive(Debug, Clone)]
pub struct Variant {
    /// What the common core has to know.
    pub model: Model,
    /// Number of sockets.
    pub ids: u8,
    /// Most bytes of one `AT+CASEND`.
    pub send_max: usize,
    /// Most bytes of one `AT+CARECV`.
    pub read_max: usize,
    /// Bytes that TCP takes before the peer has acknowledged any; beyond, sends wait.
    pub transmit_buffer: usize,
    /// `OK` comes before the result of an open, and not behind it.
    pub answers_open_at_once: bool,
    /// What has not been read when the peer closes is lost.
    pub forgets_when_closed: bool,
}

const BOOT: &[(u32, BootWord)] = &[
    (0, BootWord::Text("RDY")),
    (300, BootWord::Text("+CFUN: 1")),
    (300, BootWord::Sim),
    (1000, BootWord::WithSim("SMS Ready", 2)),
];

impl Profile {
    /// SIMCom SIM7080G: LTE Cat-M1.
    pub fn sim7080() -> Self {
        let model = Model {
            manufacturer: "SIMCOM_Ltd",
            name: "SIMCOM_SIM7080",
            revision: "1951B09SIM7080",
            imei: "868822040012345",
            technology: Technology::CatM1,
            boot: BOOT,
            cmee: 0,
            contexts: 4,
            baud_max: 921_600,
            stores_baud: true,
            key_on: Duration::from_millis(1000),
            key_off: Duration::from_millis(1200),
            reset_pin: Duration::from_millis(250),
            farewell: Some("NORMAL POWER DOWN"),
            restart_farewell: false,
            restart_stray: false,
            addresses: AddressStyle::Quoted,
            attaches_context: false,
            prefixed_imei: false,
        };
        let variant = Variant {
            model,
            ids: 13,
            send_max: 1459,
            read_max: 1459,
            transmit_buffer: 8192,
            answers_open_at_once: false,
            forgets_when_closed: false,
        };
        Self {
            name: "simcom-sim7080",
            title: "SIMCom SIM7080G, 1951B09SIM7080 (LTE Cat-M1)",
            window: 5840,
            segment: 1358,
            transmit_ring: 4096,
            boot: Duration::from_millis(1800),
            firmware: Firmware::SimCom(variant),
        }
    }

    /// The same with another version of SIMCom's firmware; other modules stay as they are.
    #[must_use]
    pub fn simcom(mut self, change: impl FnOnce(&mut Variant)) -> Self {
        if let Firmware::SimCom(variant) = &mut self.firmware {
            change(variant);
        }
        self
    }
}
