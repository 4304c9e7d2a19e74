//! An order and its resubmission come in one pull: the vendor's own example, and another pair.

use serde_json::{Value, json};
use simulators::{Submitted, ecat_revised, ecat_sample};

use super::PULL;
use super::hands::{found, in_erp};
use crate::ecat::{EcatFate, Found};
use crate::scenario::day::Day;

pub(super) const CODE: &str = "ecat_revision";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.rest(PULL).await;
    let (first, second) = pair(day, vendors_example())?;
    let (older, newer) = pair(day, ecat_sample(1_100, 3))?;
    day.one_pull().await?;
    let words = day.is_held(&second, CODE).await?;
    if !(words.contains("quantity ") && words.contains("added: ")) {
        return Err(format!(
            "the words of {} do not tell the difference: {words}",
            second.number
        ));
    }
    day.is_held(&newer, CODE).await?;
    for one in [&first, &older] {
        if found(day.stack, one) != Found::Waiting || in_erp(day.stack, one) != 0 {
            return Err(format!("{} does not wait for its revision", one.number));
        }
    }
    day.wake(PULL);
    day.rule(
        "import_as_revision",
        &second.number,
        &second,
        "the customer wants more of it",
    )
    .await?;
    day.now(&first, EcatFate::Superseded);
    day.now(&second, EcatFate::Imported);
    day.rule("discard", &newer.number, &newer, "submitted by mistake")
        .await?;
    day.now(&older, EcatFate::Imported);
    day.now(&newer, EcatFate::Discarded);
    day.all_settled().await?;
    Ok(format!(
        "{} and {}: one order, the revision held with its difference, then imported in its place; of another pair the \
         revision discarded: the first imported",
        first.number, second.number
    ))
}

/// An order and its revision.
fn pair<H>(day: &mut Day<'_, H>, order: Value) -> Result<(Submitted, Submitted), String> {
    let first = day.order(order.clone(), EcatFate::OneOf);
    let second = day.resubmit(&first, ecat_revised(&order), EcatFate::OneOf)?;
    Ok((first, second))
}

/// The number and the uuid are those of the vendor's page.
fn vendors_example() -> Value {
    let mut order = ecat_sample(1_101, 3);
    order["order_number"] = json!("6385-031318-392");
    order["uuid"] = json!("631F4C43-361B-4385-A1EC-7D214B5B4EBE");
    order
}
