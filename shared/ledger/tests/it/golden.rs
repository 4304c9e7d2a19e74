//! What stands in a table today must be read in five years: items as files, read, and written again alike.

use std::collections::BTreeMap;
use std::path::PathBuf;

use ledger::{Admitted, HoldNote, LedgerError, Quarantine, Quarantined, Raw, Tried, Trying, TurnTaken};
use order_model::{
    Admission, Brand, ContentHash, ErpReference, Millis, OrderState, Pinned, Step, StepName, StepState,
};
use serde_json::{Value, json};

use crate::house::{House, KEY, T0, at, key, raw_ref};
use crate::{golden_custom, golden_decisions, golden_ecat, golden_fulfilment};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

pub(crate) fn golden(name: &str) -> Value {
    let text = std::fs::read_to_string(folder().join(format!("{name}.json")));
    text.ok()
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_else(|| unreachable!("tests/golden/{name}.json is not there or not JSON"))
}

fn steps(all: Vec<(StepName, u32, StepState)>) -> BTreeMap<StepName, Step> {
    let step = |(name, generation, state)| (name, Step { generation, state });
    all.into_iter().map(step).collect()
}

/// An order as the ledger's first write leaves it.
fn order(look_at: Option<Millis>, all: Vec<(StepName, u32, StepState)>) -> OrderState {
    OrderState {
        key: key(),
        revision: 1,
        writer: "run-0".to_owned(),
        admission: Admission::Taken,
        first_seen: T0,
        raw: Some(raw_ref()),
        reference: None,
        pinned: None,
        waived: false,
        maybe_acknowledged: false,
        agreed: false,
        erased: false,
        versions: Vec::new(),
        revision_of: None,
        steps: steps(all),
        repeats: BTreeMap::new(),
        look_at,
    }
}

fn pinned() -> Option<Pinned> {
    Some(Pinned {
        map: "0123456789abcdef".to_owned(),
        hash: ContentHash::from_bytes(std::array::from_fn(|place| place.try_into().unwrap_or(0))),
        custom: None,
    })
}

fn sent() -> Option<String> {
    Some("aaaabbbbccccddddeeeeffff00001111".to_owned())
}

fn waiting() -> Vec<(&'static str, OrderState)> {
    let look_at = Some(at(900));
    let (not_before, hint_at) = (T0, at(900));
    let due = StepState::Due {
        not_before,
        tries: 0,
        hint_at,
    };
    let claimed = StepState::Claimed {
        owner: "run-7".to_owned(),
        begun_at: at(5),
        until: at(125),
        tries: 0,
        hash: sent(),
        asking: false,
    };
    let pending = StepState::Pending {
        not_before: at(60),
        tries: 1,
        hint_at,
    };
    let unknown = StepState::Unknown {
        begun_at: at(5),
        not_before: at(95),
        tries: 2,
        hint_at: at(995),
        hash: sent(),
    };
    let one = |generation, state| order(look_at, vec![(StepName::Import, generation, state)]);
    let mut waived = one(1, due.clone());
    waived.waived = true;
    let mut erased = order(None, vec![(StepName::Import, 1, StepState::Discarded)]);
    (erased.raw, erased.erased) = (None, true);
    let mut pinned_claim = one(1, claimed);
    pinned_claim.pinned = pinned();
    let mut chunked = one(1, pending);
    chunked.raw.iter_mut().for_each(|raw| raw.chunks = 3);
    vec![
        ("state-due", one(0, due)),
        ("state-claimed", pinned_claim),
        ("state-pending", chunked),
        ("state-unknown", one(2, unknown)),
        ("state-held", held(look_at)),
        ("state-waived", waived),
        ("state-erased", erased),
    ]
}

fn held(look_at: Option<Millis>) -> OrderState {
    let held = |code: &str, at| StepState::Held {
        code: code.to_owned(),
        at,
    };
    let import = (StepName::Import, 1, held("unknown_sku", at(8)));
    let review = (StepName::Review, 0, held("changed_after_import", at(9)));
    order(look_at, vec![import, review])
}

fn finished() -> Vec<(&'static str, OrderState)> {
    let done = |reference: Option<&str>, at| StepState::Done {
        reference: reference.and_then(|reference| ErpReference::new(reference).ok()),
        at,
    };
    let imported = || (StepName::Import, 1, done(None, at(8)));
    let confirmed = (StepName::Confirm, 1, done(Some("C-1"), at(14)));
    let mut valid = order(None, vec![imported(), confirmed]);
    valid.reference = ErpReference::new("SO104233").ok();
    valid.pinned = pinned();
    let mut foreign = order(None, vec![]);
    foreign.admission = Admission::Foreign;
    let off = (StepName::Confirm, 2, StepState::Off);
    let one = |generation, state| order(None, vec![(StepName::Import, generation, state)]);
    vec![
        ("state-done", valid),
        ("state-superseded", one(0, StepState::Superseded)),
        ("state-discarded", one(3, StepState::Discarded)),
        ("state-off", order(None, vec![imported(), off])),
        ("state-foreign", foreign),
    ]
}

