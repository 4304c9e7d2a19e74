//! What people decided, and the numbers of calls that did not go well.

use ledger::{CallNote, DecisionRecord, Ledger};
use order_model::{Millis, StepName};

use crate::house::{House, KEY, T0, admitted, at, key};

fn decision(at: Millis, why: &str) -> DecisionRecord {
    DecisionRecord {
        at,
        did: "note".to_owned(),
        step: None,
        by: "ada".to_owned(),
        why: why.to_owned(),
        detail: String::new(),
    }
}

async fn whys(ledger: &Ledger, about: &str) -> Vec<String> {
    match ledger.decisions(about).await {
        Ok(all) => all.into_iter().map(|decision| decision.why).collect(),
        Err(error) => unreachable!("{error}"),
    }
}

#[tokio::test]
async fn decisions_are_read_oldest_first_and_two_of_one_moment_are_two() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    admitted(&ledger).await;
    for (at, why) in [
        (at(60), "third"),
        (T0, "first"),
        (at(9), "second"),
        (at(60), "third"),
    ] {
        ledger.keep_decision(KEY, &decision(at, why)).await.unwrap();
    }
    assert_eq!(whys(&ledger, KEY).await, ["first", "second", "third", "third"]);
    assert!(ledger.order(&key()).await.unwrap().is_some());
}

#[tokio::test]
async fn decisions_about_one_thing_are_none_about_another() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let record = Ledger::quarantine_name("repspark", "8086");
    let pause = Ledger::pause_name("erp");
    for about in [KEY, &record, &pause] {
        ledger.keep_decision(about, &decision(T0, about)).await.unwrap();
    }
    for about in [KEY, &record, &pause] {
        assert_eq!(whys(&ledger, about).await, [about]);
    }
    assert!(whys(&ledger, "RS-ACME-808").await.is_empty());
}

#[tokio::test]
async fn decisions_stand_beside_what_they_are_about() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let set = ledger.set_pause("erp", "maintenance", "ada", T0, at(900));
    set.await.unwrap();
    assert!(house.item(&Ledger::pause_name("erp"), "pause").is_some());
}

#[tokio::test]
async fn of_more_than_two_hundred_decisions_the_newest_are_read() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for n in 0..205 {
        ledger
            .keep_decision(KEY, &decision(at(n), &n.to_string()))
            .await
            .unwrap();
    }
    let expected: Vec<_> = (5..205).map(|n| n.to_string()).collect();
    assert_eq!(whys(&ledger, KEY).await, expected);
}

#[tokio::test]
async fn decisions_that_fill_more_than_one_page_are_read() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    // A page of a query is 1 MB.
    for n in 0..8 {
        let mut long = decision(at(n), &n.to_string());
        long.detail = "d".repeat(300_000);
        ledger.keep_decision(KEY, &long).await.unwrap();
    }
    let expected: Vec<_> = (0..8).map(|n| n.to_string()).collect();
    assert_eq!(whys(&ledger, KEY).await, expected);
}

#[tokio::test]
async fn the_last_call_of_a_step_counts_and_each_step_has_its_own() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let note = |transaction: Option<&str>, at| CallNote {
        transaction: transaction.map(str::to_owned),
        batch: None,
        code: None,
        without_effect: 0,
        at,
    };
    assert_eq!(ledger.call_note(&key(), StepName::Confirm).await.unwrap(), None);
    for note in [note(Some("T-1"), T0), note(None, at(60))] {
        ledger.keep_call(&key(), StepName::Confirm, &note).await.unwrap();
        // Nothing of an earlier call is left over.
        assert_eq!(
            ledger.call_note(&key(), StepName::Confirm).await.unwrap(),
            Some(note)
        );
    }
    assert_eq!(ledger.call_note(&key(), StepName::Import).await.unwrap(), None);
}
