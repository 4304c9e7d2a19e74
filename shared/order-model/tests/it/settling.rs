//! Recording what came of a claimed step.

use order_model::{ErpReference, Gone, Millis, Outcome, StepName, StepState};

use crate::support::{PACE, T0, at, bid, done, due, granted, imported, recorded, taken, with};

const IMPORT: StepName = StepName::Import;
const CONFIRM: StepName = StepName::Confirm;

fn later(not_before: Millis, hinted: bool, counts: bool) -> Outcome {
    Outcome::Later {
        not_before,
        hinted,
        counts,
    }
}

#[test]
fn a_done_import_brings_its_number_and_makes_confirm_due_once() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let order = recorded(&order, &claim, &imported("SO104233"), at(8));
    assert_eq!(
        order.reference.as_ref().map(ErpReference::as_str),
        Some("SO104233")
    );
    assert_eq!(
        order.step(IMPORT),
        &StepState::Done {
            reference: None,
            at: at(8)
        }
    );
    assert_eq!(order.step(CONFIRM), &due(at(8), 0, at(908)));
    assert_eq!(
        order.settle(&claim, &imported("SO104233"), at(9), PACE),
        Ok(Gone::Recorded)
    );
}

#[test]
fn a_confirm_that_is_under_way_or_done_is_not_made_due_by_another_import() {
    for state in [
        due(at(1), 4, at(2)),
        StepState::Done {
            reference: None,
            at: at(1),
        },
        StepState::Discarded,
    ] {
        let (order, claim) = granted(&with(CONFIRM, 2, state.clone()), &bid(IMPORT, "me", at(5)));
        let order = recorded(&order, &claim, &imported("SO1"), at(8));
        assert_eq!((order.step(CONFIRM), order.generation(CONFIRM)), (&state, 2));
    }
}

#[test]
fn an_outcome_without_a_number_keeps_the_number_that_is_known() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let order = recorded(&order, &claim, &imported("SO1"), at(8));
    let (order, claim) = granted(&order, &bid(CONFIRM, "me2", at(9)));
    let order = recorded(&order, &claim, &done(), at(10));
    assert_eq!(order.reference.as_ref().map(ErpReference::as_str), Some("SO1"));
}

#[test]
fn an_outcome_that_is_not_done_makes_nothing_due() {
    let outcomes = [
        Outcome::Held { code: "x".into() },
        later(at(60), false, true),
        Outcome::Pending {
            not_before: at(60),
            hinted: false,
        },
        Outcome::Unknown {
            not_before: at(60),
            hinted: false,
        },
    ];
    for outcome in outcomes {
        let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
        let order = recorded(&order, &claim, &outcome, at(8));
        assert_eq!(order.step(CONFIRM), &StepState::Off, "{outcome:?}");
    }
}

#[test]
fn trying_later_counts_only_if_it_says_so_and_leaves_the_first_hint_to_the_queue() {
    let (order, claim) = granted(&with(IMPORT, 1, due(T0, 3, T0)), &bid(IMPORT, "me", at(5)));
    let settled = |outcome| recorded(&order, &claim, &outcome, at(8)).step(IMPORT).clone();
    assert_eq!(settled(later(at(60), false, true)), due(at(60), 4, at(60)));
    assert_eq!(settled(later(at(60), false, false)), due(at(60), 3, at(60)));
    assert_eq!(settled(later(at(60), true, true)), due(at(60), 4, at(960)));
}

#[test]
fn an_unknown_outcome_keeps_the_start_of_the_effect_and_what_was_sent() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let unknown = Outcome::Unknown {
        not_before: at(95),
        hinted: false,
    };
    let expected = StepState::Unknown {
        begun_at: at(5),
        not_before: at(95),
        tries: 1,
        hint_at: at(95),
        hash: Some("sent".into()),
    };
    assert_eq!(recorded(&order, &claim, &unknown, at(65)).step(IMPORT), &expected);
}

#[test]
fn a_pending_outcome_counts_how_often_it_was_asked() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let pending = Outcome::Pending {
        not_before: at(60),
        hinted: true,
    };
    let expected = StepState::Pending {
        not_before: at(60),
        tries: 1,
        hint_at: at(960),
    };
    assert_eq!(recorded(&order, &claim, &pending, at(8)).step(IMPORT), &expected);
}

#[test]
fn each_outcome_is_recognised_when_it_was_recorded_before() {
    let outcomes = [
        imported("SO1"),
        done(),
        Outcome::Held { code: "x".into() },
        later(at(60), true, true),
        Outcome::Pending {
            not_before: at(60),
            hinted: false,
        },
        Outcome::Unknown {
            not_before: at(60),
            hinted: false,
        },
    ];
    for outcome in outcomes {
        let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
        let order = recorded(&order, &claim, &outcome, at(8));
        assert_eq!(
            order.settle(&claim, &outcome, at(9), PACE),
            Ok(Gone::Recorded),
            "{outcome:?}"
        );
    }
}

#[test]
fn an_outcome_that_does_not_show_is_not_taken_for_recorded() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let order = recorded(&order, &claim, &imported("SO1"), at(8));
    for other in [
        imported("SO2"),
        Outcome::Held { code: "x".into() },
        later(at(60), true, true),
    ] {
        assert!(order.settle(&claim, &other, at(9), PACE).is_err(), "{other:?}");
    }
}

#[test]
fn a_worker_whose_claim_was_taken_over_can_neither_complete_nor_release() {
    let (first, lost) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let (second, held) = granted(&first, &bid(IMPORT, "you", at(500)));
    for outcome in [imported("SO1"), later(at(600), false, true)] {
        assert!(second.settle(&lost, &outcome, at(501), PACE).is_err());
    }
    let fenced = second.settle(&lost, &imported("SO1"), at(501), PACE);
    let text = fenced.map_err(|fenced| fenced.to_string());
    let expected = "the claim on step import of order RS-ACME-8086 was lost: its lease ended and somebody else took it over";
    assert_eq!(text, Err(expected.to_owned()));
    recorded(&second, &held, &imported("SO1"), at(502));
}

#[test]
fn neither_the_number_nor_the_owner_of_a_claim_alone_is_enough() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    for (generation, owner) in [(2, "me"), (0, "me"), (1, "you")] {
        let mut forged = claim.clone();
        forged.generation = generation;
        forged.owner = owner.to_owned();
        assert!(order.settle(&forged, &done(), at(8), PACE).is_err());
    }
}

#[test]
fn a_late_completion_after_the_sweep_declared_it_unknown_is_refused() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    let looked = order_model::look(&order, at(900), PACE, |_| order_model::Room::Go);
    let order = looked.map_or(order, |look| look.next);
    assert!(matches!(order.step(IMPORT), StepState::Unknown { .. }));
    assert!(order.settle(&claim, &imported("SO1"), at(901), PACE).is_err());
}

#[test]
fn a_number_that_would_be_sent_later_waits_for_the_review() {
    let review = StepState::Held {
        code: "changed_after_import".to_owned(),
        at: at(5),
    };
    let mut order = with(StepName::Confirm, 0, StepState::due_now(T0, PACE));
    let (claimed, claim) = granted(&order, &bid(StepName::Confirm, "me", at(1)));
    order = claimed.moved(StepName::Review, review.clone()).unwrap();
    let later = Outcome::Later {
        not_before: at(60),
        hinted: false,
        counts: true,
    };
    let order = recorded(&order, &claim, &later, at(10));
    assert_eq!(*order.step(StepName::Confirm), review);
}
