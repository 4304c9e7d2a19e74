#![doc = include_str!("../README.md")]

mod config;
mod decide;
mod orders;
mod record;
mod report;
mod send;

use std::cell::Cell;
use std::collections::BTreeSet;
use std::sync::Arc;

use lambda_kit::{Answer, Batch, Chain, Context, Deadline, Error, Kit, Panicked, VendorGate, caught, clock};
use ledger::{LedgerError, SettleError};
use order_model::{ErpReference, OrderKey, StepName, Vendor};

pub use config::Config;
pub use decide::{Seen, Verdict, judge, probe};

const NAME: &str = "repspark-confirm-order";
const STEP: StepName = StepName::Confirm;
const REPORT: StepName = StepName::Report;

/// The function.
#[derive(Debug)]
pub struct ConfirmOrder {
    kit: Kit,
    config: Config,
}

/// What one invocation knows.
struct Turn<'a> {
    gate: &'a VendorGate,
    deadline: Deadline,
    /// Set when a sync of this batch may still be running at RepSpark: no other one may begin.
    in_doubt: Cell<bool>,
}

/// Work that could not be recorded.
#[derive(Debug, thiserror::Error)]
enum Unrecorded {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Panicked(#[from] Panicked),
    #[error("{error}")]
    Settle {
        error: SettleError,
        /// RepSpark's numbers of the call that it took: they stand nowhere else now.
        numbers: Option<ErpReference>,
    },
}

impl Unrecorded {
    /// What went wrong, with its own causes.
    fn cause(&self) -> &dyn std::error::Error {
        match self {
            Self::Ledger(error) => error,
            Self::Panicked(error) => error,
            Self::Settle { error, .. } => error,
        }
    }

    fn numbers(&self) -> Option<&str> {
        match self {
            Self::Settle { numbers, .. } => numbers.as_ref().map(ErpReference::as_str),
            Self::Ledger(_) | Self::Panicked(_) => None,
        }
    }
}

/// An order whose step was worked on, and what came of it could not be recorded.
struct Failure {
    order: OrderKey,
    step: StepName,
    error: Unrecorded,
}

impl Failure {
    fn of(order: OrderKey, step: StepName, error: impl Into<Unrecorded>) -> Self {
        let error = error.into();
        Self { order, step, error }
    }
}

impl ConfirmOrder {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        Ok(Self { kit, config })
    }

    /// One batch of hints. The queue has one message group, so no other batch of this brand is in flight: RepSpark
    /// takes one sync at a time.
    ///
    /// No message is ever returned: in a queue of one group a returned message holds up all the others until it is
    /// visible again, five times over. What could not be recorded is in the log, and the sweep gives it another hint.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<Answer, Error> {
        let ledger = &self.kit.ledger;
        self.kit.check_brand(&self.config.brand).await?;
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(clock::now(), self.config.repspark.call)?;
        let gate = VendorGate::read(ledger, Vendor::RepSpark, NAME, self.config.repspark.probe_every).await?;
        let (messages, _) = batch.read();
        let orders: BTreeSet<OrderKey> = messages.into_iter().map(|message| message.hint.order).collect();
        let secret = &self.config.repspark.secret;
        if let Err(error) = self.kit.secrets.get::<repspark::Credentials>(secret).await {
            self.tell_left_due(&orders, &error);
            return Ok(Answer::default());
        }
        let turn = Turn {
            gate: &gate,
            deadline,
            in_doubt: Cell::new(false),
        };
        // Each order is worked by itself; what they share, the array and its answer, may panic all the same. Then the batch
        // is done with like any other: returned, it would block the queue.
        match caught(self.work(orders.clone(), &turn)).await {
            Ok(failures) => failures.iter().for_each(|failure| self.tell(failure)),
            Err(panicked) => {
                for key in &orders {
                    self.kit.metrics.unrecorded_unless_said(key, STEP);
                    tracing::error!(order.id = %key, step = STEP.as_str(), "a batch with this order: {panicked}");
                }
            }
        }
        Ok(Answer::default())
    }

    /// Says that nothing could be sent, of all these orders at once: each counts as failed, and stays due.
    fn tell_left_due<'a>(
        &self,
        orders: impl IntoIterator<Item = &'a OrderKey>,
        error: &dyn std::error::Error,
    ) {
        for key in orders {
            self.kit.metrics.unrecorded(key, STEP);
        }
        let step = STEP.as_str();
        tracing::error!(
            step,
            "nothing was confirmed, and the orders stay due: {}",
            Chain(error)
        );
    }

    /// Says what could not be recorded. The sweep looks again.
    fn tell(&self, failure: &Failure) {
        let (key, step) = (&failure.order, failure.step.as_str());
        let numbers = failure.error.numbers();
        match &failure.error {
            // Whoever took the claim over records what came of it.
            Unrecorded::Settle {
                error: SettleError::Fenced(lost),
                ..
            } => {
                tracing::warn!(order.id = %key, step, vendor.ref = numbers, "{lost}");
            }
            error => {
                self.kit.metrics.unrecorded(key, failure.step);
                tracing::error!(order.id = %key, step, vendor.ref = numbers, "not recorded, the sweep looks again: {}", Chain(error.cause()));
            }
        }
    }
}
