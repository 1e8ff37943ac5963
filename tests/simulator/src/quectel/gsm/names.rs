//! Names: `AT+QIDNSGIP` and `AT+QIDNSCFG` (Quectel digest §9).

use super::Gsm;
use crate::cellular::{Answer, Command, Core, Refusal, ok, shown};
use crate::module::{Family, Request};
use core::net::IpAddr;

impl Gsm {
    /// `AT+QIDNSGIP="<host>"`: `OK`, and later an address without a name in front of it.
    pub(crate) fn look_up(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(1..=1)?;
        let host = command.arguments.need_text(0)?;
        if host.is_empty() || !self.stack.is_active() || self.lookup.is_some() {
            return Err(Refusal::Error);
        }
        match host.parse::<IpAddr>() {
            Ok(address) => core.urc_afterwards(shown(address)),
            Err(_) => {
                self.lookup = Some(host.clone());
                core.request(Request::Resolve { name: host, family: Family::V4 });
            }
        }
        ok()
    }

    /// A name is known that `AT+QIDNSGIP` asked for.
    pub(crate) fn resolved_for_lookup(&mut self, core: &mut Core, name: &str, found: &[IpAddr]) {
        if self.lookup.take_if(|wanted| wanted == name).is_none() {
            return;
        }
        match found.first() {
            Some(address) => core.urc(shown(*address)),
            None => core.urc("ERROR: 565"),
        }
    }

    /// The context under a question is gone.
    pub(crate) fn abort_lookup(&mut self, core: &mut Core) {
        if self.lookup.take().is_some() {
            core.urc("ERROR: 570");
        }
    }

    /// `AT+QIDNSCFG="<first>"[,"<second>"]`.
    pub(crate) fn set_name_servers(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(1..=2)?;
        let mut servers = Vec::new();
        for index in 0..arguments.count() {
            let address = arguments.need_text(index)?.parse::<IpAddr>();
            servers.push(address.map_err(|_| Refusal::Error)?);
        }
        let context = core.context_mut(1).ok_or(Refusal::Error)?;
        for (server, address) in context.dns.iter_mut().zip(servers) {
            *server = address;
        }
        ok()
    }
}
