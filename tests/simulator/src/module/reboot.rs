//! Resets: `AT+RST`, `AT+RESTORE`, the forced restart, and the reset pin (ESP-AT digest §3).

use super::dispatch::{Answer, Call};
use super::network::Request;
use super::settings::{Config, Settings};
use super::{Module, Phase, Work};
use core::time::Duration;

impl Module {
    /// Starts from cold: `ready` follows after the boot time.
    pub fn power_up(&mut self, now: Duration) {
        self.now = self.now.max(now);
        self.lose_power(false);
    }

    /// Pulls the reset pin: the running answer is cut, links vanish without a word to anybody.
    ///
    /// `noise` comes out before `ready`, as the boot text of an ESP8266 does.
    pub fn reset(&mut self, now: Duration, noise: &[u8]) {
        self.now = self.now.max(now);
        self.output.clear();
        self.lose_power(false);
        if !noise.is_empty() {
            self.write(noise);
        }
    }

    pub(crate) fn restart(&mut self, call: &Call) -> Answer {
        call.arguments.expect(0..=1)?;
        call.arguments.number(0, 0..=1)?;
        self.write("\r\nOK\r\n");
        let at = self.now + self.timing.restart;
        self.work(Work::Restart { at })
    }

    pub(crate) fn restore(&mut self, call: &Call) -> Answer {
        call.arguments.expect(0..=0)?;
        for id in self.links.ids() {
            self.drop_link(id);
        }
        self.write("\r\nOK\r\n");
        self.stored = Config::new(&self.profile);
        let at = self.now + self.timing.restart;
        self.work(Work::Restart { at })
    }

    /// `AT+RST` while busy.
    pub(crate) fn force_restart(&mut self) {
        self.write("\r\nWill force to restart!!!\r\n");
        self.lose_power(true);
    }

    /// Ends this life of the module; with `farewell`, links and Wi-Fi are taken down in order.
    pub(crate) fn lose_power(&mut self, farewell: bool) {
        self.phase = Phase::Off { ready_at: Some(self.now + self.timing.boot) };
        self.server.forget();
        self.request(Request::StopListening);
        for id in self.links.ids() {
            let open = self.links.open(id).is_some();
            let prefix = self.prefix(id);
            let Some(socket) = self.release(id) else { continue };
            if farewell && open {
                self.write(format!("{prefix}CLOSED\r\n"));
                self.request(Request::Close { socket });
            } else {
                self.request(Request::Abandon { socket });
            }
        }
        if farewell && self.is_associated() {
            self.write("WIFI DISCONNECT\r\n");
        }
        self.station.forget();
        self.settings = Settings::new(&self.profile);
        self.config = self.stored.clone();
        self.mischief.stall_over();
        self.input.clear();
        if self.uart.format != self.config.uart {
            self.uart.format = self.config.uart;
            self.output.push_baud(self.config.uart.baud);
        }
    }

    /// The firmware is up.
    pub(crate) fn become_ready(&mut self) {
        self.input.clear();
        self.write("\r\nready\r\n");
        self.phase = Phase::Idle;
        self.join_stored();
    }
}
