//! Settings of the module's UART.

use crate::ArgumentError;
use crate::answer::line;
use crate::command::command;
use crate::encoder::Encoder;
use crate::fields::Fields;

use super::{NoResponse, within};

/// Settings of the UART (ESP-AT digest §4.1).
///
/// ```
/// use usocket_commands::atat::AtatCmd;
/// use usocket_commands::esp_at::basic::{Flow, Uart, UartCurrent};
///
/// let mut buffer = [0; 256];
/// let len = UartCurrent { uart: Uart::new(921_600)?.flow(Flow::Both) }.write(&mut buffer);
/// assert_eq!(&buffer[..len], b"AT+UART_CUR=921600,8,1,0,3\r\n");
/// # Ok::<(), usocket_commands::ArgumentError>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Uart {
    baud: u32,
    data_bits: DataBits,
    stop_bits: StopBits,
    parity: Parity,
    flow: Flow,
}

impl Uart {
    /// Lowest rate in baud.
    pub const MIN_BAUD: u32 = 80;
    /// Highest rate in baud; the ESP32-C2 ends at half of it, NonOS at 4,608,000.
    pub const MAX_BAUD: u32 = 5_000_000;

    /// Eight data bits, one stop bit, no parity, no flow control at `baud`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `baud` is 80 to 5,000,000.
    pub const fn new(baud: u32) -> Result<Self, ArgumentError> {
        if baud < Self::MIN_BAUD || baud > Self::MAX_BAUD {
            return Err(ArgumentError::OutOfRange { field: "baud" });
        }
        Ok(Self {
            baud,
            data_bits: DataBits::Eight,
            stop_bits: StopBits::One,
            parity: Parity::None,
            flow: Flow::None,
        })
    }

    /// With that many data bits.
    #[must_use]
    pub const fn data_bits(self, data_bits: DataBits) -> Self {
        Self { data_bits, ..self }
    }

    /// With stop bits of that length.
    #[must_use]
    pub const fn stop_bits(self, stop_bits: StopBits) -> Self {
        Self { stop_bits, ..self }
    }

    /// With that parity.
    #[must_use]
    pub const fn parity(self, parity: Parity) -> Self {
        Self { parity, ..self }
    }

    /// With that flow control.
    #[must_use]
    pub const fn flow(self, flow: Flow) -> Self {
        Self { flow, ..self }
    }

    /// The rate in baud. In an answer it is the real one, which a divider made of the one set.
    #[must_use]
    pub const fn baud(&self) -> u32 {
        self.baud
    }

    /// The flow control.
    #[must_use]
    pub const fn flow_control(&self) -> Flow {
        self.flow
    }

    /// Reads the line `+UART_CUR:<baud>,<data bits>,<stop bits>,<parity>,<flow>`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+UART_CUR:")?;
        Some(Self {
            baud: fields.number()?,
            data_bits: match fields.number::<u8>()? {
                5 => DataBits::Five,
                6 => DataBits::Six,
                7 => DataBits::Seven,
                8 => DataBits::Eight,
                _ => return None,
            },
            stop_bits: match fields.number::<u8>()? {
                1 => StopBits::One,
                2 => StopBits::OneAndHalf,
                3 => StopBits::Two,
                _ => return None,
            },
            parity: match fields.number::<u8>()? {
                0 => Parity::None,
                1 => Parity::Odd,
                2 => Parity::Even,
                _ => return None,
            },
            flow: match fields.number::<u8>()? {
                0 => Flow::None,
                1 => Flow::Rts,
                2 => Flow::Cts,
                3 => Flow::Both,
                _ => return None,
            },
        })
    }

    fn encode(&self, line: &mut Encoder<'_>) {
        line.number(self.baud);
        line.field().number(self.data_bits as u32);
        line.field().number(self.stop_bits as u32);
        line.field().number(self.parity as u32);
        line.field().number(self.flow as u32);
    }
}

line!(Uart, "+UART_CUR:");

/// Data bits per character; see [`Uart`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum DataBits {
    /// 5 bits.
    Five = 5,
    /// 6 bits.
    Six = 6,
    /// 7 bits.
    Seven = 7,
    /// 8 bits.
    Eight = 8,
}

/// Length of the stop bit; see [`Uart`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum StopBits {
    /// 1 bit.
    One = 1,
    /// 1.5 bits.
    OneAndHalf = 2,
    /// 2 bits.
    Two = 3,
}

/// Parity bit; see [`Uart`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Parity {
    /// No parity bit.
    None = 0,
    /// Odd parity.
    Odd = 1,
    /// Even parity.
    Even = 2,
}

/// Hardware flow control, seen from the module (ESP-AT digest §4.1); see [`Uart`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Flow {
    /// Neither line.
    None = 0,
    /// The module's RTS: it can stop the host. The factory setting.
    Rts = 1,
    /// The module's CTS: the host can stop it. Without the wire the module may stop for ever.
    Cts = 2,
    /// Both: no byte is lost in either direction.
    Both = 3,
}

command! {
    /// `AT+UART_CUR`: changes the UART until the next reset (ESP-AT digest §4.1).
    ///
    /// `OK` comes at the old rate; then both sides switch.
    pub struct UartCurrent {
        /// The new settings.
        pub uart: Uart,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| set.uart.encode(line.text("AT+UART_CUR="))
}

command! {
    /// `AT+UART_DEF`: changes the UART now and for every start from now on
    /// (ESP-AT digest §4.1).
    ///
    /// `OK` comes at the old rate; then both sides switch.
    pub struct UartDefault {
        /// The new settings.
        pub uart: Uart,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |set, line| set.uart.encode(line.text("AT+UART_DEF="))
}

command! {
    /// `AT+UART_CUR?`: asks for the settings of the UART (ESP-AT digest §4.1).
    pub struct GetUart;
    answer Uart, prefix "+UART_CUR:", within within::ORDINARY;
    |get, line| line.text("AT+UART_CUR?")
}
