//! A bundle of its own, on which ticks and clean orders are counted.

use std::collections::BTreeSet;

use cost::{DATE, Item, Line, REGION, Usage, VENDOR_CALL_MS, empty_polls};
use lambda_runner::Outcome;
use serde::Serialize;
use serde_json::{Value, json};
use simulators::{ecat_sample, sample_order};

use crate::cost::count::{counted, requests_to, stored};
use crate::cost::series::series;
use crate::cost::ticks::{Tick, ticks};
use crate::play::FIRST;
use crate::{Binaries, Durations, Settings, Source, Stack};

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
    /// Clean orders of RepSpark, if it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repspark: Option<PricedOrders>,
    /// Orders of eCat that are submitted once, if it takes part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ecat: Option<PricedOrders>,
    /// Idle ticks, one of each kind.
    pub ticks: Vec<Tick>,
    /// A month without an order.
    pub idle_month: Bill,
}

/// What clean orders of one source use, and what AWS would ask for them.
#[derive(Debug, Clone, Serialize)]
pub struct PricedOrders {
    /// How many were counted, in one pull.
    pub orders: u64,
    /// What one of them used.
    pub order: Usage,
    /// A million of them in a month; what a month costs anyway is not in it.
    pub million_orders: Bill,
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

/// Counts idle ticks and clean orders on a bundle of their own, with these sources.
///
/// # Errors
/// Says in words what did not start or did not go as a clean order goes.
pub async fn price(binaries: &Binaries, source: Source) -> Result<Priced, String> {
    let settings = source.on(Settings {
        binaries: binaries.clone(),
        durations: Durations::Real,
        movable_clock: false,
        ports: None,
        parameters: Default::default(),
    });
    let stack = Stack::start(settings).await.map_err(|error| error.to_string())?;
    let priced = on(&stack).await;
    stack.stop().await;
    priced
}

async fn on(stack: &Stack) -> Result<Priced, String> {
    // Nothing breaks; but a journal of the vendor calls is kept.
    stack.gate.arm(&[]);
    if stack.uses_repspark() {
        for id in FIRST - FOREIGN..FIRST {
            stack.repspark.put(id, sample_order(id, 3), 2);
        }
        invoke(stack, "repspark-pull-orders", json!({"baseline": true})).await?;
    }
    let ticks = ticks(stack).await?;
    let idle = series(stack, 0);
    let mut repspark = None;
    if stack.uses_repspark() {
        repspark = Some(orders(stack, Source::RepSpark, &idle).await?);
    }
    let mut ecat = None;
    if stack.uses_ecat() {
        ecat = Some(orders(stack, Source::Ecat, &idle).await?);
    }
    Ok(Priced {
        region: REGION,
        date: DATE,
        vendor_call_ms_assumed: VENDOR_CALL_MS,
        repspark,
        ecat,
        idle_month: Bill::of(&idle_month(stack, &ticks, idle.len() as f64)),
        ticks,
    })
}

/// Counts clean orders of one source. `idle` are the metrics that a month has anyway.
async fn orders(stack: &Stack, source: Source, idle: &BTreeSet<String>) -> Result<PricedOrders, String> {
    let lines = stack.runner.output().len();
    clean(stack, source, FIRST, BEFORE).await?;
    let (before, kept) = (counted(stack), stored(stack));
    clean(stack, source, FIRST + BEFORE, ORDERS).await?;
    let each = 1.0 / ORDERS as f64;
    let order = counted(stack).since(&before).times(each);
    let kept = stored(stack).since(&kept).times(each);
    let with_orders = series(stack, lines).difference(idle).count() as f64;
    let million = order
        .clone()
        .plus(&kept)
        .times(1e6)
        .with(Item::MetricMonth, with_orders);
    Ok(PricedOrders {
        orders: ORDERS,
        order,
        million_orders: Bill::of(&million),
    })
}

/// Brings so many orders from their submission to their end, by one pull.
async fn clean(stack: &Stack, source: Source, first: u64, orders: u64) -> Result<(), String> {
    if source == Source::Ecat {
        return clean_ecat(stack, first, orders).await;
    }
    for id in first..first + orders {
        stack.repspark.submit(sample_order(id, 3));
    }
    invoke(stack, "repspark-pull-orders", json!({})).await?;
    stack.drain().await;
    let not_valid = (first..first + orders).find(|id| stack.repspark.status(*id) != Some(4));
    not_valid.map_or(Ok(()), |id| Err(format!("order {id} did not become Valid")))
}

async fn clean_ecat(stack: &Stack, first: u64, orders: u64) -> Result<(), String> {
    let submitted = (first..first + orders).map(|n| stack.ecat.submit(ecat_sample(n, 3)).number);
    let submitted: Vec<String> = submitted.collect();
    invoke(stack, "ecat-pull-orders", json!({})).await?;
    stack.drain().await;
    let over = |number: &String| {
        stack.ecat.received(number) && stack.erp.orders_for(&crate::ecat::erp_key(number)).len() == 1
    };
    match submitted.iter().find(|number| !over(number)) {
        Some(number) => Err(format!("eCat order {number} was not imported and marked")),
        None => Ok(()),
    }
}

/// What a month costs without an order: what the ticks use, polls of empty queues, and what stands there.
fn idle_month(stack: &Stack, ticks: &[Tick], metrics: f64) -> Usage {
    let deployment = &stack.deployment;
    let used = stack.proxy.used();
    let secrets: BTreeSet<&str> = used
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
        let priced = price(&binaries, Source::Both).await.unwrap();
        let report = crate::Report {
            price: Some(priced.clone()),
            ..Default::default()
        };
        println!("{}", crate::say(&report));
        let (repspark, ecat) = (priced.repspark.unwrap(), priced.ecat.unwrap());
        let calls = repspark.order.of(Item::WriteCall);
        assert!(
            (5.0..5.2).contains(&calls),
            "{calls} write calls, those of the pull's journal shared out"
        );
        // The reservation of its number is one more, the two of its confirmation are less.
        let calls = ecat.order.of(Item::WriteCall);
        assert!((4.0..4.2).contains(&calls), "{calls} write calls");
        let reads = |what: &str| {
            let of_these = priced.ticks.iter().filter(|tick| tick.what == what);
            of_these.map(|tick| tick.used.of(Item::ReadUnit)).sum::<f64>()
        };
        assert!(
            reads("comparison") >= FOREIGN as f64 / 2.0,
            "a comparison reads what RepSpark holds as Sent"
        );
        assert!(reads("nothing") < FOREIGN as f64 / 2.0, "and other ticks do not");
        assert!(priced.idle_month.usd > 0.0);
        for one in [repspark, ecat] {
            assert!(one.million_orders.usd > one.order.times(1e6).usd());
        }
    }
}
