//! One order, as RepSpark shows it when asked by its id.

use bytes::Bytes;
use order_model::RepSparkOrderId;
use serde_json::value::RawValue;

use crate::errors::Doubt;
use crate::record::{order_id, status};

/// How far RepSpark takes an order to be (`StatusId`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderStatus {
    /// 9999: not submitted yet, or denied and back with the customer.
    Draft,
    /// 1: submitted, and not pulled yet.
    Submitted,
    /// 2: pulled, and not confirmed yet.
    Sent,
    /// 4: confirmed.
    Valid,
    /// Others exist; their numbers are not documented.
    Other(i64),
}

impl OrderStatus {
    pub(crate) fn of(id: i64) -> Self {
        match id {
            9999 => Self::Draft,
            1 => Self::Submitted,
            2 => Self::Sent,
            4 => Self::Valid,
            other => Self::Other(other),
        }
    }
}

/// An order that was read by its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenOrder {
    /// Its id: the one that was asked for.
    pub id: RepSparkOrderId,
    /// How far it is.
    pub status: OrderStatus,
    /// The record's own bytes, as they came. Holds personal data.
    pub raw: Bytes,
}

/// Reads the answer to `GET order?orderId`: whether it is an object or an array of one is not documented.
pub(crate) fn seen(body: &Bytes, asked: &RepSparkOrderId) -> Result<Option<SeenOrder>, Doubt> {
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let record = match text.trim_ascii() {
        b"" | b"null" => return Ok(None),
        array @ [b'[', ..] => {
            let records: Vec<&RawValue> =
                serde_json::from_slice(array).map_err(|_| Doubt::Unreadable("the answer is not JSON"))?;
            match records.as_slice() {
                [] => return Ok(None),
                [one] => one.get().as_bytes(),
                _ => return Err(Doubt::Unreadable("the answer holds more than one order")),
            }
        }
        object => object,
    };
    // Read whole once, so that an answer that broke off is not taken for an order.
    serde_json::from_slice::<&RawValue>(record).map_err(|_| Doubt::Unreadable("the answer is not JSON"))?;
    let id = order_id(record).ok_or(Doubt::Unreadable("the answer is not an order"))?;
    if id != *asked {
        return Err(Doubt::Unreadable("the answer is another order"));
    }
    let status = status(record).ok_or(Doubt::Unreadable("the order has no status"))?;
    Ok(Some(SeenOrder {
        id,
        status,
        raw: body.slice_ref(record),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &'static str) -> Result<Option<SeenOrder>, Doubt> {
        let asked = RepSparkOrderId::new("8086").unwrap();
        seen(&Bytes::from_static(text.as_bytes()), &asked)
    }

    #[test]
    fn an_object_and_an_array_of_one_are_the_same_order() {
        for text in [
            r#"{"OrderId":8086,"StatusId":4}"#,
            r#" [ {"OrderId":8086,"StatusId":4} ] "#,
            "\u{feff}{\"OrderId\":8086,\"StatusId\":4}",
        ] {
            let order = read(text).unwrap().unwrap();
            assert_eq!(order.status, OrderStatus::Valid);
            assert_eq!(order.raw, r#"{"OrderId":8086,"StatusId":4}"#);
        }
        let strings = read(r#"{"OrderId":"08086","StatusId":"2"}"#).unwrap().unwrap();
        assert_eq!(strings.status, OrderStatus::Sent);
    }

    #[test]
    fn nothing_has_many_forms() {
        for text in ["", "  \n", "null", "[]", " [ ] "] {
            assert_eq!(read(text), Ok(None), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_the_order_that_was_asked_for_proves_nothing() {
        for text in [
            r#"{"OrderId":8087,"StatusId":4}"#,
            r#"{"OrderId":8086}"#,
            r#"{"Code":"InvalidInput"}"#,
            r#"[null]"#,
            r#"[{"OrderId":8086,"StatusId":4},{"OrderId":8086,"StatusId":4}]"#,
            r#"{"OrderId":8086,"StatusId":4"#,
            r#"{"OrderId":8086,"StatusId":4}}"#,
            "<html>OrderId</html>",
        ] {
            assert!(read(text).is_err(), "{text:?}");
        }
    }
}
