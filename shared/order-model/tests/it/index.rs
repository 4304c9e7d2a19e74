//! The order's place in the index of open orders.

use order_model::{OrderState, Outcome, StepName, StepState};

use crate::support::{PACE, at, bid, done, due, granted, imported, recorded, taken};

const IMPORT: StepName = StepName::Import;
const CONFIRM: StepName = StepName::Confirm;

/// The whole happy path, each write some seconds after the one before.
fn happy_path() -> Vec<OrderState> {
    let mut all = vec![taken()];
    let (order, claim) = granted(&all[0], &bid(IMPORT, "a", at(5)));
    let next = recorded(&order, &claim, &imported("SO1"), at(8));
    all.extend([order, next.clone()]);
    let (order, claim) = granted(&next, &bid(CONFIRM, "b", at(11)));
    let next = recorded(&order, &claim, &done(), at(14));
    all.extend([order, next]);
    all
}

#[test]
fn a_clean_order_keeps_its_place_from_intake_to_the_write_that_ends_it() {
    let places: Vec<_> = happy_path().iter().map(|order| order.look_at).collect();
    let intake = Some(at(900));
    assert_eq!(places, [intake, intake, intake, intake, None]);
}

#[test]
fn a_retry_moves_the_place_earlier_only() {
    let later = |not_before| Outcome::Later {
        not_before,
        hinted: false,
        counts: true,
    };
    let (order, claim) = granted(&taken(), &bid(IMPORT, "a", at(5)));
    let sooner = recorded(&order, &claim, &later(at(65)), at(8));
    assert_eq!(sooner.look_at, Some(at(65)));
    let much_later = recorded(&order, &claim, &later(at(3600)), at(8));
    assert_eq!(
        much_later.look_at,
        Some(at(900)),
        "a lower bound; the sweep moves it on"
    );
}

#[test]
fn a_held_order_stays_in_the_index() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "a", at(5)));
    let held = Outcome::Held { code: "x".into() };
    assert_eq!(recorded(&order, &claim, &held, at(8)).look_at, Some(at(900)));
}

#[test]
fn an_order_leaves_the_index_only_when_its_last_step_is_finished() {
    let review = StepState::Held {
        code: "changed_after_import".into(),
        at: at(2),
    };
    let (order, claim) = granted(&taken(), &bid(IMPORT, "a", at(5)));
    let order = recorded(&order, &claim, &imported("SO1"), at(8));
    let (order, claim) = granted(&order, &bid(CONFIRM, "b", at(11)));
    let order = order
        .moved(StepName::Review, review)
        .map(|order| recorded(&order, &claim, &done(), at(14)));
    assert_eq!(order.as_ref().map(|order| order.look_at), Some(Some(at(900))));
    let closed = order.and_then(|order| order.moved(StepName::Review, StepState::Discarded));
    assert_eq!(closed.map(|order| order.look_at), Some(None));
}

#[test]
fn a_step_that_is_due_again_brings_the_order_back() {
    let closed = happy_path().pop();
    let again = closed.and_then(|order| order.moved(CONFIRM, due(at(5000), 0, at(5900))));
    assert_eq!(again.map(|order| order.look_at), Some(Some(at(5900))));
}

#[test]
fn an_order_that_comes_back_for_a_person_is_looked_at_at_once() {
    let review = StepState::Held {
        code: "changed_after_import".into(),
        at: at(5000),
    };
    let again = happy_path()
        .pop()
        .and_then(|order| order.moved(StepName::Review, review));
    let place = again.and_then(|order| order.look_at);
    assert!(place.is_some_and(|place| place <= at(5000)));
    assert_eq!(
        PACE.grace.as_secs(),
        900,
        "the times above are written for this grace"
    );
}
