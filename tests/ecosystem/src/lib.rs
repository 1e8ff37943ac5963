//! What the tests stand on: a simulated module, the async halves of its UART, and a limit of time.
//!
//! On a board all of this is there already: the module, the UART of the HAL, and its timer.

mod limit;
mod line;
mod module;

pub use embassy_time::Delay;
pub use limit::within_a_minute;
pub use line::{Half, uart};
pub use module::{PASSWORD, SSID, cellular, wifi};
