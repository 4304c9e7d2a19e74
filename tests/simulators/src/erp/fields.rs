//! Reading the contract's fields one by one, each with its place, so that a refusal names it.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

use super::answer::Refusal;

/// An object of the request: every field of the contract is there, `null` where it has no value, and no other.
pub(super) struct Fields<'a> {
    at: String,
    map: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(value: &'a Value, at: &str, names: &[&str]) -> Result<Self, Refusal> {
        let Value::Object(map) = value else {
            return Err(Refusal::value(at, "is not an object"));
        };
        let fields = Self {
            at: at.to_owned(),
            map,
        };
        if let Some(other) = map.keys().find(|name| !names.contains(&name.as_str())) {
            return Err(Refusal::value(
                &fields.place(other),
                "is not a field of the contract",
            ));
        }
        if let Some(absent) = names.iter().find(|name| !map.contains_key(**name)) {
            return Err(Refusal::value(&fields.place(absent), "is missing"));
        }
        Ok(fields)
    }

    fn place(&self, name: &str) -> String {
        if self.at.is_empty() {
            name.to_owned()
        } else {
            format!("{}.{name}", self.at)
        }
    }

    /// A refusal of this field.
    pub(super) fn wrong(&self, name: &str, message: &str) -> Refusal {
        Refusal::value(&self.place(name), message)
    }

    pub(super) fn value(&self, name: &str) -> &'a Value {
        self.map.get(name).unwrap_or(&Value::Null)
    }

    /// A text that is not empty.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, Refusal> {
        let text = self.value(name).as_str().filter(|text| !text.is_empty());
        text.ok_or_else(|| self.wrong(name, "is not a text, or is empty"))
    }

    /// `null`, or a text that is not empty.
    pub(super) fn text_or_null(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        if self.value(name).is_null() {
            Ok(None)
        } else {
            self.text(name).map(Some)
        }
    }

    pub(super) fn texts_or_null(&self, names: &[&str]) -> Result<(), Refusal> {
        names
            .iter()
            .try_for_each(|name| self.text_or_null(name).map(drop))
    }

    /// `null`, or a day as `2026-11-20`.
    pub(super) fn dates_or_null(&self, names: &[&str]) -> Result<(), Refusal> {
        for name in names {
            if let Some(text) = self.text_or_null(name)? {
                // The parser takes more forms than the contract has.
                text.parse::<Date>()
                    .ok()
                    .filter(|date| date.to_string() == text)
                    .ok_or_else(|| self.wrong(name, "is not a date"))?;
            }
        }
        Ok(())
    }

    /// A decimal written as a string: digits, and a point with digits where it has a fraction.
    pub(super) fn decimal(&self, name: &str) -> Result<Decimal, Refusal> {
        let text = self.text(name)?;
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let plain = match text.split_once('.') {
            Some((whole, fraction)) => digits(whole) && digits(fraction),
            None => digits(text),
        };
        let decimal = plain.then(|| text.parse().ok()).flatten();
        decimal.ok_or_else(|| self.wrong(name, "is not a decimal string"))
    }
}
