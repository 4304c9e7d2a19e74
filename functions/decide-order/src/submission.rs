//! Which submission of an eCat order a decision is about. Pure.
//!
//! Whoever names one has said which. Whoever names the order, or a filter, means the one that waits, if it is one; and
//! since the same event may come twice, no decision that names none may make another submission wait, or fall on one
//! that the first of the two let go: the second event would be about that.

use order_model::versions::{HoldCode, Stage, Standing, Version};
use order_model::{Decision, EcatId, Kind, No, OrderKey, OrderState, Origin, StepName, StepState};

use crate::judge::step_meant;
use crate::request::Wish;

/// How the order was come by that is decided about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// A person named it, and one of its submissions, if the name says one.
    Name(Option<EcatId>),
    /// It matched a filter with this step, and with this submission, if it is about one.
    Filter(StepName, Option<EcatId>),
}

impl By {
    /// The step that matched a filter.
    pub(crate) fn matched(self) -> Option<StepName> {
        match self {
            Self::Name(_) => None,
            Self::Filter(step, _) => Some(step),
        }
    }

    /// Whether a person said which submission.
    pub(crate) fn says_which(self) -> bool {
        matches!(self, Self::Name(Some(_)))
    }
}

/// What a decision is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Meant {
    /// A step of the order, as of any other.
    Step(StepName),
    /// A submission, and the step that it is held in.
    Submission(EcatId, StepName),
    /// An order of its own that a submission is, because there was no room for it among the others.
    Own,
}

impl Meant {
    /// The step.
    pub(crate) fn step(self) -> StepName {
        match self {
            Self::Step(step) | Self::Submission(_, step) => step,
            Self::Own => StepName::Import,
        }
    }
}

/// Whether a decision says what a submission is to its siblings.
pub(crate) fn is_of_a_submission(decision: Decision) -> bool {
    matches!(decision, Decision::ImportAsNew | Decision::ImportAsRevision)
}

/// What a decision is about, or why that can't be said.
pub(crate) fn meant(order: &OrderState, by: By, wish: &Wish) -> Result<Meant, String> {
    let whole = matches!(wish.decision, Decision::Adopt | Decision::Erase);
    if order.versions.is_empty() || whole {
        if is_of_a_submission(wish.decision) && order.key.origin() == Origin::Ecat {
            return Ok(Meant::Own);
        }
        return by
            .matched()
            .map_or_else(|| step_meant(order, wish), Ok)
            .map(Meant::Step);
    }
    match (by, order.versions.as_slice()) {
        (By::Name(Some(id)), _) => named(order, id, wish.step, wish),
        (By::Filter(_, Some(id)), _) => named(order, id, None, wish),
        (By::Filter(step, None), _) => matched(order, step),
        (By::Name(None), [only]) => named(order, only.id, wish.step, wish),
        (By::Name(None), _) => unsaid(order, wish),
    }
}

/// The submissions that wait for a person: the current one if it is stopped, and those beside it. Oldest first.
pub(crate) fn waiting(order: &OrderState) -> Vec<&Version> {
    let stopped = order.is_stopped();
    let waits = |version: &&Version| match version.standing {
        Standing::Current => stopped,
        standing => is_beside(standing),
    };
    order.versions.iter().filter(waits).collect()
}

/// The submissions that wait beside the current one.
pub(crate) fn beside(order: &OrderState) -> impl Iterator<Item = &Version> {
    let versions = order.versions.iter();
    versions.filter(|version| is_beside(version.standing))
}

fn is_beside(standing: Standing) -> bool {
    matches!(standing, Standing::Held | Standing::Leaving)
}

/// The submission whose steps the order's are.
pub(crate) fn current(order: &OrderState) -> Option<&Version> {
    let mut versions = order.versions.iter();
    versions.find(|version| version.standing == Standing::Current)
}

/// Whether the places of its submissions may change with a decision, so that what they say has to be known.
pub(crate) fn is_rearranged(order: &OrderState) -> bool {
    let is_left = |version: &&Version| !matches!(version.standing, Standing::Leaving | Standing::Decided);
    let left = order.versions.iter().filter(is_left).count();
    left > 1 && matches!(Stage::of(order), Stage::Due | Stage::Waiting)
}

/// The first submission that waits for a person after a decision and did not before.
pub(crate) fn newly_waiting<'v>(before: &OrderState, after: &'v OrderState) -> Option<&'v Version> {
    let waited: Vec<EcatId> = waiting(before).iter().map(|version| version.id).collect();
    let mut now = waiting(after).into_iter();
    now.find(|version| !waited.contains(&version.id))
}

/// The name that no other submission has.
pub(crate) fn name(order: &OrderKey, id: EcatId) -> String {
    format!("{order}#{id}")
}

/// A submission as a person knows it: by its number where the key shows that, and by its id.
pub(crate) fn told(version: &Version) -> String {
    let number = number(version).unwrap_or(version.key.as_str());
    format!("{number} (id {})", version.id)
}

/// The number of a submission, where its key is made of it and not of its hash.
pub(crate) fn number(version: &Version) -> Option<&str> {
    let number = version.key.as_str().splitn(3, '-').nth(2)?;
    let is_hash = number.len() == 20 && number.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    (!is_hash).then_some(number)
}

