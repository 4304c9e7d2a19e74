//! The ERP is down for maintenance, and the desk knows.

use serde_json::json;

use super::broken_map;
use super::day::Day;
use crate::Stack;
use crate::outcome::key;

const ORDERS: u64 = 40;
const FROM: u64 = broken_map::END;
/// The number after the last order of this scene.
pub(super) const END: u64 = FROM + ORDERS;
/// Sweeps that the pause has to outlast: more than it takes until a hint is given again.
const SWEEPS: u64 = 8;
/// The sweep gives no hint to a queue with more messages than this.
const FULL: u64 = 100;

pub(super) async fn play<H>(day: &mut Day<'_, H>) -> Result<String, String> {
    let pause = json!({"do": "pause", "vendor": "erp"});
    day.decide(pause, "the ERP is being updated", paused).await?;
    day.stack.erp.maintenance(true);
    let before = asked(day.stack);
    day.submit(FROM..END);
    let mut deepest = 0;
    day.until("40 orders are taken in, and their hints are used up", |stack| {
        deepest = deepest.max(depth(stack));
        let states = stack.states();
        (FROM..END).all(|id| states.contains_key(&key(id))) && depth(stack) == 0
    })
    .await?;
    let swept = sweeps(day.stack) + SWEEPS;
    day.until("the sweep goes on while the ERP is paused", |stack| {
        deepest = deepest.max(depth(stack));
        sweeps(stack) >= swept
    })
    .await?;
    let tried = asked(day.stack) - before;
    if tried != 0 {
        return Err(format!("the paused ERP was asked {tried} times"));
    }
    day.stack.erp.maintenance(false);
    let resume = json!({"do": "resume", "vendor": "erp"});
    day.decide(resume, "the ERP is back", |stack| !paused(stack))
        .await?;
    day.until("the orders of the outage are Valid", |stack| {
        deepest = deepest.max(depth(stack));
        (FROM..END).all(|id| stack.repspark.status(id) == Some(4))
    })
    .await?;
    day.settled(FROM..END).await?;
    // A hint for each order from the pull, and one from the sweep after the resumption. Where things break an order takes
    // longer than the grace, which is seconds here, and the sweep hints again until a queue has a hundred.
    let most = match day.options.faults {
        true => FULL + 2 * ORDERS,
        false => 2 * ORDERS,
    };
    if deepest > most {
        return Err(format!("{deepest} messages waited for {ORDERS} orders"));
    }
    Ok(format!(
        "ERP paused; {ORDERS} orders pulled, none tried at the ERP; ERP back and resumed: {ORDERS} Valid; \
         at most {deepest} messages in the queues"
    ))
}

fn paused(stack: &Stack) -> bool {
    let items = stack.items();
    let pause = items
        .iter()
        .find(|item| item["pk"]["S"] == "pause#erp" && item["sk"]["S"] == "pause");
    pause.is_some_and(|pause| pause["active"]["BOOL"] == true)
}

/// Calls that the ERP saw.
fn asked(stack: &Stack) -> u64 {
    stack.erp.calls().values().sum()
}

fn sweeps(stack: &Stack) -> u64 {
    let figures = stack.runner.figures();
    figures
        .get("sweep-orders")
        .map_or(0, |figures| figures.invocations)
}

/// Messages in all queues.
fn depth(stack: &Stack) -> u64 {
    let queues = stack.deployment.queues.values();
    queues
        .map(|queue| stack.sqs.depths(&queue.name).total() as u64)
        .sum()
}
