//! Results of calls, which a program makes by commands of its own.

use usocket_commands::cellular::result::{Final, NoCall};

use crate::engine::{Built, Flight, Phase, Task};
use crate::error::Error;
use crate::modem::{Context, Meaning};

/// What a line means that is about a call; `None`: it is another line, or such commands are not built in.
pub(crate) fn call_line(line: &[u8], context: &Context<'_>) -> Option<Meaning> {
    Built::PROOF?;
    let waits = matches!(
        context.flight,
        Some(Flight { task: Task::Control, phase: Phase::Answer | Phase::Result, .. })
    );
    Some(if NoCall::parse(line).is_some() {
        // behind any other command it is about a call of before (quectel.md §8)
        match waits && makes_call(context.sent) {
            true => Meaning::Failed(Error::CommandFailed),
            false => Meaning::Unasked,
        }
    } else if Final::parse(line) == Some(Final::Connect) {
        match waits && line.starts_with(context.prefix.as_bytes()) {
            true => Meaning::Info,
            false => Meaning::Unasked,
        }
    } else {
        return None;
    })
}

/// Whether a command dials, or takes a call: `ATD`, `ATA`. (`ATO`, back to transparent data, is refused.)
const fn makes_call(command: &[u8]) -> bool {
    matches!(command, [_, _, b'D' | b'd' | b'A' | b'a', ..])
}
