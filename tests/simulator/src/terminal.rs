//! A pseudo-terminal in raw mode.

use rustix::fs::{Mode, OFlags};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{OptionalActions, tcgetattr, tcsetattr};
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

/// A pseudo-terminal whose controlling side is here; other programs open it by its name.
#[derive(Debug)]
pub(crate) struct Terminal {
    controller: OwnedFd,
    /// Kept open, so that a program that closes the terminal does not end it.
    _device: OwnedFd,
    name: String,
}

impl Terminal {
    /// Opens a new pseudo-terminal that passes every byte as it is.
    pub(crate) fn open() -> io::Result<Self> {
        let controller = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
        grantpt(&controller)?;
        unlockpt(&controller)?;
        let name = ptsname(&controller, Vec::new())?;
        let device = rustix::fs::open(&name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty())?;
        let mut attributes = tcgetattr(&device)?;
        attributes.make_raw();
        tcsetattr(&device, OptionalActions::Now, &attributes)?;
        let name = name.to_string_lossy().into_owned();
        Ok(Self { controller, _device: device, name })
    }

    /// Name of the device, such as `/dev/pts/3`.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// A handle on the controlling side.
    pub(crate) fn controller(&self) -> io::Result<File> {
        Ok(File::from(self.controller.try_clone()?))
    }
}
