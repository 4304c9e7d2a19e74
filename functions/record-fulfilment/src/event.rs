//! What the function is called with: messages of its queue, or rows from a person.

use serde::Deserialize;
use serde_json::Value;

/// An event.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Event {
    /// Messages of the queue.
    Queue {
        /// The messages.
        #[serde(rename = "Records")]
        records: Vec<Record>,
    },
    /// Whatever else: rows, if it holds any.
    Direct(Value),
}

/// A message of the queue.
#[derive(Debug, Deserialize)]
pub struct Record {
    /// SQS's id of it, for the answer.
    #[serde(rename = "messageId", default)]
    pub id: String,
    /// A row, a list of rows, or `{"rows": […]}`.
    #[serde(default)]
    pub body: String,
}

/// So many rows at most in one event or message.
pub const ROWS: usize = 1_000;

/// An event that holds no rows. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRows {
    /// Not JSON, or JSON of another form.
    #[error(
        "there are no rows: send {{\"rows\": [{{\"order\": …, \"line\": …, \"state\": \"shipped\", \"at\": …}}]}}, a list of rows, or one row"
    )]
    None,
    /// Too many at once.
    #[error("{0} rows are too many at once: send at most {ROWS}")]
    TooMany(usize),
}

/// The rows of a message or an event.
pub(crate) fn rows(value: Value) -> Result<Vec<Value>, NoRows> {
    let rows = match value {
        Value::Array(rows) => rows,
        Value::Object(mut fields) => match fields.remove("rows") {
            Some(Value::Array(rows)) => rows,
            Some(_) => return Err(NoRows::None),
            None => vec![Value::Object(fields)],
        },
        _ => return Err(NoRows::None),
    };
    match rows.len() {
        0 => Err(NoRows::None),
        many if many > ROWS => Err(NoRows::TooMany(many)),
        _ => Ok(rows),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_row_a_list_and_an_object_of_rows_are_read_alike() {
        let row = json!({"order": "SO1"});
        for value in [row.clone(), json!([row]), json!({"rows": [row]})] {
            assert_eq!(rows(value), Ok(vec![row.clone()]));
        }
    }

    #[test]
    fn what_holds_no_rows_is_refused() {
        for value in [
            json!(null),
            json!("SO1"),
            json!([]),
            json!({"rows": {}}),
            json!({"rows": []}),
        ] {
            assert_eq!(rows(value.clone()), Err(NoRows::None), "{value}");
        }
        assert_eq!(rows(json!(vec![0; 1_001])), Err(NoRows::TooMany(1_001)));
    }
}
