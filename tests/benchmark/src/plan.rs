//! Which measurements make up the report.

use std::time::Duration;

use crate::driver::Driver;
use crate::scenario::{Direction, Habit, Host, Scenario};

/// Rings, and bytes of one call, in bytes.
pub(crate) const SIZES: [usize; 6] = [256, 512, 1024, 2048, 4096, 8192];
/// Rates of the line.
pub(crate) const BAUDS: [u32; 3] = [115_200, 921_600, 3_000_000];
/// From the end of a command to its answer, in ms.
pub(crate) const LATENCIES: [u64; 4] = [0, 1, 2, 5];
/// How many sockets share the payload.
pub(crate) const SOCKETS: [usize; 3] = [1, 2, 5];
/// The simulated modules.
pub(crate) const MODULES: [&str; 2] = ["esp32c3-4.1", "quectel-ec25"];
pub(crate) const DIRECTIONS: [Direction; 2] = [Direction::Receive, Direction::Send];

/// The section of the chart.
pub(crate) const SIZES_TITLE: &str = "Sizes of rings and calls";

/// A measurement: who, and what.
pub(crate) type Run = (Driver, Scenario);

/// What the tables vary stands for itself; all else is as in the targets.
pub(crate) fn standard(payload: usize, host: Host) -> Scenario {
    Scenario {
        module: MODULES[0],
        baud: BAUDS[1],
        latency: Duration::ZERO,
        direction: Direction::Receive,
        sockets: 1,
        ring: 2048,
        habit: Habit::Chunks(2048),
        payload,
        host,
    }
}

/// One part of the report.
pub(crate) struct Section {
    pub(crate) title: &'static str,
    pub(crate) runs: Vec<Run>,
}

/// What the README shows.
pub(crate) fn report(base: Scenario) -> Vec<Section> {
    vec![sockets(base), sizes(base), side_by_side(base), rates(base), habits(base)]
}

/// Every combination.
pub(crate) fn grid(base: Scenario) -> Vec<Section> {
    let mut runs = Vec::new();
    for module in MODULES {
        for direction in DIRECTIONS {
            for baud in BAUDS {
                for latency in LATENCIES.map(Duration::from_millis) {
                    for sockets in SOCKETS {
                        for size in SIZES {
                            let habit = Habit::Chunks(size);
                            runs.push((
                                Driver::Usocket,
                                Scenario {
                                    module,
                                    direction,
                                    baud,
                                    latency,
                                    sockets,
                                    ring: size,
                                    habit,
                                    ..base
                                },
                            ));
                        }
                    }
                }
            }
        }
    }
    vec![Section { title: "Every combination", runs }]
}

fn sockets(base: Scenario) -> Section {
    let mut runs = Vec::new();
    for module in MODULES {
        for direction in DIRECTIONS {
            for latency in LATENCIES.map(Duration::from_millis) {
                for sockets in SOCKETS {
                    let scenario = Scenario { module, direction, latency, sockets, ..base };
                    runs.push((Driver::Usocket, scenario));
                }
            }
        }
    }
    Section { title: "Sockets and latency", runs }
}

fn sizes(base: Scenario) -> Section {
    let mut runs = Vec::new();
    for direction in DIRECTIONS {
        for latency in [0, 2].map(Duration::from_millis) {
            for size in SIZES {
                let habit = Habit::Chunks(size);
                let scenario = Scenario { direction, latency, ring: size, habit, ..base };
                for driver in
                    [Driver::Limit, Driver::Usocket, Driver::EspAtNalBest, Driver::EspAtNalDefault]
                {
                    runs.push((driver, scenario));
                }
            }
        }
    }
    Section { title: SIZES_TITLE, runs }
}

fn side_by_side(base: Scenario) -> Section {
    let mut runs = Vec::new();
    for direction in DIRECTIONS {
        for baud in [115_200, 921_600] {
            for size in [256, 1024, 2048] {
                let habit = Habit::Chunks(size);
                let scenario = Scenario { direction, baud, ring: size, habit, ..base };
                for driver in [
                    Driver::Usocket,
                    Driver::EspAtNalBest,
                    Driver::EspAtNalFifo,
                    Driver::EspAtNalDefault,
                ] {
                    runs.push((driver, scenario));
                }
            }
        }
    }
    Section { title: "Side by side", runs }
}

fn rates(base: Scenario) -> Section {
    let mut runs = Vec::new();
    for module in MODULES {
        for direction in DIRECTIONS {
            for baud in BAUDS {
                for latency in [0, 2].map(Duration::from_millis) {
                    let scenario = Scenario { module, direction, baud, latency, ..base };
                    runs.push((Driver::Usocket, scenario));
                }
            }
        }
    }
    Section { title: "Rates of the line", runs }
}

fn habits(base: Scenario) -> Section {
    let habits = [
        (Direction::Receive, Habit::Chunks(1)),
        (Direction::Receive, Habit::Chunks(64)),
        (Direction::Receive, Habit::Lines(40)),
        (Direction::Send, Habit::Chunks(16)),
        (Direction::Send, Habit::NoDelay(16)),
        (Direction::Send, Habit::Chunks(256)),
        (Direction::Send, Habit::Chunks(65_536)),
    ];
    let mut runs = Vec::new();
    for module in MODULES {
        for (direction, habit) in habits {
            for latency in [0, 2].map(Duration::from_millis) {
                let scenario = Scenario { module, direction, latency, habit, ..base };
                runs.push((Driver::Usocket, scenario));
            }
        }
    }
    Section { title: "Habits of programs", runs }
}
