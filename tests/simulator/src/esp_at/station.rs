//! The Wi-Fi station: joining, losing and regaining an access point (ESP-AT digest §5.3, §5.4).

use super::access_point::AccessPoint;
use super::ipv6::Ipv6;
use super::refusal::Refusal;
use super::settings::Credentials;
use super::{EspAt, Phase, Work};
use crate::module::Interface;
use core::net::Ipv4Addr;
use core::time::Duration;

/// Addresses of the station.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) address: Ipv4Addr,
    pub(crate) gateway: Ipv4Addr,
    pub(crate) netmask: Ipv4Addr,
}

/// Why a join failed, with the number that `+CWJAP:` shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum JoinFailure {
    Timeout = 1,
    Password = 2,
    NotFound = 3,
}

/// A join in progress.
#[derive(Debug)]
struct Join {
    credentials: Credentials,
    stage: Stage,
    at: Duration,
    /// Whether `AT+CWJAP` waits for it.
    commanded: bool,
}

#[derive(Debug)]
enum Stage {
    Associate(AccessPoint),
    Address(AccessPoint),
    Fail(JoinFailure),
}

#[derive(Debug, Default)]
pub(crate) struct Station {
    /// The access point, while associated.
    pub(crate) access_point: Option<AccessPoint>,
    pub(crate) addresses: Option<Addresses>,
    pub(crate) ipv6: Ipv6,
    /// Fixed addresses of `AT+CIPSTA`.
    pub(crate) fixed: Option<Addresses>,
    /// Credentials in use; reconnection needs them.
    pub(crate) credentials: Option<Credentials>,
    join: Option<Join>,
    /// `AT+CWQAP` was given: stay away.
    left: bool,
}

impl Station {
    /// Forgets the connection, as a reset does.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    pub(crate) fn is_joining(&self) -> bool {
        self.join.is_some()
    }
}

impl EspAt {
    pub(crate) fn is_associated(&self) -> bool {
        self.station.access_point.is_some()
    }

    /// Whether the station has an IPv4 address.
    pub fn has_address(&self) -> bool {
        self.station.addresses.is_some()
    }

    /// The addresses as the network sees them.
    pub(crate) fn addresses(&self) -> Interface {
        Interface {
            ipv4: self.station.addresses.map(|it| (it.address, it.netmask)),
            link_local: self.station.ipv6.link_local,
            global: self.station.ipv6.global,
        }
    }

    /// Starts out associated with the first access point on the air, as a stored configuration
    /// would have it; a default one is added if there is none.
    pub(crate) fn start_joined(&mut self) {
        self.air.populate();
        let Some(access_point) = self.air.access_points.first().cloned() else { return };
        let credentials = Credentials::new(&access_point.ssid, &access_point.password);
        let stored = Some(credentials.clone());
        self.configure(true, |config| {
            config.mode = 1;
            config.credentials.clone_from(&stored);
        });
        self.station.credentials = Some(credentials);
        self.station.addresses = Some(Addresses::of(&access_point));
        self.station.access_point = Some(access_point);
        if self.config.ipv6 {
            self.enable_ipv6();
        }
    }

    /// Has a configuration in flash that every boot joins, without being joined yet.
    pub fn store_credentials(&mut self, ssid: &str, password: &str) {
        self.configure(true, |config| {
            config.mode = 1;
            config.credentials = Some(Credentials::new(ssid, password));
        });
    }

    pub(crate) fn set_responsive(&mut self, responsive: bool) {
        for point in &mut self.air.access_points {
            point.responsive = responsive;
        }
    }

    /// The station loses its access point, though the access point stays in reach if it is on
    /// the air; the module tries to come back.
    pub(crate) fn lose_wifi(&mut self, now: Duration) {
        self.chip.pass_time(now);
        self.run_deadlines();
        let commanded = self.station.join.take().filter(|join| join.commanded);
        self.drop_wifi();
        match commanded {
            // A join under way runs into its timeout.
            Some(join) => {
                let at = self.chip.now + Duration::from_secs(join.credentials.timeout.into());
                self.station.join =
                    Some(Join { stage: Stage::Fail(JoinFailure::Timeout), at, ..join });
            }
            None => self.schedule_rejoin(),
        }
        self.run_deadlines();
    }

    /// The next attempt of a lost station to come back is made now, after its interval.
    pub(crate) fn retry_join(&mut self, now: Duration) {
        self.chip.pass_time(now);
        self.run_deadlines();
        if !self.is_associated() && self.station.join.as_ref().is_none_or(|join| !join.commanded) {
            self.station.join = None;
            self.schedule_rejoin();
        }
        self.run_deadlines();
    }

    /// Joins on behalf of `AT+CWJAP`.
    pub(crate) fn join_commanded(&mut self, credentials: Credentials) {
        if self.is_associated() {
            self.drop_wifi();
        }
        self.begin_join(credentials, true);
    }

    /// Joins the stored access point, if there is one and the settings want it.
    pub(crate) fn join_stored(&mut self) {
        let wanted = self.config.auto_connect && matches!(self.config.mode, 1 | 3);
        if let (true, Some(credentials)) = (wanted, self.config.credentials.clone()) {
            self.begin_join(credentials, false);
        }
    }

    fn begin_join(&mut self, credentials: Credentials, commanded: bool) {
        let (stage, delay) = self.outlook(&credentials);
        self.station.left = false;
        self.station.credentials = Some(credentials.clone());
        let at = self.chip.now + delay;
        self.station.join = Some(Join { credentials, stage, at, commanded });
    }

