//! Fields of a body, checked to the letter. What is wrong is told in words.

use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::{Map, Value};

/// So long may a text be. **A guess**: the vendor names no limit.
const TEXT_MAX: usize = 255;

pub(super) fn recipe_set(line: &Map<String, Value>, name: &str) -> Result<String, String> {
    let id = text(line, name)?;
    let fits = id.len() == 8 && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match fits {
        true => Ok(id.to_owned()),
        false => Err(format!("{name} is not 8 letters and digits")),
    }
}

/// ISO 8601 with an offset in digits; or as one sample of the seed has it.
pub(super) fn date(fields: &Map<String, Value>, name: &str) -> Result<(), String> {
    let date = text(fields, name)?;
    let iso = date.contains('T') && !date.ends_with('Z') && date.parse::<Timestamp>().is_ok();
    let sample = DateTime::strptime("%m/%d/%Y %I:%M%p", date).is_ok();
    match iso || sample {
        true => Ok(()),
        false => Err(format!("{name} is no date-time with an offset")),
    }
}

pub(super) fn object<'a>(
    value: &'a Value,
    place: &str,
    required: &[&str],
    more: &[&str],
) -> Result<&'a Map<String, Value>, String> {
    let fields = value.as_object().ok_or_else(|| format!("{place} is no object"))?;
    let known = |name: &str| required.contains(&name) || more.contains(&name);
    if let Some(unknown) = fields.keys().find(|name| !known(name)) {
        return Err(format!("{place}.{unknown} is no field"));
    }
    match required.iter().find(|name| !fields.contains_key(**name)) {
        Some(missing) => Err(format!("{place}.{missing} is missing")),
        None => Ok(fields),
    }
}

pub(super) fn list<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a Vec<Value>, String> {
    let all = fields.get(name).and_then(Value::as_array);
    all.filter(|all| !all.is_empty())
        .ok_or_else(|| format!("{name} is no array with something in it"))
}

pub(super) fn texts(fields: &Map<String, Value>, names: &[&str]) -> Result<(), String> {
    names.iter().try_for_each(|name| text(fields, name).map(|_| ()))
}

/// A text that says something.
pub(super) fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, String> {
    let text = is_text(fields.get(name).unwrap_or(&Value::Null), name)?;
    match text.trim().is_empty() {
        true => Err(format!("{name} says nothing")),
        false => Ok(text),
    }
}

pub(super) fn is_text<'a>(value: &'a Value, name: &str) -> Result<&'a str, String> {
    let text = value.as_str().ok_or_else(|| format!("{name} is no text"))?;
    match text.chars().count() > TEXT_MAX {
        true => Err(format!("{name} is too long")),
        false => Ok(text),
    }
}

pub(super) fn one_of(fields: &Map<String, Value>, name: &str, words: &[&str]) -> Result<(), String> {
    match words.contains(&text(fields, name)?) {
        true => Ok(()),
        false => Err(format!("{name} is none of the values")),
    }
}
