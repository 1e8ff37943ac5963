//! Receiving: active reports, passive notices and reads (ESP-AT digest §8).

use super::dispatch::{Answer, Call};
use super::link::Link;
use super::refusal::Refusal;
use super::{EspAt, Phase};
use crate::module::{Socket, Transport};
use core::net::SocketAddr;
use core::time::Duration;

impl EspAt {
    /// Bytes of a stream arrived.
    pub(crate) fn stream_data(&mut self, socket: Socket, data: &[u8]) {
        let Some(id) = self.links.find(socket) else { return };
        self.touch(id);
        if self.is_passing(socket) {
            return self.write(data);
        }
        let passive = self.is_passive(id);
        if let Some(link) = self.links.get_mut(id) {
            link.bytes.extend(data);
            if link.is_tls() && passive {
                link.records.push(data.len());
            }
        }
        self.notify(id);
        self.push_reports();
        self.decrypting(id);
    }

    /// A TLS record without data: the host hears of it all the same (ESP-AT digest §8.8).
    pub(crate) fn control_record(&mut self, socket: Socket) {
        let Some(id) = self.links.find(socket) else { return };
        if !self.is_passive(id) || self.is_passing(socket) {
            return;
        }
        if let Some(link) = self.links.get_mut(id) {
            link.records.push_control();
        }
        self.notify(id);
    }

    /// Some firmware hears nothing while it decrypts.
    fn decrypting(&mut self, id: usize) {
        let tls = self.links.get(id).is_some_and(Link::is_tls);
        if tls && self.release.tls.busy {
            self.chip.stall(self.chip.now + self.delays.decrypt);
        }
    }

    /// A datagram arrived; an empty one closes the link, as recorded.
    ///
    /// The queue is short in either mode: passive data wait in it for the host, active data for
    /// the line, and what does not fit is lost (ESP-AT digest §8.3, §8.9).
    pub(crate) fn datagram(&mut self, socket: Socket, from: SocketAddr, data: Vec<u8>) {
        let Some(id) = self.links.find(socket) else { return };
        let passive = self.is_passive(id);
        let limit = self.release.udp_queue;
        if self.links.get(id).is_some_and(|link| link.datagrams.len() >= limit) {
            return;
        }
        if data.is_empty() {
            return self.drop_link(id);
        }
        self.touch(id);
        if let Some(link) = self.links.get_mut(id).filter(|_| !passive) {
            link.follow(from);
            link.shown = link.remote;
        }
        if self.is_passing(socket) {
            return self.write(data);
        }
        if let Some(link) = self.links.get_mut(id) {
            link.datagrams.push_back((from, data));
        }
        self.notify(id);
        self.push_reports();
    }

    /// Whether the link is read by `AT+CIPRECVDATA`.
    pub(crate) fn is_passive(&self, id: usize) -> bool {
        let transport = self.links.get(id).map_or(Transport::Tcp, |link| link.transport);
        let takes_part = match transport {
            Transport::Tcp => true,
            Transport::Ssl => self.release.tls.passive,
            Transport::Udp => self.release.passive_udp,
        };
        self.settings.passive[id] && takes_part
    }

    /// Restarts the idle timer of a link.
    pub(crate) fn touch(&mut self, id: usize) {
        let now = self.chip.now;
        if let Some(link) = self.links.get_mut(id) {
            link.last_traffic = now;
        }
    }

    /// Passive mode: prints a notice unless one is outstanding or nothing is there.
    pub(crate) fn notify(&mut self, id: usize) {
        if !self.is_passive(id) {
            return;
        }
        let prefix = self.prefix(id);
        let tls = self.release.tls;
        let Some(link) = self.links.get_mut(id) else { return };
        let length = link.unread(tls);
        if !link.noticed && length > 0 {
            link.noticed = true;
            self.write(format!("\r\n+IPD,{prefix}{length}\r\n"));
        }
    }

    /// When data that wait for the end of the report interval are due.
    pub(crate) fn report_deadline(&self) -> Option<Duration> {
        let due = self.next_round > self.chip.now && self.has_reports_waiting();
        due.then_some(self.next_round)
    }