    /// How a join with `credentials` will go, and when its first step is due.
    fn outlook(&self, credentials: &Credentials) -> (Stage, Duration) {
        let found = self.air.access_points.iter().find(|candidate| {
            candidate.ssid == credentials.ssid
                && credentials
                    .bssid
                    .as_ref()
                    .is_none_or(|bssid| candidate.bssid.eq_ignore_ascii_case(bssid))
        });
        let timeout = Duration::from_secs(credentials.timeout.into());
        match found {
            None => (Stage::Fail(JoinFailure::NotFound), self.delays.scan.min(timeout)),
            Some(point) if !point.responsive => (Stage::Fail(JoinFailure::Timeout), timeout),
            Some(point) if !point.admits(&credentials.password) => {
                (Stage::Fail(JoinFailure::Password), (self.delays.associate * 3).min(timeout))
            }
            Some(point) => (Stage::Associate(point.clone()), self.delays.associate),
        }
    }

    pub(crate) fn station_deadline(&self) -> Option<Duration> {
        [self.join_deadline(), self.station.ipv6.deadline()].into_iter().flatten().min()
    }

    fn join_deadline(&self) -> Option<Duration> {
        self.station.join.as_ref().map(|join| join.at)
    }

    /// Takes the steps of a join that are due, and the addresses that follow.
    pub(crate) fn run_station(&mut self) {
        while let Some(at) = self.station_deadline().filter(|at| *at <= self.chip.now) {
            match self.station.join.take_if(|join| join.at == at) {
                Some(join) => self.step_join(join),
                None => self.step_ipv6(),
            }
        }
    }

    fn step_join(&mut self, join: Join) {
        match join.stage {
            Stage::Associate(point) => {
                self.write("WIFI CONNECTED\r\n");
                self.station.access_point = Some(point.clone());
                self.await_ipv6(&point);
                let at = self.chip.now + self.delays.address;
                self.station.join = Some(Join { stage: Stage::Address(point), at, ..join });
            }
            Stage::Address(point) => {
                self.station.addresses =
                    Some(self.station.fixed.unwrap_or_else(|| Addresses::of(&point)));
                self.write("WIFI GOT IP\r\n");
                if join.commanded {
                    let used = Some(join.credentials);
                    let store = self.settings.store;
                    self.configure(store, |config| config.credentials.clone_from(&used));
                    self.finish_join(Ok(()));
                }
            }
            Stage::Fail(failure) => {
                if join.commanded {
                    self.write(format!("+CWJAP:{}\r\n", failure as u8));
                    self.finish_join(Err(Refusal::FAILED));
                } else {
                    self.schedule_rejoin();
                }
            }
        }
    }

    fn finish_join(&mut self, result: Result<(), Refusal>) {
        if !matches!(self.phase, Phase::Busy(Work::Join)) {
            return;
        }
        if result.is_err() && self.release.is_legacy() {
            self.write("\r\nFAIL\r\n");
            self.phase = Phase::Idle;
            return;
        }
        self.finish(result);
    }

    /// Another attempt after the reconnection interval, unless it is off.
    fn schedule_rejoin(&mut self) {
        let Some(credentials) = self.station.credentials.clone() else { return };
        if self.station.left || credentials.reconnect == 0 {
            return;
        }
        let pause = Duration::from_secs(credentials.reconnect.into());
        let (stage, delay) = self.outlook(&credentials);
        let at = self.chip.now + pause + delay;
        self.station.join = Some(Join { credentials, stage, at, commanded: false });
    }

    /// `AT+CWQAP`: leaves and stays away; links end after the answer, as recorded.
    pub(crate) fn leave(&mut self) {
        self.station.left = true;
        self.station.join = None;
        if !self.is_associated() {
            return;
        }
        self.station.access_point = None;
        self.station.addresses = None;
        self.station.ipv6 = Ipv6::default();
        self.write("WIFI DISCONNECT\r\n");
        self.finish(Ok(()));
        self.proceed_later();
        self.lose_links();
    }

    /// The association ends: `WIFI DISCONNECT`, then the links.
    fn drop_wifi(&mut self) {
        self.station.join = None;
        if self.station.access_point.take().is_none() {
            return;
        }
        self.station.addresses = None;
        self.station.ipv6 = Ipv6::default();
        self.write("WIFI DISCONNECT\r\n");
        self.lose_links();
        self.fail_connects();
    }

    fn lose_links(&mut self) {
        self.decline_waiting();
        for id in self.links.ids() {
            self.lose_link(id);
        }
    }

    /// Ends the association on a change of mode.
    pub(crate) fn stop_station(&mut self) {
        self.drop_wifi();
        self.station.left = true;
    }

    /// Numbers of `AT+CWSTATE?`.
    pub(crate) fn station_state(&self) -> u8 {
        match (&self.station.access_point, self.station.addresses) {
            (Some(_), Some(_)) => 2,
            (Some(_), None) => 1,
            (None, _) if self.station.is_joining() => 3,
            (None, _) if self.station.left || self.station.credentials.is_some() => 4,
            (None, _) => 0,
        }
    }
}

impl Addresses {
    fn of(point: &AccessPoint) -> Self {
        Self { address: point.address, gateway: point.gateway, netmask: point.netmask }
    }
}

impl Credentials {
    pub(crate) fn new(ssid: &str, password: &str) -> Self {
        Self {
            ssid: ssid.to_owned(),
            password: password.to_owned(),
            bssid: None,
            pci: 0,
            reconnect: 1,
            listen: 3,
            scan_mode: 0,
            timeout: 15,
            pmf: 1,
        }
    }
}
