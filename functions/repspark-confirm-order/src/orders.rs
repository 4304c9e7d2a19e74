//! The orders of one batch: claimed, probed where an earlier try is unknown, and the rest sent together.

use lambda_kit::clock;
use ledger::Claimed;
use order_model::{
    Bid, Claim, ErpKey, ErpReference, Kind, OrderState, Outcome, RepSparkOrderId, StepState, Why,
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
    /// Works a batch; returns what could not be recorded.
    pub(crate) async fn confirm_orders(&self, keys: Vec<ErpKey>, turn: &Turn<'_>) -> Failures {
        let mut failures = Failures::new();
        let mut ready = Vec::with_capacity(keys.len());
        for key in keys {
            match self.ready(&key, turn).await {
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

    /// An order that is ready to be sent, claimed; none if there is nothing to send for it now.
    async fn ready(&self, key: &ErpKey, turn: &Turn<'_>) -> Result<Option<Ready>, Unrecorded> {
        let Some(id) = key.repspark_order(&self.config.brand) else {
            tracing::error!(order.id = %key, step = "confirm", "not an order of this brand at RepSpark");
            return Ok(None);
        };
        // Twice: a probe that proves that nothing was taken makes the step due again at once.
        for _ in 0..2 {
            let Some(order) = self.kit.ledger.order(key).await? else {
                return Ok(None);
            };
            let Some(number) = order.reference.clone() else {
                return Ok(None);
            };
            if !self.is_time(&order, turn) {
                return Ok(None);
            }
            let (order, claim) = match self.kit.ledger.claim(order, &self.bid(turn)).await? {
                Claimed::Granted(order, claim) => (*order, claim),
                _ => return Ok(None),
            };
            match claim.why {
                Why::Fresh => {
                    return Ok(Some(Ready {
                        order,
                        claim,
                        id,
                        number,
                    }));
                }
                Why::Probe(begun_at) => {
                    if !self.probe(order, &claim, &id, begun_at, turn).await? {
                        return Ok(None);
                    }
                }
                Why::Ask => return Ok(None),
            }
        }
        Ok(None)
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

    /// Whether the step wants something now, time covers a call, and the gate lets it through.
    fn is_time(&self, order: &OrderState, turn: &Turn<'_>) -> bool {
        let now = clock::now();
        let from = match order.step(STEP) {
            StepState::Due { not_before, .. } | StepState::Unknown { not_before, .. } => *not_before,
            StepState::Claimed { until, .. } => *until + self.kit.ledger.pace().skew,
            _ => return false,
        };
        from <= now && turn.deadline.covers(now, self.config.repspark.call) && turn.gate.pass()
    }

    /// Looks what became of an earlier try. True if the step is due again at once.
    async fn probe(
        &self,
        order: OrderState,
        claim: &Claim,
        id: &RepSparkOrderId,
        begun_at: order_model::Millis,
        turn: &Turn<'_>,
    ) -> Result<bool, Unrecorded> {
        let repspark = &self.config.repspark;
        let call = async |credentials| self.client(credentials).order(id).await;
        let refused = |answer: &Result<_, CallError>| matches!(answer, Err(CallError::Unauthorized { .. }));
        let answer = self.kit.call(turn.gate, &repspark.secret, call, refused).await?;
        let now = clock::now();
        let outcome = match answer {
            Ok(seen) => {
                turn.gate.answered(&self.kit.ledger).await?;
                match decide::probe(
                    seen.map(|seen| seen.status).as_ref(),
                    begun_at,
                    now,
                    self.config.settle,
                ) {
                    Seen::Done => Outcome::Done {
                        reference: None,
                        erp_reference: None,
                    },
                    Seen::Again => Outcome::Later {
                        not_before: now,
                        hinted: false,
                        counts: false,
                    },
                    Seen::Unsettled(until) => Outcome::Unknown {
                        not_before: until,
                        hinted: false,
                    },
                    Seen::Hold(code) => self.hold(&order.key, code, PROBED, now).await?,
                }
            }
            Err(CallError::Unauthorized { .. }) => decide::paused(claim, now),
            Err(_) => decide::unknown(claim, begun_at, now, self.config.settle, &self.config.backoff),
        };
        let order = self.record(order, claim, &outcome, now).await?;
        Ok(order.step(STEP).kind() == Kind::Due && matches!(outcome, Outcome::Later { counts: false, .. }))
    }
}

const PROBED: &str = "an earlier confirmation has no known outcome, and a look at the order shows that RepSpark can't take \
                      a number for it now; look at the order in RepSpark";
