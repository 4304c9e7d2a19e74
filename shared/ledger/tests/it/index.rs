//! The sparse indexes.

#![expect(
    clippy::unwrap_used,
    reason = "a ledger that does not answer has failed the test"
)]

use ledger::{Ledger, Quarantine, Quarantined};
use order_model::{Admission, ErpReference, Millis, OrderKey, OrderState, Step, StepName, StepState};

use crate::house::{House, KEY, PACE, T0, at, done, granted, imported, importing, key, raw_ref, stands};

async fn open_at(ledger: &Ledger, now: Millis) -> Vec<String> {
    let mut all = Vec::new();
    for shard in Ledger::shards(at(0)) {
        match ledger.open_orders(shard, now, None).await {
            Ok(page) => all.extend(page.orders.into_iter().map(String::from)),
            Err(error) => unreachable!("{error}"),
        }
    }
    all
}

async fn all_open(ledger: &Ledger) -> Vec<String> {
    let mut all = Vec::new();
    for shard in Ledger::shards(at(0)) {
        let mut from = None;
        loop {
            let page = ledger.all_open(shard, from).await.unwrap();
            assert!(page.orders.len() <= 100);
            all.extend(page.orders.into_iter().map(String::from));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    all
}

async fn foreign_orders(ledger: &Ledger) -> Vec<String> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = ledger.foreign_orders(from).await.unwrap();
        assert!(page.orders.len() <= 100);
        all.extend(page.orders.into_iter().map(String::from));
        from = page.next;
        if from.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn an_order_stands_in_the_index_from_intake_to_its_last_step() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, claim) = importing(&ledger).await;
    assert!(open_at(&ledger, at(899)).await.is_empty());
    assert_eq!(open_at(&ledger, at(900)).await, [KEY]);
    let order = ledger
        .settle(order, &claim, &imported("SO1"), at(8))
        .await
        .unwrap();
    assert_eq!(open_at(&ledger, at(900)).await, [KEY]);
    let (order, claim) = granted(&ledger, order, StepName::Confirm, at(11)).await;
    assert_eq!(open_at(&ledger, at(900)).await, [KEY]);
    ledger.settle(order, &claim, &done(), at(14)).await.unwrap();
    assert!(open_at(&ledger, at(900_000)).await.is_empty());
}

#[tokio::test]
async fn a_foreign_order_stands_among_the_foreign_ones_where_no_sweep_meets_it() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let foreign = OrderState::foreign(key(), Some(raw_ref()), T0);
    ledger.admit(foreign).await.unwrap();
    assert!(open_at(&ledger, at(900_000)).await.is_empty());
    assert!(all_open(&ledger).await.is_empty());
    assert_eq!(foreign_orders(&ledger).await, [KEY]);
    assert_eq!(stands(&ledger).await.look_at, None);
}

#[tokio::test]
async fn a_foreign_order_that_becomes_open_leaves_the_foreign_ones_and_comes_back_when_it_is_closed() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let foreign = OrderState::foreign(key(), Some(raw_ref()), T0);
    ledger.admit(foreign).await.unwrap();
    let held = StepState::Held {
        code: "changed_after_import".to_owned(),
        at: at(5),
    };
    for (state, look_at, open) in [(held, Some(at(5)), true), (StepState::Discarded, None, false)] {
        let changed = ledger.change(stands(&ledger).await, |order| {
            let mut next = order.clone();
            let (generation, state) = (0, state.clone());
            next.steps.insert(StepName::Review, Step { generation, state });
            next.look_at = look_at;
            (next.steps != order.steps).then_some(next)
        });
        changed.await.unwrap();
        assert_eq!(stands(&ledger).await.look_at, look_at);
        assert_eq!(all_open(&ledger).await.len(), usize::from(open));
        assert_eq!(foreign_orders(&ledger).await.len(), usize::from(!open));
    }
}

