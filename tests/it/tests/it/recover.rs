//! `repspark-recover-orders`: what RepSpark holds as Sent, against what we know.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::sample_order;

const RECOVER: &str = "repspark-recover-orders";
const SENT: &str = "GET order statusId=2";
const MINUTE: Duration = Duration::from_secs(60);

/// RepSpark holds the order as Sent, and we do not know it.
fn lose(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        scene.stack.repspark.put(id, sample_order(id, 3), 2);
    }
}

fn counts(report: &Value) -> (&str, u64, u64) {
    let number = |name: &str| report[name].as_u64().unwrap();
    (
        report["outcome"].as_str().unwrap(),
        number("sent"),
        number("recovered"),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_baseline_nothing_is_compared_and_nothing_taken_in() {
    let scene = Scene::start().await;
    lose(&scene, [8001]);
    assert_eq!(scene.recover().await["outcome"], "no_baseline");
    assert_eq!(
        scene.done(RECOVER, json!({"now": true})).await["outcome"],
        "no_baseline"
    );
    assert!(scene.stack.repspark.calls().is_empty());
    assert!(scene.states().is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_that_broke_off_is_no_baseline_for_the_recovery() {
    let scene = Scene::start().await;
    lose(&scene, 8001..=8020);
    scene.stack.repspark.cut_body_after(5_000);
    scene.invoke("repspark-pull-orders", json!({})).await;
    scene.pass(20 * MINUTE);
    assert_eq!(scene.recover().await["outcome"], "no_baseline");
    assert_eq!(
        scene.done(RECOVER, json!({"now": true})).await["outcome"],
        "no_baseline"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_pull_is_under_way_nothing_is_compared_even_if_a_person_asks() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(sample_order(8001, 3));
    scene.break_all("repspark", "GET order statusId=1", Fault::KilledAfter);
    scene.invoke("repspark-pull-orders", json!({})).await;
    scene.mend();
    let before = scene.stack.repspark.calls();
    assert_eq!(scene.recover().await["outcome"], "pull_running");
    assert_eq!(
        scene.done(RECOVER, json!({"now": true})).await["outcome"],
        "pull_running"
    );
    assert_eq!(scene.stack.repspark.calls(), before);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_comparison_is_made_once_an_hour_and_when_a_person_asks() {
    let scene = Scene::after_baseline().await;
    scene.pull().await;
    assert_eq!(scene.recover().await["outcome"], "recovered", "the first one");
    let before = scene.asked_repspark(SENT);
    for _ in 0..11 {
        scene.pass(5 * MINUTE);
        assert_eq!(scene.recover().await["outcome"], "not_yet");
    }
    assert_eq!(scene.asked_repspark(SENT), before);
    assert_eq!(
        scene.done(RECOVER, json!({"now": true})).await["outcome"],
        "recovered"
    );
    scene.pass(60 * MINUTE);
    assert_eq!(scene.recover().await["outcome"], "recovered");
    assert_eq!(scene.asked_repspark(SENT), before + 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_sent_orders_are_taken_in_while_foreign_and_known_ones_are_left() {
    let scene = Scene::start().await;
    lose(&scene, 7001..=7030);
    scene
        .done("repspark-pull-orders", json!({"baseline": true}))
        .await;
    for id in 8001..=8003 {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
    scene.pull().await;
    let known = scene.item(&order_key(8001), "state");
    lose(&scene, [8101, 8102]);
    assert_eq!(counts(&scene.recover().await), ("recovered", 35, 2));
    assert_eq!(
        scene.item(&order_key(8001), "state"),
        known,
        "a known order is not written"
    );
    assert_eq!(
        scene.waiting("erp-import-order"),
        5,
        "the found ones are hinted at once"
    );
    let taken_in = scene.logged(RECOVER).into_iter();
    let taken_in = taken_in.filter(|line| line.contains("was Sent at RepSpark and unknown here"));
    let steps: Vec<bool> = taken_in.map(|line| line.contains(r#""step":"import""#)).collect();
    assert_eq!(steps, [true, true]);
    scene.drain().await;
    for id in [8001, 8002, 8003, 8101, 8102] {
        scene.assert_valid_once(id);
    }
    assert_eq!(scene.stack.erp.orders().len(), 5);
    assert_eq!(scene.stack.repspark.status(7001), Some(2));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_cut_is_not_noted_as_a_comparison() {
    let scene = Scene::after_baseline().await;
    lose(&scene, 8001..=8010);
    scene
        .stack
        .repspark
        .cut_body_after(sample_order(8001, 3).to_string().len() * 4);
    let cut = scene.done(RECOVER, json!({"now": true})).await;
    assert_eq!(cut["complete"], false);
    let kept = cut["recovered"].as_u64().unwrap();
    assert!((1..=5).contains(&kept), "{cut}");
    assert!(scene.item("journal#repspark", "journal").unwrap()["recovered_at"].is_null());
    let rest = scene.recover().await;
    assert_eq!(
        counts(&rest),
        ("recovered", 10, 10 - kept),
        "the next tick makes it again"
    );
    assert_eq!(rest["complete"], true);
    assert_eq!(scene.recover().await["outcome"], "not_yet");
    scene.drain().await;
    (8001..=8010).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_written_is_looked_for_again() {
    let scene = Scene::after_baseline().await;
    lose(&scene, 8001..=8003);
    scene.break_all("dynamodb", "BatchWriteItem", Fault::LostRequest);
    let report = scene.done(RECOVER, json!({"now": true})).await;
    scene.mend();
    assert_eq!(report["complete"], false);
    assert_eq!(
        report["differences"]["lost"],
        json!([order_key(8001), order_key(8002), order_key(8003)])
    );
    assert_eq!(scene.recover().await["recovered"], 3);
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quarantined_record_that_becomes_readable_is_taken_in_later() {
    let scene = Scene::after_baseline().await;
    scene
        .stack
        .repspark
        .submit_raw(r#"{"OrderId":8001,"StatusId":oops,"OrderItems":[]}"#);
    assert_eq!(scene.pull().await["quarantined"], 1);
    assert!(scene.states().is_empty(), "quarantine is not knowledge");
    assert_eq!(scene.recover().await["recovered"], 0);
    lose(&scene, [8001]);
    scene.pass(60 * MINUTE);
    assert_eq!(scene.recover().await["recovered"], 1);
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_recovery_that_dies_is_made_again_and_takes_each_order_in_once() {
    let scene = Scene::after_baseline().await;
    lose(&scene, 8001..=8003);
    scene.break_all("sqs", "", Fault::KilledAfter);
    scene.invoke(RECOVER, json!({"now": true})).await;
    scene.mend();
    assert_eq!(scene.states().len(), 3, "durable before the hint");
    assert_eq!(scene.recover().await["recovered"], 0);
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_repspark_is_not_compared() {
    let scene = Scene::after_baseline().await;
    lose(&scene, [8001]);
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.invoke(RECOVER, json!({"now": true})).await;
    assert_eq!(scene.pause_of("repspark").as_deref(), Some("credentials_refused"));
    let report = scene.done(RECOVER, json!({"now": true})).await;
    assert_eq!(report["outcome"], "paused");
    let says = report["says"].as_str().unwrap();
    for words in [
        "repspark is paused by repspark-recover-orders since",
        "credentials_refused",
        "tried again from",
        "resume",
    ] {
        assert!(says.contains(words), "{words}: {says}");
    }
    let pulled = scene.done("repspark-pull-orders", json!({})).await;
    assert!(
        pulled["says"].as_str().unwrap().contains("repspark is paused by"),
        "{pulled}"
    );
    assert!(scene.stack.repspark.refused_logins() <= 2);
    scene.put_repspark_keys("another-client", "another-environment");
    scene.pass(15 * MINUTE + Duration::from_secs(1));
    assert_eq!(
        scene.recover().await["recovered"],
        1,
        "its own probe lifts the pause"
    );
    assert_eq!(scene.pause_of("repspark"), None);
    scene.end().await;
}
