//! Names of networks.

use atat::heapless::Vec;

use crate::esp_at::MAX_SSID;

/// Name of a network: up to 32 bytes, which need not be UTF-8.
///
/// ```
/// use usocket_commands::esp_at::wifi::WifiState;
///
/// let state = WifiState::parse_line(b"+CWSTATE:2,\"my net\"").unwrap();
/// assert_eq!(state.ssid.as_str(), Some("my net"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Ssid {
    bytes: Vec<u8, MAX_SSID>,
}

impl Ssid {
    /// Takes the escapes out of a printed name.
    pub(super) fn unescape(printed: &[u8]) -> Option<Self> {
        crate::text::unescape(printed).map(|bytes| Self { bytes })
    }

    /// The name as it is.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The name as text, if it is UTF-8.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        core::str::from_utf8(&self.bytes).ok()
    }
}
