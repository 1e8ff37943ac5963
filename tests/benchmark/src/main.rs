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
        for direction in [if std::env::args().nth(2).unwrap() == "r" {
            Direction::Receive
        } else {
            Direction::Send
        }] {
            for latency in [0, 2] {
                for sockets in
                    std::env::args().nth(3).unwrap().split(',').map(|x| x.parse().unwrap())
                {
                    for ring in
                        std::env::args().nth(4).unwrap().split(',').map(|x| x.parse().unwrap())
                    {
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
                            outcome.failure,
                            t.elapsed()
                        );
                    }
                }
            }
        }
    }
    Ok(())
}

/// The figures of esp-at-nal, for as long as there is no table of everything.
fn peer_table() -> Result<()> {
    let settings = [
        ("default", peer::Settings::DEFAULT),
        ("best", peer::Settings::BEST),
        ("FIFO", peer::Settings::FIFO),
    ];
    for (name, settings) in settings.into_iter().rev() {
        for direction in [Direction::Receive, Direction::Send] {
            for baud in [921_600, 115_200] {
                for latency in [0, 2] {
                    for size in [256, 1024, 2048] {
                        let scenario = Scenario {
                            module: "esp32c3-4.1",
                            baud,
                            latency: Duration::from_millis(latency),
                            direction,
                            sockets: 1,
                            ring: size,
                            habit: Habit::Chunks(size),
                            payload: 1 << 18,
                            host: Host { fifo: None, read: None },
                        };
                        let outcome = peer::run(&scenario, &settings, &|_| {})?;
                        println!(
                            "{name:7} {direction:7} {baud:6} {latency} ms {size:4} B: {:7} B, {:5.2} % {}",
                            outcome.delivered,
                            100.0 * outcome.utilisation(&scenario),
                            outcome.failure.as_deref().unwrap_or("")
                        );
                    }
                }
            }
        }
    }
    Ok(())
}
