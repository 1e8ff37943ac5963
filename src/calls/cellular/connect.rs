//! Registering with a network, and getting a context of it.

use core::net::{IpAddr, Ipv4Addr};

use embedded_hal::digital::OutputPin;
use fugit::MillisDurationU32;
use usocket_commands::cellular::registration::Status as Registration;

use super::super::network::{CellularShell, is_up, learn};
use super::super::request;
use super::shell::{calls, sleep};
use super::{ASK_EVERY, Cellular, DOMAINS};
use crate::blocking::Idle;
use crate::engine::{Mode, Request};
use crate::error::Error;
use crate::modem::cellular::{Fact, Profile, Query};
use crate::network::{CellularStatus, IfConfig, Progress, SimStatus, rank, sim_error};

/// How long [`Cellular::connect`] waits for a registration: it takes minutes in a place where the
/// module has not been before.
pub(super) const REGISTRATION_LIMIT: MillisDurationU32 = MillisDurationU32::from_ticks(300_000);

/// How long all domains have to deny the registration before it counts, in ms: a network may deny
/// first what another one grants.
const DENIED_FOR: u32 = 10_000;

/// Longest way to a context, in ms: two attempts of 150 s, and giving up what was before each for 40 s
/// (quectel.md §4).
const ATTACH_LIMIT: u32 = 400_000;

