//! The ledger's items as they lie in the table, for whoever looks on.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::Stack;

/// The state of each step of an order, by the step's name.
pub type Steps = BTreeMap<String, String>;

/// One order's state item.
#[derive(Debug, Clone)]
pub struct StateItem {
    /// ERP key.
    pub key: String,
    /// Step → state.
    pub steps: Steps,
    /// Step → hold code, where held.
    pub codes: BTreeMap<String, String>,
    /// The name of its raw payload.
    pub raw: Option<String>,
    /// The ERP's number.
    pub reference: Option<String>,
    /// Whether it stands in the index of open orders, where the sweep meets it.
    pub open: bool,
    /// `taken` or `foreign`.
    pub admission: String,
    /// The whole item, in DynamoDB's JSON.
    pub item: Value,
}

impl Stack {
    /// All items of the ledger, in DynamoDB's JSON.
    pub fn items(&self) -> Vec<Value> {
        let Some(table) = self.deployment.tables.first() else {
            return Vec::new();
        };
        let database = self.proxy.database();
        let mut items = Vec::new();
        let mut from = Value::Null;
        loop {
            let mut request = json!({ "TableName": table.name });
            if !from.is_null() {
                request["ExclusiveStartKey"] = from;
            }
            let page = serde_json::from_value(request)
                .ok()
                .and_then(|request| database.scan(request).ok());
            let Some(page) = page.and_then(|page| serde_json::to_value(page).ok()) else {
                return items;
            };
            items.extend(page["Items"].as_array().cloned().unwrap_or_default());
            from = page["LastEvaluatedKey"].clone();
            if from.is_null() {
                return items;
            }
        }
    }

    /// The state items of all orders, by key.
    pub fn states(&self) -> BTreeMap<String, StateItem> {
        let items = self.items().into_iter().filter(|item| item["sk"]["S"] == "state");
        items
            .map(|item| read(&item))
            .map(|state| (state.key.clone(), state))
            .collect()
    }
}

fn read(item: &Value) -> StateItem {
    let text = |value: &Value| value["S"].as_str().map(str::to_owned);
    let mut steps = Steps::new();
    let mut codes = BTreeMap::new();
    for (name, step) in item["steps"]["M"].as_object().into_iter().flatten() {
        steps.insert(name.clone(), text(&step["M"]["s"]).unwrap_or_default());
        if let Some(code) = text(&step["M"]["c"]) {
            codes.insert(name.clone(), code);
        }
    }
    StateItem {
        key: text(&item["pk"]).unwrap_or_default(),
        steps,
        codes,
        raw: text(&item["raw"]),
        reference: text(&item["erp_ref"]),
        // Foreign orders that wait for nothing stand in a partition of their own.
        open: item.get("open").is_some_and(|open| open["S"] != "foreign"),
        admission: text(&item["adm"]).unwrap_or_default(),
        item: item.clone(),
    }
}
