//! What a person is told. It names customers, so it goes to the person and never to the log.

use order_model::Millis;
use serde::Serialize;

use crate::event::Place;
use crate::rows::BadRow;

/// Bad rows, or changed ones, that are named at most; the rest is counted.
pub(crate) const NAMED: usize = 1_000;

/// What came of an invocation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Rows that were given.
    Written(Box<Report>),
    /// Rows that are here.
    Listed(Box<Listed>),
}

/// What came of rows.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// What happened, and what to do next.
    pub says: String,
    /// Whether nothing was written: then all numbers say what would be.
    pub dry_run: bool,
    /// Rows that were written: of customers that had none, or another id.
    pub written: u64,
    /// Those of them that had another id before.
    pub changed: u64,
    /// The first 1,000 of those.
    pub changes: Vec<Change>,
    /// Rows that say what was here already.
    pub unchanged: u64,
    /// Rows that say what another one of this event says.
    pub repeated: u64,
    /// Rows that were not taken.
    pub bad: u64,
    /// The first 1,000 of them, and why.
    pub bad_rows: Vec<BadRow>,
    /// Rows that there was no time for.
    pub rows_left: u64,
    /// Orders that were let go.
    pub released: u64,
    /// Orders of these customers that wait all the same: a row of their store, or of their customer, is missing.
    pub still_waiting: u64,
    /// Orders that may wait and that there was no time for: the sweep has them.
    pub orders_left: u64,
    /// Whether all orders that may wait were seen. If not, `orders_left` is a lower bound.
    pub all_seen: bool,
}

/// A customer who had another id before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// Its line.
    pub line: u64,
    /// The id before.
    pub was: String,
    /// The id now.
    pub now: String,
}

/// Rows that are here.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Listed {
    /// Whose customers.
    pub source: &'static str,
    /// In the order of their codes.
    pub rows: Vec<Mapped>,
    /// Where the rest begins: send it as `from`. None if this was the last.
    pub next: Option<Place>,
    /// On the first page, the customers whose row is missing, or was until a moment ago, and their orders; at most 1,000.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub awaited: Option<Vec<AwaitedCustomer>>,
    /// On the first page, who wrote rows before, newest first, at most 20.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history: Option<Vec<Past>>,
    /// Whether there was time to see all that belongs here.
    pub all_seen: bool,
}

/// A row that is here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// Who.
    #[serde(flatten)]
    pub customer: Place,
    /// Who that is at SparkLayer.
    pub sparklayer_customer: String,
    /// Who said so.
    pub by: String,
    /// When.
    pub at: String,
}

/// A customer that orders wait for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AwaitedCustomer {
    /// Who.
    #[serde(flatten)]
    pub customer: Place,
    /// How many orders.
    pub orders: u64,
}

/// Rows that were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Past {
    /// When.
    pub at: String,
    /// Who.
    pub by: String,
    /// What for.
    pub why: String,
    /// What was done.
    pub did: String,
}

impl Past {
    pub(crate) fn new(at: Millis, by: String, why: String, did: String) -> Self {
        let at = at.to_string();
        Self { at, by, why, did }
    }
}

impl Report {
    /// What happened, in words.
    pub(crate) fn in_words(&self) -> String {
        let (new, changed) = (self.written - self.changed, self.changed);
        let mut words = match self.dry_run {
            true => "nothing was written, this was a dry run: ".to_owned(),
            false => String::new(),
        };
        words += &format!(
            "{new} customers are new, {changed} changed, {} as before",
            self.unchanged
        );
        if self.bad > 0 {
            words += &format!(
                "; {} rows are bad and were not taken: mend and send these alone",
                self.bad
            );
        }
        if self.rows_left > 0 {
            words += &format!(
                "; there was no time for {} rows: send the same again",
                self.rows_left
            );
        }
        words += &match self.dry_run {
            true => format!("; {} orders would go", self.released),
            false => format!("; {} orders go", self.released),
        };
        if self.still_waiting > 0 {
            words += &format!(", {} wait for another row", self.still_waiting);
        }
        if self.orders_left > 0 || !self.all_seen {
            words += &format!(", {} or more are left to the sweep", self.orders_left);
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_say_what_is_to_be_done_next() {
        let mut report = Report {
            written: 3,
            changed: 1,
            unchanged: 1,
            released: 5,
            all_seen: true,
            ..Report::default()
        };
        assert_eq!(
            report.in_words(),
            "2 customers are new, 1 changed, 1 as before; 5 orders go"
        );
        (report.bad, report.rows_left, report.orders_left) = (2, 7, 9);
        let words = report.in_words();
        for said in [
            "2 rows are bad",
            "no time for 7 rows: send the same again",
            "9 or more are left",
        ] {
            assert!(words.contains(said), "{words}");
        }
    }
}