#[calls]
impl<K: OutputPin> Cellular<'_, K> {
    /// Registers with a network and gets a context: up to 5 minutes for the one, up to 400 s for the
    /// other (two attempts). `user` and `password` are empty where the network wants none.
    ///
    /// The profile is remembered until [`disconnect`](Self::disconnect): when the network drops the
    /// context, or the module restarts, it is asked for again by itself. Connections of an earlier
    /// context end ([`Error::NetworkDown`]).
    ///
    /// # Errors
    /// [`Error::InvalidInput`] as [`Profile::new`]; [`Error::SimMissing`],
    /// [`Error::SimPinRequired`], [`Error::SimPukRequired`], [`Error::SimFailure`];
    /// [`Error::RegistrationDenied`], [`Error::NoCoverage`]; [`Error::AttachFailed`]: no context for
    /// this profile; [`Error::Interrupted`] by the idle hook; as [`active`](Self::active).
    pub async fn connect(&self, apn: &str, user: &str, password: &str) -> Result<(), Error> {
        let profile = Profile::new(apn, user, password)?;
        self.connect_with(profile, REGISTRATION_LIMIT, &mut |_| Idle::Continue).await
    }

    /// [`connect`](Self::connect) with all that can be chosen: the profile, how long to look for a
    /// network, and somebody who is told how far it has come, and can end it.
    ///
    /// ```no_run
    /// # fn f(lte: &usocket::network::Cellular<'_>) -> Result<(), usocket::Error> {
    /// use usocket::fugit::ExtU32;
    /// use usocket::network::{Profile, Progress};
    /// use usocket::Idle;
    /// let profile = Profile::new("internet", "user", "password")?;
    /// lte.connect_with(profile, 120.secs(), &mut |progress| {
    ///     if let Progress::Registering(status) = progress { /* show it */ }
    ///     Idle::Continue
    /// })
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`connect`](Self::connect); [`Error::Interrupted`]: `report` has ended it.
    pub async fn connect_with(
        &self,
        profile: Profile,
        registration: MillisDurationU32,
        report: &mut dyn FnMut(Progress) -> Idle,
    ) -> Result<(), Error> {
        self.failure.set(None);
        let connected = self.go(profile, registration.as_ticks(), report).await;
        self.failure.set(match connected {
            Ok(()) | Err(Error::Interrupted) => None,
            Err(Error::RegistrationDenied) => Some(CellularStatus::Denied),
            Err(Error::NoCoverage) => Some(CellularStatus::NoCoverage),
            Err(_) => Some(CellularStatus::ConnectFail),
        });
        connected
    }

    async fn go(
        &self,
        profile: Profile,
        registration: u32,
        report: &mut dyn FnMut(Progress) -> Idle,
    ) -> Result<(), Error> {
        let mut tell = |progress| match report(progress) {
            Idle::Continue => Ok(()),
            Idle::Abort => Err(Error::Interrupted),
        };
        tell(Progress::Sim)?;
        match self.await_sim().await? {
            SimStatus::Ready => {}
            other => return Err(sim_error(other)),
        }
        self.register(registration, &mut tell).await?;
        tell(Progress::Attaching)?;
        self.stack.tell(&mut |dialect| dialect.common().set_profile(Some(profile.clone())))?;
        let limit = Mode::Timeout(ATTACH_LIMIT);
        let mut hope = Hope { stack: self.stack, fulfilled: false };
        request(self.stack, Request::Attach(true), limit, &mut |_| {}).await?;
        hope.fulfilled = true;
        tell(Progress::Connected)
    }

    /// Waits until the module is registered in one of its domains.
    async fn register(
        &self,
        limit: u32,
        tell: &mut dyn FnMut(Progress) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let start = self.stack.now();
        let mut denied_since = None;
        loop {
            let status = self.registration().await?;
            let now = self.stack.now();
            tell(Progress::Registering(status))?;
            if status.is_registered() {
                return Ok(());
            }
            if status == Registration::Denied {
                let since = *denied_since.get_or_insert(now);
                if now.wrapping_sub(since) >= DENIED_FOR {
                    return Err(Error::RegistrationDenied);
                }
            } else {
                denied_since = None;
            }
            if now.wrapping_sub(start) >= limit {
                return Err(match status {
                    Registration::Denied => Error::RegistrationDenied,
                    _ => Error::NoCoverage,
                });
            }
            sleep(self.stack, ASK_EVERY).await?;
        }
    }

    /// The best that the module says of its registration in any domain, asked now.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn registration(&self) -> Result<Registration, Error> {
        let mut best = Registration::Idle;
        for domain in DOMAINS {
            let status = match self.ask(Query::Registration(domain)).await {
                Ok(Some(Fact::Registration(registration))) => registration.status,
                // not every module has every domain
                Ok(_) | Err(Error::CommandFailed | Error::NotSupported) => continue,
                Err(error) => return Err(error),
            };
            if rank(status) > rank(best) {
                best = status;
            }
            if best.is_registered() {
                break;
            }
        }
        Ok(best)
    }

    /// Gives the context up, and forgets the profile.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn disconnect(&self) -> Result<(), Error> {
        self.failure.set(None);
        self.stack.tell(&mut |dialect| dialect.common().set_profile(None))?;
        request(self.stack, Request::Attach(false), Mode::Timeout(ATTACH_LIMIT), &mut |_| {})
            .await?;
        self.stack.access(&mut |core| core.network_gone())
    }

    /// Whether there is a context.
    ///
    /// Known from what the module says unasked; asked for only if it has not said anything yet.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn isconnected(&self) -> Result<bool, Error> {
        if let Some(up) = is_up(self.stack)? {
            return Ok(up);
        }
        let up =
            self.own_address(false).await?.is_some() || self.own_address(true).await?.is_some();
        learn(self.stack, up)
    }

    /// The module's address, and its name server; the network tells no other ones.
    ///
    /// # Errors
    /// As [`active`](Self::active).
    pub async fn ifconfig(&self) -> Result<IfConfig, Error> {
        let address = match self.own_address(false).await? {
            Some(IpAddr::V4(address)) => address,
            _ => Ipv4Addr::UNSPECIFIED,
        };
        let dns = match self.ask(Query::NameServers).await {
            Ok(Some(Fact::Address(primary, secondary))) => primary.or(secondary),
            Ok(_) | Err(Error::CommandFailed | Error::NotSupported) => None,
            Err(error) => return Err(error),
        };
        Ok(IfConfig {
            address,
            // a host of its own, with the network behind it
            netmask: if address.is_unspecified() { address } else { Ipv4Addr::BROADCAST },
            gateway: Ipv4Addr::UNSPECIFIED,
            dns: dns.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        })
    }

    /// The module's address of that family, if it has one.
    async fn own_address(&self, ipv6: bool) -> Result<Option<IpAddr>, Error> {
        let limit = Mode::Timeout(super::BEFORE_COMMAND);
        match request(self.stack, Request::Local { ipv6 }, limit, &mut |_| {}).await {
            Ok(()) => {}
            Err(Error::CommandFailed) => return Ok(None),
            Err(error) => return Err(error),
        }
        let mut address = None;
        self.stack.access(&mut |core| address = core.local)?;
        Ok(address.filter(|address| address.is_ipv6() == ipv6))
    }
}

/// A context that may come. What the program was told has failed, or does not wait for any more, is not
/// done behind its back.
struct Hope<'s> {
    stack: &'s dyn CellularShell,
    fulfilled: bool,
}

impl Drop for Hope<'_> {
    fn drop(&mut self) {
        if !self.fulfilled {
            let _ = self.stack.tell(&mut |dialect| dialect.common().set_profile(None));
        }
    }
}
