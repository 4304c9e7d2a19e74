//! Each write of the ledger: applied, its reply lost, repeated by the SDK; also with another writer coming in between
//! the applied write and its repetition.

#![expect(
    clippy::unwrap_used,
    reason = "a ledger that does not answer has failed the test"
)]

use ledger::{Admitted, Birth, Changed, Claimed, HoldNote, Ledger, Opening, Quarantine, Quarantined, Raw};
use order_model::{Brand, ErpReference, Millis, OrderState, Outcome, Step, StepName, StepState, Why, look};
use serde_json::{Value, json};

use crate::house::{
    House, T0, admitted, at, bid, imported, importing, key, outcomes, raw_ref, stands, taken,
};

const IMPORT: StepName = StepName::Import;

/// Somebody holds the order for a review: a change that leaves the import alone.
fn hold_for_review(item: &mut Value) {
    item["steps"]["M"]["review"] = json!({ "M": {
        "s": { "S": "held" }, "c": { "S": "changed_after_import" }, "a": { "N": T0.0.to_string() },
    }});
}

fn is_held_for_review(order: &OrderState) -> bool {
    matches!(order.step(StepName::Review), StepState::Held { .. })
}

#[tokio::test]
async fn an_order_whose_intake_lost_its_reply_is_new() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(1);
    let order = admitted(&ledger).await;
    assert_eq!((house.calls(), stands(&ledger).await), (2, order));
}

#[tokio::test]
async fn an_order_whose_intake_lost_its_reply_and_that_was_changed_since_is_known_as_it_stands() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(1);
    house.then_another_writes(hold_for_review);
    match ledger.admit(taken()).await.unwrap() {
        Admitted::Known(order) => assert!(is_held_for_review(&order)),
        Admitted::New(_) => unreachable!("the caller would work on an old reading"),
    }
    assert_eq!(house.calls(), 2);
}

async fn claims(between: Option<fn(&mut Value)>) -> (OrderState, House) {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    house.lose_reply_of(1);
    if let Some(change) = between {
        house.then_another_writes(change);
    }
    let claimed = ledger.claim(order, &bid(&ledger, IMPORT, at(5))).await.unwrap();
    let Claimed::Granted(order, claim) = claimed else {
        unreachable!("it is ours: {claimed:?}");
    };
    assert_eq!((claim.why, claim.generation), (Why::Fresh, 1));
    assert_eq!((house.calls(), stands(&ledger).await), (2, (*order).clone()));
    let settled = ledger
        .settle((*order).clone(), &claim, &imported("SO1"), at(8))
        .await;
    settled.unwrap();
    (*order, house)
}

#[tokio::test]
async fn a_claim_whose_reply_was_lost_is_granted() {
    claims(None).await;
}

#[tokio::test]
async fn a_claim_whose_reply_was_lost_is_granted_on_what_another_writer_made_of_the_order() {
    let (order, house) = claims(Some(hold_for_review)).await;
    assert!(is_held_for_review(&order));
    assert!(is_held_for_review(&stands(&house.ledger("b")).await));
}

#[tokio::test]
async fn a_claim_whose_reply_was_lost_until_the_sweep_ended_it_is_granted_anew_to_probe() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    house.lose_reply_of(1);
    house.then_another_writes(|item| {
        item["steps"]["M"]["import"] = json!({ "M": {
            "s": { "S": "unknown" }, "g": { "N": "1" }, "b": { "N": at(5).0.to_string() },
            "n": { "N": at(5).0.to_string() }, "t": { "N": "0" }, "i": { "N": at(905).0.to_string() },
        }});
    });
    let claimed = ledger.claim(order, &bid(&ledger, IMPORT, at(5))).await.unwrap();
    assert!(
        matches!(&claimed, Claimed::Granted(_, claim) if claim.why == Why::Probe(at(5)) && claim.generation == 2),
        "{claimed:?}"
    );
}

