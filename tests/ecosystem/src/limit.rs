//! A limit of time for tests that wait for other programs.

use std::panic::resume_unwind;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// How long a test may take. It takes a few seconds; more than that, on a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs a test on a thread of its own, and fails with it, or when it has taken a minute.
///
/// # Panics
/// As the test does, or when time is up.
pub fn within_a_minute(test: impl FnOnce() + Send + 'static) {
    let (done, ended) = channel::<()>();
    let thread = thread::spawn(move || {
        let _done = done; // dropped at the end, also at a bad one
        test();
    });
    match ended.recv_timeout(LIMIT) {
        Err(RecvTimeoutError::Timeout) => panic!("the test has not ended after {LIMIT:?}"),
        Ok(()) | Err(RecvTimeoutError::Disconnected) => {
            thread.join().unwrap_or_else(|panic| resume_unwind(panic));
        }
    }
}
