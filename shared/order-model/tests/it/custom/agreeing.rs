//! Acknowledgements that need a person's word, because the factory may have begun.

use order_model::Kind::Due;
use order_model::{Decision, ErpKey, MAYBE_ACKNOWLEDGED, OrderState, REVISES_ANOTHER, StepName};

use super::world::{ACKNOWLEDGE, ALL, decided, held, imported_from, in_the_erp, keyed, with};
use crate::support::{T0, raw, taken};

fn revision() -> OrderState {
    let mut order = in_the_erp(Some(true), &ALL);
    order.revision_of = ErpKey::new("EC-DEMO-7120").ok();
    order
}

#[test]
fn an_order_that_we_imported_goes_by_itself() {
    assert!(!in_the_erp(Some(true), &ALL).must_be_agreed());
    assert!(
        !in_the_erp(None, &ALL).must_be_agreed(),
        "an older release imported it"
    );
}

#[test]
fn a_revision_and_an_order_that_a_person_keyed_need_a_word() {
    assert!(revision().must_be_agreed());
    let keyed = keyed();
    assert!(keyed.must_be_agreed() && keyed.may_be_custom());
    assert_eq!(keyed.step(ACKNOWLEDGE).kind(), Due, "the function says so");
}

#[test]
fn a_retry_of_what_waited_for_a_word_is_that_word() {
    for (order, code) in [(revision(), REVISES_ANOTHER), (keyed(), MAYBE_ACKNOWLEDGED)] {
        let waits = with(order, ACKNOWLEDGE, held(code));
        let agreed = decided(&waits, Decision::Retry, ACKNOWLEDGE).unwrap();
        assert!(agreed.agreed && !agreed.must_be_agreed(), "{code}");
        assert_eq!(agreed.step(ACKNOWLEDGE).kind(), Due);
    }
}

#[test]
fn the_retry_of_any_other_hold_agrees_to_nothing() {
    for code in [
        "unfit_for_spectrum",
        "number_taken",
        "changed_after_import",
        "map_gone",
    ] {
        let waits = with(revision(), ACKNOWLEDGE, held(code));
        let next = decided(&waits, Decision::Retry, ACKNOWLEDGE).unwrap();
        assert!(!next.agreed && next.must_be_agreed(), "{code}");
    }
    let due = decided(&revision(), Decision::Retry, ACKNOWLEDGE).unwrap();
    assert!(!due.agreed, "nobody was told why it would wait");
}

#[test]
fn whoever_discards_or_completes_it_agrees_to_nothing_that_is_still_to_come() {
    let waits = with(revision(), ACKNOWLEDGE, held(REVISES_ANOTHER));
    for decision in [Decision::Discard, Decision::Complete] {
        assert!(!decided(&waits, decision, ACKNOWLEDGE).unwrap().agreed);
    }
    let dropped = decided(&waits, Decision::Discard, ACKNOWLEDGE).unwrap();
    let again = decided(&dropped, Decision::Retry, ACKNOWLEDGE).unwrap();
    assert!(again.must_be_agreed(), "it waits for the word once more");
}

#[test]
fn an_order_that_another_integration_may_have_acknowledged_needs_a_word() {
    let adopted = OrderState::foreign(taken().key, Some(raw("a")), T0);
    let adopted = decided(&adopted, Decision::Adopt, StepName::Import).unwrap();
    assert!(imported_from(&adopted, 65, Some(true), &ALL).must_be_agreed());
    for (code, needs) in [
        ("before_import_from", true),
        ("undated", true),
        ("valid_at_repspark", true),
        ("unknown_sku", false),
        ("hold_order_type", false),
    ] {
        let waits = with(taken(), StepName::Import, held(code));
        let due = decided(&waits, Decision::Retry, StepName::Import).unwrap();
        let order = imported_from(&due, 65, Some(true), &ALL);
        assert_eq!(order.must_be_agreed(), needs, "{code}");
        assert_eq!(order.step(ACKNOWLEDGE).kind(), Due);
    }
}

#[test]
fn a_change_that_a_person_made_in_the_erp_needs_a_word_although_one_was_given() {
    let mut order = in_the_erp(Some(true), &ALL);
    order.agreed = true;
    let reviewed = order
        .moved(StepName::Review, held("changed_after_import"))
        .unwrap();
    let made = decided(&reviewed, Decision::Complete, StepName::Review).unwrap();
    assert!(made.must_be_agreed() && made.step(ACKNOWLEDGE).kind() == Due);
    let ignored = decided(&reviewed, Decision::Discard, StepName::Review).unwrap();
    assert!(!ignored.must_be_agreed(), "what was imported is what is made");
}
