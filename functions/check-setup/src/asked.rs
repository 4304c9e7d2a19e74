//! The order that a person asks for. Pure.

use order_model::{AskedOrder, Brand, EcatId, OrderKey, RepSparkOrderId};

use crate::{Config, Event};

/// An order, as the vendor knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// RepSpark's number.
    RepSpark(RepSparkOrderId),
    /// The server's number of one submission at eCat.
    Ecat(EcatId),
}

/// An order that can't be asked for. Nothing was looked at.
#[derive(Debug, thiserror::Error)]
pub enum NoOrder {
    /// Neither a number of RepSpark's nor a key of this brand.
    #[error(
        "{0:?} is no order at RepSpark: give its number, such as \"8086\", or the key, such as \"RS-{1}-8086\". One of eCat's is \
         asked for by its id, as \"ecat_id\""
    )]
    NotANumber(String, String),
    /// This brand has no RepSpark.
    #[error(
        "this stack does not use RepSpark (RepSparkEnabled is false), so there is no order to look at; one of eCat's is asked for \
         by its id, as \"ecat_id\""
    )]
    NoRepSpark,
    /// Not an id.
    #[error(
        "{0:?} is no id of eCat's: give the server's number of the submission, such as 356509; it is \"id\" in the order as \
         it came, and the end of its address. An order number such as \"6385-031318-392\" is another thing"
    )]
    NotAnId(String),
    /// This brand has no eCat.
    #[error("this stack does not use eCat (EcatEnabled is false), so there is no order to look at")]
    NoEcat,
    /// Two at once.
    #[error("give \"order_id\" for an order of RepSpark's or \"ecat_id\" for one of eCat's, and not both")]
    Both,
}

impl Asked {
    /// What an event asks for, where the settings allow it.
    pub(crate) fn of(event: &Event, config: &Config) -> Result<Option<Self>, NoOrder> {
        let asked = Self::read(event, &config.brand)?;
        match asked {
            Some(Self::RepSpark(_)) if config.repspark.is_none() => Err(NoOrder::NoRepSpark),
            Some(Self::Ecat(_)) if config.ecat.is_none() => Err(NoOrder::NoEcat),
            asked => Ok(asked),
        }
    }

    fn read(event: &Event, brand: &Brand) -> Result<Option<Self>, NoOrder> {
        match (&event.order_id, &event.ecat_id) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(NoOrder::Both),
            (Some(order), None) => order_id(order, brand).map(|id| Some(Self::RepSpark(id))),
            (None, Some(order)) => ecat_id(order).map(|id| Some(Self::Ecat(id))),
        }
    }
}

/// Keys are upper case, and a person need not know that.
fn order_id(order: &AskedOrder, brand: &Brand) -> Result<RepSparkOrderId, NoOrder> {
    let by_key = || {
        let key = OrderKey::new(order.as_str().to_ascii_uppercase());
        key.ok().and_then(|key| key.repspark_order(brand))
    };
    let id = RepSparkOrderId::new(order.as_str()).ok().or_else(by_key);
    id.ok_or_else(|| NoOrder::NotANumber(order.to_string(), brand.as_str().to_owned()))
}

fn ecat_id(order: &AskedOrder) -> Result<EcatId, NoOrder> {
    let id = order.as_str().parse().map(EcatId);
    id.map_err(|_| NoOrder::NotAnId(order.to_string()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn asked(event: Value) -> Result<Option<Asked>, String> {
        let event: Event = serde_json::from_value(event).unwrap();
        let asked = Asked::read(&event, &Brand::new("Acme").unwrap());
        asked.map_err(|error| error.to_string())
    }

    #[test]
    fn an_order_of_repsparks_goes_by_its_number_or_its_key() {
        let id = RepSparkOrderId::new("8086").unwrap();
        for order in [
            json!(8086),
            json!(" 08086 "),
            json!("RS-ACME-8086"),
            json!("rs-acme-8086"),
        ] {
            let asked = asked(json!({"order_id": order}));
            assert_eq!(asked, Ok(Some(Asked::RepSpark(id.clone()))));
        }
        for order in ["SO104233", "RS-OTHER-8086", "eight"] {
            let refused = asked(json!({"order_id": order})).unwrap_err();
            assert!(refused.contains("RS-ACME-8086"), "{refused}");
            assert!(refused.contains("\"ecat_id\""), "{refused}");
        }
    }

    #[test]
    fn an_order_of_ecats_goes_by_the_id_of_one_submission() {
        for id in [json!(356_509), json!(" 356509 ")] {
            let asked = asked(json!({"ecat_id": id}));
            assert_eq!(asked, Ok(Some(Asked::Ecat(EcatId(356_509)))));
        }
        for id in ["6385-031318-392", "EC-DEMO-1", "-1", "1.5"] {
            let refused = asked(json!({"ecat_id": id})).unwrap_err();
            assert!(refused.contains("356509"), "{refused}");
        }
    }

    #[test]
    fn one_order_may_be_asked_for_or_none() {
        assert_eq!(asked(json!({})), Ok(None));
        let refused = asked(json!({"order_id": 8086, "ecat_id": 356_509})).unwrap_err();
        assert!(refused.contains("not both"), "{refused}");
    }
}
