//! How eCat's records are told apart, for the intake, which knows no vendor.

use order_model::{RecordFault, Records};

use crate::broken::order_number_in_broken;
use crate::guesses::FIRST_KEY;
use crate::header::submission;

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

/// A record without uuid or id can't be told from a version of another, so it has no number either.
fn number(raw: &[u8]) -> Result<String, RecordFault> {
    submission(raw).map(|submission| submission.number.into())
}

/// A line may carry its order's number, or an id of its own; the uuid too only an order has.
fn whole(raw: &[u8]) -> bool {
    submission(raw).is_ok()
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
    fn a_record_is_steady_to_the_byte() {
        assert_eq!((RECORDS.steady)(b"{ \"a\":1}"), b"{ \"a\":1}");
    }
}
