//! Lost replies of the writes that stand beside the orders: maps, decisions, erasing, quarantine, turns.

use std::time::Duration;

use ledger::{CallNote, DecisionRecord, HoldNote, Quarantine, Quarantined, Raw, StoredMap};
use order_model::StepName;
use serde_json::{Value, json};

use crate::house::{House, KEY, T0, at, key, raw_ref};

const HOUR: Duration = Duration::from_secs(3600);

fn record() -> Quarantine {
    Quarantine {
        source: "repspark".to_owned(),
        id: "8086".to_owned(),
        raw: raw_ref(),
        place: 3,
        fault: "no customer".to_owned(),
        at: T0,
        resolved: None,
    }
}

/// What a resolving by another leaves.
fn resolved_by_another(item: &mut Value) {
    if let Some(item) = item.as_object_mut() {
        item.remove("open");
        item.remove("look_at");
    }
    item["resolved"] = json!({ "N": at(50).0.to_string() });
    item["how"] = json!({ "S": "by another" });
}

#[tokio::test]
async fn a_map_whose_reply_was_lost_is_kept() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let map = StoredMap {
        source: "repspark".to_owned(),
        version: "v1".to_owned(),
        text: "{}".to_owned(),
        by: "ada".to_owned(),
        why: "a reason".to_owned(),
        at: T0,
    };
    house.lose_reply_of(1);
    ledger.keep_map(&map).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(ledger.map("repspark", "v1").await.unwrap(), Some(map));
}

#[tokio::test]
async fn a_map_that_was_named_and_whose_reply_was_lost_is_named() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for version in ["v1", "v2"] {
        let seen = ledger.current_map("repspark").await.unwrap();
        house.lose_reply_of(1);
        let using = ledger.use_map("repspark", version, seen.as_ref(), "ada", T0);
        assert!(using.await.unwrap());
        assert_eq!(house.calls(), 2);
        let stands = ledger.current_map("repspark").await.unwrap().unwrap();
        assert_eq!(stands.version, version);
    }
}

#[tokio::test]
async fn a_map_in_whose_place_another_was_named_before_our_reply_came_is_not_current() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(1);
    house.then_another_writes(|item| item["version"] = json!({ "S": "v9" }));
    let using = ledger.use_map("repspark", "v1", None, "ada", T0);
    assert!(!using.await.unwrap());
    let stands = ledger.current_map("repspark").await.unwrap().unwrap();
    assert_eq!(stands.version, "v9");
}

#[tokio::test]
async fn a_decision_whose_reply_was_lost_is_kept_once() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let decision = DecisionRecord {
        at: T0,
        did: "retry".to_owned(),
        step: Some(StepName::Import),
        by: "ada".to_owned(),
        why: "item added".to_owned(),
        detail: String::new(),
    };
    house.lose_reply_of(1);
    ledger.keep_decision(KEY, &decision).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(ledger.decisions(KEY).await.unwrap(), [decision]);
}

#[tokio::test]
async fn the_name_of_a_payload_and_the_numbers_of_a_call_whose_replies_were_lost_are_kept() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(1);
    ledger.name_payload(&key(), &raw_ref(), T0).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(ledger.payloads(&key()).await.unwrap(), [(raw_ref(), T0)]);
    let note = CallNote {
        transaction: Some("T-1".to_owned()),
        batch: None,
        code: None,
        without_effect: 0,
        at: T0,
    };
    house.lose_reply_of(1);
    ledger.keep_call(&key(), StepName::Confirm, &note).await.unwrap();
    assert_eq!(house.calls(), 2);
    let read = ledger.call_note(&key(), StepName::Confirm).await.unwrap();
    assert_eq!(read, Some(note));
}

#[tokio::test]
async fn what_was_erased_and_whose_replies_were_lost_is_erased() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let raw = Raw::of(b"{}");
    ledger.keep_raw(std::slice::from_ref(&raw), at(1)).await.unwrap();
    house.lose_reply_of(1);
    ledger.erase_raw(raw.place()).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(ledger.raw(raw.place()).await.unwrap(), None);
    let words = HoldNote {
        code: "unknown_sku".to_owned(),
        text: "Ada Lovelace".to_owned(),
        at: T0,
        subject: None,
    };
    // The list of holds, the hold, what became of the lines, the list of payloads, the payload: the reply of each is lost
    // once.
    for call in 1..=5 {
        ledger.keep_hold(&key(), StepName::Import, &words).await.unwrap();
        ledger.name_payload(&key(), &raw_ref(), T0).await.unwrap();
        house.lose_reply_of(call);
        ledger.erase_words(&key()).await.unwrap();
        assert_eq!(house.calls(), 6);
        let read = ledger.hold(&key(), StepName::Import).await.unwrap().unwrap();
        assert_eq!(read.text, "erased");
        assert!(ledger.payloads(&key()).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn a_record_that_was_resolved_and_whose_reply_was_lost_is_resolved() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.quarantine(&record()).await.unwrap();
    house.lose_reply_of(2);
    let resolved = ledger.resolve_quarantine("repspark", "8086", "mended", at(60));
    assert!(resolved.await.unwrap());
    assert_eq!(house.calls(), 3);
    assert!(ledger.quarantined_records(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_record_that_came_again_before_the_reply_of_its_resolving_stays_open() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.quarantine(&record()).await.unwrap();
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["open"] = json!({ "S": "quarantine" });
        item["look_at"] = json!({ "N": at(70).0.to_string() });
        item["at"] = json!({ "N": at(70).0.to_string() });
        if let Some(item) = item.as_object_mut() {
            item.remove("resolved");
            item.remove("how");
        }
    });
    let resolved = ledger.resolve_quarantine("repspark", "8086", "mended", at(60));
    assert!(!resolved.await.unwrap());
    let open = ledger.quarantined_records(10).await.unwrap();
    assert_eq!(open.len(), 1);
    assert_eq!((open[0].at, &open[0].resolved), (at(70), &None));
}

#[tokio::test]
async fn a_record_that_was_opened_again_and_whose_reply_was_lost_is_new() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.quarantine(&record()).await.unwrap();
    let resolved = ledger.resolve_quarantine("repspark", "8086", "mended", at(60));
    assert!(resolved.await.unwrap());
    house.lose_reply_of(2);
    assert_eq!(ledger.quarantine(&broken_anew()).await.unwrap(), Quarantined::New);
    assert_eq!(house.calls(), 3);
    assert_eq!(ledger.quarantined_records(10).await.unwrap(), [broken_anew()]);
}

/// The same record with other bytes.
fn broken_anew() -> Quarantine {
    let mut record = record();
    record.raw.hash = "f".repeat(32);
    record
}

#[tokio::test]
async fn a_record_that_somebody_resolved_before_our_reply_came_stays_resolved() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(1);
    house.then_another_writes(resolved_by_another);
    assert_eq!(ledger.quarantine(&record()).await.unwrap(), Quarantined::Resolved);
    assert_eq!(ledger.quarantined_records(10).await.unwrap(), []);
}

#[tokio::test]
async fn a_turn_whose_reply_was_lost_is_taken() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for now in [T0, at(3600)] {
        house.lose_reply_of(2);
        assert!(ledger.take_turn("census", now, HOUR).await.unwrap());
        assert_eq!(house.calls(), 3);
        assert!(!ledger.take_turn("census", now, HOUR).await.unwrap());
    }
}
