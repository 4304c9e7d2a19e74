//! Taking orders in, claiming their steps, recording what came of them: one at a time and all at once.

use futures::future::join_all;
use ledger::{Admitted, Changed, Claimed, LedgerError};
use order_model::{OrderKey, OrderState, RawRef, StepName, StepState, Why};

use crate::house::{
    House, KEY, PACE, T0, admitted, at, bid, done, granted, imported, importing, key, raw_ref, stands, taken,
};

const IMPORT: StepName = StepName::Import;

#[tokio::test]
async fn an_order_is_taken_in_once_and_then_known() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    assert_eq!((order.revision, stands(&ledger).await), (1, order.clone()));
    let mut again = taken();
    again.raw = Some(RawRef {
        hash: "other".to_owned(),
        chunks: 1,
    });
    match house.ledger("b").admit(again).await.unwrap() {
        Admitted::Known(known) => assert_eq!(*known, order),
        Admitted::New(_) => unreachable!("it was known"),
    }
    assert_eq!(stands(&ledger).await, order);
}

#[tokio::test]
async fn an_order_goes_from_intake_to_valid() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, import) = importing(&ledger).await;
    let order = ledger
        .settle(order, &import, &imported("SO104233"), at(8))
        .await
        .unwrap();
    let (order, confirm) = granted(&ledger, order, StepName::Confirm, at(11)).await;
    let order = ledger.settle(order, &confirm, &done(), at(14)).await.unwrap();
    assert!(!order.is_open());
    assert_eq!(order.revision, 5);
    assert_eq!(stands(&ledger).await, order);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_claimers_one_is_granted_and_fifteen_are_told_to_wait() {
    let house = House::open().await;
    let seen = admitted(&house.ledger("intake")).await;
    let claimers: Vec<_> = (0..16).map(|n| house.ledger(&format!("run{n}"))).collect();
    let races = claimers.iter().map(|ledger| {
        let (ledger, seen) = (ledger.clone(), seen.clone());
        tokio::spawn(async move { ledger.claim(seen, &bid(&ledger, IMPORT, at(5))).await })
    });
    let (mut granted, mut busy) = (0, 0);
    for race in join_all(races).await {
        match race.unwrap().unwrap() {
            Claimed::Granted(_, claim) => {
                granted += 1;
                assert_eq!((claim.why, claim.generation), (Why::Fresh, 1));
            }
            Claimed::Busy(until) => {
                busy += 1;
                assert_eq!(until, at(135));
            }
            other => unreachable!("{other:?}"),
        }
    }
    assert_eq!((granted, busy), (1, 15));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_intakes_of_one_order_one_is_new() {
    let house = House::open().await;
    let intakes: Vec<_> = (0..16).map(|n| house.ledger(&format!("run{n}"))).collect();
    let races = intakes.into_iter().map(|ledger| {
        tokio::spawn(async move { matches!(ledger.admit(taken()).await.unwrap(), Admitted::New(_)) })
    });
    let new = join_all(races)
        .await
        .into_iter()
        .filter(|race| *race.as_ref().unwrap());
    assert_eq!(new.count(), 1);
}

#[tokio::test]
async fn a_claim_made_on_an_old_reading_is_decided_on_what_stands_there() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let old = admitted(&ledger).await;
    let changed = ledger.change(old.clone(), |order| order.moved(IMPORT, StepState::Discarded));
    assert!(matches!(changed.await.unwrap(), Changed::Written(_)));
    let claim = ledger.claim(old, &bid(&ledger, IMPORT, at(5))).await.unwrap();
    assert!(matches!(claim, Claimed::Finished), "{claim:?}");
}

#[tokio::test]
async fn a_claim_on_a_payload_that_was_replaced_is_refused() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let old = admitted(&ledger).await;
    let replaced = ledger.change(old.clone(), |order| {
        let mut next = order.clone();
        next.raw = Some(RawRef {
            hash: "newer".to_owned(),
            chunks: 1,
        });
        Some(next)
    });
    replaced.await.unwrap();
    let mut bid = bid(&ledger, IMPORT, at(5));
    bid.raw = Some(raw_ref());
    let claim = ledger.claim(old, &bid).await.unwrap();
    assert!(matches!(claim, Claimed::Changed), "{claim:?}");
}

