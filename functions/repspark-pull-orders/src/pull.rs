//! The destructive read: `statusId=1` flips every order it names to Sent, before we have it.

use std::sync::Arc;
use std::time::Duration;

use field_map::FieldMap;
use lambda_kit::{Deadline, Error, Metric, VendorGate, clock};
use order_intake::{Desk, Ended, Kept, Read, Rules, Taker, Tally, take_in};
use order_model::{StepName, Vendor, understood};
use repspark::{CallError, ListedStatus, OrderStream, RepSpark, fault};

use crate::{PullOrders, Report, SOURCE};

impl PullOrders {
    /// Reads the submitted orders under our journal and takes them in.
    pub(crate) async fn pull(
        &self,
        gate: &VendorGate,
        deadline: Deadline,
        owner: &str,
        foreign: u64,
    ) -> Result<Report, Error> {
        let ledger = &self.kit.ledger;
        let (current, mut answer) = match self.begin(gate).await {
            Ok(begun) => begun,
            Err(error) => {
                // Unless the call surely came to nothing, RepSpark may have flipped orders that it never showed us.
                let nothing = error.downcast_ref::<CallError>().is_none_or(surely_nothing);
                ledger
                    .close_journal(SOURCE, owner, clock::now(), nothing, 0)
                    .await?;
                return Err(error);
            }
        };
        let now = clock::now();
        let key_of = repspark::key_of(&self.config.brand);
        let desk = Desk {
            maps: &self.maps,
            current: &current,
            zone: &self.config.time_zone,
        };
        let rules = Rules {
            records: repspark::RECORDS,
            key_of: &key_of,
            read: Read::Submitted(desk),
            expires_at: now + self.config.retention,
        };
        let mut taker = Taker::new(ledger, rules, now);
        let in_time = || deadline.covers(clock::now(), self.config.repspark.call);
        let mut hinting = true;
        let told = async |kept: &[Kept]| self.told(kept, &mut hinting).await;
        let ended = take_in(
            &mut taker,
            repspark::RECORDS.first_key,
            async || answer.chunk().await,
            in_time,
            told,
        )
        .await;
        let fault = ended.fault(CallError::fault);
        self.kit.metrics.failed(Vendor::RepSpark, fault);
        let complete = matches!(ended, Ended::Complete);
        if !complete {
            tell_incomplete(&ended, &taker);
        }
        ledger
            .close_journal(SOURCE, owner, clock::now(), complete, taker.tally.records)
            .await?;
        if complete {
            self.kit.metrics.count(Metric::PullsDone(Vendor::RepSpark), 1);
        }
        // A list that broke off, or is none, does not end a pause.
        if understood(fault) {
            gate.answered().await;
        }
        Ok(report(&taker.tally, foreign, complete, clock::now().since(now)))
    }

    /// What known orders are compared with, read before the destructive read: nothing of ours may fail after it.
    async fn begin(&self, gate: &VendorGate) -> Result<(Arc<FieldMap>, OrderStream), Error> {
        let current = self.maps.for_comparing().await?;
        Ok((current, self.list(ListedStatus::Submitted, gate).await?))
    }

    /// Counts and hints the new orders of a batch, and names what needs a person. A queue that fails once is left alone: waiting for
    /// it would hold up the answer that is just arriving, and the sweep gives every hint that is missing.
    async fn told(&self, kept: &[Kept], hinting: &mut bool) {
        let mut new = Vec::with_capacity(kept.len());
        for one in kept {
            match one {
                Kept::New(key) => new.push(key.clone()),
                other => other.tell(SOURCE),
            }
        }
        self.kit
            .metrics
            .count(Metric::OrdersPulled(Vendor::RepSpark), new.len() as u64);
        if *hinting {
            let lost = self
                .hints
                .send(StepName::Import, &new, clock::now(), Duration::ZERO)
                .await;
            *hinting = lost == 0;
        }
    }

    /// Asks for a list.
    pub(crate) async fn list(&self, status: ListedStatus, gate: &VendorGate) -> Result<OrderStream, Error> {
        let repspark = &self.config.repspark;
        let call = async |credentials| {
            RepSpark::new(
                self.kit.http.clone(),
                &repspark.base_url,
                credentials,
                repspark.call,
            )
            .orders(status)
            .await
        };
        Ok(self.kit.call_twice(gate, &repspark.secret, call, fault).await??)
    }
}

/// Says why a pull did not see or keep everything.
fn tell_incomplete(ended: &Ended<CallError>, taker: &Taker<'_>) {
    let what = ended.in_words(taker.fault.as_ref());
    let (records, lost) = (taker.tally.records, taker.tally.lost);
    tracing::error!(
        records,
        lost,
        what,
        "the pull is not complete: recovery has the rest"
    );
}

/// Says what a pull came to, in the log and to whoever invoked it.
fn report(tally: &Tally, foreign: u64, complete: bool, took: Duration) -> Report {
    tracing::info!(
        records = tally.records,
        new = tally.new,
        known = tally.known,
        held = tally.held,
        quarantined = tally.quarantined,
        duration_ms = clock::whole_ms(took),
        "pulled"
    );
    let (records, new, quarantined) = (tally.records, tally.new, tally.quarantined);
    Report {
        outcome: "pulled",
        records,
        new,
        foreign,
        quarantined,
        complete,
        says: None,
    }
}

/// Whether a list that was not given was surely not begun either.
fn surely_nothing(error: &CallError) -> bool {
    matches!(
        error,
        CallError::NotSent { .. } | CallError::Unauthorized { .. } | CallError::Misconfigured { .. }
    )
}
