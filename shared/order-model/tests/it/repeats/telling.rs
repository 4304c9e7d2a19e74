//! Telling a version: who may, under which stamp and name, and what is skipped.

use order_model::{Begin, Gone, Kind, Millis, Outcome, Room, StepState, Why, look};

use super::world::{
    PUBLISH, body, claimed, held, in_the_erp, later, numbers, raise, repeat, standing, tells, told, unknown,
};
use crate::support::{PACE, at, done, due, granted, recorded};

fn in_doubt(now: Millis) -> Outcome {
    Outcome::Unknown {
        not_before: now,
        hinted: false,
    }
}

#[test]
fn a_claim_is_refused_to_whoever_read_an_older_version_than_is_wanted_or_was_told() {
    let due = |version| raise(&told(version), version + 1, at(30)).unwrap();
    for (order, read) in [(due(1), 1), (due(4), 3)] {
        assert_eq!(
            order.begin(&tells(read, "me", at(40)), PACE),
            Begin::Changed,
            "{read}"
        );
    }
    // It is due again because a person wants it; version 3 was told, and 2 is all that was wanted.
    let order = raise(&told(3), 2, at(30)).unwrap();
    let order = super::world::decided(&order, order_model::Decision::Retry);
    assert_eq!(order.begin(&tells(2, "me", at(70)), PACE), Begin::Changed);
    let (_, claim) = granted(&order, &tells(3, "me", at(70)));
    assert_eq!((claim.version, claim.why), (3, Why::Fresh));
}

#[test]
fn whoever_reads_ahead_of_what_is_wanted_may_tell_it() {
    let order = raise(&told(1), 2, at(30)).unwrap();
    let (order, claim) = granted(&order, &tells(4, "me", at(40)));
    let order = recorded(&order, &claim, &done(), at(50));
    assert_eq!(
        (order.step(PUBLISH).kind(), numbers(&order)),
        (Kind::Done, (2, 4))
    );
}

#[test]
fn a_telling_without_a_version_tells_none_that_is_known_of() {
    let mut bid = tells(0, "me", at(40));
    bid.edition = None;
    let order = raise(&told(1), 2, at(30)).unwrap();
    assert_eq!(order.begin(&bid, PACE), Begin::Changed);
    let (order, claim) = granted(&in_the_erp(), &bid);
    assert_eq!(
        (claim.version, repeat(&order).accepted, repeat(&order).name),
        (0, None, None)
    );
}

#[test]
fn from_the_claim_on_nothing_counts_as_accepted() {
    let order = told(1);
    assert_eq!(repeat(&order).accepted, Some(body(1)));
    let order = raise(&order, 2, at(30)).unwrap();
    assert_eq!(repeat(&order).accepted, Some(body(1)), "it still stands there");
    let (order, _) = granted(&order, &tells(2, "me", at(40)));
    assert_eq!(repeat(&order).accepted, None);
}

#[test]
fn what_would_be_told_is_what_stands_there_so_nothing_is_sent() {
    let order = raise(&told(1), 2, at(30)).unwrap();
    assert_eq!(
        order.told_already(PUBLISH, 2, &body(2), at(40)),
        None,
        "other content"
    );
    assert_eq!(
        order.told_already(PUBLISH, 1, &body(1), at(40)),
        None,
        "a newer version is wanted"
    );
    let next = order.told_already(PUBLISH, 2, &body(1), at(40)).unwrap();
    assert_eq!((next.step(PUBLISH).kind(), numbers(&next)), (Kind::Done, (2, 2)));
    assert_eq!((next.look_at, repeat(&next).accepted), (None, Some(body(1))));
    assert_eq!(
        next.told_already(PUBLISH, 2, &body(1), at(41)),
        None,
        "it is not due"
    );
}

#[test]
fn nothing_is_skipped_after_a_doubt() {
    // A was accepted, B applied and its reply lost, and the content is A's again.
    let order = raise(&told(1), 2, at(30)).unwrap();
    let (order, claim) = granted(&order, &tells(2, "me", at(40)));
    let order = recorded(&order, &claim, &in_doubt(at(100)), at(60));
    let order = raise(&order, 3, at(70)).unwrap();
    assert_eq!(order.told_already(PUBLISH, 3, &body(1), at(100)), None);
    let (order, claim) = granted(&order, &tells(3, "you", at(130)));
    assert!(matches!(claim.why, Why::Probe(_)));
    let order = recorded(&order, &claim, &later(at(131)), at(131));
    assert_eq!(order.step(PUBLISH).kind(), Kind::Due);
    assert_eq!(order.told_already(PUBLISH, 3, &body(1), at(132)), None);
    granted(&order, &tells(3, "you", at(132)));
}

#[test]
fn nothing_is_skipped_after_a_telling_that_was_refused_or_given_up() {
    for outcome in [
        Outcome::Held {
            code: "invalid_purchase".into(),
        },
        later(at(45)),
    ] {
        let order = raise(&told(1), 2, at(30)).unwrap();
        let (order, claim) = granted(&order, &tells(2, "me", at(40)));
        let order = recorded(&order, &claim, &outcome, at(42));
        let order = order
            .released(PUBLISH, "invalid_purchase", at(45), PACE)
            .unwrap_or(order);
        assert_eq!(
            order.told_already(PUBLISH, 2, &body(1), at(46)),
            None,
            "{outcome:?}"
        );
    }
}

