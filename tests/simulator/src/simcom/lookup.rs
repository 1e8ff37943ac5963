//! Names: `AT+CDNSGIP`.

use super::SimCom;
use crate::cellular::{Answer, Command, Core, Refusal, ok, shown};
use crate::module::{Family, Request};
use core::net::IpAddr;

impl SimCom {
    pub(crate) fn look_up(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(1..=1)?;
        let name = command.arguments.need_text(0)?;
        if self.lookup.is_some() || name.is_empty() {
            return Err(Refusal::Cme(3));
        }
        if !core.contexts().any(|(_, context)| context.active) {
            core.urc_afterwards("+CDNSGIP: 0,3");
            return ok();
        }
        if let Ok(address) = name.parse::<IpAddr>() {
            core.urc_afterwards(found(&name, &[address]));
            return ok();
        }
        self.lookup = Some(name.clone());
        core.request(Request::Resolve { name, family: Family::PreferV4 });
        ok()
    }

    /// A name is known that a look-up waits for.
    pub(crate) fn resolved_for_lookup(&mut self, core: &mut Core, name: &str, all: &[IpAddr]) {
        if self.lookup.take_if(|wanted| wanted == name).is_some() {
            core.urc(if all.is_empty() { "+CDNSGIP: 0,8".into() } else { found(name, all) });
        }
    }
}

/// Two addresses at most.
fn found(name: &str, all: &[IpAddr]) -> String {
    let all: String = all.iter().take(2).map(|ip| format!(",\"{}\"", shown(*ip))).collect();
    format!("+CDNSGIP: 1,\"{name}\"{all}")
}
