//! Dates: the time of the network, and the clock of the module (Quectel digest §3, `AT+CCLK`).

use crate::module::Dates;
use core::time::Duration;

/// Seconds from 1970 to the start of every world: 2024-03-20 12:00:00.
pub(crate) const EPOCH: u64 = 1_710_936_000;

/// A date and a time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    year: u64,
    month: u64,
    day: u64,
    seconds: u64,
}

impl Date {
    /// The date that many seconds after 1970 began.
    pub(crate) fn from_unix(seconds: u64) -> Self {
        // Days are counted from 0000-03-01, so that a leap day is the last of its year.
        let days = seconds / 86_400 + 719_468;
        let era = days / 146_097;
        let day_of_era = days % 146_097;
        let year_of_era =
            (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        Self {
            year: era * 400 + year_of_era + u64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted + 2) / 5 + 1,
            seconds: seconds % 86_400,
        }
    }

    /// `yyyy/MM/dd,hh:mm:ss`.
    pub(crate) fn long(self) -> String {
        let Self { year, month, day, seconds } = self;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        format!("{year:04}/{month:02}/{day:02},{hour:02}:{minute:02}:{second:02}")
    }

    /// `Mar 20 12:00:00 2024`, as C's `asctime` has it behind the day of the week.
    pub(crate) fn spoken(self) -> String {
        const MONTHS: [&str; 12] =
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
        let Self { year, month, day, seconds } = self;
        let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
        let month = MONTHS[(month + 11) as usize % 12];
        format!("{month} {day:>2} {hour:02}:{minute:02}:{second:02} {year}")
    }

    /// `yy/MM/dd,hh:mm:ss`.
    pub(crate) fn short(self) -> String {
        self.long()[2..].to_owned()
    }
}

/// The clock of the module.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// Seconds since 1970 at the start of the world, as the module has it.
    base: u64,
    /// Quarters of an hour by which it is ahead of GMT.
    pub(crate) zone: i8,
    /// Whether the network sets it (`AT+CTZU`).
    pub(crate) follows: bool,
}

impl Default for Clock {
    /// Starts in 1980.
    fn default() -> Self {
        Self { base: 315_964_800, zone: 0, follows: false }
    }
}

impl Clock {
    /// GMT of the network.
    pub(crate) fn network(now: Duration) -> Date {
        Date::from_unix(EPOCH + now.as_secs())
    }

    /// Takes the time of the network over.
    pub(crate) fn synchronise(&mut self) {
        self.base = EPOCH;
        self.zone = 0;
    }

    /// Sets the clock to `yy/MM/dd,hh:mm:ss±zz`; `None` if that is no date.
    pub(crate) fn set(&mut self, now: Duration, text: &str) -> Option<()> {
        let number = |at: usize| text.get(at..at + 2)?.parse::<u64>().ok();
        let [year, month, day] = [number(0)?, number(3)?, number(6)?];
        let [hour, minute, second] = [number(9)?, number(12)?, number(15)?];
        let valid = (1..=12).contains(&month)
            && (1..=31).contains(&day)
            && hour < 24
            && minute < 60
            && second < 60;
        if !valid {
            return None;
        }
        let year = if year < 70 { 2000 + year } else { 1900 + year };
        // As in `from_unix`, years begin in March.
        let shifted_year = year - u64::from(month <= 2);
        let shifted_month = (month + 9) % 12;
        let days = 365 * shifted_year + shifted_year / 4 - shifted_year / 100
            + shifted_year / 400
            + (153 * shifted_month + 2) / 5
            + day
            - 1;
        let seconds = (days - 719_468) * 86_400 + hour * 3600 + minute * 60 + second;
        self.base = seconds.saturating_sub(now.as_secs());
        self.zone = text.get(17..).and_then(|zone| zone.parse().ok()).unwrap_or(0);
        Some(())
    }

    /// What the dates of certificates are held against: a clock behind the start of every world was
    /// never set.
    pub(crate) fn dates(&self, now: Duration) -> Dates {
        let time = self.base + now.as_secs();
        if time < EPOCH { Dates::At(Duration::from_secs(time)) } else { Dates::Now }
    }

    pub(crate) fn date(&self, now: Duration) -> Date {
        Date::from_unix(self.base + now.as_secs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_those_of_the_calendar() {
        assert_eq!(Date::from_unix(0).long(), "1970/01/01,00:00:00");
        assert_eq!(Date::from_unix(EPOCH).long(), "2024/03/20,12:00:00");
        assert_eq!(Date::from_unix(EPOCH).spoken(), "Mar 20 12:00:00 2024");
        assert_eq!(Date::from_unix(59).spoken(), "Jan  1 00:00:59 1970");
        assert_eq!(Date::from_unix(951_782_399).short(), "00/02/28,23:59:59");
        assert_eq!(Date::from_unix(951_782_400).short(), "00/02/29,00:00:00");
        let mut clock = Clock::default();
        assert_eq!(clock.date(Duration::from_secs(1)).short(), "80/01/06,00:00:01");
        clock.set(Duration::from_secs(60), "24/02/29,23:58:59-08").unwrap();
        assert_eq!(clock.date(Duration::from_secs(121)).short(), "24/03/01,00:00:00");
        assert_eq!((clock.zone, clock.set(Duration::ZERO, "24/13/01,00:00:00")), (-8, None));
    }
}
