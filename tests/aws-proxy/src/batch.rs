//! A batch call of which DynamoDB does only the first half.

use serde_json::{Map, Value, json};

/// The halves of a batch request.
#[derive(Debug, PartialEq)]
pub(crate) struct Halves {
    /// The request with its first half of entries; `None` where that is no entry at all.
    pub(crate) done: Option<Value>,
    /// What is left, in the shape of `UnprocessedItems` and `UnprocessedKeys`.
    pub(crate) left: Map<String, Value>,
}

/// Where a batch operation's answer lists what it left; `None` for an operation that is no batch.
pub(crate) fn left_over_name(operation: &str) -> Option<&'static str> {
    match operation {
        "BatchWriteItem" => Some("UnprocessedItems"),
        "BatchGetItem" => Some("UnprocessedKeys"),
        _ => None,
    }
}

/// Splits a batch request; of an odd number of entries the larger half is left.
pub(crate) fn halve(body: &Value) -> Halves {
    let empty = Map::new();
    let tables = body["RequestItems"].as_object().unwrap_or(&empty);
    let mut room = tables.values().map(|table| entries(table).len()).sum::<usize>() / 2;
    let (mut done, mut left) = (Map::new(), Map::new());
    for (name, table) in tables {
        let (first, rest) = entries(table).split_at(room.min(entries(table).len()));
        room -= first.len();
        if !first.is_empty() {
            done.insert(name.clone(), with_entries(table, first));
        }
        if !rest.is_empty() {
            left.insert(name.clone(), with_entries(table, rest));
        }
    }
    let done = (!done.is_empty()).then(|| {
        let mut request = body.clone();
        request["RequestItems"] = Value::Object(done);
        request
    });
    Halves { done, left }
}

/// Puts what is left into the answer, beside what DynamoDB itself left there.
pub(crate) fn leave(answer: &mut Value, name: &str, left: Map<String, Value>) {
    if !answer[name].is_object() {
        answer[name] = json!({});
    }
    for (table, of_table) in left {
        let own = entries(&answer[name][&table]).to_vec();
        let all = [own, entries(&of_table).to_vec()].concat();
        answer[name][&table] = with_entries(&of_table, &all);
    }
}

/// A table's entries: the list itself when writing, `Keys` when reading.
fn entries(table: &Value) -> &[Value] {
    let list = table.as_array().or_else(|| table.get("Keys")?.as_array());
    list.map(Vec::as_slice).unwrap_or_default()
}

fn with_entries(table: &Value, entries: &[Value]) -> Value {
    if table.is_array() {
        return json!(entries);
    }
    let mut table = table.clone();
    table["Keys"] = json!(entries);
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_half_is_done_and_the_rest_is_left() {
        let halves = halve(&json!({ "RequestItems": { "t": [1, 2, 3] } }));
        assert_eq!(halves.done, Some(json!({ "RequestItems": { "t": [1] } })));
        assert_eq!(Value::Object(halves.left), json!({ "t": [2, 3] }));
    }

    #[test]
    fn the_halves_of_keys_keep_what_else_the_table_asks() {
        let table = json!({ "Keys": ["a", "b"], "ConsistentRead": true });
        let halves = halve(&json!({ "RequestItems": { "t": table } }));
        assert_eq!(
            Value::Object(halves.left),
            json!({ "t": { "Keys": ["b"], "ConsistentRead": true } })
        );
    }

    #[test]
    fn one_entry_alone_is_left() {
        let halves = halve(&json!({ "RequestItems": { "t": [1] } }));
        assert_eq!(halves.done, None);
        assert_eq!(Value::Object(halves.left), json!({ "t": [1] }));
    }

    #[test]
    fn what_dynamodb_left_stays_beside_what_we_leave() {
        let mut answer = json!({ "UnprocessedItems": { "t": [1] } });
        leave(
            &mut answer,
            "UnprocessedItems",
            halve(&json!({ "RequestItems": { "t": [2] } })).left,
        );
        assert_eq!(answer, json!({ "UnprocessedItems": { "t": [1, 2] } }));
    }
}
