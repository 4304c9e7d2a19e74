use std::time::Duration;

use order_model::{ErpReference, OrderKey, Step};

use super::*;

const PACE: Pace = Pace {
    grace: Duration::from_secs(900),
    skew: Duration::from_secs(10),
};
const T0: Millis = Millis(1_000_000);
const NOW: Millis = Millis(2_000_000);

fn raw(name: &str) -> RawRef {
    RawRef {
        hash: name.to_owned(),
        chunks: 1,
    }
}

fn key() -> OrderKey {
    OrderKey::new("RS-ACME-8086").unwrap()
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

/// What comes of the payload `name` that was submitted.
fn came(order: &OrderState, name: &str, content: Content) -> (Option<OrderState>, Return) {
    let raw = raw(name);
    submitted_again(order, facts(&raw, content, false))
}

/// What comes of the payload `new` that is still sent, `after_s` seconds being allowed since its confirmation.
fn sent(order: &OrderState, content: Content, decided: bool, after_s: u64) -> (Option<OrderState>, Return) {
    let raw = raw("new");
    still_sent(order, facts(&raw, content, decided), Duration::from_secs(after_s))
}

fn facts(raw: &RawRef, content: Content, decided: bool) -> Facts<'_> {
    Facts {
        raw,
        content,
        decided,
        said: false,
        rounds: 0,
        now: NOW,
        pace: PACE,
    }
}

const CONTENTS: [Content; 3] = [Content::Same, Content::Other, Content::NotComparable];

#[test]
fn the_same_payload_changes_nothing_while_the_import_is_not_done() {
    let states = [
        (0, due()),
        (1, due()),
        (0, held("unmappable")),
        (1, held("unknown_sku")),
        (1, held("order_changed")),
        (1, unknown()),
        (1, claimed()),
        (1, StepState::Discarded),
    ];
    for (generation, state) in states {
        let order = importing(generation, state);
        for content in CONTENTS {
            assert_eq!(came(&order, "old", content), (None, Return::Same), "{order:?}");
        }
    }
}

#[test]
fn a_newer_payload_takes_the_place_of_one_whose_import_was_never_claimed() {
    for content in CONTENTS {
        let (next, what) = came(&taken(), "new", content);
        let mut expected = taken();
        expected.raw = Some(raw("new"));
        assert_eq!((next, what), (Some(expected), Return::Replaced));
    }
}

#[test]
fn a_newer_payload_gives_an_order_held_before_its_import_another_chance() {
    let (next, what) = came(&importing(0, held("unmappable")), "new", Content::NotComparable);
    let next = next.unwrap();
    assert_eq!(what, Return::Replaced);
    assert_eq!(
        (next.raw.clone(), next.step(StepName::Import)),
        (Some(raw("new")), &StepState::due_now(NOW, PACE))
    );
}

#[test]
fn a_newer_payload_gives_an_order_that_the_erp_refused_another_chance() {
    let (next, what) = came(&importing(1, held("unknown_sku")), "new", Content::Other);
    let next = next.unwrap();
    assert_eq!(what, Return::Replaced);
    assert_eq!(next.raw, Some(raw("new")));
    assert_eq!(next.step(StepName::Import).kind(), Kind::Due);
}

#[test]
fn what_a_person_discarded_and_was_submitted_again_waits_for_them_with_its_new_content() {
    let (next, what) = came(&importing(1, StepState::Discarded), "new", Content::Other);
    let next = next.unwrap();
    assert_eq!(what, Return::Held("discarded_submitted_again"));
    assert_eq!(next.raw, Some(raw("new")));
    assert_eq!(next.step(StepName::Import).kind(), Kind::Discarded);
    assert_eq!(next.step(StepName::Review).kind(), Kind::Held);
}

