//! What sockets and networks see of a module: its state, and a way to make it go on.

use crate::engine::{Control, Core, Poll, Request, Supply};
use crate::error::Error;

/// A module with its clock, seen from a socket.
///
/// This trait keeps UART, clock and buffer sizes out of the types of sockets. Both shells implement it:
/// [`Modem`](crate::Modem) and, with the feature `async`, `asynch::Modem`.
pub(crate) trait Stack {
    /// Looks at the state, or changes it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn access(&self, visit: &mut dyn FnMut(&mut Core<'_>)) -> Result<(), Error>;

    /// One round: what has come, deadlines, what is due. Returns whether anything moved.
    ///
    /// # Errors
    /// [`Error::Uart`], or [`Error::Busy`]: called from inside itself.
    fn pump(&self, supply: &Supply<'_>, info: &mut dyn FnMut(&[u8])) -> Result<bool, Error>;

    /// The present tick in ms.
    fn now(&self) -> u32;
}

/// Asks the state a question that may have no answer yet.
pub(crate) fn ask<T>(
    stack: &dyn Stack,
    question: &mut dyn FnMut(&mut Core<'_>) -> Poll<T>,
) -> Poll<T> {
    let mut answer = Err(nb::Error::WouldBlock);
    stack.access(&mut |core| answer = question(core))?;
    answer
}

/// Asks the state a question, with a look at the module before and after.
///
/// # Errors
/// The question's own, [`Error::WouldBlock`], and as [`Stack::pump`].
pub(crate) fn attempt<T>(
    stack: &dyn Stack,
    mut question: impl FnMut(&mut Core<'_>) -> Poll<T>,
) -> Result<T, Error> {
    let mut answer = None;
    let mut answered = |core: &mut Core<'_>| {
        answer = Some(question(core)?);
        Ok(())
    };
    attempt_once(stack, &Supply::default(), &mut |_| {}, &mut answered)?;
    answer.ok_or(Error::WouldBlock)
}

/// The same, which is there once, whatever the answers are.
pub(crate) fn attempt_once(
    stack: &dyn Stack,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    question: &mut dyn FnMut(&mut Core<'_>) -> Poll<()>,
) -> Result<(), Error> {
    stack.pump(supply, info)?;
    let answer = ask(stack, question);
    // what the question has asked for goes out now; an answer stands, whatever comes of that
    let pumped = stack.pump(supply, info);
    answer.map_err(|error| match (error, pumped) {
        (nb::Error::Other(error), _) | (nb::Error::WouldBlock, Err(error)) => error,
        (nb::Error::WouldBlock, Ok(_)) => Error::WouldBlock,
    })
}

/// Has the module carry out a request of the caller, without waiting: to be asked again, with the same `query`, until there is an answer.
/// `query` is not 0, and another one for another question; whoever asks that gives this one up.
pub(crate) fn poll_request(stack: &dyn Stack, request: Request<'_>, query: u32) -> Poll<()> {
    let supply = Supply { payload: None, request: Some(request) };
    let mut question = |core: &mut Core<'_>| {
        core.wake();
        if core.query != query {
            core.forget_query();
        }
        match core.control {
            Control::Idle => {
                core.control = Control::Wanted;
                core.query = query;
                Err(nb::Error::WouldBlock)
            }
            Control::Done(result) if core.query == query => {
                core.control = Control::Idle;
                core.query = 0;
                result.map_err(nb::Error::Other)
            }
            _ => Err(nb::Error::WouldBlock),
        }
    };
    stack.pump(&Supply::default(), &mut |_| {})?;
    let answer = ask(stack, &mut question);
    if let Err(nb::Error::WouldBlock) = answer {
        let mut mine = false;
        stack.access(&mut |core| mine = core.query == query)?;
        if mine {
            stack.pump(&supply, &mut |_| {})?;
        }
    }
    answer
}
