//! Questions to the network: `AT+QIDNSGIP`, `AT+QPING`, `AT+QNTP` (Quectel digest §5.9).

use super::Quectel;
use super::open::family;
use crate::cellular::{Answer, Clock, Command, Core, Refusal, ok, shown};
use crate::module::Request;
use core::net::IpAddr;
use core::time::Duration;

/// Lifetime of an address that the name server gives, in seconds.
const LIFETIME: u32 = 600;
/// Bytes of an echo request.
const ECHO_SIZE: u32 = 32;
/// Time to live of its answer.
const ECHO_HOPS: u32 = 255;

/// A question under way; there is one at a time.
#[derive(Debug)]
pub(crate) struct Query {
    context: u8,
    /// The name that is looked up for it.
    name: Option<String>,
    purpose: Purpose,
    /// When the running echo request is given up, or the next one is due.
    pub(crate) deadline: Option<Duration>,
}

#[derive(Debug)]
enum Purpose {
    Name,
    Ping(Ping),
    Time { sets: bool },
}

/// A series of echo requests.
#[derive(Debug)]
struct Ping {
    address: Option<IpAddr>,
    timeout: Duration,
    left: u32,
    /// Round trips in milliseconds.
    times: Vec<u32>,
    sent: u32,
    /// An echo request is under way.
    running: bool,
}

/// Time between two echo requests.
const PING_PAUSE: Duration = Duration::from_secs(1);

impl Quectel {
    fn begin_query(
        &mut self,
        core: &mut Core,
        command: &Command,
        purpose: Purpose,
    ) -> Result<Option<IpAddr>, Refusal> {
        let arguments = &command.arguments;
        let context = arguments.need(0, 1..=core.model.contexts.into())? as u8;
        let host = arguments.word(1)?;
        Self::need_context(core, context)?;
        if self.query.is_some() {
            return Err(Refusal::Tcp(if matches!(purpose, Purpose::Name) { 564 } else { 568 }));
        }
        let address = host.parse::<IpAddr>().ok();
        let name = address.is_none().then(|| host.clone());
        if let Some(name) = name.clone() {
            let family = family(core, context);
            core.request(Request::Resolve { name, family });
        }
        self.query = Some(Query { context, name, purpose, deadline: None });
        Ok(address)
    }

    pub(crate) fn look_up(&mut self, core: &mut Core, command: &Command) -> Answer {
        command.arguments.expect(2..=2)?;
        if let Some(address) = self.begin_query(core, command, Purpose::Name)? {
            self.query = None;
            core.urc_afterwards(format!("+QIURC: \"dnsgip\",0,1,{LIFETIME}"));
            core.urc_afterwards(format!("+QIURC: \"dnsgip\",\"{}\"", shown(address)));
        }
        ok()
    }

