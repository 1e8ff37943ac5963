//! What a program may have to say of a command beside the command itself.

use core::fmt;

/// What a program may have to say of a command beside the command itself: what follows a prompt, and which
/// lines belong to the answer.
///
/// ```no_run
/// # use usocket::commands::atat::{self, atat_derive::{AtatCmd, AtatResp}};
/// # #[derive(AtatResp)] struct Reference { number: u8 }
/// # #[derive(AtatCmd)] #[at_cmd("+CMGS", Reference, timeout_ms = 120_000)] struct SendMessage { to: &'static str }
/// # fn f(modem: &usocket::Modem<'_, usocket::Quectel, impl usocket::uart::Uart, impl usocket::clock::Clock>) -> Result<(), usocket::at::CommandError> {
/// use usocket::at::Exchange;
/// let message = SendMessage { to: "+491701234567" };
/// let text = Exchange::new().payload(b"Good morning!\x1a"); // Ctrl-Z ends it
/// let reference = modem.send_command_with(&message, text, &mut [0; 64])?;
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Default)]
pub struct Exchange<'p> {
    pub(super) payload: &'p [u8],
    pub(super) only: &'static str,
    pub(super) until: &'static str,
    pub(super) shown: bool,
}

// the payload appears in no log
impl fmt::Debug for Exchange<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Exchange")
            .field("payload", &self.payload.len())
            .field("only", &self.only)
            .field("until", &self.until)
            .field("shown", &self.shown)
            .finish()
    }
}

impl<'p> Exchange<'p> {
    /// One command, and an answer that ends with `OK` or an error.
    #[must_use]
    pub const fn new() -> Self {
        Self { payload: &[], only: "", until: "", shown: false }
    }

    /// The module asks for a payload by `>` or `CONNECT`, and gets this one, with whatever ends it (Ctrl-Z,
    /// `0x1A`, of a message). Command, line end and payload together have at most 256 bytes.
    ///
    /// It is written even if the caller has given up meanwhile. If no prompt comes in time, the module gets
    /// its escape sequence or, without one, as many ESC as the payload is long.
    #[must_use]
    pub const fn payload(self, payload: &'p [u8]) -> Self {
        Self { payload, ..self }
    }

    /// Only lines that begin so belong to the answer: any other is a URC, or nobody's.
    #[must_use]
    pub const fn only(self, beginning: &'static str) -> Self {
        Self { only: beginning, ..self }
    }

    /// `OK` says only that the command was taken: the answer ends with a line that begins so, and that line
    /// belongs to it. It may come before the `OK`, too.
    #[must_use]
    pub const fn until(self, beginning: &'static str) -> Self {
        Self { until: beginning, ..self }
    }

    /// Command and answer are shown in the log as they are; the payload is not.
    #[must_use]
    pub const fn shown(self) -> Self {
        Self { shown: true, ..self }
    }
}
