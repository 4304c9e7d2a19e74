//! A message that goes to Spectrum once, whatever breaks: claim, look if an earlier try is in doubt, note the try down, send,
//! record. What differs between messages is in [`Sending`].

mod act;
mod call;
mod decide;
mod look;
mod prepare;
mod record;
mod sending;

use std::cell::Cell;

use lambda_kit::{Answer, Batch, Chain, Context, Deadline, Error, Hints, Kit, Unrecorded, VendorGate, clock};
use order_mapping::AllMaps;
use order_model::{OrderKey, OrderState, StepState, Vendor};
use spectrum::Credentials;

use crate::{Config, Endpoint, Turns};

pub use act::Begun;
pub use call::Called;
pub use prepare::{Prepared, Ready};
pub use sending::{Made, Proof, Sending};

/// A claim that was lost to somebody else's change, and steps that are due at once: so many turns are enough.
const TURNS: usize = 3;

/// What sends one kind of message.
#[derive(Debug)]
pub struct Once<S> {
    /// The clients.
    pub kit: Kit,
    /// The settings.
    pub config: Config,
    pub(crate) hints: Hints,
    pub(crate) maps: AllMaps,
    /// The kind.
    pub sending: S,
}

/// What one invocation knows.
#[derive(Debug)]
pub struct Visit {
    /// The gate before Spectrum.
    pub gate: VendorGate,
    pub(crate) deadline: Deadline,
    /// The turns to call.
    pub turns: Turns,
    /// Set when Spectrum is asked too much: the rest of the batch stays due.
    pub(crate) is_hushed: Cell<bool>,
}

impl<S: Sending> Once<S> {
    /// Reads the settings and makes the clients.
    ///
    /// # Errors
    /// When a setting is missing or wrong.
    pub fn new(kit: Kit, sending: S) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let mut steps = vec![S::STEP];
        steps.extend(S::STEP.optional_followers());
        let hints = Hints::new(kit.aws.sqs(), kit.settings, &steps)?;
        let maps = AllMaps::new(&kit.ledger);
        Ok(Self {
            kit,
            config,
            hints,
            maps,
            sending,
        })
    }

    /// Begins an invocation; none if Spectrum's secret can't be had: what can't be had must not leave orders claimed.
    ///
    /// # Errors
    /// When the ledger is another brand's or does not answer, or the function's time-out leaves no time for a call.
    pub async fn visit(&self, context: &Context) -> Result<Option<Visit>, Error> {
        let (ledger, spectrum) = (&self.kit.ledger, &self.config.spectrum);
        self.kit.check_brand(&self.config.brand).await?;
        let turns = self.config.turns();
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(clock::now(), self.longest(&turns))?;
        let gate = VendorGate::read(ledger, Vendor::Spectrum, S::FUNCTION, spectrum.probe_every).await?;
        if let Err(error) = self.kit.secrets.get::<Credentials>(&spectrum.secret).await {
            let step = S::STEP.as_str();
            tracing::error!(
                step,
                "nothing was sent to Spectrum, and the orders stay due: {}",
                Chain(&error)
            );
            return Ok(None);
        }
        Ok(Some(Visit {
            gate,
            deadline,
            turns,
            is_hushed: Cell::new(false),
        }))
    }

    /// One batch of hints.
    ///
    /// # Errors
    /// As [`Once::visit`].
    pub async fn run(&self, batch: Batch, context: &Context) -> Result<Answer, Error> {
        match self.visit(context).await? {
            Some(visit) => Ok(self.work(batch, &visit).await),
            None => Ok(self.kit.left_due(S::STEP, batch)),
        }
    }

    /// Works a batch, one order after another: each call waits for its turn anyway.
    pub async fn work(&self, batch: Batch, visit: &Visit) -> Answer {
        self.kit
            .work(S::STEP, batch, 1, async |order: &OrderKey| {
                self.one_order(order, visit).await
            })
            .await
    }

    async fn one_order(&self, key: &OrderKey, visit: &Visit) -> Result<(), Unrecorded> {
        for _ in 0..TURNS {
            let Some(order) = self.kit.ledger.order(key).await? else {
                let step = S::STEP.as_str();
                tracing::warn!(order.id = %key, step, "hint for an order that the ledger does not have");
                return Ok(());
            };
            if !self.may_begin(&order, visit) || !self.turn(order, visit).await? {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Whether a step is to be worked now. An effect that could not be finished is not begun.
    pub fn may_begin(&self, order: &OrderState, visit: &Visit) -> bool {
        let now = clock::now();
        let from = match order.step(S::STEP) {
            StepState::Due { not_before, .. } | StepState::Unknown { not_before, .. } => *not_before,
            StepState::Claimed { until, .. } => *until + self.kit.ledger.pace().skew,
            _ => return false,
        };
        from <= now && !visit.is_hushed.get() && visit.deadline.covers(now, self.longest(&visit.turns))
    }

    /// The longest that one order may take: a look, and the call itself.
    fn longest(&self, turns: &Turns) -> std::time::Duration {
        self.config.longest(turns, Endpoint::Look) + self.config.longest(turns, Endpoint::Post)
    }
}