    /// Whether active data wait to be reported.
    pub(crate) fn has_reports_waiting(&self) -> bool {
        self.links.iter().any(|(id, link)| link.open && !self.is_passive(id) && !link.is_drained())
    }

    /// Active mode: writes reports while the transmit ring has room; after a round of them, what
    /// arrives within the report interval waits and is reported together.
    pub(crate) fn push_reports(&mut self) {
        let off = matches!(self.phase, Phase::Off { .. });
        if off || self.chip.now < self.next_round || !self.has_reports_waiting() {
            return;
        }
        self.next_round = self.chip.now + self.delays.report;
        for id in self.links.ids() {
            if self.is_passive(id) || self.links.open(id).is_none() {
                continue;
            }
            while self.chip.output.backlog() < self.chip.profile.transmit_ring {
                let Some((from, data)) = self.take_report(id) else { break };
                self.write_report(id, from, &data);
            }
            self.close_if_drained(id);
        }
    }

    /// Takes the data of one active report out of a link.
    fn take_report(&mut self, id: usize) -> Option<(SocketAddr, Vec<u8>)> {
        let max = self.release.report_max;
        let link = self.links.get_mut(id)?;
        if link.transport.is_stream() {
            let length = link.bytes.len().min(max);
            let data: Vec<u8> = link.bytes.drain(..length).collect();
            return (!data.is_empty()).then_some((link.remote, data));
        }
        let (from, mut data) = link.datagrams.pop_front()?;
        // One report is one datagram, whose end may be cut off (ESP-AT digest §8.2).
        data.truncate(max);
        Some((from, data))
    }

    fn write_report(&mut self, id: usize, from: SocketAddr, data: &[u8]) {
        let info = self.remote_info(from);
        let mut report = format!("\r\n+IPD,{}{}{info}:", self.prefix(id), data.len()).into_bytes();
        report.extend(data);
        if self.release.report_newline {
            report.extend(b"\r\n");
        }
        self.write(report);
    }

    /// `,"<ip>",<port>` with `AT+CIPDINFO=1`, else nothing.
    fn remote_info(&self, from: SocketAddr) -> String {
        match (self.settings.remote_info, self.release.quoted_addresses) {
            (false, _) => String::new(),
            (true, true) => format!(",\"{}\",{}", from.ip(), from.port()),
            (true, false) => format!(",{},{}", from.ip(), from.port()),
        }
    }

