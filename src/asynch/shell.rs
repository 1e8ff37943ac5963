//! How the calls of the async shell wait: they look, and are woken to look again.

use core::future::poll_fn;
use core::net::SocketAddr;
use core::task::{self, Waker};

pub(crate) use maybe_async::must_be_async as calls;

use crate::engine::{Control, Core, Mode, Module, Poll, Request, SocketId, Supply};
use crate::error::Error;
use crate::modem::cellular::CellularDialect;
use crate::stack::{Stack, ask, attempt_once};

/// A task looks again after so many ms, even if it may wait longer: half of what lies ahead of a clock that
/// wraps.
const FAR: u32 = 1_800_000;

/// A module whose runner wakes whoever waits.
pub(crate) trait Shell: Stack {
    /// Wakes this task when anything has happened, at the latest at this tick.
    fn register(&self, waker: &Waker, due: Option<u32>);

    /// The state was changed: the runner goes on, and others look again.
    fn changed(&self);
}

/// A cellular module, seen from its network object.
pub(crate) trait CellularShell: Shell {
    /// Looks at what the dialect knows, or changes it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn tell(&self, visit: &mut dyn FnMut(&mut dyn CellularDialect)) -> Result<(), Error>;
}

/// A Wi-Fi module, seen from its network object.
pub(crate) trait WlanShell: Shell {
    /// The program has joined a network, or (`None`) left it.
    ///
    /// # Errors
    /// [`Error::Busy`]: called from inside itself.
    fn remember(&self, network: Option<(&str, &str)>) -> Result<(), Error>;
}

/// The state was changed by a call that does not wait.
pub(crate) fn changed(stack: &dyn Shell) {
    stack.changed();
}

/// Lets so many ms pass.
///
/// # Errors
/// [`Error::Uart`]: the runner has ended.
pub(crate) async fn sleep(stack: &dyn Shell, ms: u32) -> Result<(), Error> {
    let never = |_: &mut Core<'_>| Err::<(), _>(nb::Error::WouldBlock);
    match wait(stack, Mode::Timeout(ms), &Supply::default(), &mut |_| {}, never).await {
        Err(Error::TimedOut) => Ok(()),
        result => result,
    }
}

/// Waits until the question has an answer, for as long as `mode` allows.
///
/// This is the one place where anything waits. Dropped, it has done no more than ask.
///
/// # Errors
/// The question's own, [`Error::WouldBlock`] or [`Error::TimedOut`] by `mode`, and [`Error::Uart`]: the
/// runner has ended.
pub(crate) async fn wait<T>(
    stack: &dyn Shell,
    mode: Mode,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    mut question: impl FnMut(&mut Core<'_>) -> Poll<T>,
) -> Result<T, Error> {
    let mut answer = None;
    let mut answered = |core: &mut Core<'_>| {
        answer = Some(question(core)?);
        Ok(())
    };
    wait_until(stack, mode, supply, info, &mut answered).await?;
    answer.ok_or(Error::WouldBlock)
}

async fn wait_until(
    stack: &dyn Shell,
    mode: Mode,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    question: &mut dyn FnMut(&mut Core<'_>) -> Poll<()>,
) -> Result<(), Error> {
    let start = stack.now();
    poll_fn(|context| {
        // what the question asks for is begun by the engine at once, and may end at once
        for _ in 0..2 {
            match attempt_once(stack, supply, info, question) {
                Err(Error::WouldBlock) if mode != Mode::NonBlocking => {}
                result => return task::Poll::Ready(result),
            }
        }
        let now = stack.now();
        let due = match mode {
            Mode::Timeout(limit) => match limit.saturating_sub(now.wrapping_sub(start)) {
                0 => return task::Poll::Ready(Err(Error::TimedOut)),
                left => Some(now.wrapping_add(left.min(FAR))),
            },
            Mode::Blocking | Mode::NonBlocking => None,
        };
        stack.register(context.waker(), due);
        task::Poll::Pending
    })
    .await
}

/// Has the module carry out a request of the caller and hands each information line to `info`.
///
/// Dropped, it leaves a command that is in flight to end by itself.
///
/// # Errors
/// What the module answers, or the state it is in; [`Error::TimedOut`] after `limit`.
pub(crate) async fn request(
    stack: &dyn Shell,
    request: Request<'_>,
    limit: Mode,
    info: &mut dyn FnMut(&[u8]),
) -> Result<(), Error> {
    stack.access(&mut |core| core.wake())?;
    // others have their turn before
    wait(stack, limit, &Supply::default(), &mut |_| {}, |core| {
        core.forget_query();
        match core.control {
            Control::Idle => {
                core.control = Control::Wanted;
                Ok(())
            }
            _ => Err(nb::Error::WouldBlock),
        }
    })
    .await?;
    let mine = Asking { stack };
    let supply = Supply { payload: None, request: Some(request) };
    let result = wait(stack, limit, &supply, info, |core| match core.take_result() {
        Some(result) => result.map_err(nb::Error::Other),
        None => match core.module {
            Module::Dead(error) => Err(nb::Error::Other(error)),
            _ => Err(nb::Error::WouldBlock),
        },
    })
    .await;
    drop(mine);
    result
}

/// Whoever has the turn to ask the module something gives it up in the end, also if nobody waits for the
/// answer any more.
struct Asking<'s> {
    stack: &'s dyn Shell,
}

impl Drop for Asking<'_> {
    fn drop(&mut self) {
        let _ = self.stack.access(&mut |core| core.abandon_control()); // only while it is not done
        self.stack.changed();
    }
}

/// Leaves what is to be sent in the send ring, as much as fits, as soon as anything does.
///
/// # Errors
/// As the calls that send; [`Error::NoBuffers`]: there is no send ring.
pub(crate) async fn hand_over(
    stack: &dyn Shell,
    id: SocketId,
    mode: Mode,
    data: &[u8],
    to: Option<SocketAddr>,
) -> Result<usize, Error> {
    if ask(stack, &mut |core| Ok(core.tx_size)) == Ok(0) {
        return Err(Error::NoBuffers);
    }
    let question = |core: &mut Core<'_>| core.send_buffered(id, data, to);
    wait(stack, mode, &Supply::default(), &mut |_| {}, question).await
}
