//! What a person may decide about an order: one table of state and decision, and nothing else.
//!
//! Pure. A decision never makes an effect afresh that may have taken place: what is unknown is probed, what a worker
//! holds is left alone, and what is done stays done.

use std::fmt;

use crate::versions::{self, HoldCode};
use crate::{Admission, ErpReference, Kind, Millis, OrderState, StepName, StepState};

/// A person's decision about one step of an order, or about the order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Decision {
    /// Try it again; what is unknown is probed first.
    Retry,
    /// It shall not be done. A change that is reviewed is ignored.
    Discard,
    /// A person did it by hand. An import brings the ERP's number, and RepSpark gets it.
    Complete,
    /// A foreign order is taken in and imported.
    Adopt,
    /// A submission of an eCat order is imported as an order of its own.
    ImportAsNew,
    /// A submission of an eCat order is imported under its own key, and names the order that it revises.
    ImportAsRevision,
    /// The order's personal data are deleted.
    Erase,
}

/// The code of an import that is held because the order is older than `ImportFrom`.
pub const BEFORE_IMPORT_FROM: &str = "before_import_from";
/// The code of an import that is held because the order says nothing of its age, and `ImportFrom` is set.
pub const UNDATED: &str = "undated";
/// The code of an import that waits because its source shows the order as confirmed, and nobody here imported it.
pub const VALID_THERE: &str = "valid_at_repspark";
/// The code of a review: an order of the integration before us was submitted again.
pub const FOREIGN_AGAIN: &str = "foreign_submitted_again";
/// The code of a review: an order that a person discarded was submitted again.
pub const DISCARDED_AGAIN: &str = "discarded_submitted_again";

/// The codes of imports that are held because somebody else may have imported the order: other content answers nothing.
const MAYBE_IMPORTED: [&str; 3] = [VALID_THERE, BEFORE_IMPORT_FROM, UNDATED];

/// The code of an acknowledgement that waits because its order revises another one: the factory may have begun that.
pub const REVISES_ANOTHER: &str = "revises_another";
/// The code of an acknowledgement that waits because somebody else may have acknowledged the order: the integration before
/// us, or a person who brought it into the ERP, found it there, or changed it there by hand.
pub const MAYBE_ACKNOWLEDGED: &str = "maybe_acknowledged";
/// The codes of acknowledgements that wait for a person's word.
const NEEDS_A_WORD: [&str; 2] = [REVISES_ANOTHER, MAYBE_ACKNOWLEDGED];

/// What the codes of the holds begin with that a field map names.
pub const HOLD_PREFIX: &str = "hold_";

/// Whether an import is held under this code because somebody else may have imported the order.
pub(crate) fn is_maybe_imported(code: &str) -> bool {
    MAYBE_IMPORTED.contains(&code)
}

/// Whether a rule of the brand keeps the order back, and nothing is wrong with it: a person who retries it waives the
/// rule.
fn is_rule(code: &str) -> bool {
    code == BEFORE_IMPORT_FROM || code == UNDATED || code.starts_with(HOLD_PREFIX)
}

/// What the table says to a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ruling {
    /// The step is due now.
    Due,
    /// The vendor is asked now for the answer it owes.
    Ask,
    /// What became of the earlier try is looked into now.
    Probe,
    /// The step is discarded.
    Discarded,
    /// The step is done.
    Done,
    /// The order is ours from now on, and its import is due.
    Taken,
    /// The payload is forgotten.
    Erased,
    /// Refused.
    No(No),
}

/// Why a decision does not fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum No {
    /// The step's turn has not come.
    NotItsTurn,
    /// A worker is at it.
    UnderWay,
    /// It may have taken place, so it can't be dropped.
    MayHaveTakenPlace,
    /// It is done.
    IsDone,
    /// It is discarded already.
    IsDiscarded,
    /// A newer version took its place.
    IsSuperseded,
    /// Nothing is reviewed.
    NoReview,
    /// A review is ended, not repeated.
    EndTheReview,
    /// An import is completed with the ERP's number.
    NeedsNumber,
    /// The order is not foreign.
    NotForeign,
    /// It is foreign: nothing of it is ours to do.
    IsForeign,
    /// There is no payload.
    NoPayload,
    /// Its payload is still needed.
    StillNeeded,
    /// It is no submission that waits for a person.
    NotASubmission,
    /// Several submissions wait: which one is meant has to be said.
    WhichSubmission,
    /// A submission that waits because of another is imported as new or as a revision.
    NewOrRevision,
    /// No older submission is in the ERP.
    NothingToRevise,
    /// A newer submission is decided about first.
    WaitsForNewer,
    /// It is becoming an order of its own.
    IsLeaving,
    /// A person decided about it.
    IsDecided,
    /// What was begun may still arrive there, and would then be the last.
    MayStillArrive,
}