#[tokio::test]
async fn a_state_is_written_as_in_its_file_and_read_back() {
    for (name, order) in waiting().into_iter().chain(finished()) {
        let house = House::open().await;
        let written = house.ledger("run").admit(order.clone()).await.unwrap();
        assert!(matches!(written, Admitted::New(_)), "{name}");
        assert_eq!(house.item(KEY, "state"), Some(golden(name)), "{name}");

        let house = House::open().await;
        house.put(&golden(name));
        assert_eq!(
            house.ledger("run").order(&key()).await.unwrap(),
            Some(order),
            "{name}"
        );
    }
}

#[test]
fn each_file_is_used_here() {
    let mut expected = vec![
        "birth",
        "birth-with-baseline",
        "hold",
        "journal",
        "login",
        "login-trying",
        "pause",
        "pause-by-person",
        "quarantine",
        "raw",
    ];
    expected.extend(golden_custom::FILES);
    expected.extend(golden_decisions::FILES);
    expected.extend(golden_ecat::FILES);
    expected.extend(golden_fulfilment::FILES);
    expected.extend(waiting().iter().chain(&finished()).map(|(name, _)| *name));
    expected.sort_unstable();
    let files = std::fs::read_dir(folder()).unwrap();
    let mut found: Vec<_> = files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    found.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_birth_is_written_as_in_its_files_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let brand = Brand::new("ACME").unwrap();
    let birth = ledger.be_born(&brand, T0).await.unwrap();
    assert_eq!(house.item("birth", "birth"), Some(golden("birth")));
    ledger.complete_baseline(&birth, at(60), 300).await.unwrap();
    assert_eq!(house.item("birth", "birth"), Some(golden("birth-with-baseline")));
    let read = ledger.birth(&brand).await.unwrap().unwrap();
    assert_eq!(
        (read.brand.as_str(), read.at, read.baseline),
        ("ACME", T0, Some((at(60), 300)))
    );
}

#[tokio::test]
async fn a_journal_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let seen = ledger.journal("repspark").await.unwrap();
    let (_, owner) = ledger.open_journal("repspark", T0, at(60)).await.unwrap();
    ledger
        .close_journal("repspark", &owner, at(9), false, 20)
        .await
        .unwrap();
    ledger.note_recovery("repspark", &seen, at(30)).await.unwrap();
    assert_eq!(house.item("journal#repspark", "journal"), Some(golden("journal")));
    let read = ledger.journal("repspark").await.unwrap();
    assert!(!read.running && read.incomplete);
    assert_eq!(
        (read.owner.as_str(), read.began_at, read.until),
        ("run-0", T0, at(60))
    );
    assert_eq!(
        (read.records, read.closed_at, read.recovered_at),
        (20, Some(at(9)), Some(at(30)))
    );
}

#[tokio::test]
async fn a_pause_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let set = ledger.set_pause("erp", "credentials_refused", "erp-import-order", T0, at(900));
    set.await.unwrap();
    assert_eq!(house.item("pause#erp", "pause"), Some(golden("pause")));
    let read = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!(
        (read.reason.as_str(), read.by.as_str()),
        ("credentials_refused", "erp-import-order")
    );
    assert_eq!((read.since, read.next_probe), (T0, Some(at(900))));
    assert!(!read.by_person);

    let by_hand = ledger.pause_by_hand("repspark", "ada", "stocktaking until Monday", T0);
    by_hand.await.unwrap();
    let written = house.item("pause#repspark", "pause");
    assert_eq!(written, Some(golden("pause-by-person")));
    let read = ledger.pause("repspark").await.unwrap().unwrap();
    assert_eq!((read.by_person, read.since, read.next_probe), (true, T0, None));
}

#[tokio::test]
async fn a_login_is_written_as_in_its_files_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let trying = |version: &str, second| Trying {
        version: version.to_owned(),
        owner: "run-1".to_owned(),
        until: at(second),
    };
    let old = trying("old", 60);
    ledger.end_login("erp", &old, Tried::Refused(T0)).await.unwrap();
    let seen = ledger.login("erp").await.unwrap();
    let ours = trying("11111111-2222-4333-8444-555555555555", 70);
    let taken = ledger.take_login("erp", seen, &ours, at(1)).await.unwrap();
    assert!(matches!(taken, TurnTaken::Ours(_)));
    assert_eq!(house.item("login#erp", "login"), Some(golden("login-trying")));
    let read = ledger.login("erp").await.unwrap();
    assert_eq!(read.trying, Some(ours.clone()));
    ledger.end_login("erp", &ours, Tried::Taken).await.unwrap();
    assert_eq!(house.item("login#erp", "login"), Some(golden("login")));
    let read = ledger.login("erp").await.unwrap();
    assert!(read.is_proven(&ours.version) && read.is_free(at(2)) && read.is_refused("old"));
}

