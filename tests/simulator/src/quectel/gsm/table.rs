//! The commands of the 2G modules.

use super::Gsm;
use crate::cellular::{Answer, Command, Core, Entry};

/// A handler of the dialect.
pub(crate) type Handler = fn(&mut Gsm, &mut Core, &Command) -> Answer;

type Own = Entry<Handler>;

/// A setting of one number.
const fn switch(name: &'static str) -> Own {
    Own::new(name).write(Gsm::set_switch).read(Gsm::query_switch)
}

pub(crate) static COMMANDS: &[Own] = &[
    switch("+QIFGCNT").test("(0,1)"),
    switch("+QIMUX").test("(0,1)"),
    switch("+QIMODE").test("(0)"),
    switch("+QISRVC").test("(1)"),
    switch("+QINDI").test("(0-2)"),
    switch("+QIDNSIP").test("(0,1)"),
    switch("+QISDE").test("(0,1)"),
    switch("+QIPROMPT").test("(0-2)"),
    switch("+QIHEAD").test("(0,1)"),
    switch("+QISHOWRA").test("(0)"),
    switch("+QISHOWPT").test("(0)"),
    switch("+QISHOWLA").test("(0)"),
    Own::new("+QICSGP").write(Gsm::set_bearer),
    Own::new("+QIREGAPP").write(Gsm::start_stack).execute(Gsm::start_stack),
    Own::new("+QIACT").execute(Gsm::activate),
    Own::new("+QILOCIP").execute(Gsm::show_address),
    Own::new("+QIDEACT").execute(Gsm::deactivate),
    Own::new("+QIOPEN").test("(0-5),\"TCP/UDP\",<host>,<port>").write(Gsm::open),
    Own::new("+QICLOSE").write(Gsm::close).execute(Gsm::close),
    Own::new("+QISEND").write(Gsm::send).execute(Gsm::send),
    Own::new("+QISACK").write(Gsm::show_sent).execute(Gsm::show_sent),
    Own::new("+QIRD").test("(0,1),(1),(0-5),(1-1500)").write(Gsm::read),
    Own::new("+QISTAT").execute(Gsm::show_state),
    Own::new("+QISTATE").execute(Gsm::show_state),
    Own::new("+QIDNSGIP").write(Gsm::look_up),
    Own::new("+QIDNSCFG").write(Gsm::set_name_servers),
    Own::new("+CCID").execute(Gsm::show_card),
    Own::new("+QCCID").execute(Gsm::show_card),
    Own::new("+CGMR").execute(Gsm::show_revision),
    Own::new("+GMR").execute(Gsm::show_revision),
    Own::new("+QSCLK").test("(0-2)").write(Gsm::set_sleep).read(Gsm::query_sleep),
    Own::new("+QPOWD").test("(0,1)").write(Gsm::switch_off).execute(Gsm::switch_off),
];
