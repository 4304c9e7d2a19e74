//! What a worker does to a step: begin it, begin it again after a probe, and record what came of it.
//!
//! All of it is pure: from a state to the next. Each of these functions recognises its own earlier effect by the owner
//! token, so that a write that was applied and whose reply was lost comes out right when it is repeated.

use crate::step::allowed;
use crate::{ErpReference, Millis, OrderState, Pace, Pinned, RawRef, Step, StepName, StepState};

/// The right to work on one step until the lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// Which step.
    pub step: StepName,
    /// The claim's number.
    pub generation: u32,
    /// The claim's owner token.
    pub owner: String,
    /// Why it was given.
    pub why: Why,
    /// Tries before this one.
    pub tries: u32,
}

/// Why a claim was given, which decides what its holder may do first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The effect never began: it may be made.
    Fresh,
    /// The effect began at that time and never reported back: probe first.
    Probe(Millis),
    /// The vendor took it and answers later: ask.
    Ask,
}

/// What [`OrderState::begin`] answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begin {
    /// Write this state; if that succeeds the claim is yours.
    Claim(Box<OrderState>, Claim),
    /// The state shows that the claim is yours already: the write was applied and its reply lost.
    Mine,
    /// Another payload took the place of the one that the bid was made for: read the order again.
    Changed,
    /// Somebody else is at it until then.
    Busy(Millis),
    /// It is not time yet.
    NotYet(Millis),
    /// There is nothing to do.
    Finished,
}

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

/// A worker's wish to claim a step.
#[derive(Debug, Clone)]
pub struct Bid {
    /// Which step.
    pub step: StepName,
    /// A token that no other claim ever has.
    pub owner: String,
    /// The time.
    pub now: Millis,
    /// The end of the lease: after the invocation's deadline.
    pub until: Millis,
    /// What a fresh try would send: the short content hash.
    pub hash: Option<String>,
    /// What an import pins.
    pub pinned: Option<Pinned>,
    /// The payload that was mapped for this bid; a claim on another one would send what nobody looked at.
    pub raw: Option<RawRef>,
}

impl OrderState {
    /// Claims a step.
    pub fn begin(&self, bid: &Bid, pace: Pace) -> Begin {
        let (step, now) = (bid.step, bid.now);
        let (why, tries, begun_at) = match self.step(step) {
            StepState::Due { not_before, .. }
            | StepState::Pending { not_before, .. }
            | StepState::Unknown { not_before, .. }
                if *not_before > now =>
            {
                return Begin::NotYet(*not_before);
            }
            StepState::Due { tries, .. } => (Why::Fresh, *tries, now),
            StepState::Pending { tries, .. } => (Why::Ask, *tries, now),
            StepState::Unknown { begun_at, tries, .. } => (Why::Probe(*begun_at), *tries, *begun_at),
            StepState::Claimed { owner, .. } if *owner == bid.owner => return Begin::Mine,
            StepState::Claimed { until, .. } if *until + pace.skew > now => {
                return Begin::Busy(*until + pace.skew);
            }
            // Asking has no effect, so whoever takes it over asks again.
            StepState::Claimed {
                asking: true, tries, ..
            } => (Why::Ask, *tries, now),
            StepState::Claimed { begun_at, tries, .. } => (Why::Probe(*begun_at), *tries, *begun_at),
            _ => return Begin::Finished,
        };
        if bid.raw.is_some() && bid.raw != self.raw {
            return Begin::Changed;
        }
        let mut next = self.clone();
        let fresh = why == Why::Fresh;
        // A probe is about what was sent before, so it keeps that hash; only a fresh try may pin another content.
        let hash = if fresh { bid.hash.clone() } else { self.sent(step) };
        if fresh && bid.pinned.is_some() {
            next.pinned.clone_from(&bid.pinned);
        }
        let generation = self.generation(step) + 1;
        let state = StepState::Claimed {
            owner: bid.owner.clone(),
            begun_at,
            until: bid.until,
            tries,
            hash,
            asking: why == Why::Ask,
        };
        next.steps.insert(step, Step { generation, state });
        next.index();
        Begin::Claim(
            Box::new(next),
            Claim {
                step,
                generation,
                owner: bid.owner.clone(),
                why,
                tries,
            },
        )
    }

    /// Records what came of a claimed step.
    pub fn settle(&self, claim: &Claim, outcome: &Outcome, now: Millis, pace: Pace) -> Result<Gone, Fenced> {
        let Some(held) = self.held_by(claim) else {
            return if self.shows(claim, outcome) {
                Ok(Gone::Recorded)
            } else {
                Err(self.fenced(claim.step))
            };
        };
        let state = settled(held, outcome, now, pace);
        if !allowed(held.kind(), state.kind()) {
            return Err(self.fenced(claim.step));
        }
        // Indexed once, after the follower is due: between the two the order would look closed, lose its place in the
        // open index and get a later one, which costs two write units on every clean order.
        let mut next = self.clone();
        next.put(claim.step, state);
        if let Outcome::Done { erp_reference, .. } = outcome {
            if erp_reference.is_some() {
                next.reference.clone_from(erp_reference);
            }
            next.follow(claim.step, now, pace);
        }
        next.index();
        Ok(Gone::Write(Box::new(next)))
    }

    /// Makes due what follows a finished step. A follower that is already under way or done stays as it is.
    fn follow(&mut self, step: StepName, now: Millis, pace: Pace) {
        for follower in step.followers() {
            if matches!(self.step(*follower), StepState::Off) {
                self.put(*follower, StepState::due_now(now, pace));
            }
        }
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
            (StepState::Held { code, .. }, Outcome::Held { code: ours }) => code == ours,
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

    fn sent(&self, step: StepName) -> Option<String> {
        match self.step(step) {
            StepState::Claimed { hash, .. } | StepState::Unknown { hash, .. } => hash.clone(),
            _ => None,
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
fn settled(held: &StepState, outcome: &Outcome, now: Millis, pace: Pace) -> StepState {
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
        Outcome::Held { code } => StepState::Held {
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
            begun_at: *begun_at,
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
