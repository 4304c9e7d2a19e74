//! What an intake comes to, for an answer that comes in chunks.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper fails as its test does"
)]

use std::cell::Cell;
use std::time::Duration;

use bytes::Bytes;
use field_map::FieldMap;
use jiff::tz::TimeZone;
use ledger::{Changed, Ledger};
use order_intake::{Balance, Desk, Ended, Kept, Read, Return, Rules, Taker, Tally, take_in};
use order_mapping::{Maps, read_order};
use order_model::{ContentHash, Decision, ErpReference, Kind, OrderState, Pinned, Step, StepName, StepState};

use crate::house::{House, RECORDS, T0, key, key_of};

/// How an intake ended, what it counted, and the batches that it told of.
struct Came {
    ended: Ended<&'static str>,
    tally: Tally,
    told: Vec<Vec<Kept>>,
    faulty: bool,
}

/// What orders are compared with, for as long as a test lives.
struct Comparer {
    maps: Maps,
    current: FieldMap,
    zone: TimeZone,
}

impl Comparer {
    fn leaked(ledger: &Ledger) -> &'static Self {
        Box::leak(Box::new(Self {
            maps: Maps::repspark(ledger.clone()),
            current: FieldMap::repspark_default(),
            zone: TimeZone::UTC,
        }))
    }

    fn desk(&self) -> Desk<'_> {
        Desk {
            maps: &self.maps,
            current: &self.current,
            zone: &self.zone,
        }
    }
}

fn reading(read: Read<'static>) -> Rules<'static> {
    Rules {
        records: RECORDS,
        key_of: &key_of,
        read,
        expires_at: T0 + Duration::from_secs(86_400),
    }
}

/// What was submitted.
fn rules(ledger: &Ledger) -> Rules<'static> {
    reading(Read::Submitted(Comparer::leaked(ledger).desk()))
}

/// What is sent and not confirmed.
fn sent(ledger: &Ledger) -> Rules<'static> {
    reading(Read::Sent {
        desk: Comparer::leaked(ledger).desk(),
        unconfirmed_after: Duration::from_secs(1800),
        asked_for: false,
    })
}

type Chunk = Result<&'static str, &'static str>;

/// Takes chunks in; time runs out after `in_time` of them.
async fn chunks(ledger: &Ledger, rules: Rules<'_>, chunks: Vec<Chunk>, in_time: usize) -> Came {
    let mut taker = Taker::new(ledger, rules, T0);
    let mut told = Vec::new();
    let read = Cell::new(0);
    let mut chunks = chunks.into_iter();
    let ended = take_in(
        &mut taker,
        "OrderId",
        async || {
            read.set(read.get() + 1);
            chunks.next().map(|chunk| chunk.map(Bytes::from)).transpose()
        },
        || read.get() < in_time,
        async |kept: &[Kept]| told.push(kept.to_vec()),
    )
    .await;
    Came {
        ended,
        tally: taker.tally,
        told,
        faulty: taker.fault.is_some(),
    }
}

async fn body(ledger: &Ledger, rules: Rules<'_>, body: &str) -> Came {
    let body: &'static str = body.to_owned().leak();
    chunks(ledger, rules, vec![Ok(body)], usize::MAX).await
}