impl Decision {
    /// All decisions.
    pub const ALL: [Self; 7] = [
        Self::Retry,
        Self::Discard,
        Self::Complete,
        Self::Adopt,
        Self::ImportAsNew,
        Self::ImportAsRevision,
        Self::Erase,
    ];

    /// The word for it, in events and records.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Retry => "retry",
            Self::Discard => "discard",
            Self::Complete => "complete",
            Self::Adopt => "adopt",
            Self::ImportAsNew => "import_as_new",
            Self::ImportAsRevision => "import_as_revision",
            Self::Erase => "erase",
        }
    }

    /// The decision of that name.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|decision| decision.as_str() == word)
    }
}

use No::{
    EndTheReview, IsDiscarded, IsDone, IsSuperseded, MayHaveTakenPlace, NoReview, NotItsTurn, StillNeeded,
    UnderWay,
};
use Ruling::{Ask, Discarded, Done, Due, Erased, No as Not, Probe, Taken};

/// Retry, discard and complete, for each state of a step that does something.
const OF_WORK: [(Kind, [Ruling; 3]); 9] = [
    (Kind::Off, [Not(NotItsTurn), Not(NotItsTurn), Not(NotItsTurn)]),
    (Kind::Due, [Due, Discarded, Done]),
    (Kind::Claimed, [Not(UnderWay), Not(UnderWay), Not(UnderWay)]),
    (Kind::Pending, [Ask, Not(MayHaveTakenPlace), Done]),
    (Kind::Unknown, [Probe, Not(MayHaveTakenPlace), Done]),
    (Kind::Done, [Not(IsDone), Not(IsDone), Not(IsDone)]),
    (Kind::Held, [Due, Discarded, Done]),
    (
        Kind::Superseded,
        [Not(IsSuperseded), Not(IsSuperseded), Not(IsSuperseded)],
    ),
    (Kind::Discarded, [Due, Not(IsDiscarded), Done]),
];

/// The same for a question, which is held or over.
const OF_QUESTION: [(Kind, [Ruling; 3]); 9] = [
    (Kind::Off, [Not(NoReview), Not(NoReview), Not(NoReview)]),
    (Kind::Due, [Not(NoReview), Not(NoReview), Not(NoReview)]),
    (Kind::Claimed, [Not(NoReview), Not(NoReview), Not(NoReview)]),
    (Kind::Pending, [Not(NoReview), Not(NoReview), Not(NoReview)]),
    (Kind::Unknown, [Not(NoReview), Not(NoReview), Not(NoReview)]),
    (Kind::Done, [Not(IsDone), Not(IsDone), Not(IsDone)]),
    (Kind::Held, [Not(EndTheReview), Discarded, Done]),
    (Kind::Superseded, [Not(NoReview), Not(NoReview), Not(NoReview)]),
    (
        Kind::Discarded,
        [Not(IsDiscarded), Not(IsDiscarded), Not(IsDiscarded)],
    ),
];

/// Adopt and erase, for each state of the import. Only a foreign order is adopted, whatever this says.
const OF_ORDER: [(Kind, [Ruling; 2]); 9] = [
    (Kind::Off, [Taken, Erased]),
    (Kind::Due, [Not(No::NotForeign), Not(StillNeeded)]),
    (Kind::Claimed, [Not(No::NotForeign), Not(StillNeeded)]),
    (Kind::Pending, [Not(No::NotForeign), Not(StillNeeded)]),
    (Kind::Unknown, [Not(No::NotForeign), Not(StillNeeded)]),
    (Kind::Done, [Not(No::NotForeign), Erased]),
    (Kind::Held, [Not(No::NotForeign), Not(StillNeeded)]),
    (Kind::Superseded, [Not(No::NotForeign), Erased]),
    (Kind::Discarded, [Not(No::NotForeign), Erased]),
];

/// What the table says to a decision about a step in this state. What else the order says is not asked here.
pub fn ruling(step: StepName, kind: Kind, decision: Decision) -> Ruling {
    let place = match decision {
        Decision::ImportAsNew | Decision::ImportAsRevision => return Not(No::NotASubmission),
        Decision::Retry | Decision::Adopt => 0,
        Decision::Discard | Decision::Erase => 1,
        Decision::Complete => 2,
    };
    match decision {
        Decision::Adopt | Decision::Erase => cell(&OF_ORDER, kind, place),
        _ if step.is_question() => cell(&OF_QUESTION, kind, place),
        _ => cell(&OF_WORK, kind, place),
    }
}

