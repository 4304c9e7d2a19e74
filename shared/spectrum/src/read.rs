//! Reading the vendor's JSON, leniently: keys in any letter case, texts that may be numbers.

use serde_json::{Map, Value};

/// The value under this key; none if it is null.
pub(crate) fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    said(fields, name).filter(|found| !found.is_null())
}

/// The value under this key, which may be null.
pub(crate) fn said<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let ignoring_case = || {
        let mut all = fields.iter();
        all.find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    };
    fields.get(name).or_else(ignoring_case)
}

/// A text, or a number as its digits.
pub(crate) fn text(fields: &Map<String, Value>, name: &str) -> Option<String> {
    match field(fields, name)? {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A plain yes or no; nothing where it is neither.
pub(crate) fn yes(fields: &Map<String, Value>, name: &str) -> Option<bool> {
    match field(fields, name)? {
        Value::Bool(yes) => Some(*yes),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// The objects of a list; none where there is no list.
pub(crate) fn list<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<Vec<&'a Map<String, Value>>> {
    let all = field(fields, name)?.as_array()?;
    all.iter().map(Value::as_object).collect()
}
