//! Where the submissions of eCat's orders go, and what a person reads about those that wait.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper fails as its test does"
)]

use field_map::FieldMap;
use ledger::{Changed, Claimed, HoldNote, Holder, Ledger};
use order_intake::{Arrival, Ended};
use order_model::versions::HoldCode;
use order_model::{
    Bid, Decision, EcatId, ErpKey, Kind, Millis, OrderKey, OrderState, StepName, StepState, Submission,
};

use crate::house::{House, T0};
use crate::submitted::{
    FIRST, OTHER_UUID, SECOND, UUID, entered, erp_key, key, list, of, org, pull, record, standings, stands,
    take, take_mapped,
};

const AB: &[(&str, u32)] = &[("LAMP", 4), ("MIRROR", 1)];
/// A revision of [`AB`].
const MORE: &[(&str, u32)] = &[("LAMP", 6), ("MIRROR", 1)];
/// Nothing of [`AB`].
const NEW: &[(&str, u32)] = &[("SOFA", 1), ("CHAIR", 2)];

fn code(order: &OrderState, step: StepName) -> Option<&str> {
    match order.step(step) {
        StepState::Held { code, .. } => Some(code),
        _ => None,
    }
}

async fn words(ledger: &Ledger, key: &OrderKey, step: StepName) -> HoldNote {
    ledger.hold(key, step).await.unwrap().unwrap()
}

/// The words about a submission of [`UUID`].
async fn about(ledger: &Ledger, id: u64) -> HoldNote {
    let note = ledger.version_hold(&key(UUID), EcatId(id)).await;
    note.unwrap().unwrap()
}

/// Claims the import of an order, as an import does that is about to call the ERP.
async fn claimed(ledger: &Ledger, key: &OrderKey, now: Millis) -> OrderState {
    let order = stands(ledger, key).await;
    let bid = Bid {
        step: StepName::Import,
        owner: ledger.token(),
        now,
        until: now + std::time::Duration::from_secs(60),
        hash: None,
        pinned: None,
        raw: order.raw.clone(),
        edition: None,
    };
    match ledger.claim(order, &bid).await.unwrap() {
        Claimed::Granted(order, _) => *order,
        other => panic!("{other:?}"),
    }
}

async fn change(ledger: &Ledger, key: &OrderKey, next: impl Fn(&OrderState) -> OrderState) -> OrderState {
    let seen = stands(ledger, key).await;
    let mut once = Some(());
    let changed = ledger
        .change(seen, |order| once.take().map(|()| next(order)))
        .await;
    match changed.unwrap() {
        Changed::Written(order) => *order,
        Changed::Left(order) => panic!("{order:?}"),
    }
}

#[tokio::test]
async fn a_new_order_is_one_state_with_one_submission_whose_key_is_reserved() {
    let house = House::open().await;
    let ledger = house.ledger();
    let first = record(FIRST, UUID, 356_509, AB);
    let came = take(&ledger, T0, &list(&[&first])).await;
    assert_eq!(came.ended, Ended::Complete);
    assert_eq!(came.submissions(), [(356_509, entered(true, true, None))]);
    assert_eq!((came.tally.records, came.tally.new, came.tally.held), (1, 1, 0));
    // Durable before it is interpreted; then its key; then its state. Nothing is read of an order that comes alone.
    assert_eq!(
        house.calls(),
        ["BatchGetItem", "BatchWriteItem", "PutItem", "PutItem"]
    );
    let order = stands(&ledger, &key(UUID)).await;
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
    assert_eq!(standings(&order), [(356_509, "Current".to_owned())]);
    assert_eq!(order.erp_key().unwrap().as_str(), "EC-DEMO-6385-031318-392");
    let holder = Holder {
        order: key(UUID),
        id: EcatId(356_509),
    };
    assert_eq!(ledger.holder(&erp_key(FIRST)).await.unwrap(), Some(holder));
    let payload = ledger.raw(&order.raw.unwrap()).await.unwrap().unwrap();
    assert_eq!(payload, first.as_bytes());
}

