//! Raw payloads, and batches that DynamoDB does in part.

use ledger::{HoldNote, LedgerError, Raw};
use order_model::{OrderKey, OrderState, RawRef, StepName};
use sha2::{Digest, Sha256};

use crate::house::{House, PACE, Partly, T0, at, key, raw_ref};

const EXPIRY: order_model::Millis = order_model::Millis(1_900_000_000_999);

/// Bytes that do not compress, the same on each run.
fn noise(len: usize) -> Vec<u8> {
    let blocks = (0_u64..).map(|n| Sha256::digest(n.to_le_bytes()));
    blocks.flatten().take(len).collect()
}

fn small(count: usize) -> Vec<Raw> {
    (0..count)
        .map(|n| Raw::of(format!("{{\"OrderId\":{n}}}").as_bytes()))
        .collect()
}

#[tokio::test]
async fn a_payload_comes_back_as_it_was_and_is_named_by_its_content() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let payload = br#"{"OrderId":8086}"#;
    let raw = Raw::of(payload);
    // printf %s '{"OrderId":8086}' | sha256sum, the first 16 bytes
    assert_eq!(raw.place().hash, "6ef1397eddd3cba507cc211f182b6c59");
    ledger.keep_raw(std::slice::from_ref(&raw), EXPIRY).await.unwrap();
    assert_eq!(
        ledger.raw(raw.place()).await.unwrap().as_deref(),
        Some(payload.as_slice())
    );
    let item = house.item(&format!("raw#{}", raw.place().hash), "0").unwrap();
    assert_eq!(
        item["expires_at"]["N"], "1900000000",
        "time to live is in seconds"
    );
}

#[tokio::test]
async fn an_empty_payload_is_a_payload() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let raw = Raw::of(b"");
    ledger.keep_raw(std::slice::from_ref(&raw), EXPIRY).await.unwrap();
    assert_eq!(ledger.raw(raw.place()).await.unwrap(), Some(vec![]));
}

#[tokio::test]
async fn payloads_around_the_limit_of_an_item_come_back_as_they_were() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    // An item may hold 400 KB; a chunk is 350 KiB. Noise grows a little when it is packed.
    for (len, chunks) in [(350_000, 1), (390_000, 2), (1_100_000, 4)] {
        let payload = noise(len);
        let raw = Raw::of(&payload);
        assert_eq!(raw.place().chunks, chunks, "{len}");
        ledger.keep_raw(std::slice::from_ref(&raw), EXPIRY).await.unwrap();
        assert!(ledger.raw(raw.place()).await.unwrap() == Some(payload), "{len}");
    }
}

#[tokio::test]
async fn more_bytes_than_one_batch_takes_go_in_several() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let noise = noise(9_000_000);
    let raws: Vec<_> = noise.chunks(300_000).map(Raw::of).collect();
    ledger.keep_raw(&raws, EXPIRY).await.unwrap();
    for (raw, payload) in raws.iter().zip(noise.chunks(300_000)) {
        assert!(ledger.raw(raw.place()).await.unwrap().as_deref() == Some(payload));
    }
    // 30 of 300 KB, at most 13 in a batch of 4 MiB.
    assert_eq!(house.bill().len(), 3);
}

#[tokio::test]
async fn twenty_six_payloads_go_in_two_batches() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let raws = small(26);
    ledger.keep_raw(&raws, EXPIRY).await.unwrap();
    assert_eq!(house.bill().len(), 2);
    for raw in &raws {
        assert!(ledger.raw(raw.place()).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn the_same_payload_twice_in_one_call_is_one_item() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let twice = [small(1), small(1)].concat();
    ledger.keep_raw(&twice, EXPIRY).await.unwrap();
    ledger.keep_raw(&twice, EXPIRY).await.unwrap();
    assert!(ledger.raw(twice[0].place()).await.unwrap().is_some());
}

#[tokio::test]
async fn nothing_to_keep_is_no_call() {
    let house = House::open().await;
    house.ledger("a").keep_raw(&[], EXPIRY).await.unwrap();
    assert!(house.bill().is_empty());
}

#[tokio::test]
async fn a_payload_that_expired_or_lost_a_chunk_is_none() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert_eq!(ledger.raw(&raw_ref()).await.unwrap(), None);
    let raw = Raw::of(&noise(500_000));
    ledger.keep_raw(std::slice::from_ref(&raw), EXPIRY).await.unwrap();
    let more = RawRef {
        chunks: raw.place().chunks + 1,
        ..raw.place().clone()
    };
    assert_eq!(ledger.raw(&more).await.unwrap(), None);
    let fewer = RawRef {
        chunks: raw.place().chunks - 1,
        ..raw.place().clone()
    };
    let error = ledger.raw(&fewer).await.unwrap_err().to_string();
    assert_eq!(
        error,
        format!("ledger item raw#{} is unreadable: body", raw.place().hash)
    );
}

#[tokio::test]
async fn what_a_batch_left_undone_is_written_until_nothing_is_left() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let raws = small(5);
    house.do_batches(Partly::Next(3));
    ledger.keep_raw(&raws, EXPIRY).await.unwrap();
    for raw in &raws {
        assert!(ledger.raw(raw.place()).await.unwrap().is_some());
    }
    assert_eq!(house.bill().len(), 4);
}

#[tokio::test]
async fn what_a_batch_left_unread_is_read_until_nothing_is_left() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let keys: Vec<_> = (1..=4)
        .map(|n| OrderKey::new(format!("RS-ACME-{n}")).unwrap())
        .collect();
    for key in &keys {
        let order = OrderState::taken(key.clone(), raw_ref(), T0, PACE);
        ledger.admit(order).await.unwrap();
    }
    house.do_batches(Partly::Next(2));
    assert_eq!(ledger.orders(&keys).await.unwrap().len(), 4);
}

#[tokio::test]
async fn batches_that_are_never_finished_end_in_an_error_that_says_how_many_are_left() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.do_batches(Partly::Always);
    let raws = small(12);
    let keys: Vec<_> = (1..=12)
        .map(|n| OrderKey::new(format!("RS-ACME-{n}")).unwrap())
        .collect();
    let (written, read) = tokio::join!(ledger.keep_raw(&raws, EXPIRY), ledger.orders(&keys));
    // One entry is done in each of eight rounds.
    for error in [written.unwrap_err(), read.unwrap_err()] {
        assert!(
            matches!(error, LedgerError::Unprocessed { left: 4, rounds: 8 }),
            "{error}"
        );
    }
}

#[tokio::test]
async fn the_words_of_a_hold_are_kept_beside_the_order_and_the_newest_count() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let note = |text: &str| HoldNote {
        code: "unknown_sku".to_owned(),
        text: text.to_owned(),
        at: at(1),
        subject: None,
    };
    assert_eq!(ledger.hold(&key(), StepName::Import).await.unwrap(), None);
    for text in ["first", "second"] {
        ledger
            .keep_hold(&key(), StepName::Import, &note(text))
            .await
            .unwrap();
    }
    assert_eq!(
        ledger.hold(&key(), StepName::Import).await.unwrap(),
        Some(note("second"))
    );
    assert_eq!(ledger.hold(&key(), StepName::Review).await.unwrap(), None);
}
