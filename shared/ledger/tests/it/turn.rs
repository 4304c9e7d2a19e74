//! Turns.

use std::time::Duration;

use futures::future::join_all;

use crate::house::{House, T0, at};

const HOUR: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_turn_is_taken_once_an_interval_counted_from_the_one_before() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for (seconds, taken) in [
        (0, true),
        (0, false),
        (3599, false),
        (5000, true),
        (8599, false),
        (8600, true),
    ] {
        assert_eq!(
            ledger.take_turn("census", at(seconds), HOUR).await.unwrap(),
            taken,
            "{seconds}"
        );
    }
    assert!(ledger.take_turn("other", T0, HOUR).await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_want_a_turn_one_gets_it() {
    let house = House::open().await;
    for now in [T0, at(3600)] {
        let races = (0..16).map(|n| {
            let ledger = house.ledger(&format!("run{n}"));
            tokio::spawn(async move { ledger.take_turn("census", now, HOUR).await.unwrap() })
        });
        let won = join_all(races).await;
        assert_eq!(won.iter().filter(|race| *race.as_ref().unwrap()).count(), 1);
    }
}