#[tokio::test]
async fn a_record_that_comes_again_is_looked_up_and_nothing_is_written() {
    let house = House::open().await;
    let ledger = house.ledger();
    let both = list(&[&of(1, AB), &record("9", OTHER_UUID, 2, NEW)]);
    take(&ledger, T0, &both).await;
    house.calls();
    let came = take(&ledger, pull(1), &both).await;
    assert_eq!(house.calls(), ["BatchGetItem"]);
    assert_eq!(came.submissions(), [(1, Arrival::Again), (2, Arrival::Again)]);
    assert_eq!((came.tally.records, came.tally.again, came.tally.new), (2, 2, 0));
}

#[tokio::test]
async fn a_record_that_stands_twice_in_one_list_is_one_submission() {
    let house = House::open().await;
    let ledger = house.ledger();
    let came = take(&ledger, T0, &list(&[&of(1, AB), &of(1, AB)])).await;
    assert_eq!(
        came.submissions(),
        [(1, entered(true, true, None)), (1, Arrival::Again)]
    );
    assert_eq!(
        standings(&stands(&ledger, &key(UUID)).await),
        [(1, "Current".to_owned())]
    );
}

/// The vendor's own example, in lists like these: one order with a held revision.
async fn the_vendors_example(lists: &[&[usize]]) {
    let records = [
        record(FIRST, UUID, 356_509, AB),
        record(SECOND, UUID, 356_777, MORE),
    ];
    let house = House::open().await;
    let ledger = house.ledger();
    for (nth, some) in (0..).zip(lists) {
        let some: Vec<&str> = some.iter().map(|one| records[*one].as_str()).collect();
        take(&ledger, pull(nth), &list(&some)).await;
    }
    let order = stands(&ledger, &key(UUID)).await;
    let expected = [(356_509, "Waiting".to_owned()), (356_777, "Current".to_owned())];
    assert_eq!(standings(&order), expected, "{lists:?}");
    assert_eq!(code(&order, StepName::Import), Some("ecat_revision"));
    assert_eq!(order.step(StepName::Review).kind(), Kind::Off);
    assert_eq!(order.erp_key(), Some(erp_key(SECOND)));
    let note = words(&ledger, &key(UUID), StepName::Import).await;
    let StepState::Held { at, .. } = order.step(StepName::Import) else {
        panic!("{order:?}");
    };
    assert_eq!((note.code.as_str(), note.at), ("ecat_revision", *at));
    for part in [
        "6385-031318-392-1 (id 356777) revises 6385-031318-392 (id 356509)",
        "Import_as_revision imports",
        "LAMP",
        "4",
        "6",
    ] {
        assert!(note.text.contains(part), "{part}: {}", note.text);
    }
    assert_eq!(about(&ledger, 356_777).await.text, note.text);
    let names = ledger.payloads(&key(UUID)).await.unwrap();
    assert_eq!(names.len(), 2, "an erasure needs the names of both");
}

#[tokio::test]
async fn the_vendors_own_example_is_one_order_with_a_held_revision_however_it_comes() {
    the_vendors_example(&[&[0, 1]]).await;
    the_vendors_example(&[&[1, 0]]).await;
    the_vendors_example(&[&[0], &[1]]).await;
    the_vendors_example(&[&[1], &[0]]).await;
    the_vendors_example(&[&[0], &[0, 1]]).await;
}

#[tokio::test]
async fn the_same_content_takes_the_older_ones_place_and_is_due_once() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[&of(1, AB)])).await;
    let came = take(&ledger, pull(1), &list(&[&of(2, AB)])).await;
    assert_eq!(came.submissions(), [(2, entered(false, false, None))]);
    assert_eq!((came.tally.resubmitted, came.tally.held), (1, 0));
    let order = stands(&ledger, &key(UUID)).await;
    let expected = [(1, "Superseded".to_owned()), (2, "Current".to_owned())];
    assert_eq!(standings(&order), expected);
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
    let payload = ledger.raw(&order.raw.unwrap()).await.unwrap().unwrap();
    assert_eq!(payload, of(2, AB).as_bytes());
}

