//! Quarantine is not knowledge: records that could not be read are asked for again, one by one, by the number that could
//! be read in them.

use lambda_kit::{Error, clock};
use ledger::Quarantine;
use order_intake::Kept;
use order_model::{ErpKey, RepSparkOrderId};
use repspark::OrderStatus;

use crate::{Now, RecoverOrders, SOURCE};

/// So many are looked up in one run; records that stay broken keep their place, and the oldest are first.
const LOOKED_UP: usize = 100;
/// So many are asked for in one run.
const ASKED: usize = 20;

impl RecoverOrders {
    /// Tries the quarantined records again; returns how many orders were taken in.
    pub(crate) async fn try_quarantined(&self, turn: &Now<'_>) -> Result<u64, Error> {
        let records = self.kit.ledger.quarantined_records(LOOKED_UP).await?;
        let named = records
            .iter()
            .filter(|record| record.source == SOURCE)
            .filter_map(|record| Some((record, RepSparkOrderId::new(&record.id).ok()?)));
        let (mut asked, mut taken) = (0, 0);
        for (record, id) in named {
            let key = ErpKey::repspark(&self.config.brand, &id);
            if !self
                .kit
                .ledger
                .known(std::slice::from_ref(&key))
                .await?
                .is_empty()
            {
                self.resolve(record, "the order is in the ledger").await?;
                continue;
            }
            let in_time = turn.deadline.covers(clock::now(), self.config.one_order);
            if asked == ASKED || !in_time || turn.gate.is_shut() {
                continue;
            }
            asked += 1;
            taken += u64::from(self.try_one(record, &id, turn).await?);
        }
        Ok(taken)
    }

    async fn try_one(
        &self,
        record: &Quarantine,
        id: &RepSparkOrderId,
        turn: &Now<'_>,
    ) -> Result<bool, Error> {
        let seen = match self.order(id, turn).await {
            Ok(Some(seen)) => seen,
            Ok(None) => return Ok(false),
            Err(error) => {
                tracing::warn!(
                    quarantine.id = %id,
                    "quarantined record {id} could not be read again: {error}"
                );
                return Ok(false);
            }
        };
        if seen.status != OrderStatus::Sent {
            tracing::warn!(
                quarantine.id = %id,
                status = ?seen.status,
                "order {id} is in quarantine and not Sent: replay it with {{\"order_id\": \"{id}\"}}"
            );
            return Ok(false);
        }
        let taken = matches!(self.take_sent(&seen, turn).await?, Some(Kept::New(_)));
        if taken {
            self.resolve(record, "the order could be read alone and was taken in")
                .await?;
        }
        Ok(taken)
    }

    async fn resolve(&self, record: &Quarantine, how: &str) -> Result<(), Error> {
        let ledger = &self.kit.ledger;
        if ledger
            .resolve_quarantine(&record.source, &record.id, how, clock::now())
            .await?
        {
            tracing::info!(
                quarantine.id = record.id,
                "quarantined record {} is settled: {how}",
                record.id
            );
        }
        Ok(())
    }
}
