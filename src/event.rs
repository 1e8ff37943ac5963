//! What happens to a module and its network, for a program that wants to know.

use heapless::Deque;

use crate::error::Error;

/// Something that has happened to the module or its network.
///
/// Sockets need none of this: they fail with an error of their own, and new ones work as soon as there
/// is a network. It is for a light on the front panel, a log, or a program that asks for its address
/// anew.
///
/// ```no_run
/// # fn f(modem: &usocket::Modem<'_, usocket::EspAt, impl usocket::uart::Uart, impl usocket::clock::Clock>) {
/// use usocket::ModuleEvent;
/// while let Some(event) = modem.event() {
///     match event {
///         ModuleEvent::Addressed => { /* online: ask for the time */ }
///         ModuleEvent::NetworkLost | ModuleEvent::Restarted | ModuleEvent::Lost(_) => { /* offline */ }
///         _ => {}
///     }
/// }
/// # }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum ModuleEvent {
    /// The module answers and has been set up, for the first time or after a restart.
    Ready,
    /// The module has restarted, on its own or because the driver could not help it otherwise. All
    /// connections are gone.
    Restarted,
    /// The module does not answer, or has switched itself off; the next call calls it again.
    Lost(Error),
    /// The line runs at this rate in baud from here on.
    Baud(u32),
    /// There is a link to the network, and no address yet: a Wi-Fi station has joined.
    Linked,
    /// The module has an address, perhaps another one than before: sockets can connect.
    Addressed,
    /// The network is gone.
    NetworkLost,
}

/// The latest events that the program has not taken yet.
#[derive(Debug, Default)]
pub(crate) struct Events {
    waiting: Deque<ModuleEvent, 8>,
    dropped: u32,
}

impl Events {
    /// Puts one down; if nobody takes them, the oldest make place.
    pub(crate) fn tell(&mut self, event: ModuleEvent) {
        log(event);
        if self.waiting.is_full() {
            self.waiting.pop_front();
            self.dropped = self.dropped.wrapping_add(1);
        }
        let _ = self.waiting.push_back(event); // there is room
    }

    pub(crate) fn take(&mut self) -> Option<ModuleEvent> {
        self.waiting.pop_front()
    }

    /// How many made place.
    pub(crate) const fn dropped(&self) -> u32 {
        self.dropped
    }
}

/// Tells a log of an event, if there is one.
fn log(event: ModuleEvent) {
    match event {
        ModuleEvent::Ready => info!("module is ready"),
        ModuleEvent::Baud(baud) => info!("line runs at {} baud", baud),
        ModuleEvent::Linked => info!("joined a network, no address yet"),
        ModuleEvent::Addressed => info!("network is up"),
        ModuleEvent::NetworkLost => warn!("network is lost"),
        ModuleEvent::Restarted => warn!("module restarts, all connections are gone"),
        ModuleEvent::Lost(error) => warn!("module is lost: {}", error),
    }
}
