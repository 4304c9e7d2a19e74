//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use lambda_kit::{Unrecorded, clock};
use ledger::Changed;
use order_model::{Claim, Millis, OrderState, Outcome, StepState};

use crate::read::Held;
use crate::{PublishPurchase, STEP};

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
        let outcome = self.hints.ridden(STEP, outcome, now);
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
                    self.hints.ride(STEP, key, &outcome, now).await;
                }
            }
        }
        Ok(order)
    }

    /// Puts off a step that was never begun: SparkLayer gave no token.
    pub(crate) async fn put_off(
        &self,
        order: OrderState,
        outcome: &Outcome,
        now: Millis,
    ) -> Result<(), Unrecorded> {
        let outcome = self.hints.ridden(STEP, outcome.clone(), now);
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
            self.hints.ride(STEP, &key, &outcome, now).await;
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
        let now = clock::now();
        self.kit.keep_hold(&order.key, STEP, &code, text, now).await?;
        Ok(self.kit.hold_due(order, STEP, &code, now).await?)
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
