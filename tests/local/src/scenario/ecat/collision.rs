//! An order has the number that the resubmission of another one gets.

use serde_json::json;
use simulators::{ecat_revised, ecat_sample};

use super::hands::in_erp;
use crate::ecat::{EcatFate, View};
use crate::scenario::day::Day;

const CODE: &str = "number_collision";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let (mut order, mut other) = (ecat_sample(1_300, 3), ecat_sample(1_301, 3));
    order["order_number"] = json!("XYZ");
    other["order_number"] = json!("XYZ-1");
    let first = day.order(order.clone(), EcatFate::Imported);
    let owner = day.order(other, EcatFate::Imported);
    day.all_settled().await?;
    let again = day.resubmit(&first, ecat_revised(&order), EcatFate::Held(CODE))?;
    if again.number != owner.number {
        return Err(format!("{} does not collide with {}", again.number, owner.number));
    }
    day.all_settled().await?;
    // The number names the other order, so this one goes by its key.
    let key = View::of(day.stack).key(&again.uuid, again.id, &again.number);
    day.rule(
        "import_as_new",
        &key,
        &again,
        "another order than the one of that number",
    )
    .await?;
    day.now(&again, EcatFate::Imported);
    day.all_settled().await?;
    if [&first, &owner, &again]
        .iter()
        .any(|one| in_erp(day.stack, one) != 1)
    {
        return Err("one of the three is not in the ERP once".to_owned());
    }
    Ok(format!(
        "{} submitted again as {}, which is another order's number: held; imported under a key of its own, {key}",
        first.number, again.number
    ))
}
