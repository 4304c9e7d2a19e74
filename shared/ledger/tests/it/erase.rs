//! Payloads by their order, and the erasing of them.

use ledger::{HoldNote, Raw};
use order_model::{Millis, RawRef, StepName};
use sha2::{Digest, Sha256};

use crate::house::{House, KEY, T0, admitted, at, key, raw_ref, stands};

const EXPIRY: Millis = Millis(1_900_000_000_999);

fn named(first: char, chunks: u32) -> RawRef {
    RawRef {
        hash: first.to_string().repeat(32),
        chunks,
    }
}

fn words(text: &str) -> HoldNote {
    HoldNote {
        code: "changed_after_import".to_owned(),
        text: text.to_owned(),
        at: at(8),
        subject: Some(raw_ref().hash),
    }
}

#[tokio::test]
async fn the_payloads_of_an_order_are_listed_in_the_order_of_time_each_once() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    admitted(&ledger).await;
    assert!(ledger.payloads(&key()).await.unwrap().is_empty());
    for (raw, at) in [
        (named('b', 1), at(1)),
        (named('a', 3), at(2)),
        (named('c', 1), at(3)),
        (named('b', 1), at(4)),
    ] {
        ledger.name_payload(&key(), &raw, at).await.unwrap();
    }
    let expected = [
        (named('a', 3), at(2)),
        (named('c', 1), at(3)),
        (named('b', 1), at(4)),
    ];
    assert_eq!(ledger.payloads(&key()).await.unwrap(), expected);
}

#[tokio::test]
async fn all_chunks_of_a_payload_are_erased_and_no_other_payload() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let blocks = (0_u64..).map(|n| Sha256::digest(n.to_le_bytes()));
    let noise: Vec<u8> = blocks.flatten().take(800_000).collect();
    let (large, other) = (Raw::of(&noise), Raw::of(b"{}"));
    assert_eq!(large.place().chunks, 3);
    ledger
        .keep_raw(&[large.clone(), other.clone()], EXPIRY)
        .await
        .unwrap();
    for _ in 0..2 {
        ledger.erase_raw(large.place()).await.unwrap();
    }
    let partition = format!("raw#{}", large.place().hash);
    for chunk in ["0", "1", "2"] {
        assert_eq!(house.item(&partition, chunk), None);
    }
    assert_eq!(ledger.raw(large.place()).await.unwrap(), None);
    assert!(ledger.raw(other.place()).await.unwrap().is_some());
}

#[tokio::test]
async fn the_words_of_an_order_are_erased_and_what_was_done_stays() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    for step in [StepName::Import, StepName::Review] {
        ledger
            .keep_hold(&key(), step, &words("Ada Lovelace, 12 St James's Square"))
            .await
            .unwrap();
    }
    ledger.name_payload(&key(), &raw_ref(), T0).await.unwrap();
    for _ in 0..2 {
        ledger.erase_words(&key()).await.unwrap();
    }
    for step in [StepName::Import, StepName::Review] {
        assert_eq!(ledger.hold(&key(), step).await.unwrap(), Some(words("erased")));
    }
    assert!(ledger.payloads(&key()).await.unwrap().is_empty());
    assert_eq!(stands(&ledger).await, order);
}

#[tokio::test]
async fn an_order_without_words_has_none_after_they_are_erased() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.erase_words(&key()).await.unwrap();
    for sk in ["hold#import", "hold#review", "state"] {
        assert_eq!(house.item(KEY, sk), None);
    }
}
