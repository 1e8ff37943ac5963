//! The commands of the common core, and how a table of commands is used.

use super::answer::{Answer, Refusal, line, ok};
use super::command::{Command, Form};
use super::core::Core;

/// One command: its handlers are those of the common core, or of a dialect.
#[derive(Debug)]
pub(crate) struct Entry<H> {
    pub(crate) name: &'static str,
    /// Answer to `AT+X=?`, without its name.
    test: Option<&'static str>,
    read: Option<H>,
    write: Option<H>,
    execute: Option<H>,
}

impl<H: Copy> Entry<H> {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self { name, test: None, read: None, write: None, execute: None }
    }

    pub(crate) const fn test(mut self, text: &'static str) -> Self {
        self.test = Some(text);
        self
    }

    pub(crate) const fn read(mut self, handler: H) -> Self {
        self.read = Some(handler);
        self
    }

    pub(crate) const fn write(mut self, handler: H) -> Self {
        self.write = Some(handler);
        self
    }

    pub(crate) const fn execute(mut self, handler: H) -> Self {
        self.execute = Some(handler);
        self
    }
}

/// Runs a command of a table; `None` if it is not in there.
pub(crate) fn run<H: Copy>(
    table: &[Entry<H>],
    command: &Command,
    call: impl FnOnce(H) -> Answer,
) -> Option<Answer> {
    let entry = table.iter().find(|entry| entry.name == command.name)?;
    let handler = match command.form {
        Form::Test => {
            return Some(match entry.test {
                Some(text) => line(format!("{}: {text}", entry.name)),
                None => ok(),
            });
        }
        Form::Read => entry.read,
        Form::Write => entry.write,
        Form::Execute => entry.execute,
    };
    Some(handler.map_or(Err(Refusal::Error), call))
}

/// A handler of the common core.
pub(crate) type Handler = fn(&mut Core, &Command) -> Answer;

type Own = Entry<Handler>;

pub(crate) static COMMANDS: &[Own] = &[
    Own::new("").execute(Core::nothing),
    Own::new("E").execute(Core::set_echo),
    Own::new("V").execute(Core::set_verbose),
    Own::new("Q").execute(Core::set_quiet),
    Own::new("I").execute(Core::show_identity),
    Own::new("&F").execute(Core::restore),
    Own::new("&W").execute(Core::store),
    Own::new("Z").execute(Core::reload),
    Own::new("X").execute(Core::nothing),
    Own::new("&C").execute(Core::nothing),
    Own::new("&D").execute(Core::nothing),
    Own::new("&S").execute(Core::nothing),
    Own::new("S0").write(Core::nothing).read(Core::show_register),
    Own::new("S3").write(Core::nothing).read(Core::show_register),
    Own::new("S4").write(Core::nothing).read(Core::show_register),
    Own::new("S5").write(Core::nothing).read(Core::show_register),
    Own::new("S7").write(Core::nothing).read(Core::show_register),
    Own::new("S10").write(Core::nothing).read(Core::show_register),
    Own::new("H").execute(Core::nothing),
    Own::new("+CMEE").test("(0,1,2)").write(Core::set_cmee).read(Core::query_cmee),
    Own::new("+IPR").write(Core::set_baud_rate).read(Core::query_baud_rate),
    Own::new("+IFC").test("(0,2),(0,2)").write(Core::set_flow).read(Core::query_flow),
    Own::new("+ICF").write(Core::nothing).read(Core::query_frame),
    Own::new("+CGMI").execute(Core::show_manufacturer),
    Own::new("+GMI").execute(Core::show_manufacturer),
    Own::new("+CGMM").execute(Core::show_model),
    Own::new("+GMM").execute(Core::show_model),
    Own::new("+CGMR").execute(Core::show_revision),
    Own::new("+GMR").execute(Core::show_revision),
    Own::new("+CGSN").execute(Core::show_imei).write(Core::show_prefixed_imei),
    Own::new("+GSN").execute(Core::show_imei),
    Own::new("+CIMI").execute(Core::show_imsi),
    Own::new("+CPIN").write(Core::enter_pin).read(Core::query_pin),
    Own::new("+CLCK").write(Core::lock_facility),
    Own::new("+CPWD").write(Core::change_password),
    Own::new("+CFUN").test("(0,1,4),(0,1)").write(Core::set_function).read(Core::query_function),
    Own::new("+CSQ").test("(0-31,99),(0-7,99)").execute(Core::show_signal),
    Own::new("+CREG").test("(0-2)").write(Core::set_reports).read(Core::query_registration),
    Own::new("+CGREG").test("(0-2)").write(Core::set_reports).read(Core::query_registration),
    Own::new("+CEREG").test("(0-2,4)").write(Core::set_reports).read(Core::query_registration),
    Own::new("+COPS").write(Core::select_operator).read(Core::query_operator),
    Own::new("+CGATT").test("(0,1)").write(Core::set_attached).read(Core::query_attached),
    Own::new("+CGACT").test("(0,1),(1-16)").write(Core::set_active).read(Core::query_active),
    Own::new("+CGDCONT").write(Core::define_context).read(Core::query_contexts),
    Own::new("+CGPADDR").write(Core::show_addresses).execute(Core::show_addresses),
    Own::new("+CCLK").write(Core::set_clock).read(Core::query_clock),
    Own::new("+CTZU").test("(0,1)").write(Core::set_zone_update).read(Core::query_zone_update),
    Own::new("+CTZR").test("(0-2)").write(Core::set_zone_reports),
    Own::new("+CMGF").write(Core::set_message_format).read(Core::query_message_format),
    Own::new("+CMGS").write(Core::send_message),
    Own::new("+CMGR").write(Core::read_message),
    Own::new("+CMGD").write(Core::delete_message),
    Own::new("+CBC").execute(Core::show_battery),
];
