//! What lies in a table, as DynamoDB bills it.

use std::collections::HashMap;

use dynoxide::types::{AttributeValue, item_size};
use dynoxide::{Database, Item};
use serde_json::json;

use crate::meter::{index_keys, index_names};

/// DynamoDB adds so much to each item of a table or an index (developer guide, "Item sizes and formats").
const OVERHEAD: usize = 100;

/// What lies in a table and its indexes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// Items of the table.
    pub items: usize,
    /// Bytes that are billed: items, index entries, and what DynamoDB adds to each.
    pub bytes: usize,
}

/// Weighs a table. Its indexes are taken to carry keys only, which those of this bundle do.
pub(crate) fn stored(database: &Database, table: &str) -> Stored {
    let indexes: Vec<Vec<String>> = index_names(database, table)
        .iter()
        .map(|index| index_keys(database, table, index))
        .collect();
    let mut stored = Stored::default();
    let mut from: Option<HashMap<String, AttributeValue>> = None;
    loop {
        let Ok(mut request) =
            serde_json::from_value::<dynoxide::actions::scan::ScanRequest>(json!({ "TableName": table }))
        else {
            return stored;
        };
        request.exclusive_start_key = from;
        let Ok(page) = database.scan(request) else {
            return stored;
        };
        for item in page.items.unwrap_or_default() {
            stored.items += 1;
            stored.bytes += OVERHEAD + item_size(&item);
            let entries = indexes.iter().filter_map(|keys| entry_size(&item, keys));
            stored.bytes += entries.map(|size| OVERHEAD + size).sum::<usize>();
        }
        from = page.last_evaluated_key;
        if from.is_none() {
            return stored;
        }
    }
}

/// The size of an item's entry in an index with these keys, the table's own included; `None` if it has none there.
fn entry_size(item: &Item, keys: &[String]) -> Option<usize> {
    let carried = ["pk", "sk"]
        .iter()
        .filter(|key| !keys.iter().any(|own| own == *key));
    let own: Vec<usize> = keys
        .iter()
        .map(|key| Some(key.len() + item.get(key)?.size()))
        .collect::<Option<_>>()?;
    let rest = carried.filter_map(|key| Some(key.len() + item.get(*key)?.size()));
    Some(own.into_iter().chain(rest).sum())
}
