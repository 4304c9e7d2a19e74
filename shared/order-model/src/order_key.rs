//! The name of an order in the ledger.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{Brand, EcatOrg, EcatUuid, ErpKey, IdError, Origin, RepSparkOrderId};

/// What the keys of eCat's orders begin with.
const ECAT: &str = "EC-";
/// What the keys of RepSpark's orders begin with.
const REPSPARK: &str = "RS-";

/// The name of an order in the ledger for ever. `^[A-Z0-9_-]{1,49}$`.
///
/// Of most orders it is their ERP key. An eCat order may be submitted again under another number, so it goes by its uuid,
/// `EC-<ORG>-<uuid>`: there its submissions meet, and the ERP key is that of the current one. A submission that a person
/// took out of there has an order of its own, under its ERP key.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrderKey(String);

impl OrderKey {
    /// The longest: `EC-`, an organisation of 9, a hyphen, a uuid.
    const LONGEST: usize = 3 + 9 + 1 + 36;

    /// Takes a key that was made earlier, as it is.
    pub fn new(text: impl Into<String>) -> Result<Self, IdError> {
        let text = text.into();
        let fits = (1..=Self::LONGEST).contains(&text.len())
            && text
                .bytes()
                .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' || b == b'-');
        if fits {
            Ok(Self(text))
        } else {
            Err(IdError::OrderKey(text))
        }
    }

    /// The key of a RepSpark order: its ERP key.
    pub fn repspark(brand: &Brand, order: &RepSparkOrderId) -> Self {
        ErpKey::repspark(brand, order).into()
    }

    /// The key under which the submissions of an eCat order meet: `EC-<ORG>-<uuid>`.
    pub fn ecat(org: &EcatOrg, uuid: &EcatUuid) -> Self {
        Self(format!("{ECAT}{}-{uuid}", org.in_keys()))
    }

    /// Where the order came from. Every key says it in its first letters.
    pub fn origin(&self) -> Origin {
        match self.0.starts_with(ECAT) {
            true => Origin::Ecat,
            false => Origin::RepSpark,
        }
    }

    /// The account at the vendor: the brand at RepSpark, the organisation at eCat. Neither has a hyphen.
    pub fn account(&self) -> &str {
        self.0.split('-').nth(1).unwrap_or_default()
    }

    /// The key as the ERP's; none if the submissions of an eCat order meet here.
    pub fn erp_key(&self) -> Option<ErpKey> {
        // A number of a uuid's length makes a key of 35 at most, by its hash.
        ErpKey::new(self.0.as_str()).ok()
    }

    /// The uuid, if the submissions of an eCat order meet here.
    pub fn ecat_uuid(&self) -> Option<EcatUuid> {
        let rest = self.0.strip_prefix(ECAT)?;
        EcatUuid::new(rest.split_once('-')?.1).ok()
    }

    /// The RepSpark order behind this key, if it is one of this brand.
    pub fn repspark_order(&self, brand: &Brand) -> Option<RepSparkOrderId> {
        let id = self
            .0
            .strip_prefix(REPSPARK)?
            .strip_prefix(brand.as_str())?
            .strip_prefix('-')?;
        RepSparkOrderId::new(id).ok()
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ErpKey> for OrderKey {
    fn from(key: ErpKey) -> Self {
        Self(key.into())
    }
}

impl From<&ErpKey> for OrderKey {
    fn from(key: &ErpKey) -> Self {
        key.clone().into()
    }
}

impl PartialEq<ErpKey> for OrderKey {
    fn eq(&self, other: &ErpKey) -> bool {
        self.0 == other.as_str()
    }
}

impl TryFrom<String> for OrderKey {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        Self::new(text)
    }
}

impl From<OrderKey> for String {
    fn from(key: OrderKey) -> Self {
        key.0
    }
}

impl fmt::Display for OrderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

    #[test]
    fn an_ecat_order_goes_by_its_uuid_and_has_no_erp_key_by_that_name() {
        let (org, uuid) = (EcatOrg::new("demo").unwrap(), EcatUuid::new(UUID).unwrap());
        let key = OrderKey::ecat(&org, &uuid);
        assert_eq!(key.as_str(), format!("EC-DEMO-{UUID}"));
        assert_eq!((key.origin(), key.account()), (Origin::Ecat, "DEMO"));
        assert_eq!(key.erp_key(), None);
        assert_eq!(key.ecat_uuid(), Some(uuid));
        assert_eq!(OrderKey::new(key.as_str()), Ok(key));
        // The shortest organisation's: no ERP key either.
        let short = OrderKey::ecat(&EcatOrg::new("ab").unwrap(), &EcatUuid::new(UUID).unwrap());
        assert_eq!(short.erp_key(), None);
        let long = OrderKey::ecat(&EcatOrg::new("ninechars").unwrap(), &EcatUuid::new(UUID).unwrap());
        assert_eq!(OrderKey::new(long.as_str()), Ok(long));
    }

    #[test]
    fn all_other_orders_go_by_their_erp_key() {
        for text in ["EC-DEMO-7120-041526-118", "RS-ACME_1-8086"] {
            let key = OrderKey::new(text).unwrap();
            assert_eq!(key.erp_key(), Some(ErpKey::new(text).unwrap()));
            assert_eq!(key.ecat_uuid(), None);
        }
        let key = OrderKey::new("RS-ACME_1-8086").unwrap();
        assert_eq!((key.origin(), key.account()), (Origin::RepSpark, "ACME_1"));
    }

    #[test]
    fn refuses_what_no_key_has() {
        for text in ["", "rs-acme-1", "RS ACME", &"A".repeat(50)] {
            assert!(OrderKey::new(text).is_err(), "{text:?}");
        }
    }
}