#[tokio::test]
async fn a_bid_that_was_granted_in_an_earlier_call_is_busy_and_not_finished() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let bid = bid(&ledger, IMPORT, at(5));
    ledger.claim(admitted(&ledger).await, &bid).await.unwrap();
    let again = ledger.claim(stands(&ledger).await, &bid).await.unwrap();
    assert!(
        matches!(again, Claimed::Busy(until) if until == at(135)),
        "{again:?}"
    );
}

#[tokio::test]
async fn a_decision_to_write_nothing_writes_nothing() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    let left = ledger.change(order.clone(), |_| None).await.unwrap();
    assert!(matches!(left, Changed::Left(left) if *left == order));
    assert_eq!(stands(&ledger).await.revision, 1);
}

#[tokio::test]
async fn a_writer_that_is_overtaken_each_time_gives_up_with_the_item_named() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    let error = ledger.change(order, |order| {
        // Somebody else is always quicker.
        let mut item = house.item(KEY, "state").unwrap();
        item["rev"]["N"] = (order.revision + 1).to_string().into();
        item["w"]["S"] = "another-1".into();
        house.put(&item);
        Some(order.clone())
    });
    let error = error.await.unwrap_err();
    assert!(
        matches!(&error, LedgerError::Contended { key, times: 12 } if key == KEY),
        "{error}"
    );
}

#[tokio::test]
async fn many_orders_are_read_at_once_and_one_that_is_named_twice_comes_once() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let mut keys = Vec::new();
    for number in 1..=3 {
        let name = OrderKey::new(format!("RS-ACME-{number}")).unwrap();
        ledger
            .admit(OrderState::taken(name.clone(), raw_ref(), T0, PACE))
            .await
            .unwrap();
        keys.push(name);
    }
    keys.push(OrderKey::new("RS-ACME-404").unwrap());
    keys.push(keys[0].clone());
    let read = ledger.orders(&keys).await.unwrap();
    let mut found: Vec<_> = read
        .into_iter()
        .map(|order| order.unwrap().key.to_string())
        .collect();
    found.sort();
    assert_eq!(found, ["RS-ACME-1", "RS-ACME-2", "RS-ACME-3"]);
    assert!(ledger.orders(&[]).await.unwrap().is_empty());
}

#[tokio::test]
async fn an_order_is_known_in_whatever_form_and_may_be_asked_for_twice() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    admitted(&ledger).await;
    let mut later = house.item(KEY, "state").unwrap();
    later["v"]["N"] = "2".into();
    house.put(&later);
    let stranger = OrderKey::new("RS-ACME-404").unwrap();
    let known = ledger.known(&[key(), stranger, key()]).await.unwrap();
    assert_eq!(known.into_iter().collect::<Vec<_>>(), [key()]);
}

#[tokio::test]
async fn one_unreadable_order_stops_no_other() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    admitted(&ledger).await;
    let mut broken = house.item(KEY, "state").unwrap();
    broken["pk"]["S"] = "RS-ACME-1".into();
    broken["steps"] = serde_json::json!({ "S": "what is this" });
    house.put(&broken);
    let keys = [key(), OrderKey::new("RS-ACME-1").unwrap()];
    let read = ledger.orders(&keys).await.unwrap();
    let (good, bad): (Vec<_>, Vec<_>) = read.into_iter().partition(Result::is_ok);
    assert_eq!((good.len(), bad.len()), (1, 1));
    let text = bad[0].as_ref().unwrap_err().to_string();
    assert_eq!(text, "ledger item RS-ACME-1 is unreadable: steps");
}

#[tokio::test]
async fn an_order_that_is_not_there_is_none() {
    let house = House::open().await;
    assert_eq!(house.ledger("a").order(&key()).await.unwrap(), None);
}
