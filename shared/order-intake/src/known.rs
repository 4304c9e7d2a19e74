//! An order that is known and comes again.

use field_map::{Context, FieldMap};
use order_model::{Admission, ContentHash, Kind, Millis, OrderState, Pace, RawRef, StepName, StepState};

/// What an order's return comes to, for the tally and the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Return {
    /// Nothing new.
    Same,
    /// The newer payload took the older one's place: the import had never been claimed.
    Replaced,
    /// The ERP has it as it is; RepSpark wants to hear the number again.
    ConfirmAgain,
    /// It waits for a person, under this code.
    Held(&'static str),
}

/// How the content of a payload compares with what was imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// The mapped fields are the same.
    Same,
    /// They differ.
    Other,
    /// The payload can't be mapped, or another map made the import.
    NotComparable,
}

/// Compares a payload with what the import of an order pinned.
pub fn compare(order: &OrderState, payload: &[u8], map: &FieldMap, context: &Context) -> Comparison {
    let Some(pinned) = order.pinned.as_ref().filter(|pinned| pinned.map == map.version()) else {
        return Comparison::NotComparable;
    };
    let Ok(raw) = serde_json::from_slice(payload) else {
        return Comparison::NotComparable;
    };
    match map.apply(&raw, context) {
        Ok(mapped) if ContentHash::of(&mapped) == pinned.hash => Comparison::Same,
        Ok(_) => Comparison::Other,
        Err(_) => Comparison::NotComparable,
    }
}

/// Decides what becomes of a known order that was submitted again. `comparison` is asked only where it matters.
pub fn decide(
    order: &OrderState,
    raw: &RawRef,
    comparison: Comparison,
    now: Millis,
    pace: Pace,
) -> (Option<OrderState>, Return) {
    if order.admission == Admission::Foreign {
        // The integration before us may have imported it: only a person can tell.
        return review(order, raw, "foreign_submitted_again", now);
    }
    if order.raw.as_ref() == Some(raw) && order.step(StepName::Import).kind() != Kind::Done {
        return (None, Return::Same);
    }
    if order.import_never_begun() {
        let mut next = order.clone();
        next.raw = Some(raw.clone());
        // A held order gets another chance with its new content.
        let next = match next.step(StepName::Import).kind() {
            Kind::Held => next.moved(StepName::Import, StepState::due_now(now, pace)),
            _ => Some(next),
        };
        return (next, Return::Replaced);
    }
    match comparison {
        Comparison::Same => confirm_again(order, now, pace),
        Comparison::Other => review(order, raw, "changed_after_import", now),
        Comparison::NotComparable => review(order, raw, "not_comparable", now),
    }
}

fn confirm_again(order: &OrderState, now: Millis, pace: Pace) -> (Option<OrderState>, Return) {
    match order.step(StepName::Confirm).kind() {
        // A held one was refused while the order was not Sent; now it is again.
        Kind::Done | Kind::Held => (
            order.moved(StepName::Confirm, StepState::due_now(now, pace)),
            Return::ConfirmAgain,
        ),
        _ => (None, Return::Same),
    }
}

/// Holds the order for a person. The payload that was imported, or is being imported, stays the order's own; the new
/// one is named in the hold's note.
fn review(order: &OrderState, raw: &RawRef, code: &'static str, now: Millis) -> (Option<OrderState>, Return) {
    if matches!(order.step(StepName::Review), StepState::Held { code: known, .. } if known == code) {
        return (None, Return::Held(code));
    }
    let mut next = order.clone();
    next.raw.get_or_insert_with(|| raw.clone());
    let held = StepState::Held {
        code: code.to_owned(),
        at: now,
    };
    // A number that is not sent yet would make an order Valid that says something else by now.
    if next.step(StepName::Confirm).kind() == Kind::Due {
        next = next.moved(StepName::Confirm, held.clone()).unwrap_or(next);
    }
    (next.moved(StepName::Review, held), Return::Held(code))
}

#[cfg(test)]
#[path = "known_tests.rs"]
mod tests;
