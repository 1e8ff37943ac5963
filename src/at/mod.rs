//! AT commands and URCs of the program's own, beside its sockets: messages, positions, pins, updates.
//!
//! Any type with [`AtatCmd`](crate::commands::atat::AtatCmd) is a command: one derived with
//! [`atat`](https://docs.rs/atat) 0.25, one of [`commands`](crate::commands), or one written by hand.
//! [`Modem::send_command`] sends it and returns its typed response. Any type with
//! [`AtatUrc`](crate::commands::atat::AtatUrc) is a URC: a [`UrcQueue`] keeps those that have come.
//!
//! ```no_run
//! use usocket::at::UrcQueue;
//! use usocket::commands::atat::{self, atat_derive::{AtatCmd, AtatResp, AtatUrc}};
//! use usocket::heapless::String;
//!
//! /// `AT+CCLK?`: the time.
//! #[derive(AtatCmd)]
//! #[at_cmd("+CCLK?", Time)]
//! struct GetTime;
//! #[derive(AtatResp)]
//! struct Time {
//!     text: String<32>,
//! }
//!
//! /// `+CMTI: "SM",3`: a message has come.
//! #[derive(Clone, AtatUrc)]
//! enum Urc {
//!     #[at_urc("+CMTI")]
//!     Message(Stored),
//! }
//! #[derive(Clone, AtatResp)]
//! struct Stored {
//!     memory: String<2>,
//!     index: u16,
//! }
//!
//! # fn f(uart: impl usocket::uart::Uart, clock: impl usocket::clock::Clock) -> Result<(), usocket::at::CommandError> {
//! let urcs = UrcQueue::<Urc, 4>::new();
//! let mut memory = usocket::Memory::<2>::new();
//! let modem = usocket::Modem::quectel(uart, clock, &mut memory).with_urcs(&urcs);
//! let time = modem.send_command(&GetTime, &mut [0; 64])?;
//! while let Some(Urc::Message(stored)) = urcs.take() { /* read it */ }
//! # Ok(()) }
//! ```
//!
//! A derived command writes a `bool` as `true`, and `"` in a text as `\22`, which an ESP-AT module reads as
//! the text `22`: numbers are `u8`, and where quotes may come, `write` is written by hand.
//!
//! # When it is sent
//! A command waits for its turn between those of the driver, and sockets go on while it waits and behind
//! it. The module is called and set up first if that is due; a command that a restart cuts off fails with
//! [`Error::ModuleReset`](crate::Error::ModuleReset). It is written as one line: whatever line end its
//! `write` has put there, it gets the one that the module wants.
//!
//! # Which lines belong to the answer
//! Those that begin with the name of the command (`+CCLK:` to `AT+CCLK?`), and those that nobody knows:
//! neither the driver (`+IPD`, `0,CLOSED`, `+QIURC`, `+CREG`) nor the program's [`UrcSink`]. With
//! [`Exchange::only`] those that begin so, and no other. The line behind `+CMGR:` or `+CMGL:` is the text
//! of a message, whatever it looks like; of a text of several lines that is true of the first one only.
//! The response is parsed from all of them with CR LF in between; one that does not fit the caller's
//! buffer, or has a line of more than [160 bytes](crate::wire::LINE), is
//! [`Error::OutOfMemory`](crate::Error::OutOfMemory).
//!
//! # Calls
//! `NO CARRIER`, `NO DIALTONE`, `BUSY` and `NO ANSWER` of a cellular module are the failure of `ATD`, `ATA` and
//! `ATO`, and behind any other command a URC: they are about a call of before. `CONNECT` belongs to the answer,
//! and ends no command.
//!
//! # Prompts
//! What [`Exchange::payload`] is given is written when the module asks for it by `>`. Command and payload
//! together have at most 256 bytes: enough for a message, or for what is published by MQTT; larger
//! files have to go in pieces. Prompts other than `>` are not known.
//!
//! # What a program must leave alone
//! The driver counts on its own settings, and finds out by its calls when they are gone. It cannot know
//! of all that a command may do:
//!
//! | family | the driver's |
//! |---|---|
//! | all | `E`, `V`, `Q`, `Z`, `&F`, `IPR`/`UART_CUR`, `IFC`; anything that switches to transparent data: `+CIPMODE=1`, `ATO`, `+QIOPEN=…,2`, `D*99#`; `CMUX` |
//! | ESP-AT | `CIPMUX`, `CIPDINFO`, `CIPRECVMODE`/`CIPRECVTYPE`, `CIPSERVER`, `SYSLOG`, `SYSMSG`, `SYSMSGFILTER`, `CIPSTART`, `CIPSEND`, `CIPCLOSE`, `CIPRECVDATA`, `CWMODE` and `CWJAP`/`CWQAP` (use [`Wlan`](crate::network::Wlan)) |
//! | Quectel | `CMEE`, `CREG`/`CGREG`/`CEREG`, `QICFG`, `QISDE`, `QIACT`/`QIDEACT`, `QICSGP`, and all `QI…` of sockets; `CPIN=` and `CLCK` (the driver remembers which PINs were refused); `CFUN` (use [`Cellular`](crate::network::Cellular)) |
//! | SIMCom | `CMEE`, `CREG`/`CGREG`/`CEREG`, `CNACT`, `CNCFG`, and all `CA…` of sockets; the rest as above |
//!
//! A command that restarts the module (`RST`, `CFUN=1,1`) ends all connections, as every restart does.
//!
//! # Logs
//! With the feature `log` or `defmt`, nothing of a program's own command is logged but its name, nothing of
//! the answer but names and lengths, unless [`Exchange::shown`] says that there is nothing to hide.

mod answer;
mod error;
mod exchange;
mod modem;
mod queue;
mod sink;
mod written;

pub use crate::engine::Part;
pub use error::CommandError;
pub use exchange::Exchange;
pub use queue::UrcQueue;
pub use sink::UrcSink;

pub(crate) use answer::{Answer, is_to_be_repeated};
pub(crate) use written::Written;

#[allow(unused_imports, reason = "linked from the documentation")]
use crate::Modem;
