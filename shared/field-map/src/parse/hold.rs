//! Holds as a map writes them.

use order_model::HOLD_PREFIX;
use serde_json::Value;

use super::expr::{Side, constant, expr};
use super::{MapError, need, object, only};
use crate::hold::{Hold, Is};

/// Bytes of a hold's name. With [`HOLD_PREFIX`] before it, it is a code among others in tables and metrics.
const NAME_LIMIT: usize = 30;

pub(super) fn holds(value: &Value) -> Result<Vec<Hold>, MapError> {
    let list = value
        .as_array()
        .ok_or_else(|| MapError::unfit("holds", "a list of holds"))?;
    let mut holds: Vec<Hold> = Vec::with_capacity(list.len());
    for (position, value) in list.iter().enumerate() {
        let at = format!("holds[{position}]");
        let hold = hold(value, &at)?;
        // Two of one name could not be told apart by whoever has to clear them.
        if holds.iter().any(|other| other.code == hold.code) {
            return Err(MapError::unfit(
                format!("{at}.name"),
                "a name that no other hold has",
            ));
        }
        holds.push(hold);
    }
    Ok(holds)
}

fn hold(value: &Value, at: &str) -> Result<Hold, MapError> {
    let map = object(value, at)?;
    only(map, at, &["name", "when", "is"])?;
    let name = need(map, at, "name")?.as_str().filter(|name| fits(name));
    let name = name.ok_or_else(|| MapError::unfit(format!("{at}.name"), "1 to 30 of a-z, 0-9 and _"))?;
    Ok(Hold {
        code: format!("{HOLD_PREFIX}{name}"),
        when: expr(need(map, at, "when")?, &format!("{at}.when"), Side::Order)?,
        is: is(need(map, at, "is")?, &format!("{at}.is"))?,
    })
}

fn fits(name: &str) -> bool {
    let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (1..=NAME_LIMIT).contains(&name.len()) && name.bytes().all(known)
}

fn is(value: &Value, at: &str) -> Result<Is, MapError> {
    match value {
        Value::String(word) if word == "set" => Ok(Is::Set),
        Value::Array(texts) if !texts.is_empty() => {
            let text = |(position, text)| Ok(constant(text, &format!("{at}[{position}]"))?.to_lowercase());
            texts
                .iter()
                .enumerate()
                .map(text)
                .collect::<Result<_, MapError>>()
                .map(Is::OneOf)
        }
        _ => Err(MapError::unfit(at, "\"set\" or a list of at least one text")),
    }
}
