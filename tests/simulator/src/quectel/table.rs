//! The commands of Quectel modules.

use super::Quectel;
use crate::cellular::{Answer, Command, Core, Entry};

/// A handler of the dialect.
pub(crate) type Handler = fn(&mut Quectel, &mut Core, &Command) -> Answer;

const OPEN: &str = "(1-16),(0-11),\"TCP/UDP/TCP LISTENER/UDP SERVICE\",\
                    \"<IP_address>/<domain_name>\",<remote_port>,<local_port>,(0-2)";

const OPEN_TLS: &str = "(1-16),(0-5),(0-11),\"<IP_address>/<domain_name>\",<port>,(0-2)";

type Own = Entry<Handler>;

pub(crate) static COMMANDS: &[Own] = &[
    Own::new("+QICSGP")
        .test("(1-16),(1-3),<APN>,<username>,<password>,(0-3)")
        .write(Quectel::set_context),
    Own::new("+QIACT").test("(1-16)").write(Quectel::activate).read(Quectel::show_contexts),
    Own::new("+QIDEACT").test("(1-16)").write(Quectel::deactivate),
    Own::new("+QIOPEN").test(OPEN).write(Quectel::open),
    Own::new("+QICLOSE").test("(0-11),(0-65535)").write(Quectel::close),
    Own::new("+QISEND").test("(0-11),(0-1460)").write(Quectel::send),
    Own::new("+QISENDEX").test("(0-11),<hex_string>").write(Quectel::send_hex),
    Own::new("+QIRD").test("(0-11),(0-1500)").write(Quectel::read),
    Own::new("+QISTATE")
        .read(Quectel::show_states)
        .execute(Quectel::show_states)
        .write(Quectel::show_states),
    Own::new("+QISWTMD").test("(0-11),(0-2)").write(Quectel::switch_mode),
    Own::new("+QICFG").write(Quectel::set_option),
    Own::new("+QSSLCFG").write(Quectel::configure_tls),
    Own::new("+QSSLOPEN").test(OPEN_TLS).write(Quectel::open_tls),
    Own::new("+QSSLSEND").test("(0-11),(1-1460)").write(Quectel::send_tls),
    Own::new("+QSSLRECV").test("(0-11),(1-1500)").write(Quectel::read_tls),
    Own::new("+QSSLCLOSE").test("(0-11),(0-65535)").write(Quectel::close_tls),
    Own::new("+QSSLSTATE")
        .read(Quectel::show_tls_states)
        .execute(Quectel::show_tls_states)
        .write(Quectel::show_tls_states),
    Own::new("+QFUPL").write(Quectel::upload),
    Own::new("+QFDEL").write(Quectel::delete),
    Own::new("+QFLST").write(Quectel::list).execute(Quectel::list),
    Own::new("+QISDE")
        .test("(0,1)")
        .write(Quectel::set_payload_echo)
        .read(Quectel::query_payload_echo),
    Own::new("+QIGETERROR").execute(Quectel::show_error),
    Own::new("+QIDNSCFG").write(Quectel::set_name_servers),
    Own::new("+QIDNSGIP").write(Quectel::look_up),
    Own::new("+QPING").write(Quectel::ping),
    Own::new("+QNTP").write(Quectel::ask_time),
    Own::new("O").execute(Quectel::resume_transparent),
    Own::new("+QCCID").execute(Quectel::show_card),
    Own::new("+QPINC").read(Quectel::show_tries).write(Quectel::show_tries),
    Own::new("+QINISTAT").execute(Quectel::show_initialisation),
    Own::new("+QSIMSTAT")
        .test("(0,1)")
        .write(Quectel::set_card_reports)
        .read(Quectel::query_card_reports),
    Own::new("+QSIMDET").write(Quectel::accept),
    Own::new("+QCSQ").execute(Quectel::show_quality),
    Own::new("+QNWINFO").execute(Quectel::show_network),
    Own::new("+QLTS")
        .test("(0-2)")
        .execute(Quectel::show_network_time)
        .write(Quectel::show_network_time),
    Own::new("+QCFG").write(Quectel::configure),
    Own::new("+QURCCFG").write(Quectel::route_reports),
    Own::new("+QINDCFG").write(Quectel::accept),
    Own::new("+QSCLK").test("(0-2)").write(Quectel::set_sleep).read(Quectel::query_sleep),
    Own::new("+QPOWD").test("(0,1)").write(Quectel::switch_off).execute(Quectel::switch_off),
];
