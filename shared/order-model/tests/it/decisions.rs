//! Each cell of the table of decisions, against a list written by hand; and what a decision makes of an order.

#![expect(clippy::unwrap_used, reason = "a helper fails as its test does")]

use order_model::Kind::{Claimed, Discarded, Done, Due, Held, Off, Pending, Superseded, Unknown};
use order_model::{
    Admission, Decision, ErpReference, Kind, Millis, No, OrderState, RawRef, Ruling, Step, StepName,
    StepState, ruling,
};

use crate::support::{PACE, T0, taken};

const NOW: Millis = Millis(T0.0 + 5_000_000);
const WORK: [StepName; 7] = [
    StepName::Import,
    StepName::Confirm,
    StepName::Report,
    StepName::Publish,
    StepName::Acknowledge,
    StepName::Details,
    StepName::Notify,
];
const QUESTIONS: [StepName; 2] = [StepName::Review, StepName::Fulfilment];

/// Retry, discard, complete; for a step that does something, then for a question.
const BY_HAND: [(Kind, [&str; 3], [&str; 3]); 9] = [
    (
        Off,
        ["not its turn", "not its turn", "not its turn"],
        ["none", "none", "none"],
    ),
    (Due, ["due", "discarded", "done"], ["none", "none", "none"]),
    (
        Claimed,
        ["under way", "under way", "under way"],
        ["none", "none", "none"],
    ),
    (Pending, ["ask", "may be there", "done"], ["none", "none", "none"]),
    (
        Unknown,
        ["probe", "may be there", "done"],
        ["none", "none", "none"],
    ),
    (
        Done,
        ["is done", "is done", "is done"],
        ["is done", "is done", "is done"],
    ),
    (
        Held,
        ["due", "discarded", "done"],
        ["end it", "discarded", "done"],
    ),
    (
        Superseded,
        ["superseded", "superseded", "superseded"],
        ["none", "none", "none"],
    ),
    (
        Discarded,
        ["due", "is discarded", "done"],
        ["is discarded", "is discarded", "is discarded"],
    ),
];

/// Adopt, erase; by the state of the import.
const OF_ORDER: [(Kind, [&str; 2]); 9] = [
    (Off, ["taken", "erased"]),
    (Due, ["not foreign", "needed"]),
    (Claimed, ["not foreign", "needed"]),
    (Pending, ["not foreign", "needed"]),
    (Unknown, ["not foreign", "needed"]),
    (Done, ["not foreign", "erased"]),
    (Held, ["not foreign", "needed"]),
    (Superseded, ["not foreign", "erased"]),
    (Discarded, ["not foreign", "erased"]),
];

fn word(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Due => "due",
        Ruling::Ask => "ask",
        Ruling::Probe => "probe",
        Ruling::Discarded => "discarded",
        Ruling::Done => "done",
        Ruling::Taken => "taken",
        Ruling::Erased => "erased",
        Ruling::No(no) => match no {
            No::NotItsTurn => "not its turn",
            No::UnderWay => "under way",
            No::MayHaveTakenPlace => "may be there",
            No::IsDone => "is done",
            No::IsDiscarded => "is discarded",
            No::IsSuperseded => "superseded",
            No::NoReview => "none",
            No::EndTheReview => "end it",
            No::NotForeign => "not foreign",
            No::StillNeeded => "needed",
            No::NotASubmission => "no submission",
            No::NeedsNumber
            | No::IsForeign
            | No::NoPayload
            | No::WhichSubmission
            | No::NewOrRevision
            | No::NothingToRevise
            | No::WaitsForNewer
            | No::IsLeaving
            | No::IsDecided
            | No::MayStillArrive => "not in the table",
        },
    }
}

fn raw() -> RawRef {
    RawRef {
        hash: "ab".repeat(16),
        chunks: 1,
    }
}

fn foreign() -> OrderState {
    OrderState::foreign(taken().key, Some(raw()), T0)
}

fn held(code: &str) -> StepState {
    StepState::Held {
        code: code.to_owned(),
        at: T0,
    }
}

fn number(text: &str) -> ErpReference {
    ErpReference::new(text).unwrap()
}

fn with(step: StepName, state: StepState) -> OrderState {
    let mut order = taken();
    let generation = 1;
    order.steps.insert(step, Step { generation, state });
    order
}

