//! Carries a query out.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::event::{self, Row};
use super::expression::{Aggregate, Expression};
use super::{Command, Named, Table};
use crate::Line;

/// The rows that a query has without a `limit` ("limit").
const MOST: usize = 10_000;

struct Running {
    now_s: i64,
    rows: Vec<Row>,
    /// The columns of the `fields` commands so far, or of the last `stats`.
    columns: Vec<String>,
    display: Option<Vec<String>>,
    limit: usize,
}

pub(super) fn run<'a>(commands: &[Command], lines: impl Iterator<Item = &'a Line>, now_s: i64) -> Table {
    let mut rows: Vec<(i64, Row)> = lines.map(|line| (line.at_ms, event::row(line, now_s))).collect();
    // The newest lines come first, as long as nothing sorts them.
    rows.sort_by_key(|(at, _)| -at);
    let mut running = Running {
        now_s,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        columns: Vec::new(),
        display: None,
        limit: MOST,
    };
    commands.iter().for_each(|command| running.carry_out(command));
    running.table()
}

impl Running {
    fn carry_out(&mut self, command: &Command) {
        match command {
            Command::Fields(values) => {
                self.compute(values);
                let names = values.iter().map(|value| value.name.clone());
                let new: Vec<String> = names.filter(|name| !self.columns.contains(name)).collect();
                self.columns.extend(new);
            }
            Command::Display(values) => {
                self.compute(values);
                self.display = Some(values.iter().map(|value| value.name.clone()).collect());
            }
            Command::Filter(condition) => self.rows.retain(|row| condition.holds(row)),
            Command::Stats { values, by } => self.stats(values, by),
            Command::Sort(keys) => self.rows.sort_by(|left, right| order(keys, left, right)),
            Command::Dedup(keys) => {
                let mut seen = BTreeSet::new();
                // A row without one of these fields is no duplicate of another ("dedup").
                self.rows.retain(|row| {
                    let key = key(keys.iter(), row);
                    key.contains(&None) || seen.insert(key)
                });
            }
            Command::Limit(limit) => self.limit = *limit,
        }
    }

    fn compute(&mut self, values: &[Named<Expression>]) {
        for row in &mut self.rows {
            for value in values {
                if let Some(cell) = value.value.value(row) {
                    row.insert(value.name.clone(), cell);
                }
            }
        }
    }

    fn stats(&mut self, values: &[Named<Aggregate>], by: &[Named<Expression>]) {
        let mut groups: BTreeMap<Vec<Option<String>>, Vec<Row>> = BTreeMap::new();
        // From the oldest to the newest, which `latest` and `earliest` ask for.
        self.rows.sort_by(|left, right| {
            let at = |row: &Row| {
                row.get("@timestamp")
                    .and_then(super::cell::Cell::number)
                    .unwrap_or_default()
            };
            at(left).total_cmp(&at(right))
        });
        for row in std::mem::take(&mut self.rows) {
            let key = key(by.iter().map(|value| &value.value), &row);
            groups.entry(key).or_default().push(row);
        }
        if groups.is_empty() && by.is_empty() {
            groups.insert(Vec::new(), Vec::new());
        }
        for group in groups.values() {
            let mut row = Row::new(self.now_s);
            for value in by {
                let cell = group.first().and_then(|first| value.value.value(first));
                cell.into_iter()
                    .for_each(|cell| row.insert(value.name.clone(), cell));
            }
            for value in values {
                let cell = value.value.value(group);
                cell.into_iter()
                    .for_each(|cell| row.insert(value.name.clone(), cell));
            }
            self.rows.push(row);
        }
        let groups = by.iter().map(|value| value.name.clone());
        self.columns = groups
            .chain(values.iter().map(|value| value.name.clone()))
            .collect();
    }

    fn table(self) -> Table {
        let columns = match self.display {
            Some(columns) => columns,
            None if self.columns.is_empty() => ["@timestamp", "@message"].map(str::to_owned).to_vec(),
            None => self.columns,
        };
        let cells = |row: &Row| -> Vec<Option<String>> {
            let each = columns
                .iter()
                .map(|name| row.get(name).map(super::cell::Cell::text));
            each.collect()
        };
        Table {
            rows: self.rows.iter().take(self.limit).map(cells).collect(),
            columns,
        }
    }
}

fn key<'a>(by: impl Iterator<Item = &'a Expression>, row: &Row) -> Vec<Option<String>> {
    by.map(|one| one.value(row).map(|cell| cell.text())).collect()
}

/// What is missing comes last, whichever way it is sorted.
fn order(keys: &[(Expression, bool)], left: &Row, right: &Row) -> Ordering {
    for (one, descending) in keys {
        let order = match (one.value(left), one.value(right)) {
            (Some(left), Some(right)) if *descending => right.compare(&left),
            (Some(left), Some(right)) => left.compare(&right),
            (left, right) => left.is_none().cmp(&right.is_none()),
        };
        if order.is_ne() {
            return order;
        }
    }
    Ordering::Equal
}
