//! Async sockets as others see them: `embedded-io-async`, and whether they are ready.

use embedded_io::{ErrorType, ReadExactError, ReadReady, WriteReady};
use embedded_io_async::{Read, Write};

use super::calls::{File, Socket};
use super::half::{ReadHalf, WriteHalf};
use crate::error::Error;

/// `read` is that of [`Socket::recv`], of a descriptor found like this.
macro_rules! read {
    ($name:ty, $at:ident => $descriptor:expr) => {
        impl Read for $name {
            async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Error> {
                let $at = self;
                $descriptor.read_some(buf).await
            }

            async fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<Error>> {
                let $at = self;
                $descriptor.fill(buf).await
            }
        }

        impl ReadReady for $name {
            fn read_ready(&mut self) -> Result<bool, Error> {
                let $at = self;
                $descriptor.read_ready()
            }
        }
    };
}

/// `write` is that of [`Socket::send`], `flush` waits until the module has it all.
macro_rules! write {
    ($name:ty, $at:ident => $descriptor:expr) => {
        impl Write for $name {
            async fn write(&mut self, buf: &[u8]) -> Result<usize, Error> {
                let $at = self;
                $descriptor.write_some(buf).await
            }

            async fn flush(&mut self) -> Result<(), Error> {
                let $at = self;
                $descriptor.flush_all().await
            }

            async fn write_all(&mut self, buf: &[u8]) -> Result<(), Error> {
                let $at = self;
                $descriptor.write_whole(buf).await
            }
        }

        impl WriteReady for $name {
            fn write_ready(&mut self) -> Result<bool, Error> {
                let $at = self;
                $descriptor.write_ready()
            }
        }
    };
}

/// All that a type has in common with a stream.
macro_rules! errors {
    ($($name:ty),*) => {$(
        impl ErrorType for $name {
            type Error = Error;
        }
    )*};
}

errors!(Socket<'_>, &Socket<'_>, File<'_>, ReadHalf<'_>, WriteHalf<'_>);
read!(Socket<'_>, socket => socket.0);
write!(Socket<'_>, socket => socket.0);
read!(&Socket<'_>, socket => socket.0);
write!(&Socket<'_>, socket => socket.0);
read!(File<'_>, file => file.reader()?);
write!(File<'_>, file => file.writer()?);
read!(ReadHalf<'_>, half => half.0);
write!(WriteHalf<'_>, half => half.0);
