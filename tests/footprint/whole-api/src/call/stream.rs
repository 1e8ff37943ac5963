//! Sockets and files as streams of `embedded_io`.

use embedded_io::{Read, ReadReady, Write, WriteReady};
use usocket::{File, Socket};

use super::calls;

calls! {
    read(sock: &mut Socket<'_>, buf: &mut [u8]) = Read::read(sock, buf);
    read_exact(sock: &mut Socket<'_>, buf: &mut [u8]) = Read::read_exact(sock, buf);
    read_ready(sock: &mut Socket<'_>) = ReadReady::read_ready(sock);
    write(sock: &mut Socket<'_>, data: &[u8]) = Write::write(sock, data);
    write_all(sock: &mut Socket<'_>, data: &[u8]) = Write::write_all(sock, data);
    flush(sock: &mut Socket<'_>) = Write::flush(sock);
    write_ready(sock: &mut Socket<'_>) = WriteReady::write_ready(sock);
    file_read(file: &mut File<'_>, buf: &mut [u8]) = Read::read(file, buf);
    file_read_exact(file: &mut File<'_>, buf: &mut [u8]) = Read::read_exact(file, buf);
    file_read_ready(file: &mut File<'_>) = ReadReady::read_ready(file);
    file_write(file: &mut File<'_>, data: &[u8]) = Write::write(file, data);
    file_write_all(file: &mut File<'_>, data: &[u8]) = Write::write_all(file, data);
    file_flush(file: &mut File<'_>) = Write::flush(file);
    file_write_ready(file: &mut File<'_>) = WriteReady::write_ready(file);
}
