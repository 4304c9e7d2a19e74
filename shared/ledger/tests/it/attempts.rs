//! What was tried of a step that is done once: its name at the vendor, and each try in doubt.

#![expect(
    clippy::unwrap_used,
    reason = "a ledger that does not answer has failed the test"
)]

use ledger::{Attempt, Attempts, Ledger};
use order_model::{OrderKey, StepName, Vendor};

use crate::house::{House, T0, at, key};

const STEP: StepName = StepName::Acknowledge;

fn attempt(generation: u32) -> Attempt {
    Attempt {
        generation,
        hash: "aaaabbbbccccddddeeeeffff00001111".to_owned(),
        at: at(5),
    }
}

async fn named(ledger: &Ledger) -> Attempts {
    ledger.name_order(&key(), STEP, "SO104233").await.unwrap()
}

fn tried(attempts: &Attempts, generation: u32) -> Attempts {
    let mut next = attempts.clone();
    next.tries.push(attempt(generation));
    next
}

#[tokio::test]
async fn nothing_was_tried_of_an_order_that_nobody_has_named() {
    let house = House::open().await;
    assert_eq!(house.ledger("a").attempts(&key(), STEP).await.unwrap(), None);
}

#[tokio::test]
async fn the_name_is_decided_once_and_both_writers_know_which() {
    for lost in [0, 1, 2] {
        let house = House::open().await;
        let (one, other) = (house.ledger("a"), house.ledger("b"));
        if lost > 0 {
            house.lose_reply_of(lost);
        }
        let key = key();
        let (first, second) = tokio::join!(
            one.name_order(&key, STEP, "SO104233"),
            other.name_order(&key, STEP, "8086"),
        );
        let first = first.unwrap();
        assert_eq!(first, second.unwrap());
        assert_eq!(one.attempts(&key, STEP).await.unwrap(), Some(first.clone()));
        assert!(["SO104233", "8086"].contains(&first.name.as_str()));
        let later = other.name_order(&key, STEP, "PO-9").await.unwrap();
        assert_eq!(later.name, first.name, "a parameter that changes changes nothing");
    }
}

#[tokio::test]
async fn a_name_that_is_given_again_keeps_what_was_tried_under_it() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let kept = ledger
        .keep_attempts(&key(), &tried(&named(&ledger).await, 1))
        .await;
    assert_eq!(named(&ledger).await, kept.unwrap().unwrap());
}

#[tokio::test]
async fn what_is_tried_is_kept_on_what_was_read_alone() {
    let house = House::open().await;
    let (one, other) = (house.ledger("a"), house.ledger("b"));
    let read = named(&one).await;
    let kept = one
        .keep_attempts(&key(), &tried(&read, 1))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(kept.tries, [attempt(1)]);
    assert_eq!(
        other.keep_attempts(&key(), &tried(&read, 2)).await.unwrap(),
        None,
        "somebody else may be calling"
    );
    assert_eq!(other.attempts(&key(), STEP).await.unwrap(), Some(kept.clone()));
    let both = other
        .keep_attempts(&key(), &tried(&kept, 2))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(both.tries, [attempt(1), attempt(2)]);
    assert_eq!(
        one.keep_attempts(&key(), &kept).await.unwrap(),
        None,
        "it read an older one"
    );
}

#[tokio::test]
async fn a_try_whose_reply_was_lost_is_kept_once() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let read = named(&ledger).await;
    house.lose_reply_of(1);
    let kept = ledger.keep_attempts(&key(), &tried(&read, 1)).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(
        kept.as_ref().map(|kept| kept.tries.clone()),
        Some(vec![attempt(1)])
    );
    assert_eq!(ledger.attempts(&key(), STEP).await.unwrap(), kept);
}

#[tokio::test]
async fn whoever_lost_the_reply_and_was_overtaken_must_not_go_on() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let read = named(&ledger).await;
    house.lose_reply_of(1);
    house.then_another_writes(|item| {
        item["w"] = serde_json::json!({ "S": "b-0" });
        item["rev"] = serde_json::json!({ "N": "3" });
    });
    let kept = ledger.keep_attempts(&key(), &tried(&read, 1)).await.unwrap();
    assert_eq!(kept, None);
    let stands = ledger.attempts(&key(), STEP).await.unwrap().unwrap();
    assert_eq!(stands.tries, [attempt(1)], "the doubt stays");
}

#[tokio::test]
async fn what_was_tried_of_an_order_that_has_no_name_is_no_success() {
    let house = House::open().await;
    let attempts = named(&house.ledger("a")).await;
    let elsewhere = House::open().await;
    let error = elsewhere.ledger("a").keep_attempts(&key(), &attempts).await;
    assert!(error.unwrap_err().to_string().contains("what was tried is gone"));
}

#[tokio::test]
async fn a_name_is_one_orders_for_ever_and_asking_again_is_harmless() {
    let house = House::open().await;
    let (one, other) = (house.ledger("a"), house.ledger("b"));
    let second = OrderKey::new("RS-ACME-9").unwrap();
    house.lose_reply_of(1);
    let reserve = |ledger: Ledger, name: String, order: OrderKey| async move {
        ledger
            .reserve_name(Vendor::Spectrum, &name, &order, T0)
            .await
            .unwrap()
    };
    let short = "SO104233".to_owned();
    assert_eq!(
        reserve(one.clone(), short.clone(), key()).await,
        key(),
        "the reply was lost"
    );
    assert_eq!(reserve(other.clone(), short.clone(), second.clone()).await, key());
    assert_eq!(reserve(one.clone(), short.clone(), key()).await, key());
    assert_eq!(
        reserve(other.clone(), "so104233".to_owned(), second.clone()).await,
        second
    );
    // Longer than fits in a key.
    let long = "9".repeat(1_500);
    assert_eq!(reserve(one.clone(), long.clone(), key()).await, key());
    assert_eq!(reserve(other, long, second).await, key());
}

#[tokio::test]
async fn one_of_two_orders_that_want_a_name_at_once_has_it() {
    let house = House::open().await;
    let (one, other) = (house.ledger("a"), house.ledger("b"));
    let (first, second) = (key(), OrderKey::new("RS-ACME-9").unwrap());
    let (left, right) = tokio::join!(
        one.reserve_name(Vendor::Spectrum, "SO1", &first, T0),
        other.reserve_name(Vendor::Spectrum, "SO1", &second, T0),
    );
    let (left, right) = (left.unwrap(), right.unwrap());
    assert_eq!(left, right);
    assert!(left == first || left == second);
}
