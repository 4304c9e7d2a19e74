use embedded_sqs::QueueSpec;
use serde_json::{Value, json};

use crate::bench::Bench;

fn pair(suffix: &str, max_receive_count: u64) -> Bench {
    let bench = Bench::with(&[&format!("dead{suffix}")]);
    bench
        .sqs
        .create(QueueSpec::new(format!("q{suffix}")).redrive_to(format!("dead{suffix}"), max_receive_count));
    bench
}

/// Receives without deleting until the queue gives nothing more.
fn wear_out(bench: &Bench, queue: &str) -> usize {
    let mut times = 0;
    while !bench.receive(queue).is_empty() {
        bench.pass(30);
        times += 1;
    }
    times
}

#[test]
fn a_message_moves_after_as_many_receives_as_allowed() {
    let bench = pair("", 3);
    let sent = bench.send("q", "poison");
    assert_eq!(wear_out(&bench, "q"), 3);
    assert_eq!(
        (bench.sqs.depths("q").total(), bench.sqs.depths("dead").visible),
        (0, 1)
    );
    let dead = bench.receive("dead").remove(0);
    assert_eq!(dead["MessageId"], sent["MessageId"]);
    assert_eq!(dead["Attributes"]["ApproximateReceiveCount"], "4");
    assert_eq!(dead["Attributes"]["DeadLetterQueueSourceArn"], bench.sqs.arn("q"));
}

#[test]
fn a_moved_message_keeps_its_age_on_a_standard_queue_and_loses_it_on_fifo() {
    for (suffix, left) in [("", 0), (".fifo", 1)] {
        let bench = pair(suffix, 1);
        let (queue, dead) = (format!("q{suffix}"), format!("dead{suffix}"));
        bench.sqs.create(QueueSpec {
            retention_s: 100,
            ..QueueSpec::new(dead.clone())
        });
        if suffix.is_empty() {
            bench.send(&queue, "m")
        } else {
            bench.send_in(&queue, "a", "m")
        };
        wear_out(&bench, &queue);
        assert_eq!(bench.sqs.depths(&dead).total(), 1);
        bench.pass(80);
        assert_eq!(bench.sqs.depths(&dead).total(), left, "{dead}");
    }
}

#[test]
fn a_dead_message_frees_its_group_and_is_known_by_its_id_from_then_on() {
    let bench = pair(".fifo", 1);
    let sent = bench.send_in("q.fifo", "a", "a1");
    let fields = json!({"MaxNumberOfMessages": 1});
    assert_eq!(
        bench.call("ReceiveMessage", "q.fifo", fields)["Messages"][0]["Body"],
        "a1"
    );
    bench.send_in("q.fifo", "a", "a2");
    assert!(bench.receive("q.fifo").is_empty());
    bench.pass(30);
    assert_eq!(bench.bodies("q.fifo"), ["a2"]);
    let dead = bench.receive("dead.fifo").remove(0);
    assert_eq!(dead["Attributes"]["MessageDeduplicationId"], sent["MessageId"]);
}

#[test]
fn a_redrive_sends_messages_back_as_new_ones() {
    let bench = pair("", 1);
    let old = bench.send("q", "poison")["MessageId"].clone();
    wear_out(&bench, "q");
    let task = json!({"SourceArn": bench.sqs.arn("dead")});
    assert!(bench.sqs.handle("StartMessageMoveTask", &task).unwrap()["TaskHandle"].is_string());
    let back = bench.receive("q").remove(0);
    assert_eq!(back["Body"], "poison");
    assert_ne!(back["MessageId"], old);
    assert_eq!(back["Attributes"]["ApproximateReceiveCount"], "1");
    let told = &bench.sqs.handle("ListMessageMoveTasks", &task).unwrap()["Results"][0];
    assert_eq!(
        (&told["Status"], &told["ApproximateNumberOfMessagesMoved"]),
        (&json!("COMPLETED"), &json!(1))
    );
}

#[test]
fn a_redrive_may_go_elsewhere_and_needs_real_queues() {
    let bench = pair("", 1);
    bench.sqs.create(QueueSpec::new("other"));
    bench.send("q", "poison");
    wear_out(&bench, "q");
    let start = |source: &str, to: &str| {
        let task = json!({"SourceArn": bench.sqs.arn(source), "DestinationArn": bench.sqs.arn(to)});
        bench.sqs.handle("StartMessageMoveTask", &task)
    };
    assert_eq!(
        start("dead", "nowhere").unwrap_err().code,
        "ResourceNotFoundException"
    );
    assert_eq!(
        start("other", "q").unwrap_err().message,
        "Source queue must be configured as a Dead Letter Queue."
    );
    start("dead", "other").unwrap();
    assert_eq!(bench.bodies("other"), ["poison"]);
}

#[test]
fn a_dead_letter_queue_knows_its_sources() {
    let bench = pair("", 1);
    let sources = bench.call("ListDeadLetterSourceQueues", "dead", json!({}));
    assert_eq!(sources["queueUrls"], json!([bench.sqs.url("q")]));
    let told = bench.call(
        "GetQueueAttributes",
        "q",
        json!({"AttributeNames": ["RedrivePolicy"]}),
    );
    let policy: Value = serde_json::from_str(told["Attributes"]["RedrivePolicy"].as_str().unwrap()).unwrap();
    assert_eq!(
        policy,
        json!({"deadLetterTargetArn": bench.sqs.arn("dead"), "maxReceiveCount": 1})
    );
}