/// Records `outcome` with its reply lost, and expects what recording it undisturbed leaves behind.
async fn settles(outcome: &Outcome, between: bool) {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, claim) = importing(&ledger).await;
    let expected = match order.settle(&claim, outcome, at(8), ledger.pace()) {
        Ok(order_model::Gone::Write(next)) => *next,
        other => unreachable!("{other:?}"),
    };
    house.lose_reply_of(1);
    if between {
        house.then_another_writes(hold_for_review);
    }
    let order = ledger.settle(order, &claim, outcome, at(8)).await.unwrap();
    assert_eq!(house.calls(), 2, "{outcome:?}");
    assert_eq!(order.step(IMPORT), expected.step(IMPORT));
    assert_eq!(order.step(StepName::Confirm), expected.step(StepName::Confirm));
    assert_eq!(order.reference, expected.reference);
    assert_eq!(is_held_for_review(&order), between);
    assert_eq!(stands(&ledger).await, order);
}

#[tokio::test]
async fn each_outcome_whose_reply_was_lost_is_recorded() {
    for outcome in outcomes() {
        settles(&outcome, false).await;
    }
}

#[tokio::test]
async fn each_outcome_whose_reply_was_lost_is_recorded_and_what_another_wrote_stays() {
    for outcome in outcomes() {
        settles(&outcome, true).await;
    }
}

#[tokio::test]
async fn a_completion_whose_reply_was_lost_while_the_next_step_went_on_is_recorded() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (order, claim) = importing(&ledger).await;
    house.lose_reply_of(1);
    house.then_another_writes(|item| {
        item["steps"]["M"]["confirm"] = json!({ "M": {
            "s": { "S": "done" }, "g": { "N": "1" }, "a": { "N": at(9).0.to_string() },
        }});
    });
    let order = ledger
        .settle(order, &claim, &imported("SO1"), at(8))
        .await
        .unwrap();
    assert!(
        matches!(order.step(StepName::Confirm), StepState::Done { .. }),
        "and is not made due again"
    );
    assert_eq!(order.reference, ErpReference::new("SO1").ok());
}

#[tokio::test]
async fn a_look_whose_reply_was_lost_is_written_and_gives_its_hint() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    house.lose_reply_of(1);
    let mut hints = Vec::new();
    let looked = ledger.change(order, |order| {
        look(order, at(900), ledger.pace(), |_| order_model::Room::Go).map(|look| {
            hints = look.hints;
            look.next
        })
    });
    assert!(matches!(looked.await.unwrap(), Changed::Written(_)));
    assert_eq!((house.calls(), hints), (2, vec![IMPORT]));
}

#[tokio::test]
async fn a_change_whose_reply_was_lost_and_that_another_overwrote_is_decided_again() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    house.lose_reply_of(1);
    house.then_another_writes(|item| {
        item["steps"]["M"]["import"]["M"] = json!({ "s": { "S": "discarded" } });
    });
    let mut decisions = 0;
    let changed = ledger.change(order, |order| {
        decisions += 1;
        order.moved(
            IMPORT,
            StepState::Held {
                code: "unknown_sku".to_owned(),
                at: at(1),
            },
        )
    });
    changed.await.unwrap();
    assert_eq!(decisions, 2);
}

#[tokio::test]
async fn raw_payloads_whose_reply_was_lost_are_kept() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let raw = Raw::of(b"{}");
    house.lose_reply_of(1);
    ledger.keep_raw(std::slice::from_ref(&raw), at(1)).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(
        ledger.raw(raw.place()).await.unwrap().as_deref(),
        Some(b"{}".as_slice())
    );
}

#[tokio::test]
async fn the_words_of_a_hold_whose_reply_was_lost_are_kept() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let note = HoldNote {
        code: "unknown_sku".to_owned(),
        text: "no item TEE-BLK-M".to_owned(),
        at: at(1),
        subject: None,
    };
    house.lose_reply_of(1);
    ledger.keep_hold(&key(), IMPORT, &note).await.unwrap();
    assert_eq!(house.calls(), 2);
    assert_eq!(ledger.hold(&key(), IMPORT).await.unwrap(), Some(note));
}

fn brand() -> Brand {
    Brand::new("ACME").unwrap_or_else(|error| unreachable!("{error}"))
}

