//! What a payload byte costs with an ESP-AT module.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use instructions::count::{self, Window};
use instructions::course::{Course, Work, show};
use instructions::esp_at::EspAt;
use instructions::line::Line;
use instructions::record::Log;
use usocket::Modem;

#[inline(never)]
fn run(line: Line<'_, EspAt>, course: Course, window: &Window) -> usize {
    instructions::run!(Modem::esp_at, line, course, window)
}

#[entry]
fn main() -> ! {
    count::start();
    let log = cortex_m::singleton!(LOG: Log = Log::new()).expect("once");
    for piece in [1, 16, 64, 256] {
        let mut show =
            |name, module: fn(usize) -> EspAt, work| show(name, run, module, work, piece, log);
        show("esp-at, pushed, in", EspAt::pushing, Work::In);
        show("esp-at, pushed, out", EspAt::pushing, Work::Out);
        show("esp-at, pushed", EspAt::pushing, Work::Receive);
        show("esp-at, fetched, in", EspAt::holding, Work::In);
        show("esp-at, fetched, out", EspAt::holding, Work::Out);
        show("esp-at, fetched", EspAt::holding, Work::Receive);
        show("esp-at, sent", |_| EspAt::silent(), Work::Send);
    }
    semihosting::process::exit(0)
}
