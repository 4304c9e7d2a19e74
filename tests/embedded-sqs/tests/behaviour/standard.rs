use embedded_sqs::{Depths, QueueSpec};
use serde_json::json;

use crate::bench::Bench;

#[test]
fn a_message_is_sent_received_and_deleted() {
    let bench = Bench::with(&["q"]);
    let sent = bench.send("q", "msg");
    assert_eq!(sent["MD5OfMessageBody"], "6e2baaf3b97dbeef01c0043275f9a0e7");
    let received = bench.receive("q");
    assert_eq!(received[0]["MessageId"], sent["MessageId"]);
    assert_eq!(received[0]["MD5OfBody"], "6e2baaf3b97dbeef01c0043275f9a0e7");
    assert_eq!(received[0]["Attributes"]["ApproximateReceiveCount"], "1");
    bench.delete("q", &received[0]);
    bench.pass(3600);
    assert!(bench.receive("q").is_empty());
    assert_eq!(bench.sqs.depths("q"), Depths::default());
}

#[test]
fn a_received_message_comes_again_when_its_visibility_timeout_is_over() {
    let bench = Bench::new();
    bench.sqs.create(QueueSpec::new("q").visibility(60));
    bench.send("q", "m");
    let first = bench.receive("q").remove(0);
    bench.pass(30);
    assert!(bench.receive("q").is_empty());
    bench.pass(30);
    let second = bench.receive("q").remove(0);
    assert_eq!(second["Attributes"]["ApproximateReceiveCount"], "2");
    assert_eq!(
        second["Attributes"]["ApproximateFirstReceiveTimestamp"],
        first["Attributes"]["ApproximateFirstReceiveTimestamp"]
    );
    assert_ne!(second["ReceiptHandle"], first["ReceiptHandle"]);
}

#[test]
fn deleting_twice_succeeds_and_deleting_by_garbage_does_not() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    let message = bench.receive("q").remove(0);
    bench.delete("q", &message);
    bench.delete("q", &message);
    assert_eq!(
        bench.refused("DeleteMessage", "q", json!({"ReceiptHandle": "garbage"})),
        "ReceiptHandleIsInvalid"
    );
}

#[test]
fn an_old_receipt_handle_succeeds_without_deleting() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    let old = bench.receive("q").remove(0);
    bench.pass(30);
    let new = bench.receive("q").remove(0);
    bench.delete("q", &old);
    assert_eq!(bench.sqs.depths("q").in_flight, 1);
    bench.delete("q", &new);
    assert_eq!(bench.sqs.depths("q").total(), 0);
}

#[test]
fn the_newest_handle_deletes_even_after_the_timeout() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    let message = bench.receive("q").remove(0);
    bench.pass(31);
    bench.delete("q", &message);
    assert!(bench.receive("q").is_empty());
}

#[test]
fn visibility_is_changed_from_now_on() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    let change = |handle: &serde_json::Value, seconds: i64| {
        let fields = json!({"ReceiptHandle": handle, "VisibilityTimeout": seconds});
        bench.call("ChangeMessageVisibility", "q", fields);
    };
    change(&bench.receive("q")[0]["ReceiptHandle"], 0);
    let again = bench.receive("q").remove(0);
    change(&again["ReceiptHandle"], 100);
    bench.pass(50);
    assert!(bench.receive("q").is_empty());
    bench.pass(50);
    assert_eq!(bench.bodies("q"), ["m"]);
}

