//! Golden items of eCat's orders: submissions that meet under their uuid, and whose a number is.

use std::collections::BTreeMap;

use ledger::{Admitted, HoldNote, Holder, LedgerError};
use order_model::versions::{Standing, Version};
use order_model::{
    Admission, Brand, EcatId, EcatOrg, ErpKey, Millis, OrderKey, OrderState, RawRef, Step, StepName,
    StepState,
};
use serde_json::{Value, json};

use crate::golden::golden;
use crate::house::{House, T0, at};

pub(crate) const FILES: [&str; 5] = [
    "birth-with-ecat",
    "hold-of-version",
    "reserved",
    "state-of-submissions",
    "state-that-revises",
];

const UUID: &str = "EC-ACMECAT-9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";
const NUMBER: &str = "EC-ACMECAT-7120-041526-118-1";

fn uuid() -> OrderKey {
    OrderKey::new(UUID).unwrap_or_else(|error| unreachable!("{error}"))
}

fn erp_key(text: &str) -> ErpKey {
    ErpKey::new(text).unwrap_or_else(|error| unreachable!("{error}"))
}

fn payload(letter: &str, chunks: u32) -> RawRef {
    RawRef {
        hash: letter.repeat(32),
        chunks,
    }
}

fn version(id: u64, letter: &str, chunks: u32, number: &str, standing: Standing) -> Version {
    Version {
        id: EcatId(id),
        key: erp_key(&format!("EC-ACMECAT-{number}")),
        key_taken: chunks > 1,
        raw: payload(letter, chunks),
        standing,
    }
}

fn order(key: OrderKey, look_at: Millis, steps: BTreeMap<StepName, Step>) -> OrderState {
    OrderState {
        key,
        revision: 1,
        writer: "run-0".to_owned(),
        admission: Admission::Taken,
        first_seen: T0,
        raw: Some(payload("b", 1)),
        reference: None,
        pinned: None,
        waived: false,
        maybe_acknowledged: false,
        agreed: false,
        erased: false,
        versions: Vec::new(),
        revision_of: None,
        steps,
        repeats: BTreeMap::new(),
        look_at: Some(look_at),
    }
}

fn of_submissions() -> OrderState {
    let held = |code: &str, at| {
        Step::fresh(StepState::Held {
            code: code.to_owned(),
            at,
        })
    };
    let steps = BTreeMap::from([
        (StepName::Import, held("ecat_revision", T0)),
        (StepName::Review, held("ecat_looks_new", at(9))),
    ]);
    let mut order = order(uuid(), T0, steps);
    order.versions = vec![
        version(402_311, "a", 1, "7120-041526-118", Standing::Waiting),
        version(402_987, "b", 1, "7120-041526-118-1", Standing::Current),
        version(402_990, "c", 3, "0123456789ABCDEF0123", Standing::Held),
        version(402_991, "d", 1, "7120-041526-118-3", Standing::Superseded),
        version(402_995, "e", 1, "7120-041526-118-4", Standing::Leaving),
    ];
    order
}

fn that_revises() -> OrderState {
    let due = Step::fresh(StepState::due_by_hand(T0));
    let key = OrderKey::from(erp_key(NUMBER));
    let mut order = order(key, T0, BTreeMap::from([(StepName::Import, due)]));
    order.waived = true;
    order.revision_of = Some(erp_key("EC-ACMECAT-7120-041526-118"));
    order
}

#[tokio::test]
async fn an_order_of_submissions_is_written_as_in_its_file_and_read_back() {
    for (name, order) in [
        ("state-of-submissions", of_submissions()),
        ("state-that-revises", that_revises()),
    ] {
        let key = order.key.clone();
        let house = House::open().await;
        let written = house.ledger("run").admit(order.clone()).await.unwrap();
        assert!(matches!(written, Admitted::New(_)), "{name}");
        assert_eq!(house.item(key.as_str(), "state"), Some(golden(name)), "{name}");

        let house = House::open().await;
        house.put(&golden(name));
        let read = house.ledger("run").order(&key).await.unwrap();
        assert_eq!(read, Some(order), "{name}");
    }
}

