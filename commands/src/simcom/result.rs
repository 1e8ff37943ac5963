//! Errors of sockets and of look-ups.
//!
//! The results of commands themselves are those of all cellular modules:
//! [`Final`].
//!
//! ```
//! use usocket_commands::simcom::result::SocketError;
//!
//! assert_eq!(SocketError::new(23), SocketError::REFUSED);
//! assert_eq!(SocketError::REFUSED.text(), Some("remote refuse"));
//! ```

use crate::codes::codes;

pub use crate::cellular::result::{CmeError, CmsError, Final};

codes! {
    /// How the opening of a socket has ended (Quectel digest §15.2).
    pub struct SocketError;
    0 SUCCESS "success",
    1 SOCKET "socket error",
    2 NO_MEMORY "no memory",
    3 LIMIT "connection limit",
    4 INVALID_PARAMETERS "parameter invalid",
    6 INVALID_ADDRESS "invalid IP address",
    7 NOT_SUPPORTED "not support the function",
    12 BIND_FAILED "can't bind the port",
    13 LISTEN_FAILED "can't listen the port",
    20 DNS_FAILED "can't resolve the host",
    21 CONTEXT_DOWN "network not active",
    23 REFUSED "remote refuse",
    24 CERTIFICATE_EXPIRED "certificate's time expired",
    25 CERTIFICATE_NAME "certificate's common name does not match",
    26 CERTIFICATE_BOTH "certificate's common name does not match and time expired",
    27 CONNECT_FAILED "connect failed",
}

impl SocketError {
    /// Whether it is none.
    #[must_use]
    pub const fn is_success(self) -> bool {
        matches!(self, Self::SUCCESS)
    }
}

codes! {
    /// Why a name could not be looked up.
    pub struct DnsError;
    3 NETWORK "network error",
    8 COMMON "DNS common error",
}
