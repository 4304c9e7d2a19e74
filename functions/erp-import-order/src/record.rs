//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use lambda_kit::{Unrecorded, clock};
use order_model::{Claim, Millis, OrderState, Outcome, StepName, Why};

use crate::{ImportOrder, STEP};

/// The steps that may be due after an import. Not every source wants to hear of it, not every brand uses SparkLayer, and few
/// lines are custom-made.
const FOLLOWERS: [StepName; 3] = [StepName::Confirm, StepName::Publish, StepName::Acknowledge];

impl ImportOrder {
    /// Records an outcome and gives the hints that follow from it. True if the step is due again at once.
    pub(crate) async fn record(
        &self,
        order: OrderState,
        claim: &Claim,
        outcome: Outcome,
        now: Millis,
        took: Duration,
    ) -> Result<bool, Unrecorded> {
        let order = self.kit.ledger.settle(order, claim, &outcome, now).await?;
        self.kit.metrics.recorded(&order, STEP, now);
        let key = &order.key;
        let duration_ms = clock::whole_ms(took);
        match &outcome {
            Outcome::Done { .. } => {
                let number = order.reference.as_ref().map_or("", |number| number.as_str());
                tracing::info!(order.id = %key, step = "import", vendor.ref = number, duration_ms, "imported");
                self.hints.give_due(&FOLLOWERS, &order, now).await;
            }
            Outcome::Held { code } | Outcome::Refused { code } => {
                tracing::warn!(order.id = %key, step = "import", code, duration_ms, "order {key} is held: {code}");
            }
            Outcome::Later {
                not_before, counts, ..
            } if *not_before <= now && !counts => {
                return Ok(claim.why != Why::Fresh);
            }
            Outcome::Later { not_before, .. }
            | Outcome::Unknown { not_before, .. }
            | Outcome::Pending { not_before, .. } => {
                tracing::warn!(order.id = %key, step = "import", again = %not_before, duration_ms, "not imported yet: {}", word(&outcome));
                self.hints.ride(STEP, key, &outcome, now).await;
            }
        }
        Ok(false)
    }

    /// Holds a step that was never begun: its order can't be sent as it is.
    pub(crate) async fn hold_unclaimed(
        &self,
        order: OrderState,
        code: &str,
        text: String,
    ) -> Result<(), Unrecorded> {
        let now = clock::now();
        self.kit.keep_hold(&order.key, STEP, code, text, now).await?;
        // Where somebody changed the order meanwhile, it is looked at again before it is held.
        self.kit.hold_due(order, STEP, code, now).await?;
        Ok(())
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pending { .. } => "the ERP answers later",
        Outcome::Unknown { .. } => "nobody knows whether the ERP took it; it is looked up first",
        _ => "the ERP could not be reached",
    }
}