#[test]
fn the_visibility_of_a_deleted_message_cannot_be_changed() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    let message = bench.receive("q").remove(0);
    bench.delete("q", &message);
    let fields = json!({"ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 1});
    assert_eq!(
        bench.refused("ChangeMessageVisibility", "q", fields),
        "InvalidParameterValue"
    );
}

#[test]
fn a_delay_of_its_own_goes_before_the_queues() {
    let bench = Bench::new();
    bench.sqs.create(QueueSpec {
        delay_s: 10,
        ..QueueSpec::new("q")
    });
    bench.send("q", "by the queue");
    bench.call(
        "SendMessage",
        "q",
        json!({"MessageBody": "at once", "DelaySeconds": 0}),
    );
    bench.call(
        "SendMessage",
        "q",
        json!({"MessageBody": "late", "DelaySeconds": 900}),
    );
    assert_eq!(
        bench.sqs.depths("q"),
        Depths {
            visible: 1,
            in_flight: 0,
            delayed: 2
        }
    );
    assert_eq!(bench.bodies("q"), ["at once"]);
    bench.pass(10);
    assert_eq!(bench.bodies("q"), ["by the queue"]);
    bench.pass(890);
    assert!(bench.bodies("q").contains(&"late".to_owned()));
}

#[test]
fn a_message_is_forgotten_after_the_retention_period() {
    let bench = Bench::new();
    bench.sqs.create(QueueSpec {
        retention_s: 60,
        ..QueueSpec::new("q")
    });
    bench.send("q", "m");
    bench.pass(60);
    assert_eq!(bench.sqs.depths("q").total(), 0);
    assert!(bench.receive("q").is_empty());
}

#[test]
fn depths_are_told_as_attributes() {
    let bench = Bench::with(&["q"]);
    for _ in 0..3 {
        bench.send("q", "m");
    }
    bench.call("SendMessage", "q", json!({"MessageBody": "m", "DelaySeconds": 5}));
    bench.call("ReceiveMessage", "q", json!({}));
    let names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ];
    let told = bench.call("GetQueueAttributes", "q", json!({ "AttributeNames": names }));
    assert_eq!(
        told["Attributes"],
        json!({names[0]: "2", names[1]: "1", names[2]: "1"})
    );
    let unknown = json!({"AttributeNames": ["Depth"]});
    assert_eq!(
        bench.refused("GetQueueAttributes", "q", unknown),
        "InvalidAttributeName"
    );
}

#[test]
fn attributes_of_a_message_come_to_those_who_ask_for_them() {
    let bench = Bench::with(&["q"]);
    let attributes = json!({"Hello": {"DataType": "String", "StringValue": "There"}});
    let sent = bench.call(
        "SendMessage",
        "q",
        json!({"MessageBody": "m", "MessageAttributes": attributes}),
    );
    assert_eq!(sent["MD5OfMessageAttributes"], "a311262e065454b75da111d535b8dacd");
    let message = &bench.call(
        "ReceiveMessage",
        "q",
        json!({"MessageAttributeNames": ["Hel.*"], "VisibilityTimeout": 0, "AttributeNames": ["SentTimestamp"]}),
    )["Messages"][0];
    assert_eq!(message["MessageAttributes"], attributes);
    assert_eq!(
        message["Attributes"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["SentTimestamp"]
    );
    let bare = &bench.call("ReceiveMessage", "q", json!({}))["Messages"][0];
    assert!(bare["MessageAttributes"].is_null() && bare["Attributes"].is_null());
}

#[test]
fn a_queue_is_made_found_changed_and_deleted() {
    let bench = Bench::new();
    let make = json!({"QueueName": "q", "Attributes": {"VisibilityTimeout": "5"}});
    let url = bench.sqs.handle("CreateQueue", &make).unwrap()["QueueUrl"].clone();
    assert_eq!(url, "http://sqs.test/000000000000/q");
    assert_eq!(bench.sqs.handle("CreateQueue", &make).unwrap()["QueueUrl"], url);
    let other = json!({"QueueName": "q", "Attributes": {"VisibilityTimeout": "6"}});
    let error = bench.sqs.handle("CreateQueue", &other).unwrap_err();
    assert_eq!(error.code, "QueueAlreadyExists");
    let text =
        "A queue already exists with the same name and a different value for attribute VisibilityTimeout";
    assert_eq!(error.message, text);
    assert_eq!(
        bench
            .sqs
            .handle("GetQueueUrl", &json!({"QueueName": "q"}))
            .unwrap()["QueueUrl"],
        url
    );
    assert_eq!(
        bench.sqs.handle("ListQueues", &json!({})).unwrap()["QueueUrls"],
        json!([url])
    );
    bench.call(
        "SetQueueAttributes",
        "q",
        json!({"Attributes": {"DelaySeconds": "7"}}),
    );
    let told = bench.call(
        "GetQueueAttributes",
        "q",
        json!({"AttributeNames": ["DelaySeconds"]}),
    );
    assert_eq!(told["Attributes"]["DelaySeconds"], "7");
    bench.call("DeleteQueue", "q", json!({}));
    assert_eq!(
        bench.refused("SendMessage", "q", json!({"MessageBody": "m"})),
        "AWS.SimpleQueueService.NonExistentQueue"
    );
}

#[test]
fn a_queue_is_purged_at_most_once_a_minute() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    bench.call("PurgeQueue", "q", json!({}));
    assert_eq!(bench.sqs.peek("q"), Vec::<String>::new());
    assert_eq!(
        bench.refused("PurgeQueue", "q", json!({})),
        "AWS.SimpleQueueService.PurgeQueueInProgress"
    );
    bench.pass(60);
    bench.call("PurgeQueue", "q", json!({}));
}
