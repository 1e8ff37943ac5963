//! Contexts: `AT+CNCFG`, `AT+CNACT` (Quectel digest §15.2).
//!
//! The module counts them from 0, the core from 1.

use super::SimCom;
use crate::cellular::{Answer, Command, Context, ContextType, Core, Refusal, lines, ok, shown};
use core::time::Duration;

/// A context that is about to come or to go.
#[derive(Debug)]
pub(crate) struct Change {
    /// Its number in the core.
    cid: u8,
    on: bool,
    pub(crate) at: Duration,
}

/// The number of `AT+CNCFG` for the protocols of a context.
fn number(kind: ContextType) -> u8 {
    match kind {
        ContextType::V4V6 => 0,
        ContextType::V4 => 1,
        ContextType::V6 => 2,
    }
}

impl SimCom {
    pub(crate) fn set_context(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=6)?;
        let cid = arguments.need(0, 0..=3)? as u8 + 1;
        let kind = match arguments.need(1, 0..=2)? {
            0 => ContextType::V4V6,
            1 => ContextType::V4,
            _ => ContextType::V6,
        };
        let word = |index| Ok::<_, Refusal>(arguments.text(index)?.unwrap_or_default());
        let (apn, user, password) = (word(2)?, word(3)?, word(4)?);
        let authentication = arguments.number(5, 0..=3)?.unwrap_or(0) as u8;
        if apn.len() > 150 || user.len() > 127 || password.len() > 127 {
            return Err(Refusal::Error);
        }
        let context = core.context_mut(cid).filter(|context| !context.active);
        let context = context.ok_or(Refusal::Error)?;
        *context = Context {
            defined: true,
            kind,
            apn,
            user,
            password,
            authentication,
            ..Context::default()
        };
        ok()
    }

    pub(crate) fn show_settings(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let list = core.contexts().map(|(cid, it)| {
            let (kind, index, authentication) = (number(it.kind), cid - 1, it.authentication);
            let (apn, user, password) = (&it.apn, &it.user, &it.password);
            format!("+CNCFG: {index},{kind},\"{apn}\",\"{user}\",\"{password}\",{authentication}")
        });
        lines(list.collect::<Vec<_>>())
    }

    /// Only begins; how it has ended is reported.
    pub(crate) fn change_context(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(2..=2)?;
        let cid = command.arguments.need(0, 0..=3)? as u8 + 1;
        let on = command.arguments.need(1, 0..=1)? == 1;
        core.need_sim()?;
        let active = core.context(cid).ok_or(Refusal::Error)?.active;
        if active == on || self.change.is_some() {
            return Err(Refusal::Error);
        }
        let delay = if on { core.pace.activate } else { core.pace.deactivate };
        self.change = Some(Change { cid, on, at: core.now() + delay });
        ok()
    }

    /// A context comes or goes now, if one is due.
    pub(crate) fn run_change(&mut self, core: &mut Core) {
        let now = core.now();
        let Some(Change { cid, on, .. }) = self.change.take_if(|change| change.at <= now) else {
            return;
        };
        let active = on && core.activate_context(cid);
        if !on {
            core.deactivate_context(cid);
        }
        Self::report_context(core, cid, active);
    }

    pub(crate) fn report_context(core: &mut Core, cid: u8, active: bool) {
        let word = if active { "ACTIVE" } else { "DEACTIVE" };
        core.urc(format!("+APP PDP: {},{word}", cid - 1));
    }

    pub(crate) fn show_contexts(&mut self, core: &mut Core, _command: &Command) -> Answer {
        let list = core.contexts().map(|(cid, context)| {
            let (index, active) = (cid - 1, u8::from(context.active));
            format!("+CNACT: {index},{active},\"{}\"", shown(context.address()))
        });
        lines(list.collect::<Vec<_>>())
    }
}