fn cell<const N: usize>(table: &[(Kind, [Ruling; N])], kind: Kind, place: usize) -> Ruling {
    table
        .iter()
        .find(|(row, _)| *row == kind)
        .map_or(Not(NotItsTurn), |(_, row)| row[place])
}

impl OrderState {
    /// The step that a person means who names none: the review, else the first that is held, else the first that
    /// waits for anything.
    pub fn step_in_question(&self) -> Option<StepName> {
        let of =
            |wanted: fn(&StepState) -> bool| StepName::ALL.into_iter().find(|step| wanted(self.step(*step)));
        let reviewed = self.step(StepName::Review).kind() == Kind::Held;
        reviewed
            .then_some(StepName::Review)
            .or_else(|| of(|state| state.kind() == Kind::Held))
            .or_else(|| of(|state| !state.is_finished()))
    }

    /// This order after a decision. `step` says which step is meant; adopting and erasing are about the whole order.
    pub fn decide(
        &self,
        decision: Decision,
        step: StepName,
        reference: Option<&ErpReference>,
        now: Millis,
    ) -> Result<Self, No> {
        let foreign = self.admission == Admission::Foreign;
        let step = match decision {
            Decision::Adopt | Decision::Erase => StepName::Import,
            // The number of an order of the former integration answers its review too.
            Decision::Complete if foreign && reference.is_some() => StepName::Import,
            _ => step,
        };
        if self.is_of_submissions(decision, step) {
            return Err(No::WhichSubmission);
        }
        // There is nothing left that could be imported, and no key to import it under.
        if decision == Decision::Retry && step == StepName::Import && self.has_no_current() {
            return Err(No::IsDecided);
        }
        let beside_others = self.is_stopped_by_place() || self.is_without_room();
        if decision == Decision::Retry && step == StepName::Import && beside_others {
            return Err(No::NewOrRevision);
        }
        let mut next = self.clone();
        match self.ruled(decision, step)? {
            Due => next.retried(step, now),
            Ask | Probe => next.looked_into(step, now),
            Discarded => next.discarded(step, now),
            Done => next.completed(step, reference, now)?,
            Taken => next.adopted(now)?,
            Erased => (next.raw, next.erased) = (None, true),
            Not(no) => return Err(no),
        }
        if step == StepName::Review {
            if decision == Decision::Complete {
                // Whoever changed it in the ERP has to settle with Spectrum what is made.
                next.doubt_acknowledgement();
            }
            next.release(self, now);
        }
        next.index();
        Ok(next)
    }

    /// This order when the question of its review is none any more, without anybody's decision; none if nothing is
    /// reviewed.
    pub fn review_settled(&self, now: Millis) -> Option<Self> {
        if self.step(StepName::Review).kind() != Kind::Held || self.has_beside() {
            return None;
        }
        let mut next = self.clone();
        next.put_review_done(now);
        next.release(self, now);
        next.index();
        Some(next)
    }

    /// Whether a decision would end what waits beside the current submission of an eCat order, or need it: each of those
    /// is decided about by itself, see [`OrderState::decide_version`].
    fn is_of_submissions(&self, decision: Decision, step: StepName) -> bool {
        let ends = matches!(decision, Decision::Discard | Decision::Complete) && step == StepName::Review;
        // The older one that waits for it would be dropped with it.
        let drops = decision == Decision::Discard && step == StepName::Import && self.has_waiting();
        drops || (ends || decision == Decision::Erase) && self.has_beside()
    }

    /// Whether it is a submission that there was no room for among the others: it may say what one of those says.
    fn is_without_room(&self) -> bool {
        self.versions.is_empty() && self.import_is_held_for(HoldCode::TooManyVersions)
    }

    /// Whether a person decided about every submission of an eCat order.
    fn has_no_current(&self) -> bool {
        !self.versions.is_empty() && versions::current(&self.versions).is_none()
    }

