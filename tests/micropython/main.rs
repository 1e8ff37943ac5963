//! MicroPython's tests of sockets, re-expressed: each as a program of its own, on the simulated module.
//!
//! Programs with two instances run five times: `usocket_serves_std` and `std_serves_usocket` over a
//! Wi-Fi module that is bridged to real sockets on `127.0.0.1`, in real time, `cellular_serves_std` and
//! `std_serves_cellular` over a cellular one, and `std_serves_std`, which checks the program itself.
//! Programs with one instance run in virtual time, most of them on every simulated firmware; there, times are exact and nothing sleeps.
//!
//! | MicroPython's test | here |
//! |---|---|
//! | `extmod/socket_badconstructor` | [`sockets`]`::socket_badconstructor`; types leave the numbers only |
//! | `extmod/socket_fileno` | [`sockets`]`::socket_fileno` |
//! | `extmod/socket_tcp_basic` | [`sockets`]`::socket_tcp_basic` |
//! | `extmod/socket_udp_nonblock` | [`sockets`]`::socket_udp_nonblock` |
//! | `extmod/select_poll_basic` | [`select`]`::select_poll_basic`; a missing mask does not compile |
//! | `extmod/select_poll_udp` | [`select`]`::select_poll_udp`; there is no `select()` |
//! | `extmod/select_ipoll` | [`select`]`::select_ipoll` |
//! | `extmod/select_poll_custom` | [`select`]`::select_poll_custom`: files and sockets; other objects cannot be polled |
//! | `extmod/select_poll_eintr` | [`select`]`::select_poll_eintr`: other traffic instead of signals |
//! | `extmod/select_poll_fd` | none: there are no file descriptors |
//! | `extmod/ssl_*`, `extmod/tls_*` | none: no TLS |
//! | `extmod/websocket_*` | none: framing above a stream |
//! | `ports/unix/extra_coverage` (streams) | [`streams`]: the first four |
//! | `io/file_readinto`, `io/file_readinto_len` | [`streams`]`::file_readinto_and_its_length` |
//! | `io/file_readline` | [`streams`]`::file_readline_and_its_limit` |
//! | `io/file_iter` | [`streams`]`::file_iter` |
//! | `net_hosted/accept_nonblock` | [`hosted`]`::accept_nonblock` |
//! | `net_hosted/accept_timeout` | [`hosted`]`::accept_timeout` |
//! | `net_hosted/connect_nonblock` | [`hosted`]`::connect_nonblock` |
//! | `net_hosted/connect_nonblock_xfer` | [`hosted`]`::connect_nonblock_xfer`, without its TLS half |
//! | `net_hosted/connect_poll` | [`hosted`]`::connect_poll` |
//! | `net_hosted/connect_timeout` | [`hosted`]`::connect_timeout` |
//! | `net_hosted/asyncio_loopback` | [`asyncio_hosted::asyncio_loopback`], with two clients |
//! | `net_hosted/asyncio_start_server` | [`asyncio_hosted::asyncio_start_server`], [`hosted`]`::bind_in_use` |
//! | `net_hosted/ssl_*` | none: no TLS |
//! | `net_inet/getaddrinfo` | [`names`]: the first two and the last |
//! | `net_inet/resolve_on_connect` | [`names`]`::resolve_on_connect`: `getaddrinfo`, then `connect` |
//! | `net_inet/asyncio_open_connection`, `asyncio_tcp_read_headers` | [`asyncio_hosted::asyncio_tcp_read_headers`], from a server of its own |
//! | `net_inet/asyncio_cancel_stream` | [`asyncio_hosted::asyncio_cancel_stream`] |
//! | `net_inet/ssl_*`, `tls_*`, `test_tls_*` | none: no TLS |
//! | `multi_net/tcp_data` | [`tcp::tcp_data`] |
//! | `multi_net/tcp_accept_recv` | [`tcp::tcp_accept_recv`]; `listen()` without backlog does not compile |
//! | `multi_net/tcp_client_rst` | [`tcp::tcp_client_rst`]; [`reset`] has its polls |
//! | `multi_net/tcp_recv_peek` | [`tcp::tcp_recv_peek`] |
//! | `multi_net/tcp_sendall` | [`tcp::tcp_sendall`] |
//! | `multi_net/udp_data` | [`udp::udp_data`] |
//! | `multi_net/udp_data_multi` | [`udp::udp_data_multi`] |
//! | `multi_net/udp_recv_dontwait` | [`udp::udp_recv_dontwait`] |
//! | `multi_net/udp_recv_peek` | [`udp::udp_recv_peek`] |
//! | `multi_net/asyncio_tcp_client_rst` | [`asyncio::asyncio_tcp_client_rst`] |
//! | `multi_net/asyncio_tcp_close_write` | [`asyncio::asyncio_tcp_close_write`] |
//! | `multi_net/asyncio_tcp_readall` | [`asyncio::asyncio_tcp_readall`] |
//! | `multi_net/asyncio_tcp_readexactly` | [`asyncio::asyncio_tcp_readexactly`] |
//! | `multi_net/asyncio_tcp_readinto` | [`asyncio::asyncio_tcp_readinto`]; arguments of a wrong type do not compile |
//! | `multi_net/asyncio_tcp_server_client` | [`asyncio::asyncio_tcp_server_client`] |
//! | `multi_net/asyncio_tls_*`, `ssl*`, `tls_dtls` | none: no TLS |
//! | `multi_wlan/getaddrinfo` | [`names`]`::without_a_network_the_answer_comes_in_bounded_time` |

mod asyncio;
mod asyncio_hosted;
mod hosted;
mod instances;
mod names;
mod net;
mod over_std;
mod over_usocket;
mod reset;
mod select;
mod sockets;
mod streams;
mod tasks;
mod tcp;
mod udp;
#[path = "../world/mod.rs"]
mod world;
