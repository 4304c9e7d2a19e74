//! The orders of one batch: claimed, probed where an earlier try is unknown, and the rest sent together.

use std::collections::BTreeSet;

use lambda_kit::{caught, clock};
use ledger::Claimed;
use order_model::{
    Bid, Claim, ErpReference, Kind, Millis, OrderKey, OrderState, Outcome, RepSparkOrderId, StepName,
    StepState, Why,
};
use repspark::{CallError, fault};

use crate::decide::{self, Seen};
use crate::record::quoted;
use crate::{ConfirmOrder, Failure, REPORT, STEP, Turn, Unrecorded};

/// An order whose confirmation is ours to send.
pub(crate) struct Ready {
    pub(crate) order: OrderState,
    pub(crate) claim: Claim,
    pub(crate) id: RepSparkOrderId,
    pub(crate) number: ErpReference,
}

/// What an order of the batch wants.
enum Wanted {
    /// Its number is to be sent.
    Number(Box<OrderState>),
    /// Its refusal is to be reported.
    Report(Box<OrderState>),
    /// Nothing now.
    Nothing,
}

pub(crate) type Failures = Vec<Failure>;

/// Work on one order of a batch: a panic in it is its own failure, and stops no other order's.
pub(crate) async fn alone<T>(work: impl Future<Output = Result<T, Unrecorded>>) -> Result<T, Unrecorded> {
    caught(work).await?
}

impl ConfirmOrder {
    /// Works a batch; returns what could not be recorded. Earlier tries are looked into first, so that fresh claims are
    /// taken right before the call that they are for: the settle time counts from them. Reports come last: they are a
    /// courtesy.
    pub(crate) async fn work(&self, keys: BTreeSet<OrderKey>, turn: &Turn<'_>) -> Failures {
        let mut failures = Failures::new();
        let (mut due, mut refused) = (Vec::with_capacity(keys.len()), Vec::new());
        for key in keys {
            match alone(self.look_into(&key, turn)).await {
                Ok(Wanted::Number(order)) => due.push(*order),
                Ok(Wanted::Report(order)) => refused.push(*order),
                Ok(Wanted::Nothing) => {}
                Err(error) => failures.push(Failure::of(key, STEP, error)),
            }
        }
        if !due.is_empty() {
            failures.extend(self.confirm(due, turn).await);
        }
        failures.extend(self.report_each(refused, turn).await);
        failures
    }

    /// Claims these orders, and sends their numbers.
    async fn confirm(&self, due: Vec<OrderState>, turn: &Turn<'_>) -> Failures {
        let mut failures = Failures::new();
        // Asked once, and before any claim: a paused vendor costs no writes.
        match turn.gate.pass(clock::now()).await {
            Ok(true) => {}
            Ok(false) => return failures,
            Err(error) => {
                self.tell_left_due(due.iter().map(|order| &order.key), &error);
                return failures;
            }
        }
        let mut ready = Vec::with_capacity(due.len());
        for order in due {
            let key = order.key.clone();
            match alone(self.ready(order, turn)).await {
                Ok(Some(one)) => ready.push(one),
                Ok(None) => {}
                Err(error) => failures.push(Failure::of(key, STEP, error)),
            }
        }
        if !ready.is_empty() {
            failures.extend(self.send(ready, turn).await);
        }
        failures
    }

    /// What an order wants now. An earlier confirmation whose outcome is unknown is looked into.
    async fn look_into(&self, key: &OrderKey, turn: &Turn<'_>) -> Result<Wanted, Unrecorded> {
        let Some(order) = self.kit.ledger.order(key).await? else {
            return Ok(Wanted::Nothing);
        };
        let (now, settle) = (clock::now(), self.config.settle);
        if [STEP, REPORT]
            .iter()
            .any(|step| decide::may_be_running(order.step(*step), now, settle))
        {
            turn.in_doubt.set(true);
        }
        if !self.is_time(&order, STEP, turn) {
            let reports = self.is_time(&order, REPORT, turn);
            return Ok(if reports {
                Wanted::Report(Box::new(order))
            } else {
                Wanted::Nothing
            });
        }
        if order.step(STEP).kind() == Kind::Due {
            return Ok(Wanted::Number(Box::new(order)));
        }
        let order = self.look_at_earlier_try(order, turn).await?;
        Ok(order.map_or(Wanted::Nothing, |order| Wanted::Number(Box::new(order))))
    }

    /// The order, if a look at RepSpark shows that its number is to be sent again, now.
    async fn look_at_earlier_try(
        &self,
        order: OrderState,
        turn: &Turn<'_>,
    ) -> Result<Option<OrderState>, Unrecorded> {
        let Some(id) = order.key.repspark_order(&self.config.brand) else {
            return Ok(None);
        };
        if !turn.gate.pass(clock::now()).await? {
            return Ok(None);
        }
        let Claimed::Granted(order, claim) = self.kit.ledger.claim(order, &self.bid(STEP, turn)).await?
        else {
            return Ok(None);
        };
        match claim.why {
            Why::Probe(begun_at) => self.probe(*order, &claim, &id, begun_at, turn).await,
            // It became due between the reading and the claim: given back, and sent with the others.
            Why::Fresh | Why::Ask => {
                let now = clock::now();
                self.record(*order, &claim, &decide::at_once(now), now, None)
                    .await
                    .map(Some)
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
        match self.kit.ledger.claim(order, &self.bid(STEP, turn)).await? {
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
                self.record(*order, &claim, &unknown, now, None).await?;
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    pub(crate) fn bid(&self, step: StepName, turn: &Turn<'_>) -> Bid {
        Bid {
            step,
            owner: self.kit.ledger.token(),
            now: clock::now(),
            until: turn.deadline.lease_end(self.kit.ledger.pace()),
            hash: None,
            pinned: None,
            raw: None,
            edition: None,
        }
    }

    /// Whether a step wants something now, and time covers a call.
    fn is_time(&self, order: &OrderState, step: StepName, turn: &Turn<'_>) -> bool {
        let now = clock::now();
        let from = match order.step(step) {
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
        let begun = clock::now();
        let call = async |credentials| self.client(credentials).order(id).await;
        let answer = self
            .kit
            .call_twice(turn.gate, &self.config.repspark.secret, call, fault)
            .await;
        let now = clock::now();
        let took = answer.is_ok().then(|| now.since(begun));
        if let Ok(Err(error)) = &answer {
            self.keep_numbers(&order.key, STEP, error, now).await;
        }
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
                    Seen::Again => decide::at_once(now),
                    Seen::Wait => unknown,
                    Seen::Unsettled(until) => Outcome::Unknown {
                        not_before: until,
                        hinted: false,
                    },
                    Seen::Hold(code) => {
                        let earlier = self.kit.ledger.call_note(&order.key, STEP).await?;
                        let text = format!("{PROBED}{}", quoted(earlier.as_ref()));
                        self.hold(&order.key, code, &text, now).await?
                    }
                }
            }
            Ok(Err(CallError::Unauthorized { .. })) => decide::paused(claim, now),
            Ok(Err(_)) | Err(_) => unknown,
        };
        let order = self.record(order, claim, &outcome, now, took).await?;
        Ok((order.step(STEP).kind() == Kind::Due).then_some(order))
    }
}

const PROBED: &str = "an earlier confirmation has no known outcome, and a look at the order shows that RepSpark can't take \
                      a number for it now; look at the order in RepSpark";
