//! Switching the module off.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::power::PowerDown;
//!
//! let mut buffer = [0; 352];
//! let len = PowerDown { gently: true }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CPOWD=1\r");
//! ```

use crate::command::cr_command as command;

use super::{NoResponse, POWER_DOWN_TIMEOUT_MS};

command! {
    /// `AT+CPOWD=`: switches the module off.
    ///
    /// There is no `OK`: [`PoweredDown`](super::urc::Urc::PoweredDown) is the answer; only then may
    /// the supply go.
    pub struct PowerDown {
        /// It leaves the network first.
        pub gently: bool,
    }
    answer NoResponse, prefix "", within POWER_DOWN_TIMEOUT_MS;
    |down, line| line.text("AT+CPOWD=").flag(down.gently)
}
