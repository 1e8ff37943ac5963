//! The Quectel modules that there are, as data (Quectel digest §2.1, §10.1).

use crate::cellular::{AddressStyle, BootWord, Model, Technology};
use crate::profile::{Firmware, Profile};
use core::time::Duration;

/// The commands for sockets that a Quectel module has (Quectel digest §0.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CommandSet {
    /// QI-BUF, the main one.
    Buf,
    /// QI-NB, that of the NB-IoT modules.
    Nb,
    /// QI-GSM, that of the old 2G modules.
    Gsm,
}

/// The constants of one Quectel module.
///
/// ```
/// let profile = usocket_simulator::Profile::by_name("quectel-bg96").unwrap();
/// assert_eq!(profile.quectel_variant().unwrap().ids, 12);
/// ```
#[derive(Debug, Clone)]
pub struct Variant {
    /// What the common core has to know.
    pub model: Model,
    /// Which commands it has for its sockets.
    pub commands: CommandSet,
    /// Number of sockets.
    pub ids: u8,
    /// Most bytes of one `AT+QISEND`.
    pub send_max: usize,
    /// Most bytes of one `AT+QIRD`, and of one direct push.
    pub read_max: usize,
    /// Bytes that TCP takes before the peer has acknowledged any; beyond, sends fail.
    pub transmit_buffer: usize,
    /// Whether it has TLS clients (`AT+QSSL…`), as many as sockets.
    pub tls: bool,
    /// Whether failed handshakes have errors of their own, or are reported as failed connects.
    pub tls_errors: bool,
    /// Whether `AT+QICFG="recvind"` exists.
    pub receive_length: bool,
    /// The name that `+QCSQ` and `+QNWINFO` give the technology.
    pub technology_name: &'static str,
}

const BG96_BOOT: &[(u32, BootWord)] = &[
    (0, BootWord::Text("RDY")),
    (200, BootWord::Text("APP RDY")),
    (300, BootWord::Sim),
    (200, BootWord::WithSim("+QUSIM: 1", 1)),
    (1000, BootWord::WithSim("+QIND: SMS DONE", 2)),
];

const EC25_BOOT: &[(u32, BootWord)] = &[
    (0, BootWord::Text("RDY")),
    (200, BootWord::Text("+CFUN: 1")),
    (300, BootWord::Sim),
    (200, BootWord::WithSim("+QUSIM: 1", 1)),
    (1000, BootWord::WithSim("+QIND: SMS DONE", 2)),
    (500, BootWord::WithSim("+QIND: PB DONE", 4)),
];

impl Profile {
    /// Quectel BG96: LTE Cat-M1.
    pub fn bg96() -> Self {
        let model = Model {
            manufacturer: "Quectel",
            name: "BG96",
            revision: "BG96MAR02A07M1G",
            imei: "866425030012345",
            technology: Technology::CatM1,
            boot: BG96_BOOT,
            cmee: 1,
            contexts: 16,
            baud_max: 921_600,
            stores_baud: false,
            key_on: Duration::from_millis(500),
            key_off: Duration::from_millis(650),
            reset_pin: Duration::from_millis(150),
            farewell: Some("POWERED DOWN"),
            restart_farewell: true,
            restart_stray: true,
            addresses: AddressStyle::Quoted,
            attaches_context: false,
            prefixed_imei: false,
        };
        let variant = Variant {
            model,
            commands: CommandSet::Buf,
            ids: 12,
            send_max: 1460,
            read_max: 1500,
            transmit_buffer: 10_240,
            tls: true,
            tls_errors: false,
            receive_length: false,
            technology_name: "CAT-M1",
        };
        Self {
            name: "quectel-bg96",
            title: "Quectel BG96, BG96MAR02A07M1G (LTE Cat-M1)",
            window: 5840,
            segment: 1358,
            transmit_ring: 4096,
            boot: Duration::from_millis(4800),
            firmware: Firmware::Quectel(variant),
        }
    }

    /// Quectel EC25: LTE Cat 4.
    pub fn ec25() -> Self {
        let base = Self::bg96();
        let Firmware::Quectel(bg96) = &base.firmware else { return base };
        let model = Model {
            name: "EC25",
            revision: "EC25EFAR06A03M4G",
            imei: "861107030012345",
            technology: Technology::Lte,
            boot: EC25_BOOT,
            baud_max: 4_000_000,
            restart_farewell: false,
            ..bg96.model.clone()
        };
        let variant = Variant {
            model,
            tls_errors: true,
            receive_length: true,
            technology_name: "LTE",
            ..bg96.clone()
        };
        Self {
            name: "quectel-ec25",
            title: "Quectel EC25, EC25EFAR06A03M4G (LTE Cat 4)",
            window: 10_220,
            boot: Duration::from_secs(12),
            firmware: Firmware::Quectel(variant),
            ..base
        }
    }

    /// The Quectel modules, the recommended one first.
    pub fn quectel() -> Vec<Self> {
        vec![Self::bg96(), Self::ec25(), Self::bc66(), Self::m95()]
    }

    /// What is special about a Quectel module, if this is one.
    pub fn quectel_variant(&self) -> Option<&Variant> {
        match &self.firmware {
            Firmware::Quectel(variant) => Some(variant),
            _ => None,
        }
    }
}
