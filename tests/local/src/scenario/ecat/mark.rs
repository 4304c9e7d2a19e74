//! eCat does not mark an order as received.

use super::hands::in_erp;
use crate::Stack;
use crate::ecat::EcatFate;
use crate::scenario::day::Day;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let number = crate::ecat::number_of(1_500);
    day.stack.ecat.refuse_mark(&number, "Order could not be updated");
    let one = day.sample(1_500, EcatFate::Imported);
    day.until("the order is imported", |stack| in_erp(stack, &one) == 1)
        .await?;
    let tries = marks(day.stack) + 3;
    day.until("eCat is asked to mark it with each pull", |stack| {
        marks(stack) >= tries
    })
    .await?;
    if day.stack.ecat.received(&number) || in_erp(day.stack, &one) != 1 {
        return Err(format!("{number} is marked, or came again into the ERP"));
    }
    day.stack.ecat.accept_mark(&number);
    day.all_settled().await?;
    Ok(format!(
        "{number} imported, but eCat refuses its mark: it comes with each pull and is known, once in the ERP; then marked"
    ))
}

/// Calls that mark.
fn marks(stack: &Stack) -> u64 {
    stack
        .ecat
        .calls()
        .get("POST new_orders")
        .copied()
        .unwrap_or_default()
}
