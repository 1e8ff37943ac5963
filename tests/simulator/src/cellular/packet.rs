//! Packet data as 27.007 has it: `AT+CGATT`, `AT+CGDCONT`, `AT+CGACT`, `AT+CGPADDR` (Quectel digest
//! §3).

use super::answer::{Answer, Refusal, line, lines, ok};
use super::command::Command;
use super::context::{Context, ContextType, shown};
use super::core::Core;
use super::model::AddressStyle;

impl Core {
    pub(crate) fn query_attached(&mut self, _command: &Command) -> Answer {
        let attached = self.attached && self.registration.is_registered();
        line(format!("+CGATT: {}", u8::from(attached)))
    }

    pub(crate) fn set_attached(&mut self, command: &Command) -> Answer {
        let on = command.arguments.need(0, 0..=1)? == 1;
        self.need_sim()?;
        if on && !self.registration.is_registered() {
            return Err(Refusal::Cme(30));
        }
        self.start_activation(0, on)
    }

    pub(crate) fn query_active(&mut self, _command: &Command) -> Answer {
        let defined = self.contexts().filter(|(_, context)| context.defined);
        lines(
            defined
                .map(|(cid, context)| format!("+CGACT: {cid},{}", u8::from(context.active)))
                .collect::<Vec<_>>(),
        )
    }

    pub(crate) fn set_active(&mut self, command: &Command) -> Answer {
        let on = command.arguments.need(0, 0..=1)? == 1;
        let cid = command.arguments.number(1, 1..=16)?.unwrap_or(1) as u8;
        let context = self.context(cid).ok_or(Refusal::Cme(3))?;
        if context.active == on {
            return ok();
        }
        self.start_activation(cid, on)
    }

    /// The number 0 stands for attaching to the network at all.
    pub(crate) fn conclude_activation(&mut self, cid: u8, on: bool) -> Answer {
        match (cid, on) {
            (0, _) => {
                self.attached = on;
                if !on {
                    self.deactivate_contexts();
                } else if self.model.attaches_context {
                    self.activate_context(1);
                }
                ok()
            }
            (cid, false) => {
                self.deactivate_context(cid);
                ok()
            }
            (cid, true) if self.activate_context(cid) => ok(),
            _ => Err(Refusal::Cme(30)),
        }
    }

    pub(crate) fn define_context(&mut self, command: &Command) -> Answer {
        let arguments = &command.arguments;
        let cid = arguments.need(0, 1..=16)? as u8;
        let kind = match arguments.text(1)? {
            Some(text) => Some(ContextType::from_text(&text).ok_or(Refusal::Error)?),
            None => None,
        };
        let apn = arguments.text(2)?;
        let context = self.context_mut(cid).ok_or(Refusal::Error)?;
        if context.active {
            return Err(Refusal::Cme(3));
        }
        match kind {
            Some(kind) => {
                context.defined = true;
                context.kind = kind;
                context.apn = apn.unwrap_or_default();
            }
            None => *context = Context::default(),
        }
        ok()
    }

    pub(crate) fn query_contexts(&mut self, _command: &Command) -> Answer {
        let defined = self.contexts().filter(|(_, context)| context.defined);
        let list = defined.map(|(cid, context)| {
            let (kind, apn) = (context.kind.text(), &context.apn);
            let address = context.address();
            format!("+CGDCONT: {cid},\"{kind}\",\"{apn}\",\"{}\",0,0,0", shown(address))
        });
        lines(list.collect::<Vec<_>>())
    }

    pub(crate) fn show_addresses(&mut self, command: &Command) -> Answer {
        let wanted = command.arguments.number(0, 1..=16)?.map(|cid| cid as u8);
        if wanted.is_some_and(|cid| self.context(cid).is_none()) {
            return Err(Refusal::Error);
        }
        let chosen = self.contexts().filter(|(cid, context)| match wanted {
            Some(wanted) => *cid == wanted,
            None => context.defined,
        });
        let style = self.model.addresses;
        let list = chosen.map(|(cid, context)| match (style, context.active) {
            (AddressStyle::Quoted, true) => format!("+CGPADDR: {cid},{}", context.quoted()),
            (AddressStyle::Quoted, false) => format!("+CGPADDR: {cid},\"0.0.0.0\""),
            (AddressStyle::Bare, true) => format!("+CGPADDR: {cid},{}", shown(context.address())),
            (AddressStyle::Bare, false) => format!("+CGPADDR: {cid}"),
        });
        lines(list.collect::<Vec<_>>())
    }
}
