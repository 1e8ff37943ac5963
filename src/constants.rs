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

/// The protocol TCP.
pub const IPPROTO_TCP: i32 = 6;
/// The protocol UDP.
pub const IPPROTO_UDP: i32 = 17;

/// Option level of the socket itself.
pub const SOL_SOCKET: i32 = 1;
/// Option: an address may be bound again at once.
pub const SO_REUSEADDR: i32 = 2;
