//! Sockets and files.

use core::hint::black_box;
use core::net::{Ipv4Addr, SocketAddr};

use usocket::fugit::MillisDurationU32;
use usocket::network::Handle;
use usocket::{File, Network, OptionValue, Socket, heapless, socket};

use super::calls;

pub const FILE_LINE: usize = 64;

/// A socket is the one thing that the other calls need.
#[inline(never)]
pub fn open(net: &impl Network, af: i32, kind: i32, proto: i32) -> Option<Socket<'_>> {
    socket(net, af, kind, proto).ok()
}

/// The same of a handle, for as long as the module is there.
#[inline(never)]
pub fn make_socket(net: Handle<'_>, af: i32, kind: i32, proto: i32) -> Option<Socket<'_>> {
    net.make_socket(af, kind, proto).ok()
}

#[inline(never)]
pub fn accept<'n>(sock: &Socket<'n>) -> Option<Socket<'n>> {
    black_box(sock.accept()).ok().map(|(accepted, _)| accepted)
}

#[inline(never)]
pub fn makefile<'n>(sock: &Socket<'n>, mode: &str) -> Option<File<'n>> {
    sock.makefile(mode).ok()
}

#[inline(never)]
pub fn drop_socket(sock: Socket<'_>) {
    drop(sock);
}

/// The default size of [`file_lines`]'s pieces, to be read off the bound.
#[inline(never)]
pub fn file_lines(file: &File<'_>) {
    let mut lines = file.lines::<FILE_LINE>();
    while let Some(line) = lines.next_line() {
        if black_box(line).is_err() {
            return;
        }
    }
}

calls! {
    fileno(sock: &Socket<'_>) = sock.fileno();
    settimeout(sock: &Socket<'_>, limit: Option<u32>) =
        sock.settimeout(limit.map(MillisDurationU32::from_ticks));
    settimeout_secs(sock: &Socket<'_>, seconds: f32) = sock.settimeout_secs(seconds);
    setblocking(sock: &Socket<'_>, blocking: bool) = sock.setblocking(blocking);
    close(sock: &Socket<'_>) = sock.close();

    bind(sock: &Socket<'_>, addr: SocketAddr) = sock.bind(addr);
    listen(sock: &Socket<'_>, backlog: i32) = sock.listen(backlog);
    shutdown(sock: &Socket<'_>, how: i32) = sock.shutdown(how);
    getpeername(sock: &Socket<'_>) = sock.getpeername();
    getsockname(sock: &Socket<'_>) = sock.getsockname();

    connect(sock: &Socket<'_>, addr: SocketAddr) = sock.connect(addr);
    recv(sock: &Socket<'_>, buf: &mut [u8]) = sock.recv(buf);
    recv_flags(sock: &Socket<'_>, buf: &mut [u8], flags: i32) = sock.recv_flags(buf, flags);
    recvfrom(sock: &Socket<'_>, buf: &mut [u8]) = sock.recvfrom(buf);
    recvfrom_flags(sock: &Socket<'_>, buf: &mut [u8], flags: i32) = sock.recvfrom_flags(buf, flags);
    send(sock: &Socket<'_>, data: &[u8]) = sock.send(data);
    sendto(sock: &Socket<'_>, data: &[u8], addr: SocketAddr) = sock.sendto(data, addr);
    sendall(sock: &Socket<'_>, data: &[u8]) = sock.sendall(data);
    write(sock: &Socket<'_>, data: &[u8]) = sock.write(data);
    read(sock: &Socket<'_>, buf: &mut [u8]) = sock.read(buf);
    readinto(sock: &Socket<'_>, buf: &mut [u8], nbytes: Option<usize>) = sock.readinto(buf, nbytes);
    read_to_end(sock: &Socket<'_>, data: &mut heapless::Vec<u8, 512>) = sock.read_to_end(data);
    readline(sock: &Socket<'_>, buf: &mut [u8]) = sock.readline(buf);

    try_connect(sock: &Socket<'_>, addr: SocketAddr) = sock.try_connect(addr);
    try_accept(sock: &Socket<'_>) = sock.try_accept();
    try_recv(sock: &Socket<'_>, buf: &mut [u8]) = sock.try_recv(buf);
    try_recvfrom(sock: &Socket<'_>, buf: &mut [u8]) = sock.try_recvfrom(buf);
    try_send(sock: &Socket<'_>, data: &[u8]) = sock.try_send(data);
    try_sendto(sock: &Socket<'_>, data: &[u8], addr: SocketAddr) = sock.try_sendto(data, addr);

    setsockopt(sock: &Socket<'_>, level: i32, option: i32, value: OptionValue<'_>) =
        sock.setsockopt(level, option, value);
    setsockopt_int(sock: &Socket<'_>, level: i32, option: i32, value: i32) =
        sock.setsockopt(level, option, value);
    setsockopt_flag(sock: &Socket<'_>, level: i32, option: i32, value: bool) =
        sock.setsockopt(level, option, value);
    setsockopt_bytes(sock: &Socket<'_>, level: i32, option: i32, value: &[u8; 8]) =
        sock.setsockopt(level, option, value);
    setsockopt_group(sock: &Socket<'_>, level: i32, option: i32, value: Ipv4Addr) =
        sock.setsockopt(level, option, value);
    getsockopt(sock: &Socket<'_>, level: i32, option: i32) = sock.getsockopt(level, option);

    file_fileno(file: &File<'_>) = file.fileno();
    file_read(file: &File<'_>, buf: &mut [u8]) = file.read(buf);
    file_readinto(file: &File<'_>, buf: &mut [u8], nbytes: Option<usize>) =
        file.readinto(buf, nbytes);
    file_read_to_end(file: &File<'_>, data: &mut heapless::Vec<u8, 512>) = file.read_to_end(data);
    file_readline(file: &File<'_>, buf: &mut [u8]) = file.readline(buf);
    file_write(file: &File<'_>, data: &[u8]) = file.write(data);
    file_flush(file: &File<'_>) = file.flush();
    file_close(file: &File<'_>) = file.close();
}
