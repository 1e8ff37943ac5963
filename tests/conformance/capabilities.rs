//! What the modules can do, side by side: the one place where they may differ.

use std::fmt::Write as _;

use usocket::Capabilities;
use usocket_simulator::Profile;

use crate::rig::Rig;

/// A row of the table: the field of [`Capabilities`], and its value.
type Row = (&'static str, fn(&Capabilities) -> String);

const ROWS: &[Row] = &[
    ("links", |can| can.links.to_string()),
    ("listeners", |can| can.listeners.to_string()),
    ("max_send", |can| can.max_send.to_string()),
    ("max_datagram", |can| can.max_datagram.to_string()),
    ("holds_data", |can| yes(can.holds_data)),
    ("reports_reset", |can| yes(can.reports_reset)),
    ("ipv6", |can| yes(can.ipv6)),
    ("ipv6_bound", |can| yes(can.ipv6_bound)),
    ("tcp_options", |can| yes(can.tcp_options)),
    ("linger", |can| yes(can.linger)),
    ("half_close", |can| yes(can.half_close)),
    ("udp_unconnected", |can| yes(can.udp_unconnected)),
    ("keeps_datagrams", |can| yes(can.keeps_datagrams)),
    ("sends_empty_datagrams", |can| yes(can.sends_empty_datagrams)),
    ("receives_empty_datagrams", |can| yes(can.receives_empty_datagrams)),
    ("tls", |can| yes(can.tls)),
];

fn yes(can: bool) -> String {
    if can { "yes" } else { "-" }.to_owned()
}

/// The table of all simulated modules.
pub(crate) fn table(profiles: &[Profile]) -> String {
    let modules: Vec<_> = profiles
        .iter()
        .map(|profile| (profile.name, Rig::with(profile.clone(), |rig| rig.module.can)))
        .collect();
    let mut text = format!("{:25}", "");
    for (name, _) in &modules {
        let _ = write!(text, "{name:>15}");
    }
    for (field, value) in ROWS {
        let _ = write!(text, "\n{field:25}");
        for (_, can) in &modules {
            let _ = write!(text, "{:>15}", value(can));
        }
    }
    text
}
