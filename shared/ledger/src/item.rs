//! DynamoDB items: reading and writing attributes, and the names of keys.

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use order_model::{Millis, OrderKey};
use sha2::{Digest, Sha256};

use crate::LedgerError;

/// The form of what this release writes.
pub(crate) const SCHEMA: u32 = 1;

/// The open index is spread over this many partitions: one takes 1,000 writes a second, and beyond that DynamoDB
/// throttles the table itself.
pub(crate) const SHARDS: u8 = 8;

/// The partition of the open index in which foreign orders stand that wait for nothing.
pub(crate) const FOREIGN: &str = "foreign";

pub(crate) type Item = HashMap<String, AttributeValue>;

pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

pub(crate) fn number(value: impl ToString) -> AttributeValue {
    AttributeValue::N(value.to_string())
}

/// An item under this key, with the schema number.
pub(crate) fn new(pk: impl Into<String>, sk: &str) -> Item {
    HashMap::from([
        ("pk".into(), text(pk)),
        ("sk".into(), text(sk)),
        ("v".into(), number(SCHEMA)),
    ])
}

pub(crate) fn key(pk: &str, sk: &str) -> Item {
    HashMap::from([("pk".into(), text(pk)), ("sk".into(), text(sk))])
}

/// Of what others name a name may be of any length, and DynamoDB takes 1,024 bytes of a sort key: a longer one is named by
/// its SHA-256.
const LONG: usize = 200;

/// What stands in a key for a name that others gave.
pub(crate) fn named(name: &str) -> String {
    if name.len() <= LONG {
        return name.to_owned();
    }
    let digest = Sha256::digest(name.as_bytes());
    digest
        .iter()
        .fold("%sha256-".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
}

/// The partition of the open index in which an order stands.
pub(crate) fn shard(key: &OrderKey) -> String {
    let digest = Sha256::digest(key.as_str().as_bytes());
    (digest[0] % SHARDS).to_string()
}

/// Reads the attributes of one item, naming the item in each error.
pub(crate) struct Reader<'a> {
    pub(crate) key: &'a str,
    pub(crate) item: &'a Item,
}

impl<'a> Reader<'a> {
    /// Opens an item, unless a later release wrote it.
    pub(crate) fn open(key: &'a str, item: &'a Item) -> Result<Self, LedgerError> {
        let reader = Self { key, item };
        let schema: u32 = reader.number("v")?;
        if schema > SCHEMA {
            return Err(LedgerError::Newer {
                key: key.to_owned(),
                schema,
                known: SCHEMA,
            });
        }
        Ok(reader)
    }

    pub(crate) fn unreadable(&self, what: &'static str) -> LedgerError {
        LedgerError::Unreadable {
            key: self.key.to_owned(),
            what,
        }
    }

    pub(crate) fn maybe_text(&self, name: &str) -> Option<&'a str> {
        self.item.get(name)?.as_s().ok().map(String::as_str)
    }

    pub(crate) fn text(&self, name: &'static str) -> Result<&'a str, LedgerError> {
        self.maybe_text(name).ok_or_else(|| self.unreadable(name))
    }

    pub(crate) fn maybe_number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.item.get(name)?.as_n().ok()?.parse().ok()
    }

    pub(crate) fn number<T: std::str::FromStr>(&self, name: &'static str) -> Result<T, LedgerError> {
        self.maybe_number(name).ok_or_else(|| self.unreadable(name))
    }

    pub(crate) fn millis(&self, name: &'static str) -> Result<Millis, LedgerError> {
        self.number(name).map(Millis)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.item
            .get(name)
            .and_then(|value| value.as_bool().ok())
            .copied()
            .unwrap_or(false)
    }
}