#[test]
fn whatever_a_probe_finds_the_newest_is_told_once_more() {
    let order = raise(&standing(unknown(at(15), at(75))), 2, at(30)).unwrap();
    // The claim is about what was sent before; who reads what by now does not matter.
    for read in [0, 1, 2, 7] {
        let (order, claim) = granted(&order, &tells(read, "me", at(80)));
        assert_eq!(claim.version, 0);
        let next = recorded(&order, &claim, &done(), at(81));
        assert_eq!(next.step(PUBLISH), &due(at(81), 0, at(981)));
        assert_eq!(
            (numbers(&next), repeat(&next).accepted),
            ((2, 1), repeat(&order).accepted)
        );
        assert_eq!(next.settle(&claim, &done(), at(82), PACE), Ok(Gone::Recorded));
    }
}

#[test]
fn a_probe_neither_stamps_nor_names() {
    let order = standing(unknown(at(15), at(75)));
    let before = repeat(&order);
    let mut bid = tells(2, "me", at(80));
    bid.edition
        .iter_mut()
        .for_each(|edition| edition.name = "visible:2".to_owned());
    assert_eq!(repeat(&granted(&order, &bid).0), before);
}

#[test]
fn stamps_only_rise_although_clocks_go_back() {
    let (order, claim) = claimed(&in_the_erp(), 0);
    assert_eq!(repeat(&order).revision, at(15));
    let mut order = recorded(&order, &claim, &done(), at(16));
    for (version, now, stamp) in [
        (1, at(-900), Millis(at(15).0 + 1)),
        (2, at(-800), Millis(at(15).0 + 2)),
        (3, at(50), at(50)),
    ] {
        order = raise(&order, version, now).unwrap();
        let (next, claim) = granted(&order, &tells(version, "me", now));
        assert_eq!(repeat(&next).revision, stamp);
        order = recorded(&next, &claim, &done(), now);
    }
}

#[test]
fn a_name_is_chosen_once_also_if_its_first_telling_failed() {
    let (order, claim) = claimed(&in_the_erp(), 0);
    let order = recorded(&order, &claim, &later(at(17)), at(16));
    let mut bid = tells(0, "you", at(20));
    bid.edition
        .iter_mut()
        .for_each(|edition| edition.name = "sparklayer:77".to_owned());
    let (order, _) = granted(&order, &bid);
    assert_eq!(repeat(&order).name.as_deref(), Some("internal:SO1"));
}

#[test]
fn what_became_newer_while_it_was_told_is_due_in_the_write_that_records_it() {
    let (order, claim) = claimed(&in_the_erp(), 0);
    let order = raise(&order, 1, at(17)).unwrap();
    let order = recorded(&order, &claim, &done(), at(20));
    assert_eq!(order.step(PUBLISH), &due(at(20), 0, at(920)));
    assert_eq!(
        (numbers(&order), repeat(&order).accepted),
        ((1, 0), Some(body(0)))
    );
    assert!(order.look_at.is_some());
}

#[test]
fn each_recording_whose_reply_was_lost_is_recognised_also_when_it_made_the_step_due_again() {
    for raised in [false, true] {
        let (order, claim) = claimed(&in_the_erp(), 0);
        let order = if raised {
            raise(&order, 1, at(17)).unwrap()
        } else {
            order
        };
        let order = recorded(&order, &claim, &done(), at(20));
        assert_eq!(
            order.settle(&claim, &done(), at(21), PACE),
            Ok(Gone::Recorded),
            "{raised}"
        );
        // Or somebody raised it after that.
        let order = raise(&order, 2, at(22)).unwrap();
        assert_eq!(
            order.settle(&claim, &done(), at(23), PACE),
            Ok(Gone::Recorded),
            "{raised}"
        );
        // From the next claim on it is somebody else's.
        let (order, _) = granted(&order, &tells(2, "you", at(24)));
        assert!(order.settle(&claim, &done(), at(25), PACE).is_err());
    }
}

#[test]
fn a_doubt_begins_when_its_telling_may_have_begun_last() {
    let begun = |order: &order_model::OrderState| match order.step(PUBLISH) {
        StepState::Unknown { begun_at, .. } => Some(*begun_at),
        _ => None,
    };
    let (order, claim) = claimed(&in_the_erp(), 0);
    // Whoever reports that it does not know may have sent it a moment ago, for a second time after a refused token.
    assert_eq!(
        begun(&recorded(&order, &claim, &in_doubt(at(120)), at(60))),
        Some(at(60))
    );
    // Whoever never reports had until the end of its lease.
    let seen = look(&order, at(900), PACE, |_| Room::Go).unwrap();
    assert_eq!(begun(&seen.next), Some(at(135)));
    let (next, claim) = granted(&order, &tells(0, "you", at(145)));
    assert_eq!(claim.why, Why::Probe(at(135)));
    // A probe that came too early begins nothing.
    let next = recorded(&next, &claim, &in_doubt(at(195)), at(150));
    assert_eq!(begun(&next), Some(at(135)));
}

#[test]
fn a_hold_leaves_what_is_wanted_to_whoever_releases_it() {
    let (order, claim) = claimed(&in_the_erp(), 0);
    let order = raise(&order, 1, at(17)).unwrap();
    let code = "customer_not_mapped".to_owned();
    let order = recorded(&order, &claim, &Outcome::Held { code }, at(20));
    assert_eq!(
        (order.step(PUBLISH), numbers(&order)),
        (&held("customer_not_mapped"), (1, 0))
    );
}
