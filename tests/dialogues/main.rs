//! Dialogues: what the driver writes, word by word, and what a module answers, cut in every place.

#[path = "../tasks/commands.rs"]
mod commands;
#[path = "../script/mod.rs"]
mod script;

mod datagrams;
mod files;
mod holes;
mod modes;
mod options;
mod own_commands;
mod own_commands_cellular;
mod own_urcs;
mod quectel;
mod quectel_adversity;
mod quectel_families;
mod quectel_quirks;
mod quectel_tls;
mod recovery;
mod servers;
mod simcom;
mod simcom_contexts;
mod small_sends;
mod stream;
mod tls;
mod tls_settings;
mod uart_adapters;
mod waiting;
