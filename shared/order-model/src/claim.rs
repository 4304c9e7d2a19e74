//! Claiming a step: who gets it, and what its holder may do first.
//!
//! Pure: from a state to the next. A bid recognises its own earlier success by its owner token, so that a write that was
//! applied and whose reply was lost comes out right when it is repeated.

use crate::{Edition, Millis, OrderState, Pace, Pinned, RawRef, Step, StepName, StepState};

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
    /// The version that its holder tells, of a repeatable step; else 0. Whoever probes tells none.
    pub version: u32,
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
    /// Another payload took the place of the one that the bid was made for, or a newer version is known of: read the order
    /// again.
    Changed,
    /// Somebody else is at it until then.
    Busy(Millis),
    /// It is not time yet.
    NotYet(Millis),
    /// There is nothing to do.
    Finished,
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
    /// What a repeatable step would tell. Without one it is version 0.
    pub edition: Option<Edition>,
}

impl OrderState {
    /// Claims a step.
    pub fn begin(&self, bid: &Bid, pace: Pace) -> Begin {
        let (step, now) = (bid.step, bid.now);
        let (why, tries, begun_at) = match self.turn(bid, pace) {
            Ok(turn) => turn,
            Err(begin) => return begin,
        };
        if bid.raw.is_some() && bid.raw != self.raw {
            return Begin::Changed;
        }
        let fresh = why == Why::Fresh;
        let tells = fresh && step.is_repeatable();
        let edition = bid.edition.as_ref().filter(|_| tells);
        let version = edition.map_or(0, |edition| edition.version);
        if tells && version < self.repeat(step).newest() {
            return Begin::Changed;
        }
        let mut next = self.clone();
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
        if tells {
            next.repeats.entry(step).or_default().begin(edition, now);
        }
        next.index();
        Begin::Claim(
            Box::new(next),
            Claim {
                step,
                generation,
                owner: bid.owner.clone(),
                why,
                tries,
                version,
            },
        )
    }

    /// Whether it is this bid's turn: why, after how many tries, and when the last effect began.
    fn turn(&self, bid: &Bid, pace: Pace) -> Result<(Why, u32, Millis), Begin> {
        let (step, now) = (bid.step, bid.now);
        Ok(match self.step(step) {
            StepState::Due { not_before, .. }
            | StepState::Pending { not_before, .. }
            | StepState::Unknown { not_before, .. }
                if *not_before > now =>
            {
                return Err(Begin::NotYet(*not_before));
            }
            StepState::Due { tries, .. } => (Why::Fresh, *tries, now),
            StepState::Pending { tries, .. } => (Why::Ask, *tries, now),
            StepState::Unknown { begun_at, tries, .. } => (Why::Probe(*begun_at), *tries, *begun_at),
            StepState::Claimed { owner, .. } if *owner == bid.owner => return Err(Begin::Mine),
            StepState::Claimed { until, .. } if *until + pace.skew > now => {
                return Err(Begin::Busy(*until + pace.skew));
            }
            // Asking has no effect, so whoever takes it over asks again.
            StepState::Claimed {
                asking: true, tries, ..
            } => (Why::Ask, *tries, now),
            StepState::Claimed {
                begun_at,
                until,
                tries,
                ..
            } => {
                let begun_at = step.began(*begun_at, *until);
                (Why::Probe(begun_at), *tries, begun_at)
            }
            _ => return Err(Begin::Finished),
        })
    }

    fn sent(&self, step: StepName) -> Option<String> {
        match self.step(step) {
            StepState::Claimed { hash, .. } | StepState::Unknown { hash, .. } => hash.clone(),
            _ => None,
        }
    }
}
