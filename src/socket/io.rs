//! Sockets and files as streams of `embedded_io`.

use embedded_io::{ErrorType, Read, ReadExactError, ReadReady, Write, WriteReady};

use super::file::permit;
use super::{Descriptor, File, Socket};
use crate::engine::{Mode, Take};
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
        permit(self.readable)?;
        Ok(self.descriptor)
    }

    fn sink(&self) -> Result<Descriptor<'_>, Error> {
        permit(self.writable)?;
        Ok(self.descriptor)
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
                self.descriptor().flush()
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

impl Descriptor<'_> {
    /// Reads what is there, at least one byte; 0 is the end.
    fn read_some(&self, buf: &mut [u8]) -> Result<usize, Error> {
        if buf.is_empty() {
            return Ok(0); // without a wait, whatever the state is
        }
        loop {
            let (count, _) = self.receive(self.mode(), buf, Take::default())?;
            if count > 0 || !self.carries_datagrams() {
                return Ok(count);
            }
            // an empty datagram is no end
        }
    }

    /// Reads until `buf` is full.
    fn fill(&self, buf: &mut [u8]) -> Result<(), ReadExactError<Error>> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read_some(rest)? {
                0 => return Err(ReadExactError::UnexpectedEof),
                count => done += count,
            }
        }
        Ok(())
    }

    /// Writes at least one byte of `data`.
    fn write_some(&self, data: &[u8]) -> Result<usize, Error> {
        if data.is_empty() {
            return Ok(0);
        }
        let promised = self.change(|core, id| Ok(core::mem::take(&mut core.slot(id)?.promised)))?;
        let at_once = if promised { Mode::NonBlocking } else { self.mode() };
        match self.send(at_once, data, None) {
            // another handle of the socket has been faster
            Err(Error::WouldBlock) if promised => self.send(self.mode(), data, None),
            result => result,
        }
    }

    /// Writes all of `data`.
    fn write_whole(&self, data: &[u8]) -> Result<(), Error> {
        if data.is_empty() {
            return Ok(());
        }
        Ok(self.sendall(data)?)
    }

    /// Waits until the module has everything.
    fn flush(&self) -> Result<(), Error> {
        self.wait(self.mode(), |core, id| core.poll_flushed(id))
    }

    fn read_ready(&self) -> Result<bool, Error> {
        // what is at hand costs no look at the UART
        let ready = self.change(|core, id| Ok(core.reads_at_once(id)))?;
        if ready { Ok(true) } else { self.change_now(|core, id| Ok(core.reads_at_once(id))) }
    }

    fn write_ready(&self) -> Result<bool, Error> {
        let ready = self.change(|core, id| Ok(core.writes_at_once(id)))?;
        if ready { Ok(true) } else { self.change_now(|core, id| Ok(core.writes_at_once(id))) }
    }
}
