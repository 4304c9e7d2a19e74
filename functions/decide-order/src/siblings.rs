//! What has to be known of an order's other submissions before one of them is decided about.

use std::collections::BTreeMap;

use field_map::FieldMap;
use ledger::LedgerError;
use order_mapping::context;
use order_model::versions::{Asked, Standing, Version};
use order_model::{Decision, EcatId, ErpKey, Kind, Order, OrderKey, OrderState, Origin, RawRef, StepName};

use crate::DecideOrder;
use crate::request::Wish;
use crate::submission::is_rearranged;

/// The orders of their own that submissions became, by their keys.
pub(crate) type Owns = BTreeMap<ErpKey, OrderState>;

/// What is known of the submissions of an order.
#[derive(Debug, Default)]
pub(crate) struct Siblings {
    said: BTreeMap<EcatId, Order>,
    /// Whether what they say was read.
    pub(crate) read: bool,
    /// The key of the newest older one that the ERP has.
    pub(crate) revises: Option<ErpKey>,
}

impl Siblings {
    /// Asks the model about one of them, with what is known here.
    pub(crate) fn ask<T>(&self, wish: &Wish, id: EcatId, ask: impl FnOnce(&Asked<'_, '_>) -> T) -> T {
        ask(&Asked {
            decision: wish.decision,
            id,
            reference: wish.reference.as_ref(),
            revises: self.revises.as_ref(),
            orders: &|id| self.said.get(&id),
        })
    }
}

impl DecideOrder {
    /// Reads what a decision about a submission needs, and nothing that it does not need.
    pub(crate) async fn siblings(
        &self,
        order: &OrderState,
        id: EcatId,
        decision: Decision,
    ) -> Result<Siblings, LedgerError> {
        let mut known = Siblings::default();
        if is_rearranged(order) {
            known.said = self.said(order).await?;
            known.read = true;
        }
        if decision == Decision::ImportAsRevision {
            known.revises = newest_older_at_the_erp(order, &self.owns(order).await?, id);
        }
        Ok(known)
    }

    /// The same for an order of its own that was no room for among its siblings, and the id that it has.
    pub(crate) async fn siblings_of_own(&self, own: &OrderState) -> Result<(Siblings, EcatId), LedgerError> {
        let mut known = Siblings::default();
        let Some((family, id)) = self.family(own).await? else {
            return Ok((known, EcatId(0)));
        };
        known.revises = newest_older_at_the_erp(&family, &self.owns(&family).await?, id);
        Ok((known, id))
    }

    /// The order of the uuid that an order of its own came from, and which of its submissions it is.
    pub(crate) async fn family(&self, own: &OrderState) -> Result<Option<(OrderState, EcatId)>, LedgerError> {
        let ledger = &self.kit.ledger;
        let Some(key) = own.key.erp_key().filter(|_| own.key.origin() == Origin::Ecat) else {
            return Ok(None);
        };
        let Some(holder) = ledger.holder(&key).await? else {
            return Ok(None);
        };
        let family = ledger.order(&holder.order).await?;
        Ok(family.map(|family| (family, holder.id)))
    }

    /// The orders of their own that submissions of this order became, or are becoming.
    pub(crate) async fn owns(&self, order: &OrderState) -> Result<Owns, LedgerError> {
        let is_gone = |version: &&Version| matches!(version.standing, Standing::Decided | Standing::Leaving);
        let gone = order.versions.iter().filter(is_gone);
        let keys: Vec<OrderKey> = gone.map(|version| OrderKey::from(&version.key)).collect();
        let mut owns = Owns::new();
        if keys.is_empty() {
            return Ok(owns);
        }
        for own in self.kit.ledger.orders(&keys).await? {
            let own = own?;
            owns.extend(own.key.erp_key().map(|key| (key, own)));
        }
        Ok(owns)
    }

    /// What each submission says, mapped with the current map as the intake does; one that does not map, or whose payload
    /// is gone, is absent.
    async fn said(&self, order: &OrderState) -> Result<BTreeMap<EcatId, Order>, LedgerError> {
        let map = self.maps.of(order.key.origin()).for_comparing().await?;
        let mut said = BTreeMap::new();
        for version in &order.versions {
            let says = self.mapped(&map, &version.key, &version.raw).await?;
            said.extend(says.map(|order| (version.id, order)));
        }
        Ok(said)
    }

