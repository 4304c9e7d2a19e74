//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use lambda_kit::clock;
use ledger::{Changed, HoldNote, LedgerError};
use order_model::{Claim, Kind, Millis, OrderKey, OrderState, Outcome, StepName, StepState, Why};

use crate::{ImportOrder, STEP, Unrecorded};

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
                // Not every source wants to hear of it, not every brand uses SparkLayer, and few lines are custom-made.
                for follower in [StepName::Confirm, StepName::Publish, StepName::Acknowledge] {
                    if order.step(follower).kind() == Kind::Due {
                        self.hints
                            .send(follower, std::slice::from_ref(key), now, Duration::ZERO)
                            .await;
                    }
                }
            }
            Outcome::Held { code } | Outcome::Refused { code } => {
                tracing::warn!(order.id = %key, step = "import", code, duration_ms, "order {key} is held: {code}");
            }
            Outcome::Later {
                not_before, counts, ..
            } if *not_before <= now && !counts => {
                return Ok(claim.why != Why::Fresh);
            }
            Outcome::Later {
                not_before, hinted, ..
            }
            | Outcome::Unknown { not_before, hinted }
            | Outcome::Pending { not_before, hinted } => {
                tracing::warn!(order.id = %key, step = "import", again = %not_before, duration_ms, "not imported yet: {}", word(&outcome));
                if *hinted {
                    self.hints
                        .send(STEP, std::slice::from_ref(key), now, not_before.since(now))
                        .await;
                }
            }
        }
        Ok(false)
    }

    /// Whether a delayed hint can ride so far; else the sweep gives it.
    pub(crate) fn ridden(&self, mut outcome: Outcome, now: Millis) -> Outcome {
        match &mut outcome {
            Outcome::Later {
                not_before, hinted, ..
            }
            | Outcome::Unknown { not_before, hinted }
            | Outcome::Pending { not_before, hinted } => {
                *hinted = *hinted && self.hints.can_ride(STEP, not_before.since(now));
            }
            Outcome::Done { .. } | Outcome::Held { .. } | Outcome::Refused { .. } => {}
        }
        outcome
    }

    /// Holds a step that was never begun: its order can't be sent as it is.
    pub(crate) async fn hold_unclaimed(
        &self,
        order: OrderState,
        code: &str,
        text: String,
    ) -> Result<(), Unrecorded> {
        let (key, raw, now) = (order.key.clone(), order.raw.clone(), clock::now());
        self.keep_hold(&key, code, text, now).await?;
        let held = StepState::Held {
            code: code.to_owned(),
            at: now,
        };
        let changed = self
            .kit
            .ledger
            .change(order, |order| {
                let same = order.raw == raw && order.step(STEP).kind() == Kind::Due;
                same.then(|| order.moved(STEP, held.clone())).flatten()
            })
            .await?;
        // Where somebody changed the order meanwhile, it is looked at again before it is held.
        if let Changed::Written(order) = changed {
            self.kit.metrics.recorded(&order, STEP, now);
            tracing::warn!(order.id = %key, step = "import", code, "order {key} is held: {code}");
        }
        Ok(())
    }

    pub(crate) async fn keep_hold(
        &self,
        key: &OrderKey,
        code: &str,
        text: String,
        at: Millis,
    ) -> Result<(), LedgerError> {
        self.kit
            .ledger
            .keep_hold(
                key,
                STEP,
                &HoldNote {
                    code: code.to_owned(),
                    text,
                    at,
                    subject: None,
                },
            )
            .await
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pending { .. } => "the ERP answers later",
        Outcome::Unknown { .. } => "nobody knows whether the ERP took it; it is looked up first",
        _ => "the ERP could not be reached",
    }
}
