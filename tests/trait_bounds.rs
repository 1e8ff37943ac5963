//! Which traits of the ecosystem the crate's types have: this file builds, or it does not.

use embedded_io::{ErrorType, Read, ReadReady, Write, WriteReady};
use embedded_nal::{
    Dns, SharedStack, TcpClientStack, TcpError, TcpFullStack, UdpClientStack, UdpFullStack,
};
use usocket::network::{Cellular, Handle, Wlan};
use usocket::uart::{Halves, NbSerial, QueuedUart, SerialUart, SetBaud, SpscReceiver, Uart};
use usocket::{Error, File, Network, Socket};

fn stream<S: Read + Write + ReadReady + WriteReady + ErrorType<Error = Error>>() {}

/// As clients of MQTT, TLS and HTTP are bound.
fn transport<S: Read<Error = E> + Write, E: embedded_io::Error + Send + Sync + 'static>() {}

fn stack<S, T, U>()
where
    S: TcpFullStack<TcpSocket = T, Error: TcpError>
        + UdpFullStack<UdpSocket = U, Error: core::fmt::Debug>
        + Dns,
    S: Copy,
{
}

fn clients<S: TcpClientStack + UdpClientStack>() {}

fn uart<U: Uart>() {}

fn rated<U: Uart + SetBaud>() {}

fn network<N: Network + ?Sized>() {}

fn error<E: embedded_io::Error + TcpError + Copy + Eq + core::error::Error>() {}

#[test]
fn the_types_have_the_traits() {
    stream::<Socket<'static>>();
    stream::<&'static Socket<'static>>();
    stream::<&'static mut Socket<'static>>();
    stream::<File<'static>>();
    transport::<Socket<'static>, Error>();
    transport::<&'static Socket<'static>, Error>();

    stack::<Handle<'static>, Socket<'static>, usocket::nal::UdpSocket<'static>>();
    clients::<&'static mut Handle<'static>>();
    clients::<SharedStack<'static, Handle<'static>>>();
    network::<Handle<'static>>();
    network::<Wlan<'static>>();
    network::<Cellular<'static>>();
    network::<dyn Network>();

    uart::<NbSerial<embedded_hal_mock::eh1::serial::Mock<u8>>>();
    uart::<Halves<SpscReceiver<'static>, Vec<u8>>>();
    uart::<Halves<SpscReceiver<'static>, NbSerial<embedded_hal_mock::eh1::serial::Mock<u8>>>>();
    uart::<QueuedUart<'static, 64, NbSerial<embedded_hal_mock::eh1::serial::Mock<u8>>>>();
    rated::<SerialUart>();
    rated::<&'static mut SerialUart>();

    error::<Error>();
}

/// What comes out of a network object is what goes into a client.
#[allow(dead_code, reason = "it builds")]
fn from_a_network_object(wlan: &Wlan<'_>, lte: &Cellular<'_>) {
    fn client(_: impl TcpClientStack + UdpClientStack + Dns) {}
    client(wlan.stack());
    client(lte.stack());
    client(&mut wlan.stack());
}
