//! The report: RepSpark is told that the ERP did not take an order. Due only where the brand wants it.

use std::time::Duration;

use lambda_kit::clock;
use ledger::{Changed, Claimed};
use order_model::{Claim, Kind, Millis, OrderState, Outcome, StepState, Why};
use repspark::Refusal;
use uuid::Uuid;

use crate::decide::{self, Verdict};
use crate::orders::{Failures, alone};
use crate::send::{Answer, done};
use crate::{ConfirmOrder, Failure, REPORT, Turn, Unrecorded};

impl ConfirmOrder {
    /// Reports these orders, one by one. It ends with the first that does not go well: the rest stays due.
    pub(crate) async fn report_each(&self, orders: Vec<OrderState>, turn: &Turn<'_>) -> Failures {
        let mut failures = Failures::new();
        for order in orders {
            let key = order.key.clone();
            match alone(self.report(order, turn)).await {
                Ok(true) => {}
                Ok(false) => break,
                Err(error) => {
                    failures.push(Failure::of(key, REPORT, error));
                    break;
                }
            }
        }
        failures
    }

    /// Reports one order; whether the next one may follow.
    async fn report(&self, order: OrderState, turn: &Turn<'_>) -> Result<bool, Unrecorded> {
        let order = self.end_earlier_try(order, turn).await?;
        if decide::is_unwanted(&order) {
            self.discard(order, None).await?;
            return Ok(true);
        }
        let Some(id) = order.key.repspark_order(&self.config.brand) else {
            return Ok(true);
        };
        if order.step(REPORT).kind() != Kind::Due {
            return Ok(true);
        }
        if turn.in_doubt.get()
            || !turn.deadline.covers(clock::now(), self.config.repspark.call)
            || !turn.gate.pass(clock::now()).await?
        {
            return Ok(false);
        }
        let Claimed::Granted(order, claim) = self.kit.ledger.claim(order, &self.bid(REPORT, turn)).await?
        else {
            return Ok(true);
        };
        match decide::refusal(&order).map(decide::message) {
            Some(message) if claim.why == Why::Fresh => {
                self.send_report(*order, &claim, Refusal { order: id, message }, turn)
                    .await
            }
            // Somebody let the import go, or tried to report, between the reading and the claim.
            _ => {
                let now = clock::now();
                let outcome = given_back(&claim, now, self.config.settle);
                let order = self.record(*order, &claim, &outcome, now, None).await?;
                if decide::is_unwanted(&order) {
                    self.discard(order, None).await?;
                }
                Ok(true)
            }
        }
    }

    /// An earlier report that never said what came of it is due again, once it can't be running any more. Nothing at
    /// RepSpark shows whether it was taken.
    async fn end_earlier_try(&self, order: OrderState, turn: &Turn<'_>) -> Result<OrderState, Unrecorded> {
        if !matches!(order.step(REPORT).kind(), Kind::Unknown | Kind::Claimed) {
            return Ok(order);
        }
        let unclaimed = order.clone();
        match self.kit.ledger.claim(order, &self.bid(REPORT, turn)).await? {
            Claimed::Granted(order, claim) => {
                let now = clock::now();
                let outcome = given_back(&claim, now, self.config.settle);
                self.record(*order, &claim, &outcome, now, None).await
            }
            _ => Ok(unclaimed),
        }
    }

    async fn send_report(
        &self,
        order: OrderState,
        claim: &Claim,
        refusal: Refusal,
        turn: &Turn<'_>,
    ) -> Result<bool, Unrecorded> {
        let begun = clock::now();
        let items: [Refusal; 1] = [refusal];
        let call = async |credentials| self.client(credentials).report(Uuid::new_v4(), &items).await;
        let (verdict, answer) = self.sync(REPORT, 1, call, turn).await;
        let now = clock::now();
        if let Some(Err(error)) = &answer {
            self.keep_numbers(&order.key, REPORT, error, now).await;
        }
        let outcome = self.report_outcome(claim, &verdict, &answer, begun, now);
        let took = answer.is_some().then(|| now.since(begun));
        let order = self.record(order, claim, &outcome, now, took).await?;
        if let Verdict::Hold(code) = &verdict {
            self.discard(order, Some(code)).await?;
        }
        Ok(matches!(verdict, Verdict::Done | Verdict::Hold(_)))
    }

    fn report_outcome(
        &self,
        claim: &Claim,
        verdict: &Verdict,
        answer: &Answer,
        begun: Millis,
        now: Millis,
    ) -> Outcome {
        let (settle, backoff) = (self.config.settle, &self.config.backoff);
        match verdict {
            Verdict::Done => done(answer),
            // Refused: discarded in the next write. A claim can't be discarded, because its effect may have taken place.
            Verdict::Again | Verdict::OneByOne | Verdict::Hold(_) => decide::at_once(now),
            Verdict::Later(asked) => decide::later(claim, now, *asked, backoff),
            Verdict::Unknown => decide::unknown(claim, begun, now, settle, backoff),
            Verdict::Pause(_) => decide::paused(claim, now),
        }
    }

    /// Ends a report that is due: the order is not refused any more, or RepSpark does not take the report. A newer one
    /// that became due meanwhile stays.
    async fn discard(&self, order: OrderState, refused: Option<&str>) -> Result<(), Unrecorded> {
        let generation = order.generation(REPORT);
        let changed = self
            .kit
            .ledger
            .change(order, |order| {
                let ours = order.generation(REPORT) == generation && order.step(REPORT).kind() == Kind::Due;
                let ends = ours && (refused.is_some() || decide::is_unwanted(order));
                ends.then(|| order.moved(REPORT, StepState::Discarded)).flatten()
            })
            .await?;
        let Changed::Written(order) = changed else {
            return Ok(());
        };
        self.kit.metrics.recorded(&order, REPORT, clock::now());
        let (key, step) = (&order.key, REPORT.as_str());
        match refused {
            Some(code) => {
                tracing::warn!(order.id = %key, step, code, "RepSpark does not take the report: it is not sent again");
            }
            None => tracing::info!(order.id = %key, step, "nothing to report any more"),
        }
        Ok(())
    }
}

/// What becomes of a claim under which nothing was sent.
fn given_back(claim: &Claim, now: Millis, settle: Duration) -> Outcome {
    match claim.why {
        Why::Probe(begun_at) => decide::report_again(begun_at, now, settle),
        Why::Fresh | Why::Ask => decide::at_once(now),
    }
}
