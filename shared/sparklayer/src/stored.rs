//! A purchase as SparkLayer stores it.

use std::fmt;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::guesses::WRAPPERS;
use crate::hash::without_stamps;
use crate::identifiers::Lookup;

/// What SparkLayer has of a purchase. `Debug` hides it, because it holds personal data.
#[derive(Clone, PartialEq)]
pub struct Stored(Value);

impl Stored {
    /// Reads an answer to a call about `lookup`. An answer that does not name the purchase is taken for it: samples show
    /// that answers may leave names out.
    pub(crate) fn read(body: &[u8], lookup: &Lookup) -> Result<Self, &'static str> {
        let answer: Value = serde_json::from_slice(body).map_err(|_| "the answer is not JSON")?;
        let Some(fields) = answer.as_object() else {
            return Err("the answer is no purchase");
        };
        let is_problem = fields
            .get("status")
            .and_then(Value::as_u64)
            .is_some_and(|status| status >= 400);
        if is_problem && !fields.contains_key("packages") {
            return Err("the answer is a problem inside a success");
        }
        let inner = WRAPPERS.iter().filter_map(|name| fields.get(*name));
        let inner = inner.into_iter().find(|inner| inner.is_object()).cloned();
        let stored = Self(
            inner
                .filter(|_| !fields.contains_key("purchase_identifiers"))
                .unwrap_or(answer),
        );
        match stored.name(lookup.by()) {
            // A cart's id is a UUID, whose letters may come in either case.
            Some(name) if !name.eq_ignore_ascii_case(&lookup.value()) => {
                Err("the answer is another purchase")
            }
            _ => Ok(stored),
        }
    }

    /// The name under this key of `purchase_identifiers`.
    pub fn name(&self, by: &str) -> Option<&str> {
        self.0.get("purchase_identifiers")?.get(by)?.as_str()
    }

    /// `revision_date`, if it has one.
    pub fn revision(&self) -> Option<Timestamp> {
        self.0.get("revision_date")?.as_str()?.parse().ok()
    }

    /// Whether all that this body says, but for its stamps, is stored: nothing that matters was written by somebody
    /// else. What the vendor adds (`calculated_*`, defaults) is no difference; a `null` may be stored as nothing.
    pub fn holds(&self, body: &Value) -> bool {
        holds(&self.0, &without_stamps(body))
    }

    /// The purchase as it came. Holds personal data.
    pub fn raw(&self) -> &Value {
        &self.0
    }
}

impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stored(hidden)")
    }
}

fn holds(theirs: &Value, ours: &Value) -> bool {
    match (theirs, ours) {
        (Value::Object(theirs), Value::Object(ours)) => ours
            .iter()
            .all(|(name, ours)| holds(theirs.get(name).unwrap_or(&Value::Null), ours)),
        (Value::Array(theirs), Value::Array(ours)) => {
            theirs.len() == ours.len() && theirs.iter().zip(ours).all(|(theirs, ours)| holds(theirs, ours))
        }
        (Value::Null, Value::Array(ours)) => ours.is_empty(),
        // The order of one package in one shape and the same in the other.
        (Value::Array(theirs), Value::Object(_)) => matches!(theirs.as_slice(), [one] if holds(one, ours)),
        (Value::String(theirs), Value::String(ours)) => {
            theirs == ours || same_time(theirs, ours) || same_number(theirs, ours)
        }
        _ => theirs == ours,
    }
}

/// `+00:00` and `Z` are one offset.
fn same_time(theirs: &str, ours: &str) -> bool {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    time(theirs).is_some_and(|theirs| Some(theirs) == time(ours))
}

/// `15.9` and `15.90` are one amount; a number with a leading zero, such as a postal code, is none.
fn same_number(theirs: &str, ours: &str) -> bool {
    let number = |text: &str| {
        let is_amount = text.contains('.') || !text.starts_with('0') || text == "0";
        text.parse::<Decimal>().ok().filter(|_| is_amount)
    };
    number(theirs).is_some_and(|theirs| Some(theirs) == number(ours))
}
