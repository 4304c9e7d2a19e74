//! The census: all that is open, counted once an hour, whether or not it wants a look.

use std::collections::{BTreeMap, BTreeSet};

use lambda_kit::{Chain, Deadline, Metric, clock};
use ledger::{Ledger, LedgerError};
use order_model::{Millis, OrderState, Service, StepName, StepState};
use serde::Serialize;

use crate::{Config, PAGE, SweepOrders};

/// So many old orders are named at most, and so many stuck ones; the rest is in the count.
const NAMED: u64 = 50;
/// So many held steps are named at most, for whoever looks at the table of them.
const HELD_NAMED: u64 = 500;
/// So many quarantined records are counted at most.
const QUARANTINED: usize = 1_000;

/// All that is open.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Census {
    /// Whether everything was counted. If not, each number is a lower bound.
    pub complete: bool,
    /// Orders that wait for something or somebody.
    pub open: u64,
    /// Those that wait for a person.
    pub held: u64,
    /// Held steps, by step and code.
    pub held_by: BTreeMap<&'static str, BTreeMap<String, u64>>,
    /// Orders that are open for longer than `STUCK_SECONDS` and wait for no person.
    pub stuck: u64,
    /// Orders that are open, or held, for longer than `OLD_ORDER_DAYS`.
    pub old: u64,
    /// Items among the open ones that this release can't read: they are in no other number.
    pub unreadable: u64,
    /// Quarantined records that nobody has resolved.
    pub quarantined: u64,
    /// The vendors that are paused.
    pub paused: BTreeSet<&'static str>,
    /// The age of the oldest open order, in seconds.
    pub oldest_s: u64,
    /// How many of the held steps stand in the log by name.
    #[serde(skip)]
    pub held_named: u64,
}

/// What the alarms would ring for, of one order.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rings {
    stuck: bool,
    old: bool,
}

impl Census {
    /// Counts one order. The index follows the table with a delay, so it may be closed by now.
    pub(crate) fn count(&mut self, order: &OrderState, now: Millis, config: &Config) -> Rings {
        if !order.is_open() {
            return Rings::default();
        }
        let age = now.since(order.first_seen);
        let mut is_held = false;
        for (name, step) in &order.steps {
            if let StepState::Held { code, .. } = &step.state {
                is_held = true;
                let codes = self.held_by.entry(name.as_str()).or_default();
                *codes.entry(code.clone()).or_default() += 1;
            }
        }
        let rings = Rings {
            stuck: !is_held && age > config.stuck,
            old: age > config.old,
        };
        self.open += 1;
        self.held += u64::from(is_held);
        self.stuck += u64::from(rings.stuck);
        self.old += u64::from(rings.old);
        self.oldest_s = self.oldest_s.max(age.as_secs());
        rings
    }
}

impl SweepOrders {
    /// The census, if it is its turn. What goes wrong here is said and fails no tick: the hints have gone out.
    pub(crate) async fn census(
        &self,
        now: Millis,
        deadline: Deadline,
        paused: &BTreeSet<&'static str>,
    ) -> Option<Census> {
        // Whoever takes the turn and has no time would make the hour pass without one.
        if !deadline.covers(clock::now(), PAGE) {
            return None;
        }
        let turn = self.kit.ledger.take_turn("census", now, self.config.census_every);
        match turn.await {
            Ok(true) => {}
            Ok(false) => return None,
            Err(error) => {
                tracing::error!(
                    "the census was put off, the next tick tries again: {}",
                    Chain(&error)
                );
                return None;
            }
        }
        let mut census = Census {
            complete: true,
            paused: paused.clone(),
            ..Census::default()
        };
        // First, because it is little: were there no time for it later, its alarm would be called off by a zero.
        let counted = self.count_quarantined(deadline, &mut census).await;
        take(&mut census, counted);
        for shard in Ledger::shards(now) {
            let counted = self.count_shard(shard, now, deadline, &mut census).await;
            take(&mut census, counted);
        }
        self.tell(&census);
        Some(census)
    }

