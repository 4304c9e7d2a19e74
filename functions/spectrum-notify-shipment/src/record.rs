//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use custom_orders::Held;
use lambda_kit::{Unrecorded, clock};
use order_model::{Claim, Millis, OrderState, Outcome};

use crate::{NotifyShipment, STEP};

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
        let outcome = self.hints.ridden(STEP, outcome, now);
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
                    self.hints.ride(STEP, key, &outcome, now).await;
                }
            }
        }
        Ok(order)
    }

    /// Holds a step that was never begun: its order can't be told as it is. None if somebody changed the order meanwhile:
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
            "nobody knows whether Spectrum took it; the newest state is told when that has settled"
        }
        _ => "Spectrum did not take it now",
    }
}
