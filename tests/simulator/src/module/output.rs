//! The output queue: atomic writes, and changes of the line speed between them.

use std::collections::VecDeque;

/// One thing that the module does to its transmit line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Bytes that nothing can split.
    Write(Vec<u8>),
    /// From here on both directions run at this speed, once everything before has left.
    Baud(u32),
}

#[derive(Debug, Default)]
pub(crate) struct OutputQueue {
    queue: VecDeque<Output>,
    /// Bytes in the queue.
    queued: usize,
    /// Bytes that the world has taken and that have not left on the line yet.
    on_line: usize,
    /// Writes that follow the final answer of the running command.
    afterwards: Vec<Vec<u8>>,
}

impl OutputQueue {
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        self.queued += bytes.len();
        self.queue.push_back(Output::Write(bytes.to_vec()));
    }

    pub(crate) fn push_baud(&mut self, baud: u32) {
        self.queue.push_back(Output::Baud(baud));
    }

    pub(crate) fn pop(&mut self) -> Option<Output> {
        let output = self.queue.pop_front();
        if let Some(Output::Write(bytes)) = &output {
            self.queued -= bytes.len();
            self.on_line += bytes.len();
        }
        output
    }

    pub(crate) fn set_backlog(&mut self, bytes: usize) {
        self.on_line = bytes;
    }

    pub(crate) fn backlog(&self) -> usize {
        self.queued + self.on_line
    }

    /// Queues a write to follow the final answer of the running command.
    pub(crate) fn push_afterwards(&mut self, bytes: &[u8]) {
        self.afterwards.push(bytes.to_vec());
    }

    /// Releases the writes that waited for the final answer.
    pub(crate) fn flush_afterwards(&mut self) {
        for bytes in core::mem::take(&mut self.afterwards) {
            self.push(&bytes);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.queued = 0;
        self.afterwards.clear();
    }
}
