//! From an order's state to what would be sent, before anything is claimed.

use lambda_kit::{Unrecorded, clock};
use ledger::{Attempts, Changed, Claimed};
use order_model::{Bid, Claim, Kind, OrderState, StepState};
use spectrum::PurchaseOrderNumber;

use super::decide::{PARTLY, in_part_before, not_looked};
use super::sending::{Made, Sending};
use super::{Once, Visit};
use crate::name::{Named, named};
use crate::read::{Held, Read, read};

/// What may be sent.
#[derive(Debug)]
pub struct Ready<M> {
    /// What is sent.
    pub made: Made<M>,
    /// The order's name at Spectrum.
    pub number: PurchaseOrderNumber,
    /// What was tried of it.
    pub attempts: Attempts,
    /// Whether Spectrum is to be asked for the order before anything is sent, because it was not we who acknowledged it.
    pub(super) looks_first: bool,
}

/// What an order came to before it was claimed.
#[derive(Debug)]
pub enum Prepared<M> {
    /// It may be sent.
    Ready(Box<Ready<M>>),
    /// Nothing of it is custom-made.
    Plain,
    /// It waits for a person.
    Held(Held),
}

impl<S: Sending> Once<S> {
    /// One turn: prepare, claim, act and record. True if the step is to be looked at again at once.
    pub(crate) async fn turn(&self, order: OrderState, visit: &Visit) -> Result<bool, Unrecorded> {
        let is_due = order.step(S::STEP).kind() == Kind::Due;
        if order.held_for_review(S::STEP).is_some() {
            return self.wait_for_review(order).await.map(|()| false);
        }
        let ready = match self.prepare(&order).await? {
            Prepared::Ready(ready) => *ready,
            Prepared::Plain if is_due && !self.was_tried(&order).await? => {
                return self.not_custom(order).await.map(|()| false);
            }
            Prepared::Plain => {
                let held = Held::new(
                    "not_custom",
                    "it was to be sent to Spectrum, and nothing of it is custom-made any more: look at it there",
                );
                return self.hold_prepared(order, held, visit).await.map(|()| false);
            }
            Prepared::Held(held) => {
                let held = self.with_doubt(&order, held).await?;
                return self.hold_prepared(order, held, visit).await.map(|()| false);
            }
        };
        if !visit.gate.pass(clock::now()).await? {
            return Ok(false);
        }
        match self.claim(order, &ready.made.hash, visit).await? {
            Claimed::Granted(order, claim) => self.act(*order, claim, ready, visit).await,
            Claimed::Changed => Ok(true),
            Claimed::Busy(_) | Claimed::NotYet(_) | Claimed::Finished => Ok(false),
        }
    }

    /// Reads an order, and makes what would be sent.
    ///
    /// # Errors
    /// When the ledger did not answer.
    pub async fn prepare(&self, order: &OrderState) -> Result<Prepared<S::Message>, Unrecorded> {
        let config = &self.config;
        let custom = match read(&self.maps, order, &config.time_zone, S::WORD)
            .await
            .map_err(Unrecorded::other)?
        {
            Read::Custom(custom) => custom,
            Read::Plain => return Ok(Prepared::Plain),
            Read::Held(held) => return Ok(Prepared::Held(held)),
        };
        let is_due = order.step(S::STEP).kind() == Kind::Due;
        if let Some(held) = self.sending.waits(order).filter(|_| is_due) {
            return Ok(Prepared::Held(held));
        }
        let ledger = &self.kit.ledger;
        let named = named(ledger, order, custom.order(), config.number_of, clock::now()).await?;
        let (number, first) = match named {
            Named::Named(number, attempts) => (number, attempts),
            Named::Held(held) => return Ok(Prepared::Held(held)),
        };
        let made = match self.sending.make(&custom, &number, &config.options) {
            Ok(made) => made,
            Err(held) => return Ok(Prepared::Held(held)),
        };
        let looks_first = first.step != S::STEP && first.tries.is_empty();
        let attempts = match first.step == S::STEP {
            true => first,
            false => ledger.name_order(&order.key, S::STEP, number.as_str()).await?,
        };
        if attempts.partly || self.is_known_in_part(order, &attempts).await? {
            return Ok(Prepared::Held(in_part_before()));
        }
        Ok(Prepared::Ready(Box::new(Ready {
            made,
            number,
            attempts,
            looks_first,
        })))
    }

