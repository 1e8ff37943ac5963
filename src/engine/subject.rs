//! What the dialect has to know to write the command of a task.

use super::{Engine, Request, State, Supply, Task};
use crate::modem::{Dialect, Subject};

impl<D: Dialect> Engine<'_, D> {
    /// What the dialect has to know to write the command of a task.
    pub(super) fn subject<'s>(&self, task: Task, supply: &Supply<'s>) -> Subject<'s> {
        let mut subject = Subject::default();
        match (task, supply.request) {
            (Task::Resolve, Some(Request::Resolve(name, family))) => {
                subject.name = name;
                subject.family = family;
            }
            (
                Task::Open { slot, .. }
                | Task::Prepare { slot, .. }
                | Task::Fetch { slot, .. }
                | Task::Close { slot, .. },
                _,
            ) => {
                self.describe(slot, &mut subject);
            }
            (Task::Send { slot, buffered, .. }, _) => {
                self.describe(slot, &mut subject);
                if subject.kind.is_datagram() {
                    subject.remote = if buffered {
                        self.core.outgoing_record(slot).map(|record| record.address)
                    } else {
                        supply.payload.and_then(|payload| payload.to).or(subject.remote)
                    };
                }
            }
            _ => {}
        }
        subject
    }

    /// The socket in `slot`, for the dialect.
    pub(super) fn describe(&self, slot: u8, subject: &mut Subject<'_>) {
        let Some(described) = self.core.slots.get(usize::from(slot)) else { return };
        subject.kind = described.kind;
        subject.ipv6 = described.ipv6;
        subject.remote = described.remote;
        subject.local_port = described.local_port;
        subject.options = described.options;
        // where the module has no such option, it is the driver's alone
        subject.options.tcp.no_delay &= self.core.capabilities.tcp_options;
        subject.sockets = u8::try_from(self.core.slots.len()).unwrap_or(u8::MAX);
        subject.streams = self.core.slots.iter().any(|other| {
            !other.kind.is_datagram() && (other.link.is_some() || other.state == State::Opening)
        });
    }
}
