//! Joining and leaving a network.

use crate::answer::{Answer, Lines, line};
use crate::command::command;
use crate::esp_at::MAX_SSID;
use crate::fields::Fields;
use crate::secret::Secret;
use crate::{ArgumentError, text};

use super::scan::around_mac;
use super::{NoResponse, Ssid, within};

command! {
    /// `AT+CWJAP=`: joins a network (ESP-AT digest §5.3).
    ///
    /// `OK` means that the station has an IPv4 address. A
    /// [`JoinFailure`](crate::esp_at::result::JoinFailure) precedes `ERROR`. Until then the
    /// module answers `busy p...` to everything.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::Join;
    ///
    /// let join = Join::new("net", "password")?.bssid([0xCA, 0xD7, 0x19, 0xD8, 0xA6, 0x44]);
    /// let mut buffer = [0; 256];
    /// let len = join.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWJAP=\"net\",\"password\",\"ca:d7:19:d8:a6:44\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct Join<'a> {
        ssid: &'a [u8],
        password: Secret<&'a str>,
        bssid: Option<[u8; 6]>,
        encrypted_only: Option<bool>,
        reconnect_s: Option<u16>,
        listen_interval: Option<u8>,
        all_channels: Option<bool>,
        timeout_s: Option<u16>,
        pmf: Option<u8>,
    }
    answer NoResponse, prefix "+CWJAP:", within within::JOIN, or |join| match join.timeout_s {
        Some(s) => u32::from(s).saturating_mul(1_000).saturating_add(within::JOIN_MARGIN),
        None => within::JOIN,
    };
    |join, line| {
        line.text("AT+CWJAP=").quoted(join.ssid).field().quoted(join.password.0.as_bytes());
        line.field();
        if let Some(bssid) = join.bssid {
            line.mac(bssid);
        }
        for option in [
            join.encrypted_only.map(u16::from),
            join.reconnect_s,
            join.listen_interval.map(u16::from),
            join.all_channels.map(u16::from),
            join.timeout_s,
            join.pmf.map(u16::from),
        ] {
            line.field();
            if let Some(number) = option {
                line.number(u32::from(number));
            }
        }
    }
}

impl<'a> Join<'a> {
    /// The network `ssid`, with `password` (empty for an open network).
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `ssid` is 1 to 32 bytes and `password` is empty, 8 to 63 bytes,
    /// or 64 hexadecimal digits, both without NUL, CR and LF.
    pub fn new(ssid: &'a str, password: &'a str) -> Result<Self, ArgumentError> {
        Self::from_bytes(ssid.as_bytes(), password)
    }

    /// The same for a name that need not be UTF-8, such as [`AccessPoint::ssid`] returns.
    ///
    /// [`AccessPoint::ssid`]: super::AccessPoint::ssid
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn from_bytes(ssid: &'a [u8], password: &'a str) -> Result<Self, ArgumentError> {
        text::check("ssid", ssid, 1, MAX_SSID)?;
        check_password(password)?;
        Ok(Self {
            ssid,
            password: Secret(password),
            bssid: None,
            encrypted_only: None,
            reconnect_s: None,
            listen_interval: None,
            all_channels: None,
            timeout_s: None,
            pmf: None,
        })
    }

    /// Only the access point with that address, of several with one name.
    #[must_use]
    pub const fn bssid(self, bssid: [u8; 6]) -> Self {
        Self { bssid: Some(bssid), ..self }
    }

    /// Whether to stay away from open and WEP networks, up to 5.0.1.
    #[must_use]
    pub const fn encrypted_only(self, on: bool) -> Self {
        Self { encrypted_only: Some(on), ..self }
    }

    /// Seconds between attempts to rejoin, at most 7200; 0 is never, and 1 the default.
    #[must_use]
    pub fn reconnect_s(self, seconds: u16) -> Self {
        Self { reconnect_s: Some(seconds.min(7200)), ..self }
    }

    /// Beacon intervals between two times of listening, 1 to 100; 3 is the default.
    #[must_use]
    pub fn listen_interval(self, beacons: u8) -> Self {
        Self { listen_interval: Some(beacons.clamp(1, 100)), ..self }
    }

    /// Whether to scan all channels and take the strongest, instead of the first found.
    #[must_use]
    pub const fn all_channels(self, on: bool) -> Self {
        Self { all_channels: Some(on), ..self }
    }

    /// Seconds after which the module gives up, 3 to 600; 15 is the default.
    #[must_use]
    pub fn timeout_s(self, seconds: u16) -> Self {
        Self { timeout_s: Some(seconds.clamp(3, 600)), ..self }
    }

