//! Which recipe sets of an order have shipped, and in which parcels. Pure.

use order_model::{Became, Fulfilment, Line, LineFulfilment, Order};
use rust_decimal::Decimal;
use spectrum::{RecipeSetId, ShippedLine};

/// Between the numbers of several parcels of one recipe set. **A guess**: Spectrum takes one text, and says nothing of
/// several parcels.
const BETWEEN: &str = ", ";

/// What became of an order's custom lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shipped {
    /// Something of them is still to be shipped, or nobody knows the number of its parcel yet.
    NotYet,
    /// All of them was cancelled: nothing is left that could ship.
    Nothing,
    /// Everything that was not cancelled has shipped, with its tracking; one entry for each recipe set, in the order of the
    /// lines.
    All(Vec<ShippedLine>),
    /// Everything has shipped, and what this line names is no recipe set.
    NoRecipeSet(u32),
}

/// What became of the custom lines of an order. Spectrum is told once everything has shipped, of all in one (vendor notes,
/// section 2). Pieces that came back were shipped.
pub fn shipped(order: &Order, fulfilment: &Fulfilment) -> Shipped {
    let mut sets: Vec<(&str, u32, Vec<&str>)> = Vec::new();
    for line in &order.lines {
        let Some(named) = line.recipe_set() else { continue };
        let became = fulfilment.lines.get(&line.line);
        let parcels = match parcels(line, became) {
            Parcels::Unknown => return Shipped::NotYet,
            Parcels::None => continue,
            Parcels::All(parcels) => parcels,
        };
        match sets.iter_mut().find(|(known, ..)| *known == named) {
            Some((.., all)) => all.extend(parcels),
            None => sets.push((named, line.line, parcels)),
        }
    }
    if sets.is_empty() {
        return Shipped::Nothing;
    }
    let mut lines = Vec::with_capacity(sets.len());
    for (named, line, parcels) in sets {
        let Ok(recipe_set) = RecipeSetId::new(named) else {
            return Shipped::NoRecipeSet(line);
        };
        lines.push(ShippedLine {
            recipe_set,
            tracking: joined(&parcels),
            serial_numbers: Vec::new(),
        });
    }
    Shipped::All(lines)
}

/// In which parcels a line went.
enum Parcels<'a> {
    /// Not all of it has shipped, or not every parcel is known.
    Unknown,
    /// All of it was cancelled.
    None,
    /// In these.
    All(Vec<&'a str>),
}

fn parcels<'a>(line: &Line, became: Option<&'a LineFulfilment>) -> Parcels<'a> {
    let ended = |end| became.map_or(Decimal::ZERO, |became| became.ended(end));
    let wanted = line.quantity - ended(&Became::Cancelled);
    if wanted <= Decimal::ZERO {
        return Parcels::None;
    }
    if ended(&Became::Shipped) < wanted {
        return Parcels::Unknown;
    }
    let parts = became.iter().flat_map(|became| &became.parts);
    let went = parts.filter(|part| part.became == Became::Shipped);
    let numbers: Option<Vec<&str>> = went
        .map(|part| {
            let number = part.parcel.as_ref()?.tracking.as_deref()?.trim();
            (!number.is_empty()).then_some(number)
        })
        .collect();
    numbers.map_or(Parcels::Unknown, Parcels::All)
}

/// Each number once, in the order in which the parcels went.
fn joined(numbers: &[&str]) -> String {
    let mut once: Vec<&str> = Vec::with_capacity(numbers.len());
    for number in numbers {
        if !once.contains(number) {
            once.push(number);
        }
    }
    once.join(BETWEEN)
}

#[cfg(test)]
mod tests;
