//! The networks around.

use atat::heapless::Vec;

use crate::address;
use crate::answer::line;
use crate::command::command;
use crate::fields::{Fields, decimal, rfind, signed};
use crate::{ArgumentError, text};

use super::{NoResponse, Ssid, within};
use crate::esp_at::MAX_SSID;

/// Number of networks that the typed answer of a scan holds.
///
/// A driver that reads line by line, with [`AccessPoint::parse_line`], has no such limit.
pub const MAX_ACCESS_POINTS: usize = 16;

/// The answer of a scan: the first networks in the order of the module.
pub type AccessPoints = Vec<AccessPoint, MAX_ACCESS_POINTS>;

command! {
    /// `AT+CWLAP`: looks for all networks (ESP-AT digest §5.2).
    ///
    /// `ERROR` while the station is joining one, and without a station.
    pub struct Scan;
    answer AccessPoints, prefix "+CWLAP:", within within::SCAN;
    |scan, line| line.text("AT+CWLAP")
}

command! {
    /// `AT+CWLAP=…`: looks for networks with some property (ESP-AT digest §5.2).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::ScanFor;
    ///
    /// let mut buffer = [0; 256];
    /// let len = ScanFor::ssid("hidden net")?.channel(6).write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWLAP=\"hidden net\",,6\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct ScanFor<'a> {
        ssid: Option<&'a [u8]>,
        bssid: Option<[u8; 6]>,
        channel: Option<u8>,
        passive: Option<bool>,
        min_ms: Option<u16>,
        max_ms: Option<u16>,
    }
    answer AccessPoints, prefix "+CWLAP:", within within::SCAN;
    |scan, line| {
        line.text("AT+CWLAP=");
        if let Some(ssid) = scan.ssid {
            line.quoted(ssid);
        }
        line.field();
        if let Some(bssid) = scan.bssid {
            line.mac(bssid);
        }
        line.field();
        if let Some(channel) = scan.channel {
            line.number(u32::from(channel));
        }
        line.field();
        if let Some(passive) = scan.passive {
            line.flag(passive);
        }
        for ms in [scan.min_ms, scan.max_ms] {
            line.field();
            if let Some(ms) = ms {
                line.number(u32::from(ms));
            }
        }
    }
}

impl<'a> ScanFor<'a> {
    const ANY: Self =
        Self { ssid: None, bssid: None, channel: None, passive: None, min_ms: None, max_ms: None };

    /// The network of that name, hidden ones included.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless the name is 1 to 32 bytes without NUL, CR and LF.
    pub fn ssid(ssid: &'a str) -> Result<Self, ArgumentError> {
        text::check("ssid", ssid.as_bytes(), 1, MAX_SSID)?;
        Ok(Self { ssid: Some(ssid.as_bytes()), ..Self::ANY })
    }

    /// The access point with that address.
    #[must_use]
    pub const fn bssid(bssid: [u8; 6]) -> Self {
        Self { bssid: Some(bssid), ..Self::ANY }
    }

    /// The networks on that channel.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] for channel 0, which the module takes for all.
    pub const fn on_channel(channel: u8) -> Result<Self, ArgumentError> {
        if channel == 0 {
            return Err(ArgumentError::OutOfRange { field: "channel" });
        }
        Ok(Self { channel: Some(channel), ..Self::ANY })
    }

    /// On that channel only.
    #[must_use]
    pub const fn channel(self, channel: u8) -> Self {
        Self { channel: Some(channel), ..self }
    }

    /// By listening instead of asking.
    #[must_use]
    pub const fn passive(self, passive: bool) -> Self {
        Self { passive: Some(passive), ..self }
    }

    /// With that time per channel in milliseconds; at most 1500, and 0 is the default.
    #[must_use]
    pub fn dwell_ms(self, min: u16, max: u16) -> Self {
        Self { min_ms: Some(min.min(1500)), max_ms: Some(max.min(1500)), ..self }
    }
}

command! {
    /// `AT+CWLAPOPT=`: chooses which networks a scan shows (ESP-AT digest §5.2).
    ///
    /// All fields of a line stay on, because [`AccessPoint::parse_line`] needs the first five.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::ScanOptions;
    ///
    /// let mut buffer = [0; 256];
    /// let len = ScanOptions { sorted: true, weakest: -80 }.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWLAPOPT=1,2047,-80\r\n");
    /// ```
    pub struct ScanOptions {
        /// Strongest first; only old versions look at it.
        pub sorted: bool,
        /// Networks with less signal are left out, in dBm; -100 shows all.
        pub weakest: i8,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |options, line| {
        line.text("AT+CWLAPOPT=").flag(options.sorted);
        line.field().number(2047);
        line.field().signed(i32::from(options.weakest));
    }
}

/// A network that a scan has found (ESP-AT digest §5.2).
///
/// ```
/// use usocket_commands::esp_at::wifi::{AccessPoint, Security};
///
/// // Five fields are what the oldest versions print.
/// let seen = AccessPoint::parse_line(br#"+CWLAP:(0,"",-77,"30:ae:a4:80:06:49",11)"#).unwrap();
/// assert!(seen.hidden());
/// assert_eq!(seen.security, Security::Open);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct AccessPoint {
    ssid: Ssid,
    /// MAC address of the access point.
    pub bssid: [u8; 6],
    /// Primary channel.
    pub channel: u8,
    /// Strength of its signal in dBm.
    pub rssi: i8,
    /// How it is protected.
    pub security: Security,
}