    pub(crate) fn ping(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=4)?;
        let timeout = arguments.number(2, 1..=255)?.unwrap_or(4) as u64;
        let left = arguments.number(3, 1..=10)?.unwrap_or(4) as u32;
        let timeout = Duration::from_secs(timeout);
        let ping =
            Ping { address: None, timeout, left, times: Vec::new(), sent: 0, running: false };
        if let Some(address) = self.begin_query(core, command, Purpose::Ping(ping))? {
            self.send_ping(core, address);
        }
        ok()
    }

    pub(crate) fn ask_time(&mut self, core: &mut Core, command: &Command) -> Answer {
        let arguments = &command.arguments;
        arguments.expect(2..=5)?;
        arguments.number(2, 1..=65_535)?;
        let sets = arguments.number(3, 0..=1)?.unwrap_or(1) == 1;
        if self.begin_query(core, command, Purpose::Time { sets })?.is_some() {
            let now = core.now();
            if let Some(query) = &mut self.query {
                query.deadline = Some(now);
            }
        }
        ok()
    }

    /// A name is known that a question waits for.
    pub(crate) fn resolved_for_query(&mut self, core: &mut Core, name: &str, found: &[IpAddr]) {
        let Some(query) = self.query.as_mut().filter(|it| it.name.as_deref() == Some(name)) else {
            return;
        };
        query.name = None;
        match (&query.purpose, found.first().copied()) {
            (Purpose::Name, _) => {
                self.query = None;
                Self::report_names(core, found);
            }
            (Purpose::Ping(_), Some(address)) => self.send_ping(core, address),
            (Purpose::Time { .. }, Some(_)) => self.report_time(core),
            (Purpose::Ping(_), None) => self.fail_query(core, "+QPING: 565"),
            (Purpose::Time { .. }, None) => self.fail_query(core, "+QNTP: 565"),
        }
    }

    fn fail_query(&mut self, core: &mut Core, text: &str) {
        self.query = None;
        core.last_error = 565;
        core.urc(text);
    }

    fn report_names(core: &mut Core, found: &[IpAddr]) {
        if found.is_empty() {
            core.last_error = 565;
            return core.urc("+QIURC: \"dnsgip\",565");
        }
        core.urc(format!("+QIURC: \"dnsgip\",0,{},{LIFETIME}", found.len()));
        for address in found {
            core.urc(format!("+QIURC: \"dnsgip\",\"{}\"", shown(*address)));
        }
    }

    fn report_time(&mut self, core: &mut Core) {
        let sets = self.query.take();
        let sets = sets.is_some_and(|it| matches!(it.purpose, Purpose::Time { sets: true }));
        if sets {
            core.clock.synchronise();
        }
        let date = Clock::network(core.now()).long();
        core.urc(format!("+QNTP: 0,\"{date}+00\""));
    }

    fn send_ping(&mut self, core: &mut Core, address: IpAddr) {
        let now = core.now();
        let Some(Query { purpose: Purpose::Ping(ping), deadline, .. }) = &mut self.query else {
            return;
        };
        ping.address = Some(address);
        ping.left -= 1;
        ping.sent += 1;
        ping.running = true;
        *deadline = Some(now + ping.timeout);
        core.request(Request::Ping { address });
    }

    /// An echo request was answered, or the network gave up on it.
    pub(crate) fn pong(&mut self, core: &mut Core, address: IpAddr, time: Option<Duration>) {
        let Some(Query { purpose: Purpose::Ping(ping), .. }) = &mut self.query else { return };
        if !ping.running || ping.address != Some(address) {
            return;
        }
        // Without an answer, the time that the host has set decides.
        let Some(time) = time.map(|time| time.as_millis() as u32) else { return };
        ping.times.push(time);
        let ip = shown(address);
        core.urc(format!("+QPING: 0,\"{ip}\",{ECHO_SIZE},{time},{ECHO_HOPS}"));
        self.ping_done(core);
    }

    fn ping_done(&mut self, core: &mut Core) {
        let now = core.now();
        let Some(Query { purpose: Purpose::Ping(ping), deadline, .. }) = &mut self.query else {
            return;
        };
        ping.running = false;
        if ping.left > 0 {
            *deadline = Some(now + PING_PAUSE);
            return;
        }
        let received = ping.times.len() as u32;
        let least = ping.times.iter().min().copied().unwrap_or(0);
        let most = ping.times.iter().max().copied().unwrap_or(0);
        let mean = ping.times.iter().sum::<u32>().checked_div(received).unwrap_or(0);
        let (sent, lost) = (ping.sent, ping.sent - received);
        core.urc(format!("+QPING: 0,{sent},{received},{lost},{least},{most},{mean}"));
        self.query = None;
    }

    /// A step of a question is due.
    pub(crate) fn run_query(&mut self, core: &mut Core) {
        let now = core.now();
        let Some(query) = self.query.as_mut().filter(|it| it.deadline.is_some_and(|at| at <= now))
        else {
            return;
        };
        query.deadline = None;
        match &query.purpose {
            Purpose::Name => {}
            Purpose::Time { .. } => self.report_time(core),
            Purpose::Ping(ping) => match (ping.running, ping.address) {
                (true, _) => {
                    core.urc("+QPING: 569");
                    self.ping_done(core);
                }
                (false, Some(address)) => self.send_ping(core, address),
                (false, None) => {}
            },
        }
    }

    /// The context under a question is gone.
    pub(crate) fn abort_queries(&mut self, core: &mut Core, context: u8) {
        let Some(query) = self.query.take_if(|query| query.context == context) else { return };
        core.urc(match query.purpose {
            Purpose::Name => "+QIURC: \"dnsgip\",570",
            Purpose::Ping(_) => "+QPING: 570",
            Purpose::Time { .. } => "+QNTP: 570",
        });
    }
}
