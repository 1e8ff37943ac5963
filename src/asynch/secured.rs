//! Connections with TLS of the module's own, for clients that connect by themselves.

use core::net::SocketAddr;

use super::calls::{Handle, Socket};
use super::nal::family;
use crate::constants::SOCK_STREAM;
use crate::error::Error;
use crate::ssl::Context;

/// A network whose connections have TLS, which the module speaks: for HTTP and MQTT clients that connect by
/// themselves. Made by [`Handle::secured`].
///
/// It has `TcpConnect` of `embedded-nal-async` and, with the feature `edge-nal-v0.7`, that of `edge-nal`. To
/// the client these are connections like any other, so it is told `http://example.com:443/` and not `https`.
///
/// ```no_run
/// # async fn f(wlan: &usocket::asynch::Wlan<'_>) -> Result<(), usocket::Error> {
/// use embedded_io_async::Write;
/// use embedded_nal_async::TcpConnect;
/// use usocket::asynch::getaddrinfo;
/// use usocket::ssl::{Context, Verify};
///
/// let secured = wlan.handle().secured(Context::new(Verify::Server), Some("example.com"));
/// let address = getaddrinfo(wlan, "example.com", 443).await?[0].sockaddr;
/// let mut connection = secured.connect(address).await?;
/// connection.write_all(b"GET / HTTP/1.0\r\nHost: example.com\r\n\r\n").await?;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Secured<'n, 'c> {
    net: Handle<'n>,
    context: Context<'c>,
    server_hostname: Option<&'c str>,
}

impl<'n> Handle<'n> {
    /// The network as one whose connections have TLS with these settings, and this name of the server: see
    /// [`Context::wrap_socket`]. What cannot be had shows when it is connected.
    #[must_use]
    pub const fn secured<'c>(
        self,
        context: Context<'c>,
        server_hostname: Option<&'c str>,
    ) -> Secured<'n, 'c> {
        Secured { net: self, context, server_hostname }
    }
}

impl<'n> Secured<'n, '_> {
    async fn connected(&self, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        let socket = self.net.make_socket(family(remote), SOCK_STREAM, 0)?;
        self.context.wrap_socket(&socket, self.server_hostname)?;
        socket.connect(remote).await?;
        Ok(socket)
    }
}

impl<'n> embedded_nal_async::TcpConnect for Secured<'n, '_> {
    type Error = Error;
    type Connection<'a>
        = Socket<'n>
    where
        Self: 'a;

    /// Dropped, it closes the socket.
    async fn connect<'a>(&'a self, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        self.connected(remote).await
    }
}

#[cfg(feature = "edge-nal-v0.7")]
impl<'n> edge_nal::TcpConnect for Secured<'n, '_> {
    type Error = Error;
    type Socket<'a>
        = Socket<'n>
    where
        Self: 'a;

    /// Dropped, it closes the socket.
    async fn connect(&self, remote: SocketAddr) -> Result<Socket<'n>, Error> {
        self.connected(remote).await
    }
}
