//! What persons do by hand, and do again when something broke.

use lambda_runner::Outcome;
use serde_json::Value;

use crate::Stack;

/// A person maps customers.
pub(super) async fn map(stack: &Stack, event: Value) -> Result<(), String> {
    let is_done = |answer: &Value| answer["bad"] == 0 && answer["rows_left"] == 0;
    again(stack, "map-customers", event, is_done).await.map(|_| ())
}

/// A person asks a function, and tries again when something broke.
pub(super) async fn again(
    stack: &Stack,
    function: &str,
    event: Value,
    is_done: impl Fn(&Value) -> bool,
) -> Result<Value, String> {
    let mut last = String::new();
    for _ in 0..40 {
        match stack.invoke(function, event.clone()).await.outcome {
            Outcome::Ok(answer) if is_done(&answer) => return Ok(answer),
            other => last = format!("{other:?}"),
        }
    }
    Err(format!("{function} did not do it in 40 tries: {last}"))
}