    /// Claims the step of what is ready.
    ///
    /// # Errors
    /// When the ledger did not answer.
    pub async fn claim(&self, order: OrderState, hash: &str, visit: &Visit) -> Result<Claimed, Unrecorded> {
        let bid = Bid {
            step: S::STEP,
            owner: self.kit.ledger.token(),
            now: clock::now(),
            until: visit.deadline.lease_end(self.kit.ledger.pace()),
            hash: Some(hash.to_owned()),
            pinned: None,
            raw: order.raw.clone(),
            edition: None,
        };
        Ok(self.kit.ledger.claim(order, &bid).await?)
    }

    /// A hold as a person has to read it: one of which an earlier try may have been taken is not to be dropped unseen.
    async fn with_doubt(&self, order: &OrderState, held: Held) -> Result<Held, Unrecorded> {
        if held == in_part_before() || !self.was_tried(order).await? {
            return Ok(held);
        }
        let Held { code, text } = held;
        let text = format!(
            "an earlier try may have been taken: look at the order in Spectrum first, and complete this step if it is there. Since \
             then: {text}"
        );
        Ok(Held { code, text })
    }

    /// Holds a step before anything is sent of it in this turn.
    async fn hold_prepared(&self, order: OrderState, held: Held, visit: &Visit) -> Result<(), Unrecorded> {
        match order.step(S::STEP).kind() {
            Kind::Due => self.hold_unclaimed(order, held).await,
            _ => self.hold_begun(order, held, visit).await,
        }
    }

    /// Whether something of it may have been sent.
    async fn was_tried(&self, order: &OrderState) -> Result<bool, Unrecorded> {
        let attempts = self.kit.ledger.attempts(&order.key, S::STEP).await?;
        Ok(attempts.is_some_and(|attempts| !attempts.tries.is_empty()))
    }

    /// Whether the words of a part that was taken were written, and nothing else: whoever read that answer died then.
    async fn is_known_in_part(&self, order: &OrderState, attempts: &Attempts) -> Result<bool, Unrecorded> {
        if attempts.tries.is_empty() {
            return Ok(false);
        }
        let stands = self.kit.ledger.hold(&order.key, S::STEP).await?;
        Ok(stands.is_some_and(|stands| stands.code == PARTLY))
    }

    /// Nothing of it is Spectrum's business.
    async fn not_custom(&self, order: OrderState) -> Result<(), Unrecorded> {
        let raw = order.raw.clone();
        let off = |order: &OrderState| {
            let same = order.raw == raw && order.step(S::STEP).kind() == Kind::Due;
            same.then(|| order.moved(S::STEP, StepState::Off)).flatten()
        };
        let step = S::STEP.as_str();
        if let Changed::Written(order) = self.kit.ledger.change(order, off).await? {
            tracing::info!(order.id = %order.key, step, "nothing of it is custom-made");
        }
        Ok(())
    }

    /// A step of which something may have been sent is claimed before it is held: nobody else may be at it.
    async fn hold_begun(&self, order: OrderState, held: Held, visit: &Visit) -> Result<(), Unrecorded> {
        match self.claim(order, "", visit).await? {
            Claimed::Granted(order, claim) => self.hold(*order, &claim, held).await,
            _ => Ok(()),
        }
    }

    /// Gives a claim back under which nothing was sent: somebody else may be sending.
    ///
    /// # Errors
    /// When the ledger did not answer, or the claim is not ours any more.
    pub async fn give_back(&self, order: OrderState, claim: &Claim) -> Result<(), Unrecorded> {
        let now = clock::now();
        self.record(order, claim, not_looked(now), now, None).await
    }
}
