//! Async sockets as others see them: `embedded-io-async`, and whether they are ready.

use embedded_io::{ErrorType, ReadReady, WriteReady};
use embedded_io_async::{Read, Write};

use super::calls::{Descriptor, File, Socket};
use super::half::{ReadHalf, WriteHalf};
use crate::engine::Take;
use crate::error::Error;
use crate::select::{POLLIN, POLLOUT};
use crate::stack::attempt;

impl Descriptor<'_> {
    /// At least a byte of what comes; 0 is the end.
    async fn read_some(&self, buf: &mut [u8]) -> Result<usize, Error> {
        if buf.is_empty() {
            return Ok(0);
        }
        self.receive(self.mode(), buf, Take::default()).await.map(|(count, _)| count)
    }

    /// At least a byte of `data`.
    async fn write_some(&self, data: &[u8]) -> Result<usize, Error> {
        if data.is_empty() {
            return Ok(0);
        }
        self.send(self.mode(), data, None).await
    }

    fn is_ready(&self, event: u8) -> Result<bool, Error> {
        attempt(self.stack, |core| Ok(core.readiness(self.id, event) != 0))
    }
}

/// `read` is that of [`Socket::recv`], of a descriptor found like this.
macro_rules! read {
    ($name:ty, $at:ident => $descriptor:expr) => {
        impl Read for $name {
            async fn read(&mut self, buf: &mut [u8]) -> Result<usize, Error> {
                let $at = self;
                $descriptor.read_some(buf).await
            }
        }

        impl ReadReady for $name {
            fn read_ready(&mut self) -> Result<bool, Error> {
                let $at = self;
                $descriptor.is_ready(POLLIN)
            }
        }
    };
}

/// `write` is that of [`Socket::send`], `flush` that of [`File::flush`].
macro_rules! write {
    ($name:ty, $at:ident => $descriptor:expr) => {
        impl Write for $name {
            async fn write(&mut self, buf: &[u8]) -> Result<usize, Error> {
                let $at = self;
                $descriptor.write_some(buf).await
            }

            async fn flush(&mut self) -> Result<(), Error> {
                let $at = self;
                $descriptor.flush().await
            }
        }

        impl WriteReady for $name {
            fn write_ready(&mut self) -> Result<bool, Error> {
                let $at = self;
                $descriptor.is_ready(POLLOUT)
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
