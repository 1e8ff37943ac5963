//! The SIM and its locks.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::cellular::sim::*;
//!
//! let mut buffer = [0; 128];
//! let len = EnterPin::new("1234")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CPIN=\"1234\"\r");
//! assert_eq!(SimState::parse_line(b"+CPIN: READY"), Some(SimState::Ready));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::trim;
use crate::secret::Secret;
use crate::{ArgumentError, text};

use super::{NoResponse, Text, within};

command! {
    /// `AT+CPIN?`: asks what the SIM waits for (Quectel digest §3).
    ///
    /// Without a SIM the answer is
    /// [`SIM_NOT_INSERTED`](super::result::CmeError::SIM_NOT_INSERTED).
    pub struct GetSimState;
    answer SimState, prefix "+CPIN:", within within::SIM;
    |get, line| line.text("AT+CPIN?")
}

/// What the SIM waits for (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum SimState {
    /// `READY`: nothing.
    Ready,
    /// `SIM PIN`: [`EnterPin`].
    Pin,
    /// `SIM PUK`: [`EnterPuk`].
    Puk,
    /// `SIM PIN2`: a second PIN, which sockets do not need.
    Pin2,
    /// `SIM PUK2`: the PUK of that second PIN.
    Puk2,
    /// `PH-NET PIN` and others that begin so: the module is tied to a network or a SIM.
    Personalised,
    /// `NOT READY`: it is starting.
    NotReady,
    /// `NOT INSERTED`: there is no SIM.
    NotInserted,
}

line!(SimState, "+CPIN:");

impl SimState {
    /// Reads the line `+CPIN: <state>`, an answer or a URC.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        Some(match trim(line.strip_prefix(b"+CPIN:")?) {
            b"READY" => Self::Ready,
            b"SIM PIN" => Self::Pin,
            b"SIM PUK" => Self::Puk,
            b"SIM PIN2" => Self::Pin2,
            b"SIM PUK2" => Self::Puk2,
            b"NOT READY" => Self::NotReady,
            b"NOT INSERTED" => Self::NotInserted,
            [b'P', b'H', b'-', .., b' ', b'P', b'I', b'N']
            | [b'P', b'H', b'-', .., b' ', b'P', b'U', b'K'] => Self::Personalised,
            _ => return None,
        })
    }
}

command! {
    /// `AT+CPIN="<pin>"`: unlocks the SIM (Quectel digest §3).
    ///
    /// After `OK` comes the URC [`SimState::Ready`]. A wrong PIN is
    /// [`INCORRECT_PASSWORD`](super::result::CmeError::INCORRECT_PASSWORD), and the third one
    /// locks the SIM.
    pub struct EnterPin<'a> {
        pin: Secret<&'a str>,
    }
    answer NoResponse, prefix "", within within::SIM;
    |enter, line| line.text("AT+CPIN=").string(enter.pin.0)
}

impl<'a> EnterPin<'a> {
    /// With this PIN.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless it is 4 to 8 digits.
    pub fn new(pin: &'a str) -> Result<Self, ArgumentError> {
        text::check_digits("pin", pin, 4, 8)?;
        Ok(Self { pin: Secret(pin) })
    }
}

command! {
    /// `AT+CPIN="<puk>","<pin>"`: unlocks a SIM after too many wrong PINs, and gives it a new
    /// one (Quectel digest §3).
    pub struct EnterPuk<'a> {
        puk: Secret<&'a str>,
        pin: Secret<&'a str>,
    }
    answer NoResponse, prefix "", within within::SIM;
    |enter, line| line.text("AT+CPIN=").string(enter.puk.0).field().string(enter.pin.0)
}

impl<'a> EnterPuk<'a> {
    /// With this PUK, and a new PIN.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the PUK is 8 digits and the PIN 4 to 8.
    pub fn new(puk: &'a str, pin: &'a str) -> Result<Self, ArgumentError> {
        text::check_digits("puk", puk, 8, 8)?;
        text::check_digits("pin", pin, 4, 8)?;
        Ok(Self { puk: Secret(puk), pin: Secret(pin) })
    }
}

/// The number of a SIM, its ICCID: 18 to 22 digits, without the `F` that fills it up.
pub(crate) fn iccid(text: &[u8]) -> Option<Text<22>> {
    let digits = text.strip_suffix(b"F").or_else(|| text.strip_suffix(b"f")).unwrap_or(text);
    if digits.len() < 18 || !digits.iter().all(u8::is_ascii_hexdigit) {
        return None;
    }
    Text::new(digits)
}
