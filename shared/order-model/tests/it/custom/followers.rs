//! When the steps of custom-made lines become due, and what needs the payload until then.

use order_model::Kind::{Done, Due, Held, Off};
use order_model::{Decision, Edition, No, OrderState, Outcome, StepName, StepState, Vendor};

use super::world::{ACKNOWLEDGE, ALL, DETAILS, NOTIFY, acknowledged, decided, held, in_the_erp, kinds, with};
use crate::support::{PACE, at, bid, done, due, granted, recorded, taken};

#[test]
fn an_order_whose_import_found_nothing_custom_made_is_not_acknowledged() {
    let plain = in_the_erp(Some(false), &ALL);
    assert_eq!(kinds(&plain), [Off, Off, Off]);
    assert!(!plain.may_be_custom());
    assert_eq!(
        plain.step(StepName::Publish).kind(),
        Due,
        "that is for every order"
    );
}

#[test]
fn an_order_with_custom_lines_or_of_which_nobody_knows_is_acknowledged_at_once() {
    for custom in [Some(true), None] {
        let order = in_the_erp(custom, &ALL);
        assert_eq!(*order.step(ACKNOWLEDGE), due(at(8), 0, at(908)), "{custom:?}");
        assert_eq!(kinds(&order), [Due, Off, Off]);
    }
    assert!(taken().may_be_custom(), "nothing was pinned");
}

#[test]
fn only_a_stack_that_takes_a_step_makes_it_due() {
    assert_eq!(
        kinds(&in_the_erp(Some(true), &[StepName::Publish])),
        [Off, Off, Off]
    );
    let some = [ACKNOWLEDGE, DETAILS];
    assert_eq!(kinds(&acknowledged(&some)), [Done, Due, Off]);
}

#[test]
fn details_and_tracking_are_told_only_after_the_acknowledgement_is_done_by_us_or_by_a_person() {
    let order = in_the_erp(Some(true), &ALL);
    let (claimed, claim) = granted(&order, &bid(ACKNOWLEDGE, "me", at(15)));
    let waits = [
        Outcome::Held {
            code: "number_taken".to_owned(),
        },
        Outcome::Unknown {
            not_before: at(30),
            hinted: false,
        },
        Outcome::Later {
            not_before: at(30),
            hinted: false,
            counts: true,
        },
    ];
    for outcome in &waits {
        let next = recorded(&claimed, &claim, outcome, at(20)).followed(&claimed, &ALL, PACE);
        assert_eq!(kinds(&next)[1..], [Off, Off], "{outcome:?}");
    }
    let ours = recorded(&claimed, &claim, &done(), at(20)).followed(&claimed, &ALL, PACE);
    assert_eq!(*ours.step(DETAILS), due(at(20), 0, at(920)));
    assert_eq!(*ours.step(NOTIFY), due(at(20), 0, at(920)));
    let by_hand = decided(&order, Decision::Complete, ACKNOWLEDGE).unwrap();
    assert_eq!(kinds(&by_hand), [Done, Due, Due]);
}

#[test]
fn nothing_follows_an_acknowledgement_that_a_person_discarded() {
    let order = decided(&in_the_erp(Some(true), &ALL), Decision::Discard, ACKNOWLEDGE).unwrap();
    assert_eq!(kinds(&order)[1..], [Off, Off]);
    for step in [DETAILS, NOTIFY] {
        assert_eq!(decided(&order, Decision::Retry, step), Err(No::NotItsTurn));
    }
}

#[test]
fn history_is_left_alone_when_spectrum_is_switched_on_later() {
    let before = in_the_erp(Some(true), &[]);
    let after = before.moved(StepName::Fulfilment, held("other_end")).unwrap();
    assert_eq!(kinds(&after.followed(&before, &ALL, PACE)), [Off, Off, Off]);
}

#[test]
fn a_person_may_ask_for_what_was_off_when_its_turn_came_once_the_step_before_it_is_done() {
    let order = in_the_erp(Some(true), &[]);
    for step in [DETAILS, NOTIFY] {
        assert_eq!(
            decided(&order, Decision::Retry, step),
            Err(No::NotItsTurn),
            "{step:?}"
        );
    }
    let order = decided(&order, Decision::Retry, ACKNOWLEDGE).unwrap();
    assert_eq!(kinds(&order), [Due, Off, Off]);
    let order = acknowledged(&[ACKNOWLEDGE]);
    for step in [DETAILS, NOTIFY] {
        let asked = decided(&order, Decision::Retry, step).unwrap();
        assert_eq!(*asked.step(step), StepState::due_by_hand(at(60)), "{step:?}");
    }
}

