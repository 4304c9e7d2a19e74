//! What the functions say in metrics, and in the lines that a dashboard reads.

mod judged;
mod of_ecat;

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use lambda_runner::Outcome;
use serde_json::{Value, json};
use simulators::sample_order;

const PULL: &str = "repspark-pull-orders";
const RECOVER: &str = "repspark-recover-orders";
const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const SWEEP: &str = "sweep-orders";
const AT_IMPORT: &[(&str, &str)] = &[("Step", "import")];
const AT_CONFIRM: &[(&str, &str)] = &[("Step", "confirm")];
const OF_REPSPARK: &[(&str, &str)] = &[("Vendor", "repspark")];
const SECOND: Duration = Duration::from_secs(1);

/// The values that a function said of a metric with these dimensions beside brand and stage, and no others.
fn said(scene: &Scene, function: &str, metric: &str, of: &[(&str, &str)]) -> Vec<u64> {
    let all = [&[("Brand", "ACME"), ("Stage", "local")], of].concat();
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let lines = scene.told(function).into_iter();
    let ours = lines.filter(|line| {
        let about = &line["_aws"]["CloudWatchMetrics"][0];
        about["Dimensions"] == json!([names]) && all.iter().all(|(name, value)| line[*name] == *value)
    });
    let values = ours.filter_map(|line| line.get(metric).cloned());
    values
        .flat_map(|value| match value {
            Value::Array(many) => many,
            one => vec![one],
        })
        .map(|value| value.as_u64().unwrap())
        .collect()
}

/// How many calls of a vendor a function counted as failed in this way.
fn errors(scene: &Scene, function: &str, vendor: &str, class: &str) -> u64 {
    let of = [("Vendor", vendor), ("Class", class)];
    said(scene, function, "VendorErrors", &of).iter().sum()
}

/// How many lines of metrics a function printed.
fn printed(scene: &Scene, function: &str) -> usize {
    let lines = scene.told(function).into_iter();
    lines.filter(|line| line.get("_aws").is_some()).count()
}

