//! Modules and peers that lie: whatever is said, no call panics or hangs, no socket gets what is another's, and
//! when the lie is over the module is usable again.

mod input;
mod lies;
mod payloads;
#[allow(dead_code, reason = "shared with the interleavings, which use all of it")]
#[path = "../interleavings/program.rs"]
mod program;
mod verdict;
#[path = "../world/mod.rs"]
mod world;
