//! Final results, and what the numbers in them mean.
//!
//! ```
//! use usocket_commands::cellular::result::{CmeError, Final};
//!
//! assert_eq!(Final::parse(b"OK"), Some(Final::Ok));
//! assert_eq!(Final::parse(b"+CME ERROR: 14"), Some(Final::CmeError(CmeError::SIM_BUSY)));
//! assert_eq!(Final::parse(b"+CME ERROR: SIM busy"), Some(Final::CmeError(CmeError::SIM_BUSY)));
//! assert!(CmeError::SIM_BUSY.is_transient());
//! ```

use crate::codes::codes;
use crate::fields::{decimal, trim};

/// A result of the command in flight (Quectel digest §1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Final {
    /// `OK`.
    Ok,
    /// `ERROR`.
    Error,
    /// `+CME ERROR: <n|text>`: refused by the module.
    CmeError(CmeError),
    /// `+CMS ERROR: <n>`: refused by the message service.
    CmsError(CmsError),
    /// `NO CARRIER`: the end of a call or of transparent mode.
    NoCarrier,
    /// `CONNECT` or `CONNECT <text>`: the beginning of transparent mode.
    Connect,
}

impl Final {
    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Some(match line {
            b"OK" => Self::Ok,
            b"ERROR" => Self::Error,
            b"NO CARRIER" => Self::NoCarrier,
            b"CONNECT" => Self::Connect,
            _ => {
                if let Some(error) = line.strip_prefix(b"+CME ERROR:") {
                    Self::CmeError(CmeError::parse(trim(error))?)
                } else if let Some(error) = line.strip_prefix(b"+CMS ERROR:") {
                    Self::CmsError(CmsError::new(u16::try_from(decimal(trim(error))?).ok()?))
                } else {
                    // A rate as a rule. `CONNECT FAIL` and `CONNECT OK` are URCs of old modules.
                    match line.strip_prefix(b"CONNECT ")? {
                        b"OK" | b"FAIL" => return None,
                        _ => Self::Connect,
                    }
                }
            }
        })
    }
}

/// Why there is no call, as the end of `ATD`, `ATA` or `ATO` (Quectel digest §1.3): a result of no other
/// command, behind which it is about a call of before.
///
/// ```
/// use usocket_commands::cellular::result::NoCall;
///
/// assert_eq!(NoCall::parse(b"NO ANSWER"), Some(NoCall::NoAnswer));
/// assert_eq!(NoCall::parse(b"OK"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum NoCall {
    /// `NO CARRIER`: it has ended, or did not come about.
    NoCarrier,
    /// `NO DIALTONE`: it cannot be made.
    NoDialtone,
    /// `BUSY`: the called one has another call.
    Busy,
    /// `NO ANSWER`: the called one does not take it.
    NoAnswer,
}

impl NoCall {
    /// Reads a whole line, without CR LF; `None` if it is anything else.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Some(match line {
            b"NO CARRIER" => Self::NoCarrier,
            b"NO DIALTONE" => Self::NoDialtone,
            b"BUSY" => Self::Busy,
            b"NO ANSWER" => Self::NoAnswer,
            _ => return None,
        })
    }
}

