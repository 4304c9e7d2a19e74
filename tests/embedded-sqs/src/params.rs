//! Reading a request's fields.

use serde_json::{Map, Value};

use crate::error::SqsError;

/// A text that must be there and not be empty.
pub(crate) fn text<'a>(body: &'a Value, name: &str) -> Result<&'a str, SqsError> {
    optional_text(body, name)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| SqsError::missing(name))
}

/// A text that may be absent.
pub(crate) fn optional_text<'a>(body: &'a Value, name: &str) -> Option<&'a str> {
    body[name].as_str()
}

/// A whole number that may be absent; one outside the range is refused with this reason.
pub(crate) fn number(
    body: &Value,
    name: &str,
    range: std::ops::RangeInclusive<i64>,
    reason: &str,
) -> Result<Option<i64>, SqsError> {
    match &body[name] {
        Value::Null => Ok(None),
        value => match value.as_i64() {
            Some(number) if range.contains(&number) => Ok(Some(number)),
            _ => Err(SqsError::value(value, name, reason)),
        },
    }
}

/// A list of texts; absent is empty.
pub(crate) fn texts(body: &Value, name: &str) -> Vec<String> {
    body[name]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// An object; absent is empty.
pub(crate) fn object(body: &Value, name: &str) -> Map<String, Value> {
    body[name].as_object().cloned().unwrap_or_default()
}

/// The name at the end of a queue's URL.
pub(crate) fn queue_name(body: &Value) -> Result<&str, SqsError> {
    Ok(after_last(text(body, "QueueUrl")?, '/'))
}

/// What follows the last `mark`; everything, where there is none.
pub(crate) fn after_last(text: &str, mark: char) -> &str {
    text.rsplit(mark).next().unwrap_or(text)
}

/// A visibility timeout in seconds, if the request has one.
pub(crate) fn visibility(body: &Value) -> Result<Option<i64>, SqsError> {
    number(
        body,
        "VisibilityTimeout",
        0..=43_200,
        "Must be between 0 and 43200.",
    )
}
