//! An order that is known and comes again. Pure.

use std::time::Duration;

use order_model::{
    Admission, DISCARDED_AGAIN, FOREIGN_AGAIN, Kind, Millis, OrderState, Pace, RawRef, StepName, StepState,
};

/// What an order's return comes to, for the tally and the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// Nothing new.
    Same,
    /// The newer payload took the older one's place: nothing of the order is at the ERP.
    Replaced,
    /// The ERP has it as it is; the source wants to hear the number again, or did not take it.
    ConfirmAgain,
    /// What a person was asked to look at is no question any more: it says what was imported.
    Settled,
    /// It waits for a person, under this code.
    Held(&'static str),
}

/// How the content of a payload compares with the order's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// It says the same.
    Same,
    /// It says something else.
    Other,
    /// Nobody can tell.
    NotComparable,
}

/// What is known of the payload that came.
#[derive(Debug, Clone, Copy)]
pub struct Facts<'a> {
    /// Its name.
    pub raw: &'a RawRef,
    /// Compared with what was imported; for an order that is not at the ERP, with the payload that it has.
    pub content: Content,
    /// Whether a person has decided about this very content before.
    pub decided: bool,
    /// Whether the order is held for this very content, in these words, already.
    pub said: bool,
    /// How often its confirmation was found without effect.
    pub rounds: u32,
    /// The time.
    pub now: Millis,
    /// How the retry clock runs.
    pub pace: Pace,
}

/// So often a confirmation is found without effect before somebody has to ask the source's support why.
const ROUNDS: u32 = 3;

pub(crate) const CHANGED: &str = "changed_after_import";
pub(crate) const NOT_COMPARABLE: &str = "not_comparable";
pub(crate) const WITHOUT_EFFECT: &str = "confirmation_without_effect";

/// The step that a return holds.
pub(crate) fn held_step(code: &str) -> StepName {
    if code == WITHOUT_EFFECT {
        StepName::Confirm
    } else {
        StepName::Review
    }
}

/// Decides what becomes of a known order that was submitted again.
pub fn submitted_again(order: &OrderState, facts: Facts<'_>) -> (Option<OrderState>, Return) {
    if order.admission == Admission::Foreign {
        // The integration before us may have imported it: only a person can tell.
        return review(order, facts, FOREIGN_AGAIN);
    }
    if order.raw.as_ref() == Some(facts.raw) && order.step(StepName::Import).kind() != Kind::Done {
        return (None, Return::Same);
    }
    if order.is_not_at_the_erp() {
        return replaced(order, facts);
    }
    match facts.content {
        Content::Same => confirm_again(order, facts),
        Content::Other => review(order, facts, CHANGED),
        Content::NotComparable => review(order, facts, NOT_COMPARABLE),
    }
}

/// Decides what becomes of a known order that the source still holds as sent.
pub fn still_sent(order: &OrderState, facts: Facts<'_>, after: Duration) -> (Option<OrderState>, Return) {
    if order.admission == Admission::Foreign {
        let mut next = order.clone();
        next.raw = Some(facts.raw.clone());
        next.erased = false;
        return ((next.raw != order.raw).then_some(next), Return::Same);
    }
    let discarded = order.step(StepName::Import).kind() == Kind::Discarded;
    if order.is_not_at_the_erp() && !discarded {
        return match facts.content {
            Content::Same => (None, Return::Same),
            Content::Other | Content::NotComparable => replaced(order, facts),
        };
    }
    if order.step(StepName::Import).kind() != Kind::Done {
        return (None, Return::Same);
    }
    match facts.content {
        Content::Same => still_unconfirmed(order, facts, after),
        _ if facts.decided => still_unconfirmed(order, facts, after),
        Content::Other => review(order, facts, CHANGED),
        Content::NotComparable => review(order, facts, NOT_COMPARABLE),
    }
}

/// Whether the payload's content has to be known to decide about an order that is still sent.
pub(crate) fn content_matters(order: &OrderState) -> bool {
    let done = order.step(StepName::Import).kind() == Kind::Done;
    let waits = order.is_not_at_the_erp() && order.step(StepName::Import).kind() != Kind::Discarded;
    order.admission == Admission::Taken && (done || waits)
}

