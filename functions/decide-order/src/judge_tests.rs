use std::time::Duration;

use order_model::versions::{Standing, Version};
use order_model::{ErpKey, ErpReference, OrderKey, Pace, RawRef};

use super::*;
use order_model::Person;

const NOW: Millis = Millis(1_000_000);

fn order() -> OrderState {
    let pace = Pace {
        grace: Duration::from_secs(900),
        skew: Duration::from_secs(10),
    };
    let raw = RawRef {
        hash: "ab".into(),
        chunks: 1,
    };
    OrderState::taken(OrderKey::new("RS-ACME-1").unwrap(), raw, Millis(0), pace)
}

fn held(order: &OrderState, step: StepName, code: &str) -> OrderState {
    let code = code.to_owned();
    order
        .moved(step, StepState::Held { code, at: Millis(5) })
        .unwrap()
}

fn wish(decision: Decision) -> Wish {
    Wish {
        decision,
        step: None,
        reference: None,
        who: Person::default(),
        dry_run: false,
    }
}

fn with_number() -> Wish {
    Wish {
        reference: Some(ErpReference::new("SO1").unwrap()),
        ..wish(Decision::Complete)
    }
}

fn decided(order: &OrderState, wish: &Wish) -> OrderState {
    judge(order, wish, step_meant(order, wish).unwrap(), NOW).unwrap()
}

/// An order that is in the ERP, and came again with other content while its confirmation was due.
fn in_review() -> OrderState {
    let done = decided(&order(), &with_number());
    let held_back = held(&done, StepName::Confirm, "changed_after_import");
    held(&held_back, StepName::Review, "changed_after_import")
}

#[test]
fn a_completed_import_that_is_completed_again_is_done_and_its_confirmation_stays_due() {
    let once = decided(&held(&order(), StepName::Import, "unknown_sku"), &with_number());
    assert_eq!(once.step(StepName::Confirm).kind(), Kind::Due);
    let step = step_meant(&once, &with_number()).unwrap();
    let refused = judge(&once, &with_number(), step, NOW).unwrap_err();
    assert!(refused.starts_with("it is done"), "{refused}");
    for decision in [Decision::Complete, Decision::Discard] {
        assert!(
            step_meant(&once, &wish(decision))
                .unwrap_err()
                .contains("nothing of it is held")
        );
    }
}

#[test]
fn a_review_that_is_ended_twice_takes_no_confirmation_with_it() {
    for decision in [Decision::Complete, Decision::Discard] {
        let wish = wish(decision);
        let once = decided(&in_review(), &wish);
        assert_eq!(
            once.step(StepName::Confirm).kind(),
            Kind::Due,
            "{decision:?} releases it"
        );
        assert!(step_meant(&once, &wish).is_err(), "{decision:?}");
    }
}

#[test]
fn where_two_steps_are_held_for_different_reasons_the_step_has_to_be_named() {
    let done = decided(&order(), &with_number());
    let refused = held(&done, StepName::Confirm, "refused");
    let both = held(&refused, StepName::Review, "changed_after_import");
    let said = step_meant(&both, &wish(Decision::Discard)).unwrap_err();
    assert_eq!(said, "confirm and review are held: name the step that is meant");
    let named = Wish {
        step: Some(StepName::Review),
        ..wish(Decision::Discard)
    };
    assert_eq!(decided(&both, &named).step(StepName::Confirm).kind(), Kind::Held);
}

#[test]
fn without_a_step_what_is_held_is_meant_else_the_import() {
    let held = held(&order(), StepName::Import, "unknown_sku");
    for order in [&held, &order()] {
        for decision in [Decision::Retry, Decision::Discard, Decision::Complete] {
            assert_eq!(
                step_meant(order, &wish(decision)),
                Ok(StepName::Import),
                "{decision:?}"
            );
        }
    }
    let discarded = decided(&held, &wish(Decision::Discard));
    assert_eq!(
        judge(&discarded, &wish(Decision::Discard), StepName::Import, NOW).unwrap_err(),
        "it is discarded already"
    );
}

#[test]
fn a_decision_about_one_hold_is_none_about_another() {
    let seen = held(&order(), StepName::Import, "unknown_sku");
    let stands = held(&order(), StepName::Import, "hold_admin");
    let retry = wish(Decision::Retry);
    let said = judge_again(&seen, &stands, &retry, StepName::Import, NOW).unwrap_err();
    assert!(said.contains("held anew under hold_admin"), "{said}");
    assert!(judge_again(&seen, &seen, &retry, StepName::Import, NOW).is_ok());
    // Due again by somebody else's retry: the same is wanted.
    assert!(judge_again(&seen, &order(), &retry, StepName::Import, NOW).is_ok());
}

