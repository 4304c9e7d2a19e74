//! What the order of a uuid becomes when its submissions are placed.

#![expect(clippy::panic, reason = "a helper fails as its test does")]

use order_model::versions::{Placing, Stage, Standing};
use order_model::{Decision, EcatId, Kind, Outcome, StepName};

use super::uuid::{Uuid, key, number, uuid_key};
use crate::support::{T0, at, imported, raw};

fn refused() -> Outcome {
    Outcome::Refused {
        code: "unknown_sku".to_owned(),
    }
}

fn unknown() -> Outcome {
    Outcome::Unknown {
        not_before: at(60),
        hinted: false,
    }
}

fn sequences(count: u64) -> Vec<Vec<u64>> {
    if count == 0 {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for shorter in sequences(count - 1) {
        for place in 0..=shorter.len() {
            let mut one = shorter.clone();
            one.insert(place, count);
            all.push(one);
        }
    }
    all
}

/// Whatever the sequence of arrival: where they stand, the import, the review, and whose payload is imported.
fn check(contents: &str, standings: &str, import: &str, review: &str, current: u64) {
    for sequence in sequences(contents.len().try_into().unwrap_or(0)) {
        let mut uuid = Uuid::new();
        for id in &sequence {
            let letter = contents.chars().nth(usize::try_from(*id).unwrap_or(0) - 1);
            uuid.comes(*id, letter.unwrap_or('-'));
            uuid.check();
        }
        let what = format!("{contents} as {sequence:?}");
        assert_eq!(uuid.standings(), standings, "{what}");
        assert_eq!(uuid.step(StepName::Import), import, "{what}");
        // A review that was wanted for a while has ended.
        let reviewed = uuid.step(StepName::Review).replace("done", "off");
        if review == "any" {
            assert!(reviewed.starts_with("ecat_"), "{what}: {reviewed}");
        } else {
            assert_eq!(reviewed, review, "{what}");
        }
        assert_eq!(uuid.current(), current, "{what}");
        let order = uuid.order();
        assert_eq!(order.erp_key(), Some(key(current)), "{what}");
        assert_eq!(order.raw, Some(uuid.version(current).raw.clone()), "{what}");
        assert!(!order.waived && order.look_at.is_some(), "{what}");
        assert_eq!(order.has_beside(), standings.contains('H'), "{what}");
        assert_eq!(order.is_stopped(), import != "due", "{what}");
        assert_eq!(order.step(StepName::Confirm).kind(), Kind::Off, "{what}");
    }
}

#[test]
fn an_order_that_comes_alone_is_due_under_the_key_of_its_number() {
    check("A", "C", "due", "off", 1);
    let order = Uuid::of("A").order().clone();
    assert_eq!(order.key, uuid_key());
    assert_eq!((order.first_seen, order.look_at), (T0, Some(at(900))));
}

#[test]
fn the_state_is_the_same_whichever_of_two_comes_first() {
    check("Aa", "SC", "due", "off", 2);
    check("AR", "WC", "ecat_revision", "off", 2);
    check("AN", "CH", "due", "ecat_looks_new", 1);
    check("AE", "WC", "ecat_revision", "off", 2);
    check("A-", "CH", "ecat_not_comparable", "ecat_not_comparable", 1);
}

#[test]
fn the_state_is_the_same_whichever_of_three_comes_first() {
    check("AaA", "SSC", "due", "off", 3);
    check("AaR", "SWC", "ecat_revision", "off", 3);
    check("ARR", "WSC", "ecat_revision", "off", 3);
    check("ARa", "WWC", "ecat_revision", "off", 3);
    check("ARQ", "WWC", "ecat_revision", "off", 3);
    check("AaN", "SCH", "due", "ecat_looks_new", 2);
    check("ARN", "WCH", "ecat_revision", "ecat_looks_new", 2);
    check("ANR", "WHC", "ecat_revision", "ecat_looks_new", 3);
    check("ANa", "CHH", "due", "any", 1);
    check("ANN", "CHH", "due", "any", 1);
    check("A-a", "CHH", "ecat_not_comparable", "any", 1);
}

#[test]
fn a_review_that_was_wanted_for_one_arrival_alone_ends_with_the_next() {
    // Without the second, the third shares nothing with the first.
    let mut uuid = Uuid::of("E");
    assert_eq!(uuid.stands(), ("C".into(), "due", "off"));
    uuid.comes(3, '-');
    assert_eq!(
        uuid.stands(),
        ("CH".into(), "ecat_not_comparable", "ecat_not_comparable")
    );
    uuid.comes(3, '-');
    assert_eq!(uuid.step(StepName::Review), "ecat_not_comparable", "it is known");
}

#[test]
fn what_is_known_writes_nothing() {
    let mut uuid = Uuid::of("AaRN");
    let before = uuid.order().clone();
    uuid.now = at(300);
    for (id, letter) in (1..).zip("AaRN".chars()) {
        assert_eq!(uuid.comes(id, letter), Placing::Again);
    }
    assert_eq!(*uuid.order(), before);
}

#[test]
fn from_the_claim_on_whatever_comes_is_reviewed_and_the_import_is_left_alone() {
    let held = |uuid: &mut Uuid, code: &str| {
        let before = uuid.order().clone();
        for (id, letter) in [(7, 'a'), (8, 'R'), (9, '-'), (2, 'N')] {
            assert!(matches!(uuid.comes(id, letter), Placing::New(_)));
            uuid.check();
            assert_eq!(uuid.version(id).standing, Standing::Held);
            assert_eq!(uuid.step(StepName::Review), code);
        }
        let after = uuid.order();
        assert_eq!(uuid.standings(), "HCHHH");
        assert_eq!(after.step(StepName::Import), before.step(StepName::Import));
        assert_eq!((&after.raw, after.erp_key()), (&before.raw, before.erp_key()));
        assert!(after.is_open());
    };
    let fresh = || {
        let mut uuid = Uuid::new();
        uuid.comes(5, 'A');
        uuid
    };
    let mut uuid = fresh();
    uuid.claimed();
    held(&mut uuid, "ecat_after_import");
    for (outcome, code) in [
        (imported("SO-1"), "ecat_after_import"),
        (unknown(), "ecat_after_import"),
        (refused(), "ecat_after_refusal"),
    ] {
        let mut uuid = fresh();
        uuid.imports(&outcome);
        held(&mut uuid, code);
    }
    // Somebody else may have it; and a person dropped it.
    let mut uuid = fresh();
    let mut order = uuid.order().clone();
    let held_back = order_model::StepState::Held {
        code: order_model::BEFORE_IMPORT_FROM.to_owned(),
        at: T0,
    };
    order = order
        .moved(StepName::Import, held_back)
        .unwrap_or_else(|| panic!("allowed"));
    uuid.write(order);
    held(&mut uuid, "ecat_after_import");
    let mut uuid = fresh();
    assert_eq!(uuid.decides(Decision::Discard, 5, 3), Ok(()));
    assert!(!uuid.order().is_open());
    held(&mut uuid, "ecat_after_import");
}

#[test]
fn an_order_that_was_imported_and_closed_is_open_again_when_another_submission_comes() {
    let mut uuid = Uuid::of("A");
    uuid.imports(&imported("SO-1"));
    assert_eq!(uuid.order().look_at, None);
    uuid.comes(2, 'a');
    uuid.check();
    assert_eq!(uuid.stands(), ("CH".into(), "done", "ecat_after_import"));
    assert!(uuid.order().look_at.is_some());
}

#[test]
fn a_newer_submission_with_the_same_content_is_not_let_go_because_the_older_was() {
    // A rule of its source holds the older one, and nothing else.
    let mut uuid = Uuid::of("A");
    let mut order = uuid.order().clone();
    let held = order_model::StepState::Held {
        code: "hold_admin".to_owned(),
        at: T0,
    };
    order = order
        .moved(StepName::Import, held)
        .unwrap_or_else(|| panic!("allowed"));
    uuid.write(order.clone());
    assert_eq!(Stage::of(uuid.order()), Stage::Waiting);
    uuid.comes(2, 'a');
    assert_eq!(
        uuid.stands(),
        ("SC".into(), "due", "off"),
        "the rule is asked again"
    );
    assert!(!uuid.order().waived);
    // Waived by a person, it is not replaced any more.
    let mut uuid = Uuid::of("A");
    uuid.write(order);
    assert_eq!(uuid.decides(Decision::Retry, 1, 3), Ok(()));
    assert!(uuid.order().waived);
    uuid.comes(2, 'a');
    assert_eq!(uuid.stands(), ("CH".into(), "due", "ecat_after_import"));
    assert!(uuid.order().waived);
}

#[test]
fn a_current_submission_that_came_again_with_what_does_not_count_brings_its_newer_payload() {
    let mut uuid = Uuid::of("A");
    assert_eq!(uuid.comes(1, 'a'), Placing::Refreshed);
    uuid.check();
    assert_eq!(uuid.order().raw, Some(raw("1a")));
    assert_eq!(uuid.version(1).raw, raw("1a"));
    assert_eq!(uuid.stands(), ("C".into(), "due", "off"));
    // Stopped, and still stopped.
    let mut uuid = Uuid::of("RA");
    assert_eq!(uuid.comes(2, 'a'), Placing::Refreshed);
    assert_eq!(uuid.stands(), ("WC".into(), "ecat_revision", "off"));
    assert_eq!(uuid.order().raw, Some(raw("2a")));
}

#[test]
fn one_that_changed_under_its_id_stops_the_import_until_its_review_ends() {
    let changed = "ecat_changed_under_its_id";
    for decision in [Decision::Discard, Decision::Complete] {
        let mut uuid = Uuid::of("A");
        assert_eq!(uuid.comes(1, 'R'), Placing::Changed { stop: true });
        uuid.check();
        assert_eq!(uuid.stands(), ("C".into(), changed, changed));
        assert_eq!(uuid.order().raw, Some(raw("1A")), "what was looked at stays");
        assert_eq!(uuid.comes(1, 'R'), Placing::Again);
        let next = uuid.order().decide(decision, StepName::Review, None, at(60));
        uuid.write(next.unwrap_or_else(|no| panic!("{no}")));
        assert_eq!(uuid.step(StepName::Import), "due");
        uuid.check();
    }
    let mut uuid = Uuid::of("A");
    uuid.claimed();
    assert_eq!(uuid.comes(1, 'R'), Placing::Changed { stop: false });
    assert_eq!(uuid.stands(), ("C".into(), "claimed", changed));
    uuid.check();
}

#[test]
fn whoever_keyed_what_changed_under_its_id_by_hand_has_keyed_the_order() {
    let mut uuid = Uuid::of("A");
    uuid.comes(1, 'R');
    let keyed = number("SO-9");
    let next = uuid
        .order()
        .decide(Decision::Complete, StepName::Review, Some(&keyed), at(60));
    uuid.write(next.unwrap_or_else(|no| panic!("{no}")));
    assert_eq!(uuid.stands(), ("C".into(), "done", "done"));
    assert_eq!(uuid.order().reference, Some(keyed));
    assert!(!uuid.order().is_open());
}

#[test]
fn a_change_under_an_id_does_not_answer_why_a_revision_waits() {
    let mut uuid = Uuid::of("AR");
    uuid.comes(1, 'Q');
    uuid.check();
    assert_eq!(
        uuid.stands(),
        ("WC".into(), "ecat_revision", "ecat_changed_under_its_id")
    );
    let next = uuid
        .order()
        .decide(Decision::Discard, StepName::Review, None, at(60));
    uuid.write(next.unwrap_or_else(|no| panic!("{no}")));
    assert_eq!(uuid.stands(), ("WC".into(), "ecat_revision", "discarded"));
    uuid.check();
}

#[test]
fn the_review_of_a_change_stays_when_others_come_beside_and_go() {
    let changed = "ecat_changed_under_its_id";
    let mut uuid = Uuid::of("A");
    uuid.comes(1, 'R');
    uuid.comes(2, 'N');
    assert_eq!(uuid.stands(), ("CH".into(), changed, changed));
    // The one beside is decided about first, and its decision ends nothing else.
    for decision in [Decision::Discard, Decision::Complete] {
        let ended = uuid.order().decide(decision, StepName::Review, None, at(60));
        assert_eq!(ended, Err(order_model::No::WhichSubmission));
    }
    let mut dropped = uuid.clone();
    assert_eq!(dropped.decides(Decision::Discard, 2, 3), Ok(()));
    assert_eq!(dropped.stands(), ("CD".into(), changed, changed));
    for writes in 1..=3 {
        let mut left = uuid.clone();
        assert_eq!(left.decides(Decision::ImportAsNew, 2, writes), Ok(()));
        assert_eq!(left.step(StepName::Review), changed);
        left.check();
    }
}

#[test]
fn a_newer_submission_with_the_same_content_waits_for_the_review_of_a_change_too() {
    let changed = "ecat_changed_under_its_id";
    let mut uuid = Uuid::of("A");
    uuid.comes(1, 'R');
    uuid.comes(2, 'a');
    uuid.check();
    assert_eq!(uuid.stands(), ("SC".into(), changed, changed));
    // A revision is stopped for its own sake, and the older one that goes on waits for the review.
    let mut uuid = Uuid::of("A");
    uuid.comes(1, 'N');
    uuid.comes(2, 'R');
    assert_eq!(uuid.stands(), ("WC".into(), "ecat_revision", changed));
    assert_eq!(uuid.decides(Decision::Discard, 2, 3), Ok(()));
    assert_eq!(uuid.stands(), ("CD".into(), changed, changed));
    uuid.check();
}

#[test]
fn when_there_is_no_room_the_import_waits_and_no_other_reason_to_wait_is_forgotten() {
    let mut uuid = Uuid::of("AAAAA");
    assert_eq!(uuid.comes(6, 'a'), Placing::TooMany { stop: true });
    uuid.check();
    assert_eq!(uuid.stands(), ("SSSSC".into(), "ecat_too_many_versions", "off"));
    assert_eq!(uuid.comes(6, 'a'), Placing::Again);
    // A change that is looked at meanwhile lets it go no more than it did before.
    uuid.comes(5, 'R');
    let next = uuid
        .order()
        .decide(Decision::Discard, StepName::Review, None, at(60));
    uuid.write(next.unwrap_or_else(|no| panic!("{no}")));
    assert_eq!(uuid.step(StepName::Import), "ecat_too_many_versions");
    uuid.check();
    // Stopped already, or claimed: it is none of the newcomer's.
    let mut uuid = Uuid::of("AAAAR");
    assert_eq!(uuid.comes(6, 'a'), Placing::TooMany { stop: false });
    assert_eq!(uuid.step(StepName::Import), "ecat_revision");
    let mut uuid = Uuid::of("AAAAA");
    uuid.claimed();
    assert_eq!(uuid.comes(6, 'a'), Placing::TooMany { stop: false });
    assert_eq!(uuid.step(StepName::Import), "claimed");
}

#[test]
fn a_number_that_is_another_orders_stops_the_order_or_waits_beside() {
    let mut uuid = Uuid::new();
    uuid.comes_as(1, 'A', true);
    assert_eq!(uuid.stands(), ("C".into(), "number_collision", "off"));
    uuid.comes(2, 'a');
    assert_eq!(
        uuid.stands(),
        ("SC".into(), "due", "off"),
        "it has a number of its own"
    );
    uuid.comes_as(3, 'N', true);
    assert_eq!(uuid.stands(), ("SCH".into(), "due", "number_collision"));
    uuid.check();
}

#[test]
fn the_payloads_of_those_that_wait_are_wanted_too() {
    let uuid = Uuid::of("ARN");
    let mut wanted: Vec<_> = uuid
        .order()
        .wanted_payloads()
        .map(|raw| raw.hash.clone())
        .collect();
    wanted.sort();
    assert_eq!(wanted, ["1A", "2R", "3N"]);
    let uuid = Uuid::of("Aa");
    let wanted: Vec<_> = uuid
        .order()
        .wanted_payloads()
        .map(|raw| raw.hash.clone())
        .collect();
    assert_eq!(wanted, ["2a"]);
}

#[test]
fn an_erased_order_does_not_name_its_payload_again_when_another_submission_comes() {
    let mut uuid = Uuid::of("A");
    uuid.imports(&imported("SO-1"));
    let erased = uuid
        .order()
        .decide(Decision::Erase, StepName::Import, None, at(60));
    uuid.write(erased.unwrap_or_else(|no| panic!("{no}")));
    uuid.comes(2, 'R');
    assert_eq!(uuid.order().raw, None);
    assert!(uuid.order().erased);
    assert_eq!(uuid.stands(), ("CH".into(), "done", "ecat_after_import"));
    let again = uuid
        .order()
        .decide(Decision::Erase, StepName::Import, None, at(60));
    assert_eq!(
        again,
        Err(order_model::No::WhichSubmission),
        "its payload is wanted"
    );
}

#[test]
fn after_the_map_was_mended_no_newcomer_moves_those_that_a_person_was_told_of() {
    let mut uuid = Uuid::of("A-");
    uuid.mended = Some('a');
    uuid.comes(3, 'N');
    uuid.check();
    assert_eq!(uuid.standings(), "CHH");
    assert_eq!(uuid.step(StepName::Import), "ecat_not_comparable");
    // A person's retry compares them again, all of them.
    assert_eq!(uuid.decides(Decision::Retry, 1, 3), Ok(()));
    uuid.check();
    assert_eq!(uuid.standings(), "SCH");
    assert_eq!(uuid.step(StepName::Import), "due");
    let of = uuid.order().versions.iter().find(|one| one.id == EcatId(2));
    assert_eq!(uuid.order().raw, of.map(|one| one.raw.clone()));
}

#[test]
fn whoever_is_put_beside_is_reviewed_also_where_the_map_changed_what_they_say() {
    let mut uuid = Uuid::of("--");
    assert_eq!(uuid.standings(), "CH");
    uuid.mended = Some('A');
    uuid.comes(3, 'R');
    uuid.check();
    uuid.imports(&imported("SO-1"));
    uuid.check();
    assert!(uuid.order().is_open());
}
