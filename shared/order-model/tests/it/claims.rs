//! Beginning a step: who gets it, and what its holder may do first.

use order_model::{Begin, ContentHash, Millis, Outcome, Pinned, StepName, StepState, Why};

use crate::support::{PACE, T0, at, bid, due, granted, raw, taken, with};

const IMPORT: StepName = StepName::Import;

fn claimed(owner: &str, begun_at: Millis, until: Millis) -> StepState {
    StepState::Claimed {
        owner: owner.to_owned(),
        begun_at,
        until,
        tries: 2,
        hash: Some("old".to_owned()),
        asking: false,
    }
}

fn unknown(begun_at: Millis, not_before: Millis) -> StepState {
    StepState::Unknown {
        begun_at,
        not_before,
        tries: 2,
        hint_at: not_before,
        hash: Some("old".to_owned()),
    }
}

#[test]
fn a_due_step_is_claimed_fresh_and_records_who_when_and_what() {
    let (order, claim) = granted(&taken(), &bid(IMPORT, "me", at(5)));
    assert_eq!((claim.why, claim.generation, claim.tries), (Why::Fresh, 1, 0));
    assert_eq!(claim.owner, "me");
    let expected = StepState::Claimed {
        owner: "me".into(),
        begun_at: at(5),
        until: at(125),
        tries: 0,
        hash: Some("sent".into()),
        asking: false,
    };
    assert_eq!(order.step(IMPORT), &expected);
    assert_eq!(order.generation(IMPORT), 1);
}

#[test]
fn each_claim_has_a_number_of_its_own() {
    let order = with(IMPORT, 7, due(T0, 3, T0));
    let (order, claim) = granted(&order, &bid(IMPORT, "me", at(5)));
    assert_eq!((claim.generation, claim.tries), (8, 3));
    assert_eq!(order.generation(IMPORT), 8);
}

#[test]
fn nothing_waiting_is_claimed_before_its_time() {
    let pending = StepState::Pending {
        not_before: at(60),
        tries: 1,
        hint_at: at(60),
    };
    for state in [due(at(60), 1, at(60)), pending, unknown(T0, at(60))] {
        let order = with(IMPORT, 1, state);
        let early = Millis(at(60).0 - 1);
        assert_eq!(
            order.begin(&bid(IMPORT, "me", early), PACE),
            Begin::NotYet(at(60))
        );
        granted(&order, &bid(IMPORT, "me", at(60)));
    }
}

#[test]
fn a_live_claim_keeps_others_out_until_its_lease_and_the_skew_are_over() {
    let order = with(IMPORT, 1, claimed("other", T0, at(120)));
    let last = Millis(at(130).0 - 1);
    for now in [T0, at(120), last] {
        assert_eq!(order.begin(&bid(IMPORT, "me", now), PACE), Begin::Busy(at(130)));
    }
}

#[test]
fn a_claim_whose_lease_ended_is_probed_and_never_fresh() {
    let order = with(IMPORT, 4, claimed("other", at(3), at(120)));
    let (order, claim) = granted(&order, &bid(IMPORT, "me", at(130)));
    assert_eq!(
        (claim.why, claim.generation, claim.tries),
        (Why::Probe(at(3)), 5, 2)
    );
    let StepState::Claimed {
        owner,
        begun_at,
        hash,
        ..
    } = order.step(IMPORT)
    else {
        unreachable!("it is claimed");
    };
    assert_eq!(owner, "me");
    assert_eq!(
        *begun_at,
        at(3),
        "the settle time counts from the last effect, not from the probe"
    );
    assert_eq!(
        hash.as_deref(),
        Some("old"),
        "a probe is about what was sent before"
    );
}

#[test]
fn an_unknown_step_is_probed_with_the_start_and_the_hash_of_its_last_effect() {
    let order = with(IMPORT, 1, unknown(at(3), at(60)));
    let (order, claim) = granted(&order, &bid(IMPORT, "me", at(60)));
    assert_eq!((claim.why, claim.tries), (Why::Probe(at(3)), 2));
    let StepState::Claimed { begun_at, hash, .. } = order.step(IMPORT) else {
        unreachable!("it is claimed");
    };
    assert_eq!((*begun_at, hash.as_deref()), (at(3), Some("old")));
}

