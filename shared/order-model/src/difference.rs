//! What a person is told of two versions of an order.
//!
//! Codes, dates, quantities and prices are told; of names, addresses and notes only that they changed, because they
//! are personal data and this goes into answers, logs and mails.

mod header;
mod lines;
#[cfg(test)]
mod tests;
mod text;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::{Line, Order};

/// What changed from one version of an order to another. Numbers are without trailing zeros, so that `4` and `4.00`
/// are one quantity, as they are in the [`ContentHash`](crate::ContentHash).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// The fields of the order itself, in the order of their declaration.
    pub header: Vec<HeaderChange>,
    /// Lines that only the later version has, in its order.
    pub added: Vec<LineChange>,
    /// Lines that only the earlier version has, in its order.
    pub removed: Vec<LineChange>,
    /// Lines that both have, but not alike, in the order of the earlier version.
    pub changed: Vec<ChangedLine>,
    /// Whether the lines that both have stand in another sequence, or, where none is added or removed, under other
    /// numbers. Numbers that moved on because a line was put in before them do not count.
    pub reordered: bool,
    /// What the lines came to, in the currency that the order had.
    pub total_before: Decimal,
    /// What the lines come to, in the currency that the order has.
    pub total_after: Decimal,
}

/// A field of the order itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeaderChange {
    /// Its name, such as `customer.code`.
    pub field: &'static str,
    /// What it was; `None` if it was absent, and always for a field whose values are not told.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What it is, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// A line that only one version has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LineChange {
    /// Its number in the version that has it.
    pub line: u32,
    /// The ERP's item code.
    pub sku: String,
    /// How many.
    pub quantity: Decimal,
    /// Price of one, before the discount.
    pub unit_price: Decimal,
    /// Discount in percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discount_percent: Option<Decimal>,
}

/// A line that both versions have, but not alike. What did not change is equal in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedLine {
    /// Its number in the earlier version.
    pub line_before: u32,
    /// Its number in the later version.
    pub line_after: u32,
    /// The ERP's item code, which is what makes it the same line.
    pub sku: String,
    /// How many it was.
    pub quantity_before: Decimal,
    /// How many it is.
    pub quantity_after: Decimal,
    /// Price of one, before the discount, as it was.
    pub unit_price_before: Decimal,
    /// Price of one, before the discount, as it is.
    pub unit_price_after: Decimal,
    /// The names of the other fields that changed, such as `discount_percent`.
    pub other: Vec<&'static str>,
}

/// Compares two versions of an order.
///
/// A line is known by its SKU, not by its number: otherwise one line put in at the front would make all others changed.
/// Where a SKU stands in several lines, the first is compared with the first, and so on.
pub fn difference(before: &Order, after: &Order) -> Difference {
    let lines::Pairing {
        pairs,
        added,
        removed,
    } = lines::pair(&before.lines, &after.lines);
    let reordered = lines::reordered(&pairs, added.is_empty() && removed.is_empty());
    Difference {
        header: header::changes(before, after),
        added: added.into_iter().map(LineChange::of).collect(),
        removed: removed.into_iter().map(LineChange::of).collect(),
        changed: pairs.iter().filter_map(ChangedLine::of).collect(),
        reordered,
        total_before: before.lines_total().normalize(),
        total_after: after.lines_total().normalize(),
    }
}

impl Difference {
    /// Whether the two versions say the same, which is so exactly when they have one content hash.
    pub fn is_empty(&self) -> bool {
        let Self {
            header,
            added,
            removed,
            changed,
            reordered,
            ..
        } = self;
        header.is_empty() && added.is_empty() && removed.is_empty() && changed.is_empty() && !reordered
    }
}

impl LineChange {
    fn of(line: &Line) -> Self {
        Self {
            line: line.line,
            sku: line.sku.clone(),
            quantity: line.quantity.normalize(),
            unit_price: line.unit_price.normalize(),
            discount_percent: line.discount_percent.map(|percent| percent.normalize()),
        }
    }
}
