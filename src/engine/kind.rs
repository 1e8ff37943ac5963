//! Which kinds of sockets there are: what is not built in has no value, so that all code for it folds away.

/// Shows that datagrams are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Udp(udp::Proof);

/// Shows that servers are built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Server(server::Proof);

/// Shows that TLS is built in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Tls(tls::Proof);

mod udp {
    #[cfg(feature = "udp")]
    pub(super) type Proof = ();
    #[cfg(feature = "udp")]
    pub(super) const PROOF: Option<Proof> = Some(());
    #[cfg(not(feature = "udp"))]
    pub(super) type Proof = core::convert::Infallible;
    #[cfg(not(feature = "udp"))]
    pub(super) const PROOF: Option<Proof> = None;
}

mod server {
    #[cfg(feature = "server")]
    pub(super) type Proof = ();
    #[cfg(feature = "server")]
    pub(super) const PROOF: Option<Proof> = Some(());
    #[cfg(not(feature = "server"))]
    pub(super) type Proof = core::convert::Infallible;
    #[cfg(not(feature = "server"))]
    pub(super) const PROOF: Option<Proof> = None;
}

mod tls {
    #[cfg(feature = "tls")]
    pub(super) type Proof = ();
    #[cfg(feature = "tls")]
    pub(super) const PROOF: Option<Proof> = Some(());
    #[cfg(not(feature = "tls"))]
    pub(super) type Proof = core::convert::Infallible;
    #[cfg(not(feature = "tls"))]
    pub(super) const PROOF: Option<Proof> = None;
}

/// What a socket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// One connection.
    Stream,
    /// Datagrams.
    Datagram(Udp),
    /// A stream socket that listens.
    Listener(Server),
}

impl Kind {
    /// A socket for datagrams, if they are built in.
    pub(crate) const DATAGRAM: Option<Self> = match udp::PROOF {
        Some(proof) => Some(Self::Datagram(Udp(proof))),
        None => None,
    };

    /// A socket that listens, if servers are built in.
    pub(crate) const LISTENER: Option<Self> = match Server::BUILT {
        Some(server) => Some(Self::Listener(server)),
        None => None,
    };

    pub(crate) const fn is_datagram(self) -> bool {
        matches!(self, Self::Datagram(_))
    }

    pub(crate) const fn is_listener(self) -> bool {
        matches!(self, Self::Listener(_))
    }
}

impl Server {
    pub(crate) const BUILT: Option<Self> = match server::PROOF {
        Some(proof) => Some(Self(proof)),
        None => None,
    };
}

impl Tls {
    pub(crate) const BUILT: Option<Self> = match tls::PROOF {
        Some(proof) => Some(Self(proof)),
        None => None,
    };
}

#[cfg(not(feature = "tls"))]
impl Tls {
    /// There is no such value.
    pub(crate) const fn never(self) -> ! {
        match self.0 {}
    }
}

/// IPv6 is built in: no socket has `ipv6` otherwise.
pub(crate) const HAVE_IPV6: bool = cfg!(feature = "ipv6");