    pub(crate) fn read_data(&mut self, call: &Call) -> Answer {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 4)?;
        arguments.expect(1..=1)?;
        let length = arguments.need(0, 1..=i64::from(i32::MAX))? as usize;
        if self.links.open(id).is_none() || !self.is_passive(id) {
            return Err(Refusal::FAILED);
        }
        let (from, data) = self.take_passive(id, length).ok_or(Refusal::FAILED)?;
        let info = self.remote_info(from);
        let mut answer = if self.release.is_legacy() {
            format!("{},{}{info}:", call.name, data.len()).into_bytes()
        } else {
            let info = info.strip_prefix(',').map(|info| format!("{info},")).unwrap_or_default();
            format!("{}:{},{info}", call.name, data.len()).into_bytes()
        };
        answer.extend(data);
        self.write(answer);
        self.finish(Ok(()));
        self.proceed_later();
        self.rearm_notice(id);
        self.close_if_drained(id);
        Ok(())
    }

    /// Takes what one read returns: bytes of a stream, or whole datagrams, the last one cut.
    fn take_passive(&mut self, id: usize, length: usize) -> Option<(SocketAddr, Vec<u8>)> {
        let link = self.links.get_mut(id)?;
        let mut data = Vec::new();
        let mut from = link.remote;
        if link.transport.is_stream() {
            // A read of a TLS link gives what one record holds.
            let ready = if link.is_tls() { link.records.decrypt() } else { link.bytes.len() };
            let available = ready.min(length);
            data.extend(link.bytes.drain(..available));
            link.records.take(available);
        }
        while data.len() < length {
            let Some((sender, mut datagram)) = link.datagrams.pop_front() else { break };
            // The module learns the sender only now, and its status does not show it (§8.7).
            link.follow(sender);
            // What does not fit is thrown away (ESP-AT digest §8.7).
            datagram.truncate(length - data.len());
            data.extend(datagram);
            from = sender;
        }
        (!data.is_empty()).then_some((from, data))
    }

    /// After a read: the next arrival, or what is left, gives a new notice.
    fn rearm_notice(&mut self, id: usize) {
        let at = self.chip.now + self.delays.notice;
        let tls = self.release.tls;
        let Some(link) = self.links.get_mut(id) else { return };
        link.noticed = false;
        if link.unread(tls) == 0 {
            link.notice_at = None;
        } else if at > self.chip.now {
            link.noticed = true;
            link.notice_at = Some(at);
        } else {
            self.notify(id);
        }
    }

    pub(crate) fn query_lengths(&mut self, call: &Call) -> Answer {
        let closed = self.release.closed_length.to_string();
        let count = if self.settings.multiplex { 5 } else { 1 };
        let lengths: Vec<String> = (0..count)
            .map(|id| {
                let open = self.links.open(id);
                open.map_or(closed.clone(), |link| link.unread(self.release.tls).to_string())
            })
            .collect();
        self.answer_line(call, lengths.join(","));
        Ok(())
    }

    /// `AT+CIPRECVMODE`: all links at once.
    pub(crate) fn set_receive_mode(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        let passive = call.arguments.need(0, 0..=1)? == 1;
        self.change_receive(0..=4, passive)
    }

    pub(crate) fn query_receive_mode(&mut self, call: &Call) -> Answer {
        self.answer_line(call, u8::from(self.settings.passive[0]));
        Ok(())
    }

    /// `AT+CIPRECVTYPE`: link by link, 5 for all.
    pub(crate) fn set_receive_type(&mut self, call: &Call) -> Answer {
        let mut arguments = call.arguments.clone();
        let id = self.link_id(&mut arguments, 5)?;
        arguments.expect(1..=1)?;
        let passive = arguments.need(0, 0..=1)? == 1;
        if id == 5 {
            self.change_receive(0..=4, passive)
        } else {
            self.change_receive(id..=id, passive)
        }
    }

    pub(crate) fn query_receive_type(&mut self, call: &Call) -> Answer {
        if !self.settings.multiplex {
            self.answer_line(call, u8::from(self.settings.passive[0]));
            return Ok(());
        }
        for id in 0..5 {
            let passive = u8::from(self.settings.passive[id]);
            self.answer_line(call, format_args!("{id},{passive}"));
        }
        Ok(())
    }

    /// Changes the receive type; what was held back for reading pours out before the answer.
    fn change_receive(&mut self, ids: core::ops::RangeInclusive<usize>, passive: bool) -> Answer {
        if passive && self.settings.passthrough {
            return Err(Refusal::FAILED);
        }
        for id in ids {
            let was_passive = core::mem::replace(&mut self.settings.passive[id], passive);
            if let Some(link) = self.links.get_mut(id) {
                link.noticed = false;
                link.notice_at = None;
                if was_passive != passive {
                    link.records.restart(if passive { link.bytes.len() } else { 0 });
                }
            }
            if was_passive && !passive {
                while let Some((from, data)) = self.take_report(id) {
                    self.write_report(id, from, &data);
                }
            }
            if passive {
                self.notify(id);
            }
        }
        Ok(())
    }

    pub(crate) fn set_remote_info(&mut self, call: &Call) -> Answer {
        call.arguments.expect(1..=1)?;
        self.settings.remote_info = call.arguments.need(0, 0..=1)? == 1;
        Ok(())
    }

    pub(crate) fn query_remote_info(&mut self, call: &Call) -> Answer {
        self.answer_bare(call, self.settings.remote_info);
        Ok(())
    }
}
