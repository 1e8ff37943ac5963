//! What the dialect has to know to write the command of a task.

use super::core::Core;
use super::{Request, State, Supply, Task};
use crate::modem::Subject;

impl Core<'_> {
    /// What the dialect has to know to write the command of a task.
    pub(super) fn subject<'s>(&'s self, task: Task, supply: &Supply<'s>) -> Subject<'s> {
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
                        self.outgoing_record(slot).map(|record| record.address)
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
    pub(super) fn describe<'s>(&'s self, slot: u8, subject: &mut Subject<'s>) {
        let Some(described) = self.slots.get(usize::from(slot)) else { return };
        subject.kind = described.kind;
        subject.ipv6 = described.ipv6;
        // of a link that is open nothing can be set any more
        subject.tls = self.secured(slot).filter(|_| described.state == State::Opening);
        subject.remote = described.remote;
        subject.local_port = described.local_port;
        subject.options = described.options;
        // where the module has no such option, it is the driver's alone
        subject.options.tcp.no_delay &= self.capabilities.tcp_options;
        subject.sockets = u8::try_from(self.slots.len()).unwrap_or(u8::MAX);
        subject.streams = self.slots.iter().any(|other| {
            !other.kind.is_datagram() && (other.link.is_some() || other.state == State::Opening)
        });
    }
}
