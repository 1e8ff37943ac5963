//! Who a socket talks to, and from where.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use super::super::request;
use super::shell::calls;
use super::{Descriptor, Socket};
use crate::engine::{Kind, Mode, Request, State};
use crate::error::Error;
use crate::stack::ask;

/// Longest time that a question about the module's own address waits, in ms.
const ADDRESS_LIMIT: u32 = 30_000;

#[calls]
impl Socket<'_> {
    /// The peer of a connection, or of a datagram socket that is connected.
    ///
    /// # Errors
    /// [`Error::NotConnected`], [`Error::Closed`].
    pub fn getpeername(&self) -> Result<SocketAddr, Error> {
        self.0.change_now(|core, id| core.peer_name(id))
    }

    /// The socket's own address. `0.0.0.0` (or `::`) while it belongs to any; port 0 while it has
    /// none.
    ///
    /// Of a connection, both are asked of the module once. A non-blocking socket does not ask: what
    /// is not known yet is 0.
    ///
    /// # Errors
    /// [`Error::Closed`], and what the module says.
    pub async fn getsockname(&self) -> Result<SocketAddr, Error> {
        let mode = self.0.mode();
        let (connection, ipv6, mut port) = self.0.change_now(|core, id| {
            let port = core.local_port(id)?;
            let slot = core.slot(id)?;
            let connection = slot.kind == Kind::Stream && slot.state == State::Open;
            Ok((connection, slot.ipv6, port))
        })?;
        let unspecified: IpAddr =
            if ipv6 { Ipv6Addr::UNSPECIFIED.into() } else { Ipv4Addr::UNSPECIFIED.into() };
        if !connection {
            return Ok(SocketAddr::new(unspecified, port));
        }
        let limit = question_limit(mode);
        if port == 0 && mode != Mode::NonBlocking {
            request(self.0.stack, Request::Census, limit, &mut |_| {}).await?;
            port = self.0.change(|core, id| core.local_port(id))?;
        }
        let own = match self.0.own_address(ipv6, mode).await {
            Err(Error::WouldBlock) => None,
            own => own?,
        };
        Ok(SocketAddr::new(own.unwrap_or(unspecified), port))
    }
}

#[calls]
impl Descriptor<'_> {
    pub(super) fn is_datagram(&self) -> Result<bool, Error> {
        self.change(|core, id| core.slot(id).map(|slot| slot.kind.is_datagram()))
    }

    /// The module's own address; asked for once.
    pub(super) async fn own_address(
        &self,
        ipv6: bool,
        mode: Mode,
    ) -> Result<Option<IpAddr>, Error> {
        let known = || {
            let local = ask(self.stack, &mut |core| Ok(core.local)).ok().flatten();
            local.filter(|local| local.is_ipv6() == ipv6)
        };
        match (known(), mode) {
            (Some(address), _) => return Ok(Some(address)),
            (_, Mode::NonBlocking) => return Err(Error::WouldBlock),
            _ => {}
        }
        match request(self.stack, Request::Local { ipv6 }, question_limit(mode), &mut |_| {}).await
        {
            // there is none of this family
            Ok(()) | Err(Error::CommandFailed) => Ok(known()),
            Err(error) => Err(error),
        }
    }
}

const fn question_limit(mode: Mode) -> Mode {
    match mode {
        Mode::Blocking => Mode::Timeout(ADDRESS_LIMIT),
        other => other,
    }
}
