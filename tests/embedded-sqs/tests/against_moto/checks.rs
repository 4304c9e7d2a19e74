//! Standard queues: visibility, delays, deletion, batches, attributes, dead letters.

use serde_json::{Value, json};

use crate::service::{Service, tell_batch};
use crate::{Check, Deviation};

pub const CHECKS: &[fn() -> Check] = &[
    visibility,
    change_of_visibility,
    long_poll,
    delay,
    deletion,
    deletion_by_an_old_handle,
    partial_batch,
    batches_of_handles,
    message_attributes,
    dead_letters,
    redrive,
    purge,
];

fn visibility() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("visibility", json!({}));
        s.send(&q, "m");
        let mut said = vec![s.depths(&q), s.told(&q, 10, 1), s.told(&q, 10, 1), s.depths(&q)];
        s.pass_a_second();
        said.extend([s.depths(&q), s.told(&q, 10, 30)]);
        said
    }
    Check {
        name: "a received message is invisible until its timeout is over",
        run,
        says: &["1+0+0", "m#1", "", "0+1+0", "1+0+0", "m#2"],
        moto: None,
    }
}

fn change_of_visibility() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("change", json!({}));
        s.send(&q, "m");
        let change = |message: &Value, seconds: i64| {
            let fields = json!({"ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": seconds});
            s.on(&q, "ChangeMessageVisibility", fields).code
        };
        let first = s.receive(&q, 1, 30).remove(0);
        let mut said = vec![change(&first, 0)];
        s.pass_a_moment();
        let second = s.receive(&q, 1, 30).remove(0);
        said.extend([change(&second, 1), s.told(&q, 1, 30)]);
        s.pass_a_second();
        said.push(s.told(&q, 1, 30));
        s.delete(&q, &second);
        said.push(change(&json!({"ReceiptHandle": "garbage"}), 1));
        said
    }
    Check {
        name: "a visibility timeout is shortened and prolonged",
        run,
        says: &["", "", "", "m#3", "ReceiptHandleIsInvalid"],
        moto: None,
    }
}

fn long_poll() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("poll", json!({}));
        s.send(&q, "m");
        s.receive(&q, 1, 1);
        let fields = json!({"WaitTimeSeconds": 20});
        let woken = s.on(&q, "ReceiveMessage", fields).body["Messages"][0]["Body"].to_string();
        vec![woken, s.on(&q, "ReceiveMessage", json!({})).body.to_string()]
    }
    Check {
        name: "a waiting receive wakes when a timeout is over, and an empty one has no messages",
        run,
        says: &["\"m\"", "{}"],
        moto: None,
    }
}

fn delay() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("delay", json!({"DelaySeconds": "900"}));
        s.send(&q, "by the queue");
        for (body, delay) in [("soon", 1), ("now", 0)] {
            s.on(
                &q,
                "SendMessage",
                json!({"MessageBody": body, "DelaySeconds": delay}),
            );
        }
        let mut said = vec![s.depths(&q), s.told(&q, 10, 30)];
        s.pass_a_second();
        said.extend([s.told(&q, 10, 30), s.depths(&q)]);
        said
    }
    Check {
        name: "a message's own delay goes before the queue's",
        run,
        says: &["1+0+2", "now#1", "soon#1", "0+2+1"],
        moto: None,
    }
}

fn deletion() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("deletion", json!({}));
        s.send(&q, "m");
        let message = s.receive(&q, 1, 1).remove(0);
        s.pass_a_second();
        let garbage = json!({"ReceiptHandle": "garbage"});
        vec![
            s.delete(&q, &message).code,
            s.depths(&q),
            s.delete(&q, &message).code,
            s.delete(&q, &garbage).code,
        ]
    }
    Check {
        name: "the newest handle deletes even after its timeout, again and again",
        run,
        says: &["", "0+0+0", "", "ReceiptHandleIsInvalid"],
        moto: None,
    }
}

fn deletion_by_an_old_handle() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("old-handle", json!({}));
        s.send(&q, "m");
        let old = s.receive(&q, 1, 1).remove(0);
        s.pass_a_second();
        s.receive(&q, 1, 30);
        vec![s.delete(&q, &old).code, s.depths(&q)]
    }
    Check {
        name: "an old handle succeeds without deleting",
        run,
        says: &["", "0+1+0"],
        moto: Some(Deviation {
            says: &["", "0+0+0"],
            reason: "the API reference lets either happen (\"the message might not be deleted\"); ours is the harder one",
        }),
    }
}

fn partial_batch() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("partial", json!({}));
        let entries = json!([
            {"Id": "a", "MessageBody": "a"},
            {"Id": "b", "MessageBody": "b", "DelaySeconds": 1800},
            {"Id": "c", "MessageBody": "c"},
        ]);
        vec![
            tell_batch(&s.on(&q, "SendMessageBatch", json!({ "Entries": entries }))),
            s.told(&q, 10, 30),
        ]
    }
    Check {
        name: "one bad entry fails alone",
        run,
        says: &["+a +c -b:InvalidParameterValue!", "a#1 c#1"],
        moto: None,
    }
}

