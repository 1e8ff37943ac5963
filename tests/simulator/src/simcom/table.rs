//! The commands of SIMCom modules.

use super::SimCom;
use crate::cellular::{Answer, Command, Core, Entry};

/// A handler of the dialect.
pub(crate) type Handler = fn(&mut SimCom, &mut Core, &Command) -> Answer;

type Own = Entry<Handler>;

pub(crate) static COMMANDS: &[Own] = &[
    Own::new("+CNCFG")
        .test("(0-3),(0-2),150,127,127,(0-3)")
        .write(SimCom::set_context)
        .read(SimCom::show_settings),
    Own::new("+CNACT")
        .test("(0-3),(0-1)")
        .write(SimCom::change_context)
        .read(SimCom::show_contexts),
    Own::new("+CAOPEN").write(SimCom::open),
    Own::new("+CACLOSE").write(SimCom::close),
    Own::new("+CASTATE").read(SimCom::show_states),
    Own::new("+CASEND").write(SimCom::send),
    Own::new("+CARECV").write(SimCom::read).read(SimCom::show_waiting),
    Own::new("+CDNSGIP").write(SimCom::look_up),
    Own::new("+CCID").execute(SimCom::show_card),
    Own::new("+CPOWD").test("(0,1)").write(SimCom::switch_off),
    Own::new("+CREBOOT").execute(SimCom::reboot),
];
