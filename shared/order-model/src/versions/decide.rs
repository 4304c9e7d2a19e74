//! What a person decides about one submission of an eCat order.
//!
//! Pure. A submission that becomes an order of its own leaves in three writes: this order, in which it is leaving; its
//! own order, if absent; and this order again, without it. Whatever breaks between them, the submission is still open
//! here, and the same decision, made again, brings it to its end.

use super::{HoldCode, Place, Stage, Standing, Version, current, fixed, places};
use crate::{
    Admission, Decision, EcatId, ErpKey, ErpReference, Kind, Millis, No, Order, OrderKey, OrderState,
    StepName, StepState,
};

/// A decision about one submission, and what is known of its siblings.
#[derive(Clone, Copy)]
pub struct Asked<'a, 'o> {
    /// What is decided.
    pub decision: Decision,
    /// About which submission.
    pub id: EcatId,
    /// The ERP's number, where somebody keyed it by hand.
    pub reference: Option<&'a ErpReference>,
    /// The key of the newest older sibling that the ERP has, if there is one.
    pub revises: Option<&'a ErpKey>,
    /// What a submission says, as for [`place`](super::place).
    pub orders: &'a dyn Fn(EcatId) -> Option<&'o Order>,
}

/// What a decision comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// This order is written, and nothing else.
    Here(Box<OrderState>),
    /// The submission becomes an order of its own. First this order is written, then that one is taken in if it is not
    /// known, and then [`OrderState::without`] is written.
    Leaves {
        /// This order, in which the submission is leaving.
        order: Box<OrderState>,
        /// The submission's own order.
        own: Box<OrderState>,
    },
}

impl OrderState {
    /// This eCat order after a decision about one of its submissions.
    ///
    /// # Errors
    /// Why the decision does not fit.
    pub fn decide_version(&self, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        if self.versions.is_empty() {
            return self.decide_own(asked, now);
        }
        let known = self.versions.iter().find(|version| version.id == asked.id);
        let version = known.ok_or(No::NotASubmission)?;
        match version.standing {
            Standing::Current if self.is_stopped() || self.has_waiting() => {
                self.decide_stopped(version, asked, now)
            }
            Standing::Current => self.decide_current(asked, now),
            Standing::Held => self.decide_beside(version, asked, now),
            Standing::Leaving => self.leaves(version, asked, now),
            Standing::Waiting => Err(No::WaitsForNewer),
            Standing::Superseded => Err(No::IsSuperseded),
            Standing::Decided => Err(No::IsDecided),
        }
    }

    /// A submission that has an order of its own: it had no room among the others, or left them.
    fn decide_own(&self, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        match asked.decision {
            Decision::ImportAsNew | Decision::ImportAsRevision if !self.is_stopped() => {
                Err(No::NotASubmission)
            }
            Decision::ImportAsRevision if asked.revises.is_none() => Err(No::NothingToRevise),
            Decision::ImportAsNew | Decision::ImportAsRevision => {
                let mut next = self.let_go(now);
                if asked.decision == Decision::ImportAsRevision {
                    next.revision_of = asked.revises.cloned();
                }
                Ok(here(next))
            }
            decision => self.as_any_other(decision, asked, now),
        }
    }

    /// This order when a submission that was leaving has an order of its own; none if that is written already.
    pub fn without(&self, id: EcatId, now: Millis) -> Option<Self> {
        let is_leaving = |version: &Version| version.id == id && version.standing == Standing::Leaving;
        if !self.versions.iter().any(is_leaving) {
            return None;
        }
        let mut next = self.clone();
        next.stand(id, Standing::Decided);
        next.end_version_review(now);
        next.index();
        Some(next)
    }

    /// The current submission is not in anybody's way: the order is decided about as any other.
    fn decide_current(&self, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        match asked.decision {
            Decision::ImportAsNew | Decision::ImportAsRevision => Err(No::NotASubmission),
            decision => self.as_any_other(decision, asked, now),
        }
    }

    fn as_any_other(&self, decision: Decision, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        let step = StepName::Import;
        let next = self.decide(decision, step, asked.reference, now)?;
        Ok(Settled::Here(Box::new(next)))
    }

    /// The current submission waits for a person, and older ones may wait for it.
    ///
    /// It leaves its place to those alone. Where none waits it is the order, whatever is decided: those beside it were held
    /// for a person, and none of them goes because another one is gone.
    fn decide_stopped(&self, version: &Version, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        match asked.decision {
            // Whoever retries all that is held has not looked at what this one would replace.
            Decision::Retry if self.is_stopped_by_place() => {
                let again = self.compared_again(asked, now);
                again.map(here).ok_or(No::NewOrRevision)
            }
            Decision::Retry => Ok(here(self.let_go(now))),
            // Nothing of it is in the ERP: the newer one takes the older one's place.
            Decision::ImportAsRevision if self.has_waiting() => Ok(here(self.let_go(now))),
            Decision::ImportAsRevision if asked.revises.is_none() => Err(No::NothingToRevise),
            Decision::ImportAsRevision => {
                let mut next = self.let_go(now);
                next.revision_of = asked.revises.cloned();
                Ok(here(next))
            }
            Decision::ImportAsNew if self.has_waiting() => self.leaves(version, asked, now),
            Decision::ImportAsNew => Ok(here(self.let_go(now))),
            Decision::Discard if self.has_waiting() => {
                let mut next = self.clone();
                next.take_out(version, Standing::Decided);
                next.rearranged(self, asked, now);
                Ok(here(next))
            }
            decision => self.as_any_other(decision, asked, now),
        }
    }

