//! The POST: several orders in one array, each by itself when the array is refused.

use lambda_kit::clock;
use ledger::{HoldNote, LedgerError};
use order_model::{Claim, ErpKey, Millis, OrderState, Outcome};
use repspark::{CallError, Confirmation, RepSpark, Tracking};
use uuid::Uuid;

use crate::decide::{self, Verdict, judge};
use crate::orders::{Failures, Ready};
use crate::{ConfirmOrder, STEP, Turn, Unrecorded};

impl ConfirmOrder {
    /// Sends these orders together, and each by itself if RepSpark refuses them together.
    pub(crate) async fn send(&self, ready: Vec<Ready>, turn: &Turn<'_>) -> Failures {
        let begun = clock::now();
        // Claiming a batch takes a while: what could not be finished any more is not begun.
        if !turn.deadline.covers(begun, self.config.repspark.call) {
            return self.given_back(ready, begun).await;
        }
        let (verdict, answer) = self.post(&ready, turn).await;
        match verdict {
            Verdict::OneByOne => self.one_by_one(ready, turn).await,
            verdict => {
                self.record_all(ready, &verdict, answer.as_ref(), begun, turn)
                    .await
            }
        }
    }

    /// Each by itself, and each under a new claim, so that its settle time counts from its own call. As soon as one has
    /// an unknown outcome, or RepSpark does not take anything, the rest waits: a sync that may still be running must not
    /// meet another one.
    async fn one_by_one(&self, ready: Vec<Ready>, turn: &Turn<'_>) -> Failures {
        let mut failures = Failures::new();
        let mut go_on = true;
        for one in ready {
            let key = one.order.key.clone();
            match self.single(one, &mut go_on, turn).await {
                Ok(more) => failures.extend(more),
                Err(error) => failures.push((key, error)),
            }
        }
        failures
    }

    async fn single(&self, one: Ready, go_on: &mut bool, turn: &Turn<'_>) -> Result<Failures, Unrecorded> {
        let now = clock::now();
        let order = self.record(one.order, &one.claim, &at_once(now), now).await?;
        if !*go_on {
            return Ok(Failures::new());
        }
        let Some(one) = self.ready(order, turn).await? else {
            return Ok(Failures::new());
        };
        let (begun, one) = (clock::now(), vec![one]);
        let (verdict, answer) = self.post(&one, turn).await;
        *go_on = matches!(verdict, Verdict::Done | Verdict::Hold(_));
        Ok(self.record_all(one, &verdict, answer.as_ref(), begun, turn).await)
    }

    /// One POST, and what it means. No answer: nothing was sent.
    async fn post(&self, ready: &[Ready], turn: &Turn<'_>) -> (Verdict, Option<Result<Tracking, CallError>>) {
        let confirmations: Vec<Confirmation> = ready
            .iter()
            .map(|one| Confirmation {
                order: one.id.clone(),
                erp_number: one.number.clone(),
            })
            .collect();
        // A transaction token names one sync.
        let call = async |credentials| {
            self.client(credentials)
                .confirm(Uuid::new_v4(), &confirmations)
                .await
        };
        let refused = |answer: &Result<_, CallError>| matches!(answer, Err(CallError::Unauthorized { .. }));
        match self
            .kit
            .call(turn.gate, &self.config.repspark.secret, call, refused)
            .await
        {
            Ok(called) if called.again => (Verdict::Again, Some(called.answer)),
            Ok(called) => (judge(&called.answer, ready.len()), Some(called.answer)),
            Err(error) => {
                tracing::error!(
                    step = "confirm",
                    orders = ready.len(),
                    "nothing was sent to RepSpark: {error}"
                );
                (Verdict::Later(None), None)
            }
        }
    }

    /// Nothing was sent: the claims are given back.
    async fn given_back(&self, ready: Vec<Ready>, now: Millis) -> Failures {
        let mut failures = Failures::new();
        for one in ready {
            self.keep(&mut failures, one, &at_once(now), now).await;
        }
        failures
    }

