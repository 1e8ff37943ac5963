//! UART settings (ESP-AT digest §4.1).

use super::EspAt;
use super::dispatch::{Answer, Call};
use super::refusal::Refusal;
use core::time::Duration;

/// Speed and frame of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Format {
    pub(crate) baud: u32,
    pub(crate) data_bits: u8,
    pub(crate) stop_bits: u8,
    pub(crate) parity: u8,
    pub(crate) flow: u8,
}

impl Default for Format {
    fn default() -> Self {
        Self { baud: 115_200, data_bits: 8, stop_bits: 1, parity: 0, flow: 1 }
    }
}

#[derive(Debug, Default)]
pub(crate) struct Uart {
    pub(crate) format: Format,
}

impl Uart {
    pub(crate) fn baud(&self) -> u32 {
        self.format.baud
    }

    /// Time of one character of ten bits.
    pub(crate) fn character(&self) -> Duration {
        Duration::from_nanos(10_000_000_000 / u64::from(self.format.baud.max(1)))
    }

    /// The speed that the hardware divider really yields from its 80 MHz clock.
    fn divided(&self) -> u32 {
        let sixteenths = (80_000_000_u64 * 16) / u64::from(self.format.baud.max(1));
        (80_000_000_u64 * 16).checked_div(sixteenths).unwrap_or(0) as u32
    }
}

impl EspAt {
    pub(crate) fn set_uart_current(&mut self, call: &Call) -> Answer {
        let format = self.read_format(call)?;
        self.change_uart(format)
    }

    pub(crate) fn set_uart_default(&mut self, call: &Call) -> Answer {
        let format = self.read_format(call)?;
        self.configure(true, |config| config.uart = format);
        self.change_uart(format)
    }

    pub(crate) fn query_uart(&mut self, call: &Call) -> Answer {
        let format = self.uart.format;
        let baud = self.uart.divided();
        self.answer_line(
            call,
            format_args!(
                "{baud},{},{},{},{}",
                format.data_bits, format.stop_bits, format.parity, format.flow
            ),
        );
        Ok(())
    }

    fn read_format(&self, call: &Call) -> Result<Format, Refusal> {
        let arguments = &call.arguments;
        arguments.expect(5..=5)?;
        let baud = if self.release.is_legacy() { 110..=4_608_000 } else { 80..=5_000_000 };
        Ok(Format {
            baud: arguments.need(0, baud)? as u32,
            data_bits: arguments.need(1, 5..=8)? as u8,
            stop_bits: arguments.need(2, 1..=3)? as u8,
            parity: arguments.need(3, 0..=2)? as u8,
            flow: arguments.need(4, 0..=3)? as u8,
        })
    }

    /// The answer leaves at the old speed; then both directions switch.
    fn change_uart(&mut self, format: Format) -> Answer {
        self.finish(Ok(()));
        self.uart.format = format;
        self.chip.output.push_baud(format.baud);
        self.proceed_later();
        Ok(())
    }
}
