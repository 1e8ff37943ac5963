//! Options of sockets. A restart forgets them all.
//!
//! ```
//! use usocket_commands::atat::AtatCmd;
//! use usocket_commands::quectel::options::*;
//!
//! let mut buffer = [0; 352];
//! let len = DataFormat { hex_send: false, hex_receive: false }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QICFG=\"dataformat\",0,0\r");
//!
//! let len = SetSwitch { switch: Switch::ReceiveLength, on: false }.write(&mut buffer);
//! assert_eq!(&buffer[..len], b"AT+QICFG=\"recvind\",0\r");
//! ```

use crate::ArgumentError;
use crate::answer::line;
use crate::cellular::Text;
use crate::command::cr_command as command;
use crate::fields::{Fields, decimal};

use super::{NoResponse, within};

command! {
    /// `AT+QICFG="dataformat",`: whether payload is written as hexadecimal digits
    /// (Quectel digest §5.10).
    ///
    /// Off as delivered, but NB-IoT modules remember it.
    pub struct DataFormat {
        /// What the host sends.
        pub hex_send: bool,
        /// What the module prints.
        pub hex_receive: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |format, line| {
        line.text("AT+QICFG=").string("dataformat");
        line.field().flag(format.hex_send).field().flag(format.hex_receive)
    }
}

command! {
    /// `AT+QICFG="<key>",<0|1>`: turns an option on or off (Quectel digest §5.10).
    pub struct SetSwitch {
        /// Which option.
        pub switch: Switch,
        /// Whether it is on.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |set, line| line.text("AT+QICFG=").string(set.switch.key()).field().flag(set.on)
}

/// An option that is on or off; all but [`AutoAccept`](Self::AutoAccept) are off as delivered
/// (Quectel digest §5.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Switch {
    /// `viewmode`: a comma in place of CR LF between head and data. Keep it off.
    InlineData,
    /// `recvind`: [`Received`](super::urc::Urc::Received) tells the length. It then looks like
    /// the head of data.
    ReceiveLength,
    /// `udp/sendmode`: datagrams are a stream.
    UdpSendStream,
    /// `udp/readmode`: datagrams are a stream.
    UdpReadStream,
    /// `tcp/accept`: a listener accepts connections.
    AutoAccept,
    /// `passiveclosed`: a socket that the peer closes frees its id, unread data are lost.
    PassiveClose,
    /// `tcp/twrecyle`: the spelling is the module's. Ports are free at once after a close.
    FastRecycle,
    /// `close/mode`: [`Close`](super::close::Close) is answered at once and
    /// [`Closed`](super::urc::Urc::Closed) follows; EC200x and EG915x.
    CloseLater,
    /// `sendinfo`: counters in place of `SEND OK`; EC200x and EG915x.
    SendInfo,
    /// `formatcfg`: CR LF after the prompt; EC200x and EG915x.
    PromptLine,
    /// `SACK`: selective acknowledgement; BG95.
    SelectiveAck,
    /// `showlength`: counts in heads and URCs; NB-IoT modules.
    ShowLength,
}

impl Switch {
    /// Its name.
    #[must_use]
    pub const fn key(self) -> &'static str {
        match self {
            Self::InlineData => "viewmode",
            Self::ReceiveLength => "recvind",
            Self::UdpSendStream => "udp/sendmode",
            Self::UdpReadStream => "udp/readmode",
            Self::AutoAccept => "tcp/accept",
            Self::PassiveClose => "passiveclosed",
            Self::FastRecycle => "tcp/twrecyle",
            Self::CloseLater => "close/mode",
            Self::SendInfo => "sendinfo",
            Self::PromptLine => "formatcfg",
            Self::SelectiveAck => "SACK",
            Self::ShowLength => "showlength",
        }
    }
}

