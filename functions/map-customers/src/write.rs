//! Writing rows: what is there is looked at, who decided is kept, then the rows are written.

use std::collections::BTreeMap;

use futures::stream::{self, StreamExt};
use lambda_kit::{Deadline, clock};
use ledger::{DecisionRecord, LedgerError, MappedCustomer};
use order_model::{Millis, Origin, Person};

use crate::answer::{Change, NAMED, Report};
use crate::rows::Row;
use crate::{MapCustomers, STEP, about};

/// So many at a time.
const AT_ONCE: usize = 16;
/// So many rows are looked at and written in one go.
const CHUNK: usize = 500;
/// So many changes are named in the record of a decision.
const IN_RECORD: usize = 20;

/// What is to be done about a row.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Todo {
    New,
    Change(String),
    Nothing,
}

impl MapCustomers {
    /// Writes what is new or another id, as long as there is time; returns the rows that stand now, in whatever way.
    pub(crate) async fn write<'r>(
        &self,
        rows: &'r [Row],
        person: &Person,
        dry_run: bool,
        deadline: Deadline,
        report: &mut Report,
    ) -> Result<&'r [Row], LedgerError> {
        let mut stand = 0;
        for chunk in rows.chunks(CHUNK) {
            let now = clock::now();
            if !deadline.covers(now, STEP) {
                break;
            }
            let todo = self.look(chunk).await?;
            if !dry_run {
                self.keep_who(&todo, person, now).await?;
                self.put(&todo, person, now).await?;
            }
            count(&todo, report);
            stand += chunk.len();
        }
        report.rows_left = (rows.len() - stand) as u64;
        Ok(&rows[..stand])
    }

    async fn look<'r>(&self, rows: &'r [Row]) -> Result<Vec<(&'r Row, Todo)>, LedgerError> {
        let each = rows.iter().map(async |row| {
            let stands = self.kit.ledger.mapped_customer(&row.customer).await?;
            Ok((row, todo(stands, row)))
        });
        let todo: Vec<Result<_, LedgerError>> = stream::iter(each).buffered(AT_ONCE).collect().await;
        todo.into_iter().collect()
    }

    /// Who writes, and what for, is kept before: a row says only who wrote it last.
    async fn keep_who(&self, todo: &[(&Row, Todo)], person: &Person, now: Millis) -> Result<(), LedgerError> {
        let mut by_source: BTreeMap<Origin, Vec<(&Row, &Todo)>> = BTreeMap::new();
        for (row, todo) in todo.iter().filter(|(_, todo)| *todo != Todo::Nothing) {
            by_source
                .entry(row.customer.source)
                .or_default()
                .push((row, todo));
        }
        for (source, rows) in by_source {
            let record = DecisionRecord {
                at: now,
                did: "map_customers".to_owned(),
                step: None,
                by: person.by().to_owned(),
                why: person.why().to_owned(),
                detail: in_words(&rows),
            };
            self.kit.ledger.keep_decision(&about(source), &record).await?;
        }
        Ok(())
    }

    async fn put(&self, todo: &[(&Row, Todo)], person: &Person, now: Millis) -> Result<(), LedgerError> {
        let each = todo.iter().filter(|(_, todo)| *todo != Todo::Nothing);
        let each = each.map(async |(row, _)| {
            let row = MappedCustomer {
                customer: row.customer.clone(),
                sparklayer: row.sparklayer.clone(),
                by: person.by().to_owned(),
                at: now,
            };
            self.kit.ledger.map_customer(&row).await
        });
        let put: Vec<Result<(), LedgerError>> = stream::iter(each).buffer_unordered(AT_ONCE).collect().await;
        put.into_iter().collect()
    }
}

fn todo(stands: Option<MappedCustomer>, row: &Row) -> Todo {
    match stands {
        None => Todo::New,
        Some(stands) if stands.sparklayer == row.sparklayer => Todo::Nothing,
        Some(stands) => Todo::Change(stands.sparklayer),
    }
}

fn count(todo: &[(&Row, Todo)], report: &mut Report) {
    for (row, todo) in todo {
        match todo {
            Todo::Nothing => report.unchanged += 1,
            Todo::New => report.written += 1,
            Todo::Change(was) => {
                report.written += 1;
                report.changed += 1;
                if report.changes.len() < NAMED {
                    report.changes.push(Change {
                        line: row.line,
                        was: was.clone(),
                        now: row.sparklayer.clone(),
                    });
                }
            }
        }
    }
}

/// What is written, for the record of it.
fn in_words(rows: &[(&Row, &Todo)]) -> String {
    let changes = rows.iter().filter_map(|(row, todo)| match todo {
        Todo::Change(was) => Some(format!("{} {was} -> {}", name(row), row.sparklayer)),
        Todo::New | Todo::Nothing => None,
    });
    let changes: Vec<String> = changes.collect();
    let mut words = format!("{} new, {} changed", rows.len() - changes.len(), changes.len());
    if !changes.is_empty() {
        let more = if changes.len() > IN_RECORD { ", …" } else { "" };
        let named: Vec<String> = changes.into_iter().take(IN_RECORD).collect();
        words += &format!(": {}{more}", named.join(", "));
    }
    words
}

fn name(row: &Row) -> String {
    match &row.customer.store {
        Some(store) => format!("{}/{store}", row.customer.code),
        None => row.customer.code.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::CustomerCode;

    fn row(code: &str, id: &str) -> Row {
        Row {
            line: 2,
            customer: CustomerCode {
                source: Origin::RepSpark,
                code: code.to_owned(),
                store: None,
            },
            sparklayer: id.to_owned(),
        }
    }

    #[test]
    fn only_what_says_something_new_is_written() {
        let new = row("C1", "CU-1");
        let stands = |id: &str| {
            Some(MappedCustomer {
                customer: new.customer.clone(),
                sparklayer: id.to_owned(),
                by: "ada".to_owned(),
                at: Millis(0),
            })
        };
        assert_eq!(todo(None, &new), Todo::New);
        assert_eq!(todo(stands("CU-1"), &new), Todo::Nothing);
        assert_eq!(todo(stands("CU-2"), &new), Todo::Change("CU-2".to_owned()));
    }

    #[test]
    fn the_record_names_the_ids_that_changed_and_not_too_many() {
        let rows: Vec<Row> = (0..30).map(|n| row(&format!("C{n}"), "CU-9")).collect();
        let change = Todo::Change("CU-1".to_owned());
        let all: Vec<(&Row, &Todo)> = rows.iter().map(|row| (row, &change)).collect();
        let words = in_words(&all);
        assert!(
            words.starts_with("0 new, 30 changed: C0 CU-1 -> CU-9, C1 "),
            "{words}"
        );
        assert!(words.ends_with("C19 CU-1 -> CU-9, …"), "{words}");
        assert_eq!(in_words(&[(&rows[0], &Todo::New)]), "1 new, 0 changed");
    }
}
