//! The one context of an old GSM module, in the order in which it is brought up
//! (Quectel digest §9).
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::gsm::context::*;
//!
//! let mut buffer = [0; 352];
//! let len = SetAccessPoint::new("internet", "", "")?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QICSGP=1,\"internet\",\"\",\"\"\r");
//!
//! let address = LocalAddress::parse_line(b"10.12.0.7").unwrap();
//! assert_eq!(address.ip.octets(), [10, 12, 0, 7]);
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use core::net::Ipv4Addr;

use crate::answer::line;
use crate::cellular::MAX_APN;
use crate::command::cr_command as command;
use crate::quectel::MAX_CREDENTIAL;
use crate::secret::Secret;
use crate::{ArgumentError, address, text};

use super::{NoResponse, within};

command! {
    /// `AT+QIFGCNT=`: chooses the context for the commands that follow (Quectel digest §9).
    pub struct Foreground {
        /// The context, 0 or 1; not checked here.
        pub context: u8,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |foreground, line| line.text("AT+QIFGCNT=").number(u32::from(foreground.context))
}

command! {
    /// `AT+QICSGP=1,`: sets the access point (Quectel digest §9).
    pub struct SetAccessPoint<'a> {
        apn: &'a str,
        user: &'a str,
        password: Secret<&'a str>,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| {
        // 1 is GPRS, not the number of a context.
        line.text("AT+QICSGP=1").field().string(set.apn);
        line.field().string(set.user).field().string(set.password.0)
    }
}

impl<'a> SetAccessPoint<'a> {
    /// The access point `apn`, with user name and password, which may be empty.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `apn` is at most 62 bytes, the others 127, all without quotes and
    /// control characters.
    pub fn new(apn: &'a str, user: &'a str, password: &'a str) -> Result<Self, ArgumentError> {
        text::check_plain("apn", apn, 0, MAX_APN)?;
        text::check_plain("user", user, 0, MAX_CREDENTIAL)?;
        text::check_plain("password", password, 0, MAX_CREDENTIAL)?;
        Ok(Self { apn, user, password: Secret(password) })
    }
}

command! {
    /// `AT+QIMODE=`: whether the UART becomes the socket (Quectel digest §9).
    pub struct TransferMode {
        /// Whether it does; not with numbered sockets.
        pub transparent: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |mode, line| line.text("AT+QIMODE=").flag(mode.transparent)
}

command! {
    /// `AT+QIMUX=`: whether sockets have numbers (Quectel digest §9).
    ///
    /// `ERROR` while the context is active: [`Deactivate`] first.
    pub struct Multiplex {
        /// Whether they have.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |multiplex, line| line.text("AT+QIMUX=").flag(multiplex.on)
}

command! {
    /// `AT+QISRVC=1`: commands mean the sockets that the host opens, not those of a server, on
    /// MC60 (Quectel digest §9).
    pub struct ActAsClient;
    answer NoResponse, prefix "", within within::LOCAL;
    |act, line| line.text("AT+QISRVC=1")
}

command! {
    /// `AT+QIREGAPP`: starts the stack (Quectel digest §9).
    pub struct StartStack;
    answer NoResponse, prefix "", within within::SOCKET;
    |start, line| line.text("AT+QIREGAPP")
}

command! {
    /// `AT+QIACT`: activates the context (Quectel digest §9).
    pub struct Activate;
    answer NoResponse, prefix "", within within::ACTIVATE;
    |activate, line| line.text("AT+QIACT")
}

command! {
    /// `AT+QIDEACT`: deactivates the context and closes its sockets (Quectel digest §9).
    ///
    /// Ends with [`DeactivateOk`](crate::quectel::result::Final::DeactivateOk), without `OK`.
    pub struct Deactivate;
    answer NoResponse, prefix "", within within::DEACTIVATE;
    |deactivate, line| line.text("AT+QIDEACT")
}

command! {
    /// `AT+QILOCIP`: asks for the address of the module (Quectel digest §9).
    ///
    /// The line of the answer is the last one: no `OK` follows.
    pub struct GetLocalAddress;
    answer LocalAddress, prefix "", within within::LOCAL;
    |get, line| line.text("AT+QILOCIP")
}

/// The address of the module; see [`GetLocalAddress`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LocalAddress {
    /// The address.
    pub ip: Ipv4Addr,
}

line!(LocalAddress, "");

impl LocalAddress {
    /// Reads a line that is nothing but an IPv4 address.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        if line.first() == Some(&b'"') {
            return None;
        }
        address::ipv4(line).map(|ip| Self { ip })
    }
}

command! {
    /// `AT+QINDI=`: how received data reach the host (Quectel digest §9).
    pub struct ReceiveMode {
        /// How.
        pub mode: Receive,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |receive, line| line.text("AT+QINDI=").number(receive.mode as u32)
}

/// How received data reach the host; see [`ReceiveMode`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Receive {
    /// The module pushes them.
    Push = 0,
    /// The module holds them until they are [read](super::receive::Read).
    Buffer = 1,
    /// The same, and [`GsmReceived`](crate::quectel::urc::Urc::GsmReceived) tells how much waits.
    BufferWithCounts = 2,
}
