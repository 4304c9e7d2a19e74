//! The custom lines of an order, by recipe set: Spectrum answers for recipe sets, and each is to be started once.

use std::collections::BTreeMap;

use order_model::Order;
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;

use crate::flaws::{FlawKind, Flaws};
use crate::parts::LineMore;
use crate::recipe_set::RecipeSetId;

/// What of a recipe set is ordered.
pub(crate) struct Group<'a> {
    pub(crate) recipe_set: RecipeSetId,
    /// The first line of it.
    pub(crate) line: u32,
    /// SKUs with their quantities, in the order of the lines; each SKU once.
    pub(crate) skus: Vec<(String, u64)>,
    pub(crate) more: Option<&'a LineMore>,
}

pub(crate) fn groups<'a>(
    order: &Order,
    more: &'a [LineMore],
    longest: usize,
    flaws: &mut Flaws,
) -> Vec<Group<'a>> {
    let by_line = by_line(order, more, flaws);
    let mut groups: Vec<Group<'a>> = Vec::new();
    for line in &order.lines {
        let Some(id) = line.recipe_set() else { continue };
        let number = line.line;
        let Ok(recipe_set) = RecipeSetId::new(id) else {
            flaws.add(format!("line {number} recipeSetId"), FlawKind::NoRecipeSet);
            continue;
        };
        let sku = flaws.required(&format!("line {number} sku"), &line.sku, longest);
        let Some(pieces) = whole(line.quantity) else {
            flaws.add(format!("line {number} quantity"), FlawKind::NotWhole);
            continue;
        };
        let more = by_line.get(&number).copied();
        match groups.iter_mut().find(|group| group.recipe_set == recipe_set) {
            Some(group) => {
                differences(group.more, more, number, flaws);
                add(group, sku, pieces, number, flaws);
            }
            None => groups.push(Group {
                recipe_set,
                line: number,
                skus: vec![(sku, pieces)],
                more,
            }),
        }
    }
    groups
}

fn by_line<'a>(order: &Order, more: &'a [LineMore], flaws: &mut Flaws) -> BTreeMap<u32, &'a LineMore> {
    let mut found = BTreeMap::new();
    for one in more {
        let line = one.line;
        if !order.lines.iter().any(|known| known.line == line) {
            flaws.add(format!("line {line}"), FlawKind::NoSuchLine);
        }
        if found.insert(line, one).is_some() {
            flaws.add(format!("line {line}"), FlawKind::Twice);
        }
    }
    found
}

/// A SKU that stands in several lines of a recipe set is one.
fn add(group: &mut Group<'_>, sku: String, pieces: u64, line: u32, flaws: &mut Flaws) {
    match group.skus.iter_mut().find(|(known, _)| *known == sku) {
        None => group.skus.push((sku, pieces)),
        Some((_, sum)) => match sum.checked_add(pieces) {
            Some(all) => *sum = all,
            None => flaws.add(format!("line {line} quantity"), FlawKind::NotWhole),
        },
    }
}

/// Whatever one of them says, the other has to say: Spectrum would be told of it for both.
fn differences(first: Option<&LineMore>, other: Option<&LineMore>, line: u32, flaws: &mut Flaws) {
    let nothing = LineMore::default();
    let (first, other) = (first.unwrap_or(&nothing), other.unwrap_or(&nothing));
    let rows = [
        ("giftMessage", first.gift_message == other.gift_message),
        ("shipmentVendor", first.shipment_vendor == other.shipment_vendor),
        (
            "shipmentTracking",
            first.shipment_tracking == other.shipment_tracking,
        ),
        (
            "estimatedDeliveryDate",
            first.estimated_delivery == other.estimated_delivery,
        ),
        ("proofStatus", first.proof_status == other.proof_status),
    ];
    for (field, _) in rows.iter().filter(|(_, same)| !same) {
        flaws.add(format!("line {line} {field}"), FlawKind::Differs);
    }
}

fn whole(quantity: Decimal) -> Option<u64> {
    let pieces = Some(quantity).filter(Decimal::is_integer)?.to_u64()?;
    (pieces > 0).then_some(pieces)
}
