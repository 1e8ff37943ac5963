//! TCP connections of the loopback world, plain or as TLS sessions.

use super::tls::Session;
use crate::module::{Event, Failure, Socket};
use core::time::Duration;
use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};

/// A TCP connection.
#[derive(Debug)]
pub(super) struct Stream {
    stream: TcpStream,
    session: Option<Session>,
    handshake: Option<Handshake>,
    /// Sends that the kernel has not taken completely.
    outgoing: VecDeque<Vec<u8>>,
    /// The peer closed, and the module knows.
    finished: bool,
    /// The module closed; the rest is still flushed.
    pub(super) closing: bool,
}

/// A TLS handshake under way.
#[derive(Debug)]
struct Handshake {
    /// When the module gives up waiting.
    until: Duration,
    local_port: u16,
}

impl Stream {
    /// A plain connection.
    pub(super) fn new(stream: TcpStream) -> Self {
        Self {
            stream,
            session: None,
            handshake: None,
            outgoing: VecDeque::new(),
            finished: false,
            closing: false,
        }
    }

    /// A connection that begins with a handshake, which has to be over at `until`.
    pub(super) fn secured(
        stream: TcpStream,
        session: Session,
        until: Duration,
        local_port: u16,
    ) -> Self {
        let handshake = Some(Handshake { until, local_port });
        Self { session: Some(session), handshake, ..Self::new(stream) }
    }

    /// Does what can be done now, with room for so many bytes; false if the connection is over.
    pub(super) fn serve(
        &mut self,
        now: Duration,
        socket: Socket,
        window: impl FnOnce() -> usize,
        events: &mut Vec<Event>,
    ) -> bool {
        if self.handshake.is_some() {
            return !self.closing && self.shake(now, socket, events);
        }
        let alive = self.flush(socket, events);
        if !self.closing {
            return alive && self.fill(socket, window(), events);
        }
        if !alive {
            let _ = self.stream.shutdown(Shutdown::Both);
            return false;
        }
        if !self.outgoing.is_empty() || !self.says_goodbye() {
            return true;
        }
        let _ = self.stream.shutdown(Shutdown::Both);
        false
    }

    /// Goes on with the handshake; false if it has failed.
    fn shake(&mut self, now: Duration, socket: Socket, events: &mut Vec<Event>) -> bool {
        let (Some(session), Some(handshake)) = (&mut self.session, &self.handshake) else {
            return true;
        };
        let failure = match session.shake(&mut self.stream) {
            Ok(false) if now < handshake.until => return true,
            Ok(false) => Failure::Silent,
            Ok(true) => {
                let local_port = handshake.local_port;
                self.handshake = None;
                events.push(Event::Connected { socket, local_port });
                return true;
            }
            Err(failure) => failure,
        };
        events.push(Event::Failed { socket, failure });
        false
    }

    /// Ends the session, as far as there is one; whether the last of it has left.
    fn says_goodbye(&mut self) -> bool {
        let Some(session) = &mut self.session else { return true };
        session.say_goodbye();
        !waits(session.push_out(&mut self.stream))
    }

    /// Writes what the kernel takes; false if the connection is broken.
    fn flush(&mut self, socket: Socket, events: &mut Vec<Event>) -> bool {
        while let Some(data) = self.outgoing.front_mut() {
            let written = match &mut self.session {
                Some(session) => session.write(&mut self.stream, data),
                None => self.stream.write(data),
            };
            match written {
                Ok(written) => {
                    data.drain(..written);
                    events.push(Event::Acknowledged { socket, bytes: written });
                }
                Err(error) if is_wait(error.kind()) => return true,
                Err(_) => {
                    events.push(Event::Reset { socket });
                    return false;
                }
            }
            if data.is_empty() {
                self.outgoing.pop_front();
                events.push(Event::Sent { socket });
            }
        }
        if let Some(session) = &mut self.session {
            // An error here shows when the connection is read.
            let _ = session.push_out(&mut self.stream);
        }
        true
    }

    /// Reads as much as the module's window takes; false if the connection is broken.
    fn fill(&mut self, socket: Socket, window: usize, events: &mut Vec<Event>) -> bool {
        if window == 0 || self.finished {
            return true;
        }
        let mut buffer = vec![0; window];
        let read = match &mut self.session {
            Some(session) => session.read(&mut self.stream, &mut buffer),
            None => self.stream.read(&mut buffer),
        };
        match read {
            Ok(0) => {
                self.finished = true;
                if self.session.as_ref().is_some_and(Session::is_over) {
                    events.push(Event::Control { socket });
                }
                events.push(Event::Fin { socket });
            }
            Ok(length) => {
                buffer.truncate(length);
                events.push(Event::Data { socket, data: buffer });
            }
            Err(error) if is_wait(error.kind()) => {}
            Err(_) => {
                events.push(Event::Reset { socket });
                return false;
            }
        }
        true
    }

    /// Takes bytes of the module to send.
    pub(super) fn send(&mut self, data: Vec<u8>) {
        self.outgoing.push_back(data);
    }

    /// Makes the connection end in a RST when it is dropped.
    pub(super) fn reset_on_close(&self) {
        reset_on_close(&self.stream);
    }
}

fn is_wait(kind: ErrorKind) -> bool {
    matches!(kind, ErrorKind::WouldBlock | ErrorKind::Interrupted)
}

fn waits<T>(result: std::io::Result<T>) -> bool {
    result.is_err_and(|error| is_wait(error.kind()))
}

/// Whether the peer has reset a connection that nobody reads.
pub(super) fn is_broken(stream: &TcpStream) -> bool {
    stream.peek(&mut [0]).is_err_and(|error| !is_wait(error.kind()))
}

/// Makes a connection end in a RST when it is dropped.
#[cfg(unix)]
pub(super) fn reset_on_close(stream: &TcpStream) {
    // A connection that is gone already needs no reset.
    let _ = rustix::net::sockopt::set_socket_linger(stream, Some(Duration::ZERO));
}

/// Elsewhere it ends in a FIN.
#[cfg(not(unix))]
pub(super) fn reset_on_close(_: &TcpStream) {}
