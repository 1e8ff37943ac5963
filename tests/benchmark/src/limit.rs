//! What the protocol allows at best: one command at a time, and nothing between two of them.

use std::time::Duration;

use crate::outcome::Outcome;
use crate::scenario::{Direction, Habit, Scenario};

/// Bytes of one exchange beside its payload, both ways, since they do not overlap; and how much payload
/// it carries at most.
struct Exchange {
    overhead: usize,
    most: usize,
}

/// A pause of ten characters ends what an ESP32 takes in at a time (esp-at.md §2.6).
const IDLE: usize = 10;

fn exchange(scenario: &Scenario, len: usize) -> Exchange {
    let digits = len.to_string().len();
    let cellular = scenario.profile().is_cellular();
    match (cellular, scenario.direction) {
        // esp-at.md §8.4
        (false, Direction::Receive) => Exchange {
            overhead: "AT+CIPRECVDATA=0,\r\n".len()
                + IDLE
                + "+CIPRECVDATA:,".len()
                + "\r\nOK\r\n".len()
                + 2 * digits,
            most: 5760,
        },
        // esp-at.md §7.1
        (false, Direction::Send) => Exchange {
            overhead: "AT+CIPSEND=0,\r\n".len()
                + IDLE
                + "\r\nOK\r\n\r\n>".len()
                + IDLE
                + "\r\nRecv  bytes\r\n".len()
                + "\r\nSEND OK\r\n".len()
                + 2 * digits,
            most: 8192,
        },
        // quectel.md §5.3
        (true, Direction::Receive) => Exchange {
            overhead: "AT+QIRD=0,\r".len()
                + "\r\n+QIRD: \r\n".len()
                + "\r\n\r\nOK\r\n".len()
                + 2 * digits,
            most: 1500,
        },
        // quectel.md §5.2
        (true, Direction::Send) => Exchange {
            overhead: "AT+QISEND=0,\r".len() + "\r\n> ".len() + "\r\nSEND OK\r\n".len() + digits,
            most: 1460,
        },
    }
}

/// How long the payload takes at least if each exchange carries as much as ring, call and module allow.
pub(crate) fn outcome(scenario: &Scenario) -> Outcome {
    let asked = match (scenario.direction, scenario.habit) {
        (Direction::Receive, _) => scenario.ring,
        // small calls can be joined as far as the ring goes; large ones need no ring
        (Direction::Send, Habit::NoDelay(size)) => size,
        (Direction::Send, habit) if scenario.sockets == 1 => habit.size().max(scenario.ring),
        (Direction::Send, _) => scenario.ring,
    };
    let most = asked.min(exchange(scenario, asked).most);
    let (mut left, mut bytes, mut exchanges) = (scenario.payload, 0, 0);
    while left > 0 {
        let len = left.min(most);
        bytes += len + exchange(scenario, len).overhead;
        exchanges += 1;
        left -= len;
    }
    let line = Duration::from_secs_f64(bytes as f64 * 10.0 / f64::from(scenario.baud));
    let elapsed = line + scenario.latency * exchanges;
    Outcome { delivered: scenario.payload, elapsed, failure: None }
}
