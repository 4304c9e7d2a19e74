//! What became of lines, whose they are, and what waits: two at once, lost replies, long names, pages.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a ledger that does not answer has failed the test"
)]

use std::collections::{BTreeMap, BTreeSet};

use futures::future::join_all;
use ledger::{
    Awaited, CustomerCode, CustomerPlace, Kept, Ledger, LedgerError, MadeItem, MappedCustomer, Waiting,
};
use order_model::{
    Applied, Became, Fulfilment, Millis, Movement, OrderKey, Ordered, Origin, Parcel, Unfit, Vendor,
};
use rust_decimal::Decimal;

use crate::house::{House, KEY, T0, at, key};

const NEVER: Millis = Millis(1_900_000_000_999);

fn shipped(line: u32, n: u32) -> Movement {
    Movement {
        id: format!("{n:032x}"),
        line,
        became: Became::Shipped,
        quantity: Some(Decimal::ONE),
        at: at(i64::from(n)),
        parcel: None,
        item: None,
        instead: false,
    }
}

fn ordered() -> Ordered {
    Ordered(BTreeMap::from([(1, Decimal::from(100))]))
}

/// Takes a movement in, as every caller does; and what it did there.
async fn take(ledger: &Ledger, movement: &Movement) -> Result<(Kept, Applied), LedgerError> {
    let mut applied = Applied::Known;
    let key = key();
    let taking = ledger.change_fulfilment(&key, |before| {
        let mut next = before.clone();
        applied = next.take(std::slice::from_ref(movement), &ordered(), false)[0];
        (next != *before).then_some(next)
    });
    let kept = taking.await?;
    Ok((kept, applied))
}

async fn ids(ledger: &Ledger) -> BTreeSet<String> {
    let fulfilment = ledger.fulfilment(&key()).await.unwrap();
    fulfilment
        .parts()
        .flat_map(|(_, part)| part.ids.clone())
        .collect()
}

#[tokio::test]
async fn nothing_became_of_an_order_without_an_item_and_nothing_is_written_for_nothing() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    assert_eq!(ledger.fulfilment(&key()).await.unwrap(), Fulfilment::default());
    let kept = ledger.change_fulfilment(&key(), |_| None).await.unwrap();
    assert_eq!(
        kept,
        Kept {
            fulfilment: Fulfilment::default(),
            written: false
        }
    );
    assert_eq!(house.item(KEY, "fulfilment"), None);
    take(&ledger, &shipped(1, 1)).await.unwrap();
    let before = house.item(KEY, "fulfilment");
    let (kept, applied) = take(&ledger, &shipped(1, 1)).await.unwrap();
    assert_eq!((kept.written, applied), (false, Applied::Known));
    assert_eq!(house.item(KEY, "fulfilment"), before);
}

#[tokio::test]
async fn a_change_whose_reply_was_lost_is_written_once() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for n in [1, 2] {
        // The second call is the write: of an item that was absent, then of one that stands.
        house.lose_reply_of(2);
        let (kept, applied) = take(&ledger, &shipped(1, n)).await.unwrap();
        assert_eq!((house.calls(), kept.written, applied), (3, true, Applied::Moved));
        assert_eq!(kept.fulfilment.version, n);
        assert_eq!(ledger.fulfilment(&key()).await.unwrap(), kept.fulfilment);
    }
    assert_eq!(ids(&ledger).await.len(), 2);
}

