//! A step that is told again: each of its writes applied, its reply lost, repeated by the SDK, also with another writer
//! between; two workers; and what it costs.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a ledger that does not answer has failed the test"
)]

use ledger::{Changed, Claimed, Ledger};
use order_model::{Bid, Claim, Decision, Edition, Kind, Millis, OrderState, Outcome, StepName, Why};
use serde_json::{Value, json};

use crate::house::{House, admitted, at, bid, done, granted, imported, importing, stands, taken};

const PUBLISH: StepName = StepName::Publish;

/// A ledger of a stack that has SparkLayer.
fn ledger(house: &House, run: &str) -> Ledger {
    house.ledger(run).taking(&[PUBLISH])
}

async fn in_the_erp(ledger: &Ledger) -> OrderState {
    let (order, claim) = importing(ledger).await;
    match ledger.settle(order, &claim, &imported("SO104233"), at(8)).await {
        Ok(order) => order,
        Err(error) => panic!("{error}"),
    }
}

fn tells(ledger: &Ledger, version: u32, now: Millis) -> Bid {
    let mut bid = bid(ledger, PUBLISH, now);
    bid.edition = Some(Edition {
        version,
        name: "internal:SO104233".to_owned(),
    });
    bid
}

async fn claims(ledger: &Ledger, order: OrderState, version: u32, now: Millis) -> (OrderState, Claim) {
    match ledger.claim(order, &tells(ledger, version, now)).await.unwrap() {
        Claimed::Granted(order, claim) => (*order, claim),
        other => panic!("not granted: {other:?}"),
    }
}

async fn raises(ledger: &Ledger, order: OrderState, version: u32, now: Millis) -> OrderState {
    let raised = ledger.change(order, |order| {
        order.raised(PUBLISH, version, now, ledger.pace(), true)
    });
    let (Changed::Written(order) | Changed::Left(order)) = raised.await.unwrap();
    *order
}

/// Somebody raises it: a change that leaves whoever is at it alone.
fn raise_between(version: u32) -> impl FnOnce(&mut Value) + Send + 'static {
    move |item| item["repeats"]["M"]["publish"]["M"]["w"] = json!({ "N": version.to_string() })
}

fn numbers(order: &OrderState) -> (Kind, u32, u32) {
    let repeat = order.repeat(PUBLISH);
    (order.step(PUBLISH).kind(), repeat.wanted, repeat.done)
}

#[tokio::test]
async fn an_import_whose_reply_was_lost_is_followed_once() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = ledger(&house, "a");
        let (order, claim) = importing(&ledger).await;
        house.lose_reply_of(1);
        if between {
            house.then_another_writes(|item| {
                item["steps"]["M"]["publish"] = json!({ "M": { "s": { "S": "discarded" } } })
            });
        }
        let order = ledger
            .settle(order, &claim, &imported("SO1"), at(8))
            .await
            .unwrap();
        let expected = if between { Kind::Discarded } else { Kind::Due };
        assert_eq!(order.step(PUBLISH).kind(), expected);
        assert_eq!(stands(&ledger).await, order);
    }
}

#[tokio::test]
async fn an_order_that_comes_in_with_its_import_done_is_followed_too() {
    let house = House::open().await;
    let number = order_model::ErpReference::new("SO1").unwrap();
    let own = taken()
        .decide(Decision::Complete, StepName::Import, Some(&number), at(5))
        .unwrap();
    house.lose_reply_of(1);
    ledger(&house, "a").admit(own).await.unwrap();
    assert_eq!(stands(&ledger(&house, "b")).await.step(PUBLISH).kind(), Kind::Due);
    let house = House::open().await;
    admitted(&ledger(&house, "a")).await;
    assert_eq!(stands(&ledger(&house, "b")).await.step(PUBLISH).kind(), Kind::Off);
}

#[tokio::test]
async fn a_raise_whose_reply_was_lost_stands_once() {
    for between in [None, Some(4), Some(7)] {
        let house = House::open().await;
        let ledger = ledger(&house, "a");
        let order = in_the_erp(&ledger).await;
        let order = raises(&ledger, order, 1, at(9)).await;
        house.lose_reply_of(1);
        if let Some(version) = between {
            house.then_another_writes(raise_between(version));
        }
        let order = raises(&ledger, order, 5, at(10)).await;
        assert_eq!(numbers(&order).1, between.unwrap_or(5).max(5));
        assert_eq!(stands(&ledger).await, order);
    }
}

