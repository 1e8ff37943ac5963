//! The simulated module itself: bytes in, atomic writes out, no clock, no socket, no thread.
//!
//! A world owns a [`Module`] and moves four things: UART bytes in ([`Module::receive`]), writes out
//! ([`Module::poll_output`]), requests to the network out ([`Module::poll_request`]) and network
//! events in ([`Module::handle`]). Time is a [`Duration`] since the start of the world; when
//! [`Module::next_deadline`] has passed, the world calls [`Module::advance`].
//!
//! **Every [`Output::Write`] is one unit on the line**: an unsolicited line never falls inside one,
//! and may fall between any two (ESP-AT digest §20.1, Quectel digest §14.2).
//!
//! What the bytes mean is up to the firmware family of the [`Profile`]; this is the part that is
//! the same for all.

mod chip;
mod engine;
mod interface;
mod network;
mod output;
mod tcp_options;
mod timing;
mod tls;

pub(crate) use chip::Chip;
pub(crate) use engine::Engine;
pub(crate) use interface::Interface;
pub use network::{Event, Failure, Family, Request, Socket, Transport};
pub use output::Output;
pub(crate) use output::OutputQueue;
pub use tcp_options::TcpOptions;
pub use timing::Timing;
pub use tls::{Dates, Distrust, Identity, SharedKey, TlsClient, TlsServer, TlsVersion};

use crate::cellular::Modem;
use crate::esp_at::EspAt;
use crate::profile::Profile;
use core::time::Duration;

/// A simulated module of any family.
#[derive(Debug)]
pub struct Module {
    engine: Box<dyn Engine>,
}

impl Module {
    /// A module that is already up, with echo on and factory settings.
    pub fn new(profile: Profile) -> Self {
        Self { engine: profile.start() }
    }

    /// The firmware profile.
    pub fn profile(&self) -> &Profile {
        &self.engine.chip().profile
    }

    /// How long things take.
    pub fn timing(&self) -> &Timing {
        &self.engine.chip().timing
    }

    /// Changes how long things take.
    pub fn timing_mut(&mut self) -> &mut Timing {
        &mut self.engine.chip_mut().timing
    }

    /// The Wi-Fi firmware, for what only that has; `None` of a cellular module.
    pub fn esp_at(&mut self) -> Option<&mut EspAt> {
        self.engine.esp_at()
    }

    /// The cellular firmware, for what only that has; `None` of a Wi-Fi module.
    pub fn modem(&mut self) -> Option<&mut Modem> {
        self.engine.modem()
    }

    // --- files --------------------------------------------------------------------------------

