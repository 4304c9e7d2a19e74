//! Submissions when things go wrong: broken records, lost replies, death between two writes, two pulls at once.

#![expect(clippy::unwrap_used, reason = "a helper fails as its test does")]

use std::collections::BTreeSet;
use std::io::Write;
use std::sync::{Arc, Mutex};

use order_intake::{Arrival, Arrived, Ended};
use order_model::{Kind, StepName};
use serde_json::Value;

use crate::house::{At, House, T0};
use crate::submitted::{
    FIRST, OTHER_UUID, PERSON, SECOND, UUID, key, list, of, pull, record, standings, stands, take,
    take_knowing,
};

const AB: &[(&str, u32)] = &[("LAMP", 4), ("MIRROR", 1)];
const MORE: &[(&str, u32)] = &[("LAMP", 6), ("MIRROR", 1)];
const NEW: &[(&str, u32)] = &[("SOFA", 1), ("CHAIR", 2)];

/// A record of the first number that is no JSON.
const BROKEN: &str = r#"{"order_number":"6385-031318-392","id":356509",}"#;

fn quarantined(number: &str) -> BTreeSet<String> {
    BTreeSet::from([number.to_owned()])
}

fn firsts(arrived: &[Arrived]) -> Vec<(String, bool)> {
    let each = arrived.iter().filter_map(|one| match one {
        Arrived::Quarantined { id, first, .. } => Some((id.clone(), *first)),
        _ => None,
    });
    each.collect()
}

#[tokio::test]
async fn a_broken_record_is_quarantined_and_named_once_and_settled_when_it_comes_whole() {
    let house = House::open().await;
    let ledger = house.ledger();
    let broken = list(&[BROKEN, &of(7, AB)]);
    let came = take(&ledger, T0, &broken).await;
    assert_eq!(firsts(&came.arrived), [(FIRST.to_owned(), true)]);
    assert_eq!(
        (came.tally.quarantined, came.tally.new, came.tally.records),
        (1, 1, 2)
    );
    let came = take_knowing(&ledger, pull(1), &broken, &quarantined(FIRST)).await;
    assert_eq!(firsts(&came.arrived), [(FIRST.to_owned(), false)]);
    let kept = ledger.quarantined("ecat", FIRST).await.unwrap().unwrap();
    assert!(kept.resolved.is_none());
    assert_eq!(ledger.raw(&kept.raw).await.unwrap().unwrap(), BROKEN.as_bytes());
    let whole = list(&[&record(FIRST, OTHER_UUID, 356_509, AB)]);
    let came = take_knowing(&ledger, pull(2), &whole, &quarantined(FIRST)).await;
    assert_eq!((came.tally.new, came.tally.quarantined), (1, 0));
    let (at, _) = ledger
        .quarantined("ecat", FIRST)
        .await
        .unwrap()
        .unwrap()
        .resolved
        .unwrap();
    assert_eq!(at, pull(2));
}

#[tokio::test]
async fn a_whole_order_of_the_same_number_settles_nothing_about_a_record_that_is_still_broken() {
    let house = House::open().await;
    let ledger = house.ledger();
    let both = list(&[&record(FIRST, OTHER_UUID, 1, AB), BROKEN]);
    take(&ledger, T0, &both).await;
    let came = take_knowing(&ledger, pull(1), &both, &quarantined(FIRST)).await;
    assert_eq!(firsts(&came.arrived), [(FIRST.to_owned(), false)]);
    // Settled by the other record, it is still broken: named by its bytes from now on, and blocked by its number.
    let came = take(&ledger, pull(2), &both).await;
    let (id, first) = firsts(&came.arrived).remove(0);
    assert!(first && id != FIRST, "{id}");
    let number = came.arrived.iter().find_map(|one| match one {
        Arrived::Quarantined { number, .. } => number.clone(),
        _ => None,
    });
    assert_eq!(number.as_deref(), Some(FIRST));
    let came = take_knowing(&ledger, pull(3), &both, &quarantined(&id)).await;
    assert_eq!(firsts(&came.arrived), [(id.clone(), false)]);
    // A person's decision stays one.
    assert!(
        ledger
            .resolve_quarantine("ecat", &id, "discarded by ada", pull(4))
            .await
            .unwrap()
    );
    let came = take(&ledger, pull(5), &both).await;
    assert_eq!(firsts(&came.arrived), [(id, false)]);
}

#[tokio::test]
async fn a_quarantine_that_cannot_be_settled_loses_its_record_alone() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[BROKEN])).await;
    house.refuse(|operation, body| operation == "GetItem" && body.contains("quarantine#"));
    let both = list(&[&record(FIRST, OTHER_UUID, 1, AB), &of(7, AB)]);
    let came = take_knowing(&ledger, pull(1), &both, &quarantined(FIRST)).await;
    assert_eq!((came.lost(), came.tally.new, came.tally.lost), (vec![1], 1, 1));
    assert_eq!(came.ended, Ended::NotAllKept);
}

