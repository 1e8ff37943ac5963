//! What a family adds to the common core: its sockets and the commands for them.

use super::answer::Answer;
use super::command::Command;
use super::core::Core;
use crate::module::{Event, Socket, TcpOptions};
use core::fmt::Debug;
use core::time::Duration;

/// The part of a cellular firmware that is special to its family.
pub(crate) trait Dialect: Debug + Send {
    /// Runs a command; `None` if it is not one of this family.
    fn execute(&mut self, core: &mut Core, command: &Command) -> Option<Answer>;

    /// The time of a command is over that the dialect works on.
    fn conclude(&mut self, core: &mut Core) -> Answer;

    /// The payload that the dialect asked for is complete, or cancelled.
    fn payload(&mut self, core: &mut Core, data: Option<Vec<u8>>);

    /// Bytes from the host in transparent mode.
    fn raw(&mut self, _core: &mut Core, _bytes: &[u8]) {}

    /// An event from the network.
    fn event(&mut self, core: &mut Core, event: Event);

    /// When [`run`](Self::run) has something to do next.
    fn deadline(&self) -> Option<Duration>;

    /// Does everything that is due.
    fn run(&mut self, core: &mut Core);

    /// Received data can go out again, as far as the line has room.
    fn push(&mut self, _core: &mut Core) {}

    /// Whether received data wait for room on the line.
    fn waits_for_line(&self, _core: &Core) -> bool {
        false
    }

    /// How many bytes of stream data the connection can take now.
    fn window(&self, core: &Core, socket: Socket) -> usize;

    /// A context came up.
    fn context_up(&mut self, _core: &mut Core, _cid: u8) {}

    /// The network dropped a context.
    fn context_lost(&mut self, core: &mut Core, cid: u8);

    /// The host deactivated a context.
    fn context_down(&mut self, core: &mut Core, cid: u8);

    /// The module has restarted, with a context active before: some say so all the same.
    fn context_stray(&mut self, _core: &mut Core, _cid: u8) {}

    /// The module loses power, or restarts: everything volatile is gone.
    fn power_lost(&mut self, core: &mut Core);

    /// Factory settings (`AT&F`), as far as the dialect has such.
    fn restore(&mut self, _core: &mut Core) {}

    /// The prompt for payload.
    fn prompt(&self, core: &Core) -> &'static str {
        core.quirks.prompt.unwrap_or("\r\n> ")
    }

    /// The options of an open TCP socket.
    fn link_options(&self, _id: usize) -> Option<TcpOptions> {
        None
    }
}
