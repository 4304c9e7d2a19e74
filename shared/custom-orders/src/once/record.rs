//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use lambda_kit::{Unrecorded, clock};
use ledger::Changed;
use order_model::{Claim, Millis, OrderState, Outcome};

use super::Once;
use super::decide::in_part_before;
use super::sending::Sending;
use crate::read::Held;

impl<S: Sending> Once<S> {
    /// Records an outcome, counts it and says it, and gives the hints that follow from it.
    pub(crate) async fn record(
        &self,
        order: OrderState,
        claim: &Claim,
        outcome: Outcome,
        now: Millis,
        took: Option<Duration>,
    ) -> Result<(), Unrecorded> {
        let outcome = self.hints.ridden(S::STEP, outcome, now);
        let order = self.kit.ledger.settle(order, claim, &outcome, now).await?;
        self.kit.metrics.recorded(&order, S::STEP, now);
        let (key, step) = (&order.key, S::STEP.as_str());
        let duration_ms = took.map(clock::whole_ms);
        match &outcome {
            Outcome::Done { .. } => {
                tracing::info!(order.id = %key, step, duration_ms, "taken by Spectrum");
                self.hints
                    .give_due(S::STEP.optional_followers(), &order, now)
                    .await;
            }
            Outcome::Held { code } | Outcome::Refused { code } => {
                tracing::warn!(order.id = %key, step, code, duration_ms, "order {key} is held: {code}");
            }
            Outcome::Later { not_before, .. }
            | Outcome::Unknown { not_before, .. }
            | Outcome::Pending { not_before, .. } => {
                let word = word(&outcome);
                tracing::warn!(order.id = %key, step, again = %not_before, duration_ms, "not sent yet: {word}");
                self.hints.ride(S::STEP, key, &outcome, now).await;
            }
        }
        Ok(())
    }

    /// Holds a step that is claimed.
    pub(crate) async fn hold(&self, order: OrderState, claim: &Claim, held: Held) -> Result<(), Unrecorded> {
        let now = clock::now();
        self.keep_words(&order, &held, now).await?;
        let outcome = Outcome::Held { code: held.code };
        self.record(order, claim, outcome, now, None).await
    }

    /// Holds a step that was never begun: its order can't be sent as it is.
    pub(crate) async fn hold_unclaimed(&self, order: OrderState, held: Held) -> Result<(), Unrecorded> {
        let now = clock::now();
        self.keep_words(&order, &held, now).await?;
        // Where somebody changed the order meanwhile, it is looked at again before it is held.
        self.kit.hold_due(order, S::STEP, &held.code, now).await?;
        Ok(())
    }

    /// A person looks at the order: until that is over nothing of it is sent that can't be taken back.
    pub(crate) async fn wait_for_review(&self, order: OrderState) -> Result<(), Unrecorded> {
        let now = clock::now();
        let held = |order: &OrderState| order.held_for_review(S::STEP);
        if let Changed::Written(order) = self.kit.ledger.change(order, held).await? {
            self.kit.metrics.recorded(&order, S::STEP, now);
            let (key, step) = (&order.key, S::STEP.as_str());
            tracing::warn!(order.id = %key, step, "order {key} is held until its review is over");
        }
        Ok(())
    }

    /// The words of a hold; those that name what was not taken stay.
    async fn keep_words(&self, order: &OrderState, held: &Held, now: Millis) -> Result<(), Unrecorded> {
        let again = *held == in_part_before();
        if again {
            let stands = self.kit.ledger.hold(&order.key, S::STEP).await?;
            if stands.is_some_and(|stands| stands.code == held.code) {
                return Ok(());
            }
        }
        let (key, text) = (&order.key, held.text.clone());
        self.kit.keep_hold(key, S::STEP, &held.code, text, now).await?;
        Ok(())
    }
}

fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Unknown { .. } => {
            "nobody knows whether Spectrum took it; it is looked up when that has settled"
        }
        _ => "Spectrum did not take it now",
    }
}
