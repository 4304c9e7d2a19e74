//! Under a claim: note the try down, send, and judge what came back.

use lambda_kit::{Unrecorded, clock};
use ledger::{Attempt, Attempts};
use order_model::{Claim, Millis, OrderKey, OrderState, Outcome, StepName, StepState};
use spectrum::{Acknowledged, Credentials};

use super::call::Called;
use super::decide::{Left, Times, Verdict, sent};
use super::look::Looked;
use super::prepare::Ready;
use super::sending::{Made, Proof, Sending};
use super::{Once, Visit};
use crate::{Endpoint, Held};

/// A try that is noted down, and whose call begins now.
#[derive(Debug)]
pub struct Begun<M> {
    pub(super) order: OrderState,
    claim: Claim,
    /// What is sent.
    pub made: Made<M>,
    /// What was tried, this try included.
    pub attempts: Attempts,
    /// The tries before this one of which nobody knows what came of them.
    pub(super) doubts: Vec<Attempt>,
    begun_at: Millis,
}

impl<M> Begun<M> {
    /// Whose try it is.
    pub fn key(&self) -> &OrderKey {
        &self.order.key
    }
}

/// This try did nothing, but of an earlier one nobody knows: such a step is not due afresh.
fn in_doubt(outcome: Outcome, is_in_doubt: bool) -> Outcome {
    match outcome {
        Outcome::Later {
            not_before, hinted, ..
        } if is_in_doubt => Outcome::Unknown { not_before, hinted },
        outcome => outcome,
    }
}

fn is_reviewed(order: &OrderState) -> bool {
    matches!(order.step(StepName::Review), StepState::Held { .. })
}

impl<S: Sending> Once<S> {
    /// Whether what was claimed has to wait for a person after all: somebody wrote since it was prepared.
    pub fn must_wait(&self, order: &OrderState) -> bool {
        is_reviewed(order) || self.sending.waits(order).is_some()
    }

    /// Sends what is ready. True if the step is to be looked at again at once.
    pub(crate) async fn act(
        &self,
        order: OrderState,
        claim: Claim,
        ready: Ready<S::Message>,
        visit: &Visit,
    ) -> Result<bool, Unrecorded> {
        let (order, attempts) = match self.look_first(order, &claim, &ready, visit).await? {
            (Looked::Send, order, attempts) => (order, attempts),
            (Looked::Ended, ..) => return Ok(false),
        };
        // What a person decided since the order was prepared, or while an earlier try was in doubt.
        if is_reviewed(&order) {
            let waits = Outcome::not_called(clock::now());
            return self
                .record(order, &claim, waits, clock::now(), None)
                .await
                .map(|()| false);
        }
        if let Some(held) = self.sending.waits(&order) {
            return self.hold(order, &claim, held).await.map(|()| false);
        }
        visit.turns.wait(Endpoint::Post).await;
        let Ready { made, number, .. } = ready;
        let Some(begun) = self.begin(order, claim, made, attempts).await? else {
            return Ok(false);
        };
        let call = async |credentials: Credentials| {
            let spectrum = self.client(credentials);
            self.sending.send(&spectrum, &begun.made.message).await
        };
        let called = self.call(visit, begun.attempts.forbidden, call).await;
        let after = match self.may_be_ours(&begun, &called) {
            true => Some(self.look_after(&begun, &number, visit).await),
            false => None,
        };
        self.finish(begun, called, after, visit).await
    }

    /// Notes a try down, which comes before its call: what is not noted was never sent. None if somebody else wrote
    /// meanwhile, who may be calling: then the claim is given back.
    ///
    /// # Errors
    /// When the ledger did not answer, or the claim is not ours any more.
    pub async fn begin(
        &self,
        order: OrderState,
        claim: Claim,
        made: Made<S::Message>,
        mut attempts: Attempts,
    ) -> Result<Option<Begun<S::Message>>, Unrecorded> {
        let doubts = attempts.tries.clone();
        let begun_at = clock::now();
        attempts.tries.push(Attempt {
            generation: claim.generation,
            hash: made.hash.clone(),
            at: begun_at,
        });
        let kept = self.kit.ledger.keep_attempts(&order.key, &attempts).await?;
        let Some(attempts) = kept else {
            self.give_back(order, &claim).await?;
            return Ok(None);
        };
        Ok(Some(Begun {
            order,
            claim,
            made,
            attempts,
            doubts,
            begun_at,
        }))
    }

    /// Records what came of a try. True if the step is to be looked at again at once. `after` is what a look proves that was
    /// made after a conflict.
    ///
    /// # Errors
    /// When the ledger did not answer, or the claim is not ours any more.
    pub async fn finish(
        &self,
        begun: Begun<S::Message>,
        called: Called<Acknowledged>,
        after: Option<Proof>,
        visit: &Visit,
    ) -> Result<bool, Unrecorded> {
        let now = clock::now();
        let Begun {
            order,
            claim,
            made,
            mut attempts,
            doubts,
            begun_at,
        } = begun;
        let times = self.times(begun_at, now);
        let forbidden = attempts.forbidden;
        let (verdict, left, again, said) = match called {
            Ok(called) => {
                let conflict = || {
                    let says = self.sending.conflict(&made, &doubts, &order);
                    after.filter(|_| says == Proof::Taken).unwrap_or(says)
                };
                let (verdict, left) = sent(&called.answer, &claim, &times, forbidden, conflict);
                (verdict, left, called.again, Some(called.answer))
            }
            Err(error) => {
                let (key, step) = (&order.key, S::STEP.as_str());
                tracing::warn!(order.id = %key, step, "nothing was sent to Spectrum: {error}");
                (
                    Verdict::Record(Outcome::not_called(now)),
                    Left::Nothing,
                    false,
                    None,
                )
            }
        };
        self.note(&order, said.as_ref(), &mut attempts, visit).await;
        match left {
            Left::Doubt => {}
            Left::Nothing => drop(attempts.tries.pop()),
            Left::Part => attempts.partly = true,
        }
        let outcome = self.outcome(&order, verdict, again, visit).await?;
        let outcome = in_doubt(outcome, !doubts.is_empty());
        if left != Left::Doubt || attempts.forbidden != forbidden {
            // Where somebody else wrote, the try stays in doubt and is looked up; a part that was taken is in the words too.
            self.kit.ledger.keep_attempts(&order.key, &attempts).await?;
        }
        self.record(order, &claim, outcome, clock::now(), Some(now.since(begun_at)))
            .await?;
        Ok(again && !visit.gate.is_shut())
    }

    /// What a verdict leaves behind; the words of a hold come before the state that mentions it.
    pub(super) async fn outcome(
        &self,
        order: &OrderState,
        verdict: Verdict,
        again: bool,
        visit: &Visit,
    ) -> Result<Outcome, Unrecorded> {
        Ok(match verdict {
            Verdict::Record(outcome) => outcome,
            // The secret was changed: at once again, under a claim of its own.
            Verdict::Pause(_, outcome) if again => outcome,
            Verdict::Pause(reason, outcome) => {
                visit.gate.refused(reason, clock::now()).await;
                outcome
            }
            Verdict::Hold(Held { code, text }) => {
                let (key, now) = (&order.key, clock::now());
                self.kit.keep_hold(key, S::STEP, &code, text, now).await?;
                Outcome::Held { code }
            }
        })
    }

    pub(super) fn times(&self, begun_at: Millis, now: Millis) -> Times<'_> {
        Times {
            begun_at,
            now,
            settle: self.config.settle,
            backoff: &self.config.backoff,
        }
    }
}
