//! Short messages in text mode: `AT+CMGF`, `AT+CMGS`, `AT+CMGR`, `AT+CMGD` (3GPP TS 27.005 §3).
//!
//! The network knows one subscriber: what is sent to [`OWN_NUMBER`] comes back to this module, and is
//! reported by `+CMTI`; anything else goes nowhere.

use super::answer::{Answer, Outcome, Refusal, line, ok};
use super::clock::Clock;
use super::command::Command;
use super::core::{Core, Payload, Phase};
use super::sim::SimState;

/// The number of the module itself.
const OWN_NUMBER: &str = "+12025550123";
/// Places for messages, and longest text in bytes.
const PLACES: usize = 10;
const LONGEST: usize = 160;

/// The messages of a module.
#[derive(Debug, Default)]
pub(crate) struct Messages {
    /// `AT+CMGF=1`.
    text_mode: bool,
    /// Where a message goes whose text is awaited.
    to: Option<String>,
    /// How many have been sent, modulo 256.
    reference: u8,
    stored: Vec<Option<Stored>>,
}

#[derive(Debug)]
struct Stored {
    from: String,
    time: String,
    text: Vec<u8>,
    read: bool,
}

impl Core {
    pub(crate) fn set_message_format(&mut self, command: &Command) -> Answer {
        self.messages.text_mode = command.arguments.need(0, 0..=1)? == 1;
        ok()
    }

    pub(crate) fn query_message_format(&mut self, _command: &Command) -> Answer {
        line(format!("+CMGF: {}", u8::from(self.messages.text_mode)))
    }

    /// Asks for the text of a message. Of PDUs this module knows nothing.
    pub(crate) fn send_message(&mut self, command: &Command) -> Answer {
        let to = command.arguments.need_text(0).map_err(|_| Refusal::Cms(304))?;
        match self.sim.state() {
            SimState::Ready => {}
            _ => return Err(Refusal::Cms(310)),
        }
        if !self.messages.text_mode {
            return Err(Refusal::Cms(303));
        }
        if !self.registration.is_registered() {
            return Err(Refusal::Cms(331));
        }
        self.messages.to = Some(to);
        self.chip.write("\r\n> ");
        let echo = self.settings.echo;
        self.phase =
            Phase::Payload(Payload { length: None, most: LONGEST, data: Vec::new(), echo });
        Ok(Outcome::Later)
    }

    /// Whether the payload that comes is the text of a message.
    pub(crate) const fn awaits_message(&self) -> bool {
        self.messages.to.is_some()
    }

    /// The module has started anew: a text that was awaited will not come.
    pub(crate) fn forget_draft(&mut self) {
        self.messages.to = None;
    }

    /// The text of a message has come, or (`None`) it has been cancelled.
    pub(crate) fn take_message(&mut self, text: Option<Vec<u8>>) {
        let (Some(to), Some(text)) = (self.messages.to.take(), text) else {
            return self.finish(ok());
        };
        let messages = &mut self.messages;
        messages.reference = messages.reference.wrapping_add(1);
        let sent = line(format!("+CMGS: {}", messages.reference));
        self.finish(sent);
        if to == OWN_NUMBER {
            self.deliver(text);
        }
    }

    /// A message comes from the network.
    fn deliver(&mut self, text: Vec<u8>) {
        let time = format!("{}+00", Clock::network(self.now()).short());
        let message = Stored { from: OWN_NUMBER.to_owned(), time, text, read: false };
        let places = &mut self.messages.stored;
        places.resize_with(PLACES, || None);
        if let Some(index) = places.iter().position(Option::is_none) {
            places[index] = Some(message);
            self.urc(format!("+CMTI: \"ME\",{index}"));
        }
    }

    pub(crate) fn read_message(&mut self, command: &Command) -> Answer {
        let index = command.arguments.need(0, 0..=255).map_err(|_| Refusal::Cms(321))? as usize;
        let place = self.messages.stored.get_mut(index);
        let Some(message) = place.and_then(Option::as_mut) else { return Err(Refusal::Cms(321)) };
        let state = if message.read { "READ" } else { "UNREAD" };
        message.read = true;
        let Stored { from, time, text, .. } = message;
        let mut answer = format!("+CMGR: \"REC {state}\",\"{from}\",,\"{time}\"\r\n").into_bytes();
        answer.extend_from_slice(text);
        Ok(Outcome::Lines(vec![answer]))
    }

    pub(crate) fn delete_message(&mut self, command: &Command) -> Answer {
        let index = command.arguments.need(0, 0..=255).map_err(|_| Refusal::Cms(321))? as usize;
        let place = self.messages.stored.get_mut(index).ok_or(Refusal::Cms(321))?;
        *place = None;
        ok()
    }
}
