//! A command of the program's own: sent, and waited for.

use usocket_commands::atat::AtatCmd;

use super::request;
use super::shell::{Shell, calls};
use crate::at::{Answer, CommandError, Exchange, Written, is_to_be_repeated};
use crate::engine::Mode;

/// Sends a command as often as it wants to be, and waits for its response.
#[calls]
pub(crate) async fn send_command<C: AtatCmd>(
    stack: &dyn Shell,
    command: &C,
    exchange: &Exchange<'_>,
    buffer: &mut [u8],
) -> Result<C::Response, CommandError> {
    let mut left = C::ATTEMPTS;
    loop {
        left = left.saturating_sub(1);
        match attempt(stack, command, exchange, buffer).await {
            Err(error) if left > 0 && is_to_be_repeated::<C>(&error) => {}
            result => return result,
        }
    }
}

/// Sends a command and waits, once.
#[calls]
async fn attempt<C: AtatCmd>(
    stack: &dyn Shell,
    command: &C,
    exchange: &Exchange<'_>,
    buffer: &mut [u8],
) -> Result<C::Response, CommandError> {
    let written = Written::new(command, buffer)?;
    let wanted = written.request::<C>(exchange)?;
    let mut answer = Answer::new(buffer);
    let limit = Mode::Timeout(Written::limit::<C>());
    let result = request(stack, wanted, limit, &mut |line| answer.take(line)).await;
    let mut cut = false;
    stack.access(&mut |core| cut = core.cut.take().is_some())?;
    answer.response(command, result, cut)
}
