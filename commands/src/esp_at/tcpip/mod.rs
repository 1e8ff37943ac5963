//! Links, what goes through them, and what stands around them.
//!
//! Commands here are in the form for numbered links: [`Multiplex`] on.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::esp_at::tcpip::*;
//!
//! let mut buffer = [0; 256];
//! let len = Multiplex { on: true }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CIPMUX=1\r\n");
//!
//! let len = Open::tcp(4, Host::Name("example.org"), 80)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CIPSTART=4,\"TCP\",\"example.org\",80\r\n");
//!
//! let len = Send::new(4, 512)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CIPSEND=4,512\r\n");
//!
//! let len = ReceiveData { link: 4, len: 1460 }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CIPRECVDATA=4,1460\r\n");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

mod dns;
mod host;
mod link;
mod multiplex;
mod open;
mod options;
mod ping;
mod psk;
mod receive;
mod send;
mod server;
mod time;
mod tls;

pub use dns::*;
pub use host::*;
pub use link::*;
pub use multiplex::*;
pub use open::*;
pub use options::*;
pub use ping::*;
pub use psk::*;
pub use receive::*;
pub use send::*;
pub use server::*;
pub use time::*;
pub use tls::*;

use super::{ALL_LINKS, LINKS, NoResponse, within};
use crate::{ArgumentError, number};

/// Refuses what is not the id of a link.
const fn check_link(link: u8) -> Result<(), ArgumentError> {
    number::check_id("link", link, LINKS)
}
