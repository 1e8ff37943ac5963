//! Names for `embedded-nal`.

use core::net::IpAddr;

use embedded_nal::{AddrType, Dns};
use fugit::MillisDurationU32;

use crate::addrinfo::Hints;
use crate::calls::{Handle, getaddrinfo_with};
use crate::constants::{AF_INET, AF_INET6};
use crate::error::Error;

impl Dns for Handle<'_> {
    type Error = Error;

    /// Would block until the module has an answer; to be asked again with the same name and type, as
    /// [`try_getaddrinfo`](crate::try_getaddrinfo). Numeric addresses are their own answer.
    ///
    /// # Errors
    /// As [`getaddrinfo_with`].
    fn get_host_by_name(
        &mut self,
        hostname: &str,
        addr_type: AddrType,
    ) -> nb::Result<IpAddr, Error> {
        let family = match addr_type {
            AddrType::IPv4 => AF_INET,
            AddrType::IPv6 => AF_INET6,
            AddrType::Either => 0,
        };
        if hostname.is_empty() {
            return Err(nb::Error::Other(Error::Dns(-2))); // which getaddrinfo takes for "any"
        }
        let at_once = Some(MillisDurationU32::from_ticks(0));
        let hints = Hints { family, timeout: at_once, ..Hints::default() };
        match getaddrinfo_with(self, hostname, 0, hints) {
            Ok([found]) => Ok(found.sockaddr.ip()),
            Err(Error::WouldBlock) => Err(nb::Error::WouldBlock),
            Err(error) => Err(nb::Error::Other(error)),
        }
    }

    /// # Errors
    /// [`Error::NotSupported`]: no module looks that up.
    fn get_host_by_address(&mut self, _: IpAddr, _: &mut [u8]) -> nb::Result<usize, Error> {
        Err(nb::Error::Other(Error::NotSupported))
    }
}
