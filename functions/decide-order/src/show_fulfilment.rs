//! What became of an order's lines and of its purchase, for a person. Pure.
//!
//! Carriers and tracking numbers are shown, because whoever asks has a customer on the telephone; no log has them.

use ledger::{Awaited, Waiting};
use order_model::{
    Became, Dispute, Fulfilment, Kind, LineFulfilment, Millis, Movement, OrderState, Parcel, Part, Repeat,
    StepName,
};
use serde_json::{Value, json};

/// What to do about disputes.
const NEXT: &str = "record-fulfilment with \"instead\": true says what became of a line; discard or complete the step fulfilment, and the lines stay as they are";

/// How far what is told again (the purchase, the tracking) has been told; none where there is none. Versions are those of
/// what became of the lines.
pub(crate) fn told(order: &OrderState, step: StepName) -> Option<Value> {
    let repeat = order.repeat(step);
    if order.step(step).kind() == Kind::Off && repeat == Repeat::default() {
        return None;
    }
    let mut shown = json!({"wanted": repeat.wanted, "done": repeat.done, "name": repeat.name});
    // Nothing was ever begun where it is none.
    if repeat.revision > Millis::default() {
        shown["last_begun"] = repeat.revision.to_string().into();
    }
    Some(shown)
}

/// What became of the lines; none where nothing did.
pub(crate) fn lines(fulfilment: &Fulfilment) -> Option<Value> {
    if fulfilment.lines.is_empty() && fulfilment.disputes.is_empty() {
        return None;
    }
    // A line may be known to nobody but the dispute about it.
    let each = fulfilment.ordered.0.iter().map(|(number, ordered)| {
        let nothing = LineFulfilment::default();
        let line = fulfilment.lines.get(number).unwrap_or(&nothing);
        let ended = line.ended(&Became::Shipped) + line.ended(&Became::Cancelled);
        let mut shown = json!({
            "line": number,
            "ordered": ordered.normalize().to_string(),
            "left": (*ordered - ended).normalize().to_string(),
            "ended": line.parts.iter().map(part).collect::<Vec<_>>(),
        });
        if let Some(station) = &line.station {
            shown["station"] = station.as_str().into();
            shown["since"] = line.station_at.to_string().into();
        }
        if let Some(item) = &line.item {
            shown["item"] = item.as_str().into();
        }
        shown
    });
    let mut shown = json!({"version": fulfilment.version, "lines": each.collect::<Vec<_>>()});
    if !fulfilment.disputes.is_empty() {
        shown["disputes"] = fulfilment.disputes.iter().map(dispute).collect();
        shown["next"] = NEXT.into();
    }
    if !fulfilment.untold.is_empty() {
        shown["not_announced"] = fulfilment.untold.len().into();
    }
    Some(shown)
}

/// What was said of lines, and waits for this order.
pub(crate) fn waiting(all: &[Waiting]) -> Value {
    let each = all.iter().map(|waiting| {
        let mut shown = said(&waiting.movement);
        let (Awaited::Order(name) | Awaited::Item(name)) = &waiting.awaited;
        shown["for"] = name.as_str().into();
        shown["since"] = waiting.at.to_string().into();
        shown
    });
    each.collect()
}

/// A word for what became of a line, also for a word of somebody else's.
pub(crate) fn word(became: &Became) -> &str {
    match became {
        Became::Unknown(word) => word,
        became => became.as_str(),
    }
}

fn part(part: &Part) -> Value {
    let mut shown = json!({
        "state": part.became.as_str(),
        "quantity": part.quantity.normalize().to_string(),
        "at": part.at.to_string(),
    });
    tell_parcel(&mut shown, part.parcel.as_ref());
    shown
}

fn dispute(dispute: &Dispute) -> Value {
    let mut shown = said(&dispute.movement);
    shown["code"] = dispute.unfit.as_str().into();
    shown["words"] = dispute.unfit.to_string().into();
    shown
}

