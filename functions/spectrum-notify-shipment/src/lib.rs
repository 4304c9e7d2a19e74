#![doc = include_str!("../README.md")]

mod decide;
mod notify;
mod read;
mod record;
mod shipped;

use std::cell::Cell;
use std::sync::Arc;
use std::time::Duration;

use custom_orders::{Config, Endpoint, Turns};
use lambda_kit::{Answer, Batch, Chain, Context, Deadline, Error, Hints, Kit, Unrecorded, VendorGate, clock};
use order_mapping::AllMaps;
use order_model::{Kind, OrderKey, OrderState, StepName, StepState, Vendor};
use spectrum::Credentials;

pub use decide::{Times, Verdict, call_fault, is_too_much, judge};
pub use shipped::{Shipped, shipped};

const NAME: &str = "spectrum-notify-shipment";
const STEP: StepName = StepName::Notify;
/// An earlier try that is given back, a secret that was changed, and states that became newer meanwhile: so many turns are
/// enough.
const TURNS: usize = 5;
/// As many messages of a batch are worked at once. Their calls wait for one another.
const AT_ONCE: usize = 5;

/// The function.
#[derive(Debug)]
pub struct NotifyShipment {
    kit: Kit,
    config: Config,
    hints: Hints,
    maps: AllMaps,
}

/// What one invocation knows.
struct Turn<'a> {
    gate: &'a VendorGate,
    deadline: Deadline,
    turns: Turns,
    /// Spectrum said, or may have said, that it is asked too much: nothing else is asked of it in this invocation.
    too_much: Cell<bool>,
}

/// What the work on one order knows.
#[derive(Default)]
struct Visit {
    /// Whether Spectrum may be called: asked once, because a paused vendor lets one probe through.
    passes: Cell<Option<bool>>,
}

/// What is to be done next about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    /// Nothing, or nothing now.
    Stop,
    /// Look at it again at once.
    Again,
}

impl NotifyShipment {
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
        })
    }

    /// One batch of hints.
    pub async fn run(self: Arc<Self>, batch: Batch, context: &Context) -> Result<Answer, Error> {
        let (ledger, spectrum) = (&self.kit.ledger, &self.config.spectrum);
        self.kit.check_brand(&self.config.brand).await?;
        let turns = self.config.turns();
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(clock::now(), self.config.longest(&turns, Endpoint::Post))?;
        let gate = VendorGate::read(ledger, Vendor::Spectrum, NAME, spectrum.probe_every).await?;
        // Before any claim: what can't be had must not leave orders claimed. The steps stay due.
        if let Err(error) = self.kit.secrets.get::<Credentials>(&spectrum.secret).await {
            let step = STEP.as_str();
            tracing::error!(
                step,
                "nothing was told to Spectrum, and the orders stay due: {}",
                Chain(&error)
            );
            return Ok(self.kit.left_due(STEP, batch));
        }
        let turn = Turn {
            gate: &gate,
            deadline,
            turns,
            too_much: Cell::new(false),
        };
        let work = async |order: &OrderKey| self.notify_order(order, &turn).await;
        Ok(self.kit.work(STEP, batch, AT_ONCE, work).await)
    }

    /// Tells Spectrum of one order, again as long as there is something newer to tell.
    async fn notify_order(&self, key: &OrderKey, turn: &Turn<'_>) -> Result<(), Unrecorded> {
        let visit = Visit::default();
        for _ in 0..TURNS {
            let Some(order) = self.kit.ledger.order(key).await? else {
                tracing::warn!(order.id = %key, step = "notify", "hint for an order that the ledger does not have");
                return Ok(());
            };
            if !self.is_time(&order) {
                return Ok(());
            }
            // An effect that could not be finished is not begun.
            let longest = self.config.longest(&turn.turns, Endpoint::Post);
            if !turn.deadline.covers(clock::now(), longest) {
                break;
            }
            if self.turn(order, &visit, turn).await? == Next::Stop {
                return Ok(());
            }
        }
        // Due, and time or turns are over: another invocation goes on.
        let now = clock::now();
        self.hints
            .send(STEP, std::slice::from_ref(key), now, Duration::ZERO)
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
            return self.notify(order, visit, turn).await;
        }
        self.end_earlier_try(order, turn).await
    }
}
