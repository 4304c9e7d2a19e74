//! What came of submissions: one by one, and in sum.

use order_model::versions::HoldCode;
use order_model::{OrderKey, Submission};

use crate::tally::tell_quarantined;

/// What came of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrived {
    /// A submission that is durable: it may be marked received.
    Submission {
        /// The order of its uuid.
        order: OrderKey,
        /// Which it is.
        submission: Submission,
        /// What became of it.
        came_to: Arrival,
    },
    /// A submission that was read and could not be made durable. It comes again, unless it is marked.
    Lost(Submission),
    /// A record that is no whole order and could not be made durable. It comes again, unless it is marked.
    LostBroken {
        /// Its order number, if that could be found.
        number: Option<String>,
    },
    /// Quarantined: it is durable, but not marked, so that it comes again when it is mended.
    Quarantined {
        /// The name under which it stands: its order number or a hash of its bytes.
        id: String,
        /// Its order number, if that could be found.
        number: Option<String>,
        /// Which record of the answer it was.
        place: u64,
        /// What is wrong with it.
        fault: &'static str,
        /// Whether it was not there before.
        first: bool,
    },
}

/// What became of a submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// It was known before, and nothing was written.
    Again,
    /// It was entered, or its newer payload was.
    Entered {
        /// Whether its uuid was not known before.
        first: bool,
        /// Whether the order's import became due with this.
        due: bool,
        /// Why something of the order waits for a person because of it.
        held: Option<HoldCode>,
    },
}

/// What an intake came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SubmissionTally {
    /// Records that are durable.
    pub records: u64,
    /// Submissions of orders that were not known.
    pub new: u64,
    /// New submissions of known orders.
    pub resubmitted: u64,
    /// Submissions that were known before.
    pub again: u64,
    /// Submissions because of which something waits for a person.
    pub held: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Records that were read and could not be made durable. They come again.
    pub lost: u64,
}

impl SubmissionTally {
    pub(super) fn count(&mut self, arrived: &Arrived) {
        self.records += u64::from(!arrived.is_lost());
        match arrived {
            Arrived::Lost(_) | Arrived::LostBroken { .. } => {}
            Arrived::Quarantined { .. } => self.quarantined += 1,
            Arrived::Submission { came_to, .. } => match came_to {
                Arrival::Again => self.again += 1,
                Arrival::Entered { first, held, .. } => {
                    *if *first {
                        &mut self.new
                    } else {
                        &mut self.resubmitted
                    } += 1;
                    self.held += u64::from(held.is_some());
                }
            },
        }
    }
}

impl Arrived {
    /// Whether it could not be made durable.
    pub fn is_lost(&self) -> bool {
        matches!(self, Self::Lost(_) | Self::LostBroken { .. })
    }

    /// Logs what a person has to know of it; what goes its way by itself is only counted.
    pub fn tell(&self, source: &str) {
        match self {
            Self::Submission {
                order,
                submission,
                came_to: Arrival::Entered { held: Some(code), .. },
            } => {
                let (code, ecat_id) = (code.as_str(), submission.id.0);
                tracing::warn!(order.id = %order, ecat.id = ecat_id, code, "submission {ecat_id} of order {order} waits for a person: {code}");
            }
            Self::Quarantined {
                id,
                place,
                fault,
                first: true,
                ..
            } => {
                tell_quarantined(source, id, *place, fault);
            }
            _ => {}
        }
    }
}
