//! The lines of an order, as far as they can be told without the price.

use jiff::civil::Date;
use order_model::{CustomLine, Line};
use rust_decimal::Decimal;

use crate::dates::Calendar;
use crate::map::Rules;
use crate::pointer::View;
use crate::price::Cell;
use crate::problem::{Flaw, Problem, ProblemKind};
use crate::reader::Reader;
use crate::value::{percent, quantity};
use crate::walk::{Walk, walk};

/// A line whose price is not chosen yet. What is `None` though a line needs it has been noted as a problem.
pub(crate) struct Draft {
    /// From 1, zero quantities left out.
    pub(crate) number: u32,
    pub(crate) quantity: Option<Decimal>,
    pub(crate) discount_percent: Option<Decimal>,
    /// One for each column that may be the price.
    pub(crate) cells: Vec<Cell>,
    sku: Option<String>,
    name: Option<String>,
    variant: Option<String>,
    upc: Option<String>,
    ship_date: Option<Date>,
    note: Option<String>,
    recipe_set_id: Option<String>,
    custom: Option<CustomLine>,
}

impl Draft {
    /// The line at this price, unless something else is missing.
    pub(crate) fn priced(self, unit_price: Decimal) -> Option<Line> {
        Some(Line {
            line: self.number,
            sku: self.sku?,
            name: self.name,
            variant: self.variant,
            upc: self.upc,
            quantity: self.quantity?,
            unit_price,
            discount_percent: self.discount_percent,
            ship_date: self.ship_date,
            note: self.note,
            recipe_set_id: self.recipe_set_id,
            custom: self.custom,
        })
    }
}

/// What was found of the lines.
pub(crate) struct Drafts {
    pub(crate) lines: Vec<Draft>,
    /// Whether every line is here with its quantity, so that sums mean something.
    pub(crate) countable: bool,
}

/// Finds the lines and reads all but their prices.
pub(crate) fn drafts(
    rules: &Rules,
    raw: &serde_json::Value,
    calendar: Calendar<'_>,
    problems: &mut Vec<Problem>,
) -> Drafts {
    let Walk {
        lines: elements,
        dead_ends,
    } = walk(&rules.each, raw);
    let whole = dead_ends.is_empty();
    let mut lines = Vec::new();
    for view in &elements {
        let number = u32::try_from(lines.len() + 1).unwrap_or(u32::MAX);
        lines.extend(draft(rules, view, number, calendar, problems));
    }
    if lines.is_empty() {
        let tried = rules.each.iter().map(|path| path.written.clone()).collect();
        problems.push(Problem {
            field: "lines".to_owned(),
            kind: ProblemKind::NoLines,
            tried,
        });
    } else {
        // An element that leads to no line may be an order line in a shape that the map does not know.
        problems.extend(dead_ends.into_iter().map(|place| Problem {
            field: "lines".to_owned(),
            kind: ProblemKind::Missing,
            tried: vec![place],
        }));
    }
    let countable = whole && lines.iter().all(|line| line.quantity.is_some());
    Drafts { lines, countable }
}

/// One line, unless its quantity is zero and the map says that such lines do not count.
fn draft(
    rules: &Rules,
    view: &View<'_>,
    number: u32,
    calendar: Calendar<'_>,
    problems: &mut Vec<Problem>,
) -> Option<Draft> {
    let mut reader = Reader::new(&rules.line, view, format!("lines[{number}]."));
    let mut dropped = false;
    let quantity = reader.need("quantity", |text| {
        let quantity = quantity(text)?;
        dropped = quantity.is_zero() && rules.drop_when_zero;
        if quantity.is_zero() && !dropped {
            Err(Flaw::Zero)
        } else {
            Ok(quantity)
        }
    });
    if dropped {
        return None;
    }
    let draft = Draft {
        number,
        quantity,
        sku: reader.need("sku", |text| Ok(text.to_owned())),
        name: reader.shown("name"),
        variant: reader.shown("variant"),
        upc: reader.text("upc"),
        discount_percent: reader.read("discount_percent", percent),
        ship_date: reader.read("ship_date", |text| calendar.date(text)),
        note: reader.text("note"),
        recipe_set_id: reader.text("recipe_set_id"),
        custom: custom(&mut reader, calendar),
        cells: rules.prices.iter().map(|expr| Cell::read(expr, view)).collect(),
    };
    problems.extend(reader.into_problems());
    Some(draft)
}

/// What the maker of a custom line is told of it, if the payload has anything of it.
fn custom(reader: &mut Reader<'_>, calendar: Calendar<'_>) -> Option<CustomLine> {
    let date = "custom.estimated_delivery_date";
    let estimated_delivery_date = reader.read(date, |text| calendar.date(text));
    let mut text = |part: &str| reader.text(&format!("custom.{part}"));
    let custom = CustomLine {
        gift_message: text("gift_message"),
        shipment_vendor: text("shipment_vendor"),
        shipment_tracking: text("shipment_tracking"),
        estimated_delivery_date,
        proof_status: text("proof_status"),
    };
    Some(custom).filter(|custom| *custom != CustomLine::default())
}