async fn born(ledger: &Ledger) -> Birth {
    match ledger.be_born(&brand(), T0).await {
        Ok(birth) => birth,
        Err(error) => unreachable!("{error}"),
    }
}

#[tokio::test]
async fn a_birth_whose_reply_was_lost_is_a_birth() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    let birth = born(&ledger).await;
    assert_eq!((house.calls(), birth.at), (3, T0));
    assert_eq!(ledger.birth(&brand()).await.unwrap(), Some(birth));
}

#[tokio::test]
async fn a_birth_whose_reply_was_lost_while_another_completed_the_baseline_knows_of_it() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["baseline_at"] = json!({ "N": T0.0.to_string() });
        item["foreign"] = json!({ "N": "300" });
    });
    assert_eq!(born(&ledger).await.baseline, Some((T0, 300)));
}

#[tokio::test]
async fn a_baseline_whose_reply_was_lost_is_complete_and_keeps_its_count() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        let birth = born(&ledger).await;
        house.lose_reply_of(1);
        if between {
            house.then_another_writes(|_| {});
        }
        ledger.complete_baseline(&birth, at(60), 300).await.unwrap();
        assert_eq!(house.calls(), 2);
        assert_eq!(born(&ledger).await.baseline, Some((at(60), 300)));
    }
}

/// What recovery writes: it touches neither the lock nor its owner.
fn recover_between(item: &mut Value) {
    item["recovered_at"] = json!({ "N": at(30).0.to_string() });
}

#[tokio::test]
async fn an_opening_whose_reply_was_lost_is_open_and_ours() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        house.lose_reply_of(2);
        if between {
            house.then_another_writes(recover_between);
        }
        let (opening, owner) = ledger.open_journal("repspark", T0, at(60)).await.unwrap();
        assert_eq!(
            (house.calls(), opening),
            (3, Opening::Opened { incomplete: false })
        );
        let journal = ledger.journal("repspark").await.unwrap();
        assert!(journal.running && journal.owner == owner);
        assert_eq!(journal.recovered_at, between.then_some(at(30)));
    }
}

#[tokio::test]
async fn a_closing_whose_reply_was_lost_is_closed() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        let (_, owner) = ledger.open_journal("repspark", T0, at(60)).await.unwrap();
        house.lose_reply_of(2);
        if between {
            house.then_another_writes(recover_between);
        }
        ledger
            .close_journal("repspark", &owner, at(9), true, 20)
            .await
            .unwrap();
        assert_eq!(house.calls(), 3);
        let journal = ledger.journal("repspark").await.unwrap();
        assert_eq!(
            (journal.running, journal.closed_at, journal.records),
            (false, Some(at(9)), 20)
        );
        assert_eq!(journal.recovered_at, between.then_some(at(30)));
    }
}

#[tokio::test]
async fn a_closing_whose_reply_was_lost_until_another_pull_opened_leaves_that_one_open() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let (_, owner) = ledger.open_journal("repspark", T0, at(60)).await.unwrap();
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["running"] = json!({ "BOOL": true });
        item["owner"] = json!({ "S": "another-1" });
    });
    ledger
        .close_journal("repspark", &owner, at(9), true, 20)
        .await
        .unwrap();
    let journal = ledger.journal("repspark").await.unwrap();
    assert_eq!((journal.running, journal.owner.as_str()), (true, "another-1"));
}

#[tokio::test]
async fn a_recovery_whose_reply_was_lost_is_noted_and_leaves_a_pull_that_began_since_alone() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        let (_, owner) = ledger.open_journal("repspark", T0, at(60)).await.unwrap();
        ledger
            .close_journal("repspark", &owner, at(9), false, 20)
            .await
            .unwrap();
        let seen = ledger.journal("repspark").await.unwrap();
        house.lose_reply_of(2);
        if between {
            house.then_another_writes(|item| item["running"] = json!({ "BOOL": true }));
        }
        ledger.note_recovery("repspark", &seen, at(30)).await.unwrap();
        assert_eq!(house.calls(), 3);
        let journal = ledger.journal("repspark").await.unwrap();
        assert_eq!((journal.incomplete, journal.recovered_at), (false, Some(at(30))));
        assert_eq!(journal.running, between);
    }
}

