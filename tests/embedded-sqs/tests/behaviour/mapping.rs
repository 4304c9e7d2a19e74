//! What the event source mapping sees, and the faults of delivery.

use std::time::Duration;

use embedded_sqs::{QueueSpec, Received};
use host::{Fault, Odds};
use serde_json::json;

use crate::bench::Bench;

/// A bench on which each delivery is judged, and this fault is certain.
fn faulty(queue: &str, fault: Fault) -> Bench {
    let bench = Bench::with(&[queue]);
    bench.gate.play(
        1,
        vec![Odds {
            service: "sqs",
            operation: "Deliver",
            fault,
            one_in: 1,
        }],
    );
    bench.sqs.judge_deliveries(true);
    bench
}

fn bodies(received: &[Received]) -> Vec<&str> {
    received.iter().map(|message| message.body.as_str()).collect()
}

#[test]
fn a_delivery_has_all_that_an_event_needs() {
    let bench = Bench::with(&["q.fifo"]);
    let attributes = json!({"Hello": {"DataType": "String", "StringValue": "There"}});
    let fields = json!({
        "MessageBody": "msg", "MessageGroupId": "a", "MessageDeduplicationId": "d", "MessageAttributes": attributes,
    });
    let sent = bench.call("SendMessage", "q.fifo", fields);
    let received = bench.sqs.receive_now("q.fifo", 10).remove(0);
    assert_eq!(received.message_id, sent["MessageId"].as_str().unwrap());
    assert_eq!(received.md5_of_body, "6e2baaf3b97dbeef01c0043275f9a0e7");
    assert_eq!(json!(received.message_attributes), attributes);
    assert_eq!(
        received.attributes.keys().map(String::as_str).collect::<Vec<_>>(),
        [
            "ApproximateFirstReceiveTimestamp",
            "ApproximateReceiveCount",
            "MessageDeduplicationId",
            "MessageGroupId",
            "SenderId",
            "SentTimestamp",
            "SequenceNumber"
        ]
    );
    bench.sqs.delete("q.fifo", &received.receipt_handle).unwrap();
    assert_eq!(bench.sqs.depths("q.fifo").total(), 0);
}

#[test]
fn deliveries_are_no_calls_unless_they_are_judged() {
    let bench = Bench::with(&["q"]);
    bench.gate.arm(&[]);
    bench.send("q", "one");
    bench.send("q", "two");
    bench.sqs.receive_now("q", 1);
    assert_eq!(bench.gate.calls(), 0);
    bench.sqs.judge_deliveries(true);
    bench.sqs.receive_now("q", 1);
    assert_eq!(bench.gate.journal(), ["event-source-mapping sqs Deliver two"]);
}

#[test]
fn a_duplicate_comes_although_the_first_delivery_was_deleted_and_only_once() {
    let bench = faulty("q", Fault::DuplicateDelivery);
    bench.send("q", "m");
    let first = bench.sqs.receive_now("q", 10).remove(0);
    bench.sqs.delete("q", &first.receipt_handle).unwrap();
    let second = bench.sqs.receive_now("q", 10).remove(0);
    assert_eq!(second.message_id, first.message_id);
    bench.sqs.delete("q", &second.receipt_handle).unwrap();
    assert_eq!(bench.sqs.depths("q").total(), 0);
}

#[test]
fn a_duplicate_does_not_bring_a_message_nearer_to_the_dead_letter_queue() {
    let bench = faulty("q", Fault::DuplicateDelivery);
    bench.sqs.create(QueueSpec::new("dead"));
    bench.sqs.create(QueueSpec::new("q").redrive_to("dead", 1));
    bench.send("q", "m");
    for _ in 0..2 {
        let delivery = bench.sqs.receive_now("q", 10).remove(0);
        bench.sqs.delete("q", &delivery.receipt_handle).unwrap();
    }
    assert!(bench.sqs.receive_now("q", 10).is_empty());
    assert_eq!(bench.sqs.depths("dead").total(), 0);
}

#[test]
fn a_duplicate_on_fifo_is_a_delivery_whose_time_is_over() {
    let bench = faulty("q.fifo", Fault::DuplicateDelivery);
    bench.send_in("q.fifo", "a", "m");
    let first = bench.sqs.receive_now("q.fifo", 10).remove(0);
    assert_eq!(
        bench
            .sqs
            .delete("q.fifo", &first.receipt_handle)
            .unwrap_err()
            .code,
        "InvalidParameterValue"
    );
    let second = bench.sqs.receive_now("q.fifo", 10).remove(0);
    assert_eq!(second.attributes["ApproximateReceiveCount"], "2");
    bench.sqs.delete("q.fifo", &second.receipt_handle).unwrap();
}

#[test]
fn a_late_message_comes_a_little_later_and_its_group_with_it() {
    let bench = faulty("q.fifo", Fault::LateDelivery);
    bench.send_in("q.fifo", "a", "a1");
    bench.send_in("q.fifo", "a", "a2");
    assert!(bench.sqs.receive_now("q.fifo", 10).is_empty());
    assert_eq!(bench.sqs.depths("q.fifo").in_flight, 0);
    bench.clock.advance(Duration::from_millis(300));
    let received = bench.sqs.receive_now("q.fifo", 10);
    assert_eq!(bodies(&received), ["a1", "a2"]);
    assert_eq!(received[0].attributes["ApproximateReceiveCount"], "1");
}

#[test]
fn a_lost_delivery_is_in_flight_until_its_timeout() {
    let bench = faulty("q", Fault::LostReply);
    bench.send("q", "m");
    assert!(bench.sqs.receive_now("q", 10).is_empty());
    assert_eq!(bench.sqs.depths("q").in_flight, 1);
    bench.gate.disarm();
    bench.pass(30);
    assert_eq!(bodies(&bench.sqs.receive_now("q", 10)), ["m"]);
}

#[test]
fn a_delivery_that_was_never_asked_for_changes_nothing() {
    let bench = faulty("q", Fault::LostRequest);
    bench.send("q", "m");
    assert!(bench.sqs.receive_now("q", 10).is_empty());
    bench.gate.disarm();
    assert_eq!(
        bench.sqs.receive_now("q", 10)[0].attributes["ApproximateReceiveCount"],
        "1"
    );
}

#[test]
fn a_queue_that_is_not_there_has_nothing() {
    let bench = Bench::new();
    assert!(bench.sqs.receive_now("nowhere", 10).is_empty());
    assert_eq!(bench.sqs.depths("nowhere").total(), 0);
    assert!(bench.sqs.delete("nowhere", "x").is_err());
}