#[tokio::test]
async fn a_submission_that_can_not_be_read_makes_its_order_unreadable_by_name() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    for (place, value) in [
        ("/versions", json!({ "S": "402311:W1:aa:7120" })),
        ("/versions/L/0", json!({ "S": "402311:Z1:aa:7120" })),
        ("/versions/L/0", json!({ "N": "1" })),
        ("/versions/L/4/S", "".into()),
    ] {
        let mut item = golden("state-of-submissions");
        if let Some(there) = item.pointer_mut(place) {
            *there = value;
        }
        house.put(&item);
        let error = ledger.order(&uuid()).await.unwrap_err().to_string();
        assert_eq!(error, format!("ledger item {UUID} is unreadable: versions"));
    }
    let mut item = golden("state-that-revises");
    item["revises"] = json!({ "S": "7120 041526" });
    house.put(&item);
    let error = ledger.order(&that_revises().key).await.unwrap_err().to_string();
    assert_eq!(error, format!("ledger item {NUMBER} is unreadable: revises"));
}

#[tokio::test]
async fn a_reserved_key_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let key = erp_key(NUMBER);
    assert_eq!(ledger.holder(&key).await.unwrap(), None);
    let holder = Holder {
        order: uuid(),
        id: EcatId(402_987),
    };
    assert_eq!(ledger.reserve(&key, holder.clone(), T0).await.unwrap(), holder);
    assert_eq!(house.item(NUMBER, "reserved"), Some(golden("reserved")));
    assert_eq!(ledger.holder(&key).await.unwrap(), Some(holder));
    let mut item = golden("reserved");
    item["v"] = json!({ "N": "2" });
    house.put(&item);
    let newer = ledger.holder(&key).await.unwrap_err();
    assert!(matches!(newer, LedgerError::Newer { .. }));
}

#[tokio::test]
async fn a_birth_that_is_bound_to_ecat_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let brand = Brand::new("ACME").unwrap();
    let org = EcatOrg::new("AcmeCat").unwrap();
    let birth = ledger.be_born(&brand, T0).await.unwrap();
    assert_eq!(birth.ecat_org, None);
    ledger.bind_ecat(&birth, &org, &brand).await.unwrap();
    ledger.complete_baseline(&birth, at(60), 300).await.unwrap();
    assert_eq!(house.item("birth", "birth"), Some(golden("birth-with-ecat")));
    let read = ledger.birth(&brand).await.unwrap().unwrap();
    assert_eq!(
        (read.ecat_org.as_deref(), read.baseline),
        (Some("ACMECAT"), Some((at(60), 300)))
    );
}

#[tokio::test]
async fn the_words_about_a_submission_are_written_as_in_their_file_and_erased_with_the_others() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let note = HoldNote {
        code: "ecat_revision".to_owned(),
        text: "7120-041526-118-1 (id 402987) revises 7120-041526-118 (id 402311)".to_owned(),
        at: at(8),
        subject: None,
    };
    let id = EcatId(402_987);
    ledger.keep_version_hold(&uuid(), id, &note).await.unwrap();
    let written: Option<Value> = house.item(UUID, "hold#version#402987");
    assert_eq!(written, Some(golden("hold-of-version")));
    assert_eq!(
        ledger.version_hold(&uuid(), id).await.unwrap(),
        Some(note.clone())
    );
    assert_eq!(ledger.version_hold(&uuid(), EcatId(402_311)).await.unwrap(), None);
    assert_eq!(ledger.hold(&uuid(), StepName::Import).await.unwrap(), None);
    ledger.erase_words(&uuid()).await.unwrap();
    let read = ledger.version_hold(&uuid(), id).await.unwrap();
    let erased = HoldNote {
        text: "erased".to_owned(),
        ..note
    };
    assert_eq!(read, Some(erased));
}
