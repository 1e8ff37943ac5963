//! Waiting for several sockets.

use core::hint::black_box;

use usocket::fugit::MillisDurationU32;
use usocket::select::{Event, Poll};
use usocket::{File, Network, Socket};

use super::calls;

#[inline(never)]
pub fn new(net: &impl Network) -> Poll<'_> {
    Poll::new(net)
}

#[inline(never)]
pub fn register<'n>(poll: &mut Poll<'n>, sock: &Socket<'n>, mask: u8) {
    let _ = black_box(poll.register(sock, mask));
}

#[inline(never)]
pub fn register_file<'n>(poll: &mut Poll<'n>, file: &File<'n>, mask: u8) {
    let _ = black_box(poll.register(file, mask));
}

#[inline(never)]
pub fn modify<'n>(poll: &mut Poll<'n>, sock: &Socket<'n>, mask: u8) {
    let _ = black_box(poll.modify(sock, mask));
}

#[inline(never)]
pub fn unregister<'n>(poll: &mut Poll<'n>, sock: &Socket<'n>) {
    poll.unregister(sock);
}

#[inline(never)]
pub fn ipoll(poll: &mut Poll<'_>, limit: Option<u32>, flags: u8) {
    if let Ok(events) = poll.ipoll(limit.map(MillisDurationU32::from_ticks), flags) {
        events.for_each(|event| _ = black_box(event));
    }
}

#[inline(never)]
pub fn poll(poll: &mut Poll<'_>, limit: Option<u32>) -> Option<Event> {
    poll.poll(limit.map(MillisDurationU32::from_ticks)).ok()?.first().copied()
}

#[inline(never)]
pub fn event_is(event: &Event, sock: &Socket<'_>) -> bool {
    event.is(sock)
}

calls! {
    remove(poll: &mut Poll<'_>, event: &Event) = poll.remove(event);
    event_fileno(event: &Event) = event.fileno();
    event_is_readable(event: &Event) = event.is_readable();
    event_is_writable(event: &Event) = event.is_writable();
}