fn replaced(order: &OrderState, facts: Facts<'_>) -> (Option<OrderState>, Return) {
    let mut next = order.clone();
    next.raw = Some(facts.raw.clone());
    // Whoever let it go did not see this content.
    next.waived = false;
    match next.step(StepName::Import).kind() {
        // Whether somebody else imported it is not answered by other content.
        Kind::Held if order.may_be_imported_already() => (Some(next), Return::Replaced),
        // A held order gets another chance with its new content.
        Kind::Held => {
            let due = StepState::due_now(facts.now, facts.pace);
            (next.moved(StepName::Import, due), Return::Replaced)
        }
        Kind::Discarded => review(&next, facts, DISCARDED_AGAIN),
        _ => (Some(next), Return::Replaced),
    }
}

fn confirm_again(order: &OrderState, facts: Facts<'_>) -> (Option<OrderState>, Return) {
    match order.step(StepName::Confirm).kind() {
        // A held one was refused while the order was not Sent; now it is again.
        Kind::Done | Kind::Held => (
            order.moved(StepName::Confirm, StepState::due_now(facts.now, facts.pace)),
            Return::ConfirmAgain,
        ),
        _ => (None, Return::Same),
    }
}

/// The content is right; whether the source took the number is the question.
fn still_unconfirmed(order: &OrderState, facts: Facts<'_>, after: Duration) -> (Option<OrderState>, Return) {
    let now = facts.now;
    if matches!(order.step(StepName::Review), StepState::Held { code, .. } if code == NOT_COMPARABLE || code == CHANGED)
    {
        return (order.review_settled(now), Return::Settled);
    }
    match order.step(StepName::Confirm) {
        StepState::Done { at, .. } if now.since(*at) < after => (None, Return::Same),
        StepState::Done { .. } if facts.rounds >= ROUNDS => {
            let held = StepState::Held {
                code: WITHOUT_EFFECT.to_owned(),
                at: now,
            };
            (order.moved(StepName::Confirm, held), Return::Held(WITHOUT_EFFECT))
        }
        // A 200 that had no effect, or one that is late: looked into before the number is sent again.
        StepState::Done { at, .. } => {
            let unknown = StepState::Unknown {
                begun_at: *at,
                not_before: now,
                tries: 0,
                hint_at: now,
                hash: None,
            };
            (order.moved(StepName::Confirm, unknown), Return::ConfirmAgain)
        }
        // Its turn came while the source was switched off here.
        StepState::Off if order.reference.is_some() => (
            order.moved(StepName::Confirm, StepState::due_by_hand(now)),
            Return::ConfirmAgain,
        ),
        _ => (None, Return::Same),
    }
}

/// Holds the order for a person. The payload that was imported, or is being imported, stays the order's own; the new
/// one is named in the hold's note. Of an order that is not at the ERP the newest payload is its own.
fn review(order: &OrderState, facts: Facts<'_>, code: &'static str) -> (Option<OrderState>, Return) {
    let mut next = order.clone();
    if order.admission == Admission::Foreign {
        next.raw = Some(facts.raw.clone());
    }
    if facts.said
        && matches!(order.step(StepName::Review), StepState::Held { code: known, .. } if known == code)
    {
        return (None, Return::Held(code));
    }
    next.raw.get_or_insert_with(|| facts.raw.clone());
    let held = StepState::Held {
        code: code.to_owned(),
        at: facts.now,
    };
    // A number that is not sent yet would make an order Valid that says something else by now. One that is held with
    // an earlier review is held with this one.
    let confirm = next.step(StepName::Confirm);
    if confirm.kind() == Kind::Due || held_with(confirm, order.step(StepName::Review)) {
        next = next.moved(StepName::Confirm, held.clone()).unwrap_or(next);
    }
    (next.moved(StepName::Review, held), Return::Held(code))
}

fn held_with(confirm: &StepState, review: &StepState) -> bool {
    matches!(
        (confirm, review),
        (StepState::Held { code, .. }, StepState::Held { code: reviewed, .. }) if code == reviewed
    )
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
