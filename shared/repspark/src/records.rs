//! How RepSpark's records are told apart, for the intake, which knows no vendor.

use order_model::{Brand, OrderKey, RecordFault, Records, RepSparkOrderId};

use crate::broken::{blanked, order_id_in_broken};
use crate::record::{has, is_object, order_id};

/// RepSpark's records.
pub const RECORDS: Records = Records {
    source: "repspark",
    first_key: "OrderId",
    number,
    whole,
    number_in_broken,
    steady: blanked,
};

/// Makes `RS-<Brand>-<OrderId>` out of an order's number.
pub fn key_of(brand: &Brand) -> impl Fn(&str) -> Result<OrderKey, RecordFault> + Send + Sync + '_ {
    |number| {
        let id = RepSparkOrderId::new(number).map_err(|_| RecordFault("the OrderId is not a number"))?;
        Ok(OrderKey::repspark(brand, &id))
    }
}

fn number(raw: &[u8]) -> Result<String, RecordFault> {
    match order_id(raw) {
        Some(id) => Ok(id.as_str().to_owned()),
        None if is_object(raw) => Err(RecordFault("the record has no usable OrderId")),
        None => Err(RecordFault("the record is not a JSON object")),
    }
}

/// A line that carries its order's id would pass for an order by the id alone; an order has a status and lines.
fn whole(raw: &[u8]) -> bool {
    ["OrderId", "StatusId", "OrderItems"]
        .into_iter()
        .all(|key| has(raw, key))
}

fn number_in_broken(raw: &[u8]) -> Option<String> {
    order_id_in_broken(raw).map(|id| id.as_str().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_not_an_order() {
        assert!(whole(br#"{"OrderId":1,"StatusId":2,"OrderItems":[]}"#));
        assert!(!whole(br#"{"OrderId":1,"StatusId":2,"SizeCode":"M"}"#));
        assert!(!whole(br#"{"OrderId":1,"StatusId":2,"OrderItems":["#));
    }

    #[test]
    fn the_number_and_the_brand_make_the_key() {
        let brand = Brand::new("acme").unwrap();
        let key_of = key_of(&brand);
        assert_eq!(key_of("08086").unwrap().as_str(), "RS-ACME-8086");
        assert!(key_of("8086a").is_err());
    }

    #[test]
    fn a_record_without_a_number_says_why() {
        assert_eq!(number(br#"{"OrderId":"08086"}"#), Ok("8086".to_owned()));
        assert_eq!(
            number(b"{}"),
            Err(RecordFault("the record has no usable OrderId"))
        );
        assert_eq!(
            number(b"[1]"),
            Err(RecordFault("the record is not a JSON object"))
        );
    }
}
