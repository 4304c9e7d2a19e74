//! Lines in the embedded metric format, as its specification asks for them.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test itself does"
)]

use dashboard::{Line, Metrics, SeriesId, Statistic, Window};
use serde_json::{Value, json};

fn line(root: &Value) -> Line {
    Line {
        at_ms: 0,
        log_group: "/aws/lambda/import".to_owned(),
        text: root.to_string(),
    }
}

fn good() -> Value {
    json!({
        "_aws": {
            "Timestamp": 1_500,
            "CloudWatchMetrics": [{
                "Namespace": "OrderRelay",
                "Dimensions": [["Brand", "Stage"], ["Brand", "Stage", "Step"]],
                "Metrics": [{"Name": "SecondsToDone", "Unit": "Seconds"}, {"Name": "StepsDone", "Unit": "Count"}],
            }],
        },
        "Brand": "Acme", "Stage": "local", "Step": "import",
        "SecondsToDone": [4, 2.5], "StepsDone": 2, "message": "a member of its own is allowed",
    })
}

fn refused(change: impl FnOnce(&mut Value)) -> String {
    let mut root = good();
    change(&mut root);
    Metrics::read(&[line(&root)]).unwrap_err().what
}

#[test]
fn a_line_is_a_series_for_each_set_of_dimensions_and_each_metric() {
    let metrics = Metrics::read(&[line(&good())]).unwrap();
    assert_eq!(metrics.all().len(), 4);
    let id = SeriesId::new(
        "OrderRelay",
        "SecondsToDone",
        &[("Brand", "Acme"), ("Stage", "local"), ("Step", "import")],
    );
    let window = Window {
        from_ms: 0,
        to_ms: 3_000,
        period_ms: 1_000,
    };
    assert_eq!(metrics.all()[&id].unit, "Seconds");
    assert_eq!(
        metrics.per_period(&id, Statistic::Sum, window),
        [None, Some(6.5), None]
    );
    assert_eq!(
        metrics.per_period(&id, Statistic::Maximum, window),
        [None, Some(4.0), None]
    );
}

#[test]
fn other_lines_are_no_metrics() {
    let plain = |text: &str| Line {
        text: text.to_owned(),
        ..line(&json!({}))
    };
    let lines = [
        plain("START RequestId: 1"),
        plain("{\"level\":\"INFO\",\"message\":\"_aws\"}"),
        plain("{"),
    ];
    assert!(Metrics::read(&lines).unwrap().all().is_empty());
}

#[test]
fn a_line_that_is_cut_off_is_an_error_and_no_silence() {
    let whole = good().to_string();
    let cut = Line {
        text: whole[..whole.len() - 3].to_owned(),
        ..line(&json!({}))
    };
    let error = Metrics::read(&[cut]).unwrap_err();
    assert!(error.what.starts_with("no JSON"), "{error}");
}

#[test]
fn what_the_specification_does_not_allow_is_refused() {
    let directive = |root: &mut Value| root["_aws"]["CloudWatchMetrics"][0].take();
    assert_eq!(
        refused(|root| root["_aws"]["Timestamp"] = json!("now")),
        "no Timestamp in milliseconds"
    );
    assert_eq!(refused(|root| drop(directive(root))), "a directive is no object");
    assert_eq!(
        refused(|root| root["Step"] = json!(3)),
        "no text for the dimension Step"
    );
    assert_eq!(
        refused(|root| root["StepsDone"] = json!("2")),
        "a value of StepsDone is no number"
    );
    assert_eq!(
        refused(|root| root["StepsDone"] = Value::Null),
        "a value of StepsDone is no number"
    );
    assert_eq!(
        refused(|root| root["StepsDone"] = json!([])),
        "0 values of StepsDone"
    );
    assert_eq!(
        refused(|root| root["StepsDone"] = json!(vec![1; 101])),
        "101 values of StepsDone"
    );
    assert_eq!(
        refused(|root| root["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Unit"] = json!("Orders")),
        "the unit \"Orders\" is not known"
    );
    assert_eq!(
        refused(|root| root["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"] = json!("StepsDone")),
        "StepsDone is named twice"
    );
    assert_eq!(
        refused(|root| root["_aws"]["CloudWatchMetrics"][0]["Namespace"] = json!("")),
        "no text Namespace"
    );
}
