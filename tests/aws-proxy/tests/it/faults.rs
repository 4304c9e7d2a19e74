use host::{Fault, Form};
use serde_json::{Value, json};

use crate::support::{Stack, TABLE, item, key};

#[tokio::test]
async fn a_lost_reply_leaves_the_effect() {
    let stack = Stack::start().await;
    stack.break_next(Form::ReplyLost);
    assert_eq!(stack.put(item("a", "x", "y")).await, None);
    assert!(stack.stands("a"));
    assert!(
        (stack.proxy.bill().for_key("a").write_units - 1.0).abs() < 1e-9,
        "what took effect is billed"
    );
}

#[tokio::test]
async fn a_call_killed_before_it_is_made_has_no_effect() {
    let stack = Stack::start().await;
    stack.break_next(Form::Before);
    assert_eq!(stack.put(item("a", "x", "y")).await, None);
    assert!(!stack.stands("a"));
    assert!(stack.proxy.bill().for_key("a").write_units.abs() < 1e-9);
}

#[tokio::test]
async fn throttling_takes_both_of_its_names_in_turn() {
    let stack = Stack::start().await;
    stack.always("dynamodb", Fault::Throttled);
    let mut kinds = Vec::new();
    for _ in 0..2 {
        let (status, answer) = stack.put(item("a", "x", "y")).await.unwrap();
        assert_eq!(status, 400);
        kinds.push(
            answer["__type"]
                .as_str()
                .unwrap()
                .rsplit_once('#')
                .unwrap()
                .1
                .to_owned(),
        );
    }
    assert_eq!(
        kinds,
        ["ProvisionedThroughputExceededException", "ThrottlingException"]
    );
    assert!(!stack.stands("a"));
}

#[tokio::test]
async fn a_server_error_has_no_effect() {
    let stack = Stack::start().await;
    stack.always("dynamodb", Fault::ServerError);
    let (status, answer) = stack.put(item("a", "x", "y")).await.unwrap();
    assert_eq!(status, 500);
    assert_eq!(
        answer["__type"],
        "com.amazonaws.dynamodb.v20120810#InternalServerError"
    );
    assert!(!stack.stands("a"));
}

fn batch(keys: &[&str]) -> Value {
    let puts: Vec<Value> = keys
        .iter()
        .map(|pk| json!({ "PutRequest": { "Item": item(pk, "x", "y") } }))
        .collect();
    json!({ "RequestItems": { TABLE: puts } })
}

#[tokio::test]
async fn a_partial_batch_writes_its_first_half_and_says_what_it_left() {
    let stack = Stack::start().await;
    stack.always("dynamodb", Fault::PartialBatch);
    let answer = stack
        .dynamodb("BatchWriteItem", &batch(&["a", "b", "c", "d"]))
        .await;

    let left = json!([
        { "PutRequest": { "Item": item("c", "x", "y") } },
        { "PutRequest": { "Item": item("d", "x", "y") } },
    ]);
    assert_eq!(answer["UnprocessedItems"], json!({ TABLE: left }));
    assert_eq!(
        ["a", "b", "c", "d"].map(|pk| stack.stands(pk)),
        [true, true, false, false]
    );
}

#[tokio::test]
async fn a_partial_batch_of_one_is_throttled_as_a_whole() {
    let stack = Stack::start().await;
    stack.always("dynamodb", Fault::PartialBatch);
    let (status, answer) = stack
        .call("DynamoDB_20120810.BatchWriteItem", &batch(&["a"]))
        .await
        .unwrap();
    assert_eq!(status, 400);
    assert!(
        answer["__type"]
            .as_str()
            .unwrap()
            .ends_with("ProvisionedThroughputExceededException")
    );
    assert!(!stack.stands("a"));
}

#[tokio::test]
async fn a_partial_read_says_which_keys_it_left() {
    let stack = Stack::start().await;
    stack.dynamodb("BatchWriteItem", &batch(&["a", "b"])).await;
    stack.always("dynamodb", Fault::PartialBatch);
    let read = json!({ "RequestItems": { TABLE: { "Keys": [key("a"), key("b")], "ConsistentRead": true } } });
    let answer = stack.dynamodb("BatchGetItem", &read).await;
    assert_eq!(answer["Responses"][TABLE], json!([item("a", "x", "y")]));
    assert_eq!(
        answer["UnprocessedKeys"][TABLE],
        json!({ "Keys": [key("b")], "ConsistentRead": true })
    );
}

#[tokio::test]
async fn the_gate_sees_each_call_once_with_its_first_key() {
    let stack = Stack::start().await;
    stack.gate.arm(&[]);
    stack.dynamodb("BatchWriteItem", &batch(&["b", "a"])).await;
    assert_eq!(stack.gate.journal(), ["pull-orders dynamodb BatchWriteItem b"]);
}
