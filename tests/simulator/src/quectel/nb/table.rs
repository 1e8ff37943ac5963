//! The commands of the NB-IoT modules.

use super::super::Quectel;
use super::super::table::Handler;
use crate::cellular::Entry;

const OPEN: &str = "(1),(0-4),\"TCP/UDP\",\"<IP_address>/<domain_name>\",<remote_port>,\
                    <local_port>,(0,1)";

type Own = Entry<Handler>;

pub(crate) static COMMANDS: &[Own] = &[
    Own::new("+QIOPEN").test(OPEN).write(Quectel::open),
    Own::new("+QICLOSE").test("(0-4)").write(Quectel::close_with_result),
    Own::new("+QISEND").test("(0-4),(0-1024)").write(Quectel::send_inline),
    Own::new("+QIRD").test("(0-4),(1-1024)").write(Quectel::read_length),
    Own::new("+QISTATE")
        .read(Quectel::show_states)
        .execute(Quectel::show_states)
        .write(Quectel::show_states),
    Own::new("+QICFG").write(Quectel::set_option),
    Own::new("+QIGETERROR").execute(Quectel::show_error),
    Own::new("+QIDNSCFG").write(Quectel::set_name_servers),
    Own::new("+QIDNSGIP").write(Quectel::look_up),
    Own::new("+QPING").write(Quectel::ping),
    Own::new("+QNTP").write(Quectel::ask_time),
    Own::new("+QCCID").execute(Quectel::show_card),
    Own::new("+QPINC").read(Quectel::show_tries).write(Quectel::show_tries),
    Own::new("+CSCON").test("(0,1)").write(Quectel::set_radio_reports).read(Quectel::query_radio),
    Own::new("+QSCLK").test("(0-2)").write(Quectel::set_sleep).read(Quectel::query_sleep),
    Own::new("+QPOWD").test("(0,1)").write(Quectel::switch_off).execute(Quectel::switch_off),
];
