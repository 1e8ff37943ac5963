//! What stands in for TLS sessions where the feature `tls` is off: every handshake fails.

#![expect(clippy::needless_pass_by_ref_mut, reason = "as the sessions that there are")]

use crate::module::{Failure, TlsClient, TlsServer};
use core::net::SocketAddr;
use std::io;
use std::net::TcpStream;

/// A session that there never is.
#[derive(Debug)]
pub(super) enum Session {}

impl Session {
    pub(super) fn client(_: &TlsClient, _: SocketAddr) -> Result<Self, Failure> {
        Err(Failure::Handshake)
    }

    pub(super) fn shake(&mut self, _: &mut TcpStream) -> Result<bool, Failure> {
        match *self {}
    }

    pub(super) fn push_out(&mut self, _: &mut TcpStream) -> io::Result<()> {
        match *self {}
    }

    pub(super) fn write(&mut self, _: &mut TcpStream, _: &[u8]) -> io::Result<usize> {
        match *self {}
    }

    pub(super) fn read(&mut self, _: &mut TcpStream, _: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }

    pub(super) fn say_goodbye(&mut self) {
        match *self {}
    }

    pub(super) fn is_over(&self) -> bool {
        match *self {}
    }
}

/// A server that takes nobody.
#[derive(Debug, Clone)]
pub(super) struct Acceptor;

impl Acceptor {
    pub(super) fn new(_: &TlsServer) -> Self {
        Self
    }

    pub(super) fn session(&self) -> Result<Session, Failure> {
        Err(Failure::Handshake)
    }
}
