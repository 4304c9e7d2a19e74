//! What a queue's mapping sends to a function, and what it makes of the answer.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html> and
//! <https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting>

use std::collections::BTreeSet;

use embedded_sqs::Received;
use serde_json::{Map, Value, json};

use crate::instance::REGION;

/// The event that Lambda makes of a batch.
pub fn event(queue_arn: &str, batch: &[Received]) -> Value {
    let records: Vec<Value> = batch.iter().map(|message| record(queue_arn, message)).collect();
    json!({ "Records": records })
}

fn record(queue_arn: &str, message: &Received) -> Value {
    let attributes: Map<String, Value> = message
        .message_attributes
        .iter()
        .map(|(name, value)| (name.clone(), attribute(value)))
        .collect();
    json!({
        "messageId": message.message_id,
        "receiptHandle": message.receipt_handle,
        "body": message.body,
        "attributes": message.attributes,
        "messageAttributes": attributes,
        "md5OfBody": message.md5_of_body,
        "eventSource": "aws:sqs",
        "eventSourceARN": queue_arn,
        "awsRegion": REGION,
    })
}

/// Lambda writes attributes in its own case and adds two lists that are always empty.
fn attribute(sqs: &Value) -> Value {
    let mut lambda = json!({ "stringListValues": [], "binaryListValues": [], "dataType": sqs["DataType"] });
    for (from, to) in [("StringValue", "stringValue"), ("BinaryValue", "binaryValue")] {
        if let Some(value) = sqs.get(from) {
            lambda[to] = value.clone();
        }
    }
    lambda
}

/// What an answer means for the batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// All is done but for these message ids, which stay in the queue.
    DoneExcept(BTreeSet<String>),
    /// Nothing is done: the answer could not be read, for this reason. The whole batch stays.
    Unreadable(String),
}

/// Reads a function's answer, as a mapping with `ReportBatchItemFailures` does; `ids` are the batch's message ids.
///
/// Lambda documents these as complete success: a `null` or empty answer, and a `null` or empty list in it. And these
/// as complete failure: an answer that is not of this shape, an identifier that is empty, `null`, of a wrong name, or of
/// no message in the batch. A guess of ours, on the strict side: an object with other fields but without
/// `batchItemFailures` is not of this shape.
pub fn verdict(answer: &Value, ids: &BTreeSet<String>) -> Verdict {
    let failures = match answer {
        Value::Null => return Verdict::DoneExcept(BTreeSet::new()),
        Value::Object(fields) if fields.is_empty() => return Verdict::DoneExcept(BTreeSet::new()),
        Value::Object(fields) => fields.get("batchItemFailures"),
        _ => None,
    };
    match failures {
        Some(Value::Null) => Verdict::DoneExcept(BTreeSet::new()),
        Some(Value::Array(items)) => items
            .iter()
            .map(|item| identifier(item, ids))
            .collect::<Result<_, _>>()
            .map_or_else(Verdict::Unreadable, Verdict::DoneExcept),
        Some(other) => Verdict::Unreadable(format!("batchItemFailures is no list: {other}")),
        None => Verdict::Unreadable(format!("the answer has no batchItemFailures: {answer}")),
    }
}

fn identifier(item: &Value, ids: &BTreeSet<String>) -> Result<String, String> {
    match item.get("itemIdentifier").and_then(Value::as_str) {
        Some(id) if ids.contains(id) => Ok(id.to_owned()),
        Some(id) => Err(format!("no message of the batch has the itemIdentifier {id:?}")),
        None => Err(format!("an entry has no itemIdentifier: {item}")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn ids(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    fn judge(answer: Value) -> Verdict {
        verdict(&answer, &ids(&["m-1", "m-2"]))
    }

    #[test]
    fn an_answer_that_names_nothing_is_complete_success() {
        for answer in [
            json!(null),
            json!({}),
            json!({"batchItemFailures": []}),
            json!({"batchItemFailures": null}),
        ] {
            assert_eq!(judge(answer.clone()), Verdict::DoneExcept(ids(&[])), "{answer}");
        }
    }

    #[test]
    fn only_the_named_messages_stay() {
        let answer = json!({"batchItemFailures": [{"itemIdentifier": "m-2"}]});
        assert_eq!(judge(answer), Verdict::DoneExcept(ids(&["m-2"])));
    }

    #[test]
    fn an_answer_that_cannot_be_read_fails_the_whole_batch() {
        for answer in [
            json!({"batchItemFailures": [{"itemIdentifier": ""}]}),
            json!({"batchItemFailures": [{"itemIdentifier": null}]}),
            json!({"batchItemFailures": [{"ItemIdentifier": "m-1"}]}),
            json!({"batchItemFailures": [{"itemIdentifier": "m-1"}, {"itemIdentifier": "m-3"}]}),
            json!({"batchItemFailures": ["m-1"]}),
            json!({"batchItemFailures": "m-1"}),
            json!({"statusCode": 200}),
            json!("done"),
            json!([]),
        ] {
            assert!(
                matches!(judge(answer.clone()), Verdict::Unreadable(_)),
                "{answer}"
            );
        }
    }

    #[test]
    fn a_record_is_what_lambda_documents() {
        let message = Received {
            message_id: "059f36b4".to_owned(),
            receipt_handle: "AQEB".to_owned(),
            body: "Test message.".to_owned(),
            md5_of_body: "e4e68fb7bd0e697a0ae8f1bb342846b3".to_owned(),
            attributes: BTreeMap::from([("ApproximateReceiveCount".to_owned(), "1".to_owned())]),
            message_attributes: [(
                "kind".to_owned(),
                json!({"DataType": "String", "StringValue": "a"}),
            )]
            .into_iter()
            .collect(),
        };
        let expected = json!({"Records": [{
            "messageId": "059f36b4",
            "receiptHandle": "AQEB",
            "body": "Test message.",
            "attributes": {"ApproximateReceiveCount": "1"},
            "messageAttributes": {"kind": {
                "stringValue": "a", "stringListValues": [], "binaryListValues": [], "dataType": "String",
            }},
            "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:000000000000:q",
            "awsRegion": "us-east-1",
        }]});
        assert_eq!(
            event("arn:aws:sqs:us-east-1:000000000000:q", &[message]),
            expected
        );
    }
}