fn decided(order: &OrderState, decision: Decision, step: StepName) -> Result<OrderState, No> {
    order.decide(decision, step, None, NOW)
}

#[test]
fn each_cell_of_the_table_of_decisions_is_as_written_by_hand() {
    let decisions = [Decision::Retry, Decision::Discard, Decision::Complete];
    for (kind, work, review) in BY_HAND {
        for (n, decision) in decisions.into_iter().enumerate() {
            for step in WORK {
                assert_eq!(
                    word(ruling(step, kind, decision)),
                    work[n],
                    "{step:?} {kind:?} {decision:?}"
                );
            }
            for step in QUESTIONS {
                assert_eq!(
                    word(ruling(step, kind, decision)),
                    review[n],
                    "{step:?} {kind:?} {decision:?}"
                );
            }
        }
    }
    assert_eq!(WORK.len() + QUESTIONS.len(), StepName::ALL.len());
    for (kind, row) in OF_ORDER {
        assert_eq!(
            word(ruling(StepName::Import, kind, Decision::Adopt)),
            row[0],
            "{kind:?}"
        );
        assert_eq!(
            word(ruling(StepName::Import, kind, Decision::Erase)),
            row[1],
            "{kind:?}"
        );
    }
}

#[test]
fn what_is_decided_about_submissions_alone_fits_no_step_in_any_state() {
    for decision in [Decision::ImportAsNew, Decision::ImportAsRevision] {
        for kind in Kind::ALL {
            for step in StepName::ALL {
                let said = word(ruling(step, kind, decision));
                assert_eq!(said, "no submission", "{step:?} {kind:?} {decision:?}");
            }
        }
        let order = with(StepName::Import, held("unknown_sku"));
        for step in StepName::ALL {
            assert_eq!(decided(&order, decision, step), Err(No::NotASubmission));
        }
    }
}

#[test]
fn a_retry_is_due_at_once_and_the_sweep_hints_it_on_its_next_tick() {
    let order = with(StepName::Import, held("unknown_sku"));
    let next = decided(&order, Decision::Retry, StepName::Import).unwrap();
    let due = StepState::Due {
        not_before: NOW,
        tries: 0,
        hint_at: NOW,
    };
    assert_eq!(*next.step(StepName::Import), due);
    assert_eq!(next.look_at, order.look_at.min(Some(NOW)));
    assert!(!next.waived, "an order that the ERP refused is checked again");
    assert_eq!(
        next.generation(StepName::Import),
        1,
        "claims are counted for ever"
    );
}

#[test]
fn a_retry_waives_the_rule_that_kept_the_order_back() {
    for code in ["before_import_from", "undated", "hold_admin"] {
        let order = with(StepName::Import, held(code));
        assert!(
            decided(&order, Decision::Retry, StepName::Import).unwrap().waived,
            "{code}"
        );
    }
}

#[test]
fn what_is_unknown_is_probed_now_and_keeps_the_start_of_its_last_try() {
    let order = with(
        StepName::Import,
        StepState::Unknown {
            begun_at: Millis(7),
            not_before: NOW + std::time::Duration::from_secs(3600),
            tries: 3,
            hint_at: NOW + std::time::Duration::from_secs(3600),
            hash: Some("h".into()),
        },
    );
    let next = decided(&order, Decision::Retry, StepName::Import).unwrap();
    let expected = StepState::Unknown {
        begun_at: Millis(7),
        not_before: NOW,
        tries: 3,
        hint_at: NOW,
        hash: Some("h".into()),
    };
    assert_eq!(*next.step(StepName::Import), expected);
    assert_eq!(
        decided(&order, Decision::Discard, StepName::Import),
        Err(No::MayHaveTakenPlace)
    );
}

#[test]
fn an_import_that_was_keyed_by_hand_brings_its_number_and_repspark_gets_it() {
    let order = with(StepName::Import, held("unknown_sku"));
    assert_eq!(
        decided(&order, Decision::Complete, StepName::Import),
        Err(No::NeedsNumber)
    );
    let next = order
        .decide(Decision::Complete, StepName::Import, Some(&number("SO9")), NOW)
        .unwrap();
    assert_eq!(next.reference, Some(number("SO9")));
    assert_eq!(next.step(StepName::Import).kind(), Done);
    assert_eq!(next.step(StepName::Confirm).kind(), Due);
}

