//! Async sockets on simulated modules, on virtual time, by an executor that polls only who was woken.

#[path = "../tasks/commands.rs"]
mod commands;
#[path = "../tasks/rig.rs"]
mod rig;
#[path = "../tasks/mod.rs"]
mod tasks;
#[path = "../world/mod.rs"]
mod world;

mod cancel;
mod dropped;
mod events;
mod limits;
mod load;
mod rest;
mod sockets;
mod tls;