    /// One partition, page by page; whether there was time for all of it.
    async fn count_shard(
        &self,
        shard: u8,
        now: Millis,
        deadline: Deadline,
        census: &mut Census,
    ) -> Result<bool, LedgerError> {
        let mut from = None;
        loop {
            if !deadline.covers(clock::now(), PAGE) {
                return Ok(false);
            }
            let page = self.kit.ledger.all_open(shard, from).await?;
            for read in self.kit.ledger.orders(&page.orders).await? {
                match read {
                    Ok(order) => {
                        let rings = census.count(&order, now, &self.config);
                        name(&order, rings, census, now);
                    }
                    Err(error) => {
                        census.unreadable += 1;
                        tracing::error!("an open order can't be counted: {error}");
                    }
                }
            }
            from = page.next;
            if from.is_none() {
                return Ok(true);
            }
        }
    }

    async fn count_quarantined(&self, deadline: Deadline, census: &mut Census) -> Result<bool, LedgerError> {
        if !deadline.covers(clock::now(), PAGE) {
            return Ok(false);
        }
        let records = self.kit.ledger.quarantined_records(QUARANTINED).await?.len();
        census.quarantined = records as u64;
        Ok(records < QUARANTINED)
    }

    /// One line for the log, and the metrics.
    fn tell(&self, census: &Census) {
        let held_steps: u64 = census.held_by.values().flat_map(BTreeMap::values).sum();
        tracing::info!(
            what = "census",
            complete = census.complete,
            open = census.open,
            held = census.held,
            held_by = ?census.held_by,
            held_not_named = held_steps - census.held_named,
            stuck = census.stuck,
            old = census.old,
            unreadable = census.unreadable,
            quarantined = census.quarantined,
            paused = ?census.paused,
            oldest_s = census.oldest_s,
            "census{}",
            if census.complete { "" } else { ", not complete: each number is a lower bound" }
        );
        let values = [
            (Metric::OrdersOpen, census.open),
            (Metric::OrdersHeld, census.held),
            (Metric::OrdersStuck, census.stuck),
            (Metric::OrdersOld, census.old),
            (Metric::RecordsQuarantined, census.quarantined),
            (Metric::OldestOpenSeconds, census.oldest_s),
            (Metric::VendorsPaused, census.paused.len() as u64),
        ];
        let by_step = StepName::ALL.into_iter().filter_map(|step| {
            let codes = census.held_by.get(step.as_str())?;
            Some((Metric::OrdersHeldAt(step), codes.values().sum()))
        });
        for (metric, value) in values.into_iter().chain(by_step) {
            self.kit.metrics.count(metric, value);
        }
    }
}

/// Names what the alarms ring for, as long as there is room in the log.
fn name(order: &OrderState, rings: Rings, census: &mut Census, now: Millis) {
    name_held(order, census, now);
    if rings.stuck && census.stuck <= NAMED {
        name_stuck(order, &census.paused, now);
    }
    if rings.old && census.old <= NAMED {
        name_old(order, now);
    }
}

/// Each held step, for the table of what waits for a person.
fn name_held(order: &OrderState, census: &mut Census, now: Millis) {
    let held = order.steps.iter().filter_map(|(name, step)| match &step.state {
        StepState::Held { code, .. } if order.is_open() => Some((name.as_str(), code)),
        _ => None,
    });
    let age_s = now.since(order.first_seen).as_secs();
    for (step, code) in held {
        if census.held_named == HELD_NAMED {
            return;
        }
        census.held_named += 1;
        tracing::info!(
            what = "held",
            order.id = %order.key,
            step,
            code,
            age_s,
            "order {} waits for a person: its {step} is held as {code}",
            order.key
        );
    }
}

