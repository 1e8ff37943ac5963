//! The clock of a Wi-Fi module: set by SNTP, and asked.

use usocket_commands::esp_at::tcpip::{GetTime, Time, TimeConfig};

use super::Wlan;
use super::shell::{calls, sleep};
use crate::error::Error;
use crate::network::DateTime;

/// How long a time server may take to answer, in ms.
const ANSWER: u32 = 30_000;
/// How often the module is asked meanwhile, in ms.
const EVERY: u32 = 500;

#[calls]
impl Wlan<'_> {
    /// Has the module set its clock by the SNTP server of that name, now and from time to time; waits until
    /// it is set, 30 s at most, and returns the time (UTC). Checking certificates needs it
    /// ([`Verify::Server`](crate::ssl::Verify::Server)).
    ///
    /// With the feature `tls` the driver remembers the server, and tells a module of it that has restarted and
    /// joined the program's network again: its clock counts from 1970 until the server has answered.
    ///
    /// ```no_run
    /// # fn f(wlan: &usocket::network::Wlan<'_>) -> Result<(), usocket::Error> {
    /// let now = wlan.settime("pool.ntp.org")?;
    /// assert!(now.year >= 2026);
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// [`Error::InvalidInput`]: the name has not 1 to 64 bytes; [`Error::TimedOut`]: nobody has answered; as
    /// [`active`](Self::active).
    pub async fn settime(&self, server: &str) -> Result<DateTime, Error> {
        let config = TimeConfig::new(0, &[server])?;
        self.command(&config, &mut |_| {}).await?;
        #[cfg(feature = "tls")]
        self.stack.tell(&mut |module| module.keep_time(server))?;
        let mut waited = 0;
        loop {
            if let Some(time) = self.time().await? {
                return Ok(time);
            }
            if waited >= ANSWER {
                return Err(Error::TimedOut);
            }
            sleep(self.stack, EVERY).await?;
            waited = waited.saturating_add(EVERY);
        }
    }

    /// The time of the module's clock (UTC, unless a command of the program's own has set it up);
    /// `None` if it is not set.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn time(&self) -> Result<Option<DateTime>, Error> {
        let mut time = None;
        self.command(&GetTime, &mut |line| time = Time::parse_line(line).or(time)).await?;
        Ok(time.filter(Time::is_set).map(|time| DateTime {
            year: time.year,
            month: time.month,
            day: time.day,
            hour: time.hour,
            minute: time.minute,
            second: time.second,
            zone: None,
        }))
    }
}
