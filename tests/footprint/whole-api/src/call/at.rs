//! Commands and URCs of the program's own.

use usocket::at::{Exchange, Part, UrcQueue, UrcSink};
use usocket::commands::cellular::urc::Urc;

use super::calls;

pub type Urcs = UrcQueue<Urc, 4, 64>;

#[inline(never)]
pub fn exchange(payload: &[u8]) -> Exchange<'_> {
    Exchange::new().payload(payload).only("+CSQ:").until("+CSQ:").shown()
}

calls! {
    new() = Urcs::new();
    offer(urcs: &Urcs, line: &[u8], part: Part) = urcs.offer(line, part);
    take(urcs: &Urcs) = urcs.take();
    lost(urcs: &Urcs) = urcs.lost();
}
