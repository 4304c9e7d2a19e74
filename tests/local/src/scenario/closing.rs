//! The end of the day: everything is accounted for.

use serde_json::{Value, json};

use super::day::Day;
use crate::fate::Fate;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.settled(0..u64::MAX).await?;
    // The schedules are off, so that no tick is under way while the balance is taken.
    day.end().await;
    let recovered = |answer: &Value| answer["outcome"] == "recovered" && answer["complete"] == true;
    let mut answer = day
        .ask("repspark-recover-orders", json!({"now": true}), recovered)
        .await?;
    let balance = answer["balance"].take();
    day.balance = Some(balance.clone());
    if answer["balance_closed"] != true {
        return Err(format!("the balance is not closed: {balance}"));
    }
    for order in day.stack.repspark.orders() {
        if !day.fates.contains_key(&order.id) {
            return Err(format!("nobody accounts for order {}", order.id));
        }
    }
    let (sent, foreign, discarded) = (&balance["sent"], &balance["foreign"], &balance["discarded"]);
    let wanted =
        [Fate::Foreign, Fate::Discarded].map(|fate| day.fates.values().filter(|one| **one == fate).count());
    if [foreign, discarded].map(Value::as_u64) != wanted.map(|count| Some(count as u64)) {
        return Err(format!("the balance is not the day's: {balance}"));
    }
    Ok(format!(
        "balance closed: {sent} still Sent = {foreign} of the former integration + {discarded} discarded"
    ))
}
