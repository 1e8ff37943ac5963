//! Rate and flow control of the module's UART.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::uart::*;
//!
//! let mut buffer = [0; 128];
//! let len = SetFlow { flow: Flow::RtsCts }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+IFC=2,2\r");
//!
//! let rate = GetBaud.parse(Ok(b"+IPR: 115200\r\n"))?;
//! assert_eq!(rate.baud, 115_200);
//! # Ok::<(), usocket_commands::atat::Error>(())
//! ```

use crate::ArgumentError;
use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::Fields;

use super::{NoResponse, within};

command! {
    /// `AT+IPR=`: changes the rate (Quectel digest §2.4).
    ///
    /// `OK` comes at the old rate, then the module switches. Most modules forget it unless
    /// [`StoreSettings`](super::basic::StoreSettings) follows.
    pub struct SetBaud {
        baud: u32,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| line.text("AT+IPR=").number(set.baud)
}

impl SetBaud {
    /// `baud`; which rates there are depends on the module, and it answers `ERROR` to others.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `baud` is 300 to 4,000,000. 0, which would let the
    /// module guess, is refused too: a module that guesses does not announce itself.
    pub const fn new(baud: u32) -> Result<Self, ArgumentError> {
        if baud < 300 || baud > 4_000_000 {
            return Err(ArgumentError::OutOfRange { field: "baud" });
        }
        Ok(Self { baud })
    }
}

command! {
    /// `AT+IPR?`: asks for the rate (Quectel digest §2.4).
    pub struct GetBaud;
    answer Baud, prefix "+IPR:", within within::LOCAL;
    |get, line| line.text("AT+IPR?")
}

/// The rate of the UART; see [`GetBaud`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Baud {
    /// In baud; 0 if the module guesses it.
    pub baud: u32,
}

line!(Baud, "+IPR:");

impl Baud {
    /// Reads the line `+IPR: <baud>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+IPR:")?;
        let baud = fields.number()?;
        fields.at_end().then_some(Self { baud })
    }
}

command! {
    /// `AT+IFC=`: chooses the flow control of both directions (Quectel digest §2.4).
    pub struct SetFlow {
        /// Which.
        pub flow: Flow,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| line.text("AT+IFC=").number(set.flow as u32).field().number(set.flow as u32)
}

/// Flow control of the UART; see [`SetFlow`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Flow {
    /// None; the factory setting.
    None = 0,
    /// XON and XOFF, which payload may contain: useless for sockets.
    Software = 1,
    /// RTS and CTS; without the wires the module may stop for ever.
    RtsCts = 2,
}
