//! Reads `ConsumedCapacity` and puts it on the bill, item by item.

use dynoxide::types::{item_size, table_write_capacity_units, write_capacity_units};
use dynoxide::{Database, Item};
use serde_json::Value;

use crate::call::AwsCall;
use crate::shared::Shared;
use crate::writes::{Write, writes};

/// Whether a request of this operation may ask for `ReturnConsumedCapacity`.
pub(crate) fn is_metered(operation: &str) -> bool {
    const METERED: [&str; 13] = [
        "BatchExecuteStatement",
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "ExecuteStatement",
        "ExecuteTransaction",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactGetItems",
        "TransactWriteItems",
        "UpdateItem",
    ];
    METERED.contains(&operation)
}

/// Bills a successful answer to `sent`, which is what was forwarded of the call.
pub(crate) fn answered(shared: &Shared, call: &AwsCall, sent: &Value, answer: &Value) {
    let items = writes(&call.operation, sent);
    for consumed in per_table(&answer["ConsumedCapacity"]) {
        // A replayed transaction is billed as a read and says so.
        if items.is_empty() || consumed.get("ReadCapacityUnits").is_some() {
            shared.with_bill(|bill| bill.read(&call.caller, units(consumed)));
            continue;
        }
        let table = consumed["TableName"].as_str().unwrap_or_default();
        let of_table: Vec<Write<'_>> = items.iter().filter(|item| item.table == table).copied().collect();
        for (item, units) in of_table.iter().zip(split(&shared.database, consumed, &of_table)) {
            shared.with_bill(|bill| bill.wrote(&call.caller, item.pk(), units));
        }
    }
}

/// Bills a write whose condition was refused.
///
/// DynamoDB takes write units for it, by the larger of the item that is there and the one that was to be put, and says
/// nothing of it in the answer (developer guide, "Conditional writes"); neither does dynoxide.
pub(crate) fn condition_refused(shared: &Shared, call: &AwsCall) {
    for item in writes(&call.operation, &call.body) {
        let there = there(&shared.database, &item).map(|item| item_size(&item));
        let units = table_write_capacity_units(there, size(&item));
        shared.with_bill(|bill| bill.wrote(&call.caller, item.pk(), units));
    }
}

/// One entry per table, in single and batch answers alike.
fn per_table(consumed: &Value) -> impl Iterator<Item = &Value> {
    let single = consumed.is_object().then_some(consumed);
    consumed.as_array().into_iter().flatten().chain(single)
}

fn units(detail: &Value) -> f64 {
    detail["CapacityUnits"].as_f64().unwrap_or_default()
}

/// One table's units, item by item: the table's own by each item's size in KB, an index's over the items that carry
/// its key. That is exact unless an item replaced a larger one, or left an index, among others in one call.
fn split(database: &Database, consumed: &Value, items: &[Write<'_>]) -> Vec<f64> {
    let sizes: Vec<f64> = items
        .iter()
        .map(|item| write_capacity_units(size(item).unwrap_or(0)))
        .collect();
    let mut split = share(units(&consumed["Table"]), &sizes);
    for kind in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes"] {
        for (index, detail) in consumed[kind].as_object().into_iter().flatten() {
            let weights = members(database, index, items);
            for (sum, more) in split.iter_mut().zip(share(units(detail), &weights)) {
                *sum += more;
            }
        }
    }
    split
}

/// Shares `units` by weight.
fn share(units: f64, weights: &[f64]) -> Vec<f64> {
    let whole: f64 = weights.iter().sum();
    weights.iter().map(|weight| units * weight / whole).collect()
}

/// 1 for each item that the request shows to be in the index, or for all if it shows none.
fn members(database: &Database, index: &str, items: &[Write<'_>]) -> Vec<f64> {
    let keys = items
        .first()
        .map(|item| index_keys(database, item.table, index))
        .unwrap_or_default();
    let is_member = |item: &Write<'_>| keys.iter().all(|key| item.attributes.get(key).is_some());
    let members: Vec<f64> = items
        .iter()
        .map(|item| if is_member(item) { 1.0 } else { 0.0 })
        .collect();
    if members.iter().any(|weight| *weight > 0.0) {
        members
    } else {
        vec![1.0; items.len()]
    }
}

/// The names of a table's indexes.
pub(crate) fn index_names(database: &Database, table: &str) -> Vec<String> {
    let definitions = index_definitions(database, table).into_iter();
    definitions
        .filter_map(|one| Some(one["IndexName"].as_str()?.to_owned()))
        .collect()
}

/// The names of an index's key attributes.
pub(crate) fn index_keys(database: &Database, table: &str, index: &str) -> Vec<String> {
    let one = index_definitions(database, table)
        .into_iter()
        .find(|one| one["IndexName"].as_str() == Some(index));
    one.map(|one| key_names(&one["KeySchema"])).unwrap_or_default()
}

fn index_definitions(database: &Database, table: &str) -> Vec<Value> {
    let Ok(Some(table)) = database.get_table_metadata(table) else {
        return Vec::new();
    };
    let lists = [table.gsi_definitions, table.lsi_definitions]
        .into_iter()
        .flatten();
    lists
        .filter_map(|list| serde_json::from_str::<Vec<Value>>(&list).ok())
        .flatten()
        .collect()
}

fn key_names(schema: &Value) -> Vec<String> {
    let parts = schema.as_array().into_iter().flatten();
    parts
        .filter_map(|part| Some(part["AttributeName"].as_str()?.to_owned()))
        .collect()
}

/// The size in bytes of the item that a put carries; a key alone does not tell its item's.
fn size(item: &Write<'_>) -> Option<usize> {
    let whole: Item = serde_json::from_value(item.attributes.clone()).ok()?;
    item.whole.then(|| item_size(&whole))
}

/// The item that stands under a write's key.
fn there(database: &Database, item: &Write<'_>) -> Option<Item> {
    let table = database.get_table_metadata(item.table).ok()??;
    let names = key_names(&serde_json::from_str(&table.key_schema).ok()?);
    let attributes: Item = serde_json::from_value(item.attributes.clone()).ok()?;
    let key = attributes
        .into_iter()
        .filter(|(name, _)| names.contains(name))
        .collect();
    let request = dynoxide::actions::get_item::GetItemRequest {
        table_name: item.table.to_owned(),
        key,
        ..Default::default()
    };
    database.get_item(request).ok()?.item
}
