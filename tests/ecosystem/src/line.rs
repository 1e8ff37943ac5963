//! The UART of a simulated module as an async one, in two halves.

use blocking::Unblock;
use embedded_io_adapters::futures_03::FromFutures;
use embedded_io_adapters::std::ToStd;
use usocket_simulator::{LoopbackUart, LoopbackWorld};

/// What reads or writes; threads behind it do the waiting, as an interrupt or DMA does on a board.
pub type Half = FromFutures<Unblock<ToStd<LoopbackUart>>>;

/// The receiving and the sending half of the module's UART.
#[must_use]
pub fn uart(world: &LoopbackWorld) -> (Half, Half) {
    let half = || FromFutures::new(Unblock::new(ToStd::new(world.uart())));
    (half(), half())
}
