//! Which modules there are, and what differs between them.
//!
//! ```
//! use usocket_commands::quectel::model::{Dialect, Family};
//!
//! let family = Family::from_name(b"BG95-M3").unwrap();
//! assert_eq!((family, family.dialect()), (Family::Bg95, Dialect::Standard));
//! assert!(family.has_app_ready());
//! assert_eq!(Family::from_name(b"Quectel_BC660K-GL").unwrap().dialect(), Dialect::NbIot);
//! assert_eq!(Family::from_name(b"SIM7600"), None);
//! ```

use core::ops::RangeInclusive;

/// The grammar of a module (Quectel digest §0.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Dialect {
    /// That of most modules: `AT+QIOPEN=<context>,<id>,…`, `+QIURC: …`.
    Standard,
    /// That of NB-IoT modules: the same names, but `OK` comes before `SEND OK` and `CLOSE OK`
    /// (Quectel digest §7).
    NbIot,
    /// That of old GSM modules: [`gsm`](super::gsm) (Quectel digest §9).
    Gsm,
}

/// Modules that behave alike (Quectel digest §0.3, §2.2, §10.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Family {
    /// BG96.
    Bg96,
    /// BG95, BG77, BG600L.
    Bg95,
    /// BG770A, BG950A and their sisters.
    Bg770,
    /// EC20.
    Ec20,
    /// EC21, EC25, EG21, EG25, EG91, EG95, EM05, UC20, UG95, UG96.
    Ec2x,
    /// EC200, EG915.
    Ec200,
    /// BC25.
    Bc25,
    /// BC26, BC28, BC66.
    Bc26,
    /// BC260Y.
    Bc260,
    /// BC660K.
    Bc660,
    /// M95.
    M95,
    /// M10, M26, M66, M72, MC60.
    M66,
}

impl Family {
    /// The family of a module, from its model (`BG770A-GL`, `Quectel_M66`) or from its revision
    /// (`EC25EFAR06A03M4G`); `None` if neither is known.
    #[must_use]
    pub fn from_name(name: &[u8]) -> Option<Self> {
        let name = name.strip_prefix(b"Quectel_").unwrap_or(name);
        // Letters, then digits; what follows are variants.
        let letters = name.iter().position(|byte| !byte.is_ascii_uppercase())?;
        let digits = name.get(letters..)?.iter().position(|byte| !byte.is_ascii_digit());
        let stem =
            digits.and_then(|digits| name.get(..letters.checked_add(digits)?)).unwrap_or(name);
        Some(match stem {
            b"BG96" => Self::Bg96,
            b"BG95" | b"BG77" | b"BG600" => Self::Bg95,
            b"BG770" | b"BG772" | b"BG773" | b"BG950" | b"BG951" | b"BG952" | b"BG953"
            | b"BG955" => Self::Bg770,
            b"EC20" => Self::Ec20,
            b"EC21" | b"EC25" | b"EG21" | b"EG25" | b"EG91" | b"EG95" | b"EM05" | b"UC20"
            | b"UG95" | b"UG96" => Self::Ec2x,
            b"EC200" | b"EG915" => Self::Ec200,
            b"BC25" => Self::Bc25,
            b"BC26" | b"BC28" | b"BC66" => Self::Bc26,
            b"BC260" => Self::Bc260,
            b"BC660" => Self::Bc660,
            b"M95" => Self::M95,
            b"M10" | b"M26" | b"M66" | b"M72" | b"MC60" => Self::M66,
            _ => return None,
        })
    }

    /// Its grammar.
    #[must_use]
    pub const fn dialect(self) -> Dialect {
        match self {
            Self::Bg96 | Self::Bg95 | Self::Bg770 | Self::Ec20 | Self::Ec2x | Self::Ec200 => {
                Dialect::Standard
            }
            Self::Bc25 | Self::Bc26 | Self::Bc260 | Self::Bc660 => Dialect::NbIot,
            Self::M95 | Self::M66 => Dialect::Gsm,
        }
    }

    /// Numbers of its contexts.
    #[must_use]
    pub const fn contexts(self) -> RangeInclusive<u8> {
        match self {
            Self::Bg96 | Self::Ec20 | Self::Ec2x => 1..=16,
            // some firmware has 16
            Self::Bg95 => 1..=15,
            Self::Bg770 => 1..=5,
            Self::Ec200 => 1..=7,
            Self::Bc25 => 1..=3,
            Self::Bc26 => 1..=1,
            Self::Bc260 | Self::Bc660 => 0..=0,
            Self::M95 | Self::M66 => 0..=1,
        }
    }

    /// How many sockets it has; their ids begin at 0.
    #[must_use]
    pub const fn links(self) -> u8 {
        match self.dialect() {
            Dialect::Standard => super::LINKS,
            Dialect::Gsm => 6,
            Dialect::NbIot => match self {
                Self::Bc25 => 6,
                Self::Bc660 => 4,
                _ => 5,
            },
        }
    }

