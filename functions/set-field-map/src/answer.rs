//! What a person is told. It may hold what orders say, so it goes to the person and never to the log.

use std::collections::BTreeMap;

use ledger::{DecisionRecord, MapPointer};
use order_model::OrderKey;
use serde::Serialize;
use serde_json::{Value, json};

use crate::check::Row;

/// Lambda's answers may have 6 MB. The rest is for what stands around the rows, and for escaping.
const ROWS_BYTES: usize = 4 * 1024 * 1024;
/// Earlier maps that are shown.
const HISTORY: usize = 20;

/// What came of an invocation.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// The current map.
    Shown(Box<Shown>),
    /// A map that was tried, and perhaps set.
    Tried(Box<Report>),
}

/// The current map.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Shown {
    /// Whose payloads it reads.
    pub source: &'static str,
    /// Its version.
    pub version: String,
    /// Who set it; nobody, where none was ever set.
    pub by: Option<String>,
    /// What for.
    pub why: Option<String>,
    /// When.
    pub at: Option<String>,
    /// What it is, in words.
    pub says: &'static str,
    /// The map.
    pub map: Value,
    /// Where it looks, field by field.
    pub places: Vec<Places>,
    /// Who set which map before, newest first, at most 20.
    pub history: Vec<Past>,
}

/// Where a map looks for a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Places {
    /// The field.
    pub field: String,
    /// The places, in the order in which they are tried.
    pub places: Vec<String>,
}

/// A map that was set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Past {
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// What for.
    pub why: String,
    /// Which took the place of which, and whether it was forced; or that somebody else was faster.
    pub did: String,
}

/// What came of a map that was given.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// `set`, `dry_run`, `already_current` or `refused`.
    pub outcome: &'static str,
    /// Whether it is current now.
    pub current: bool,
    /// What happened, and what to do next.
    pub says: String,
    /// Whose payloads it reads.
    pub source: &'static str,
    /// The version of the map that was given.
    pub version: String,
    /// The version that was current when it was tried.
    pub before: String,
    /// How many orders it was tried on.
    pub checked: Checked,
    /// Each of them, the regressions first.
    pub orders: Vec<Row>,
    /// Orders that were checked and are only counted, because the answer would be too large.
    pub orders_left_out: usize,
    /// What could be let go.
    pub would_go_through: GoThrough,
}

/// What the check counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Checked {
    /// Orders that it was tried on.
    pub orders: usize,
    /// Those that it reads.
    pub mapped: usize,
    /// Those of them that it holds for a person.
    pub held_by_this_map: usize,
    /// Those that it does not read.
    pub not_mapped: usize,
    /// Those of them that have no payload which any map could read.
    pub without_payload: usize,
    /// Those that it reads otherwise than before.
    pub changed: usize,
    /// Those that it is worse for.
    pub regressions: usize,
    /// Canonical orders that are not printed.
    pub contents_left_out: usize,
    /// Orders that were named and are not here.
    pub unknown: Vec<String>,
    /// Items that this release can't read.
    pub unreadable: usize,
    /// Orders for which there was no time.
    pub not_checked: usize,
}

/// The orders that the map would let go.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct GoThrough {
    /// Held orders that it reads and does not hold.
    pub orders: usize,
    /// Whether there are held orders that it was not tried on.
    pub at_least: bool,
    /// The events for decide-order that let them go once the map is current; `by` and `why` are yours.
    pub decide: Vec<Value>,
    /// eCat orders that wait because their submissions could not be compared, and of which it reads the current one: look at
    /// each with decide-order. A retry compares again, and is refused for one that still can't be compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub compare_again: Vec<OrderKey>,
}

/// What the check found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) rows: Vec<Row>,
    pub(crate) checked: Checked,
    /// Whether every open order was looked at.
    pub(crate) all: bool,
    codes: BTreeMap<String, usize>,
    compare_again: Vec<OrderKey>,
    limit: usize,
}

impl Found {
    /// Nothing yet; `limit` canonical orders will be kept.
    pub(crate) fn with_limit(limit: usize) -> Self {
        Self {
            limit,
            ..Self::default()
        }
    }

    /// Counts an order, and keeps its content if there is room: fifty of them could be half a gigabyte.
    pub(crate) fn add(&mut self, mut row: Row) {
        let checked = &mut self.checked;
        checked.orders += 1;
        checked.regressions += usize::from(row.regression.is_some());
        checked.changed += usize::from(row.changes.is_some());
        if row.is_mapped() {
            checked.mapped += 1;
            checked.held_by_this_map += usize::from(!row.holds.is_empty());
        } else {
            checked.not_mapped += 1;
            checked.without_payload += usize::from(row.no_payload);
        }
        if let Some(code) = row.lets_go() {
            *self.codes.entry(code.to_owned()).or_default() += 1;
        }
        if row.compares_again() {
            self.compare_again.push(row.order.clone());
        }
        if row.content.is_some() {
            if self.limit == 0 {
                row.content = None;
                checked.contents_left_out += 1;
            }
            self.limit = self.limit.saturating_sub(1);
        }
        self.rows.push(row);
    }

    /// The rows that an answer has room for, the regressions first, then what is not read; and how many have none.
    pub(crate) fn print(&mut self) -> (Vec<Row>, usize) {
        self.rows
            .sort_by_key(|row| (row.regression.is_none(), row.is_mapped()));
        let (mut printed, mut bytes) = (Vec::new(), 0);
        let all = self.rows.len();
        for row in std::mem::take(&mut self.rows) {
            bytes += serde_json::to_vec(&row).map_or(ROWS_BYTES, |text| text.len());
            if bytes > ROWS_BYTES {
                break;
            }
            printed.push(row);
        }
        let left = all - printed.len();
        (printed, left)
    }

    /// What could be let go.
    pub(crate) fn would_go_through(&self) -> GoThrough {
        let decide = self.codes.keys();
        GoThrough {
            orders: self.codes.values().sum(),
            at_least: !self.all,
            decide: decide
                .map(|code| json!({"do": "retry", "where": {"step": "import", "code": code}}))
                .collect(),
            compare_again: self.compare_again.clone(),
        }
    }
}

/// The record of the decision that named the current map: it was written with the same time, and begins with its version.
pub(crate) fn reason<'a>(history: &'a [DecisionRecord], pointer: &MapPointer) -> Option<&'a DecisionRecord> {
    let mut newest = history.iter().rev();
    newest.find(|record| {
        record.at == pointer.at && record.by == pointer.by && record.detail.starts_with(&pointer.version)
    })
}

/// The decisions about a source's maps, newest first.
pub(crate) fn past(history: Vec<DecisionRecord>) -> Vec<Past> {
    let newest = history.into_iter().rev().take(HISTORY);
    let past = newest.map(|record| Past {
        at: record.at.to_string(),
        by: record.by,
        why: record.why,
        did: record.detail,
    });
    past.collect()
}
