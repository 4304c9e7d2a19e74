use std::collections::BTreeSet;

use order_model::{ContentHash, Pace, Pinned, RawRef, Step};
use serde_json::{Value, json};

use super::*;

const NOW: Millis = Millis(1_795_255_200_000);

fn metrics() -> Metrics {
    Metrics::new(Settings::of(&|name| match name {
        "BRAND" => Some("Acme".to_owned()),
        "STAGE" => Some("dev".to_owned()),
        _ => None,
    }))
    .unwrap()
}

fn said(metrics: &Metrics) -> Vec<Value> {
    let lines = metrics.take(NOW);
    lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// An order that was first seen so long ago.
fn order(id: u32, ago: Duration) -> OrderState {
    let raw = RawRef {
        hash: "00".to_owned(),
        chunks: 1,
    };
    let pace = Pace {
        grace: Duration::from_secs(900),
        skew: Duration::from_secs(10),
    };
    let key = OrderKey::new(format!("RS-ACME-{id}")).unwrap();
    let seen = Millis(NOW.0 - i64::try_from(ago.as_millis()).unwrap());
    let mut order = OrderState::taken(key, raw, seen, pace);
    order.pinned = Some(Pinned {
        map: "1".to_owned(),
        hash: ContentHash::from_bytes([0; 32]),
        custom: None,
    });
    order
}

/// The order once this step of it is in that state.
fn with(order: &OrderState, step: StepName, state: StepState) -> OrderState {
    let mut order = order.clone();
    order.steps.insert(step, Step::fresh(state));
    order
}

fn done() -> StepState {
    StepState::Done {
        reference: None,
        at: NOW,
    }
}

fn due() -> StepState {
    StepState::due_by_hand(NOW)
}

fn held() -> StepState {
    StepState::Held {
        code: "changed_after_import".to_owned(),
        at: NOW,
    }
}

/// The format's specification: a dimension set names members of the root, and so does each metric.
#[test]
fn a_line_is_what_the_embedded_metric_format_asks_for() {
    let metrics = metrics();
    metrics.count(Metric::OldestOpenSeconds, 90);
    metrics.count(Metric::OrdersOpen, 12);
    let expected = json!({
        "_aws": {
            "Timestamp": 1_795_255_200_000_i64,
            "CloudWatchMetrics": [{
                "Namespace": "OrderRelay",
                "Dimensions": [["Brand", "Stage"]],
                "Metrics": [
                    { "Name": "OrdersOpen", "Unit": "Count" },
                    { "Name": "OldestOpenSeconds", "Unit": "Seconds" },
                ],
            }],
        },
        "Brand": "Acme",
        "Stage": "dev",
        "OrdersOpen": 12,
        "OldestOpenSeconds": 90,
    });
    assert_eq!(said(&metrics), [expected]);
    assert!(said(&metrics).is_empty(), "the next invocation begins anew");
}

/// The closed list of names and dimension sets, as the alarms and the dashboard know it.
#[test]
fn each_metric_comes_with_its_own_dimensions() {
    let (step, vendor) = (StepName::Confirm, Vendor::RepSpark);
    let rows: [(Metric, &str, &[&str]); 25] = [
        (Metric::OrdersOpen, "OrdersOpen", &[]),
        (Metric::OrdersHeld, "OrdersHeld", &[]),
        (Metric::OrdersStuck, "OrdersStuck", &[]),
        (Metric::OrdersOld, "OrdersOld", &[]),
        (Metric::RecordsQuarantined, "RecordsQuarantined", &[]),
        (Metric::OldestOpenSeconds, "OldestOpenSeconds", &[]),
        (Metric::VendorsPaused, "VendorsPaused", &[]),
        (Metric::BalanceOpen, "BalanceOpen", &[]),
        (Metric::ForeignWaiting, "ForeignWaiting", &[]),
        (Metric::MovementsWaiting, "MovementsWaiting", &[]),
        (Metric::MovementsStuck, "MovementsStuck", &[]),
        (Metric::MovementsApplied, "MovementsApplied", &[]),
        (Metric::OrdersHeldAt(step), "OrdersHeld", &["Step"]),
        (Metric::StepsDone(step), "StepsDone", &["Step"]),
        (Metric::StepsHeld(step), "StepsHeld", &["Step"]),
        (Metric::StepsLater(step), "StepsLater", &["Step"]),
        (Metric::StepsFailed(step), "StepsFailed", &["Step"]),
        (Metric::SecondsToDone(step), "SecondsToDone", &["Step"]),
        (Metric::OrdersPulled(vendor), "OrdersPulled", &["Vendor"]),
        (Metric::PullsDone(vendor), "PullsDone", &["Vendor"]),
        (Metric::OrdersNotMarked(vendor), "OrdersNotMarked", &["Vendor"]),
        (Metric::ReportsRead(vendor), "ReportsRead", &["Vendor"]),
        (Metric::ReportsLeft(vendor), "ReportsLeft", &["Vendor"]),
        (
            Metric::ReportsUnreadable(vendor),
            "ReportsUnreadable",
            &["Vendor"],
        ),
        (
            Metric::VendorErrors(vendor, FaultClass::NoAnswer),
            "VendorErrors",
            &["Vendor", "Class"],
        ),
    ];
    let values = [
        ("Step", "confirm"),
        ("Vendor", "repspark"),
        ("Class", "no_answer"),
    ];
    for (metric, name, own) in rows {
        let metrics = metrics();
        metrics.count(metric, 3);
        let line = &said(&metrics)[0];
        let about = &line["_aws"]["CloudWatchMetrics"][0];
        let dimensions: Vec<&str> = ["Brand", "Stage"].iter().chain(own).copied().collect();
        assert_eq!(about["Dimensions"], json!([dimensions]), "{metric:?}");
        assert_eq!(
            (&about["Metrics"][0]["Name"], &line[name]),
            (&json!(name), &json!(3))
        );
        for (dimension, value) in values {
            let expected = own.contains(&dimension).then_some(value);
            assert_eq!(line[dimension].as_str(), expected, "{metric:?}");
        }
    }
}

#[test]
fn counts_are_added_up_and_said_only_above_zero_and_gauges_always_with_their_last_value() {
    let metrics = metrics();
    for new in [2, 0, 3] {
        metrics.count(Metric::OrdersPulled(Vendor::RepSpark), new);
    }
    metrics.count(Metric::PullsDone(Vendor::Erp), 0);
    metrics.count(Metric::OrdersNotMarked(Vendor::Ecat), 0);
    metrics.count(Metric::ReportsLeft(Vendor::Spreadshirt), 0);
    metrics.count(Metric::MovementsApplied, 0);
    for paused in [2, 0] {
        metrics.count(Metric::VendorsPaused, paused);
    }
    for waiting in [3, 0] {
        metrics.count(Metric::MovementsWaiting, waiting);
    }
    let lines = said(&metrics);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["VendorsPaused"], 0);
    assert_eq!(lines[0]["MovementsWaiting"], 0);
    assert_eq!(lines[0].get("MovementsApplied"), None);
    assert_eq!(lines[1]["OrdersPulled"], 5);
}