#[tokio::test]
async fn a_quarantined_record_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let record = Quarantine {
        source: "repspark".to_owned(),
        id: "8086".to_owned(),
        raw: raw_ref(),
        place: 3,
        fault: "no customer".to_owned(),
        at: T0,
        resolved: None,
    };
    assert_eq!(ledger.quarantine(&record).await.unwrap(), Quarantined::New);
    assert_eq!(
        house.item("quarantine#repspark#8086", "record"),
        Some(golden("quarantine"))
    );
    assert_eq!(
        ledger.quarantined("repspark", "8086").await.unwrap(),
        Some(record)
    );
}

#[tokio::test]
async fn the_words_of_a_hold_are_written_as_in_their_file_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let note = HoldNote {
        code: "unknown_sku".to_owned(),
        text: "no item TEE-BLK-M: add it to the ERP, then retry".to_owned(),
        at: at(8),
        subject: None,
    };
    ledger.keep_hold(&key(), StepName::Import, &note).await.unwrap();
    assert_eq!(house.item(KEY, "hold#import"), Some(golden("hold")));
    assert_eq!(ledger.hold(&key(), StepName::Import).await.unwrap(), Some(note));
}

#[tokio::test]
async fn a_raw_payload_is_written_like_its_file_and_the_file_is_read() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let raw = Raw::of(br#"{"OrderId":8086}"#);
    ledger
        .keep_raw(std::slice::from_ref(&raw), Millis(1_900_000_000_999))
        .await
        .unwrap();
    let mut expected = golden("raw");
    let mut written = house.item(expected["pk"]["S"].as_str().unwrap(), "0").unwrap();
    // The file's body was packed by zlib, ours by flate2: two packings of one payload may differ.
    assert!(written["body"]["B"].take().is_string() && expected["body"]["B"].take().is_string());
    assert_eq!(written, expected);

    house.put(&golden("raw"));
    let read = ledger.raw(raw.place()).await.unwrap();
    assert_eq!(read.as_deref(), Some(br#"{"OrderId":8086}"#.as_slice()));
}

#[tokio::test]
async fn an_item_of_a_later_schema_is_refused_and_says_what_to_do() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    for name in [
        "state-due",
        "birth",
        "journal",
        "pause",
        "quarantine",
        "hold",
        "raw",
    ] {
        let mut item = golden(name);
        item["v"] = json!({ "N": "2" });
        house.put(&item);
    }
    let raw = Raw::of(br#"{"OrderId":8086}"#);
    let brand = Brand::new("ACME").unwrap();
    let errors: [LedgerError; 7] = [
        ledger.order(&key()).await.unwrap_err(),
        ledger.admit(order(None, vec![])).await.unwrap_err(),
        ledger.journal("repspark").await.unwrap_err(),
        ledger.pause("erp").await.unwrap_err(),
        ledger.quarantined("repspark", "8086").await.unwrap_err(),
        ledger.hold(&key(), StepName::Import).await.unwrap_err(),
        ledger.raw(raw.place()).await.unwrap_err(),
    ];
    for error in &errors {
        assert!(
            matches!(
                error,
                LedgerError::Newer {
                    schema: 2,
                    known: 1,
                    ..
                }
            ),
            "{error}"
        );
    }
    let text =
        "ledger item RS-ACME-8086 has schema 2, and this release reads 1: deploy the newer release again";
    assert_eq!(errors[0].to_string(), text);
    assert!(ledger.birth(&brand).await.is_err());
}

#[tokio::test]
async fn an_item_without_a_schema_or_with_a_state_that_is_not_known_is_refused() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let change = |place: &str, value: Value| {
        let mut item = golden("state-due");
        *item.pointer_mut(place).unwrap() = value;
        item
    };
    for (item, what) in [
        (change("/v", json!({ "S": "1" })), "v"),
        (change("/adm/S", "found".into()), "adm"),
        (change("/steps/M/import/M/s/S", "begun".into()), "steps: state"),
        (change("/steps/M", json!({ "ship": { "M": {} } })), "steps: name"),
        (change("/steps/M/import/M/n", json!({ "S": "soon" })), "n"),
    ] {
        house.put(&item);
        let error = ledger.order(&key()).await.unwrap_err().to_string();
        assert_eq!(error, format!("ledger item RS-ACME-8086 is unreadable: {what}"));
    }
}
