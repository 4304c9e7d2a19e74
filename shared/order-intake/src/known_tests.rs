use std::time::Duration;

use order_model::{ErpKey, ErpReference, Pinned, Step, Vendor};

use super::*;

const PACE: Pace = Pace {
    grace: Duration::from_secs(900),
    skew: Duration::from_secs(10),
};
const T0: Millis = Millis(1_000_000);
const NOW: Millis = Millis(2_000_000);

const PAYLOAD: &str = r#"{"OrderId":8086,"StatusId":1,"CustomerCode":"C-1","CurrencyCode":"USD","OrderItems":[
    {"ProductNumber":"TEE","ColorCode":"BLK","OrderItemSizes":[{"SizeCode":"M","Quantity":2,"UnitPrice":10}]}]}"#;

fn raw(name: &str) -> RawRef {
    RawRef {
        hash: name.to_owned(),
        chunks: 1,
    }
}

fn key() -> ErpKey {
    ErpKey::new("RS-ACME-8086").unwrap()
}

/// Taken in at `T0` with payload `old`.
fn taken() -> OrderState {
    OrderState::taken(key(), raw("old"), T0, PACE)
}

/// The same with its import in this state, claimed `generation` times.
fn importing(generation: u32, state: StepState) -> OrderState {
    let mut order = taken();
    order.steps.insert(StepName::Import, Step { generation, state });
    order
}

fn with(mut order: OrderState, name: StepName, state: StepState) -> OrderState {
    order.steps.insert(name, Step { generation: 1, state });
    order
}

fn due() -> StepState {
    StepState::due_now(T0, PACE)
}

fn held(code: &str) -> StepState {
    StepState::Held {
        code: code.to_owned(),
        at: T0,
    }
}

fn done() -> StepState {
    StepState::Done {
        reference: None,
        at: T0,
    }
}

fn unknown() -> StepState {
    StepState::Unknown {
        begun_at: T0,
        not_before: T0,
        tries: 1,
        hint_at: T0,
        hash: None,
    }
}

fn claimed() -> StepState {
    StepState::Claimed {
        owner: "a-1".to_owned(),
        begun_at: T0,
        until: NOW,
        tries: 0,
        hash: None,
        asking: false,
    }
}

/// What comes of the payload `name`.
fn came(order: &OrderState, name: &str, comparison: Comparison) -> (Option<OrderState>, Return) {
    decide(order, &raw(name), comparison, NOW, PACE)
}

const COMPARISONS: [Comparison; 3] = [Comparison::Same, Comparison::Other, Comparison::NotComparable];

#[test]
fn the_same_payload_changes_nothing_while_the_import_is_not_done() {
    let states = [
        (0, due()),
        (1, due()),
        (0, held("unmappable")),
        (1, held("unknown_sku")),
        (1, unknown()),
        (1, claimed()),
        (1, StepState::Discarded),
    ];
    for (generation, state) in states {
        let order = importing(generation, state);
        for comparison in COMPARISONS {
            assert_eq!(came(&order, "old", comparison), (None, Return::Same), "{order:?}");
        }
    }
}

#[test]
fn a_newer_payload_takes_the_place_of_one_whose_import_was_never_claimed() {
    for comparison in COMPARISONS {
        let (next, what) = came(&taken(), "new", comparison);
        let mut expected = taken();
        expected.raw = Some(raw("new"));
        assert_eq!((next, what), (Some(expected), Return::Replaced));
    }
}

#[test]
fn a_newer_payload_gives_an_order_held_before_its_import_another_chance() {
    let (next, what) = came(
        &importing(0, held("unmappable")),
        "new",
        Comparison::NotComparable,
    );
    let next = next.unwrap();
    assert_eq!(what, Return::Replaced);
    assert_eq!(
        (next.raw.clone(), next.step(StepName::Import)),
        (Some(raw("new")), &StepState::due_now(NOW, PACE))
    );
}

#[test]
fn once_the_import_was_claimed_other_content_waits_for_a_person() {
    let rows = [
        (Comparison::Other, "changed_after_import"),
        (Comparison::NotComparable, "not_comparable"),
    ];
    for state in [
        due(),
        claimed(),
        unknown(),
        done(),
        held("unknown_sku"),
        StepState::Discarded,
    ] {
        let order = importing(1, state.clone());
        for (comparison, code) in rows {
            let (next, what) = came(&order, "new", comparison);
            let next = next.unwrap();
            assert_eq!(what, Return::Held(code));
            // What was imported, or is being imported, stays the order's own.
            assert_eq!(
                (&next.raw, next.step(StepName::Import)),
                (&Some(raw("old")), &state)
            );
            let review = StepState::Held {
                code: code.to_owned(),
                at: NOW,
            };
            assert_eq!(next.step(StepName::Review), &review);
        }
    }
}

