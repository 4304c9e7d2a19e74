//! Orders: taking them in, claiming their steps, recording what came of them.
//!
//! Every write is one conditional put of the whole small item on the revision that was read. A refused write brings
//! the item that stands there; the pure move is then decided again on that item. A refused write whose returned item
//! shows our own token was ours: its reply had been lost and the SDK repeated it.

use std::collections::BTreeSet;

use order_model::{Begin, Bid, Claim, Fenced, Gone, Millis, OrderKey, OrderState, Outcome, StepState};

use crate::call::{If, Put};
use crate::codec::{self, STATE};
use crate::{Ledger, LedgerError, item};

/// What taking an order in came to.
#[derive(Debug)]
pub enum Admitted {
    /// It is new, and ours.
    New(Box<OrderState>),
    /// It was known before.
    Known(Box<OrderState>),
}

/// What a claim came to.
#[derive(Debug)]
pub enum Claimed {
    /// The step is ours until the lease ends.
    Granted(Box<OrderState>, Claim),
    /// Somebody else has it until then.
    Busy(Millis),
    /// It is not time yet.
    NotYet(Millis),
    /// Another payload took the place of the one the bid was made for: read again.
    Changed,
    /// Nothing to do.
    Finished,
}

/// What a change came to.
#[derive(Debug)]
pub enum Changed {
    /// Written.
    Written(Box<OrderState>),
    /// The decision was to write nothing.
    Left(Box<OrderState>),
}