/// An order whose totals do not add up.
fn wrong(id: u64) -> Value {
    let mut order = sample_order(id, 1);
    order["TotalUnits"] = json!(99_999);
    order
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clean_order_is_counted_once_by_each_function_and_a_baseline_is_no_pull() {
    let scene = Scene::pulled([8001]).await;
    scene.pass(40 * SECOND);
    scene.drain().await;
    scene.assert_valid_once(8001);
    assert_eq!(said(&scene, PULL, "OrdersPulled", OF_REPSPARK), [1]);
    assert_eq!(said(&scene, PULL, "PullsDone", OF_REPSPARK), [1]);
    for (function, of) in [(IMPORT, AT_IMPORT), (CONFIRM, AT_CONFIRM)] {
        assert_eq!(said(&scene, function, "StepsDone", of), [1]);
        let seconds = said(&scene, function, "SecondsToDone", of);
        assert!(
            matches!(seconds[..], [since] if since >= 40),
            "{function}: {seconds:?}"
        );
        assert_eq!(printed(&scene, function), 1, "one line, and nothing else in it");
    }
    assert_eq!(printed(&scene, PULL), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeated_delivery_of_what_is_done_counts_nothing() {
    let scene = Scene::pulled([8001]).await;
    scene.drain().await;
    let before = [IMPORT, CONFIRM].map(|function| printed(&scene, function));
    for function in [IMPORT, CONFIRM] {
        scene.hint(function, 8001);
        assert_eq!(scene.batch(function).await, 1);
    }
    assert_eq!(
        [IMPORT, CONFIRM].map(|function| printed(&scene, function)),
        before
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_is_held_counts_once_whether_before_its_call_or_because_of_it() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(wrong(8001));
    let mut of_nobody = sample_order(8002, 1);
    of_nobody["CustomerCode"] = "C-NOBODY".into();
    of_nobody["Customer"]["CustomerCode"] = "C-NOBODY".into();
    scene.stack.repspark.submit(of_nobody);
    scene.stack.erp.unknown_customer("C-NOBODY", true);
    scene.pull().await;
    for _ in 0..2 {
        scene.drain().await;
        [8001, 8002].iter().for_each(|id| scene.hint(IMPORT, *id));
    }
    scene.drain().await;
    let held = said(&scene, IMPORT, "StepsHeld", AT_IMPORT);
    assert_eq!(held.iter().sum::<u64>(), 2, "{held:?}");
    assert_eq!(errors(&scene, IMPORT, "erp", "refused"), 1);
    scene.stack.repspark.submit(sample_order(8003, 1));
    scene.stack.repspark.reject_confirmation(8003, "InvalidInput");
    scene.pull().await;
    scene.drain().await;
    assert_eq!(said(&scene, CONFIRM, "StepsHeld", AT_CONFIRM), [1]);
    assert_eq!(errors(&scene, CONFIRM, "repspark", "refused"), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_counted_as_one_of_credentials_and_the_order_as_due_again() {
    let scene = Scene::pulled([8001]).await;
    scene.stack.erp.set_token("another-token");
    scene.batch(IMPORT).await;
    assert_eq!(errors(&scene, IMPORT, "erp", "credentials"), 1);
    assert_eq!(said(&scene, IMPORT, "StepsLater", AT_IMPORT), [1]);
    scene
        .stack
        .repspark
        .set_keys("another-client", "another-environment");
    scene.invoke(PULL, json!({})).await;
    assert_eq!(errors(&scene, PULL, "repspark", "credentials"), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_way_in_which_a_call_fails_has_its_class() {
    let scene = Scene::after_baseline().await;
    let rows = [
        (8001, Fault::Throttled, "throttled", 1),
        (8002, Fault::ServerError, "unavailable", 1),
        (8003, Fault::LostReply, "no_answer", 1),
        (8004, Fault::CutBody, "no_answer", 2),
    ];
    for (id, fault, class, so_many) in rows {
        scene.stack.repspark.submit(sample_order(id, 1));
        scene.pull().await;
        scene.break_all("erp", "PUT", fault);
        scene.batch(IMPORT).await;
        scene.mend();
        assert_eq!(errors(&scene, IMPORT, "erp", class), so_many, "{fault:?}");
    }
    assert_eq!(said(&scene, IMPORT, "StepsLater", AT_IMPORT), [1, 1, 1, 1]);
    scene.stack.erp.garbage_200(1);
    scene.stack.repspark.submit(sample_order(8005, 1));
    scene.pull().await;
    scene.batch(IMPORT).await;
    assert_eq!(errors(&scene, IMPORT, "erp", "unclear"), 1);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_confirmation_that_fails_is_counted_by_call_and_by_order() {
    let scene = Scene::pulled(8001..=8003).await;
    while scene.batch(IMPORT).await > 0 {}
    scene.break_all("repspark", "POST", Fault::Throttled);
    scene.batch(CONFIRM).await;
    scene.mend();
    assert_eq!(errors(&scene, CONFIRM, "repspark", "throttled"), 1);
    assert_eq!(said(&scene, CONFIRM, "StepsLater", AT_CONFIRM), [3]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_sent_again_after_a_probe_counts_as_done_and_not_as_due_too() {
    let scene = Scene::pulled([8001]).await;
    scene.break_all("erp", "PUT", Fault::LostRequest);
    scene.batch(IMPORT).await;
    scene.mend();
    assert_eq!(said(&scene, IMPORT, "StepsLater", AT_IMPORT), [1]);
    scene.pass(120 * SECOND);
    scene.drain().await;
    scene.assert_valid_once(8001);
    assert_eq!(said(&scene, IMPORT, "StepsLater", AT_IMPORT), [1]);
    assert_eq!(said(&scene, IMPORT, "StepsDone", AT_IMPORT), [1]);
    assert_eq!(
        errors(&scene, IMPORT, "erp", "no_answer"),
        1,
        "not there is an answer"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pull_that_breaks_off_is_not_counted_as_done_and_an_empty_one_is() {
    let scene = Scene::after_baseline().await;
    for id in [8001, 8002] {
        scene.stack.repspark.submit(sample_order(id, 1));
    }
    let first = sample_order(8001, 1).to_string().len();
    scene.stack.repspark.cut_body_after(first + 100);
    assert_eq!(scene.pull().await["complete"], false);
    assert_eq!(said(&scene, PULL, "OrdersPulled", OF_REPSPARK), [1]);
    assert!(said(&scene, PULL, "PullsDone", OF_REPSPARK).is_empty());
    assert_eq!(errors(&scene, PULL, "repspark", "no_answer"), 1);
    scene.pull().await;
    assert_eq!(said(&scene, PULL, "PullsDone", OF_REPSPARK), [1]);
    assert_eq!(
        said(&scene, PULL, "OrdersPulled", OF_REPSPARK),
        [1],
        "there was none"
    );
    scene.pass(120 * SECOND);
    assert_eq!(scene.recover().await["recovered"], 1);
    assert_eq!(
        said(&scene, RECOVER, "OrdersPulled", OF_REPSPARK),
        [1],
        "the other one"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invocation_that_fails_says_what_it_counted() {
    let scene = Scene::after_baseline().await;
    scene.break_all("repspark", "GET", Fault::ServerError);
    let invocation = scene.invoke(PULL, json!({})).await;
    scene.mend();
    assert!(!matches!(invocation.outcome, Outcome::Ok(_)), "{invocation:?}");
    assert_eq!(errors(&scene, PULL, "repspark", "unavailable"), 1);
    assert!(said(&scene, PULL, "PullsDone", OF_REPSPARK).is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_recorded_is_counted_once_an_order() {
    // The first import keeps the field map, without which none is begun.
    let scene = Scene::pulled([8000]).await;
    scene.drain().await;
    for id in [8001, 8002] {
        scene.stack.repspark.submit(sample_order(id, 1));
    }
    scene.pull().await;
    scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
    scene.batch(IMPORT).await;
    scene.mend();
    assert_eq!(said(&scene, IMPORT, "StepsFailed", AT_IMPORT), [2]);
    scene.live(4).await;
    (8001..=8002).for_each(|id| scene.assert_valid_once(id));

    scene.stack.repspark.submit(sample_order(8003, 1));
    scene.pull().await;
    while scene.batch(IMPORT).await > 0 {}
    scene.break_all("dynamodb", "PutItem", Fault::LostRequest);
    scene.batch(CONFIRM).await;
    scene.mend();
    assert_eq!(said(&scene, CONFIRM, "StepsFailed", AT_CONFIRM), [1]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn foreign_orders_wait_until_somebody_decides_and_only_a_whole_comparison_counts_them() {
    let scene = Scene::start().await;
    for id in [7001, 7002] {
        scene.stack.repspark.put(id, sample_order(id, 1), 2);
    }
    scene.done(PULL, json!({"baseline": true})).await;
    scene.stack.repspark.cut_body_after(200);
    scene.done(RECOVER, json!({"now": true})).await;
    assert!(said(&scene, RECOVER, "ForeignWaiting", &[]).is_empty());
    assert_eq!(said(&scene, RECOVER, "BalanceOpen", &[]), [1]);
    scene.done(RECOVER, json!({"now": true})).await;
    assert_eq!(said(&scene, RECOVER, "ForeignWaiting", &[]), [2]);
    let adopt = json!({"do": "adopt", "order": "7001", "by": "ada", "why": "it was never imported"});
    scene.done("decide-order", adopt).await;
    scene.done(RECOVER, json!({"now": true})).await;
    assert_eq!(said(&scene, RECOVER, "ForeignWaiting", &[]), [2, 1]);
    assert_eq!(said(&scene, RECOVER, "BalanceOpen", &[]), [1, 0, 0]);
    scene.end().await;
}

/// The lines of the sweep that name what is held.
fn held_lines(scene: &Scene) -> Vec<Value> {
    let lines = scene.told(SWEEP).into_iter();
    lines.filter(|line| line["what"] == "held").collect()
}

/// The last line of a census.
fn census_line(scene: &Scene) -> Value {
    let mut lines = scene.told(SWEEP).into_iter();
    lines.rfind(|line| line["what"] == "census").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_census_names_each_held_step_once() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(wrong(8001));
    scene.stack.repspark.submit(sample_order(8002, 1));
    scene.pull().await;
    scene.drain().await;
    for _ in 0..30 {
        scene.sweep().await;
        scene.pass(60 * SECOND);
    }
    let named = held_lines(&scene);
    let [line] = &named[..] else {
        panic!("{named:?}");
    };
    let age = line["age_s"].clone();
    let expected = json!({
        "level": "INFO", "what": "held", "order.id": "RS-ACME-8001", "step": "import", "code": "totals_differ", "age_s": age,
        "message": "order RS-ACME-8001 waits for a person: its import is held as totals_differ",
    });
    assert!(age.is_u64());
    assert_eq!(*line, expected);
    assert_eq!(census_line(&scene)["held_not_named"], 0);
    scene.pass(40 * 60 * SECOND);
    scene.sweep().await;
    assert_eq!(held_lines(&scene).len(), 2, "the next census names it again");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_held_steps_are_named_and_the_rest_is_counted() {
    let scene = Scene::after_baseline().await;
    scene.stack.repspark.submit(wrong(8001));
    scene.pull().await;
    scene.drain().await;
    let state = scene.item(&order_key(8001), "state").unwrap();
    for id in 8002..=8503 {
        let mut copy = state.clone();
        copy["pk"] = json!({ "S": order_key(id) });
        scene.put_item(&copy);
    }
    scene.sweep().await;
    assert_eq!(held_lines(&scene).len(), 500);
    assert_eq!(census_line(&scene)["held_not_named"], 3);
    assert_eq!(said(&scene, SWEEP, "OrdersHeld", AT_IMPORT), [503]);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_lines_of_an_effect_name_the_order_the_step_the_vendors_number_and_how_long_it_took() {
    let scene = Scene::pulled([8001]).await;
    scene.drain().await;
    for (function, message) in [(IMPORT, "imported"), (CONFIRM, "confirmed")] {
        let mut lines = scene.told(function).into_iter();
        let line = lines.find(|line| line["message"] == message).unwrap();
        assert_eq!(line["order.id"], "RS-ACME-8001");
        assert!(line["step"].is_string() && line["duration_ms"].is_u64(), "{line}");
        let number = line["vendor.ref"].as_str().unwrap();
        assert!(!number.is_empty(), "{line}");
    }
    scene.end().await;
}
