//! The memory of sockets: how many, and how large their buffers are.

use core::mem::MaybeUninit;

use crate::engine::Slot;
use crate::hidden::Hidden;

/// Memory for `SOCKETS` sockets, each with a receive ring of `RX` and a send ring of `TX` bytes.
///
/// A stream needs no particular size: data for which there is no room wait in the module, which
/// holds up the peer. Large rings mean fewer commands. In the blocking shell only calls that do not wait
/// (`setblocking(false)`, `try_send`, `embedded-nal`) and bursts of small sends use the send ring; a blocking
/// `send` goes straight from the caller's memory, so a program that never uses others can set `TX` to 0.
/// Async sockets always use it: 1 to 2 KiB keep the line full, and a datagram has to fit.
///
/// ```
/// use usocket::Memory;
/// static_cell(Memory::<2, 1024, 0>::new());
/// # fn static_cell<const S: usize, const R: usize, const T: usize>(_: Memory<S, R, T>) {}
/// ```
#[derive(Debug)]
pub struct Memory<const SOCKETS: usize = 4, const RX: usize = 2048, const TX: usize = 512> {
    /// Made by [`Modem`](crate::Modem), so that a `static` takes no flash: all else is zeros.
    pub(crate) slots: MaybeUninit<[Slot; SOCKETS]>,
    pub(crate) rx: Hidden<[[u8; RX]; SOCKETS]>,
    pub(crate) tx: Hidden<[[u8; TX]; SOCKETS]>,
    #[cfg(feature = "tls")]
    pub(crate) tls: MaybeUninit<[crate::engine::Settings; SOCKETS]>,
}

impl<const SOCKETS: usize, const RX: usize, const TX: usize> Memory<SOCKETS, RX, TX> {
    /// Memory that can be placed in a `static`.
    #[must_use]
    pub const fn new() -> Self {
        const { assert!(SOCKETS > 0 && SOCKETS < 256, "1 to 255 sockets") };
        const { assert!(RX > 0, "a socket needs a receive ring") };
        Self {
            slots: MaybeUninit::uninit(),
            rx: Hidden([[0; RX]; SOCKETS]),
            tx: Hidden([[0; TX]; SOCKETS]),
            #[cfg(feature = "tls")]
            tls: MaybeUninit::uninit(),
        }
    }
}

impl<const SOCKETS: usize, const RX: usize, const TX: usize> Default for Memory<SOCKETS, RX, TX> {
    fn default() -> Self {
        Self::new()
    }
}

// The figures of the README, with the compiler that they were taken with: `--cfg usocket_figures`, in CI.
#[cfg(all(usocket_figures, target_pointer_width = "32", feature = "udp", feature = "server"))]
const _: () = {
    use crate::{EspAt, Modem, Quectel};

    const TLS: bool = cfg!(feature = "tls");
    #[cfg(feature = "tls")]
    assert!(size_of::<crate::engine::Settings>() == 272, "README: memory of a socket with TLS");
    assert!(size_of::<Slot>() == if TLS { 164 } else { 160 }, "README: memory of a socket");
    // for commands and URCs of the program's own
    let own = if cfg!(feature = "at-commands") { 24 } else { 0 };
    let [esp_at, quectel] = if TLS { [1384, 1440] } else { [1232, 1364] };
    assert!(size_of::<Modem<'_, EspAt, (), ()>>() == esp_at + own, "README: memory of the driver");
    assert!(
        size_of::<Modem<'_, Quectel, (), ()>>() == quectel + own,
        "README: memory of the cellular driver"
    );
};
