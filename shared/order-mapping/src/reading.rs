//! What a map makes of a payload, for a person to look at.

use field_map::{Context, FieldMap, Problem};
use order_model::Order;
use serde::Serialize;
use serde_json::Value;

use crate::stored::{PROBLEMS, code_of};

/// The word for an order that could be read.
const MAPPED: &str = "mapped";

/// One thing that stands in the way, as a person is shown it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The field of our order, such as `lines[2].sku`.
    pub field: String,
    /// What is wrong. Holds places, numbers and sums, and no text of the payload.
    pub says: String,
    /// The places that were looked at, in order.
    pub places: Vec<String>,
}

/// What a map makes of one payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// An order, and the codes of the map's holds that it matches.
    Mapped {
        /// The order.
        order: Box<Order>,
        /// `hold_<name>`, in the map's order.
        holds: Vec<String>,
    },
    /// None.
    Not {
        /// The code of the hold that an import would write.
        code: &'static str,
        /// What stands in the way, 20 things at most.
        findings: Vec<Finding>,
        /// How many more there are.
        more: usize,
    },
}

impl Reading {
    /// Reads a payload with a map.
    pub fn of(map: &FieldMap, raw: &Value, context: &Context) -> Self {
        match map.apply(raw, context) {
            Ok(order) => Self::Mapped {
                order: Box::new(order),
                holds: map.holds(raw),
            },
            Err(problems) => Self::Not {
                code: code_of(&problems),
                findings: problems.iter().take(PROBLEMS).map(Finding::of).collect(),
                more: problems.len().saturating_sub(PROBLEMS),
            },
        }
    }

    /// `mapped`, or the code of what stands in the way.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Mapped { .. } => MAPPED,
            Self::Not { code, .. } => code,
        }
    }

    /// The order, if there is one.
    pub fn order(&self) -> Option<&Order> {
        match self {
            Self::Mapped { order, .. } => Some(order),
            Self::Not { .. } => None,
        }
    }
}

impl Finding {
    fn of(problem: &Problem) -> Self {
        Self {
            field: problem.field.clone(),
            says: problem.to_string(),
            places: problem.tried.clone(),
        }
    }
}
