//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use custom_orders::Held;
use lambda_kit::clock;
use ledger::{Changed, HoldNote, LedgerError};
use order_model::{Claim, Kind, Millis, OrderKey, OrderState, Outcome, StepState};

use crate::{NotifyShipment, STEP, Unrecorded};

impl NotifyShipment {
    /// Records an outcome, counts it and says it, and gives the hint that follows from it. `took` is how long the call took
    /// that it is of, if there was one.
    pub(crate) async fn record(
        &self,
        order: OrderState,
        claim: &Claim,
        outcome: Outcome,
        now: Millis,
        took: Option<Duration>,
    ) -> Result<OrderState, Unrecorded> {
        let outcome = self.ridden(outcome, now);
        let order = self.kit.ledger.settle(order, claim, &outcome, now).await?;
        self.kit.metrics.recorded(&order, STEP, now);
        let (key, step) = (&order.key, STEP.as_str());
        let version = claim.version;
        let duration_ms = took.map(clock::whole_ms);
        match &outcome {
            Outcome::Done { .. } => {
                tracing::info!(order.id = %key, step, version, duration_ms, "Spectrum knows its tracking");
            }
            Outcome::Held { code } | Outcome::Refused { code } => {
                tracing::warn!(order.id = %key, step, version, code, duration_ms, "order {key} is held: {code}");
            }
            Outcome::Later { not_before, .. }
            | Outcome::Unknown { not_before, .. }
            | Outcome::Pending { not_before, .. } => {
                // What is due at once goes on in this invocation.
                if *not_before > now {
                    let word = word(&outcome);
                    tracing::warn!(order.id = %key, step, version, again = %not_before, duration_ms, "not told yet: {word}");
                    self.hint(key, &outcome, now).await;
                }
            }
        }
        Ok(order)
    }

    async fn hint(&self, key: &OrderKey, outcome: &Outcome, now: Millis) {
        if let Outcome::Later {
            not_before,
            hinted: true,
            ..
        }
        | Outcome::Unknown {
            not_before,
            hinted: true,
        } = outcome
        {
            self.hints
                .send(STEP, std::slice::from_ref(key), now, not_before.since(now))
                .await;
        }
    }

    /// Whether a delayed hint can ride so far; else the sweep gives it.
    fn ridden(&self, mut outcome: Outcome, now: Millis) -> Outcome {
        if let Outcome::Later {
            not_before, hinted, ..
        }
        | Outcome::Unknown { not_before, hinted } = &mut outcome
        {
            *hinted = *hinted && self.hints.can_ride(STEP, not_before.since(now));
        }
        outcome
    }

    /// Holds a step that was never begun: its order can't be told as it is. None if somebody changed the order meanwhile:
    /// then it is to be looked at again.
    pub(crate) async fn hold_unclaimed(
        &self,
        order: OrderState,
        held: Held,
    ) -> Result<Option<OrderState>, Unrecorded> {
        let Held { code, text } = held;
        let (key, raw, now) = (order.key.clone(), order.raw.clone(), clock::now());
        self.keep_hold(&key, &code, text, now).await?;
        let state = StepState::Held {
            code: code.clone(),
            at: now,
        };
        let changed = self.kit.ledger.change(order, |order| {
            let same = order.raw == raw && order.step(STEP).kind() == Kind::Due;
            same.then(|| order.moved(STEP, state.clone())).flatten()
        });
        let Changed::Written(order) = changed.await? else {
            return Ok(None);
        };
        self.kit.metrics.recorded(&order, STEP, now);
        tracing::warn!(order.id = %key, step = "notify", code, "order {key} is held: {code}");
        Ok(Some(*order))
    }

    pub(crate) async fn keep_hold(
        &self,
        key: &OrderKey,
        code: &str,
        text: String,
        at: Millis,
    ) -> Result<(), LedgerError> {
        let note = HoldNote {
            code: code.to_owned(),
            text,
            at,
            subject: None,
        };
        self.kit.ledger.keep_hold(key, STEP, &note).await
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Unknown { .. } => {
            "nobody knows whether Spectrum took it; the newest state is told when that has settled"
        }
        _ => "Spectrum did not take it now",
    }
}
