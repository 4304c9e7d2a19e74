//! The sparse index of open orders.

use ledger::{Ledger, Quarantine, Quarantined};
use order_model::{ErpKey, Millis, OrderState, StepName};

use crate::house::{House, KEY, PACE, T0, at, done, granted, imported, importing, raw_ref};

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
async fn a_foreign_order_does_not_stand_in_the_index() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let foreign = OrderState::foreign(ErpKey::new(KEY).unwrap(), T0);
    ledger.admit(foreign).await.unwrap();
    assert!(open_at(&ledger, at(900_000)).await.is_empty());
}

#[tokio::test]
async fn the_index_is_read_page_by_page_the_longest_waiting_first() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for number in 0..1000_i64 {
        let key = ErpKey::new(format!("RS-ACME-{number}")).unwrap();
        let order = OrderState::taken(key, raw_ref(), at(-number), PACE);
        ledger.admit(order).await.unwrap();
    }
    let mut count = 0;
    for shard in Ledger::shards(at(0)) {
        let (mut from, mut numbers) = (None, Vec::new());
        loop {
            let page = ledger.open_orders(shard, at(900), from).await.unwrap();
            assert!(page.orders.len() <= 100);
            let number = |key: &ErpKey| key.as_str()[8..].parse::<i64>().unwrap();
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
    let known = ledger.order(&ErpKey::new("RS-ACME-8086").unwrap()).await.unwrap();
    assert_eq!(known, None, "quarantine is not knowledge of an order");
}
