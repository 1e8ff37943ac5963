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
//! `write` has put there, it gets the one that the module wants. A module that says `busy p...` may do the
//! command all the same, so it is not written again by itself: that is
//! [`Error::Busy`](crate::Error::Busy), repeated as often as the command's `ATTEMPTS` say.
//!
//! # Which lines belong to the answer
//! Those that begin with the name of the command (`+CCLK:` to `AT+CCLK?`), and those that nobody knows:
//! neither the driver (`+IPD`, `0,CLOSED`, `+QIURC`, `+CREG`, `WIFI CONNECTED`, which no sink is offered) nor
//! the program's [`UrcSink`]. With [`Exchange::only`] those that begin so, and no other. The lines behind `+CMGR:` or `+CMGL:` are the
//! text of a message, whatever they look like, until there is an empty one; of a message that comes unasked
//! (`+CMT:`) that is true of the first line only. Whoever may send messages to the module can write an empty
//! line and then anything: where that matters, read them in PDU mode (`AT+CMGF=0`).
//! The response is parsed from all of them with CR LF in between; one that does not fit the caller's
//! buffer, or has a line of more than [160 bytes](crate::wire::LINE), is
//! [`Error::OutOfMemory`](crate::Error::OutOfMemory).
//!
//! # Calls
//! `NO CARRIER`, `NO DIALTONE`, `BUSY` and `NO ANSWER` of a cellular module are the failure of `ATD` and `ATA`,
//! and behind any other command a URC: they are about a call of before. `CONNECT` is a [prompt](#prompts) or
//! belongs to the answer, and ends no command.
//!
//! # Prompts
//! What [`Exchange::payload`] is given is written when the module asks for it, by `>` or `CONNECT`. Command,
//! line end and payload together have at most 256 bytes: enough for a message, or for what is published by
//! MQTT; larger files have to go in pieces.
//!
//! # What a program must leave alone
//! Commands that would take away what the driver stands on are refused with
//! [`Error::InvalidInput`](crate::Error::InvalidInput); questions (`AT+CIPMUX?`) are not. Others disturb it,
//! and are allowed since some programs need them:
//!
//! | family | refused | better left alone |
//! |---|---|---|
//! | all | `E1`, `V0`, `Q1`, `Z`, `&F`, `O`, `D*99…`, `IPR=`, `IFC=`, `ICF=`, `CMUX=` | |
//! | ESP-AT | `CIPMUX=`, `CIPDINFO=`, `CIPRECV…`, `CIPMODE=`, `CIPSTART…`, `CIPSEND…`, `CIPCLOSE…`, `CIPSERVER=`, `SYSMSG…`, `UART…` | `SYSLOG`; `CWMODE`, `CWJAP`, `CWQAP` (use [`Wlan`](crate::network::Wlan)) |
//! | Quectel | `CMEE=`, `QIOPEN`, `QISEND`, `QIRD`, `QICLOSE`, `QISWTMD`, `QICFG=`, `QIMUX=`, `QINDI=`, and the same with `QSSL…` | `CREG`/`CGREG`/`CEREG`, `QISDE`, `QIACT`/`QIDEACT`, `QICSGP`; `CPIN=` and `CLCK` (the driver remembers which PINs were refused); `CFUN` (use [`Cellular`](crate::network::Cellular)) |
//! | SIMCom | `CMEE=`, `CAOPEN`, `CASEND`, `CARECV`, `CACLOSE`, `CACFG=` | `CREG`/`CGREG`/`CEREG`, `CNACT`, `CNCFG`; the rest as above |
//!
//! A command that restarts the module (`RST`, `CFUN=1,1`) ends all connections, as every restart does.
//!
//! # Logs
//! With the feature `log` or `defmt`, nothing of a program's own command is logged but its name, nothing of
//! the answer but the names of its lines, unless [`Exchange::shown`] says that there is nothing to hide.

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
