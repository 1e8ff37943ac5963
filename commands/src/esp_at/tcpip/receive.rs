//! Receiving: when data come, how much there is, and fetching it.

use atat::heapless::Vec;

use crate::answer::line;
use crate::command::command;
use crate::fields::{Fields, signed};

use super::{ALL_LINKS, NoResponse, within};

command! {
    /// `AT+CIPRECVTYPE=<id>,<mode>`: who starts the transfer of received data, per link, from
    /// 3.3 on (ESP-AT digest §8.1).
    ///
    /// For older versions there is [`ReceiveMode`]. Set it before links are opened.
    ///
    /// ```
    /// use usocket_commands::atat::AtatCmd;
    /// use usocket_commands::esp_at::tcpip::ReceiveType;
    ///
    /// let mut buffer = [0; 256];
    /// let len = ReceiveType { link: None, passive: true }.write(&mut buffer);
    /// assert_eq!(&buffer[..len], b"AT+CIPRECVTYPE=5,1\r\n");
    /// ```
    pub struct ReceiveType {
        /// The link, 0 to 4, not checked here; `None` for all.
        pub link: Option<u8>,
        /// The module holds data until [`ReceiveData`] asks for them.
        pub passive: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |receive, line| {
        line.text("AT+CIPRECVTYPE=").number(u32::from(receive.link.unwrap_or(ALL_LINKS)));
        line.field().flag(receive.passive)
    }
}

command! {
    /// `AT+CIPRECVTYPE?`: asks who starts the transfer of received data, from 3.3 on
    /// (ESP-AT digest §8.1).
    pub struct GetReceiveTypes;
    answer Vec<ReceiveTypeOf, 5>, prefix "+CIPRECVTYPE:", within within::ORDINARY;
    |get, line| line.text("AT+CIPRECVTYPE?")
}

/// Who starts the transfer of received data of one link (ESP-AT digest §8.1).
///
/// ```
/// use usocket_commands::esp_at::tcpip::ReceiveTypeOf;
///
/// let line = ReceiveTypeOf::parse_line(b"+CIPRECVTYPE:4,1").unwrap();
/// assert_eq!(line, ReceiveTypeOf { link: 4, passive: true });
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceiveTypeOf {
    /// The link.
    pub link: u8,
    /// The module holds data until it is asked for them.
    pub passive: bool,
}

line!(ReceiveTypeOf, "+CIPRECVTYPE:");

impl ReceiveTypeOf {
    /// Reads the line `+CIPRECVTYPE:<id>,<mode>`; anything after that is ignored.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+CIPRECVTYPE:")?;
        Some(Self { link: fields.link()?, passive: fields.flag()? })
    }
}

command! {
    /// `AT+CIPRECVMODE=`: who starts the transfer of received data, for all links at once
    /// (ESP-AT digest §8.1).
    ///
    /// On NonOS 1.7 for TCP only; versions with [`ReceiveType`] may still know it. Switching
    /// passive mode off pours out what the module holds, before `OK`.
    pub struct ReceiveMode {
        /// The module holds data until [`ReceiveData`] asks for them.
        pub passive: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |receive, line| line.text("AT+CIPRECVMODE=").flag(receive.passive)
}

command! {
    /// `AT+CIPRECVDATA=<id>,<len>`: fetches data of a link in passive mode
    /// (ESP-AT digest §8.4).
    ///
    /// The answer is a counted body, see [`Header::Received`](crate::esp_at::data::Header), then
    /// `OK`. `ERROR` if there is nothing to fetch, which does not mean that the link is closed.
    pub struct ReceiveData {
        /// The link, 0 to 4; not checked here.
        pub link: u8,
        /// Most bytes to fetch, at least 1. The module allocates as many.
        pub len: u32,
    }
    answer NoResponse, prefix "+CIPRECVDATA", within within::ORDINARY;
    |receive, line| {
        line.text("AT+CIPRECVDATA=").number(u32::from(receive.link));
        line.field().number(receive.len)
    }
}

command! {
    /// `AT+CIPRECVLEN?`: asks how much the module holds for each link (ESP-AT digest §8.5).
    pub struct GetReceiveLengths;
    answer ReceiveLengths, prefix "+CIPRECVLEN:", within within::ORDINARY;
    |get, line| line.text("AT+CIPRECVLEN?")
}

/// How many bytes the module holds for each link: a hint (ESP-AT digest §8.5).
///
/// A link that is not open shows -1 or 0, which differs between versions, so that these numbers
/// do not tell whether one is open. Over TLS fewer bytes may be readable (§8.8).
///
/// ```
/// use usocket_commands::esp_at::tcpip::ReceiveLengths;
///
/// let lengths = ReceiveLengths::parse_line(b"+CIPRECVLEN:654,-1,-1,-1,-1").unwrap();
/// assert_eq!((lengths.get(0), lengths.get(1)), (Some(654), Some(-1)));
/// assert_eq!(lengths.waiting(1), 0);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReceiveLengths {
    lengths: Vec<i32, { Self::MAX }>,
}

line!(ReceiveLengths, "+CIPRECVLEN:");

impl ReceiveLengths {
    /// Number of links that are kept; custom firmware may have more than five.
    pub const MAX: usize = 16;

    /// Reads the line `+CIPRECVLEN:<len>,…`; an empty field counts as 0.
    #[must_use]
    pub fn parse_line(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::after(line, "+CIPRECVLEN:")?;
        let mut lengths = Vec::new();
        while let Some(field) = fields.next_field() {
            let length = if field.is_empty() { 0 } else { signed(field)? };
            if lengths.push(length).is_err() {
                break;
            }
        }
        Some(Self { lengths })
    }

    /// The number of that link as printed; `None` if the line has none.
    #[must_use]
    pub fn get(&self, link: u8) -> Option<i32> {
        self.lengths.get(usize::from(link)).copied()
    }

    /// Bytes that wait on that link, 0 if none do or the link is not open.
    #[must_use]
    pub fn waiting(&self, link: u8) -> u32 {
        self.get(link).and_then(|length| u32::try_from(length).ok()).unwrap_or(0)
    }

    /// All numbers as printed, from link 0 on.
    pub fn iter(&self) -> impl Iterator<Item = i32> + '_ {
        self.lengths.iter().copied()
    }
}

command! {
    /// `AT+CIPDINFO=`: whether heads of data name the sender (ESP-AT digest §8.2, §8.4).
    ///
    /// Off after a reset. A driver must tell [`Header::parse`](crate::esp_at::data::Header).
    pub struct PacketInfo {
        /// Whether they do.
        pub on: bool,
    }
    answer NoResponse, prefix "", within within::ORDINARY;
    |info, line| line.text("AT+CIPDINFO=").flag(info.on)
}
