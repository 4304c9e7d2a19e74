//! Hints: what is sent, and how many are told as lost.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_sdk_sqs::Client;
use aws_sdk_sqs::config::retry::RetryConfig;
use aws_sdk_sqs::config::{BehaviorVersion, Credentials, Region};
use bytes::Bytes;
use embedded_sqs::{QueueSpec, Sqs};
use host::{Clock, Fault, Gate, Odds, Server};
use http::Request;
use lambda_kit::{Hints, QueueDepth, Settings};
use order_model::{Hint, Millis, OrderKey, StepName};
use serde_json::{Value, json};

const T0: Millis = Millis(1_795_255_200_000);

fn client(url: &str) -> Client {
    let config = aws_sdk_sqs::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new("us-east-1"))
        .credentials_provider(Credentials::new("key", "secret", None, None, "test"))
        .endpoint_url(url)
        .http_client(aws_smithy_http_client::Builder::new().build_http())
        .retry_config(RetryConfig::disabled())
        .build();
    Client::from_conf(config)
}

/// Hints for the import on `import`, and for the confirmation on `confirm`, a FIFO queue.
pub(crate) fn hints(url: &str) -> Hints {
    let base = format!("{url}/000000000000");
    let variables = Box::leak(Box::new(move |name: &str| match name {
        "IMPORT_QUEUE_URL" => Some(format!("{base}/import")),
        "CONFIRM_QUEUE_URL" => Some(format!("{base}/confirm.fifo")),
        _ => None,
    }));
    Hints::new(client(url), Settings::of(variables), &StepName::ALL).unwrap()
}

pub(crate) fn keys(count: u32) -> Vec<OrderKey> {
    let each = (1..=count).map(|n| OrderKey::new(format!("RS-ACME-{n}")).unwrap());
    each.collect()
}

struct Queues {
    sqs: Sqs,
    gate: Gate,
    hints: Hints,
    _server: Server,
}

async fn queues() -> Queues {
    let gate = Gate::new();
    let sqs = Sqs::new(Clock::new(), gate.clone());
    let server = embedded_sqs::serve(sqs.clone(), ([127, 0, 0, 1], 0).into())
        .await
        .unwrap();
    sqs.create(QueueSpec::new("import"));
    sqs.create(QueueSpec::new("confirm.fifo"));
    Queues {
        sqs,
        gate,
        hints: hints(&server.url()),
        _server: server,
    }
}

/// A queue that takes everything and remembers the requests.
async fn listener() -> (Hints, Arc<Mutex<Vec<Value>>>, Server) {
    let heard: Arc<Mutex<Vec<Value>>> = Arc::default();
    let hears = Arc::clone(&heard);
    let handler = move |request: Request<Bytes>| {
        let body = serde_json::from_slice(request.body()).unwrap();
        hears.lock().unwrap().push(body);
        async { host::json(200, &json!({ "Successful": [], "Failed": [] })).into() }
    };
    let server = host::serve(([127, 0, 0, 1], 0).into(), handler).await.unwrap();
    (hints(&server.url()), heard, server)
}

fn bodies(orders: &[OrderKey]) -> Vec<String> {
    orders
        .iter()
        .map(|order| Hint::new(order.clone()).body())
        .collect()
}

#[tokio::test]
async fn every_order_gets_one_hint_ten_in_a_call() {
    let queues = queues().await;
    queues.gate.arm(&[]);
    let orders = keys(25);
    let lost = queues
        .hints
        .send(StepName::Import, &orders, T0, Duration::ZERO)
        .await;
    assert_eq!((lost, queues.gate.calls()), (0, 3));
    assert_eq!(queues.sqs.peek("import"), bodies(&orders));
    let depth = queues.hints.depth(StepName::Import).await.unwrap();
    assert_eq!(depth, QueueDepth { messages: 25 });
}

#[tokio::test]
async fn a_delayed_hint_counts_in_the_depth() {
    let queues = queues().await;
    let wait = Duration::from_secs(60);
    queues.hints.send(StepName::Import, &keys(1), T0, wait).await;
    let depth = queues.hints.depth(StepName::Import).await.unwrap();
    assert_eq!(depth, QueueDepth { messages: 1 });
}

#[tokio::test]
async fn no_orders_are_no_call() {
    let queues = queues().await;
    queues.gate.arm(&[]);
    assert_eq!(
        queues.hints.send(StepName::Import, &[], T0, Duration::ZERO).await,
        0
    );
    assert_eq!(queues.gate.calls(), 0);
}