/// A pull marks part by part, so that it may fail more than once.
#[test]
fn what_two_sources_say_stands_in_lines_of_their_own() {
    let metrics = metrics();
    for vendor in [Vendor::RepSpark, Vendor::Ecat] {
        metrics.count(Metric::PullsDone(vendor), 1);
    }
    for not_marked in [100, 0, 7] {
        metrics.count(Metric::OrdersNotMarked(Vendor::Ecat), not_marked);
    }
    let lines = said(&metrics);
    let told = |line: &Value| {
        (
            line["Vendor"].clone(),
            line["PullsDone"].clone(),
            line["OrdersNotMarked"].clone(),
        )
    };
    let told: Vec<_> = lines.iter().map(told).collect();
    assert_eq!(
        told,
        [
            (json!("repspark"), json!(1), Value::Null),
            (json!("ecat"), json!(1), json!(107)),
        ]
    );
}

/// Says what was recorded of a step.
fn record(metrics: &Metrics, order: &OrderState, step: StepName, state: StepState) {
    metrics.recorded(&with(order, step, state), step, NOW);
}

#[test]
fn an_order_counts_once_with_what_came_of_its_step_in_the_end() {
    let metrics = metrics();
    let (first, second) = (
        order(1, Duration::from_secs(40)),
        order(2, Duration::from_secs(50)),
    );
    for state in [due(), done()] {
        record(&metrics, &first, StepName::Import, state);
    }
    record(&metrics, &second, StepName::Import, due());
    metrics.unrecorded(&second.key, StepName::Import);
    record(&metrics, &first, StepName::Report, done());
    record(&metrics, &second, StepName::Confirm, held());
    for order in [&first, &second] {
        metrics.unrecorded_unless_said(&order.key, StepName::Confirm);
    }
    let lines = said(&metrics);
    let of = |step: &str| lines.iter().find(|line| line["Step"] == step).unwrap();
    let import = of("import");
    assert_eq!(
        (
            &import["StepsDone"],
            &import["SecondsToDone"],
            &import["StepsFailed"]
        ),
        (&json!(1), &json!(40), &json!(1))
    );
    assert_eq!(import.get("StepsLater"), None);
    assert_eq!(
        (&of("confirm")["StepsHeld"], &of("confirm")["StepsFailed"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(of("report")["StepsDone"], 1);
    assert_eq!(of("report").get("SecondsToDone"), None);
}

#[test]
fn a_step_that_was_given_up_for_good_counts_as_nothing() {
    let metrics = metrics();
    let order = order(1, Duration::ZERO);
    for state in [due(), StepState::Discarded] {
        record(&metrics, &order, StepName::Report, state);
    }
    assert!(said(&metrics).is_empty());
}

#[test]
fn the_time_to_done_says_nothing_of_an_order_that_a_person_adopted_let_go_or_keyed() {
    let clean = order(1, Duration::from_secs(40));
    let mut let_go = order(2, Duration::from_secs(50));
    let_go.waived = true;
    let mut keyed = order(3, Duration::from_secs(60));
    keyed.pinned = None;
    let mut foreign = order(4, Duration::from_secs(70));
    foreign.admission = Admission::Foreign;
    let metrics = metrics();
    for order in [clean, let_go, keyed, foreign] {
        record(&metrics, &order, StepName::Confirm, done());
    }
    let line = &said(&metrics)[0];
    assert_eq!(
        (&line["StepsDone"], &line["SecondsToDone"]),
        (&json!(4), &json!(40))
    );
}

#[test]
fn gauges_that_are_said_at_once_are_not_said_again_and_take_no_count_with_them() {
    let metrics = metrics();
    metrics.count(Metric::BalanceOpen, 0);
    metrics.count(Metric::OrdersPulled(Vendor::RepSpark), 2);
    metrics.say_gauges();
    metrics.count(Metric::OrdersPulled(Vendor::RepSpark), 1);
    let lines = said(&metrics);
    let [line] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!(line["OrdersPulled"], 3);
}

#[test]
fn more_than_a_hundred_values_take_more_than_one_line_and_counts_stand_in_the_first() {
    let metrics = metrics();
    for id in 1..=250 {
        let order = order(id, Duration::from_secs(u64::from(id)));
        record(&metrics, &order, StepName::Confirm, done());
    }
    let lines = said(&metrics);
    let lengths: Vec<usize> = lines
        .iter()
        .map(|line| line["SecondsToDone"].as_array().unwrap().len())
        .collect();
    assert_eq!(lengths, [100, 100, 50]);
    let counts: Vec<Option<u64>> = lines.iter().map(|line| line["StepsDone"].as_u64()).collect();
    assert_eq!(counts, [Some(250), None, None]);
    let seconds: BTreeSet<u64> = lines
        .iter()
        .flat_map(|line| line["SecondsToDone"].as_array().unwrap())
        .map(|seconds| seconds.as_u64().unwrap())
        .collect();
    assert_eq!(seconds, (1..=250).collect());
}

#[test]
fn each_class_of_failed_calls_has_a_line_of_its_own() {
    let metrics = metrics();
    for class in [FaultClass::Throttled, FaultClass::NoAnswer, FaultClass::Throttled] {
        metrics.failed(Vendor::Erp, Some(class));
    }
    metrics.failed(Vendor::Erp, None);
    let lines = said(&metrics);
    let counted: Vec<(&str, u64)> = lines
        .iter()
        .map(|line| {
            (
                line["Class"].as_str().unwrap(),
                line["VendorErrors"].as_u64().unwrap(),
            )
        })
        .collect();
    assert_eq!(counted, [("throttled", 2), ("no_answer", 1)]);
}

#[test]
fn what_was_counted_before_a_panic_is_said_and_not_left_to_the_next_invocation() {
    let metrics = metrics();
    let end = metrics.until_the_end();
    metrics.count(Metric::PullsDone(Vendor::RepSpark), 1);
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _end = end;
        panic!("as a handler might");
    }));
    assert!(ended.is_err());
    assert!(said(&metrics).is_empty());
}
