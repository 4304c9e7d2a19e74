//! A submission becomes an order of its own in three writes, and whatever breaks between them, it ends as if nothing had.

use order_model::Decision::{Complete, Discard, ImportAsNew, ImportAsRevision, Retry};
use order_model::versions::{Settled, Standing};
use order_model::{Kind, No, StepName};

use super::uuid::{Uuid, own_key};
use crate::support::{at, imported};

fn cases() -> Vec<(Uuid, order_model::Decision, u64)> {
    let mut imported_before = Uuid::of("A");
    imported_before.imports(&imported("SO-1"));
    imported_before.comes(2, 'R');
    vec![
        (Uuid::of("AR"), ImportAsNew, 2),
        (Uuid::of("ARR"), ImportAsNew, 3),
        (Uuid::of("ARN"), ImportAsNew, 2),
        (Uuid::of("AN"), ImportAsNew, 2),
        (Uuid::of("AN"), Complete, 2),
        (Uuid::of("A-"), ImportAsNew, 2),
        (Uuid::of("A-"), Complete, 2),
        (Uuid::of("ANN"), ImportAsNew, 3),
        (imported_before, ImportAsRevision, 2),
    ]
}

#[test]
fn a_crash_between_any_two_writes_and_the_same_decision_again_end_alike() {
    for (uuid, decision, id) in cases() {
        let mut whole = uuid.clone();
        assert_eq!(whole.decides(decision, id, 3), Ok(()));
        whole.check();
        assert_eq!(whole.version(id).standing, Standing::Decided);
        assert!(whole.own.contains_key(&own_key(id)));
        for first in 1..3 {
            for second in 1..=3 {
                let mut broken = uuid.clone();
                assert_eq!(broken.decides(decision, id, first), Ok(()));
                broken.check();
                assert!(broken.order().is_open(), "it is open until it ends");
                assert_eq!(broken.version(id).standing, Standing::Leaving);
                for writes in [second, 3] {
                    if broken.version(id).standing == Standing::Leaving {
                        assert_eq!(broken.decides(decision, id, writes), Ok(()));
                        broken.check();
                    }
                }
                let what = format!("{decision:?} of {id}, {first}, {second}");
                assert_eq!(broken.order, whole.order, "{what}");
                assert_eq!(broken.own, whole.own, "{what}");
            }
        }
    }
}

#[test]
fn an_order_of_its_own_is_not_taken_back_by_another_decision() {
    let mut uuid = Uuid::of("AN");
    assert_eq!(uuid.decides(ImportAsNew, 2, 2), Ok(()));
    assert_eq!(uuid.asked(Discard, 2), Err(No::IsLeaving));
    assert_eq!(uuid.asked(Retry, 2), Err(No::IsLeaving));
    // The order of its own is what it became first; it is not made twice.
    assert_eq!(uuid.decides(Complete, 2, 3), Ok(()));
    let own = &uuid.own[&own_key(2)];
    assert_eq!(own.step(StepName::Import).kind(), Kind::Due);
    uuid.check();
}

#[test]
fn a_newcomer_between_the_writes_finds_its_place_and_the_leaving_one_stays_known() {
    for writes in 1..3 {
        for (letter, standings, import) in [
            ('a', "CDH", "due"),
            ('R', "WDC", "ecat_revision"),
            ('N', "CDH", "due"),
            ('-', "CDH", "ecat_not_comparable"),
        ] {
            let mut uuid = Uuid::of("AR");
            assert_eq!(uuid.decides(ImportAsNew, 2, writes), Ok(()));
            assert_eq!(uuid.standings(), "CL");
            uuid.comes(3, letter);
            uuid.check();
            // The leaving one comes again, too.
            uuid.comes(2, 'R');
            assert_eq!(uuid.decides(ImportAsNew, 2, 3), Ok(()));
            uuid.check();
            assert_eq!(uuid.standings(), standings, "{letter}");
            assert_eq!(uuid.step(StepName::Import), import, "{letter}");
            assert_eq!(uuid.order().has_beside(), standings.contains('H'));
            let reviewed = uuid.order().step(StepName::Review).kind() == Kind::Held;
            assert_eq!(reviewed, standings.contains('H'), "{letter}");
        }
    }
}

#[test]
fn the_older_one_that_goes_on_may_be_claimed_before_the_other_has_left() {
    for writes in 1..3 {
        let mut uuid = Uuid::of("AR");
        assert_eq!(uuid.decides(ImportAsNew, 2, writes), Ok(()));
        uuid.imports(&imported("SO-1"));
        assert!(uuid.order().is_open(), "the other one has not left yet");
        assert_eq!(uuid.decides(ImportAsNew, 2, 3), Ok(()));
        uuid.check();
        assert!(!uuid.order().is_open());
        assert_eq!(uuid.own[&own_key(2)].step(StepName::Import).kind(), Kind::Due);
        // Repeated once more it is refused in words, and writes nothing.
        assert_eq!(uuid.asked(ImportAsNew, 2), Err(No::IsDecided));
        assert_eq!(uuid.order().without(order_model::EcatId(2), at(9)), None);
    }
}

#[test]
fn two_that_leave_keep_the_order_open_until_both_have_left() {
    let mut uuid = Uuid::of("ANN");
    uuid.imports(&imported("SO-1"));
    assert_eq!(uuid.decides(ImportAsNew, 2, 1), Ok(()));
    assert_eq!(uuid.decides(ImportAsNew, 3, 3), Ok(()));
    assert_eq!(uuid.standings(), "CLD");
    uuid.check();
    assert!(uuid.order().is_open());
    assert_eq!(uuid.decides(ImportAsNew, 2, 3), Ok(()));
    uuid.check();
    assert!(!uuid.order().is_open());
}

#[test]
fn an_order_of_its_own_has_the_submissions_key_and_payload_and_is_due_at_once() {
    let uuid = Uuid::of("AR");
    let Ok(Settled::Leaves { own, .. }) = uuid.asked(ImportAsNew, 2) else {
        unreachable!("it leaves");
    };
    assert_eq!(own.key, own_key(2));
    assert_eq!(own.raw.as_ref(), Some(&uuid.version(2).raw));
    assert!(own.versions.is_empty() && !own.waived && own.is_open());
    assert_eq!((own.look_at, own.revision_of), (Some(uuid.now), None));
}

#[test]
fn the_same_decision_again_changes_nothing_before_the_order_of_its_own_is_made() {
    for (mut uuid, decision, id) in cases() {
        assert_eq!(uuid.decides(decision, id, 1), Ok(()));
        uuid.now = at(3600);
        let so = super::uuid::number("SO-9");
        let reference = (decision == Complete).then_some(&so);
        let Ok(Settled::Leaves { order, .. }) = uuid.asked_with(decision, id, reference) else {
            unreachable!("it still leaves");
        };
        assert_eq!(*order, *uuid.order(), "{decision:?} of {id}");
    }
}