/// A person named this submission.
fn named(order: &OrderState, id: EcatId, step: Option<StepName>, wish: &Wish) -> Result<Meant, String> {
    let known = order.versions.iter().find(|version| version.id == id);
    let Some(version) = known else {
        return Err(format!("order {} has no submission {id}", order.key));
    };
    match (version.standing, step) {
        (Standing::Held | Standing::Leaving, None | Some(StepName::Review)) => {
            Ok(Meant::Submission(id, StepName::Review))
        }
        (Standing::Held | Standing::Leaving, Some(step)) => Err(format!(
            "{} waits beside the current submission, which has the {}: leave \"step\" out",
            told(version),
            step.as_str()
        )),
        (Standing::Current, step) => of_current(order, version, step, wish),
        (Standing::Waiting | Standing::Superseded | Standing::Decided, _) => {
            Ok(Meant::Submission(id, StepName::Import))
        }
    }
}

/// The current submission is meant. Where it came again under its id with other content, it is that which is reviewed.
fn of_current(
    order: &OrderState,
    version: &Version,
    step: Option<StepName>,
    wish: &Wish,
) -> Result<Meant, String> {
    let of_others = order.has_beside();
    let step = match step {
        Some(step) => step,
        None if is_of_a_submission(wish.decision) => StepName::Import,
        None if held_under(order, StepName::Review).is_some() && !of_others => step_meant(order, wish)?,
        None if of_others && is_changed(order) => {
            return Err(format!(
                "{} came again under its id with other content, and other submissions wait beside it: decide about those first ({}), or name the step that is meant",
                told(version),
                all(beside(order))
            ));
        }
        None => StepName::Import,
    };
    Ok(match step {
        StepName::Review if of_others => return Err(which(beside(order))),
        StepName::Import if order.is_stopped() || is_of_a_submission(wish.decision) => {
            Meant::Submission(version.id, step)
        }
        _ => Meant::Step(step),
    })
}

/// Whether the import is held because the current submission came again under its id with other content.
fn is_changed(order: &OrderState) -> bool {
    held_under(order, StepName::Import).and_then(HoldCode::parse) == Some(HoldCode::ChangedUnderItsId)
}

/// A filter found this step.
fn matched(order: &OrderState, step: StepName) -> Result<Meant, String> {
    match (step, current(order)) {
        (StepName::Import, Some(current)) if order.is_stopped() => Ok(Meant::Submission(current.id, step)),
        (StepName::Review, _) if order.has_beside() => Err(which(beside(order))),
        _ => Ok(Meant::Step(step)),
    }
}

/// A person named an order of several submissions, and none of them.
fn unsaid(order: &OrderState, wish: &Wish) -> Result<Meant, String> {
    let retry = wish.decision == Decision::Retry;
    match wish.step {
        Some(StepName::Import) => of_import(order, wish),
        Some(StepName::Review) => of_review(order, wish),
        Some(step) => Ok(Meant::Step(step)),
        None if is_of_a_submission(wish.decision) => match waiting(order).as_slice() {
            [] => Err(No::NotASubmission.to_string()),
            [one] => named(order, one.id, None, wish),
            several => Err(which(several.iter().copied())),
        },
        // What waits beside is never retried.
        None if retry && !order.step(StepName::Import).is_finished() => of_import(order, wish),
        None if order.has_beside() => match held(order).as_slice() {
            [one] => named(order, one.id, None, wish),
            several => Err(which(several.iter().copied())),
        },
        None if held_under(order, StepName::Review).is_some() || retry => {
            step_meant(order, wish).map(Meant::Step)
        }
        None => of_import(order, wish),
    }
}

fn of_import(order: &OrderState, wish: &Wish) -> Result<Meant, String> {
    let is_held = order.step(StepName::Import).kind() == Kind::Held;
    let ends = matches!(wish.decision, Decision::Discard | Decision::Complete);
    match current(order) {
        // The one that is not held may be one that the same event, sent before, let go.
        Some(_) if ends && !is_held => Err(format!(
            "nothing of it waits for a person: name the submission that is meant ({})",
            all(order.versions.iter())
        )),
        Some(current) => of_current(order, current, Some(StepName::Import), wish),
        None => Ok(Meant::Step(StepName::Import)),
    }
}

fn of_review(order: &OrderState, wish: &Wish) -> Result<Meant, String> {
    let beside: Vec<&Version> = beside(order).collect();
    match beside.as_slice() {
        [] => Ok(Meant::Step(StepName::Review)),
        [one] => named(order, one.id, None, wish),
        several => Err(which(several.iter().copied())),
    }
}

/// What waits for a person for any reason: the current one if its import is held, and those beside it.
fn held(order: &OrderState) -> Vec<&Version> {
    let import = order.step(StepName::Import).kind() == Kind::Held;
    let waits = |version: &&Version| match version.standing {
        Standing::Current => import,
        standing => is_beside(standing),
    };
    order.versions.iter().filter(waits).collect()
}

fn held_under(order: &OrderState, step: StepName) -> Option<&str> {
    match order.step(step) {
        StepState::Held { code, .. } => Some(code),
        _ => None,
    }
}

fn which<'v>(versions: impl Iterator<Item = &'v Version>) -> String {
    format!(
        "{}: {}; it goes by its number, its key, or as <order>#<id>",
        No::WhichSubmission,
        all(versions)
    )
}

fn all<'v>(versions: impl Iterator<Item = &'v Version>) -> String {
    versions.map(told).collect::<Vec<_>>().join(", ")
}

/// The code under which a submission waits, where that is not written beside it alone.
pub(crate) fn known_code<'o>(order: &'o OrderState, version: &Version) -> Option<&'o str> {
    match version.standing {
        Standing::Leaving => Some(HoldCode::Leaving.as_str()),
        Standing::Current if order.is_stopped() => held_under(order, StepName::Import),
        _ => None,
    }
}

#[cfg(test)]
#[path = "submission_tests.rs"]
mod tests;
