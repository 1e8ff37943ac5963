//! What `setsockopt` does to a slot, without waiting.

use super::core::{Core, SocketId};
use super::kind::Kind;
use super::slot::{Applied, Options, State, TcpOptions};
use super::stream::Poll;
use crate::error::Error;

impl Core<'_> {
    /// The options of a socket.
    ///
    /// # Errors
    /// `Closed`.
    pub(crate) fn options(&mut self, id: SocketId) -> Result<(Kind, Options), Error> {
        self.slot(id).map(|slot| (slot.kind, slot.options))
    }

    /// Changes options; the module is told when it has to know.
    ///
    /// # Errors
    /// `Closed`; `NoProtocolOption`: the module has no options of streams.
    pub(crate) fn set_options(&mut self, id: SocketId, options: Options) -> Result<(), Error> {
        let capabilities = self.capabilities;
        let slot = self.slot(id)?;
        let (new, old) = (options.tcp, slot.options.tcp);
        let streams = slot.kind == Kind::Stream && new != old;
        let linger = new.linger != old.linger;
        // `TCP_NODELAY` also says what the driver shall do
        let others = TcpOptions { linger: old.linger, no_delay: old.no_delay, ..new } != old;
        if streams && ((linger && !capabilities.linger) || (others && !capabilities.tcp_options)) {
            return Err(Error::NoProtocolOption);
        }
        let groups = slot.kind.is_datagram()
            && (options.group, options.broadcast) != (slot.options.group, slot.options.broadcast);
        slot.options = options;
        if streams && slot.link.is_some() {
            slot.applied = Applied::Due;
        }
        if groups && slot.bound && slot.state == State::Open {
            // the link has to be opened anew, to the other address (esp-at.md §12)
            slot.state = State::Opening;
        }
        Ok(())
    }

    /// Whether the module has taken the options over.
    pub(crate) fn poll_options(&mut self, id: SocketId) -> Poll<()> {
        let slot = self.slot(id)?;
        match (slot.applied, slot.kind, slot.state) {
            (Applied::Refused(error), ..) => {
                slot.applied = Applied::Yes;
                Err(nb::Error::Other(error))
            }
            (Applied::Due, _, State::Open) if slot.link.is_some() => Err(nb::Error::WouldBlock),
            (_, Kind::Datagram(_), _) => self.poll_opened(id),
            _ => Ok(()),
        }
    }
}
