//! After the storm: the module is usable again, and nothing is left open that nobody has.

use std::time::Duration;

use embedded_io::{Read, ReadReady, Write};
use usocket::fugit::MillisDurationU32;
use usocket::{AF_INET, Error, SOCK_STREAM, socket};

use crate::program::Program;
use crate::script::PLACES;
use crate::world::PEER;

/// When the faults have stopped, a module is usable again within this time, in ms. Wi-Fi: a lost result
/// of a send takes a minute to be given up. Cellular: a context that could not be had again and again
/// is asked for every five minutes.
const RECOVERY: [u32; 2] = [90_000, 500_000];

impl Program<'_, '_> {
    /// A new socket works, soon; or the driver says that the module is lost, where it can be.
    pub(crate) fn usable_again(&self) -> bool {
        let limit = RECOVERY[usize::from(self.modem.is_cellular())];
        let host = self.world.listen(PEER, 999);
        host.greet(b"hi there");
        let start = self.world.now_ms();
        let mut last = Error::TimedOut;
        while self.world.now_ms() - start < limit {
            self.watch.allow(limit);
            self.world.advance(Duration::from_millis(500));
            let mut buf = [0; 8];
            let result = socket(self.modem, AF_INET, SOCK_STREAM, 0).and_then(|sock| {
                sock.settimeout(Some(MillisDurationU32::from_millis(20_000)))?;
                sock.connect((PEER, 999))?;
                Ok(sock.read(&mut buf)?)
            });
            match result {
                Ok(Some(8)) => {
                    self.tally.add("ms until usable again", (self.world.now_ms() - start) as usize);
                    assert_eq!(&buf, b"hi there");
                    return true;
                }
                Ok(_) => {}
                Err(error) => last = error,
            }
        }
        let lost = matches!(last, Error::ModuleSilent | Error::ModuleGarbled);
        if lost && self.may_be_at_any_rate() {
            self.tally.add("modules lost at an unknown rate", 1);
            return false;
        }
        panic!("not usable again: {last}");
    }

    /// All slots can be had again, and no link of the module is left open.
    pub(crate) fn nothing_leaks(&self) {
        self.idle(60_000);
        let _host = self.world.listen(PEER, 998);
        self.watch.allow(u32::MAX / 4);
        let slots: Vec<_> = (0..PLACES)
            .map(|number| {
                let sock = socket(self.modem, AF_INET, SOCK_STREAM, 0)
                    .unwrap_or_else(|error| panic!("slot {number}: {error}"));
                sock.settimeout(Some(MillisDurationU32::from_millis(200_000))).unwrap();
                // a link that the module has for a connection of which nobody heard is found by failing
                let connects = (0..3).any(|_| sock.connect((PEER, 998)).is_ok());
                assert!(connects, "link {number}");
                sock
            })
            .collect();
        drop(slots);
        self.idle(60_000);
        self.world.set_read_sizes(&[]);
        let cellular = self.modem.is_cellular();
        for question in if cellular {
            &["AT+QISTATE?\r"][..]
        } else {
            &["AT+CIPSTATUS\r\n", "AT+CIPSTATE?\r\n"]
        } {
            let answer = self.ask(question);
            let open = ["+QISTATE", "+CIPSTAT"].iter().any(|listed| answer.contains(listed));
            assert!(!open, "links that are still open: {answer}");
        }
    }

    /// What the module itself says.
    fn ask(&self, question: &str) -> String {
        let mut uart = self.world.uart();
        uart.write_all(question.as_bytes()).unwrap();
        self.world.advance(Duration::from_secs(3));
        let mut answer = vec![0; 4000];
        let mut len = 0;
        while uart.read_ready().unwrap() {
            len += uart.read(&mut answer[len..]).unwrap();
        }
        String::from_utf8_lossy(&answer[..len]).into_owned()
    }
}
