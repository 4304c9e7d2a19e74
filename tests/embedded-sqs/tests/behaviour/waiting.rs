//! No test here depends on how long anything takes: what is waited for either comes or the test hangs.

use std::time::Duration;

use serde_json::{Value, json};

use crate::bench::Bench;

/// Long enough that only a wake-up ends it.
const LONG: Duration = Duration::from_secs(3600);

#[tokio::test]
async fn a_waiting_receive_wakes_when_a_message_is_sent() {
    let bench = Bench::with(&["q"]);
    let (received, _) = tokio::join!(bench.sqs.receive("q", 10, LONG), async { bench.send("q", "m") });
    assert_eq!(received[0].body, "m");
}

#[tokio::test]
async fn a_waiting_receive_wakes_when_the_clock_is_moved_past_a_timeout() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    assert_eq!(bench.bodies("q"), ["m"]);
    let (received, ()) = tokio::join!(bench.sqs.receive("q", 10, LONG), async { bench.pass(30) });
    assert_eq!(received[0].attributes["ApproximateReceiveCount"], "2");
}

#[tokio::test]
async fn a_waiting_receive_ends_when_its_time_on_the_clock_is_over() {
    let bench = Bench::with(&["q"]);
    let (received, ()) = tokio::join!(bench.sqs.receive("q", 10, LONG), async { bench.pass(3600) });
    assert!(received.is_empty());
}

#[tokio::test]
async fn a_receive_over_http_waits_as_long_as_it_says() {
    let bench = Bench::with(&["q"]);
    let ask = http::Request::post("/")
        .header("x-amz-target", "AmazonSQS.ReceiveMessage")
        .body(bench.ask("q", json!({"WaitTimeSeconds": 20})).to_string().into())
        .unwrap();
    let (reply, _) = tokio::join!(bench.sqs.answer(&ask, "f"), async { bench.send("q", "m") });
    let host::Reply::Answer(response) = reply else {
        panic!("dropped")
    };
    let body = http_body_util::BodyExt::collect(response.into_body())
        .await
        .unwrap()
        .to_bytes();
    assert_eq!(
        serde_json::from_slice::<Value>(&body).unwrap()["Messages"][0]["Body"],
        "m"
    );
}

#[tokio::test]
async fn waiting_for_a_message_takes_none() {
    let bench = Bench::with(&["q"]);
    tokio::join!(bench.sqs.wait_for_message("q"), async { bench.send("q", "m") });
    assert_eq!(bench.sqs.depths("q").visible, 1);
}