    async fn mapped(
        &self,
        map: &FieldMap,
        key: &ErpKey,
        place: &RawRef,
    ) -> Result<Option<Order>, LedgerError> {
        let payload = self.payload_of(place).await?;
        let raw = payload.and_then(|payload| serde_json::from_slice(&payload).ok());
        let context = context(key.clone(), &self.config.time_zone);
        Ok(raw.and_then(|raw| map.apply(&raw, &context).ok()))
    }

    /// A payload; none if it is gone or can't be unpacked.
    pub(crate) async fn payload_of(&self, place: &RawRef) -> Result<Option<Vec<u8>>, LedgerError> {
        match self.kit.ledger.raw(place).await {
            Err(LedgerError::Unreadable { .. }) => Ok(None),
            read => read,
        }
    }
}

/// The key of the newest submission older than this one that the ERP has: the current one, or one that became an order
/// of its own.
pub(crate) fn newest_older_at_the_erp(order: &OrderState, owns: &Owns, id: EcatId) -> Option<ErpKey> {
    let is_done = |order: &OrderState| order.step(StepName::Import).kind() == Kind::Done;
    let is_there = |version: &&Version| match version.standing {
        Standing::Current => is_done(order),
        Standing::Decided | Standing::Leaving => owns.get(&version.key).is_some_and(is_done),
        Standing::Superseded | Standing::Waiting | Standing::Held => false,
    };
    let older = order.versions.iter().filter(|version| version.id < id);
    let newest = older.filter(is_there).max_by_key(|version| version.id);
    newest.map(|version| version.key.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use order_model::{ErpReference, Millis, Pace};
    use std::time::Duration;

    const PACE: Pace = Pace {
        grace: Duration::from_secs(900),
        skew: Duration::from_secs(10),
    };

    fn taken(key: &str) -> OrderState {
        let raw = RawRef {
            hash: "ab".into(),
            chunks: 1,
        };
        OrderState::taken(OrderKey::new(key).unwrap(), raw, Millis(0), PACE)
    }

    fn done(order: &OrderState) -> OrderState {
        let number = ErpReference::new("SO1").unwrap();
        let done = order.decide(Decision::Complete, StepName::Import, Some(&number), Millis(5));
        done.unwrap()
    }

    fn family(standings: &[Standing]) -> OrderState {
        let mut order = taken("EC-DEMO-9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3");
        for (id, standing) in (1..).zip(standings) {
            order.versions.push(Version {
                id: EcatId(id),
                key: ErpKey::new(format!("EC-DEMO-N-{id}")).unwrap(),
                key_taken: false,
                raw: order.raw.clone().unwrap(),
                standing: *standing,
            });
        }
        order
    }

    fn revised(order: &OrderState, owns: &[OrderState], id: u64) -> Option<String> {
        let owns = owns.iter().map(|own| (own.key.erp_key().unwrap(), own.clone()));
        newest_older_at_the_erp(order, &owns.collect(), EcatId(id)).map(String::from)
    }

    #[test]
    fn a_revision_revises_the_newest_older_submission_that_the_erp_has() {
        use Standing::{Current, Decided, Held, Superseded};
        let order = family(&[Superseded, Current, Decided, Held, Held]);
        let own = taken("EC-DEMO-N-3");
        assert_eq!(revised(&order, &[], 4), None, "nothing is imported yet");
        assert_eq!(revised(&order, std::slice::from_ref(&own), 4), None);
        assert_eq!(revised(&order, &[done(&own)], 4).as_deref(), Some("EC-DEMO-N-3"));
        let imported = done(&order);
        assert_eq!(
            revised(&imported, &[], 5).as_deref(),
            Some("EC-DEMO-N-2"),
            "the third was discarded"
        );
        assert_eq!(
            revised(&imported, &[done(&own)], 5).as_deref(),
            Some("EC-DEMO-N-3")
        );
    }

    #[test]
    fn nothing_is_a_revision_of_a_newer_submission() {
        let order = done(&family(&[Standing::Held, Standing::Current]));
        assert_eq!(revised(&order, &[], 1), None);
    }
}
