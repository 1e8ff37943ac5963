//! Answers: information lines, final results, and why a command is refused (Quectel digest §1.3,
//! §1.4).

/// What a command does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// These lines, then `OK`.
    Lines(Vec<Vec<u8>>),
    /// The answer comes later, or has been given.
    Later,
}

/// Why a command is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// `ERROR`, whatever `AT+CMEE` says.
    Error,
    /// `+CME ERROR`, as far as `AT+CMEE` wants it (Quectel digest §11.2).
    Cme(u16),
    /// An error of the TCP/IP commands (Quectel digest §11.1).
    Tcp(u16),
    /// `+CMS ERROR`, of the message service (Quectel digest §11.3).
    Cms(u16),
    /// `NO CARRIER`.
    NoCarrier,
}

/// What a handler returns.
pub(crate) type Answer = Result<Outcome, Refusal>;

/// Only `OK`.
pub(crate) fn ok() -> Answer {
    Ok(Outcome::Lines(Vec::new()))
}

/// One line, then `OK`.
pub(crate) fn line(text: impl Into<Vec<u8>>) -> Answer {
    Ok(Outcome::Lines(vec![text.into()]))
}

/// Some lines, then `OK`.
pub(crate) fn lines(lines: impl IntoIterator<Item = String>) -> Answer {
    Ok(Outcome::Lines(lines.into_iter().map(String::into_bytes).collect()))
}

/// The text of a `+CME ERROR` (Quectel digest §11.2).
pub(crate) fn cme_text(code: u16) -> &'static str {
    match code {
        0 => "phone failure",
        3 => "operation not allowed",
        4 => "operation not supported",
        10 => "SIM not inserted",
        11 => "SIM PIN required",
        12 => "SIM PUK required",
        13 => "SIM failure",
        14 => "SIM busy",
        15 => "SIM wrong",
        16 => "incorrect password",
        21 => "invalid index",
        22 => "not found",
        30 => "no network service",
        31 => "network timeout",
        _ => "unknown",
    }
}

/// The text of an error of the TCP/IP commands (Quectel digest §11.1).
pub(crate) fn tcp_text(code: u16) -> &'static str {
    match code {
        0 => "operate successfully",
        551 => "operation blocked",
        552 => "invalid parameters",
        553 => "memory not enough",
        554 => "create socket failed",
        555 => "operation not supported",
        556 => "socket bind failed",
        557 => "socket listen failed",
        558 => "socket write failed",
        559 => "socket read failed",
        560 => "socket accept failed",
        561 => "open PDP context failed",
        562 => "close PDP context failed",
        563 => "socket identity has been used",
        564 => "DNS busy",
        565 => "DNS parse failed",
        566 => "socket connect failed",
        567 => "socket has been closed",
        568 => "operation busy",
        569 => "operation timeout",
        570 => "PDP context broken down",
        571 => "cancel send",
        572 => "operation not allowed",
        573 => "APN not configured",
        574 => "port busy",
        _ => "unknown error",
    }
}
