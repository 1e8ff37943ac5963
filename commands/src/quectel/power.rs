//! Switching the module off, and letting it sleep.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::power::PowerDown;
//!
//! let mut buffer = [0; 352];
//! let len = PowerDown { gently: true }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QPOWD=1\r");
//! ```

use crate::command::cr_command as command;

use super::{NoResponse, within};

command! {
    /// `AT+QPOWD=`: switches the module off (Quectel digest §2.3).
    ///
    /// After `OK` comes [`PoweredDown`](super::urc::Urc::PoweredDown), within
    /// [`POWER_DOWN_TIMEOUT_MS`](super::POWER_DOWN_TIMEOUT_MS); only then may the supply go. Some
    /// firmware stays silent instead. Old GSM modules print no `OK`.
    pub struct PowerDown {
        /// It leaves the network first.
        pub gently: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |down, line| line.text("AT+QPOWD=").flag(down.gently)
}

command! {
    /// `AT+QSCLK=`: whether the module may sleep (Quectel digest §3, §7).
    ///
    /// A module that has slept loses the first bytes that it is sent.
    pub struct Sleep {
        /// Whether it may.
        pub allowed: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |sleep, line| line.text("AT+QSCLK=").flag(sleep.allowed)
}
