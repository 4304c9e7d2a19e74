//! `repspark-pull-orders`: the baseline, the destructive read, and all that may come with it.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::{Empty, sample_order};

const PULL: &str = "repspark-pull-orders";
const SUBMITTED: &str = "GET order statusId=1";
const MINUTE: Duration = Duration::from_secs(60);
/// RepSpark's settle time, with a second for the test's own pace.
const SETTLED: Duration = Duration::from_secs(61);

/// The error's text of an invocation that has to fail.
async fn fails(scene: &Scene, event: Value) -> String {
    match scene.invoke(PULL, event).await.outcome {
        Outcome::Error(error) => error.to_string(),
        other => panic!("the pull was to fail, and came to {other:?}"),
    }
}

fn submit(scene: &Scene, ids: impl IntoIterator<Item = u64>) {
    for id in ids {
        scene.stack.repspark.submit(sample_order(id, 3));
    }
}

/// An order as RepSpark writes it: records begin with their `OrderId`.
fn as_repspark_writes(id: u64) -> String {
    let text = sample_order(id, 3).to_string();
    let rest = text.replacen(&format!("\"OrderId\":{id},"), "", 1);
    format!("{{\"OrderId\":{id},{}", &rest[1..])
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_pull_leaves_300_sent_orders_to_the_former_integration_and_imports_20() {
    let scene = Scene::start().await;
    for id in 1..=300 {
        scene.stack.repspark.put(id, sample_order(id, 2), 2);
    }
    submit(&scene, 1001..=1020);
    let report = scene.pull().await;
    assert_eq!(
        (&report["outcome"], &report["foreign"], &report["new"]),
        (&json!("pulled"), &json!(300), &json!(20))
    );
    scene.drain().await;
    for id in 1001..=1020 {
        scene.assert_valid_once(id);
    }
    assert_eq!(scene.stack.erp.orders().len(), 20);
    let states = scene.states();
    for id in 1..=300 {
        assert_eq!(states[&order_key(id)].admission, "foreign");
        assert_eq!(scene.stack.repspark.status(id), Some(2));
    }
    // Nor does anything that comes later touch them.
    scene.pass(61 * MINUTE);
    scene.recover().await;
    scene.sweep().await;
    scene.drain().await;
    assert_eq!(scene.stack.erp.orders().len(), 20);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_that_breaks_off_is_not_taken_and_submitted_orders_are_not_asked_for() {
    let scene = Scene::start().await;
    for id in 1..=30 {
        scene.stack.repspark.put(id, sample_order(id, 2), 2);
    }
    submit(&scene, [1001]);
    scene.stack.repspark.cut_body_after(9_000);
    let said = fails(&scene, json!({})).await;
    assert!(said.contains("the baseline was not taken"), "{said}");
    assert_eq!(scene.asked_repspark(SUBMITTED), 0);
    assert_eq!(scene.stack.repspark.status(1001), Some(1));
    let report = scene.pull().await;
    assert_eq!(
        (&report["foreign"], &report["new"]),
        (&json!(30), &json!(1)),
        "the next tick takes it whole"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_baseline_by_hand_stops_before_the_destructive_read() {
    let scene = Scene::start().await;
    submit(&scene, [1001]);
    let report = scene.done(PULL, json!({"baseline": true})).await;
    assert_eq!(report["outcome"], "baseline_taken");
    assert_eq!(scene.asked_repspark(SUBMITTED), 0);
    assert_eq!(scene.stack.repspark.status(1001), Some(1));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nameless_sent_record_stops_the_baseline_until_a_person_accepts_it() {
    let scene = Scene::after_baseline().await;
    scene
        .stack
        .repspark
        .submit_raw(r#"{"OrderGuid":"x","StatusId":1}"#);
    scene.pull().await;
    // It is Sent now; for a ledger without a birth it is the former integration's.
    scene.delete_item("birth", "birth");
    submit(&scene, [1001]);
    let asked = scene.asked_repspark(SUBMITTED);
    let said = fails(&scene, json!({})).await;
    assert!(
        said.contains("1 of the Sent records have no readable OrderId"),
        "{said}"
    );
    assert!(said.contains("accept_nameless"), "{said}");
    let said = fails(&scene, json!({"baseline": true})).await;
    assert!(said.contains("accept_nameless"), "{said}");
    assert_eq!(scene.asked_repspark(SUBMITTED), asked);
    let accepted = json!({"baseline": true, "accept_nameless": true});
    assert_eq!(scene.done(PULL, accepted).await["outcome"], "baseline_taken");
    assert_eq!(scene.pull().await["new"], 1);
    scene.drain().await;
    scene.assert_valid_once(1001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn another_brand_on_the_same_ledger_is_an_error_and_repspark_is_not_called() {
    let scene = Scene::after_baseline().await;
    let mut birth = scene.item("birth", "birth").unwrap();
    birth["brand"]["S"] = "ACMEGOLF".into();
    scene.put_item(&birth);
    submit(&scene, [1001]);
    let before = scene.stack.repspark.calls();
    let said = fails(&scene, json!({})).await;
    assert!(
        said.contains("Brand") && said.contains("ACMEGOLF") && said.contains("ACME"),
        "{said}"
    );
    let recovery = scene
        .invoke("repspark-recover-orders", json!({"now": true}))
        .await;
    assert!(matches!(recovery.outcome, Outcome::Error(_)), "{recovery:?}");
    assert_eq!(scene.stack.repspark.calls(), before);
    scene.end().await;
}

/// A malformed record among four good ones: they are imported, it is kept as it came and named once.
async fn a_malformed_record(raw: &str, id: Option<&str>, fault: &str) {
    let scene = Scene::after_baseline().await;
    // Among the orders with an id it stands where its id puts it; without one, in the middle.
    for id in [8001, 8002, 9801, 9802] {
        scene.stack.repspark.submit_raw(&as_repspark_writes(id));
    }
    scene.stack.repspark.submit_raw(raw);
    let report = scene.pull().await;
    assert_eq!(
        (&report["new"], &report["quarantined"]),
        (&json!(4), &json!(1)),
        "{raw}"
    );
    let kept = scene.items_of("quarantine#");
    assert_eq!(kept.len(), 1);
    assert_eq!(scene.raw_of(&kept[0]), raw, "the record is kept as it came");
    assert_eq!(kept[0]["place"]["N"], "3");
    assert_eq!(kept[0]["fault"]["S"], fault);
    if let Some(id) = id {
        assert_eq!(kept[0]["pk"]["S"], format!("quarantine#repspark#{id}"));
    }
    scene.drain().await;
    for id in [8001, 8002, 9801, 9802] {
        assert_eq!(scene.stack.repspark.status(id), Some(4), "{raw}");
        assert_eq!(scene.stack.erp.orders_for(&order_key(id)).len(), 1);
    }
    let named = |scene: &Scene| {
        scene.said(PULL, "is quarantined") + scene.said("repspark-recover-orders", "is quarantined")
    };
    assert_eq!(named(&scene), 1);
    for _ in 0..2 {
        scene.pass(61 * MINUTE);
        assert_eq!(scene.recover().await["outcome"], "recovered");
    }
    assert_eq!(named(&scene), 1, "it is not named again");
    assert_eq!(scene.items_of("quarantine#").len(), 1, "nor kept again");
    assert_eq!(scene.stack.erp.orders().len(), 4);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_a_missing_bracket_takes_no_other_with_it() {
    let raw = r#"{"OrderId":9001,"StatusId":1,"OrderItems":[{"ProductNumber":"A"}"#;
    // The following records pass for its lines, and the array's end for the end of its lines.
    a_malformed_record(raw, Some("9001"), "the answer ended inside this record").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_a_wrong_bracket_takes_no_other_with_it() {
    let raw = r#"{"OrderId":9001,"StatusId":1,"OrderItems":[{"ProductNumber":"A"}}}"#;
    a_malformed_record(raw, Some("9001"), "a bracket closes another kind of bracket").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_balanced_record_that_is_not_json_takes_no_other_with_it() {
    let raw = r#"{"OrderId":9001,"StatusId":oops,"OrderItems":[]}"#;
    a_malformed_record(raw, Some("9001"), "the record is not JSON").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_null_among_the_records_takes_no_other_with_it() {
    a_malformed_record("null", None, "the record is not a JSON object").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_string_among_the_records_takes_no_other_with_it() {
    a_malformed_record(
        r#""no order, at \"all\"""#,
        None,
        "the record is not a JSON object",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_with_an_unterminated_string_takes_no_other_with_it() {
    let raw = r#"{"OrderId":9001,"StatusId":1,"SpecialHandling":"open,"OrderItems":[]}"#;
    let scene = Scene::after_baseline().await;
    for id in [8001, 8002, 9801, 9802] {
        scene.stack.repspark.submit_raw(&as_repspark_writes(id));
    }
    scene.stack.repspark.submit_raw(raw);
    scene.pull().await;
    assert!(scene.item("quarantine#repspark#9001", "record").is_some());
    scene.live(3).await;
    for id in [8001, 8002, 9801, 9802] {
        assert_eq!(scene.stack.repspark.status(id), Some(4));
        assert_eq!(scene.stack.erp.orders_for(&order_key(id)).len(), 1);
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn records_that_were_whole_before_the_body_was_cut_are_kept_and_recovery_has_the_rest_once_it_has_settled()
 {
    let scene = Scene::after_baseline().await;
    submit(&scene, 8001..=8010);
    let one = sample_order(8001, 3).to_string().len();
    scene.stack.repspark.cut_body_after(one * 5);
    let report = scene.pull().await;
    let new = report["new"].as_u64().unwrap();
    assert!((3..=6).contains(&new), "{report}");
    assert_eq!(report["complete"], false);
    assert_eq!(
        scene.items_of("quarantine#").len(),
        0,
        "half a record is no record"
    );
    scene.pass(SETTLED);
    let recovered = scene.recover().await;
    assert_eq!(
        (&recovered["outcome"], &recovered["recovered"]),
        (&json!("recovered"), &json!(10 - new))
    );
    scene.drain().await;
    (8001..=8010).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_list_is_understood_in_each_of_its_forms() {
    for form in [Empty::Array, Empty::NoContent, Empty::Null] {
        let scene = Scene::start().await;
        scene.stack.repspark.empty_as(form);
        let report = scene.pull().await;
        assert_eq!(
            (&report["outcome"], &report["records"], &report["complete"]),
            (&json!("pulled"), &json!(0), &json!(true)),
            "{form:?}"
        );
        scene.end().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_that_are_written_as_strings_are_the_same_orders() {
    let scene = Scene::start().await;
    scene.stack.repspark.put(7001, sample_order(7001, 2), 2);
    scene.done(PULL, json!({"baseline": true})).await;
    scene.stack.repspark.ids_as_strings(true);
    submit(&scene, [8001, 8002]);
    assert_eq!(scene.pull().await["new"], 2);
    scene.pass(61 * MINUTE);
    let recovered = scene.recover().await;
    assert_eq!(
        (&recovered["sent"], &recovered["recovered"]),
        (&json!(3), &json!(0))
    );
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.assert_valid_once(8002);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_pulls_at_once_the_second_says_that_another_is_running() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    scene.stack.repspark.slow(Duration::from_millis(1_200));
    let before = scene.asked_repspark(SUBMITTED);
    let second = async {
        while scene.asked_repspark(SUBMITTED) == before {
            tokio::task::yield_now().await;
        }
        scene.pull().await
    };
    let (first, second) = tokio::join!(scene.pull(), second);
    assert_eq!(first["outcome"], "pulled");
    assert_eq!(second["outcome"], "another_pull_is_running");
    assert_eq!(scene.asked_repspark(SUBMITTED), before + 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_dies_after_the_read_leaves_its_journal_open_and_recovery_finds_everything() {
    let scene = Scene::after_baseline().await;
    submit(&scene, 8001..=8005);
    scene.break_all("repspark", SUBMITTED, Fault::KilledAfter);
    let pulled = scene.invoke(PULL, json!({})).await;
    assert!(matches!(pulled.outcome, Outcome::Crashed(_)), "{pulled:?}");
    scene.mend();
    assert_eq!(scene.stack.repspark.status(8001), Some(2));
    assert_eq!(scene.states().len(), 0);
    assert_eq!(scene.recover().await["outcome"], "pull_running");
    assert_eq!(scene.pull().await["outcome"], "another_pull_is_running");
    // The function's time, and the skew.
    scene.pass(Duration::from_secs(311));
    let recovered = scene.recover().await;
    assert_eq!(
        (&recovered["outcome"], &recovered["recovered"]),
        (&json!("recovered"), &json!(5))
    );
    scene.drain().await;
    (8001..=8005).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_answer_to_the_read_is_recovered_without_asking_for_submitted_orders_again() {
    let scene = Scene::after_baseline().await;
    submit(&scene, 8001..=8003);
    scene.break_all("repspark", SUBMITTED, Fault::LostReply);
    fails(&scene, json!({})).await;
    scene.mend();
    assert_eq!(scene.asked_repspark(SUBMITTED), 1);
    // RepSpark may still be flipping what it was asked for.
    assert_eq!(scene.recover().await["outcome"], "settling");
    scene.pass(SETTLED);
    assert_eq!(scene.recover().await["recovered"], 3);
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_dynamodb_is_down_repspark_is_not_asked() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    let before = scene.stack.repspark.calls();
    scene.break_all("dynamodb", "", Fault::LostRequest);
    fails(&scene, json!({})).await;
    scene.mend();
    assert_eq!(scene.stack.repspark.calls(), before);
    assert_eq!(scene.stack.repspark.status(8001), Some(1));
    assert_eq!(scene.pull().await["new"], 1);
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_sqs_is_down_orders_are_taken_in_and_the_sweep_gives_their_hints() {
    let scene = Scene::after_baseline().await;
    submit(&scene, 8001..=8003);
    scene.break_all("sqs", "", Fault::LostRequest);
    assert_eq!(scene.pull().await["new"], 3);
    scene.mend();
    assert_eq!(scene.waiting("erp-import-order"), 0);
    scene.pass(16 * MINUTE);
    assert_eq!(scene.sweep().await["hinted"]["import"], 3);
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_dynamodb_leaves_of_a_batch_is_written_again() {
    let scene = Scene::after_baseline().await;
    submit(&scene, 8001..=8060);
    scene.break_some("dynamodb", "BatchWriteItem", Fault::PartialBatch, 2);
    let report = scene.pull().await;
    let fired = scene.stack.gate.fired();
    scene.mend();
    assert!(!fired.is_empty(), "a batch was left in part");
    assert_eq!((&report["new"], &report["complete"]), (&json!(60), &json!(true)));
    let raw: Vec<_> = scene.items_of("raw#");
    assert_eq!(raw.len(), 60);
    scene.drain().await;
    (8001..=8060).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_stands_twice_in_one_answer_is_one_order() {
    let scene = Scene::after_baseline().await;
    submit(&scene, 8001..=8004);
    // The same record, to the byte.
    scene
        .stack
        .repspark
        .submit_raw(&sample_order(8003, 3).to_string());
    let report = scene.pull().await;
    assert_eq!((&report["records"], &report["new"]), (&json!(5), &json!(4)));
    scene.drain().await;
    (8001..=8004).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_changes_before_its_import_is_imported_once_as_it_is_now() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    scene.pull().await;
    scene.stack.repspark.deny(8001);
    scene.stack.repspark.resubmit(8001, sample_order(8001, 5));
    scene.pull().await;
    scene.drain().await;
    scene.assert_valid_once(8001);
    let made = scene.stack.erp.orders_for(&order_key(8001));
    assert_eq!(made[0].request["lines"].as_array().unwrap().len(), 5);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_order_that_comes_again_unchanged_is_confirmed_again_under_its_number() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    scene.pull().await;
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.stack.repspark.resubmit(8001, sample_order(8001, 3));
    scene.pull().await;
    assert_eq!(scene.stack.repspark.status(8001), Some(2));
    scene.pass(16 * MINUTE);
    scene.sweep().await;
    scene.drain().await;
    let made = scene.stack.erp.orders_for(&order_key(8001));
    assert_eq!(made.len(), 1);
    let number = made[0].reference.clone().unwrap();
    assert_eq!(scene.stack.repspark.status(8001), Some(4));
    assert_eq!(
        scene.stack.repspark.confirmations(8001),
        vec![number.clone(), number]
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_imported_order_that_comes_again_with_other_content_waits_for_a_person() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    scene.pull().await;
    scene.drain().await;
    scene.stack.repspark.resubmit(8001, sample_order(8001, 5));
    scene.pull().await;
    assert_eq!(scene.held(8001, "review"), "changed_after_import");
    let note = scene.hold_note(8001, "review");
    let (_, named) = note.split_once("raw#").expect("the note names the new payload");
    let new = scene.raw_of(&json!({"raw": {"S": &named[..32]}}));
    assert_eq!(serde_json::from_str::<Value>(&new).unwrap()["OrderId"], 8001);
    scene.live(3).await;
    let made = scene.stack.erp.orders_for(&order_key(8001));
    assert_eq!(made.len(), 1);
    assert_eq!(made[0].request["lines"].as_array().unwrap().len(), 3);
    assert_eq!(scene.stack.repspark.confirmations(8001).len(), 1);
    assert_eq!(scene.held(8001, "review"), "changed_after_import");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_order_that_is_submitted_again_waits_for_a_person_and_is_never_imported() {
    let scene = Scene::start().await;
    scene.stack.repspark.put(7001, sample_order(7001, 2), 2);
    scene.done(PULL, json!({"baseline": true})).await;
    scene.stack.repspark.resubmit(7001, sample_order(7001, 2));
    scene.pull().await;
    assert_eq!(scene.held(7001, "review"), "foreign_submitted_again");
    assert!(scene.hold_note(7001, "review").contains("raw#"));
    for _ in 0..3 {
        scene.pass(61 * MINUTE);
        scene.recover().await;
        scene.sweep().await;
        scene.drain().await;
    }
    assert_eq!(scene.asked_erp("PUT sales-orders"), 0);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_comes_too_slowly_is_closed_incomplete_and_recovered() {
    let scene = Scene::with(&[("RepSparkPullTimeoutSeconds", "8"), ("RepSparkListSeconds", "2")]).await;
    scene.done(PULL, json!({"baseline": true})).await;
    submit(&scene, 8001..=8003);
    // RepSpark may be silent for 2 s and the reserve is 5 s: after 1.2 s of 8 there is no time for another part of the list.
    scene.stack.repspark.slow(Duration::from_millis(1_200));
    let report = scene.pull().await;
    assert_eq!(
        (&report["outcome"], &report["complete"]),
        (&json!("pulled"), &json!(false))
    );
    assert_eq!(scene.stack.repspark.status(8001), Some(2));
    scene.stack.repspark.slow(Duration::ZERO);
    scene.pass(SETTLED);
    assert_eq!(scene.recover().await["recovered"], 3);
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_keys_pause_repspark_until_a_probe_finds_the_secret_mended() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.stack.proxy.reset_bill();
    fails(&scene, json!({})).await;
    assert_eq!(
        scene.stack.proxy.bill().secret_reads(),
        1,
        "the secret is read again once"
    );
    assert_eq!(scene.pause_of("repspark").as_deref(), Some("credentials_refused"));
    assert!(scene.stack.repspark.refused_logins() <= 2);
    let before = scene.stack.repspark.calls();
    for _ in 0..2 {
        scene.pass(6 * MINUTE);
        assert_eq!(scene.pull().await["outcome"], "paused");
        scene.recover().await;
        scene.sweep().await;
    }
    assert_eq!(
        scene.stack.repspark.calls(),
        before,
        "a paused vendor is left alone"
    );
    scene.pass(4 * MINUTE);
    fails(&scene, json!({})).await;
    assert!(scene.stack.repspark.refused_logins() <= 2);
    scene.put_repspark_keys("another-client", "another-environment");
    assert_eq!(scene.pull().await["outcome"], "paused");
    scene.pass(15 * MINUTE + Duration::from_secs(1));
    assert_eq!(scene.pull().await["outcome"], "pulled");
    assert_eq!(scene.pause_of("repspark"), None);
    scene.drain().await;
    scene.live(3).await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_were_rotated_on_both_sides_pause_nothing() {
    let scene = Scene::after_baseline().await;
    submit(&scene, [8001]);
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.put_repspark_keys("another-client", "another-environment");
    assert_eq!(scene.pull().await["new"], 1);
    assert_eq!(scene.pause_of("repspark"), None);
    assert_eq!(scene.stack.repspark.refused_logins(), 1);
    scene.end().await;
}
