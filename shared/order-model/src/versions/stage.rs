//! How far the current submission is, which decides whether anything may still take its place.

use crate::{Admission, OrderState, StepName, StepState};

/// How far the current submission of a uuid is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// Its import is due, and was never claimed.
    Due,
    /// Its import waits for a person, and was never claimed.
    Waiting,
    /// It was claimed, somebody else may have imported it, or a person decided about it.
    Sent,
    /// It was claimed, and the ERP does not have it.
    Refused,
}

impl Stage {
    /// The stage of the order that the uuid's state item is.
    ///
    /// That somebody else may have it counts as sent: the integration before us may have imported an older submission,
    /// and a newer one with the same content must not slip in under another key. So does a rule that a person waived.
    pub fn of(order: &OrderState) -> Self {
        let never_claimed = order.generation(StepName::Import) == 0;
        let decided = order.admission == Admission::Foreign || order.waived;
        if decided || order.may_be_imported_already() {
            return Self::Sent;
        }
        match order.step(StepName::Import) {
            StepState::Due { .. } if never_claimed => Self::Due,
            StepState::Held { .. } if !order.is_not_at_the_erp() => Self::Sent,
            StepState::Held { .. } if never_claimed => Self::Waiting,
            StepState::Held { .. } => Self::Refused,
            _ => Self::Sent,
        }
    }

    /// Whether the places may still be changed.
    pub(super) fn is_open(self) -> bool {
        matches!(self, Self::Due | Self::Waiting)
    }
}
