//! How eCat's records are told apart, for the intake, which knows no vendor.

use order_model::{EcatOrderNumber, EcatOrg, ErpKey, RecordFault, Records};

use crate::broken::order_number_in_broken;
use crate::guesses::FIRST_KEY;
use crate::header::Header;

/// eCat's records.
pub const RECORDS: Records = Records {
    source: "ecat",
    // `OrderStream::first_key` is better: it asks the answer itself.
    first_key: FIRST_KEY,
    number,
    whole,
    number_in_broken: order_number_in_broken,
    // That nothing in an order changes from one read to the next is a guess.
    steady: <[u8]>::to_vec,
};

/// Makes the ERP key of a version out of its order number.
pub fn key_of(org: &EcatOrg) -> impl Fn(&str) -> Result<ErpKey, RecordFault> + Send + Sync + '_ {
    |number| {
        let number =
            EcatOrderNumber::new(number).map_err(|_| RecordFault("the order_number is not usable"))?;
        Ok(ErpKey::ecat(org, &number))
    }
}

/// A record without uuid or id can't be told from a version of another, so it has no number either.
fn number(raw: &[u8]) -> Result<String, RecordFault> {
    Header::of(raw).map(|header| header.order_number.into())
}

/// A line may carry its order's number, or an id of its own; the uuid too only an order has.
fn whole(raw: &[u8]) -> bool {
    Header::of(raw).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const UUID: &str = "9B0D2C64-7F1A-4C53-8E77-52A4D1C0B6E3";

    #[test]
    fn a_line_is_not_an_order() {
        let order = format!(r#"{{"order_number":"a","uuid":"{UUID}","id":1}}"#);
        assert!((RECORDS.whole)(order.as_bytes()));
        assert!(!(RECORDS.whole)(&order.as_bytes()[..order.len() - 1]));
        assert!(!(RECORDS.whole)(
            br#"{"order_number":"a","id":1,"item_number":"x"}"#
        ));
    }

    #[test]
    fn an_order_that_can_not_be_classified_has_no_number() {
        let number = RECORDS.number;
        let order = format!(r#"{{"order_number":" A-1","uuid":"{UUID}","id":1}}"#);
        assert_eq!(number(order.as_bytes()).as_deref(), Ok(" A-1"));
        assert_eq!(
            number(br#"{"order_number":"a","id":1}"#),
            Err(RecordFault("the record has no usable uuid"))
        );
        assert_eq!(
            number(b"[1]"),
            Err(RecordFault("the record is not a JSON object"))
        );
    }

    #[test]
    fn the_number_and_the_organisation_make_the_key() {
        let org = EcatOrg::new("demo").unwrap();
        let key_of = key_of(&org);
        assert_eq!(
            key_of("6385-031318-392").unwrap().as_str(),
            "EC-DEMO-6385-031318-392"
        );
        assert!(key_of(" ").is_err());
    }

    #[test]
    fn a_record_is_steady_to_the_byte() {
        assert_eq!((RECORDS.steady)(b"{ \"a\":1}"), b"{ \"a\":1}");
    }
}
