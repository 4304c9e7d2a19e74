//! What Spreadshirt reports, and what the ERP says.

use jiff::Timestamp;
use serde_json::{Value, json};
use simulators::{ItemChange, OrderReport};

use super::plan::{By, Change, Deed, Row};
use super::world::{Given, World};
use crate::Stack;

/// 2026-10-12T12:00:00Z, when Spreadshirt and the warehouse begin.
const BEGUN_MS: i64 = 1_791_806_400_000;
/// So many changes of several orders stand in one report.
const IN_ONE_REPORT: usize = 6;

impl World {
    /// Something happens to an order; what Spreadshirt reports of several orders together goes into the pool.
    pub(super) fn deed(&mut self, stack: &Stack, at: usize, deed: &Deed, pool: &mut Vec<(usize, Change)>) {
        match deed {
            Deed::Reported(changes) => pool.extend(changes.iter().map(|change| (at, change.clone()))),
            Deed::ReportedAlone(changes) => self.report(stack, own(at, changes), None),
            Deed::ReportedWithOthers(changes) => {
                let item = format!("99{}", self.reports.len());
                let other = ItemChange::new(&item, "SHIPPED", self.moment(at, 5))
                    .correlated(&format!("another-brand-{}-1", self.reports.len()));
                self.report(stack, own(at, changes), Some(other));
            }
            Deed::Sent(rows, by, times) => self.send(stack, at, rows, *by, *times),
        }
    }

    /// Changes of several orders, a few in a report.
    pub(super) fn publish(&mut self, stack: &Stack, pool: Vec<(usize, Change)>) {
        for changes in pool.chunks(IN_ONE_REPORT) {
            self.report(stack, changes.to_vec(), None);
        }
    }

    fn report(&mut self, stack: &Stack, changes: Vec<(usize, Change)>, other: Option<ItemChange>) {
        let id = (9_001 + self.reports.len()).to_string();
        let mut report = OrderReport::new(&id, stack.clock.now_ms());
        for (at, change) in &changes {
            report = report.with(self.item_change(*at, change));
            let subject = &mut self.subjects[*at];
            if other.is_none() && !subject.reports.contains(&id) {
                subject.reports.push(id.clone());
            }
            let what = format!("Spreadshirt reports line {} {}", change.line + 1, change.state);
            let name = if change.named {
                ""
            } else {
                ", naming its own item alone"
            };
            self.diary
                .note(stack, &subject.name, &format!("{what}{name} (report {id})"));
        }
        self.reports.push(Given {
            id,
            must_go: other.is_none(),
            changes: changes.len() as u64,
        });
        stack.spreadshirt.put_report(match other {
            Some(other) => report.with(other),
            None => report,
        });
    }

    fn item_change(&mut self, at: usize, change: &Change) -> ItemChange {
        let modified = self.moment(at, change.minute);
        let subject = &self.subjects[at];
        let next = 770_001 + self.items.len();
        let place = (subject.name.clone(), change.line);
        let item = self.items.entry(place).or_insert_with(|| next.to_string());
        let made = ItemChange::new(item, change.state, modified);
        match subject.told.get(change.line).filter(|_| change.named) {
            Some((_, correlation)) => made.correlated(correlation),
            None => made,
        }
    }

    fn send(&mut self, stack: &Stack, at: usize, rows: &[Row], by: By, times: usize) {
        let subject = &self.subjects[at];
        let name = match by {
            By::Key => &subject.name,
            By::Number => subject.number.as_ref().unwrap_or(&subject.name),
        };
        let rows: Vec<Value> = rows.iter().map(|row| self.row(at, name, row)).collect();
        for row in &rows {
            let what = format!(
                "the ERP says line {} {}",
                row["line"],
                row["state"].as_str().unwrap_or_default()
            );
            let quantity = row["quantity"]
                .as_u64()
                .map_or_else(String::new, |pieces| format!(", {pieces} of it"));
            self.diary
                .note(stack, &subject.name, &format!("{what}{quantity}"));
        }
        let body = match (rows.as_slice(), subject.n % 2) {
            ([row], _) => row.clone(),
            (rows, 0) => json!(rows),
            (rows, _) => json!({"rows": rows}),
        };
        for _ in 0..times {
            stack.send("record-fulfilment", &body);
            self.messages += 1;
            self.rows += rows.len() as u64;
        }
    }

    fn row(&self, at: usize, name: &str, row: &Row) -> Value {
        let subject = &self.subjects[at];
        let line = subject.told.get(row.line).map(|(line, _)| *line);
        let time = Timestamp::from_millisecond(self.moment(at, row.minute)).unwrap_or_default();
        let mut value = json!({"order": name, "line": line, "state": row.state, "at": time.to_string()});
        if let Some(quantity) = row.quantity {
            value["quantity"] = json!(quantity);
        }
        if let Some((carrier, tracking)) = &row.parcel {
            value["carrier"] = json!(carrier);
            value["tracking"] = json!(tracking);
        }
        value
    }

    /// So many minutes after an order's own beginning.
    fn moment(&self, at: usize, minute: i64) -> i64 {
        let own = i64::try_from(self.subjects[at].n).unwrap_or_default();
        BEGUN_MS + (own % 600 + minute) * 60_000
    }
}

fn own(at: usize, changes: &[Change]) -> Vec<(usize, Change)> {
    changes.iter().map(|change| (at, change.clone())).collect()
}
