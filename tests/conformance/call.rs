//! Single calls, and what came of them in the notation of the oracle.

use std::net::Ipv4Addr;

use usocket::fugit::MillisDurationU32;
use usocket::{Error, StreamError};
use usocket_simulator::Peer;

use crate::api::{File, Poll, Pollable, Socket};
use crate::rig::Rig;

/// The C name of an error's number.
pub(crate) fn name(error: Error) -> String {
    let name = match error.errno() {
        2 => "ENOENT",
        4 => "EINTR",
        5 => "EIO",
        9 => "EBADF",
        11 => "EAGAIN",
        12 => "ENOMEM",
        16 => "EBUSY",
        22 => "EINVAL",
        23 => "ENFILE",
        32 => "EPIPE",
        89 => "EDESTADDRREQ",
        90 => "EMSGSIZE",
        92 => "ENOPROTOOPT",
        93 => "EPROTONOSUPPORT",
        95 => "EOPNOTSUPP",
        97 => "EAFNOSUPPORT",
        98 => "EADDRINUSE",
        99 => "EADDRNOTAVAIL",
        101 => "ENETUNREACH",
        103 => "ECONNABORTED",
        104 => "ECONNRESET",
        105 => "ENOBUFS",
        106 => "EISCONN",
        107 => "ENOTCONN",
        110 => "ETIMEDOUT",
        111 => "ECONNREFUSED",
        113 => "EHOSTUNREACH",
        114 => "EALREADY",
        115 => "EINPROGRESS",
        other => return format!("!{other}"),
    };
    format!("!{name}")
}

/// Bytes as Python writes them; long ones as their count.
pub(crate) fn bytes(data: &[u8]) -> String {
    if data.len() > 64 {
        return format!("<{} bytes>", data.len());
    }
    let mut text = String::from("b'");
    for &byte in data {
        match byte {
            b'\n' => text += "\\n",
            b'\r' => text += "\\r",
            b'\t' => text += "\\t",
            b'\\' => text += "\\\\",
            b'\'' => text += "\\'",
            b' '..=b'~' => text.push(char::from(byte)),
            _ => text += &format!("\\x{byte:02x}"),
        }
    }
    text + "'"
}

/// A call that returns nothing.
pub(crate) fn done(result: Result<(), Error>) -> String {
    result.map_or_else(name, |()| "None".into())
}

/// A call that returns a count.
pub(crate) fn count(result: Result<usize, Error>) -> String {
    result.map_or_else(name, |count| count.to_string())
}

/// A count, "None", or an error with its count.
fn stream_count(result: Result<Option<usize>, StreamError>) -> String {
    match result {
        Ok(None) => "None".into(),
        Ok(Some(count)) => count.to_string(),
        Err(StreamError { error, done: 0 }) => name(error),
        Err(StreamError { error, done }) => format!("{} done={done}", name(error)),
    }
}

/// Bytes, "None", or an error with the bytes before it.
fn stream_bytes(result: Result<Option<usize>, StreamError>, buf: &[u8]) -> String {
    match result {
        Ok(Some(count)) => bytes(&buf[..count]),
        Err(StreamError { done, .. }) if done > 0 => {
            format!("{} {}", stream_count(result), bytes(&buf[..done]))
        }
        _ => stream_count(result),
    }
}

pub(crate) fn recv(sock: &Socket<'_>, n: usize) -> String {
    let mut buf = vec![0; n];
    sock.recv(&mut buf).map_or_else(name, |count| bytes(&buf[..count]))
}

pub(crate) fn recv_flags(sock: &Socket<'_>, n: usize, flags: i32) -> String {
    let mut buf = vec![0; n];
    sock.recv_flags(&mut buf, flags).map_or_else(name, |count| bytes(&buf[..count]))
}

/// Bytes, and whether the address is `from`.
pub(crate) fn recvfrom(sock: &Socket<'_>, n: usize, from: (Ipv4Addr, u16)) -> String {
    let mut buf = vec![0; n];
    match sock.recvfrom(&mut buf) {
        Ok((count, address)) if address == from.into() => {
            format!("({}, <addr>)", bytes(&buf[..count]))
        }
        Ok((count, address)) => format!("({}, {address})", bytes(&buf[..count])),
        Err(error) => name(error),
    }
}

