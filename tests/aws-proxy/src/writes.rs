//! What a DynamoDB request is about: the keys it names and the items it writes.

use serde_json::Value;

/// The table's partition key attribute, by which calls are told apart and billed.
const PARTITION_KEY: &str = "pk";

/// One item that a request writes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Write<'a> {
    pub(crate) table: &'a str,
    /// The whole item of a put, else the key alone.
    pub(crate) attributes: &'a Value,
    /// Whether `attributes` is the whole item.
    pub(crate) whole: bool,
}

impl<'a> Write<'a> {
    /// The partition key's value, as text; empty where the request lacks it.
    pub(crate) fn pk(&self) -> &'a str {
        pk(self.attributes)
    }
}

/// The items that a request writes, in the request's order; none for a request that reads.
pub(crate) fn writes<'a>(operation: &str, body: &'a Value) -> Vec<Write<'a>> {
    match operation {
        "PutItem" | "UpdateItem" | "DeleteItem" => part(body).into_iter().collect(),
        "BatchWriteItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            let entries = tables.flat_map(|(table, entries)| {
                entries
                    .as_array()
                    .into_iter()
                    .flatten()
                    .map(move |entry| (table.as_str(), entry))
            });
            entries
                .filter_map(|(table, entry)| batch_entry(table, entry))
                .collect()
        }
        "TransactWriteItems" => {
            let parts = body["TransactItems"].as_array().into_iter().flatten();
            parts
                .filter_map(|part| part.as_object()?.values().next())
                .filter_map(part)
                .collect()
        }
        _ => Vec::new(),
    }
}

fn part(part: &Value) -> Option<Write<'_>> {
    let table = table_name(part["TableName"].as_str()?);
    match part.get("Item") {
        Some(attributes) => Some(Write {
            table,
            attributes,
            whole: true,
        }),
        None => Some(Write {
            table,
            attributes: part.get("Key")?,
            whole: false,
        }),
    }
}

fn batch_entry<'a>(table: &'a str, entry: &'a Value) -> Option<Write<'a>> {
    let table = table_name(table);
    if let Some(attributes) = entry.pointer("/PutRequest/Item") {
        return Some(Write {
            table,
            attributes,
            whole: true,
        });
    }
    Some(Write {
        table,
        attributes: entry.pointer("/DeleteRequest/Key")?,
        whole: false,
    })
}

/// A table may be named by its ARN.
fn table_name(table: &str) -> &str {
    table.rsplit_once('/').map_or(table, |(_, name)| name)
}

/// What the gate is told that a call is about: the first key's `pk`, or of a query the value that its key condition
/// asks for first.
pub(crate) fn subject(operation: &str, body: &Value) -> String {
    if let Some(first) = writes(operation, body).first() {
        return first.pk().to_owned();
    }
    let key = match operation {
        "BatchGetItem" => {
            let tables = body["RequestItems"].as_object().into_iter().flatten();
            tables.filter_map(|(_, table)| table.pointer("/Keys/0")).next()
        }
        "TransactGetItems" => body.pointer("/TransactItems/0/Get/Key"),
        "Query" => return asked_for(body).unwrap_or_default(),
        _ => body.get("Key"),
    };
    key.map(pk).unwrap_or_default().to_owned()
}

/// The value in `#pk = :pk AND …`.
fn asked_for(query: &Value) -> Option<String> {
    let condition = query["KeyConditionExpression"].as_str()?;
    let (_, rest) = condition.split_once('=')?;
    let name = rest.split_whitespace().next()?.trim_end_matches(')');
    Some(text(query["ExpressionAttributeValues"].get(name)?).to_owned())
}

fn pk(attributes: &Value) -> &str {
    attributes.get(PARTITION_KEY).map(text).unwrap_or_default()
}

/// The text of `{"S": text}`, whatever the type's letter.
fn text(attribute: &Value) -> &str {
    let inner = attribute.as_object().and_then(|typed| typed.values().next());
    inner.and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_call_is_about_its_first_key() {
        let batch = json!({ "RequestItems": { "t": [
            { "DeleteRequest": { "Key": { "pk": { "S": "a" } } } },
            { "PutRequest": { "Item": { "pk": { "S": "b" }, "x": { "N": "1" } } } },
        ] } });
        assert_eq!(subject("BatchWriteItem", &batch), "a");
        let keys = json!({ "RequestItems": { "t": { "Keys": [{ "pk": { "S": "c" } }] } } });
        assert_eq!(subject("BatchGetItem", &keys), "c");
        let get = json!({ "TableName": "t", "Key": { "pk": { "S": "d" } } });
        assert_eq!(subject("GetItem", &get), "d");
    }

    #[test]
    fn a_query_is_about_the_partition_it_asks_for() {
        let query = json!({
            "TableName": "t",
            "KeyConditionExpression": "#p = :p AND begins_with(sk, :s)",
            "ExpressionAttributeValues": { ":s": { "S": "raw#" }, ":p": { "S": "open#3" } },
        });
        assert_eq!(subject("Query", &query), "open#3");
    }

    #[test]
    fn a_transaction_writes_each_of_its_parts() {
        let body = json!({ "TransactItems": [
            { "Put": { "TableName": "t", "Item": { "pk": { "S": "a" } } } },
            { "Update": { "TableName": "t", "Key": { "pk": { "S": "b" } } } },
        ] });
        let keys: Vec<&str> = writes("TransactWriteItems", &body)
            .iter()
            .map(Write::pk)
            .collect();
        assert_eq!(keys, ["a", "b"]);
    }
}
