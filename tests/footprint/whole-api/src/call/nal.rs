//! The traits of `embedded-nal` on the stack handle.

use core::net::{IpAddr, SocketAddr};

use embedded_nal::{
    AddrType, Dns, TcpClientStack, TcpError, TcpFullStack, UdpClientStack, UdpFullStack,
};
use usocket::nal::UdpSocket;
use usocket::network::Handle;
use usocket::{Error, Socket};

use super::calls;

#[inline(never)]
pub fn tcp_socket<'n>(stack: &mut Handle<'n>) -> Option<Socket<'n>> {
    TcpClientStack::socket(stack).ok()
}

#[inline(never)]
pub fn udp_socket<'n>(stack: &mut Handle<'n>) -> Option<UdpSocket<'n>> {
    UdpClientStack::socket(stack).ok()
}

#[inline(never)]
pub fn tcp_connect<'n>(stack: &mut Handle<'n>, sock: &mut Socket<'n>, addr: SocketAddr) {
    _ = core::hint::black_box(TcpClientStack::connect(stack, sock, addr));
}

#[inline(never)]
pub fn tcp_send<'n>(stack: &mut Handle<'n>, sock: &mut Socket<'n>, data: &[u8]) {
    _ = core::hint::black_box(TcpClientStack::send(stack, sock, data));
}

#[inline(never)]
pub fn tcp_receive<'n>(stack: &mut Handle<'n>, sock: &mut Socket<'n>, buf: &mut [u8]) {
    _ = core::hint::black_box(TcpClientStack::receive(stack, sock, buf));
}

#[inline(never)]
pub fn tcp_bind<'n>(stack: &mut Handle<'n>, sock: &mut Socket<'n>, port: u16) {
    _ = core::hint::black_box(TcpFullStack::bind(stack, sock, port));
}

#[inline(never)]
pub fn tcp_listen<'n>(stack: &mut Handle<'n>, sock: &mut Socket<'n>) {
    _ = core::hint::black_box(TcpFullStack::listen(stack, sock));
}

#[inline(never)]
pub fn tcp_accept<'n>(stack: &mut Handle<'n>, sock: &mut Socket<'n>) {
    _ = core::hint::black_box(TcpFullStack::accept(stack, sock));
}

#[inline(never)]
pub fn tcp_close<'n>(stack: &mut Handle<'n>, sock: Socket<'n>) {
    _ = core::hint::black_box(TcpClientStack::close(stack, sock));
}

#[inline(never)]
pub fn udp_connect<'n>(stack: &mut Handle<'n>, sock: &mut UdpSocket<'n>, addr: SocketAddr) {
    _ = core::hint::black_box(UdpClientStack::connect(stack, sock, addr));
}

#[inline(never)]
pub fn udp_send<'n>(stack: &mut Handle<'n>, sock: &mut UdpSocket<'n>, data: &[u8]) {
    _ = core::hint::black_box(UdpClientStack::send(stack, sock, data));
}

#[inline(never)]
pub fn udp_send_to<'n>(
    stack: &mut Handle<'n>,
    sock: &mut UdpSocket<'n>,
    addr: SocketAddr,
    data: &[u8],
) {
    _ = core::hint::black_box(UdpFullStack::send_to(stack, sock, addr, data));
}

#[inline(never)]
pub fn udp_receive<'n>(stack: &mut Handle<'n>, sock: &mut UdpSocket<'n>, buf: &mut [u8]) {
    _ = core::hint::black_box(UdpClientStack::receive(stack, sock, buf));
}

#[inline(never)]
pub fn udp_bind<'n>(stack: &mut Handle<'n>, sock: &mut UdpSocket<'n>, port: u16) {
    _ = core::hint::black_box(UdpFullStack::bind(stack, sock, port));
}

#[inline(never)]
pub fn udp_close<'n>(stack: &mut Handle<'n>, sock: UdpSocket<'n>) {
    _ = core::hint::black_box(UdpClientStack::close(stack, sock));
}

calls! {
    by_name(stack: &mut Handle<'_>, name: &str) = stack.get_host_by_name(name, AddrType::Either);
    by_address(stack: &mut Handle<'_>, address: IpAddr, name: &mut [u8]) =
        stack.get_host_by_address(address, name);
    kind(error: Error) = TcpError::kind(&error);
}
