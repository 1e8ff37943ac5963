//! Records of a TLS link in passive mode: lengths that are announced before they are known
//! (ESP-AT digest §8.8).
//!
//! What waits in the firmware is ciphertext, record by record. Its length is what the host hears of;
//! how many bytes that are shows only when a read has decrypted it.

use std::collections::VecDeque;

/// Bytes of a record beside its data, in TLS 1.2 with AES-GCM: header, nonce and tag.
const OVERHEAD: usize = 29;
/// Bytes of a record without data for the host: an alert and the overhead.
const CONTROL: usize = OVERHEAD + 2;

/// What a TLS link holds for reads.
#[derive(Debug, Default)]
pub(crate) struct Records {
    /// Of each record that is still encrypted, how many bytes of data it has.
    sealed: VecDeque<Option<usize>>,
    /// Bytes that are decrypted.
    open: usize,
}

impl Records {
    /// A record with data came.
    pub(crate) fn push(&mut self, length: usize) {
        self.sealed.push_back(Some(length));
    }

    /// A record without data came.
    pub(crate) fn push_control(&mut self) {
        self.sealed.push_back(None);
    }

    /// Bytes that the host is told of; with `prefers_open`, only what is decrypted if there is such.
    pub(crate) fn announced(&self, prefers_open: bool) -> usize {
        if prefers_open && self.open > 0 {
            return self.open;
        }
        let sealed = self.sealed.iter().map(|data| data.map_or(CONTROL, |data| data + OVERHEAD));
        self.open + sealed.sum::<usize>()
    }

    /// Decrypts up to and including the next record with data, unless there are decrypted ones left;
    /// returns how many bytes a read can have.
    pub(crate) fn decrypt(&mut self) -> usize {
        while self.open == 0 {
            match self.sealed.pop_front() {
                Some(data) => self.open = data.unwrap_or(0),
                None => break,
            }
        }
        self.open
    }

    /// The host has read decrypted bytes.
    pub(crate) fn take(&mut self, bytes: usize) {
        self.open = self.open.saturating_sub(bytes);
    }

    /// Starts again, with bytes that have been decrypted for reports.
    pub(crate) fn restart(&mut self, open: usize) {
        self.sealed.clear();
        self.open = open;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_announced_length_is_that_of_the_records_until_they_are_decrypted() {
        let mut records = Records::default();
        records.push(421);
        records.push(100);
        assert_eq!(records.announced(false), 450 + 129);
        assert_eq!(records.decrypt(), 421);
        assert_eq!((records.announced(false), records.announced(true)), (421 + 129, 421));
        records.take(421);
        assert_eq!((records.announced(true), records.decrypt()), (129, 100));
    }

    #[test]
    fn a_record_without_data_is_passed_over() {
        let mut records = Records::default();
        records.push_control();
        assert_eq!(
            (records.announced(true), records.decrypt(), records.announced(true)),
            (31, 0, 0)
        );
        records.push_control();
        records.push(3);
        assert_eq!(records.decrypt(), 3);
    }
}