line!(AccessPoint, "+CWLAP:");

impl AccessPoint {
    /// Reads the line `+CWLAP:(<ecn>,"<ssid>",<rssi>,"<mac>",<channel>…)`.
    ///
    /// Anything after the channel is ignored. The name may contain quotes, commas and
    /// parentheses, escaped or not.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let line = line.strip_prefix(b"+CWLAP:(")?.strip_suffix(b")")?;
        let mut parts = line.splitn(2, |&byte| byte == b',');
        let security = Security::from_number(decimal(parts.next()?)?);
        let rest = parts.next()?.strip_prefix(b"\"")?;
        // The name may look like anything, so the fields behind it are found from the end.
        let (head, bssid, tail) = around_mac(rest)?;
        let end = rfind(head, b"\",")?;
        let (ssid, rssi) = head.split_at_checked(end)?;
        let rssi = signed(rssi.get(2..)?)?;
        Some(Self {
            ssid: Ssid::unescape(ssid)?,
            bssid,
            channel: Fields::new(tail).number()?,
            rssi: i8::try_from(rssi).ok()?,
            security,
        })
    }

    /// Name of the network as it is; empty if it hides it.
    #[must_use]
    pub fn ssid(&self) -> &[u8] {
        self.ssid.as_bytes()
    }

    /// Name of the network as text, if it is UTF-8.
    #[must_use]
    pub fn ssid_str(&self) -> Option<&str> {
        self.ssid.as_str()
    }

    /// Whether the network hides its name.
    #[must_use]
    pub fn hidden(&self) -> bool {
        self.ssid().is_empty()
    }
}

/// Splits at the last `,"<mac>",` of a text: what is before, the MAC, what is after.
pub(super) fn around_mac(text: &[u8]) -> Option<(&[u8], [u8; 6], &[u8])> {
    let mut end = text.len();
    loop {
        end = rfind(text.get(..end)?, b"\",")?;
        let (before, after) = text.split_at_checked(end)?;
        let at = end.checked_sub(19);
        if let Some((head, quoted)) = at.and_then(|at| before.split_at_checked(at)) {
            if let Some(mac) = quoted.strip_prefix(b",\"").and_then(address::mac) {
                return Some((head, mac, after.get(2..)?));
            }
        }
    }
}

/// How a network is protected (ESP-AT digest §5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Security {
    /// 0: not at all.
    Open,
    /// 1: WEP.
    Wep,
    /// 2: WPA, pre-shared key.
    Wpa,
    /// 3: WPA2, pre-shared key.
    Wpa2,
    /// 4: WPA or WPA2, pre-shared key.
    WpaWpa2,
    /// 5: WPA2 enterprise.
    Wpa2Enterprise,
    /// 6: WPA3, pre-shared key.
    Wpa3,
    /// 7: WPA2 or WPA3, pre-shared key.
    Wpa2Wpa3,
    /// 8: WAPI, pre-shared key.
    Wapi,
    /// 9: OWE, encrypted without a password.
    Owe,
    /// 10: WPA3 enterprise, 192 bit.
    Wpa3Enterprise192,
    /// 11: WPA3, extended pre-shared key.
    Wpa3Extended,
    /// 12: WPA3, extended and plain pre-shared key.
    Wpa3ExtendedMixed,
    /// 13: DPP.
    Dpp,
    /// 14: WPA3 enterprise.
    Wpa3Enterprise,
    /// 15: WPA2 or WPA3 enterprise.
    Wpa2Wpa3Enterprise,
    /// Any other number, at most 255.
    Other(u8),
}

impl Security {
    fn from_number(number: u32) -> Self {
        match number {
            0 => Self::Open,
            1 => Self::Wep,
            2 => Self::Wpa,
            3 => Self::Wpa2,
            4 => Self::WpaWpa2,
            5 => Self::Wpa2Enterprise,
            6 => Self::Wpa3,
            7 => Self::Wpa2Wpa3,
            8 => Self::Wapi,
            9 => Self::Owe,
            10 => Self::Wpa3Enterprise192,
            11 => Self::Wpa3Extended,
            12 => Self::Wpa3ExtendedMixed,
            13 => Self::Dpp,
            14 => Self::Wpa3Enterprise,
            15 => Self::Wpa2Wpa3Enterprise,
            other => Self::Other(u8::try_from(other).unwrap_or(u8::MAX)),
        }
    }

    /// Whether joining takes a password: not for open and OWE networks.
    #[must_use]
    pub const fn needs_password(&self) -> bool {
        !matches!(self, Self::Open | Self::Owe)
    }
}
