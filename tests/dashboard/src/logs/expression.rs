//! What a query computes.

use std::collections::BTreeSet;

use regex_lite::Regex;

use super::cell::Cell;
use super::event::Row;
use crate::Statistic;

/// A value computed from a row. A condition is the number 1 or 0.
#[derive(Clone, Debug)]
pub(super) enum Expression {
    Field(String),
    Constant(Cell),
    Not(Box<Expression>),
    Both(Box<Expression>, Box<Expression>),
    Either(Box<Expression>, Box<Expression>),
    Compare(Box<Expression>, &'static str, Box<Expression>),
    In(Box<Expression>, Vec<Expression>),
    Contains(Box<Expression>, String),
    Matches(Box<Expression>, Regex),
    Calculate(Box<Expression>, &'static str, Box<Expression>),
    IsPresent(Box<Expression>),
    Coalesce(Vec<Expression>),
    /// A time, cut to a multiple of so many milliseconds.
    Bin(i64),
    /// When the query began, in seconds since 1970.
    Now,
    /// A time, in milliseconds since 1970.
    ToMillis(Box<Expression>),
}

/// A value computed from a group of rows.
#[derive(Clone, Debug)]
pub(super) enum Aggregate {
    Count(Option<Expression>),
    CountDistinct(Expression),
    /// The value of the newest row that has one.
    Latest(Expression),
    /// The value of the oldest row that has one.
    Earliest(Expression),
    Number(Statistic, Expression),
    /// The greatest and the least also of what is no number, times among them.
    Greatest(Expression),
    Least(Expression),
}

impl Expression {
    pub(super) fn is_field(&self, name: &str) -> bool {
        matches!(self, Self::Field(field) if field == name)
    }

    /// The fields that it reads.
    pub(super) fn names(&self, into: &mut Vec<String>) {
        match self {
            Self::Field(name) => into.push(name.clone()),
            Self::Constant(_) | Self::Bin(_) | Self::Now => {}
            Self::Not(one)
            | Self::Contains(one, _)
            | Self::Matches(one, _)
            | Self::IsPresent(one)
            | Self::ToMillis(one) => one.names(into),
            Self::Both(left, right)
            | Self::Either(left, right)
            | Self::Compare(left, _, right)
            | Self::Calculate(left, _, right) => {
                left.names(into);
                right.names(into);
            }
            Self::In(one, others) => {
                one.names(into);
                others.iter().for_each(|other| other.names(into));
            }
            Self::Coalesce(all) => all.iter().for_each(|one| one.names(into)),
        }
    }

    /// Whether it is true of a row.
    pub(super) fn holds(&self, row: &Row) -> bool {
        let value = self.value(row).and_then(|cell| cell.number());
        value.is_some_and(|number| number != 0.0)
    }

    /// Its value; none where a field is missing.
    ///
    /// A field that is missing equals nothing and differs from everything: our guess, the documentation does not say it.
    pub(super) fn value(&self, row: &Row) -> Option<Cell> {
        let truth = |holds: bool| Some(Cell::Number(f64::from(u8::from(holds))));
        match self {
            Self::Field(name) => row.get(name).cloned(),
            Self::Constant(cell) => Some(cell.clone()),
            Self::Not(one) => truth(!one.holds(row)),
            Self::Both(left, right) => truth(left.holds(row) && right.holds(row)),
            Self::Either(left, right) => truth(left.holds(row) || right.holds(row)),
            Self::Compare(left, sign, right) => truth(compare(left.value(row), sign, right.value(row))),
            Self::In(one, others) => {
                let one = one.value(row);
                truth(
                    others
                        .iter()
                        .any(|other| compare(one.clone(), "=", other.value(row))),
                )
            }
            Self::Contains(one, part) => truth(one.value(row).is_some_and(|cell| cell.text().contains(part))),
            Self::Matches(one, pattern) => {
                truth(one.value(row).is_some_and(|cell| pattern.is_match(&cell.text())))
            }
            Self::Calculate(left, sign, right) => {
                let (left, right) = (left.value(row)?.number()?, right.value(row)?.number()?);
                calculate(left, sign, right).map(Cell::Number)
            }
            Self::IsPresent(one) => truth(one.value(row).is_some()),
            Self::Coalesce(all) => all.iter().find_map(|one| one.value(row)),
            Self::Bin(period_ms) => match row.get("@timestamp") {
                Some(Cell::Time(at)) => Some(Cell::Time(at.div_euclid(*period_ms) * period_ms)),
                _ => None,
            },
            Self::Now => Some(Cell::Number(row.now_s as f64)),
            Self::ToMillis(one) => match one.value(row) {
                Some(Cell::Time(at)) => Some(Cell::Number(at as f64)),
                _ => None,
            },
        }
    }
}

fn compare(left: Option<Cell>, sign: &str, right: Option<Cell>) -> bool {
    let (Some(left), Some(right)) = (left, right) else {
        return sign == "!=";
    };
    let order = left.compare(&right);
    match sign {
        "=" => order.is_eq(),
        "!=" => order.is_ne(),
        "<" => order.is_lt(),
        "<=" => order.is_le(),
        ">" => order.is_gt(),
        _ => order.is_ge(),
    }
}

fn calculate(left: f64, sign: &str, right: f64) -> Option<f64> {
    match sign {
        "+" => Some(left + right),
        "-" => Some(left - right),
        "*" => Some(left * right),
        "/" => (right != 0.0).then(|| left / right),
        _ => (right != 0.0).then(|| left % right),
    }
}

impl Aggregate {
    pub(super) fn names(&self, into: &mut Vec<String>) {
        match self {
            Self::Count(None) => {}
            Self::Count(Some(one))
            | Self::CountDistinct(one)
            | Self::Latest(one)
            | Self::Earliest(one)
            | Self::Number(_, one)
            | Self::Greatest(one)
            | Self::Least(one) => one.names(into),
        }
    }

    /// The value of a group, whose rows are in the order of their times.
    pub(super) fn value(&self, rows: &[Row]) -> Option<Cell> {
        let of = |one: &Expression| -> Vec<Cell> { rows.iter().filter_map(|row| one.value(row)).collect() };
        match self {
            Self::Count(None) => Some(Cell::Number(rows.len() as f64)),
            Self::Count(Some(one)) => Some(Cell::Number(of(one).len() as f64)),
            Self::CountDistinct(one) => {
                let distinct: BTreeSet<String> = of(one).iter().map(Cell::text).collect();
                Some(Cell::Number(distinct.len() as f64))
            }
            Self::Latest(one) => of(one).pop(),
            Self::Earliest(one) => of(one).into_iter().next(),
            Self::Number(statistic, one) => {
                let numbers: Vec<f64> = of(one).iter().filter_map(Cell::number).collect();
                statistic.of(&numbers).map(Cell::Number)
            }
            Self::Greatest(one) => of(one).into_iter().max_by(Cell::compare),
            Self::Least(one) => of(one).into_iter().min_by(Cell::compare),
        }
    }
}
