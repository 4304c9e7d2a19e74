//! Taking submissions in, and the hints and words that go with it.

use std::collections::BTreeSet;
use std::time::Duration;

use field_map::FieldMap;
use lambda_kit::{Error, Metric, clock};
use order_intake::{Arrival, Arrived, SubmissionRules, SubmissionTaker};
use order_model::{Millis, OrderKey, StepName, Vendor};

use crate::{PullOrders, SOURCE};

/// So many quarantined records are looked for among what comes.
const QUARANTINED: usize = 1_000;

impl PullOrders {
    /// An intake that begins now. `asked` says that a person asked for what it takes in.
    pub(crate) fn taker<'a>(
        &'a self,
        current: &'a FieldMap,
        quarantined: &'a BTreeSet<String>,
        asked: bool,
        now: Millis,
    ) -> SubmissionTaker<'a> {
        let rules = SubmissionRules {
            records: ecat::RECORDS,
            submission: ecat::submission,
            org: &self.config.org,
            current,
            zone: &self.config.time_zone,
            expires_at: now + self.config.retention,
            quarantined,
            asked,
        };
        SubmissionTaker::new(&self.kit.ledger, rules, now)
    }

    /// The ids of eCat's quarantined records that are not settled.
    pub(crate) async fn quarantined(&self) -> Result<BTreeSet<String>, Error> {
        let records = self.kit.ledger.quarantined_records(QUARANTINED).await?;
        let ours = records.into_iter().filter(|record| record.source == SOURCE);
        Ok(ours.map(|record| record.id).collect())
    }

    /// Counts what came of a batch, hints the imports that are due now, and names what needs a person. A queue that
    /// fails once is left alone: waiting for it would hold up the answer that is just arriving, and the sweep gives every
    /// hint that is missing.
    pub(crate) async fn told(&self, came: &[Arrived], hinting: &mut bool) {
        let (mut due, mut pulled) = (Vec::new(), 0);
        for one in came {
            one.tell(SOURCE);
            let Arrived::Submission { order, came_to, .. } = one else {
                continue;
            };
            if let Arrival::Entered { due: is_due, .. } = came_to {
                pulled += 1;
                due.extend(is_due.then(|| order.clone()));
            }
        }
        self.kit.metrics.count(Metric::OrdersPulled(Vendor::Ecat), pulled);
        if *hinting {
            *hinting = self.hint(&due).await;
        }
    }

    async fn hint(&self, due: &[OrderKey]) -> bool {
        let lost = self
            .hints
            .send(StepName::Import, due, clock::now(), Duration::ZERO)
            .await;
        lost == 0
    }
}
