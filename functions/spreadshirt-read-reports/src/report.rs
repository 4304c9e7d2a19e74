//! What an invocation came to.

use std::collections::BTreeSet;

use order_model::{Millis, OrderKey};
use serde::Serialize;

/// What an invocation came to; also the answer to a person who invokes it.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `read`, `replayed`, `looked`, `paused` or `another_reader_is_running`.
    pub outcome: &'static str,
    /// Reports in the list.
    pub listed: u64,
    /// Reports whose content was read.
    pub read: u64,
    /// Reports that were deleted, or found deleted when that was asked for.
    pub deleted: u64,
    /// Reports that stay because they hold items of somebody else's.
    pub left_to_others: u64,
    /// Reports that stay because they can't be read, each named in the log.
    pub unreadable: u64,
    /// Modifications that moved a line.
    pub applied: u64,
    /// Modifications that were known.
    pub known: u64,
    /// Modifications that don't fit: a person has to look at their orders.
    pub disputed: u64,
    /// Modifications whose order or item nobody knows yet. They are kept here, and tried again.
    pub waiting: u64,
    /// Modifications of items of somebody else's.
    pub of_others: u64,
    /// Whether Spreadshirt has reports that this run did not come to. They come with the next one.
    pub more: bool,
    /// Whether the list was read to its end, and each report of it was read, and deleted unless it has to stay.
    pub complete: bool,
    /// Of a dry run: what would become of each report, at most 100 of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reports: Vec<Looked>,
    /// Why nothing was read, until when, and what to do; of a replay, what became of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}

/// What a dry run says of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Looked {
    /// Its id.
    pub report: String,
    /// Modifications of items that are ours, or that nobody named.
    pub ours: u64,
    /// Modifications of items of somebody else's.
    pub of_others: u64,
    /// What would be done.
    pub would: String,
}

impl Report {
    pub(crate) fn of(outcome: &'static str) -> Self {
        Self {
            outcome,
            ..Self::default()
        }
    }

    pub(crate) fn busy(until: Millis) -> Self {
        tracing::info!(%until, "nothing read: another reader is running");
        Self {
            says: Some(format!(
                "nothing was read: another reader is running, until {until} at the latest. Invoke this again after that"
            )),
            ..Self::of("another_reader_is_running")
        }
    }

    pub(crate) fn paused(words: String) -> Self {
        tracing::warn!(vendor = "spreadshirt", "nothing read: the vendor is paused");
        Self {
            says: Some(format!("nothing was read: {words}")),
            ..Self::of("paused")
        }
    }

    /// What was taken of one report.
    pub(crate) fn add(&mut self, taken: &Taken) {
        self.applied += taken.applied;
        self.known += taken.known;
        self.disputed += taken.disputed;
        self.waiting += taken.waiting;
        self.of_others += taken.of_others;
    }
}

/// What came of a report's modifications.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Taken {
    pub(crate) applied: u64,
    pub(crate) known: u64,
    pub(crate) disputed: u64,
    pub(crate) waiting: u64,
    pub(crate) of_others: u64,
    /// Orders that have one number at the ERP, of which one is meant.
    pub(crate) ambiguous: BTreeSet<OrderKey>,
    /// Something of it was found before, in a run that broke off, because of which the report has to stay.
    pub(crate) stays: bool,
    /// The time ran out before its end.
    pub(crate) broken_off: bool,
}
