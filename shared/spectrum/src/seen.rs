//! An order as Spectrum shows it. No sample of the answer is documented, so as little as possible is read.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value};

use crate::acknowledgement::Acknowledgement;
use crate::guesses::{ADDRESS_KEY, RECIPE_SET_KEYS, WRAPPERS};
use crate::number::PurchaseOrderNumber;
use crate::read::{field, list, said, text};

/// An order that is there. It does not say which call made it: it proves an acknowledgement only if no other step of ours
/// can have made what it shows. `Debug` hides what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct SeenOrder {
    recipe_sets: Option<BTreeSet<String>>,
    /// Whether it has an address to ship to; none where it is not told.
    address: Option<bool>,
}

/// How what is shown relates to an acknowledgement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// Its recipe sets and no others.
    Same,
    /// Not its recipe sets: some of them were not taken, or the number is another order's. A person has to look.
    Differs {
        /// What was sent and is not shown.
        missing: Vec<String>,
        /// What is shown and was not sent.
        foreign: Vec<String>,
    },
    /// The order is there, and its recipe sets can't be read out of the answer.
    Untold,
}

impl SeenOrder {
    /// How it relates to what was, or would be, sent.
    pub fn shows(&self, acknowledgement: &Acknowledgement) -> Shown {
        let Some(there) = &self.recipe_sets else {
            return Shown::Untold;
        };
        let sent: BTreeSet<String> = acknowledgement
            .recipe_sets()
            .map(|id| id.as_str().to_owned())
            .collect();
        if sent == *there {
            return Shown::Same;
        }
        Shown::Differs {
            missing: sent.difference(there).cloned().collect(),
            foreign: there.difference(&sent).cloned().collect(),
        }
    }

    /// Whether it has an address to ship to, which an order has from its details alone; none where it does not say. That an
    /// order shows its address, and null or an empty one before its details, is a guess.
    pub fn has_address(&self) -> Option<bool> {
        self.address
    }

    fn of(fields: &Map<String, Value>) -> Self {
        let lines = list(fields, "lineItems").or_else(|| list(fields, "recipeSets"));
        let id = |line: &Map<String, Value>| RECIPE_SET_KEYS.iter().find_map(|key| text(line, key));
        let recipe_sets = lines.and_then(|lines| lines.into_iter().map(id).collect());
        Self {
            recipe_sets,
            address: said(fields, ADDRESS_KEY).map(says_anything),
        }
    }
}

/// Whether an address has a text that is not empty.
fn says_anything(address: &Value) -> bool {
    let is_said = |value: &Value| value.as_str().is_some_and(|text| !text.trim().is_empty());
    address
        .as_object()
        .is_some_and(|fields| fields.values().any(is_said))
}

impl fmt::Debug for SeenOrder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SeenOrder(hidden)")
    }
}

/// Reads what is shown under a number: the order, or nothing.
pub(crate) fn seen(
    number: &PurchaseOrderNumber,
    answer: &Value,
    may_be_wrapped: bool,
) -> Result<Option<SeenOrder>, &'static str> {
    match answer {
        Value::Null => Ok(None),
        Value::Array(all) => match all.as_slice() {
            [] => Ok(None),
            [one] if one.is_object() => seen(number, one, may_be_wrapped),
            _ => Err("the answer is not one order"),
        },
        Value::Object(fields) => match text(fields, "purchaseOrderNumber") {
            Some(told) if told == number.as_str() => Ok(Some(SeenOrder::of(fields))),
            Some(_) => Err("the answer is about another order"),
            None => {
                let inner = WRAPPERS.iter().find_map(|name| field(fields, name));
                match inner.filter(|_| may_be_wrapped) {
                    Some(inner) => seen(number, inner, false),
                    None => Err("the answer names no order"),
                }
            }
        },
        _ => Err("the answer is no order"),
    }
}
