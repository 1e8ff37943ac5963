//! USART1 as the driver wants it: an interrupt fills a queue, and bytes are sent one by one.

use stm32f4xx_hal::nb;
use stm32f4xx_hal::pac::USART1;
use stm32f4xx_hal::prelude::_embedded_hal_serial_nb_Read as _;
use stm32f4xx_hal::serial::{Rx, Tx};
use usocket::uart::{NbSerial, QueuedUart, RxQueue};

/// Twice a socket's receive ring: the answer to a fetch and all notices beside it fit, whatever the
/// program is busy with.
const QUEUED: usize = 2048;

/// How often the transmitter may refuse a byte, about a second: then the module holds CTS for good.
const REFUSALS: u32 = 3_000_000;

/// What has come and was not taken yet.
pub(crate) static QUEUE: RxQueue<QUEUED> = RxQueue::new();

/// Both directions.
pub(crate) type Uart = QueuedUart<'static, QUEUED, NbSerial<Tx<USART1>>>;

/// The UART whose received bytes are those of the queue.
pub(crate) fn with_transmitter(tx: Tx<USART1>) -> Uart {
    QUEUE.with_writer(NbSerial::new(tx).give_up_after(REFUSALS))
}

/// Takes a byte out of the receiver; what the interrupt does.
pub(crate) fn receive(rx: &mut Rx<USART1>) {
    match rx.read() {
        Ok(byte) => {
            QUEUE.push(&[byte]); // a full queue tells the driver itself
        }
        // an overrun, noise, a framing error: in each case a byte is missing
        Err(nb::Error::Other(_)) => QUEUE.report_overrun(),
        Err(nb::Error::WouldBlock) => {}
    }
}

/// Lets the USART heed CTS and drive RTS: the HAL knows the pins, but has no setting for that.
pub(crate) fn use_rts_cts() {
    // SAFETY: the HAL writes this register only when it makes the serial port, which is done
    let usart = unsafe { USART1::steal() };
    usart.cr3().modify(|_, w| w.rtse().enabled().ctse().enabled());
}
