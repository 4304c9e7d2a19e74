#![doc = include_str!("../README.md")]

mod config;
mod customer;
mod decide;
mod login;
mod publish;
mod read;
mod record;

use std::cell::Cell;
use std::sync::{Arc, Mutex};

use lambda_kit::{Answer, Batch, Chain, Context, Deadline, Error, Hints, Kit, Unrecorded, VendorGate, clock};
use order_mapping::AllMaps;
use order_model::{Kind, OrderKey, OrderState, StepName, StepState, Vendor};
use sparklayer::{Credentials, SparkLayer};

pub use config::Config;
pub use decide::{Seen, Times, Verdict, judge, put_fault, read_back, without_token};

const NAME: &str = "sparklayer-publish-purchase";
const STEP: StepName = StepName::Publish;
/// An earlier try that is given back, a token that ended, and states that became newer meanwhile: so many turns are enough.
const TURNS: usize = 5;
/// As many messages of a batch are worked at once.
const AT_ONCE: usize = 5;

/// The function.
#[derive(Debug)]
pub struct PublishPurchase {
    kit: Kit,
    config: Config,
    hints: Hints,
    maps: AllMaps,
    /// The client of the credentials that were read last, with its token.
    client: Mutex<Option<SparkLayer>>,
    /// Locked while somebody fetches a token: one login for all, and one refusal.
    login: tokio::sync::Mutex<()>,
}

/// What one invocation knows.
struct Turn<'a> {
    gate: &'a VendorGate,
    deadline: Deadline,
}

/// What the work on one order knows.
#[derive(Default)]
struct Visit {
    /// Whether SparkLayer may be called: asked once, because a paused vendor lets one probe through.
    passes: Cell<Option<bool>>,
    /// A token was refused: the next one is new.
    token_refused: Cell<bool>,
}

/// What is to be done next about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing, or nothing now.
    Stop,
    /// Look at it again at once.
    Again,
}

impl PublishPurchase {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let hints = Hints::new(kit.aws.sqs(), kit.settings, &[STEP])?;
        let maps = AllMaps::new(&kit.ledger);
        Ok(Self {
            kit,
            config,
            hints,
            maps,
            client: Mutex::default(),
            login: tokio::sync::Mutex::default(),
        })
    }

    /// One batch of hints.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<Answer, Error> {
        let (ledger, sparklayer) = (&self.kit.ledger, &self.config.sparklayer);
        self.kit.check_brand(&self.config.brand).await?;
        let deadline = Deadline::of(context, ledger.pace());
        // A token may have to come before the PUT.
        deadline.must_cover(clock::now(), sparklayer.call * 2)?;
        let gate = VendorGate::read(ledger, Vendor::SparkLayer, NAME, sparklayer.probe_every).await?;
        // Before any claim: what can't be had must not leave orders claimed. The steps stay due.
        if let Err(error) = self.kit.secrets.get::<Credentials>(&sparklayer.secret).await {
            let step = STEP.as_str();
            tracing::error!(
                step,
                "nothing was published, and the orders stay due: {}",
                Chain(&error)
            );
            return Ok(self.kit.left_due(STEP, batch));
        }
        let turn = Turn {
            gate: &gate,
            deadline,
        };
        let work = async |order: &OrderKey| self.publish_order(order, &turn).await;
        Ok(self.kit.work(STEP, batch, AT_ONCE, work).await)
    }

    /// Publishes one order, again as long as there is something newer to tell.
    async fn publish_order(&self, key: &OrderKey, turn: &Turn<'_>) -> Result<(), Unrecorded> {
        let visit = Visit::default();
        for _ in 0..TURNS {
            let Some(order) = self.kit.ledger.order(key).await? else {
                tracing::warn!(order.id = %key, step = "publish", "hint for an order that the ledger does not have");
                return Ok(());
            };
            if !self.is_time(&order) {
                return Ok(());
            }
            // An effect that could not be finished is not begun.
            let call = self.config.sparklayer.call;
            if !turn.deadline.covers(clock::now(), call * 2) {
                break;
            }
            if self.turn(order, &visit, turn).await? == Next::Stop {
                return Ok(());
            }
        }
        // Due, and time or turns are over: another invocation goes on.
        let now = clock::now();
        self.hints
            .send(STEP, std::slice::from_ref(key), now, std::time::Duration::ZERO)
            .await;
        Ok(())
    }

    fn is_time(&self, order: &OrderState) -> bool {
        let from = match order.step(STEP) {
            StepState::Due { not_before, .. } | StepState::Unknown { not_before, .. } => *not_before,
            StepState::Claimed { until, .. } => *until + self.kit.ledger.pace().skew,
            _ => return false,
        };
        from <= clock::now()
    }

    /// One turn: what an earlier try left behind, or the newest state.
    async fn turn(&self, order: OrderState, visit: &Visit, turn: &Turn<'_>) -> Result<Next, Unrecorded> {
        if order.step(STEP).kind() == Kind::Due {
            return self.publish(order, visit, turn).await;
        }
        self.end_earlier_try(order, turn).await
    }
}
