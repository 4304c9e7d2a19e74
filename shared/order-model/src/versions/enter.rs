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
                // What another submission stops waits for that, whatever becomes of this review.
                if *stop && !next.is_stopped() {
                    next.put(StepName::Import, held.clone());
                }
                next.put_review(held);
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
        if other {
            self.raw = Some(version.raw.clone());
            // Whoever let the other one go, or called it a revision, did not see this content.
            (self.waived, self.revision_of) = (false, None);
        }
        for (_, place) in places {
            match place {
                Place::Goes if self.is_stopped_by_place() || other && self.import_is_held() => {
                    self.put(StepName::Import, self.goes(due));
                }
                Place::Stopped(hold) => self.put(StepName::Import, held(hold.code, now)),
                Place::Beside(hold) => self.review_beside(hold.code, now),
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

    /// Whether its import waits because of the place of the current submission, which a change of places can end.
    pub(crate) fn is_stopped_by_place(&self) -> bool {
        let codes = [
            HoldCode::Revision,
            HoldCode::NumberCollision,
            HoldCode::NotComparable,
        ];
        codes.into_iter().any(|code| self.import_is_held_for(code))
    }

    pub(crate) fn import_is_held_for(&self, code: HoldCode) -> bool {
        matches!(self.step(StepName::Import), StepState::Held { code: held, .. } if held == code.as_str())
    }

    /// What an import becomes that may go: it waits on as long as a person looks at other content under a known id.
    fn goes(&self, due: &StepState) -> StepState {
        match self.step(StepName::Review) {
            review @ StepState::Held { .. } if self.reviews_a_change() => review.clone(),
            _ => due.clone(),
        }
    }

    /// Holds the review for a submission beside the current one. A review of other content under a known id is another
    /// question, and stays until a person ends it.
    pub(super) fn review_beside(&mut self, code: HoldCode, now: Millis) {
        if !self.reviews_a_change() {
            self.put_review(held(code, now));
        }
    }

    fn reviews_a_change(&self) -> bool {
        self.is_reviewed_for(HoldCode::ChangedUnderItsId)
    }

    pub(super) fn is_reviewed_for(&self, code: HoldCode) -> bool {
        matches!(self.step(StepName::Review), StepState::Held { code: held, .. } if held == code.as_str())
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
            self.put_review(done);
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
