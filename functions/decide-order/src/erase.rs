//! The erasing of an order's personal data.
//!
//! The order of the writes: each payload is named beside the order, then the state forgets its own, then the payloads
//! go, then what waits to be said of the lines, then the parcels, the words of holds and the names. Wherever this breaks
//! off, no state needs a payload that is gone, and no payload is left that nothing names; doing it again finishes it. The
//! submissions of an eCat order keep the names of their payloads for ever: by these they are known when they come again.
//! Nothing is destroyed before the table of decisions was asked in the write that forgets.

use std::collections::BTreeSet;

use ledger::{Changed, LedgerError};
use order_model::{
    EcatId, EcatOrderNumber, EcatOrg, EcatUuid, ErpKey, Millis, OrderKey, OrderState, Origin, RawRef,
    StepName, Submission,
};

use crate::DecideOrder;
use crate::find::{ECAT, REPSPARK};
use crate::judge::judge;
use crate::payload::{ecat_id, ecat_uuid, order_number};
use crate::request::Wish;
use crate::row::Came;

/// A newer payload may come so often while we forget the older one.
const TIMES: u32 = 12;

/// A payload's name, and the number of its items.
type Place = (String, u32);

fn place(raw: &RawRef) -> Place {
    (raw.hash.clone(), raw.chunks)
}

/// The keys of all orders that an eCat payload may belong to: that of its uuid, and those that its submission may have.
fn keys_of(key: &OrderKey, payload: &[u8]) -> Vec<OrderKey> {
    let names = || {
        let org = EcatOrg::new(key.account()).ok()?;
        let submission = Submission {
            number: EcatOrderNumber::new(order_number(payload)?).ok()?,
            uuid: EcatUuid::new(&ecat_uuid(payload)?).ok()?,
            id: EcatId(ecat_id(payload)?),
        };
        Some((org, submission))
    };
    let Some((org, submission)) = names() else {
        return Vec::new();
    };
    vec![
        OrderKey::ecat(&org, &submission.uuid),
        ErpKey::ecat(&org, &submission.number).into(),
        ErpKey::ecat_colliding(&org, &submission).into(),
    ]
}

impl DecideOrder {
    /// Erases an order's payloads and the words of its holds.
    pub(crate) async fn erase(
        &self,
        order: OrderState,
        wish: &Wish,
        now: Millis,
    ) -> Result<Came, LedgerError> {
        let (key, seen) = (order.key.clone(), order.clone());
        if let Err(no) = self.forget(order, wish, now).await? {
            return Ok(Came::Refused(no));
        }
        let ledger = &self.kit.ledger;
        let erased = self.erasable(&key).await?;
        for (hash, chunks) in &erased {
            let raw = RawRef {
                hash: hash.clone(),
                chunks: *chunks,
            };
            ledger.erase_raw(&raw).await?;
        }
        let lines = match self.drop_waiting(&seen).await? {
            true => "; what waits to be said of its lines is forgotten",
            false => "",
        };
        ledger.erase_words(&key).await?;
        Ok(Came::Done(format!(
            "payloads erased: {}; the words of its holds are erased{lines}; what people wrote is kept",
            erased.len()
        )))
    }

    /// The payloads of an order that nobody needs any more: its own, earlier and offered ones, those of its submissions, and
    /// that of the quarantined record of the same number. A submission that became an order of its own is erased with
    /// that one.
    async fn erasable(&self, key: &OrderKey) -> Result<BTreeSet<Place>, LedgerError> {
        let ledger = &self.kit.ledger;
        let named = ledger.payloads(key).await?;
        let mut all: BTreeSet<Place> = named.iter().map(|(raw, _)| place(raw)).collect();
        let mut kept = BTreeSet::new();
        // What came since the state forgot its own is not meant.
        if let Some(stands) = ledger.order(key).await? {
            all.extend(stands.versions.iter().map(|version| place(&version.raw)));
            kept.extend(stands.wanted_payloads().map(place));
            let own = stands.versions.iter().map(|version| OrderKey::from(&version.key));
            kept.extend(self.wanted_of(&own.collect::<Vec<_>>()).await?);
        }
        if key.origin() == Origin::Ecat {
            self.erasable_of_ecat(key, &mut all, &mut kept).await?;
        }
        if let Some(number) = key.repspark_order(&self.config.brand) {
            let record = ledger.quarantined(REPSPARK.as_str(), number.as_str()).await?;
            all.extend(record.map(|record| place(&record.raw)));
        }
        Ok(all.difference(&kept).cloned().collect())
    }

    /// Adds the payloads of quarantined records of the same numbers, and finds out which belong to other orders.
    async fn erasable_of_ecat(
        &self,
        key: &OrderKey,
        all: &mut BTreeSet<Place>,
        kept: &mut BTreeSet<Place>,
    ) -> Result<(), LedgerError> {
        let ledger = &self.kit.ledger;
        for (hash, chunks) in all.clone() {
            let raw = RawRef { hash, chunks };
            let Some(payload) = self.payload_of(&raw).await? else {
                continue;
            };
            if let Some(number) = order_number(&payload) {
                let record = ledger.quarantined(ECAT.as_str(), &number).await?;
                all.extend(record.map(|record| place(&record.raw)));
            }
            let others = keys_of(key, &payload).into_iter().filter(|other| other != key);
            let others: Vec<OrderKey> = others.collect();
            kept.extend(self.wanted_of(&others).await?);
        }
        Ok(())
    }

    /// The payloads that these orders want.
    async fn wanted_of(&self, orders: &[OrderKey]) -> Result<BTreeSet<Place>, LedgerError> {
        let mut wanted = BTreeSet::new();
        if orders.is_empty() {
            return Ok(wanted);
        }
        for order in self.kit.ledger.orders(orders).await? {
            wanted.extend(order?.wanted_payloads().map(place));
        }
        Ok(wanted)
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
