//! An order that is in the ERP comes back with other content.

use serde_json::{Value, json};
use simulators::sample_order;

use super::day::Day;
use crate::outcome::key;
use crate::{FIRST, Stack};

/// An order of the morning. Both prices of its lines are one, so that its total is easily put right.
const ORDER: u64 = FIRST + 5;
/// As many more of the first line.
const MORE: i64 = 18;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let (stack, key) = (day.stack, key(ORDER));
    let number = stack
        .repspark
        .erp_number(ORDER)
        .ok_or("the order has no number")?;
    let (changed, before, after) = with_more(sample_order(ORDER, 3))?;
    stack.repspark.deny(ORDER);
    stack.repspark.resubmit(ORDER, changed);
    day.held(ORDER..ORDER + 1, "review", "changed_after_import")
        .await?;
    let event = json!({"do": "show", "order": ORDER.to_string()});
    let shown = day.ask("decide-order", event, |_| true).await?;
    let difference = difference(&shown, &before, &after)
        .ok_or_else(|| format!("show of {key} does not say that {before} became {after}: {shown}"))?;
    stack.erp.changed_by_hand(&key, &"0".repeat(64));
    let event = json!({"do": "complete", "order": key, "step": "review", "reference": number});
    day.decide(event, "changed by hand in the ERP", |stack| !in_review(stack))
        .await?;
    day.settled(ORDER..ORDER + 1).await?;
    if stack.repspark.erp_number(ORDER).as_ref() != Some(&number) {
        return Err(format!("{key} has another number than before its change"));
    }
    Ok(format!(
        "order {ORDER} denied, changed, submitted again: held as changed_after_import ({difference}); changed by hand \
         in the ERP, review completed: Valid again as {number}"
    ))
}

/// The order with more of its first line and right totals; the quantity before and after.
fn with_more(mut order: Value) -> Result<(Value, String, String), String> {
    let size = &mut order["OrderItems"][0]["OrderItemSizes"][0];
    let quantity = size["OrderedQuantity"]
        .as_i64()
        .ok_or("a line without a quantity")?;
    let price = size["SizeSellPrice"].as_f64().ok_or("a line without a price")?;
    size["OrderedQuantity"] = json!(quantity + MORE);
    let units = order["TotalUnits"].as_i64().ok_or("an order without units")?;
    let amount = order["TotalAmount"]
        .as_f64()
        .ok_or("an order without an amount")?;
    order["TotalUnits"] = json!(units + MORE);
    order["TotalAmount"] = json!(((amount + price * MORE as f64) * 100.0).round() / 100.0);
    Ok((order, quantity.to_string(), (quantity + MORE).to_string()))
}

/// The line of the shown difference that names both quantities.
fn difference(shown: &Value, before: &str, after: &str) -> Option<String> {
    let steps = shown["steps"].as_array()?;
    let review = steps.iter().find(|step| step["step"] == "review")?;
    let change = format!("quantity {before} -> {after}");
    let mut lines = review["words"].as_str()?.lines();
    lines
        .find(|line| line.contains(&change))
        .map(|line| line.trim().to_owned())
}

fn in_review(stack: &Stack) -> bool {
    let states = stack.states();
    let review = states
        .get(&key(ORDER))
        .and_then(|state| state.steps.get("review"));
    review.is_some_and(|review| review == "held")
}
