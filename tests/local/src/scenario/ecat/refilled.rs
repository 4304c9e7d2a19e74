//! A user empties a submitted order, fills it with other lines and submits it: a new order that looks like the old one.

use simulators::{ecat_refilled, ecat_sample};

use super::PULL;
use crate::ecat::EcatFate;
use crate::scenario::day::Day;

const CODE: &str = "ecat_looks_new";

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.rest(PULL).await;
    let order = ecat_sample(1_200, 3);
    let first = day.order(order.clone(), EcatFate::Imported);
    let second = day
        .stack
        .ecat
        .empty_and_refill(&first.uuid, ecat_refilled(&order));
    let second = second.ok_or("eCat does not know the order that is refilled")?;
    day.now(&second, EcatFate::Held(CODE));
    day.one_pull().await?;
    day.wake(PULL);
    day.all_settled().await?;
    day.rule(
        "import_as_new",
        &second.number,
        &second,
        "the rep says that both are wanted",
    )
    .await?;
    day.now(&second, EcatFate::Imported);
    day.all_settled().await?;
    Ok(format!(
        "{} emptied and refilled as {}: the first imported, the second held; imported as new: both in the ERP",
        first.number, second.number
    ))
}