#[tokio::test]
async fn what_looks_new_is_held_beside_the_older_one_which_stays_due() {
    let house = House::open().await;
    let ledger = house.ledger();
    let came = take(&ledger, T0, &list(&[&of(1, AB), &of(2, NEW)])).await;
    let held = Some(HoldCode::LooksNew);
    assert_eq!(
        came.submissions(),
        [(1, entered(true, true, None)), (2, entered(false, false, held))]
    );
    let order = stands(&ledger, &key(UUID)).await;
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
    assert_eq!(code(&order, StepName::Review), Some("ecat_looks_new"));
    assert_eq!(order.erp_key(), Some(erp_key("7120-1")));
    let note = words(&ledger, &key(UUID), StepName::Review).await;
    for part in ["7120-2 (id 2) looks like a new order", "SOFA", "Import_as_new"] {
        assert!(note.text.contains(part), "{part}: {}", note.text);
    }
    assert!(ledger.hold(&key(UUID), StepName::Import).await.unwrap().is_none());
}

#[tokio::test]
async fn a_review_names_every_submission_that_waits_beside() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(
        &ledger,
        T0,
        &list(&[&of(1, AB), &of(2, NEW), &of(3, &[("DESK", 1)])]),
    )
    .await;
    let note = words(&ledger, &key(UUID), StepName::Review).await;
    assert!(
        note.text.starts_with("7120-3 (id 3)")
            && note.text.ends_with("beside it since before: 7120-2 (id 2)"),
        "{}",
        note.text
    );
    assert!(about(&ledger, 2).await.text.contains("SOFA"));
}

#[tokio::test]
async fn a_revision_of_what_waits_beside_is_no_revision_that_a_retry_could_import() {
    let house = House::open().await;
    let ledger = house.ledger();
    let more_sofas = of(3, &[("SOFA", 2), ("CHAIR", 2)]);
    take(&ledger, T0, &list(&[&of(1, AB), &of(2, NEW), &more_sofas])).await;
    let note = about(&ledger, 3).await;
    assert_eq!(note.code, "ecat_revision");
    assert!(
        note.text.starts_with("7120-3 (id 3) revises 7120-2 (id 2)")
            && note
                .text
                .contains("Import_as_new, import_as_revision or discard it")
            && !note.text.contains("Retry"),
        "{}",
        note.text
    );
}

#[tokio::test]
async fn after_the_import_was_claimed_whatever_comes_is_held_beside_it() {
    for items in [AB, MORE, NEW] {
        let house = House::open().await;
        let ledger = house.ledger();
        take(&ledger, T0, &list(&[&of(1, AB)])).await;
        let before = claimed(&ledger, &key(UUID), T0).await;
        let came = take(&ledger, pull(1), &list(&[&of(2, items)])).await;
        let held = Some(HoldCode::AfterImport);
        assert_eq!(came.submissions(), [(2, entered(false, false, held))]);
        let order = stands(&ledger, &key(UUID)).await;
        assert_eq!(order.step(StepName::Import), before.step(StepName::Import));
        assert_eq!(
            (order.raw.clone(), order.erp_key()),
            (before.raw, Some(erp_key("7120-1")))
        );
        assert_eq!(code(&order, StepName::Review), Some("ecat_after_import"));
        let note = words(&ledger, &key(UUID), StepName::Review).await;
        assert!(
            note.text.contains("7120-2 (id 2) came when 7120-1 (id 1)"),
            "{}",
            note.text
        );
    }
}

