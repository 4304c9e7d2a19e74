//! An object of a purchase, checked to the letter.

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::answer::Refusal;

/// An object, and where it stands.
pub(super) struct Fields<'a> {
    place: String,
    fields: &'a Map<String, Value>,
}

impl<'a> Fields<'a> {
    /// An object that has the required fields, and no others than the known ones. That unknown fields are refused is a
    /// guess; that calculated ones must not be sent is not.
    pub(super) fn new(
        value: &'a Value,
        place: &str,
        required: &[&str],
        more: &[&str],
    ) -> Result<Self, Refusal> {
        let fields = value
            .as_object()
            .ok_or_else(|| Refusal::invalid("invalid", place, "is no object"))?;
        let here = Self {
            place: place.to_owned(),
            fields,
        };
        for name in fields.keys() {
            if name.starts_with("calculated_") {
                return Err(here.wrong("calculated", name, "is calculated and must not be sent"));
            }
            if !required.contains(&name.as_str()) && !more.contains(&name.as_str()) {
                return Err(here.wrong("unknown", name, "is no field"));
            }
        }
        match required.iter().find(|name| here.value(name).is_null()) {
            Some(missing) => Err(here.wrong("required", missing, "A value is required")),
            None => Ok(here),
        }
    }

    pub(super) fn place(&self, name: &str) -> String {
        match self.place.as_str() {
            "" => name.to_owned(),
            place => format!("{place}.{name}"),
        }
    }

    pub(super) fn wrong(&self, code: &str, name: &str, message: &str) -> Refusal {
        Refusal::invalid(code, &self.place(name), message)
    }

    /// The value; null if there is none.
    pub(super) fn value(&self, name: &str) -> &'a Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }

    pub(super) fn text(&self, name: &str) -> Result<Option<&'a str>, Refusal> {
        match self.value(name) {
            Value::Null => Ok(None),
            Value::String(text) => Ok(Some(text)),
            _ => Err(self.wrong("invalid", name, "is no text")),
        }
    }

    pub(super) fn texts(&self, names: &[&str]) -> Result<(), Refusal> {
        names.iter().try_for_each(|name| self.text(name).map(|_| ()))
    }

    /// A text that says something.
    pub(super) fn full(&self, name: &str) -> Result<&'a str, Refusal> {
        let text = self.text(name)?.filter(|text| !text.trim().is_empty());
        text.ok_or_else(|| self.wrong("required", name, "A value is required"))
    }

    pub(super) fn one_of(&self, name: &str, words: &[&str]) -> Result<&'a str, Refusal> {
        let word = self.full(name)?;
        match words.contains(&word) {
            true => Ok(word),
            false => Err(self.wrong("invalid", name, "is none of the values")),
        }
    }

    pub(super) fn uuid(&self, name: &str) -> Result<Option<Uuid>, Refusal> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let uuid = Uuid::try_parse(text).map_err(|_| self.wrong("invalid", name, "is no UUID"))?;
        Ok(Some(uuid))
    }

    /// A time with its offset in digits, as the samples have it.
    pub(super) fn time(&self, name: &str) -> Result<Option<Timestamp>, Refusal> {
        let Some(text) = self.text(name)? else {
            return Ok(None);
        };
        let time = text
            .parse()
            .ok()
            .filter(|_| !text.ends_with(['Z', 'z']) && text.contains('T'));
        time.map(Some)
            .ok_or_else(|| self.wrong("invalid", name, "is no date-time with an offset"))
    }

    pub(super) fn times(&self, names: &[&str]) -> Result<(), Refusal> {
        names.iter().try_for_each(|name| self.time(name).map(|_| ()))
    }

    pub(super) fn list(&self, name: &str) -> Result<&'a [Value], Refusal> {
        match self.value(name) {
            Value::Null => Ok(&[]),
            Value::Array(all) => Ok(all),
            _ => Err(self.wrong("invalid", name, "is no array")),
        }
    }

    /// A MonetaryObject: the number is a decimal text.
    pub(super) fn money(&self, name: &str, currency: &str) -> Result<Decimal, Refusal> {
        let money = Fields::new(self.value(name), &self.place(name), &["number", "currency"], &[])?;
        let Value::String(number) = money.value("number") else {
            return Err(money.wrong("invalid", "number", "is no decimal text"));
        };
        if money.full("currency")? != currency {
            return Err(money.wrong("invalid", "currency", "is not the purchase's currency"));
        }
        let digits = number.strip_prefix('-').unwrap_or(number);
        let plain = digits.starts_with(|letter: char| letter.is_ascii_digit())
            && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let amount = number.parse().ok().filter(|_| plain);
        amount.ok_or_else(|| money.wrong("invalid", "number", "is no decimal text"))
    }

    /// A LineTotal with all four totals; that all are required, and that they must add up, are guesses. The gross one.
    pub(super) fn line_total(&self, name: &str, currency: &str) -> Result<Decimal, Refusal> {
        let required = ["total_net", "total_tax", "total_gross", "discount_net"];
        let totals = Fields::new(
            self.value(name),
            &self.place(name),
            &required,
            &["discount_gross", "tax_rate"],
        )?;
        let [net, tax, gross, discount] = required.map(|name| totals.money(name, currency));
        let (net, tax, gross, discount) = (net?, tax?, gross?, discount?);
        if net + tax != gross {
            return Err(totals.wrong("invalid", "total_gross", "is not net and tax"));
        }
        match discount.is_sign_negative() && !discount.is_zero() {
            true => Err(totals.wrong("invalid", "discount_net", "is negative")),
            false => Ok(gross),
        }
    }
}

/// A place in a list.
pub(super) fn at(place: &str, at: usize) -> String {
    format!("{place}[{at}]")
}