#[test]
fn a_refusal_that_was_not_reported_yet_is_not_reported_once_the_order_is_in_the_erp() {
    let mut order = with(StepName::Import, held("unknown_sku"));
    order
        .steps
        .insert(StepName::Report, Step::fresh(StepState::due_now(T0, PACE)));
    let next = order
        .decide(Decision::Complete, StepName::Import, Some(&number("SO9")), NOW)
        .unwrap();
    assert_eq!(next.step(StepName::Report).kind(), Discarded);
}

#[test]
fn a_foreign_order_is_adopted_completed_or_discarded_and_nothing_else() {
    let order = foreign();
    assert!(order.is_foreign_and_undecided());
    assert_eq!(
        decided(&order, Decision::Retry, StepName::Import),
        Err(No::IsForeign)
    );
    let adopted = decided(&order, Decision::Adopt, StepName::Import).unwrap();
    assert_eq!(adopted.admission, Admission::Taken);
    assert_eq!(adopted.step(StepName::Import).kind(), Due);
    assert_eq!(adopted.look_at, Some(NOW));
    let completed = order
        .decide(Decision::Complete, StepName::Import, Some(&number("SO1")), NOW)
        .unwrap();
    assert_eq!(completed.admission, Admission::Taken);
    assert_eq!(completed.step(StepName::Confirm).kind(), Due);
    assert_eq!(
        decided(&taken(), Decision::Adopt, StepName::Import),
        Err(No::NotForeign)
    );
}

#[test]
fn a_foreign_order_that_is_discarded_is_decided_and_only_its_adoption_or_a_number_takes_it_up_again() {
    let order = decided(&foreign(), Decision::Discard, StepName::Import).unwrap();
    assert_eq!(order.step(StepName::Import).kind(), Discarded);
    assert!(!order.is_foreign_and_undecided() && !order.is_open());
    assert_eq!(
        decided(&order, Decision::Retry, StepName::Import),
        Err(No::IsForeign)
    );
    assert_eq!(
        decided(&order, Decision::Discard, StepName::Import),
        Err(No::IsDiscarded)
    );
    let adopted = decided(&order, Decision::Adopt, StepName::Import).unwrap();
    assert_eq!(adopted.step(StepName::Import).kind(), Due);
    let ours = decided(
        &with(StepName::Import, held("unknown_sku")),
        Decision::Discard,
        StepName::Import,
    )
    .unwrap();
    assert_eq!(
        decided(&ours, Decision::Adopt, StepName::Import),
        Err(No::NotForeign)
    );
}

#[test]
fn a_foreign_order_that_came_back_is_discarded_as_a_whole_whichever_step_is_named() {
    let order = foreign()
        .moved(StepName::Review, held("foreign_submitted_again"))
        .unwrap();
    for (step, review) in [(StepName::Review, Discarded), (StepName::Import, Done)] {
        let next = decided(&order, Decision::Discard, step).unwrap();
        assert_eq!(next.step(StepName::Import).kind(), Discarded);
        assert_eq!(next.step(StepName::Review).kind(), review);
        assert!(!next.is_open());
    }
}

#[test]
fn a_foreign_order_without_a_payload_has_to_be_read_again_before_it_is_adopted() {
    let order = OrderState::foreign(taken().key, None, T0);
    assert_eq!(
        decided(&order, Decision::Adopt, StepName::Import),
        Err(No::NoPayload)
    );
}

#[test]
fn a_foreign_order_that_came_back_is_answered_by_its_adoption() {
    let order = foreign()
        .moved(StepName::Review, held("foreign_submitted_again"))
        .unwrap();
    let next = decided(&order, Decision::Adopt, StepName::Import).unwrap();
    assert_eq!(next.step(StepName::Review).kind(), Done);
}

#[test]
fn the_end_of_a_review_lets_the_confirmation_go_that_was_held_with_it() {
    for decision in [Decision::Discard, Decision::Complete] {
        let mut order = with(StepName::Review, held("changed_after_import"));
        order
            .steps
            .insert(StepName::Confirm, Step::fresh(held("changed_after_import")));
        let next = decided(&order, decision, StepName::Review).unwrap();
        assert_eq!(next.step(StepName::Confirm).kind(), Due);
        order
            .steps
            .insert(StepName::Confirm, Step::fresh(held("repspark_InvalidInput")));
        let next = decided(&order, decision, StepName::Review).unwrap();
        assert_eq!(
            next.step(StepName::Confirm).kind(),
            Held,
            "that is another matter"
        );
    }
}

