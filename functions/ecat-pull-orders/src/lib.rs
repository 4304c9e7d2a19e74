#![doc = include_str!("../README.md")]

mod config;
mod marker;
mod numbers;
mod pull;
mod replay;
mod taking;

use std::sync::Arc;

use ecat::Ecat;
use lambda_kit::{Context, Deadline, Error, Hints, Kit, VendorGate, clock};
use ledger::{Birth, Opening};
use order_mapping::Maps;
use order_model::{AskedOrder, StepName, Vendor};
use serde::{Deserialize, Serialize};

pub use config::{Config, NoImportFrom};
pub use replay::NotReplayed;

/// The name of this function, and of its source's journal.
const NAME: &str = "ecat-pull-orders";
const SOURCE: &str = ecat::RECORDS.source;

/// What the schedule, or a person, sends.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// Read this one submission again, by eCat's `id`, whether or not it is marked received.
    #[serde(default)]
    pub ecat_id: Option<AskedOrder>,
}

/// What an invocation came to; also the answer to a person who invokes it.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `pulled`, `replayed`, `paused` or `another_pull_is_running`.
    pub outcome: &'static str,
    /// Records that are durable.
    pub records: u64,
    /// Submissions of orders that were not known.
    pub new: u64,
    /// New submissions of known orders.
    pub resubmitted: u64,
    /// Submissions because of which something waits for a person.
    pub held: u64,
    /// Records in quarantine.
    pub quarantined: u64,
    /// Submissions that eCat marked as received.
    pub marked: u64,
    /// Submissions that it did not mark, or said nothing about. They come again.
    pub not_marked: u64,
    /// Whether everything that eCat has was read and is durable. The rest comes with the next pull.
    pub complete: bool,
    /// Why nothing was pulled, until when, and what to do; of a replay, what became of the submission.
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
        let maps = Maps::ecat(kit.ledger.clone());
        Ok(Self {
            kit,
            config,
            hints,
            maps,
        })
    }

    /// One invocation: one submission that a person names, or the list of all new ones.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Report, Error> {
        let (ledger, now, config) = (&self.kit.ledger, clock::now(), &self.config);
        let deadline = Deadline::of(context, ledger.pace());
        deadline.must_cover(now, config.between + config.ecat.call)?;
        let birth = ledger.be_born(&config.brand, now).await?;
        // It is bound when eCat has answered for it: a name with a slip in it must not stay for ever.
        birth.is_of_ecat(&config.org)?;
        let gate = VendorGate::read(ledger, Vendor::Ecat, NAME, config.ecat.probe_every).await?;
        if let Some(asked) = &event.ecat_id {
            return self.replay(asked, &gate, &birth).await;
        }
        // Two pulls at once would take the same orders in twice, which is harmless, and mark each of them twice, which
        // nobody documents.
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
        let pulled = self.pull(&gate, &birth, deadline).await;
        let (complete, records) = match &pulled {
            Ok(report) => (report.complete, report.records),
            Err(_) => (false, 0),
        };
        ledger
            .close_journal(SOURCE, &owner, clock::now(), complete, records)
            .await?;
        pulled
    }

    /// What an invocation answers that finds eCat paused.
    async fn paused(&self, gate: &VendorGate) -> Result<Report, Error> {
        tracing::warn!(vendor = "ecat", "nothing pulled: the vendor is paused");
        Ok(Report {
            outcome: "paused",
            says: Some(format!("nothing was pulled: {}", gate.in_words().await?)),
            ..Report::default()
        })
    }

    /// Binds the ledger to the organisation that eCat has answered for, before anything of it is taken in.
    async fn bind(&self, birth: &Birth) -> Result<(), Error> {
        let (ledger, config) = (&self.kit.ledger, &self.config);
        Ok(ledger.bind_ecat(birth, &config.org, &config.brand).await?)
    }

    fn client(&self, credentials: ecat::Credentials) -> Ecat {
        let (ecat, http) = (&self.config.ecat, self.kit.http.clone());
        Ecat::new(
            http,
            &ecat.base_url,
            &self.config.org,
            credentials,
            ecat.call,
            self.config.between,
        )
    }
}
