//! Three orders that only a person can decide about.

use serde_json::{Value, json};
use simulators::sample_order;

use super::cut_over::OLDEST;
use super::day::Day;
use super::replay;
use crate::Stack;
use crate::fate::Fate;
use crate::outcome::key;

const KEYED: u64 = replay::END;
const WITHDRAWN: u64 = KEYED + 1;
const ADOPTED: u64 = OLDEST + 41;
/// The number that the desk gets from the ERP when it keys the order.
const NUMBER: &str = "SO-DESK-17";
/// What the ERP does not know. No other order has it.
const PRODUCT: &str = "XX-0001";
const CUSTOMER: &str = "C99999";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    keyed(day).await?;
    adopted(day).await?;
    withdrawn(day).await?;
    day.settled(0..WITHDRAWN + 1).await?;
    Ok(format!(
        "order {KEYED} (unknown_sku) keyed by the desk, RepSpark shows {NUMBER}; foreign order {ADOPTED} adopted, \
         imported once and Valid; order {WITHDRAWN} (unknown_customer) discarded, never imported"
    ))
}

/// The ERP does not know an item; the desk keys the order and says under which number.
async fn keyed<H>(day: &mut Day<'_, H>) -> Result<(), String> {
    let mut order = sample_order(KEYED, 1);
    order["OrderItems"][0]["ProductNumber"] = json!(PRODUCT);
    for sku in skus(&order) {
        day.stack.erp.unknown_sku(&sku, true);
    }
    day.submit_one(KEYED, order, Fate::KeyedByHand(NUMBER.to_owned()));
    day.held(KEYED..KEYED + 1, "import", "unknown_sku").await?;
    day.stack.erp.keyed(&key(KEYED), NUMBER, "");
    let complete =
        json!({"do": "complete", "order": KEYED.to_string(), "step": "import", "reference": NUMBER});
    day.decide(complete, "keyed by hand with the new item", |stack| {
        step(stack, KEYED, "import") == "done"
    })
    .await
    .map(|_| ())
}

/// An order that the former integration never brought through.
async fn adopted<H>(day: &mut Day<'_, H>) -> Result<(), String> {
    day.fates.insert(ADOPTED, Fate::Valid);
    let adopt = json!({"do": "adopt", "order": key(ADOPTED)});
    day.decide(adopt, "the former integration lost it", |stack| {
        !["", "off"].contains(&step(stack, ADOPTED, "import").as_str())
    })
    .await
    .map(|_| ())
}

/// A customer that the ERP does not know, and that does not want the order any more.
async fn withdrawn<H>(day: &mut Day<'_, H>) -> Result<(), String> {
    let mut order = sample_order(WITHDRAWN, 3);
    order["CustomerCode"] = json!(CUSTOMER);
    order["Customer"]["CustomerCode"] = json!(CUSTOMER);
    day.stack.erp.unknown_customer(CUSTOMER, true);
    day.submit_one(WITHDRAWN, order, Fate::Discarded);
    day.held(WITHDRAWN..WITHDRAWN + 1, "import", "unknown_customer")
        .await?;
    let discard = json!({"do": "discard", "order": WITHDRAWN.to_string(), "step": "import"});
    day.decide(discard, "the customer withdrew it", |stack| {
        step(stack, WITHDRAWN, "import") == "discarded"
    })
    .await
    .map(|_| ())
}

fn skus(order: &Value) -> Vec<String> {
    let item = &order["OrderItems"][0];
    let part = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let sizes = item["OrderItemSizes"].as_array().into_iter().flatten();
    sizes
        .map(|size| {
            [&item["ProductNumber"], &item["ColorCode"], &size["SizeCode"]]
                .map(part)
                .join("-")
        })
        .collect()
}

/// The state of a step, or an empty text.
fn step(stack: &Stack, id: u64, step: &str) -> String {
    let states = stack.states();
    let state = states.get(&key(id)).and_then(|state| state.steps.get(step));
    state.cloned().unwrap_or_default()
}