#[tokio::test]
async fn an_adopted_order_is_an_order_like_any_other() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let foreign = OrderState::foreign(key(), Some(raw_ref()), T0);
    ledger.admit(foreign).await.unwrap();
    let adopted = ledger.change(stands(&ledger).await, |order| {
        let revision = order.revision;
        let mut next = OrderState::taken(key(), raw_ref(), at(60), PACE);
        next.revision = revision;
        (order.admission == Admission::Foreign).then_some(next)
    });
    adopted.await.unwrap();
    assert_eq!(all_open(&ledger).await, [KEY]);
    assert!(foreign_orders(&ledger).await.is_empty());
}

#[tokio::test]
async fn foreign_orders_are_listed_page_by_page_the_first_seen_at_the_front() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for number in 0..250_i64 {
        let key = OrderKey::new(format!("RS-ACME-{number}")).unwrap();
        let order = OrderState::foreign(key, None, at(-number));
        ledger.admit(order).await.unwrap();
    }
    let expected: Vec<_> = (0..250).rev().map(|n| format!("RS-ACME-{n}")).collect();
    assert_eq!(foreign_orders(&ledger).await, expected);
}

#[tokio::test]
async fn all_open_orders_are_listed_whenever_they_want_to_be_looked_at() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let mut expected: Vec<_> = (0..1000).map(|n| format!("RS-ACME-{n}")).collect();
    for (key, n) in expected.iter().zip(0_i64..) {
        let order = OrderState::taken(
            OrderKey::new(key.as_str()).unwrap(),
            raw_ref(),
            at(n * 3600),
            PACE,
        );
        ledger.admit(order).await.unwrap();
    }
    let mut found = all_open(&ledger).await;
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn orders_are_found_by_the_number_that_the_erp_gave_them() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, claim) = importing(&ledger).await;
    assert!(ledger.by_reference("SO1").await.unwrap().is_empty());
    ledger
        .settle(order, &claim, &imported("SO1"), at(8))
        .await
        .unwrap();
    // Two orders in one document: whoever asks is told of both.
    let mut second = OrderState::taken(OrderKey::new("RS-ACME-9").unwrap(), raw_ref(), T0, PACE);
    second.reference = ErpReference::new("SO1").ok();
    ledger.admit(second).await.unwrap();
    let mut found = ledger.by_reference("SO1").await.unwrap();
    found.sort();
    assert_eq!(found, [key(), OrderKey::new("RS-ACME-9").unwrap()]);
    assert!(ledger.by_reference("so1").await.unwrap().is_empty());
    assert!(ledger.by_reference("").await.unwrap().is_empty());
}

#[tokio::test]
async fn the_index_is_read_page_by_page_the_longest_waiting_first() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for number in 0..1000_i64 {
        let key = OrderKey::new(format!("RS-ACME-{number}")).unwrap();
        let order = OrderState::taken(key, raw_ref(), at(-number), PACE);
        ledger.admit(order).await.unwrap();
    }
    let mut count = 0;
    for shard in Ledger::shards(at(0)) {
        let (mut from, mut numbers) = (None, Vec::new());
        loop {
            let page = ledger.open_orders(shard, at(900), from).await.unwrap();
            assert!(page.orders.len() <= 100);
            let number = |key: &OrderKey| key.as_str()[8..].parse::<i64>().unwrap();
            numbers.extend(page.orders.iter().map(number));
            from = page.next;
            if from.is_none() {
                break;
            }
        }
        assert!(numbers.is_sorted_by(|earlier, later| earlier > later));
        assert!(numbers.len() > 60, "shard {shard} has only {}", numbers.len());
        count += numbers.len();
    }
    assert_eq!(count, 1000);
}

#[tokio::test]
async fn a_quarantined_record_is_no_open_order() {
    let house = House::open().await;
    let ledger = house.ledger("a");
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
        house.ledger("b").quarantine(&record).await.unwrap(),
        Quarantined::Known
    );
    assert_eq!(
        ledger.quarantined("repspark", "8086").await.unwrap(),
        Some(record)
    );
    assert_eq!(ledger.quarantined("repspark", "1").await.unwrap(), None);
    assert!(open_at(&ledger, at(900_000)).await.is_empty());
    let known = ledger
        .order(&OrderKey::new("RS-ACME-8086").unwrap())
        .await
        .unwrap();
    assert_eq!(known, None, "quarantine is not knowledge of an order");
}
