#![doc = include_str!("../README.md")]

mod baseline;
mod config;
mod pull;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Hints, Kit, VendorGate, clock};
use ledger::Opening;
use order_mapping::Maps;
use order_model::{StepName, Vendor};
use serde::{Deserialize, Serialize};

pub use baseline::BaselineError;
pub use config::Config;

/// The name of this function, and of its source's journal.
const NAME: &str = "repspark-pull-orders";
const SOURCE: &str = repspark::RECORDS.source;

/// What the schedule, or a person, sends. A misspelt word must not run the destructive read.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Take the baseline and stop before the destructive read.
    #[serde(default)]
    pub baseline: bool,
    /// A person has looked at the records that the baseline could not name, and says that they may be passed over.
    #[serde(default)]
    pub accept_nameless: bool,
}

/// What an invocation came to; also the answer to a person who invokes it.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `pulled`, `baseline_taken`, `paused` or `another_pull_is_running`.
    pub outcome: &'static str,
    /// Records made durable.
    pub records: u64,
    /// New orders.
    pub new: u64,
    /// Foreign orders found by the baseline of this invocation.
    pub foreign: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Whether everything that RepSpark gave is durable; if not, recovery has the rest.
    pub complete: bool,
    /// Why nothing was pulled, until when, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub says: Option<String>,
}

/// The function.
#[derive(Debug)]
pub struct PullOrders {
    kit: Kit,
    config: Config,
    hints: Hints,
    maps: Maps,
}

impl PullOrders {
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

    /// One invocation: the journal, the baseline if there is none yet, the destructive read.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Report, Error> {
        let (ledger, now) = (&self.kit.ledger, clock::now());
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(now, self.config.repspark.call)?;
        ledger.be_born(&self.config.brand, now).await?;
        let gate = VendorGate::read(ledger, Vendor::RepSpark, NAME, self.config.repspark.probe_every).await?;
        let (opening, owner) = ledger.open_journal(SOURCE, now, deadline.at()).await?;
        if let Opening::Busy(until) = opening {
            tracing::info!(%until, "nothing pulled: another pull is running");
            return Ok(Report {
                outcome: "another_pull_is_running",
                says: Some(format!(
                    "nothing was pulled: another pull is running, until {until} at the latest. Invoke this again after that"
                )),
                ..Report::default()
            });
        }
        if !gate.pass(clock::now()).await? {
            tracing::warn!(vendor = "repspark", "nothing pulled: the vendor is paused");
            ledger
                .close_journal(SOURCE, &owner, clock::now(), true, 0)
                .await?;
            return Ok(Report {
                outcome: "paused",
                says: Some(format!("nothing was pulled: {}", gate.in_words().await?)),
                ..Report::default()
            });
        }
        // Read under the lock: another run may have taken the baseline, and pulled, while this one waited for it.
        let birth = ledger.be_born(&self.config.brand, now).await?;
        let foreign = match birth.baseline {
            Some(_) => 0,
            None => {
                self.baseline(&birth, &gate, deadline, event.accept_nameless, &owner)
                    .await?
            }
        };
        if event.baseline {
            ledger
                .close_journal(SOURCE, &owner, clock::now(), true, 0)
                .await?;
            return Ok(Report {
                outcome: "baseline_taken",
                foreign,
                complete: true,
                ..Report::default()
            });
        }
        self.pull(&gate, deadline, &owner, foreign).await
    }
}
