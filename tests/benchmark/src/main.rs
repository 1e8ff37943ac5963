//! How full the driver keeps the line, in virtual time.

mod ours;
mod outcome;
mod payload;
mod scenario;
mod world;

use std::time::Duration;

use anyhow::Result;
use scenario::{Direction, Habit, Host, Scenario};

fn main() -> Result<()> {
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
