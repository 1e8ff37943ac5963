//! The TCP/IP stack: `AT+QICSGP`, `AT+QIREGAPP`, `AT+QIACT`, `AT+QILOCIP`, `AT+QIDEACT` (Quectel
//! digest §9).

use super::{Gsm, Work};
use crate::cellular::{Answer, Command, Core, Outcome, Owner, Refusal, ok, shown};

/// How far the stack is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stack {
    Initial,
    /// `AT+QIREGAPP`.
    Started,
    /// `AT+QIACT`.
    Active,
    /// `AT+QILOCIP` after that.
    Located,
    /// The network dropped the context.
    Lost,
}

impl Stack {
    pub(crate) fn is_active(self) -> bool {
        matches!(self, Self::Active | Self::Located)
    }

    /// Whether it has to be deactivated before it can be set up otherwise.
    pub(crate) fn is_in_use(self) -> bool {
        self.is_active() || self == Self::Lost
    }

    /// The words of `STATE:`.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Initial => "IP INITIAL",
            Self::Started => "IP START",
            Self::Active => "IP GPRSACT",
            Self::Located => "IP STATUS",
            Self::Lost => "PDP DEACT",
        }
    }
}

/// The context under the stack.
const CONTEXT: u8 = 1;

impl Gsm {
    /// `AT+QICSGP=1,"apn"[,"user","password"]`; the 1 is GPRS.
    pub(crate) fn set_bearer(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(2..=4)?;
        command.arguments.need(0, 1..=1)?;
        self.set_access_point(core, command, 1)
    }

    /// Takes the name of the access point, user and password from the parameters behind `first`.
    fn set_access_point(&self, core: &mut Core, command: &Command, first: usize) -> Answer {
        let arguments = &command.arguments;
        let name = arguments.need_text(first)?;
        let user = arguments.text(first + 1)?.unwrap_or_default();
        let password = arguments.text(first + 2)?.unwrap_or_default();
        if self.stack.is_in_use() {
            return Err(Refusal::Error);
        }
        let context = core.context_mut(CONTEXT).ok_or(Refusal::Error)?;
        context.defined = true;
        context.apn = name;
        context.user = user;
        context.password = password;
        ok()
    }

    /// `AT+QIREGAPP[="apn","user","password"]`.
    pub(crate) fn start_stack(&mut self, core: &mut Core, command: &Command) -> Answer {
        if self.stack.is_in_use() {
            return Err(Refusal::Error);
        }
        if command.arguments.count() > 0 {
            command.arguments.expect(1..=3)?;
            self.set_access_point(core, command, 0)?;
        }
        self.stack = Stack::Started;
        ok()
    }

    pub(crate) fn activate(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if self.stack != Stack::Started {
            return Err(Refusal::Error);
        }
        self.work = Some(Work::Activate);
        let time = core.pace.activate;
        core.work(Owner::Dialect, Some(time))
    }

    pub(crate) fn activated(&mut self, core: &mut Core) -> Answer {
        let is_active = |core: &Core| core.context(CONTEXT).is_some_and(|context| context.active);
        if !is_active(core) && !core.activate_context(CONTEXT) {
            return Err(Refusal::Error);
        }
        self.stack = Stack::Active;
        ok()
    }

    /// A context came up: that of a module which is up when the world begins serves a stack that
    /// an earlier program has left behind.
    pub(crate) fn adopt_context(&mut self, core: &Core, cid: u8) {
        if cid == CONTEXT && core.now().is_zero() {
            self.stack = Stack::Active;
            self.switches.set("+QIMUX", 1);
        }
    }

    /// `AT+QILOCIP`: the address, and no `OK`.
    pub(crate) fn show_address(&mut self, core: &mut Core, _command: &Command) -> Answer {
        if !self.stack.is_active() {
            return Err(Refusal::Error);
        }
        let context = core.context(CONTEXT).ok_or(Refusal::Error)?;
        let address = shown(context.address());
        self.stack = Stack::Located;
        core.chip.write(format!("\r\n{address}\r\n"));
        core.rest();
        Ok(Outcome::Later)
    }

    pub(crate) fn deactivate(&mut self, core: &mut Core, _command: &Command) -> Answer {
        self.work = Some(Work::Deactivate);
        let time = core.pace.deactivate;
        core.work(Owner::Dialect, Some(time))
    }

    pub(crate) fn deactivated(&mut self, core: &mut Core) -> Answer {
        core.deactivate_context(CONTEXT);
        self.stop_stack(core, CONTEXT);
        Self::say(core, "DEACT OK")
    }

    /// The host has deactivated a context: sockets are closed without a word.
    pub(crate) fn stop_stack(&mut self, core: &mut Core, cid: u8) {
        if cid == CONTEXT {
            self.close_sockets(core);
            self.stack = Stack::Initial;
        }
    }

    /// The network dropped a context.
    pub(crate) fn lose_stack(&mut self, core: &mut Core, cid: u8) {
        if cid == CONTEXT && self.stack.is_active() {
            core.urc("+PDP DEACT");
            self.stack = Stack::Lost;
            self.lose_sockets(core);
        }
    }
}
