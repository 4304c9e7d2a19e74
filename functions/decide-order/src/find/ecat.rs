//! The names of eCat's orders: a uuid, the number of a submission, and `<order>#<id>`.

use ledger::LedgerError;
use order_model::versions::Standing;
use order_model::{EcatId, EcatOrderNumber, EcatUuid, ErpKey, OrderKey, OrderState};

use super::{Found, Names};

impl Names<'_> {
    /// By a uuid, or by the number of a submission, which may look like anything, and whose case matters.
    pub(super) async fn by_ecat_names(self, name: &str) -> Result<Vec<Found>, LedgerError> {
        let mut found = Vec::new();
        let Some(org) = self.ecat else {
            return Ok(found);
        };
        if let Ok(uuid) = EcatUuid::new(name) {
            let order = self.ledger.order(&OrderKey::ecat(org, &uuid)).await?;
            found.extend(order.map(Found::whole));
        }
        if let Ok(number) = EcatOrderNumber::new(name) {
            found.extend(self.by_erp_key(&ErpKey::ecat(org, &number)).await?);
        }
        Ok(found)
    }

    /// By what the number of a submission makes as a key: the order of its own that it became, else the order of its uuid.
    /// While it is becoming one, the order of its uuid: the decision about it has to come to its end there.
    pub(super) async fn by_erp_key(self, key: &ErpKey) -> Result<Option<Found>, LedgerError> {
        let own = self.ledger.order(&OrderKey::from(key)).await?;
        let Some(holder) = self.ledger.holder(key).await? else {
            return Ok(own.map(Found::whole));
        };
        let family = self.ledger.order(&holder.order).await?;
        Ok(match (own, family) {
            (Some(own), Some(family)) if !is_leaving(&family, holder.id) => Some(Found::whole(own)),
            (_, Some(family)) => Some(Found::Order(Box::new(family), Some(holder.id))),
            (own, None) => own.map(Found::whole),
        })
    }

    /// By `<order>#<id>`, which names one submission whatever its number is. The order is its key or its uuid.
    pub(super) async fn submission(self, name: &str) -> Result<Option<Found>, LedgerError> {
        let Some((order, id)) = name.rsplit_once('#') else {
            return Ok(None);
        };
        let by_uuid = || Some(OrderKey::ecat(self.ecat?, &EcatUuid::new(order).ok()?));
        let key = OrderKey::new(order.to_ascii_uppercase()).ok();
        let key = key.filter(|key| key.ecat_uuid().is_some()).or_else(by_uuid);
        let (Some(key), Ok(id)) = (key, id.parse().map(EcatId)) else {
            return Ok(None);
        };
        let Some(family) = self.ledger.order(&key).await? else {
            return Ok(None);
        };
        let known = family.versions.iter().find(|version| version.id == id);
        if let Some(version) = known.filter(|version| version.standing == Standing::Decided)
            && let Some(own) = self.ledger.order(&OrderKey::from(&version.key)).await?
        {
            return Ok(Some(Found::whole(own)));
        }
        Ok(Some(Found::Order(Box::new(family), Some(id))))
    }
}

fn is_leaving(family: &OrderState, id: EcatId) -> bool {
    let mut versions = family.versions.iter();
    versions.any(|version| version.id == id && version.standing == Standing::Leaving)
}