    /// The table's ruling, and the exceptions that the rest of the order makes.
    fn ruled(&self, decision: Decision, step: StepName) -> Result<Ruling, No> {
        let kind = self.step(step).kind();
        let foreign = self.admission == Admission::Foreign;
        match (decision, step, kind) {
            (Decision::Adopt, ..) if !foreign => Err(No::NotForeign),
            // What is to be told of it stands in the payload.
            (Decision::Erase, ..) if self.payload_is_needed() => Err(StillNeeded),
            // A foreign order that a person found in the ERP: RepSpark gets its number.
            (Decision::Complete, StepName::Import, Kind::Off) if foreign => Ok(Done),
            // Nobody misses it.
            (Decision::Discard, StepName::Import, Kind::Off) if foreign => Ok(Discarded),
            // Whoever dropped it may think better of it; but to import it is to adopt it.
            (Decision::Adopt, _, Kind::Discarded) => Ok(Taken),
            (Decision::Retry, StepName::Import, Kind::Off | Kind::Discarded) if foreign => Err(No::IsForeign),
            // Its vendor was switched off when its turn came, and is on again.
            (Decision::Retry, StepName::Confirm, Kind::Off)
                if StepName::Import
                    .followers(self.key.origin())
                    .contains(&StepName::Confirm)
                    && self.may_be_followed(StepName::Import) =>
            {
                Ok(Due)
            }
            (Decision::Retry, step, Kind::Off)
                if step.follows().is_some_and(|before| self.may_be_followed(before)) =>
            {
                Ok(Due)
            }
            // What is said again and again may be said once more.
            (Decision::Retry, step, Kind::Done) if step.is_repeatable() => Ok(Due),
            // The next telling would begin while this one may still be running.
            (Decision::Complete, step, Kind::Unknown) if step.is_repeatable() => Err(No::MayStillArrive),
            _ => Ok(ruling(step, kind, decision)),
        }
    }

    /// Whether the steps after this one have what they need.
    fn may_be_followed(&self, step: StepName) -> bool {
        self.step(step).kind() == Kind::Done && self.reference.is_some()
    }

    /// Whether something is still to be told that stands in the payload.
    fn payload_is_needed(&self) -> bool {
        let mut after = StepName::ALL.into_iter().filter(|step| step.follows().is_some());
        after.any(|step| !self.step(step).is_finished())
    }

    fn retried(&mut self, step: StepName, now: Millis) {
        if matches!(self.step(step), StepState::Held { code, .. } if is_rule(code)) {
            self.waived = true;
        }
        if step == StepName::Import {
            // That it is not in the ERP says nothing of what the integration before us told Spectrum.
            self.maybe_acknowledged |= self.may_be_imported_already();
            self.end_review(now);
            self.supersede_waiting();
        }
        // Whoever takes the acknowledgement up again has been told why it waited.
        if matches!(self.step(step), StepState::Held { code, .. } if NEEDS_A_WORD.contains(&code.as_str())) {
            self.agreed = true;
        }
        if let Some(repeat) = self.repeats.get_mut(&step) {
            // A person wants it sent, whatever was accepted before.
            repeat.accepted = None;
        }
        self.put(step, StepState::due_by_hand(now));
    }

    /// An order of the integration before us is dropped as a whole, whether or not it came again.
    fn discarded(&mut self, step: StepName, now: Millis) {
        let came_again =
            matches!(self.step(StepName::Review), StepState::Held { code, .. } if code == FOREIGN_AGAIN);
        if self.is_foreign_and_undecided() && (step == StepName::Import || came_again) {
            self.end_review(now);
            self.put(StepName::Import, StepState::Discarded);
        }
        self.put(step, StepState::Discarded);
    }

    fn looked_into(&mut self, step: StepName, now: Millis) {
        let mut state = self.step(step).clone();
        if let StepState::Pending {
            not_before, hint_at, ..
        }
        | StepState::Unknown {
            not_before, hint_at, ..
        } = &mut state
        {
            (*not_before, *hint_at) = (now, now);
        }
        self.put(step, state);
    }

    fn completed(&mut self, step: StepName, number: Option<&ErpReference>, now: Millis) -> Result<(), No> {
        if step == StepName::Import && number.is_none() {
            return Err(No::NeedsNumber);
        }
        if matches!(step, StepName::Import | StepName::Review) && number.is_some() {
            self.reference = number.cloned();
        }
        let done = StepState::Done {
            reference: None,
            at: now,
        };
        // Whoever keyed the other content keyed the order: what came first is not imported beside it.
        let changed = step == StepName::Review && self.import_is_held_for(HoldCode::ChangedUnderItsId);
        if changed && number.is_some() {
            self.put(StepName::Import, done.clone());
            self.pinned = None;
        }
        self.put(step, done);
        if let Some(repeat) = self.repeats.get_mut(&step) {
            repeat.told_by_hand();
        }
        if step == StepName::Import {
            self.admission = Admission::Taken;
            self.supersede_waiting();
            // What an earlier try pinned is not what the desk keyed.
            self.pinned = None;
            self.end_review(now);
            let reviewed = self.step(StepName::Review).kind() == Kind::Held;
            for follower in step.followers(self.key.origin()) {
                if self.step(*follower).kind() == Kind::Held && !reviewed {
                    self.put(*follower, StepState::due_by_hand(now));
                }
            }
            self.follow(step, StepState::due_by_hand(now));
        }
        Ok(())
    }

