//! Golden items of custom-made lines: what was tried of their acknowledgement, whose a name is, and an order's state.

use ledger::{Attempt, Attempts};
use order_model::{ContentHash, ErpReference, OrderState, Pinned, Repeat, Step, StepName, StepState, Vendor};

use crate::golden::golden;
use crate::house::{House, KEY, T0, at, key, taken};

pub(crate) const FILES: [&str; 5] = [
    "attempts",
    "attempts-of-nothing",
    "name",
    "state-acknowledging",
    "state-of-custom-lines",
];

fn order(steps: Vec<(StepName, u32, StepState)>) -> OrderState {
    let mut order = taken();
    order.revision = 1;
    order.writer = "run-0".to_owned();
    order.reference = ErpReference::new("SO104233").ok();
    (order.agreed, order.maybe_acknowledged) = (true, true);
    order.pinned = Some(Pinned {
        map: "0123456789abcdef".to_owned(),
        hash: ContentHash::from_bytes(std::array::from_fn(|place| place.try_into().unwrap_or(0))),
        custom: Some(true),
    });
    let steps = steps.into_iter();
    order.steps = steps
        .map(|(name, generation, state)| (name, Step { generation, state }))
        .collect();
    order
}

fn done(second: i64) -> StepState {
    StepState::Done {
        reference: None,
        at: at(second),
    }
}

fn claimed(owner: &str) -> StepState {
    StepState::Claimed {
        owner: owner.to_owned(),
        begun_at: at(15),
        until: at(135),
        tries: 1,
        hash: Some("aaaabbbbccccddddeeeeffff00001111".to_owned()),
        asking: false,
    }
}

fn acknowledging() -> OrderState {
    let mut order = order(vec![
        (StepName::Import, 1, done(8)),
        (StepName::Acknowledge, 2, claimed("0123456789ab-7")),
    ]);
    (order.agreed, order.maybe_acknowledged) = (false, false);
    order
        .pinned
        .iter_mut()
        .for_each(|pinned| pinned.custom = Some(false));
    order
}

/// Acknowledged; its details wait for a person, and its tracking is told for the second time.
fn acknowledged() -> OrderState {
    let held = StepState::Held {
        code: "unfit_for_spectrum".to_owned(),
        at: at(25),
    };
    let due = StepState::Due {
        not_before: at(60),
        tries: 0,
        hint_at: at(960),
    };
    let mut order = order(vec![
        (StepName::Import, 1, done(8)),
        (StepName::Acknowledge, 1, done(20)),
        (StepName::Details, 0, held),
        (StepName::Notify, 1, due),
    ]);
    let repeat = Repeat {
        wanted: 3,
        done: 2,
        accepted: Some("11110000ffffeeeeddddccccbbbbaaaa".to_owned()),
        revision: at(40),
        since: at(60),
        name: Some("SO104233".to_owned()),
    };
    order.repeats = [(StepName::Notify, repeat)].into();
    order
}

#[tokio::test]
async fn a_state_with_custom_lines_is_written_as_in_its_file_and_read_back() {
    for (name, order) in [
        ("state-acknowledging", acknowledging()),
        ("state-of-custom-lines", acknowledged()),
    ] {
        let house = House::open().await;
        house.ledger("run").admit(order.clone()).await.unwrap();
        assert_eq!(house.item(KEY, "state"), Some(golden(name)), "{name}");
        let house = House::open().await;
        house.put(&golden(name));
        let read = house.ledger("run").order(&key()).await.unwrap();
        assert_eq!(read, Some(order), "{name}");
    }
}

#[tokio::test]
async fn a_state_that_an_older_release_wrote_does_not_know_whether_anything_is_custom_made() {
    let house = House::open().await;
    house.put(&golden("state-done"));
    let read = house.ledger("run").order(&key()).await.unwrap().unwrap();
    assert_eq!(read.pinned.as_ref().map(|pinned| pinned.custom), Some(None));
    assert!(read.may_be_custom() && !read.agreed);
}