fn said(movement: &Movement) -> Value {
    let mut shown = json!({
        "line": movement.line,
        "state": word(&movement.became),
        "at": movement.at.to_string(),
    });
    if let Some(quantity) = movement.quantity {
        shown["quantity"] = quantity.normalize().to_string().into();
    }
    if let Some(item) = &movement.item {
        shown["item"] = item.as_str().into();
    }
    tell_parcel(&mut shown, movement.parcel.as_ref());
    shown
}

fn tell_parcel(shown: &mut Value, parcel: Option<&Parcel>) {
    let Some(parcel) = parcel else { return };
    for (name, text) in [("carrier", &parcel.carrier), ("tracking", &parcel.tracking)] {
        if let Some(text) = text {
            shown[name] = text.as_str().into();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{OrderKey, Ordered, Step, StepState};

    fn movement(id: &str, line: u32, became: Became, quantity: Option<i64>) -> Movement {
        Movement {
            id: id.to_owned(),
            line,
            became,
            quantity: quantity.map(Into::into),
            at: Millis(2_000),
            parcel: Some(Parcel {
                carrier: Some("UPS".to_owned()),
                tracking: None,
            }),
            item: None,
            instead: false,
        }
    }

    fn ordered() -> Ordered {
        Ordered([(1, 5.into()), (2, 1.into())].into())
    }

    #[test]
    fn lines_are_shown_with_what_is_left_of_them_and_what_does_not_fit() {
        let mut fulfilment = Fulfilment::default();
        let said = [
            movement("a", 1, Became::InProgress, None),
            movement("b", 1, Became::Shipped, Some(2)),
            movement("c", 1, Became::Unknown("ON_HOLD".to_owned()), None),
        ];
        fulfilment.take(&said, &ordered(), false);
        let shown = lines(&fulfilment).unwrap();
        let at = Millis(2_000).to_string();
        let shipped = json!({"state": "shipped", "quantity": "2", "at": at, "carrier": "UPS"});
        assert_eq!(
            shown["lines"],
            json!([
                {"line": 1, "ordered": "5", "left": "3", "ended": [shipped], "station": "in_progress", "since": at},
                {"line": 2, "ordered": "1", "left": "1", "ended": []},
            ])
        );
        let disputed = &shown["disputes"][0];
        assert_eq!(
            (&disputed["line"], &disputed["state"], &disputed["code"]),
            (&json!(1), &json!("ON_HOLD"), &json!("unknown_state"))
        );
        assert!(shown["next"].as_str().unwrap().contains("record-fulfilment"));
        assert_eq!(lines(&Fulfilment::default()), None);
    }

    #[test]
    fn a_purchase_is_shown_where_there_is_one() {
        let mut order = OrderState::foreign(OrderKey::new("RS-ACME-1").unwrap(), None, Millis(0));
        let purchase = |order: &OrderState| super::told(order, StepName::Publish);
        assert_eq!(purchase(&order), None);
        let due = StepState::due_by_hand(Millis(1));
        order.steps.insert(StepName::Publish, Step::fresh(due));
        assert_eq!(
            purchase(&order),
            Some(json!({"wanted": 0, "done": 0, "name": null}))
        );
        let repeat = Repeat {
            wanted: 3,
            done: 2,
            accepted: None,
            revision: Millis(9_000),
            since: Millis(0),
            name: Some("internal/SO1".to_owned()),
        };
        order.repeats.insert(StepName::Publish, repeat);
        let told =
            json!({"wanted": 3, "done": 2, "name": "internal/SO1", "last_begun": Millis(9_000).to_string()});
        assert_eq!(purchase(&order), Some(told));
        assert_eq!(
            super::told(&order, StepName::Notify),
            None,
            "that is another step"
        );
    }

    #[test]
    fn what_waits_is_shown_with_the_name_that_it_waits_for() {
        let waits = Waiting {
            awaited: Awaited::Order("SO1".to_owned()),
            movement: movement("a", 2, Became::Cancelled, None),
            at: Millis(3_000),
        };
        let shown = waiting(&[waits]);
        assert_eq!(
            (&shown[0]["for"], &shown[0]["line"], &shown[0]["state"]),
            (&json!("SO1"), &json!(2), &json!("cancelled"))
        );
    }
}
