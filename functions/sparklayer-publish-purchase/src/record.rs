//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use lambda_kit::clock;
use ledger::{Changed, HoldNote, LedgerError};
use order_model::{Claim, Kind, Millis, OrderKey, OrderState, Outcome, StepState};

use crate::read::Held;
use crate::{PublishPurchase, STEP, Unrecorded};

impl PublishPurchase {
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
        let duration_ms = took.map(clock::whole_ms);
        let name = order.repeat(STEP).name;
        let name = name.as_deref();
        match &outcome {
            Outcome::Done { .. } => {
                let version = claim.version;
                tracing::info!(order.id = %key, step, vendor.ref = name, version, duration_ms, "published");
            }
            Outcome::Held { code } | Outcome::Refused { code } => {
                tracing::warn!(order.id = %key, step, code, duration_ms, "order {key} is held: {code}");
            }
            Outcome::Later { not_before, .. }
            | Outcome::Unknown { not_before, .. }
            | Outcome::Pending { not_before, .. } => {
                // What is due at once goes on in this invocation.
                if *not_before > now {
                    let word = word(&outcome);
                    tracing::warn!(order.id = %key, step, again = %not_before, duration_ms, "not published yet: {word}");
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

    /// Puts off a step that was never begun: SparkLayer gave no token.
    pub(crate) async fn put_off(
        &self,
        order: OrderState,
        outcome: &Outcome,
        now: Millis,
    ) -> Result<(), Unrecorded> {
        let outcome = self.ridden(outcome.clone(), now);
        let Outcome::Later {
            not_before, hinted, ..
        } = outcome
        else {
            return Ok(());
        };
        let (key, revision) = (order.key.clone(), order.revision);
        let grace = if hinted {
            self.kit.ledger.pace().grace
        } else {
            Duration::ZERO
        };
        let changed = self.kit.ledger.change(order, |order| {
            let StepState::Due { tries, .. } = order.step(STEP) else {
                return None;
            };
            let later = StepState::Due {
                not_before,
                tries: tries + 1,
                hint_at: not_before + grace,
            };
            // Whoever changed it meanwhile has looked at it after us.
            let same = order.revision == revision;
            same.then(|| order.moved(STEP, later)).flatten()
        });
        if let Changed::Written(order) = changed.await? {
            self.kit.metrics.recorded(&order, STEP, now);
            tracing::warn!(order.id = %key, step = "publish", again = %not_before, "not published yet: SparkLayer gave no token");
            self.hint(&key, &outcome, now).await;
        }
        Ok(())
    }

    /// Holds a step that was never begun: its order can't be sent as it is. None if somebody changed the order meanwhile:
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
        tracing::warn!(order.id = %key, step = "publish", code, "order {key} is held: {code}");
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
            "nobody knows whether SparkLayer took it; the newest state is sent when that has settled"
        }
        _ => "SparkLayer did not take it now",
    }
}
