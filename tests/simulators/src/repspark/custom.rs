//! Orders with custom lines.

use serde_json::{Value, json};

use super::sample_order;

/// The name that marks a recipe set among a line's extensions, as the field map looks for it.
const RECIPE_SET: &str = "RECIPESETID";

/// [`sample_order`] with one sellable unit for each recipe set, which stands with the unit's size; a unit with an empty one
/// is an ordinary line. The same id may stand twice: then both are made from it.
///
/// How Spectrum's ids come to RepSpark is a guess of the default field map's. What Spectrum wants to know of a customer is in
/// the customer's section, where no map looks for it by itself: see [`sample_custom_map`].
pub fn sample_custom_order(id: u64, recipe_sets: &[&str]) -> Value {
    let mut order = sample_order(id, recipe_sets.len());
    let mut left = recipe_sets.iter();
    let items = order["OrderItems"].as_array_mut().into_iter().flatten();
    for size in items.flat_map(|item| item["OrderItemSizes"].as_array_mut().into_iter().flatten()) {
        if size["OrderedQuantity"] == 0 {
            continue;
        }
        if let Some(set) = left.next().filter(|set| !set.is_empty()) {
            size["Extensions"] = json!([
                {"ElementType": RECIPE_SET, "Value": set},
                {"ElementType": "GIFTMESSAGE", "Value": format!("For member {id}, well played")}
            ]);
        }
    }
    let number = id % 40;
    let billing = [
        ("BillingName", format!("Ana Reyes-{number:03}")),
        ("BillingAddress1", format!("{} Sample Way", number + 10)),
        ("BillingCity", "Salem".to_owned()),
        ("BillingState", "OR".to_owned()),
        ("BillingZip", "97301".to_owned()),
        ("BillingCountry", "US".to_owned()),
        ("BillingTelephone", format!("5035550{number:03}")),
    ];
    for (name, text) in billing {
        order["Customer"][name] = json!(text);
    }
    order
}

/// A field map that also finds whose order of [`sample_custom_order`] it is, and what Spectrum is told beside it: whoever has
/// details sent has to tell the map where the customer's own address stands.
#[must_use]
pub fn sample_custom_map(mut map: Value) -> Value {
    let extension = |place: &str, kind: &str| json!({"lookup": {"in": place, "key": "ElementType", "equals": kind, "value": "Value"}});
    let order = [
        ("bill_to.name", json!("/Customer/BillingName")),
        ("bill_to.line1", json!("/Customer/BillingAddress1")),
        ("bill_to.city", json!("/Customer/BillingCity")),
        ("bill_to.region", json!("/Customer/BillingState")),
        ("bill_to.postal_code", json!("/Customer/BillingZip")),
        ("bill_to.country", json!("/Customer/BillingCountry")),
        ("custom.account_number", json!("/CustomerCode")),
        ("custom.phone_number", json!("/Customer/BillingTelephone")),
        ("custom.email_address", extension("/Customer/Extensions", "EMAIL")),
    ];
    for (target, rule) in order {
        map["order"][target] = rule;
    }
    map["lines"]["fields"]["custom.gift_message"] = extension("line:/Extensions", "GIFTMESSAGE");
    map
}
