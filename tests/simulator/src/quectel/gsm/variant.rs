//! The 2G modules that there are, as data (Quectel digest §2.1, §2.2, §9, §10.1).

use super::super::variant::{CommandSet, Variant};
use crate::cellular::{AddressStyle, BootWord, Model, Technology};
use crate::profile::{Firmware, Profile};
use core::time::Duration;

const M95_BOOT: &[(u32, BootWord)] = &[
    (0, BootWord::Text("RDY")),
    (200, BootWord::Text("+CFUN: 1")),
    (300, BootWord::Sim),
    (2000, BootWord::WithSim("Call Ready", 0)),
];

impl Profile {
    /// Quectel M95: GSM and GPRS.
    ///
    /// [Joined](crate::VirtualWorld::joined), its stack is active and `AT+QIMUX=1` was given.
    pub fn m95() -> Self {
        let model = Model {
            manufacturer: "Quectel_Ltd",
            name: "M95",
            revision: "M95FAR02A08",
            imei: "865067020012345",
            technology: Technology::Gsm,
            boot: M95_BOOT,
            cmee: 0,
            contexts: 2,
            baud_max: 115_200,
            stores_baud: false,
            key_on: Duration::from_secs(1),
            key_off: Duration::from_millis(600),
            // It has none.
            reset_pin: Duration::MAX,
            farewell: Some("NORMAL POWER DOWN"),
            restart_farewell: false,
            restart_stray: false,
            addresses: AddressStyle::Quoted,
            attaches_context: false,
            prefixed_imei: false,
        };
        let variant = Variant {
            model,
            commands: CommandSet::Gsm,
            ids: 6,
            send_max: 1460,
            read_max: 1500,
            transmit_buffer: 7300,
            tls: false,
            tls_errors: false,
            receive_length: false,
            technology_name: "GSM",
        };
        Self {
            name: "quectel-m95",
            title: "Quectel M95, M95FAR02A08 (GSM)",
            window: 5840,
            segment: 1332,
            transmit_ring: 2048,
            boot: Duration::from_secs(3),
            firmware: Firmware::Quectel(variant),
        }
    }
}
