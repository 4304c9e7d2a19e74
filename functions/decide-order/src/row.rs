//! What a decision came to: a row for each order.

use order_model::{Millis, StepName};
use serde::Serialize;
use serde_json::{Value, json};

use crate::request::Wish;

/// What became of one order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Came {
    /// Decided and written; what changed.
    Done(String),
    /// What would change.
    Would(String),
    /// Why the decision does not fit.
    Refused(String),
    /// Why it was not tried, or not to its end.
    Left(String),
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Row {
    order: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    step: Option<&'static str>,
    #[serde(flatten)]
    came: Came,
}

impl Row {
    pub(crate) fn new(order: impl ToString, step: Option<StepName>, came: Came) -> Self {
        Self {
            order: order.to_string(),
            step: step.map(StepName::as_str),
            came,
        }
    }
}

/// The answer to a decision about any number of orders. `beyond`: how many more match and were not looked at, and
/// whether all that match were counted.
pub(crate) fn answer(wish: &Wish, rows: &[Row], beyond: usize, complete: bool, now: Millis) -> Value {
    let count = |is: fn(&Came) -> bool| rows.iter().filter(|row| is(&row.came)).count();
    let left = beyond + count(|came| matches!(came, Came::Left(_)));
    let mut answer = json!({
        "did": wish.decision.as_str(),
        "at": now.to_string(),
        "dry_run": wish.dry_run,
        "done": count(|came| matches!(came, Came::Done(_))),
        "would": count(|came| matches!(came, Came::Would(_))),
        "refused": count(|came| matches!(came, Came::Refused(_))),
        "left": left,
        "complete": complete,
        "rows": rows,
    });
    if !complete {
        answer["next"] =
            "not all open orders could be looked at in this time, so more may match: invoke again".into();
    } else if left > 0 && !wish.dry_run {
        answer["next"] = "not all orders had their turn: invoke again".into();
    }
    answer
}
