//! Recording what came of a claimed step.
//!
//! Pure: from a state to the next. Recording recognises its own earlier success, so that a write that was applied and
//! whose reply was lost comes out right when it is repeated; and it is refused to whoever lost the claim.

use std::time::Duration;

use crate::step::allowed;
use crate::{Claim, ErpReference, Kind, Millis, OrderState, Origin, Pace, StepName, StepState, Why};

/// What came of a claimed step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Done.
    Done {
        /// The other side's number, if it is not the order's ERP number.
        reference: Option<ErpReference>,
        /// The ERP's number of the order, when this step brought it.
        erp_reference: Option<ErpReference>,
    },
    /// A person has to look.
    Held {
        /// The stable code.
        code: String,
    },
    /// The ERP refused it: a person has to look, and RepSpark is to be told.
    Refused {
        /// The stable code.
        code: String,
    },
    /// Surely not done; try again then.
    Later {
        /// Not before.
        not_before: Millis,
        /// Whether a delayed hint rides on the queue; else the sweep gives one.
        hinted: bool,
        /// Whether this counts as a try.
        counts: bool,
    },
    /// The vendor took it and answers later.
    Pending {
        /// Ask not before.
        not_before: Millis,
        /// Whether a delayed hint rides on the queue.
        hinted: bool,
    },
    /// Nobody knows. The start of the last effect stays what the claim recorded.
    Unknown {
        /// Probe not before.
        not_before: Millis,
        /// Whether a delayed hint rides on the queue.
        hinted: bool,
    },
}

impl Outcome {
    /// Nothing was sent, or it was refused for who we are and not for what it is: due, and not counted as tried.
    pub fn not_called(now: Millis) -> Self {
        Self::Later {
            not_before: now,
            hinted: false,
            counts: false,
        }
    }

    /// What becomes of a claim of a repeatable step under which nothing was sent: of an earlier try nobody knows what came of
    /// it. Once it can't be running any more the step is due again at once, and the newest state is told.
    pub fn given_back(claim: &Claim, now: Millis, settle: Duration) -> Self {
        match claim.why {
            Why::Probe(begun_at) if now < begun_at + settle => Self::Unknown {
                not_before: begun_at + settle,
                hinted: true,
            },
            _ => Self::Later {
                not_before: now,
                hinted: true,
                counts: false,
            },
        }
    }
}

/// The claim is not ours any more: its lease ended and somebody else took over. Neither complete nor release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the claim on step {step} of order {order} was lost: its lease ended and somebody else took it over")]
pub struct Fenced {
    /// The order.
    pub order: String,
    /// The step.
    pub step: &'static str,
}

/// What recording an outcome came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// Write this state.
    Write(Box<OrderState>),
    /// It was recorded before; its reply was lost.
    Recorded,
}

impl OrderState {
    /// Records what came of a claimed step.
    pub fn settle(&self, claim: &Claim, outcome: &Outcome, now: Millis, pace: Pace) -> Result<Gone, Fenced> {
        let Some(held) = self.held_by(claim) else {
            return if self.shows(claim, outcome) {
                Ok(Gone::Recorded)
            } else {
                Err(self.fenced(claim.step))
            };
        };
        let state = settled(claim, held, outcome, now, pace);
        if !allowed(held.kind(), state.kind()) {
            return Err(self.fenced(claim.step));
        }
        // Indexed once, after the follower is due: between the two the order would look closed, lose its place in the
        // open index and get a later one, which costs two write units on every clean order.
        let mut next = self.clone();
        let state = next.told(claim, held, state, pace);
        let state = next.held_back(claim.step, state);
        next.put(claim.step, state);
        match outcome {
            Outcome::Done { erp_reference, .. } => {
                if erp_reference.is_some() {
                    next.reference.clone_from(erp_reference);
                }
                next.follow(claim.step, StepState::due_now(now, pace));
            }
            Outcome::Refused { .. } if self.key.origin() == Origin::RepSpark => {
                next.put(StepName::Report, StepState::due_by_hand(now));
            }
            _ => {}
        }
        next.index();
        Ok(Gone::Write(Box::new(next)))
    }

    /// Makes due what follows a finished step. A follower that is already under way or done stays as it is.
    ///
    /// While a person looks at the order its number is not sent: that would make an order Valid that says something else
    /// by now.
    pub(crate) fn follow(&mut self, step: StepName, due: StepState) {
        let due = match self.step(StepName::Review) {
            review @ StepState::Held { .. } => review.clone(),
            _ => due,
        };
        for follower in step.followers(self.key.origin()) {
            if matches!(self.step(*follower), StepState::Off) {
                self.put(*follower, due.clone());
            }
        }
        // What the ERP took in the end was not refused.
        if step == StepName::Import && matches!(self.step(StepName::Report).kind(), Kind::Due | Kind::Held) {
            self.put(StepName::Report, StepState::Discarded);
        }
    }

