//! The rate of the serial line: where the module is found, and what rate it shall have.

use embedded_io::{ErrorType, Write};

use super::QueuedUart;

/// A UART whose rate can be changed while it runs; implemented by the program for its HAL.
///
/// ```
/// use usocket::uart::SetBaud;
/// # use embedded_io::{ErrorType, ErrorKind};
/// # struct HalUart; impl HalUart { fn set_baudrate(&mut self, _: u32) -> Result<(), ()> { Ok(()) } }
/// struct MyUart(HalUart);
/// # impl ErrorType for MyUart { type Error = ErrorKind; }
/// impl SetBaud for MyUart {
///     fn set_baud(&mut self, baud: u32) -> Result<(), ErrorKind> {
///         self.0.set_baudrate(baud).map_err(|_| ErrorKind::Unsupported)
///     }
/// }
/// ```
pub trait SetBaud: ErrorType {
    /// Changes the rate, in baud, of both directions. The driver has flushed what it has written.
    ///
    /// # Errors
    /// The rate cannot be had, or not within 2 %. The UART then keeps the one it has, and the driver
    /// looks for another.
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error>;
}

impl<U: SetBaud + ?Sized> SetBaud for &mut U {
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error> {
        (**self).set_baud(baud)
    }
}

impl<const N: usize, W: Write + SetBaud> SetBaud for QueuedUart<'_, N, W> {
    fn set_baud(&mut self, baud: u32) -> Result<(), Self::Error> {
        self.writer.set_baud(baud).map_err(super::Overrun::Write)
    }
}

/// What a program wants of the rate of the line; see [`Modem::with_baud`](crate::Modem::with_baud).
///
/// ```
/// use usocket::uart::Baud;
/// // the UART is set up for 115200, which is the module's rate after a start; then both go up
/// let baud = Baud::new(115_200).raise(921_600);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Baud {
    pub(crate) home: u32,
    pub(crate) wanted: u32,
    pub(crate) rates: &'static [u32],
}

impl Baud {
    /// Rates that are tried, in this order, when a module is not found at its own: factory settings
    /// of some modules, then what programs raise them to (esp-at.md §4.1, quectel.md §2.4).
    pub const RATES: &'static [u32] =
        &[115_200, 921_600, 460_800, 9600, 230_400, 57_600, 38_400, 19_200, 3_000_000];

    /// The UART is set up for `home` baud, the rate of the module after a start.
    #[must_use]
    pub const fn new(home: u32) -> Self {
        Self { home, wanted: home, rates: Self::RATES }
    }

    /// The line is to run at `wanted` baud. If the module or the UART cannot, or the module is not
    /// understood at that rate, the next lower one of [`probe`](Self::probe)'s is tried.
    #[must_use]
    pub const fn raise(self, wanted: u32) -> Self {
        Self { wanted, ..self }
    }

    pub(crate) const fn home(self) -> u32 {
        self.home
    }

    /// Other rates at which a module may be found, and to step back to; [`Baud::RATES`] if this is
    /// not said. Each takes up to 0.8 s of a search.
    #[must_use]
    pub const fn probe(self, rates: &'static [u32]) -> Self {
        Self { rates, ..self }
    }
}
