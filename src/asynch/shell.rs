//! How the calls of the async shell wait: they look, and are woken to look again.

use core::future::poll_fn;
use core::net::SocketAddr;
use core::task::{self, Waker};

use embassy_futures::yield_now;
pub(crate) use maybe_async::must_be_async as calls;

use super::calls::wait;
use crate::engine::{Core, Mode, Poll, SocketId, Supply};
use crate::error::Error;
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

/// The state was changed by a call that does not wait.
pub(crate) fn changed(stack: &dyn Shell) {
    stack.changed();
}

/// Lets those go first that have waited for their turn. The first poll after this may come before theirs,
/// the second does not.
pub(crate) async fn give_way(stack: &dyn Shell) {
    let mut queue = false;
    let _ = stack.access(&mut |core| queue = core::mem::take(&mut core.queue));
    if queue {
        yield_now().await;
        yield_now().await;
    }
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

/// Waits until the question has an answer, for as long as `mode` allows: the one place where anything
/// waits.
///
/// # Errors
/// The question's own, [`Error::WouldBlock`] or [`Error::TimedOut`] by `mode`, and [`Error::Uart`]: the
/// runner has ended.
pub(crate) async fn wait_until(
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
