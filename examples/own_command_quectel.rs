//! Sends a short message through a cellular module, waits for one and reads it, beside its sockets.
//!
//! Without arguments the module is a simulated Quectel BG96, whose network brings back what it sends to
//! its own number: `cargo run --example own_command_quectel`. With `--port /dev/ttyUSB0 --to +49…` the
//! message goes out for real, and costs what a message costs. `--trace` shows the AT dialogue, `--help`
//! the rest.

mod rig;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser};
use rig::{AnyModem, Failure, ModuleOptions, Step};
use usocket::at::{Exchange, UrcQueue};
use usocket::clock::{Clock, StdClock};
use usocket::commands::atat::atat_derive::{AtatCmd, AtatResp, AtatUrc};
use usocket::commands::atat::{self, heapless::String as Text};
use usocket::uart::{SetBaud, Uart};
use usocket::{Memory, Modem};

/// Ends a message, or gives it up (3GPP TS 27.005 §3.5.1).
const CTRL_Z: u8 = 0x1a;

/// How long to wait for the message, in ms.
const PATIENCE: u32 = 30_000;

#[derive(AtatResp)]
struct Nothing {}

/// `AT+CMGF=1`: messages are text.
#[derive(AtatCmd)]
#[at_cmd("+CMGF", Nothing, parse = no_lines)]
struct SetFormat {
    text: u8,
}

/// `AT+CMGS="<number>"`: a prompt for the text, then `+CMGS: <reference>`.
#[derive(AtatCmd)]
#[at_cmd("+CMGS", Reference, timeout_ms = 120_000)]
struct SendMessage<'a> {
    to: &'a str,
}

#[derive(AtatResp)]
struct Reference {
    number: u8,
}

/// `AT+CMGR=<index>`: a line about the message, and its text.
#[derive(AtatCmd)]
#[at_cmd("+CMGR", Message, parse = read_message, timeout_ms = 5000)]
struct ReadMessage {
    index: u8,
}

#[derive(AtatResp)]
struct Message {
    text: Text<160>,
}

/// `AT+CMGD=<index>`: deletes a message.
#[derive(AtatCmd)]
#[at_cmd("+CMGD", Nothing, parse = no_lines, timeout_ms = 5000)]
struct DeleteMessage {
    index: u8,
}

/// `AT+CCLK?` → `+CCLK: "<yy/MM/dd,hh:mm:ss±zz>"`.
#[derive(AtatCmd)]
#[at_cmd("+CCLK?", Time)]
struct GetTime;

#[derive(AtatResp)]
struct Time {
    text: Text<24>,
}

/// `+CMTI: "<memory>",<index>`: a message has come.
#[derive(Clone, AtatUrc)]
enum Urc {
    #[at_urc("+CMTI")]
    Message(Stored),
}

#[derive(Clone, AtatResp)]
struct Stored {
    memory: Text<2>,
    index: u8,
}

fn no_lines(_: &[u8]) -> Result<Nothing, atat::Error> {
    Ok(Nothing {})
}

/// The text is what follows the first line.
fn read_message(lines: &[u8]) -> Result<Message, atat::Error> {
    let lines = std::str::from_utf8(lines).map_err(|_| atat::Error::Parse)?;
    let (_, text) = lines.split_once("\r\n").ok_or(atat::Error::Parse)?;
    let text = Text::try_from(text).map_err(|_| atat::Error::Parse)?;
    Ok(Message { text })
}

/// Send a short message through a cellular module, and read one.
#[derive(Debug, Parser)]
struct Options {
    /// Number that the message goes to; that of the simulated module is the default.
    #[arg(long, default_value = "+12025550123")]
    to: String,
    /// The message.
    #[arg(long, default_value = "hello from usocket")]
    text: String,
    #[command(flatten)]
    module: ModuleOptions,
}

fn main() -> ExitCode {
    let command = Options::command().mut_arg("modem", |arg| arg.default_value("quectel-bg96"));
    let options = Options::from_arg_matches(&command.get_matches());
    let options = options.unwrap_or_else(|error| error.exit());
    rig::run(&options.module, Ok, |uart, _| program(uart, &options))
}

fn program(uart: impl Uart + SetBaud, options: &Options) -> Result<(), Failure> {
    let urcs = UrcQueue::<Urc, 4>::new();
    let mut memory = Memory::<1, 512, 0>::new();
    let modem = Modem::quectel(uart, StdClock::new(), &mut memory).with_urcs(&urcs);
    let modem = AnyModem::Quectel(modem);
    rig::join(&modem, &options.module)?;
    let AnyModem::Quectel(modem) = &modem else { return Ok(()) };
    let mut buffer = [0; 256];

    let time = modem.send_command(&GetTime, &mut buffer).during("ask for the time")?;
    println!("the module's clock: {}", time.text);

    modem.send_command(&SetFormat { text: 1 }, &mut buffer).during("choose text mode")?;
    let message = [options.text.as_bytes(), &[CTRL_Z]].concat();
    let text = Exchange::new().payload(&message);
    let sent = modem.send_command_with(&SendMessage { to: &options.to }, text, &mut buffer);
    println!("sent: message {} to {}", sent.during("send the message")?.number, options.to);

    let start = modem.clock().now();
    let Stored { memory, index } = loop {
        if let Some(Urc::Message(stored)) = urcs.take() {
            break stored;
        }
        if modem.clock().now().wrapping_sub(start) > PATIENCE {
            return Err(Failure::new("no message has come"));
        }
        if !modem.poll().during("wait for a message")? {
            modem.clock().pause();
        }
    };
    println!("a message has come: place {index} of {memory}");
    let message = modem.send_command(&ReadMessage { index }, &mut buffer);
    println!("it says: {}", message.during("read the message")?.text);
    modem.send_command(&DeleteMessage { index }, &mut buffer).during("delete the message")?;
    Ok(())
}
