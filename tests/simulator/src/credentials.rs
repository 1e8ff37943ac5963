//! Options for certificates and keys of the module, and the files that they name.

use clap::Args;
use core::str::FromStr;
use std::path::{Path, PathBuf};
use usocket_simulator::LoopbackOptions;

/// Certificates and keys, in PEM.
#[derive(Debug, Args)]
pub(crate) struct Credentials {
    /// Roots that the module trusts when it is told to verify a TLS server
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,

    /// Certificate that the module can show to TLS servers
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,

    /// Key of that certificate
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,

    /// Certificate of the module's SSL server
    #[arg(long, value_name = "FILE", requires = "server_key")]
    server_certificate: Option<PathBuf>,

    /// Key of that certificate
    #[arg(long, value_name = "FILE", requires = "server_certificate")]
    server_key: Option<PathBuf>,

    /// Put any file into the module under a name of its firmware, such as server_ca.0
    #[arg(long = "file", value_name = "NAME=FILE")]
    files: Vec<Upload>,
}

/// `NAME=FILE`.
#[derive(Debug, Clone)]
struct Upload {
    name: String,
    path: PathBuf,
}

impl FromStr for Upload {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, path) = text.split_once('=').ok_or("expected NAME=FILE")?;
        if name.is_empty() {
            return Err("the name is empty".to_owned());
        }
        Ok(Self { name: name.to_owned(), path: path.into() })
    }
}

impl Credentials {
    /// Puts everything that was given into the module.
    pub(crate) fn apply(&self, mut world: LoopbackOptions) -> Result<LoopbackOptions, String> {
        if let Some(path) = &self.ca {
            world = world.ca(read(path)?);
        }
        if let (Some(certificate), Some(key)) = (&self.certificate, &self.key) {
            world = world.client_identity(read(certificate)?, read(key)?);
        }
        if let (Some(certificate), Some(key)) = (&self.server_certificate, &self.server_key) {
            world = world.server_identity(read(certificate)?, read(key)?);
        }
        for Upload { name, path } in &self.files {
            world = world.file(name, read(path)?);
        }
        Ok(world)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}
