//! Two instances of a test: one in this thread, one in another, which tell each other how far they are.

use std::net::SocketAddr;
use std::panic;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::net::Outcome;
use crate::over_std::LIMIT;

/// What joins two instances besides the network.
pub(crate) struct Link {
    to: Sender<Option<SocketAddr>>,
    from: Receiver<Option<SocketAddr>>,
}

impl Link {
    fn pair() -> (Self, Self) {
        let ((to, there), (back, from)) = (channel(), channel());
        (Self { to, from }, Self { to: back, from: there })
    }

    fn hear(&self) -> Option<SocketAddr> {
        self.from.recv_timeout(LIMIT).expect("the other instance is alive")
    }

    /// Tells the other instance an address of this one.
    pub(crate) fn tell(&self, address: SocketAddr) {
        self.to.send(Some(address)).expect("the other instance is alive");
    }

    /// The address that the other instance tells.
    pub(crate) fn address(&self) -> SocketAddr {
        self.hear().expect("an address comes next")
    }

    /// Tells the other instance that this one has come to some point.
    pub(crate) fn signal(&self) {
        self.to.send(None).expect("the other instance is alive");
    }

    /// Waits until the other instance has come to that point.
    pub(crate) fn wait(&self) {
        assert_eq!(self.hear(), None, "no address comes next");
    }
}

/// Runs two instances to their ends.
pub(crate) fn meet(
    here: impl FnOnce(&Link) -> Outcome,
    there: impl FnOnce(&Link) -> Outcome + Send + 'static,
) {
    let (near, far) = Link::pair();
    let (done, ended) = channel();
    let other = thread::spawn(move || {
        let outcome = panic::catch_unwind(panic::AssertUnwindSafe(|| there(&far)));
        // nobody listens if this thread's instance has failed
        let _ = done.send(());
        outcome.unwrap_or_else(|cause| panic::resume_unwind(cause))
    });
    here(&near).expect("this instance");
    ended.recv_timeout(LIMIT + Duration::from_secs(5)).expect("the other instance ends");
    match other.join() {
        Ok(outcome) => outcome.expect("the other instance"),
        Err(cause) => panic::resume_unwind(cause),
    }
}

/// The meetings of a server and a client: a Wi-Fi module or a cellular one serves, or is served, and
/// `std::net` on both sides, which checks the programs themselves.
macro_rules! two_instances {
    ($server:path, $client:path) => {
        #[test]
        fn usocket_serves_std() {
            use $crate::{instances::meet, over_std::Std, over_usocket::on_loopback};
            meet(|link| on_loopback(|net| $server(net, link)), |link| $client(&Std, link));
        }

        #[test]
        fn std_serves_usocket() {
            use $crate::{instances::meet, over_std::Std, over_usocket::on_loopback};
            meet(|link| on_loopback(|net| $client(net, link)), |link| $server(&Std, link));
        }

        #[test]
        fn cellular_serves_std() {
            use $crate::{instances::meet, over_std::Std, over_usocket::on_cellular};
            meet(|link| on_cellular(|net| $server(net, link)), |link| $client(&Std, link));
        }

        #[test]
        fn std_serves_cellular() {
            use $crate::{instances::meet, over_std::Std, over_usocket::on_cellular};
            meet(|link| on_cellular(|net| $client(net, link)), |link| $server(&Std, link));
        }

        #[test]
        fn std_serves_std() {
            use $crate::{instances::meet, over_std::Std};
            meet(|link| $client(&Std, link), |link| $server(&Std, link));
        }
    };
}

pub(crate) use two_instances;