#[tokio::test]
async fn a_change_whose_reply_was_lost_and_that_another_built_on_is_known_there() {
    // What the other one's item will be: ours, and then theirs.
    let elsewhere = House::open().await;
    for n in [1, 2] {
        take(&elsewhere.ledger("a"), &shipped(1, n)).await.unwrap();
    }
    let theirs = elsewhere.item(KEY, "fulfilment").unwrap();
    let house = House::open().await;
    let ledger = house.ledger("a");
    house.lose_reply_of(2);
    house.then_another_writes(move |item| {
        item["body"] = theirs["body"].clone();
        item["ver"] = theirs["ver"].clone();
    });
    let (kept, applied) = take(&ledger, &shipped(1, 1)).await.unwrap();
    assert_eq!(
        (kept.written, applied, kept.fulfilment.version),
        (false, Applied::Known, 2)
    );
    assert_eq!(ids(&ledger).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_writers_at_once_neither_is_lost_and_each_change_has_its_own_version() {
    for lost in [0, 3, 4, 5] {
        let house = House::open().await;
        if lost > 0 {
            house.lose_reply_of(lost);
        }
        let (one, other) = (house.ledger("a"), house.ledger("b"));
        let (mine, theirs) = (shipped(1, 1), shipped(1, 2));
        let (first, second) = tokio::join!(take(&one, &mine), take(&other, &theirs));
        first.unwrap();
        second.unwrap();
        assert_eq!(ids(&one).await, BTreeSet::from([mine.id, theirs.id]));
        assert_eq!(one.fulfilment(&key()).await.unwrap().version, 2, "{lost}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn eight_writers_with_the_same_report_apply_it_once() {
    let house = House::open().await;
    let writers = (0..8).map(|n| {
        let ledger = house.ledger(&format!("run{n}"));
        tokio::spawn(async move { take(&ledger, &shipped(1, 1)).await.unwrap().1 })
    });
    let all = join_all(writers).await;
    let moved = all.iter().filter(|one| matches!(one, Ok(Applied::Moved))).count();
    assert_eq!((all.len(), moved), (8, 1));
    assert_eq!(house.ledger("b").fulfilment(&key()).await.unwrap().version, 1);
}

#[tokio::test]
async fn an_item_that_is_gone_is_not_begun_again() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    take(&ledger, &shipped(1, 1)).await.unwrap();
    let other = House::open().await;
    // Between reading and writing: the decision removes it.
    let mut item = house.item(KEY, "fulfilment").unwrap();
    item["rev"]["N"] = "7".into();
    other.put(&item);
    let kept = other
        .ledger("a")
        .change_fulfilment(&key(), |before| Some(before.clone()))
        .await;
    assert_eq!(
        kept.map(|kept| kept.written).ok(),
        Some(true),
        "its revision is kept"
    );
    assert_eq!(other.item(KEY, "fulfilment").unwrap()["rev"]["N"], "8");
}

/// An order of so many lines of which everything became that can.
fn large(lines: u32) -> Fulfilment {
    let mut fulfilment = Fulfilment::default();
    let ordered = Ordered((1..=lines).map(|line| (line, Decimal::from(12))).collect());
    let mut all = Vec::new();
    let stations = [
        Became::Received,
        Became::Created,
        Became::Accepted,
        Became::InProgress,
    ];
    for line in 1..=lines {
        for (n, became) in stations
            .iter()
            .cloned()
            .chain([Became::Shipped, Became::Shipped, Became::Refunded])
            .enumerate()
        {
            let n = u32::try_from(n).unwrap();
            let mut movement = shipped(line, line * 10 + n);
            let digest = <sha2::Sha256 as sha2::Digest>::digest(movement.id.as_bytes());
            movement.id = digest[..16].iter().map(|byte| format!("{byte:02x}")).collect();
            movement.became = became;
            movement.at = at(i64::from(line) * 7919 % 100_000 + i64::from(n));
            movement.item = Some(format!("{}", 770_000 + line));
            movement.parcel = Some(Parcel {
                carrier: Some("UPS Ground".to_owned()),
                tracking: Some(format!("1Z{}", &movement.id[..16].to_uppercase())),
            });
            all.push(movement);
        }
    }
    for n in 0..60 {
        let mut unfit = shipped(lines + 1 + n, n);
        unfit.became = Became::Unknown("x".repeat(64));
        all.push(unfit);
    }
    let applied = fulfilment.take(&all, &ordered, true);
    assert!(applied.contains(&Applied::Disputed(Unfit::NoSuchLine)));
    fulfilment
}

#[tokio::test]
async fn an_order_of_five_hundred_lines_stays_far_below_the_limit_of_an_item() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let fulfilment = large(500);
    assert_eq!((fulfilment.untold.len(), fulfilment.disputes.len()), (3_500, 50));
    let kept = ledger
        .change_fulfilment(&key(), |_| Some(fulfilment.clone()))
        .await;
    assert!(kept.unwrap().written);
    let body = house.item(KEY, "fulfilment").unwrap()["body"]["B"]
        .as_str()
        .unwrap()
        .len()
        / 4
        * 3;
    // 3,500 moves that nobody has announced yet make up most of it.
    assert!(body < 220_000, "{body}");
    assert_eq!(ledger.fulfilment(&key()).await.unwrap(), fulfilment);
    let mut announced = fulfilment.clone();
    announced.announced(&fulfilment.untold);
    let kept = ledger
        .change_fulfilment(&key(), |_| Some(announced.clone()))
        .await;
    assert!(kept.unwrap().written);
    let body = house.item(KEY, "fulfilment").unwrap()["body"]["B"]
        .as_str()
        .unwrap()
        .len()
        / 4
        * 3;
    assert!(body < 100_000, "{body}");
}

#[tokio::test]
async fn parcels_are_erased_with_an_orders_words_and_its_version_stays() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    ledger.erase_words(&key()).await.unwrap();
    assert_eq!(house.item(KEY, "fulfilment"), None, "there was nothing to erase");
    let mut movement = shipped(1, 1);
    movement.parcel = Some(Parcel {
        carrier: Some("UPS".to_owned()),
        tracking: Some("1Z999".to_owned()),
    });
    take(&ledger, &movement).await.unwrap();
    // The reply of the write is lost, and then there is nothing left to write.
    for calls in [5, 3] {
        house.lose_reply_of(3);
        ledger.erase_words(&key()).await.unwrap();
        assert!(house.calls() >= calls);
        let stands = ledger.fulfilment(&key()).await.unwrap();
        assert_eq!((stands.version, stands.parts().count()), (1, 1));
        assert!(stands.parts().all(|(_, part)| part.parcel.is_none()));
    }
}

fn made(line: u32) -> MadeItem {
    MadeItem { order: key(), line }
}

#[tokio::test]
async fn whose_an_item_is_is_what_was_told_first_also_if_the_reply_was_lost() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let learn = |id: &'static str, line| {
        let ledger = ledger.clone();
        async move {
            ledger
                .learn_item(Vendor::Spreadshirt, id, made(line), T0)
                .await
                .unwrap()
        }
    };
    house.lose_reply_of(1);
    assert_eq!((learn("770001", 2).await, house.calls()), (made(2), 2));
    assert_eq!(learn("770001", 3).await, made(2));
    let (first, second) = tokio::join!(learn("770002", 4), learn("770002", 5));
    assert_eq!(first, second);
    let read = ledger.made_item(Vendor::Spreadshirt, "770002").await.unwrap();
    assert_eq!(read, Some(first));
    assert_eq!(
        ledger.made_item(Vendor::Spreadshirt, "770003").await.unwrap(),
        None
    );
}

