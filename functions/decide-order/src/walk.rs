//! All orders that match a filter, oldest first.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use lambda_kit::{Deadline, clock};
use ledger::{Ledger, LedgerError};
use order_model::{Millis, OrderKey, OrderState, StepName};

use crate::filter::Filter;
use crate::row::Rest;
use crate::submissions::codes_beside;

/// How long one page may take: the walk ends before a page that might not end in time.
const PAGE: Duration = Duration::from_secs(5);

/// What a walk found.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    /// By first sight and key: an order that moved in the index while we walked is met once all the same.
    found: BTreeMap<(Millis, OrderKey), (OrderState, StepName)>,
    /// The keys of orders that this release could not read: whether they match is not known.
    pub(crate) unreadable: BTreeSet<String>,
    /// Whether the walk came to its end.
    pub(crate) ended: bool,
}

impl Walk {
    /// What could not be seen.
    pub(crate) fn rest(&self) -> Rest {
        Rest {
            beyond: 0,
            broke_off: !self.ended,
            unreadable: self.unreadable.iter().cloned().collect(),
        }
    }

    /// What was found, oldest first.
    pub(crate) fn oldest_first(self) -> Vec<(OrderState, StepName)> {
        self.found.into_values().collect()
    }
}

/// Walks over all open orders, or all foreign ones, page by page.
pub(crate) async fn walk(
    ledger: &Ledger,
    filter: &Filter,
    now: Millis,
    deadline: Deadline,
) -> Result<Walk, LedgerError> {
    let mut walk = Walk {
        ended: true,
        ..Walk::default()
    };
    let partitions = if filter.is_foreign() {
        vec![None]
    } else {
        Ledger::shards(now).map(Some).collect()
    };
    for partition in partitions {
        let mut from = None;
        loop {
            if !deadline.covers(clock::now(), PAGE) {
                walk.ended = false;
                return Ok(walk);
            }
            let page = match partition {
                Some(shard) => ledger.all_open(shard, from).await?,
                None => ledger.foreign_orders(from).await?,
            };
            for read in ledger.orders(&page.orders).await? {
                match read {
                    Ok(order) => {
                        let step = match filter.matching(&order, now) {
                            None => matching_beside(ledger, &order, filter, now).await?,
                            step => step,
                        };
                        walk.meet(order, step);
                    }
                    Err(error) => {
                        tracing::error!("an order can't be looked at: {error}");
                        walk.unreadable.insert(named(error));
                    }
                }
            }
            from = page.next;
            if from.is_none() {
                break;
            }
        }
    }
    Ok(walk)
}

/// The review of an order beside whose current submission one waits under the code.
async fn matching_beside(
    ledger: &Ledger,
    order: &OrderState,
    filter: &Filter,
    now: Millis,
) -> Result<Option<StepName>, LedgerError> {
    if !filter.may_match_beside(order, now) {
        return Ok(None);
    }
    let codes = codes_beside(ledger, order).await?;
    let mut codes = codes.values().flatten();
    Ok(codes
        .any(|code| filter.code.as_ref() == Some(code))
        .then_some(StepName::Review))
}

/// The order that an error is about.
fn named(error: LedgerError) -> String {
    match error {
        LedgerError::Unreadable { key, .. } | LedgerError::Newer { key, .. } => key,
        other => other.to_string(),
    }
}

impl Walk {
    fn meet(&mut self, order: OrderState, step: Option<StepName>) {
        if let Some(step) = step {
            self.found
                .insert((order.first_seen, order.key.clone()), (order, step));
        }
    }
}
