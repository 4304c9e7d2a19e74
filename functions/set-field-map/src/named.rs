//! The names that people have for an order, of one origin. Pure.

use order_model::{
    AskedOrder, Brand, EcatOrderNumber, EcatOrg, EcatUuid, ErpKey, OrderKey, Origin, RepSparkOrderId,
};

use crate::event::EventError;

/// An order that a person named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// What a person is told of it: its key, or its number at eCat as it was given.
    pub says: String,
    /// Where it is to be looked for.
    pub place: Place,
}

/// Where an order is to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Under this key alone.
    Order(OrderKey),
    /// A submission of an eCat order: under its own key if it has an order of its own, else where its siblings are.
    Submission(ErpKey),
}

/// Whose orders are named.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Whose<'a> {
    pub(crate) origin: Origin,
    pub(crate) brand: &'a Brand,
    pub(crate) org: Option<&'a EcatOrg>,
}

impl Named {
    /// What a name stands for.
    pub(crate) fn of(order: &AskedOrder, whose: Whose<'_>) -> Result<Self, EventError> {
        match whose.origin {
            Origin::RepSpark => repspark(order, whose.brand),
            Origin::Ecat => {
                let org = whose.org.ok_or(EventError::NoOrg)?;
                ecat(order, org).ok_or_else(|| EventError::NoEcatOrder(order.to_string()))
            }
        }
    }
}

impl Place {
    /// The key of the state item that is looked for first.
    pub(crate) fn key(&self) -> OrderKey {
        match self {
            Self::Order(key) => key.clone(),
            Self::Submission(key) => key.into(),
        }
    }
}

/// Keys are upper case, and a person need not know that.
fn repspark(order: &AskedOrder, brand: &Brand) -> Result<Named, EventError> {
    let by_key = || {
        let key = OrderKey::new(order.as_str().to_ascii_uppercase());
        key.ok().and_then(|key| key.repspark_order(brand))
    };
    let id = RepSparkOrderId::new(order.as_str()).ok().or_else(by_key);
    let id = id.ok_or_else(|| EventError::NoOrder(order.to_string(), brand.as_str().to_owned()))?;
    let key = OrderKey::repspark(brand, &id);
    Ok(Named {
        says: key.to_string(),
        place: Place::Order(key),
    })
}

/// A key, a uuid, or else a number, which may be any text and counts exactly as it is.
fn ecat(order: &AskedOrder, org: &EcatOrg) -> Option<Named> {
    let text = order.as_str();
    let named = |says: String, place| Named { says, place };
    if let Ok(uuid) = EcatUuid::new(text) {
        let key = OrderKey::ecat(org, &uuid);
        return Some(named(key.to_string(), Place::Order(key)));
    }
    let prefix = format!("EC-{}-", org.in_keys());
    let key = OrderKey::new(text.to_ascii_uppercase()).ok();
    if let Some(key) = key.filter(|key| key.as_str().starts_with(&prefix)) {
        let place = match key.erp_key() {
            Some(submission) => Place::Submission(submission),
            None => Place::Order(key.clone()),
        };
        return Some(named(key.into(), place));
    }
    let number = EcatOrderNumber::new(text).ok()?;
    let place = Place::Submission(ErpKey::ecat(org, &number));
    Some(named(number.into(), place))
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

    fn name(origin: Origin, text: &str) -> Result<(String, OrderKey), EventError> {
        let (brand, org) = (Brand::new("Acme").unwrap(), EcatOrg::new("demo").unwrap());
        let whose = Whose {
            origin,
            brand: &brand,
            org: Some(&org),
        };
        let named = Named::of(&AskedOrder::new(text).unwrap(), whose)?;
        Ok((named.says, named.place.key()))
    }

    #[test]
    fn an_order_of_repsparks_goes_by_its_number_or_its_key() {
        for text in ["8086", "08086", "RS-ACME-8086", "rs-acme-8086"] {
            let (says, key) = name(Origin::RepSpark, text).unwrap();
            assert_eq!((&*says, key.as_str()), ("RS-ACME-8086", "RS-ACME-8086"));
        }
        for text in ["SO104233", "RS-OTHER-8086", "rs-acme-", "eight", UUID] {
            let refused = name(Origin::RepSpark, text);
            assert!(
                matches!(refused, Err(EventError::NoOrder(..))),
                "{text}: {refused:?}"
            );
        }
    }

    #[test]
    fn an_order_of_ecats_goes_by_its_uuid_or_any_key_or_number_of_a_submission() {
        let by_uuid = format!("EC-DEMO-{UUID}");
        for text in [
            UUID,
            &UUID.to_lowercase(),
            &by_uuid,
            &format!("ec-demo-{}", UUID.to_lowercase()),
        ] {
            let (says, key) = name(Origin::Ecat, text).unwrap();
            assert_eq!((&*says, key.as_str()), (&*by_uuid, &*by_uuid));
        }
        for (text, key) in [
            ("7120-041526-118", "EC-DEMO-7120-041526-118"),
            ("8086", "EC-DEMO-8086"),
            ("ec-demo-7120-041526-118", "EC-DEMO-7120-041526-118"),
        ] {
            assert_eq!(name(Origin::Ecat, text).unwrap().1.as_str(), key, "{text}");
        }
        // A number is what it is, to the letter case; what does not make a key is hashed.
        let (says, key) = name(Origin::Ecat, "abc 1").unwrap();
        assert_eq!(says, "abc 1");
        assert_ne!(key, name(Origin::Ecat, "ABC 1").unwrap().1);
        // Of another organisation: no key here, but it may be a number.
        let other = format!("EC-OTHER-{UUID}");
        assert!(
            name(Origin::Ecat, &other)
                .unwrap()
                .1
                .as_str()
                .starts_with("EC-DEMO-")
        );
    }

    #[test]
    fn without_an_organisation_no_order_of_ecats_can_be_named() {
        let brand = Brand::new("Acme").unwrap();
        let whose = Whose {
            origin: Origin::Ecat,
            brand: &brand,
            org: None,
        };
        let refused = Named::of(&AskedOrder::new("8086").unwrap(), whose);
        assert_eq!(refused, Err(EventError::NoOrg));
    }
}
