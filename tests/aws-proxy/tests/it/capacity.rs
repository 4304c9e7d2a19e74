use serde_json::{Value, json};

use crate::support::{Stack, TABLE, item, key};

/// Units of the key `a`, and a new bill.
fn units(stack: &Stack) -> f64 {
    let units = stack.proxy.bill().for_key("a").write_units;
    stack.proxy.reset_bill();
    units
}

fn near(left: f64, right: f64) {
    assert!((left - right).abs() < 1e-9, "{left} is not {right}");
}

/// Updates the key `a`; `#n` in the expression is this attribute, `:v` this text.
async fn update(stack: &Stack, expression: &str, name: &str, text: Option<&str>) {
    let mut update = json!({
        "TableName": TABLE, "Key": key("a"), "UpdateExpression": expression,
        "ExpressionAttributeNames": { "#n": name },
    });
    if let Some(text) = text {
        update["ExpressionAttributeValues"] = json!({ ":v": { "S": text } });
    }
    stack.dynamodb("UpdateItem", &update).await;
}

#[tokio::test]
async fn an_item_in_the_index_costs_its_table_and_its_index() {
    let stack = Stack::start().await;
    stack.put(item("a", "open", "open#0")).await.unwrap();
    near(units(&stack), 2.0);
}

#[tokio::test]
async fn an_update_that_the_index_does_not_see_costs_the_table_alone() {
    let stack = Stack::start().await;
    stack.put(item("a", "open", "open#0")).await.unwrap();
    units(&stack);
    update(&stack, "SET #n = :v", "x", Some("y")).await;
    near(units(&stack), 1.0);
}

#[tokio::test]
async fn leaving_the_index_costs_the_table_and_the_index() {
    let stack = Stack::start().await;
    stack.put(item("a", "open", "open#0")).await.unwrap();
    units(&stack);
    update(&stack, "REMOVE #n", "open", None).await;
    near(units(&stack), 2.0);
}

#[tokio::test]
async fn moving_within_the_index_costs_the_index_twice() {
    let stack = Stack::start().await;
    stack.put(item("a", "open", "open#0")).await.unwrap();
    units(&stack);
    update(&stack, "SET #n = :v", "open", Some("open#1")).await;
    near(units(&stack), 3.0);
}

#[tokio::test]
async fn an_item_of_more_than_a_kilobyte_costs_another_unit() {
    let stack = Stack::start().await;
    stack.put(item("a", "x", &"y".repeat(1024))).await.unwrap();
    near(units(&stack), 2.0);
    stack.put(item("a", "x", "y")).await.unwrap();
    near(units(&stack), 2.0);
}

#[tokio::test]
async fn a_batch_of_25_counts_a_twenty_fifth_of_a_call_for_each() {
    let stack = Stack::start().await;
    let size = |n: usize| if n == 7 { 2000 } else { 100 };
    let puts: Vec<Value> = (0..25)
        .map(|n| json!({ "PutRequest": { "Item": item(&format!("k{n}"), "x", &"y".repeat(size(n))) } }))
        .collect();
    stack
        .dynamodb("BatchWriteItem", &json!({ "RequestItems": { TABLE: puts } }))
        .await;

    let bill = stack.proxy.bill();
    near(bill.for_key("k3").write_calls, 0.04);
    near(bill.for_key("k3").write_units, 1.0);
    near(bill.for_key("k7").write_units, 2.0);
    near(bill.for_keys(["k3", "k7"]).write_units, 3.0);
    near(bill.all_keys().write_calls, 1.0);
    near(bill.all_keys().write_units, 26.0);
    near(bill.total().write_units, 26.0);
}

#[tokio::test]
async fn an_index_in_a_batch_is_billed_to_the_items_in_it() {
    let stack = Stack::start().await;
    let puts = json!([
        { "PutRequest": { "Item": item("a", "open", "open#0") } },
        { "PutRequest": { "Item": item("b", "x", "y") } },
    ]);
    stack
        .dynamodb("BatchWriteItem", &json!({ "RequestItems": { TABLE: puts } }))
        .await;
    let bill = stack.proxy.bill();
    near(bill.for_key("a").write_units, 2.0);
    near(bill.for_key("b").write_units, 1.0);
}

#[tokio::test]
async fn a_transaction_costs_double_on_the_table() {
    let stack = Stack::start().await;
    let puts = json!([
        { "Put": { "TableName": TABLE, "Item": item("a", "open", "open#0") } },
        { "Put": { "TableName": TABLE, "Item": item("b", "x", "y") } },
    ]);
    stack
        .dynamodb("TransactWriteItems", &json!({ "TransactItems": puts }))
        .await;
    let bill = stack.proxy.bill();
    near(bill.for_key("a").write_units, 3.0);
    near(bill.for_key("b").write_units, 2.0);
    near(bill.for_key("b").write_calls, 0.5);
}

#[tokio::test]
async fn a_refused_condition_costs_what_the_item_that_is_there_weighs() {
    let stack = Stack::start().await;
    stack.put(item("a", "x", &"y".repeat(2500))).await.unwrap();
    units(&stack);
    let again = json!({
        "TableName": TABLE, "Item": item("a", "x", "y"), "ConditionExpression": "attribute_not_exists(pk)",
    });
    let (status, answer) = stack.call("DynamoDB_20120810.PutItem", &again).await.unwrap();
    assert_eq!(status, 400);
    assert!(
        answer["__type"]
            .as_str()
            .unwrap()
            .ends_with("ConditionalCheckFailedException"),
        "{answer}"
    );
    near(units(&stack), 3.0);
}

#[tokio::test]
async fn reads_cost_half_a_unit_and_a_whole_one_when_consistent() {
    let stack = Stack::start().await;
    stack.put(item("a", "open", "open#0")).await.unwrap();
    stack.proxy.reset_bill();
    stack
        .dynamodb("GetItem", &json!({ "TableName": TABLE, "Key": key("a") }))
        .await;
    near(stack.proxy.bill().for_function("pull-orders").read_units, 0.5);
    stack
        .dynamodb(
            "GetItem",
            &json!({ "TableName": TABLE, "Key": key("a"), "ConsistentRead": true }),
        )
        .await;
    near(stack.proxy.bill().for_function("pull-orders").read_units, 1.5);
    let query = json!({
        "TableName": TABLE, "IndexName": "open-orders", "KeyConditionExpression": "#o = :o",
        "ExpressionAttributeNames": { "#o": "open" },
        "ExpressionAttributeValues": { ":o": { "S": "open#0" } },
    });
    let found = stack.dynamodb("Query", &query).await;
    assert_eq!(found["Count"], 1);
    let bill = stack.proxy.bill().for_function("pull-orders");
    near(bill.read_units, 2.0);
    assert_eq!(bill.calls[&("dynamodb".to_owned(), "GetItem".to_owned())], 2);
    near(bill.write_units, 0.0);
}
