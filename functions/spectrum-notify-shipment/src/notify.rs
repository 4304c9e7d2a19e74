//! One turn of an order: read it, claim it, tell all of it, record what came of it.

use custom_orders::Endpoint;
use lambda_kit::{Called, NoCall, Unrecorded, clock};
use ledger::{Changed, Claimed};
use order_model::{Bid, Claim, Edition, Millis, OrderState, Outcome, StepState, Why, understood};
use spectrum::{CallError, Credentials, Notified, Spectrum};

use crate::decide::{self, Times, Verdict};
use crate::read::{Read, Ready};
use crate::{Next, NotifyShipment, STEP, Turn, Visit};

impl NotifyShipment {
    /// Tells Spectrum the newest state of an order that is due.
    pub(crate) async fn notify(
        &self,
        order: OrderState,
        visit: &Visit,
        turn: &Turn<'_>,
    ) -> Result<Next, Unrecorded> {
        let ready = match self.read(&order).await? {
            Read::Ready(ready) => ready,
            Read::Nothing(version) => return self.nothing(order, version).await,
            Read::Held(held) => {
                let stopped = self.hold_unclaimed(order, held).await?.is_some();
                return Ok(if stopped { Next::Stop } else { Next::Again });
            }
        };
        let now = clock::now();
        if order
            .told_already(STEP, ready.version, &ready.hash, now)
            .is_some()
        {
            return self.told(order, &ready, now).await;
        }
        if !self.passes(visit, turn).await? {
            return Ok(Next::Stop);
        }
        turn.turns.wait(Endpoint::Post).await;
        // Whoever had a turn before may have been refused meanwhile: the step stays due, and the sweep hints it again.
        if turn.too_much.get() || turn.gate.is_shut() {
            return Ok(Next::Stop);
        }
        if !turn.deadline.covers(clock::now(), self.config.spectrum.call) {
            return Ok(Next::Again);
        }
        let bid = self.bid(Some(&ready), &order, turn);
        match self.kit.ledger.claim(order, &bid).await? {
            Claimed::Granted(order, claim) if claim.why == Why::Fresh => {
                self.act(*order, &claim, &ready, turn).await
            }
            Claimed::Granted(order, claim) => self.give_back(*order, &claim).await,
            Claimed::Changed => Ok(Next::Again),
            Claimed::Busy(_) | Claimed::NotYet(_) | Claimed::Finished => Ok(Next::Stop),
        }
    }

    /// Whoever began this never said what came of it. When it can't be running any more the newest state is told: no look at
    /// Spectrum would say that it does not land yet.
    pub(crate) async fn end_earlier_try(
        &self,
        order: OrderState,
        turn: &Turn<'_>,
    ) -> Result<Next, Unrecorded> {
        let bid = self.bid(None, &order, turn);
        match self.kit.ledger.claim(order, &bid).await? {
            Claimed::Granted(order, claim) => self.give_back(*order, &claim).await,
            Claimed::Changed => Ok(Next::Again),
            Claimed::Busy(_) | Claimed::NotYet(_) | Claimed::Finished => Ok(Next::Stop),
        }
    }

    async fn give_back(&self, order: OrderState, claim: &Claim) -> Result<Next, Unrecorded> {
        let now = clock::now();
        let outcome = Outcome::given_back(claim, now, self.config.settle);
        let order = self.record(order, claim, outcome, now, None).await?;
        Ok(next(&order, now))
    }

    /// Nothing is to be told of this version: done without a call, until something else becomes of its lines.
    async fn nothing(&self, order: OrderState, version: u32) -> Result<Next, Unrecorded> {
        let now = clock::now();
        let nothing = |order: &OrderState| order.nothing_to_tell(STEP, version, now);
        let Changed::Written(order) = self.kit.ledger.change(order, nothing).await? else {
            return Ok(Next::Again);
        };
        self.kit.metrics.recorded(&order, STEP, now);
        tracing::info!(order.id = %order.key, step = "notify", version, "nothing to tell yet");
        Ok(Next::Stop)
    }

