//! The module's clock, set by SNTP.

use crate::answer::line;
use crate::command::command;
use crate::fields::decimal;
use crate::{ArgumentError, text};

use super::{NoResponse, within};

command! {
    /// `AT+CIPSNTPCFG=`: sets up the clock (ESP-AT digest §11).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::TimeConfig;
    ///
    /// let mut buffer = [0; 256];
    /// let len = TimeConfig::new(2, &["pool.ntp.org"])?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSNTPCFG=1,2,\"pool.ntp.org\"\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct TimeConfig<'a> {
        zone: i8,
        servers: [Option<&'a str>; 3],
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |config, line| {
        line.text("AT+CIPSNTPCFG=1").field().signed(i32::from(config.zone));
        for server in config.servers.into_iter().flatten() {
            line.field().quoted(server.as_bytes());
        }
    }
}

impl<'a> TimeConfig<'a> {
    /// Longest name of a server in bytes.
    pub const MAX_SERVER: usize = 64;

    /// The clock of a time zone `zone` hours east of Greenwich, set by up to three servers;
    /// without one the module has its own.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `zone` is -12 to 14, and each of at most three names 1 to 64
    /// bytes without NUL, CR and LF, which fit into one command together.
    pub fn new(zone: i8, servers: &[&'a str]) -> Result<Self, ArgumentError> {
        if !(-12..=14).contains(&zone) {
            return Err(ArgumentError::OutOfRange { field: "zone" });
        }
        let servers = match *servers {
            [] => [None; 3],
            [a] => [Some(a), None, None],
            [a, b] => [Some(a), Some(b), None],
            [a, b, c] => [Some(a), Some(b), Some(c)],
            _ => return Err(ArgumentError::TooLong { field: "servers", max: 3 }),
        };
        // 256 - `AT+CIPSNTPCFG=1,-12` - CR LF - comma and quotes of each
        const ROOM: usize = 256 - 19 - 2 - 9;
        let mut escaped = 0_usize;
        for server in servers.into_iter().flatten() {
            text::check("servers", server.as_bytes(), 1, Self::MAX_SERVER)?;
            escaped = escaped.saturating_add(text::escaped_len(server.as_bytes()));
        }
        if escaped > ROOM {
            return Err(ArgumentError::TooLong { field: "servers", max: ROOM });
        }
        Ok(Self { zone, servers })
    }
}

command! {
    /// `AT+CIPSNTPCFG=0`: leaves the clock alone (ESP-AT digest §11).
    pub struct TimeOff;
    answer NoResponse, prefix "", within within::ORDINARY;
    |off, line| line.text("AT+CIPSNTPCFG=0")
}

command! {
    /// `AT+CIPSNTPINTV=`: how often the clock is set (ESP-AT digest §11).
    pub struct TimeInterval {
        seconds: u32,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |interval, line| line.text("AT+CIPSNTPINTV=").number(interval.seconds)
}

impl TimeInterval {
    /// Every `seconds`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless that is 15 to 4,294,967.
    pub const fn new(seconds: u32) -> Result<Self, ArgumentError> {
        if seconds < 15 || seconds > 4_294_967 {
            return Err(ArgumentError::OutOfRange { field: "seconds" });
        }
        Ok(Self { seconds })
    }
}

command! {
    /// `AT+CIPSNTPTIME?`: asks for the time (ESP-AT digest §11).
    pub struct GetTime;
    answer Time, prefix "+CIPSNTPTIME:", within within::ORDINARY;
    |get, line| line.text("AT+CIPSNTPTIME?")
}

/// The time of the module's clock, in its zone (ESP-AT digest §11).
///
/// ```
/// use usocket_commands::esp_at::tcpip::Time;
///
/// let time = Time::parse_line(b"+CIPSNTPTIME:Tue Oct 19 17:47:56 2021").unwrap();
/// assert_eq!((time.year, time.month, time.day), (2021, 10, 19));
/// assert!(time.is_set());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Time {
    /// Year.
    pub year: u16,
    /// Month, 1 to 12.
    pub month: u8,
    /// Day of the month, 1 to 31.
    pub day: u8,
    /// Hour, 0 to 23.
    pub hour: u8,
    /// Minute, 0 to 59.
    pub minute: u8,
    /// Second, 0 to 60.
    pub second: u8,
}

line!(Time, "+CIPSNTPTIME:");

impl Time {
    /// Reads the line `+CIPSNTPTIME:Tue Oct 19 17:47:56 2021`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let text = line.strip_prefix(b"+CIPSNTPTIME:")?;
        let mut words = text.split(|&byte| byte == b' ').filter(|word| !word.is_empty());
        let _weekday = words.next()?;
        let month = match words.next()? {
            b"Jan" => 1,
            b"Feb" => 2,
            b"Mar" => 3,
            b"Apr" => 4,
            b"May" => 5,
            b"Jun" => 6,
            b"Jul" => 7,
            b"Aug" => 8,
            b"Sep" => 9,
            b"Oct" => 10,
            b"Nov" => 11,
            b"Dec" => 12,
            _ => return None,
        };
        let day = within_u8(words.next()?, 1, 31)?;
        let mut clock = words.next()?.split(|&byte| byte == b':');
        let time = Self {
            month,
            day,
            hour: within_u8(clock.next()?, 0, 23)?,
            minute: within_u8(clock.next()?, 0, 59)?,
            second: within_u8(clock.next()?, 0, 60)?,
            year: u16::try_from(decimal(words.next()?)?).ok()?,
        };
        (clock.next().is_none() && words.next().is_none()).then_some(time)
    }

    /// Whether the clock has been set at all; before, it counts from 1970.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.year > 1970
    }
}

fn within_u8(digits: &[u8], min: u8, max: u8) -> Option<u8> {
    u8::try_from(decimal(digits)?).ok().filter(|number| (min..=max).contains(number))
}
