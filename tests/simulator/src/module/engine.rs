//! What a firmware family implements: the part of a module behind the UART driver.

use super::{Chip, Event, Interface, Socket, TcpOptions};
use crate::cellular::Modem;
use crate::esp_at::EspAt;
use core::fmt::Debug;
use core::time::Duration;

/// One firmware, running.
///
/// Every method that is given a time takes note of it first and does what is due by then.
pub(crate) trait Engine: Debug + Send {
    /// The part that all families have in common.
    fn chip(&self) -> &Chip;

    /// The part that all families have in common.
    fn chip_mut(&mut self) -> &mut Chip;

    /// Takes bytes from the line, the last of which arrived at `now`.
    fn receive(&mut self, now: Duration, bytes: &[u8]);

    /// Bytes that can come in at once and make no difference in time.
    fn room(&self) -> usize {
        usize::MAX
    }

    /// Takes an event from the network.
    fn handle(&mut self, now: Duration, event: Event);

    /// When `advance` has something to do next.
    fn next_deadline(&self) -> Option<Duration>;

    /// Does everything that is due.
    fn advance(&mut self, now: Duration);

    /// Starts from cold.
    fn power_up(&mut self, now: Duration);

    /// Loses everything at once; `noise` comes out before the boot text.
    fn reset(&mut self, now: Duration, noise: &[u8]);

    /// The power key is held down for that long.
    fn power_key(&mut self, _now: Duration, _low: Duration) {}

    /// The reset pin is held down for that long; true if that resets it.
    fn reset_pin(&mut self, now: Duration, _low: Duration) -> bool {
        self.reset(now, b"");
        true
    }

    /// The line has room again for received data that wait for it.
    fn resume_reports(&mut self, _now: Duration) {}

    /// Whether received data wait for room in the transmit ring.
    fn waits_for_line(&self) -> bool {
        false
    }

    /// How many bytes of stream data the connection can take now.
    fn window(&self, socket: Socket) -> usize;

    /// The addresses of the module.
    fn interface(&self) -> Interface;

    /// The line speed.
    fn baud(&self) -> u32;

    /// Sets the line speed as an earlier life would have.
    fn set_baud(&mut self, baud: u32);

    /// Whether the module minds the host's RTS.
    fn heeds_host(&self) -> bool;

    /// Whether the module waits for a command or for payload.
    fn awaits_host(&self) -> bool;

    /// Lets the next send fail after `delivered` bytes have gone out.
    fn fail_next_send(&mut self, delivered: usize);

    /// Starts out connected to its network, with an address.
    fn start_connected(&mut self);

    /// Starts out with the clock set.
    fn start_with_time(&mut self);

    /// Starts out with a network that has IPv6.
    fn start_with_ipv6(&mut self);

    /// The network goes away.
    fn lose_network(&mut self, now: Duration);

    /// The network is there again.
    fn regain_network(&mut self, now: Duration);

    /// The last write of the prompt for the payload of a send.
    fn prompt(&self) -> &'static str;

    /// The options in force on an open link.
    fn link_options(&self, _id: usize) -> Option<TcpOptions> {
        None
    }

    /// The Wi-Fi firmware, if this is one.
    fn esp_at(&mut self) -> Option<&mut EspAt> {
        None
    }

    /// The cellular firmware, if this is one.
    fn modem(&mut self) -> Option<&mut Modem> {
        None
    }
}
