//! TLS of the module's own.

use core::hint::black_box;

use usocket::Socket;
use usocket::ssl::{Context, Verify};

use super::calls;

#[inline(never)]
pub fn new<'c>(verify: bool) -> Context<'c> {
    Context::new(if verify { Verify::Server } else { Verify::InsecureNobody })
}

#[inline(never)]
pub fn server<'c>(verify_clients: bool) -> Context<'c> {
    Context::server(verify_clients)
}

#[inline(never)]
pub fn ca<'c>(context: &Context<'c>, entry: Option<u8>, path: &'c str) -> Context<'c> {
    black_box(entry.map_or_else(|| context.ca(path), |entry| context.ca(entry)))
}

#[inline(never)]
pub fn certificate<'c>(context: &Context<'c>, entry: Option<u8>, path: &'c str) -> Context<'c> {
    black_box(entry.map_or_else(|| context.certificate(path), |entry| context.certificate(entry)))
}

#[inline(never)]
pub fn key<'c>(context: &Context<'c>, path: &'c str) -> Context<'c> {
    black_box(context.key(path))
}

#[inline(never)]
pub fn check_hostname<'c>(context: &Context<'c>, check: bool) -> Context<'c> {
    black_box(context.check_hostname(check))
}

#[inline(never)]
pub fn ignore_time<'c>(context: &Context<'c>, ignore: bool) -> Context<'c> {
    black_box(context.ignore_time(ignore))
}

#[inline(never)]
pub fn alpn<'c>(context: &Context<'c>, protocols: &'c [&'c str]) -> Context<'c> {
    black_box(context.alpn(protocols))
}

#[inline(never)]
pub fn psk<'c>(context: &Context<'c>, identity: &'c str, key: &'c [u8]) -> Context<'c> {
    black_box(context.psk(identity, key))
}

calls! {
    wrap_socket(context: &Context<'_>, sock: &Socket<'_>, name: Option<&str>) =
        context.wrap_socket(sock, name);
}
