//! Which IAM permissions a call needs: pairs of action and resource ARN.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::call::Service;

/// One thing that a policy must allow: an action and a resource ARN.
pub(crate) type Permission = (String, String);

/// The region and account that every ARN here carries.
const PLACE: &str = "us-east-1:000000000000";

/// All permissions that this call needs. None are needed where the request names no resource because it is malformed:
/// the service refuses it by itself.
pub(crate) fn needed(service: Service, operation: &str, body: &Value) -> BTreeSet<Permission> {
    match service {
        Service::DynamoDb => dynamodb(operation, body),
        Service::Sqs => sqs(operation, body),
        Service::SecretsManager => {
            let name = secret_name(body["SecretId"].as_str().unwrap_or_default());
            one(service, operation, secret_arn(name))
        }
        Service::Events => {
            let buses = body["Entries"].as_array().into_iter().flatten().map(bus);
            buses.map(|bus| (format!("events:{operation}"), bus)).collect()
        }
    }
}

fn one(service: Service, operation: &str, resource: String) -> BTreeSet<Permission> {
    BTreeSet::from([(format!("{}:{operation}", service.name()), resource)])
}

fn dynamodb(operation: &str, body: &Value) -> BTreeSet<Permission> {
    match operation {
        "BatchWriteItem" | "BatchGetItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables
                .map(|(table, _)| (format!("dynamodb:{operation}"), table_arn(table)))
                .collect()
        }
        "TransactWriteItems" | "TransactGetItems" => transaction(body),
        _ => {
            let table = body["TableName"].as_str().map(table_arn);
            let resource = match (table, body["IndexName"].as_str()) {
                (Some(table), Some(index)) => format!("{table}/index/{index}"),
                (Some(table), None) => table,
                (None, _) => "*".to_owned(),
            };
            one(Service::DynamoDb, operation, resource)
        }
    }
}

/// A transaction has no permission of its own: each part needs that of the single call (DynamoDB developer guide,
/// "Using IAM with DynamoDB transactions").
fn transaction(body: &Value) -> BTreeSet<Permission> {
    let parts = body["TransactItems"].as_array().into_iter().flatten();
    let parts = parts.filter_map(Value::as_object).flatten();
    let needed = parts.map(|(kind, part)| {
        let table = part["TableName"].as_str().unwrap_or_default();
        // `Put` is `PutItem` in a policy, and `ConditionCheck` is `ConditionCheckItem`.
        (format!("dynamodb:{kind}Item"), table_arn(table))
    });
    needed.collect()
}

/// A table's ARN, from its name or its ARN.
fn table_arn(table: &str) -> String {
    format!("arn:aws:dynamodb:{PLACE}:table/{}", after_last(table, '/'))
}

fn sqs(operation: &str, body: &Value) -> BTreeSet<Permission> {
    if operation == "StartMessageMoveTask" {
        return redrive(body);
    }
    // The batch operations have no action of their own (SQS developer guide, "Amazon SQS API permissions").
    let action = match operation {
        "SendMessageBatch" => "SendMessage",
        "DeleteMessageBatch" => "DeleteMessage",
        "ChangeMessageVisibilityBatch" => "ChangeMessageVisibility",
        other => other,
    };
    let queue = body["QueueUrl"].as_str().map(|url| after_last(url, '/'));
    let queue = queue.or_else(|| body["QueueName"].as_str());
    let queue = queue.or_else(|| body["SourceArn"].as_str().map(|arn| after_last(arn, ':')));
    one(Service::Sqs, action, queue_arn(queue.unwrap_or("*")))
}

/// What a redrive does to both queues needs permission too (SQS developer guide, "configure queue permissions for
/// dead-letter queue redrive").
fn redrive(body: &Value) -> BTreeSet<Permission> {
    let source = queue_arn(after_last(body["SourceArn"].as_str().unwrap_or("*"), ':'));
    let on_source = [
        "StartMessageMoveTask",
        "ReceiveMessage",
        "DeleteMessage",
        "GetQueueAttributes",
    ];
    let mut needed: BTreeSet<_> = on_source
        .map(|action| (format!("sqs:{action}"), source.clone()))
        .into_iter()
        .collect();
    if let Some(destination) = body["DestinationArn"].as_str() {
        needed.insert((
            "sqs:SendMessage".to_owned(),
            queue_arn(after_last(destination, ':')),
        ));
    }
    needed
}

