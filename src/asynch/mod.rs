//! Sockets for tasks that `await`: the calls of the blocking shell, on the same engine.
//!
//! A [`Modem`] holds the engine, a [`Runner`] owns the UART and moves bytes, and sockets and networks are
//! used from any number of tasks of the same executor. There is no time driver: the module needs a
//! [`Clock`](crate::clock::Clock), and the runner a [`DelayNs`](embedded_hal_async::delay::DelayNs).
//!
//! ```no_run
//! use embedded_hal_async::delay::DelayNs;
//! use embedded_io_async::{Read, Write};
//! use usocket::asynch::{Modem, Wlan, getaddrinfo, socket};
//! use usocket::clock::Clock;
//! use usocket::network::STA_IF;
//! use usocket::{AF_INET, Error, Memory, SOCK_STREAM};
//!
//! async fn page(wlan: &Wlan<'_>, page: &mut [u8]) -> Result<usize, Error> {
//!     wlan.active(true).await?;
//!     wlan.connect("haas-open", "12345678").await?;
//!     let sock = socket(wlan, AF_INET, SOCK_STREAM, 0)?;
//!     let addr = getaddrinfo(wlan, "www.getman.com", 80).await?[0].sockaddr;
//!     sock.connect(addr).await?;
//!     sock.sendall(b"GET /News HTTP/1.1\r\nHost: www.getman.com\r\n\r\n").await?;
//!     let len = sock.recv(page).await?;
//!     sock.close().await?;
//!     Ok(len)
//! }
//!
//! async fn program(rx: impl Read, tx: impl Write, delay: impl DelayNs, clock: impl Clock) {
//!     let mut memory = Memory::<4>::new();
//!     let modem = Modem::esp_at(clock, &mut memory);
//!     let mut runner = modem.runner(rx, tx, delay); // with embassy: a task of its own
//!     let wlan = Wlan::new(&modem, STA_IF);
//!     let mut data = [0; 256];
//!     let _ = embassy_futures::select::select(runner.run(), page(&wlan, &mut data)).await;
//! }
//! ```
//!
//! # What is the same
//!
//! Names, arguments, timeouts ([`Socket::settimeout`]), errors, and what the module is asked are those of
//! the blocking calls: they are the same source, and so is their documentation, whose examples show the
//! blocking call. A timeout of 0 makes a call that does not wait. Calls that begin with `try_` are no
//! futures.
//!
//! # Tasks that are `'static`
//!
//! Executors such as embassy's want that of each task. Memory and modem lie in `static`s then, and what tasks
//! are given is a [`Handle`]: it is `Copy`, and names neither module family nor clock.
//! [`Handle::make_socket`] gives sockets that are `'static`, too, and can be handed on to other tasks
//! ([`socket`] borrows the handle itself).
//!
//! ```no_run
//! use static_cell::StaticCell;
//! use usocket::asynch::{Handle, Modem, Network, Socket};
//! use usocket::clock::FnClock;
//! use usocket::{AF_INET, Error, EspAt, Memory, SOCK_STREAM};
//!
//! type Module = Modem<'static, EspAt, FnClock<fn() -> u32>>;
//!
//! fn start(milliseconds: fn() -> u32) -> &'static Module {
//!     static MEMORY: StaticCell<Memory<4>> = StaticCell::new();
//!     static MODULE: StaticCell<Module> = StaticCell::new();
//!     MODULE.init(Modem::esp_at(FnClock(milliseconds), MEMORY.init(Memory::new())))
//! }
//!
//! // #[embassy_executor::task]
//! async fn server(net: Handle<'static>) -> Result<(), Error> {
//!     let listener = net.make_socket(AF_INET, SOCK_STREAM, 0)?;
//!     listener.bind(([0, 0, 0, 0], 80)).await?;
//!     listener.listen(2).await?;
//!     let (client, _) = listener.accept().await?;
//!     let _client: Socket<'static> = client; // for a task of its own
//!     Ok(())
//! }
//! # fn f(module: &'static Module) { let _task = server(module.stack()); }
//! ```
//!
//! # Other crates
//!
//! [`Network::stack`] gives a [`Handle`], which has the traits that clients and servers of others stand on:
//! `TcpConnect`, `UdpStack` and `Dns` of `embedded-nal-async`, and, with the feature `edge-nal-v0.7`, those of
//! `edge-nal`. Sockets are streams of `embedded-io-async`. With the feature `tls`, `Handle::secured` gives
//! such clients connections whose TLS the module speaks.
//!
//! On a [`Socket`] itself, `read` and `write` are MicroPython's: `read` fills the buffer, and returns an
//! `Option`. Those of the traits are for generic code; what they do is [`Socket::recv`] and
//! [`Socket::send`].
//!
//! # What differs
//!
//! * `send` and its like copy into the send ring and return when they have: `TX` of
//!   [`Memory`](crate::Memory) must not be 0 ([`Error::NoBuffers`](crate::Error::NoBuffers)), 1 to 2 KiB
//!   keep the line full. What goes wrong afterwards is told by a later call; [`File::flush`] waits until
//!   the module has it all.
//! * Any number of tasks may wait at once. Calls that ask the module something (joining a network,
//!   `getaddrinfo`, addresses) have their turn one after another.
//! * There is no [`select::Poll`](crate::select::Poll): executors have their own.
//! * Futures are not `Send`, since all tasks share the engine without a lock.
//!
//! # Cancel safety
//!
//! Every future of this module may be dropped at any time: nothing panics, hangs or is lost to others. (One
//! that is neither polled nor dropped, once it was begun, is another thing: if it has asked the module
//! something, the answer waits for it, and so does everybody else.)
//! What the dropped call itself has done by then:
//!
//! * `recv`, `recvfrom`, `accept`, `send`, `sendto`, `readable`, `writable`, `flush`: nothing; what they
//!   return, they do at the very end. They can be used in a `select`.
//! * `connect`: the attempt goes on, and another `connect` says that it does
//!   ([`Error::Already`](crate::Error::Already)): wait for [`Socket::writable`], and ask
//!   [`Socket::try_connect`] how it has ended. Dropping the socket gives it up; the module ends it in its own
//!   time (see [`Socket::connect`]).
//! * `read`, `readline`, `read_to_end`, `write`, `sendall`: the bytes moved so far stay moved. They are
//!   in the caller's buffer, or on their way, but how many is not known any more.
//! * `bind`, `listen`, `setsockopt`, `close`: the module is told all the same.
//! * `getaddrinfo`, and the calls of networks: a command that is in flight ends by itself, and its answer
//!   is dropped; later ones are not sent. A network that is being joined may come to be joined. A power
//!   key that is pressed is let go.
//! * [`Runner::run`]: what is in flight fails, as if the line had failed ([`Error::Uart`](crate::Error::Uart)),
//!   and so do calls until it runs again.

#[cfg(feature = "at-commands")]
mod at;
#[cfg(feature = "edge-nal-v0.7")]
mod edge;
mod half;
mod inner;
mod io;
mod line;
mod modem;
mod nal;
mod runner;
#[cfg(feature = "tls")]
mod secured;
mod shell;

#[path = "../calls/mod.rs"]
#[allow(clippy::duplicate_mod, reason = "what waits is written once, and is part of both shells")]
mod calls;

pub use calls::{
    Cellular, File, Handle, Lines, Network, Socket, Wlan, getaddrinfo, getaddrinfo_with, socket,
    try_getaddrinfo,
};
#[cfg(feature = "edge-nal-v0.7")]
pub use edge::{Acceptor, Groups};
pub use half::{ReadHalf, WriteHalf};
pub use modem::Modem;
pub use nal::Datagrams;
pub use runner::Runner;
#[cfg(feature = "tls")]
pub use secured::Secured;
