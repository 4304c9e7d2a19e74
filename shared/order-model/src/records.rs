//! How the records of a source are told apart, as data: a vendor's crate fills it in, and the intake, which knows no
//! vendor, works with it.

use crate::OrderKey;

/// What is wrong with a record, without its content.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RecordFault(pub &'static str);

/// How to read the records of one source.
#[derive(Clone, Copy)]
pub struct Records {
    /// The source's name in keys, journals and logs.
    pub source: &'static str,
    /// The first key of a record, where a broken one has to be told from the next: `"OrderId"`.
    pub first_key: &'static str,
    /// The order's number in a well-formed record.
    pub number: fn(&[u8]) -> Result<String, RecordFault>,
    /// Whether a well-formed record, cut out of the text after a broken one, is an order and not a part of one.
    pub whole: fn(&[u8]) -> bool,
    /// The order's number in a broken record, if it can be found by looking.
    pub number_in_broken: fn(&[u8]) -> Option<String>,
    /// The bytes of a record without what changes while the record stays the same: names a record that has no number.
    pub steady: fn(&[u8]) -> Vec<u8>,
}

/// Makes the key of an order out of its number at the source.
pub type KeyOf<'a> = dyn Fn(&str) -> Result<OrderKey, RecordFault> + Send + Sync + 'a;
