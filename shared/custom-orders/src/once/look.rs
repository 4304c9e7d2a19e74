//! What became of earlier tries: the look before a call, where any is in doubt, and the look after a conflict.

use lambda_kit::{Unrecorded, clock};
use ledger::Attempts;
use order_model::{Claim, Millis, OrderState, Outcome};
use spectrum::{Acknowledged, Credentials, PurchaseOrderNumber, SeenOrder};

use super::act::Begun;
use super::call::Called;
use super::decide::{Verdict, done, not_looked, unseen};
use super::prepare::Ready;
use super::sending::{Proof, Sending};
use super::{Once, Visit};
use crate::Endpoint;

/// What the look before a call came to.
pub(super) enum Looked {
    /// It may be sent.
    Send,
    /// It may not, and this is recorded.
    Ended,
}

impl<S: Sending> Once<S> {
    /// Whether it is a conflict with what may be our own earlier try.
    pub(super) fn may_be_ours(&self, begun: &Begun<S::Message>, called: &Called<Acknowledged>) -> bool {
        let is_conflict = called
            .as_ref()
            .is_ok_and(|called| matches!(called.answer, Ok(Acknowledged::Conflict(_))));
        is_conflict && self.sending.conflict(&begun.made, &begun.doubts, &begun.order) == Proof::Taken
    }

    /// Looks what our earlier try, which came late, has made: it may be a part, or not be ours. Where the order is not
    /// shown, or nothing is to be learned, it is looked up later.
    pub(super) async fn look_after(
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

    /// Looks what became of earlier tries, if any is in doubt, or whether the order is there that somebody else acknowledged.
    pub(super) async fn look_first(
        &self,
        order: OrderState,
        claim: &Claim,
        ready: &Ready<S::Message>,
        visit: &Visit,
    ) -> Result<(Looked, OrderState, Attempts), Unrecorded> {
        let mut attempts = ready.attempts.clone();
        let last = match attempts.tries.iter().map(|attempt| attempt.at).max() {
            Some(last) => last,
            None if ready.looks_first => Millis(0),
            None => return Ok((Looked::Send, order, attempts)),
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

    async fn look(
        &self,
        number: &PurchaseOrderNumber,
        forbidden: u32,
        visit: &Visit,
    ) -> Called<Option<SeenOrder>> {
        let call = async |credentials: Credentials| self.client(credentials).find(number).await;
        self.call(visit, forbidden, call).await
    }
}
