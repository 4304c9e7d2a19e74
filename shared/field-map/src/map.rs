//! The map as a value: what it was read from, and what it holds.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use order_model::{ErpKey, Order, Origin};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::expr::Expr;
use crate::hold::{self, Hold};
use crate::parse::{CHECKS, LINE_FIELDS, MapError, ORDER_FIELDS, parse};
use crate::problem::Problem;
use crate::walk::Path;

/// What an order has that does not stand in its payload.
#[derive(Debug, Clone)]
pub struct Context {
    /// The order's name for ever.
    pub key: ErpKey,
    /// Which vendor the payload is from.
    pub vendor: Origin,
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
    pub(crate) source: Origin,
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
    /// Which orders a person has to look at first, as the map lists them.
    pub(crate) holds: Vec<Hold>,
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

    /// The map that an eCat brand starts with: `src/ecat.json`. Apart from the order's number and its uuid all of it is
    /// guesses; the README lists them.
    #[expect(
        clippy::expect_used,
        reason = "the text is part of this crate, and a test reads it"
    )]
    pub fn ecat_default() -> Self {
        Self::parse(include_str!("ecat.json")).expect("the built-in map is well-formed")
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
    pub fn source(&self) -> Origin {
        self.rules.source
    }

    /// Makes an order of one payload (one order, not the list that it came in), or tells everything that stands in the
    /// way. `revision_of` is never set: that is a person's decision, not a field.
    pub fn apply(&self, raw: &Value, context: &Context) -> Result<Order, Vec<Problem>> {
        crate::apply::apply(&self.rules, raw, context)
    }

    /// Why the order of this payload is to be held for a person: the codes (`hold_<name>`) of the holds that it
    /// matches, in the map's order; empty for an order that may go on. Whether the payload maps is another question.
    pub fn holds(&self, raw: &Value) -> Vec<String> {
        hold::codes(&self.rules.holds, raw)
    }

    /// Where the map looks, for a person: each mapped field with its places in the order in which they are tried, as
    /// the map writes them. Fields are named as in a [`Problem`], with `lines[].` for those of every line; `lines` is
    /// where the lines are, and a hold goes by its code. A field without places is a constant.
    pub fn places(&self) -> Vec<(String, Vec<String>)> {
        let Rules { each, prices, .. } = &self.rules;
        let order = named(&ORDER_FIELDS, &self.rules.order, "");
        let lines = each.iter().map(|path| path.written.clone()).collect();
        let prices = prices.iter().flat_map(Expr::written).collect();
        let line = named(&LINE_FIELDS, &self.rules.line, "lines[].");
        let checks = named(&CHECKS, &self.rules.checks, "");
        let holds = self.rules.holds.iter();
        let holds = holds.map(|hold| (hold.code.clone(), hold.when.written()));
        let found = order
            .chain([("lines".to_owned(), lines)])
            .chain(line)
            .chain([("lines[].unit_price".to_owned(), prices)]);
        found.chain(checks).chain(holds).collect()
    }
}

/// The mapped ones of these fields, in this order, with what stands before their names.
fn named<'a>(
    names: &'a [&str],
    fields: &'a BTreeMap<String, Expr>,
    prefix: &'a str,
) -> impl Iterator<Item = (String, Vec<String>)> + 'a {
    let field = move |name: &&str| Some((format!("{prefix}{name}"), fields.get(*name)?.written()));
    names.iter().filter_map(field)
}
