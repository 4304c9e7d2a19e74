//! Under a claim: look if an earlier try is in doubt, note the try down, send, and judge what came back.

use lambda_kit::{Unrecorded, clock};
use ledger::{Attempt, Attempts};
use order_model::{Claim, Millis, OrderKey, OrderState, Outcome, StepName, StepState, understood};
use spectrum::{Acknowledged, CallError, Credentials, PurchaseOrderNumber, SeenOrder, Spectrum};

use super::decide::{Left, Times, Verdict, done, fault, not_called, not_looked, sent, unseen};
use super::prepare::Ready;
use super::sending::{Made, Proof, Sending};
use super::{Once, Visit};
use crate::{Endpoint, Held};

/// A try that is noted down, and whose call begins now.
#[derive(Debug)]
pub struct Begun<M> {
    pub(crate) order: OrderState,
    pub(crate) claim: Claim,
    /// What is sent.
    pub made: Made<M>,
    /// What was tried, this try included.
    pub attempts: Attempts,
    /// The tries before this one of which nobody knows what came of them.
    doubts: Vec<Attempt>,
    begun_at: Millis,
}

impl<M> Begun<M> {
    /// Whose try it is.
    pub fn key(&self) -> &OrderKey {
        &self.order.key
    }
}

/// What the look before a call came to.
enum Looked {
    /// It may be sent.
    Send,
    /// It may not, and this is recorded.
    Ended,
}

/// What a call came to, or why nothing left this machine.
pub type Called<T> = Result<lambda_kit::Called<Result<T, CallError>>, String>;

/// This try did nothing, but of an earlier one nobody knows: such a step is not due afresh.
fn in_doubt(outcome: Outcome, is_in_doubt: bool) -> Outcome {
    match outcome {
        Outcome::Later {
            not_before, hinted, ..
        } if is_in_doubt => Outcome::Unknown { not_before, hinted },
        outcome => outcome,
    }
}

