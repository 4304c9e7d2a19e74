//! An order as a person names it.

use std::fmt;

use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Longer than any name that an order has: a key has 35 characters, an ERP number 64.
const MOST: usize = 80;

/// An order as a person names it in an event: its ERP key, RepSpark's number, its ERP number. It is taken from a text or
/// from a whole number, because RepSpark's numbers are digits and people leave the quotation marks out. Blanks around it
/// are dropped. What it names is not decided here.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct AskedOrder(String);

/// Why a text names no order.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskedOrderError {
    /// There is nothing but blanks.
    #[error("the name of an order is empty")]
    Empty,
    /// It is longer than any name.
    #[error("the name of an order has at most {MOST} characters, not {0}")]
    TooLong(usize),
}

impl AskedOrder {
    /// Takes 1 to 80 characters; blanks around them are dropped.
    pub fn new(text: &str) -> Result<Self, AskedOrderError> {
        let text = text.trim();
        match text.chars().count() {
            0 => Err(AskedOrderError::Empty),
            length if length > MOST => Err(AskedOrderError::TooLong(length)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The name as text; a number's digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for AskedOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<u64> for AskedOrder {
    fn from(number: u64) -> Self {
        Self(number.to_string())
    }
}

impl<'de> Deserialize<'de> for AskedOrder {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(TextOrNumber)
    }
}

/// Not an untagged enum: that would answer "did not match any variant" to whoever sent something else.
struct TextOrNumber;

impl Visitor<'_> for TextOrNumber {
    type Value = AskedOrder;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of an order: a text or a whole number")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<AskedOrder, E> {
        AskedOrder::new(text).map_err(E::custom)
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<AskedOrder, E> {
        Ok(number.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<AskedOrder, String> {
        serde_json::from_str(json).map_err(|error| error.to_string())
    }

    #[test]
    fn an_order_is_named_by_a_text_or_by_a_number() {
        for (json, name) in [
            ("8086", "8086"),
            ("\"8086\"", "8086"),
            ("\" RS-ACME-8086 \"", "RS-ACME-8086"),
            ("\"rs-acme-8086\"", "rs-acme-8086"),
            ("\"08086\"", "08086"),
            ("0", "0"),
        ] {
            assert_eq!(read(json).unwrap().as_str(), name, "{json}");
        }
    }

    #[test]
    fn what_can_not_be_a_name_is_refused_in_words_that_say_what_one_is() {
        for json in [
            "-1",
            "1.5",
            "true",
            "null",
            "[8086]",
            "{}",
            "99999999999999999999",
        ] {
            let error = read(json).unwrap_err();
            assert!(error.contains("a text or a whole number"), "{json}: {error}");
        }
        assert!(read("\"  \"").unwrap_err().contains("is empty"));
    }

    #[test]
    fn a_name_has_at_most_80_characters() {
        let longest = "ä".repeat(80);
        assert_eq!(AskedOrder::new(&longest).unwrap().as_str(), longest);
        assert_eq!(
            AskedOrder::new(&"a".repeat(81)),
            Err(AskedOrderError::TooLong(81))
        );
    }
}
