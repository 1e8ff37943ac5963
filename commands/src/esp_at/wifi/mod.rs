//! Wi-Fi: mode, scan, join, addresses, and the module's own network.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::esp_at::wifi::*;
//!
//! let mut buffer = [0; 256];
//! let len = SetMode { mode: Mode::Station }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CWMODE=1\r\n");
//!
//! let len = Join::new("my, net", "pass\"word")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CWJAP=\"my\\, net\",\"pass\\\"word\"\r\n");
//!
//! let line = br#"+CWLAP:(3,"my, net",-61,"ca:d7:19:d8:a6:44",6,32767,-1,4,4,7,0)"#;
//! let seen = AccessPoint::parse_line(line).unwrap();
//! assert_eq!((seen.ssid_str(), seen.rssi, seen.channel), (Some("my, net"), -61, 6));
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

mod access_point;
mod dhcp;
mod join;
mod mode;
mod scan;
mod ssid;
mod station;

pub use access_point::*;
pub use dhcp::*;
pub use join::*;
pub use mode::*;
pub use scan::*;
pub use ssid::*;
pub use station::*;

use super::{NoResponse, within};
