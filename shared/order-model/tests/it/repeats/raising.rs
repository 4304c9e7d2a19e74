//! A newer version is wanted, and whose turn it is then.

use order_model::{Decision, Kind, No, OrderState, Room, Step, StepName, StepState, look};

use super::world::{
    PUBLISH, claimed, decided, held, in_the_erp, numbers, raise, repeat, standing, told, unfinished,
};
use crate::support::{PACE, T0, at, bid, done, due, granted, imported, raw, recorded, taken};

#[test]
fn what_is_wanted_rises_and_never_falls_and_leaves_whoever_is_at_it_alone() {
    for state in unfinished() {
        let order = standing(state.clone());
        let next = raise(&order, 5, at(30)).unwrap();
        assert_eq!(
            (next.step(PUBLISH), numbers(&next)),
            (&state, (5, 1)),
            "{state:?}"
        );
        assert_eq!(next.generation(PUBLISH), 1);
        for known in [5, 4, 0] {
            assert_eq!(raise(&next, known, at(31)), None, "{known} is known: {state:?}");
        }
    }
}

#[test]
fn what_is_done_is_due_again_and_the_order_is_back_in_the_index() {
    let order = told(1);
    assert_eq!((order.is_open(), order.look_at), (false, None));
    let hinted = raise(&order, 2, at(30)).unwrap();
    assert_eq!(hinted.step(PUBLISH), &due(at(30), 0, at(930)));
    assert_eq!(hinted.look_at, Some(at(930)));
    let by_sweep = order.raised(PUBLISH, 2, at(30), PACE, false).unwrap();
    assert_eq!(by_sweep.step(PUBLISH), &due(at(30), 0, at(30)));
}

#[test]
fn what_was_told_before_it_was_wanted_is_not_told_again() {
    // Whoever told version 3 read it before whoever wrote it could say so.
    let order = told(3);
    for version in [2, 3] {
        let next = raise(&order, version, at(30)).unwrap();
        assert_eq!(
            (next.step(PUBLISH).kind(), numbers(&next)),
            (Kind::Done, (version, 3))
        );
    }
    assert_eq!(raise(&order, 4, at(30)).unwrap().step(PUBLISH).kind(), Kind::Due);
}

#[test]
fn an_erased_order_has_nothing_that_could_be_told() {
    let mut order = told(1);
    (order.raw, order.erased) = (None, true);
    assert_eq!(raise(&order, 2, at(30)), None);
}

#[test]
fn it_is_open_since_there_is_something_newer_to_tell() {
    let order = raise(&told(1), 2, at(500)).unwrap();
    assert_eq!((repeat(&order).since, order.open_since()), (at(500), at(500)));
    let disputed = told(1).disputed("other_end", at(700)).unwrap();
    assert_eq!(disputed.open_since(), at(700));
    assert_eq!(in_the_erp().open_since(), T0, "it was never told");
}

#[test]
fn a_publication_that_is_off_is_not_raised() {
    let (order, claim) = granted(&taken(), &bid(StepName::Import, "me", at(5)));
    let history = recorded(&order, &claim, &imported("SO1"), at(8));
    assert_eq!(
        history.step(PUBLISH).kind(),
        Kind::Off,
        "nobody takes it in this stack"
    );
    assert_eq!(raise(&history, 1, at(30)), None);
}

#[test]
fn a_discarded_publication_stays_so_and_whoever_takes_it_up_again_tells_the_newest() {
    let order = raise(&standing(StepState::Discarded), 4, at(30)).unwrap();
    assert_eq!(
        (order.step(PUBLISH).kind(), numbers(&order)),
        (Kind::Discarded, (4, 1))
    );
    assert!(!order.is_open() && order.look_at.is_none());
    let order = decided(&order, Decision::Retry);
    // Somebody had read version 3 before it was discarded.
    let stale = super::world::tells(3, "slow", at(70));
    assert_eq!(order.begin(&stale, PACE), order_model::Begin::Changed);
    granted(&order, &super::world::tells(4, "me", at(70)));
}

