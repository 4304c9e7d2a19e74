//! The fields that Insights discovers in a line ("Supported logs and discovered fields").

use std::collections::BTreeMap;

use serde_json::Value;

use super::cell::Cell;
use crate::Line;

/// A row: values by the name of their field.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// When the query began, in seconds since 1970: what `now()` is.
    pub(super) now_s: i64,
    cells: BTreeMap<String, Cell>,
}

impl Row {
    pub(super) fn new(now_s: i64) -> Self {
        Self {
            now_s,
            cells: BTreeMap::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Cell> {
        self.cells.get(name)
    }

    pub(super) fn insert(&mut self, name: String, cell: Cell) {
        self.cells.insert(name, cell);
    }
}

/// The account in `@log`: that of a local run.
const ACCOUNT: &str = "000000000000";

/// The fields of a line: those that Insights makes, those of Lambda's own lines, and those of the first JSON object in it.
///
/// Members of members are joined with dots. A key that has a dot itself, such as `order.id`, comes to the same name; that
/// Insights does so too is read off the page's example, where the key `EC2.InstanceId` becomes
/// `@entity.Attributes.EC2.InstanceId`. A name with a dot needs no backticks ("Fields that contain special characters").
pub(super) fn row(line: &Line, now_s: i64) -> Row {
    let made = [
        ("@timestamp".to_owned(), Cell::Time(line.at_ms)),
        ("@ingestionTime".to_owned(), Cell::Time(line.at_ms)),
        ("@message".to_owned(), Cell::Text(line.text.clone())),
        (
            "@log".to_owned(),
            Cell::Text(format!("{ACCOUNT}:{}", line.log_group)),
        ),
    ];
    let mut row = Row::new(now_s);
    made.into_iter().for_each(|(name, cell)| row.insert(name, cell));
    lambda(&line.text, &mut row);
    if let Some(object) = first_object(&line.text) {
        flatten("", &object, &mut row);
    }
    row
}

fn first_object(text: &str) -> Option<Value> {
    let fragment = text.get(text.find('{')?..)?;
    let first = serde_json::Deserializer::from_str(fragment)
        .into_iter::<Value>()
        .next();
    first?.ok()
}

fn flatten(path: &str, value: &Value, row: &mut Row) {
    let below = |key: &str| match path {
        "" => key.to_owned(),
        path => format!("{path}.{key}"),
    };
    let cell = match value {
        Value::Object(map) => {
            return map
                .iter()
                .for_each(|(key, value)| flatten(&below(key), value, row));
        }
        Value::Array(list) => {
            let each = list.iter().enumerate();
            return each.for_each(|(at, value)| flatten(&below(&at.to_string()), value, row));
        }
        Value::Null => return,
        Value::String(text) => Cell::Text(text.clone()),
        Value::Number(number) => Cell::Number(number.as_f64().unwrap_or_default()),
        Value::Bool(flag) => Cell::Text(flag.to_string()),
    };
    row.insert(path.to_owned(), cell);
}

/// The fields of Lambda's own lines, `START`, `END` and `REPORT`.
fn lambda(text: &str, row: &mut Row) {
    let Some((kind, rest)) = text.split_once(" RequestId: ") else {
        return;
    };
    if !["START", "END", "REPORT"].contains(&kind) {
        return;
    }
    row.insert("@type".to_owned(), Cell::Text(kind.to_owned()));
    let id = rest.split_whitespace().next().unwrap_or_default();
    row.insert("@requestId".to_owned(), Cell::Text(id.to_owned()));
    for part in rest.split('\t').skip(1) {
        let Some((name, value)) = part.split_once(": ") else {
            continue;
        };
        let number = value
            .split(' ')
            .next()
            .and_then(|number| number.parse::<f64>().ok());
        // Durations are in milliseconds, memory in bytes.
        let (field, factor) = match name.trim() {
            "Duration" => ("@duration", 1.0),
            "Billed Duration" => ("@billedDuration", 1.0),
            "Init Duration" => ("@initDuration", 1.0),
            "Memory Size" => ("@memorySize", 1e6),
            "Max Memory Used" => ("@maxMemoryUsed", 1e6),
            _ => continue,
        };
        if let Some(number) = number {
            row.insert(field.to_owned(), Cell::Number(number * factor));
        }
    }
}
