//! A bundle of its own, on which ticks and clean orders are counted.

use cost::{DATE, Item, Line, REGION, Usage, VENDOR_CALL_MS, empty_polls};
use lambda_runner::Outcome;
use serde::Serialize;
use serde_json::{Value, json};
use simulators::sample_order;

use crate::cost::count::{counted, requests_to, stored};
use crate::cost::series::series;
use crate::cost::ticks::{Tick, ticks};
use crate::play::FIRST;
use crate::{Binaries, Durations, Settings, Stack};

/// The orders that are counted, in one pull: as many as a quarter of an hour has where a month has 300,000.
const ORDERS: u64 = 100;

/// Orders of a former integration, which each comparison reads.
const FOREIGN: u64 = 100;

/// Orders before those that are counted, so that cold starts, secrets and field maps do not count with them.
const BEFORE: u64 = 10;

/// What AWS would ask; also its JSON form.
#[derive(Debug, Clone, Serialize)]
pub struct Priced {
    /// Where.
    pub region: &'static str,
    /// When the prices were looked up.
    pub date: &'static str,
    /// How long a vendor is assumed to take for a call, in milliseconds.
    pub vendor_call_ms_assumed: f64,
    /// How many clean orders were counted.
    pub orders: u64,
    /// What one of them used.
    pub order: Usage,
    /// Idle ticks, one of each kind.
    pub ticks: Vec<Tick>,
    /// A million clean orders in a month; what a month costs anyway is not in it.
    pub million_orders: Bill,
    /// A month without an order.
    pub idle_month: Bill,
}

/// Counted things and their list price.
#[derive(Debug, Clone, Serialize)]
pub struct Bill {
    /// US dollars.
    pub usd: f64,
    /// Item by item.
    pub lines: Vec<Line>,
}

impl Bill {
    fn of(usage: &Usage) -> Self {
        Self {
            usd: usage.usd(),
            lines: usage.lines(),
        }
    }
}

/// Counts idle ticks and clean orders on a bundle of their own.
///
/// # Errors
/// Says in words what did not start or did not go as a clean order goes.
pub async fn price(binaries: &Binaries) -> Result<Priced, String> {
    let settings = Settings {
        binaries: binaries.clone(),
        durations: Durations::Real,
        movable_clock: false,
        ports: None,
        parameters: Default::default(),
    };
    let stack = Stack::start(settings).await.map_err(|error| error.to_string())?;
    let priced = on(&stack).await;
    stack.stop().await;
    priced
}

async fn on(stack: &Stack) -> Result<Priced, String> {
    // Nothing breaks; but a journal of the vendor calls is kept.
    stack.gate.arm(&[]);
    for id in FIRST - FOREIGN..FIRST {
        stack.repspark.put(id, sample_order(id, 3), 2);
    }
    invoke(stack, "repspark-pull-orders", json!({"baseline": true})).await?;
    let ticks = ticks(stack).await?;
    let when_idle = series(stack).len();
    clean(stack, FIRST, BEFORE).await?;
    let (before, kept) = (counted(stack), stored(stack));
    clean(stack, FIRST + BEFORE, ORDERS).await?;
    let each = 1.0 / ORDERS as f64;
    let order = counted(stack).since(&before).times(each);
    let kept = stored(stack).since(&kept).times(each);
    let with_orders = (series(stack).len() - when_idle) as f64;
    let million = order
        .clone()
        .plus(&kept)
        .times(1e6)
        .with(Item::MetricMonth, with_orders);
    Ok(Priced {
        region: REGION,
        date: DATE,
        vendor_call_ms_assumed: VENDOR_CALL_MS,
        orders: ORDERS,
        order,
        million_orders: Bill::of(&million),
        idle_month: Bill::of(&idle_month(stack, &ticks, when_idle as f64)),
        ticks,
    })
}

/// Brings so many orders from Submitted to Valid, by one pull.
async fn clean(stack: &Stack, first: u64, orders: u64) -> Result<(), String> {
    for id in first..first + orders {
        stack.repspark.submit(sample_order(id, 3));
    }
    invoke(stack, "repspark-pull-orders", json!({})).await?;
    stack.drain().await;
    let not_valid = (first..first + orders).find(|id| stack.repspark.status(*id) != Some(4));
    not_valid.map_or(Ok(()), |id| Err(format!("order {id} did not become Valid")))
}

/// What a month costs without an order: what the ticks use, polls of empty queues, and what stands there.
fn idle_month(stack: &Stack, ticks: &[Tick], metrics: f64) -> Usage {
    let deployment = &stack.deployment;
    let used = stack.proxy.used();
    let secrets: std::collections::BTreeSet<&str> = used
        .iter()
        .filter(|(_, action, _)| action == "secretsmanager:GetSecretValue")
        .map(|(_, _, secret)| secret.as_str())
        .collect();
    let mut month = Usage::new()
        .with(Item::MetricMonth, metrics)
        .with(Item::AlarmMonth, deployment.alarms.len() as f64)
        .with(Item::DashboardMonth, deployment.dashboards.len() as f64)
        .with(Item::SecretMonth, secrets.len() as f64);
    for tick in ticks {
        month = month.plus(&tick.used.times(tick.a_month));
    }
    for mapping in stack.mappings() {
        month.add(requests_to(&mapping.queue), empty_polls(1));
    }
    month
}

async fn invoke(stack: &Stack, function: &str, event: Value) -> Result<(), String> {
    match stack.invoke(function, event).await.outcome {
        Outcome::Ok(_) => Ok(()),
        other => Err(format!("{function} came to {other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn orders_and_idle_ticks_are_counted_apart_and_both_have_a_price() {
        let binaries = Binaries::build(false, false).unwrap();
        let priced = price(&binaries).await.unwrap();
        let report = crate::Report {
            price: Some(priced.clone()),
            ..Default::default()
        };
        println!("{}", crate::say(&report));
        let calls = priced.order.of(Item::WriteCall);
        assert!(
            (5.0..5.2).contains(&calls),
            "{calls} write calls, those of the pull's journal shared out"
        );
        let reads = |what: &str| {
            let of_these = priced.ticks.iter().filter(|tick| tick.what == what);
            of_these.map(|tick| tick.used.of(Item::ReadUnit)).sum::<f64>()
        };
        assert!(
            reads("comparison") >= FOREIGN as f64 / 2.0,
            "a comparison reads what RepSpark holds as Sent"
        );
        assert!(reads("nothing") < FOREIGN as f64 / 2.0, "and other ticks do not");
        assert!(priced.idle_month.usd > 0.0 && priced.million_orders.usd > priced.order.times(1e6).usd());
    }
}