codes! {
    /// What a module refuses a command with: `+CME ERROR` (Quectel digest §11.2).
    pub struct CmeError;
    0 PHONE_FAILURE "phone failure",
    1 NO_CONNECTION "no connection to phone",
    2 LINK_RESERVED "phone-adaptor link reserved",
    3 NOT_ALLOWED "operation not allowed",
    4 NOT_SUPPORTED "operation not supported",
    5 PHONE_SIM_PIN "PH-SIM PIN required",
    6 PHONE_FIRST_SIM_PIN "PH-FSIM PIN required",
    7 PHONE_FIRST_SIM_PUK "PH-FSIM PUK required",
    10 SIM_NOT_INSERTED "SIM not inserted",
    11 SIM_PIN "SIM PIN required",
    12 SIM_PUK "SIM PUK required",
    13 SIM_FAILURE "SIM failure",
    14 SIM_BUSY "SIM busy",
    15 SIM_WRONG "SIM wrong",
    16 INCORRECT_PASSWORD "incorrect password",
    17 SIM_PIN2 "SIM PIN2 required",
    18 SIM_PUK2 "SIM PUK2 required",
    20 MEMORY_FULL "memory full",
    21 INVALID_INDEX "invalid index",
    22 NOT_FOUND "not found",
    23 MEMORY_FAILURE "memory failure",
    24 TEXT_TOO_LONG "text string too long",
    25 INVALID_CHARACTERS "invalid characters in text string",
    26 DIAL_TOO_LONG "dial string too long",
    27 INVALID_DIAL_CHARACTERS "invalid characters in dial string",
    30 NO_NETWORK "no network service",
    31 NETWORK_TIMEOUT "network timeout",
    32 EMERGENCY_ONLY "network not allowed, emergency calls only",
    40 NETWORK_PIN "network personalisation PIN required",
    41 NETWORK_PUK "network personalisation PUK required",
    42 SUBSET_PIN "network subset personalisation PIN required",
    43 SUBSET_PUK "network subset personalisation PUK required",
    44 PROVIDER_PIN "service provider personalisation PIN required",
    45 PROVIDER_PUK "service provider personalisation PUK required",
    46 CORPORATE_PIN "corporate personalisation PIN required",
    47 CORPORATE_PUK "corporate personalisation PUK required",
    100 UNKNOWN "unknown",
    103 ILLEGAL_MS "illegal MS",
    106 ILLEGAL_ME "illegal ME",
    107 NO_GPRS "GPRS services not allowed",
    111 NETWORK_REFUSED "PLMN not allowed",
    112 AREA_REFUSED "location area not allowed",
    113 ROAMING_REFUSED "roaming not allowed in this location area",
    132 OPTION_NOT_SUPPORTED "service option not supported",
    133 OPTION_NOT_SUBSCRIBED "requested service option not subscribed",
    134 OPTION_OUT_OF_ORDER "service option temporarily out of order",
    148 GPRS_ERROR "unspecified GPRS error",
    149 AUTHENTICATION "PDP authentication failure",
    150 INVALID_CLASS "invalid mobile class",
    505 NO_SESSION "session not active",
    515 PLEASE_WAIT "please wait",
    901 AUDIO_UNKNOWN "audio unknown error",
    902 AUDIO_PARAMETERS "audio invalid parameters",
    903 AUDIO_NOT_SUPPORTED "audio operation not supported",
    904 AUDIO_BUSY "audio device busy",
}

impl CmeError {
    /// Reads a number, or a text whatever its capitals; a text that is in no table is
    /// [`UNKNOWN`](Self::UNKNOWN).
    #[must_use]
    pub fn parse(error: &[u8]) -> Option<Self> {
        if error.iter().all(u8::is_ascii_digit) {
            return u16::try_from(decimal(error)?).ok().map(Self);
        }
        Some(Self::from_text(error).unwrap_or(Self::UNKNOWN))
    }

    /// Whether the same command may succeed later without anybody doing anything
    /// (Quectel digest §11.2).
    #[must_use]
    pub const fn is_transient(self) -> bool {
        matches!(
            self,
            Self::SIM_BUSY | Self::NO_NETWORK | Self::NETWORK_TIMEOUT | Self::PLEASE_WAIT
        )
    }

    /// Whether somebody must do something about the SIM first (Quectel digest §11.2).
    #[must_use]
    pub const fn needs_user(self) -> bool {
        matches!(self.0, 10..=13 | 15 | 16 | 40..=47)
    }
}

codes! {
    /// What the message service refuses a command with: `+CMS ERROR` (Quectel digest §11.3).
    pub struct CmsError;
    300 ME_FAILURE "ME failure",
    301 RESERVED "SMS service of ME reserved",
    302 NOT_ALLOWED "operation not allowed",
    303 NOT_SUPPORTED "operation not supported",
    304 INVALID_PDU "invalid PDU mode parameter",
    305 INVALID_TEXT "invalid text mode parameter",
    310 SIM_NOT_INSERTED "SIM not inserted",
    311 SIM_PIN "SIM PIN required",
    312 PHONE_SIM_PIN "PH-SIM PIN required",
    313 SIM_FAILURE "SIM failure",
    314 SIM_BUSY "SIM busy",
    315 SIM_WRONG "SIM wrong",
    316 SIM_PUK "SIM PUK required",
    317 SIM_PIN2 "SIM PIN2 required",
    318 SIM_PUK2 "SIM PUK2 required",
    320 MEMORY_FAILURE "memory failure",
    321 INVALID_INDEX "invalid memory index",
    322 MEMORY_FULL "memory full",
    330 CENTRE_UNKNOWN "SMSC address unknown",
    331 NO_NETWORK "no network service",
    332 NETWORK_TIMEOUT "network timeout",
    340 NO_ACKNOWLEDGEMENT "no CNMA acknowledgement expected",
    500 UNKNOWN "unknown error",
    512 SIM_NOT_READY "SIM not ready",
    513 MESSAGE_LENGTH "message length exceeds maximum",
    514 INVALID_PARAMETERS "invalid request parameters",
    515 STORAGE_FAILURE "ME storage failure",
    517 INVALID_MODE "invalid service mode",
}
