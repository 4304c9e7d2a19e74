//! The census: all that is open, counted once an hour, whether or not it wants a look.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lambda_kit::{Chain, Deadline, Metric, clock};
use ledger::{Ledger, LedgerError};
use order_model::{Millis, OrderState, StepName, StepState};
use serde::Serialize;

use crate::named::name;
use crate::{Config, PAGE, SweepOrders};

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
    /// Movements of lines whose order, or whose line, nobody knows yet.
    pub movements_waiting: u64,
    /// Those of them that have waited for longer than `STUCK_SECONDS`.
    pub movements_stuck: u64,
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
    pub(crate) stuck: bool,
    pub(crate) old: bool,
}

impl Census {
    /// Counts one order. The index follows the table with a delay, so it may be closed by now.
    pub(crate) fn count(&mut self, order: &OrderState, now: Millis, config: &Config) -> Rings {
        if !order.is_open() {
            return Rings::default();
        }
        let age = now.since(order.open_since());
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
        let counted = self.count_movements(now, deadline, &mut census).await;
        take(&mut census, counted);
        for shard in shards(now, self.config.census_every) {
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
            movements_waiting = census.movements_waiting,
            movements_stuck = census.movements_stuck,
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
            (Metric::MovementsWaiting, census.movements_waiting),
            (Metric::MovementsStuck, census.movements_stuck),
            (Metric::OldestOpenSeconds, census.oldest_s),
            (Metric::VendorsPaused, census.paused.len() as u64),
        ];
        // Zeros too: a gauge that falls silent keeps its last value on the screen.
        let by_step = StepName::ALL.into_iter().map(|step| {
            let codes = census.held_by.get(step.as_str());
            let held = codes.into_iter().flat_map(BTreeMap::values).sum();
            (Metric::OrdersHeldAt(step), held)
        });
        for (metric, value) in values.into_iter().chain(by_step) {
            self.kit.metrics.count(metric, value);
        }
    }
}

/// The partitions of the open orders, each census beginning with another. Where there are more held steps than are named,
/// or there is no time for all, it is not the same ones that are left out each time.
fn shards(now: Millis, every: Duration) -> Vec<u8> {
    let mut shards: Vec<u8> = Ledger::shards(Millis(0)).collect();
    let censuses = u128::from(now.0.unsigned_abs()) / every.as_millis().max(1);
    let first = censuses.checked_rem(shards.len() as u128).unwrap_or_default();
    shards.rotate_left(usize::try_from(first).unwrap_or_default());
    shards
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
    use order_model::{OrderKey, Pace, RawRef, Step};

    use super::*;

    const DAY: Duration = Duration::from_secs(86_400);
    const NOW: Millis = Millis(1_795_255_200_000);
    const CONFIG: Config = Config {
        stuck: DAY,
        retention: DAY,
        census_every: DAY,
        old: Duration::from_secs(150 * 86_400),
        waiting_every: DAY,
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
        OrderState::taken(OrderKey::new("RS-ACME-1").unwrap(), raw, seen, pace)
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
    fn each_census_begins_with_the_next_part_of_the_open_orders() {
        for every in [300, 3_600, 86_400].map(Duration::from_secs) {
            let first = (0..8).map(|census| shards(NOW + every * census, every)[0]);
            assert_eq!(first.collect::<BTreeSet<_>>().len(), 8, "{every:?}");
            assert_eq!(
                shards(NOW, every).into_iter().collect::<BTreeSet<_>>().len(),
                8,
                "and sees all of them"
            );
        }
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
