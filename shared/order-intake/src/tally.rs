//! What came of records: one by one, and in sum.

use order_model::OrderKey;

use crate::balance::Balance;
use crate::known::{Return, held_step};

/// What came of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// A new order.
    New(OrderKey),
    /// A new order of the integration before us.
    Foreign,
    /// A known order.
    Known(OrderKey, Return),
    /// Quarantined; says whether for the first time, and whether it could be named.
    Quarantined {
        /// The name under which it stands.
        id: String,
        /// What is wrong with it.
        fault: String,
        /// Which record of the answer it was.
        place: u64,
        /// Whether it was not there before.
        first: bool,
        /// Whether its order number could be found.
        named: bool,
    },
}

/// What an intake came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Records that are durable.
    pub records: u64,
    /// New orders.
    pub new: u64,
    /// Orders of the integration before us.
    pub foreign: u64,
    /// Orders that were known.
    pub known: u64,
    /// Orders that wait for a person because of this intake.
    pub held: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Quarantined records without an order number.
    pub nameless: u64,
    /// Records that were read and could not be made durable. Recovery has to find them.
    pub lost: u64,
    /// Of a list of sent orders: where they stand here.
    pub balance: Balance,
}

impl Tally {
    pub(crate) fn count(&mut self, kept: &Kept) {
        self.records += 1;
        match kept {
            Kept::New(_) => self.new += 1,
            Kept::Foreign => self.foreign += 1,
            Kept::Known(_, what) => {
                self.known += 1;
                self.held += u64::from(matches!(what, Return::Held(_)));
            }
            Kept::Quarantined { named, .. } => {
                self.quarantined += 1;
                self.nameless += u64::from(!named);
            }
        }
    }
}

pub(crate) fn why(code: &str) -> &'static str {
    match code {
        "foreign_submitted_again" => "belongs to the integration before this one, which may have imported it",
        "changed_after_import" => "says something else than what was imported",
        "discarded_submitted_again" => {
            "had been discarded by a person; retry its import to take it in as it is now"
        }
        "confirmation_without_effect" => {
            "does not become confirmed however often its number is sent; ask its support, who want the transaction's numbers"
        }
        _ => "cannot be compared with what was imported",
    }
}

/// Logs a record that came into quarantine for the first time.
pub(crate) fn tell_quarantined(source: &str, id: &str, place: u64, fault: &str) {
    tracing::error!(
        source,
        quarantine.id = id,
        place,
        "record {place} of {source} is quarantined as {id}: {fault}"
    );
}

impl Kept {
    /// Logs what a person has to know of it; what goes its way by itself is only counted.
    pub fn tell(&self, source: &str) {
        match self {
            Self::Known(key, Return::Held(code)) => {
                let step = held_step(code).as_str();
                tracing::warn!(order.id = %key, step, code, "order {key} is held: it came again and {}", why(code));
            }
            Self::Known(key, Return::ConfirmAgain) => {
                tracing::warn!(order.id = %key, step = "confirm", "order {key} is still not confirmed at {source}: its number is looked into");
            }
            Self::Quarantined {
                id,
                fault,
                place,
                first: true,
                ..
            } => {
                tell_quarantined(source, id, *place, fault);
            }
            _ => {}
        }
    }
}