    /// What a file of the module holds: a certificate or a key, under the name that the firmware
    /// has for it.
    ///
    /// An ESP-AT firmware has `client_ca.0`, `client_cert.0`, `client_key.0`, the same with `.1`,
    /// and `server_ca.0`, `server_cert.0` and `server_key.0`, with contents of the manufacturer; on
    /// a Quectel module the host names them (`AT+QFUPL`).
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.engine.chip().files.get(name).map(Vec::as_slice)
    }

    /// Puts a file into the module, instead of what it held.
    pub fn put_file(&mut self, name: &str, contents: &[u8]) {
        self.engine.chip_mut().files.insert(name.to_owned(), contents.to_vec());
    }

    /// Takes a file out of the module.
    pub fn remove_file(&mut self, name: &str) {
        self.engine.chip_mut().files.remove(name);
    }

    // --- the line -----------------------------------------------------------------------------

    /// Takes bytes from the line, the last of which arrived at `now`.
    ///
    /// Give at most [`room`](Self::room) bytes per call to keep the times exact.
    pub fn receive(&mut self, now: Duration, bytes: &[u8]) {
        self.engine.receive(now, bytes);
    }

    /// Bytes that can come in at once and make no difference in time.
    pub fn room(&self) -> usize {
        self.engine.room()
    }

    /// Next write or change of the line speed, in order; call until `None` after every input.
    #[must_use]
    pub fn poll_output(&mut self) -> Option<Output> {
        self.engine.chip_mut().output.pop()
    }

    /// Tells how many written bytes have not left on the line yet: reports of received data wait
    /// for room in the transmit ring.
    pub fn set_backlog(&mut self, now: Duration, bytes: usize) {
        let chip = self.engine.chip_mut();
        chip.pass_time(now);
        chip.output.set_backlog(bytes);
        self.engine.resume_reports(now);
    }

    /// Whether received data wait for room in the transmit ring.
    pub fn waits_for_line(&self) -> bool {
        self.engine.waits_for_line()
    }

    /// The line speed that the module listens and speaks at, in baud.
    pub fn baud(&self) -> u32 {
        self.engine.baud()
    }

    /// Sets the speed that the module starts with, as the settings of an earlier life would.
    pub fn set_baud(&mut self, baud: u32) {
        self.engine.set_baud(baud);
    }

    /// Whether the module minds the host's RTS (its own CTS).
    pub fn heeds_host(&self) -> bool {
        self.engine.heeds_host()
    }

    /// Whether the host is to go on: the module waits for a command or for payload.
    pub fn awaits_host(&self) -> bool {
        self.engine.awaits_host()
    }

    /// Next line that the module executed, without its end; lines that it rejected as busy are
    /// not among them.
    #[must_use]
    pub fn poll_command(&mut self) -> Option<Vec<u8>> {
        self.engine.chip_mut().heard.pop_front()
    }

    // --- the network --------------------------------------------------------------------------

    /// Next request to the network, in order; call until `None` after every input.
    #[must_use]
    pub fn poll_request(&mut self) -> Option<Request> {
        self.engine.chip_mut().requests.pop_front()
    }

    /// Takes an event from the network.
    pub fn handle(&mut self, now: Duration, event: Event) {
        self.engine.handle(now, event);
    }

    /// How many bytes of stream data the connection can take now: its receive window.
    pub fn window(&self, socket: Socket) -> usize {
        self.engine.window(socket)
    }

    pub(crate) fn interface(&self) -> Interface {
        self.engine.interface()
    }

    /// The options in force on an open link.
    pub fn link_options(&self, id: usize) -> Option<TcpOptions> {
        self.engine.link_options(id)
    }

    /// Starts out connected to its network, with an address, as if only the host had restarted.
    pub fn start_connected(&mut self) {
        self.engine.start_connected();
    }

    /// Starts out with the clock set, which tells whether certificates are out of date.
    pub fn start_with_time(&mut self) {
        self.engine.start_with_time();
    }

    /// Starts out with a network that has IPv6.
    pub fn start_with_ipv6(&mut self) {
        self.engine.start_with_ipv6();
    }

    /// The network goes away.
    pub fn lose_network(&mut self, now: Duration) {
        self.engine.lose_network(now);
    }

    /// The network is there again.
    pub fn regain_network(&mut self, now: Duration) {
        self.engine.regain_network(now);
    }

    // --- time and power -----------------------------------------------------------------------

    /// When [`advance`](Self::advance) has something to do next, if ever.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Duration> {
        self.engine.next_deadline()
    }

    /// Takes note of the time and does everything that is due.
    pub fn advance(&mut self, now: Duration) {
        self.engine.advance(now);
    }

    /// Starts from cold: the first word of the firmware follows after the boot time.
    pub fn power_up(&mut self, now: Duration) {
        self.engine.power_up(now);
    }

    /// Resets at once: the running answer is cut, links vanish without a word to anybody.
    ///
    /// `noise` comes out before the boot text, as that of an ESP8266 does.
    pub fn reset(&mut self, now: Duration, noise: &[u8]) {
        self.engine.reset(now, noise);
    }

    /// Holds the power key down for that long.
    pub fn power_key(&mut self, now: Duration, low: Duration) {
        self.engine.power_key(now, low);
    }

    /// Holds the reset pin down for that long; true if that was long enough for a reset.
    pub fn reset_pin(&mut self, now: Duration, low: Duration) -> bool {
        self.engine.reset_pin(now, low)
    }

    // --- misbehaviour -------------------------------------------------------------------------

    /// Rejects all input until then, as if the last command still ran.
    pub fn stall(&mut self, until: Duration) {
        self.engine.chip_mut().stall(until);
    }

    /// Lets the next send end in `SEND FAIL` after `delivered` bytes have gone out.
    pub fn fail_next_send(&mut self, delivered: usize) {
        self.engine.fail_next_send(delivered);
    }

    pub(crate) fn prompt(&self) -> &'static str {
        self.engine.prompt()
    }
}
