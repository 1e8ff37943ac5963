//! Waiting for several sockets at once, with the API of MicroPython's `select`.
//!
//! ```no_run
//! # fn f<'n>(net: &'n impl usocket::Network, listener: &usocket::Socket<'n>, client: &usocket::Socket<'n>)
//! # -> Result<(), usocket::Error> {
//! use usocket::fugit::ExtU32;
//! use usocket::select::{POLLIN, Poll};
//! let mut poll = Poll::<4>::new(net);
//! poll.register(listener, POLLIN)?;
//! poll.register(client, POLLIN)?;
//! for event in poll.poll(Some(500.millis()))? {
//!     if event.is(listener) {
//!         let (_another, _address) = listener.accept()?;
//!     } else if event.is(client) {
//!         let _count = client.recv(&mut [0; 64])?;
//!     }
//! }
//! # Ok(()) }
//! ```

use core::fmt;

use fugit::MillisDurationU32;
use heapless::Vec;

use crate::calls::{Descriptor, File, Network, Socket, wait};
use crate::engine::{Core, Mode, SocketId};
use crate::error::Error;
use crate::shell::Shell;

/// There is something to read, to accept, or the end of a stream.
pub const POLLIN: u8 = 1;
/// There is room to send.
pub const POLLOUT: u8 = 4;
/// Something has failed; reported whether asked for or not.
pub const POLLERR: u8 = 8;
/// There is no connection; reported whether asked for or not.
pub const POLLHUP: u8 = 16;
/// The socket is closed; reported whether asked for or not.
pub const POLLNVAL: u8 = 32;

/// Flag of [`Poll::ipoll`]: an object that is reported is not looked at again before
/// [`Poll::modify`].
pub const ONE_SHOT: u8 = 1;

/// Something that a [`Poll`] can wait for: a [`Socket`] or a [`File`] on the network `'n`.
pub trait Pollable<'n>: sealed::Sealed<'n> {}

mod sealed {
    use crate::calls::Descriptor;

    pub trait Sealed<'n> {
        #[expect(private_interfaces, reason = "cannot be called outside the crate")]
        fn descriptor(&self) -> Descriptor<'n>;
    }
}

impl<'n> sealed::Sealed<'n> for Socket<'n> {
    #[expect(private_interfaces, reason = "cannot be called outside the crate")]
    fn descriptor(&self) -> Descriptor<'n> {
        self.0
    }
}

impl<'n> sealed::Sealed<'n> for File<'n> {
    #[expect(private_interfaces, reason = "cannot be called outside the crate")]
    fn descriptor(&self) -> Descriptor<'n> {
        self.descriptor
    }
}

impl<'n> Pollable<'n> for Socket<'n> {}
impl<'n> Pollable<'n> for File<'n> {}

/// What has happened to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Event {
    /// Sum of [`POLLIN`] and the like.
    pub mask: u8,
    id: SocketId,
}

impl Event {
    /// Whether it is about this object.
    #[must_use]
    pub fn is<'n>(&self, object: &impl Pollable<'n>) -> bool {
        self.id == object.descriptor().id
    }

    /// The number of the socket when it was registered ([`Socket::fileno`]).
    #[must_use]
    pub fn fileno(&self) -> i32 {
        i32::from(self.id.slot)
    }

    /// Whether there is something to read, to accept, or the end of a stream.
    #[must_use]
    pub const fn is_readable(&self) -> bool {
        self.mask & POLLIN != 0
    }

    /// Whether there is room to send.
    #[must_use]
    pub const fn is_writable(&self) -> bool {
        self.mask & POLLOUT != 0
    }
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    id: SocketId,
    mask: u8,
    /// Reported once, and not to be looked at.
    spent: bool,
}

/// Up to `N` objects that are waited for together.
///
/// It is level-triggered: what stays true is reported again. It holds no borrow of the sockets, so
/// they can be moved, closed and dropped meanwhile; a closed one is reported as [`POLLNVAL`].
pub struct Poll<'n, const N: usize = 8> {
    stack: &'n dyn Shell,
    entries: Vec<Entry, N>,
}