fn waits(awaited: Awaited, movement: Movement) -> Waiting {
    Waiting {
        awaited,
        movement,
        at: T0,
    }
}

async fn all_waiting(ledger: &Ledger, awaited: Option<&Awaited>) -> Vec<Waiting> {
    let (mut all, mut from) = (Vec::new(), None);
    loop {
        let page = ledger.waiting(awaited, from).await.unwrap();
        assert!(page.all.len() <= 100);
        all.extend(page.all);
        from = page.next;
        if from.is_none() {
            return all;
        }
    }
}

#[tokio::test]
async fn what_waits_is_kept_once_for_each_line_and_forgotten_alone() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let order = || Awaited::Order("SO1".to_owned());
    // One delivery of three lines is one saying.
    let all: Vec<_> = (1..=3).map(|line| waits(order(), shipped(line, 7))).collect();
    for waiting in all.iter().chain(&all) {
        house.lose_reply_of(1);
        ledger.keep_waiting(waiting, NEVER).await.unwrap();
        assert_eq!(house.calls(), 2);
    }
    assert_eq!(all_waiting(&ledger, Some(&order())).await, all);
    ledger.forget_waiting(&all[1]).await.unwrap();
    ledger.forget_waiting(&all[1]).await.unwrap();
    assert_eq!(all_waiting(&ledger, None).await, [all[0].clone(), all[2].clone()]);
}

#[tokio::test]
async fn who_waits_for_one_name_is_not_mixed_with_another_that_begins_alike() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let long = "x".repeat(1_000);
    let names = [
        "SO1",
        "SO1#",
        "SO1#1",
        "SO1#1#2",
        "SO",
        "",
        &long,
        &format!("{long}y"),
    ];
    let mut all = Vec::new();
    for name in names {
        for awaited in [Awaited::Order(name.to_owned()), Awaited::Item(name.to_owned())] {
            let waiting = waits(awaited, shipped(0, 7));
            ledger.keep_waiting(&waiting, NEVER).await.unwrap();
            all.push(waiting);
        }
    }
    for waiting in &all {
        let found = all_waiting(&ledger, Some(&waiting.awaited)).await;
        assert_eq!(found, std::slice::from_ref(waiting));
    }
    assert_eq!(all_waiting(&ledger, None).await.len(), all.len());
    for id in [&*long, &format!("{long}y")] {
        let line = u32::try_from(id.len()).unwrap();
        let learned = ledger
            .learn_item(Vendor::Spreadshirt, id, made(line), T0)
            .await
            .unwrap();
        assert_eq!(learned, made(line));
    }
}

