//! While a person looks at an order, the factory is told nothing that starts it.

use order_model::Kind::{Due, Held, Off};
use order_model::{Decision, Kind, Outcome, StepName, StepState};

use super::world::{ACKNOWLEDGE, ALL, DETAILS, acknowledged, decided, held, imported_from, in_the_erp, with};
use crate::support::{PACE, at, bid, granted, recorded, taken};

const CHANGED: &str = "changed_after_import";

#[test]
fn an_acknowledgement_whose_turn_comes_during_a_review_is_held_with_it() {
    let order = imported_from(
        &with(taken(), StepName::Review, held(CHANGED)),
        5,
        Some(true),
        &ALL,
    );
    assert_eq!(*order.step(ACKNOWLEDGE), held(CHANGED));
    assert_eq!(*order.step(StepName::Confirm), held(CHANGED), "like the number");
    assert_eq!(
        order.step(StepName::Publish).kind(),
        Due,
        "that can be told again"
    );
}

#[test]
fn an_acknowledgement_that_is_due_when_a_review_begins_is_held_with_it() {
    let order = in_the_erp(Some(true), &ALL);
    let reviewed = order.moved(StepName::Review, held(CHANGED)).unwrap();
    assert_eq!(*reviewed.step(ACKNOWLEDGE), held(CHANGED));
    assert_eq!(reviewed.step(DETAILS).kind(), Off, "its turn has not come");
}

#[test]
fn what_is_under_way_or_done_when_a_review_begins_stays_as_it_is() {
    let order = in_the_erp(Some(true), &ALL);
    let (claimed, claim) = granted(&order, &bid(ACKNOWLEDGE, "me", at(15)));
    let reviewed = claimed.moved(StepName::Review, held(CHANGED)).unwrap();
    assert_eq!(reviewed.step(ACKNOWLEDGE), claimed.step(ACKNOWLEDGE));
    let later = Outcome::Later {
        not_before: at(60),
        hinted: true,
        counts: true,
    };
    let undone = recorded(&reviewed, &claim, &later, at(40));
    assert_eq!(*undone.step(ACKNOWLEDGE), held(CHANGED), "it was surely not made");
    let done = acknowledged(&ALL);
    let over = decided(
        &done.moved(StepName::Review, held(CHANGED)).unwrap(),
        Decision::Complete,
        StepName::Review,
    );
    assert_eq!(over.unwrap().step(ACKNOWLEDGE), done.step(ACKNOWLEDGE));
}

#[test]
fn the_end_of_a_review_lets_go_what_was_held_with_it_and_nothing_else() {
    let reviewed = in_the_erp(Some(true), &ALL)
        .moved(StepName::Review, held(CHANGED))
        .unwrap();
    for decision in [Decision::Discard, Decision::Complete] {
        let over = decided(&reviewed, decision, StepName::Review).unwrap();
        assert_eq!(*over.step(ACKNOWLEDGE), StepState::due_by_hand(at(60)));
        let other = with(reviewed.clone(), ACKNOWLEDGE, held("number_taken"));
        let over = decided(&other, decision, StepName::Review).unwrap();
        assert_eq!(over.step(ACKNOWLEDGE).kind(), Held, "that is another matter");
    }
    let settled = reviewed.review_settled(at(70)).unwrap();
    assert_eq!(*settled.step(ACKNOWLEDGE), StepState::due_by_hand(at(70)));
}

#[test]
fn what_is_held_with_a_review_follows_it_to_another_code_and_is_let_go_by_its_end() {
    let reviewed = in_the_erp(Some(true), &ALL)
        .moved(StepName::Review, held(CHANGED))
        .unwrap();
    let other = reviewed.moved(StepName::Review, held("not_comparable")).unwrap();
    assert_eq!(*other.step(ACKNOWLEDGE), held("not_comparable"));
    let over = decided(&other, Decision::Discard, StepName::Review).unwrap();
    assert_eq!(over.step(ACKNOWLEDGE).kind(), Due);
}

#[test]
fn a_step_that_is_due_in_a_review_waits_for_it_and_any_other_does_not() {
    let order = in_the_erp(Some(true), &ALL);
    assert_eq!(order.held_for_review(ACKNOWLEDGE), None, "nothing is reviewed");
    let reviewed = with(order, StepName::Review, held(CHANGED));
    let waits = reviewed.held_for_review(ACKNOWLEDGE).unwrap();
    assert_eq!(*waits.step(ACKNOWLEDGE), held(CHANGED));
    assert_eq!(waits.held_for_review(ACKNOWLEDGE), None, "it waits already");
    assert_eq!(reviewed.held_for_review(StepName::Publish), None);
}

#[test]
fn details_whose_turn_comes_during_a_review_wait_and_tracking_does_not() {
    let order = in_the_erp(Some(true), &ALL);
    let (claimed, claim) = granted(&order, &bid(ACKNOWLEDGE, "me", at(15)));
    let reviewed = claimed.moved(StepName::Review, held(CHANGED)).unwrap();
    let done = recorded(&reviewed, &claim, &crate::support::done(), at(40)).followed(&reviewed, &ALL, PACE);
    assert_eq!(*done.step(DETAILS), held(CHANGED));
    assert_eq!(done.step(StepName::Notify).kind(), Due);
    assert_eq!(done.step(ACKNOWLEDGE).kind(), Kind::Done);
}