async fn pause(ledger: &Ledger, now: Millis, next_probe: Millis) {
    let set = ledger.set_pause("erp", "credentials_refused", "erp-import-order", now, next_probe);
    if let Err(error) = set.await {
        unreachable!("{error}");
    }
}

#[tokio::test]
async fn a_pause_whose_reply_was_lost_is_in_force() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    pause(&ledger, T0, at(900)).await;
    assert_eq!(house.calls(), 3);
    let paused = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!((paused.since, paused.next_probe), (T0, Some(at(900))));
}

#[tokio::test]
async fn a_pause_whose_reply_was_lost_until_somebody_lifted_it_is_set_again() {
    // It can't be told from a lift that came first and did not know; a pause too many is ended by its probe.
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    house.then_another_writes(|item| item["active"] = json!({ "BOOL": false }));
    pause(&ledger, T0, at(900)).await;
    assert!(ledger.pause("erp").await.unwrap().is_some());
}

#[tokio::test]
async fn a_lift_whose_reply_was_lost_has_lifted() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    pause(&ledger, T0, at(900)).await;
    let paused = ledger.pause("erp").await.unwrap().unwrap();
    house.lose_reply_of(2);
    assert!(ledger.lift_pause(&paused).await.unwrap());
    assert_eq!(house.calls(), 3);
    assert_eq!(ledger.pause("erp").await.unwrap(), None);
}

#[tokio::test]
async fn a_lift_whose_reply_was_lost_leaves_a_pause_alone_that_was_set_since() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    pause(&ledger, T0, at(900)).await;
    let lifted = ledger.pause("erp").await.unwrap().unwrap();
    house.lose_reply_of(2);
    house.then_another_writes(|item| {
        item["active"] = json!({ "BOOL": true });
        item["since"] = json!({ "N": at(20).0.to_string() });
        item["by"] = json!({ "S": "a person" });
    });
    ledger.lift_pause(&lifted).await.unwrap();
    let paused = ledger.pause("erp").await.unwrap().unwrap();
    assert_eq!((paused.by.as_str(), paused.since), ("a person", at(20)));
}

#[tokio::test]
async fn a_probe_whose_turn_lost_its_reply_is_not_made_and_the_next_interval_has_one() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = house.ledger("a");
        pause(&ledger, T0, at(900)).await;
        let paused = ledger.pause("erp").await.unwrap().unwrap();
        house.lose_reply_of(1);
        if between {
            house.then_another_writes(|_| {});
        }
        let took = ledger.take_probe(&paused, "any", at(900), at(1800));
        assert!(!took.await.unwrap());
        assert_eq!(house.calls(), 2);
        let paused = ledger.pause("erp").await.unwrap().unwrap();
        assert_eq!(paused.next_probe, Some(at(1800)));
        let took = ledger.take_probe(&paused, "any", at(1800), at(2700));
        assert!(took.await.unwrap());
    }
}

#[tokio::test]
async fn a_quarantined_record_whose_reply_was_lost_is_new_and_gets_named() {
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
    house.lose_reply_of(1);
    assert_eq!(ledger.quarantine(&record).await.unwrap(), Quarantined::New);
    assert_eq!(house.calls(), 2);
    assert_eq!(ledger.quarantine(&record).await.unwrap(), Quarantined::Known);
    assert_eq!(
        ledger.quarantined("repspark", "8086").await.unwrap(),
        Some(record)
    );
}

#[tokio::test]
async fn a_step_that_was_off_and_was_claimed_keeps_its_number() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = admitted(&ledger).await;
    let switched_off = ledger.change(order, |order| {
        let mut next = order.clone();
        let state = StepState::Off;
        next.steps
            .insert(StepName::Confirm, Step { generation: 3, state });
        Some(next)
    });
    switched_off.await.unwrap();
    assert_eq!(stands(&ledger).await.generation(StepName::Confirm), 3);
}
