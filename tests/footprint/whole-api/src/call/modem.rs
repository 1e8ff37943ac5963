//! The driver itself, for each family.

use usocket::at::Exchange;
use usocket::commands::cellular::signal::GetSignal;
use usocket::fugit::MillisDurationU32;
use usocket::network::QuectelFamily;
use usocket::uart::Baud;
use usocket::{EspAt, Idle, IdleHook, Memory, Modem, Quectel, ResetLine, SimCom};

use super::at::Urcs;
use super::calls;
use embedded_hal::digital::PinState;

use crate::hardware::{Line, Pin, Ticks, input};

/// The memory of the programs: 4 sockets of 2048 and 512 bytes.
pub type Store = Memory<4>;

#[inline(never)]
pub fn reset_line() -> ResetLine<Pin> {
    ResetLine::new(Pin, PinState::Low).pulse_ms(input())
}

/// What all families have.
macro_rules! common {
    ($family:ident) => {
        pub type Driver<'b> = Modem<'b, $family, Line, Ticks>;

        #[inline(never)]
        pub fn equip<'b>(modem: Driver<'b>, line: &'b mut ResetLine<Pin>) -> Driver<'b> {
            let interval = MillisDurationU32::from_ticks(input());
            let baud = Baud::new(input()).raise(input()).probe(&[9600, 115_200]);
            modem.with_baud(baud).with_rts_cts(input()).with_reset(line).with_look_again(interval)
        }

        #[inline(never)]
        pub fn with_urcs<'b>(modem: Driver<'b>, urcs: &'b Urcs) -> Driver<'b> {
            modem.with_urcs(urcs)
        }

        calls! {
            send_command(modem: &Driver<'_>, buffer: &mut [u8]) =
                modem.send_command(&GetSignal, buffer);
            send_command_with(modem: &Driver<'_>, exchange: Exchange<'_>, buffer: &mut [u8]) =
                modem.send_command_with(&GetSignal, exchange, buffer);
            event(modem: &Driver<'_>) = modem.event();
            on_idle(modem: &Driver<'_>) = modem.on_idle(Some(HOOK));
            poll(modem: &Driver<'_>) = modem.poll();
            next_poll_ms(modem: &Driver<'_>) = modem.next_poll_ms();
            capabilities(modem: &Driver<'_>) = modem.capabilities();
            counters(modem: &Driver<'_>) = modem.counters();
            clock(modem: &Driver<'_>) = modem.clock().0.get();
            release(modem: Driver<'_>) = modem.release();
        }
    };
}

const HOOK: IdleHook<'static> = &|| if input() == 0 { Idle::Continue } else { Idle::Abort };

pub mod esp_at {
    //! ESP-AT.

    use super::*;

    common!(EspAt);

    #[inline(never)]
    pub fn new(memory: &mut Store) -> Driver<'_> {
        Modem::esp_at(Line, Ticks::new(), memory)
    }

    calls! {
        version(modem: &Driver<'_>) = modem.version();
    }
}

pub mod quectel {
    //! Quectel.

    use super::*;

    common!(Quectel);

    #[inline(never)]
    pub fn new(memory: &mut Store) -> Driver<'_> {
        Modem::quectel(Line, Ticks::new(), memory)
    }

    #[inline(never)]
    pub fn new_family(memory: &mut Store, family: QuectelFamily) -> Driver<'_> {
        Modem::quectel_family(Line, Ticks::new(), memory, family)
    }

    calls! {
        family(modem: &Driver<'_>) = modem.family();
    }
}

pub mod simcom {
    //! SIMCom.

    use super::*;

    common!(SimCom);

    #[inline(never)]
    pub fn new(memory: &mut Store) -> Driver<'_> {
        Modem::simcom(Line, Ticks::new(), memory)
    }
}
