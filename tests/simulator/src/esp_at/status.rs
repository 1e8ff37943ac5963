//! Status queries: `AT+CIPSTATE?`, `AT+CIPSTATUS`, `AT+CIPTCPOPT` (ESP-AT digest §10, §11).

use super::EspAt;
use super::dispatch::{Answer, Call};
use super::release::Generation;
use crate::module::TcpOptions;

impl EspAt {
    pub(crate) fn query_state(&mut self, call: &Call) -> Answer {
        self.write_links(call);
        Ok(())
    }

    pub(crate) fn show_status(&mut self, call: &Call) -> Answer {
        let links = self.links.iter().any(|(_, link)| link.open);
        let status = match (self.has_address(), links) {
            (true, true) => 3,
            (true, false) => 2,
            (false, _) if self.config.mode == 0 => 0,
            (false, _) => 5,
        };
        self.write(format!("STATUS:{status}\r\n"));
        self.write_links(call);
        Ok(())
    }

    fn write_links(&mut self, call: &Call) {
        let lines: Vec<String> = self
            .links
            .iter()
            .filter(|(_, link)| link.open)
            .map(|(id, link)| {
                format!(
                    "{id},\"{}\",\"{}\",{},{},{}",
                    link.type_name(),
                    link.shown.ip(),
                    link.shown.port(),
                    link.local_port,
                    u8::from(link.accepted),
                )
            })
            .collect();
        for line in lines {
            self.answer_line(call, line);
        }
    }

    pub(crate) fn set_tcp_options(&mut self, call: &Call) -> Answer {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 5)?;
        // Keep-alive came with 2.4 (ESP-AT digest §11).
        let count = if self.has_keep_alive() { 4 } else { 3 };
        arguments.expect(1..=count)?;
        let linger = arguments.number(0, -1..=65_535)?;
        let no_delay = arguments.flag(1)?;
        let send_timeout = arguments.number(2, 0..=600_000)?;
        let keep_alive = arguments.number(3, 0..=7200)?;
        let ids = if id == 5 { 0..=4 } else { id..=id };
        self.configure(call.store, |config| {
            for options in &mut config.tcp_options[ids.clone()] {
                options.linger = linger.map_or(options.linger, |it| it as i32);
                options.no_delay = no_delay.unwrap_or(options.no_delay);
                options.send_timeout = send_timeout.map_or(options.send_timeout, |it| it as u32);
                options.keep_alive = keep_alive.map_or(options.keep_alive, |it| it as u32);
            }
        });
        Ok(())
    }

    pub(crate) fn query_tcp_options(&mut self, call: &Call) -> Answer {
        let count = if self.settings.multiplex { 5 } else { 1 };
        for id in 0..count {
            let TcpOptions { linger, no_delay, send_timeout, keep_alive } =
                self.config.tcp_options[id];
            let mut line = format!("{id},{linger},{},{send_timeout}", u8::from(no_delay));
            if self.has_keep_alive() {
                line += &format!(",{keep_alive}");
            }
            self.answer_line(call, line);
        }
        Ok(())
    }

    fn has_keep_alive(&self) -> bool {
        self.release.generation >= Generation::V3_2
    }
}
