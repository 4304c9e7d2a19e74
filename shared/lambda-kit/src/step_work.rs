//! What every function of a step does alike around its own decisions: batches, hints that come again, holds.

use std::error::Error as StdError;
use std::time::Duration;

use ledger::{Changed, HoldNote, LedgerError, SettleError};
use order_model::{Hint, Kind, Millis, OrderKey, OrderState, Outcome, StepName, StepState};

use crate::{Answer, Batch, Chain, Hints, Kit};

/// Work on one order that could not be recorded: its message comes again.
#[derive(Debug, thiserror::Error)]
pub enum Unrecorded {
    /// The ledger did not answer.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The claim is somebody else's, or the ledger did not answer.
    #[error(transparent)]
    Settle(#[from] SettleError),
    /// Something else that the work needs can't be had.
    #[error(transparent)]
    Other(Box<dyn StdError + Send + Sync>),
}

impl Unrecorded {
    /// Something else that the work needs can't be had.
    pub fn other(error: impl StdError + Send + Sync + 'static) -> Self {
        Self::Other(Box::new(error))
    }
}

impl Kit {
    /// Works a batch of a step, at most so many orders at a time. A message whose work could not be recorded comes again.
    pub async fn work(
        &self,
        step: StepName,
        batch: Batch,
        at_once: usize,
        work: impl AsyncFn(&OrderKey) -> Result<(), Unrecorded>,
    ) -> Answer {
        let name = step.as_str();
        let answer = batch.each(step, at_once, async |hint: Hint| {
            match work(&hint.order).await {
                Ok(()) => true,
                Err(Unrecorded::Settle(SettleError::Fenced(lost))) => {
                    // Whoever took the claim over records what came of it.
                    tracing::warn!(order.id = %hint.order, step = name, "{lost}");
                    true
                }
                Err(error) => {
                    tracing::error!(order.id = %hint.order, step = name, "not recorded, comes again: {}", Chain(&error));
                    false
                }
            }
        });
        let answer = answer.await;
        for order in answer.unrecorded() {
            self.metrics.unrecorded(order, step);
        }
        answer
    }

    /// No order of this batch could be worked, and each counts as failed. Its messages are done with: the sweep gives the
    /// steps, which stay due, other hints.
    pub fn left_due(&self, step: StepName, batch: Batch) -> Answer {
        let (messages, answer) = batch.read();
        for message in messages {
            self.metrics.unrecorded(&message.hint.order, step);
        }
        answer
    }

    /// Keeps the words of a hold, which come before the state that mentions it.
    ///
    /// # Errors
    /// When the ledger did not answer.
    pub async fn keep_hold(
        &self,
        key: &OrderKey,
        step: StepName,
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
        self.ledger.keep_hold(key, step, &note).await
    }

    /// Holds a step that is due, because its order can't be sent as it is; its words are kept already. None if somebody
    /// changed the order meanwhile: then it is to be looked at again.
    ///
    /// # Errors
    /// When the ledger did not answer.
    pub async fn hold_due(
        &self,
        order: OrderState,
        step: StepName,
        code: &str,
        at: Millis,
    ) -> Result<Option<OrderState>, LedgerError> {
        let (key, raw) = (order.key.clone(), order.raw.clone());
        let held = StepState::Held {
            code: code.to_owned(),
            at,
        };
        let changed = self.ledger.change(order, |order| {
            let same = order.raw == raw && order.step(step).kind() == Kind::Due;
            same.then(|| order.moved(step, held.clone())).flatten()
        });
        let Changed::Written(order) = changed.await? else {
            return Ok(None);
        };
        self.metrics.recorded(&order, step, at);
        let step = step.as_str();
        tracing::warn!(order.id = %key, step, code, "order {key} is held: {code}");
        Ok(Some(*order))
    }
}

impl Hints {
    /// An outcome as it is recorded: whether a delayed hint can ride so far; else the sweep gives it.
    pub fn ridden(&self, step: StepName, mut outcome: Outcome, now: Millis) -> Outcome {
        if let Some((not_before, hinted)) = waits(&mut outcome) {
            *hinted = *hinted && self.can_ride(step, not_before.since(now));
        }
        outcome
    }

    /// The delayed hint that rides with an outcome, if one does.
    pub async fn ride(&self, step: StepName, key: &OrderKey, outcome: &Outcome, now: Millis) {
        if let Some((not_before, true)) = waits(&mut outcome.clone()).map(|(at, hinted)| (at, *hinted)) {
            self.give(step, key, now, not_before.since(now)).await;
        }
    }

    /// A hint to one order's step.
    pub async fn give(&self, step: StepName, key: &OrderKey, now: Millis, wait: Duration) {
        self.send(step, std::slice::from_ref(key), now, wait).await;
    }

    /// Hints those of these steps that are due of an order.
    pub async fn give_due(&self, steps: &[StepName], order: &OrderState, now: Millis) {
        for step in steps {
            if order.step(*step).kind() == Kind::Due {
                self.give(*step, &order.key, now, Duration::ZERO).await;
            }
        }
    }
}

/// When an outcome wants to be looked at again, and whether a hint rides on the queue.
fn waits(outcome: &mut Outcome) -> Option<(Millis, &mut bool)> {
    match outcome {
        Outcome::Later {
            not_before, hinted, ..
        }
        | Outcome::Unknown { not_before, hinted }
        | Outcome::Pending { not_before, hinted } => Some((*not_before, hinted)),
        Outcome::Done { .. } | Outcome::Held { .. } | Outcome::Refused { .. } => None,
    }
}
