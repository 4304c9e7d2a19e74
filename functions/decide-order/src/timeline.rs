//! What became of one order, in the order of time. Pure.

use ledger::{CallNote, DecisionRecord};
use order_model::{Millis, OrderState, StepName, StepState};
use serde_json::{Value, json};

/// Everything of an order that has a time: when it was first seen, what people decided and noted, since when a step is
/// held, the last call of a step that went wrong, when a step was done. The oldest first.
pub(crate) fn timeline(
    order: &OrderState,
    decisions: &[DecisionRecord],
    calls: &[(StepName, CallNote)],
) -> Value {
    let mut all: Vec<(Millis, Value)> = vec![(order.first_seen, json!({"what": "first_seen"}))];
    all.extend(decisions.iter().map(|record| (record.at, decided(record))));
    all.extend(calls.iter().map(|(step, note)| (note.at, call(*step, note))));
    let states = order.steps.iter();
    all.extend(states.filter_map(|(name, step)| state(*name, &step.state)));
    // Stable: of what has one time, a decision stands before what it led to.
    all.sort_by_key(|(at, _)| *at);
    let each = all.into_iter().map(|(at, mut what)| {
        what["at"] = at.to_string().into();
        what
    });
    each.collect()
}

/// A decision or a note.
fn decided(record: &DecisionRecord) -> Value {
    let mut shown = json!({"what": record.did, "by": record.by, "why": record.why});
    if let Some(step) = record.step {
        shown["step"] = step.as_str().into();
    }
    if !record.detail.is_empty() {
        shown["detail"] = record.detail.as_str().into();
    }
    shown
}

/// The vendor's numbers of a call: what its support asks for.
fn call(step: StepName, note: &CallNote) -> Value {
    let mut shown = json!({"what": "bad_call", "step": step.as_str()});
    let numbers = [
        ("transaction", &note.transaction),
        ("batch", &note.batch),
        ("code", &note.code),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            shown[name] = number.as_str().into();
        }
    }
    if note.without_effect > 0 {
        shown["without_effect"] = note.without_effect.into();
    }
    shown
}

fn state(step: StepName, state: &StepState) -> Option<(Millis, Value)> {
    match state {
        StepState::Held { code, at } => {
            Some((*at, json!({"what": "held", "step": step.as_str(), "code": code})))
        }
        StepState::Done { at, .. } => Some((*at, json!({"what": "done", "step": step.as_str()}))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{OrderKey, RawRef, Step};

    #[test]
    fn what_happened_stands_in_the_order_of_time_whatever_told_it() {
        let raw = RawRef {
            hash: "ab".into(),
            chunks: 1,
        };
        let key = OrderKey::new("RS-ACME-1").unwrap();
        let mut order = OrderState::held(key, raw, "unknown_sku", Millis(1_000));
        let done = |at| StepState::Done { reference: None, at };
        order
            .steps
            .insert(StepName::Import, Step::fresh(done(Millis(4_000))));
        let refused = StepState::Held {
            code: "repspark_InvalidInput".into(),
            at: Millis(6_000),
        };
        order.steps.insert(StepName::Confirm, Step::fresh(refused));
        let record = |at, did: &str, step, detail: &str| DecisionRecord {
            at,
            did: did.into(),
            step,
            by: "ada".into(),
            why: "keyed by hand".into(),
            detail: detail.into(),
        };
        let decisions = [
            record(
                Millis(4_000),
                "complete",
                Some(StepName::Import),
                "import: held -> done",
            ),
            record(Millis(3_000), "note", None, ""),
        ];
        let bad = CallNote {
            transaction: Some("T1".into()),
            batch: None,
            code: Some("InvalidInput".into()),
            without_effect: 2,
            at: Millis(5_000),
        };
        let at = |ms: i64| Millis(ms).to_string();
        let expected = json!([
            {"at": at(1_000), "what": "first_seen"},
            {"at": at(3_000), "what": "note", "by": "ada", "why": "keyed by hand"},
            {"at": at(4_000), "what": "complete", "step": "import", "by": "ada", "why": "keyed by hand",
                "detail": "import: held -> done"},
            {"at": at(4_000), "what": "done", "step": "import"},
            {"at": at(5_000), "what": "bad_call", "step": "confirm", "transaction": "T1", "code": "InvalidInput",
                "without_effect": 2},
            {"at": at(6_000), "what": "held", "step": "confirm", "code": "repspark_InvalidInput"},
        ]);
        let told = timeline(&order, &decisions, &[(StepName::Confirm, bad)]);
        assert_eq!(told, expected);
    }
}
