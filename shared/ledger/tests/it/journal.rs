//! The journal of a destructive pull: the lock, and the witness.

use ledger::{Ledger, Opening};
use order_model::Millis;

use crate::house::{House, PACE, T0, at};

async fn opened(ledger: &Ledger, now: Millis, until: Millis) -> (Opening, String) {
    match ledger.open_journal("repspark", now, until).await {
        Ok(opened) => opened,
        Err(error) => unreachable!("{error}"),
    }
}

#[tokio::test]
async fn two_pulls_do_not_run_at_once() {
    let house = House::open().await;
    let (first, second) = (house.ledger("a"), house.ledger("b"));
    let (opening, owner) = opened(&first, T0, at(60)).await;
    assert_eq!(opening, Opening::Opened { incomplete: false });
    assert_eq!(opened(&second, at(69), at(129)).await.0, Opening::Busy(at(70)));
    first
        .close_journal("repspark", &owner, at(9), true, 20)
        .await
        .unwrap();
    assert_eq!(
        opened(&second, at(69), at(129)).await.0,
        Opening::Opened { incomplete: false }
    );
}

#[tokio::test]
async fn a_pull_that_died_leaves_its_journal_open_and_wants_recovery() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    opened(&ledger, T0, at(60)).await;
    let journal = ledger.journal("repspark").await.unwrap();
    assert!(journal.is_running(at(69), PACE.skew) && !journal.wants_recovery(at(69), PACE.skew));
    assert!(!journal.is_running(at(70), PACE.skew) && journal.wants_recovery(at(70), PACE.skew));
    let (opening, owner) = opened(&ledger, at(70), at(130)).await;
    assert_eq!(opening, Opening::Opened { incomplete: true });
    ledger
        .close_journal("repspark", &owner, at(80), true, 5)
        .await
        .unwrap();
    let journal = ledger.journal("repspark").await.unwrap();
    assert!(
        journal.wants_recovery(at(81), PACE.skew),
        "what the dead one lost is still to be looked for"
    );
}

#[tokio::test]
async fn a_pull_that_broke_off_wants_recovery_until_one_was_made() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (_, owner) = opened(&ledger, T0, at(60)).await;
    ledger
        .close_journal("repspark", &owner, at(9), false, 3)
        .await
        .unwrap();
    let seen = ledger.journal("repspark").await.unwrap();
    assert!(seen.wants_recovery(at(10), PACE.skew));
    ledger.note_recovery("repspark", &seen, at(30)).await.unwrap();
    let journal = ledger.journal("repspark").await.unwrap();
    assert!(!journal.wants_recovery(at(31), PACE.skew));
    assert_eq!((journal.recovered_at, journal.records), (Some(at(30)), 3));
}

#[tokio::test]
async fn a_recovery_that_began_before_another_pull_says_nothing_about_that_pull() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let seen = ledger.journal("repspark").await.unwrap();
    let (_, owner) = opened(&ledger, T0, at(60)).await;
    ledger
        .close_journal("repspark", &owner, at(9), false, 3)
        .await
        .unwrap();
    ledger.note_recovery("repspark", &seen, at(30)).await.unwrap();
    assert!(
        ledger
            .journal("repspark")
            .await
            .unwrap()
            .wants_recovery(at(31), PACE.skew)
    );
}

#[tokio::test]
async fn a_recovery_ends_the_lock_of_a_dead_pull_and_never_that_of_a_live_one() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    opened(&ledger, T0, at(60)).await;
    let seen = ledger.journal("repspark").await.unwrap();
    ledger.note_recovery("repspark", &seen, at(30)).await.unwrap();
    assert_eq!(
        opened(&house.ledger("b"), at(31), at(90)).await.0,
        Opening::Busy(at(70))
    );
    let seen = ledger.journal("repspark").await.unwrap();
    ledger.note_recovery("repspark", &seen, at(80)).await.unwrap();
    let journal = ledger.journal("repspark").await.unwrap();
    assert!(!journal.running && !journal.wants_recovery(at(81), PACE.skew));
}

#[tokio::test]
async fn nobody_closes_the_journal_of_another() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    opened(&ledger, T0, at(60)).await;
    ledger
        .close_journal("repspark", "b-0", at(9), true, 3)
        .await
        .unwrap();
    assert!(ledger.journal("repspark").await.unwrap().running);
}

#[tokio::test]
async fn sources_have_journals_of_their_own() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    opened(&ledger, T0, at(60)).await;
    let (opening, _) = ledger.open_journal("ecat", T0, at(60)).await.unwrap();
    assert_eq!(opening, Opening::Opened { incomplete: false });
}
