//! The POST: several orders in one array, each by itself when the array is refused.

use std::time::Duration;

use lambda_kit::clock;
use ledger::LedgerError;
use order_model::{Millis, Outcome, StepName};
use repspark::{CallError, Confirmation, Credentials, Tracking, fault};
use uuid::Uuid;

use crate::decide::{self, Verdict, at_once, judge};
use crate::orders::{Failures, Ready, alone};
use crate::record::{noted, quoted};
use crate::{ConfirmOrder, Failure, STEP, Turn, Unrecorded};

/// RepSpark's answer to a POST; none if nothing was sent.
pub(crate) type Answer = Option<Result<Tracking, CallError>>;

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
            verdict => self.record_all(ready, &verdict, &answer, begun).await,
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
            match alone(self.single(one, &mut go_on, turn)).await {
                Ok(more) => failures.extend(more),
                Err(error) => {
                    // Nobody knows whether its call is over.
                    if matches!(error, Unrecorded::Panicked(_)) {
                        turn.in_doubt.set(true);
                        go_on = false;
                    }
                    failures.push(Failure::of(key, STEP, error));
                }
            }
        }
        failures
    }

    async fn single(&self, one: Ready, go_on: &mut bool, turn: &Turn<'_>) -> Result<Failures, Unrecorded> {
        let now = clock::now();
        let order = self
            .record(one.order, &one.claim, &at_once(now), now, None)
            .await?;
        if !*go_on {
            return Ok(Failures::new());
        }
        let Some(one) = self.ready(order, turn).await? else {
            return Ok(Failures::new());
        };
        let (begun, one) = (clock::now(), vec![one]);
        let (verdict, answer) = self.post(&one, turn).await;
        *go_on = matches!(verdict, Verdict::Done | Verdict::Hold(_));
        Ok(self.record_all(one, &verdict, &answer, begun).await)
    }

    async fn post(&self, ready: &[Ready], turn: &Turn<'_>) -> (Verdict, Answer) {
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
        self.sync(STEP, ready.len(), call, turn).await
    }

    /// One POST, and what it means. No answer: nothing was sent.
    pub(crate) async fn sync(
        &self,
        step: StepName,
        orders: usize,
        call: impl AsyncFnOnce(Credentials) -> Result<Tracking, CallError>,
        turn: &Turn<'_>,
    ) -> (Verdict, Answer) {
        let secret = &self.config.repspark.secret;
        let begun = clock::now();
        let (verdict, answer) = match self.kit.call(turn.gate, secret, call, fault).await {
            Ok(called) if called.again => (Verdict::Again, called.answer),
            Ok(called) => (judge(&called.answer, orders), called.answer),
            Err(error) => {
                let step = step.as_str();
                tracing::error!(step, orders, "nothing was sent to RepSpark: {error}");
                // Not a try: nothing left, and the orders wait no longer for it than until the next tick.
                return (Verdict::Again, None);
            }
        };
        let now = clock::now();
        match &verdict {
            Verdict::Pause(reason) => turn.gate.refused(reason, now).await,
            // A time-out or a busy gateway proves nothing about our credentials.
            Verdict::Done | Verdict::Hold(_) | Verdict::OneByOne => turn.gate.answered().await,
            Verdict::Unknown => turn.in_doubt.set(true),
            Verdict::Again | Verdict::Later(_) => {}
        }
        // What it took, each of its orders says as it is recorded.
        if let Err(error) = &answer {
            log(step, &verdict, error, orders, clock::whole_ms(now.since(begun)));
        }
        (verdict, Some(answer))
    }

    /// Nothing was sent: the claims are given back.
    async fn given_back(&self, ready: Vec<Ready>, now: Millis) -> Failures {
        let mut failures = Failures::new();
        for one in ready {
            self.keep(&mut failures, one, &at_once(now), now, None).await;
        }
        failures
    }

    /// Records what one answer means for each of its orders.
    async fn record_all(
        &self,
        ready: Vec<Ready>,
        verdict: &Verdict,
        answer: &Answer,
        begun: Millis,
    ) -> Failures {
        let mut failures = Failures::new();
        let now = clock::now();
        let took = answer.is_some().then(|| now.since(begun));
        for one in ready {
            match self.outcome(&one, verdict, answer, begun, now).await {
                Ok(outcome) => self.keep(&mut failures, one, &outcome, now, took).await,
                Err(error) => failures.push(Failure::of(one.order.key, STEP, error)),
            }
        }
        failures
    }

    async fn outcome(
        &self,
        one: &Ready,
        verdict: &Verdict,
        answer: &Answer,
        begun: Millis,
        now: Millis,
    ) -> Result<Outcome, LedgerError> {
        let (claim, settle, backoff) = (&one.claim, self.config.settle, &self.config.backoff);
        // Of a refused array each order gets a call of its own.
        if let (Some(Err(error)), false) = (answer, *verdict == Verdict::OneByOne) {
            self.keep_numbers(&one.order.key, STEP, error, now).await;
        }
        Ok(match verdict {
            Verdict::Done => done(answer),
            Verdict::Hold(code) => {
                let error = answer.as_ref().and_then(|answer| answer.as_ref().err());
                let numbers = error.and_then(|error| noted(error, now));
                let text = format!("{REFUSED}{}", quoted(numbers.as_ref()));
                self.hold(&one.order.key, code, &text, now).await?
            }
            Verdict::Again | Verdict::OneByOne => at_once(now),
            Verdict::Later(asked) => decide::later(claim, now, *asked, backoff),
            Verdict::Unknown => decide::unknown(claim, begun, now, settle, backoff),
            Verdict::Pause(_) => decide::paused(claim, now),
        })
    }

    async fn keep(
        &self,
        failures: &mut Failures,
        one: Ready,
        outcome: &Outcome,
        now: Millis,
        took: Option<Duration>,
    ) {
        let key = one.order.key.clone();
        match alone(self.record(one.order, &one.claim, outcome, now, took)).await {
            Ok(_) => {}
            Err(error) => failures.push(Failure::of(key, STEP, error)),
        }
    }
}

const REFUSED: &str =
    "RepSpark refused the confirmation of this order with that code; look at the order in RepSpark";

/// Done, with RepSpark's own numbers of the call: what its support asks for.
pub(crate) fn done(answer: &Answer) -> Outcome {
    let tracking = answer.as_ref().and_then(|answer| answer.as_ref().ok());
    Outcome::Done {
        reference: tracking.and_then(decide::reference),
        erp_reference: None,
    }
}

fn log(step: StepName, verdict: &Verdict, error: &CallError, orders: usize, duration_ms: u64) {
    let step = step.as_str();
    let numbers = error.tracking().cloned().unwrap_or_default();
    tracing::warn!(step, vendor.ref = %numbers, orders, duration_ms, ?verdict, "not taken: {error}");
}
