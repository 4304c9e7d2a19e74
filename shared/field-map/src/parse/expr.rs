//! Expressions as a map writes them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::{MapError, need, object, only};
use crate::expr::{Expr, Lookup, Otherwise};
use crate::pointer::{Pointer, Scope};

/// Which half of the map an expression stands in: it decides what a pointer may start from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Side {
    /// Order fields and checks see the payload only.
    Order,
    /// Line fields see the payload, the line's element, and so many elements above it.
    Line { above: usize },
}

const OPERATORS: [&str; 9] = [
    "at",
    "all",
    "first",
    "lookup",
    "join",
    "const",
    "table",
    "required",
    "that_adds_up",
];

/// The columns that may be the unit price: those of `that_adds_up`, or the one expression that is there.
pub(super) fn prices(value: &Value, at: &str, side: Side) -> Result<Vec<Expr>, MapError> {
    // The unit price is required anyway, so saying so changes nothing.
    if let Some(inner) = value.get("required") {
        only(object(value, at)?, at, &["required"])?;
        return prices(inner, &format!("{at}.required"), side);
    }
    match value.get("that_adds_up") {
        Some(candidates) => {
            only(object(value, at)?, at, &["that_adds_up"])?;
            list(candidates, &format!("{at}.that_adds_up"), side)
        }
        None => Ok(vec![expr(value, at, side)?]),
    }
}

/// One expression. The depth is bounded by that of the JSON parser, 128.
pub(super) fn expr(value: &Value, at: &str, side: Side) -> Result<Expr, MapError> {
    if value.is_string() {
        return Ok(Expr::At(pointer(value, at, side)?));
    }
    let map = value
        .as_object()
        .ok_or_else(|| MapError::unfit(at, "a pointer or an expression"))?;
    let operator = OPERATORS
        .into_iter()
        .find_map(|name| map.get(name).map(|operand| (name, operand)));
    let Some((operator, operand)) = operator else {
        // A misspelt operator is best told by its own name.
        only(map, at, &[])?;
        return Err(MapError::unfit(at, "a pointer or an expression"));
    };
    let inside = format!("{at}.{operator}");
    let known = [operator, "with"];
    let between = matches!(operator, "all" | "join");
    only(map, at, if between { &known } else { &known[..1] })?;
    match operator {
        "at" => Ok(Expr::At(pointer(operand, &inside, side)?)),
        "first" => Ok(Expr::First(list(operand, &inside, side)?)),
        "lookup" => Ok(Expr::Lookup(lookup(operand, &inside, side)?)),
        "all" => Ok(Expr::All {
            list: pointer(operand, &inside, side)?,
            with: with(map, at, ", ")?,
        }),
        "join" => Ok(Expr::Join {
            parts: list(operand, &inside, side)?,
            with: with(map, at, "")?,
        }),
        "const" => Ok(Expr::Const(constant(operand, &inside)?)),
        "table" => table(operand, &inside, side),
        "required" => Ok(Expr::Required(Box::new(expr(operand, &inside, side)?))),
        _ => Err(MapError::unfit(
            inside,
            "allowed anywhere but as the unit price itself",
        )),
    }
}

/// What stands between the parts, as it is written: blanks count here.
fn with(map: &Map<String, Value>, at: &str, default: &str) -> Result<String, MapError> {
    let with = map.get("with").map_or(Some(default), Value::as_str);
    with.map(str::to_owned)
        .ok_or_else(|| MapError::unfit(format!("{at}.with"), "a text"))
}

fn list(value: &Value, at: &str, side: Side) -> Result<Vec<Expr>, MapError> {
    let items = value.as_array().filter(|items| !items.is_empty());
    let items = items.ok_or_else(|| MapError::unfit(at, "a list of at least one expression"))?;
    items
        .iter()
        .enumerate()
        .map(|(position, item)| expr(item, &format!("{at}[{position}]"), side))
        .collect()
}

fn lookup(value: &Value, at: &str, side: Side) -> Result<Lookup, MapError> {
    let map = object(value, at)?;
    only(map, at, &["in", "key", "equals", "value"])?;
    Ok(Lookup {
        list: pointer(need(map, at, "in")?, &format!("{at}.in"), side)?,
        key: text(map, at, "key")?,
        equals: text(map, at, "equals")?,
        value: text(map, at, "value")?,
    })
}

fn table(value: &Value, at: &str, side: Side) -> Result<Expr, MapError> {
    let map = object(value, at)?;
    only(map, at, &["of", "entries", "otherwise"])?;
    let of = Box::new(expr(need(map, at, "of")?, &format!("{at}.of"), side)?);
    let inside = format!("{at}.entries");
    let entries = object(need(map, at, "entries")?, &inside)?;
    let entry =
        |(from, to): (&String, &Value)| Ok((from.clone(), constant(to, &format!("{inside}.{from}"))?));
    let entries: BTreeMap<String, String> = entries.iter().map(entry).collect::<Result<_, MapError>>()?;
    let inside = format!("{at}.otherwise");
    let otherwise = match need(map, at, "otherwise")? {
        Value::String(word) if word == "keep" => Otherwise::Keep,
        Value::String(word) if word == "missing" => Otherwise::Missing,
        Value::Object(map) => {
            only(map, &inside, &["const"])?;
            Otherwise::Const(constant(
                need(map, &inside, "const")?,
                &format!("{inside}.const"),
            )?)
        }
        _ => return Err(MapError::unfit(inside, "\"keep\", \"missing\" or a const")),
    };
    Ok(Expr::Table {
        of,
        entries,
        otherwise,
    })
}

/// A text or a number that is not empty: an empty one would be absent, which is said by leaving it out.
pub(super) fn constant(value: &Value, at: &str) -> Result<String, MapError> {
    let text = match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    if text.is_empty() {
        Err(MapError::unfit(at, "a text or a number"))
    } else {
        Ok(text)
    }
}

fn text(map: &Map<String, Value>, at: &str, key: &'static str) -> Result<String, MapError> {
    let text = need(map, at, key)?
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    text.map(str::to_owned)
        .ok_or_else(|| MapError::unfit(format!("{at}.{key}"), "a text"))
}

fn pointer(value: &Value, at: &str, side: Side) -> Result<Pointer, MapError> {
    let expected = match side {
        Side::Order => "a pointer such as \"/CurrencyCode\"",
        Side::Line { .. } => "a pointer with a scope that it has, such as \"line:/SizeCode\"",
    };
    let read = |written: &str| {
        let (scope, path) = match written.split_once(":/") {
            Some((name, path)) if !name.contains('/') => (scope(name, side)?, format!("/{path}")),
            _ if matches!(side, Side::Order) => (Scope::Order, written.to_owned()),
            _ => return None,
        };
        path.starts_with('/').then(|| Pointer {
            written: written.to_owned(),
            scope,
            path,
        })
    };
    value
        .as_str()
        .and_then(read)
        .ok_or_else(|| MapError::unfit(at, expected))
}

fn scope(name: &str, side: Side) -> Option<Scope> {
    let up = match (name, side) {
        ("order", _) => return Some(Scope::Order),
        (_, Side::Order) => return None,
        ("line", _) => 0,
        ("parent", _) => 1,
        // `parent2` and up; `parent1` would be a second name for `parent`.
        _ => name.strip_prefix("parent")?.parse().ok().filter(|up| *up >= 2)?,
    };
    matches!(side, Side::Line { above } if up <= above).then_some(Scope::Up(up))
}
