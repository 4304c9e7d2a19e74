#![doc = include_str!("../README.md")]

mod config;
mod decide;
mod orders;
mod send;

use std::collections::BTreeMap;
use std::sync::Arc;

use lambda_kit::{Answer, Batch, CallFault, Context, Deadline, Error, Kit, Message, VendorGate, clock};
use ledger::{LedgerError, SettleError};
use order_model::{ErpKey, StepName};

pub use config::Config;
pub use decide::{Seen, Verdict, judge, probe};

const NAME: &str = "repspark-confirm-order";
const STEP: StepName = StepName::Confirm;

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
}

/// Work that could not be recorded: its message comes again.
#[derive(Debug, thiserror::Error)]
enum Unrecorded {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Settle(#[from] SettleError),
    #[error(transparent)]
    Call(#[from] CallFault),
}

impl ConfirmOrder {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        Ok(Self { kit, config })
    }

    /// One batch of hints. The queue has one message group, so no other batch of this brand is in flight: RepSpark
    /// takes one sync at a time.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<Answer, Error> {
        let ledger = &self.kit.ledger;
        let deadline = Deadline::of(context, ledger.pace());
        let gate = VendorGate::read(
            ledger,
            "repspark",
            NAME,
            clock::now(),
            self.config.repspark.probe_every,
        )
        .await?;
        let turn = Turn {
            gate: &gate,
            deadline,
        };
        let (messages, mut answer) = batch.read();
        let mut of: BTreeMap<ErpKey, Vec<Message>> = BTreeMap::new();
        for message in messages {
            of.entry(message.hint.order.clone()).or_default().push(message);
        }
        let unrecorded = self.confirm_orders(of.keys().cloned().collect(), &turn).await;
        for (key, error) in unrecorded {
            if let Unrecorded::Settle(SettleError::Fenced(lost)) = &error {
                tracing::warn!(order.id = %key, step = "confirm", "{lost}");
                continue;
            }
            tracing::error!(order.id = %key, step = "confirm", "not recorded, comes again: {error}");
            of.remove(&key)
                .into_iter()
                .flatten()
                .for_each(|message| answer.fail(message.id));
        }
        Ok(answer)
    }
}
