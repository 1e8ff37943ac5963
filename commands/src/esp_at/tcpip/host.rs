//! Hosts as ESP-AT writes them.

pub use crate::host::Host;

use crate::encoder::Encoder;
use crate::esp_at::MAX_HOST;
use crate::{ArgumentError, text};

pub(super) fn check_host(host: &Host<'_>) -> Result<(), ArgumentError> {
    match host {
        Host::Name(name) => text::check("host", name.as_bytes(), 1, MAX_HOST),
        Host::Ip(_) => Ok(()),
    }
}

pub(super) fn encode_host(host: &Host<'_>, line: &mut Encoder<'_>) {
    match host {
        Host::Name(name) => line.quoted(name.as_bytes()),
        Host::Ip(ip) => line.ip(*ip),
    };
}
