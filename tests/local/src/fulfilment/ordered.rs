//! An order as it was submitted, read without the bundle's field maps.

use serde_json::Value;

/// A line as it was ordered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) sku: String,
    pub(crate) quantity: u64,
}

/// The sellable units of a RepSpark order, in their order.
pub(crate) fn of_repspark(order: &Value) -> Vec<Line> {
    let mut lines = Vec::new();
    for item in list(&order["OrderItems"]) {
        for size in list(&item["OrderItemSizes"]) {
            let parts = [&item["ProductNumber"], &item["ColorCode"], &size["SizeCode"]];
            let quantity = size["OrderedQuantity"].as_u64().unwrap_or_default();
            if quantity > 0 {
                let sku = parts.map(|part| part.as_str().unwrap_or_default()).join("-");
                lines.push(Line { sku, quantity });
            }
        }
    }
    lines
}

/// The items of an eCat order.
pub(crate) fn of_ecat(order: &Value) -> Vec<Line> {
    let items = list(&order["items"]);
    let line = |item: &Value| Line {
        sku: item["item_number"].as_str().unwrap_or_default().to_owned(),
        quantity: item["quantity"].as_u64().unwrap_or_default(),
    };
    items.map(line).collect()
}

/// The lines of a sales order, as the ERP was given them.
pub(crate) fn of_erp(request: &Value) -> Vec<Line> {
    let whole = |text: &str| text.split('.').next().and_then(|whole| whole.parse().ok());
    let line = |line: &Value| Line {
        sku: line["sku"].as_str().unwrap_or_default().to_owned(),
        quantity: line["quantity"].as_str().and_then(whole).unwrap_or_default(),
    };
    list(&request["lines"]).map(line).collect()
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}
