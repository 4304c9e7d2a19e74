use embedded_sqs::QueueSpec;
use serde_json::{Value, json};

use crate::bench::Bench;

/// 1 MiB, by the API reference of `SendMessage`.
const MIB: usize = 1_048_576;

#[test]
fn a_message_may_have_one_mebibyte_with_its_attributes() {
    let bench = Bench::with(&["q"]);
    let attributes = json!({"k": {"DataType": "String", "StringValue": "v"}});
    let send = |bytes: usize| {
        let fields = json!({"MessageBody": "x".repeat(bytes), "MessageAttributes": attributes});
        bench.sqs.handle("SendMessage", &bench.ask("q", fields))
    };
    // The name, the type's six letters, and the value: 8 bytes.
    send(MIB - 8).unwrap();
    let error = send(MIB - 7).unwrap_err();
    assert_eq!(error.code, "InvalidParameterValue");
    let text = "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.";
    assert_eq!(error.message, text);
}

#[test]
fn a_queue_may_allow_less() {
    let bench = Bench::new();
    bench.sqs.create(QueueSpec {
        max_message_bytes: 262_144,
        ..QueueSpec::new("q")
    });
    bench.send("q", &"x".repeat(262_144));
    assert_eq!(
        bench.refused("SendMessage", "q", json!({"MessageBody": "x".repeat(262_145)})),
        "InvalidParameterValue"
    );
}

#[test]
fn a_batch_may_have_as_much_as_a_message() {
    let bench = Bench::with(&["q"]);
    let batch = |bytes: usize| {
        let half = "x".repeat(MIB / 2);
        let rest = "x".repeat(bytes - MIB / 2);
        let entries = json!([{"Id": "1", "MessageBody": half}, {"Id": "2", "MessageBody": rest}]);
        bench
            .sqs
            .handle("SendMessageBatch", &bench.ask("q", json!({ "Entries": entries })))
    };
    assert_eq!(batch(MIB).unwrap()["Successful"].as_array().unwrap().len(), 2);
    let error = batch(MIB + 1).unwrap_err();
    assert_eq!(error.code, "AWS.SimpleQueueService.BatchRequestTooLong");
    let text = "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.";
    assert_eq!(error.message, text);
}

#[test]
fn entries_fail_for_themselves() {
    let bench = Bench::with(&["q"]);
    let entries = json!([
        {"Id": "good", "MessageBody": "m"},
        {"Id": "late", "MessageBody": "m", "DelaySeconds": 901},
        {"Id": "odd", "MessageBody": "\u{b}"},
    ]);
    let told = bench.call("SendMessageBatch", "q", json!({ "Entries": entries }));
    assert_eq!(told["Successful"][0]["Id"], "good");
    let failed: Vec<(&Value, &Value, &Value)> = told["Failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| (&entry["Id"], &entry["Code"], &entry["SenderFault"]))
        .collect();
    let expected = [
        ("late", "InvalidParameterValue"),
        ("odd", "InvalidMessageContents"),
    ];
    for (got, (id, code)) in failed.iter().zip(expected) {
        assert_eq!(*got, (&json!(id), &json!(code), &json!(true)));
    }
    assert_eq!(failed.len(), 2);
    assert_eq!(bench.sqs.peek("q"), ["m"]);
}

#[test]
fn batches_of_receipt_handles_fail_entry_by_entry_too() {
    let bench = Bench::with(&["q"]);
    bench.send("q", "m");
    let handle = bench.receive("q")[0]["ReceiptHandle"].clone();
    let entries = |timeout: i64| {
        json!({"Entries": [
            {"Id": "good", "ReceiptHandle": handle, "VisibilityTimeout": timeout},
            {"Id": "bad", "ReceiptHandle": "garbage", "VisibilityTimeout": timeout},
        ]})
    };
    for operation in ["ChangeMessageVisibilityBatch", "DeleteMessageBatch"] {
        let told = bench.call(operation, "q", entries(10));
        assert_eq!(told["Successful"], json!([{"Id": "good"}]), "{operation}");
        assert_eq!(told["Failed"][0]["Code"], "ReceiptHandleIsInvalid", "{operation}");
    }
    assert_eq!(bench.sqs.depths("q").total(), 0);
}

#[test]
fn requests_out_of_range_are_refused() {
    let bench = Bench::with(&["q"]);
    for fields in [
        json!({"MaxNumberOfMessages": 0}),
        json!({"MaxNumberOfMessages": 11}),
        json!({"WaitTimeSeconds": 21}),
        json!({"VisibilityTimeout": 43_201}),
    ] {
        assert_eq!(
            bench.refused("ReceiveMessage", "q", fields.clone()),
            "InvalidParameterValue",
            "{fields}"
        );
    }
    let text = "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.";
    let ask = bench.ask("q", json!({"MaxNumberOfMessages": 11}));
    assert_eq!(
        bench.sqs.handle("ReceiveMessage", &ask).unwrap_err().message,
        text
    );
    assert_eq!(
        bench.refused(
            "SendMessage",
            "q",
            json!({"MessageBody": "m", "DelaySeconds": 901})
        ),
        "InvalidParameterValue"
    );
    assert_eq!(
        bench.refused("SendMessage", "q", json!({"MessageBody": ""})),
        "MissingParameter"
    );
    assert_eq!(bench.refused("SendMessage", "q", json!({})), "MissingParameter");
    assert_eq!(
        bench.refused("Dance", "q", json!({})),
        "UnknownOperationException"
    );
}

#[test]
fn a_standard_queue_takes_a_group_but_no_deduplication_id() {
    let bench = Bench::with(&["q"]);
    bench.call(
        "SendMessage",
        "q",
        json!({"MessageBody": "m", "MessageGroupId": "tenant"}),
    );
    bench.call(
        "SendMessage",
        "q",
        json!({"MessageBody": "m", "MessageGroupId": "tenant"}),
    );
    let fields = json!({"MessageBody": "m", "MessageDeduplicationId": "d"});
    assert_eq!(bench.refused("SendMessage", "q", fields), "InvalidParameterValue");
    let one = json!({"MaxNumberOfMessages": 1});
    // Groups lock nothing on a standard queue.
    assert_eq!(
        bench.call("ReceiveMessage", "q", one.clone())["Messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        bench.call("ReceiveMessage", "q", one)["Messages"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}
