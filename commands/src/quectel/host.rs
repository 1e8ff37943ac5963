//! Hosts as Quectel's modules write them.

use crate::encoder::Encoder;
use crate::host::Host;
use crate::{ArgumentError, text};

use super::MAX_HOST;

pub(super) fn check_host(host: &Host<'_>) -> Result<(), ArgumentError> {
    match host {
        Host::Name(name) => text::check_plain("host", name, 1, MAX_HOST),
        Host::Ip(_) => Ok(()),
    }
}

pub(super) fn encode_host(host: &Host<'_>, line: &mut Encoder<'_>) {
    match host {
        Host::Name(name) => line.string(name),
        Host::Ip(ip) => line.ip(*ip),
    };
}
