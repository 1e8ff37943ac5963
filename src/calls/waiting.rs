//! Waiting for an answer of the state, and for one of the module.

use super::shell::{Shell, calls, changed, give_way, wait_until};
use crate::engine::{Control, Core, Mode, Module, Poll, Request, Supply};
use crate::error::Error;

/// Waits until the question has an answer, for as long as `mode` allows. As a future, dropped, it has done
/// no more than ask.
///
/// # Errors
/// The question's own, and as [`wait_until`].
#[calls]
pub(crate) async fn wait<T>(
    stack: &dyn Shell,
    mode: Mode,
    supply: &Supply<'_>,
    info: &mut dyn FnMut(&[u8]),
    mut question: impl FnMut(&mut Core<'_>) -> Poll<T>,
) -> Result<T, Error> {
    // what waits is there once, whatever the answers are
    let mut answer = None;
    let mut answered = |core: &mut Core<'_>| {
        answer = Some(question(core)?);
        Ok(())
    };
    wait_until(stack, mode, supply, info, &mut answered).await?;
    answer.ok_or(Error::WouldBlock)
}

/// Has the module carry out a request of the caller and hands each information line to `info`. As a
/// future, dropped, it leaves a command that is in flight to end by itself.
///
/// # Errors
/// What the module answers, or the state it is in; [`Error::TimedOut`] after `limit`.
#[calls]
pub(crate) async fn request(
    stack: &dyn Shell,
    request: Request<'_>,
    limit: Mode,
    info: &mut dyn FnMut(&[u8]),
) -> Result<(), Error> {
    let start = stack.now();
    give_way(stack).await;
    stack.access(&mut |core| core.wake())?;
    // a command of another caller, or one that was given up, may still be in flight
    let turn = |core: &mut Core<'_>| {
        core.forget_query();
        match core.control {
            Control::Idle => {
                core.control = Control::Wanted;
                Ok(())
            }
            _ => {
                core.queue = true;
                Err(nb::Error::WouldBlock)
            }
        }
    };
    wait(stack, limit, &Supply::default(), &mut |_| {}, turn).await?;
    let _mine = Turn { stack };
    let limit = limit.after(stack.now().wrapping_sub(start));
    let supply = Supply { payload: None, request: Some(request) };
    let result = |core: &mut Core<'_>| match core.take_result() {
        Some(result) => result.map_err(nb::Error::Other),
        None => match core.module {
            Module::Dead(error) => Err(nb::Error::Other(error)),
            _ => Err(nb::Error::WouldBlock),
        },
    };
    wait(stack, limit, &supply, info, result).await
}

/// Whoever has the turn to ask the module something gives it up in the end, also if nobody waits for the
/// answer any more.
struct Turn<'s> {
    stack: &'s dyn Shell,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        // what is done has been taken; what is not, nobody takes
        let _ = self.stack.access(&mut |core| core.abandon_control());
        changed(self.stack);
    }
}
