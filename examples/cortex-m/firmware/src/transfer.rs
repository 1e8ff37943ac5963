//! The firmware as a TCP client: bytes to a server on the host, and from one.

use core::net::{IpAddr, SocketAddr};

use agreement::Content;
use semihosting::println;
use usocket::fugit::ExtU32;
use usocket::{AF_INET, Network, SOCK_STREAM, Socket, socket};

use crate::failure::{Failure, Step};

/// Sends `total` bytes to the host, and has it confirm that they came as they left.
pub fn upload(net: &impl Network, host: IpAddr, port: u16, total: u32) -> Result<(), Failure> {
    let sock = connect(net, host, port)?;
    let mut piece = [0; 1024];
    let mut sent = 0;
    while sent < total {
        let count = piece.len().min((total - sent) as usize);
        let piece = &mut piece[..count];
        Content::UPLOAD.fill(sent, piece);
        sock.sendall(piece).during("upload")?;
        show("upload", sent, count, total);
        sent += count as u32;
    }
    let mut answer = [0; 64];
    let length = sock.readline(&mut answer).during("read the confirmation")?;
    if answer.get(..length.unwrap_or(0)) != Some(b"all as it should be\n") {
        return Err(Failure::Wrong("the confirmation of the upload", 0));
    }
    sock.close().during("close the upload")
}

/// Asks the host for `total` bytes, and checks each of them and that there are no more.
pub fn download(net: &impl Network, host: IpAddr, port: u16, total: u32) -> Result<(), Failure> {
    let sock = request(net, host, port, total)?;
    let mut received = 0;
    let mut piece = [0; 1024];
    loop {
        let count = sock.recv(&mut piece).during("download")?;
        if count == 0 {
            break;
        }
        check("a downloaded byte", Content::DOWNLOAD, received, &piece[..count])?;
        show("download", received, count, total);
        received += count as u32;
    }
    if received != total {
        return Err(Failure::Wrong("the end of the download", received));
    }
    sock.close().during("close the download")
}

/// Connects to the host and asks it for `total` bytes.
pub fn request<N: Network>(
    net: &N,
    host: IpAddr,
    port: u16,
    total: u32,
) -> Result<Socket<'_>, Failure> {
    let sock = connect(net, host, port)?;
    sock.sendall(&total.to_be_bytes()).during("ask for a download")?;
    Ok(sock)
}

fn connect<N: Network>(net: &N, host: IpAddr, port: u16) -> Result<Socket<'_>, Failure> {
    let sock = socket(net, AF_INET, SOCK_STREAM, 0).during("make a socket")?;
    sock.settimeout(Some(20.secs())).during("set the timeout")?;
    sock.connect(SocketAddr::new(host, port)).during("connect")?;
    Ok(sock)
}

/// Checks bytes, the first of which is at `offset`.
pub fn check(
    what: &'static str,
    content: Content,
    offset: u32,
    bytes: &[u8],
) -> Result<(), Failure> {
    content.flaw(offset, bytes).map_or(Ok(()), |place| Err(Failure::Wrong(what, place)))
}

/// Says now and then how far a long transfer has come.
fn show(what: &str, before: u32, count: usize, total: u32) {
    const STEP: u32 = 256 << 10;
    let now = before + count as u32;
    if now / STEP > before / STEP {
        println!("firmware: {what}: {} of {} KiB", now >> 10, total >> 10);
    }
}