/// What it waits for is what a person looks at first: while its vendor is paused, nothing is wrong with the order.
fn name_stuck(order: &OrderState, paused: &BTreeSet<&'static str>, now: Millis) {
    let open = order.steps.iter().find(|(_, step)| !step.state.is_finished());
    let Some((name, step)) = open else { return };
    let (step, state) = (name.as_str(), step.state.kind().as_str());
    let vendor = name.vendor().map_or("", Service::as_str);
    let vendor_paused = paused.contains(vendor);
    let age_s = now.since(order.first_seen).as_secs();
    let words = if vendor_paused {
        format!(", and {vendor} is paused")
    } else {
        String::new()
    };
    tracing::error!(
        order.id = %order.key,
        step,
        state,
        vendor_paused,
        age_s,
        "order {} is stuck: open for longer than it should; its {step} is {state}{words}",
        order.key
    );
}

/// RepSpark's lists reach back six months: after that an order can be read there by its number alone, and what
/// compares lists no longer sees it.
fn name_old(order: &OrderState, now: Millis) {
    let days = now.since(order.first_seen).as_secs() / 86_400;
    tracing::error!(
        order.id = %order.key,
        days,
        "order {} is open for {days} days: decide it before RepSpark's lists lose it",
        order.key
    );
}

/// Notes what a part of the census came to.
fn take(census: &mut Census, counted: Result<bool, LedgerError>) {
    match counted {
        Ok(whole) => census.complete &= whole,
        Err(error) => {
            census.complete = false;
            tracing::error!("a part of the census is missing: {}", Chain(&error));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use order_model::{ErpKey, Pace, RawRef, Step};

    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const NOW: Millis = Millis(1_795_255_200_000);
    const CONFIG: Config = Config {
        stuck: DAY,
        retention: DAY,
        census_every: DAY,
        old: Duration::from_secs(150 * 86_400),
    };

    /// An order that came in so long ago.
    fn order(age: Duration) -> OrderState {
        let raw = RawRef {
            hash: "00".to_owned(),
            chunks: 1,
        };
        let pace = Pace {
            grace: Duration::from_secs(900),
            skew: Duration::from_secs(10),
        };
        let seen = Millis(NOW.0 - i64::try_from(age.as_millis()).unwrap());
        OrderState::taken(ErpKey::new("RS-ACME-1").unwrap(), raw, seen, pace)
    }

    fn with(mut order: OrderState, step: StepName, state: StepState) -> OrderState {
        order.steps.insert(step, Step::fresh(state));
        order
    }

    fn held(code: &str) -> StepState {
        StepState::Held {
            code: code.to_owned(),
            at: NOW,
        }
    }

    #[test]
    fn what_is_held_is_counted_apart_from_what_is_stuck() {
        let mut census = Census::default();
        census.count(&order(DAY), NOW, &CONFIG);
        census.count(&order(2 * DAY), NOW, &CONFIG);
        let both = with(order(3 * DAY), StepName::Import, held("unknown_sku"));
        census.count(
            &with(both, StepName::Review, held("changed_after_import")),
            NOW,
            &CONFIG,
        );
        assert_eq!((census.open, census.held, census.stuck, census.old), (3, 1, 1, 0));
        assert_eq!(census.oldest_s, 3 * 86_400);
        assert_eq!(census.held_by["import"]["unknown_sku"], 1);
        assert_eq!(census.held_by["review"]["changed_after_import"], 1);
    }

    #[test]
    fn an_old_order_counts_whether_or_not_it_is_held() {
        let mut census = Census::default();
        let rings = |stuck, old| Rings { stuck, old };
        let mut count = |order: OrderState| census.count(&order, NOW, &CONFIG);
        assert_eq!(count(order(150 * DAY)), rings(true, false));
        assert_eq!(count(order(151 * DAY)), rings(true, true));
        let waits = with(order(151 * DAY), StepName::Import, held("unknown_sku"));
        assert_eq!(count(waits), rings(false, true));
        assert_eq!((census.old, census.stuck), (2, 2));
    }

    #[test]
    fn an_order_that_is_closed_by_now_is_not_counted() {
        let mut census = Census::default();
        let done = StepState::Done {
            reference: None,
            at: NOW,
        };
        let closed = with(order(200 * DAY), StepName::Import, done);
        assert_eq!(census.count(&closed, NOW, &CONFIG), Rings::default());
        assert_eq!(census, Census::default());
    }
}
