//! Faults on demand (ESP-AT digest §20.2): each happens once.

use super::{Peer, VirtualWorld};
use crate::world::fault::Fault;
use crate::world::noise::{Disturbance, Disturbed, Overrun};
use crate::world::trace::Direction;
use core::time::Duration;
use std::collections::BTreeMap;

impl VirtualWorld {
    /// The module writes this now, as one unit.
    pub fn inject(&self, bytes: &[u8]) {
        self.with(|inner| inner.speak(bytes));
    }

    /// This goes out inside the write that `count` other writes precede from now on, before its byte
    /// number `offset`: just before it with 0.
    pub fn inject_into_write(&self, count: usize, offset: usize, bytes: &[u8]) {
        self.with(|inner| inner.faults.arm_counted(count, offset, bytes));
    }

    /// The write that `count` other writes precede from now on becomes `bytes`.
    pub fn rewrite(&self, count: usize, bytes: &[u8]) {
        self.with(|inner| inner.faults.arm_rewrite(count, bytes));
    }

    /// This goes out just before the next write that contains `pattern`.
    pub fn inject_before(&self, pattern: &[u8], bytes: &[u8]) {
        self.arm(pattern, Fault::Before(bytes.to_vec()));
    }

    /// This goes out just after the next write that contains `pattern`.
    pub fn inject_after(&self, pattern: &[u8], bytes: &[u8]) {
        self.arm(pattern, Fault::After(bytes.to_vec()));
    }

    /// This goes out inside the next write that contains `pattern`, `offset` bytes after its
    /// start: what no sound firmware does.
    pub fn inject_within(&self, pattern: &[u8], offset: usize, bytes: &[u8]) {
        self.arm(pattern, Fault::Within(offset, bytes.to_vec()));
    }

    /// This falls between the `OK` and the `>` of the next send prompt, as before 2.3 (ESP-AT
    /// digest §17 Q1).
    pub fn inject_before_prompt(&self, bytes: &[u8]) {
        let prompt = self.with(|inner| inner.module.prompt());
        match prompt.strip_prefix("\r\nOK\r\n") {
            Some(_) => self.arm(prompt.as_bytes(), Fault::Within(6, bytes.to_vec())),
            None => self.arm(prompt.as_bytes(), Fault::Before(bytes.to_vec())),
        }
    }

    /// The next write that contains `pattern` is lost.
    pub fn drop_next(&self, pattern: &[u8]) {
        self.arm(pattern, Fault::Drop);
    }

    /// The next write that contains `pattern` comes twice.
    pub fn repeat_next(&self, pattern: &[u8]) {
        self.arm(pattern, Fault::Twice);
    }

    /// The next write that contains `pattern` becomes `bytes`.
    pub fn replace_next(&self, pattern: &[u8], bytes: &[u8]) {
        self.arm(pattern, Fault::Replace(bytes.to_vec()));
    }

    /// The next write that contains `pattern` comes late; until then the module is busy.
    pub fn delay_next(&self, pattern: &[u8], delay: Duration) {
        self.arm(pattern, Fault::Delay(delay));
    }

    /// The module resets `offset` bytes after the start of `pattern` in its next write that
    /// contains it.
    pub fn reset_within(&self, pattern: &[u8], offset: usize) {
        self.arm(pattern, Fault::Reset(offset));
    }

    /// The module resets when `bytes` more bytes of the host have reached it, at least one.
    pub fn reset_after_hearing(&self, bytes: usize) {
        self.with(|inner| inner.reset_after = Some(bytes.max(1)));
    }

    fn arm(&self, pattern: &[u8], fault: Fault) {
        self.with(|inner| inner.faults.arm(pattern, fault));
    }

    /// The line damages one byte: the one after the next `after` bytes of this direction.
    pub fn disturb(&self, direction: Direction, after: usize, disturbance: Disturbance) {
        self.with(|inner| inner.noise.arm(direction, after, disturbance));
    }

