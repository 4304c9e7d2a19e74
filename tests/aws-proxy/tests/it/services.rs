use std::time::Duration;

use aws_proxy::SecretAccess;
use host::{Fault, Form};
use serde_json::{Value, json};

use crate::support::{Stack, TABLE, item};

async fn secret(stack: &Stack) -> (u16, Value) {
    stack
        .answer(
            "secretsmanager.GetSecretValue",
            &json!({ "SecretId": "relay/erp" }),
        )
        .await
}

#[tokio::test]
async fn a_secret_is_read_in_its_current_version() {
    let stack = Stack::start().await;
    stack.proxy.put_secret("relay/erp", r#"{"token":"old"}"#);
    stack.proxy.put_secret("relay/erp", r#"{"token":"new"}"#);
    let (status, answer) = secret(&stack).await;
    assert_eq!(
        (status, answer["SecretString"].as_str()),
        (200, Some(r#"{"token":"new"}"#))
    );
    assert_eq!(
        answer["ARN"],
        "arn:aws:secretsmanager:us-east-1:000000000000:secret:relay/erp-AbCdEf"
    );
    assert_eq!(stack.proxy.bill().secret_reads(), 1);
    let by_arn = json!({ "SecretId": answer["ARN"] });
    let (_, again) = stack
        .call("secretsmanager.GetSecretValue", &by_arn)
        .await
        .unwrap();
    assert_eq!(again, answer);
}

#[tokio::test]
async fn a_secret_that_cannot_be_read_says_why() {
    let stack = Stack::start().await;
    assert_eq!(secret(&stack).await.1["__type"], "ResourceNotFoundException");
    stack.proxy.put_secret("relay/erp", "{}");
    for (access, kind) in [
        (SecretAccess::Missing, "ResourceNotFoundException"),
        (SecretAccess::Denied, "AccessDeniedException"),
        (SecretAccess::Undecryptable, "DecryptionFailure"),
    ] {
        stack.proxy.set_secret_access("relay/erp", access);
        let (status, answer) = secret(&stack).await;
        assert_eq!((status, answer["__type"].as_str()), (400, Some(kind)));
    }
    stack.proxy.set_secret_access("relay/erp", SecretAccess::Readable);
    assert_eq!(secret(&stack).await.0, 200);
}

#[tokio::test]
async fn secrets_manager_has_bad_days() {
    let stack = Stack::start().await;
    stack.proxy.put_secret("relay/erp", "{}");
    stack.always("secretsmanager", Fault::ServerError);
    let (status, answer) = secret(&stack).await;
    assert_eq!(
        (status, answer["__type"].as_str()),
        (500, Some("InternalServiceError"))
    );
    stack.always("secretsmanager", Fault::Throttled);
    let (status, answer) = secret(&stack).await;
    assert_eq!(
        (status, answer["__type"].as_str()),
        (400, Some("ThrottlingException"))
    );
}

fn event(source: &str) -> Value {
    json!({ "Source": source, "DetailType": "OrderHeld", "Detail": "{}", "EventBusName": "orders" })
}

#[tokio::test]
async fn events_are_kept_and_malformed_ones_are_failed_alone() {
    let stack = Stack::start().await;
    let mut bad = event("relay");
    bad["Detail"] = json!("no json");
    let put = json!({ "Entries": [event("relay"), bad, event("")] });
    let (status, answer) = stack.call("AWSEvents.PutEvents", &put).await.unwrap();
    assert_eq!((status, answer["FailedEntryCount"].as_u64()), (200, Some(2)));
    assert_eq!(answer["Entries"][1]["ErrorCode"], "MalformedDetail");
    assert_eq!(answer["Entries"][2]["ErrorCode"], "InvalidArgument");
    assert_eq!(stack.proxy.events(), [event("relay")]);
}

#[tokio::test]
async fn a_partial_put_of_events_takes_the_first_half() {
    let stack = Stack::start().await;
    stack.always("events", Fault::PartialBatch);
    let put = json!({ "Entries": [event("one"), event("two")] });
    let (_, answer) = stack.call("AWSEvents.PutEvents", &put).await.unwrap();
    assert_eq!(answer["FailedEntryCount"], 1);
    assert_eq!(answer["Entries"][1]["ErrorCode"], "InternalFailure");
    assert_eq!(stack.proxy.events(), [event("one")]);
}

#[tokio::test]
async fn events_whose_reply_is_lost_are_kept() {
    let stack = Stack::start().await;
    stack.break_next(Form::ReplyLost);
    assert_eq!(
        stack
            .call("AWSEvents.PutEvents", &json!({ "Entries": [event("relay")] }))
            .await,
        None
    );
    assert_eq!(stack.proxy.events().len(), 1);
}

#[tokio::test]
async fn queues_are_reached_through_the_same_endpoint() {
    let stack = Stack::start().await;
    let name = json!({ "QueueName": "import" });
    let (status, answer) = stack.call("AmazonSQS.CreateQueue", &name).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let url = answer["QueueUrl"].as_str().unwrap();
    assert!(url.starts_with(&stack.proxy.url()), "{url}");
    stack.gate.arm(&[]);
    let entries = json!({ "QueueUrl": url, "Entries": [{ "Id": "1", "MessageBody": "hint" }] });
    let (status, answer) = stack.call("AmazonSQS.SendMessageBatch", &entries).await.unwrap();
    assert_eq!(status, 200, "{answer}");

    assert_eq!(stack.gate.calls(), 1, "the gate is asked once");
    assert_eq!(stack.sqs.peek("import"), ["hint"]);
    assert_eq!(stack.proxy.bill().sqs_requests()["SendMessageBatch"], 1);
    assert_eq!(stack.proxy.bill().queues["import"], 1);
    let queue = "arn:aws:sqs:us-east-1:000000000000:import";
    let used = (
        "pull-orders".to_owned(),
        "sqs:SendMessage".to_owned(),
        queue.to_owned(),
    );
    assert!(stack.proxy.used().contains(&used), "{:?}", stack.proxy.used());
}

#[tokio::test]
async fn items_expire_by_the_clock_of_the_test() {
    let stack = Stack::start().await;
    let at = (stack.clock.now_ms() / 1000 + 3600).to_string();
    let mut item = item("a", "x", "y");
    item["expires"] = json!({ "N": at });
    stack.put(item).await.unwrap();
    stack.proxy.database().sweep_ttl().unwrap();
    assert!(stack.stands("a"));
    stack.clock.advance(Duration::from_secs(3700));
    stack.proxy.database().sweep_ttl().unwrap();
    assert!(!stack.stands("a"));
}

#[tokio::test]
async fn a_request_to_a_queue_is_billed_for_each_64_kb_of_it() {
    let stack = Stack::start().await;
    let name = json!({ "QueueName": "import" });
    let (_, answer) = stack.call("AmazonSQS.CreateQueue", &name).await.unwrap();
    let message = json!({ "QueueUrl": answer["QueueUrl"], "MessageBody": "x".repeat(100_000) });
    let (status, answer) = stack.call("AmazonSQS.SendMessage", &message).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(stack.proxy.bill().queues["import"], 2);
}

#[tokio::test]
async fn what_lies_in_a_table_is_weighed_with_its_index_entries() {
    let stack = Stack::start().await;
    stack.put(item("a", "x", "y")).await.unwrap();
    // pk and a, sk and state, x and y: 3 + 7 + 2, and 100 that DynamoDB adds.
    assert_eq!(
        (stack.proxy.stored(TABLE).items, stack.proxy.stored(TABLE).bytes),
        (1, 112)
    );
    stack.put(item("b", "open", "open#0")).await.unwrap();
    // 3 + 7 + 10 in the table and as much in the index, each with 100.
    assert_eq!(
        (stack.proxy.stored(TABLE).items, stack.proxy.stored(TABLE).bytes),
        (2, 112 + 240)
    );
}
