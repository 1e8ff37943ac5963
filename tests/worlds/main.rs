//! Programs on simulated modules, in virtual time, with hosts and networks around them.

#[path = "../world/mod.rs"]
mod world;

mod accept;
mod adversity;
mod cellular;
mod cellular_families;
mod comeback;
mod cycles;
mod io_traits;
mod ipv6;
mod ladder;
mod loopback;
mod nal_tcp;
mod nal_udp;
mod quectel_streams;
mod queue;
mod simcom_streams;
mod streams_exhaustive;
mod tcp;
mod tls_world;
mod udp;
mod utilisation;
mod wlan;
