//! What a person is told of each row.

use order_fulfilment::Came;
use order_model::Applied;
use serde::Serialize;

/// What all rows came to.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Rows that moved a line.
    pub applied: u64,
    /// Rows that were known before, or whose line is further.
    pub known: u64,
    /// Rows that are kept until their order is in the ERP.
    pub waiting: u64,
    /// Rows that don't fit what was said before: kept with the order, which is held for a person.
    pub disputed: u64,
    /// Rows that were not taken.
    pub bad: u64,
    /// Each row that was not simply taken, in their order.
    pub rows: Vec<RowAnswer>,
}

/// What one row came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RowAnswer {
    /// Which one, from 1.
    pub row: usize,
    /// `waits`, `disputed` or `bad`.
    pub came: &'static str,
    /// Why, and what to do next.
    pub why: String,
}

/// Why a row waits.
const WAITS: &str = "no order of this name is in the ERP yet, or its lines can't be read (then its step fulfilment is held, and decide-order show says why): \
                     the row is kept, and taken when it can be";

impl Answer {
    /// Counts a row that was taken.
    pub(crate) fn took(&mut self, row: usize, came: &Came) {
        match came {
            Came::Applied { applied, order } => match applied {
                Applied::Moved => self.applied += 1,
                Applied::Known => self.known += 1,
                Applied::Disputed(unfit) | Applied::NoRoom(unfit) => {
                    self.disputed += 1;
                    let why = format!(
                        "{unfit}. Order {order} is held: send the row again with \"instead\": true if it is true instead of what was said \
                         before, or discard the step fulfilment with decide-order"
                    );
                    self.say(row, "disputed", why);
                }
            },
            Came::Waits => {
                self.waiting += 1;
                self.say(row, "waits", WAITS.to_owned());
            }
            Came::Ambiguous(_) => self.bad(row, &ambiguous(came).unwrap_or_default()),
        }
    }

    /// Counts a row that was not taken.
    pub(crate) fn bad(&mut self, row: usize, why: &str) {
        self.bad += 1;
        self.say(row, "bad", why.to_owned());
    }

    fn say(&mut self, row: usize, came: &'static str, why: String) {
        self.rows.push(RowAnswer { row, came, why });
    }
}

/// Why a row names no single order, if that is so.
pub(crate) fn ambiguous(came: &Came) -> Option<String> {
    let Came::Ambiguous(keys) = came else { return None };
    let keys: Vec<&str> = keys.iter().map(|key| key.as_str()).collect();
    Some(format!(
        "several orders have this number at the ERP: {}; say which one by its key",
        keys.join(", ")
    ))
}
