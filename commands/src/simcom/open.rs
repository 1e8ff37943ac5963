//! Opening sockets.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::simcom::Host;
//! use usocket_commands::simcom::open::Open;
//!
//! let mut buffer = [0; 352];
//! let len = Open::tcp(3, 0, Host::from([192, 0, 2, 1]), 8009)?.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+CAOPEN=3,0,\"TCP\",\"192.0.2.1\",8009\r");
//! # Ok::<(), usocket_commands::ArgumentError>(())
//! ```

use crate::command::cr_command as command;
use crate::number::check_port;
use crate::{ArgumentError, text};

use super::{Host, MAX_HOST, NoResponse, OPEN_TIMEOUT_MS, check_context, check_link};

command! {
    /// `AT+CAOPEN=<id>,<context>,"TCP","<host>",<port>`: opens a TCP connection
    /// (Quectel digest §15.2).
    ///
    /// [`Opened`](super::urc::Urc::Opened) tells the result, before or after the `OK`, within
    /// [`OPEN_TIMEOUT_MS`]; in the first case the module takes no other command meanwhile.
    pub struct Open<'a> {
        link: u8,
        context: u8,
        host: Host<'a>,
        port: u16,
    }
    answer NoResponse, prefix "", within OPEN_TIMEOUT_MS;
    |open, line| {
        line.text("AT+CAOPEN=").number(u32::from(open.link));
        line.field().number(u32::from(open.context));
        line.field().string("TCP");
        match open.host {
            Host::Name(name) => line.field().string(name),
            Host::Ip(ip) => line.field().ip(ip),
        };
        line.field().number(u32::from(open.port))
    }
}

impl<'a> Open<'a> {
    /// Socket `link` to `host`, whose name the module looks up, by way of `context`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `link` is 0 to 12, `context` 0 to 3, a name 1 to 128 bytes without
    /// quotes and control characters, and `port` not 0.
    pub fn tcp(link: u8, context: u8, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        check_link(link)?;
        check_context(context)?;
        if let Host::Name(name) = host {
            text::check_plain("host", name, 1, MAX_HOST)?;
        }
        check_port(port)?;
        Ok(Self { link, context, host, port })
    }

    /// The socket's id.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }
}