    fn decide_beside(&self, version: &Version, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        match asked.decision {
            Decision::ImportAsRevision if asked.revises.is_none() => Err(No::NothingToRevise),
            Decision::Complete if asked.reference.is_none() => Err(No::NeedsNumber),
            Decision::ImportAsNew | Decision::ImportAsRevision | Decision::Complete => {
                self.leaves(version, asked, now)
            }
            Decision::Discard => {
                let mut next = self.clone();
                next.take_out(version, Standing::Decided);
                next.rearranged(self, asked, now);
                Ok(here(next))
            }
            Decision::Retry => Err(No::NewOrRevision),
            Decision::Adopt => Err(No::NotForeign),
            Decision::Erase => Err(No::StillNeeded),
        }
    }

    /// The submission becomes an order of its own.
    fn leaves(&self, version: &Version, asked: &Asked<'_, '_>, now: Millis) -> Result<Settled, No> {
        let mut own = Self::taken_by_hand(version, now);
        match asked.decision {
            Decision::ImportAsNew => {}
            Decision::ImportAsRevision if asked.revises.is_some() => {
                own.revision_of = asked.revises.cloned();
            }
            Decision::ImportAsRevision => return Err(No::NothingToRevise),
            Decision::Complete => {
                own = own.decide(Decision::Complete, StepName::Import, asked.reference, now)?;
            }
            _ => return Err(No::IsLeaving),
        }
        let mut next = self.clone();
        // What takes its place, or was keyed instead, may be made instead: somebody has to settle that with Spectrum.
        if asked.decision != Decision::ImportAsNew {
            next.doubt_acknowledgement();
        }
        if version.standing != Standing::Leaving {
            next.take_out(version, Standing::Leaving);
            // The desk may have keyed what the current one is an older form of: that waits for a decision of its own.
            if asked.decision != Decision::Complete {
                next.rearranged(self, asked, now);
            }
            // It stays open here until its own order is made. Where others wait too, the review says why those do.
            if next.step(StepName::Review).kind() != Kind::Held {
                next.review_beside(HoldCode::Leaving, now);
            }
            next.index();
        }
        Ok(Settled::Leaves {
            order: Box::new(next),
            own: Box::new(own),
        })
    }

    /// An order of a submission's own, whose import a person wants. What is decided is what it is to its siblings: the
    /// rules of the brand (its age, a hold of the field map) still apply to it.
    fn taken_by_hand(version: &Version, now: Millis) -> Self {
        let mut own = Self::bare(OrderKey::from(&version.key), Admission::Taken, now);
        own.raw = Some(version.raw.clone());
        own.put(StepName::Import, StepState::due_by_hand(now));
        own.index();
        own
    }

    /// The submission is none of this order's any more, and with it go those that it superseded: they say the same, and
    /// must not come back when it was discarded, or be imported once more when it became an order of its own.
    fn take_out(&mut self, version: &Version, standing: Standing) {
        if version.standing == Standing::Current {
            let older = self.versions.iter().filter(|one| one.id < version.id);
            let waiting = older.filter(|one| one.standing == Standing::Waiting);
            let line = waiting.map(|one| one.id).max();
            for one in &mut self.versions {
                let same = one.standing == Standing::Superseded && one.id < version.id;
                if same && Some(one.id) > line {
                    one.standing = Standing::Decided;
                }
            }
        }
        self.stand(version.id, standing);
    }

    /// The places again when one submission is gone, as long as they may change. `was` is the order before.
    fn rearranged(&mut self, was: &Self, asked: &Asked<'_, '_>, now: Millis) {
        if was.has_waiting() || was.may_rearrange(asked) {
            let mut places = places(&self.versions, asked.orders);
            // Who is held beside already has its words and its review.
            let is_news = |(id, place): &(EcatId, Place)| match place {
                Place::Beside(hold) => {
                    let held = |one: &Version| one.id == *id && one.standing == Standing::Held;
                    !was.versions.iter().any(held) || !was.is_reviewed_for(hold.code)
                }
                _ => true,
            };
            for (id, place) in &places {
                self.stand(*id, place.standing());
            }
            places.retain(is_news);
            let before = current(&was.versions).map(|version| version.id);
            self.take_places(&places, before, &StepState::due_by_hand(now), now);
        }
        self.end_version_review(now);
        self.index();
    }

    /// Whether the places may still change: nothing was claimed, and nobody chose one of the submissions.
    fn may_rearrange(&self, asked: &Asked<'_, '_>) -> bool {
        let stage = Stage::of(self);
        let unclear = stage.is_open() && self.import_is_held_for(HoldCode::NotComparable);
        unclear || fixed(&self.versions, stage, &places(&self.versions, asked.orders)).is_none()
    }

    /// This order with its places found again, where one could not be compared before and can be now.
    fn compared_again(&self, asked: &Asked<'_, '_>, now: Millis) -> Option<Self> {
        if !self.import_is_held_for(HoldCode::NotComparable) {
            return None;
        }
        let mut next = self.clone();
        next.rearranged(self, asked, now);
        (!next.import_is_held_for(HoldCode::NotComparable)).then_some(next)
    }

    /// The current submission goes on, and the older ones that waited for it do not.
    fn let_go(&self, now: Millis) -> Self {
        let mut next = self.clone();
        next.put(StepName::Import, StepState::due_by_hand(now));
        next.supersede_waiting();
        next.index();
        next
    }

    pub(crate) fn has_waiting(&self) -> bool {
        let mut standings = self.versions.iter().map(|version| version.standing);
        standings.any(|standing| standing == Standing::Waiting)
    }

    pub(crate) fn supersede_waiting(&mut self) {
        for version in &mut self.versions {
            if version.standing == Standing::Waiting {
                version.standing = Standing::Superseded;
            }
        }
    }
}

fn here(order: OrderState) -> Settled {
    Settled::Here(Box::new(order))
}
