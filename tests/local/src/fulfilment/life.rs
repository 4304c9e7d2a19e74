//! One order's whole life, as everybody around the bundle saw it.

use std::fmt::{self, Write as _};

use serde::Serialize;

use super::shown::{ShownPackage, brief, packages};
use crate::Stack;

/// What happened to one order, from its submission to what its customer sees.
#[derive(Debug, Clone, Serialize)]
pub struct Life {
    /// Its key at the ERP.
    pub order: String,
    /// The ERP's number.
    pub number: String,
    /// What happened: seconds since it was submitted, and words.
    pub happened: Vec<(f64, String)>,
    /// What its customer sees in the end.
    pub packages: Vec<ShownPackage>,
}

impl fmt::Display for Life {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "The life of order {}, which is {} at the ERP:",
            self.order, self.number
        )?;
        for (seconds, what) in &self.happened {
            writeln!(f, "{seconds:>6.1} s  {what}")?;
        }
        writeln!(f, "What its customer sees at SparkLayer now:")?;
        for package in &self.packages {
            writeln!(f, "  {package}")?;
        }
        Ok(())
    }
}

/// Where the life of one order is written down.
#[derive(Debug, Default)]
pub(crate) struct Diary {
    of: Option<(String, String)>,
    notes: Vec<(i64, String)>,
    submitted: bool,
    valid: bool,
}

impl Diary {
    /// Begins with this order, unless another one is written down.
    pub(crate) fn open(&mut self, name: &str, platform: &str) {
        self.of
            .get_or_insert_with(|| (name.to_owned(), platform.to_owned()));
    }

    /// Something happened to an order.
    pub(crate) fn note(&mut self, stack: &Stack, name: &str, what: &str) {
        if self.of.as_ref().is_some_and(|(of, _)| of == name) {
            self.all(stack, what);
        }
    }

    /// Something happened to all orders.
    pub(crate) fn all(&mut self, stack: &Stack, what: &str) {
        self.notes.push((stack.clock.now_ms(), what.to_owned()));
    }

    /// Looks at the source.
    pub(crate) fn look(&mut self, stack: &Stack) {
        let Some((_, platform)) = self.of.clone() else {
            return;
        };
        let (source, number) = platform.split_once(':').unwrap_or_default();
        let id = number.parse().ok().filter(|_| source == "repspark");
        let status = id.and_then(|id| stack.repspark.status(id));
        let there = match source {
            "ecat" => stack
                .ecat
                .orders()
                .iter()
                .any(|order| order.number.as_deref() == Some(number)),
            _ => status.is_some(),
        };
        if there && !self.submitted {
            self.submitted = true;
            self.all(stack, &format!("submitted: {source} {number}"));
        }
        let over = match source {
            "ecat" => there && stack.ecat.received(number),
            _ => status == Some(4),
        };
        if over && !self.valid {
            self.valid = true;
            self.all(
                stack,
                if source == "ecat" {
                    "marked as received"
                } else {
                    "Valid"
                },
            );
        }
    }

    /// The whole life, with what SparkLayer was told.
    pub(crate) fn told(&self, stack: &Stack) -> Option<Life> {
        let (order, platform) = self.of.clone()?;
        let purchase = stack.sparklayer.purchase(&platform)?;
        let mut notes = self.notes.clone();
        for (at, put) in (1..).zip(&purchase.history) {
            let mut what = format!("SparkLayer is told, time {at}: ");
            let _ = write!(what, "{}", brief(&packages(&put.body)));
            notes.push((put.at_ms, what));
        }
        let number = purchase.names.get("internal").cloned().unwrap_or_default();
        let made = stack.spectrum.order(&number).unwrap_or_default();
        for call in &made.history {
            let lines = call.body["lineItems"].as_array().map_or(0, Vec::len);
            let what = match call.operation.as_str() {
                "POST order" => format!("Spectrum knows the details of {lines} custom lines"),
                "POST ship-notification" => format!("Spectrum knows that {lines} custom lines have shipped"),
                _ => format!("the factory starts {lines} custom lines"),
            };
            notes.push((call.at_ms, what));
        }
        notes.sort_by_key(|(at, _)| *at);
        let submitted = notes.iter().find(|(_, what)| what.starts_with("submitted"));
        let begun = submitted.map_or(0, |(at, _)| *at);
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds of a run are far below 2^53"
        )]
        let seconds = |at: i64| (at - begun) as f64 / 1000.0;
        Some(Life {
            order,
            number,
            happened: notes.into_iter().map(|(at, what)| (seconds(at), what)).collect(),
            packages: packages(&purchase.body),
        })
    }
}
