//! Whose turn it is to find out whether a vendor takes our credentials.

use std::time::Duration;

use futures::future::join_all;
use ledger::{Ledger, Login, Tried, Trying, TurnTaken};
use order_model::Millis;
use serde_json::json;

use crate::house::{House, T0, at};

/// A turn of a process that tries a version at some second, for 70 seconds.
fn turn(owner: &str, version: &str, second: i64) -> Trying {
    Trying {
        version: version.to_owned(),
        owner: owner.to_owned(),
        until: at(second) + Duration::from_secs(70),
    }
}

async fn stands(ledger: &Ledger) -> Login {
    match ledger.login("erp").await {
        Ok(login) => login,
        Err(error) => unreachable!("{error}"),
    }
}

/// Asks for a turn on the login as it stands: whether it is ours.
async fn takes(ledger: &Ledger, trying: &Trying, now: Millis) -> bool {
    let seen = stands(ledger).await;
    match ledger.take_login("erp", seen, trying, now).await {
        Ok(taken) => matches!(taken, TurnTaken::Ours(_)),
        Err(error) => unreachable!("{error}"),
    }
}

async fn ends(ledger: &Ledger, trying: &Trying, tried: Tried) -> Login {
    if let Err(error) = ledger.end_login("erp", trying, tried).await {
        unreachable!("{error}");
    }
    stands(ledger).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_want_to_try_one_may() {
    let house = House::open().await;
    for second in [0, 70] {
        let seen = stands(&house.ledger("seen")).await;
        let races = (0..16).map(|n| {
            let (ledger, seen) = (house.ledger(&format!("run{n}")), seen.clone());
            let ours = turn(&format!("run{n}"), "v1", second);
            tokio::spawn(async move { ledger.take_login("erp", seen, &ours, at(second)).await.unwrap() })
        });
        let all = join_all(races).await;
        let won = all
            .into_iter()
            .filter(|race| matches!(race, Ok(TurnTaken::Ours(_))));
        assert_eq!(won.count(), 1, "at second {second}");
    }
}

#[tokio::test]
async fn a_turn_lasts_until_its_end_and_one_that_died_with_its_process_is_taken_over() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert!(takes(&ledger, &turn("a", "v1", 0), T0).await);
    assert!(!takes(&ledger, &turn("b", "v1", 69), at(69)).await);
    assert!(takes(&ledger, &turn("b", "v1", 70), at(70)).await);
    // The first one comes back: what it found out is not its business any more, but a refusal is everybody's.
    let login = ends(&ledger, &turn("a", "v1", 0), Tried::Taken).await;
    assert!(!login.is_proven("v1") && !login.is_free(at(71)));
    let login = ends(&ledger, &turn("a", "v1", 0), Tried::Refused(at(72))).await;
    assert!(login.is_refused("v1") && !login.is_free(at(73)));
}

#[tokio::test]
async fn a_version_that_was_taken_is_proven_until_it_is_refused_and_no_other_version_is() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let ours = turn("a", "v1", 0);
    assert!(takes(&ledger, &ours, T0).await);
    let login = ends(&ledger, &ours, Tried::Taken).await;
    assert!(login.is_proven("v1") && !login.is_proven("v2") && login.is_free(at(1)));
    // Who had no turn, because it was proven, is refused.
    let login = ends(&ledger, &turn("b", "v1", 5), Tried::Refused(at(5))).await;
    assert!(!login.is_proven("v1") && login.is_refused("v1"));
    assert_eq!(login.refused, Some(("v1".to_owned(), at(5))));
}

#[tokio::test]
async fn a_late_refusal_of_an_old_version_leaves_the_new_one_proven() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let ours = turn("a", "v2", 0);
    assert!(takes(&ledger, &ours, T0).await);
    ends(&ledger, &ours, Tried::Taken).await;
    let login = ends(&ledger, &turn("b", "v1", 1), Tried::Refused(at(1))).await;
    assert!(login.is_proven("v2"));
}

#[tokio::test]
async fn who_learned_nothing_gives_the_turn_back_and_leaves_the_rest_as_it_was() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let refused = turn("a", "v1", 0);
    assert!(takes(&ledger, &refused, T0).await);
    let before = ends(&ledger, &refused, Tried::Refused(at(1))).await;
    let ours = turn("b", "v1", 2);
    assert!(takes(&ledger, &ours, at(2)).await);
    let after = ends(&ledger, &ours, Tried::Unsaid).await;
    assert_eq!((after.proven, after.refused), (before.proven, before.refused));
    assert_eq!(after.trying, None);
}

#[tokio::test]
async fn a_turn_whose_reply_was_lost_is_ours() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    assert!(takes(&ledger, &turn("a", "v1", 0), T0).await);
    assert_eq!(house.calls(), 3);
}

#[tokio::test]
async fn a_turn_whose_reply_was_lost_until_another_took_it_over_is_the_others() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    house.then_another_writes(|item| item["owner"] = json!({ "S": "b" }));
    assert!(!takes(&ledger, &turn("a", "v1", 0), T0).await);
}

#[tokio::test]
async fn an_end_whose_reply_was_lost_stands_and_whoever_took_the_turn_since_keeps_it() {
    for (tried, between) in [
        (Tried::Taken, false),
        (Tried::Taken, true),
        (Tried::Unsaid, false),
        (Tried::Unsaid, true),
        (Tried::Refused(at(3)), false),
        (Tried::Refused(at(3)), true),
    ] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        let ours = turn("a", "v1", 0);
        assert!(takes(&ledger, &ours, T0).await);
        house.lose_reply_of(2);
        if between {
            house.then_another_writes(|item| {
                item["trying"] = json!({ "S": "v1" });
                item["owner"] = json!({ "S": "b" });
                item["until"] = json!({ "N": at(90).0.to_string() });
            });
        }
        let login = ends(&ledger, &ours, tried).await;
        assert_eq!(login.is_proven("v1"), tried == Tried::Taken, "{tried:?}");
        assert_eq!(
            login.is_refused("v1"),
            matches!(tried, Tried::Refused(_)),
            "{tried:?}"
        );
        assert_eq!(login.is_free(at(80)), !between, "{tried:?}");
    }
}

#[tokio::test]
async fn a_login_of_one_vendor_is_not_another_ones() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert!(takes(&ledger, &turn("a", "v1", 0), T0).await);
    assert_eq!(ledger.login("repspark").await.unwrap(), Login::default());
}
