//! The constants of `usocket`, with the values of Linux and MicroPython's unix port
//! (usocket-semantics.md §1.5).

/// IPv4 addresses.
pub const AF_INET: i32 = 2;
/// IPv6 addresses.
pub const AF_INET6: i32 = 10;

/// Stream sockets: TCP.
pub const SOCK_STREAM: i32 = 1;
/// Datagram sockets: UDP.
pub const SOCK_DGRAM: i32 = 2;
/// Raw sockets: no module has them.
pub const SOCK_RAW: i32 = 3;

/// The protocol IP, as an option level.
pub const IPPROTO_IP: i32 = 0;
/// The protocol TCP, also as an option level.
pub const IPPROTO_TCP: i32 = 6;
/// The protocol UDP.
pub const IPPROTO_UDP: i32 = 17;

/// Option level of the socket itself.
pub const SOL_SOCKET: i32 = 1;
/// Option: another socket that has it, too, may be bound to the same port.
pub const SO_REUSEADDR: i32 = 2;
/// Option, to be read: [`SOCK_STREAM`] or [`SOCK_DGRAM`].
pub const SO_TYPE: i32 = 3;
/// Option, to be read: the errno of the pending error, which is pending no more then.
pub const SO_ERROR: i32 = 4;
/// Option: datagrams to and from broadcast addresses.
pub const SO_BROADCAST: i32 = 6;
/// Option, to be read: bytes of the send ring.
pub const SO_SNDBUF: i32 = 7;
/// Option, to be read: bytes of the receive ring.
pub const SO_RCVBUF: i32 = 8;
/// Option: ask a silent peer now and then whether it is there.
pub const SO_KEEPALIVE: i32 = 9;
/// Option: how many seconds the module waits when it closes; -1 is not at all.
pub const SO_LINGER: i32 = 13;
/// Option, to be read: whether the socket listens.
pub const SO_ACCEPTCONN: i32 = 30;
/// Option of [`IPPROTO_TCP`]: send small pieces at once.
pub const TCP_NODELAY: i32 = 1;
/// Option of [`IPPROTO_TCP`]: seconds of silence before [`SO_KEEPALIVE`] asks.
pub const TCP_KEEPIDLE: i32 = 4;
/// Option of [`IPPROTO_IP`]: join a multicast group.
pub const IP_ADD_MEMBERSHIP: i32 = 35;
/// Option of [`IPPROTO_IP`]: leave a multicast group.
pub const IP_DROP_MEMBERSHIP: i32 = 36;

/// Flag of receiving: what is received stays to be received again.
pub const MSG_PEEK: i32 = 2;
/// Flag of receiving: this call does not wait.
pub const MSG_DONTWAIT: i32 = 64;

/// `shutdown`: receiving ends.
pub const SHUT_RD: i32 = 0;
/// `shutdown`: sending ends.
pub const SHUT_WR: i32 = 1;
/// `shutdown`: both end.
pub const SHUT_RDWR: i32 = 2;

/// Longest time that [`Socket::close`](crate::Socket::close) waits for the module, in ms (esp-at.md §16: 5 s, and as much
/// for a command that is in flight).
pub const CLOSE_LIMIT_MS: u32 = 10_000;