/// Both orders are found by their keys, and the second one is held.
async fn collided(
    ledger: &Ledger,
    number: &str,
    first: (OrderKey, u64),
    second: (OrderKey, u64),
    step: StepName,
) {
    let holder = |(order, id): &(OrderKey, u64)| Holder {
        order: order.clone(),
        id: EcatId(*id),
    };
    assert_eq!(
        ledger.holder(&erp_key(number)).await.unwrap(),
        Some(holder(&first))
    );
    let order = stands(ledger, &second.0).await;
    let version = order
        .versions
        .iter()
        .find(|version| version.id.0 == second.1)
        .unwrap();
    let submission = Submission {
        number: order_model::EcatOrderNumber::new(number).unwrap(),
        uuid: second.0.ecat_uuid().unwrap(),
        id: version.id,
    };
    let colliding = ErpKey::ecat_colliding(&org(), &submission);
    assert_eq!((&version.key, version.key_taken), (&colliding, true));
    assert_eq!(ledger.holder(&colliding).await.unwrap(), Some(holder(&second)));
    assert_eq!(code(&order, step), Some("number_collision"));
    let note = words(ledger, &second.0, step).await;
    assert!(
        note.text.contains(colliding.as_str()) && note.text.to_lowercase().contains("import_as_new"),
        "{}",
        note.text
    );
}

#[tokio::test]
async fn a_number_that_another_order_has_is_held_under_a_key_of_its_own() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[&record(FIRST, UUID, 1, AB)])).await;
    let came = take(&ledger, pull(1), &list(&[&record(FIRST, OTHER_UUID, 2, AB)])).await;
    let held = Some(HoldCode::NumberCollision);
    assert_eq!(came.submissions(), [(2, entered(true, false, held))]);
    let (first, second) = ((key(UUID), 1), (key(OTHER_UUID), 2));
    collided(&ledger, FIRST, first, second, StepName::Import).await;
    let order = stands(&ledger, &key(UUID)).await;
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
}

#[tokio::test]
async fn two_orders_of_one_number_in_one_list_are_two_orders_of_which_one_is_held() {
    let house = House::open().await;
    let ledger = house.ledger();
    let both = list(&[&record(FIRST, UUID, 1, AB), &record(FIRST, OTHER_UUID, 2, AB)]);
    take(&ledger, T0, &both).await;
    let orders = [
        stands(&ledger, &key(UUID)).await,
        stands(&ledger, &key(OTHER_UUID)).await,
    ];
    let held: Vec<_> = orders.iter().map(|order| code(order, StepName::Import)).collect();
    let one = [None, Some("number_collision")];
    assert!(held == one || held == [one[1], one[0]], "{held:?}");
    assert_ne!(orders[0].erp_key(), orders[1].erp_key());
}

#[tokio::test]
async fn two_ids_of_one_order_with_one_number_have_two_keys() {
    let house = House::open().await;
    let ledger = house.ledger();
    let both = list(&[&record(FIRST, UUID, 1, AB), &record(FIRST, UUID, 2, NEW)]);
    let came = take(&ledger, T0, &both).await;
    let held = Some(HoldCode::NumberCollision);
    assert_eq!(came.submissions()[1], (2, entered(false, false, held)));
    collided(&ledger, FIRST, (key(UUID), 1), (key(UUID), 2), StepName::Review).await;
}

#[tokio::test]
async fn a_revision_whose_number_is_taken_says_what_it_revises() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[&record(SECOND, OTHER_UUID, 1, NEW)])).await;
    let both = list(&[&record(FIRST, UUID, 2, AB), &record(SECOND, UUID, 3, MORE)]);
    take(&ledger, pull(1), &both).await;
    collided(
        &ledger,
        SECOND,
        (key(OTHER_UUID), 1),
        (key(UUID), 3),
        StepName::Import,
    )
    .await;
    let note = about(&ledger, 3).await;
    let revises = "discard drops it; it revises 6385-031318-392 (id 2), which is imported then";
    assert!(
        note.text.contains(revises) && note.text.contains("LAMP"),
        "{}",
        note.text
    );
}

/// One order, and five more that look new.
fn six() -> Vec<String> {
    let mut all = vec![of(1, AB)];
    for (id, sku) in (2..).zip(["SOFA", "CHAIR", "DESK", "SHELF", "RUG"]) {
        all.push(of(id, &[(sku, 1)]));
    }
    all
}

