//! What Spreadshirt says of an item and of a report.

use crate::guesses::CANCELLED;

/// What became of an item: the vendor's `fulfillmentState` (notes, section 5).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ItemState {
    /// `RECEIVED`.
    Received,
    /// `CREATED`.
    Created,
    /// `ACCEPTED`.
    Accepted,
    /// `IN_PROGRESS`.
    InProgress,
    /// `SHIPPED`.
    Shipped,
    /// `CANCELLED` or `CANCELED`. **A guess**: a cancelled state was seen nowhere.
    Cancelled,
    /// Anything else, as it came, in any letter case.
    Other(String),
}

impl ItemState {
    /// By the vendor's word; never fails.
    pub fn of(word: &str) -> Self {
        match word {
            "RECEIVED" => Self::Received,
            "CREATED" => Self::Created,
            "ACCEPTED" => Self::Accepted,
            "IN_PROGRESS" => Self::InProgress,
            "SHIPPED" => Self::Shipped,
            word if CANCELLED.contains(&word) => Self::Cancelled,
            other => Self::Other(other.to_owned()),
        }
    }
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ReportState {
    /// `ACTIVATED`: nobody deleted it yet.
    Activated,
    /// `DELETED`: it was deleted, which Spreadshirt calls marked as read.
    Deleted,
    /// Anything else, as it came.
    Other(String),
}

impl ReportState {
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "ACTIVATED" => Self::Activated,
            "DELETED" => Self::Deleted,
            other => Self::Other(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_states_are_variants_and_any_other_stays_text() {
        assert_eq!(ItemState::of("IN_PROGRESS"), ItemState::InProgress);
        assert_eq!(ItemState::of("CANCELED"), ItemState::Cancelled);
        assert_eq!(ItemState::of("CANCELLED"), ItemState::Cancelled);
        for word in ["DECLINED", "shipped", "", "SHIPPED "] {
            assert_eq!(ItemState::of(word), ItemState::Other(word.to_owned()));
        }
        assert_eq!(ReportState::of("NEW"), ReportState::Other("NEW".to_owned()));
    }
}
