//! A message, and what a receiver sees of it.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::settings::{ACCOUNT, arn};

/// A message in a queue. All times are milliseconds since 1970.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    /// Which entry of which queue this is; unlike `id` it is never shared, not even by a second delivery.
    pub(crate) entry: u64,
    /// What SQS calls the message's id.
    pub(crate) id: String,
    pub(crate) body: String,
    pub(crate) attributes: Map<String, Value>,
    /// The system attribute `AWSTraceHeader`.
    pub(crate) trace: Option<String>,
    pub(crate) group: Option<String>,
    pub(crate) dedup: Option<String>,
    pub(crate) sequence: Option<String>,
    pub(crate) sent_ms: i64,
    /// From when its retention counts.
    pub(crate) kept_from_ms: i64,
    pub(crate) delayed_until_ms: i64,
    pub(crate) hidden_until_ms: i64,
    pub(crate) first_received_ms: Option<i64>,
    /// `ApproximateReceiveCount`.
    pub(crate) receives: u64,
    /// How many receipt handles this entry has given out.
    pub(crate) handles: u64,
    /// The queue that it came from, if it is in a dead-letter queue.
    pub(crate) came_from: Option<String>,
    /// Whether a fault has shown on it: each message is copied, and made late, at most once.
    pub(crate) faulted: bool,
}

impl Message {
    pub(crate) fn is_hidden(&self, now_ms: i64) -> bool {
        self.hidden_until_ms > now_ms
    }

    pub(crate) fn is_delayed(&self, now_ms: i64) -> bool {
        self.delayed_until_ms > now_ms
    }

    pub(crate) fn is_visible(&self, now_ms: i64) -> bool {
        !self.is_hidden(now_ms) && !self.is_delayed(now_ms)
    }

    /// The system attributes, by the names of the API reference.
    pub(crate) fn system_attributes(&self) -> BTreeMap<String, String> {
        [
            ("SenderId", Some(ACCOUNT.to_owned())),
            ("SentTimestamp", Some(self.sent_ms.to_string())),
            ("ApproximateReceiveCount", Some(self.receives.to_string())),
            (
                "ApproximateFirstReceiveTimestamp",
                self.first_received_ms.map(|at| at.to_string()),
            ),
            ("MessageGroupId", self.group.clone()),
            ("MessageDeduplicationId", self.dedup.clone()),
            ("SequenceNumber", self.sequence.clone()),
            ("AWSTraceHeader", self.trace.clone()),
            ("DeadLetterQueueSourceArn", self.came_from.as_deref().map(arn)),
        ]
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
    }
}

/// What is in a receipt handle: which entry of which queue, and the how-manieth of its handles this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Handle {
    pub(crate) queue: u64,
    pub(crate) entry: u64,
    pub(crate) number: u64,
}

impl Handle {
    /// As text. Nobody should look into it, so it looks like nothing.
    pub(crate) fn text(self) -> String {
        format!("AQEB{:016x}{:016x}{:016x}", self.queue, self.entry, self.number)
    }

    /// Reads a text of [`Handle::text`].
    pub(crate) fn read(text: &str) -> Option<Self> {
        let digits = text
            .strip_prefix("AQEB")
            .filter(|digits| digits.len() == 48 && digits.is_ascii())?;
        let part = |at: usize| u64::from_str_radix(digits.get(at..at + 16)?, 16).ok();
        Some(Self {
            queue: part(0)?,
            entry: part(16)?,
            number: part(32)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receipt_handle_is_read_as_it_was_written_and_nothing_else_is() {
        let handle = Handle {
            queue: 1,
            entry: u64::MAX,
            number: 7,
        };
        assert_eq!(Handle::read(&handle.text()), Some(handle));
        for bad in [
            "",
            "garbage",
            "AQEB",
            &"AQEBzz".repeat(9),
            &format!("{}0", handle.text()),
        ] {
            assert_eq!(Handle::read(bad), None, "{bad}");
        }
    }
}
