//! How the firmware ends.

/// The exit status of the firmware. QEMU's own are 0 and 1, that of `timeout` is 124.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// All was as it has to be.
    Success = 0,
    /// A call failed.
    Failed = 10,
    /// The program panicked.
    Panic = 11,
    /// The processor met with something that it cannot do.
    HardFault = 12,
    /// Bytes were lost on purpose, and the driver said so.
    LossNoticed = 13,
    /// Something was not what it had to be: a byte, a length, a counter.
    Wrong = 14,
}

impl Status {
    /// The one with this number.
    pub const fn of(number: i32) -> Option<Self> {
        Some(match number {
            0 => Self::Success,
            10 => Self::Failed,
            11 => Self::Panic,
            12 => Self::HardFault,
            13 => Self::LossNoticed,
            14 => Self::Wrong,
            _ => return None,
        })
    }
}
