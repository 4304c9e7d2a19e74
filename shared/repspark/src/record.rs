//! The two fields of an order record that we read without its field map: who it is and how far it is.

use std::borrow::Cow;
use std::fmt;

use order_model::RepSparkOrderId;
use serde::Deserializer;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::seen::OrderStatus;

/// `OrderId` of a well-formed record, written as a number or as a text. `None` if it is not JSON, has none, or has two
/// that differ.
pub fn order_id(raw: &[u8]) -> Option<RepSparkOrderId> {
    RepSparkOrderId::new(&scalar(raw, "OrderId")?).ok()
}

/// `StatusId` of a well-formed record, written as a number or as a text.
pub fn status(raw: &[u8]) -> Option<OrderStatus> {
    scalar(raw, "StatusId")?.parse().ok().map(OrderStatus::of)
}

/// Whether a well-formed record has this key at its top.
pub(crate) fn has(raw: &[u8], key: &'static str) -> bool {
    value(raw, key).is_some()
}

/// Whether these bytes are one JSON object.
pub(crate) fn is_object(raw: &[u8]) -> bool {
    top(raw, "").is_some()
}

/// A number's digits or a text's content.
fn scalar(raw: &[u8], key: &'static str) -> Option<String> {
    let value = value(raw, key)?;
    if value.starts_with('"') {
        return serde_json::from_str::<String>(&value)
            .ok()
            .map(|text| text.trim().to_owned());
    }
    let whole = match value.split_once('.') {
        // 8086.0 is 8086: some serialisers write every number so.
        Some((whole, fraction)) if fraction.bytes().all(|byte| byte == b'0') => whole,
        _ => &value,
    };
    Some(whole.to_owned())
}

/// The value of a key at the top of an object: the exact name, else the same name in other case.
fn value(raw: &[u8], key: &'static str) -> Option<String> {
    let found = top(raw, key)?;
    if found.differs {
        return None;
    }
    found.exact.or(found.alike)
}

fn top(raw: &[u8], key: &'static str) -> Option<Found> {
    let mut reader = serde_json::Deserializer::from_slice(raw);
    let found = reader.deserialize_map(Seek(key)).ok()?;
    reader.end().ok()?;
    Some(found)
}

#[derive(Default)]
struct Found {
    exact: Option<String>,
    alike: Option<String>,
    /// The key stands there twice, with different values: nobody can say which is meant.
    differs: bool,
}

struct Seek(&'static str);

impl<'de> Visitor<'de> for Seek {
    type Value = Found;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an order")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Found, A::Error> {
        let mut found = Found::default();
        while let Some(key) = map.next_key::<Key<'de>>()? {
            if !key.0.eq_ignore_ascii_case(self.0) {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            let value = map.next_value::<&RawValue>()?.get().to_owned();
            let place = if *key.0 == *self.0 {
                &mut found.exact
            } else {
                &mut found.alike
            };
            found.differs |= place.as_ref().is_some_and(|before| *before != value);
            *place = Some(value);
        }
        Ok(found)
    }
}

/// A key, borrowed where it holds no escapes.
#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Option<String> {
        order_id(text.as_bytes()).map(|id| id.as_str().to_owned())
    }

    #[test]
    fn reads_numbers_and_texts() {
        assert_eq!(id(r#"{"OrderId":8086}"#).as_deref(), Some("8086"));
        assert_eq!(id(r#"{"OrderId":" 08086 "}"#).as_deref(), Some("8086"));
        assert_eq!(id(r#"{"OrderId":8086.0}"#).as_deref(), Some("8086"));
        assert_eq!(id(r#"{"OrderId":8086.5}"#), None);
        assert_eq!(id(r#"{"OrderId":-1}"#), None);
        assert_eq!(id(r#"{"OrderId":null}"#), None);
        assert_eq!(status(br#"{"StatusId":"9999"}"#), Some(OrderStatus::Draft));
        assert_eq!(status(br#"{"StatusId":7}"#), Some(OrderStatus::Other(7)));
    }

    #[test]
    fn the_exact_name_beats_the_same_name_in_other_case() {
        assert_eq!(id(r#"{"orderid":1,"OrderId":2}"#).as_deref(), Some("2"));
        assert_eq!(id(r#"{"orderId":1}"#).as_deref(), Some("1"));
        assert_eq!(id(r#"{"Order\u0049d":3}"#).as_deref(), Some("3"));
    }

    #[test]
    fn only_the_top_of_the_record_counts() {
        assert_eq!(
            id(r#"{"OrderItems":[{"OrderId":5}],"OrderId":6}"#).as_deref(),
            Some("6")
        );
        assert_eq!(id(r#"{"OrderItems":[{"OrderId":5}]}"#), None);
    }

    #[test]
    fn a_record_that_is_broken_or_says_two_things_has_no_id() {
        assert_eq!(id(r#"{"OrderId":1,"OrderId":2}"#), None);
        assert_eq!(id(r#"{"OrderId":1,"OrderId":1}"#).as_deref(), Some("1"));
        assert_eq!(id(r#"{"OrderId":8086"#), None);
        assert_eq!(id(r#"{"OrderId":8086} {}"#), None);
        assert_eq!(id("[]"), None);
        assert_eq!(id(""), None);
    }
}
