//! What the order of a uuid becomes when its submissions are placed.
//!
//! Pure: from a state to the next. The state is written on the condition that the one it was made of still stands, so
//! submissions that come at the same moment meet here one after the other.

use super::{Arranged, HoldCode, Newcomer, Place, Placing, Standing, current};
use crate::{EcatId, Kind, Millis, OrderKey, OrderState, Pace, StepName, StepState};

impl OrderState {
    /// An eCat order that was not known. None if nothing is current, which no arrangement of a first submission is.
    pub fn first_submitted(key: OrderKey, arranged: &Arranged, now: Millis, pace: Pace) -> Option<Self> {
        let raw = arranged.current()?.raw.clone();
        let mut order = Self::taken(key, raw, now, pace);
        order.versions.clone_from(&arranged.versions);
        order.take_places(&arranged.moves, None, &StepState::due_now(now, pace), now);
        Some(order)
    }

    /// This eCat order after a submission was placed; none if nothing changes in it.
    pub fn placed(
        &self,
        placing: &Placing,
        newcomer: &Newcomer<'_>,
        now: Millis,
        pace: Pace,
    ) -> Option<Self> {
        let mut next = self.clone();
        match placing {
            Placing::Again | Placing::TooMany { stop: false } => return None,
            Placing::Refreshed => {
                let known = next.versions.iter_mut().find(|one| one.id == newcomer.id)?;
                known.raw = newcomer.raw.clone();
                next.raw = Some(newcomer.raw.clone());
            }
            Placing::Changed { stop } => {
                let held = held(HoldCode::ChangedUnderItsId, now);
                if *stop {
                    next.put(StepName::Import, held.clone());
                }
                next.put(StepName::Review, held);
            }
            Placing::TooMany { stop: true } => {
                next.put(StepName::Import, held(HoldCode::TooManyVersions, now));
            }
            Placing::New(arranged) => {
                let before = current(&self.versions).map(|version| version.id);
                next.versions.clone_from(&arranged.versions);
                next.take_places(&arranged.moves, before, &StepState::due_now(now, pace), now);
            }
        }
        next.index();
        Some(next)
    }

    /// Makes the steps those of the current submission, whose place is among these if it is a new one. `before` is the
    /// one that was current, `due` what an import that may go becomes.
    pub(super) fn take_places(
        &mut self,
        places: &[(EcatId, Place)],
        before: Option<EcatId>,
        due: &StepState,
        now: Millis,
    ) {
        let Some(version) = current(&self.versions) else {
            return;
        };
        let other = before != Some(version.id);
        self.raw = Some(version.raw.clone());
        if other {
            // Whoever let it go did not see this content.
            self.waived = false;
        }
        for (_, place) in places {
            match place {
                Place::Goes if self.is_stopped() || other && self.import_is_held() => {
                    self.put(StepName::Import, due.clone());
                }
                Place::Stopped(hold) => self.put(StepName::Import, held(hold.code, now)),
                Place::Beside(hold) => self.put(StepName::Review, held(hold.code, now)),
                Place::Goes | Place::Superseded(_) | Place::Waits(_) => {}
            }
        }
        self.end_version_review(now);
        self.index();
    }

    /// Whether its import waits for a person because of another submission.
    pub fn is_stopped(&self) -> bool {
        matches!(self.step(StepName::Import), StepState::Held { code, .. } if HoldCode::parse(code).is_some())
    }

    /// Whether a submission waits for a person beside the current one.
    pub fn has_beside(&self) -> bool {
        self.versions.iter().any(|version| version.standing.is_beside())
    }

    fn import_is_held(&self) -> bool {
        self.step(StepName::Import).kind() == Kind::Held
    }

    /// Ends the review of submissions beside the current one when there is none left.
    pub(super) fn end_version_review(&mut self, now: Millis) {
        let of_versions = matches!(self.step(StepName::Review), StepState::Held { code, .. }
            if HoldCode::parse(code).is_some_and(|code| code != HoldCode::ChangedUnderItsId));
        if of_versions && !self.has_beside() {
            let done = StepState::Done {
                reference: None,
                at: now,
            };
            self.put(StepName::Review, done);
        }
    }

    /// Puts a submission where it stands from now on.
    pub(super) fn stand(&mut self, id: EcatId, standing: Standing) {
        for version in &mut self.versions {
            if version.id == id {
                version.standing = standing;
            }
        }
    }
}

fn held(code: HoldCode, now: Millis) -> StepState {
    StepState::Held {
        code: code.as_str().to_owned(),
        at: now,
    }
}
