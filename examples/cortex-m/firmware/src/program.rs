//! What the firmware does, whatever its network is.

use agreement::{CLIENTS, ECHO, HOST, TRANSFER};
use semihosting::println;
use usocket::{Counters, Network, getaddrinfo};

use crate::arguments::Arguments;
use crate::failure::{Failure, Step};
use crate::{datagrams, echo, transfer};

/// Looks up the host, and does everything with it.
pub fn run(net: &impl Network, arguments: Arguments) -> Result<(), Failure> {
    let [found] = getaddrinfo(net, HOST, 0).during("look up the host")?;
    let host = found.sockaddr.ip();
    println!("firmware: {HOST} is {host}");
    transfer::download(net, host, arguments.download, TRANSFER)?;
    transfer::upload(net, host, arguments.upload, TRANSFER)?;
    echo::serve(net, arguments.echo, CLIENTS, ECHO)?;
    datagrams::exchange(net, host, arguments.datagrams, arguments.calls)
}

/// Says what the driver has counted. None of it may be a loss, or something that it does not know; a
/// command without an answer in time may be the fault of a busy host.
pub fn report(counters: Counters) -> Result<(), Failure> {
    let Counters { line_received, line_sent, payload_received, payload_sent, .. } = counters;
    println!(
        "firmware: line: {line_received} bytes in, {line_sent} out, {} commands",
        counters.commands
    );
    println!("firmware: payload: {payload_received} bytes in, {payload_sent} out");
    println!("firmware: commands without an answer in time: {}", counters.timeouts);
    let odd = [
        ("overruns", counters.overruns),
        ("errors of the line", counters.line_errors),
        ("lost bytes", counters.payload_lost),
        ("dropped datagrams", counters.datagrams_dropped),
        ("unknown lines", counters.unknown_lines),
        ("overlong lines", counters.overlong_lines),
        ("restarts", counters.resets + counters.forced_restarts),
    ];
    for (what, count) in odd {
        println!("firmware: {what}: {count}");
    }
    odd.into_iter()
        .find(|&(_, count)| count != 0)
        .map_or(Ok(()), |(what, count)| Err(Failure::Wrong(what, count)))
}