#[tokio::test]
async fn steps_of_custom_lines_that_can_not_be_read_are_refused_by_name() {
    for (place, value, what) in [
        ("/steps/M/notify/M/x", serde_json::json!({ "S": "AQ==" }), "x"),
        ("/steps/M/notify/M/x", serde_json::json!({ "B": "AQ==" }), "x"),
        ("/steps/M/notify/M/s/S", "begun".into(), "steps: state"),
        ("/steps/M/notify/M/t", serde_json::json!({ "S": "one" }), "t"),
        ("/repeats/M/notify", serde_json::json!({ "B": "AQ==" }), "repeats"),
        ("/repeats/M/notify", serde_json::json!({ "M": {} }), "repeats"),
    ] {
        let house = House::open().await;
        let mut item = golden("state-of-custom-lines");
        *item.pointer_mut(place).unwrap() = value;
        house.put(&item);
        let error = house.ledger("run").order(&key()).await.unwrap_err().to_string();
        assert_eq!(error, format!("ledger item RS-ACME-8086 is unreadable: {what}"));
    }
}

fn tried(mut attempts: Attempts) -> Attempts {
    let attempt = |generation, second| Attempt {
        generation,
        hash: "aaaabbbbccccddddeeeeffff00001111".to_owned(),
        at: at(second),
    };
    attempts.tries = vec![attempt(1, 5), attempt(3, 400)];
    attempts.partly = true;
    attempts.forbidden = 2;
    attempts
}

#[tokio::test]
async fn what_was_tried_is_written_as_in_its_files_and_read_back() {
    let house = House::open().await;
    let ledger = house.ledger("run");
    let fresh = ledger
        .name_order(&key(), StepName::Acknowledge, "SO104233")
        .await
        .unwrap();
    assert_eq!(
        house.item(KEY, "attempts#acknowledge"),
        Some(golden("attempts-of-nothing"))
    );
    let kept = ledger
        .keep_attempts(&key(), &tried(fresh.clone()))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(house.item(KEY, "attempts#acknowledge"), Some(golden("attempts")));
    for (file, expected) in [("attempts-of-nothing", fresh), ("attempts", kept)] {
        let house = House::open().await;
        house.put(&golden(file));
        let read = house.ledger("run").attempts(&key(), StepName::Acknowledge).await;
        assert_eq!(read.unwrap(), Some(expected), "{file}");
    }
}

#[tokio::test]
async fn whose_a_name_is_is_written_as_in_its_file_and_read_back() {
    let house = House::open().await;
    let reserved = house
        .ledger("run")
        .reserve_name(Vendor::Spectrum, "SO104233", &key(), T0)
        .await;
    assert_eq!(reserved.unwrap(), key());
    assert_eq!(
        house.item("name#spectrum#SO104233", "order"),
        Some(golden("name"))
    );
    let house = House::open().await;
    house.put(&golden("name"));
    let other = order_model::OrderKey::new("RS-ACME-9").unwrap();
    let reserved = house
        .ledger("run")
        .reserve_name(Vendor::Spectrum, "SO104233", &other, at(5))
        .await;
    assert_eq!(reserved.unwrap(), key());
}

#[tokio::test]
async fn what_was_tried_in_a_form_that_is_not_known_is_refused() {
    for (place, value, what) in [
        ("/tries", serde_json::json!({ "S": "none" }), "tries"),
        ("/tries/L/0", serde_json::json!({ "S": "1" }), "tries"),
        ("/tries/L/0/M/g", serde_json::json!({ "S": "1" }), "g"),
        ("/name", serde_json::json!({ "N": "1" }), "name"),
    ] {
        let house = House::open().await;
        let mut item = golden("attempts");
        *item.pointer_mut(place).unwrap() = value;
        house.put(&item);
        let read = house.ledger("run").attempts(&key(), StepName::Acknowledge).await;
        assert_eq!(
            read.unwrap_err().to_string(),
            format!("ledger item RS-ACME-8086 is unreadable: {what}")
        );
    }
}