command! {
    /// `AT+QICFG="tcp/keepalive",`: probes of idle connections, for sockets that are opened later
    /// (Quectel digest §5.10).
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::quectel::options::KeepAlive;
    ///
    /// let mut buffer = [0; 352];
    /// let len = KeepAlive::on(60, 25, 3)?.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+QICFG=\"tcp/keepalive\",1,60,25,3\r");
    /// # Ok::<(), usocket_commands::ArgumentError>(())
    /// ```
    pub struct KeepAlive {
        probes: Option<(u16, u8, u8)>,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |keep, line| {
        line.text("AT+QICFG=").string("tcp/keepalive").field().flag(keep.probes.is_some());
        if let Some((idle, interval_s, probes)) = keep.probes {
            line.field().number(u32::from(idle));
            line.field().number(u32::from(interval_s));
            line.field().number(u32::from(probes));
        }
    }
}

impl KeepAlive {
    /// No probes.
    #[must_use]
    pub const fn off() -> Self {
        Self { probes: None }
    }

    /// The first probe after `idle`, which is in seconds on EC200x and EG915x and in minutes on
    /// BG95; then one every `interval_s` seconds, until `probes` of them have had no answer.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] unless `idle` is 1 to 1800, `interval_s` 25 to 100, and
    /// `probes` 3 to 10. BG95 takes no more than 120 minutes.
    pub const fn on(idle: u16, interval_s: u8, probes: u8) -> Result<Self, ArgumentError> {
        if idle == 0 || idle > 1800 {
            return Err(ArgumentError::OutOfRange { field: "idle" });
        }
        if interval_s < 25 || interval_s > 100 {
            return Err(ArgumentError::OutOfRange { field: "interval_s" });
        }
        if probes < 3 || probes > 10 {
            return Err(ArgumentError::OutOfRange { field: "probes" });
        }
        Ok(Self { probes: Some((idle, interval_s, probes)) })
    }
}

command! {
    /// `AT+QICFG="qisend/timeout",`: how long a send waits for its payload, on EC200x and EG915x
    /// (Quectel digest §5.2).
    pub struct PayloadTimeout {
        seconds: u8,
    }
    answer NoResponse, prefix "", within within::LOCAL;
    |timeout, line| {
        line.text("AT+QICFG=").string("qisend/timeout").field().number(u32::from(timeout.seconds))
    }
}

impl PayloadTimeout {
    /// So many seconds; 5 as delivered, 0 is for ever.
    ///
    /// # Errors
    ///
    /// [`ArgumentError::OutOfRange`] for more than 120 seconds.
    pub const fn new(seconds: u8) -> Result<Self, ArgumentError> {
        if seconds > 120 {
            return Err(ArgumentError::OutOfRange { field: "seconds" });
        }
        Ok(Self { seconds })
    }
}

command! {
    /// `AT+QICFG="<key>"`: asks for an option (Quectel digest §5.10).
    pub struct GetOption<'a> {
        key: &'a str,
    }
    answer OptionValues, prefix "+QICFG:", within within::LOCAL;
    |get, line| line.text("AT+QICFG=").string(get.key)
}

impl<'a> GetOption<'a> {
    /// The option called `key`, as `tcp/keepalive`.
    ///
    /// # Errors
    ///
    /// [`ArgumentError`] unless it is 1 to 24 bytes without quotes and control characters.
    pub fn new(key: &'a str) -> Result<Self, ArgumentError> {
        crate::text::check_plain("key", key, 1, 24)?;
        Ok(Self { key })
    }
}

/// An option and its numbers; see [`GetOption`].
///
/// ```
/// use usocket_commands::quectel::options::OptionValues;
///
/// let option = OptionValues::parse_line(b"+QICFG: \"tcp/keepalive\",1,60,25,3").unwrap();
/// assert_eq!(option.key, "tcp/keepalive");
/// assert_eq!(option.values, [Some(1), Some(60), Some(25), Some(3)]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct OptionValues {
    /// Its name.
    pub key: Text<24>,
    /// Its first four numbers.
    pub values: [Option<u32>; 4],
}

line!(OptionValues, "+QICFG:");

impl OptionValues {
    /// Reads the line `+QICFG: "<key>",<number>…`; what stands after the fourth is ignored.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::named(line, "+QICFG:")?;
        let key = Text::new(fields.quoted()?)?;
        let mut values = [None; 4];
        for value in &mut values {
            let Some(field) = fields.next_field() else { break };
            *value = Some(decimal(field)?);
        }
        Some(Self { key, values })
    }
}
