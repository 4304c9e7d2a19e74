#![doc = include_str!("../README.md")]

mod config;
mod decide;

use std::sync::Arc;

use lambda_kit::{Context, Deadline, Error, Hints, Kit, VendorGate, clock};
use order_intake::{Ended, Kept, Rules, Taker, Tally, take_in};
use order_model::{Millis, StepName};
use repspark::{CallError, ListedStatus, OrderStream, RepSpark};
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
}

/// What an invocation came to.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// `recovered`, `not_yet`, `settling`, `pull_running`, `no_baseline` or `paused`.
    pub outcome: &'static str,
    /// Orders that RepSpark holds as Sent.
    pub sent: u64,
    /// Of those, the ones that were unknown here and are taken in now.
    pub recovered: u64,
    /// Whether the comparison saw every record.
    pub complete: bool,
}

impl Report {
    fn only(outcome: &'static str) -> Self {
        Self {
            outcome,
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
}

impl RecoverOrders {
    /// Reads the settings and makes the clients.
    pub fn new(kit: Kit) -> Result<Self, Error> {
        let config = Config::read(kit.settings)?;
        let hints = Hints::new(kit.aws.sqs(), kit.settings, &[StepName::Import])?;
        Ok(Self { kit, config, hints })
    }

    /// One invocation: compares what RepSpark holds as Sent with what we know, if it is time.
    pub async fn run(self: Arc<Self>, event: Event, context: &Context) -> Result<Report, Error> {
        let (ledger, now) = (&self.kit.ledger, clock::now());
        let pace = ledger.pace();
        let born = ledger.birth(&self.config.brand).await?;
        if born.is_none_or(|birth| birth.baseline.is_none()) {
            // Without a baseline every order of the former integration would look lost.
            return Ok(Report::only("no_baseline"));
        }
        let journal = ledger.journal(SOURCE).await?;
        let waits = Waits {
            every: self.config.every,
            settle: self.config.settle,
            skew: pace.skew,
        };
        match decide(&journal, now, waits, event.now) {
            Turn::PullRunning => return Ok(Report::only("pull_running")),
            Turn::Settling => return Ok(Report::only("settling")),
            Turn::NotYet => return Ok(Report::only("not_yet")),
            Turn::AtOnce => tracing::warn!("a pull did not come to its end: looking for what it lost"),
            Turn::Regular => {}
        }
        let deadline = Deadline::of(context, pace);
        deadline.must_cover(now, self.config.repspark.call)?;
        let gate = VendorGate::read(ledger, "repspark", NAME, self.config.repspark.probe_every).await?;
        if !gate.pass(now).await? {
            return Ok(Report::only("paused"));
        }
        let (tally, complete) = self.compare(&gate, deadline, now).await?;
        if complete {
            ledger.note_recovery(SOURCE, &journal, now).await?;
        }
        gate.answered().await;
        tracing::info!(
            records = tally.records,
            recovered = tally.new,
            quarantined = tally.quarantined,
            complete,
            duration_ms = clock::now().since(now).as_millis(),
            "compared with what RepSpark holds as Sent"
        );
        Ok(Report {
            outcome: "recovered",
            sent: tally.records,
            recovered: tally.new,
            complete,
        })
    }

    async fn compare(
        &self,
        gate: &VendorGate,
        deadline: Deadline,
        now: Millis,
    ) -> Result<(Tally, bool), Error> {
        let mut answer = self.list(gate).await?;
        let key_of = repspark::key_of(&self.config.brand);
        let rules = Rules {
            records: repspark::RECORDS,
            key_of: &key_of,
            compare: None,
            expires_at: now + self.config.retention,
            foreign: false,
            repeatable: true,
        };
        let mut taker = Taker::new(&self.kit.ledger, rules, now);
        let in_time = || deadline.covers(clock::now(), self.config.repspark.call);
        let told = async |kept: &[Kept]| self.told(kept).await;
        let first_key = repspark::RECORDS.first_key;
        let ended = take_in(
            &mut taker,
            first_key,
            async || answer.chunk().await,
            in_time,
            told,
        )
        .await;
        // A list that came whole and ends in a broken record is seen whole: that record is in quarantine.
        let complete = matches!(ended, Ended::Complete | Ended::CutShort);
        if !complete {
            let what = ended.in_words(taker.fault.as_ref());
            tracing::error!(
                records = taker.tally.records,
                what,
                "the comparison is not complete: the next run makes it again"
            );
        }
        Ok((taker.tally, complete))
    }

    async fn told(&self, kept: &[Kept]) {
        let mut new = Vec::new();
        for one in kept {
            match one {
                Kept::New(key) => {
                    tracing::warn!(order.id = %key, "order {key} was Sent at RepSpark and unknown here: taken in");
                    new.push(key.clone());
                }
                other => other.tell(SOURCE),
            }
        }
        self.hints
            .send(StepName::Import, &new, clock::now(), std::time::Duration::ZERO)
            .await;
    }

    async fn list(&self, gate: &VendorGate) -> Result<OrderStream, Error> {
        let repspark = &self.config.repspark;
        let call = async |credentials| {
            let client = RepSpark::new(
                self.kit.http.clone(),
                &repspark.base_url,
                credentials,
                repspark.call,
            );
            client.orders(ListedStatus::Sent).await
        };
        let refused = |answer: &Result<_, CallError>| matches!(answer, Err(CallError::Unauthorized { .. }));
        Ok(self
            .kit
            .call_twice(gate, &repspark.secret, call, refused)
            .await??)
    }
}
