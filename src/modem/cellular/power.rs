//! How long the pins of a module have to be held.

/// Times of the power key and of the reset pin, in ms (quectel.md §2.2).
///
/// ```
/// use usocket::network::Pulses;
/// // a board that holds the key a little longer
/// let pulses = Pulses { on_ms: 1200, ..Pulses::ANY };
/// assert!(pulses.boot_ms >= 13_000);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Pulses {
    /// Power key, to switch on.
    pub on_ms: u32,
    /// Longest time from there to a module that answers.
    pub boot_ms: u32,
    /// Power key, to switch off.
    pub off_ms: u32,
    /// Longest time from there to a module that is off.
    pub down_ms: u32,
    /// Reset pin.
    pub reset_ms: u32,
}

impl Pulses {
    /// What every module takes for a press that is not known yet (ofono's times); a module that
    /// answers is never pressed, because a second press switches it off.
    pub const ANY: Self =
        Self { on_ms: 2100, boot_ms: 20_000, off_ms: 750, down_ms: 65_000, reset_ms: 300 };
}
