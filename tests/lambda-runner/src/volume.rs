//! What is counted beside the invocations: polls of queues, and the volume of logs. Both are billed.

/// The requests that the event source mappings made to one queue, since the runner began.
///
/// A guess of ours, because AWS does not say how its pollers delete: what one batch may delete goes in requests of up
/// to ten, as `DeleteMessageBatch` allows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Polls {
    /// Receives that found messages.
    pub receives: u64,
    /// Receives that found none. How many there are depends on how long the run takes; on AWS, pollers go on for ever.
    pub empty_receives: u64,
    /// Messages received.
    pub messages: u64,
    /// Requests that deleted messages.
    pub deletes: u64,
}

/// What a function's processes printed, since the runner began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LogVolume {
    /// Lines.
    pub lines: u64,
    /// Bytes, the line feeds included.
    pub bytes: u64,
}

impl Polls {
    /// A receive that gave so many messages.
    pub(crate) fn received(&mut self, messages: usize) {
        match messages {
            0 => self.empty_receives += 1,
            _ => self.receives += 1,
        }
        self.messages += count(messages);
    }

    /// So many messages of one batch were deleted.
    pub(crate) fn deleted(&mut self, messages: usize) {
        const DELETE_MAX: usize = 10;
        self.deletes += count(messages.div_ceil(DELETE_MAX));
    }
}

impl LogVolume {
    pub(crate) fn add(&mut self, line: &str) {
        self.lines += 1;
        self.bytes += count(line.len() + 1);
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}