#[tokio::test]
async fn a_broken_record_that_cannot_be_kept_is_lost_by_its_number() {
    let house = House::open().await;
    let ledger = house.ledger();
    house.refuse(|operation, body| operation == "PutItem" && body.contains("quarantine#"));
    let came = take(&ledger, T0, &list(&[BROKEN, &of(7, AB)])).await;
    let number = Some(FIRST.to_owned());
    assert!(came.arrived.contains(&Arrived::LostBroken { number }));
    assert_eq!((came.tally.lost, came.tally.records, came.tally.new), (1, 1, 1));
}

#[tokio::test]
async fn one_submission_that_cannot_be_written_is_lost_alone() {
    let house = House::open().await;
    let ledger = house.ledger();
    house.refuse(|operation, body| operation == "PutItem" && body.contains("7120-2"));
    let other = record("9", OTHER_UUID, 4, AB);
    let body = list(&[&of(1, AB), &of(2, MORE), &of(3, NEW), &other]);
    let came = take(&ledger, T0, &body).await;
    assert_eq!(
        (&came.ended, came.lost_of_all()),
        (&Ended::NotAllKept, (vec![2], vec![1, 3, 4]))
    );
    house.refuse(|_, _| false);
    take(&ledger, pull(1), &body).await;
    let expected = [
        (1, "Waiting".to_owned()),
        (2, "Current".to_owned()),
        (3, "Held".to_owned()),
    ];
    assert_eq!(standings(&stands(&ledger, &key(UUID)).await), expected);
}

#[tokio::test]
async fn a_state_that_this_release_cannot_read_loses_its_submissions_alone() {
    let house = House::open().await;
    let ledger = house.ledger();
    house.spoil(&key(UUID));
    let came = take(&ledger, T0, &list(&[&of(1, AB), &record("9", OTHER_UUID, 4, AB)])).await;
    assert_eq!((came.lost(), came.tally.new), (vec![1], 1));
}

#[tokio::test]
async fn a_list_whose_raw_records_cannot_be_kept_is_lost() {
    let house = House::open().await;
    let ledger = house.ledger();
    house.refuse(|operation, _| operation == "BatchWriteItem");
    let came = take(&ledger, T0, &list(&[&of(1, AB), &record("9", OTHER_UUID, 4, AB)])).await;
    assert_eq!((came.lost(), came.tally.records), (vec![1, 4], 0));
    assert!(ledger.order(&key(UUID)).await.unwrap().is_none());
}

/// Three pulls: an order with a revision and one that looks new; one that has their number; other content under an id,
/// and a sixth submission.
fn pulls() -> Vec<String> {
    let six: Vec<String> = (4..=6)
        .map(|id| of(id, &[("DESK", u32::try_from(id).unwrap())]))
        .collect();
    vec![
        list(&[
            &record(FIRST, UUID, 1, AB),
            &record(SECOND, UUID, 2, MORE),
            &record("7120-3", UUID, 3, NEW),
        ]),
        list(&[&record(FIRST, OTHER_UUID, 9, AB), BROKEN]),
        list(&[&six[0], &six[1], &six[2], &record(FIRST, OTHER_UUID, 9, NEW)]),
    ]
}

async fn take_all(house: &House) -> Vec<Value> {
    for (nth, body) in (0..).zip(pulls()) {
        take(&house.ledger(), pull(nth), &body).await;
    }
    house.stored()
}

/// What stands at the end if this happens at the n-th write of a pull, and the pull is made again then. None if there is
/// no such write.
async fn broken_at(pull_nth: usize, nth: u64, what: At) -> Option<Vec<Value>> {
    let house = House::open().await;
    for (at, body) in (0_u32..).zip(pulls()) {
        if usize::try_from(at) != Ok(pull_nth) {
            take(&house.ledger(), pull(at), &body).await;
            continue;
        }
        house.at_write(nth, what);
        let repeating = what == At::ReplyLost;
        let ledger = if repeating {
            house.repeating_ledger()
        } else {
            house.ledger()
        };
        let came = take(&ledger, pull(at), &body).await;
        if house.writes() < nth {
            return None;
        }
        assert_eq!(
            came.tally.lost == 0,
            repeating,
            "{what:?} at write {nth} of pull {pull_nth}"
        );
        house.revive();
        take(&house.other_ledger(), pull(at), &body).await;
    }
    Some(house.stored())
}

#[tokio::test]
async fn whatever_write_breaks_the_end_is_the_same() {
    let clean = take_all(&House::open().await).await;
    for what in [At::ReplyLost, At::DiesBefore, At::DiesAfter] {
        for pull_nth in 0..pulls().len() {
            for nth in 1.. {
                let Some(stored) = broken_at(pull_nth, nth, what).await else {
                    assert!(nth > 3);
                    break;
                };
                assert_eq!(stored, clean, "{what:?} at write {nth} of pull {pull_nth}");
            }
        }
    }
}

