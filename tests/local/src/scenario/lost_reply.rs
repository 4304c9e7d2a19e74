//! RepSpark flips what it shows, and nobody gets to see it.

use host::{Fault, Odds};

use super::day::Day;
use super::outage;

const ORDERS: u64 = 20;
const FROM: u64 = outage::END;
/// The number after the last order of this scene.
pub(super) const END: u64 = FROM + ORDERS;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    day.break_also(Odds {
        service: "repspark",
        operation: "GET order statusId=1",
        fault: Fault::LostReply,
        one_in: 1,
    });
    day.submit(FROM..END);
    day.until("RepSpark says that it gave the orders out", |stack| {
        (FROM..END).all(|id| stack.repspark.status(id) == Some(2))
    })
    .await?;
    day.mend();
    day.settled(FROM..END).await?;
    Ok(format!(
        "{ORDERS} orders flipped to Sent, the reply lost: recovery took them in, {ORDERS} Valid"
    ))
}