#[test]
fn once_the_import_was_claimed_other_content_waits_for_a_person() {
    let rows = [
        (Content::Other, "changed_after_import"),
        (Content::NotComparable, "not_comparable"),
    ];
    for state in [
        due(),
        claimed(),
        unknown(),
        done(),
        held("order_changed"),
        held("cancelled_in_erp"),
    ] {
        let order = importing(1, state.clone());
        for (content, code) in rows {
            let (next, what) = came(&order, "new", content);
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
            let (next, what) = came(&order, payload, Content::Same);
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
        assert_eq!(came(&order, "new", Content::Same), (None, Return::Same));
    }
    for import in [due(), claimed(), unknown(), held("order_changed")] {
        assert_eq!(
            came(&importing(1, import), "new", Content::Same),
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
    let newer = raw("newer");
    let said = Facts {
        said: true,
        ..facts(&newer, Content::Other, false)
    };
    assert_eq!(
        submitted_again(&order, said),
        (None, Return::Held("changed_after_import"))
    );
    let (next, _) = came(&order, "newer", Content::Other);
    let anew = StepState::Held {
        code: "changed_after_import".to_owned(),
        at: NOW,
    };
    assert_eq!(
        *next.unwrap().step(StepName::Review),
        anew,
        "what a person saw is not what they would decide about"
    );
    let (next, _) = came(&order, "newer", Content::NotComparable);
    assert_eq!(
        next.unwrap().step(StepName::Review),
        &StepState::Held {
            code: "not_comparable".to_owned(),
            at: NOW
        }
    );
    for ended in [StepState::Discarded, StepState::Off] {
        let order = with(importing(1, done()), StepName::Review, ended);
        assert!(came(&order, "newer", Content::Other).0.is_some());
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
        for content in [Content::Other, Content::NotComparable] {
            let next = came(&order, "new", content).0.unwrap();
            assert_eq!(next.step(StepName::Confirm).kind(), kind);
        }
    }
}

#[test]
fn a_foreign_order_that_comes_again_waits_for_a_person_whatever_it_says() {
    for content in CONTENTS {
        let (next, what) = came(&OrderState::foreign(key(), None, T0), "new", content);
        let next = next.unwrap();
        assert_eq!(what, Return::Held("foreign_submitted_again"));
        assert_eq!(
            (&next.raw, next.step(StepName::Import)),
            (&Some(raw("new")), &StepState::Off)
        );
        assert!(next.look_at.is_some());
        // What a person adopts is what was submitted last.
        let (next, what) = came(&next, "newer", content);
        assert_eq!(what, Return::Held("foreign_submitted_again"));
        assert_eq!(next.unwrap().raw, Some(raw("newer")));
    }
}

/// Imported, its confirmation done at `T0`: a thousand seconds ago.
fn confirmed() -> OrderState {
    with(importing(1, done()), StepName::Confirm, done())
}

#[test]
fn what_is_confirmed_and_still_sent_is_looked_into_when_its_time_is_over() {
    assert_eq!(
        sent(&confirmed(), Content::Same, false, 1001),
        (None, Return::Same)
    );
    let (next, what) = sent(&confirmed(), Content::Same, false, 1000);
    assert_eq!(what, Return::ConfirmAgain);
    let unknown = StepState::Unknown {
        begun_at: T0,
        not_before: NOW,
        tries: 0,
        hint_at: NOW,
        hash: None,
    };
    let next = next.unwrap();
    assert_eq!(
        *next.step(StepName::Confirm),
        unknown,
        "probed before it is sent again"
    );
    assert!(next.look_at <= Some(NOW), "the sweep hints it on its next tick");
}

#[test]
fn a_confirmation_that_has_no_effect_however_often_it_is_sent_waits_for_a_person() {
    let raw = raw("new");
    for (rounds, code) in [(2, None), (3, Some("confirmation_without_effect"))] {
        let facts = Facts {
            rounds,
            ..facts(&raw, Content::Same, false)
        };
        let (next, what) = still_sent(&confirmed(), facts, Duration::from_secs(10));
        let expected = code.map_or((Return::ConfirmAgain, Kind::Unknown), |code| {
            (Return::Held(code), Kind::Held)
        });
        assert_eq!((what, next.unwrap().step(StepName::Confirm).kind()), expected);
    }
}

#[test]
fn a_confirmation_whose_turn_came_while_repspark_was_off_is_taken_up() {
    let mut order = importing(1, done());
    assert_eq!(
        sent(&order, Content::Same, false, 1),
        (None, Return::Same),
        "never without a number"
    );
    order.reference = Some(ErpReference::new("SO1").unwrap());
    let (next, what) = sent(&order, Content::Same, false, 1);
    assert_eq!(
        (what, next.unwrap().step(StepName::Confirm).kind()),
        (Return::ConfirmAgain, Kind::Due)
    );
}

#[test]
fn other_content_is_no_answer_to_whether_somebody_else_imported_the_order() {
    for code in ["valid_at_repspark", "before_import_from", "undated"] {
        let order = importing(0, held(code));
        for (next, what) in [
            came(&order, "new", Content::Other),
            sent(&order, Content::Other, false, 1),
        ] {
            let next = next.unwrap();
            assert_eq!((what, next.raw.clone()), (Return::Replaced, Some(raw("new"))));
            assert_eq!(*next.step(StepName::Import), held(code));
        }
    }
}

#[test]
fn who_waived_a_rule_did_not_waive_it_for_content_that_came_later() {
    let mut order = importing(1, held("unknown_sku"));
    order.waived = true;
    assert!(!came(&order, "new", Content::Other).0.unwrap().waived);
}

#[test]
fn other_content_of_a_sent_order_waits_for_a_person_until_one_has_decided_about_it() {
    for (content, code) in [
        (Content::Other, "changed_after_import"),
        (Content::NotComparable, "not_comparable"),
    ] {
        let (next, what) = sent(&confirmed(), content, false, 1);
        assert_eq!(what, Return::Held(code));
        assert_eq!(next.unwrap().step(StepName::Review).kind(), Kind::Held);
        let decided = with(confirmed(), StepName::Review, done());
        assert_eq!(sent(&decided, content, true, 1).1, Return::ConfirmAgain, "{code}");
        assert_eq!(
            sent(&decided, content, false, 1).1,
            Return::Held(code),
            "other content than decided about"
        );
    }
}

#[test]
fn a_question_that_is_none_any_more_is_settled_and_its_confirmation_goes_on() {
    for code in ["not_comparable", "changed_after_import"] {
        let order = with(importing(1, done()), StepName::Confirm, held(code));
        let order = with(order, StepName::Review, held(code));
        let (next, what) = sent(&order, Content::Same, false, 1);
        let next = next.unwrap();
        assert_eq!(what, Return::Settled);
        assert_eq!(next.step(StepName::Review).kind(), Kind::Done);
        assert_eq!(next.step(StepName::Confirm).kind(), Kind::Due);
    }
}

#[test]
fn a_sent_order_that_is_not_at_the_erp_gets_its_newer_content() {
    for (generation, state) in [(0, due()), (0, held("unmapped_field")), (1, held("unknown_sku"))] {
        let order = importing(generation, state);
        assert_eq!(sent(&order, Content::Same, false, 1), (None, Return::Same));
        let (next, what) = sent(&order, Content::Other, false, 1);
        let next = next.unwrap();
        assert_eq!((what, next.raw.clone()), (Return::Replaced, Some(raw("new"))));
        assert_eq!(next.step(StepName::Import).kind(), Kind::Due);
    }
}

#[test]
fn a_sent_order_that_is_on_its_way_to_the_erp_or_was_discarded_is_left_alone() {
    for state in [due(), claimed(), unknown(), StepState::Discarded] {
        for content in CONTENTS {
            assert_eq!(
                sent(&importing(1, state.clone()), content, false, 1),
                (None, Return::Same)
            );
        }
    }
}

#[test]
fn a_foreign_order_that_is_still_sent_only_gets_the_payload_that_an_adoption_would_need() {
    let order = OrderState::foreign(key(), None, T0);
    let (next, what) = sent(&order, Content::Same, false, 1);
    let next = next.unwrap();
    assert_eq!((what, next.raw.clone()), (Return::Same, Some(raw("new"))));
    assert!(!next.is_open());
    assert_eq!(sent(&next, Content::Same, false, 1), (None, Return::Same));
}
