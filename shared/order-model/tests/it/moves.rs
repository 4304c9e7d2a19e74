//! Each of the 81 cells of the table of moves, against a list written by hand.

use order_model::Kind::{Claimed, Discarded, Done, Due, Held, Off, Pending, Superseded, Unknown};
use order_model::{Kind, Millis, Step, StepName, StepState, allowed};

use crate::support::{T0, taken};

const KINDS: [Kind; 9] = [
    Off, Due, Claimed, Pending, Unknown, Done, Held, Superseded, Discarded,
];

/// What may follow what, and why.
const ALLOWED: [(Kind, Kind); 35] = [
    // Its turn came; or a person has to look at it at once.
    (Off, Due),
    (Off, Held),
    // A person knows the number of a foreign order in the ERP, or that nobody misses it.
    (Off, Done),
    (Off, Discarded),
    // A hint moves it on, a worker claims it, a person or an intake decides about it, a vendor is switched off.
    (Due, Due),
    (Due, Claimed),
    (Due, Held),
    (Due, Done),
    (Due, Superseded),
    (Due, Discarded),
    (Due, Off),
    // Begun again, or every outcome; only its holder or the end of its lease moves it.
    (Claimed, Claimed),
    (Claimed, Due),
    (Claimed, Pending),
    (Claimed, Unknown),
    (Claimed, Done),
    (Claimed, Held),
    // Never back to due: the vendor has it.
    (Pending, Pending),
    (Pending, Claimed),
    (Pending, Done),
    // Never back to due: a probe has to find out first.
    (Unknown, Unknown),
    (Unknown, Claimed),
    (Unknown, Done),
    // Recovery found that it did not last, or may not have lasted; a review that is over is wanted again.
    (Done, Due),
    (Done, Unknown),
    (Done, Held),
    // A person decides, or a newer payload.
    (Held, Held),
    (Held, Due),
    (Held, Done),
    (Held, Superseded),
    (Held, Discarded),
    // A person changes their mind.
    (Superseded, Due),
    (Discarded, Due),
    // A review that a person ended can be wanted again.
    (Discarded, Held),
    // It was keyed by hand after all.
    (Discarded, Done),
];

fn a(kind: Kind) -> StepState {
    let at = T0;
    match kind {
        Off => StepState::Off,
        Due => StepState::due_now(at, crate::support::PACE),
        Claimed => StepState::Claimed {
            owner: "me".into(),
            begun_at: at,
            until: at,
            tries: 0,
            hash: None,
            asking: false,
        },
        Pending => StepState::Pending {
            not_before: at,
            tries: 0,
            hint_at: at,
        },
        Unknown => StepState::Unknown {
            begun_at: at,
            not_before: at,
            tries: 0,
            hint_at: at,
            hash: None,
        },
        Done => StepState::Done { reference: None, at },
        Held => StepState::Held {
            code: "unknown_sku".into(),
            at,
        },
        Superseded => StepState::Superseded,
        Discarded => StepState::Discarded,
    }
}

#[test]
fn each_cell_of_the_table_is_as_written_by_hand() {
    for from in KINDS {
        for to in KINDS {
            let expected = ALLOWED.contains(&(from, to));
            assert_eq!(allowed(from, to), expected, "{from:?} to {to:?}");
        }
    }
}

#[test]
fn an_order_makes_the_allowed_moves_and_refuses_the_others() {
    for from in KINDS {
        for to in KINDS {
            let mut order = taken();
            order.steps.insert(
                StepName::Confirm,
                Step {
                    generation: 3,
                    state: a(from),
                },
            );
            let moved = order.moved(StepName::Confirm, a(to));
            assert_eq!(
                moved.is_some(),
                ALLOWED.contains(&(from, to)),
                "{from:?} to {to:?}"
            );
            if let Some(moved) = moved {
                assert_eq!(moved.step(StepName::Confirm), &a(to));
                assert_eq!(moved.generation(StepName::Confirm), 3, "a move is no claim");
            }
        }
    }
}

#[test]
fn a_step_that_is_not_named_is_off() {
    let order = taken();
    assert_eq!(order.step(StepName::Confirm), &StepState::Off);
    assert_eq!(order.generation(StepName::Confirm), 0);
}

#[test]
fn each_state_says_its_own_kind() {
    for kind in KINDS {
        assert_eq!(a(kind).kind(), kind);
    }
}

#[test]
fn only_what_nobody_waits_for_is_finished() {
    for kind in KINDS {
        let finished = matches!(kind, Off | Done | Superseded | Discarded);
        assert_eq!(a(kind).is_finished(), finished, "{kind:?}");
    }
}

#[test]
fn each_step_is_found_by_its_stored_name() {
    for (name, stored) in [
        (StepName::Import, "import"),
        (StepName::Confirm, "confirm"),
        (StepName::Report, "report"),
        (StepName::Publish, "publish"),
        (StepName::Acknowledge, "acknowledge"),
        (StepName::Details, "details"),
        (StepName::Notify, "notify"),
        (StepName::Review, "review"),
        (StepName::Fulfilment, "fulfilment"),
    ] {
        assert_eq!(name.as_str(), stored);
        assert_eq!(StepName::parse(stored), Some(name));
    }
    assert_eq!(StepName::ALL.len(), 9, "each is in the list");
    assert_eq!(StepName::parse("Import"), None);
}

#[test]
fn an_import_may_be_replaced_only_if_it_was_never_sent_or_was_refused() {
    let replaceable = |generation, state| {
        let mut order = taken();
        order.steps.insert(StepName::Import, Step { generation, state });
        order.is_not_at_the_erp()
    };
    assert!(replaceable(0, a(Due)));
    assert!(!replaceable(1, a(Due)), "an earlier try may have reached the ERP");
    for generation in [0, 1] {
        assert!(replaceable(generation, a(Held)), "refused");
        assert!(replaceable(generation, a(Discarded)));
        for code in ["cancelled_in_erp", "order_changed"] {
            let held = StepState::Held {
                code: code.into(),
                at: T0,
            };
            assert!(!replaceable(generation, held), "the ERP has it");
        }
        for kind in [Off, Claimed, Pending, Unknown, Done, Superseded] {
            assert!(!replaceable(generation, a(kind)), "{kind:?}");
        }
    }
}

#[test]
fn a_foreign_order_is_closed_and_has_nothing_to_do() {
    let order = order_model::OrderState::foreign(taken().key, None, Millis(5));
    assert!(!order.is_open());
    assert_eq!(order.look_at, None);
    assert!(order.steps.is_empty());
}
