//! Resets: `AT+RST`, `AT+RESTORE`, the forced restart, and the reset pin (ESP-AT digest §3).

use super::dispatch::{Answer, Call};
use super::settings::{Config, Settings};
use super::{EspAt, Phase, Work};
use crate::module::Request;

impl EspAt {
    pub(crate) fn restart(&mut self, call: &Call) -> Answer {
        call.arguments.expect(0..=1)?;
        call.arguments.number(0, 0..=1)?;
        self.write("\r\nOK\r\n");
        let at = self.chip.now + self.delays.restart;
        self.work(Work::Restart { at })
    }

    pub(crate) fn restore(&mut self, call: &Call) -> Answer {
        call.arguments.expect(0..=0)?;
        for id in self.links.ids() {
            self.drop_link(id);
        }
        self.write("\r\nOK\r\n");
        self.stored = Config::new(&self.release);
        let at = self.chip.now + self.delays.restart;
        self.work(Work::Restart { at })
    }

    /// `AT+RST` while busy.
    pub(crate) fn force_restart(&mut self) {
        self.write("\r\nWill force to restart!!!\r\n");
        self.lose_power(true);
    }

    /// Ends this life of the module; with `farewell`, links and Wi-Fi are taken down in order.
    pub(crate) fn lose_power(&mut self, farewell: bool) {
        self.phase = Phase::Off { ready_at: Some(self.chip.now + self.chip.timing.boot) };
        if let Some(port) = self.server.port() {
            self.request(Request::StopListening { port });
        }
        self.server.forget();
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
        self.time = super::time::Time::default();
        self.settings = Settings::new(&self.release);
        self.config = self.stored.clone();
        self.chip.stall_over();
        self.input.clear();
        if self.uart.format != self.config.uart {
            self.uart.format = self.config.uart;
            self.chip.output.push_baud(self.config.uart.baud);
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
