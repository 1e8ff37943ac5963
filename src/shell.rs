//! How the calls of the blocking shell wait: they make the module go on themselves.

use core::net::SocketAddr;

pub(crate) use maybe_async::must_be_sync as calls;

use crate::calls::wait;
use crate::engine::{Core, Mode, Payload, Poll, SocketId, Supply};
use crate::error::Error;
use crate::stack::{Stack, ask, attempt_once};

/// A module that whoever waits makes go on.
pub(crate) trait Shell: Stack {
    /// One round of waiting is over; `moved`: there may be more to do at once.
    ///
    /// # Errors
    /// [`Error::Interrupted`]: the program ends the wait.
    fn idle(&self, moved: bool) -> Result<(), Error>;

    /// Lets time pass, and nothing else.
    fn pause(&self);

    /// Enters a wait; `false` if there is one already.
    fn enter(&self) -> bool;

    /// Leaves a wait.
    fn leave(&self);
}

/// Lets the module go on for so many ms.
///
/// # Errors
/// [`Error::Uart`], and [`Error::Interrupted`] by the program.
pub(crate) fn sleep(stack: &dyn Shell, ms: u32) -> Result<(), Error> {
    let start = stack.now();
    while stack.now().wrapping_sub(start) < ms {
        let moved = stack.pump(&Supply::default(), &mut |_| {})?;
        stack.idle(moved)?;
    }
    Ok(())
}

/// Makes the module go on until the question has an answer, for as long as `mode` allows: the one place
/// where anything waits.
///
/// # Errors
/// The question's own, [`Error::WouldBlock`] or [`Error::TimedOut`] by `mode`,
/// [`Error::Interrupted`] by the program, and [`Error::Busy`] inside another wait.
pub(crate) fn wait_until(
    stack: &dyn Shell,
    mode: Mode,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    question: &mut dyn FnMut(&mut Core<'_>) -> Poll<()>,
) -> Result<(), Error> {
    if mode == Mode::NonBlocking {
        return attempt_once(stack, supply, info, question);
    }
    if !stack.enter() {
        return Err(Error::Busy);
    }
    let start = stack.now();
    let mut first = true; // what the question asks for goes out before anything pauses
    let result = loop {
        let moved = match stack.pump(supply, info) {
            Ok(moved) => moved | core::mem::take(&mut first),
            Err(error) => break Err(error),
        };
        match ask(stack, question) {
            Ok(()) => break Ok(()),
            Err(nb::Error::Other(error)) => break Err(error),
            Err(nb::Error::WouldBlock) => {}
        }
        if matches!(mode, Mode::Timeout(limit) if stack.now().wrapping_sub(start) >= limit) {
            break Err(Error::TimedOut);
        }
        if let Err(error) = stack.idle(moved) {
            break Err(error);
        }
    };
    stack.leave();
    result
}

/// The state was changed by a call that does not wait: the rounds of later calls do the rest.
pub(crate) const fn changed(_: &dyn Shell) {}

/// Nobody else waits for a turn.
pub(crate) const fn give_way(_: &dyn Shell) {}

/// Sends from the caller's memory, and waits until the module has accepted it.
///
/// # Errors
/// As the calls that send.
pub(crate) fn hand_over(
    stack: &dyn Shell,
    id: SocketId,
    mode: Mode,
    data: &[u8],
    to: Option<SocketAddr>,
) -> Result<usize, Error> {
    let supply = Supply { payload: Some(Payload { id, data, to }), request: None };
    let question = |core: &mut Core<'_>| core.send_direct(id, data.len(), to);
    match wait(stack, mode, &supply, &mut |_| {}, question) {
        Ok(count) => Ok(count),
        Err(error) => {
            let _ = keep_promise(stack, id, &supply); // the error before it counts
            let handed = ask(stack, &mut |core| Ok(core.abandon_send(id)));
            match (error, handed) {
                (Error::TimedOut | Error::Interrupted, Ok(count)) if count > 0 => Ok(count),
                _ => Err(error),
            }
        }
    }
}

/// Makes the module go on until it has all of a payload that it has been promised: it cannot be told
/// that it will not come.
///
/// # Errors
/// [`Error::Uart`].
fn keep_promise(stack: &dyn Shell, id: SocketId, supply: &Supply<'_>) -> Result<(), Error> {
    loop {
        let mut lent = false;
        stack.access(&mut |core| lent = core.lent == Some(id))?;
        if !lent {
            return Ok(());
        }
        if !stack.pump(supply, &mut |_| {})? {
            stack.pause();
        }
    }
}
