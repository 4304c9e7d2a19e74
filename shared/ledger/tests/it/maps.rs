//! Field maps.

use futures::future::join_all;
use ledger::{Ledger, StoredMap};

use crate::house::{House, T0, at};

fn map(version: &str, by: &str) -> StoredMap {
    StoredMap {
        source: "repspark".to_owned(),
        version: version.to_owned(),
        text: format!("the text of {version}"),
        by: by.to_owned(),
        why: "a reason".to_owned(),
        at: T0,
    }
}

async fn current(ledger: &Ledger) -> Option<String> {
    match ledger.current_map("repspark").await {
        Ok(pointer) => pointer.map(|pointer| pointer.version),
        Err(error) => unreachable!("{error}"),
    }
}

#[tokio::test]
async fn a_map_is_kept_once_and_the_first_to_keep_it_stands() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert_eq!(ledger.map("repspark", "v1").await.unwrap(), None);
    ledger.keep_map(&map("v1", "ada")).await.unwrap();
    ledger.keep_map(&map("v1", "bob")).await.unwrap();
    ledger.keep_map(&map("v2", "bob")).await.unwrap();
    assert_eq!(
        ledger.map("repspark", "v1").await.unwrap(),
        Some(map("v1", "ada"))
    );
    assert_eq!(
        ledger.map("repspark", "v2").await.unwrap(),
        Some(map("v2", "bob"))
    );
    assert_eq!(ledger.map("other", "v1").await.unwrap(), None);
    assert_eq!(current(&ledger).await, None, "keeping is not naming");
}

#[tokio::test]
async fn no_version_takes_the_place_where_the_current_one_is_named() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert!(ledger.keep_map(&map("current", "ada")).await.is_err());
    assert_eq!(current(&ledger).await, None);
}

#[tokio::test]
async fn the_current_map_is_named_by_who_saw_the_one_before() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert!(ledger.use_map("repspark", "v1", None, "ada", T0).await.unwrap());
    let seen = ledger.current_map("repspark").await.unwrap();
    for (version, named) in [("v2", true), ("v3", false)] {
        let using = ledger.use_map("repspark", version, seen.as_ref(), "bob", at(60));
        assert_eq!(using.await.unwrap(), named);
    }
    // Somebody who never looked.
    let using = ledger.use_map("repspark", "v4", None, "eve", at(70));
    assert!(!using.await.unwrap());
    let stands = ledger.current_map("repspark").await.unwrap().unwrap();
    assert_eq!(
        (stands.version.as_str(), stands.by.as_str(), stands.at),
        ("v2", "bob", at(60))
    );
}

#[tokio::test]
async fn who_saw_a_map_that_was_named_again_since_is_refused() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.use_map("repspark", "v1", None, "ada", T0).await.unwrap();
    let seen = ledger.current_map("repspark").await.unwrap();
    for version in ["v2", "v1"] {
        let stands = ledger.current_map("repspark").await.unwrap();
        let using = ledger.use_map("repspark", version, stands.as_ref(), "bob", T0);
        assert!(using.await.unwrap());
    }
    let using = ledger.use_map("repspark", "v3", seen.as_ref(), "ada", at(60));
    assert!(!using.await.unwrap());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_sixteen_who_name_a_map_at_once_one_does() {
    let house = House::open().await;
    for round in 0..2 {
        let seen = house.ledger("a").current_map("repspark").await.unwrap();
        let races = (0..16).map(|n| {
            let (ledger, seen) = (house.ledger(&format!("run{round}{n}")), seen.clone());
            tokio::spawn(async move {
                let version = format!("v{n}");
                let using = ledger.use_map("repspark", &version, seen.as_ref(), "ada", T0);
                using.await.unwrap().then_some(version)
            })
        });
        let won = join_all(races).await;
        let won: Vec<_> = won.into_iter().filter_map(|race| race.unwrap()).collect();
        assert_eq!(won.len(), 1);
        assert_eq!(current(&house.ledger("b")).await.as_ref(), won.first());
    }
}
