//! Which orders a map is tried on.

use std::collections::{BTreeSet, VecDeque};

use field_map::Problem;
use ledger::{Ledger, LedgerError, Next, OpenPage};
use order_model::versions::HoldCode;
use order_model::{HOLD_PREFIX, Millis, OrderKey, OrderState, Origin, StepName, StepState};

use crate::named::{Named, Place};

/// Open orders whose import is held.
const HELD: usize = 50;
/// Other orders: open ones, and foreign ones where those are fewer.
const OTHERS: usize = 20;
/// What an index names at a time.
const PAGE: usize = 100;

/// The orders that a map is tried on.
#[derive(Debug, Default)]
pub(crate) struct Picked {
    /// Their states.
    pub(crate) orders: Vec<OrderState>,
    /// Orders that were named and are not here.
    pub(crate) unknown: Vec<String>,
    /// Items that this release can't read.
    pub(crate) unreadable: usize,
    /// Whether every open order was looked at: there is no other that a map holds.
    pub(crate) all: bool,
}

/// The code of a held import.
pub(crate) fn held_code(order: &OrderState) -> Option<&str> {
    match order.step(StepName::Import) {
        StepState::Held { code, .. } => Some(code),
        _ => None,
    }
}

/// Whether a map is what holds an order.
pub(crate) fn is_of_maps(code: &str) -> bool {
    Problem::CODES.contains(&code) || code.starts_with(HOLD_PREFIX)
}

/// Whether submissions that could not be compared are what holds an order.
pub(crate) fn is_of_comparing(code: &str) -> bool {
    HoldCode::parse(code) == Some(HoldCode::NotComparable)
}

/// The orders of these names, in the order in which the person named them.
pub(crate) async fn named(ledger: &Ledger, names: &[Named]) -> Result<Picked, LedgerError> {
    let mut picked = Picked::default();
    let mut keys: Vec<OrderKey> = names.iter().map(|name| name.place.key()).collect();
    picked.read(ledger, &keys).await?;
    let mut elsewhere = Vec::new();
    for (name, key) in names.iter().zip(&mut keys) {
        // A submission is most often where its siblings are, and has no order of its own.
        if let Place::Submission(submission) = &name.place
            && !picked.has(key)
            && let Some(holder) = ledger.holder(submission).await?
        {
            if !picked.has(&holder.order) {
                elsewhere.push(holder.order.clone());
            }
            *key = holder.order;
        }
    }
    picked.read(ledger, &elsewhere).await?;
    let place = |key: &OrderKey| keys.iter().position(|one| one == key);
    picked.orders.sort_by_key(|order| place(&order.key));
    let unknown = names.iter().zip(&keys).filter(|(_, key)| !picked.has(key));
    picked.unknown = unknown.map(|(name, _)| name.says.clone()).collect();
    Ok(picked)
}

/// Of one origin up to 50 open orders whose import is held, those first that a map holds; and up to 20 others.
pub(crate) async fn open(
    ledger: &Ledger,
    origin: Origin,
    now: Millis,
    in_time: impl Fn() -> bool,
) -> Result<Picked, LedgerError> {
    let mut walk = Walk::of(origin);
    let mut shards: VecDeque<u8> = Ledger::shards(now).collect();
    let mut from = None;
    while let Some(shard) = shards.front().copied() {
        if walk.is_full() || !in_time() {
            return walk.end(ledger, false).await;
        }
        let page = ledger.all_open(shard, from).await?;
        from = walk.page(ledger, page).await?;
        if from.is_none() {
            shards.pop_front();
        }
    }
    walk.end(ledger, true).await
}

impl Picked {
    /// Reads orders, each once.
    async fn read(&mut self, ledger: &Ledger, keys: &[OrderKey]) -> Result<(), LedgerError> {
        let once: BTreeSet<&OrderKey> = keys.iter().collect();
        let once: Vec<OrderKey> = once.into_iter().cloned().collect();
        for page in once.chunks(PAGE) {
            for read in ledger.orders(page).await? {
                match read {
                    Ok(order) => self.orders.push(order),
                    Err(error) => {
                        self.unreadable += 1;
                        tracing::error!("an order can't be looked at: {error}");
                    }
                }
            }
        }
        Ok(())
    }

    fn has(&self, key: &OrderKey) -> bool {
        self.orders.iter().any(|order| order.key == *key)
    }
}

/// What was found so far.
#[derive(Debug)]
struct Walk {
    /// Orders of other origins stand in the same indexes.
    origin: Origin,
    by_maps: Vec<OrderState>,
    held: Vec<OrderState>,
    others: Vec<OrderState>,
    left: bool,
    unreadable: usize,
}

impl Walk {
    fn of(origin: Origin) -> Self {
        Self {
            origin,
            by_maps: Vec::new(),
            held: Vec::new(),
            others: Vec::new(),
            left: false,
            unreadable: 0,
        }
    }

    fn is_full(&self) -> bool {
        self.by_maps.len() >= HELD && self.others.len() >= OTHERS
    }

    async fn page(&mut self, ledger: &Ledger, page: OpenPage) -> Result<Option<Next>, LedgerError> {
        for order in self.read(ledger, &page).await? {
            self.take(order);
        }
        Ok(page.next)
    }

    async fn read(&mut self, ledger: &Ledger, page: &OpenPage) -> Result<Vec<OrderState>, LedgerError> {
        let ours = page.orders.iter().filter(|key| key.origin() == self.origin);
        let ours: Vec<OrderKey> = ours.cloned().collect();
        let mut picked = Picked::default();
        picked.read(ledger, &ours).await?;
        self.unreadable += picked.unreadable;
        Ok(picked.orders)
    }

    fn take(&mut self, order: OrderState) {
        let (among, most) = match held_code(&order) {
            Some(code) if is_of_maps(code) || is_of_comparing(code) => (&mut self.by_maps, HELD),
            Some(_) => (&mut self.held, HELD),
            // The index follows the table with a delay.
            None if !order.is_open() => return,
            None => (&mut self.others, OTHERS),
        };
        if among.len() < most {
            among.push(order);
        } else if most == HELD {
            self.left = true;
        }
    }

    /// Before the first order of its own, a brand has the payloads that the baseline saw: real ones, and enough to
    /// find a wrong place with.
    async fn end(mut self, ledger: &Ledger, all: bool) -> Result<Picked, LedgerError> {
        if self.others.len() < OTHERS {
            let page = ledger.foreign_orders(None).await?;
            let foreign = self.read(ledger, &page).await?;
            let with_payload = foreign.into_iter().filter(|order| order.raw.is_some());
            self.others.extend(with_payload.take(OTHERS - self.others.len()));
        }
        let left = self.left;
        let held = self.by_maps.into_iter().chain(self.held).take(HELD);
        Ok(Picked {
            orders: held.chain(self.others).collect(),
            unknown: Vec::new(),
            unreadable: self.unreadable,
            all: all && !left,
        })
    }
}
