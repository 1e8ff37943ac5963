//! Clocks that the crate brings along.

use usocket::clock::{Clock, DelayClock, FnClock};

use super::calls;
use crate::hardware::{Ticks, input};

calls! {
    delay_clock_new() = DelayClock::new(Ticks::new());
    delay_clock_now(clock: &DelayClock<Ticks>) = clock.now();
    delay_clock_pause(clock: &DelayClock<Ticks>) = clock.pause();
    fn_clock_now() = FnClock(input).now();
    fn_clock_pause() = FnClock(input).pause();
}
