//! Rows from the queue that can't be taken: kept as they came, named and counted, until a person has looked.

use ledger::{Quarantine, Quarantined, Raw};
use order_fulfilment::TakeError;
use order_model::Millis;

use crate::RecordFulfilment;

/// The source of such records, in their names: `fulfilment#<id>`.
const SOURCE: &str = "fulfilment";

impl RecordFulfilment {
    /// Quarantines a row, or a whole message. `place` is the row's in its message, from 1.
    pub(crate) async fn quarantine(
        &self,
        bytes: &[u8],
        place: u64,
        fault: &str,
        now: Millis,
    ) -> Result<(), TakeError> {
        let raw = Raw::of(bytes);
        let ledger = &self.kit.ledger;
        ledger
            .keep_raw(std::slice::from_ref(&raw), now + self.config.retention)
            .await?;
        let record = Quarantine {
            source: SOURCE.to_owned(),
            id: raw.place().hash.clone(),
            raw: raw.place().clone(),
            place,
            fault: fault.to_owned(),
            at: now,
            resolved: None,
        };
        if ledger.quarantine(&record).await? == Quarantined::New {
            tracing::error!(
                record.id = record.id,
                "a row of a fulfilment message was not taken, and waits for a person: decide-order shows {SOURCE}#{} and why",
                record.id
            );
        }
        Ok(())
    }
}