#[test]
fn a_publication_follows_the_import_in_the_same_write_where_the_stack_takes_it() {
    let (order, claim) = granted(&taken(), &bid(StepName::Import, "me", at(5)));
    let next = recorded(&order, &claim, &imported("SO1"), at(8));
    assert_eq!(
        next.clone().followed(&order, &[], PACE),
        next,
        "no stack takes it unasked"
    );
    let followed = next.clone().followed(&order, &[PUBLISH], PACE);
    assert_eq!(followed.step(PUBLISH), &due(at(8), 0, at(908)));
    assert_eq!((next.look_at, followed.look_at), (Some(at(900)), Some(at(900))));
    // Only the write that finishes the import brings it: history is left alone.
    assert_eq!(next.clone().followed(&next, &[PUBLISH], PACE), next);
}

#[test]
fn an_ecat_order_that_would_leave_the_index_with_its_import_keeps_its_place() {
    let key = order_model::OrderKey::new("EC-ACMECAT-XYZ-1").unwrap();
    let order = OrderState::taken(key, raw("a"), T0, PACE);
    let (order, claim) = granted(&order, &bid(StepName::Import, "me", at(5)));
    let closed = recorded(&order, &claim, &imported("SO1"), at(8));
    assert_eq!(closed.look_at, None);
    let followed = closed.followed(&order, &[PUBLISH], PACE);
    assert_eq!(
        (followed.step(PUBLISH).kind(), followed.look_at),
        (Kind::Due, Some(at(900)))
    );
}

#[test]
fn no_publication_follows_an_order_without_a_number() {
    let (order, claim) = granted(&taken(), &bid(StepName::Import, "me", at(5)));
    let next = recorded(&order, &claim, &done(), at(8));
    assert_eq!(
        next.followed(&order, &[PUBLISH], PACE).step(PUBLISH).kind(),
        Kind::Off
    );
}

#[test]
fn an_order_that_a_person_completes_is_published_too() {
    let order = OrderState::foreign(taken().key, None, T0);
    let number = order_model::ErpReference::new("SO9").unwrap();
    let next = order
        .decide(Decision::Complete, StepName::Import, Some(&number), at(30))
        .unwrap();
    let next = next.followed(&order, &[PUBLISH], PACE);
    assert_eq!(next.step(PUBLISH).kind(), Kind::Due);
}

#[test]
fn a_vendor_that_was_switched_off_lets_the_order_go_and_a_person_takes_it_up_when_it_is_on_again() {
    let order = raise(&told(1), 2, at(30)).unwrap();
    let gone = |step| if step == PUBLISH { Room::Gone } else { Room::Go };
    let order = look(&order, at(2_000), PACE, gone).unwrap().next;
    assert_eq!((order.step(PUBLISH).kind(), order.look_at), (Kind::Off, None));
    // Whoever raises it has SparkLayer again.
    let raised = raise(&order, 3, at(2_001)).unwrap();
    assert_eq!(
        (raised.step(PUBLISH), numbers(&raised)),
        (&due(at(2_001), 0, at(2_901)), (3, 1))
    );
    let order = decided(&order, Decision::Retry);
    assert_eq!(order.step(PUBLISH), &due(at(60), 0, at(60)));
    assert_eq!((numbers(&order), order.look_at), ((2, 1), Some(at(60))));
    // What may have been told has to be found out, whether or not the vendor is on.
    let unknown = standing(super::world::unknown(at(15), at(75)));
    assert_eq!(
        look(&unknown, at(2_000), PACE, |_| Room::Gone).map(|seen| seen.hints),
        Some(vec![])
    );
}

#[test]
fn a_publication_is_wanted_by_a_person_only_of_an_order_that_is_in_the_erp() {
    let retry = |order: &OrderState| order.decide(Decision::Retry, PUBLISH, None, at(60));
    assert_eq!(retry(&taken()), Err(No::NotItsTurn));
    let mut history = in_the_erp();
    history.steps.insert(PUBLISH, Step::fresh(StepState::Off));
    assert_eq!(retry(&history).unwrap().step(PUBLISH).kind(), Kind::Due);
}

