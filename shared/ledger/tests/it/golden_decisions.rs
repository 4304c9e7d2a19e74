//! Golden items of what stands beside the orders for the people who decide about them.

use ledger::{CallNote, DecisionRecord, HoldNote, Ledger, LedgerError, Quarantine, StoredMap};
use order_model::{Admission, StepName};
use serde_json::{Value, json};

use crate::golden::golden;
use crate::house::{House, KEY, T0, at, key, raw_ref};

pub(crate) const FILES: [&str; 12] = [
    "call",
    "call-without-numbers",
    "decision",
    "decision-of-no-step",
    "hold-erased",
    "hold-with-subject",
    "map",
    "map-current",
    "payload",
    "quarantine-resolved",
    "state-foreign-before-index",
    "turn",
];

fn map() -> StoredMap {
    StoredMap {
        source: "repspark".to_owned(),
        version: "0123456789abcdef".to_owned(),
        text: r#"{"source":"repspark"}"#.to_owned(),
        by: "ada".to_owned(),
        why: "TypeCode moved".to_owned(),
        at: T0,
    }
}

fn retried() -> DecisionRecord {
    DecisionRecord {
        at: T0,
        did: "retry".to_owned(),
        step: Some(StepName::Import),
        by: "ada".to_owned(),
        why: "item added".to_owned(),
        detail: "import is due".to_owned(),
    }
}

fn paused() -> DecisionRecord {
    DecisionRecord {
        at: T0,
        did: "pause".to_owned(),
        step: None,
        by: "ada".to_owned(),
        why: "month end".to_owned(),
        detail: String::new(),
    }
}

fn call_note() -> CallNote {
    CallNote {
        transaction: Some("T-1".to_owned()),
        batch: Some("B-2".to_owned()),
        code: Some("417".to_owned()),
        without_effect: 0,
        at: T0,
    }
}

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

#[tokio::test]
async fn a_field_map_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    ledger.keep_map(&map()).await.unwrap();
    let written = house.item("map#repspark", "0123456789abcdef");
    assert_eq!(written, Some(golden("map")));
    let read = ledger.map("repspark", "0123456789abcdef").await.unwrap();
    assert_eq!(read, Some(map()));
}

#[tokio::test]
async fn the_name_of_the_current_map_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let named = ledger.use_map("repspark", "0123456789abcdef", None, "ada", T0);
    assert!(named.await.unwrap());
    assert_eq!(house.item("map#repspark", "current"), Some(golden("map-current")));
    let read = ledger.current_map("repspark").await.unwrap().unwrap();
    assert_eq!(
        (read.version.as_str(), read.by.as_str(), read.at),
        ("0123456789abcdef", "ada", T0)
    );
}

#[tokio::test]
async fn a_decision_is_written_as_in_its_file_and_read_back() {
    for (about, decision, file) in [
        (KEY.to_owned(), retried(), "decision"),
        (Ledger::pause_name("erp"), paused(), "decision-of-no-step"),
    ] {
        let house = House::open().await;
        let ledger = house.ledger("run");
        ledger.keep_decision(&about, &decision).await.unwrap();
        let written = house.item(&about, &format!("decision#{}#run-0", T0.0));
        assert_eq!(written, Some(golden(file)));
        assert_eq!(ledger.decisions(&about).await.unwrap(), [decision]);
    }
}

#[tokio::test]
async fn the_name_of_a_payload_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    ledger.name_payload(&key(), &raw_ref(), T0).await.unwrap();
    let sk = format!("payload#{}", raw_ref().hash);
    assert_eq!(house.item(KEY, &sk), Some(golden("payload")));
    assert_eq!(ledger.payloads(&key()).await.unwrap(), [(raw_ref(), T0)]);
}

