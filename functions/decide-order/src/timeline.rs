//! What became of one order, in the order of time. Pure.

use std::collections::{BTreeMap, BTreeSet};

use ledger::{CallNote, DecisionRecord};
use order_model::{Fulfilment, Millis, OrderState, StepName, StepState};
use serde_json::{Value, json};

use crate::show_fulfilment::word;

/// Everything of an order that has a time: when it was first seen, what people decided and noted, since when a step is
/// held, the last call of a step that went wrong, when a step was done, what became of lines and what is said of them and does
/// not fit. The oldest first.
pub(crate) fn timeline(
    order: &OrderState,
    decisions: &[DecisionRecord],
    calls: &[(StepName, CallNote)],
    fulfilment: &Fulfilment,
) -> Value {
    let mut all: Vec<(Millis, Value)> = vec![(order.first_seen, json!({"what": "first_seen"}))];
    all.extend(decisions.iter().map(|record| (record.at, decided(record))));
    all.extend(calls.iter().map(|(step, note)| (note.at, call(*step, note))));
    let states = order.steps.iter();
    all.extend(states.filter_map(|(name, step)| state(*name, &step.state)));
    all.extend(of_lines(fulfilment));
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

/// What became of lines, those of one time and one end together: an order may have hundreds.
fn of_lines(fulfilment: &Fulfilment) -> impl Iterator<Item = (Millis, Value)> {
    let mut lines: BTreeMap<(Millis, String), BTreeSet<u32>> = BTreeMap::new();
    let mut note = |at, what: &str, line| lines.entry((at, what.to_owned())).or_default().insert(line);
    for (line, state) in &fulfilment.lines {
        if let Some(station) = &state.station {
            note(state.station_at, station.as_str(), *line);
        }
        for part in &state.parts {
            note(part.at, part.became.as_str(), *line);
        }
    }
    let moved = lines
        .into_iter()
        .map(|((at, what), lines)| (at, json!({"what": what, "lines": lines})));
    let disputed = fulfilment.disputes.iter().map(|dispute| {
        let movement = &dispute.movement;
        let told = json!({"what": "disputed", "lines": [movement.line], "said": word(&movement.became),
            "code": dispute.unfit.as_str()});
        (movement.at, told)
    });
    moved.chain(disputed.collect::<Vec<_>>())
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
    use order_model::{Became, Movement, OrderKey, Ordered, RawRef, Step};

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
        let told = timeline(
            &order,
            &decisions,
            &[(StepName::Confirm, bad)],
            &Fulfilment::default(),
        );
        assert_eq!(told, expected);
    }

    #[test]
    fn lines_that_move_together_are_one_entry_and_what_does_not_fit_is_another() {
        let movement = |line, became, at| Movement {
            id: format!("{line}-{at}"),
            line,
            became,
            quantity: None,
            at: Millis(at),
            parcel: None,
            item: None,
            instead: false,
        };
        let mut fulfilment = Fulfilment::default();
        let said = [
            movement(1, Became::Shipped, 3_000),
            movement(2, Became::Shipped, 3_000),
            movement(2, Became::Accepted, 2_000),
            movement(2, Became::Cancelled, 4_000),
        ];
        let ordered = Ordered([(1, 1.into()), (2, 1.into())].into());
        fulfilment.take(&said, &ordered, false);
        let order = OrderState::foreign(OrderKey::new("RS-ACME-1").unwrap(), None, Millis(1_000));
        let at = |ms: i64| Millis(ms).to_string();
        assert_eq!(
            timeline(&order, &[], &[], &fulfilment),
            json!([
                {"at": at(1_000), "what": "first_seen"},
                {"at": at(2_000), "what": "accepted", "lines": [2]},
                {"at": at(3_000), "what": "shipped", "lines": [1, 2]},
                {"at": at(4_000), "what": "disputed", "lines": [2], "said": "cancelled", "code": "other_end"},
            ])
        );
    }
}
