//! `repspark-recover-orders` compares state: what RepSpark still holds as Sent, against where it stands here.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::sample_order;

const RECOVER: &str = "repspark-recover-orders";
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// One order, pulled and imported, its confirmation sent.
async fn confirmed(before: impl FnOnce(&Scene)) -> Scene {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    before(&scene);
    scene.pull().await;
    scene.drain().await;
    assert_eq!(scene.step(8001, "confirm"), "done");
    scene
}

async fn compare(scene: &Scene) -> Value {
    scene.done(RECOVER, json!({"now": true})).await
}

async fn replay(scene: &Scene, id: &str) -> (String, String) {
    let report = scene.done(RECOVER, json!({"order_id": id})).await;
    let word = |name: &str| report[name].as_str().unwrap_or_default().to_owned();
    (word("outcome"), word("says"))
}

/// The places of a balance that are not empty.
fn balance(report: &Value) -> Vec<(String, u64)> {
    let places = report["balance"].as_object().unwrap().iter();
    places
        .map(|(name, count)| (name.clone(), count.as_u64().unwrap()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

fn of(places: &[(&str, u64)]) -> Vec<(String, u64)> {
    let mut places: Vec<_> = places
        .iter()
        .map(|(name, count)| ((*name).to_owned(), *count))
        .collect();
    places.sort();
    places
}

/// What the alarm on the balance has heard, comparison by comparison.
fn balance_open(scene: &Scene) -> Vec<u64> {
    let lines = scene.told(RECOVER).into_iter();
    lines.filter_map(|line| line["BalanceOpen"].as_u64()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_repspark_did_not_take_is_looked_into_and_sent_again() {
    let scene = confirmed(|scene| scene.stack.repspark.confirm_without_effect(1)).await;
    assert_eq!(
        scene.stack.repspark.status(8001),
        Some(2),
        "the 200 had no effect"
    );
    let report = compare(&scene).await;
    assert_eq!(balance(&report), of(&[("sent", 1), ("confirmed", 1)]));
    assert_eq!(report["balance_closed"], true, "it may still be at it");
    scene.pass(31 * MINUTE);
    let report = compare(&scene).await;
    assert_eq!(
        balance(&report),
        of(&[("sent", 1), ("open", 1), ("unconfirmed", 1)])
    );
    assert_eq!(report["balance_closed"], false);
    assert_eq!(
        report["differences"],
        json!({"unconfirmed": [order_key(8001)], "unreadable": [], "lost": []})
    );
    assert_eq!(scene.said(RECOVER, "differences: 1 unconfirmed"), 1);
    assert_eq!(balance_open(&scene), [0, 1]);
    let looks = scene.asked_repspark("GET order orderId");
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(
        scene.asked_repspark("GET order orderId"),
        looks + 1,
        "looked into before it is sent again"
    );
    scene.assert_valid_once(8001);
    assert!(
        scene.item(&order_key(8001), "call#confirm").is_some(),
        "the numbers for RepSpark's support"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_took_effect_late_is_not_sent_again() {
    let scene = confirmed(|scene| scene.stack.repspark.confirm_without_effect(1)).await;
    scene.pass(31 * MINUTE);
    compare(&scene).await;
    scene.stack.repspark.set_status(8001, 4);
    let posts = scene.asked_repspark("POST orderconfirmation");
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.step(8001, "confirm"), "done");
    assert_eq!(scene.asked_repspark("POST orderconfirmation"), posts);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_never_has_an_effect_ends_with_a_person() {
    let scene = confirmed(|scene| scene.stack.repspark.confirm_without_effect(1_000)).await;
    for _ in 0..20 {
        scene.pass(HOUR);
        compare(&scene).await;
        scene.sweep().await;
        scene.drain().await;
    }
    assert_eq!(scene.held(8001, "confirm"), "confirmation_without_effect");
    assert!(scene.hold_note(8001, "confirm").contains("support"));
    // Sent once, and again after each of three comparisons; the fourth holds it.
    assert_eq!(scene.asked_repspark("POST orderconfirmation"), 4);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_order_whose_pull_was_lost_waits_for_a_person_with_its_difference() {
    let scene = confirmed(|_| {}).await;
    scene.stack.repspark.resubmit(8001, sample_order(8001, 5));
    scene.break_all("repspark", "GET order statusId=1", Fault::LostReply);
    scene.invoke("repspark-pull-orders", json!({})).await;
    scene.mend();
    scene.pass(2 * MINUTE);
    let report = scene.recover().await;
    assert_eq!(balance(&report), of(&[("sent", 1), ("held", 1)]));
    assert_eq!(report["balance_closed"], true);
    assert_eq!(scene.held(8001, "review"), "changed_after_import");
    let note = scene.hold_note(8001, "review");
    assert!(note.contains("added"), "{note}");
    // A run that finds it held already writes nothing.
    let before = scene.stack.items();
    compare(&scene).await;
    let writes = |items: &[Value]| {
        items
            .iter()
            .filter(|item| item["pk"]["S"] == order_key(8001))
            .cloned()
            .collect::<Vec<_>>()
    };
    assert_eq!(writes(&scene.stack.items()), writes(&before));
    assert_eq!(
        scene.stack.erp.orders_for(&order_key(8001))[0].request["lines"]
            .as_array()
            .unwrap()
            .len(),
        3
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_not_at_the_erp_is_imported_as_recovery_saw_it_last() {
    let scene = Scene::after_baseline().await;
    let mut broken = sample_order(8001, 3);
    broken["TotalUnits"] = json!(1);
    scene.stack.repspark.submit(broken);
    scene.pull().await;
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "totals_differ");
    compare(&scene).await;
    assert_eq!(
        scene.held(8001, "import"),
        "totals_differ",
        "the same again is no other chance"
    );
    scene.stack.repspark.put(8001, sample_order(8001, 3), 2);
    compare(&scene).await;
    scene.pass(16 * MINUTE);
    scene.sweep().await;
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarantined_record_is_settled_when_its_order_gets_in() {
    let scene = Scene::after_baseline().await;
    scene
        .stack
        .repspark
        .submit_raw(r#"{"OrderId":8001,"StatusId":oops,"OrderItems":[]}"#);
    scene.pull().await;
    let report = compare(&scene).await;
    assert_eq!(balance(&report), of(&[("sent", 1), ("unreadable", 1)]));
    assert_eq!(report["balance_closed"], false);
    assert_eq!(report["differences"]["unreadable"], json!(["8001"]));
    let looked = json!({"do": "show", "order": "repspark#8001"});
    scene.done("decide-order", looked).await;
    scene.stack.repspark.put(8001, sample_order(8001, 3), 2);
    compare(&scene).await;
    let record = scene.item("quarantine#repspark#8001", "record").unwrap();
    assert!(record["open"].is_null(), "{record}");
    scene.drain().await;
    scene.assert_valid_once(8001);
    assert_eq!(compare(&scene).await["balance_closed"], true);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sent_order_that_is_replayed_is_taken_in_once() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.put(8001, sample_order(8001, 3), 2);
    let (outcome, says) = replay(&scene, "8001").await;
    assert_eq!(outcome, "taken_in", "{says}");
    scene.drain().await;
    scene.assert_valid_once(8001);
    let number = scene.stack.repspark.erp_number(8001).unwrap();
    for id in [json!("08001"), json!(8001)] {
        let report = scene.done(RECOVER, json!({"order_id": id})).await;
        assert_eq!(
            (&report["outcome"], &report["order_id"]),
            (&json!("known"), &json!("8001"))
        );
        let says = report["says"].as_str().unwrap();
        assert!(
            says.ends_with(&format!("is in the ERP as {number}, and confirmed")),
            "{says}"
        );
    }
    assert_eq!(scene.stack.erp.orders().len(), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_valid_order_that_is_unknown_here_is_held_for_a_person_when_it_is_replayed() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.put(8001, sample_order(8001, 3), 4);
    for _ in 0..2 {
        replay(&scene, "8001").await;
        assert_eq!(scene.held(8001, "import"), "valid_at_repspark");
    }
    scene.stack.repspark.set_status(8001, 9999);
    let (_, says) = replay(&scene, "8001").await;
    assert!(says.contains("is a draft"), "{says}");
    assert!(says.contains("its import is held as valid_at_repspark"), "{says}");
    scene.live(3).await;
    assert!(scene.stack.erp.orders().is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_submitted_and_what_is_not_sent_yet_is_reported_and_never_imported() {
    let scene = Scene::after_baseline().await;
    for (id, status, says) in [
        (8001, 9999, "draft"),
        (8002, 1, "submitted"),
        (8003, 7, "status 7"),
    ] {
        scene.stack.repspark.put(id, sample_order(id, 3), status);
        let (outcome, words) = replay(&scene, &id.to_string()).await;
        assert_eq!(outcome, "not_imported");
        assert!(words.contains(says) && words.contains("unknown here"), "{words}");
        assert_eq!(
            scene.stack.repspark.status(id),
            Some(status),
            "reading it changes nothing there"
        );
    }
    assert!(scene.states().is_empty());
    let (outcome, words) = replay(&scene, "999").await;
    assert_eq!(
        (outcome.as_str(), words.as_str()),
        (
            "not_found",
            "RepSpark has no order 999; order 999 is unknown here"
        )
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_the_former_integration_that_is_replayed_stays_foreign() {
    let scene = Scene::start().await;
    scene.stack.repspark.put(7001, sample_order(7001, 2), 2);
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    let (outcome, says) = replay(&scene, "7001").await;
    assert_eq!(outcome, "known");
    assert!(says.contains("adopt"), "{says}");
    scene.drain().await;
    assert!(scene.stack.erp.orders().is_empty());
    assert_eq!(
        balance(&compare(&scene).await),
        of(&[("sent", 1), ("foreign", 1)])
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_from_before_the_cut_over_are_taken_in_and_wait() {
    let scene = Scene::with(&[("ImportFrom", "2026-11-01")]).await;
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    let mut today = sample_order(8002, 3);
    today["EntryDate"] = json!("2026-11-01");
    scene.stack.repspark.submit(sample_order(8001, 3));
    scene.stack.repspark.submit(today);
    scene.pull().await;
    scene.drain().await;
    assert_eq!(scene.held(8001, "import"), "before_import_from");
    scene.assert_valid_once(8002);
    assert_eq!(scene.stack.erp.orders().len(), 1);
    let report = compare(&scene).await;
    assert_eq!(balance(&report), of(&[("sent", 1), ("held", 1)]));
    scene.end().await;
}