#[tokio::test]
async fn the_numbers_of_a_call_are_written_as_in_their_files_and_read_back() {
    let none = CallNote {
        transaction: None,
        batch: None,
        code: None,
        without_effect: 0,
        at: T0,
    };
    for (step, note, file) in [
        (StepName::Confirm, call_note(), "call"),
        (StepName::Import, none, "call-without-numbers"),
    ] {
        let house = House::open().await;
        let ledger = house.ledger("run");
        ledger.keep_call(&key(), step, &note).await.unwrap();
        let sk = format!("call#{}", step.as_str());
        assert_eq!(house.item(KEY, &sk), Some(golden(file)));
        assert_eq!(ledger.call_note(&key(), step).await.unwrap(), Some(note));
    }
}

#[tokio::test]
async fn a_turn_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let hour = std::time::Duration::from_secs(3600);
    assert!(ledger.take_turn("census", T0, hour).await.unwrap());
    assert_eq!(house.item("turn#census", "turn"), Some(golden("turn")));
    assert!(!ledger.take_turn("census", at(3599), hour).await.unwrap());
}

#[tokio::test]
async fn the_words_of_a_hold_about_another_payload_name_it() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let note = HoldNote {
        code: "changed_after_import".to_owned(),
        text: "the order came again".to_owned(),
        at: at(8),
        subject: Some(raw_ref().hash),
    };
    ledger.keep_hold(&key(), StepName::Review, &note).await.unwrap();
    assert_eq!(house.item(KEY, "hold#review"), Some(golden("hold-with-subject")));
    let read = ledger.hold(&key(), StepName::Review).await.unwrap();
    assert_eq!(read, Some(note));
}

#[tokio::test]
async fn erased_words_are_as_in_their_file() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    house.put(&golden("hold"));
    ledger.erase_words(&key()).await.unwrap();
    assert_eq!(house.item(KEY, "hold#import"), Some(golden("hold-erased")));
}

#[tokio::test]
async fn a_resolved_record_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    ledger.quarantine(&record()).await.unwrap();
    let how = "keyed by hand as SO1";
    let resolved = ledger.resolve_quarantine("repspark", "8086", how, at(60));
    assert!(resolved.await.unwrap());
    assert_eq!(
        house.item(&Ledger::quarantine_name("repspark", "8086"), "record"),
        Some(golden("quarantine-resolved"))
    );
    let read = ledger.quarantined("repspark", "8086").await.unwrap().unwrap();
    assert_eq!(read.resolved, Some((at(60), how.to_owned())));
}

#[tokio::test]
async fn a_foreign_order_from_before_they_were_listed_is_read() {
    let house = House::open().await;
    house.put(&golden("state-foreign-before-index"));
    let order = house.ledger("run").order(&key()).await.unwrap().unwrap();
    assert_eq!(order.admission, Admission::Foreign);
    assert_eq!((order.raw, order.look_at), (None, None));
}

#[tokio::test]
async fn what_a_later_release_wrote_beside_an_order_is_refused() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    for name in FILES {
        let mut item: Value = golden(name);
        item["v"] = json!({ "N": "2" });
        house.put(&item);
    }
    let hour = std::time::Duration::from_secs(3600);
    let errors: [LedgerError; 9] = [
        ledger.map("repspark", "0123456789abcdef").await.unwrap_err(),
        ledger.current_map("repspark").await.unwrap_err(),
        ledger.decisions(KEY).await.unwrap_err(),
        ledger.payloads(&key()).await.unwrap_err(),
        ledger.call_note(&key(), StepName::Confirm).await.unwrap_err(),
        ledger.take_turn("census", at(9000), hour).await.unwrap_err(),
        ledger.quarantine(&record()).await.unwrap_err(),
        ledger
            .resolve_quarantine("repspark", "8086", "", T0)
            .await
            .unwrap_err(),
        ledger.hold(&key(), StepName::Review).await.unwrap_err(),
    ];
    for error in errors {
        assert!(matches!(error, LedgerError::Newer { schema: 2, .. }), "{error}");
    }
}
