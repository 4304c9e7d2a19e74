#![doc = include_str!("../README.md")]

mod compare;
mod config;
mod decide;
mod quarantine;
mod replay;
mod says;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Hints, Kit, VendorGate, clock};
use order_intake::{Balance, Differences};
use order_mapping::Maps;
use order_model::{AskedOrder, Millis, RepSparkOrderId, StepName, Vendor};
use serde::{Deserialize, Serialize};

pub use config::Config;
pub use decide::{Turn, Waits, decide};

const NAME: &str = "repspark-recover-orders";
const SOURCE: &str = repspark::RECORDS.source;

/// What the schedule, or a person, sends.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Compare now, whenever the last comparison was.
    #[serde(default)]
    pub now: bool,
    /// Only this order of RepSpark's, by its `OrderId`, as text or as a number.
    #[serde(default)]
    pub order_id: Option<AskedOrder>,
}

/// What an invocation came to.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `recovered`, `not_yet`, `settling`, `pull_running`, `no_baseline` or `paused`; of one order `taken_in`, `known`,
    /// `held`, `not_imported` or `not_found`.
    pub outcome: &'static str,
    /// Orders that RepSpark holds as Sent.
    pub sent: u64,
    /// Of those, the ones that were unknown here and are taken in now.
    pub recovered: u64,
    /// Whether the comparison saw every record.
    pub complete: bool,
    /// Where those orders stand here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance: Option<Balance>,
    /// Whether each of them has its place here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub balance_closed: Option<bool>,
    /// Those that have none, by name: at most 20 of each kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub differences: Option<Differences>,
    /// The one order that was asked for: RepSpark's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order_id: Option<String>,
    /// For a person: what was found, or why nothing was looked for, and what to do next.
    pub says: String,
}

impl Report {
    /// Nothing was looked for.
    fn only(outcome: &'static str, says: String) -> Self {
        Self {
            outcome,
            says,
            ..Self::default()
        }
    }
}

/// The function.
#[derive(Debug)]
pub struct RecoverOrders {
    kit: Kit,
    config: Config,
    hints: Hints,
    maps: Maps,
}

/// What one invocation knows.
struct Now<'a> {
    gate: &'a VendorGate,
    deadline: Deadline,
    now: Millis,
}

impl RecoverOrders {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let hints = Hints::new(kit.aws.sqs(), kit.settings, &[StepName::Import])?;
        let maps = Maps::repspark(kit.ledger.clone());
        Ok(Self {
            kit,
            config,
            hints,
            maps,
        })
    }

    /// One invocation: compares what RepSpark holds as Sent with what we know, if it is time; or takes one order in
    /// that a person asked for.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Report, Error> {
        let asked = event.order_id.as_ref().map(replay::number).transpose()?;
        let report = self.answer(asked.as_ref(), event.now, context).await?;
        Ok(Report {
            order_id: asked.map(|id| id.to_string()),
            ..report
        })
    }

    async fn answer(
        &self,
        asked: Option<&RepSparkOrderId>,
        at_once: bool,
        context: &Context,
    ) -> Result<Report, Error> {
        let (ledger, now) = (&self.kit.ledger, clock::now());
        let born = ledger.birth(&self.config.brand).await?;
        if born.is_none_or(|birth| birth.baseline.is_none()) {
            // Without a baseline every order of the former integration would look lost.
            return Ok(Report::only("no_baseline", says::NO_BASELINE.to_owned()));
        }
        let journal = ledger.journal(SOURCE).await?;
        if asked.is_none()
            && let Some((outcome, says)) = self.waits(&journal, now, at_once)
        {
            return Ok(Report::only(outcome, says));
        }
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(now, self.config.repspark.call)?;
        let gate = VendorGate::read(ledger, Vendor::RepSpark, NAME, self.config.repspark.probe_every).await?;
        if !gate.pass(now).await? {
            let says = format!("nothing was asked for: {}", gate.in_words().await?);
            return Ok(Report::only("paused", says));
        }
        let turn = Now {
            gate: &gate,
            deadline,
            now,
        };
        match asked {
            Some(id) => self.replay(id, &turn).await,
            None => self.compare(&journal, &turn).await,
        }
    }

    /// Why nothing is compared on this tick, if so.
    fn waits(&self, journal: &ledger::Journal, now: Millis, asked: bool) -> Option<(&'static str, String)> {
        let waits = Waits {
            every: self.config.every,
            settle: self.config.settle,
            skew: self.kit.ledger.pace().skew,
        };
        let turn = decide(journal, now, waits, asked);
        if turn == Turn::AtOnce {
            tracing::warn!("a pull did not come to its end: looking for what it lost");
        }
        says::waits(turn, journal, waits)
    }
}
