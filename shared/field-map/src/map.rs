//! The map as a value: what it was read from, and what it holds.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use order_model::{ErpKey, Order, Vendor};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::expr::Expr;
use crate::parse::{MapError, parse};
use crate::problem::Problem;
use crate::walk::Path;

/// What an order has that does not stand in its payload.
#[derive(Debug, Clone)]
pub struct Context {
    /// The order's name for ever.
    pub key: ErpKey,
    /// Which vendor the payload is from.
    pub vendor: Vendor,
    /// The account at the vendor, as it stands in the key.
    pub account: String,
    /// The zone of dates and times that are written without one.
    pub time_zone: TimeZone,
}

/// Where each field of an order lives in the payload of one source.
#[derive(Debug, Clone)]
pub struct FieldMap {
    text: String,
    version: String,
    pub(crate) rules: Rules,
}

/// The content of a map, field names checked.
#[derive(Debug, Clone)]
pub(crate) struct Rules {
    pub(crate) source: Vendor,
    /// By the names of [`crate::parse::ORDER_FIELDS`].
    pub(crate) order: BTreeMap<String, Expr>,
    /// Where the lines are.
    pub(crate) each: Vec<Path>,
    /// Whether lines of quantity zero are left out; otherwise they are invalid.
    pub(crate) drop_when_zero: bool,
    /// By the names of [`crate::parse::LINE_FIELDS`], without the unit price.
    pub(crate) line: BTreeMap<String, Expr>,
    /// The columns that may be the unit price; never empty.
    pub(crate) prices: Vec<Expr>,
    /// What the payload states about itself, by the names of [`crate::parse::CHECKS`].
    pub(crate) checks: BTreeMap<String, Expr>,
}

impl FieldMap {
    /// Reads a map from its JSON text. An unknown key is an error: a misspelt field would be a field left out.
    pub fn parse(text: &str) -> Result<Self, MapError> {
        let rules = parse(text)?;
        let digest = Sha256::digest(text.as_bytes());
        let version = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Ok(Self {
            text: text.to_owned(),
            version,
            rules,
        })
    }

    /// The map that a RepSpark brand starts with: `src/repspark.json`. Its line names are guesses; the README lists
    /// them.
    #[expect(
        clippy::expect_used,
        reason = "the text is part of this crate, and a test reads it"
    )]
    pub fn repspark_default() -> Self {
        Self::parse(include_str!("repspark.json")).expect("the built-in map is well-formed")
    }

    /// The name of this exact text: the first 8 bytes of its SHA-256, as 16 hex digits. Two texts that mean the same
    /// are two versions.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The text that the map was read from, to be stored: a later release may have another default, and an order
    /// stays with the version that it was imported with.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The vendor whose payloads it reads.
    pub fn source(&self) -> Vendor {
        self.rules.source
    }

    /// Makes an order of one payload (one order, not the list that it came in), or tells everything that stands in the
    /// way. `revision_of` is never set: that is a person's decision, not a field.
    pub fn apply(&self, raw: &Value, context: &Context) -> Result<Order, Vec<Problem>> {
        crate::apply::apply(&self.rules, raw, context)
    }
}