#[test]
fn a_confirmation_that_was_done_before_the_order_came_back_is_looked_into_when_the_review_is_over() {
    let mut order = with(StepName::Review, held("changed_after_import"));
    let done = StepState::Done {
        reference: None,
        at: T0,
    };
    order.steps.insert(StepName::Confirm, Step::fresh(done));
    let next = decided(&order, Decision::Complete, StepName::Review).unwrap();
    let unknown = StepState::Unknown {
        begun_at: T0,
        not_before: NOW,
        tries: 0,
        hint_at: NOW,
        hash: None,
    };
    assert_eq!(*next.step(StepName::Confirm), unknown);
}

#[test]
fn the_number_of_a_foreign_order_answers_its_review_and_goes_to_repspark() {
    let order = foreign()
        .moved(StepName::Review, held("foreign_submitted_again"))
        .unwrap();
    for step in [StepName::Review, StepName::Import] {
        let next = order
            .decide(Decision::Complete, step, Some(&number("SO1")), NOW)
            .unwrap();
        assert_eq!(next.admission, Admission::Taken);
        let kinds =
            [StepName::Import, StepName::Confirm, StepName::Review].map(|step| next.step(step).kind());
        assert_eq!(kinds, [Done, Due, Done]);
    }
}

#[test]
fn an_import_that_is_completed_does_not_answer_whether_the_order_changed() {
    let mut order = with(StepName::Import, held("order_changed"));
    order
        .steps
        .insert(StepName::Review, Step::fresh(held("changed_after_import")));
    let next = order
        .decide(Decision::Complete, StepName::Import, Some(&number("SO1")), NOW)
        .unwrap();
    assert_eq!(next.step(StepName::Review).kind(), Held);
    assert_eq!(*next.step(StepName::Confirm), held("changed_after_import"));
}

#[test]
fn an_order_that_was_discarded_and_submitted_again_is_answered_by_its_retry() {
    let mut order = with(StepName::Import, StepState::Discarded);
    order
        .steps
        .insert(StepName::Review, Step::fresh(held("discarded_submitted_again")));
    let next = decided(&order, Decision::Retry, StepName::Import).unwrap();
    assert_eq!(
        (
            next.step(StepName::Import).kind(),
            next.step(StepName::Review).kind()
        ),
        (Due, Done)
    );
}

#[test]
fn a_review_that_ends_with_a_new_number_gives_that_one_to_repspark() {
    let mut order = with(StepName::Review, held("changed_after_import"));
    order.reference = Some(number("SO1"));
    let next = order
        .decide(Decision::Complete, StepName::Review, Some(&number("SO2")), NOW)
        .unwrap();
    assert_eq!(next.reference, Some(number("SO2")));
}

#[test]
fn a_confirmation_whose_vendor_was_switched_off_can_be_asked_for_when_it_is_on_again() {
    let mut order = with(
        StepName::Import,
        StepState::Done {
            reference: None,
            at: T0,
        },
    );
    assert_eq!(
        decided(&order, Decision::Retry, StepName::Confirm),
        Err(No::NotItsTurn)
    );
    order.reference = Some(number("SO1"));
    let next = decided(&order, Decision::Retry, StepName::Confirm).unwrap();
    assert_eq!(next.step(StepName::Confirm).kind(), Due);
}

#[test]
fn erasing_takes_the_payload_only_when_no_import_needs_it() {
    assert_eq!(
        decided(&taken(), Decision::Erase, StepName::Import),
        Err(No::StillNeeded)
    );
    let order = with(
        StepName::Import,
        StepState::Done {
            reference: None,
            at: T0,
        },
    );
    assert_eq!(
        decided(&order, Decision::Erase, StepName::Import).unwrap().raw,
        None
    );
}

#[test]
fn the_step_in_question_is_the_review_then_what_is_held_then_what_waits() {
    assert_eq!(taken().step_in_question(), Some(StepName::Import));
    let mut order = with(StepName::Confirm, held("x"));
    assert_eq!(order.step_in_question(), Some(StepName::Confirm));
    order.steps.insert(StepName::Review, Step::fresh(held("x")));
    assert_eq!(order.step_in_question(), Some(StepName::Review));
    assert_eq!(foreign().step_in_question(), None);
}