#[tokio::test]
async fn a_sixth_submission_is_held_as_an_order_of_its_own_and_the_current_one_waits() {
    let house = House::open().await;
    let ledger = house.ledger();
    let all = six();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let came = take(&ledger, T0, &list(&all)).await;
    let held = Some(HoldCode::TooManyVersions);
    assert_eq!(came.submissions()[5], (6, entered(false, false, held)));
    let order = stands(&ledger, &key(UUID)).await;
    assert_eq!(order.versions.len(), 5);
    assert_eq!(code(&order, StepName::Import), Some("ecat_too_many_versions"));
    let own = OrderKey::from(erp_key("7120-6"));
    let sixth = stands(&ledger, &own).await;
    assert_eq!(code(&sixth, StepName::Import), Some("ecat_too_many_versions"));
    let payload = ledger.raw(&sixth.raw.unwrap()).await.unwrap().unwrap();
    assert_eq!(payload, of(6, &[("RUG", 1)]).as_bytes());
    // The five others keep the words that they have, in the review too.
    let review = words(&ledger, &key(UUID), StepName::Review).await;
    assert!(
        review.code == "ecat_looks_new" && review.text.contains("7120-5 (id 5) looks like a new order"),
        "{}",
        review.text
    );
    let import = words(&ledger, &key(UUID), StepName::Import).await;
    assert!(import.text.contains("7120-6 (id 6) came"), "{}", import.text);
    let note = words(&ledger, &own, StepName::Import).await;
    assert!(
        note.text.contains("import_as_new") && note.text.contains("RUG"),
        "{}",
        note.text
    );
    // An erasure of the five must not take the payload of an order of its own.
    assert_eq!(ledger.payloads(&key(UUID)).await.unwrap().len(), 5);
    let came = take(&ledger, pull(1), &list(&all)).await;
    assert!(came.submissions().iter().all(|(_, came)| *came == Arrival::Again));
    assert_eq!(stands(&ledger, &own).await.revision, 1);
}

/// Whether nothing was written by these calls.
fn only_read(calls: &[String]) -> bool {
    calls
        .iter()
        .all(|call| !call.contains("Put") && !call.contains("Write"))
}

#[tokio::test]
async fn other_content_under_a_known_id_is_held_once_with_its_difference() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[&of(1, AB)])).await;
    let came = take(&ledger, pull(1), &list(&[&of(1, MORE)])).await;
    let held = Some(HoldCode::ChangedUnderItsId);
    assert_eq!(came.submissions(), [(1, entered(false, false, held))]);
    let order = stands(&ledger, &key(UUID)).await;
    let changed = Some("ecat_changed_under_its_id");
    assert_eq!(
        (code(&order, StepName::Import), code(&order, StepName::Review)),
        (changed, changed)
    );
    let payload = ledger.raw(order.raw.as_ref().unwrap()).await.unwrap().unwrap();
    assert_eq!(payload, of(1, AB).as_bytes(), "what came first");
    for step in [StepName::Import, StepName::Review] {
        let note = words(&ledger, &key(UUID), step).await;
        assert!(
            note.text.contains("LAMP") && note.text.contains('6'),
            "{}",
            note.text
        );
    }
    let subject = words(&ledger, &key(UUID), StepName::Review)
        .await
        .subject
        .unwrap();
    let names = ledger.payloads(&key(UUID)).await.unwrap();
    let newer = names.iter().find(|(raw, _)| raw.hash == subject).unwrap();
    let payload = ledger.raw(&newer.0).await.unwrap().unwrap();
    assert_eq!(payload, of(1, MORE).as_bytes());
    house.calls();
    let came = take(&ledger, pull(2), &list(&[&of(1, MORE)])).await;
    assert_eq!(came.submissions(), [(1, Arrival::Again)]);
    assert!(only_read(&house.calls()));
    // A person ends the review: what came first goes on, and the same content is not asked again.
    ledger.keep_decided(&key(UUID), &subject, pull(3)).await.unwrap();
    let ended = |order: &OrderState| {
        order
            .decide(Decision::Discard, StepName::Review, None, pull(3))
            .unwrap()
    };
    let order = change(&ledger, &key(UUID), ended).await;
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
    house.calls();
    let came = take(&ledger, pull(4), &list(&[&of(1, MORE)])).await;
    assert_eq!(came.submissions(), [(1, Arrival::Again)]);
    assert!(only_read(&house.calls()));
    // Other content is another question.
    let came = take(&ledger, pull(5), &list(&[&of(1, NEW)])).await;
    assert_eq!(came.submissions(), [(1, entered(false, false, held))]);
}

