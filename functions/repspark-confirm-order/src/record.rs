//! Writing down what came of things.

use std::time::Duration;

use lambda_kit::clock;
use ledger::{CallNote, HoldNote, LedgerError};
use order_model::{Claim, ErpReference, Millis, OrderKey, OrderState, Outcome, StepName, StepState};
use repspark::{CallError, RepSpark};

use crate::{ConfirmOrder, REPORT, STEP, Unrecorded};

impl ConfirmOrder {
    /// Records one outcome, counts it and says it. `took` is how long the call took that it is of, if there was one.
    pub(crate) async fn record(
        &self,
        order: OrderState,
        claim: &Claim,
        outcome: &Outcome,
        now: Millis,
        took: Option<Duration>,
    ) -> Result<OrderState, Unrecorded> {
        let settled = self.kit.ledger.settle(order, claim, outcome, now).await;
        let order = settled.map_err(|error| Unrecorded::Settle {
            error,
            numbers: numbers(outcome),
        })?;
        self.kit.metrics.recorded(&order, claim.step, now);
        let (key, step) = (&order.key, claim.step.as_str());
        let duration_ms = took.map(clock::whole_ms);
        // The state, and not the outcome: a number that would be sent later is held while a person looks at the order.
        match order.step(claim.step) {
            StepState::Done { reference, .. } => {
                let numbers = reference.as_ref().map(ErpReference::as_str);
                let done = if claim.step == REPORT {
                    "refusal reported"
                } else {
                    "confirmed"
                };
                tracing::info!(order.id = %key, step, vendor.ref = numbers, duration_ms, "{done}");
            }
            StepState::Held { code, .. } => {
                tracing::warn!(order.id = %key, step, code, duration_ms, "order {key} is held: {code}");
            }
            StepState::Due { not_before, .. }
            | StepState::Unknown { not_before, .. }
            | StepState::Pending { not_before, .. } => {
                tracing::warn!(order.id = %key, step, again = %not_before, duration_ms, "not done yet");
            }
            // Recording leaves none of these behind.
            StepState::Off | StepState::Claimed { .. } | StepState::Superseded | StepState::Discarded => {}
        }
        Ok(order)
    }

    /// Keeps the words of a hold, which come before the state that mentions it.
    pub(crate) async fn hold(
        &self,
        key: &OrderKey,
        code: &str,
        text: &str,
        at: Millis,
    ) -> Result<Outcome, LedgerError> {
        let note = HoldNote {
            code: code.to_owned(),
            text: text.to_owned(),
            at,
            subject: None,
        };
        self.kit.ledger.keep_hold(key, STEP, &note).await?;
        Ok(Outcome::Held {
            code: code.to_owned(),
        })
    }

    /// Keeps RepSpark's numbers of a call that did not go well, if it gave any. What came of the call is recorded
    /// whether or not this succeeds.
    pub(crate) async fn keep_numbers(&self, key: &OrderKey, step: StepName, error: &CallError, at: Millis) {
        let Some(note) = noted(error, at) else { return };
        if let Err(error) = self.kit.ledger.keep_call(key, step, &note).await {
            tracing::warn!(order.id = %key, step = step.as_str(), "RepSpark's numbers of a call were not kept: {error}");
        }
    }

    pub(crate) fn client(&self, credentials: repspark::Credentials) -> RepSpark {
        let repspark = &self.config.repspark;
        RepSpark::new(
            self.kit.http.clone(),
            &repspark.base_url,
            credentials,
            repspark.call,
        )
    }
}

/// RepSpark's numbers of a call that it took.
fn numbers(outcome: &Outcome) -> Option<ErpReference> {
    match outcome {
        Outcome::Done { reference, .. } => reference.clone(),
        _ => None,
    }
}

/// RepSpark's numbers of a call that did not go well.
pub(crate) fn noted(error: &CallError, at: Millis) -> Option<CallNote> {
    let tracking = error.tracking()?;
    Some(CallNote {
        transaction: tracking.transaction.clone(),
        batch: tracking.batch.clone(),
        code: error.code().map(str::to_owned),
        without_effect: 0,
        at,
    })
}

/// The numbers as they stand in a hold's words, or nothing.
pub(crate) fn quoted(note: Option<&CallNote>) -> String {
    let named =
        |name: &str, number: &Option<String>| number.as_ref().map(|number| format!("{name} {number}"));
    let numbers: Vec<String> = note
        .into_iter()
        .flat_map(|note| {
            [
                named("transaction", &note.transaction),
                named("batch", &note.batch),
            ]
        })
        .flatten()
        .collect();
    if numbers.is_empty() {
        String::new()
    } else {
        format!("; RepSpark's numbers of the call: {}", numbers.join(", "))
    }
}
