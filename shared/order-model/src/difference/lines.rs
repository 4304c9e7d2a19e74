//! Which lines of two versions are the same line, and what changed on it.

use std::collections::{HashMap, VecDeque};

use super::ChangedLine;
use crate::Line;

/// A line that both versions have.
pub(super) struct Pair<'a> {
    before: &'a Line,
    after: &'a Line,
    /// Where the later version has it, from 0.
    position: usize,
}

/// Every line of both versions, once.
pub(super) struct Pairing<'a> {
    /// In the order of the earlier version.
    pub(super) pairs: Vec<Pair<'a>>,
    pub(super) added: Vec<&'a Line>,
    pub(super) removed: Vec<&'a Line>,
}

/// Pairs lines of one SKU, the first with the first, and so on.
pub(super) fn pair<'a>(before: &'a [Line], after: &'a [Line]) -> Pairing<'a> {
    let mut left: HashMap<&str, VecDeque<usize>> = HashMap::new();
    for (position, line) in after.iter().enumerate() {
        left.entry(&line.sku).or_default().push_back(position);
    }
    let mut pairs = Vec::with_capacity(before.len());
    let mut removed = Vec::new();
    let mut paired = vec![false; after.len()];
    for line in before {
        let position = left.get_mut(line.sku.as_str()).and_then(VecDeque::pop_front);
        match position.and_then(|position| Some((position, after.get(position)?, paired.get_mut(position)?)))
        {
            Some((position, after, paired)) => {
                *paired = true;
                pairs.push(Pair {
                    before: line,
                    after,
                    position,
                });
            }
            None => removed.push(line),
        }
    }
    let alone = after.iter().zip(paired).filter(|(_, paired)| !paired);
    let added = alone.map(|(line, _)| line).collect();
    Pairing {
        pairs,
        added,
        removed,
    }
}

/// Whether the pairs stand in another sequence or, if there are no other lines, under other numbers.
pub(super) fn reordered(pairs: &[Pair<'_>], all_paired: bool) -> bool {
    let in_sequence = pairs.is_sorted_by_key(|pair| pair.position);
    let same_number = |pair: &Pair<'_>| pair.before.line == pair.after.line;
    !in_sequence || (all_paired && !pairs.iter().all(same_number))
}

impl ChangedLine {
    pub(super) fn of(pair: &Pair<'_>) -> Option<Self> {
        let Pair { before, after, .. } = pair;
        let other = other(before, after);
        let alike = before.quantity == after.quantity && before.unit_price == after.unit_price;
        (!alike || !other.is_empty()).then(|| Self {
            line_before: before.line,
            line_after: after.line,
            sku: after.sku.clone(),
            quantity_before: before.quantity.normalize(),
            quantity_after: after.quantity.normalize(),
            unit_price_before: before.unit_price.normalize(),
            unit_price_after: after.unit_price.normalize(),
            other,
        })
    }
}

/// The names of the fields that differ, without what [`ChangedLine`] has in fields of its own.
fn other(before: &Line, after: &Line) -> Vec<&'static str> {
    // Taken apart without `..`, so that a field that is added to a line is not forgotten here.
    let Line {
        line: _,
        sku: _,
        // What it is called is no part of what was ordered.
        name: _,
        variant: _,
        upc,
        quantity: _,
        unit_price: _,
        discount_percent,
        ship_date,
        note,
        recipe_set_id,
        custom,
    } = before;
    let fields = [
        ("upc", *upc == after.upc),
        ("discount_percent", *discount_percent == after.discount_percent),
        ("ship_date", *ship_date == after.ship_date),
        ("note", *note == after.note),
        ("recipe_set_id", *recipe_set_id == after.recipe_set_id),
        ("custom", *custom == after.custom),
    ];
    let differing = fields.into_iter().filter(|(_, alike)| !alike);
    differing.map(|(field, _)| field).collect()
}