impl<S: Sending> Once<S> {
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
        if matches!(order.step(StepName::Review), StepState::Held { .. }) {
            let waits = not_called(clock::now());
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
                (Verdict::Record(not_called(now)), Left::Nothing, false, None)
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

    /// Whether it is a conflict with what may be our own earlier try.
    fn may_be_ours(&self, begun: &Begun<S::Message>, called: &Called<Acknowledged>) -> bool {
        let is_conflict = called
            .as_ref()
            .is_ok_and(|called| matches!(called.answer, Ok(Acknowledged::Conflict(_))));
        is_conflict && self.sending.conflict(&begun.made, &begun.doubts, &begun.order) == Proof::Taken
    }

    /// Looks what our earlier try, which came late, has made: it may be a part, or not be ours. Where the order is not
    /// shown, or nothing is to be learned, it is looked up later.
    async fn look_after(
        &self,
        begun: &Begun<S::Message>,
        number: &PurchaseOrderNumber,
        visit: &Visit,
    ) -> Proof {
        if !visit
            .deadline
            .covers(clock::now(), self.config.longest(&visit.turns, Endpoint::Look))
        {
            return Proof::Absent;
        }
        visit.turns.wait(Endpoint::Look).await;
        match self.look(number, begun.attempts.forbidden, visit).await {
            Ok(lambda_kit::Called {
                answer: Ok(Some(seen)),
                ..
            }) => self
                .sending
                .shown(Some(&seen), &begun.made, &begun.doubts, &begun.order),
            _ => Proof::Absent,
        }
    }

    /// Looks what became of earlier tries, if any is in doubt.
    async fn look_first(
        &self,
        order: OrderState,
        claim: &Claim,
        ready: &Ready<S::Message>,
        visit: &Visit,
    ) -> Result<(Looked, OrderState, Attempts), Unrecorded> {
        let mut attempts = ready.attempts.clone();
        let Some(last) = attempts.tries.iter().map(|attempt| attempt.at).max() else {
            return Ok((Looked::Send, order, attempts));
        };
        let begun = clock::now();
        let settled = self.times(last, begun).settled();
        if begun < settled {
            let waits = Outcome::Unknown {
                not_before: settled,
                hinted: true,
            };
            self.record(order.clone(), claim, waits, begun, None).await?;
            return Ok((Looked::Ended, order, attempts));
        }
        visit.turns.wait(Endpoint::Look).await;
        let called = self.look(&ready.number, attempts.forbidden, visit).await;
        let now = clock::now();
        let (verdict, again) = match called {
            Ok(called) => {
                self.note(&order, Some(&called.answer), &mut attempts, visit)
                    .await;
                let proof = called.answer.as_ref().map(|seen| {
                    let doubts = &attempts.tries;
                    self.sending.shown(seen.as_ref(), &ready.made, doubts, &order)
                });
                let verdict = match proof {
                    Ok(Proof::Absent) => return Ok((Looked::Send, order, attempts)),
                    Ok(Proof::Taken) => Verdict::Record(done()),
                    Ok(Proof::Unclear(held)) => Verdict::Hold(held),
                    Err(error) => unseen(error, claim, &self.times(last, now), attempts.forbidden),
                };
                (verdict, called.again)
            }
            Err(error) => {
                let (key, step) = (&order.key, S::STEP.as_str());
                tracing::warn!(order.id = %key, step, "Spectrum was not asked: {error}");
                (Verdict::Record(not_looked(now)), false)
            }
        };
        let outcome = self.outcome(&order, verdict, again, visit).await?;
        if attempts.forbidden != ready.attempts.forbidden {
            self.kit.ledger.keep_attempts(&order.key, &attempts).await?;
        }
        self.record(order.clone(), claim, outcome, now, Some(now.since(begun)))
            .await?;
        Ok((Looked::Ended, order, attempts))
    }

    /// What a verdict leaves behind; the words of a hold come before the state that mentions it.
    async fn outcome(
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

    /// What an answer says of our token and of the rate.
    async fn note<T>(
        &self,
        order: &OrderState,
        answer: Option<&Result<T, CallError>>,
        attempts: &mut Attempts,
        visit: &Visit,
    ) {
        let Some(answer) = answer else { return };
        // A time-out or a gateway's page does not end a pause.
        if understood(fault(answer, attempts.forbidden)) {
            visit.gate.answered().await;
        }
        let Err(error) = answer else {
            attempts.forbidden = 0;
            return;
        };
        let (key, step) = (&order.key, S::STEP.as_str());
        tracing::warn!(order.id = %key, step, "{error}");
        match error {
            CallError::Forbidden { .. } => {
                attempts.forbidden += 1;
                visit.is_hushed.set(true);
            }
            CallError::Throttled { .. } => {
                attempts.forbidden = 0;
                visit.is_hushed.set(true);
            }
            // Nobody looked at the token.
            CallError::NotSent { .. } | CallError::NoAnswer { .. } | CallError::Unavailable { .. } => {}
            _ => attempts.forbidden = 0,
        }
    }

    async fn look(
        &self,
        number: &PurchaseOrderNumber,
        forbidden: u32,
        visit: &Visit,
    ) -> Called<Option<SeenOrder>> {
        let call = async |credentials: Credentials| self.client(credentials).find(number).await;
        self.call(visit, forbidden, call).await
    }

    /// One call with our token.
    pub async fn call<T>(
        &self,
        visit: &Visit,
        forbidden: u32,
        call: impl AsyncFnOnce(Credentials) -> Result<T, CallError>,
    ) -> Called<T> {
        let secret = &self.config.spectrum.secret;
        let failed = |answer: &Result<T, CallError>| fault(answer, forbidden);
        let called = self.kit.call(&visit.gate, secret, call, failed).await;
        called.map_err(|error| error.to_string())
    }

    /// The client with this token.
    pub fn client(&self, credentials: Credentials) -> Spectrum {
        let spectrum = &self.config.spectrum;
        Spectrum::new(
            self.kit.http.clone(),
            &spectrum.base_url,
            credentials,
            spectrum.call,
        )
    }

    fn times(&self, begun_at: Millis, now: Millis) -> Times<'_> {
        Times {
            begun_at,
            now,
            settle: self.config.settle,
            backoff: &self.config.backoff,
        }
    }
}