/// Why an outcome was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    /// The claim was lost; whoever has it records.
    #[error(transparent)]
    Fenced(#[from] Fenced),
    /// The ledger did not answer.
    #[error("the outcome could not be recorded")]
    Ledger(#[source] LedgerError),
}

/// So many writers may come between before we give up and let the message come again.
const TIMES: u32 = 12;

impl Ledger {
    /// Reads an order.
    pub async fn order(&self, key: &OrderKey) -> Result<Option<OrderState>, LedgerError> {
        self.get(key.as_str(), STATE)
            .await?
            .map(|item| codec::decode(&item))
            .transpose()
    }

    /// Reads at most 100 orders, each once; those that do not exist are absent from the answer. An item that this release cannot
    /// read is an entry of its own: it stops no other.
    pub async fn orders(
        &self,
        keys: &[OrderKey],
    ) -> Result<Vec<Result<OrderState, LedgerError>>, LedgerError> {
        Ok(self
            .read_batch(asked(keys))
            .await?
            .iter()
            .map(codec::decode)
            .collect())
    }

    /// Which of at most 100 orders are known: have a state item, in whatever form.
    pub async fn known(&self, keys: &[OrderKey]) -> Result<BTreeSet<OrderKey>, LedgerError> {
        let found = self.read_batch(asked(keys)).await?;
        let names = found.iter().filter_map(|item| item.get("pk")?.as_s().ok());
        Ok(names
            .filter_map(|name| OrderKey::new(name.as_str()).ok())
            .collect())
    }

    /// Takes an order in, if it is not known.
    pub async fn admit(&self, mut order: OrderState) -> Result<Admitted, LedgerError> {
        // One that comes with its import done is followed like any other.
        let nothing = OrderState::foreign(order.key.clone(), None, order.first_seen);
        order = order.followed(&nothing, &self.takes, self.pace);
        order.revision = 1;
        order.writer = self.token();
        match self.put_if(codec::encode(&order), If::Absent).await? {
            Put::Done => Ok(Admitted::New(Box::new(order))),
            Put::Refused(Some(item)) => {
                let known = codec::decode(&item)?;
                let ours = known.writer == order.writer;
                Ok(if ours {
                    Admitted::New(Box::new(order))
                } else {
                    Admitted::Known(Box::new(known))
                })
            }
            Put::Refused(None) => Err(LedgerError::Unreadable {
                key: order.key.to_string(),
                what: "refused without an item",
            }),
        }
    }

    /// Changes an order by a pure decision, which is made again on whatever stands there when a write is refused.
    /// `decide` returns the wanted state, or none to write nothing.
    pub async fn change(
        &self,
        seen: OrderState,
        mut decide: impl FnMut(&OrderState) -> Option<OrderState>,
    ) -> Result<Changed, LedgerError> {
        let mut current = seen;
        for _ in 0..TIMES {
            let Some(mut next) = decide(&current) else {
                return Ok(Changed::Left(Box::new(current)));
            };
            next = next.followed(&current, &self.takes, self.pace);
            next.revision = current.revision + 1;
            next.writer = self.token();
            match self
                .put_if(codec::encode(&next), If::Revision(current.revision))
                .await?
            {
                Put::Done => return Ok(Changed::Written(Box::new(next))),
                Put::Refused(Some(item)) => current = codec::decode(&item)?,
                Put::Refused(None) => {
                    return Err(LedgerError::Unreadable {
                        key: next.key.to_string(),
                        what: "the state item is gone",
                    });
                }
            }
            if current.writer == next.writer {
                return Ok(Changed::Written(Box::new(next)));
            }
        }
        Err(LedgerError::Contended {
            key: current.key.to_string(),
            times: TIMES,
        })
    }

    /// Claims a step.
    pub async fn claim(&self, seen: OrderState, bid: &Bid) -> Result<Claimed, LedgerError> {
        let mut granted = None;
        let mut refused = Claimed::Finished;
        let changed = self
            .change(seen, |order| match order.begin(bid, self.pace) {
                Begin::Claim(next, claim) => {
                    granted = Some(claim);
                    Some(*next)
                }
                // Ours already: `granted` is the claim of the write whose reply was lost. Without it this bid was
                // granted in an earlier call, whose effect may have begun: to be probed when the lease has ended.
                Begin::Mine => {
                    if let StepState::Claimed { until, .. } = order.step(bid.step) {
                        refused = Claimed::Busy(*until + self.pace.skew);
                    }
                    None
                }
                Begin::Busy(until) => refuse(&mut granted, &mut refused, Claimed::Busy(until)),
                Begin::NotYet(from) => refuse(&mut granted, &mut refused, Claimed::NotYet(from)),
                Begin::Changed => refuse(&mut granted, &mut refused, Claimed::Changed),
                Begin::Finished => refuse(&mut granted, &mut refused, Claimed::Finished),
            })
            .await?;
        let (Changed::Written(order) | Changed::Left(order)) = changed;
        Ok(match granted {
            Some(claim) => Claimed::Granted(order, claim),
            None => refused,
        })
    }

    /// Records what came of a claimed step.
    pub async fn settle(
        &self,
        seen: OrderState,
        claim: &Claim,
        outcome: &Outcome,
        now: Millis,
    ) -> Result<OrderState, SettleError> {
        let mut fenced = None;
        let changed = self
            .change(seen, |order| match order.settle(claim, outcome, now, self.pace) {
                Ok(Gone::Write(next)) => Some(*next),
                Ok(Gone::Recorded) => None,
                Err(error) => {
                    fenced = Some(error);
                    None
                }
            })
            .await
            .map_err(SettleError::Ledger)?;
        let (Changed::Written(order) | Changed::Left(order)) = changed;
        fenced.map_or(Ok(*order), |error| Err(error.into()))
    }
}

/// The keys of these orders' states, each once: DynamoDB refuses a batch that names one key twice, and one answer of a
/// vendor may well hold one order twice.
fn asked(keys: &[OrderKey]) -> Vec<item::Item> {
    let once: BTreeSet<_> = keys.iter().collect();
    once.into_iter()
        .map(|key| item::key(key.as_str(), STATE))
        .collect()
}

fn refuse(granted: &mut Option<Claim>, refused: &mut Claimed, answer: Claimed) -> Option<OrderState> {
    *granted = None;
    *refused = answer;
    None
}
