//! The NB-IoT modules that there are, as data (Quectel digest §7, §10.1, §10.2).

use super::super::variant::{CommandSet, Variant};
use crate::cellular::{AddressStyle, BootWord, Model, Technology};
use crate::profile::{Firmware, Profile};
use core::time::Duration;

const BC66_BOOT: &[(u32, BootWord)] = &[
    (0, BootWord::Text("RDY")),
    (200, BootWord::Text("+CFUN: 1")),
    // `+IP` follows as soon as the network has answered.
    (300, BootWord::Sim),
];

impl Profile {
    /// Quectel BC66: NB-IoT.
    ///
    /// Its context is active as long as it is registered, and there is no command for that.
    pub fn bc66() -> Self {
        let model = Model {
            manufacturer: "Quectel",
            name: "BC66",
            revision: "BC66NBR01A04",
            imei: "867997030012345",
            technology: Technology::NbIot,
            boot: BC66_BOOT,
            cmee: 0,
            contexts: 1,
            baud_max: 460_800,
            stores_baud: false,
            key_on: Duration::from_millis(500),
            key_off: Duration::from_millis(650),
            reset_pin: Duration::from_millis(150),
            farewell: None,
            restart_farewell: false,
            restart_stray: false,
            addresses: AddressStyle::Bare,
            attaches_context: true,
            prefixed_imei: true,
        };
        let variant = Variant {
            model,
            commands: CommandSet::Nb,
            ids: 5,
            send_max: 1024,
            read_max: 1024,
            transmit_buffer: 4096,
            tls: false,
            tls_errors: false,
            receive_length: false,
            technology_name: "NBIoT",
        };
        Self {
            name: "quectel-bc66",
            title: "Quectel BC66, BC66NBR01A04 (NB-IoT)",
            window: 2048,
            segment: 1358,
            transmit_ring: 4096,
            boot: Duration::from_secs(3),
            firmware: Firmware::Quectel(variant),
        }
    }
}