    /// Protected management frames: 0 without, 1 if the network has them (the default),
    /// 2 required. At most 3.
    #[must_use]
    pub fn pmf(self, bits: u8) -> Self {
        Self { pmf: Some(bits.min(3)), ..self }
    }
}

/// Empty, or what WPA takes for a key.
pub(super) fn check_password(password: &str) -> Result<(), ArgumentError> {
    let bytes = password.as_bytes();
    match bytes.len() {
        0 => Ok(()),
        64 if bytes.iter().all(u8::is_ascii_hexdigit) => Ok(()),
        _ => text::check("password", bytes, 8, 63),
    }
}

command! {
    /// `AT+CWJAP`: joins the last network again (ESP-AT digest §5.3).
    pub struct Rejoin;
    answer NoResponse, prefix "+CWJAP:", within within::JOIN;
    |join, line| line.text("AT+CWJAP")
}

command! {
    /// `AT+CWJAP?`: asks which network is joined (ESP-AT digest §5.3).
    pub struct GetJoined;
    answer Association, prefix "+CWJAP:", within within::ORDINARY;
    |get, line| line.text("AT+CWJAP?")
}

/// The answer of [`GetJoined`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Association {
    /// The network, if there is one.
    pub joined: Option<Joined>,
}

impl atat::AtatResp for Association {}

impl Answer for Association {
    fn from_lines(lines: Lines<'_>) -> Option<Self> {
        let mut joined = None;
        for line in lines.filter(|line| line.starts_with(b"+CWJAP:")) {
            joined = Some(Joined::parse_line(line)?);
        }
        Some(Self { joined })
    }
}

/// The network that the station has joined (ESP-AT digest §5.3).
///
/// ```
/// use usocket_commands::esp_at::wifi::Joined;
///
/// let line = br#"+CWJAP:"Espressif","10:01:00:c4:0a:51",5,70,0,1,3,0,1"#;
/// let joined = Joined::parse_line(line).unwrap();
/// assert_eq!((joined.ssid.as_str(), joined.channel), (Some("Espressif"), 5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Joined {
    /// Its name.
    pub ssid: Ssid,
    /// MAC address of its access point.
    pub bssid: [u8; 6],
    /// Its channel.
    pub channel: u8,
    /// Strength of its signal in dBm.
    pub rssi: i8,
}

line!(Joined, "+CWJAP:");

impl Joined {
    /// Reads the line `+CWJAP:"<ssid>","<bssid>",<channel>,<rssi>…`; anything after that is
    /// ignored. `None` for the line of a [`JoinFailure`](crate::esp_at::result::JoinFailure).
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let fields = line.strip_prefix(b"+CWJAP:")?;
        let (ssid, bssid, tail) = around_mac(fields)?;
        let ssid = ssid.strip_prefix(b"\"")?.strip_suffix(b"\"")?;
        let mut tail = Fields::new(tail);
        Some(Self {
            ssid: Ssid::unescape(ssid)?,
            bssid,
            channel: tail.number()?,
            rssi: i8::try_from(tail.signed()?).ok()?,
        })
    }
}

command! {
    /// `AT+CWQAP`: leaves the network (ESP-AT digest §5.4).
    ///
    /// The links that used it are reported closed after `OK`.
    pub struct Leave;
    answer NoResponse, prefix "", within within::ORDINARY;
    |leave, line| line.text("AT+CWQAP")
}

command! {
    /// `AT+CWRECONNCFG=`: how the station rejoins a network that it has lost, from 2.2 on
    /// (ESP-AT digest §5.4).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::wifi::ReconnectConfig;
    ///
    /// let mut buffer = [0; 256];
    /// let len = ReconnectConfig::new(0, 0)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CWRECONNCFG=0,0\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct ReconnectConfig {
        interval_s: u16,
        count: u16,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |config, line| {
        line.text("AT+CWRECONNCFG=").number(u32::from(config.interval_s));
        line.field().number(u32::from(config.count));
    }
}

impl ReconnectConfig {
    /// Every `interval_s` seconds (0 is never), `count` times (0 is without end).
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] for an interval above 7200 or a count above 1000.
    pub const fn new(interval_s: u16, count: u16) -> Result<Self, ArgumentError> {
        if interval_s > 7200 {
            return Err(ArgumentError::OutOfRange { field: "interval_s" });
        }
        if count > 1000 {
            return Err(ArgumentError::OutOfRange { field: "count" });
        }
        Ok(Self { interval_s, count })
    }
}

command! {
    /// `AT+CWAUTOCONN=`: whether the module joins its stored network when it starts
    /// (ESP-AT digest §5.4).
    ///
    /// Always stored.
    pub struct AutoConnect {
        /// Whether it does.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |auto, line| line.text("AT+CWAUTOCONN=").flag(auto.on)
}
