//! Sockets and files as streams of `embedded_io`.

use embedded_io::{ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use crate::calls::{Descriptor, File, Socket};
use crate::error::Error;

/// What can be a stream: which socket it is, if it is to be read, or to be written.
trait Stream {
    fn source(&self) -> Result<Descriptor<'_>, Error>;
    fn sink(&self) -> Result<Descriptor<'_>, Error>;
    fn descriptor(&self) -> Descriptor<'_>;
}

impl Stream for Socket<'_> {
    fn source(&self) -> Result<Descriptor<'_>, Error> {
        Ok(self.0)
    }

    fn sink(&self) -> Result<Descriptor<'_>, Error> {
        Ok(self.0)
    }

    fn descriptor(&self) -> Descriptor<'_> {
        self.0
    }
}

impl Stream for File<'_> {
    fn source(&self) -> Result<Descriptor<'_>, Error> {
        self.reader().copied()
    }

    fn sink(&self) -> Result<Descriptor<'_>, Error> {
        self.writer().copied()
    }

    fn descriptor(&self) -> Descriptor<'_> {
        self.descriptor
    }
}

macro_rules! streams {
    ($($stream:ty),*) => {$(
        impl ErrorType for $stream {
            type Error = Error;
        }

        impl Read for $stream {
            fn read(&mut self, buf: &mut [u8]) -> Result<usize, Error> {
                self.source()?.read_some(buf)
            }

            fn read_exact(&mut self, buf: &mut [u8]) -> Result<(), ReadExactError<Error>> {
                self.source()?.fill(buf)
            }
        }

        impl ReadReady for $stream {
            /// A file that is not to be read has its answer, an error, at once.
            fn read_ready(&mut self) -> Result<bool, Error> {
                self.source().map_or(Ok(true), |source| source.read_ready())
            }
        }

        impl Write for $stream {
            fn write(&mut self, buf: &[u8]) -> Result<usize, Error> {
                self.sink()?.write_some(buf)
            }

            fn flush(&mut self) -> Result<(), Error> {
                self.descriptor().flush_all()
            }

            fn write_all(&mut self, buf: &[u8]) -> Result<(), Error> {
                self.sink()?.write_whole(buf)
            }
        }

        impl WriteReady for $stream {
            /// A file that is not to be written has its answer, an error, at once.
            fn write_ready(&mut self) -> Result<bool, Error> {
                self.sink().map_or(Ok(true), |sink| sink.write_ready())
            }
        }
    )*};
}

streams!(Socket<'_>, &Socket<'_>, File<'_>);