fn batches_of_handles() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("handles", json!({}));
        s.send(&q, "m");
        let message = s.receive(&q, 1, 30).remove(0);
        let fields = json!({"Entries": [
            {"Id": "good", "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 40},
            {"Id": "bad", "ReceiptHandle": "garbage", "VisibilityTimeout": 40},
        ]});
        let tell = |operation: &str| tell_batch(&s.on(&q, operation, fields.clone()));
        vec![
            tell("ChangeMessageVisibilityBatch"),
            tell("DeleteMessageBatch"),
            s.depths(&q),
        ]
    }
    Check {
        name: "batches of handles fail entry by entry",
        run,
        says: &[
            "+good -bad:ReceiptHandleIsInvalid!",
            "+good -bad:ReceiptHandleIsInvalid!",
            "0+0+0",
        ],
        moto: None,
    }
}

fn message_attributes() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("attributes", json!({}));
        let text = |value: &str| json!({"DataType": "String", "StringValue": value});
        let attributes = json!({"Hello": text("There"), "General": text("Kenobi"), "Help.Me": text("Me")});
        let sent = s
            .on(
                &q,
                "SendMessage",
                json!({"MessageBody": "msg", "MessageAttributes": attributes}),
            )
            .body;
        let field = |body: &Value, name: &str| body[name].as_str().unwrap_or("none").to_owned();
        let mut said = vec![
            field(&sent, "MD5OfMessageBody"),
            field(&sent, "MD5OfMessageAttributes"),
        ];
        for names in [
            json!(["All"]),
            json!(["Hel.*"]),
            json!(["Hello", "Nowhere"]),
            json!([]),
        ] {
            let fields = json!({"VisibilityTimeout": 0, "MessageAttributeNames": names});
            let message = s.on(&q, "ReceiveMessage", fields).body["Messages"][0].clone();
            said.push(field(&message, "MD5OfMessageAttributes"));
        }
        said
    }
    Check {
        name: "MD5 sums are those recorded on real SQS",
        run,
        says: &[
            "6e2baaf3b97dbeef01c0043275f9a0e7",
            "4c360f3fdafd970e05fae2f149d997f5",
            "4c360f3fdafd970e05fae2f149d997f5",
            "83fee93c1bcd8b9a5a923ffacdc636c7",
            "a311262e065454b75da111d535b8dacd",
            "none",
        ],
        moto: None,
    }
}

/// A queue and its dead-letter queue.
pub fn pair(s: &Service, name: &str, suffix: &str, attributes: &Value) -> (String, String) {
    let dead = s.queue(&format!("{name}-dead{suffix}"), attributes.clone());
    let told = s
        .on(
            &dead,
            "GetQueueAttributes",
            json!({"AttributeNames": ["QueueArn"]}),
        )
        .body;
    let policy = json!({"deadLetterTargetArn": told["Attributes"]["QueueArn"], "maxReceiveCount": "2"});
    let mut attributes = attributes.clone();
    attributes["RedrivePolicy"] = json!(policy.to_string());
    (s.queue(&format!("{name}{suffix}"), attributes), dead)
}

fn dead_letters() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let (q, dead) = pair(s, "poisoned", "", &json!({}));
        s.send(&q, "m");
        let mut said: Vec<String> = (0..3).map(|_| s.told(&q, 10, 0)).collect();
        said.extend([s.depths(&q), s.told(&dead, 10, 30)]);
        let sources = s.on(&dead, "ListDeadLetterSourceQueues", json!({})).body["queueUrls"].clone();
        said.push((sources == json!([q])).to_string());
        said
    }
    Check {
        name: "the receive after the last allowed one moves a message to the dead-letter queue",
        run,
        says: &["m#1", "m#2", "", "0+0+0", "m#3", "true"],
        moto: None,
    }
}

fn redrive() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let (q, dead) = pair(s, "redriven", "", &json!({}));
        s.send(&q, "m");
        for _ in 0..3 {
            s.receive(&q, 10, 0);
        }
        let told = s
            .on(
                &dead,
                "GetQueueAttributes",
                json!({"AttributeNames": ["QueueArn"]}),
            )
            .body;
        let code = s
            .ask(
                "StartMessageMoveTask",
                &json!({"SourceArn": told["Attributes"]["QueueArn"]}),
            )
            .code;
        vec![code, s.told(&q, 10, 30)]
    }
    Check {
        name: "a redrive sends messages back to where they came from",
        run,
        says: &["", "m#1"],
        moto: Some(Deviation {
            says: &["500", ""],
            reason: "moto has no StartMessageMoveTask",
        }),
    }
}

fn purge() -> Check {
    fn run(s: &Service) -> Vec<String> {
        let q = s.queue("purged", json!({}));
        s.send(&q, "m");
        vec![
            s.on(&q, "PurgeQueue", json!({})).code,
            s.depths(&q),
            s.on(&q, "PurgeQueue", json!({})).code,
        ]
    }
    Check {
        name: "a queue is purged once a minute",
        run,
        says: &["", "0+0+0", "AWS.SimpleQueueService.PurgeQueueInProgress"],
        moto: Some(Deviation {
            says: &["", "0+0+0", ""],
            reason: "moto lets a queue be purged at any time; recorded: not",
        }),
    }
}
