//! Quarantined records: listed until somebody resolves them.

use futures::future::join_all;
use ledger::{Ledger, Quarantine, Quarantined};
use order_model::Millis;

use crate::house::{House, T0, at, raw_ref};

fn record(id: &str, at: Millis) -> Quarantine {
    Quarantine {
        source: "repspark".to_owned(),
        id: id.to_owned(),
        raw: raw_ref(),
        place: 1,
        fault: "no customer".to_owned(),
        at,
        resolved: None,
    }
}

async fn listed(ledger: &Ledger, most: usize) -> Vec<String> {
    match ledger.quarantined_records(most).await {
        Ok(records) => records.into_iter().map(|record| record.id).collect(),
        Err(error) => unreachable!("{error}"),
    }
}

#[tokio::test]
async fn records_are_listed_oldest_first_until_they_are_resolved() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert!(listed(&ledger, 10).await.is_empty());
    for (id, at) in [("2", at(2)), ("3", at(3)), ("1", at(1))] {
        ledger.quarantine(&record(id, at)).await.unwrap();
    }
    assert_eq!(listed(&ledger, 10).await, ["1", "2", "3"]);
    assert_eq!(listed(&ledger, 2).await, ["1", "2"]);
    assert!(listed(&ledger, 0).await.is_empty());
    let resolved = ledger.resolve_quarantine("repspark", "2", "keyed by hand", at(60));
    assert!(resolved.await.unwrap());
    assert_eq!(listed(&ledger, 10).await, ["1", "3"]);
    let read = ledger.quarantined("repspark", "2").await.unwrap();
    let expected = Quarantine {
        resolved: Some((at(60), "keyed by hand".to_owned())),
        ..record("2", at(2))
    };
    assert_eq!(read, Some(expected));
}

#[tokio::test]
async fn more_records_than_a_page_of_the_index_are_listed() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for n in 0..230 {
        ledger.quarantine(&record(&n.to_string(), at(n))).await.unwrap();
    }
    let expected: Vec<_> = (0..230).map(|n| n.to_string()).collect();
    assert_eq!(listed(&ledger, 1000).await, expected);
    assert_eq!(listed(&ledger, 150).await, expected[..150]);
}

#[tokio::test]
async fn a_record_is_resolved_once_and_one_that_is_not_there_never() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.quarantine(&record("1", T0)).await.unwrap();
    for (id, how, expected) in [("1", "first", true), ("1", "second", false), ("2", "", false)] {
        let resolved = ledger.resolve_quarantine("repspark", id, how, at(60));
        assert_eq!(resolved.await.unwrap(), expected);
    }
    let read = ledger.quarantined("repspark", "1").await.unwrap().unwrap();
    assert_eq!(read.resolved, Some((at(60), "first".to_owned())));
    assert_eq!(ledger.quarantined("repspark", "2").await.unwrap(), None);
}

#[tokio::test]
async fn a_resolved_record_that_comes_again_broken_is_new_and_listed_again() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.quarantine(&record("1", T0)).await.unwrap();
    let resolved = ledger.resolve_quarantine("repspark", "1", "mended there", at(60));
    assert!(resolved.await.unwrap());
    assert_eq!(
        ledger.quarantine(&record("1", at(80))).await.unwrap(),
        Quarantined::Resolved,
        "somebody has decided about these very bytes"
    );
    let again = broken_anew(record("1", at(90)));
    for expected in [Quarantined::New, Quarantined::Known] {
        assert_eq!(ledger.quarantine(&again).await.unwrap(), expected);
    }
    assert_eq!(ledger.quarantined("repspark", "1").await.unwrap(), Some(again));
    assert_eq!(listed(&ledger, 10).await, ["1"]);
    let resolved = ledger.resolve_quarantine("repspark", "1", "mended again", at(99));
    assert!(resolved.await.unwrap());
}

/// The same record with other bytes.
fn broken_anew(mut record: Quarantine) -> Quarantine {
    record.raw.hash = "f".repeat(32);
    record
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_resolve_or_open_again_one_does() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.quarantine(&record("1", T0)).await.unwrap();
    let resolving = (0..16).map(|n| {
        let ledger = house.ledger(&format!("resolve{n}"));
        tokio::spawn(async move {
            let resolved = ledger.resolve_quarantine("repspark", "1", "mended", at(60));
            resolved.await.unwrap()
        })
    });
    let resolved = join_all(resolving).await;
    assert_eq!(resolved.iter().filter(|one| *one.as_ref().unwrap()).count(), 1);
    let opening = (0..16).map(|n| {
        let ledger = house.ledger(&format!("open{n}"));
        let again = broken_anew(record("1", at(90)));
        tokio::spawn(async move { ledger.quarantine(&again).await.unwrap() })
    });
    let opened = join_all(opening).await;
    let new = opened
        .iter()
        .filter(|one| *one.as_ref().unwrap() == Quarantined::New);
    assert_eq!(new.count(), 1);
}
