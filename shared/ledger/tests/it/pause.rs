//! A paused vendor.

use futures::future::join_all;
use ledger::{Ledger, Pause};
use serde_json::json;

use crate::house::{House, T0, at};

async fn paused(ledger: &Ledger) -> Pause {
    let set = ledger.set_pause("erp", "credentials_refused", "erp-import-order", T0, at(900));
    let set = async {
        set.await?;
        ledger.pause("erp").await
    };
    match set.await {
        Ok(Some(pause)) => pause,
        other => unreachable!("{other:?}"),
    }
}

#[tokio::test]
async fn a_vendor_is_paused_alone_and_lifted() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
    let pause = paused(&ledger).await;
    assert_eq!(
        (
            pause.vendor.as_str(),
            pause.reason.as_str(),
            pause.by.as_str(),
            pause.since,
            pause.next_probe
        ),
        ("erp", "credentials_refused", "erp-import-order", T0, at(900))
    );
    assert_eq!(ledger.pause("repspark").await.unwrap(), None);
    ledger.lift_pause("erp").await.unwrap();
    ledger.lift_pause("erp").await.unwrap();
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

#[tokio::test]
async fn a_pause_in_force_keeps_who_and_why_and_moves_its_next_probe() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    paused(&ledger).await;
    ledger
        .set_pause("erp", "other", "other", at(30), at(1800))
        .await
        .unwrap();
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!(
        (pause.reason.as_str(), pause.since, pause.next_probe),
        ("credentials_refused", T0, at(1800))
    );
}

#[tokio::test]
async fn a_vendor_that_was_lifted_is_paused_anew() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    paused(&ledger).await;
    ledger.lift_pause("erp").await.unwrap();
    ledger
        .set_pause("erp", "maintenance", "a person", at(30), at(1800))
        .await
        .unwrap();
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!((pause.reason.as_str(), pause.since), ("maintenance", at(30)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_want_to_probe_one_may_and_none_before_its_time() {
    let house = House::open().await;
    let pause = paused(&house.ledger("a")).await;
    for (now, winners) in [(at(899), 0), (at(900), 1)] {
        let races = (0..16).map(|n| {
            let (ledger, pause) = (house.ledger(&format!("run{n}")), pause.clone());
            tokio::spawn(async move { ledger.take_probe(&pause, now, at(1800)).await.unwrap() })
        });
        let won = join_all(races)
            .await
            .into_iter()
            .filter(|race| *race.as_ref().unwrap());
        assert_eq!(won.count(), winners);
    }
}

#[tokio::test]
async fn a_lift_reaches_a_pause_whose_probe_somebody_took_meanwhile() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    paused(&ledger).await;
    // The lift reads, then somebody takes the probe's turn, then the lift writes.
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["active"] = json!({ "BOOL": true });
        item["next_probe"] = json!({ "N": at(1800).0.to_string() });
    });
    ledger.lift_pause("erp").await.unwrap();
    assert_eq!(house.calls(), 4);
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}