fn queue_arn(queue: &str) -> String {
    format!("arn:aws:sqs:{PLACE}:{queue}")
}

/// A secret's name, from its name or its ARN. Every ARN here ends in the same six characters, where AWS draws them.
pub(crate) fn secret_name(id: &str) -> &str {
    match id.strip_prefix("arn:") {
        Some(arn) => after_last(arn, ':').trim_end_matches("-AbCdEf"),
        None => id,
    }
}

/// A secret's ARN from its name.
pub(crate) fn secret_arn(name: &str) -> String {
    format!("arn:aws:secretsmanager:{PLACE}:secret:{name}-AbCdEf")
}

fn bus(entry: &Value) -> String {
    let name = entry["EventBusName"].as_str().unwrap_or("default");
    format!(
        "arn:aws:events:{PLACE}:event-bus/{}",
        name.rsplit_once("event-bus/").map_or(name, |(_, name)| name)
    )
}

fn after_last(text: &str, mark: char) -> &str {
    text.rsplit_once(mark).map_or(text, |(_, last)| last)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(service: Service, operation: &str, body: &Value, expected: &[(&str, &str)]) {
        let expected = expected
            .iter()
            .map(|(action, arn)| ((*action).to_owned(), (*arn).to_owned()))
            .collect();
        assert_eq!(needed(service, operation, body), expected);
    }

    #[test]
    fn a_query_on_an_index_needs_the_index_and_not_the_table() {
        let query = json!({ "TableName": "ledger", "IndexName": "open" });
        let index = "arn:aws:dynamodb:us-east-1:000000000000:table/ledger/index/open";
        check(Service::DynamoDb, "Query", &query, &[("dynamodb:Query", index)]);
    }

    #[test]
    fn a_batch_needs_each_of_its_tables() {
        let batch = json!({ "RequestItems": { "a": [], "b": [] } });
        let (a, b) = (
            "arn:aws:dynamodb:us-east-1:000000000000:table/a",
            "arn:aws:dynamodb:us-east-1:000000000000:table/b",
        );
        let action = "dynamodb:BatchWriteItem";
        check(
            Service::DynamoDb,
            "BatchWriteItem",
            &batch,
            &[(action, a), (action, b)],
        );
    }

    #[test]
    fn a_transaction_needs_what_its_parts_need() {
        let parts = json!({ "TransactItems": [
            { "Put": { "TableName": "t" } }, { "ConditionCheck": { "TableName": "t" } },
        ] });
        let table = "arn:aws:dynamodb:us-east-1:000000000000:table/t";
        let expected = [
            ("dynamodb:PutItem", table),
            ("dynamodb:ConditionCheckItem", table),
        ];
        check(Service::DynamoDb, "TransactWriteItems", &parts, &expected);
    }

    #[test]
    fn an_sqs_batch_needs_the_single_action_on_its_queue() {
        let batch = json!({ "QueueUrl": "http://127.0.0.1:1/000000000000/import" });
        let queue = "arn:aws:sqs:us-east-1:000000000000:import";
        check(
            Service::Sqs,
            "SendMessageBatch",
            &batch,
            &[("sqs:SendMessage", queue)],
        );
        check(
            Service::Sqs,
            "DeleteMessageBatch",
            &batch,
            &[("sqs:DeleteMessage", queue)],
        );
    }

    #[test]
    fn a_secret_is_known_by_name_and_by_arn() {
        let arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:relay/erp-AbCdEf";
        let expected = [("secretsmanager:GetSecretValue", arn)];
        check(
            Service::SecretsManager,
            "GetSecretValue",
            &json!({ "SecretId": "relay/erp" }),
            &expected,
        );
        check(
            Service::SecretsManager,
            "GetSecretValue",
            &json!({ "SecretId": arn }),
            &expected,
        );
    }

    #[test]
    fn an_event_without_a_bus_goes_to_the_default_bus() {
        let events = json!({ "Entries": [{}, { "EventBusName": "orders" }] });
        let place = "arn:aws:events:us-east-1:000000000000:event-bus";
        let (default, orders) = (format!("{place}/default"), format!("{place}/orders"));
        let action = "events:PutEvents";
        check(
            Service::Events,
            "PutEvents",
            &events,
            &[(action, &default), (action, &orders)],
        );
    }
}
