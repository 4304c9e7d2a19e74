//! The part of CloudWatch Logs Insights that the bundle's queries use: `SOURCE`, `fields`, `filter`, `stats … by`, `sort`,
//! `dedup`, `limit`, `display`. Whatever else stands in a query is refused by its name.

mod cell;
mod cursor;
mod event;
mod expression;
mod lexer;
mod parser;
mod run;

use std::collections::BTreeSet;

use crate::Line;
use expression::{Aggregate, Expression};

/// Why a query is not understood here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// A command, function or operator that this subset does not have.
    #[error("{0} is not known here")]
    Unknown(String),
    /// Something else stands where this was to stand.
    #[error("{expected} was to stand before {rest:?}")]
    Expected {
        /// What was to stand there.
        expected: String,
        /// The rest of the query, from there on.
        rest: String,
    },
}

/// A query that was understood.
#[derive(Clone, Debug)]
pub struct Query {
    sources: Vec<String>,
    commands: Vec<Command>,
}

/// The rows of a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The columns' names.
    pub columns: Vec<String>,
    /// A cell for each column; none where a line has no such field.
    pub rows: Vec<Vec<Option<String>>>,
}

#[derive(Clone, Debug)]
enum Command {
    Fields(Vec<Named<Expression>>),
    Display(Vec<Named<Expression>>),
    Filter(Expression),
    Stats {
        values: Vec<Named<Aggregate>>,
        by: Vec<Named<Expression>>,
    },
    Sort(Vec<(Expression, bool)>),
    Dedup(Vec<Expression>),
    Limit(usize),
}

/// A value with the name of its column.
#[derive(Clone, Debug)]
struct Named<T> {
    name: String,
    value: T,
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// The first thing in it that is not understood.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        parser::query(text)
    }

    /// The log groups that it names itself, as the query of a widget does.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// The fields that it reads, those that Insights makes (`@…`) too. What it makes itself is not among them.
    pub fn fields(&self) -> BTreeSet<String> {
        let mut made = BTreeSet::new();
        let mut read = BTreeSet::new();
        for command in &self.commands {
            let mut used = Vec::new();
            command.names(&mut used);
            read.extend(used.into_iter().filter(|name| !made.contains(name)));
            made.extend(command.makes());
        }
        read
    }

    /// The rows that it makes of these lines, begun at `now_ms` (milliseconds since 1970). Lines of other groups than its
    /// sources are not looked at; without sources, all are.
    pub fn run<'a>(&self, lines: impl IntoIterator<Item = &'a Line>, now_ms: i64) -> Table {
        let lines = lines.into_iter();
        run::run(
            &self.commands,
            lines.filter(|line| self.sources.is_empty() || self.sources.contains(&line.log_group)),
            now_ms.div_euclid(1_000),
        )
    }
}

impl Command {
    fn names(&self, into: &mut Vec<String>) {
        match self {
            Self::Fields(values) | Self::Display(values) => {
                values.iter().for_each(|value| value.value.names(into));
            }
            Self::Filter(condition) => condition.names(into),
            Self::Stats { values, by } => {
                values.iter().for_each(|value| value.value.names(into));
                by.iter().for_each(|value| value.value.names(into));
            }
            Self::Sort(keys) => keys.iter().for_each(|(key, _)| key.names(into)),
            Self::Dedup(keys) => keys.iter().for_each(|key| key.names(into)),
            Self::Limit(_) => {}
        }
    }

    fn makes(&self) -> Vec<String> {
        let own = |values: &[Named<Expression>]| {
            let made = values.iter().filter(|value| !value.value.is_field(&value.name));
            made.map(|value| value.name.clone()).collect::<Vec<_>>()
        };
        match self {
            Self::Fields(values) => own(values),
            Self::Stats { values, by } => {
                let names = values.iter().map(|value| value.name.clone());
                names.chain(own(by)).collect()
            }
            _ => Vec::new(),
        }
    }
}
