//! Writing down what came of a step, and the hints and words that go with it.

use std::time::Duration;

use lambda_kit::clock;
use ledger::{Changed, HoldNote, LedgerError};
use order_model::{Claim, Kind, Millis, OrderKey, OrderState, Outcome, StepState};

use super::decide::in_part_before;
use super::sending::Sending;
use super::{Once, Unrecorded};
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
        let outcome = self.ridden(outcome, now);
        let order = self.kit.ledger.settle(order, claim, &outcome, now).await?;
        self.kit.metrics.recorded(&order, S::STEP, now);
        let (key, step) = (&order.key, S::STEP.as_str());
        let duration_ms = took.map(clock::whole_ms);
        match &outcome {
            Outcome::Done { .. } => {
                tracing::info!(order.id = %key, step, duration_ms, "taken by Spectrum");
                for follower in S::STEP.optional_followers() {
                    if order.step(*follower).kind() == Kind::Due {
                        self.hints
                            .send(*follower, std::slice::from_ref(key), now, Duration::ZERO)
                            .await;
                    }
                }
            }
            Outcome::Held { code } | Outcome::Refused { code } => {
                tracing::warn!(order.id = %key, step, code, duration_ms, "order {key} is held: {code}");
            }
            Outcome::Later {
                not_before, hinted, ..
            }
            | Outcome::Unknown { not_before, hinted }
            | Outcome::Pending { not_before, hinted } => {
                let word = word(&outcome);
                tracing::warn!(order.id = %key, step, again = %not_before, duration_ms, "not sent yet: {word}");
                if *hinted {
                    self.hints
                        .send(S::STEP, std::slice::from_ref(key), now, not_before.since(now))
                        .await;
                }
            }
        }
        Ok(())
    }

    /// Whether a delayed hint can ride so far; else the sweep gives it.
    fn ridden(&self, mut outcome: Outcome, now: Millis) -> Outcome {
        if let Outcome::Later {
            not_before, hinted, ..
        }
        | Outcome::Unknown { not_before, hinted } = &mut outcome
        {
            *hinted = *hinted && self.hints.can_ride(S::STEP, not_before.since(now));
        }
        outcome
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
        let (key, raw, now) = (order.key.clone(), order.raw.clone(), clock::now());
        self.keep_words(&order, &held, now).await?;
        let code = held.code;
        let state = StepState::Held {
            code: code.clone(),
            at: now,
        };
        let changed = self.kit.ledger.change(order, |order| {
            let same = order.raw == raw && order.step(S::STEP).kind() == Kind::Due;
            same.then(|| order.moved(S::STEP, state.clone())).flatten()
        });
        // Where somebody changed the order meanwhile, it is looked at again before it is held.
        if let Changed::Written(order) = changed.await? {
            self.kit.metrics.recorded(&order, S::STEP, now);
            let step = S::STEP.as_str();
            tracing::warn!(order.id = %key, step, code, "order {key} is held: {code}");
        }
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
        self.keep_hold(&order.key, &held.code, held.text.clone(), now)
            .await?;
        Ok(())
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
        self.kit.ledger.keep_hold(key, S::STEP, &note).await
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