pub(crate) fn send(sock: &Socket<'_>, data: &[u8]) -> String {
    count(sock.send(data))
}

pub(crate) fn sendto(sock: &Socket<'_>, data: &[u8], to: (Ipv4Addr, u16)) -> String {
    count(sock.sendto(data, to))
}

pub(crate) fn sendall(sock: &Socket<'_>, data: &[u8]) -> String {
    match sock.sendall(data) {
        Ok(()) => "None".into(),
        Err(error) => stream_count(Err(error)),
    }
}

/// The stream calls, which sockets and files have.
pub(crate) trait Stream {
    fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError>;
    fn readinto(&self, buf: &mut [u8], n: Option<usize>) -> Result<Option<usize>, StreamError>;
    fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError>;
    fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError>;
}

macro_rules! stream {
    ($type:ident) => {
        impl Stream for $type<'_> {
            fn read(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
                $type::read(self, buf)
            }
            fn readinto(
                &self,
                buf: &mut [u8],
                n: Option<usize>,
            ) -> Result<Option<usize>, StreamError> {
                $type::readinto(self, buf, n)
            }
            fn readline(&self, buf: &mut [u8]) -> Result<Option<usize>, StreamError> {
                $type::readline(self, buf)
            }
            fn write(&self, data: &[u8]) -> Result<Option<usize>, StreamError> {
                $type::write(self, data)
            }
        }
    };
}
stream!(Socket);
stream!(File);

pub(crate) fn read(stream: &impl Stream, n: usize) -> String {
    let mut buf = vec![0; n];
    stream_bytes(stream.read(&mut buf), &buf)
}

/// The count that `readinto` returned, and what is in a buffer of `len` zeros then.
pub(crate) fn readinto(stream: &impl Stream, len: usize, n: Option<usize>) -> (String, String) {
    let mut buf = vec![0; len];
    let count = stream_count(stream.readinto(&mut buf, n));
    (count, bytes(&buf))
}

pub(crate) fn readline(stream: &impl Stream, max: usize) -> String {
    let mut buf = vec![0; max];
    stream_bytes(stream.readline(&mut buf), &buf)
}

pub(crate) fn write(stream: &impl Stream, data: &[u8]) -> String {
    stream_count(stream.write(data))
}

/// Python's `read()`: until the end, or until `N` bytes are there.
pub(crate) fn read_to_end<const N: usize>(sock: &Socket<'_>) -> String {
    let mut data = heapless::Vec::<u8, N>::new();
    let result = sock.read_to_end(&mut data);
    stream_bytes(result, &data)
}

/// What one poll of one object reports: its mask, or nothing.
pub(crate) fn poll<'n>(
    rig: &Rig<'n, '_>,
    object: &impl Pollable<'n>,
    mask: u8,
    timeout: u32,
) -> String {
    let mut poll = Poll::<'_, 8>::new(rig.modem);
    match poll.register(object, mask) {
        Ok(()) => polled(&mut poll, timeout),
        Err(error) => name(error),
    }
}

/// What is reported now.
pub(crate) fn polled(poll: &mut Poll<'_, 8>, timeout: u32) -> String {
    match poll.poll(Some(MillisDurationU32::from_millis(timeout))) {
        Ok(events) => {
            let masks: Vec<_> = events.iter().map(|event| event.mask.to_string()).collect();
            format!("({})", masks.join(", "))
        }
        Err(error) => name(error),
    }
}

/// What the far end of a connection finds when it receives.
pub(crate) fn sees(peer: &Peer) -> String {
    let data = peer.received();
    match (data.is_empty(), peer.was_reset(), peer.is_closed()) {
        (false, _, _) => bytes(&data),
        (true, true, _) => "!ECONNRESET".into(),
        (true, false, true) => "b''".into(),
        (true, false, false) => "!EAGAIN".into(),
    }
}

/// "True" or "False".
pub(crate) fn truth(is: bool) -> String {
    if is { "True" } else { "False" }.into()
}

/// A call that Rust's types leave nothing of.
pub(crate) fn moot() -> String {
    "n/a".into()
}
