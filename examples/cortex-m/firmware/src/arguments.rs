//! What the program is told when it starts.
//!
//! On a board of your own these are constants.

use core::str::FromStr;

use semihosting::experimental::env::args;

/// Ports, and what to do wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Arguments {
    /// Where the host takes uploads.
    pub upload: u16,
    /// Where the host serves downloads.
    pub download: u16,
    /// Where the host answers datagrams.
    pub datagrams: u16,
    /// The port of the module that the firmware serves echoes on.
    pub echo: u16,
    /// The port of the module that the firmware takes datagrams at.
    pub calls: u16,
    /// What the firmware `faulty` does wrong.
    pub fault: Fault,
}

/// Something that the firmware `faulty` does wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It does not look at the UART for so long that bytes are lost.
    Stall,
    /// It panics.
    Panic,
    /// It comes to an instruction that does not exist.
    Undefined,
}

impl Arguments {
    /// Reads `upload=4711 download=4712 …` from the debugger, or QEMU.
    ///
    /// # Panics
    /// There is no debugger, or it gives something else.
    pub fn read() -> Self {
        let mut arguments = Self::default();
        let told = args::<1024>().expect("a debugger gives the arguments");
        for argument in &told {
            let argument = argument.expect("the arguments are text");
            let (name, value) = argument.split_once('=').expect("an argument is name=value");
            match name {
                "upload" => arguments.upload = number(value),
                "download" => arguments.download = number(value),
                "datagrams" => arguments.datagrams = number(value),
                "echo" => arguments.echo = number(value),
                "calls" => arguments.calls = number(value),
                "fault" => arguments.fault = Fault::named(value),
                _ => panic!("there is no argument {name}"),
            }
        }
        arguments
    }
}

impl Fault {
    fn named(name: &str) -> Self {
        match name {
            "stall" => Self::Stall,
            "panic" => Self::Panic,
            "undefined" => Self::Undefined,
            _ => panic!("there is no fault {name}"),
        }
    }
}

fn number(text: &str) -> u16 {
    u16::from_str(text).expect("a port is a number")
}
