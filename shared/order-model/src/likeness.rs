//! How much alike two submissions of one eCat order are.
//!
//! The vendor warns that a user can empty a submitted order, fill it again and submit it: it looks like a resubmission
//! and is a new order (ecat.md section 4). Nothing on the wire tells the two apart, so the lines have to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::Order;

/// What two submissions of one uuid are to each other. It is the same from both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// They order the same: for the same customer, place and purchase order, of each SKU and ship date the same
    /// quantity. One may take the other's place without anybody looking.
    Same,
    /// Of the SKUs of both together, at least half stand in both; or one of them is empty.
    Revision,
    /// Fewer than half do.
    LooksNew,
}

impl Likeness {
    /// The word for it, as it is shown.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same_content",
            Self::Revision => "revision",
            Self::LooksNew => "looks_new",
        }
    }
}

/// Compares what two submissions order.
///
/// The order of the lines does not count, and lines of one SKU and one ship date are added up: 5 and 5 for May are 10
/// for May, but not 5 for May and 5 for June, which are two deliveries. A line without a ship date has the order's.
/// Prices, terms and notes do not count: the newest submission's are right. Customer, place of delivery and purchase
/// order do, although they are no lines: the same lines for another shop are another order, and would be lost if it
/// took the first one's place. Such a pair is a revision, which a person looks at.
///
/// An order without lines shares nothing with any other, but it does not look new: it was emptied and not filled again,
/// or was submitted empty and is filled now. Both are a revision, so that the fuller one is not imported, or dropped,
/// before somebody has looked.
pub fn likeness(one: &Order, other: &Order) -> Likeness {
    let (these, those) = (ordered(one), ordered(other));
    if these == those && same_place(one, other) {
        return Likeness::Same;
    }
    let (these, those) = (skus(one), skus(other));
    let common = these.intersection(&those).count();
    let union = these.union(&those).count();
    if these.is_empty() || those.is_empty() || common * 2 >= union {
        Likeness::Revision
    } else {
        Likeness::LooksNew
    }
}

fn ordered(order: &Order) -> BTreeMap<(&str, Option<Date>), Decimal> {
    let mut found = BTreeMap::new();
    for line in &order.lines {
        *found
            .entry((line.sku.as_str(), line.ship_date.or(order.ship_date)))
            .or_default() += line.quantity;
    }
    found
}

fn skus(order: &Order) -> BTreeSet<&str> {
    order.lines.iter().map(|line| line.sku.as_str()).collect()
}

fn same_place(one: &Order, other: &Order) -> bool {
    one.customer.code == other.customer.code
        && one.customer.ship_to_code == other.customer.ship_to_code
        && one.customer_po == other.customer_po
        && one.ship_to == other.ship_to
}

#[cfg(test)]
mod tests;