impl<'n, const N: usize> Poll<'n, N> {
    /// Waits for objects on this network.
    pub fn new<T: Network + ?Sized>(net: &'n T) -> Self {
        Self { stack: net.stack().0, entries: Vec::new() }
    }

    /// Adds an object, to be reported when something of `mask` is the case. Twice: as
    /// [`modify`](Self::modify).
    ///
    /// # Errors
    /// [`Error::OutOfMemory`]: there are `N` already; [`Error::InvalidInput`]: on another module.
    pub fn register(&mut self, object: &impl Pollable<'n>, mask: u8) -> Result<(), Error> {
        let Descriptor { stack, id } = object.descriptor();
        if !core::ptr::addr_eq(stack, self.stack) {
            return Err(Error::InvalidInput);
        }
        if self.entry(id).is_some() {
            return self.modify(object, mask);
        }
        let entry = Entry { id, mask, spent: false };
        self.entries.push(entry).map_err(|_| Error::OutOfMemory)
    }

    /// Changes what an object is reported for.
    ///
    /// # Errors
    /// [`Error::NotFound`]: it is not registered.
    pub fn modify(&mut self, object: &impl Pollable<'n>, mask: u8) -> Result<(), Error> {
        let entry = self.entry(object.descriptor().id).ok_or(Error::NotFound)?;
        entry.mask = mask;
        entry.spent = false;
        Ok(())
    }

    /// Takes an object out; it need not be in.
    pub fn unregister(&mut self, object: &impl Pollable<'n>) {
        let id = object.descriptor().id;
        self.entries.retain(|entry| entry.id != id);
    }

    /// Takes the object out that an event is about: the way to get rid of a socket that is gone.
    pub fn remove(&mut self, event: &Event) {
        self.entries.retain(|entry| entry.id != event.id);
    }

    /// Waits until there is something to report: `None` for ever, else this long; 0 only looks. An
    /// empty list says that the time is over.
    ///
    /// # Errors
    /// [`Error::Interrupted`] by the idle hook, [`Error::Busy`], [`Error::Uart`].
    pub fn poll(&mut self, timeout: Option<MillisDurationU32>) -> Result<Vec<Event, N>, Error> {
        let mode = match timeout.map(|limit| limit.as_ticks()) {
            None => Mode::Blocking,
            Some(0) => Mode::NonBlocking,
            Some(limit) => Mode::Timeout(limit),
        };
        let entries = &self.entries;
        let look = |core: &mut Core<'_>| {
            let events = ready(core, entries);
            if events.is_empty() { Err(nb::Error::WouldBlock) } else { Ok(events) }
        };
        match wait(self.stack, mode, &Default::default(), &mut |_| {}, look) {
            Err(Error::TimedOut | Error::WouldBlock) => Ok(Vec::new()),
            result => result,
        }
    }

    /// [`poll`](Self::poll) as an iterator; with [`ONE_SHOT`] in `flags`, objects that are reported
    /// are not looked at again before [`modify`](Self::modify).
    ///
    /// # Errors
    /// As [`poll`](Self::poll).
    pub fn ipoll(
        &mut self,
        timeout: Option<MillisDurationU32>,
        flags: u8,
    ) -> Result<impl Iterator<Item = Event> + use<N>, Error> {
        let events = self.poll(timeout)?;
        if flags & ONE_SHOT != 0 {
            for event in &events {
                if let Some(entry) = self.entry(event.id) {
                    entry.spent = true;
                }
            }
        }
        Ok(events.into_iter())
    }

    fn entry(&mut self, id: SocketId) -> Option<&mut Entry> {
        self.entries.iter_mut().find(|entry| entry.id == id)
    }
}

fn ready<const N: usize>(core: &mut Core<'_>, entries: &Vec<Entry, N>) -> Vec<Event, N> {
    let mut events = Vec::new();
    for entry in entries.iter().filter(|entry| !entry.spent) {
        let mask = core.readiness(entry.id, entry.mask);
        if mask != 0 {
            // there is room: no more events than entries
            let _ = events.push(Event { mask, id: entry.id });
        }
    }
    events
}

impl<const N: usize> fmt::Debug for Poll<'_, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Poll").field("entries", &self.entries).finish_non_exhaustive()
    }
}
