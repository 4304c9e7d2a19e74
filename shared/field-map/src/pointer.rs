//! Where an expression looks: a scope, and a JSON pointer within it.

use serde_json::Value;

/// A pointer as the map writes it.
#[derive(Debug, Clone)]
pub(crate) struct Pointer {
    /// As written, for a person.
    pub(crate) written: String,
    pub(crate) scope: Scope,
    /// RFC 6901, from the scope's element.
    pub(crate) path: String,
}

/// The element that a pointer starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The whole payload.
    Order,
    /// The line's element (0), the element above it (1), and so on.
    Up(usize),
}

/// An element on the way from the payload to a line.
#[derive(Debug, Clone)]
pub(crate) struct Element<'a> {
    pub(crate) value: &'a Value,
    /// Its JSON pointer from the payload's root.
    pub(crate) place: String,
}

/// What an expression can see.
#[derive(Debug, Clone)]
pub(crate) struct View<'a> {
    pub(crate) root: &'a Value,
    /// The elements from the outermost to the line's own; empty outside lines.
    pub(crate) chain: Vec<Element<'a>>,
}

impl<'a> View<'a> {
    /// What the pointer points to, unless that is as good as absent, and the full place that was looked at. A scope
    /// that this line does not have (the parent of an element that stands at the top) holds nothing.
    pub(crate) fn look(&self, pointer: &Pointer) -> (Option<&'a Value>, String) {
        let (start, above) = match pointer.scope {
            Scope::Order => (Some(self.root), ""),
            Scope::Up(levels) => {
                let element = self.chain.iter().rev().nth(levels);
                (
                    element.map(|element| element.value),
                    element.map_or("", |element| element.place.as_str()),
                )
            }
        };
        let found = start
            .and_then(|value| value.pointer(&pointer.path))
            .filter(|value| !is_empty(value));
        let place = if start.is_some() {
            format!("{above}{}", pointer.path)
        } else {
            pointer.written.clone()
        };
        (found, place)
    }
}

/// Null, a text without anything but blanks, an empty list and an empty object all say the same as an absent member.
pub(crate) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// The elements of a list. Some converters write a list of one as the element itself, so an object is a list of one.
pub(crate) fn elements(value: &Value) -> Vec<(Option<usize>, &Value)> {
    match value {
        Value::Array(items) => {
            let numbered = items.iter().enumerate().filter(|(_, item)| !is_empty(item));
            numbered.map(|(position, item)| (Some(position), item)).collect()
        }
        Value::Object(members) if !members.is_empty() => vec![(None, value)],
        _ => Vec::new(),
    }
}
