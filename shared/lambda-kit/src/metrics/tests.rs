use std::collections::BTreeSet;

use order_model::{Pace, RawRef};
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
    let key = ErpKey::new(format!("RS-ACME-{id}")).unwrap();
    OrderState::taken(
        key,
        raw,
        Millis(NOW.0 - i64::try_from(ago.as_millis()).unwrap()),
        pace,
    )
}

fn done() -> Outcome {
    Outcome::Done {
        reference: None,
        erp_reference: None,
    }
}

fn later() -> Outcome {
    Outcome::Later {
        not_before: NOW,
        hinted: false,
        counts: false,
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
    let (step, vendor) = (StepName::Confirm, Service::RepSpark);
    let rows: [(Metric, &str, &[&str]); 18] = [
        (Metric::OrdersOpen, "OrdersOpen", &[]),
        (Metric::OrdersHeld, "OrdersHeld", &[]),
        (Metric::OrdersStuck, "OrdersStuck", &[]),
        (Metric::OrdersOld, "OrdersOld", &[]),
        (Metric::RecordsQuarantined, "RecordsQuarantined", &[]),
        (Metric::OldestOpenSeconds, "OldestOpenSeconds", &[]),
        (Metric::VendorsPaused, "VendorsPaused", &[]),
        (Metric::BalanceOpen, "BalanceOpen", &[]),
        (Metric::ForeignWaiting, "ForeignWaiting", &[]),
        (Metric::OrdersHeldAt(step), "OrdersHeld", &["Step"]),
        (Metric::StepsDone(step), "StepsDone", &["Step"]),
        (Metric::StepsHeld(step), "StepsHeld", &["Step"]),
        (Metric::StepsLater(step), "StepsLater", &["Step"]),
        (Metric::StepsFailed(step), "StepsFailed", &["Step"]),
        (Metric::SecondsToDone(step), "SecondsToDone", &["Step"]),
        (Metric::OrdersPulled(vendor), "OrdersPulled", &["Vendor"]),
        (Metric::PullsDone(vendor), "PullsDone", &["Vendor"]),
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
        metrics.count(Metric::OrdersPulled(Service::RepSpark), new);
    }
    metrics.count(Metric::PullsDone(Service::Erp), 0);
    for paused in [2, 0] {
        metrics.count(Metric::VendorsPaused, paused);
    }
    let lines = said(&metrics);
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(lines[0]["VendorsPaused"], 0);
    assert_eq!(lines[1]["OrdersPulled"], 5);
}

#[test]
fn an_order_counts_once_with_what_came_of_its_step_in_the_end() {
    let metrics = metrics();
    let (first, second) = (
        order(1, Duration::from_secs(40)),
        order(2, Duration::from_secs(50)),
    );
    for outcome in [later(), done()] {
        metrics.recorded(&first, StepName::Import, &outcome, NOW);
    }
    metrics.recorded(&second, StepName::Import, &later(), NOW);
    metrics.unrecorded(&second.key, StepName::Import);
    metrics.recorded(&first, StepName::Report, &done(), NOW);
    metrics.held(&second.key, StepName::Confirm);
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
    assert_eq!(of("confirm")["StepsHeld"], 1);
    assert_eq!(of("report")["StepsDone"], 1);
    assert_eq!(of("report").get("SecondsToDone"), None);
}

#[test]
fn more_than_a_hundred_values_take_more_than_one_line_and_counts_stand_in_the_first() {
    let metrics = metrics();
    for id in 1..=250 {
        let order = order(id, Duration::from_secs(u64::from(id)));
        metrics.recorded(&order, StepName::Confirm, &done(), NOW);
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
        metrics.failed(Service::Erp, Some(class));
    }
    metrics.failed(Service::Erp, None);
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
    metrics.count(Metric::PullsDone(Service::RepSpark), 1);
    let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(move || {
        let _end = end;
        panic!("as a handler might");
    }));
    assert!(ended.is_err());
    assert!(said(&metrics).is_empty());
}
