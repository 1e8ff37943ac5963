//! What the stream traits of `embedded_io` and `embedded_io_async` do with a socket.

use embedded_io::ReadExactError;

use super::Descriptor;
use super::shell::calls;
use crate::engine::{Core, Mode, SocketId, Take};
use crate::error::Error;
use crate::stack::ask;

#[calls]
impl Descriptor<'_> {
    /// Reads what is there, at least one byte; 0 is the end.
    pub(crate) async fn read_some(&self, buf: &mut [u8]) -> Result<usize, Error> {
        if buf.is_empty() {
            return Ok(0); // without a wait, whatever the state is
        }
        loop {
            let (count, _) = self.receive(self.mode(), buf, Take::default()).await?;
            if count > 0 || !self.carries_datagrams() {
                return Ok(count);
            }
            // an empty datagram is no end
        }
    }

    /// Reads until `buf` is full.
    pub(crate) async fn fill(&self, buf: &mut [u8]) -> Result<(), ReadExactError<Error>> {
        let mut done = 0;
        while let Some(rest) = buf.get_mut(done..).filter(|rest| !rest.is_empty()) {
            match self.read_some(rest).await? {
                0 => return Err(ReadExactError::UnexpectedEof),
                count => done += count,
            }
        }
        Ok(())
    }

    /// Writes at least one byte of `data`.
    pub(crate) async fn write_some(&self, data: &[u8]) -> Result<usize, Error> {
        if data.is_empty() {
            return Ok(0);
        }
        let mut promised = false;
        self.stack.access(&mut |core| promised = core.keeps_promise(self.id))?;
        let at_once = if promised { Mode::NonBlocking } else { self.mode() };
        match self.send(at_once, data, None).await {
            // another handle of the socket has been faster
            Err(Error::WouldBlock) if promised => self.send(self.mode(), data, None).await,
            result => result,
        }
    }

    /// Writes all of `data`.
    pub(crate) async fn write_whole(&self, data: &[u8]) -> Result<(), Error> {
        if data.is_empty() {
            return Ok(());
        }
        Ok(self.sendall(data).await?)
    }

    /// Waits until the module has everything.
    pub(crate) async fn flush_all(&self) -> Result<(), Error> {
        self.wait(self.mode(), |core, id| core.poll_flushed(id)).await
    }
}

impl Descriptor<'_> {
    pub(crate) fn read_ready(&self) -> Result<bool, Error> {
        self.ready(|core, id| core.reads_at_once(id))
    }

    pub(crate) fn write_ready(&self) -> Result<bool, Error> {
        self.ready(|core, id| core.writes_at_once(id))
    }

    /// Whether a call would have an answer at once. What is at hand costs no look at the UART.
    fn ready(&self, at_once: impl Fn(&mut Core<'_>, SocketId) -> bool) -> Result<bool, Error> {
        match ask(self.stack, &mut |core| Ok(at_once(core, self.id))) {
            Ok(true) => Ok(true),
            _ => self.attempt(|core, id| Ok(at_once(core, id))),
        }
    }
}