/// What two pulls at once of the same list left behind, without its times and revisions.
async fn each_once(house: &House) {
    let ledger = house.ledger();
    let order = stands(&ledger, &key(UUID)).await;
    let expected = [
        (1, "Waiting".to_owned()),
        (2, "Current".to_owned()),
        (3, "Held".to_owned()),
    ];
    assert_eq!(standings(&order), expected);
    assert_eq!(order.step(StepName::Import).kind(), Kind::Held);
    assert!(order.versions.iter().all(|version| !version.key_taken));
    let note = ledger.hold(&key(UUID), StepName::Import).await.unwrap().unwrap();
    assert!(
        note.text.contains("6385-031318-392-1 (id 2) revises"),
        "{}",
        note.text
    );
}

#[tokio::test]
async fn two_pulls_at_once_enter_each_submission_once() {
    for _ in 0..10 {
        let house = House::open().await;
        let (one, other) = (house.ledger(), house.other_ledger());
        let body = &pulls()[0];
        let (first, second) = tokio::join!(take(&one, T0, body), take(&other, pull(1), body));
        let entered = |tally: order_intake::SubmissionTally| tally.new + tally.resubmitted;
        assert_eq!((first.tally.lost, second.tally.lost), (0, 0));
        assert_eq!(entered(first.tally) + entered(second.tally), 3);
        assert_eq!(first.tally.new + second.tally.new, 1);
        each_once(&house).await;
    }
}

#[tokio::test]
async fn a_pull_that_is_overtaken_between_any_two_writes_enters_nothing_twice() {
    for nth in 1.. {
        let house = House::open().await;
        house.at_write(nth, At::Waits);
        let (one, other) = (house.ledger(), house.other_ledger());
        let body = &pulls()[0];
        let overtaking = async {
            house.reached().await;
            let came = take(&other, pull(1), body).await;
            house.go_on();
            came
        };
        let slow = take(&one, T0, body);
        tokio::pin!(slow, overtaking);
        let (first, second) = tokio::select! {
            // There is no such write.
            _ = &mut slow => { assert!(nth > 8); return },
            second = &mut overtaking => (slow.await, second),
        };
        assert_eq!((first.tally.lost, second.tally.lost), (0, 0), "write {nth}");
        let entered = [&first, &second].map(|came| came.tally.new + came.tally.resubmitted);
        assert_eq!(entered.iter().sum::<u64>(), 3, "write {nth}");
        each_once(&house).await;
    }
}

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_log_line_says_what_waits_and_nothing_personal() {
    let house = House::open().await;
    let ledger = house.ledger();
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(move || writer.clone())
        .finish();
    let heard = tracing::subscriber::set_default(subscriber);
    for (nth, body) in (0..).zip(pulls()) {
        let broken = body.replace(
            BROKEN,
            &format!(r#"{{"order_number":"{FIRST}","customer_name":"{PERSON}",}}"#),
        );
        for one in take(&ledger, pull(nth), &broken).await.arrived {
            one.tell("ecat");
        }
    }
    drop(heard);
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    for said in [
        format!(
            "submission 2 of order {} waits for a person: ecat_revision",
            key(UUID)
        ),
        format!("record 2 of ecat is quarantined as {FIRST}"),
        "ecat_changed_under_its_id".to_owned(),
        "ecat_too_many_versions".to_owned(),
    ] {
        assert!(text.contains(&said), "{said}: {text}");
    }
    for secret in [PERSON, "C-1", "PO-1", "LAMP", "DESK"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
}

#[tokio::test]
async fn a_list_that_is_read_again_and_again_enters_each_submission_once() {
    let house = House::open().await;
    for nth in 0..3 {
        for body in pulls() {
            take(&house.ledger(), pull(nth), &body).await;
        }
    }
    let came = take(&house.ledger(), pull(9), &pulls().concat().replace("][", ",")).await;
    assert!(came.submissions().iter().all(|(_, came)| *came == Arrival::Again));
    assert_eq!(came.tally.quarantined, 1);
}

#[tokio::test]
async fn a_broken_record_whose_number_is_longer_than_any_name_is_kept_by_its_bytes() {
    let house = House::open().await;
    let ledger = house.ledger();
    let number = "9".repeat(3_000);
    let broken = format!(r#"{{"order_number":"{number}","id":1}}"#);
    for nth in 0..2 {
        let came = take(&ledger, pull(nth), &list(&[&broken])).await;
        assert_eq!((came.tally.quarantined, came.tally.lost), (1, 0));
        let named: Vec<_> = firsts(&came.arrived)
            .into_iter()
            .map(|(id, first)| (id.len(), first))
            .collect();
        assert_eq!(named, [(32, nth == 0)]);
    }
}