    fn adopted(&mut self, now: Millis) -> Result<(), No> {
        if self.raw.is_none() {
            return Err(No::NoPayload);
        }
        self.admission = Admission::Taken;
        self.waived = true;
        self.maybe_acknowledged = true;
        self.put(StepName::Import, StepState::due_by_hand(now));
        self.end_review(now);
        Ok(())
    }

    /// The question whether an order is to be imported at all is answered by what is decided about its import. What
    /// changed after an import is another question.
    fn end_review(&mut self, now: Millis) {
        let asked = |code: &str| code == FOREIGN_AGAIN || code == DISCARDED_AGAIN;
        if matches!(self.step(StepName::Review), StepState::Held { code, .. } if asked(code)) {
            self.put_review_done(now);
        }
    }

    fn put_review_done(&mut self, now: Millis) {
        let done = StepState::Done {
            reference: None,
            at: now,
        };
        self.put(StepName::Review, done);
    }

    /// When a review is over, what was held because of it goes on. A confirmation that was done before the order came back is
    /// looked into: RepSpark may want the number again. What the factory was told stays told.
    fn release(&mut self, before: &Self, now: Millis) {
        let StepState::Held { code: reviewed, .. } = before.step(StepName::Review) else {
            return;
        };
        // The submission that was not to be imported before its other content was looked at.
        let changed = HoldCode::ChangedUnderItsId;
        if reviewed == changed.as_str() && self.import_is_held_for(changed) {
            self.put(StepName::Import, StepState::due_by_hand(now));
        }
        for step in StepName::ALL.into_iter().filter(|step| step.waits_for_review()) {
            if matches!(self.step(step), StepState::Held { code, .. } if code == reviewed) {
                self.put(step, StepState::due_by_hand(now));
            }
        }
        if let StepState::Done { at, .. } = before.step(StepName::Confirm) {
            let unknown = StepState::Unknown {
                begun_at: *at,
                not_before: now,
                tries: 0,
                hint_at: now,
                hash: None,
            };
            self.put(StepName::Confirm, unknown);
        }
    }
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotItsTurn => "its turn has not come: the step before it is not done, or its vendor is switched off",
            Self::UnderWay => "a worker is at it right now: decide again when its lease is over",
            Self::MayHaveTakenPlace => {
                "it was begun and may have taken place: retry looks into it, or complete it with the number that it has there"
            }
            Self::IsDone => {
                "it is done: what is in the ERP is changed or cancelled there, and RepSpark gets no other number for it"
            }
            Self::IsDiscarded => "it is discarded already",
            Self::IsSuperseded => "a newer version took its place",
            Self::NoReview => "there is nothing to review",
            Self::EndTheReview => {
                "a review is not repeated: discard ignores the change, complete says that it was made by hand"
            }
            Self::NeedsNumber => "an import is completed with the number that the ERP gave: add \"reference\"",
            Self::NotForeign => "it is not an order of the integration before us",
            Self::IsForeign => {
                "it belongs to the integration before us: adopt it to have it imported, complete it with its ERP number, or discard it"
            }
            Self::NoPayload => {
                "its payload is not here: replay it with repspark-recover-orders {\"order_id\": …} first"
            }
            Self::StillNeeded => "its import, or a step that tells of it, still needs the payload: discard or complete that step first",
            Self::NotASubmission => {
                "import_as_new and import_as_revision are for submissions of an eCat order that wait for a person, and this is none"
            }
            Self::WhichSubmission => {
                "submissions of this eCat order wait for a person: name the one that is meant by its order number; an erasure waits until all are decided"
            }
            Self::NewOrRevision => {
                "it waits because of another submission, and a retry lets it go only if another field map reads both: import_as_new, import_as_revision or discard it, as its words say, or complete it with its ERP number"
            }
            Self::NothingToRevise => {
                "no older submission of it is in the ERP, so there is nothing to revise: import_as_new it, or decide again when the older one is imported"
            }
            Self::WaitsForNewer => {
                "it is not imported while a newer submission of the same order waits: decide about that one"
            }
            Self::IsLeaving => {
                "it was decided to make it an order of its own: make that decision again to bring it to its end, and then decide about that order"
            }
            Self::IsDecided => "a person decided about this submission already",
            Self::MayStillArrive => {
                "it was begun and may still arrive there: retry looks into it and sends the newest again; complete it when that is over"
            }
        })
    }
}

impl std::error::Error for No {}
