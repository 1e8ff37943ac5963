//! The setup of an ESP-AT module: from whatever state it is in to the one that the driver needs.
//!
//! All of it is volatile, so it is done again after every restart (esp-at.md §3, §21).

use usocket_commands::esp_at::basic::{Echo, ErrorLog, GetVersion, Store};
use usocket_commands::esp_at::tcpip::{
    CloseAll, Ipv6, Multiplex, PacketInfo, ReceiveMode, ReceiveType,
};
use usocket_commands::esp_at::wifi::{Mode, SetMode};

use super::{EspAt, Passive, write};
use crate::engine::HAVE_IPV6;
use crate::error::Error;
use crate::modem::{Encoded, Step, Wanted, steps};

/// The steps, in order; the number of a step is its place here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Setup {
    /// No echo: URCs would fall into it (Q28).
    EchoOff,
    /// Which firmware is it?
    Version,
    /// Settings of this session stay out of the flash.
    StoreNothing,
    /// Say why a command fails (§2.5); NonOS cannot.
    ExplainErrors,
    /// Links have numbers.
    Multiplex,
    /// Links that a program before this one left open.
    CloseAll,
    /// Heads of bodies without addresses.
    NoPacketInfo,
    /// Hold received data until they are asked for, by `CIPRECVTYPE`,
    HoldByType,
    /// or else by `CIPRECVMODE`.
    HoldByMode,
    /// IPv6, if the program has switched it on; before the station joins (§12).
    Ipv6,
    /// The station interface on, if the program has switched it on.
    Station,
}

const STEPS: [Setup; 11] = [
    Setup::EchoOff,
    Setup::Version,
    Setup::StoreNothing,
    Setup::ExplainErrors,
    Setup::Multiplex,
    Setup::CloseAll,
    Setup::NoPacketInfo,
    Setup::HoldByType,
    Setup::HoldByMode,
    Setup::Ipv6,
    Setup::Station,
];

/// The number of the step whose answer tells the version.
pub(super) const VERSION: u8 = 1;
const _: () = assert!(matches!(STEPS[VERSION as usize], Setup::Version));

fn step(number: u8) -> Option<Setup> {
    steps::step(&STEPS, number)
}

impl EspAt {
    pub(super) fn encode_setup(&self, number: u8, out: &mut [u8]) -> Result<Encoded, Error> {
        match step(number).ok_or(Error::NotSupported)? {
            Setup::EchoOff => write(&Echo { on: false }, out),
            Setup::Version => write(&GetVersion, out),
            Setup::StoreNothing => write(&Store { on: false }, out),
            Setup::ExplainErrors => write(&ErrorLog { on: true }, out),
            Setup::Multiplex => write(&Multiplex { on: true }, out),
            Setup::CloseAll => write(&CloseAll, out),
            Setup::NoPacketInfo => write(&PacketInfo { on: false }, out),
            Setup::HoldByType => write(&ReceiveType { link: None, passive: true }, out),
            Setup::HoldByMode => write(&ReceiveMode { passive: true }, out),
            Setup::Ipv6 if HAVE_IPV6 => write(&Ipv6 { on: true }, out),
            Setup::Ipv6 => Err(Error::AfNotSupported),
            Setup::Station => write(&SetMode { mode: Mode::Station }, out),
        }
    }

    pub(super) fn after_setup(
        &mut self,
        number: u8,
        result: Result<(), Error>,
        wanted: Wanted,
    ) -> Step {
        self.detail = None;
        let next = match (step(number), result) {
            // without these nothing works: a passthrough left on, or links of another mode
            (Some(Setup::EchoOff | Setup::Multiplex), Err(_)) => return Step::Restart,
            (Some(Setup::HoldByType), Ok(())) => {
                self.passive = Passive::ByType;
                number.saturating_add(2)
            }
            (Some(Setup::HoldByMode), Ok(())) => {
                self.passive = Passive::ByMode;
                number.saturating_add(1)
            }
            (Some(Setup::EchoOff), Ok(())) => {
                self.echo = false;
                number.saturating_add(1)
            }
            (Some(Setup::Ipv6), Ok(())) => {
                self.told.switch_ipv6();
                number.saturating_add(1)
            }
            (Some(_), _) => number.saturating_add(1),
            (None, _) => return Step::Ready,
        };
        steps::from(&STEPS, next, |step| match step {
            Setup::Ipv6 => wanted.ipv6,
            Setup::Station => wanted.station,
            _ => true,
        })
    }
}