    /// Most bytes in one send.
    #[must_use]
    pub const fn max_send(self) -> usize {
        match self.dialect() {
            Dialect::Standard | Dialect::Gsm => super::MAX_SEND,
            Dialect::NbIot => 1024,
        }
    }

    /// Most bytes in one read.
    #[must_use]
    pub const fn max_read(self) -> usize {
        match self.dialect() {
            Dialect::Standard | Dialect::Gsm => super::MAX_READ,
            Dialect::NbIot => match self {
                Self::Bc660 => 512,
                _ => 1024,
            },
        }
    }

    /// Whether the module holds received data until they are read; BC260Y can only push them.
    #[must_use]
    pub const fn has_buffer(self) -> bool {
        !matches!(self, Self::Bc260)
    }

    /// Whether commands may fail until [`AppReady`](super::urc::Urc::AppReady)
    /// (Quectel digest §2.1).
    #[must_use]
    pub const fn has_app_ready(self) -> bool {
        matches!(self, Self::Bg96 | Self::Bg95)
    }

    /// Whether there is
    /// [`Authentication::Either`](super::context::Authentication::Either).
    #[must_use]
    pub const fn has_either_authentication(self) -> bool {
        matches!(self, Self::Bg96 | Self::Bg95 | Self::Ec20 | Self::Ec2x)
    }

    /// Whether contexts are activated by commands; on NB-IoT modules that happens by itself.
    #[must_use]
    pub const fn has_activation(self) -> bool {
        !matches!(self.dialect(), Dialect::NbIot)
    }

    /// Whether it has [`ActivateLater`](super::context::ActivateLater), and the
    /// [options](super::options) that name EC200x.
    #[must_use]
    pub const fn has_extensions(self) -> bool {
        matches!(self, Self::Ec200)
    }

    /// Whether it has UDP sockets with any peer.
    #[must_use]
    pub const fn has_udp_service(self) -> bool {
        matches!(self.dialect(), Dialect::Standard) || matches!(self, Self::Bc25)
    }

    /// Whether it can listen for connections.
    #[must_use]
    pub const fn has_listener(self) -> bool {
        matches!(self.dialect(), Dialect::Standard) || matches!(self, Self::Bc25)
    }

    /// Highest rate of the main UART in baud.
    #[must_use]
    pub const fn max_baud(self) -> u32 {
        match self.dialect() {
            Dialect::Standard => 921_600,
            Dialect::NbIot => 460_800,
            Dialect::Gsm => 115_200,
        }
    }

    /// How long the power key is held to switch the module on, in milliseconds
    /// (Quectel digest §2.2).
    ///
    /// Held on a module that runs, it switches it off. BG770A and NB-IoT modules have the time
    /// that fits all, because the digest has none of their own.
    #[must_use]
    pub const fn power_on_ms(self) -> u16 {
        match self {
            Self::Bg96 | Self::Ec2x => 600,
            Self::Bg95 => 750,
            Self::Ec20 | Self::Ec200 => 2_000,
            Self::M95 => 1_100,
            Self::M66 => 850,
            Self::Bg770 | Self::Bc25 | Self::Bc26 | Self::Bc260 | Self::Bc660 => 2_100,
        }
    }

    /// How long the power key is held to switch the module off, in milliseconds
    /// (Quectel digest §2.2).
    #[must_use]
    pub const fn power_off_ms(self) -> u16 {
        match self {
            Self::Ec200 => 3_000,
            Self::M95 | Self::M66 => 850,
            _ => 750,
        }
    }

    /// How long the reset pin is held, in milliseconds; `None` if the digest has no number
    /// (Quectel digest §2.2).
    ///
    /// BG95 has reset and power key on one pin: this may switch the module off
    /// (Quectel digest §12, Q27).
    #[must_use]
    pub const fn reset_ms(self) -> Option<u16> {
        match self {
            Self::Bg96 | Self::Ec2x => Some(300),
            Self::Bg95 => Some(2_500),
            Self::Ec200 => Some(150),
            _ => None,
        }
    }

    /// How long the module takes from the power key to its first `OK` as a rule, in milliseconds
    /// (Quectel digest §2.1, §2.2; a guess for NB-IoT modules). It may take up to
    /// [`READY_TIMEOUT_MS`](super::READY_TIMEOUT_MS).
    #[must_use]
    pub const fn boot_ms(self) -> u16 {
        match self {
            Self::Bg96 => 4_800,
            Self::Bg95 => 5_000,
            Self::Bg770 => 2_500,
            Self::Ec20 => 13_000,
            Self::Ec2x => 12_000,
            Self::Ec200 => 10_000,
            Self::M95 | Self::M66 => 4_000,
            Self::Bc25 | Self::Bc26 | Self::Bc260 | Self::Bc660 => 5_000,
        }
    }
}