#[test]
fn a_bulk_retry_passes_over_what_is_tried_anyway() {
    let retried = decided(
        &held(&order(), StepName::Import, "unknown_sku"),
        &wish(Decision::Retry),
    );
    assert!(is_under_way(
        retried.step(StepName::Import),
        NOW + Duration::from_secs(60)
    ));
    assert!(!is_under_way(
        &StepState::Held {
            code: "x".into(),
            at: NOW
        },
        NOW
    ));
    let later = StepState::Due {
        not_before: NOW + Duration::from_secs(1),
        tries: 3,
        hint_at: NOW,
    };
    assert!(!is_under_way(&later, NOW));
}

#[test]
fn the_erps_number_goes_with_the_import_or_the_review_alone() {
    let done = decided(&order(), &with_number());
    let said = judge(&done, &with_number(), StepName::Confirm, NOW).unwrap_err();
    assert!(said.contains("not to confirm"), "{said}");
    let reviewed = decided(&in_review(), &with_number());
    assert_eq!(reviewed.step(StepName::Review).kind(), Kind::Done);
}

#[test]
fn an_order_that_another_completed_in_the_same_millisecond_is_not_taken_for_ours() {
    let ours = with_number();
    let other = Wish {
        reference: Some(ErpReference::new("SO2").unwrap()),
        ..with_number()
    };
    let stands = decided(&order(), &ours);
    assert!(is_as_wanted(&stands, &ours, StepName::Import, NOW));
    assert!(!is_as_wanted(&stands, &other, StepName::Import, NOW));
    assert!(!is_as_wanted(
        &stands,
        &ours,
        StepName::Import,
        NOW + Duration::from_millis(1)
    ));
}

/// An eCat order whose current submission is 1, with 2 beside it, and imported, so that nothing is compared any more.
fn with_one_beside() -> OrderState {
    let mut order = decided(&ecat_order(), &with_number());
    for (id, standing) in [(1, Standing::Current), (2, Standing::Held)] {
        order.versions.push(Version {
            id: EcatId(id),
            key: ErpKey::new(format!("EC-DEMO-N-{id}")).unwrap(),
            key_taken: false,
            raw: order.raw.clone().unwrap(),
            standing,
        });
    }
    held(&order, StepName::Review, "ecat_after_import")
}

fn ecat_order() -> OrderState {
    let key = OrderKey::new("EC-DEMO-9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3").unwrap();
    OrderState { key, ..order() }
}

fn of_second(seen: &OrderState, stands: &OrderState, decision: Decision) -> Result<Settled, String> {
    let mut known = Siblings::default();
    known.revises = ErpKey::new("EC-DEMO-N-1").ok();
    let (id, step) = (EcatId(2), StepName::Review);
    judge_version(seen, stands, id, step, &wish(decision), &known, NOW)
}

#[test]
fn a_submission_becomes_an_order_of_its_own_that_says_what_it_revises() {
    let order = with_one_beside();
    for (decision, revises) in [
        (Decision::ImportAsNew, None),
        (Decision::ImportAsRevision, Some("EC-DEMO-N-1")),
    ] {
        let Settled::Leaves { own, .. } = of_second(&order, &order, decision).unwrap() else {
            panic!("it leaves")
        };
        assert_eq!(own.key.as_str(), "EC-DEMO-N-2");
        assert_eq!(own.revision_of.as_ref().map(ErpKey::as_str), revises);
    }
    let said = of_second(&order, &order, Decision::Complete).unwrap_err();
    assert!(said.contains("add \"reference\""), "{said}");
}

#[test]
fn a_decision_about_one_submission_is_none_when_the_others_changed() {
    let seen = with_one_beside();
    let mut stands = seen.clone();
    stands.versions[0].standing = Standing::Superseded;
    let said = of_second(&seen, &stands, Decision::Discard).unwrap_err();
    assert!(
        said.contains("its submissions changed at the same moment"),
        "{said}"
    );
    let anew = StepState::Held {
        code: "ecat_looks_new".into(),
        at: Millis(6),
    };
    let stands = seen.moved(StepName::Review, anew).unwrap();
    let said = of_second(&seen, &stands, Decision::Discard).unwrap_err();
    assert!(said.contains("held anew under ecat_looks_new"), "{said}");
}

#[test]
fn submissions_whose_places_may_change_are_not_judged_unread() {
    let mut order = ecat_order();
    order.versions = with_one_beside().versions;
    let order = held(&order, StepName::Review, "ecat_looks_new");
    let said = of_second(&order, &order, Decision::Discard).unwrap_err();
    assert!(said.contains("look at it again"), "{said}");
}

#[test]
fn what_is_done_is_told_in_words_that_fit_where_the_order_came_from() {
    let done = decided(&ecat_order(), &with_number());
    let said = judge(&done, &with_number(), StepName::Import, NOW).unwrap_err();
    assert!(!said.contains("RepSpark"), "{said}");
    let said = judge(
        &decided(&order(), &with_number()),
        &with_number(),
        StepName::Import,
        NOW,
    )
    .unwrap_err();
    assert!(said.contains("RepSpark gets no other number"), "{said}");
}
