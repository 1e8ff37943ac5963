//! Why a command is answered `ERROR` (ESP-AT digest §2.5).

/// A refusal: the code for `ERR CODE:` and the reason that legacy firmware prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Full `0x01ssxxxx` code.
    pub(crate) code: u32,
    /// Text before `ERROR` on NonOS firmware (ESP-AT digest §19).
    pub(crate) reason: Option<&'static str>,
    /// Value of `+ERRNO:`, for failed connections on 5.0 and later.
    pub(crate) errno: Option<u32>,
}

impl Refusal {
    pub(crate) const NO_AT: Self = Self::code(0x03, 0);
    pub(crate) const LENGTH: Self = Self::code(0x04, 0);
    pub(crate) const TYPE: Self = Self::code(0x05, 0);
    pub(crate) const UNSUPPORTED: Self = Self::code(0x09, 0);
    pub(crate) const FAILED: Self = Self::code(0x0a, 0);
    pub(crate) const FORM: Self = Self::code(0x0c, 0);

    const fn code(sub: u32, extension: u32) -> Self {
        Self { code: 0x0100_0000 | (sub << 16) | extension, reason: None, errno: None }
    }

    /// Wrong number of parameters.
    pub(crate) const fn count(needed: usize, given: usize) -> Self {
        Self::code(0x06, ((needed as u32) << 8) | given as u32)
    }

    /// The parameter at `index` is out of range.
    pub(crate) const fn invalid(index: usize) -> Self {
        Self::code(0x07, index as u32)
    }

    /// The parameter at `index` cannot be read.
    pub(crate) const fn unreadable(index: usize) -> Self {
        Self::code(0x08, index as u32)
    }

    /// The command failed, and legacy firmware says `reason`.
    pub(crate) const fn because(reason: &'static str) -> Self {
        Self { reason: Some(reason), ..Self::FAILED }
    }

    /// The connection failed with `errno`; the numbers in use are those of lwIP, the digest has no
    /// example.
    pub(crate) const fn errno(errno: u32) -> Self {
        Self { errno: Some(errno), ..Self::FAILED }
    }

    /// Whether the line parser refused, before any command was run.
    pub(crate) const fn is_parser(self) -> bool {
        matches!((self.code >> 16) & 0xff, 0x02 | 0x03 | 0x09 | 0x0c)
    }
}