#[test]
fn a_pending_step_is_asked_for() {
    let pending = StepState::Pending {
        not_before: T0,
        tries: 1,
        hint_at: T0,
    };
    let (_, claim) = granted(&with(IMPORT, 1, pending), &bid(IMPORT, "me", at(60)));
    assert_eq!((claim.why, claim.tries), (Why::Ask, 1));
}

#[test]
fn our_own_claim_is_recognised_even_after_its_lease() {
    let order = with(IMPORT, 1, claimed("me", T0, at(120)));
    for now in [T0, at(500)] {
        assert_eq!(order.begin(&bid(IMPORT, "me", now), PACE), Begin::Mine);
    }
}

#[test]
fn what_is_finished_or_waits_for_a_person_is_not_claimed() {
    let held = StepState::Held {
        code: "unknown_sku".into(),
        at: T0,
    };
    let done = StepState::Done {
        reference: None,
        at: T0,
    };
    for state in [
        StepState::Off,
        StepState::Superseded,
        StepState::Discarded,
        held,
        done,
    ] {
        let order = with(IMPORT, 1, state);
        assert_eq!(order.begin(&bid(IMPORT, "me", at(9)), PACE), Begin::Finished);
    }
}

#[test]
fn a_claim_on_a_replaced_payload_is_refused() {
    let mut order = taken();
    let mut bid = bid(IMPORT, "me", at(5));
    bid.raw = Some(raw("a"));
    granted(&order, &bid);
    order.raw = Some(raw("b"));
    assert_eq!(order.begin(&bid, PACE), Begin::Changed);
}

#[test]
fn a_fresh_claim_pins_map_and_content_and_a_probe_leaves_them() {
    let pinned = |map: &str| Pinned {
        map: map.to_owned(),
        hash: ContentHash::from_bytes([7; 32]),
        custom: None,
    };
    let mut first = bid(IMPORT, "me", at(5));
    first.pinned = Some(pinned("v1"));
    let (order, _) = granted(&taken(), &first);
    assert_eq!(order.pinned, Some(pinned("v1")));

    let mut second = bid(IMPORT, "you", at(500));
    second.pinned = Some(pinned("v2"));
    let (order, claim) = granted(&order, &second);
    assert_eq!(claim.why, Why::Probe(at(5)));
    assert_eq!(
        order.pinned,
        Some(pinned("v1")),
        "what was sent went out under the first map"
    );
}

#[test]
fn what_the_vendor_has_taken_stays_taken_whatever_a_look_at_it_came_to() {
    let pending = StepState::Pending {
        not_before: at(10),
        tries: 1,
        hint_at: at(900),
    };
    let (order, claim) = granted(&with(IMPORT, 1, pending), &bid(IMPORT, "me", at(20)));
    assert_eq!(claim.why, Why::Ask);
    let unknown = Outcome::Unknown {
        not_before: at(90),
        hinted: false,
    };
    let later = Outcome::Later {
        not_before: at(90),
        hinted: false,
        counts: true,
    };
    for outcome in [unknown, later] {
        let Ok(order_model::Gone::Write(next)) = order.settle(&claim, &outcome, at(30), PACE) else {
            unreachable!("the claim is held");
        };
        let expected = StepState::Pending {
            not_before: at(90),
            tries: 2,
            hint_at: at(90),
        };
        assert_eq!(next.step(IMPORT), &expected, "{outcome:?}");
    }
}

#[test]
fn whoever_takes_over_from_somebody_who_only_asked_asks_again_and_never_sends() {
    let pending = StepState::Pending {
        not_before: at(10),
        tries: 1,
        hint_at: at(900),
    };
    let (order, _) = granted(&with(IMPORT, 1, pending), &bid(IMPORT, "me", at(20)));
    let (_, claim) = granted(&order, &bid(IMPORT, "you", at(2_000)));
    assert_eq!(claim.why, Why::Ask);
    let swept = order_model::look(&order, at(2_000), PACE, |_| order_model::Room::Go).unwrap();
    assert!(matches!(swept.next.step(IMPORT), StepState::Pending { .. }));
}
