//! Where the orders stand here that the source holds as sent: the balance of a comparison.

use std::fmt;

use order_model::{Admission, Kind, OrderState, StepName};
use serde::Serialize;

use crate::known::Return;
use crate::tally::Kept;

/// Where one order stands here that the source still holds as sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// On its way.
    Open,
    /// Waiting for a person.
    Held,
    /// The former integration's.
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
        } else if order.admission == Admission::Foreign {
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
    /// The former integration's.
    pub foreign: u64,
    /// A person decided that they go no further.
    pub discarded: u64,
    /// Confirmed a moment ago.
    pub confirmed: u64,
    /// Difference: confirmed long ago and still sent there. Their confirmation is looked into again.
    pub not_taken: u64,
    /// Difference: records that can't be read. They stand in quarantine.
    pub unreadable: u64,
    /// Difference: orders that this intake could not write down.
    pub lost: u64,
}

impl Balance {
    pub(crate) fn count(&mut self, standing: Option<Standing>, kept: &Kept) {
        self.sent += 1;
        self.not_taken += u64::from(matches!(kept, Kept::Known(_, Return::ConfirmAgain)));
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
        self.not_taken + self.unreadable + self.lost == 0 && self.sent == self.placed()
    }

    fn placed(&self) -> u64 {
        self.open + self.held + self.foreign + self.discarded + self.confirmed
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
            "; differences: {} confirmed long ago, {} unreadable, {} not written down",
            self.not_taken, self.unreadable, self.lost
        )
    }
}
