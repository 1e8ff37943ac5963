//! The firmware as its module drives it.

use super::{EspAt, Phase};
use crate::module::{Chip, Engine, Event, Interface, Request, Socket, TcpOptions};
use core::time::Duration;

impl EspAt {
    /// Queues one atomic write.
    pub(crate) fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.chip.write(bytes);
    }

    /// Queues a write to follow the final answer of the running command.
    pub(crate) fn write_afterwards(&mut self, bytes: impl AsRef<[u8]>) {
        self.chip.output.push_afterwards(bytes.as_ref());
    }

    /// Releases the writes that waited for the final answer.
    pub(crate) fn flush_afterwards(&mut self) {
        self.chip.output.flush_afterwards();
    }

    /// Writes the send prompt, in one write or in the two of older firmware.
    pub(crate) fn write_prompt(&mut self) {
        for part in self.release.prompt {
            self.write(part);
        }
    }

    pub(crate) fn request(&mut self, request: Request) {
        self.chip.request(request);
    }
}

impl Engine for EspAt {
    fn chip(&self) -> &Chip {
        &self.chip
    }

    fn chip_mut(&mut self) -> &mut Chip {
        &mut self.chip
    }

    fn receive(&mut self, now: Duration, bytes: &[u8]) {
        self.advance(now);
        self.take_bytes(bytes);
        self.run_deadlines();
    }

    fn room(&self) -> usize {
        self.chunk_room()
    }

    fn handle(&mut self, now: Duration, event: Event) {
        self.advance(now);
        self.take_event(event);
        self.run_deadlines();
    }

    fn next_deadline(&self) -> Option<Duration> {
        self.deadline()
    }

    fn advance(&mut self, now: Duration) {
        self.chip.pass_time(now);
        self.run_deadlines();
    }

    fn power_up(&mut self, now: Duration) {
        self.chip.pass_time(now);
        self.lose_power(false);
    }

    fn reset(&mut self, now: Duration, noise: &[u8]) {
        self.chip.pass_time(now);
        self.chip.output.clear();
        self.lose_power(false);
        if !noise.is_empty() {
            self.write(noise);
        }
    }

    fn resume_reports(&mut self, now: Duration) {
        self.chip.pass_time(now);
        self.push_reports();
    }

    fn waits_for_line(&self) -> bool {
        self.report_deadline().is_none() && self.has_reports_waiting()
    }

    fn window(&self, socket: Socket) -> usize {
        self.receive_window(socket)
    }

    fn interface(&self) -> Interface {
        self.addresses()
    }

    fn baud(&self) -> u32 {
        self.uart.baud()
    }

    fn set_baud(&mut self, baud: u32) {
        self.uart.format.baud = baud;
        self.configure(true, |config| config.uart.baud = baud);
    }

    fn heeds_host(&self) -> bool {
        self.uart.format.flow & 2 != 0
    }

    fn awaits_host(&self) -> bool {
        matches!(self.phase, Phase::Idle | Phase::Collecting(_) | Phase::Passthrough(_))
    }

    fn fail_next_send(&mut self, delivered: usize) {
        self.mischief.send_failures.push_back(delivered);
    }

    fn start_connected(&mut self) {
        self.start_joined();
    }

    fn start_with_time(&mut self) {
        self.set_time_known();
    }

    fn start_with_ipv6(&mut self) {
        self.enable_ipv6();
    }

    fn lose_network(&mut self, now: Duration) {
        self.set_responsive(false);
        self.lose_wifi(now);
    }

    fn regain_network(&mut self, now: Duration) {
        self.set_responsive(true);
        self.retry_join(now);
    }

    fn prompt(&self) -> &'static str {
        self.release.prompt.last().copied().unwrap_or(">")
    }

    fn link_options(&self, id: usize) -> Option<TcpOptions> {
        let options = self.config.tcp_options.get(id)?;
        self.links.open(id).map(|_| *options)
    }

    fn esp_at(&mut self) -> Option<&mut EspAt> {
        Some(self)
    }
}
