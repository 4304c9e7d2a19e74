#![doc = include_str!("../README.md")]

mod census;
mod config;
mod doors;
mod movements;
mod named;
mod paused;
mod room;
mod waits;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures::stream::{self, StreamExt};
use lambda_kit::{Chain, Context, Deadline, Error, Hints, Kit, clock};
use ledger::{Changed, Ledger, LedgerError};
use order_fulfilment::Taker;
use order_model::{Millis, OrderKey, OrderState, StepName, StepState, look};
use serde::{Deserialize, Serialize};

pub use census::Census;
pub use config::Config;
use doors::Stands;
pub use room::{Door, FULL, MOST, Rooms};
pub use waits::Waits;

/// What the schedule sends: nothing.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {}

/// What a tick came to.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Open orders that wanted a look.
    pub looked: u64,
    /// Hints given, by step.
    pub hinted: BTreeMap<&'static str, u64>,
    /// Orders looked at that wait for a person.
    pub held: u64,
    /// Orders looked at that are open for longer than `STUCK_SECONDS` and not held.
    pub stuck: u64,
    /// Items that this release could not read.
    pub unreadable: u64,
    /// Whether the tick saw everything that wanted a look.
    pub complete: bool,
    /// All that is open, counted once in `CENSUS_SECONDS`.
    pub census: Option<Census>,
    /// What waits for others, looked at again once in `WAITING_SECONDS`.
    pub waits: Option<Waits>,
}

/// The function.
#[derive(Debug)]
pub struct SweepOrders {
    kit: Kit,
    config: Config,
    hints: Hints,
    taker: Taker,
}

/// How long one page may take: the tick ends before a page that might not.
const PAGE: Duration = Duration::from_secs(5);

impl SweepOrders {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let hints = Hints::new(kit.aws.sqs(), kit.settings, &StepName::ALL)?;
        let taker = Taker::new(&kit, config::taking(kit.settings)?)?;
        Ok(Self {
            kit,
            config,
            hints,
            taker,
        })
    }

    /// One tick over all partitions of the index of open orders.
    pub async fn run(self: Arc<Self>, _: Event, context: &Context) -> Result<Report, Error> {
        let now = clock::now();
        let deadline = Deadline::of(context, self.kit.ledger.pace());
        let Stands { doors, paused } = self.stands(now).await?;
        let rooms = Rooms::new(doors);
        let mut report = Report {
            complete: true,
            ..Report::default()
        };
        for shard in Ledger::shards(now) {
            if let Err(error) = self.shard(shard, now, deadline, &rooms, &mut report).await {
                report.complete = false;
                tracing::error!(
                    shard,
                    "a part of the open orders was not looked at; the next tick is: {}",
                    Chain(&error)
                );
            }
        }
        tracing::info!(
            looked = report.looked,
            hinted = ?report.hinted,
            held = report.held,
            stuck = report.stuck,
            unreadable = report.unreadable,
            complete = report.complete,
            duration_ms = clock::whole_ms(clock::now().since(now)),
            "swept"
        );
        report.census = self.census(now, deadline, &paused).await;
        if report.census.is_none() && !paused.is_empty() {
            self.tell_paused(now, &paused).await;
        }
        report.waits = self.look_again(now, deadline).await;
        Ok(report)
    }

    /// One partition, page by page.
    async fn shard(
        &self,
        shard: u8,
        now: Millis,
        deadline: Deadline,
        rooms: &Rooms,
        report: &mut Report,
    ) -> Result<(), LedgerError> {
        let mut from = None;
        loop {
            if !deadline.covers(clock::now(), PAGE) {
                report.complete = false;
                return Ok(());
            }
            let page = self.kit.ledger.open_orders(shard, now, from).await?;
            self.page(&page.orders, now, rooms, report).await?;
            from = page.next;
            if from.is_none() {
                return Ok(());
            }
        }
    }

    async fn page(
        &self,
        keys: &[OrderKey],
        now: Millis,
        rooms: &Rooms,
        report: &mut Report,
    ) -> Result<(), LedgerError> {
        let mut orders = Vec::with_capacity(keys.len());
        for read in self.kit.ledger.orders(keys).await? {
            match read {
                Ok(order) => orders.push(order),
                // One item that can't be read stops no other.
                Err(error) => {
                    report.unreadable += 1;
                    tracing::error!("an open order can't be looked at: {error}");
                }
            }
        }
        orders.iter().for_each(|order| self.count(order, now, report));
        let each = orders.into_iter().map(|order| self.order(order, now, rooms));
        let swept: Vec<Result<Vec<(StepName, OrderKey)>, LedgerError>> =
            stream::iter(each).buffer_unordered(16).collect().await;
        let mut hints: BTreeMap<StepName, Vec<OrderKey>> = BTreeMap::new();
        for one in swept {
            match one {
                Ok(steps) => steps
                    .into_iter()
                    .for_each(|(step, key)| hints.entry(step).or_default().push(key)),
                Err(error) => {
                    report.complete = false;
                    tracing::error!(
                        "an open order could not be moved on; the next tick looks again: {error}"
                    );
                }
            }
        }
        for (step, keys) in hints {
            let lost = self.hints.send(step, &keys, now, Duration::ZERO).await;
            *report.hinted.entry(step.as_str()).or_default() += (keys.len() - lost) as u64;
        }
        Ok(())
    }

    /// Looks at one order and writes down what its hints will be, before they are sent.
    async fn order(
        &self,
        order: OrderState,
        now: Millis,
        rooms: &Rooms,
    ) -> Result<Vec<(StepName, OrderKey)>, LedgerError> {
        let key = order.key.clone();
        let pace = self.kit.ledger.pace();
        self.keep_payload(&order, now).await?;
        let mut hints = Vec::new();
        let changed = self
            .kit
            .ledger
            .change(order, |order| {
                hints.drain(..).for_each(|_| rooms.give_back());
                let seen = look(order, now, pace, |step| rooms.take(step))?;
                hints = seen.hints;
                Some(seen.next)
            })
            .await?;
        match changed {
            Changed::Written(_) => Ok(hints.into_iter().map(|step| (step, key.clone())).collect()),
            Changed::Left(_) => Ok(Vec::new()),
        }
    }

    /// A payload must not expire while its order is open; nor may those of submissions that wait.
    async fn keep_payload(&self, order: &OrderState, now: Millis) -> Result<(), LedgerError> {
        let retention = self.config.retention;
        if now.since(order.first_seen) <= retention / 2 {
            return Ok(());
        }
        let (soon, until) = (now + retention / 2, now + retention);
        for raw in order.wanted_payloads() {
            self.kit.ledger.keep_raw_longer(raw, soon, until).await?;
        }
        Ok(())
    }

    fn count(&self, order: &OrderState, now: Millis, report: &mut Report) {
        report.looked += 1;
        match is_held(order) {
            true => report.held += 1,
            false => report.stuck += u64::from(self.is_stuck(order, now)),
        }
    }

    fn is_stuck(&self, order: &OrderState, now: Millis) -> bool {
        order.is_open() && now.since(order.open_since()) > self.config.stuck
    }
}

/// Whether an order waits for a person.
fn is_held(order: &OrderState) -> bool {
    let mut steps = order.steps.values();
    steps.any(|step| matches!(step.state, StepState::Held { .. }))
}
