//! Basic commands: probe, echo, version and system settings (ESP-AT digest §4).

use super::dispatch::{Answer, Call};
use super::{EspAt, table};

impl EspAt {
    pub(crate) fn probe(&mut self, _call: &Call) -> Answer {
        Ok(())
    }

    pub(crate) fn echo_off(&mut self, _call: &Call) -> Answer {
        self.settings.echo = false;
        Ok(())
    }

    pub(crate) fn echo_on(&mut self, _call: &Call) -> Answer {
        self.settings.echo = true;
        Ok(())
    }

    pub(crate) fn show_version(&mut self, _call: &Call) -> Answer {
        self.write(self.release.version);
        if self.release.is_legacy() {
            // No blank line before this `OK` (ESP-AT digest §19).
            self.write("OK\r\n");
            self.phase = super::Phase::Idle;
            self.proceed_later();
        }
        Ok(())
    }

    pub(crate) fn list_commands(&mut self, call: &Call) -> Answer {
        let lines: Vec<String> = table::available(&self.release)
            .enumerate()
            .map(|(index, entry)| {
                let has = |handler: Option<_>| u8::from(handler.is_some());
                format!(
                    "{index},\"AT{}\",{},{},{},{}",
                    entry.name,
                    has(entry.test),
                    has(entry.query),
                    has(entry.set),
                    has(entry.execute),
                )
            })
            .collect();
        for line in lines {
            self.answer_line(call, line);
        }
        Ok(())
    }

    pub(crate) fn set_store(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.settings.store = call.arguments.need(0, 0..=1)? == 1;
        Ok(())
    }

    pub(crate) fn query_store(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.settings.store));
        Ok(())
    }

    pub(crate) fn set_error_codes(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.settings.error_codes = call.arguments.need(0, 0..=1)? == 1;
        Ok(())
    }

    pub(crate) fn query_error_codes(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.settings.error_codes));
        Ok(())
    }

    pub(crate) fn set_messages(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let bits = call.arguments.need(0, 0..=7)? as u8;
        self.configure(call.store, |config| config.messages = bits);
        Ok(())
    }

    pub(crate) fn query_messages(&mut self, call: &Call) -> Answer {
        self.answer_bare(call, self.config.messages);
        Ok(())
    }

    pub(crate) fn query_memory(&mut self, call: &Call) -> Answer {
        self.answer_bare(call, "135184,128328");
        Ok(())
    }

    pub(crate) fn set_sleep(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let max = if self.release.is_legacy() { 2 } else { 3 };
        self.settings.sleep = call.arguments.need(0, 0..=max)? as u8;
        Ok(())
    }

    pub(crate) fn query_sleep(&mut self, call: &Call) -> Answer {
        self.answer_line(call, self.settings.sleep);
        Ok(())
    }
}
