//! The orders of one batch: claimed, probed where an earlier try is unknown, and the rest sent together.

use std::collections::BTreeSet;

use lambda_kit::{Chain, clock};
use ledger::Claimed;
use order_model::{
    Bid, Claim, ErpKey, ErpReference, Kind, Millis, OrderState, Outcome, RepSparkOrderId, StepState, Why,
};
use repspark::CallError;

use crate::decide::{self, Seen};
use crate::{ConfirmOrder, STEP, Turn, Unrecorded};

/// An order whose confirmation is ours to send.
pub(crate) struct Ready {
    pub(crate) order: OrderState,
    pub(crate) claim: Claim,
    pub(crate) id: RepSparkOrderId,
    pub(crate) number: ErpReference,
}

pub(crate) type Failures = Vec<(ErpKey, Unrecorded)>;

impl ConfirmOrder {
    /// Works a batch; returns what could not be recorded. Earlier tries are looked into first, so that fresh claims are
    /// taken right before the call that they are for: the settle time counts from them.
    pub(crate) async fn confirm_orders(&self, keys: BTreeSet<ErpKey>, turn: &Turn<'_>) -> Failures {
        let mut failures = Failures::new();
        let mut due = Vec::with_capacity(keys.len());
        for key in keys {
            match self.look_into(&key, turn).await {
                Ok(Some(order)) => due.push(order),
                Ok(None) => {}
                Err(error) => failures.push((key, error)),
            }
        }
        if due.is_empty() {
            return failures;
        }
        // Asked once, and before any claim: a paused vendor costs no writes.
        match turn.gate.pass(clock::now()).await {
            Ok(true) => {}
            Ok(false) => return failures,
            Err(error) => {
                tracing::error!(
                    step = "confirm",
                    "nothing was confirmed, and the orders stay due: {}",
                    Chain(&error)
                );
                return failures;
            }
        }
        let mut ready = Vec::with_capacity(due.len());
        for order in due {
            let key = order.key.clone();
            match self.ready(order, turn).await {
                Ok(Some(one)) => ready.push(one),
                Ok(None) => {}
                Err(error) => failures.push((key, error)),
            }
        }
        if !ready.is_empty() {
            failures.extend(self.send(ready, turn).await);
        }
        failures
    }

    /// The order, if its number is to be sent now. An earlier try whose outcome is unknown is looked into.
    async fn look_into(&self, key: &ErpKey, turn: &Turn<'_>) -> Result<Option<OrderState>, Unrecorded> {
        let Some(order) = self.kit.ledger.order(key).await? else {
            return Ok(None);
        };
        if !self.is_time(&order, turn) {
            return Ok(None);
        }
        if order.step(STEP).kind() == Kind::Due {
            return Ok(Some(order));
        }
        let Some(id) = key.repspark_order(&self.config.brand) else {
            return Ok(None);
        };
        if !turn.gate.pass(clock::now()).await? {
            return Ok(None);
        }
        let Claimed::Granted(order, claim) = self.kit.ledger.claim(order, &self.bid(turn)).await? else {
            return Ok(None);
        };
        match claim.why {
            Why::Probe(begun_at) => self.probe(*order, &claim, &id, begun_at, turn).await,
            // It became due between the reading and the claim: given back, and sent with the others.
            Why::Fresh | Why::Ask => {
                let now = clock::now();
                let later = Outcome::Later {
                    not_before: now,
                    hinted: false,
                    counts: false,
                };
                self.record(*order, &claim, &later, now).await.map(Some)
            }
        }
    }

    /// An order that is due, claimed.
    pub(crate) async fn ready(
        &self,
        order: OrderState,
        turn: &Turn<'_>,
    ) -> Result<Option<Ready>, Unrecorded> {
        let Some(id) = order.key.repspark_order(&self.config.brand) else {
            tracing::error!(order.id = %order.key, step = "confirm", "not an order of this brand at RepSpark");
            return Ok(None);
        };
        // Never without a number.
        let Some(number) = order.reference.clone() else {
            return Ok(None);
        };
        if !turn.deadline.covers(clock::now(), self.config.repspark.call) || turn.gate.is_shut() {
            return Ok(None);
        }
        match self.kit.ledger.claim(order, &self.bid(turn)).await? {
            Claimed::Granted(order, claim) if claim.why == Why::Fresh => Ok(Some(Ready {
                order: *order,
                claim,
                id,
                number,
            })),
            Claimed::Granted(order, claim) => {
                let now = clock::now();
                let unknown = Outcome::Unknown {
                    not_before: now,
                    hinted: false,
                };
                self.record(*order, &claim, &unknown, now).await?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn bid(&self, turn: &Turn<'_>) -> Bid {
        Bid {
            step: STEP,
            owner: self.kit.ledger.token(),
            now: clock::now(),
            until: turn.deadline.lease_end(self.kit.ledger.pace()),
            hash: None,
            pinned: None,
            raw: None,
        }
    }

    /// Whether the step wants something now, and time covers a call.
    fn is_time(&self, order: &OrderState, turn: &Turn<'_>) -> bool {
        let now = clock::now();
        let from = match order.step(STEP) {
            StepState::Due { not_before, .. } | StepState::Unknown { not_before, .. } => *not_before,
            StepState::Claimed { until, .. } => *until + self.kit.ledger.pace().skew,
            _ => return false,
        };
        from <= now && turn.deadline.covers(now, self.config.repspark.call)
    }

    /// Looks what became of an earlier try. Returns the order if its number is to be sent again, now.
    async fn probe(
        &self,
        order: OrderState,
        claim: &Claim,
        id: &RepSparkOrderId,
        begun_at: Millis,
        turn: &Turn<'_>,
    ) -> Result<Option<OrderState>, Unrecorded> {
        let call = async |credentials| self.client(credentials).order(id).await;
        let refused = |answer: &Result<_, CallError>| matches!(answer, Err(CallError::Unauthorized { .. }));
        let answer = self
            .kit
            .call_twice(turn.gate, &self.config.repspark.secret, call, refused)
            .await;
        let now = clock::now();
        let unknown = decide::unknown(claim, begun_at, now, self.config.settle, &self.config.backoff);
        let outcome = match answer {
            Ok(Ok(seen)) => {
                turn.gate.answered().await;
                let status = seen.map(|seen| seen.status);
                match decide::probe(status.as_ref(), begun_at, now, self.config.settle) {
                    Seen::Done => Outcome::Done {
                        reference: None,
                        erp_reference: None,
                    },
                    Seen::Again => Outcome::Later {
                        not_before: now,
                        hinted: false,
                        counts: false,
                    },
                    Seen::Wait => unknown,
                    Seen::Unsettled(until) => Outcome::Unknown {
                        not_before: until,
                        hinted: false,
                    },
                    Seen::Hold(code) => self.hold(&order.key, code, PROBED, now).await?,
                }
            }
            Ok(Err(CallError::Unauthorized { .. })) => decide::paused(claim, now),
            Ok(Err(_)) | Err(_) => unknown,
        };
        let order = self.record(order, claim, &outcome, now).await?;
        Ok((order.step(STEP).kind() == Kind::Due).then_some(order))
    }
}

const PROBED: &str = "an earlier confirmation has no known outcome, and a look at the order shows that RepSpark can't take \
                      a number for it now; look at the order in RepSpark";
