//! A map of the template together with its place, so that what is wrong with a field can be said with its path.

use serde_json::{Map, Value};

use crate::TemplateError;
use crate::parameters::text;

/// A map and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Fields<'a> {
    /// This value as a map.
    pub(crate) fn of(value: &'a Value, path: &str) -> Result<Self, TemplateError> {
        let map = value
            .as_object()
            .ok_or_else(|| TemplateError::malformed(path, "a map"))?;
        Ok(Self {
            map,
            path: path.to_owned(),
        })
    }

    /// Where the map stands.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Where a field stands. The template itself has no name in a path.
    pub(crate) fn path_of(&self, key: &str) -> String {
        if self.path == "template" {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Refuses fields that the reader does not know: they could change what is deployed.
    pub(crate) fn only(&self, known: &[&str]) -> Result<(), TemplateError> {
        match self.map.keys().find(|key| !known.contains(&key.as_str())) {
            Some(key) => Err(TemplateError::unsupported(&self.path, key)),
            None => Ok(()),
        }
    }

    /// The names of the fields.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &'a String> {
        self.map.keys()
    }

    /// A field, if it is there.
    pub(crate) fn get(&self, key: &str) -> Option<&'a Value> {
        self.map.get(key)
    }

    /// A field that must be there.
    pub(crate) fn need(&self, key: &str) -> Result<&'a Value, TemplateError> {
        self.get(key)
            .ok_or_else(|| TemplateError::malformed(self.path_of(key), "given"))
    }

    /// A map that must be there.
    pub(crate) fn fields(&self, key: &str) -> Result<Fields<'a>, TemplateError> {
        Fields::of(self.need(key)?, &self.path_of(key))
    }

    /// A map's entries; none if it is not there.
    pub(crate) fn map(
        &self,
        key: &str,
    ) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, TemplateError> {
        let map = match self.get(key) {
            Some(value) => Some(Fields::of(value, &self.path_of(key))?.map),
            None => None,
        };
        Ok(map.into_iter().flatten())
    }

    /// A list's elements; none if it is not there.
    pub(crate) fn list(&self, key: &str) -> Result<&'a [Value], TemplateError> {
        match self.get(key) {
            None => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(TemplateError::malformed(self.path_of(key), "a list")),
        }
    }

    /// A list of maps; empty if it is not there.
    pub(crate) fn list_of_fields(&self, key: &str) -> Result<Vec<Fields<'a>>, TemplateError> {
        let path = self.path_of(key);
        let list = self.list(key)?.iter().enumerate();
        list.map(|(at, value)| Fields::of(value, &format!("{path}.{at}")))
            .collect()
    }

    /// A text, or a number or truth value as text, that must be there.
    pub(crate) fn text(&self, key: &str) -> Result<String, TemplateError> {
        match self.need(key)? {
            value @ (Value::String(_) | Value::Number(_) | Value::Bool(_)) => Ok(text(value)),
            _ => Err(TemplateError::malformed(self.path_of(key), "a text")),
        }
    }

    /// A text, if it is there.
    pub(crate) fn text_if_any(&self, key: &str) -> Result<Option<String>, TemplateError> {
        self.get(key).map(|_| self.text(key)).transpose()
    }

    /// One text or a list of them, which IAM treats alike.
    pub(crate) fn texts(&self, key: &str) -> Result<Vec<String>, TemplateError> {
        let one_or_more = match self.need(key)? {
            Value::Array(list) => list.as_slice(),
            one => std::slice::from_ref(one),
        };
        let texts = one_or_more.iter().map(|value| value.as_str().map(str::to_owned));
        texts
            .collect::<Option<_>>()
            .ok_or_else(|| TemplateError::malformed(self.path_of(key), "a text or texts"))
    }

    /// A whole number, if it is there. A parameter's value is a text, so a text of digits will do.
    pub(crate) fn number_if_any(&self, key: &str) -> Result<Option<u64>, TemplateError> {
        let Some(value) = self.get(key) else {
            return Ok(None);
        };
        let number = text(value).parse();
        number
            .map(Some)
            .map_err(|_| TemplateError::malformed(self.path_of(key), "a whole number"))
    }

    /// A whole number, or what AWS takes if it is not there.
    pub(crate) fn number_or(&self, key: &str, default: u64) -> Result<u64, TemplateError> {
        Ok(self.number_if_any(key)?.unwrap_or(default))
    }

    /// A number that must be there. A parameter's value is a text, so a text of digits will do.
    pub(crate) fn decimal(&self, key: &str) -> Result<f64, TemplateError> {
        let number = self
            .text(key)?
            .parse()
            .ok()
            .filter(|number: &f64| number.is_finite());
        number.ok_or_else(|| TemplateError::malformed(self.path_of(key), "a number"))
    }

    /// A truth value, or what AWS takes if it is not there.
    pub(crate) fn flag_or(&self, key: &str, default: bool) -> Result<bool, TemplateError> {
        let Some(value) = self.get(key) else {
            return Ok(default);
        };
        text(value)
            .parse()
            .map_err(|_| TemplateError::malformed(self.path_of(key), "true or false"))
    }
}