#[test]
fn an_acknowledgement_is_made_once_and_the_tracking_again() {
    let order = acknowledged(&ALL);
    for decision in [Decision::Retry, Decision::Discard, Decision::Complete] {
        assert_eq!(decided(&order, decision, ACKNOWLEDGE), Err(No::IsDone));
    }
    let done = StepState::Done {
        reference: None,
        at: at(40),
    };
    let told = with(order, NOTIFY, done.clone());
    assert_eq!(
        decided(&told, Decision::Retry, NOTIFY)
            .unwrap()
            .step(NOTIFY)
            .kind(),
        Due
    );
    let detailed = with(told, DETAILS, done);
    assert_eq!(decided(&detailed, Decision::Retry, DETAILS), Err(No::IsDone));
}

#[test]
fn an_erasure_waits_until_every_step_that_tells_of_the_order_is_finished() {
    let erase =
        |order: &OrderState| decided(order, Decision::Erase, StepName::Import).map(|order| order.erased);
    let over = StepState::Done {
        reference: None,
        at: at(40),
    };
    let mut order = in_the_erp(Some(true), &ALL);
    for step in [StepName::Publish, ACKNOWLEDGE, DETAILS, NOTIFY] {
        order = with(order, step, over.clone());
    }
    assert_eq!(erase(&order), Ok(true));
    for step in [StepName::Publish, ACKNOWLEDGE, DETAILS, NOTIFY] {
        for state in [StepState::due_by_hand(at(50)), held("unfit_for_spectrum")] {
            let open = with(order.clone(), step, state);
            assert_eq!(erase(&open), Err(No::StillNeeded), "{step:?}");
        }
    }
}

#[test]
fn tracking_of_which_there_is_none_yet_is_done_without_a_call_and_raised_by_the_next_shipment() {
    let order = acknowledged(&ALL);
    let quiet = order.nothing_to_tell(NOTIFY, 2, at(25)).unwrap();
    assert_eq!(
        (quiet.repeat(NOTIFY).done, quiet.repeat(NOTIFY).name.clone()),
        (2, None)
    );
    assert_eq!(quiet.generation(NOTIFY), 0, "nobody called");
    assert_eq!(kinds(&quiet), [Done, Due, Done]);
    assert_eq!(quiet.nothing_to_tell(NOTIFY, 2, at(26)), None, "it is done");
    assert_eq!(
        quiet.raised(NOTIFY, 2, at(26), PACE, true).unwrap().step(NOTIFY),
        quiet.step(NOTIFY)
    );
    let raised = quiet.raised(NOTIFY, 3, at(30), PACE, true).unwrap();
    assert_eq!(*raised.step(NOTIFY), due(at(30), 0, at(930)));
    assert_eq!(
        raised.nothing_to_tell(NOTIFY, 2, at(31)),
        None,
        "version 3 is wanted"
    );
    let mut bid = bid(NOTIFY, "me", at(31));
    bid.edition = Some(Edition {
        version: 3,
        name: "SO1".to_owned(),
    });
    let (claimed, _) = granted(&raised, &bid);
    assert_eq!(
        claimed.nothing_to_tell(NOTIFY, 3, at(32)),
        None,
        "somebody is at it"
    );
}

#[test]
fn what_ships_before_the_acknowledgement_is_read_when_its_turn_comes() {
    let order = in_the_erp(Some(true), &ALL);
    assert_eq!(order.raised(NOTIFY, 4, at(12), PACE, true), None);
    assert_eq!(order.repeat(NOTIFY), order_model::Repeat::default());
}

#[test]
fn the_three_steps_are_spectrums_and_of_custom_lines_alone() {
    for step in [ACKNOWLEDGE, DETAILS, NOTIFY] {
        assert_eq!(step.vendor(), Some(Vendor::Spectrum));
        assert!(step.is_of_custom_lines() && !step.is_question());
    }
    assert!(!StepName::Publish.is_of_custom_lines());
    let repeatable: Vec<_> = StepName::ALL
        .into_iter()
        .filter(|step| step.is_repeatable())
        .collect();
    assert_eq!(repeatable, [StepName::Publish, NOTIFY]);
    assert_eq!(held("x").kind(), Held);
}
