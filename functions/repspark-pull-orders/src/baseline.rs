//! The baseline: on the first day RepSpark holds months of Sent orders that the integration before us imported.
//!
//! They are read once, before the first destructive read, and stored as foreign: counted, never imported unless a
//! person adopts them. A baseline that could not be taken whole is not taken at all, and nothing is pulled.

use lambda_kit::{Deadline, Error, VendorGate, clock};
use ledger::Birth;
use order_intake::{Ended, Read, Rules, Taker, Tally, take_in};
use order_model::Vendor;
use repspark::{CallError, ListedStatus};

use crate::{PullOrders, SOURCE};

/// Why there is no baseline yet. Nothing was pulled.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// RepSpark's list of Sent orders did not come whole.
    #[error(
        "the baseline was not taken, and nothing was pulled: RepSpark's list of Sent orders {0}. The next run tries again"
    )]
    Incomplete(String),
    /// Records without a readable number can't be told from orders of ours later.
    #[error(
        "the baseline was not taken, and nothing was pulled: {0} of the Sent records have no readable OrderId (they are in \
         quarantine). Look at them, then invoke with {{\"baseline\": true, \"accept_nameless\": true}}"
    )]
    Nameless(u64),
}

impl PullOrders {
    /// Takes the baseline under our journal, and returns how many foreign orders there are.
    pub(crate) async fn baseline(
        &self,
        birth: &Birth,
        gate: &VendorGate,
        deadline: Deadline,
        accept_nameless: bool,
        owner: &str,
    ) -> Result<u64, Error> {
        let taken = self.take_baseline(gate, deadline, accept_nameless).await;
        match taken {
            Ok(tally) => {
                self.kit
                    .ledger
                    .complete_baseline(birth, clock::now(), tally.foreign)
                    .await?;
                tracing::info!(
                    foreign = tally.foreign,
                    "baseline taken: these orders are the former integration's"
                );
                Ok(tally.foreign)
            }
            Err(error) => {
                // Nothing destructive was asked for, so there is nothing to recover.
                self.kit
                    .ledger
                    .close_journal(SOURCE, owner, clock::now(), true, 0)
                    .await?;
                Err(error)
            }
        }
    }

    async fn take_baseline(
        &self,
        gate: &VendorGate,
        deadline: Deadline,
        accept: bool,
    ) -> Result<Tally, Error> {
        let mut answer = self.list(ListedStatus::Sent, gate).await?;
        let now = clock::now();
        let key_of = repspark::key_of(&self.config.brand);
        let rules = Rules {
            records: repspark::RECORDS,
            key_of: &key_of,
            read: Read::Baseline,
            expires_at: now + self.config.retention,
        };
        let mut taker = Taker::new(&self.kit.ledger, rules, now);
        let in_time = || deadline.covers(clock::now(), self.config.repspark.call);
        let first_key = repspark::RECORDS.first_key;
        let ended = take_in(
            &mut taker,
            first_key,
            async || answer.chunk().await,
            in_time,
            async |_| {},
        )
        .await;
        self.kit
            .metrics
            .failed(Vendor::RepSpark, ended.fault(CallError::fault));
        match ended {
            Ended::Complete if taker.tally.nameless > 0 && !accept => {
                Err(BaselineError::Nameless(taker.tally.nameless).into())
            }
            Ended::Complete => Ok(taker.tally),
            other => Err(BaselineError::Incomplete(other.in_words(taker.fault.as_ref())).into()),
        }
    }
}
