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
        (
            "erp",
            "credentials_refused",
            "erp-import-order",
            T0,
            Some(at(900))
        )
    );
    assert!(!pause.by_person);
    assert_eq!(ledger.pause("repspark").await.unwrap(), None);
    assert!(ledger.lift_pause(&pause).await.unwrap());
    assert!(ledger.lift_pause(&pause).await.unwrap(), "it is lifted");
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
        ("credentials_refused", T0, Some(at(1800)))
    );
}

#[tokio::test]
async fn a_vendor_that_was_lifted_is_paused_anew() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let first = paused(&ledger).await;
    ledger.lift_pause(&first).await.unwrap();
    ledger
        .set_pause("erp", "maintenance", "another function", at(30), at(1800))
        .await
        .unwrap();
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!((pause.reason.as_str(), pause.since), ("maintenance", at(30)));
    assert!(!ledger.lift_pause(&first).await.unwrap());
    assert_eq!(ledger.pause("erp").await.unwrap(), Some(pause));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_want_to_probe_one_may_and_none_before_its_time() {
    let house = House::open().await;
    let pause = paused(&house.ledger("a")).await;
    for (now, winners) in [(at(899), 0), (at(900), 1)] {
        let races = (0..16).map(|n| {
            let (ledger, pause) = (house.ledger(&format!("run{n}")), pause.clone());
            let race = async move { ledger.take_probe(&pause, "any", now, at(1800)).await };
            tokio::spawn(async move { race.await.unwrap() })
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
    let pause = paused(&ledger).await;
    // The lift reads, then somebody takes the probe's turn, then the lift writes.
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["active"] = json!({ "BOOL": true });
        item["next_probe"] = json!({ "N": at(1800).0.to_string() });
    });
    assert!(ledger.lift_pause(&pause).await.unwrap());
    assert_eq!(house.calls(), 4);
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

/// What a person, or a function that was refused, does while a probe is under way.
async fn meanwhile(ledger: &Ledger, by_person: bool) {
    let done = if by_person {
        ledger.pause_by_hand("erp", "ada", "stocktaking", at(905)).await
    } else {
        ledger
            .set_pause("erp", "credentials_refused", "other", at(905), at(1805))
            .await
    };
    if let Err(error) = done {
        unreachable!("{error}");
    }
}

#[tokio::test]
async fn a_probe_that_went_well_lifts_no_pause_that_was_set_or_met_again_since() {
    for by_person in [false, true] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        let pause = paused(&ledger).await;
        assert!(ledger.take_probe(&pause, "any", at(900), at(1800)).await.unwrap());
        meanwhile(&ledger, by_person).await;
        assert!(!ledger.lift_pause(&pause).await.unwrap());
        assert!(ledger.pause("erp").await.unwrap().is_some());
    }
}

#[tokio::test]
async fn a_lift_that_has_read_lifts_no_persons_pause_that_comes_right_then() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let pause = paused(&ledger).await;
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["active"] = json!({ "BOOL": true });
        item["by_person"] = json!({ "BOOL": true });
    });
    assert!(!ledger.lift_pause(&pause).await.unwrap());
    assert!(ledger.pause("erp").await.unwrap().is_some());
}

#[tokio::test]
async fn refused_credentials_are_probed_by_any_function_and_another_reason_by_the_one_that_gave_it() {
    for (reason, theirs) in [("credentials_refused", true), ("takes_nothing_here", false)] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        ledger
            .set_pause("repspark", reason, "confirm", T0, at(900))
            .await
            .unwrap();
        let pause = ledger.pause("repspark").await.unwrap().unwrap();
        let took = ledger
            .take_probe(&pause, "pull", at(900), at(1800))
            .await
            .unwrap();
        assert_eq!(took, theirs, "{reason}");
        let pause = ledger.pause("repspark").await.unwrap().unwrap();
        let now = if theirs { at(1800) } else { at(900) };
        assert!(
            ledger.take_probe(&pause, "confirm", now, at(2700)).await.unwrap(),
            "{reason}"
        );
    }
}

#[tokio::test]
async fn a_persons_pause_takes_the_place_of_a_functions_and_has_no_probe() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    paused(&ledger).await;
    ledger
        .pause_by_hand("erp", "ada", "stocktaking", at(30))
        .await
        .unwrap();
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!(
        (pause.by.as_str(), pause.reason.as_str(), pause.since),
        ("ada", "stocktaking", at(30))
    );
    assert!(pause.by_person && pause.next_probe.is_none());
    let took = ledger.take_probe(&pause, "ada", at(99_999), at(100_000)).await;
    assert!(!took.unwrap());
    assert!(!ledger.lift_pause(&pause).await.unwrap());
    assert_eq!(ledger.pause("erp").await.unwrap(), Some(pause));
}

#[tokio::test]
async fn a_refusal_leaves_a_persons_pause_as_it_is() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger
        .pause_by_hand("erp", "ada", "stocktaking", T0)
        .await
        .unwrap();
    let pause = ledger.pause("erp").await.unwrap();
    ledger
        .set_pause("erp", "credentials_refused", "erp-import-order", at(5), at(905))
        .await
        .unwrap();
    assert_eq!(ledger.pause("erp").await.unwrap(), pause);
}

#[tokio::test]
async fn a_person_who_pauses_what_a_person_paused_changes_who_and_why_and_not_since_when() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for (by, why, now) in [
        ("ada", "stocktaking", T0),
        ("ada", "stocktaking", at(10)),
        ("bob", "it takes longer", at(20)),
    ] {
        ledger.pause_by_hand("erp", by, why, now).await.unwrap();
        let pause = ledger.pause("erp").await.unwrap().unwrap();
        assert_eq!(
            (pause.by.as_str(), pause.reason.as_str(), pause.since),
            (by, why, T0)
        );
    }
}

#[tokio::test]
async fn a_person_lifts_any_pause_and_is_told_whether_there_was_one() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert!(!ledger.resume_by_hand("erp").await.unwrap());
    paused(&ledger).await;
    assert!(ledger.resume_by_hand("erp").await.unwrap());
    assert!(!ledger.resume_by_hand("erp").await.unwrap());
    ledger
        .pause_by_hand("erp", "ada", "stocktaking", at(30))
        .await
        .unwrap();
    assert!(ledger.resume_by_hand("erp").await.unwrap());
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
    // What a function sets then is its own again.
    let pause = paused(&ledger).await;
    assert!(!pause.by_person);
}

#[tokio::test]
async fn a_persons_pause_or_resume_whose_reply_was_lost_stands() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    ledger
        .pause_by_hand("erp", "ada", "stocktaking", T0)
        .await
        .unwrap();
    assert_eq!(house.calls(), 3);
    let pause = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!(pause.since, T0);
    house.lose_reply_of(2);
    assert!(ledger.resume_by_hand("erp").await.unwrap());
    assert_eq!(house.calls(), 3);
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

#[tokio::test]
async fn a_resume_reaches_a_pause_whose_probe_somebody_took_meanwhile() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    paused(&ledger).await;
    house.lose_reply_of(2);
    house.then_another_writes(|item| item["active"] = json!({ "BOOL": true }));
    assert!(ledger.resume_by_hand("erp").await.unwrap());
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}
