//! Cellular networks.

use embedded_hal::digital::PinState;
use usocket::fugit::MillisDurationU32;
use usocket::network::{Auth, Cellular, IfConfig, IpKind, Profile, Pulses, Signal};
use usocket::{Idle, Modem, Quectel, SimCom};

use super::calls;
use crate::hardware::{Line, Pin, Ticks, input};

pub type Lte<'n> = Cellular<'n, Pin>;

fn with_pins(lte: Cellular<'_>, pulses: Pulses) -> Lte<'_> {
    lte.with_power_key(Pin, PinState::High).with_pulses(pulses)
}

#[inline(never)]
pub fn new_quectel<'n>(modem: &'n Modem<'_, Quectel, Line, Ticks>, pulses: Pulses) -> Lte<'n> {
    with_pins(Cellular::new(modem), pulses)
}

#[inline(never)]
pub fn new_simcom<'n>(modem: &'n Modem<'_, SimCom, Line, Ticks>, pulses: Pulses) -> Lte<'n> {
    with_pins(Cellular::new(modem), pulses)
}

#[inline(never)]
pub fn profile(apn: &str, user: &str, password: &str, auth: Auth, ip: IpKind) -> Option<Profile> {
    let profile = Profile::new(apn, user, password).ok()?.auth(auth).ip(ip);
    core::hint::black_box(profile.apn());
    Some(profile)
}

#[inline(never)]
pub fn connect_with(lte: &Lte<'_>, profile: Profile, registration: u32) {
    let registration = MillisDurationU32::from_ticks(registration);
    let mut report = |progress| {
        core::hint::black_box(progress);
        if input() == 0 { Idle::Continue } else { Idle::Abort }
    };
    let _ = core::hint::black_box(lte.connect_with(profile, registration, &mut report));
}

#[inline(never)]
pub fn ifconfig(lte: &Lte<'_>) -> Option<IfConfig> {
    lte.ifconfig().ok()
}

#[inline(never)]
pub fn signal(lte: &Lte<'_>) -> Option<Signal> {
    lte.signal().ok()
}

calls! {
    active(lte: &Lte<'_>, on: bool) = lte.active(on);
    isactive(lte: &Lte<'_>) = lte.isactive();
    power_off(lte: &Lte<'_>) = lte.power_off();
    reset(lte: &Lte<'_>) = lte.reset();
    sim(lte: &Lte<'_>) = lte.sim();
    unlock(lte: &Lte<'_>, pin: &str) = lte.unlock(pin);
    unlock_with_puk(lte: &Lte<'_>, puk: &str, pin: &str) = lte.unlock_with_puk(puk, pin);
    connect(lte: &Lte<'_>, apn: &str, user: &str, password: &str) = lte.connect(apn, user, password);
    registration(lte: &Lte<'_>) = lte.registration();
    disconnect(lte: &Lte<'_>) = lte.disconnect();
    isconnected(lte: &Lte<'_>) = lte.isconnected();
    status(lte: &Lte<'_>) = lte.status();
    signal_bars(signal: &Signal) = signal.bars();
    operator(lte: &Lte<'_>) = lte.operator();
    imei(lte: &Lte<'_>) = lte.imei();
    imsi(lte: &Lte<'_>) = lte.imsi();
    iccid(lte: &Lte<'_>) = lte.iccid();
    manufacturer(lte: &Lte<'_>) = lte.manufacturer();
    model(lte: &Lte<'_>) = lte.model();
    revision(lte: &Lte<'_>) = lte.revision();
    time(lte: &Lte<'_>) = lte.time();
}
