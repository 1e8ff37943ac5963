//! Quirks: what firmware of the field does now and then, on demand (Quectel digest §12, §14.4).

use core::time::Duration;

/// When the next data of a socket are announced again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Rearm {
    /// After a read that left nothing.
    #[default]
    LeavesNothing,
    /// Only after a read that found nothing.
    FoundNothing,
}

/// How a request is refused that could be known to fail at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Refused {
    /// `ERROR`, instead of `OK`.
    #[default]
    AtOnce,
    /// `OK`, and then the error as the result.
    Later,
}

/// What bytes become that come while a command is executed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BusyInput {
    /// They are lost.
    #[default]
    Lost,
    /// They are taken when the command is over.
    Queued,
}

/// Deviations from the documented behaviour; every one is off as built.
///
/// What is to happen once (a lost or doubled notice, a line out of the blue, a reset in the middle
/// of an answer) is a fault of the
/// [world](crate::VirtualWorld::inject_before) instead.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Quirks {
    /// The prompt, instead of `\r\n> `.
    pub prompt: Option<&'static str>,
    /// No blank line before the final `OK` of an answer with lines.
    pub compact: bool,
    /// `+CME ERROR: 55x` instead of `ERROR`.
    pub cme_for_tcp: bool,
    /// When received data are announced again.
    pub rearm: Rearm,
    /// Every notice of data comes twice.
    pub doubled_notices: bool,
    /// No notices of data at all.
    pub no_notices: bool,
    /// The sockets of a lost context are reported closed, one by one.
    pub closes_with_context: bool,
    /// The sockets of a lost context are gone at once, instead of waiting for their close.
    pub frees_with_context: bool,
    /// A socket id that is in use.
    pub used_id: Refused,
    /// An open without a context.
    pub no_context: Refused,
    /// A connected TCP socket is in state 3.
    pub connected_is_3: bool,
    /// That many opens are never answered.
    pub unanswered_opens: usize,
    /// No context can be activated before the module restarts (Quectel digest §2.5).
    pub stuck_contexts: bool,
    /// A close takes its whole timeout.
    pub slow_close: bool,
    /// No read gives more than that.
    pub short_reads: Option<usize>,
    /// Unsolicited lines come while the module waits for a payload too.
    pub urcs_in_payload: bool,
    /// Payload is echoed until `AT+QISDE=0`.
    pub echoes_payload: bool,
    /// What bytes become that come while a command is executed.
    pub busy_input: BusyInput,
    /// The echo of a line feed is not left out.
    pub echoes_line_feed: bool,
    /// Commands are refused until the application is ready (Quectel digest Q27).
    pub refuses_until_ready: bool,
    /// No word when the module has switched itself off.
    pub no_farewell: bool,
    /// `OK` comes in front of the `SEND OK` behind a prompt too, as on a BC25.
    pub ok_before_send_ok: bool,
    /// `AT+QISEND=<id>,0` counts nothing: `+QISEND: 0,0,0`.
    pub no_send_counters: bool,
    /// A socket that is not open cannot be closed, where that is reported in words (`CLOSE OK`).
    pub unused_close_fails: bool,
    /// Data that do not fit are lost, although TCP has acknowledged them, and that is reported
    /// (`"buff full"`); without this, TCP makes the peer wait.
    pub drops_overflow: bool,
    /// Pushed data are quoted, on the line of their notice, as on a BC260Y.
    pub quoted_push: bool,
    /// A blank line between the data of a read and its `OK`, where there is none (QI-GSM).
    pub blank_line_behind_data: bool,
    /// The number of the card is quoted, where it comes without a name (QI-GSM).
    pub quoted_card_number: bool,
    /// Nothing comes out of a boot before the first command, from which the module learns the
    /// speed of the line.
    pub silent_until_addressed: bool,
    /// The module sleeps after that long a silence of the host, unless `AT+QSCLK=0`: the first
    /// bytes only wake it.
    pub sleeps_after: Option<Duration>,
    /// What comes out before the first word of a boot.
    pub boot_noise: &'static [u8],
}
