//! The members of an object, each taken once; what nobody took is not known.

use serde_json::{Map, Value};

use super::{BodyError, object};

pub(super) struct Properties {
    members: Map<String, Value>,
    place: String,
}

impl Properties {
    pub(super) fn of(value: &Value, place: &str) -> Result<Self, BodyError> {
        Ok(Self {
            members: object(value, place)?.clone(),
            place: place.to_owned(),
        })
    }

    pub(super) fn error(&self, member: &str, what: &str) -> BodyError {
        BodyError::new(&format!("{}.{member}", self.place), what)
    }

    /// A member that changes nothing here.
    pub(super) fn skip(&mut self, member: &str) {
        self.members.remove(member);
    }

    pub(super) fn take(&mut self, member: &str) -> Option<Value> {
        self.members.remove(member)
    }

    pub(super) fn value(&mut self, member: &str) -> Result<Value, BodyError> {
        self.take(member).ok_or_else(|| self.error(member, "is missing"))
    }

    pub(super) fn text(&mut self, member: &str) -> Result<String, BodyError> {
        match self.value(member)? {
            Value::String(text) => Ok(text),
            _ => Err(self.error(member, "no text")),
        }
    }

    pub(super) fn text_or(&mut self, member: &str, default: &str) -> Result<String, BodyError> {
        match self.members.contains_key(member) {
            true => self.text(member),
            false => Ok(default.to_owned()),
        }
    }

    pub(super) fn one_of(
        &mut self,
        member: &str,
        known: &[&str],
        default: &str,
    ) -> Result<String, BodyError> {
        let text = self.text_or(member, default)?;
        match known.contains(&text.as_str()) {
            true => Ok(text),
            false => Err(self.error(member, &format!("{text:?} is not known"))),
        }
    }

    pub(super) fn number(&mut self, member: &str) -> Result<u64, BodyError> {
        let number = self.value(member)?.as_u64();
        number.ok_or_else(|| self.error(member, "no whole number"))
    }

    pub(super) fn flag_or(&mut self, member: &str, default: bool) -> Result<bool, BodyError> {
        match self.take(member) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(self.error(member, "neither true nor false")),
        }
    }

    pub(super) fn list(&mut self, member: &str) -> Result<Vec<Value>, BodyError> {
        match self.value(member)? {
            Value::Array(list) => Ok(list),
            _ => Err(self.error(member, "no list")),
        }
    }

    pub(super) fn inner(&mut self, member: &str) -> Result<Option<Self>, BodyError> {
        let place = format!("{}.{member}", self.place);
        self.take(member)
            .map(|value| Self::of(&value, &place))
            .transpose()
    }

    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), BodyError> {
        match self.members.keys().next() {
            Some(member) => Err(self.error(member, "is not known")),
            None => Ok(()),
        }
    }
}
