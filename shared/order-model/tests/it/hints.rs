//! What the sweep does with an order, and how long a step waits.

use std::time::Duration;

use order_model::{Backoff, Hint, HintError, Millis, OrderKey, OrderState, Room, StepName, StepState, look};

use crate::support::{PACE, T0, at, bid, due, granted, taken, with};

const IMPORT: StepName = StepName::Import;

fn looked(order: &OrderState, now: Millis) -> Option<(OrderState, Vec<StepName>)> {
    look(order, now, PACE, |_| Room::Go).map(|look| (look.next, look.hints))
}

#[test]
fn a_due_step_is_hinted_once_per_grace() {
    assert_eq!(looked(&taken(), at(899)), None, "not before its grace");
    let first = looked(&taken(), at(900));
    assert_eq!(
        first.as_ref().map(|(_, hints)| hints.as_slice()),
        Some([IMPORT].as_slice())
    );
    let order = first.map_or_else(taken, |(order, _)| order);
    assert_eq!(order.look_at, Some(at(1800)));
    assert_eq!(looked(&order, at(901)), None);
    assert_eq!(looked(&order, at(1799)), None);
    assert_eq!(
        looked(&order, at(1800)).map(|(_, hints)| hints),
        Some(vec![IMPORT])
    );
}

#[test]
fn a_hint_does_not_move_the_time_of_the_next_try() {
    let order = with(IMPORT, 1, due(at(60), 3, at(60)));
    let next = looked(&order, at(61)).map(|(order, _)| order.step(IMPORT).clone());
    assert_eq!(next, Some(due(at(60), 3, at(961))));
}

#[test]
fn what_waits_for_room_or_for_a_paused_vendor_keeps_its_place_and_gets_no_hint() {
    assert_eq!(look(&taken(), at(900), PACE, |_| Room::Wait), None);
    let both = with(StepName::Confirm, 0, due(T0, 0, at(900)));
    let look = look(&both, at(900), PACE, |step| {
        if step == StepName::Confirm {
            Room::Go
        } else {
            Room::Wait
        }
    });
    let (hints, place) = look.map_or((vec![], None), |look| (look.hints, look.next.look_at));
    assert_eq!(hints, [StepName::Confirm]);
    assert_eq!(place, Some(at(900)), "the import still waits at the front");
}

#[test]
fn a_claim_whose_lease_ended_becomes_unknown_and_is_hinted_to_be_probed() {
    let (order, _) = granted(&with(IMPORT, 3, due(T0, 2, T0)), &bid(IMPORT, "me", at(5)));
    let alive = looked(&order, Millis(at(135).0 - 1));
    assert_eq!(alive.map(|(_, hints)| hints), Some(vec![]));
    let Some((order, hints)) = looked(&order, at(135)) else {
        unreachable!("the lease and the skew are over");
    };
    assert_eq!(hints, [IMPORT]);
    let expected = StepState::Unknown {
        begun_at: at(5),
        not_before: at(135),
        tries: 2,
        hint_at: at(1035),
        hash: Some("sent".into()),
    };
    assert_eq!(order.step(IMPORT), &expected);
    assert_eq!(order.generation(IMPORT), 4, "a look is no claim");
}

#[test]
fn an_order_under_work_is_looked_at_when_its_lease_ends() {
    let (order, _) = granted(&taken(), &bid(IMPORT, "me", at(800)));
    let place = looked(&order, at(900)).map(|(order, hints)| (order.look_at, hints));
    assert_eq!(place, Some((Some(at(930)), vec![])));
}

#[test]
fn a_held_order_is_named_again_after_an_hour() {
    let held = StepState::Held {
        code: "x".into(),
        at: T0,
    };
    let place = looked(&with(IMPORT, 1, held), at(900)).map(|(order, hints)| (order.look_at, hints));
    assert_eq!(place, Some((Some(at(900 + 3600)), vec![])));
}

#[test]
fn a_closed_order_is_left_alone_and_a_straggler_leaves_the_index() {
    let done = StepState::Done {
        reference: None,
        at: T0,
    };
    let mut order = with(IMPORT, 1, done);
    assert_eq!(
        looked(&order, at(900)).map(|(order, _)| order.look_at),
        Some(None)
    );
    order.look_at = None;
    assert_eq!(looked(&order, at(900)), None);
}

#[test]
fn waits_grow_and_then_stay_at_the_last() {
    let minutes = |tries| Backoff::default().after(tries).as_secs() / 60;
    assert_eq!([1, 2, 3, 4, 5, 99].map(minutes), [1, 5, 15, 60, 60, 60]);
    assert_eq!(Backoff::default().after(0), Duration::from_secs(60));
    assert_eq!(Backoff::new(vec![]).after(1), Duration::from_secs(3600));
}

#[test]
fn a_hint_is_read_as_it_was_written() {
    let hint = Hint::new(OrderKey::new("RS-ACME-8086").unwrap());
    assert_eq!(hint.body(), r#"{"order":"RS-ACME-8086","schema":1}"#);
    assert_eq!(Hint::parse(&hint.body()).unwrap(), hint);
}

#[test]
fn what_is_no_hint_is_refused() {
    let parse = |body: &str| Hint::parse(body);
    assert!(matches!(
        parse(r#"{"schema":2,"order":"RS-A-1"}"#),
        Err(HintError::Schema(2))
    ));
    for garbage in [
        "",
        "{}",
        r#"{"schema":1,"order":"rs a 1"}"#,
        r#"{"schema":1,"order":""}"#,
    ] {
        assert!(
            matches!(parse(garbage), Err(HintError::Unreadable(_))),
            "{garbage}"
        );
    }
}

#[test]
fn a_step_whose_vendor_is_switched_off_is_let_go_and_the_order_closed() {
    let seen = look(&taken(), at(900), PACE, |_| Room::Gone).unwrap();
    assert_eq!(seen.next.step(StepName::Import), &StepState::Off);
    assert_eq!((seen.next.look_at, seen.hints), (None, vec![]));
}

#[test]
fn what_the_factory_waits_for_stays_due_where_spectrum_is_switched_off() {
    let mut order = taken();
    let due = order.step(StepName::Import).clone();
    for step in [StepName::Acknowledge, StepName::Details, StepName::Notify] {
        order.steps.insert(step, order_model::Step::fresh(due.clone()));
    }
    let room = |step: StepName| match step {
        StepName::Import => Room::Go,
        _ => Room::Gone,
    };
    let seen = look(&order, at(900), PACE, room).unwrap();
    assert_eq!(seen.hints, [StepName::Import]);
    for step in [StepName::Acknowledge, StepName::Details] {
        assert_eq!(*seen.next.step(step), due, "{step:?}");
    }
    // Nothing is made because of the tracking.
    assert_eq!(*seen.next.step(StepName::Notify), StepState::Off);
}
