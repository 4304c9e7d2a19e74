//! What is refused, and by which code.

use serde_json::{Value, json};

use crate::service::{Service, tell_batch};
use crate::{Check, Deviation};

pub const CHECKS: &[fn() -> Check] = &[
    no_queue,
    ranges,
    sizes,
    batches,
    eleven_equal_ids,
    characters,
    queues,
];

fn no_queue() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("gone", json!({}));
        s.on(&q, "DeleteQueue", json!({}));
        let calls = [
            ("SendMessage", json!({"MessageBody": "m"})),
            ("ReceiveMessage", json!({})),
            ("DeleteMessage", json!({"ReceiptHandle": "x"})),
            ("GetQueueAttributes", json!({"AttributeNames": ["All"]})),
        ];
        calls
            .into_iter()
            .map(|(operation, fields)| s.on(&q, operation, fields).code)
            .collect()
    }
    Check {
        name: "a queue that does not exist",
        run,
        says: &["AWS.SimpleQueueService.NonExistentQueue"; 4],
        moto: None,
    }
}

fn ranges() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("ranges", json!({}));
        let receive = |fields: Value| s.on(&q, "ReceiveMessage", fields).code;
        vec![
            receive(json!({"MaxNumberOfMessages": 11})),
            receive(json!({"MaxNumberOfMessages": 0})),
            receive(json!({"WaitTimeSeconds": 21})),
            receive(json!({"VisibilityTimeout": 43_201})),
            s.on(
                &q,
                "SendMessage",
                json!({"MessageBody": "m", "DelaySeconds": 901}),
            )
            .code,
            s.on(&q, "GetQueueAttributes", json!({"AttributeNames": ["Depth"]}))
                .code,
        ]
    }
    Check {
        name: "numbers out of range, and unknown attributes",
        run,
        says: &[
            "InvalidParameterValue",
            "InvalidParameterValue",
            "InvalidParameterValue",
            "InvalidParameterValue",
            "InvalidParameterValue",
            "InvalidAttributeName",
        ],
        moto: None,
    }
}

fn sizes() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("sizes", json!({"VisibilityTimeout": "30"}));
        let told = s
            .on(
                &q,
                "GetQueueAttributes",
                json!({"AttributeNames": ["MaximumMessageSize"]}),
            )
            .body;
        let half = "x".repeat(524_288);
        let batch = |rest: &str| {
            let entries = json!([{"Id": "1", "MessageBody": half}, {"Id": "2", "MessageBody": format!("{half}{rest}")}]);
            tell_batch(&s.on(&q, "SendMessageBatch", json!({ "Entries": entries })))
        };
        vec![
            told["Attributes"]["MaximumMessageSize"].to_string(),
            s.send(&q, &"x".repeat(1_048_576)).code,
            s.send(&q, &"x".repeat(1_048_577)).code,
            batch(""),
            batch("x"),
        ]
    }
    Check {
        name: "a message and a batch have at most 1 MiB",
        run,
        says: &[
            "\"1048576\"",
            "",
            "InvalidParameterValue",
            "+1 +2",
            "AWS.SimpleQueueService.BatchRequestTooLong",
        ],
        moto: None,
    }
}

fn batches() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("batches", json!({}));
        let send = |ids: &[&str]| {
            let entries: Vec<Value> = ids
                .iter()
                .map(|id| json!({"Id": id, "MessageBody": "m"}))
                .collect();
            s.on(&q, "SendMessageBatch", json!({ "Entries": entries })).code
        };
        vec![
            send(&[]),
            send(&["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]),
            send(&["a", "a"]),
            send(&["invalid:id"]),
            send(&[&"x".repeat(81)]),
            s.on(&q, "DeleteMessageBatch", json!({"Entries": []})).code,
            s.depths(&q),
        ]
    }
    Check {
        name: "batches that are empty, too many, not distinct, or badly named",
        run,
        says: &[
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
            "AWS.SimpleQueueService.InvalidBatchEntryId",
            "AWS.SimpleQueueService.InvalidBatchEntryId",
            "AWS.SimpleQueueService.EmptyBatchRequest",
            "0+0+0",
        ],
        moto: None,
    }
}

fn eleven_equal_ids() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("eleven", json!({}));
        let entries = vec![json!({"Id": "same", "MessageBody": "m"}); 11];
        vec![s.on(&q, "SendMessageBatch", json!({ "Entries": entries })).code]
    }
    Check {
        name: "too many entries are counted before their ids are compared",
        run,
        says: &["AWS.SimpleQueueService.TooManyEntriesInBatchRequest"],
        moto: Some(Deviation {
            says: &["AWS.SimpleQueueService.BatchEntryIdsNotDistinct"],
            reason: "no paper says which comes first; moto compares first, and nobody should depend on it",
        }),
    }
}

fn characters() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("characters", json!({}));
        ["tab\t", "\u{b}", "\u{ffff}"]
            .iter()
            .map(|body| s.send(&q, body).code)
            .collect()
    }
    Check {
        name: "characters outside XML's are refused",
        run,
        says: &["", "InvalidMessageContents", "InvalidMessageContents"],
        moto: Some(Deviation {
            says: &["", "", ""],
            reason: "moto takes any character; documented: refused",
        }),
    }
}

fn queues() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let create = |name: &str, attributes: Value| {
            s.ask(
                "CreateQueue",
                &json!({"QueueName": name, "Attributes": attributes}),
            )
            .code
        };
        vec![
            create("made", json!({"VisibilityTimeout": "5"})),
            create("made", json!({"VisibilityTimeout": "5"})),
            create("made", json!({"VisibilityTimeout": "6"})),
            create("bad name", json!({})),
            create("plain", json!({"FifoQueue": "true"})),
        ]
    }
    Check {
        name: "a queue is made twice only if it is the same, and by a good name",
        run,
        says: &[
            "",
            "",
            "QueueAlreadyExists",
            "InvalidParameterValue",
            "InvalidParameterValue",
        ],
        moto: None,
    }
}
