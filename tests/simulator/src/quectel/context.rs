//! PDP contexts as Quectel has them: `AT+QICSGP`, `AT+QIACT`, `AT+QIDEACT`, `AT+QIDNSCFG` (Quectel
//! digest §4, §5.9).

use super::{Quectel, Work};
use crate::cellular::{
    Answer, Command, ContextType, Core, Outcome, Owner, Refusal, line, lines, ok, shown,
};
use core::net::IpAddr;

impl Quectel {
    fn context_number(core: &Core, command: &Command) -> Result<u8, Refusal> {
        Ok(command.arguments.need(0, 1..=core.model.contexts.into())? as u8)
    }

    pub(crate) fn set_context(&mut self, core: &mut Core, command: &Command) -> Answer {
        let cid = Self::context_number(core, command)?;
        let arguments = &command.arguments;
        arguments.expect(1..=6)?;
        let context = core.context_mut(cid).ok_or(Refusal::Error)?;
        if arguments.count() == 1 {
            let kind = context.kind.number();
            let (apn, user, password) = (&context.apn, &context.user, &context.password);
            let authentication = context.authentication;
            return line(format!(
                "+QICSGP: {kind},\"{apn}\",\"{user}\",\"{password}\",{authentication}"
            ));
        }
        let kind = ContextType::from_number(arguments.need(1, 1..=3)?).ok_or(Refusal::Error)?;
        let apn = arguments.need_text(2)?;
        let user = arguments.text(3)?.unwrap_or_default();
        let password = arguments.text(4)?.unwrap_or_default();
        let authentication = arguments.number(5, 0..=3)?.unwrap_or(0) as u8;
        if context.active || user.len() > 127 || password.len() > 127 {
            return Err(Refusal::Error);
        }
        context.defined = true;
        context.kind = kind;
        context.apn = apn;
        context.user = user;
        context.password = password;
        context.authentication = authentication;
        ok()
    }

    pub(crate) fn activate(&mut self, core: &mut Core, command: &Command) -> Answer {
        let cid = Self::context_number(core, command)?;
        command.arguments.expect(1..=1)?;
        if core.context(cid).is_some_and(|context| context.active) {
            return Err(Refusal::Tcp(572));
        }
        self.work = Some(Work::Activate(cid));
        let time = core.pace.activate;
        core.work(Owner::Dialect, Some(time))
    }

    pub(crate) fn activated(core: &mut Core, cid: u8) -> Answer {
        if !core.quirks.stuck_contexts && core.activate_context(cid) {
            ok()
        } else {
            Err(Refusal::Tcp(561))
        }
    }

    pub(crate) fn show_contexts(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let active = core.contexts().filter(|(_, context)| context.active);
        let list = active.map(|(cid, context)| {
            format!("+QIACT: {cid},1,{},{}", context.kind.number(), context.quoted())
        });
        lines(list.collect::<Vec<_>>())
    }

    pub(crate) fn deactivate(&mut self, core: &mut Core, command: &Command) -> Answer {
        let cid = Self::context_number(core, command)?;
        command.arguments.expect(1..=1)?;
        if core.context(cid).is_some_and(|context| context.active) {
            self.work = Some(Work::Deactivate(cid));
            let time = core.pace.deactivate;
            return core.work(Owner::Dialect, Some(time));
        }
        // The sockets of a context that the network dropped are closed all the same.
        self.close_sockets(core, cid);
        ok()
    }

    pub(crate) fn deactivated(&mut self, core: &mut Core, cid: u8) -> Answer {
        core.deactivate_context(cid);
        // Before the `OK`, not with the next notice.
        self.close_sockets(core, cid);
        ok()
    }

    pub(crate) fn set_name_servers(&mut self, core: &mut Core, command: &Command) -> Answer {
        let cid = Self::context_number(core, command)?;
        let arguments = &command.arguments;
        arguments.expect(1..=3)?;
        let context = core.context_mut(cid).ok_or(Refusal::Error)?;
        if arguments.count() == 1 {
            let [first, second] = context.dns.map(shown);
            return line(format!("+QIDNSCFG: {cid},\"{first}\",\"{second}\""));
        }
        if !context.active {
            return Err(Refusal::Tcp(561));
        }
        for (index, server) in context.dns.iter_mut().enumerate() {
            if let Some(text) = arguments.text(index + 1)? {
                *server = text.parse::<IpAddr>().map_err(|_| Refusal::Error)?;
            }
        }
        ok()
    }

    /// Refuses unless a context is active.
    pub(crate) fn need_context(core: &Core, cid: u8) -> Result<(), Refusal> {
        match core.context(cid) {
            Some(context) if context.active => Ok(()),
            _ => Err(Refusal::Tcp(561)),
        }
    }

    /// The time of a command is over that the dialect works on.
    pub(crate) fn finish_work(&mut self, core: &mut Core) -> Answer {
        match self.work.take() {
            Some(Work::Activate(cid)) => Self::activated(core, cid),
            Some(Work::Deactivate(cid)) => self.deactivated(core, cid),
            Some(Work::Done) => ok(),
            Some(Work::Prompt) => {
                self.write_prompt(core);
                Ok(Outcome::Later)
            }
            Some(Work::Send) => self.finish_send(core),
            Some(Work::Open(id)) => {
                self.work = Some(Work::Open(id));
                Ok(Outcome::Later)
            }
            None => ok(),
        }
    }
}
