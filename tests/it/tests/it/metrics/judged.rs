//! What an order counts as: what was recorded of it in the end, or that nothing could be.

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::sample_order;

use super::{AT_CONFIRM, AT_IMPORT, CONFIRM, IMPORT, PULL, RECOVER, SECOND, errors, said, wrong};

const AT_REPORT: &[(&str, &str)] = &[("Step", "report")];
const NO_SECRET: &str = "[]";

/// Orders that the ERP has; the hints to confirm them wait.
async fn imported(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = Scene::pulled(ids).await;
    while scene.batch(IMPORT).await > 0 {}
    scene
}

fn put_secret(scene: &Scene, name: &str, text: &str) {
    let name = format!("/order-relay/ACME/local/{name}");
    scene.stack.proxy.put_secret(&name, text);
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_whose_import_cannot_begin_count_as_failed_and_stay_due() {
    let scene = Scene::pulled(8001..=8002).await;
    put_secret(&scene, "erp", NO_SECRET);
    scene.send(IMPORT, "garbage");
    assert_eq!(scene.batch(IMPORT).await, 3);
    assert_eq!(said(&scene, IMPORT, "StepsFailed", AT_IMPORT), [2]);
    assert_eq!(scene.waiting(IMPORT), 1, "only what is not ours comes again");
    (8001..=8002).for_each(|id| assert_eq!(scene.step(id, "import"), "due"));
    scene.end().await;

    let scene = Scene::pulled(8001..=8003).await;
    scene.put_item(&json!({
        "pk": {"S": "map#repspark"}, "sk": {"S": "current"}, "v": {"N": "1"}, "rev": {"N": "1"}, "w": {"S": "x"},
        "version": {"S": "0123456789abcdef"}, "by": {"S": "ada"}, "at": {"N": "1795255200000"},
    }));
    scene.batch(IMPORT).await;
    assert_eq!(said(&scene, IMPORT, "StepsFailed", AT_IMPORT), [3]);
    assert_eq!(
        (scene.waiting(IMPORT), scene.asked_erp("PUT sales-orders")),
        (0, 0)
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_whose_confirmation_cannot_begin_count_as_failed_and_stay_due() {
    let scene = imported(8001..=8002).await;
    put_secret(&scene, "repspark", NO_SECRET);
    scene.batch(CONFIRM).await;
    assert_eq!(said(&scene, CONFIRM, "StepsFailed", AT_CONFIRM), [2]);
    assert_eq!(
        (scene.waiting(CONFIRM), scene.step(8001, "confirm")),
        (0, "due".into())
    );
    scene.end().await;

    let scene = imported(8001..=8003).await;
    scene.put_item(&json!({
        "pk": {"S": "pause#repspark"}, "sk": {"S": "pause"}, "v": {"N": "1"}, "rev": {"N": "1"},
        "active": {"BOOL": true}, "since": {"N": "1795255200000"}, "reason": {"S": "credentials_refused"},
        "by": {"S": CONFIRM}, "next_probe": {"N": "1795255200000"},
    }));
    // The turn of the probe is the first thing that is written.
    scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
    scene.batch(CONFIRM).await;
    scene.mend();
    assert_eq!(said(&scene, CONFIRM, "StepsFailed", AT_CONFIRM), [3]);
    assert_eq!(scene.step(8001, "confirm"), "due");
    scene.end().await;
}

/// From the moment at which a POST stands before RepSpark, nothing is recorded.
async fn post_that_cannot_be_recorded(scene: &Scene) {
    scene.stack.repspark.hold_confirmations(true);
    let breaks = async {
        scene.stack.repspark.wait_for_posts(1).await;
        scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
        scene.stack.repspark.hold_confirmations(false);
    };
    tokio::join!(scene.batch(CONFIRM), breaks);
    scene.mend();
}

/// RepSpark's numbers in the lines that say that something is not recorded, by order and step.
fn numbers_not_recorded(scene: &Scene) -> Vec<(String, String)> {
    let lines = scene.told(CONFIRM).into_iter();
    let failed = lines.filter(|line| {
        line["message"]
            .as_str()
            .is_some_and(|says| says.starts_with("not recorded"))
    });
    failed
        .map(|line| {
            let numbers = line["vendor.ref"].as_str().unwrap_or_default();
            let (transaction, batch) = numbers.split_once('/').unwrap_or_default();
            assert!(
                transaction.parse::<u64>().is_ok() && batch.parse::<u64>().is_ok(),
                "{line}"
            );
            let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
            (text("order.id"), text("step"))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn repsparks_numbers_of_what_it_took_are_in_the_line_that_says_that_it_is_not_recorded() {
    let scene = imported(8001..=8002).await;
    post_that_cannot_be_recorded(&scene).await;
    let of = |id: u64, step: &str| (order_key(id), step.to_owned());
    assert_eq!(
        numbers_not_recorded(&scene),
        [of(8001, "confirm"), of(8002, "confirm")]
    );
    assert_eq!(said(&scene, CONFIRM, "StepsFailed", AT_CONFIRM), [2]);
    scene.live(4).await;
    (8001..=8002).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;

    let scene = refused([8001]).await;
    post_that_cannot_be_recorded(&scene).await;
    assert_eq!(numbers_not_recorded(&scene), [of(8001, "report")]);
    assert_eq!(said(&scene, CONFIRM, "StepsFailed", AT_REPORT), [1]);
    scene.end().await;
}

/// Orders that the ERP refused; the hints to report that wait.
async fn refused(ids: impl IntoIterator<Item = u64>) -> Scene {
    let scene = Scene::with(&[("ReportRefusals", "true")]).await;
    scene.done(PULL, json!({"baseline": true})).await;
    scene.stack.erp.unknown_customer("C-NOBODY", true);
    for id in ids {
        let mut order = sample_order(id, 1);
        order["CustomerCode"] = "C-NOBODY".into();
        order["Customer"]["CustomerCode"] = "C-NOBODY".into();
        scene.stack.repspark.submit(order);
    }
    scene.pull().await;
    while scene.batch(IMPORT).await > 0 {}
    scene.sweep().await;
    scene
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_is_given_up_counts_by_its_call_and_as_no_step() {
    let scene = refused([8001]).await;
    scene.stack.repspark.reject_confirmation(8001, "InvalidInput");
    scene.drain().await;
    assert_eq!(scene.step(8001, "report"), "discarded");
    assert_eq!(errors(&scene, CONFIRM, "repspark", "refused"), 1);
    for metric in ["StepsDone", "StepsHeld", "StepsLater", "StepsFailed"] {
        assert!(said(&scene, CONFIRM, metric, AT_REPORT).is_empty(), "{metric}");
    }
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_a_review_keeps_back_counts_as_held_and_not_as_due_again() {
    let scene = imported([8001]).await;
    scene.break_all("repspark", "POST", Fault::LostRequest);
    scene.batch(CONFIRM).await;
    scene.mend();
    assert_eq!(said(&scene, CONFIRM, "StepsLater", AT_CONFIRM), [1]);
    // It comes again with other content while nobody knows whether its number was taken.
    let mut changed = sample_order(8001, 1);
    changed["PurchaseOrder"] = "PO-OTHER-1".into();
    scene.stack.repspark.resubmit(8001, changed);
    scene.pull().await;
    assert_eq!(scene.held(8001, "review"), "changed_after_import");
    assert_eq!(scene.step(8001, "confirm"), "unknown");
    scene.pass(61 * SECOND);
    scene.hint(CONFIRM, 8001);
    scene.batch(CONFIRM).await;
    assert_eq!(scene.held(8001, "confirm"), "changed_after_import");
    assert_eq!(said(&scene, CONFIRM, "StepsHeld", AT_CONFIRM), [1]);
    assert_eq!(
        said(&scene, CONFIRM, "StepsLater", AT_CONFIRM),
        [1],
        "no second one"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_to_valid_leaves_out_orders_that_a_person_adopted_or_keyed() {
    let scene = Scene::start().await;
    scene.stack.repspark.put(7001, sample_order(7001, 1), 2);
    scene.done(PULL, json!({"baseline": true})).await;
    scene.pass(86_400 * SECOND);
    let person = |mut event: Value| {
        event["by"] = "ada".into();
        event["why"] = "it was never imported".into();
        event
    };
    let adopt = person(json!({"do": "adopt", "order": "7001"}));
    scene.done("decide-order", adopt).await;
    scene.stack.repspark.submit(wrong(8001));
    scene.stack.repspark.submit(sample_order(8002, 1));
    scene.pull().await;
    scene.drain().await;
    let keyed = person(json!({"do": "complete", "order": "8001", "step": "import", "reference": "SO900001"}));
    scene.done("decide-order", keyed).await;
    scene.sweep().await;
    scene.drain().await;
    scene.sweep().await;
    scene.drain().await;
    for id in [7001, 8001, 8002] {
        assert_eq!(scene.step(id, "confirm"), "done", "{id}");
    }
    let done: u64 = said(&scene, CONFIRM, "StepsDone", AT_CONFIRM).iter().sum();
    let seconds = said(&scene, CONFIRM, "SecondsToDone", AT_CONFIRM);
    assert_eq!(done, 3);
    assert!(matches!(seconds[..], [since] if since < 3_600), "{seconds:?}");
    let seconds = said(&scene, IMPORT, "SecondsToDone", AT_IMPORT);
    assert!(matches!(seconds[..], [since] if since < 3_600), "{seconds:?}");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_comparison_that_dies_after_its_balance_has_said_it_once() {
    let scene = Scene::start().await;
    scene.stack.repspark.put(7001, sample_order(7001, 1), 2);
    scene.done(PULL, json!({"baseline": true})).await;
    let broken = r#"{"OrderId":8001,"StatusId":oops,"OrderItems":[]}"#;
    scene.stack.repspark.submit_raw(broken);
    assert_eq!(scene.pull().await["quarantined"], 1);
    scene.break_all("repspark", "GET order orderId", Fault::KilledAfter);
    scene.invoke(RECOVER, json!({"now": true})).await;
    scene.mend();
    assert_eq!(said(&scene, RECOVER, "BalanceOpen", &[]), [1]);
    assert_eq!(said(&scene, RECOVER, "ForeignWaiting", &[]), [1]);
    scene.done(RECOVER, json!({"now": true})).await;
    assert_eq!(said(&scene, RECOVER, "BalanceOpen", &[]), [1, 1]);
    scene.end().await;
}