    /// The line damages one byte of the next write that contains `pattern`: the one `offset` bytes
    /// after its start, if there is one.
    pub fn disturb_within(&self, pattern: &[u8], offset: usize, disturbance: Disturbance) {
        self.arm(pattern, Fault::Disturb(offset, disturbance));
    }

    /// What the line has damaged so far.
    pub fn disturbed(&self) -> Vec<Disturbed> {
        self.with(|inner| inner.noise.struck.clone())
    }

    /// The host's receiver loses `lost` bytes after the next `after` ones: nobody has read them in
    /// time. With a `report`, the read behind the last byte before them fails with that, once, and
    /// with it the loss ends; else nobody learns of it. Several overruns follow each other.
    pub fn overrun(&self, after: usize, lost: usize, report: Option<embedded_io::ErrorKind>) {
        let overrun = Overrun { after, lost, report, reported: false };
        self.with(|inner| inner.overruns.push_back(overrun));
    }

    /// No fault happens any more of those that were to happen at the next occasion.
    pub fn disarm(&self) {
        self.with(|inner| {
            inner.faults.disarm();
            inner.noise.end();
            inner.overruns.clear();
            inner.reset_after = None;
        });
    }

    /// How many faults have happened to writes, by kind.
    pub fn struck(&self) -> BTreeMap<&'static str, usize> {
        self.with(|inner| inner.faults.struck().clone())
    }

    /// No name can be resolved, as long as this is so.
    pub fn fail_lookups(&self, fail: bool) {
        self.with(|inner| inner.network.nameless = fail);
    }

    /// The next command that starts with `prefix` is answered `busy p...`; if `executes`, it is
    /// run all the same (ESP-AT digest §14.8).
    pub fn busy_next(&self, prefix: &str, executes: bool) {
        self.with_esp_at(|firmware| firmware.reject_next(prefix.as_bytes(), executes));
    }

    /// The next send ends in `SEND FAIL`, and nothing of it reaches the peer.
    pub fn send_fail_next(&self) {
        self.send_fail_next_after(0);
    }

    /// The next send ends in `SEND FAIL` after its first `delivered` bytes have reached the peer.
    pub fn send_fail_next_after(&self, delivered: usize) {
        self.with(|inner| inner.module.fail_next_send(delivered));
    }

    /// A client that is accepted just before the next `AT+CIPSTART` is executed, and takes its
    /// link id: the race of ESP-AT digest §9.
    ///
    /// The host sees the `CONNECT` of the client, then `ERROR`. The server must be running, with
    /// that id below `AT+CIPSERVERMAXCONN`; until then the client waits.
    pub fn steal_next_link(&self) -> Peer {
        let index = self.with(|inner| {
            let client = inner.network.next_client();
            let index = inner.network.knock(client);
            if let Some(firmware) = inner.module.esp_at() {
                firmware.steal_next_link(index as u32, client);
            }
            index
        });
        Peer { world: self.clone(), index }
    }

    /// While mute, the module does not hear the host at all.
    pub fn mute(&self, mute: bool) {
        self.with(|inner| inner.mute = mute);
    }

    /// Pulls the reset pin: output stops at once, links vanish, the boot text follows.
    pub fn reset_module(&self) {
        self.reset_module_with_noise(b"");
    }

    /// As [`reset_module`](Self::reset_module), with boot noise before `ready`.
    pub fn reset_module_with_noise(&self, noise: &[u8]) {
        self.with(|inner| inner.reset_module(noise));
    }

    /// The access points go off the air, and the module loses its association; a cellular module
    /// loses its network.
    pub fn disconnect_wifi(&self) {
        self.with(|inner| {
            let now = inner.now;
            inner.module.lose_network(now);
            inner.settle();
        });
    }

    /// The access points are on the air again, or the network is; the module joins by itself.
    pub fn reconnect_wifi(&self) {
        self.with(|inner| {
            let now = inner.now;
            inner.module.regain_network(now);
            inner.settle();
        });
    }
}
