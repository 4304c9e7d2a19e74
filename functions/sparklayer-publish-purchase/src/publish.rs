//! One turn of an order: read it, claim it, send all of it, record what came of it.

use lambda_kit::{Unrecorded, clock};
use ledger::{Changed, Claimed};
use order_model::{Bid, Claim, Edition, Millis, OrderState, Outcome, StepState, Why, understood};
use sparklayer::{CallError, Conflict, Credentials, Stored, fault};

use crate::decide::{self, Seen, Times, Verdict};
use crate::login::LoggedIn;
use crate::read::{Read, Ready};
use crate::{Next, PublishPurchase, STEP, Turn, Visit};

impl PublishPurchase {
    /// Tells SparkLayer the newest state of an order that is due.
    pub(crate) async fn publish(
        &self,
        order: OrderState,
        visit: &Visit,
        turn: &Turn<'_>,
    ) -> Result<Next, Unrecorded> {
        let ready = match self.read(&order).await? {
            Read::Ready(ready) => ready,
            Read::Awaits(customer) => return self.await_customer(order, customer).await,
            Read::Held(held) => {
                let stopped = self.hold_unclaimed(order, held).await?.is_some();
                return Ok(if stopped { Next::Stop } else { Next::Again });
            }
            Read::NoNumber => {
                tracing::warn!(order.id = %order.key, step = "publish", "an order without a number of the ERP's is not published");
                return Ok(Next::Stop);
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
        match self.log_in(&order, turn).await {
            LoggedIn::Yes => {}
            LoggedIn::No => {
                self.kit.metrics.recorded(&order, STEP, now);
                return Ok(Next::Stop);
            }
            LoggedIn::Failed(error) => return self.without_token(order, &error, turn).await,
        }
        let bid = self.bid(Some(&ready), &order, turn);
        match self.kit.ledger.claim(order, &bid).await? {
            Claimed::Granted(order, claim) if claim.why == Why::Fresh => {
                self.act(*order, &claim, *ready, visit, turn).await
            }
            Claimed::Granted(order, claim) => self.give_back(*order, &claim).await,
            Claimed::Changed => Ok(Next::Again),
            Claimed::Busy(_) | Claimed::NotYet(_) | Claimed::Finished => Ok(Next::Stop),
        }
    }

    /// Whoever began this never said what came of it. When it can't be running any more the newest state is sent: no look at
    /// SparkLayer would say that it does not land yet.
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

    /// SparkLayer has this already, and nothing since: done without a call.
    async fn told(&self, order: OrderState, ready: &Ready, now: Millis) -> Result<Next, Unrecorded> {
        let told = |order: &OrderState| order.told_already(STEP, ready.version, &ready.hash, now);
        let Changed::Written(order) = self.kit.ledger.change(order, told).await? else {
            return Ok(Next::Again);
        };
        self.kit.metrics.recorded(&order, STEP, now);
        tracing::info!(order.id = %order.key, step = "publish", version = ready.version, "nothing new to publish");
        Ok(Next::Stop)
    }

    /// Whether SparkLayer may be called for this order. Asked once: while it is paused a yes is the one probe.
    async fn passes(&self, visit: &Visit, turn: &Turn<'_>) -> Result<bool, Unrecorded> {
        if turn.gate.is_shut() {
            return Ok(false);
        }
        if let Some(passes) = visit.passes.get() {
            return Ok(passes);
        }
        let passes = turn.gate.pass(clock::now()).await?;
        visit.passes.set(Some(passes));
        Ok(passes)
    }

    async fn without_token(
        &self,
        order: OrderState,
        error: &CallError,
        turn: &Turn<'_>,
    ) -> Result<Next, Unrecorded> {
        let now = clock::now();
        let tries = match order.step(STEP) {
            StepState::Due { tries, .. } => *tries,
            _ => 0,
        };
        match decide::without_token(error, tries, &self.times(now)) {
            Verdict::Record(outcome) => self.put_off(order, &outcome, now).await?,
            // The step stays due as it is.
            Verdict::Pause(reason, _) => {
                turn.gate.refused(reason, now).await;
                self.kit.metrics.recorded(&order, STEP, now);
            }
            Verdict::Hold(..) | Verdict::ReadBack(_) | Verdict::NewToken(_) => {}
        }
        Ok(Next::Stop)
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
                name: ready.lookup.to_string(),
            }),
        }
    }

    fn times(&self, now: Millis) -> Times<'_> {
        Times {
            now,
            settle: self.config.settle,
            backoff: &self.config.backoff,
        }
    }

    /// Sends the purchase under a fresh claim, and records what came of it.
    async fn act(
        &self,
        order: OrderState,
        claim: &Claim,
        mut ready: Ready,
        visit: &Visit,
        turn: &Turn<'_>,
    ) -> Result<Next, Unrecorded> {
        let begun = clock::now();
        let repeat = order.repeat(STEP);
        if repeat.name != Some(ready.lookup.to_string()) {
            // Somebody has chosen another name since the order was read: what is sent must carry it.
            return self.give_back(order, claim).await;
        }
        ready.purchase.revision = sparklayer::moment(repeat.revision);
        let called = self.put(&ready, visit, turn).await;
        let now = clock::now();
        let (answer, again) = match called {
            Ok(called) => (called.answer, called.again),
            Err(error) => {
                tracing::warn!(order.id = %order.key, step = "publish", "nothing was sent to SparkLayer: {error}");
                self.record(order, claim, Outcome::not_called(now), now, None)
                    .await?;
                return Ok(Next::Stop);
            }
        };
        // A time-out or a gateway's page does not end a pause.
        if understood(fault(&answer)) {
            turn.gate.answered().await;
        }
        if let Err(error) = &answer {
            tracing::warn!(order.id = %order.key, step = "publish", "{error}");
        }
        let times = self.times(now);
        let mut verdict = decide::judge(&answer, claim, &times, visit.token_refused.get());
        visit.token_refused.set(matches!(verdict, Verdict::NewToken(_)));
        if let Verdict::ReadBack(kind) = verdict {
            verdict = self.read_back(&ready, kind, claim, turn).await;
        }
        let now = clock::now();
        let outcome = match verdict {
            Verdict::Record(outcome) | Verdict::NewToken(outcome) => outcome,
            // The secret was changed: at once again, under a claim of its own, so that its start is right.
            Verdict::Pause(_, outcome) if again => outcome,
            Verdict::Pause(reason, outcome) => {
                turn.gate.refused(reason, now).await;
                outcome
            }
            Verdict::Hold(code, text) => self.held(&order, code, text, now).await?,
            Verdict::ReadBack(_) => Outcome::not_called(now),
        };
        let took = now.since(begun);
        let order = self.record(order, claim, outcome, now, Some(took)).await?;
        Ok(match turn.gate.is_shut() {
            true => Next::Stop,
            false => next(&order, now),
        })
    }

    /// The words of a hold, which come before the state that mentions it.
    async fn held(
        &self,
        order: &OrderState,
        code: &str,
        text: String,
        at: Millis,
    ) -> Result<Outcome, Unrecorded> {
        self.kit.keep_hold(&order.key, STEP, code, text, at).await?;
        Ok(Outcome::Held {
            code: code.to_owned(),
        })
    }

    async fn put(
        &self,
        ready: &Ready,
        visit: &Visit,
        turn: &Turn<'_>,
    ) -> Result<lambda_kit::Called<Result<Stored, CallError>>, lambda_kit::NoCall> {
        let call = async |credentials: Credentials| {
            let client = self.client(credentials);
            client
                .put_purchase(&ready.lookup, &ready.purchase, clock::now())
                .await
        };
        let is_token_new = visit.token_refused.get();
        let failed = |answer: &Result<Stored, CallError>| decide::put_fault(answer, is_token_new);
        let secret = &self.config.sparklayer.secret;
        self.kit.call(turn.gate, secret, call, failed).await
    }

    /// After a conflict: looks what is there, and decides.
    async fn read_back(&self, ready: &Ready, kind: Conflict, claim: &Claim, turn: &Turn<'_>) -> Verdict {
        let in_time = turn.deadline.covers(clock::now(), self.config.sparklayer.call);
        let seen = match in_time {
            true => self.look(ready, turn).await,
            false => None,
        };
        decide::read_back(seen, kind, claim, &self.times(clock::now()))
    }

    /// What SparkLayer has of this purchase; none if it does not say.
    async fn look(&self, ready: &Ready, turn: &Turn<'_>) -> Option<Seen> {
        let call = async |credentials: Credentials| {
            let client = self.client(credentials);
            let seen = client.get_purchase(&ready.lookup, clock::now()).await?;
            Ok(seen.map_or(Seen::Other, |stored| {
                let is_ours = client.is_stored(&ready.purchase, &stored);
                let newer = stored
                    .revision()
                    .is_some_and(|theirs| theirs > ready.purchase.revision);
                match (is_ours, newer) {
                    (true, _) => Seen::Ours,
                    (false, true) => Seen::Newer,
                    (false, false) => Seen::Other,
                }
            }))
        };
        let failed = |answer: &Result<Seen, CallError>| decide::put_fault(answer, false);
        let secret = &self.config.sparklayer.secret;
        let called = self.kit.call(turn.gate, secret, call, failed).await;
        called.ok()?.answer.ok()
    }
}

/// Whether the step is due at once.
fn next(order: &OrderState, now: Millis) -> Next {
    match order.step(STEP) {
        StepState::Due { not_before, .. } if *not_before <= now => Next::Again,
        _ => Next::Stop,
    }
}
