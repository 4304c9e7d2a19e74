//! What the schedules cost when there is nothing to do.

use cost::{COLD_AFTER_S, Item, MONTH_S, Usage};
use lambda_runner::Outcome;
use serde::Serialize;
use serde_json::{Value, json};

use crate::Stack;
use crate::cost::count::counted;

/// One tick of a schedule that found nothing to do.
#[derive(Debug, Clone, Serialize)]
pub struct Tick {
    /// The function.
    pub function: String,
    /// What it did: `nothing`, or what it does now and then.
    pub what: &'static str,
    /// How many of these a month has, by the template's rates.
    pub a_month: f64,
    /// What one used.
    pub used: Usage,
}

/// What a scheduled function does not with each tick but every so many seconds, by a parameter of the template.
struct Seldom {
    function: &'static str,
    what: &'static str,
    every: &'static str,
}

const SELDOM: [Seldom; 2] = [
    Seldom {
        function: "sweep-orders",
        what: "census",
        every: "CensusSeconds",
    },
    Seldom {
        function: "repspark-recover-orders",
        what: "comparison",
        every: "RecoverEverySeconds",
    },
];

/// Ticks each schedule of the template by hand, once for each thing that it does. On a bundle whose functions have not run
/// yet, because the first tick does what is seldom done, from a cold start; the next has nothing to do.
pub(crate) async fn ticks(stack: &Stack) -> Result<Vec<Tick>, String> {
    let mut ticks = Vec::new();
    for (function, wired) in &stack.deployment.functions {
        for schedule in wired.schedules.iter().filter(|schedule| schedule.enabled) {
            let event: Value = serde_json::from_str(&schedule.input).unwrap_or_else(|_| json!({}));
            let mut a_month = MONTH_S / schedule.seconds.max(1) as f64;
            if let Some(seldom) = SELDOM.iter().find(|seldom| seldom.function == function) {
                let every = stack.deployment.parameters.get(seldom.every);
                let every = every
                    .and_then(|every| every.parse::<f64>().ok())
                    .unwrap_or(MONTH_S);
                let of_these = a_month.min(MONTH_S / every.max(1.0));
                ticks.push(tick(stack, function, seldom.what, of_these, &event).await?);
                a_month -= of_these;
            }
            if schedule.seconds >= COLD_AFTER_S {
                stack.runner.retire_all();
            }
            ticks.push(tick(stack, function, "nothing", a_month, &event).await?);
        }
    }
    Ok(ticks)
}

async fn tick(
    stack: &Stack,
    function: &str,
    what: &'static str,
    a_month: f64,
    event: &Value,
) -> Result<Tick, String> {
    let before = counted(stack);
    match stack.invoke(function, event.clone()).await.outcome {
        Outcome::Ok(_) => Ok(Tick {
            function: function.to_owned(),
            what,
            a_month,
            // By hand here, by EventBridge there.
            used: counted(stack).since(&before).with(Item::ScheduledTick, 1.0),
        }),
        other => Err(format!("an idle tick of {function} came to {other:?}")),
    }
}
