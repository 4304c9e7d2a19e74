//! Expressions: how one text is found.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pointer::{Pointer, View, elements, is_empty};

/// How one text is found.
#[derive(Debug, Clone)]
pub(crate) enum Expr {
    At(Pointer),
    All {
        list: Pointer,
        with: String,
    },
    First(Vec<Expr>),
    Lookup(Lookup),
    Join {
        parts: Vec<Expr>,
        with: String,
    },
    Const(String),
    Table {
        of: Box<Expr>,
        entries: BTreeMap<String, String>,
        otherwise: Otherwise,
    },
    Required(Box<Expr>),
}

/// A look into a list of key/value objects.
#[derive(Debug, Clone)]
pub(crate) struct Lookup {
    pub(crate) list: Pointer,
    /// The member that holds the key.
    pub(crate) key: String,
    /// The key that is looked for, whatever its case.
    pub(crate) equals: String,
    /// The member that holds the value.
    pub(crate) value: String,
}

/// What a table says of a text that is not in it.
#[derive(Debug, Clone)]
pub(crate) enum Otherwise {
    Keep,
    Missing,
    Const(String),
}

/// Why an expression gives no text, other than that there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fault {
    /// A part that the map calls required is absent.
    Missing,
    /// A list or an object stands where one value belongs.
    NotOneValue,
}

type Found = Result<Option<String>, Fault>;

impl Expr {
    /// The text, without blanks around it; `None` if there is none. Every place looked at is added to `tried`.
    pub(crate) fn find(&self, view: &View<'_>, tried: &mut Vec<String>) -> Found {
        match self {
            Self::At(pointer) => {
                let (value, place) = view.look(pointer);
                tried.push(place);
                value.map(one_value).transpose()
            }
            Self::All { list, with } => {
                let (value, place) = view.look(list);
                tried.push(place);
                value.map_or(Ok(None), |value| all(value, with))
            }
            Self::First(candidates) => first(candidates, view, tried),
            Self::Lookup(lookup) => lookup.find(view, tried),
            Self::Join { parts, with } => join(parts, with, view, tried),
            Self::Const(text) => Ok(Some(text.clone())),
            Self::Table {
                of,
                entries,
                otherwise,
            } => {
                let Some(text) = of.find(view, tried)? else {
                    return Ok(None);
                };
                Ok(match (entries.get(&text), otherwise) {
                    (Some(entry), _) => Some(entry.clone()),
                    (None, Otherwise::Keep) => Some(text),
                    (None, Otherwise::Missing) => None,
                    (None, Otherwise::Const(constant)) => Some(constant.clone()),
                })
            }
            Self::Required(inner) => inner.find(view, tried)?.map(Some).ok_or(Fault::Missing),
        }
    }

    /// The places that it may look at, as the map writes them.
    pub(crate) fn written(&self) -> Vec<String> {
        match self {
            Self::At(pointer) | Self::All { list: pointer, .. } => vec![pointer.written.clone()],
            Self::First(parts) | Self::Join { parts, .. } => parts.iter().flat_map(Self::written).collect(),
            Self::Lookup(lookup) => vec![lookup.place(&lookup.list.written)],
            Self::Const(_) => Vec::new(),
            Self::Table { of: inner, .. } | Self::Required(inner) => inner.written(),
        }
    }
}

/// A candidate that lacks a required part is passed over; if no other gives anything, that lack is the answer.
fn first(candidates: &[Expr], view: &View<'_>, tried: &mut Vec<String>) -> Found {
    let mut lacking = false;
    for candidate in candidates {
        match candidate.find(view, tried) {
            Ok(None) => {}
            Err(Fault::Missing) => lacking = true,
            found => return found,
        }
    }
    if lacking { Err(Fault::Missing) } else { Ok(None) }
}

/// The values of a list, or the one value that stands in its place.
fn all(value: &Value, with: &str) -> Found {
    let Value::Array(items) = value else {
        return one_value(value).map(Some);
    };
    let there = items.iter().filter(|item| !is_empty(item));
    let texts = there.map(one_value).collect::<Result<Vec<String>, Fault>>()?;
    Ok((!texts.is_empty()).then(|| texts.join(with)))
}

fn join(parts: &[Expr], with: &str, view: &View<'_>, tried: &mut Vec<String>) -> Found {
    let mut texts = Vec::with_capacity(parts.len());
    for part in parts {
        texts.extend(part.find(view, tried)?);
    }
    Ok(if texts.is_empty() {
        None
    } else {
        Some(texts.join(with))
    })
}

impl Lookup {
    fn find(&self, view: &View<'_>, tried: &mut Vec<String>) -> Found {
        let (list, place) = view.look(&self.list);
        tried.push(self.place(&place));
        let Some(list) = list else { return Ok(None) };
        let value = elements(list)
            .into_iter()
            .filter(|(_, item)| self.names(item))
            .filter_map(|(_, item)| item.get(&self.value))
            .find(|value| !is_empty(value));
        value.map(one_value).transpose()
    }

    /// For a person: `/Extensions[ElementType=CURRENCY]/Value`.
    fn place(&self, list: &str) -> String {
        format!("{list}[{}={}]/{}", self.key, self.equals, self.value)
    }

    fn names(&self, item: &Value) -> bool {
        let key = item.get(&self.key).and_then(Value::as_str);
        key.is_some_and(|key| key.trim().eq_ignore_ascii_case(&self.equals))
    }
}

/// The text of a single value. A number is its shortest decimal text, never a float that is computed with.
pub(crate) fn one_value(value: &Value) -> Result<String, Fault> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(Fault::NotOneValue),
    }
}