    /// What can't be taken back is not sent while a person looks at the order: its number would make it Valid, and its
    /// acknowledgement would start the factory, although it says something else by now.
    pub(crate) fn held_back(&self, step: StepName, state: StepState) -> StepState {
        match self.step(StepName::Review) {
            review @ StepState::Held { .. } if step.waits_for_review() && state.kind() == Kind::Due => {
                review.clone()
            }
            _ => state,
        }
    }

    /// This order when a step that is due has to wait for the review; none if it does not.
    pub fn held_for_review(&self, step: StepName) -> Option<Self> {
        let held = self.held_back(step, self.step(step).clone());
        (held != *self.step(step))
            .then(|| self.moved(step, held))
            .flatten()
    }

    fn held_by(&self, claim: &Claim) -> Option<&StepState> {
        let ours = self.generation(claim.step) == claim.generation;
        match self.step(claim.step) {
            state @ StepState::Claimed { owner, .. } if ours && *owner == claim.owner => Some(state),
            _ => None,
        }
    }

    /// Whether the state is what recording this outcome under this claim leaves behind.
    fn shows(&self, claim: &Claim, outcome: &Outcome) -> bool {
        if self.generation(claim.step) != claim.generation {
            return false;
        }
        match (self.step(claim.step), outcome) {
            (
                StepState::Done { reference, .. },
                Outcome::Done {
                    reference: ours,
                    erp_reference,
                },
            ) => reference == ours && (erp_reference.is_none() || *erp_reference == self.reference),
            (
                StepState::Held { code, .. },
                Outcome::Held { code: ours } | Outcome::Refused { code: ours },
            ) => code == ours,
            // Something newer was wanted meanwhile, so the same write made it due again.
            (StepState::Due { .. }, Outcome::Done { .. }) if claim.step.is_repeatable() => {
                self.repeat(claim.step).done >= claim.version
            }
            (StepState::Due { not_before, .. }, Outcome::Later { not_before: ours, .. })
            | (
                StepState::Pending { not_before, .. },
                Outcome::Pending { not_before: ours, .. }
                | Outcome::Later { not_before: ours, .. }
                | Outcome::Unknown { not_before: ours, .. },
            )
            | (StepState::Unknown { not_before, .. }, Outcome::Unknown { not_before: ours, .. }) => {
                not_before == ours
            }
            _ => false,
        }
    }

    fn fenced(&self, step: StepName) -> Fenced {
        Fenced {
            order: self.key.to_string(),
            step: step.as_str(),
        }
    }
}

/// The state that an outcome leaves behind.
fn settled(claim: &Claim, held: &StepState, outcome: &Outcome, now: Millis, pace: Pace) -> StepState {
    let StepState::Claimed {
        begun_at,
        tries,
        hash,
        asking,
        ..
    } = held
    else {
        return held.clone();
    };
    // Where a delayed hint rides on the queue the sweep gives its own only a grace later.
    let hint = |not_before: Millis, hinted: bool| {
        if hinted {
            not_before + pace.grace
        } else {
            not_before
        }
    };
    match outcome {
        Outcome::Done { reference, .. } => StepState::Done {
            reference: reference.clone(),
            at: now,
        },
        Outcome::Held { code } | Outcome::Refused { code } => StepState::Held {
            code: code.clone(),
            at: now,
        },
        // What the vendor has already taken stays taken, whatever one look at it came to: it is never sent again.
        Outcome::Pending { not_before, hinted }
        | Outcome::Unknown { not_before, hinted }
        | Outcome::Later {
            not_before, hinted, ..
        } if *asking => pending(*not_before, *tries, hint(*not_before, *hinted)),
        Outcome::Later {
            not_before,
            hinted,
            counts,
        } => StepState::Due {
            not_before: *not_before,
            tries: tries + u32::from(*counts),
            hint_at: hint(*not_before, *hinted),
        },
        Outcome::Pending { not_before, hinted } => pending(*not_before, *tries, hint(*not_before, *hinted)),
        Outcome::Unknown { not_before, hinted } => StepState::Unknown {
            // Whoever only probed began nothing.
            begun_at: match claim.why {
                Why::Fresh => claim.step.began(*begun_at, now),
                Why::Probe(_) | Why::Ask => *begun_at,
            },
            not_before: *not_before,
            tries: tries + 1,
            hint_at: hint(*not_before, *hinted),
            hash: hash.clone(),
        },
    }
}

fn pending(not_before: Millis, tries: u32, hint_at: Millis) -> StepState {
    StepState::Pending {
        not_before,
        tries: tries + 1,
        hint_at,
    }
}
