//! Sentences and names, by hand. What is read and sent is tested with the whole function.

use custom_orders::NumberOf;
use order_model::{ErpKey, ErpReference, Line, Millis, OrderKey, Pace, RawRef};
use spectrum::Options;

use super::*;
use crate::testing;

fn state() -> OrderState {
    let raw = RawRef {
        hash: "00".repeat(16),
        chunks: 1,
    };
    let pace = Pace {
        grace: std::time::Duration::from_secs(900),
        skew: std::time::Duration::from_secs(10),
    };
    let key = OrderKey::new("RS-ACME-8086").unwrap();
    OrderState::taken(key, raw, Millis(1), pace)
}

fn imported() -> OrderState {
    OrderState {
        reference: ErpReference::new("SO104233").ok(),
        ..state()
    }
}

fn wishes(number_of: NumberOf) -> Wishes {
    Wishes {
        number_of,
        options: Options::default(),
    }
}

fn line(number: u32, recipe_set: Option<&str>) -> Line {
    Line {
        line: number,
        recipe_set_id: recipe_set.map(str::to_owned),
        ..testing::order().lines[0].clone()
    }
}

#[test]
fn how_far_an_acknowledgement_is_has_one_sentence_each() {
    assert!(stands(None).contains("once it is imported"));
    assert!(stands(Some(&state())).contains("once it is imported"));
    let imported = imported();
    assert!(stands(Some(&imported)).contains("before Spectrum was on"));
    let due = StepState::due_by_hand(Millis(2));
    let due = imported.moved(StepName::Acknowledge, due).unwrap();
    assert_eq!(stands(Some(&due)), "it is to be acknowledged");
    let held = StepState::Held {
        code: "unfit_for_spectrum".to_owned(),
        at: Millis(3),
    };
    let held = due.moved(StepName::Acknowledge, held).unwrap();
    assert!(stands(Some(&held)).contains("(unfit_for_spectrum)"));
}

#[test]
fn an_order_is_named_by_what_it_has_or_what_it_would_get() {
    let order = testing::order();
    let named = |state: &OrderState, name, of| {
        let number = number(state, &order, name, &wishes(of))?;
        Ok::<_, String>(shown(&number).to_owned())
    };
    let (erp, source) = (NumberOf::Erp, NumberOf::Source);
    for (state, name, of, expected) in [
        (&imported(), Some("SO1"), source, "SO1"),
        (&imported(), None, erp, "SO104233"),
        (&imported(), None, source, "8086"),
        (&state(), None, source, "8086"),
        (&state(), None, erp, NUMBER),
    ] {
        assert_eq!(named(state, name, of).as_deref(), Ok(expected));
    }
    let slash = OrderState {
        reference: ErpReference::new("SO/1").ok(),
        ..state()
    };
    assert!(
        named(&slash, None, erp)
            .unwrap_err()
            .starts_with("number_unfit: ")
    );
}

#[test]
fn an_order_whose_payload_is_not_here_is_told_with_its_recipe_sets_alone() {
    let mut order = testing::order();
    let mut seen = Acknowledging::default();
    as_shown(&mut seen, &order);
    assert_eq!((seen.says.as_str(), seen.recipe_sets.len()), (PLAIN, 0));
    order.lines = vec![
        line(1, Some("K7QW2MZP")),
        line(2, None),
        line(3, Some(" K7QW2MZP")),
        line(4, Some("T93XRB5D")),
    ];
    let mut seen = Acknowledging {
        says: stands(None),
        ..Acknowledging::default()
    };
    as_shown(&mut seen, &order);
    assert_eq!(seen.recipe_sets, ["K7QW2MZP", "T93XRB5D"]);
    assert!(seen.says.ends_with("there is none here"));
}

#[test]
fn what_needs_a_persons_word_is_said_before_it_is_held_and_not_after_it_was_given() {
    let imported = imported();
    assert!(waits(&imported).unwrap().starts_with("maybe_acknowledged: "));
    assert_eq!(waits(&state()), None, "its import will know");
    let revision = OrderState {
        revision_of: ErpKey::new("RS-ACME-8001").ok(),
        ..state()
    };
    assert!(waits(&revision).unwrap().starts_with("revises_another: "));
    let agreed = OrderState {
        maybe_acknowledged: false,
        agreed: true,
        ..imported
    };
    assert_eq!(waits(&agreed), None);
}
