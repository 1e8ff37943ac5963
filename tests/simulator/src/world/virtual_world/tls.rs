//! TLS in virtual time: what a scripted host shows and demands, and clients of an SSL server.

use super::network::{Secured, TlsHello};
use super::{Host, Peer, VirtualWorld};
use crate::module::TlsVersion;
use core::ops::RangeInclusive;
use core::time::Duration;

/// The TLS side of a host; see [`VirtualWorld::listen_tls`].
///
/// ```
/// use core::net::Ipv4Addr;
/// use usocket_simulator::{Profile, VirtualWorld};
///
/// let root = b"the root that the module trusts";
/// let world = VirtualWorld::new(Profile::esp32c3_4_1()).file("client_ca.0", root).joined(true);
/// let host = world.listen_tls(Ipv4Addr::new(192, 168, 3, 1), 443);
/// host.certificate(&["example.com"], root).alpn(&["http/1.1"]).echo();
/// assert!(host.hellos().is_empty()); // nobody has connected yet
/// ```
impl Host {
    fn secure(&self, change: impl FnOnce(&mut Secured)) -> &Self {
        self.world.with(|inner| {
            if let Some(host) = inner.network.listeners.get_mut(&self.address) {
                change(host.tls.get_or_insert_default());
            }
        });
        self
    }

    /// Shows a certificate for these names (`*.` stands for one label) that comes from a root.
    ///
    /// The module trusts it if the file that it takes its roots from holds the bytes of `root`.
    /// Without this, the certificate is for no name and from no root.
    pub fn certificate(&self, names: &[&str], root: &[u8]) -> &Self {
        self.secure(|tls| {
            tls.names = names.iter().map(|&name| name.to_owned()).collect();
            tls.issuer = root.to_vec();
        })
    }

    /// Shows a certificate that is out of date.
    pub fn expired(&self) -> &Self {
        self.secure(|tls| tls.expired = true)
    }

    /// Speaks these protocols, the best one first: a client that offers protocols has to offer one
    /// of them.
    pub fn alpn(&self, protocols: &[&str]) -> &Self {
        self.secure(|tls| tls.alpn = protocols.iter().map(|&it| it.to_owned()).collect())
    }

    /// Lets nobody in who does not show this certificate, which is what the file of the module
    /// holds.
    pub fn demands_certificate(&self, certificate: &[u8]) -> &Self {
        self.secure(|tls| tls.client = Some(certificate.to_vec()))
    }

    /// Has a key in common with its clients, instead of certificates.
    pub fn shares_key(&self, identity: &str, key: &[u8]) -> &Self {
        self.secure(|tls| tls.shared_key = Some((identity.to_owned(), key.to_vec())))
    }

    /// Speaks these versions; TLS 1.2 as built.
    pub fn versions(&self, versions: RangeInclusive<TlsVersion>) -> &Self {
        self.secure(|tls| tls.versions = versions)
    }

    /// Bytes of its largest message of a handshake, that is its chain of certificates; 3000 as built.
    pub fn chain_length(&self, bytes: usize) -> &Self {
        self.secure(|tls| tls.flight = bytes)
    }

    /// Time that a handshake takes beyond the way of its packets; 0 as built.
    pub fn handshake_takes(&self, time: Duration) -> &Self {
        self.secure(|tls| tls.takes = time)
    }

    /// Takes connections and leaves every handshake unanswered.
    pub fn ignores_handshakes(&self) -> &Self {
        self.secure(|tls| tls.silent = true)
    }

    /// What the module said in the handshakes so far, and how they ended; takes them.
    pub fn hellos(&self) -> Vec<TlsHello> {
        self.world.with(|inner| {
            let host = inner.network.listeners.get_mut(&self.address);
            let tls = host.and_then(|host| host.tls.as_mut());
            tls.map(|tls| core::mem::take(&mut tls.hellos)).unwrap_or_default()
        })
    }
}

impl Peer {
    /// Sends a record of the TLS session that holds nothing for the host of the module, such as a
    /// session ticket; nothing happens on a connection without TLS.
    pub fn send_control(&self) {
        self.world.with(|inner| {
            inner.network.peer_control(inner.now, self.index);
            inner.settle();
        });
    }
}

impl VirtualWorld {
    /// Puts a file into the module, for certificates and keys; see
    /// [`Module::file`](crate::module::Module::file) for the names.
    ///
    /// To this world they are bytes that are equal or not, and need not be certificates.
    #[must_use]
    pub fn file(self, name: &str, contents: &[u8]) -> Self {
        self.with(|inner| inner.module.put_file(name, contents));
        self
    }

    /// Starts with the clock set, as if the host had seen to that before.
    ///
    /// Without, an ESP-AT firmware is in 1970 until `AT+CIPSNTPCFG`, and no certificate that it looks
    /// at is valid yet; a cellular one is in 1980 and looks at dates only if told to.
    #[must_use]
    pub fn time_set(self, set: bool) -> Self {
        if set {
            self.with(|inner| inner.module.start_with_time());
        }
        self
    }

    /// A client connects to the module's SSL server and shows no certificate; apart from that as
    /// [`connect_in`](Self::connect_in).
    pub fn connect_in_tls(&self, port: u16) -> Peer {
        self.connect_in_tls_with(port, b"")
    }

    /// A client connects to the module's SSL server and shows a certificate that comes from a root.
    pub fn connect_in_tls_with(&self, port: u16, root: &[u8]) -> Peer {
        let index = self.with(|inner| {
            let client = inner.network.next_client();
            let index = inner.network.connect_in(inner.now, client, port);
            inner.network.peers[index].shows = Some(root.to_vec());
            inner.settle();
            index
        });
        Peer { world: self.clone(), index }
    }
}