#[tokio::test]
async fn what_a_queue_does_not_take_is_counted() {
    let queues = queues().await;
    let partial = Odds {
        service: "sqs",
        operation: "SendMessageBatch",
        fault: Fault::PartialBatch,
        one_in: 1,
    };
    queues.gate.play(1, vec![partial]);
    let orders = keys(20);
    let lost = queues
        .hints
        .send(StepName::Import, &orders, T0, Duration::ZERO)
        .await;
    assert_eq!((lost, queues.sqs.peek("import").len()), (10, 10));
}

#[tokio::test]
async fn a_call_that_fails_loses_its_ten_and_no_others() {
    let queues = queues().await;
    // The SDK tries once here.
    let second = host::Break {
        call: 2,
        form: host::Form::Before,
    };
    queues.gate.arm(&[second]);
    let orders = keys(25);
    let lost = queues
        .hints
        .send(StepName::Import, &orders, T0, Duration::ZERO)
        .await;
    let sent = [&orders[..10], &orders[20..]].concat();
    assert_eq!((lost, queues.sqs.peek("import")), (10, bodies(&sent)));
}

#[tokio::test]
async fn on_a_fifo_queue_a_hint_given_later_is_another_one() {
    let queues = queues().await;
    for (at, depth) in [(T0, 2), (T0, 2), (Millis(T0.0 + 1), 4)] {
        let lost = queues
            .hints
            .send(StepName::Confirm, &keys(2), at, Duration::ZERO)
            .await;
        assert_eq!((lost, queues.sqs.peek("confirm.fifo").len()), (0, depth));
    }
}

#[tokio::test]
async fn a_fifo_queue_has_one_group_and_no_delay() {
    let (hints, heard, _server) = listener().await;
    hints
        .send(StepName::Confirm, &keys(1), T0, Duration::from_secs(60))
        .await;
    let entry = heard.lock().unwrap()[0]["Entries"][0].clone();
    let expected = json!({
        "Id": "0",
        "MessageBody": r#"{"order":"RS-ACME-1","schema":1}"#,
        "MessageGroupId": "confirm",
        "MessageDeduplicationId": "RS-ACME-1:1795255200000",
    });
    assert_eq!(entry, expected);
}

#[tokio::test]
async fn the_report_shares_the_queue_and_the_group_of_the_confirmation() {
    let queues = queues().await;
    assert_eq!(
        queues.hints.queue(StepName::Report),
        queues.hints.queue(StepName::Confirm)
    );
    // An order that wants both gets one message.
    for (step, depth) in [
        (StepName::Confirm, 1),
        (StepName::Report, 1),
        (StepName::Report, 2),
    ] {
        let at = Millis(T0.0 + depth as i64);
        queues.hints.send(step, &keys(1), at, Duration::ZERO).await;
        assert_eq!(queues.sqs.peek("confirm.fifo").len(), depth);
    }
    let (hints, heard, _server) = listener().await;
    hints.send(StepName::Report, &keys(1), T0, Duration::ZERO).await;
    assert_eq!(
        heard.lock().unwrap()[0]["Entries"][0]["MessageGroupId"],
        "confirm"
    );
}

#[tokio::test]
async fn a_wait_is_rounded_up_to_seconds_and_down_to_what_sqs_can_wait() {
    let (hints, heard, _server) = listener().await;
    let rows = [
        (0, Value::Null),
        (1, json!(1)),
        (1000, json!(1)),
        (1001, json!(2)),
        (900_000, json!(900)),
        (3_600_000, json!(900)),
    ];
    for (wait, seconds) in rows {
        hints
            .send(StepName::Import, &keys(1), T0, Duration::from_millis(wait))
            .await;
        let call = heard.lock().unwrap().pop().unwrap();
        assert_eq!(call["Entries"][0]["DelaySeconds"], seconds, "{wait} ms");
    }
}

#[tokio::test]
async fn a_delayed_hint_rides_only_on_a_standard_queue_and_at_most_fifteen_minutes() {
    let queues = queues().await;
    let seconds = Duration::from_secs;
    assert!(queues.hints.can_ride(StepName::Import, seconds(900)));
    assert!(!queues.hints.can_ride(StepName::Import, seconds(901)));
    assert!(!queues.hints.can_ride(StepName::Confirm, seconds(1)));
    assert!(!queues.hints.can_ride(StepName::Review, seconds(1)));
}

#[tokio::test]
async fn a_step_without_a_queue_gets_no_hints() {
    let server = listener().await;
    let hints = Hints::new(client(&server.2.url()), Settings::of(&|_| None), &StepName::ALL).unwrap();
    assert_eq!(hints.steps().count(), 0);
    assert_eq!(
        hints.send(StepName::Import, &keys(3), T0, Duration::ZERO).await,
        0
    );
    let error = hints.depth(StepName::Import).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the queue of step import did not exist: no address"
    );
    assert!(server.1.lock().unwrap().is_empty());
}
