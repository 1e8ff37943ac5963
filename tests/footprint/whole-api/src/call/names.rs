//! Names to addresses.

use usocket::{Hints, Network, getaddrinfo, getaddrinfo_with, try_getaddrinfo};

use super::calls;

calls! {
    resolve(net: &impl Network, host: &str, port: u16) = getaddrinfo(net, host, port);
    resolve_with(net: &impl Network, host: &str, port: u16, hints: Hints) =
        getaddrinfo_with(net, host, port, hints);
    try_resolve(net: &impl Network, host: &str, port: u16) = try_getaddrinfo(net, host, port);
}