#[tokio::test]
async fn a_claim_whose_reply_was_lost_is_granted_also_if_something_newer_is_wanted_by_then() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = ledger(&house, "a");
        let order = in_the_erp(&ledger).await;
        let order = raises(&ledger, order, 1, at(9)).await;
        house.lose_reply_of(1);
        if between {
            house.then_another_writes(raise_between(2));
        }
        let (order, claim) = claims(&ledger, order, 1, at(11)).await;
        assert_eq!((claim.why, claim.version), (Why::Fresh, 1));
        // The effect follows, and what is newer is due in the write that records it.
        let order = ledger.settle(order, &claim, &done(), at(12)).await.unwrap();
        let expected = if between {
            (Kind::Due, 2, 1)
        } else {
            (Kind::Done, 1, 1)
        };
        assert_eq!(numbers(&order), expected);
    }
}

#[tokio::test]
async fn whoever_read_an_older_version_reads_again() {
    let house = House::open().await;
    let ledger = ledger(&house, "a");
    let seen = in_the_erp(&ledger).await;
    raises(&ledger, seen.clone(), 1, at(9)).await;
    let claimed = ledger.claim(seen, &tells(&ledger, 0, at(11))).await.unwrap();
    assert!(matches!(claimed, Claimed::Changed), "{claimed:?}");
}

#[tokio::test]
async fn a_telling_whose_recording_lost_its_reply_is_recorded_whatever_was_raised_meanwhile() {
    // Raised before the recording, after it and before its repetition, or not at all.
    for (before, between) in [(false, false), (true, false), (false, true), (true, true)] {
        let house = House::open().await;
        let ledger = ledger(&house, "a");
        let order = in_the_erp(&ledger).await;
        let (mut order, claim) = claims(&ledger, order, 0, at(11)).await;
        if before {
            order = raises(&ledger, order, 1, at(12)).await;
        }
        house.lose_reply_of(1);
        if between {
            house.then_another_writes(|item| {
                item["repeats"]["M"]["publish"]["M"]["w"] = json!({ "N": "2" });
                item["steps"]["M"]["publish"] = json!({ "M": {
                    "s": { "S": "due" }, "g": { "N": "1" }, "t": { "N": "0" },
                    "n": { "N": at(13).0.to_string() }, "i": { "N": at(913).0.to_string() },
                }});
            });
        }
        let order = ledger.settle(order, &claim, &done(), at(13)).await.unwrap();
        let wanted = if between { 2 } else { u32::from(before) };
        let kind = if wanted > 0 { Kind::Due } else { Kind::Done };
        assert_eq!(numbers(&order), (kind, wanted, 0), "{before} {between}");
        assert_eq!(stands(&ledger).await, order);
    }
}

#[tokio::test]
async fn what_was_told_already_and_lost_its_reply_is_done_or_due_for_what_came_since() {
    for between in [false, true] {
        let house = House::open().await;
        let ledger = ledger(&house, "a");
        let order = in_the_erp(&ledger).await;
        let (order, claim) = claims(&ledger, order, 0, at(11)).await;
        let order = ledger.settle(order, &claim, &done(), at(12)).await.unwrap();
        let order = raises(&ledger, order, 1, at(13)).await;
        let accepted = order.repeat(PUBLISH).accepted.unwrap();
        let order = stands(&ledger).await;
        house.lose_reply_of(1);
        if between {
            // Somebody raised it again, so it is due again.
            house.then_another_writes(|item| {
                item["repeats"]["M"]["publish"]["M"]["w"] = json!({ "N": "2" });
                item["steps"]["M"]["publish"] = json!({ "M": {
                    "s": { "S": "due" }, "g": { "N": "1" }, "t": { "N": "0" },
                    "n": { "N": at(13).0.to_string() }, "i": { "N": at(913).0.to_string() },
                }});
            });
        }
        let told = ledger.change(order, |order| order.told_already(PUBLISH, 1, &accepted, at(14)));
        assert!(matches!(told.await.unwrap(), Changed::Written(_)) != between);
        let expected = if between {
            (Kind::Due, 2, 1)
        } else {
            (Kind::Done, 1, 1)
        };
        assert_eq!(numbers(&stands(&ledger).await), expected);
    }
}