#[tokio::test]
async fn words_that_an_intake_wrote_before_it_died_decide_nothing() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[&of(1, AB)])).await;
    take(&ledger, pull(1), &list(&[&of(1, MORE)])).await;
    house.refuse(|operation, request| operation == "PutItem" && request.contains("\"steps\""));
    let came = take(&ledger, pull(2), &list(&[&of(1, NEW)])).await;
    assert_eq!(came.lost(), [1]);
    house.refuse(|_, _| false);
    let came = take(&ledger, pull(3), &list(&[&of(1, NEW)])).await;
    let held = Some(HoldCode::ChangedUnderItsId);
    assert_eq!(came.submissions(), [(1, entered(false, false, held))]);
    let order = stands(&ledger, &key(UUID)).await;
    let note = words(&ledger, &key(UUID), StepName::Review).await;
    let at = pull(3);
    assert!(matches!(order.step(StepName::Review), StepState::Held { at: held, .. } if *held == at));
    assert_eq!(note.at, at);
}

#[tokio::test]
async fn other_bytes_that_say_the_same_are_kept_once_with_a_name() {
    let house = House::open().await;
    let ledger = house.ledger();
    take(&ledger, T0, &list(&[&of(1, AB)])).await;
    let odd = of(1, AB).replace("\"id\":", "\"seen\":true,\"id\":");
    let came = take(&ledger, pull(1), &list(&[&odd])).await;
    assert_eq!(came.submissions(), [(1, Arrival::Again)]);
    let names = ledger.payloads(&key(UUID)).await.unwrap();
    let kept = ledger.raw(&names[0].0).await.unwrap().unwrap();
    assert_eq!(
        (names.len(), kept.as_slice()),
        (1, odd.as_bytes()),
        "an erasure has to find it"
    );
    house.calls();
    take(&ledger, pull(2), &list(&[&odd])).await;
    assert!(only_read(&house.calls()));
}

#[tokio::test]
async fn what_no_map_reads_stops_its_sibling_with_words_that_say_so() {
    let house = House::open().await;
    let ledger = house.ledger();
    let odd = of(2, AB).replace("customer_number", "klant");
    take(&ledger, T0, &list(&[&of(1, AB), &odd])).await;
    let order = stands(&ledger, &key(UUID)).await;
    let unclear = Some("ecat_not_comparable");
    assert_eq!(
        (code(&order, StepName::Import), code(&order, StepName::Review)),
        (unclear, unclear)
    );
    let import = words(&ledger, &key(UUID), StepName::Import).await;
    assert!(
        import.text.contains("can't be compared") && import.text.contains("Retry compares"),
        "{}",
        import.text
    );
    let review = words(&ledger, &key(UUID), StepName::Review).await;
    assert!(
        review.text.contains("can't be compared") && !review.text.contains("Retry"),
        "{}",
        review.text
    );
}

#[tokio::test]
async fn submissions_are_compared_with_the_map_that_is_current() {
    let house = House::open().await;
    let ledger = house.ledger();
    let odd = |id| of(id, AB).replace("customer_number", "klant");
    let map = FieldMap::ecat_default()
        .text()
        .replacen("\"/customer_number\"", "\"/klant\"", 1);
    let map = FieldMap::parse(&map).unwrap();
    let both = list(&[&odd(1), &odd(2)]);
    take_mapped(&ledger, T0, &both, &std::collections::BTreeSet::new(), &map).await;
    let order = stands(&ledger, &key(UUID)).await;
    assert_eq!(order.step(StepName::Import).kind(), Kind::Due);
    assert_eq!(standings(&order)[0], (1, "Superseded".to_owned()));
}
