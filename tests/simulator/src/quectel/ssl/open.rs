//! `AT+QSSLOPEN` (Quectel digest §6).

use super::super::Work;
use super::super::slot::{Access, Service, Slot};
use super::{CONTEXTS, Quectel};
use crate::cellular::{Answer, Command, Core, Owner, Refusal, Refused, ok};
use crate::module::Failure;

impl Quectel {
    pub(crate) fn open_tls(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(5..=6)?;
        let context = arguments.need(0, 1..=core.model.contexts.into())? as u8;
        let settings = arguments.need(1, 0..=i64::from(CONTEXTS) - 1)? as u8;
        let id = self.tls_id(command, 2)?;
        let host = arguments.need_text(3)?;
        let port = arguments.need(4, 1..=65_535)? as u16;
        let access = Access::from_number(arguments.number(5, 0..=2)?.unwrap_or(0));
        if host.is_empty() {
            return Err(Refusal::Error);
        }
        let at_once = |quirk| quirk == Refused::AtOnce || access == Access::Transparent;
        if self.slot(id).is_some() {
            if at_once(core.quirks.used_id) {
                return Err(Refusal::Tcp(563));
            }
            let (_, client) = self.shown(id);
            core.urc_afterwards(format!("+QSSLOPEN: {client},563"));
            self.late_error = Some(563);
            return ok();
        }
        let inactive = !core.context(context).is_some_and(|context| context.active);
        if inactive && at_once(core.quirks.no_context) {
            return Err(Refusal::Tcp(561));
        }
        let configuration = &self.tls[usize::from(settings)];
        if configuration.is_dtls() {
            return Err(Refusal::Tcp(555));
        }
        let client = configuration.client(core, &host);
        let full = self.is_full();
        let mut slot = Slot::new(Service::Ssl, core.new_socket(), id, context);
        slot.access = access;
        slot.remote.set_port(port);
        slot.tls_context = settings;
        slot.tls = client.map(Box::new);
        let prepared = slot.tls.is_some();
        self.slots[usize::from(id)] = Some(slot);
        if inactive {
            self.opened_later(core, id, 561);
        } else if full {
            self.opened_later(core, id, 554);
        } else if !prepared {
            // A certificate is missing.
            let error = self.tls_error(Failure::Handshake);
            self.opened_later(core, id, error);
        } else if core.quirks.unanswered_opens > 0 {
            core.quirks.unanswered_opens -= 1;
            if let Some(slot) = self.slot_mut(id) {
                slot.gone = true;
            }
        } else {
            self.reach(core, id, &host);
        }
        if access != Access::Transparent {
            return ok();
        }
        if let Some(error) = self.late_error.take() {
            return Err(Refusal::Tcp(error));
        }
        self.work = Some(Work::Open(id));
        core.work(Owner::Dialect, None)
    }

    /// The error of an open that a failed handshake is reported as.
    ///
    /// Some families have codes of their own for that, from 579 on, which the digest does not tell
    /// apart (§11.1).
    pub(crate) fn tls_error(&self, failure: Failure) -> u16 {
        match failure {
            Failure::Silent => 569,
            Failure::Handshake if self.variant.tls_errors => 579,
            Failure::Certificate(_) if self.variant.tls_errors => 580,
            _ => 566,
        }
    }
}
