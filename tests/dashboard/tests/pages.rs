//! A dashboard's body, read and shown.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "a helper of a test fails as the test itself does"
)]

use dashboard::{Alarm, Body, Content, Line, Metrics, Page, Point, SeriesId, Statistic, Window, page};
use serde_json::{Value, json};

const ALARM: &str = "arn:aws:cloudwatch:us-east-1:000000000000:alarm:OrdersHeldAlarm";

fn widget(kind: &str, x: u64, y: u64, properties: Value) -> Value {
    json!({"type": kind, "x": x, "y": y, "width": 12, "height": 5, "properties": properties})
}

fn graph(metrics: Value) -> Value {
    json!({"region": "us-east-1", "title": "Orders", "stat": "Sum", "period": 3600, "metrics": metrics})
}

fn body(widgets: Value) -> Value {
    json!({"widgets": widgets})
}

fn whole() -> Value {
    let log = json!({"region": "us-east-1", "title": "Held <now>", "view": "table",
        "query": "SOURCE 'sweep' | filter what = 'held' | fields order.id, age_s"});
    let bars = json!({"region": "us-east-1", "title": "By reason", "view": "bar",
        "query": "SOURCE 'sweep' | filter what = 'held' | stats count(*) as orders by code"});
    body(json!([
        widget("text", 0, 0, json!({"markdown": "# Order Relay"})),
        widget("alarm", 12, 0, json!({"title": "Alarms", "alarms": [ALARM]})),
        widget(
            "metric",
            0,
            5,
            graph(
                json!([["OrderRelay", "OrdersPulled", "Brand", "Acme", {"label": "pulled"}], [".", "StepsDone", ".", ".", {"yAxis": "right"}]])
            )
        ),
        widget("metric", 12, 5, graph(json!([["OrderRelay", "Nothing"]]))),
        widget("log", 0, 10, log),
        widget("log", 12, 10, bars),
    ]))
}

fn lines() -> Vec<Line> {
    vec![Line {
        at_ms: 5_000,
        log_group: "sweep".to_owned(),
        text: json!({"what": "held", "order.id": "RS-ACME-1", "age_s": 70, "code": "unknown_sku"})
            .to_string(),
    }]
}

fn shown(body: &Value, now_ms: i64) -> String {
    let mut metrics = Metrics::default();
    for name in ["OrdersPulled", "StepsDone"] {
        let id = SeriesId::new("OrderRelay", name, &[("Brand", "Acme")]);
        metrics.add(
            id,
            "Count",
            Point {
                at_ms: 2_000,
                value: 7.0,
            },
        );
    }
    let alarm = Alarm {
        arn: ALARM.to_owned(),
        name: "OrdersHeldAlarm".to_owned(),
        description: "Orders wait for a person.".to_owned(),
        series: SeriesId::new("OrderRelay", "OrdersPulled", &[("Brand", "Acme")]),
        statistic: Statistic::Maximum,
        period_s: 900,
        evaluation_periods: 1,
        datapoints_to_alarm: 1,
        comparison: "GreaterThanThreshold".to_owned(),
        threshold: 0.0,
        missing_data: "notBreaching".to_owned(),
    };
    page(&Page {
        name: "order-relay-local",
        remark: "a run of 41 s",
        body: &Body::read(body).unwrap(),
        alarms: &[alarm],
        metrics: &metrics,
        lines: &lines(),
        window: Window::over(0, now_ms),
        now_ms,
    })
}

#[test]
fn a_page_shows_each_widget_and_needs_nothing_else() {
    let page = shown(&whole(), 41_000);
    for part in [
        "<h1>Order Relay</h1>",
        "<em>ALARM</em><b>Orders held</b>",
        "pulled: 7  at 00:00:02",
        "no data in this run",
        "Held &lt;now&gt;",
        "<td>RS-ACME-1</td><td class=\"right\">70</td>",
        ">unknown_sku</text>",
    ] {
        assert!(page.contains(part), "{part} is missing in {page}");
    }
    for foreign in ["<script", "<link", "src=", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign} stands in the page");
    }
}

