//! `sweep-orders`: the retry clock's hand.

use std::time::Duration;

use bundle_tests::{Scene, order_key};
use host::Fault;
use serde_json::{Value, json};
use simulators::sample_order;

const IMPORT: &str = "erp-import-order";
const CONFIRM: &str = "repspark-confirm-order";
const SWEEP: &str = "sweep-orders";
const MINUTE: Duration = Duration::from_secs(60);

/// Hints to import that this tick gave.
fn hinted(report: &Value) -> u64 {
    report["hinted"]["import"].as_u64().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_hint_is_given_again_once_in_a_grace() {
    let scene = Scene::pulled(8001..=8003).await;
    let mut given = Vec::new();
    for _ in 0..46 {
        scene.purge(IMPORT);
        scene.pass(MINUTE);
        given.push(hinted(&scene.sweep().await));
    }
    assert_eq!(given.iter().sum::<u64>(), 9, "{given:?}");
    let ticks: Vec<usize> = (0..46).filter(|tick| given[*tick] > 0).collect();
    assert_eq!(ticks.len(), 3, "all of a grace at once: {given:?}");
    assert!(ticks.windows(2).all(|pair| pair[1] - pair[0] >= 15), "{ticks:?}");
    scene.drain().await;
    scene.pass(16 * MINUTE);
    scene.sweep().await;
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sweeps_at_once_give_one_hint() {
    let scene = Scene::pulled(8001..=8020).await;
    scene.purge(IMPORT);
    scene.pass(16 * MINUTE);
    let (one, other) = tokio::join!(scene.sweep(), scene.sweep());
    assert_eq!(hinted(&one) + hinted(&other), 20, "{one} {other}");
    assert_eq!(scene.waiting(IMPORT), 20);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_with_more_than_a_hundred_messages_gets_none() {
    let scene = Scene::pulled(8001..=8101).await;
    scene.pass(16 * MINUTE);
    assert_eq!(scene.waiting(IMPORT), 101);
    assert_eq!(hinted(&scene.sweep().await), 0);
    // One message less, and the next tick gives what stayed at the front.
    let queue = scene.mapping(IMPORT).queue;
    let one = scene.stack.sqs.receive_now(&queue, 1);
    scene.stack.sqs.delete(&queue, &one[0].receipt_handle).unwrap();
    assert_eq!(hinted(&scene.sweep().await), 101);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_tick_gives_at_most_two_thousand_hints_and_the_next_goes_on() {
    let scene = Scene::pulled(10_001..=12_300).await;
    scene.purge(IMPORT);
    scene.pass(16 * MINUTE);
    assert_eq!(hinted(&scene.sweep().await), 2_000);
    scene.purge(IMPORT);
    scene.pass(MINUTE);
    assert_eq!(hinted(&scene.sweep().await), 300);
    scene.end().await;
}

/// The ERP takes 50 of 5,000 orders in 20 minutes, more than a grace. Six times the sweep sees thousands of due steps whose
/// hints lie in the queue; were it to hint them, it would give its 2,000 each time. The rest of the backlog would add nothing but
/// time: the queue is full to its last hundred.
#[tokio::test(flavor = "multi_thread")]
async fn a_backlog_of_5000_with_a_slow_erp_costs_at_most_1_2_hints_per_step() {
    let scene = Scene::pulled(10_001..=15_000).await;
    assert_eq!(scene.waiting(IMPORT), 5_000);
    let mut hints = 5_000;
    for _ in 0..6 {
        for _ in 0..10 {
            scene.batch(IMPORT).await;
        }
        scene.pass(20 * MINUTE);
        hints += hinted(&scene.sweep().await);
    }
    assert!(hints <= 6_000, "{hints} hints for 5,000 imports");
    assert_eq!(scene.stack.erp.orders().len(), 300);
    assert_eq!(
        scene.waiting(IMPORT),
        4_700 + usize::try_from(hints).unwrap() - 5_000
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_whose_lease_ended_becomes_unknown_and_is_looked_up() {
    let scene = Scene::pulled([8001]).await;
    scene.break_all("erp", "PUT", Fault::KilledAfter);
    scene.batch(IMPORT).await;
    scene.mend();
    scene.pass(2 * MINUTE);
    scene.sweep().await;
    assert_eq!(scene.step(8001, "import"), "claimed");
    // A claim leaves the order's place in the index as it is (moving it costs two units): it is looked at when the
    // hint of its intake would be due again, a grace after it.
    scene.pass(14 * MINUTE);
    assert_eq!(hinted(&scene.sweep().await), 1);
    assert_eq!(scene.step(8001, "import"), "unknown");
    scene.drain().await;
    assert_eq!(scene.asked_erp("PUT sales-orders"), 1);
    scene.assert_valid_once(8001);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn held_and_stuck_orders_are_counted_and_named() {
    let scene = Scene::after_baseline().await;
    let mut wrong = sample_order(8001, 1);
    wrong["TotalUnits"] = json!(99_999);
    scene.stack.repspark.submit(wrong);
    scene.stack.repspark.submit(sample_order(8002, 1));
    scene.stack.erp.unknown_customer("nobody", true);
    scene.pull().await;
    scene.break_all("erp", "PUT", Fault::LostRequest);
    scene.drain().await;
    scene.mend();
    scene.stack.erp.maintenance(true);
    scene.pass(23 * 60 * MINUTE);
    let young = scene.sweep().await;
    assert_eq!(
        (&young["held"], &young["stuck"]),
        (&json!(1), &json!(0)),
        "{young}"
    );
    scene.pass(2 * 60 * MINUTE);
    let old = scene.sweep().await;
    assert_eq!((&old["held"], &old["stuck"]), (&json!(1), &json!(1)), "{old}");
    // Once by each of the two censuses.
    assert_eq!(scene.said(SWEEP, "order RS-ACME-8001 waits for a person"), 2);
    assert_eq!(scene.said(SWEEP, "order RS-ACME-8002 is stuck"), 1);
    assert_eq!(
        scene.said(SWEEP, "order RS-ACME-8001 is stuck"),
        0,
        "held ones are counted apart"
    );
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_of_a_later_release_stops_no_other() {
    let scene = Scene::pulled(8001..=8004).await;
    scene.purge(IMPORT);
    let mut newer = scene.item(&order_key(8002), "state").unwrap();
    newer["v"]["N"] = "99".into();
    scene.put_item(&newer);
    scene.pass(16 * MINUTE);
    let report = scene.sweep().await;
    assert_eq!((&report["unreadable"], hinted(&report)), (&json!(1), 3));
    scene.hint(IMPORT, 8002);
    scene.drain().await;
    for id in [8001, 8003, 8004] {
        scene.assert_valid_once(id);
    }
    assert_eq!(
        scene.item(&order_key(8002), "state"),
        Some(newer),
        "it is left as it is"
    );
    assert!(scene.stack.erp.orders_for(&order_key(8002)).is_empty());
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_paused_vendor_gets_one_hint_at_the_probe_and_the_rest_when_the_pause_is_lifted() {
    let scene = Scene::pulled(8001..=8003).await;
    scene.stack.erp.not_found_on_put(Some(404));
    // One order alone meets the refusal.
    let queue = scene.mapping(IMPORT).queue;
    scene.purge(IMPORT);
    scene.hint(IMPORT, 8001);
    scene.drain().await;
    assert!(scene.pause_of("erp").is_some());
    for _ in 0..14 {
        scene.pass(MINUTE);
        assert_eq!(hinted(&scene.sweep().await), 0);
    }
    scene.pass(2 * MINUTE);
    assert_eq!(hinted(&scene.sweep().await), 1, "one hint for the probe");
    assert_eq!(hinted(&scene.sweep().await), 1, "until the probe's turn is taken");
    scene.drain().await;
    assert!(scene.pause_of("erp").is_some());
    let puts = scene.asked_erp("PUT sales-orders");
    assert_eq!(puts, 2, "one probe");
    assert_eq!(hinted(&scene.sweep().await), 0);
    scene.stack.erp.not_found_on_put(None);
    let mut most = 0;
    for _ in 0..50 {
        scene.pass(MINUTE);
        let given = hinted(&scene.sweep().await);
        if scene.pause_of("erp").is_some() {
            most = most.max(given);
        }
        scene.drain().await;
    }
    assert!(most <= 1, "{most} hints for one probe");
    assert_eq!(scene.pause_of("erp"), None);
    assert_eq!(scene.stack.sqs.depths(&queue).total(), 0);
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_hints_to_confirm_are_given_again() {
    let scene = Scene::pulled(8001..=8003).await;
    while scene.batch(IMPORT).await > 0 {}
    scene.purge(CONFIRM);
    scene.pass(16 * MINUTE);
    assert_eq!(scene.sweep().await["hinted"]["confirm"], 3);
    scene.drain().await;
    (8001..=8003).for_each(|id| scene.assert_valid_once(id));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_finished_order_leaves_the_index_and_is_not_looked_at_again() {
    let scene = Scene::pulled([8001]).await;
    scene.drain().await;
    scene.pass(25 * 60 * MINUTE);
    let report = scene.sweep().await;
    assert_eq!((&report["looked"], &report["stuck"]), (&json!(0), &json!(0)));
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_queue_does_not_answer_its_orders_keep_their_place() {
    let scene = Scene::pulled([8001]).await;
    scene.purge(IMPORT);
    scene.pass(16 * MINUTE);
    scene.break_all("sqs", "", Fault::LostRequest);
    assert_eq!(hinted(&scene.sweep().await), 0);
    scene.mend();
    assert_eq!(hinted(&scene.sweep().await), 1, "at once, not a grace later");
    scene.drain().await;
    scene.assert_valid_once(8001);
    scene.end().await;
}

/// The metrics that a function said, each line as it is.
fn metrics(scene: &Scene, function: &str) -> Vec<Value> {
    let lines = scene.told(function).into_iter();
    lines.filter(|line| line.get("_aws").is_some()).collect()
}

/// Name, dimensions and value of a metric.
type Taken = (String, Vec<(String, String)>, u64);

/// What CloudWatch takes out of a line.
fn taken(line: &Value) -> Vec<Taken> {
    assert!(
        line["_aws"]["Timestamp"]
            .as_i64()
            .is_some_and(|ms| ms > 1_700_000_000_000)
    );
    let directive = &line["_aws"]["CloudWatchMetrics"][0];
    assert_eq!(directive["Namespace"], "OrderRelay");
    let names = directive["Dimensions"][0].as_array().unwrap().iter();
    let names = names.map(|name| name.as_str().unwrap());
    let dimensions: Vec<(String, String)> = names
        .map(|name| (name.to_owned(), line[name].as_str().unwrap().to_owned()))
        .collect();
    let each = directive["Metrics"].as_array().unwrap().iter().map(|metric| {
        let name = metric["Name"].as_str().unwrap();
        (name.to_owned(), dimensions.clone(), line[name].as_u64().unwrap())
    });
    each.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_census_counts_once_an_hour_all_that_is_open_held_stuck_and_quarantined() {
    let scene = Scene::after_baseline().await;
    let mut wrong = sample_order(8001, 1);
    wrong["TotalUnits"] = json!(99_999);
    scene.stack.repspark.submit(wrong);
    scene.stack.repspark.submit(sample_order(8002, 1));
    scene
        .stack
        .repspark
        .submit_raw(r#"{"OrderGuid":"x","StatusId":1}"#);
    scene.invoke("repspark-pull-orders", json!({})).await;
    scene.stack.erp.maintenance(true);
    scene.drain().await;
    let first = scene.sweep().await["census"].clone();
    let expected = json!({
        "complete": true, "open": 2, "held": 1, "held_by": {"import": {"totals_differ": 1}}, "stuck": 0, "old": 0,
        "unreadable": 0, "quarantined": 1, "movements_waiting": 0, "movements_stuck": 0, "paused": [],
        "oldest_s": first["oldest_s"],
    });
    assert_eq!(first, expected);
    for _ in 0..59 {
        scene.pass(MINUTE);
        assert_eq!(scene.sweep().await["census"], Value::Null);
    }
    scene.pass(24 * 60 * MINUTE);
    let next = scene.sweep().await["census"].clone();
    assert_eq!((&next["open"], &next["stuck"]), (&json!(2), &json!(1)));
    assert!(next["oldest_s"].as_u64().unwrap() > 86_400);
    assert_eq!(scene.said(SWEEP, "\"message\":\"census\""), 2);
    let said = metrics(&scene, SWEEP);
    assert_eq!(
        said.len(),
        20,
        "twice: the whole, and the held ones of each of nine steps"
    );
    let last: Vec<Taken> = said[10..].iter().flat_map(taken).collect();
    assert_gauges(&last);
    scene.end().await;
}

/// What the second census says of two open orders, one of them held and one stuck, and a quarantined record.
fn assert_gauges(last: &[Taken]) {
    let value = |name: &str| {
        last.iter()
            .find(|(metric, dimensions, _)| metric == name && dimensions.len() == 2)
            .map(|(.., value)| *value)
    };
    assert_eq!(
        [
            "OrdersOpen",
            "OrdersHeld",
            "OrdersStuck",
            "OrdersOld",
            "RecordsQuarantined",
            "VendorsPaused"
        ]
        .map(value),
        [Some(2), Some(1), Some(1), Some(0), Some(1), Some(0)]
    );
    let held_at = |step: &str| {
        let step = ("Step".to_owned(), step.to_owned());
        last.iter()
            .find(|(metric, dimensions, _)| metric == "OrdersHeld" && dimensions.contains(&step))
            .map(|(.., value)| *value)
    };
    assert_eq!(
        ["import", "confirm", "report", "review"].map(held_at),
        [Some(1), Some(0), Some(0), Some(0)]
    );
}

/// What hazard D10 asks for: an alarm on a name that nobody says, or with other dimensions, never rings.
#[tokio::test(flavor = "multi_thread")]
async fn a_stuck_order_of_a_paused_vendor_is_named_once_a_census_with_its_step_and_the_pause() {
    let scene = Scene::pulled([8001]).await;
    let pause = json!({"do": "pause", "vendor": "erp", "by": "ada", "why": "it is being updated"});
    scene.done("decide-order", pause).await;
    scene.purge(IMPORT);
    scene.sweep().await;
    scene.pass(25 * 60 * MINUTE);
    for _ in 0..30 {
        scene.sweep().await;
        scene.pass(MINUTE);
    }
    let words =
        "order RS-ACME-8001 is stuck: open for longer than it should; its import is due, and erp is paused";
    assert_eq!(scene.said(SWEEP, words), 1);
    scene.pass(60 * MINUTE);
    assert_eq!(scene.sweep().await["census"]["paused"], json!(["erp"]));
    assert_eq!(scene.said(SWEEP, words), 2);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pause_is_said_for_the_alarm_at_once_and_not_with_each_tick() {
    let scene = Scene::pulled([8001]).await;
    let paused = |scene: &Scene| -> Vec<u64> {
        let lines = metrics(scene, SWEEP).into_iter();
        lines.filter_map(|line| line["VendorsPaused"].as_u64()).collect()
    };
    scene.sweep().await;
    assert_eq!(paused(&scene), [0], "with the census");
    let pause = json!({"do": "pause", "vendor": "repspark", "by": "ada", "why": "it is being updated"});
    scene.done("decide-order", pause).await;
    for _ in 0..50 {
        scene.pass(MINUTE);
        scene.sweep().await;
    }
    assert_eq!(
        paused(&scene),
        [0, 1],
        "on the first tick that finds it, and not again"
    );
    let resume = json!({"do": "resume", "vendor": "repspark", "by": "ada", "why": "it is back"});
    scene.done("decide-order", resume).await;
    scene.pass(60 * MINUTE);
    scene.sweep().await;
    assert_eq!(paused(&scene), [0, 1, 0], "the next census says that it is over");
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_orders_are_named_fifty_at_most_and_all_counted() {
    let scene = Scene::pulled(8001..=8060).await;
    scene.purge(IMPORT);
    scene.pass(149 * 24 * 60 * MINUTE);
    assert_eq!(scene.sweep().await["census"]["old"], 0);
    scene.pass(2 * 24 * 60 * MINUTE);
    let census = scene.sweep().await["census"].clone();
    assert_eq!((&census["old"], &census["open"]), (&json!(60), &json!(60)));
    assert_eq!(scene.said(SWEEP, "before RepSpark's lists lose it"), 50);
    assert_eq!(scene.said(SWEEP, "\"step\":\"import\",\"days\":151"), 50);
    scene.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_census_that_can_t_see_everything_says_that_its_numbers_are_lower_bounds() {
    let scene = Scene::pulled(8001..=8010).await;
    scene.break_all("dynamodb", "Query", Fault::LostRequest);
    let census = scene.sweep().await["census"].clone();
    scene.mend();
    assert_eq!((&census["complete"], &census["open"]), (&json!(false), &json!(0)));
    assert_eq!(scene.said(SWEEP, "each number is a lower bound"), 1);
    scene.pass(60 * MINUTE);
    let next = scene.sweep().await["census"].clone();
    assert_eq!((&next["complete"], &next["open"]), (&json!(true), &json!(10)));
    scene.end().await;
}
