//! Sending.

use crate::ArgumentError;
use crate::command::command;
use crate::esp_at::MAX_SEND;
use crate::number::{check_len, check_port};

use super::{Host, NoResponse, check_host, check_link, encode_host, within};

command! {
    /// `AT+CIPSEND=<id>,<len>`: sends bytes through a link (ESP-AT digest §7.1).
    ///
    /// After `OK` comes the [prompt](crate::esp_at::PROMPT); then exactly `len` bytes go to the
    /// module, as they are and without a pause. It answers with
    /// [`Received`](crate::esp_at::result::Final::Received), and within
    /// [`SEND_RESULT_TIMEOUT_MS`](crate::esp_at::SEND_RESULT_TIMEOUT_MS) with
    /// [`SendOk`](crate::esp_at::result::Final::SendOk),
    /// [`SendFail`](crate::esp_at::result::Final::SendFail),
    /// [`SendCanceled`](crate::esp_at::result::Final::SendCanceled) or
    /// [`Error`](crate::esp_at::result::Final::Error). The time of this command is the one until
    /// the prompt.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::Send;
    ///
    /// let mut buffer = [0; 256];
    /// let len = Send::new(0, 4)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSEND=0,4\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct Send {
        link: u8,
        len: u16,
    }
    answer NoResponse, prefix "", within within::PROMPT;
    |send, line| {
        line.text("AT+CIPSEND=").number(u32::from(send.link));
        line.field().number(u32::from(send.len))
    }
}

impl Send {
    /// `len` bytes through `link`.
    ///
    /// Versions before 2.4 take no more than [`MAX_SEND_OLD`](crate::esp_at::MAX_SEND_OLD).
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `link` is 0 to 4 and `len` 1 to 8192.
    pub fn new(link: u8, len: usize) -> Result<Self, ArgumentError> {
        check_link(link)?;
        Ok(Self { link, len: check_len(len, MAX_SEND)? })
    }

    /// The link.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }

    /// Number of bytes announced.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // it is never 0
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}

command! {
    /// `AT+CIPSEND=<id>,<len>,"<host>",<port>`: sends one datagram to somebody through a UDP
    /// link (ESP-AT digest §7.1).
    ///
    /// Goes on like [`Send`]. Datagrams of more than 1460 bytes may be cut or lost.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::{Host, SendTo};
    ///
    /// let mut buffer = [0; 256];
    /// let len = SendTo::new(4, 4, Host::from([192, 168, 3, 103]), 1000)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPSEND=4,4,\"192.168.3.103\",1000\r\n");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct SendTo<'a> {
        link: u8,
        len: u16,
        host: Host<'a>,
        port: u16,
    }
    answer NoResponse, prefix "", within within::PROMPT, or |send| match send.host {
        Host::Name(_) => within::RESOLVE,
        Host::Ip(_) => within::PROMPT,
    };
    |send, line| {
        line.text("AT+CIPSEND=").number(u32::from(send.link));
        line.field().number(u32::from(send.len));
        encode_host(&send.host, line.field());
        line.field().number(u32::from(send.port));
    }
}

impl<'a> SendTo<'a> {
    /// A datagram of `len` bytes through `link` to `port` of `host`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless `link` is 0 to 4, `len` 1 to 8192, a name 1 to 64 bytes without
    /// NUL, CR and LF, and `port` not 0.
    pub fn new(link: u8, len: usize, host: Host<'a>, port: u16) -> Result<Self, ArgumentError> {
        check_link(link)?;
        let len = check_len(len, MAX_SEND)?;
        check_host(&host)?;
        check_port(port)?;
        Ok(Self { link, len, host, port })
    }

    /// The link.
    #[must_use]
    pub const fn link(&self) -> u8 {
        self.link
    }

    /// Number of bytes announced.
    #[must_use]
    #[allow(clippy::len_without_is_empty)] // it is never 0
    pub const fn len(&self) -> usize {
        self.len as usize
    }
}