fn orders(numbers: std::ops::RangeInclusive<u64>) -> String {
    let each = numbers.map(|number| format!(r#"{{"OrderId":{number},"OrderItems":[]}}"#));
    format!("[{}]", each.collect::<Vec<_>>().join(","))
}

fn new(numbers: std::ops::RangeInclusive<u64>) -> Vec<Kept> {
    numbers.map(|number| Kept::New(key(number))).collect()
}

#[tokio::test]
async fn every_record_is_kept_and_told_of_in_the_order_of_the_answer() {
    let house = House::open().await;
    let ledger = house.ledger();
    let came = body(&ledger, rules(&ledger), &orders(1..=26)).await;
    assert_eq!(came.ended, Ended::Complete);
    assert_eq!(came.told, vec![new(1..=25), new(26..=26)]);
    let tally = Tally {
        records: 26,
        new: 26,
        ..Tally::default()
    };
    assert_eq!(came.tally, tally);
    let order = ledger.order(&key(26)).await.unwrap().unwrap();
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
    let payload = ledger.raw(&order.raw.unwrap()).await.unwrap().unwrap();
    assert_eq!(payload, br#"{"OrderId":26,"OrderItems":[]}"#);
}

#[tokio::test]
async fn a_record_is_durable_before_its_state_mentions_it() {
    let house = House::open().await;
    body(&house.ledger(), rules(&house.ledger()), &orders(1..=2)).await;
    assert_eq!(house.calls(), ["BatchWriteItem", "PutItem", "PutItem"]);
}

#[tokio::test]
async fn a_repeatable_read_writes_nothing_for_known_orders() {
    let house = House::open().await;
    let ledger = house.ledger();
    body(&ledger, rules(&ledger), &orders(1..=26)).await;
    house.calls();
    let repeatable = sent(&ledger);
    let came = body(&ledger, repeatable, &orders(1..=26)).await;
    assert_eq!(house.calls(), ["BatchGetItem", "BatchGetItem"]);
    let balance = Balance {
        sent: 26,
        open: 26,
        ..Balance::default()
    };
    let tally = Tally {
        records: 26,
        known: 26,
        balance,
        ..Tally::default()
    };
    assert_eq!((came.ended, came.tally), (Ended::Complete, tally));
}

#[tokio::test]
async fn a_repeatable_read_takes_in_what_is_unknown() {
    let house = House::open().await;
    let ledger = house.ledger();
    body(&ledger, rules(&ledger), &orders(1..=3)).await;
    house.calls();
    let repeatable = sent(&ledger);
    let came = body(&ledger, repeatable, &orders(2..=5)).await;
    assert_eq!(
        house.calls(),
        ["BatchGetItem", "BatchWriteItem", "PutItem", "PutItem"]
    );
    assert_eq!(came.told[0][..2], new(4..=5));
    assert_eq!((came.tally.records, came.tally.known, came.tally.new), (4, 2, 2));
    assert!(came.tally.balance.is_closed());
}

#[tokio::test]
async fn an_answer_that_ends_too_early_is_cut_short() {
    let house = House::open().await;
    let cut = r#"[{"OrderId":1,"OrderItems":[]},{"OrderId":2,"Ord"#;
    let came = body(&house.ledger(), rules(&house.ledger()), cut).await;
    assert_eq!(came.ended, Ended::CutShort);
    assert_eq!(
        (came.tally.new, came.tally.quarantined, came.tally.nameless),
        (1, 1, 0)
    );
}

#[tokio::test]
async fn a_connection_that_breaks_leaves_the_whole_records_and_no_half_one() {
    let house = House::open().await;
    let ledger = house.ledger();
    let parts = vec![
        Ok(r#"[{"OrderId":1,"OrderItems":[]},{"Ord"#),
        Ok(r#"erId":2,"OrderItems":[]},{"OrderId":3,"#),
        Err("reset by peer"),
    ];
    let came = chunks(&ledger, rules(&ledger), parts, usize::MAX).await;
    assert_eq!(came.ended, Ended::Broken("reset by peer"));
    assert_eq!((came.told, came.tally.quarantined), (vec![new(1..=2)], 0));
    assert!(ledger.order(&key(3)).await.unwrap().is_none());
}

#[tokio::test]
async fn what_came_before_the_time_ran_out_is_kept() {
    let house = House::open().await;
    let parts = vec![
        Ok(r#"[{"OrderId":1,"OrderItems":[]},"#),
        Ok(r#"{"OrderId":2,"OrderItems":[]},"#),
        Ok(r#"{"OrderId":3,"OrderItems":[]}]"#),
    ];
    let came = chunks(&house.ledger(), rules(&house.ledger()), parts, 2).await;
    assert_eq!((came.ended, came.told), (Ended::OutOfTime, vec![new(1..=2)]));
}

#[tokio::test]
async fn a_batch_that_cannot_be_kept_is_lost_and_the_next_ones_are_not() {
    let house = House::open().await;
    let mut batches = 0;
    house.refuse(move |operation, _| {
        batches += u32::from(operation == "BatchWriteItem");
        operation == "BatchWriteItem" && batches == 2
    });
    let came = body(&house.ledger(), rules(&house.ledger()), &orders(1..=60)).await;
    assert_eq!(came.ended, Ended::NotAllKept);
    assert_eq!(came.told, vec![new(1..=25), new(51..=60)]);
    assert_eq!((came.tally.records, came.tally.lost, came.faulty), (35, 25, true));
}

#[tokio::test]
async fn a_record_whose_state_cannot_be_written_is_lost_alone() {
    let house = House::open().await;
    house.refuse(|operation, body| operation == "PutItem" && body.contains("RS-ACME-2"));
    let came = body(&house.ledger(), rules(&house.ledger()), &orders(1..=3)).await;
    assert_eq!(came.ended, Ended::NotAllKept);
    assert_eq!(came.told, vec![vec![Kept::New(key(1)), Kept::New(key(3))]]);
    assert_eq!((came.tally.records, came.tally.lost), (2, 1));
}

#[tokio::test]
async fn a_look_up_that_fails_loses_its_batch_alone() {
    let house = House::open().await;
    let mut looks = 0;
    house.refuse(move |operation, _| {
        looks += u32::from(operation == "BatchGetItem");
        operation == "BatchGetItem" && looks == 1
    });
    let repeatable = sent(&house.ledger());
    let came = body(&house.ledger(), repeatable, &orders(1..=26)).await;
    assert_eq!(
        (came.ended, came.tally.lost, came.tally.new),
        (Ended::NotAllKept, 25, 1)
    );
}

#[tokio::test]
async fn an_order_that_stands_twice_in_one_answer_is_one_order_with_the_later_payload() {
    let house = House::open().await;
    let ledger = house.ledger();
    let comparing = rules(&ledger);
    let twice = r#"[{"OrderId":1,"n":"old"},{"OrderId":2},{"OrderId":1,"n":"new"},{"OrderId":2}]"#;
    let came = body(&ledger, comparing, twice).await;
    let told = vec![
        Kept::New(key(1)),
        Kept::New(key(2)),
        Kept::Known(key(1), Return::Replaced),
        Kept::Known(key(2), Return::Same),
    ];
    assert_eq!((came.told, came.tally.new, came.tally.known), (vec![told], 2, 2));
    let order = ledger.order(&key(1)).await.unwrap().unwrap();
    let payload = ledger.raw(&order.raw.unwrap()).await.unwrap().unwrap();
    assert_eq!(payload, br#"{"OrderId":1,"n":"new"}"#);
    // Were they taken in at once, chance would decide which is the later one.
    assert!(house.overlapped().is_empty());
}

#[tokio::test]
async fn a_record_without_a_number_has_one_name_in_both_lists() {
    let house = House::open().await;
    let ledger = house.ledger();
    let mut names = Vec::new();
    for status in [1, 2] {
        let repeatable = if status == 2 {
            sent(&ledger)
        } else {
            rules(&ledger)
        };
        let nameless = format!(r#"[{{"StatusId":{status},"Customer":"C-1"}},{{"OrderId":5}}]"#);
        let came = body(&ledger, repeatable, &nameless).await;
        assert_eq!(
            (came.tally.quarantined, came.tally.nameless, came.ended),
            (1, 1, Ended::Complete)
        );
        let quarantined = came.told.concat().into_iter().find_map(|one| match one {
            Kept::Quarantined {
                id,
                first,
                place,
                named,
                ..
            } => Some((id, first, place, named)),
            _ => None,
        });
        let (id, first, place, named) = quarantined.unwrap();
        assert_eq!((first, place, named), (status == 1, 1, false));
        names.push(id);
    }
    assert_eq!(names[0], names[1]);
    let record = ledger.quarantined("shop", &names[0]).await.unwrap().unwrap();
    let payload = ledger.raw(&record.raw).await.unwrap().unwrap();
    assert_eq!(payload, br#"{"StatusId":1,"Customer":"C-1"}"#);
}

#[tokio::test]
async fn a_quarantined_number_is_no_known_order() {
    let house = House::open().await;
    let ledger = house.ledger();
    let came = body(&ledger, rules(&ledger), r#"[{"OrderId":7,}]"#).await;
    let quarantined = Kept::Quarantined {
        id: "7".to_owned(),
        fault: "the record is not JSON".to_owned(),
        place: 1,
        first: true,
        named: true,
    };
    assert_eq!(came.told, vec![vec![quarantined]]);
    let repeatable = sent(&ledger);
    let came = body(&ledger, repeatable, &orders(7..=7)).await;
    assert_eq!(came.told, vec![new(7..=7)]);
}

#[tokio::test]
async fn a_line_behind_a_broken_record_does_not_become_an_order() {
    let house = House::open().await;
    let ledger = house.ledger();
    let broken = r#"[{"OrderId":1,"a":[1},"OrderItems":[{"OrderId":9,"s":"M"},{"OrderId":9,"s":"L"}],"t":5},{"OrderId":2,"OrderItems":[]}]"#;
    let came = body(&ledger, rules(&ledger), broken).await;
    assert_eq!(came.ended, Ended::Complete);
    assert_eq!((came.tally.new, came.tally.quarantined), (1, 3));
    assert!(came.told.concat().contains(&Kept::New(key(2))));
    assert!(ledger.order(&key(9)).await.unwrap().is_none());
}

#[tokio::test]
async fn foreign_orders_are_counted_and_their_return_waits_for_a_person() {
    let house = House::open().await;
    let ledger = house.ledger();
    let foreign = reading(Read::Baseline);
    let came = body(&ledger, foreign, &orders(1..=2)).await;
    assert_eq!(came.told, vec![vec![Kept::Foreign, Kept::Foreign]]);
    assert_eq!((came.tally.foreign, came.tally.new), (2, 0));
    let comparing = rules(&ledger);
    let came = body(&ledger, comparing, &orders(2..=2)).await;
    let held = Kept::Known(key(2), Return::Held("foreign_submitted_again"));
    assert_eq!(
        (came.told, came.tally.known, came.tally.held),
        (vec![vec![held]], 1, 1)
    );
    let note = ledger.hold(&key(2), StepName::Review).await.unwrap().unwrap();
    assert_eq!(note.code, "foreign_submitted_again");
    let order = ledger.order(&key(2)).await.unwrap().unwrap();
    assert!(
        note.text.contains(&format!("raw#{}", order.raw.unwrap().hash)),
        "{}",
        note.text
    );
}

/// An order of RepSpark's form, with so many pieces of its one line.
fn order_of(quantity: u32, status: u32) -> String {
    format!(
        r#"[{{"OrderId":1,"StatusId":{status},"CustomerCode":"C-1","CurrencyCode":"USD","OrderItems":[
        {{"ProductNumber":"TEE","ColorCode":"BLK","OrderItemSizes":[{{"SizeCode":"M","Quantity":{quantity},"UnitPrice":10}}]}}]}}]"#
    )
}

/// The order of two pieces, taken in, imported with the built-in map, and confirmed an hour ago.
async fn confirmed(ledger: &Ledger) -> OrderState {
    body(ledger, rules(ledger), &order_of(2, 1)).await;
    let order = ledger.order(&key(1)).await.unwrap().unwrap();
    let comparer = Comparer::leaked(ledger);
    let read = read_order(ledger, &order, &comparer.current, &comparer.zone).await;
    let (_, mapped) = read.unwrap().unwrap();
    let done = |reference: Option<&str>| StepState::Done {
        reference: reference.map(|text| ErpReference::new(text).unwrap()),
        at: T0 - Duration::from_secs(3600),
    };
    let pinned = Pinned {
        map: comparer.current.version().to_owned(),
        hash: ContentHash::of(&mapped),
        custom: None,
    };
    let changed = ledger.change(order, |order| {
        let mut next = order.clone();
        next.pinned = Some(pinned.clone());
        next.steps.insert(
            StepName::Import,
            Step {
                generation: 1,
                state: done(None),
            },
        );
        let next = next.moved(StepName::Confirm, StepState::due_by_hand(T0))?;
        next.moved(StepName::Confirm, done(Some("41021/90310")))
    });
    match changed.await.unwrap() {
        Changed::Written(order) => *order,
        Changed::Left(order) => panic!("{order:?}"),
    }
}

async fn stands(ledger: &Ledger) -> OrderState {
    ledger.order(&key(1)).await.unwrap().unwrap()
}

#[tokio::test]
async fn an_order_that_was_confirmed_long_ago_and_is_still_sent_is_looked_into() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    let came = body(&ledger, sent(&ledger), &order_of(2, 2)).await;
    assert_eq!(came.told, vec![vec![Kept::Known(key(1), Return::ConfirmAgain)]]);
    assert_eq!(
        stands(&ledger).await.step(StepName::Confirm).kind(),
        Kind::Unknown
    );
    let balance = Balance {
        sent: 1,
        open: 1,
        unconfirmed: 1,
        ..Balance::default()
    };
    assert_eq!(came.tally.balance, balance);
    assert!(!balance.is_closed());
    let call = ledger
        .call_note(&key(1), StepName::Confirm)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (call.transaction.as_deref(), call.batch.as_deref()),
        (Some("41021"), Some("90310")),
        "the numbers that the vendor's support asks for"
    );
}

#[tokio::test]
async fn an_order_that_changed_after_its_import_is_held_once_with_its_difference() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    let came = body(&ledger, sent(&ledger), &order_of(5, 2)).await;
    let held = vec![vec![Kept::Known(key(1), Return::Held("changed_after_import"))]];
    assert_eq!((came.told, came.tally.balance.held), (held, 1));
    assert!(came.tally.balance.is_closed());
    let note = ledger.hold(&key(1), StepName::Review).await.unwrap().unwrap();
    assert!(
        note.text.contains("TEE-BLK-M") && note.text.contains('5'),
        "{}",
        note.text
    );
    let names = ledger.payloads(&key(1)).await.unwrap();
    assert_eq!(names.len(), 2, "the one it was imported with, and the new one");
    // The next comparison says and writes nothing more.
    house.calls();
    body(&ledger, sent(&ledger), &order_of(5, 2)).await;
    assert!(
        house
            .calls()
            .iter()
            .all(|call| !call.contains("Put") && !call.contains("Write"))
    );
}

#[tokio::test]
async fn a_change_that_a_person_has_decided_about_is_not_held_again() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    body(&ledger, sent(&ledger), &order_of(5, 2)).await;
    let note = ledger.hold(&key(1), StepName::Review).await.unwrap().unwrap();
    ledger
        .keep_decided(&key(1), &note.subject.unwrap(), T0)
        .await
        .unwrap();
    let decided = |order: &OrderState| order.decide(Decision::Discard, StepName::Review, None, T0).ok();
    ledger.change(stands(&ledger).await, decided).await.unwrap();
    let came = body(&ledger, sent(&ledger), &order_of(5, 2)).await;
    assert_eq!(came.told, vec![vec![Kept::Known(key(1), Return::Same)]]);
    let came = body(&ledger, sent(&ledger), &order_of(6, 2)).await;
    assert_eq!(
        came.told,
        vec![vec![Kept::Known(key(1), Return::Held("changed_after_import"))]]
    );
}

#[tokio::test]
async fn what_no_map_can_read_is_compared_again_and_settled_when_it_can_be_read() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    let odd = order_of(2, 2).replace("CustomerCode", "Klant");
    let came = body(&ledger, sent(&ledger), &odd).await;
    assert_eq!(
        came.told,
        vec![vec![Kept::Known(key(1), Return::Held("not_comparable"))]]
    );
    // A map that knows both names reads both payloads, and they say the same.
    let map = FieldMap::repspark_default()
        .text()
        .replace("\"/CustomerCode\"", r#"{"first": ["/CustomerCode", "/Klant"]}"#);
    let comparer = Comparer {
        maps: Maps::repspark(ledger.clone()),
        current: FieldMap::parse(&map).unwrap(),
        zone: TimeZone::UTC,
    };
    let comparer: &'static Comparer = Box::leak(Box::new(comparer));
    let corrected = reading(Read::Sent {
        desk: comparer.desk(),
        unconfirmed_after: Duration::from_secs(1800),
        asked_for: false,
    });
    let came = body(&ledger, corrected, &odd).await;
    assert_eq!(came.told, vec![vec![Kept::Known(key(1), Return::Settled)]]);
    assert_eq!(stands(&ledger).await.step(StepName::Review).kind(), Kind::Done);
}

#[tokio::test]
async fn a_broken_record_of_a_known_order_may_hide_a_change_and_is_a_difference() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    let came = body(&ledger, sent(&ledger), r#"[{"OrderId":1,}]"#).await;
    assert_eq!((came.tally.quarantined, came.tally.balance.unreadable), (1, 1));
}

#[tokio::test]
async fn a_baseline_keeps_the_payload_that_an_adoption_needs() {
    let house = House::open().await;
    let ledger = house.ledger();
    body(&ledger, reading(Read::Baseline), &orders(1..=1)).await;
    let order = stands(&ledger).await;
    assert!(ledger.raw(&order.raw.unwrap()).await.unwrap().is_some());
    let came = body(&ledger, sent(&ledger), &orders(1..=1)).await;
    assert_eq!(
        (came.tally.balance.foreign, came.tally.balance.is_closed()),
        (1, true)
    );
}

#[tokio::test]
async fn a_change_that_was_taken_back_and_comes_again_is_a_question_again() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    for _ in 0..2 {
        let came = body(&ledger, sent(&ledger), &order_of(5, 2)).await;
        let held = vec![vec![Kept::Known(key(1), Return::Held("changed_after_import"))]];
        assert_eq!(came.told, held);
        let came = body(&ledger, sent(&ledger), &order_of(2, 2)).await;
        assert_eq!(came.told, vec![vec![Kept::Known(key(1), Return::Settled)]]);
    }
}

#[tokio::test]
async fn words_that_a_comparison_wrote_before_it_died_decide_nothing() {
    let house = House::open().await;
    let ledger = house.ledger();
    confirmed(&ledger).await;
    body(&ledger, sent(&ledger), &order_of(5, 2)).await;
    let note = ledger.hold(&key(1), StepName::Review).await.unwrap().unwrap();
    ledger
        .keep_decided(&key(1), &note.subject.unwrap(), T0)
        .await
        .unwrap();
    let decided = |order: &OrderState| order.decide(Decision::Discard, StepName::Review, None, T0).ok();
    ledger.change(stands(&ledger).await, decided).await.unwrap();
    // Another change is found; its words are written, and nothing after them.
    house.refuse(|operation, request| operation == "PutItem" && request.contains("\"steps\""));
    body(&ledger, sent(&ledger), &order_of(6, 2)).await;
    house.refuse(|_, _| false);
    let came = body(&ledger, sent(&ledger), &order_of(6, 2)).await;
    assert_eq!(
        came.told,
        vec![vec![Kept::Known(key(1), Return::Held("changed_after_import"))]]
    );
}

#[tokio::test]
async fn a_baseline_that_broke_off_goes_on_where_it_stopped() {
    let house = House::open().await;
    let ledger = house.ledger();
    body(&ledger, reading(Read::Baseline), &orders(1..=20)).await;
    house.calls();
    let came = body(&ledger, reading(Read::Baseline), &orders(1..=21)).await;
    assert_eq!(came.tally.foreign, 21);
    assert_eq!(house.calls(), ["BatchGetItem", "BatchWriteItem", "PutItem"]);
}

#[tokio::test]
async fn a_broken_record_that_was_decided_about_is_no_difference_any_more() {
    let house = House::open().await;
    let ledger = house.ledger();
    let broken = r#"[{"OrderId":7,}]"#;
    let came = body(&ledger, sent(&ledger), broken).await;
    assert_eq!(came.tally.balance.unreadable, 1);
    let decided = ledger.resolve_quarantine("shop", "7", "discarded by ada", T0);
    assert!(decided.await.unwrap());
    let came = body(&ledger, sent(&ledger), broken).await;
    assert_eq!(
        (came.tally.balance.discarded, came.tally.balance.is_closed()),
        (1, true)
    );
    // Other bytes are another question.
    let came = body(&ledger, sent(&ledger), r#"[{"OrderId":7,,}]"#).await;
    assert_eq!(came.tally.balance.unreadable, 1);
}
