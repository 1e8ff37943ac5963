//! Calls of networks and modules, chosen by the input.

use core::convert::Infallible;
use core::fmt::{self, Write as _};

use embedded_hal::digital::{ErrorType, OutputPin, PinState};
use usocket::clock::Clock;
use usocket::fugit::MillisDurationU32;
use usocket::network::{Auth, Cellular, IfConfig, IpKind, Profile, Pulses, Wlan};
use usocket::uart::Uart;
use usocket::{EspAt, Idle, Modem};

use crate::input::Input;

/// What calls return is of no interest, as long as it can be shown.
fn seen(value: impl fmt::Debug) {
    struct Nowhere;
    impl fmt::Write for Nowhere {
        fn write_str(&mut self, _: &str) -> fmt::Result {
            Ok(())
        }
    }
    write!(Nowhere, "{value:?}").expect("a value that can be shown");
}

/// A call of the station interface.
pub(crate) fn wlan<U: Uart, C: Clock>(
    modem: &Modem<'_, EspAt, U, C>,
    wlan: &Wlan<'_>,
    input: &mut Input<'_>,
) {
    match input.byte() % 16 {
        0 => seen(wlan.active(true)),
        1 => seen(wlan.connect("net", "12345678")),
        2 => seen(wlan.isconnected()),
        3 => seen(wlan.scan()),
        4 => seen(wlan.ifconfig()),
        5 => seen(wlan.status()),
        6 => seen(wlan.config("mac")),
        7 => seen(wlan.config("hostname")),
        8 => seen(wlan.set_hostname(input.text())),
        9 => seen(wlan.set_ipv6(input.flag())),
        10 => seen(wlan.disconnect()),
        11 => seen(wlan.isactive()),
        12 => {
            let address = [10, 0, 0, input.byte()].into();
            let config = IfConfig {
                address,
                netmask: address,
                gateway: address,
                dns: core::net::IpAddr::V4(address),
            };
            seen(wlan.set_ifconfig(config));
        }
        13 => seen(wlan.connect(input.text(), input.text())),
        14 => seen(modem.version()),
        _ => seen(wlan.active(input.flag())),
    }
}

/// A call of a cellular network.
pub(crate) fn cellular<K: OutputPin>(cellular: &Cellular<'_, K>, input: &mut Input<'_>) {
    match input.byte() % 24 {
        0 => seen(cellular.active(true)),
        1 => seen(cellular.connect("internet", "", "")),
        2 => seen(cellular.isconnected()),
        3 => seen(cellular.status()),
        4 => seen(cellular.ifconfig()),
        5 => seen(cellular.signal()),
        6 => seen(cellular.operator()),
        7 => seen(cellular.imei()),
        8 => seen(cellular.imsi()),
        9 => seen(cellular.iccid()),
        10 => seen(cellular.manufacturer()),
        11 => seen(cellular.model()),
        12 => seen(cellular.revision()),
        13 => seen(cellular.time()),
        14 => seen(cellular.registration()),
        15 => seen(cellular.sim()),
        16 => seen(cellular.unlock(["1234", "0000", "12a4", "123456789"][input.below(4)])),
        17 => seen(cellular.unlock_with_puk("12345678", "1234")),
        18 => seen(cellular.disconnect()),
        19 => seen(cellular.isactive()),
        20 => seen(cellular.active(input.flag())),
        21 => seen(cellular.reset()),
        22 => seen(cellular.power_off()),
        _ => {
            let Ok(profile) = Profile::new(input.text(), input.text(), input.text()) else {
                return;
            };
            let kind = *input.one_of(&[IpKind::V4, IpKind::V6, IpKind::Both]);
            let mut patience = input.byte();
            let limit = MillisDurationU32::from_ticks(input.number() % 100_000);
            let connected =
                cellular.connect_with(profile.ip(kind).auth(Auth::Chap), limit, &mut |progress| {
                    seen(progress);
                    patience = patience.saturating_sub(1);
                    if patience == 0 { Idle::Abort } else { Idle::Continue }
                });
            seen(connected);
        }
    }
}

/// A pin that leads nowhere.
#[derive(Debug)]
struct Pin;

impl ErrorType for Pin {
    type Error = Infallible;
}

impl OutputPin for Pin {
    fn set_low(&mut self) -> Result<(), Infallible> {
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

/// The network object with a power key.
pub(crate) fn with_pins<'n>(cellular: Cellular<'n>) -> Cellular<'n, impl OutputPin> {
    cellular.with_power_key(Pin, PinState::High).with_pulses(Pulses::ANY)
}