#[tokio::test]
async fn more_than_a_page_of_what_waits_is_listed() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    for n in 0..230 {
        let waiting = waits(Awaited::Item(format!("77{n}")), shipped(0, n));
        ledger.keep_waiting(&waiting, NEVER).await.unwrap();
    }
    assert_eq!(all_waiting(&ledger, None).await.len(), 230);
}

fn customer(code: &str, store: Option<&str>) -> CustomerCode {
    CustomerCode {
        source: Origin::RepSpark,
        code: code.to_owned(),
        store: store.map(str::to_owned),
    }
}

async fn mapped(ledger: &Ledger, customer: CustomerCode, sparklayer: &str) {
    let row = MappedCustomer {
        customer,
        sparklayer: sparklayer.to_owned(),
        by: "ada".to_owned(),
        at: T0,
    };
    if let Err(error) = ledger.map_customer(&row).await {
        panic!("{error}");
    }
}

#[tokio::test]
async fn a_store_has_its_own_customer_or_that_of_its_code() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    mapped(&ledger, customer("C1", None), "all").await;
    house.lose_reply_of(1);
    mapped(&ledger, customer("C1", Some("7")), "old").await;
    mapped(&ledger, customer("C1", Some("7")), "seven").await;
    mapped(&ledger, customer("C2", Some("7")), "other").await;
    let found = |code: &'static str, store| {
        let ledger = ledger.clone();
        async move {
            let found = ledger.customer(&customer(code, store)).await.unwrap();
            found.map(|row| row.sparklayer)
        }
    };
    assert_eq!(found("C1", Some("7")).await.as_deref(), Some("seven"));
    assert_eq!(found("C1", Some("8")).await.as_deref(), Some("all"));
    assert_eq!(found("C1", Some("")).await.as_deref(), Some("all"));
    assert_eq!(found("C1", None).await.as_deref(), Some("all"));
    assert_eq!(found("C2", None).await, None);
    assert_eq!(found("C2", Some("8")).await, None);
    let ecat = CustomerCode {
        source: Origin::Ecat,
        ..customer("C1", None)
    };
    assert_eq!(ledger.customer(&ecat).await.unwrap(), None);
}

#[tokio::test]
async fn who_waits_for_a_code_is_found_whatever_its_store_and_no_other() {
    let house = House::open().await;
    let ledger = house.ledger("a");
    let long = "c".repeat(3_000);
    let customers = [
        customer("C1", None),
        customer("C1", Some("7")),
        customer("C10", None),
        customer("C1#7", None),
        customer("C1%237", None),
        customer(&long, Some(&long)),
    ];
    let mut places = Vec::new();
    for (n, customer) in customers.into_iter().enumerate() {
        let place = CustomerPlace {
            customer,
            order: OrderKey::new(format!("RS-ACME-{n}")).unwrap(),
        };
        for lost in [1, 2] {
            house.lose_reply_of(lost);
            ledger.await_customer(&place).await.unwrap();
        }
        places.push(place);
    }
    let waiters = |code: Option<String>| {
        let ledger = ledger.clone();
        async move {
            ledger
                .customer_waiters(Origin::RepSpark, code.as_deref(), None)
                .await
                .unwrap()
                .0
        }
    };
    assert_eq!(waiters(Some("C1".into())).await, places[..2]);
    assert_eq!(waiters(Some("C10".into())).await, places[2..3]);
    assert_eq!(waiters(Some("C1#7".into())).await, places[3..4]);
    assert_eq!(waiters(Some(long.clone())).await, places[5..]);
    assert_eq!(waiters(None).await.len(), 6);
    mapped(&ledger, customer(&long, Some(&long)), "long").await;
    let found = ledger.customer(&customer(&long, Some(&long))).await.unwrap();
    assert_eq!(found.map(|row| row.customer), Some(customer(&long, Some(&long))));
    for place in &places {
        ledger.forget_customer_waiter(place).await.unwrap();
        ledger.forget_customer_waiter(place).await.unwrap();
    }
    assert!(waiters(None).await.is_empty());
}
