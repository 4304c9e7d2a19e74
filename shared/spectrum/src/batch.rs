//! Several acknowledgements in one call.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::acknowledgement::Acknowledgement;
use crate::guesses::BATCH_MAX;
use crate::number::PurchaseOrderNumber;

/// Acknowledgements that go in one call, each order once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Batch(Vec<Acknowledgement>);

/// Why acknowledgements can't go in one call.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BatchError {
    /// There is none.
    #[error("there is nothing to acknowledge")]
    Empty,
    /// There are more than [`BATCH_MAX`].
    #[error("more than {BATCH_MAX} orders are to be acknowledged in one call")]
    TooMany,
    /// Answers are told apart by the order's number alone.
    #[error("order {0} is to be acknowledged twice in one call")]
    Twice(PurchaseOrderNumber),
}

impl Batch {
    /// Takes 1 to [`BATCH_MAX`] acknowledgements of different orders.
    ///
    /// # Errors
    /// When they are anything else.
    pub fn new(all: Vec<Acknowledgement>) -> Result<Self, BatchError> {
        if all.is_empty() {
            return Err(BatchError::Empty);
        }
        if all.len() > BATCH_MAX {
            return Err(BatchError::TooMany);
        }
        let mut seen = BTreeSet::new();
        let twice = all.iter().find(|one| !seen.insert(one.number()));
        match twice {
            Some(one) => Err(BatchError::Twice(one.number().clone())),
            None => Ok(Self(all)),
        }
    }

    /// They, in the order in which they came.
    pub fn all(&self) -> &[Acknowledgement] {
        &self.0
    }
}
