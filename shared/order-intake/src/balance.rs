//! Where the orders stand here that the source holds as sent: the balance of a comparison.

use std::fmt;

use order_model::{Kind, OrderState, StepName};
use serde::Serialize;

use crate::known::Return;
use crate::tally::Kept;

/// So many of each kind of difference are named; the rest is in the count.
const NAMED: usize = 20;

/// Where one order stands here that the source still holds as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// On its way.
    Open,
    /// Waiting for a person.
    Held,
    /// The former integration's, and nobody has decided about it.
    Foreign,
    /// A person decided that it goes no further.
    Discarded,
    /// Confirmed: the source should not hold it as sent much longer.
    Confirmed,
}

impl Standing {
    /// Where an order stands.
    pub fn of(order: &OrderState) -> Self {
        let is = |kind| order.steps.values().any(|step| step.state.kind() == kind);
        if is(Kind::Held) {
            Self::Held
        } else if order.is_open() {
            Self::Open
        } else if order.is_foreign_and_undecided() {
            Self::Foreign
        } else if [StepName::Import, StepName::Confirm]
            .iter()
            .any(|step| matches!(order.step(*step).kind(), Kind::Discarded | Kind::Superseded))
        {
            Self::Discarded
        } else {
            Self::Confirmed
        }
    }
}

/// Of the orders that the source holds as sent, how many stand where.
///
/// It is closed if each of them has its place here: open, held, foreign, discarded, or confirmed a moment ago. What has
/// none is a difference, and is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Balance {
    /// What the source holds as sent.
    pub sent: u64,
    /// On their way here, those included that this comparison took in.
    pub open: u64,
    /// Waiting for a person.
    pub held: u64,
    /// The former integration's, and nobody has decided about them.
    pub foreign: u64,
    /// A person decided that they go no further.
    pub discarded: u64,
    /// Confirmed a moment ago.
    pub confirmed: u64,
    /// Difference: confirmed here long ago, and still unconfirmed there. Their confirmation is looked into again.
    pub unconfirmed: u64,
    /// Difference: records that can't be read. They stand in quarantine.
    pub unreadable: u64,
    /// Difference: orders that this intake could not write down.
    pub lost: u64,
}

impl Balance {
    pub(crate) fn count(&mut self, standing: Option<Standing>, kept: &Kept) {
        self.sent += 1;
        self.unconfirmed += u64::from(matches!(kept, Kept::Known(_, Return::ConfirmAgain)));
        let place = match standing {
            Some(Standing::Open) => &mut self.open,
            Some(Standing::Held) => &mut self.held,
            Some(Standing::Foreign) => &mut self.foreign,
            Some(Standing::Discarded) => &mut self.discarded,
            Some(Standing::Confirmed) => &mut self.confirmed,
            None => &mut self.unreadable,
        };
        *place += 1;
    }

    /// Whether each order has its place here.
    pub fn is_closed(&self) -> bool {
        self.unconfirmed + self.unreadable + self.lost == 0 && self.sent == self.placed()
    }

    fn placed(&self) -> u64 {
        self.open + self.held + self.foreign + self.discarded + self.confirmed
    }
}

/// The differences of a balance, by name: at most 20 of each kind. [`Balance`] counts them all.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Differences {
    /// The keys of orders that were confirmed here long ago and are unconfirmed there.
    pub unconfirmed: Vec<String>,
    /// The names of records in quarantine; or the keys of orders whose state this release can't read.
    pub unreadable: Vec<String>,
    /// The keys of orders that could not be written down; a record without a readable number by its place in the answer.
    pub lost: Vec<String>,
}

impl Differences {
    pub(crate) fn note(&mut self, standing: Option<Standing>, kept: &Kept) {
        match (standing, kept) {
            (_, Kept::Known(key, Return::ConfirmAgain)) => name(&mut self.unconfirmed, || key.to_string()),
            (None, Kept::Quarantined { id, .. }) => name(&mut self.unreadable, || id.clone()),
            (None, Kept::Known(key, _)) => name(&mut self.unreadable, || key.to_string()),
            _ => {}
        }
    }

    pub(crate) fn note_lost(&mut self, called: impl FnOnce() -> String) {
        name(&mut self.lost, called);
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.unconfirmed.is_empty() && self.unreadable.is_empty() && self.lost.is_empty()
    }
}

fn name(names: &mut Vec<String>, called: impl FnOnce() -> String) {
    if names.len() < NAMED {
        names.push(called());
    }
}

impl fmt::Display for Balance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            sent,
            open,
            held,
            foreign,
            discarded,
            confirmed,
            ..
        } = self;
        write!(
            f,
            "{sent} sent = {open} open + {held} held + {foreign} foreign + {discarded} discarded + {confirmed} just confirmed"
        )?;
        if self.is_closed() {
            return Ok(());
        }
        write!(
            f,
            "; differences: {} unconfirmed, {} unreadable, {} lost",
            self.unconfirmed, self.unreadable, self.lost
        )
    }
}

#[cfg(test)]
mod tests {
    use order_model::OrderKey;

    use super::*;

    fn key(id: usize) -> OrderKey {
        OrderKey::new(format!("RS-ACME-{id}")).unwrap()
    }

    #[test]
    fn an_open_balance_says_its_differences_in_the_words_of_its_counts() {
        let mut balance = Balance::default();
        balance.count(Some(Standing::Open), &Kept::Known(key(1), Return::ConfirmAgain));
        balance.count(Some(Standing::Held), &Kept::Known(key(2), Return::Same));
        assert_eq!(
            balance.to_string(),
            "2 sent = 1 open + 1 held + 0 foreign + 0 discarded + 0 just confirmed; \
             differences: 1 unconfirmed, 0 unreadable, 0 lost"
        );
    }

    #[test]
    fn twenty_differences_of_a_kind_are_named_and_orders_with_a_place_are_not() {
        let mut differences = Differences::default();
        differences.note(Some(Standing::Open), &Kept::New(key(1)));
        differences.note(Some(Standing::Held), &Kept::Known(key(2), Return::Same));
        assert!(differences.is_empty());
        for id in 1..=30 {
            differences.note(Some(Standing::Open), &Kept::Known(key(id), Return::ConfirmAgain));
            differences.note_lost(|| format!("record {id}"));
        }
        differences.note(None, &Kept::Known(key(31), Return::Same));
        assert_eq!(differences.unconfirmed.len(), 20);
        assert_eq!(differences.unconfirmed[19], "RS-ACME-20");
        assert_eq!((differences.lost.len(), &*differences.lost[0]), (20, "record 1"));
        assert_eq!(differences.unreadable, ["RS-ACME-31"]);
    }
}