#[tokio::test]
async fn a_release_whose_reply_was_lost_is_a_release_and_no_second_one_follows() {
    let house = House::open().await;
    let ledger = ledger(&house, "a");
    let order = in_the_erp(&ledger).await;
    let (order, claim) = claims(&ledger, order, 0, at(11)).await;
    let code = "customer_not_mapped";
    let held = Outcome::Held {
        code: code.to_owned(),
    };
    let order = ledger.settle(order, &claim, &held, at(12)).await.unwrap();
    house.lose_reply_of(1);
    let release = |order: &OrderState| order.released(PUBLISH, code, at(13), ledger.pace());
    let released = ledger.change(order.clone(), release).await.unwrap();
    assert!(matches!(released, Changed::Written(_)));
    let again = ledger.change(order, release).await.unwrap();
    assert!(matches!(again, Changed::Left(_)), "{again:?}");
    assert_eq!(numbers(&stands(&ledger).await).0, Kind::Due);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_publishers_and_a_report_at_once_leave_the_newest_due_or_under_way() {
    for lost in 0..=8 {
        let house = House::open().await;
        let (one, other, report) = (ledger(&house, "a"), ledger(&house, "b"), ledger(&house, "c"));
        let seen = in_the_erp(&one).await;
        if lost > 0 {
            house.lose_reply_of(lost);
        }
        let publish = async |ledger: &Ledger| {
            let claimed = ledger
                .claim(seen.clone(), &tells(ledger, 0, at(11)))
                .await
                .unwrap();
            let Claimed::Granted(order, claim) = claimed else {
                return 0;
            };
            assert_eq!(claim.why, Why::Fresh);
            ledger.settle(*order, &claim, &done(), at(12)).await.unwrap();
            1
        };
        let (first, second, _) = tokio::join!(
            publish(&one),
            publish(&other),
            raises(&report, seen.clone(), 1, at(11))
        );
        assert!(first + second <= 1, "each version is told by one: {lost}");
        let (kind, wanted, _) = numbers(&stands(&one).await);
        assert_eq!((kind, wanted), (Kind::Due, 1), "{lost}");
    }
}

#[tokio::test]
async fn a_publication_costs_two_calls_and_two_units_more() {
    for publishes in [false, true] {
        let house = House::open().await;
        let ledger = match publishes {
            true => ledger(&house, "0123456789ab"),
            false => house.ledger("0123456789ab"),
        };
        let mut order = in_the_erp(&ledger).await;
        let place = stands(&ledger).await.look_at;
        assert_eq!(
            place,
            Some(at(900)),
            "an import that is followed by one more step keeps its place"
        );
        if publishes {
            let (next, claim) = claims(&ledger, order, 0, at(9)).await;
            order = ledger.settle(next, &claim, &done(), at(10)).await.unwrap();
        }
        let (order, claim) = granted(&ledger, order, StepName::Confirm, at(11)).await;
        ledger.settle(order, &claim, &done(), at(14)).await.unwrap();
        let units: Vec<f64> = house.bill().into_iter().map(|(_, units)| units).collect();
        // Intake, claim, import done; the two of the publication; claim, confirm done.
        let expected: &[f64] = if publishes {
            &[2.0, 1.0, 2.0, 1.0, 1.0, 1.0, 2.0]
        } else {
            &[2.0, 1.0, 2.0, 1.0, 2.0]
        };
        assert_eq!(units, expected);
        assert_eq!(stands(&ledger).await.look_at, None);
    }
}

#[tokio::test]
async fn an_ecat_order_that_is_published_leaves_the_index_once() {
    let house = House::open().await;
    let ledger = ledger(&house, "0123456789ab");
    let mut order = taken();
    order.key = order_model::OrderKey::new("EC-ACMECAT-XYZ-1").unwrap();
    ledger.admit(order.clone()).await.unwrap();
    let order = ledger.order(&order.key).await.unwrap().unwrap();
    let (order, claim) = granted(&ledger, order, StepName::Import, at(5)).await;
    let order = ledger
        .settle(order, &claim, &imported("SO104233"), at(8))
        .await
        .unwrap();
    let (order, claim) = claims(&ledger, order, 0, at(9)).await;
    let order = ledger.settle(order, &claim, &done(), at(10)).await.unwrap();
    assert_eq!(order.look_at, None);
    let units: Vec<f64> = house.bill().into_iter().map(|(_, units)| units).collect();
    assert_eq!(units, [2.0, 1.0, 2.0, 1.0, 2.0]);
}