    /// Spectrum has this already, and nothing since: done without a call.
    async fn told(&self, order: OrderState, ready: &Ready, now: Millis) -> Result<Next, Unrecorded> {
        let told = |order: &OrderState| order.told_already(STEP, ready.version, &ready.hash, now);
        let Changed::Written(order) = self.kit.ledger.change(order, told).await? else {
            return Ok(Next::Again);
        };
        self.kit.metrics.recorded(&order, STEP, now);
        tracing::info!(order.id = %order.key, step = "notify", version = ready.version, "nothing new to tell");
        Ok(Next::Stop)
    }

    /// Whether Spectrum may be called for this order. Asked once: while it is paused a yes is the one probe.
    async fn passes(&self, visit: &Visit, turn: &Turn<'_>) -> Result<bool, Unrecorded> {
        if turn.too_much.get() || turn.gate.is_shut() {
            return Ok(false);
        }
        if let Some(passes) = visit.passes.get() {
            return Ok(passes);
        }
        let passes = turn.gate.pass(clock::now()).await?;
        visit.passes.set(Some(passes));
        Ok(passes)
    }

    fn bid(&self, ready: Option<&Ready>, order: &OrderState, turn: &Turn<'_>) -> Bid {
        Bid {
            step: STEP,
            owner: self.kit.ledger.token(),
            now: clock::now(),
            until: turn.deadline.lease_end(self.kit.ledger.pace()),
            hash: ready.map(|ready| ready.hash.clone()),
            pinned: None,
            raw: ready.and_then(|_| order.raw.clone()),
            edition: ready.map(|ready| Edition {
                version: ready.version,
                name: ready.shipment.number().to_string(),
            }),
        }
    }

    /// Tells it under a fresh claim, and records what came of it.
    async fn act(
        &self,
        order: OrderState,
        claim: &Claim,
        ready: &Ready,
        turn: &Turn<'_>,
    ) -> Result<Next, Unrecorded> {
        let begun = clock::now();
        let called = self.post(ready, claim, turn).await;
        let now = clock::now();
        let (answer, again) = match called {
            Ok(called) => (called.answer, called.again),
            Err(error) => {
                tracing::warn!(order.id = %order.key, step = "notify", "nothing was told to Spectrum: {error}");
                self.record(order, claim, Outcome::not_called(now), now, None)
                    .await?;
                return Ok(Next::Stop);
            }
        };
        // A time-out or a gateway's page does not end a pause.
        if understood(decide::call_fault(&answer, claim.tries)) {
            turn.gate.answered().await;
        }
        if decide::is_too_much(&answer) {
            turn.too_much.set(true);
        }
        if let Err(error) = &answer {
            tracing::warn!(order.id = %order.key, step = "notify", "{error}");
        }
        let times = Times {
            now,
            settle: self.config.settle,
            backoff: &self.config.backoff,
        };
        let outcome = match decide::judge(&answer, claim, &times) {
            Verdict::Record(outcome) => outcome,
            // The secret was changed: at once again, under a claim of its own, so that its start is right.
            Verdict::Pause(_, outcome) if again => outcome,
            Verdict::Pause(reason, outcome) => {
                turn.gate.refused(reason, now).await;
                outcome
            }
            Verdict::Hold(code, text) => {
                // The words come before the state that mentions them.
                self.kit.keep_hold(&order.key, STEP, code, text, now).await?;
                Outcome::Held {
                    code: code.to_owned(),
                }
            }
        };
        let took = now.since(begun);
        let order = self.record(order, claim, outcome, now, Some(took)).await?;
        Ok(match turn.gate.is_shut() {
            true => Next::Stop,
            false => next(&order, now),
        })
    }

    async fn post(
        &self,
        ready: &Ready,
        claim: &Claim,
        turn: &Turn<'_>,
    ) -> Result<Called<Result<Notified, CallError>>, NoCall> {
        let spectrum = &self.config.spectrum;
        let call = async |credentials: Credentials| {
            let http = self.kit.http.clone();
            let client = Spectrum::new(http, &spectrum.base_url, credentials, spectrum.call);
            client.notify_shipment(&ready.shipment).await
        };
        let failed = |answer: &Result<Notified, CallError>| decide::call_fault(answer, claim.tries);
        self.kit.call(turn.gate, &spectrum.secret, call, failed).await
    }
}

/// Whether the step is due at once.
fn next(order: &OrderState, now: Millis) -> Next {
    match order.step(STEP) {
        StepState::Due { not_before, .. } if *not_before <= now => Next::Again,
        _ => Next::Stop,
    }
}
