//! Status queries: `AT+CIPSTATE?`, `AT+CIPSTATUS`, `AT+CIPTCPOPT` (ESP-AT digest §10, §11).

use super::Module;
use super::dispatch::{Answer, Call};

impl Module {
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
                    link.transport.name(),
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
        arguments.expect(1..=4)?;
        let linger = arguments.number(0, -1..=65_535)?;
        let no_delay = arguments.number(1, 0..=1)?;
        let send_timeout = arguments.number(2, 0..=600_000)?;
        let keep_alive = arguments.number(3, 0..=7200)?;
        let ids = if id == 5 { 0..=4 } else { id..=id };
        for options in &mut self.settings.tcp_options[ids] {
            options.linger = linger.unwrap_or(options.linger);
            options.no_delay = no_delay.unwrap_or(options.no_delay);
            options.send_timeout = send_timeout.unwrap_or(options.send_timeout);
            options.keep_alive = keep_alive.unwrap_or(options.keep_alive);
        }
        Ok(())
    }

    pub(crate) fn query_tcp_options(&mut self, call: &Call) -> Answer {
        let count = if self.settings.multiplex { 5 } else { 1 };
        for id in 0..count {
            let options = self.settings.tcp_options[id];
            self.answer_line(
                call,
                format_args!(
                    "{id},{},{},{},{}",
                    options.linger, options.no_delay, options.send_timeout, options.keep_alive
                ),
            );
        }
        Ok(())
    }
}
