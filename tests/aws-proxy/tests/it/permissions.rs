use aws_proxy::Refusal;
use serde_json::json;

use crate::support::{Stack, TABLE, item, key};

const LEDGER: &str = "arn:aws:dynamodb:us-east-1:000000000000:table/ledger";

#[tokio::test]
async fn a_refused_call_has_no_effect_and_is_listed() {
    let stack = Stack::with_policy(|action, _| action == "dynamodb:GetItem").await;
    stack.gate.arm(&[]);
    let (status, answer) = stack.put(item("RS-A-1", "x", "y")).await.unwrap();

    assert_eq!(
        (status, answer["__type"].as_str()),
        (400, Some("AccessDeniedException"))
    );
    assert!(
        answer["message"].as_str().unwrap().contains("dynamodb:PutItem"),
        "{answer}"
    );
    assert!(!stack.stands("RS-A-1"));
    let refusal = Refusal {
        function: "pull-orders".into(),
        action: "dynamodb:PutItem".into(),
        resource: LEDGER.into(),
    };
    assert_eq!(stack.proxy.refused(), [refusal]);
    assert_eq!(stack.gate.calls(), 0, "a refused call does not pass the gate");
    assert!(
        stack.proxy.bill().functions.is_empty(),
        "a refused call is not a call"
    );
}

#[tokio::test]
async fn what_is_allowed_and_asked_for_is_listed() {
    let stack = Stack::start().await;
    stack
        .dynamodb("GetItem", &json!({ "TableName": TABLE, "Key": key("a") }))
        .await;
    let used = (
        "pull-orders".to_owned(),
        "dynamodb:GetItem".to_owned(),
        LEDGER.to_owned(),
    );
    assert_eq!(stack.proxy.used().into_iter().collect::<Vec<_>>(), [used]);
    assert_eq!(stack.proxy.refused(), []);
}

#[tokio::test]
async fn a_policy_for_the_table_does_not_cover_its_index() {
    let stack = Stack::with_policy(|_, resource| resource == LEDGER).await;
    let query = json!({
        "TableName": TABLE, "IndexName": "open-orders",
        "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": { "#o": "open" },
        "ExpressionAttributeValues": { ":o": { "S": "open#0" } },
    });
    let (status, _) = stack.call("DynamoDB_20120810.Query", &query).await.unwrap();
    assert_eq!(status, 400);
    assert_eq!(
        stack.proxy.refused()[0].resource,
        format!("{LEDGER}/index/open-orders")
    );
}

#[tokio::test]
async fn an_unknown_key_is_nobody() {
    let stack = Stack::start().await;
    let body = json!({ "TableName": TABLE, "Item": item("a", "x", "y") });
    let (status, answer) = stack
        .call_with("AKIASTRANGER", "DynamoDB_20120810.PutItem", &body)
        .await
        .unwrap();
    assert_eq!(
        (status, answer["__type"].as_str()),
        (403, Some("UnrecognizedClientException"))
    );
    assert!(!stack.stands("a"));
    assert_eq!(stack.proxy.refused()[0].function, "unknown key AKIASTRANGER");
}

#[tokio::test]
async fn each_function_has_its_own_key_and_policy() {
    let stack = Stack::start().await;
    let other = stack.proxy.add_function("watch-orders", Box::new(|_, _| false));
    assert_ne!(other.access_key_id, stack.credentials.access_key_id);
    let get = json!({ "TableName": TABLE, "Key": key("a") });
    let (status, _) = stack
        .call_with(&other.access_key_id, "DynamoDB_20120810.GetItem", &get)
        .await
        .unwrap();
    assert_eq!(status, 400);
    assert_eq!(stack.proxy.refused()[0].function, "watch-orders");
}

#[tokio::test]
async fn an_unknown_operation_is_said_to_be_unknown() {
    let stack = Stack::start().await;
    let (status, answer) = stack
        .call("secretsmanager.DeleteSecret", &json!({}))
        .await
        .unwrap();
    assert_eq!(
        (status, answer["__type"].as_str()),
        (400, Some("UnknownOperationException"))
    );
}
