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
    /// The submissions of an eCat order, by id.
    pub versions: Vec<StoredVersion>,
    /// The whole item, in DynamoDB's JSON.
    pub item: Value,
}

/// One submission of an eCat order, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredVersion {
    /// The server's number.
    pub id: u64,
    /// `current`, `superseded`, `waiting`, `held`, `leaving` or `decided`.
    pub standing: String,
    /// Whether its number is another order's.
    pub key_taken: bool,
    /// What its number makes as an ERP key.
    pub key: String,
    /// The name of its raw payload.
    pub raw: String,
}

impl StateItem {
    /// Whether something is on its way: a step is neither over nor waiting for a person.
    pub fn is_on_its_way(&self) -> bool {
        let mut steps = self.steps.values();
        steps.any(|step| ["due", "claimed", "pending", "unknown"].contains(&step.as_str()))
    }
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
        states_in(&self.items())
    }
}

/// The state items among these, by key.
pub(crate) fn states_in(items: &[Value]) -> BTreeMap<String, StateItem> {
    let items = items.iter().filter(|item| item["sk"]["S"] == "state");
    items.map(read).map(|state| (state.key.clone(), state)).collect()
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
        versions: versions(item),
        item: item.clone(),
    }
}

/// `402311:C1:<hash>:7120-041526-118`, see `order_model::versions`.
fn versions(item: &Value) -> Vec<StoredVersion> {
    let org = item["pk"]["S"].as_str().and_then(|key| key.split('-').nth(1));
    let stored = item["versions"]["L"].as_array().into_iter().flatten();
    let read = |text: &str| {
        let mut parts = text.splitn(4, ':');
        let id = parts.next()?.parse().ok()?;
        let place = parts.next()?;
        let standing = match place.chars().next()? {
            'C' => "current",
            'S' => "superseded",
            'W' => "waiting",
            'H' => "held",
            'L' => "leaving",
            'D' => "decided",
            _ => return None,
        };
        Some(StoredVersion {
            id,
            standing: standing.to_owned(),
            key_taken: place.contains('x'),
            raw: parts.next()?.to_owned(),
            key: format!("EC-{}-{}", org?, parts.next()?),
        })
    };
    stored.filter_map(|one| read(one["S"].as_str()?)).collect()
}
