//! Which column is the unit price, and whether the lines come to what the payload states.

use rust_decimal::{Decimal, RoundingStrategy};

use crate::expr::{Expr, Fault};
use crate::lines::{Draft, Drafts};
use crate::pointer::View;
use crate::problem::{Flaw, Problem, ProblemKind, Sum};
use crate::value::price;

/// What one line has in one column that may be the price.
pub(crate) struct Cell {
    price: Result<Option<Decimal>, Flaw>,
    tried: Vec<String>,
}

/// What a payload states about its lines, and where.
pub(crate) struct Stated {
    pub(crate) value: Decimal,
    pub(crate) tried: Vec<String>,
}

impl Cell {
    pub(crate) fn read(expr: &Expr, view: &View<'_>) -> Self {
        let mut tried = Vec::new();
        let price = match expr.find(view, &mut tried) {
            Ok(Some(text)) => price(&text).map(Some),
            Ok(None) | Err(Fault::Missing) => Ok(None),
            Err(Fault::NotOneValue) => Err(Flaw::NotOneValue),
        };
        Self { price, tried }
    }

    fn is_absent(&self) -> bool {
        self.price == Ok(None)
    }
}

/// Chooses one column for all lines and gives their prices in order, or notes why it cannot.
///
/// With a stated amount: the first column that comes to it. Without: the first that is there on every line. A brand
/// that mixes columns within one order is held, because a mixture that adds up by chance would be a guess.
pub(crate) fn choose(
    columns: &[Expr],
    drafts: &Drafts,
    stated: Option<&Stated>,
    problems: &mut Vec<Problem>,
) -> Option<Vec<Decimal>> {
    let lines = &drafts.lines;
    let priced = |column: usize| -> Option<Vec<Decimal>> {
        lines
            .iter()
            .map(|line| line.cells.get(column)?.price.clone().ok()?)
            .collect()
    };
    if let Some(stated) = stated.filter(|_| drafts.countable) {
        let mut sums = Vec::new();
        for (column, expr) in columns.iter().enumerate() {
            let Some(prices) = priced(column) else { continue };
            let sum = amount(lines, &prices, None);
            if comes_to(stated.value, sum, lines, &prices) {
                return Some(prices);
            }
            sums.push(Sum {
                column: expr.written().join("|"),
                sum,
            });
        }
        if !sums.is_empty() {
            problems.push(differ("total_amount", stated, sums));
            return None;
        }
    }
    let there = |column: &usize| {
        lines
            .iter()
            .all(|line| line.cells.get(*column).is_some_and(|cell| !cell.is_absent()))
    };
    let gaps = |column: &usize| {
        lines
            .iter()
            .filter(|line| line.cells.get(*column).is_none_or(Cell::is_absent))
            .count()
    };
    let best = (0..columns.len())
        .find(there)
        .or_else(|| (0..columns.len()).min_by_key(gaps))?;
    problems.extend(lines.iter().filter_map(|line| gap(line, best)));
    priced(best)
}

/// What is wrong with the price of one line, if anything, in the column that comes closest.
fn gap(line: &Draft, column: usize) -> Option<Problem> {
    let cell = line.cells.get(column)?;
    let (kind, tried) = match &cell.price {
        Ok(Some(_)) => return None,
        Ok(None) => (
            ProblemKind::Missing,
            line.cells.iter().flat_map(|cell| cell.tried.clone()).collect(),
        ),
        Err(flaw) => (ProblemKind::Invalid(flaw.clone()), cell.tried.clone()),
    };
    Some(Problem {
        field: format!("lines[{}].unit_price", line.number),
        kind,
        tried,
    })
}

/// Compares the stated number of units.
pub(crate) fn check_units(drafts: &Drafts, stated: &Stated, column: String, problems: &mut Vec<Problem>) {
    let sum: Decimal = drafts.lines.iter().filter_map(|line| line.quantity).sum();
    if drafts.countable && sum != stated.value {
        problems.push(differ("total_units", stated, vec![Sum { column, sum }]));
    }
}

fn differ(field: &str, stated: &Stated, sums: Vec<Sum>) -> Problem {
    let kind = ProblemKind::TotalsDiffer {
        stated: stated.value,
        sums,
    };
    Problem {
        field: field.to_owned(),
        kind,
        tried: stated.tried.clone(),
    }
}

/// Equal, or equal once rounded to cents, the whole or each line: no note says how RepSpark rounds a discounted line.
fn comes_to(stated: Decimal, exact: Decimal, lines: &[Draft], prices: &[Decimal]) -> bool {
    let places = stated.scale().max(2);
    exact == stated || cents(exact, places) == stated || amount(lines, prices, Some(places)) == stated
}

/// The sum of quantity × price × (1 − discount), each line rounded to `places` if given. Quantities and prices are
/// bounded when they are read, so nothing here overflows.
fn amount(lines: &[Draft], prices: &[Decimal], places: Option<u32>) -> Decimal {
    let line = |(line, price): (&Draft, &Decimal)| {
        let gross = line.quantity.unwrap_or_default() * price;
        let net = gross - gross * line.discount_percent.unwrap_or_default() / Decimal::ONE_HUNDRED;
        places.map_or(net, |places| cents(net, places))
    };
    lines.iter().zip(prices).map(line).sum::<Decimal>().normalize()
}

fn cents(amount: Decimal, places: u32) -> Decimal {
    amount.round_dp_with_strategy(places, RoundingStrategy::MidpointAwayFromZero)
}