#[test]
fn the_same_content_makes_the_confirmation_due_again() {
    for confirm in [done(), held("repspark_InvalidInput")] {
        for payload in ["old", "new"] {
            let order = with(importing(1, done()), StepName::Confirm, confirm.clone());
            let (next, what) = came(&order, payload, Comparison::Same);
            assert_eq!(what, Return::ConfirmAgain);
            let next = next.unwrap();
            assert_eq!(next.step(StepName::Confirm), &StepState::due_now(NOW, PACE));
            assert_eq!(next.look_at, Some(order.look_at.unwrap().min(NOW + PACE.grace)));
        }
    }
}

#[test]
fn a_confirmation_under_way_is_left_alone() {
    for confirm in [due(), claimed(), unknown()] {
        let order = with(importing(1, done()), StepName::Confirm, confirm);
        assert_eq!(came(&order, "new", Comparison::Same), (None, Return::Same));
    }
    for import in [due(), claimed(), unknown(), held("unknown_sku")] {
        assert_eq!(
            came(&importing(1, import), "new", Comparison::Same),
            (None, Return::Same)
        );
    }
}

#[test]
fn a_review_is_opened_once_under_one_code_and_again_after_a_person_ended_it() {
    let order = with(
        importing(1, done()),
        StepName::Review,
        held("changed_after_import"),
    );
    let again = came(&order, "newer", Comparison::Other);
    assert_eq!(again, (None, Return::Held("changed_after_import")));
    let (next, _) = came(&order, "newer", Comparison::NotComparable);
    assert_eq!(
        next.unwrap().step(StepName::Review),
        &StepState::Held {
            code: "not_comparable".to_owned(),
            at: NOW
        }
    );
    for ended in [StepState::Discarded, StepState::Off] {
        let order = with(importing(1, done()), StepName::Review, ended);
        assert!(came(&order, "newer", Comparison::Other).0.is_some());
    }
}

#[test]
fn a_number_that_is_not_sent_yet_is_held_back_when_the_order_says_something_else() {
    let rows = [
        (due(), Kind::Held),
        (claimed(), Kind::Claimed),
        (unknown(), Kind::Unknown),
        (done(), Kind::Done),
    ];
    for (confirm, kind) in rows {
        let order = with(importing(1, done()), StepName::Confirm, confirm);
        for comparison in [Comparison::Other, Comparison::NotComparable] {
            let next = came(&order, "new", comparison).0.unwrap();
            assert_eq!(next.step(StepName::Confirm).kind(), kind);
        }
    }
}

#[test]
fn a_foreign_order_that_comes_again_waits_for_a_person_whatever_it_says() {
    for comparison in COMPARISONS {
        let (next, what) = came(&OrderState::foreign(key(), T0), "new", comparison);
        let next = next.unwrap();
        assert_eq!(what, Return::Held("foreign_submitted_again"));
        assert_eq!(
            (&next.raw, next.step(StepName::Import)),
            (&Some(raw("new")), &StepState::Off)
        );
        assert!(next.look_at.is_some());
        // A third payload does not take the place of the one that the person may adopt.
        assert_eq!(
            came(&next, "newer", comparison),
            (None, Return::Held("foreign_submitted_again"))
        );
    }
}

fn context() -> Context {
    Context {
        key: key(),
        vendor: Vendor::RepSpark,
        account: "ACME".to_owned(),
        time_zone: jiff::tz::TimeZone::UTC,
    }
}

fn pinned_with(map: &FieldMap, version: &str) -> OrderState {
    let mapped = map
        .apply(&serde_json::from_str(PAYLOAD).unwrap(), &context())
        .unwrap();
    let mut order = importing(1, done());
    order.reference = Some(ErpReference::new("SO1").unwrap());
    order.pinned = Some(Pinned {
        map: version.to_owned(),
        hash: ContentHash::of(&mapped),
    });
    order
}

#[test]
fn what_is_mapped_is_compared_and_nothing_else() {
    let map = FieldMap::repspark_default();
    let order = pinned_with(&map, map.version());
    let rows = [
        (PAYLOAD.to_owned(), Comparison::Same),
        (
            PAYLOAD.replace(r#""StatusId":1"#, r#""StatusId":2,"LastUpdated":"2026-11-21""#),
            Comparison::Same,
        ),
        (
            PAYLOAD.replace(r#""Quantity":2"#, r#""Quantity":"2.0""#),
            Comparison::Same,
        ),
        (
            PAYLOAD.replace(r#""Quantity":2"#, r#""Quantity":3"#),
            Comparison::Other,
        ),
        (
            PAYLOAD.replace(r#""CustomerCode":"C-1","#, ""),
            Comparison::NotComparable,
        ),
        (PAYLOAD.replace("}]}", ""), Comparison::NotComparable),
    ];
    for (payload, expected) in rows {
        assert_eq!(
            compare(&order, payload.as_bytes(), &map, &context()),
            expected,
            "{payload}"
        );
    }
}

#[test]
fn an_order_imported_with_another_map_or_not_at_all_is_not_comparable() {
    let map = FieldMap::repspark_default();
    for order in [taken(), pinned_with(&map, "0123456789abcdef")] {
        let comparison = compare(&order, PAYLOAD.as_bytes(), &map, &context());
        assert_eq!(comparison, Comparison::NotComparable);
    }
}
