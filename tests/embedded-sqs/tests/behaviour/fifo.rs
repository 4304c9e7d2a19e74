use embedded_sqs::QueueSpec;
use serde_json::json;

use crate::bench::{Bench, bodies};

#[test]
fn a_group_is_locked_while_a_message_of_it_is_in_flight() {
    let bench = Bench::with(&["q.fifo"]);
    bench.send_in("q.fifo", "a", "a1");
    bench.send_in("q.fifo", "a", "a2");
    bench.send_in("q.fifo", "b", "b1");
    let one = |bench: &Bench| {
        let got = bench.call("ReceiveMessage", "q.fifo", json!({}));
        got["Messages"].as_array().cloned().unwrap_or_default()
    };
    let a1 = one(&bench);
    assert_eq!(bodies(&a1), ["a1"]);
    assert_eq!(bodies(&one(&bench)), ["b1"]);
    assert!(one(&bench).is_empty());
    bench.delete("q.fifo", &a1[0]);
    assert_eq!(bodies(&one(&bench)), ["a2"]);
}

#[test]
fn a_batch_has_a_group_in_its_order() {
    let bench = Bench::with(&["q.fifo"]);
    for n in 1..=4 {
        bench.send_in("q.fifo", "a", &format!("a{n}"));
    }
    assert_eq!(bench.bodies("q.fifo"), ["a1", "a2", "a3", "a4"]);
    bench.pass(30);
    assert_eq!(bench.bodies("q.fifo"), ["a1", "a2", "a3", "a4"]);
}

#[test]
fn an_earlier_message_that_is_visible_again_waits_for_the_rest_of_its_batch() {
    let bench = Bench::with(&["q.fifo"]);
    bench.send_in("q.fifo", "a", "a1");
    bench.send_in("q.fifo", "a", "a2");
    let batch = bench.receive("q.fifo");
    let fields = json!({"ReceiptHandle": batch[0]["ReceiptHandle"], "VisibilityTimeout": 0});
    bench.call("ChangeMessageVisibility", "q.fifo", fields);
    assert!(bench.receive("q.fifo").is_empty());
    bench.delete("q.fifo", &batch[1]);
    assert_eq!(bench.bodies("q.fifo"), ["a1"]);
}

#[test]
fn a_deduplication_id_is_remembered_five_minutes_even_after_deletion() {
    let bench = Bench::with(&["q.fifo"]);
    let first = bench.send_in("q.fifo", "a", "m");
    let message = bench.receive("q.fifo").remove(0);
    bench.delete("q.fifo", &message);
    bench.pass(200);
    let again = bench.send_in("q.fifo", "b", "m");
    assert_eq!(again["MessageId"], first["MessageId"]);
    assert_eq!(again["SequenceNumber"], first["SequenceNumber"]);
    assert!(bench.receive("q.fifo").is_empty());
    bench.pass(100);
    let new = bench.send_in("q.fifo", "a", "m");
    assert_ne!(new["MessageId"], first["MessageId"]);
    assert_eq!(bench.bodies("q.fifo"), ["m"]);
}

#[test]
fn a_queue_may_know_messages_by_their_content() {
    let bench = Bench::new();
    bench.sqs.create(QueueSpec {
        content_based_dedup: true,
        ..QueueSpec::new("q.fifo")
    });
    for (body, dedup) in [("m", None), ("m", None), ("m", Some("own")), ("n", None)] {
        let mut fields = json!({"MessageBody": body, "MessageGroupId": "a"});
        if let Some(dedup) = dedup {
            fields["MessageDeduplicationId"] = json!(dedup);
        }
        bench.call("SendMessage", "q.fifo", fields);
    }
    let got = bench.receive("q.fifo");
    assert_eq!(bodies(&got), ["m", "m", "n"]);
    // sha256 of "m", as `printf m | sha256sum` says.
    let sum = "62c66a7a5dd70c3146618063c344e531e6d4b59e379808443ce962b3abd63c5a";
    assert_eq!(got[0]["Attributes"]["MessageDeduplicationId"], sum);
}

#[test]
fn sequence_numbers_grow_and_are_told_to_sender_and_receiver() {
    let bench = Bench::with(&["q.fifo"]);
    let sent: Vec<String> = (0..12)
        .map(|n| {
            bench.send_in("q.fifo", "a", &n.to_string())["SequenceNumber"]
                .as_str()
                .unwrap()
                .to_owned()
        })
        .collect();
    assert!(sent.is_sorted() && sent.iter().all(|number| number.len() == 20));
    let received = bench.receive("q.fifo");
    assert_eq!(received[0]["Attributes"]["SequenceNumber"], sent[0].as_str());
    assert_eq!(received[0]["Attributes"]["MessageGroupId"], "a");
    assert_eq!(received[0]["Attributes"]["MessageDeduplicationId"], "0");
}

#[test]
fn an_expired_handle_neither_deletes_nor_changes() {
    let bench = Bench::with(&["q.fifo"]);
    bench.send_in("q.fifo", "a", "m");
    let handle = bench.receive("q.fifo")[0]["ReceiptHandle"].clone();
    bench.pass(30);
    let error = bench
        .sqs
        .handle(
            "DeleteMessage",
            &bench.ask("q.fifo", json!({"ReceiptHandle": handle})),
        )
        .unwrap_err();
    assert_eq!(error.code, "InvalidParameterValue");
    assert!(
        error
            .message
            .ends_with("for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.")
    );
    let change = json!({"ReceiptHandle": handle, "VisibilityTimeout": 5});
    assert_eq!(
        bench.refused("ChangeMessageVisibility", "q.fifo", change),
        "InvalidParameterValue"
    );
    assert_eq!(bench.bodies("q.fifo"), ["m"]);
}

#[test]
fn a_message_needs_a_group_and_an_identity_and_takes_no_delay() {
    let bench = Bench::with(&["q.fifo"]);
    let refused = |fields| bench.refused("SendMessage", "q.fifo", fields);
    let no_group = json!({"MessageBody": "m", "MessageDeduplicationId": "d"});
    assert_eq!(refused(no_group.clone()), "MissingParameter");
    assert_eq!(
        refused(json!({"MessageBody": "m", "MessageGroupId": "a"})),
        "InvalidParameterValue"
    );
    let mut delayed = json!({"MessageBody": "m", "MessageGroupId": "a", "MessageDeduplicationId": "d"});
    delayed["DelaySeconds"] = json!(2);
    let error = bench
        .sqs
        .handle("SendMessage", &bench.ask("q.fifo", delayed.clone()))
        .unwrap_err();
    assert_eq!(
        error.message,
        "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for \
         this queue type."
    );
    delayed["DelaySeconds"] = json!(0);
    bench.call("SendMessage", "q.fifo", delayed);
    let mut entry = no_group;
    entry["Id"] = json!("1");
    // Recorded: a batch says InvalidParameterValue where a single message says MissingParameter.
    assert_eq!(
        bench.refused("SendMessageBatch", "q.fifo", json!({"Entries": [entry]})),
        "InvalidParameterValue"
    );
}

#[test]
fn a_delay_of_the_queue_holds_the_group_back() {
    let bench = Bench::new();
    bench.sqs.create(QueueSpec {
        delay_s: 10,
        ..QueueSpec::new("q.fifo")
    });
    bench.send_in("q.fifo", "a", "a1");
    assert!(bench.receive("q.fifo").is_empty());
    bench.pass(10);
    assert_eq!(bench.bodies("q.fifo"), ["a1"]);
}
