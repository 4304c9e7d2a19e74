//! The erasing of an order's personal data.
//!
//! The order of the writes: each payload is named beside the order, then the state forgets its own, then the payloads
//! go, then the words of holds and the names. Wherever this breaks off, no state names a payload that is gone, and no
//! payload is left that nothing names; doing it again finishes it. Nothing is destroyed before the table of decisions
//! was asked in the write that forgets.

use ledger::{Changed, LedgerError};
use order_model::{Millis, OrderState, RawRef, StepName};

use crate::DecideOrder;
use crate::find::REPSPARK;
use crate::judge::judge;
use crate::request::Wish;
use crate::row::Came;

/// A newer payload may come so often while we forget the older one.
const TIMES: u32 = 12;
impl DecideOrder {
    /// Erases an order's payloads and the words of its holds.
    pub(crate) async fn erase(
        &self,
        order: OrderState,
        wish: &Wish,
        now: Millis,
    ) -> Result<Came, LedgerError> {
        let key = order.key.clone();
        if let Err(no) = self.forget(order, wish, now).await? {
            return Ok(Came::Refused(no));
        }
        let ledger = &self.kit.ledger;
        let mut erased: Vec<RawRef> = ledger
            .payloads(&key)
            .await?
            .into_iter()
            .map(|(raw, _)| raw)
            .collect();
        if let Some(number) = key.repspark_order(&self.config.brand) {
            let record = ledger.quarantined(REPSPARK.as_str(), number.as_str()).await?;
            erased.extend(record.map(|record| record.raw));
        }
        for raw in &erased {
            ledger.erase_raw(raw).await?;
        }
        ledger.erase_words(&key).await?;
        Ok(Came::Done(format!(
            "payloads erased: {}; the words of its holds are erased; what people wrote is kept",
            erased.len()
        )))
    }

    /// Names the payload of the state beside the order, and lets the state forget it.
    async fn forget(
        &self,
        order: OrderState,
        wish: &Wish,
        now: Millis,
    ) -> Result<Result<(), String>, LedgerError> {
        let ledger = &self.kit.ledger;
        let mut order = order;
        for _ in 0..TIMES {
            let named = order.raw.clone();
            if let Some(raw) = &named {
                ledger.name_payload(&order.key, raw, now).await?;
            }
            let mut came = Ok(());
            let changed = ledger
                .change(order, |stands| {
                    if stands.raw.is_some() && stands.raw != named {
                        return None;
                    }
                    let judged = judge(stands, wish, StepName::Import, now);
                    came = judged.as_ref().map(|_| ()).map_err(Clone::clone);
                    judged.ok().filter(|next| next.raw != stands.raw)
                })
                .await?;
            let (Changed::Written(stands) | Changed::Left(stands)) = changed;
            if came.is_err() || stands.raw.is_none() {
                return Ok(came);
            }
            // A newer payload took the place of the one that was named.
            order = *stands;
        }
        Err(LedgerError::Contended {
            key: order.key.to_string(),
            times: TIMES,
        })
    }
}