#[test]
fn a_table_of_what_is_now_is_empty_when_that_is_over_and_says_so() {
    let log = json!({"region": "us-east-1", "title": "Held now", "view": "table",
        "query": "SOURCE 'sweep' | filter what = 'held' and toMillis(@timestamp) >= (now() * 1000 - (1 * 1250)) | fields order.id"});
    let body = body(json!([widget("log", 0, 0, log)]));
    // The line is of second 5. The window of a run of so many seconds ends with a period, and that is no matter.
    let table = "<td>RS-ACME-1</td>";
    let empty = "<p class=\"nothing\">no line matches</p>";
    for (now_ms, stands, not) in [
        (6_900, table, empty),
        (7_000, empty, table),
        (120_000, empty, table),
    ] {
        let page = shown(&body, now_ms);
        assert!(page.contains(stands) && !page.contains(not), "{now_ms}: {page}");
    }
}

#[test]
fn shorthands_stand_for_the_names_above() {
    let rows = json!([
        ["OrderRelay", "VendorErrors", "Brand", "Acme", "Stage", "prod", "Class", "throttled"],
        ["...", "refused", {"stat": "p90"}],
        [".", "StepsDone", ".", "Beta", "Stage", "dev"],
    ]);
    let body = Body::read(&body(json!([widget("metric", 0, 0, graph(rows))]))).unwrap();
    let told: Vec<String> = body.series().map(SeriesId::to_string).collect();
    assert_eq!(
        told,
        [
            "OrderRelay VendorErrors Brand=Acme Class=throttled Stage=prod",
            "OrderRelay VendorErrors Brand=Acme Class=refused Stage=prod",
            "OrderRelay StepsDone Brand=Beta Stage=dev",
        ]
    );
    let Content::Metrics(graph) = &body.widgets[0].content else {
        panic!("it is a metric widget");
    };
    assert_eq!(graph.rows[1].statistic, Statistic::Percentile(90.0));
}

#[test]
fn a_body_that_is_not_understood_is_refused_with_the_place() {
    let refusal = |widgets: Value| Body::read(&body(widgets)).unwrap_err().to_string();
    let one = |kind: &str, properties: Value| refusal(json!([widget(kind, 0, 0, properties)]));
    assert_eq!(
        one("explorer", json!({})),
        "widgets.0: the type \"explorer\" is not known"
    );
    assert_eq!(
        one("text", json!({"markdown": "a", "colour": 1})),
        "widgets.0.properties.colour: is not known"
    );
    assert_eq!(
        one("text", json!({})),
        "widgets.0.properties.markdown: is missing"
    );
    assert_eq!(
        one("log", json!({"region": "r", "query": "fields a"})),
        "widgets.0.properties.query: it names no log group: SOURCE is missing"
    );
    assert_eq!(
        one("log", json!({"region": "r", "query": "SOURCE 'a' | parse b"})),
        "widgets.0.properties.query: the command parse is not known here"
    );
    assert_eq!(
        one("metric", graph(json!([[{"expression": "m1 / m2"}]]))),
        "widgets.0.properties.metrics.0: metric math is not known"
    );
    assert_eq!(
        one("metric", graph(json!([["N", "a", "Dimension"]]))),
        "widgets.0.properties.metrics.0: a dimension without a value"
    );
    assert_eq!(
        one("metric", graph(json!([["N", "a", {"stat": "Median"}]]))),
        "widgets.0.properties.metrics.0: the statistic \"Median\" is not known"
    );
    let over = json!([
        widget("text", 0, 0, json!({"markdown": ""})),
        widget("text", 6, 4, json!({"markdown": ""}))
    ]);
    assert_eq!(refusal(over), "widgets.1: it lies over widget 0");
    let beside = json!([widget("text", 13, 0, json!({"markdown": ""}))]);
    assert_eq!(
        refusal(beside),
        "widgets.0: it does not stand on the grid of 24 columns"
    );
    assert_eq!(
        one("alarm", json!({"alarms": ["OrdersHeldAlarm"]})),
        "widgets.0.properties.alarms: no ARN of an alarm"
    );
}
