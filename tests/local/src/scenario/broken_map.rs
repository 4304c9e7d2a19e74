//! A field map that looks for the SKU at a wrong place, and what it takes to put that right.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::day::Day;
use crate::outcome::key;
use crate::{FIRST, Stack};

const ORDERS: u64 = 60;
const CODE: &str = "unmapped_field";
/// The number after the last order of this scene.
pub(super) const END: u64 = FIRST + ORDERS;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let shown = day.ask("set-field-map", json!({}), |answer| answer["map"].is_object());
    let right = shown.await?["map"].take();
    let worse = set_wrong(day, &right).await?;

    day.submit(FIRST..END);
    day.held(FIRST..END, "import", CODE).await?;
    let came_with = payloads(day.stack);
    let retry = set_right(day, right).await?;
    still_held(day)?;
    let mut trial = retry.clone();
    trial["dry_run"] = json!(true);
    let would = day.decide(trial, "the map is right now", |_| true).await?;
    expect("a retry, tried dry, would let go", &would["would"], ORDERS)?;
    still_held(day)?;
    day.decide(retry, "the map is right now", |stack| held(stack) == 0)
        .await?;
    day.settled(FIRST..END).await?;
    if came_with != payloads(day.stack) {
        return Err("an order went through on another payload than it came with".to_owned());
    }
    Ok(format!(
        "refused ({worse} orders not read), then forced: {ORDERS} orders held, none lost; right map set, {ORDERS} \
         retried: Valid, on the payloads they came with"
    ))
}

/// Sets a map that looks for the SKU at a wrong place. Returns for how many orders it is worse, as its check says.
async fn set_wrong<H>(day: &Day<'_, H>, right: &Value) -> Result<u64, String> {
    let mut map = right.clone();
    map["lines"]["fields"]["sku"] = json!({"required": "parent:/StyleNumber"});
    let mut event = json!({"map": map, "by": "ada", "why": "styles are what we sell"});
    let refused = |answer: &Value| answer["outcome"] == "refused" && answer["current"] == false;
    let answer = day.ask("set-field-map", event.clone(), refused).await?;
    event["force"] = json!(true);
    day.ask("set-field-map", event, is_set).await?;
    let worse = answer["checked"]["regressions"].as_u64();
    worse.filter(|worse| *worse > 0).ok_or_else(|| {
        "a map that reads no order is refused, but the check does not say for how many".to_owned()
    })
}

/// Sets the right map, after it was tried dry. Returns the event that lets the orders go, as the dry run gives it.
async fn set_right<H>(day: &Day<'_, H>, map: Value) -> Result<Value, String> {
    let mut event = json!({"map": map, "by": "ada", "why": "the SKU is product, colour and size"});
    let mut trial = event.clone();
    trial["dry_run"] = json!(true);
    trial["orders"] = (FIRST..END).collect();
    let tried = |answer: &Value| answer["outcome"] == "dry_run" && answer["current"] == false;
    let mut tried = day.ask("set-field-map", trial, tried).await?;
    let through = &mut tried["would_go_through"];
    expect(
        "the right map, tried dry, would let go",
        &through["orders"],
        ORDERS,
    )?;
    still_held(day)?;
    event["why"] = json!("the SKU is product, colour and size; tried dry before");
    day.ask("set-field-map", event, is_set).await?;
    Ok(through["decide"][0].take())
}

/// Whether a map is the current one. It may be so already, where an answer was lost.
fn is_set(answer: &Value) -> bool {
    answer["outcome"] == "set" || answer["outcome"] == "already_current"
}

fn expect(what: &str, count: &Value, wanted: u64) -> Result<(), String> {
    match count.as_u64() {
        Some(count) if count == wanted => Ok(()),
        _ => Err(format!("{what} {count} orders instead of {wanted}")),
    }
}

fn still_held<H>(day: &Day<'_, H>) -> Result<(), String> {
    match held(day.stack) {
        ORDERS => Ok(()),
        other => Err(format!(
            "{other} of {ORDERS} orders are held, before anybody let them go"
        )),
    }
}

fn held(stack: &Stack) -> u64 {
    let states = stack.states();
    let held = states
        .values()
        .filter(|state| state.codes.get("import").is_some_and(|code| code == CODE));
    held.count() as u64
}

/// The name of each order's payload: its content's hash.
fn payloads(stack: &Stack) -> BTreeMap<u64, Option<String>> {
    let states = stack.states();
    let of = |id| states.get(&key(id)).and_then(|state| state.raw.clone());
    (FIRST..END).map(|id| (id, of(id))).collect()
}
