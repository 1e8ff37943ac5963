//! The module's clock.
//!
//! ```
//! use usocket_commands::cellular::clock::Clock;
//!
//! let time = Clock::parse_line(b"+CCLK: \"19/09/09,01:32:52+32\"").unwrap().time;
//! assert_eq!((time.year, time.month, time.day), (2019, 9, 9));
//! assert_eq!(time.zone, Some(32)); // eight hours east
//! assert!(time.is_set());
//!
//! let fresh = Clock::parse_line(b"+CCLK: \"80/01/06,00:00:10+00\"").unwrap().time;
//! assert!(!fresh.is_set());
//! ```

use crate::answer::line;
use crate::command::cr_command as command;
use crate::fields::{Fields, decimal, signed};

use super::{NoResponse, within};

command! {
    /// `AT+CCLK?`: asks for the time (Quectel digest §3).
    pub struct GetClock;
    answer Clock, prefix "+CCLK:", within within::LOCAL;
    |get, line| line.text("AT+CCLK?")
}

/// The answer of [`GetClock`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Clock {
    /// What the clock shows.
    pub time: DateTime,
}

line!(Clock, "+CCLK:");

impl Clock {
    /// Reads the line `+CCLK: "yy/MM/dd,hh:mm:ss±zz"`.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+CCLK:")?;
        let time = DateTime::parse(fields.quoted()?)?;
        fields.at_end().then_some(Self { time })
    }
}

/// A date and a time (Quectel digest §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct DateTime {
    /// Year; one of two digits is taken for 1970 to 2069.
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
    /// Quarters of an hour by which the time is ahead of Greenwich, if the module tells.
    pub zone: Option<i8>,
}

impl DateTime {
    /// Clocks that have not been set show an earlier year than this: 1970, 1980, 2004 or 2008.
    pub const FIRST_YEAR: u16 = 2016;

    /// Reads `[yy]yy/MM/dd,hh:mm:ss[±zz]`, without quotes.
    #[must_use]
    pub fn parse(text: &[u8]) -> Option<Self> {
        let sign = text.iter().rposition(|byte| matches!(byte, b'+' | b'-'));
        let (text, zone) = match sign.and_then(|at| text.split_at_checked(at)) {
            Some((text, zone)) => {
                let quarters = signed(zone.strip_prefix(b"+").unwrap_or(zone))?;
                if !(-96..=96).contains(&quarters) {
                    return None;
                }
                (text, Some(i8::try_from(quarters).ok()?))
            }
            None => (text, None),
        };
        let mut halves = text.split(|&byte| byte == b',');
        let (date, time) = (halves.next()?, halves.next()?);
        let mut date = date.split(|&byte| byte == b'/');
        let mut time = time.split(|&byte| byte == b':');
        let time = Self {
            year: year(date.next()?)?,
            month: two_digits(date.next()?, 1, 12)?,
            day: two_digits(date.next()?, 1, 31)?,
            hour: two_digits(time.next()?, 0, 23)?,
            minute: two_digits(time.next()?, 0, 59)?,
            second: two_digits(time.next()?, 0, 60).filter(|_| time.next().is_none())?,
            zone,
        };
        (date.next().is_none() && halves.next().is_none()).then_some(time)
    }

    /// Whether the clock has been set since the module started.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.year >= Self::FIRST_YEAR
    }
}

fn year(digits: &[u8]) -> Option<u16> {
    let number = u16::try_from(decimal(digits)?).ok()?;
    match (digits.len(), number) {
        (2, 0..=69) => number.checked_add(2000),
        (2, _) => number.checked_add(1900),
        (4, 1970..) => Some(number),
        _ => None,
    }
}

fn two_digits(digits: &[u8], min: u8, max: u8) -> Option<u8> {
    if digits.len() > 2 {
        return None;
    }
    u8::try_from(decimal(digits)?).ok().filter(|number| (min..=max).contains(number))
}

command! {
    /// `AT+CTZU=`: whether the network sets the clock (Quectel digest §3).
    pub struct UpdateClock {
        /// Whether it does.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |update, line| line.text("AT+CTZU=").flag(update.on)
}

command! {
    /// `AT+CTZR=`: how changes of the time zone are reported (Quectel digest §3).
    pub struct ZoneReports {
        /// How.
        pub reports: ZoneReport,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |reports, line| line.text("AT+CTZR=").number(reports.reports as u32)
}

/// Reports of the time zone; see [`ZoneReports`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ZoneReport {
    /// None.
    Off = 0,
    /// `+CTZV`, with the zone.
    Zone = 1,
    /// `+CTZE`, with zone and time.
    Extended = 2,
}