    /// Records what one answer means for each of its orders.
    async fn record_all(
        &self,
        ready: Vec<Ready>,
        verdict: &Verdict,
        answer: Option<&Result<Tracking, CallError>>,
        begun: Millis,
        turn: &Turn<'_>,
    ) -> Failures {
        let mut failures = Failures::new();
        let now = clock::now();
        match verdict {
            Verdict::Pause(reason) => turn.gate.refused(reason, now).await,
            // A time-out or a busy gateway proves nothing about our credentials.
            Verdict::Done | Verdict::Hold(_) | Verdict::OneByOne => turn.gate.answered().await,
            Verdict::Again | Verdict::Later(_) | Verdict::Unknown => {}
        }
        if let Some(answer) = answer {
            self.log(verdict, answer, ready.len(), now.since(begun).as_millis());
        }
        for one in ready {
            match self.outcome(&one, verdict, begun, now).await {
                Ok(outcome) => self.keep(&mut failures, one, &outcome, now).await,
                Err(error) => failures.push((one.order.key, error.into())),
            }
        }
        failures
    }

    async fn outcome(
        &self,
        one: &Ready,
        verdict: &Verdict,
        begun: Millis,
        now: Millis,
    ) -> Result<Outcome, LedgerError> {
        let (claim, settle, backoff) = (&one.claim, self.config.settle, &self.config.backoff);
        Ok(match verdict {
            Verdict::Done => Outcome::Done {
                reference: None,
                erp_reference: None,
            },
            Verdict::Hold(code) => {
                let text = "RepSpark refused the confirmation of this order with that code; look at the order in RepSpark";
                self.hold(&one.order.key, code, text, now).await?
            }
            Verdict::Again | Verdict::OneByOne => at_once(now),
            Verdict::Later(asked) => decide::later(claim, now, *asked, backoff),
            Verdict::Unknown => decide::unknown(claim, begun, now, settle, backoff),
            Verdict::Pause(_) => decide::paused(claim, now),
        })
    }

    async fn keep(&self, failures: &mut Failures, one: Ready, outcome: &Outcome, now: Millis) {
        let key = one.order.key.clone();
        match self.record(one.order, &one.claim, outcome, now).await {
            Ok(_) => {}
            Err(error) => failures.push((key, error)),
        }
    }

    /// Records one outcome.
    pub(crate) async fn record(
        &self,
        order: OrderState,
        claim: &Claim,
        outcome: &Outcome,
        now: Millis,
    ) -> Result<OrderState, Unrecorded> {
        let order = self.kit.ledger.settle(order, claim, outcome, now).await?;
        let key = &order.key;
        match outcome {
            Outcome::Done { .. } => tracing::info!(order.id = %key, step = "confirm", "confirmed"),
            Outcome::Held { code } => {
                tracing::warn!(order.id = %key, step = "confirm", code, "order {key} is held: {code}")
            }
            Outcome::Later { not_before, .. }
            | Outcome::Unknown { not_before, .. }
            | Outcome::Pending { not_before, .. } => {
                tracing::warn!(order.id = %key, step = "confirm", again = %not_before, "not confirmed yet");
            }
        }
        Ok(order)
    }

    /// Keeps the words of a hold, which come before the state that mentions it.
    pub(crate) async fn hold(
        &self,
        key: &ErpKey,
        code: &str,
        text: &str,
        at: Millis,
    ) -> Result<Outcome, LedgerError> {
        let note = HoldNote {
            code: code.to_owned(),
            text: text.to_owned(),
            at,
        };
        self.kit.ledger.keep_hold(key, STEP, &note).await?;
        Ok(Outcome::Held {
            code: code.to_owned(),
        })
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

    fn log(&self, verdict: &Verdict, answer: &Result<Tracking, CallError>, orders: usize, duration_ms: u128) {
        match answer {
            Ok(tracking) => {
                let number = tracking.transaction.as_deref().unwrap_or_default();
                tracing::info!(step = "confirm", vendor.ref = number, orders, duration_ms, "confirmations sent");
            }
            Err(error) => {
                tracing::warn!(
                    step = "confirm",
                    orders,
                    duration_ms,
                    ?verdict,
                    "confirmations not taken: {error}"
                );
            }
        }
    }
}

/// Surely not taken, and not tried either: due as before.
fn at_once(now: Millis) -> Outcome {
    Outcome::Later {
        not_before: now,
        hinted: false,
        counts: false,
    }
}