#[test]
fn a_retry_of_what_is_done_sends_it_again_whatever_was_accepted() {
    let order = told(1);
    let next = decided(&order, Decision::Retry);
    assert_eq!(next.step(PUBLISH), &due(at(60), 0, at(60)));
    assert_eq!((repeat(&next).accepted, numbers(&next)), (None, (0, 1)));
    assert_eq!(
        next.told_already(PUBLISH, 1, &super::world::body(1), at(61)),
        None
    );
    granted(&next, &super::world::tells(1, "me", at(61)));
}

#[test]
fn a_person_who_told_it_by_hand_told_all_that_was_wanted() {
    for state in [
        due(at(15), 2, at(900)),
        held("invalid_purchase"),
        StepState::Discarded,
    ] {
        let order = raise(&standing(state.clone()), 5, at(30)).unwrap();
        let next = decided(&order, Decision::Complete);
        assert_eq!(
            (next.step(PUBLISH).kind(), numbers(&next)),
            (Kind::Done, (5, 5)),
            "{state:?}"
        );
        assert_eq!(repeat(&next).accepted, None, "nobody knows what they told");
        assert_eq!(raise(&next, 6, at(70)).unwrap().step(PUBLISH).kind(), Kind::Due);
    }
}

#[test]
fn what_may_still_arrive_is_not_completed_by_hand() {
    let order = standing(super::world::unknown(at(15), at(75)));
    let decide = |decision| order.decide(decision, PUBLISH, None, at(60));
    assert_eq!(decide(Decision::Complete), Err(No::MayStillArrive));
    assert_eq!(decide(Decision::Discard), Err(No::MayHaveTakenPlace));
    assert!(decide(Decision::Retry).is_ok());
    let (claimed, _) = claimed(&in_the_erp(), 0);
    for decision in [Decision::Retry, Decision::Discard, Decision::Complete] {
        assert_eq!(claimed.decide(decision, PUBLISH, None, at(60)), Err(No::UnderWay));
    }
}

#[test]
fn what_was_held_for_a_reason_that_is_mended_is_due_and_nothing_else_is() {
    let order = raise(&standing(held("customer_not_mapped")), 2, at(30)).unwrap();
    assert_eq!(order.released(PUBLISH, "invalid_purchase", at(40), PACE), None);
    let next = order
        .released(PUBLISH, "customer_not_mapped", at(40), PACE)
        .unwrap();
    assert_eq!(
        (next.step(PUBLISH), numbers(&next)),
        (&due(at(40), 0, at(940)), (2, 1))
    );
    for state in unfinished().into_iter().take(3) {
        let order = standing(state.clone());
        assert_eq!(
            order.released(PUBLISH, "customer_not_mapped", at(40), PACE),
            None,
            "{state:?}"
        );
    }
}

#[test]
fn a_dispute_keeps_the_order_open_until_it_is_settled_or_a_person_ends_it() {
    let order = told(1).disputed("other_end", at(30)).unwrap();
    assert_eq!((order.is_open(), order.step(PUBLISH).kind()), (true, Kind::Done));
    assert_eq!(
        order.disputed("other_end", at(31)),
        None,
        "it stands since it began"
    );
    let another = order.disputed("no_such_line", at(31)).unwrap();
    let code = |order: &OrderState| match order.step(StepName::Fulfilment) {
        StepState::Held { code, .. } => Some(code.clone()),
        _ => None,
    };
    assert_eq!(code(&another).as_deref(), Some("no_such_line"));
    let settled = order.dispute_settled(at(32)).unwrap();
    assert_eq!(
        (settled.is_open(), settled.dispute_settled(at(33))),
        (false, None)
    );
    for decision in [Decision::Discard, Decision::Complete] {
        let ended = order
            .decide(decision, StepName::Fulfilment, None, at(40))
            .unwrap();
        assert!(!ended.is_open());
        assert!(
            ended.disputed("other_end", at(50)).unwrap().is_open(),
            "a new one is asked about"
        );
    }
    let retry = order.decide(Decision::Retry, StepName::Fulfilment, None, at(40));
    assert_eq!(retry, Err(No::EndTheReview));
}
