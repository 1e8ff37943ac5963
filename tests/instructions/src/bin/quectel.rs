//! What a payload byte costs with a Quectel module.
#![no_std]
#![no_main]

use cortex_m_rt::entry;
use instructions::count::{self, Window};
use instructions::course::{Course, Work, show};
use instructions::line::Line;
use instructions::quectel::Quectel;
use instructions::record::Log;
use usocket::Modem;

#[inline(never)]
fn run(line: Line<'_, Quectel>, course: Course, window: &Window) -> usize {
    instructions::run!(Modem::quectel, line, course, window)
}

#[entry]
fn main() -> ! {
    count::start();
    let log = cortex_m::singleton!(LOG: Log = Log::new()).expect("once");
    for piece in [1, 16, 64, 256] {
        let mut show =
            |name, module: fn(usize) -> Quectel, work| show(name, run, module, work, piece, log);
        show("quectel, fetched, in", Quectel::holding, Work::In);
        show("quectel, fetched, out", Quectel::holding, Work::Out);
        show("quectel, fetched", Quectel::holding, Work::Receive);
        show("quectel, sent", |_| Quectel::silent(), Work::Send);
    }
    semihosting::process::exit(0)
}
