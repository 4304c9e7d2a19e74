//! Quarantine is not knowledge: records that could not be read are asked for again, one by one, by the number that could
//! be read in them.

use std::collections::BTreeMap;
use std::time::Duration;

use lambda_kit::{Error, clock};
use ledger::{LedgerError, Quarantine};
use order_intake::Kept;
use order_model::{Admission, Millis, OrderKey, RepSparkOrderId};
use repspark::OrderStatus;

use crate::{Now, RecoverOrders, SOURCE};

/// So many are listed in one run, the oldest first.
const LISTED: usize = 1_000;
/// So many of them are looked up in the ledger in one run.
const LOOKED_UP: usize = 100;
/// So many are asked for in one run.
const ASKED: usize = 20;
const HOUR: Duration = Duration::from_secs(3600);

impl RecoverOrders {
    /// Tries the quarantined records again; returns how many orders were taken in.
    pub(crate) async fn try_quarantined(&self, turn: &Now<'_>) -> Result<u64, Error> {
        let records = self.kit.ledger.quarantined_records(LISTED).await?;
        let ours = records.iter().filter(|record| record.source == SOURCE);
        let mut named: Vec<_> = ours
            .filter_map(|record| {
                let id = RepSparkOrderId::new(&record.id).ok()?;
                let key = OrderKey::repspark(&self.config.brand, &id);
                Some((record, id, key))
            })
            .collect();
        let first = first(named.len(), turn.now, self.config.every);
        named.rotate_left(first);
        named.truncate(LOOKED_UP);
        let keys: Vec<OrderKey> = named.iter().map(|(.., key)| key.clone()).collect();
        let known = self.known(&keys).await?;
        let (mut asked, mut taken) = (0, 0);
        for (record, id, key) in named {
            if known.get(&key) == Some(&Admission::Foreign) {
                self.resolve(record, "the order is the former integration's")
                    .await?;
                continue;
            }
            let in_time = turn.deadline.covers(clock::now(), self.config.one_order);
            if asked == ASKED || !in_time || turn.gate.is_shut() {
                continue;
            }
            asked += 1;
            taken += u64::from(self.try_one(record, &id, known.contains_key(&key), turn).await?);
        }
        Ok(taken)
    }

    /// How those of these orders came in that are known. An item of a later release is known, and ours.
    async fn known(&self, keys: &[OrderKey]) -> Result<BTreeMap<OrderKey, Admission>, Error> {
        let mut known = BTreeMap::new();
        for read in self.kit.ledger.orders(keys).await? {
            match read {
                Ok(order) => drop(known.insert(order.key, order.admission)),
                Err(LedgerError::Unreadable { key, .. } | LedgerError::Newer { key, .. }) => {
                    known.extend(OrderKey::new(key).map(|key| (key, Admission::Taken)));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(known)
    }

    async fn try_one(
        &self,
        record: &Quarantine,
        id: &RepSparkOrderId,
        known: bool,
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
        if seen.status != OrderStatus::Sent && known {
            self.resolve(record, "the order is in the ledger, and not Sent any more")
                .await?;
            return Ok(false);
        }
        if seen.status != OrderStatus::Sent {
            tracing::warn!(
                quarantine.id = %id,
                status = ?seen.status,
                "order {id} is in quarantine and not Sent: replay it with {{\"order_id\": \"{id}\"}}"
            );
            return Ok(false);
        }
        match self.take_sent(&seen, turn).await? {
            Some(Kept::New(_)) => {
                let how = "the order could be read alone and was taken in";
                self.resolve(record, how).await?;
                Ok(true)
            }
            Some(Kept::Known(..)) => {
                let how = "the order could be read alone and was compared";
                self.resolve(record, how).await?;
                Ok(false)
            }
            _ => Ok(false),
        }
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

/// Which of so many records a run begins with. Records that stay broken must not starve the rest: with each interval
/// between comparisons, an hour at least, the next ones have their turn.
fn first(records: usize, now: Millis, every: Duration) -> usize {
    let turns = u128::from(now.0.unsigned_abs()) / every.max(HOUR).as_millis();
    let first = (turns * ASKED as u128).checked_rem(records as u128);
    first
        .and_then(|first| usize::try_from(first).ok())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const NOW: Millis = Millis(1_795_255_200_000);

    /// The records that runs an interval apart ask for.
    fn asked(records: usize, runs: u32, every: Duration) -> BTreeSet<usize> {
        let each = (0..runs).flat_map(|run| {
            let first = first(records, NOW + every * run, every);
            (first..first + ASKED.min(records)).map(move |place| place % records)
        });
        each.collect()
    }

    #[test]
    fn each_record_has_its_turn_however_many_stay_broken_before_it() {
        for every in [HOUR, 3 * HOUR, 24 * HOUR] {
            assert_eq!(asked(100, 5, every).len(), 100);
            assert_eq!(asked(45, 3, every).len(), 45);
        }
    }

    #[test]
    fn runs_of_one_hour_begin_with_the_same_record() {
        let every = Duration::from_secs(300);
        assert_eq!(first(100, NOW, every), first(100, NOW + 11 * every, every));
        assert_eq!(
            first(100, NOW + 12 * every, every),
            (first(100, NOW, every) + 20) % 100
        );
    }

    #[test]
    fn where_there_is_none_nothing_is_begun_with() {
        assert_eq!(first(0, NOW, HOUR), 0);
        assert_eq!(first(1, NOW, HOUR), 0);
    }
}
