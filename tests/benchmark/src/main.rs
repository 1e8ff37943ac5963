//! How full the driver keeps the line, in virtual time.

mod ours;
mod outcome;
mod payload;
mod peer;
mod scenario;
mod world;

use std::time::Duration;

use anyhow::Result;
use scenario::{Direction, Habit, Host, Scenario};

fn main() -> Result<()> {
    if std::env::args().nth(1).as_deref() == Some("peer") {
        return peer_table();
    }
    for module in [std::env::args().nth(1).unwrap().leak() as &str] {
        for direction in [if std::env::args().nth(2).unwrap() == "r" {Direction::Receive} else { Direction::Send}] {
            for latency in [0, 2] {
                for sockets in std::env::args().nth(3).unwrap().split(',').map(|x| x.parse().unwrap()) {
                    for ring in std::env::args().nth(4).unwrap().split(',').map(|x| x.parse().unwrap()) {
                        let scenario = Scenario {
                            module,
                            baud: 921_600,
                            latency: Duration::from_millis(latency),
                            direction,
                            sockets,
                            ring,
                            habit: Habit::Chunks(ring),
                            payload: 1 << 20,
                            host: Host { fifo: None, read: None },
                        };
                        let t = std::time::Instant::now();
                        let outcome = ours::run(&scenario, &|_| {})?;
                        println!(
                            "{module} {direction} {latency} ms, {sockets} sockets, ring {ring}: {:.2} % {:?} ({:?})",
                            100.0 * outcome.utilisation(&scenario),
                            outcome.failure, t.elapsed()
                        );
                    }
                }
            }
        }
    }
    Ok(())
}

fn peer_table() -> Result<()> {
    let number = |name: &str, default: u64| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let list = |name: &str, default: &str| -> Vec<u64> {
        let text = std::env::var(name).unwrap_or(default.to_owned());
        text.split(',').map(|item| item.parse().unwrap()).collect()
    };
    for &baud in &list("BAUD", "921600,115200") {
        for direction in [Direction::Receive, Direction::Send] {
            for &sockets in &list("SOCKETS", "1") {
                for &cooldown in &list("COOLDOWN", "20,0") {
                    for &latency in &list("LATENCY", "0,2") {
                        for &size in &list("SIZE", "256,1024,2048") {
                            let scenario = Scenario {
                                module: "esp32c3-4.1",
                                baud: baud as u32,
                                latency: Duration::from_millis(latency),
                                direction,
                                sockets: sockets as usize,
                                ring: size as usize,
                                habit: Habit::Chunks(size as usize),
                                payload: number("PAYLOAD", 1 << 20) as usize,
                                host: Host { fifo: None, read: None },
                            };
                            let settings = peer::Settings {
                                cooldown: Duration::from_millis(cooldown),
                                batch: number("BATCH", 32) as usize,
                                notice: Duration::from_micros(number("NOTICE", 0)),
                            };
                            let t = std::time::Instant::now();
                            let outcome = peer::run(&scenario, &settings, &|_| {})?;
                            println!(
                                "{baud} {direction} {sockets} so cool {cooldown} lat {latency} size {size}: {} B {:.2} % {:?} {:?}",
                                outcome.delivered,
                                100.0 * outcome.utilisation(&scenario),
                                outcome.failure, t.elapsed(),
                            );
                        }
                    }
                }
            }
        }
    }
    Ok(())
}
