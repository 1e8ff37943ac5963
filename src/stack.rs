//! What sockets and networks see of a module: its state, and a way to make it go on.

use core::net::SocketAddr;

use crate::engine::{Control, Core, Mode, Module, Payload, Poll, Request, SocketId, Supply};
use crate::error::Error;
use crate::modem::cellular::CellularDialect;

/// A module with its UART and clock, seen from a socket.
///
/// This trait keeps UART, clock and buffer sizes out of the types of sockets. It is implemented by
/// [`Modem`](crate::Modem) alone.
pub(crate) trait Stack {
    /// Looks at the state, or changes it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn access(&self, visit: &mut dyn FnMut(&mut Core<'_>)) -> Result<(), Error>;

    /// One round: bytes that have come, deadlines, bytes to go. Returns whether anything moved.
    ///
    /// # Errors
    /// [`Error::Uart`], or [`Error::Busy`]: called from inside itself.
    fn pump(&self, supply: &Supply<'_>, info: &mut dyn FnMut(&[u8])) -> Result<bool, Error>;

    /// The present tick in ms.
    fn now(&self) -> u32;

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

/// A cellular module, seen from its network object.
pub(crate) trait CellularStack: Stack {
    /// Looks at what the dialect knows, or changes it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn tell(&self, visit: &mut dyn FnMut(&mut dyn CellularDialect)) -> Result<(), Error>;
}

/// A Wi-Fi module, seen from its network object.
pub(crate) trait WlanStack: Stack {
    /// The program has joined a network, or (`None`) left it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn remember(&self, network: Option<(&str, &str)>) -> Result<(), Error>;
}

/// Lets the module go on for so many ms.
///
/// # Errors
/// [`Error::Uart`], and [`Error::Interrupted`] by the program.
pub(crate) fn sleep(stack: &dyn Stack, ms: u32) -> Result<(), Error> {
    let start = stack.now();
    while stack.now().wrapping_sub(start) < ms {
        let moved = stack.pump(&Supply::default(), &mut |_| {})?;
        stack.idle(moved)?;
    }
    Ok(())
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

/// Makes the module go on until the question has an answer, for as long as `mode` allows.
///
/// This is the one place where anything waits.
///
/// # Errors
/// The question's own, [`Error::WouldBlock`] or [`Error::TimedOut`] by `mode`,
/// [`Error::Interrupted`] by the program, and [`Error::Busy`] inside another wait.
pub(crate) fn wait<T>(
    stack: &dyn Stack,
    mode: Mode,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    mut question: impl FnMut(&mut Core<'_>) -> Poll<T>,
) -> Result<T, Error> {
    // the loop is there once, whatever the answers are
    let mut answer = None;
    let mut answered = |core: &mut Core<'_>| {
        answer = Some(question(core)?);
        Ok(())
    };
    wait_until(stack, mode, supply, info, &mut answered)?;
    answer.ok_or(Error::WouldBlock)
}

fn wait_until(
    stack: &dyn Stack,
    mode: Mode,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    question: &mut dyn FnMut(&mut Core<'_>) -> Poll<()>,
) -> Result<(), Error> {
    if mode == Mode::NonBlocking {
        stack.pump(supply, info)?;
        let answer = ask(stack, question);
        // what the question has asked for goes out now; an answer stands, whatever comes of that
        let pumped = stack.pump(supply, info);
        return answer.map_err(|error| match (error, pumped) {
            (nb::Error::Other(error), _) | (nb::Error::WouldBlock, Err(error)) => error,
            (nb::Error::WouldBlock, Ok(_)) => Error::WouldBlock,
        });
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

/// Has the module carry out a request of the caller and hands each information line to `info`.
///
/// # Errors
/// What the module answers, or the state it is in; [`Error::TimedOut`] after `limit`.
pub(crate) fn request(
    stack: &dyn Stack,
    request: Request<'_>,
    limit: Mode,
    info: &mut dyn FnMut(&[u8]),
) -> Result<(), Error> {
    stack.access(&mut |core| core.wake())?;
    // a command that an earlier caller gave up may still be in flight
    wait(stack, limit, &Supply::default(), &mut |_| {}, |core| {
        core.forget_query();
        match core.control {
            Control::Idle => {
                core.control = Control::Wanted;
                Ok(())
            }
            _ => Err(nb::Error::WouldBlock),
        }
    })?;
    let supply = Supply { payload: None, request: Some(request) };
    let result = wait(stack, limit, &supply, info, |core| match core.take_result() {
        Some(result) => result.map_err(nb::Error::Other),
        None => match core.module {
            Module::Dead(error) => Err(nb::Error::Other(error)),
            _ => Err(nb::Error::WouldBlock),
        },
    });
    if result.is_err() {
        stack.access(&mut |core| core.abandon_control())?;
    }
    result
}

/// The same without waiting: to be asked again, with the same `query`, until there is an answer.
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

/// Makes the module go on until it has all of a payload that it has been promised: it cannot be told
/// that it will not come.
///
/// # Errors
/// [`Error::Uart`].
pub(crate) fn keep_promise(
    stack: &dyn Stack,
    id: SocketId,
    supply: &Supply<'_>,
) -> Result<(), Error> {
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

/// The memory that a send lends.
pub(crate) fn lend<'s>(id: SocketId, data: &'s [u8], to: Option<SocketAddr>) -> Supply<'s> {
    Supply { payload: Some(Payload { id, data, to }), request: None }
}
