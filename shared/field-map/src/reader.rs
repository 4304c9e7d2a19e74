//! Reading typed fields, and noting what is wrong with each.

use std::collections::BTreeMap;

use crate::expr::{Expr, Fault};
use crate::pointer::View;
use crate::problem::{Flaw, Problem, ProblemKind};

/// Reads the fields of one element. Problems pile up, so that a person sees all of them at once.
pub(crate) struct Reader<'a> {
    fields: &'a BTreeMap<String, Expr>,
    view: &'a View<'a>,
    /// Stands before each field's name: nothing, or such as `lines[2].`.
    prefix: String,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(fields: &'a BTreeMap<String, Expr>, view: &'a View<'a>, prefix: String) -> Self {
        Self {
            fields,
            view,
            prefix,
            problems: Vec::new(),
        }
    }

    /// A field that may be absent, as text.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        self.read(name, |text| Ok(text.to_owned()))
    }

    /// A field that is only shown: what can't be read there is absent. No order waits because of a name.
    pub(crate) fn shown(&self, name: &str) -> Option<String> {
        self.fields.get(name)?.find(self.view, &mut Vec::new()).ok()?
    }

    /// A field that may be absent.
    pub(crate) fn read<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        self.find(name, false, parse)
    }

    /// A field that an order cannot do without: `None` is noted as a problem.
    pub(crate) fn need<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        self.find(name, true, parse)
    }

    /// The places of a field, read again: only problems and comparisons need them.
    pub(crate) fn places(&self, name: &str) -> Vec<String> {
        let mut tried = Vec::new();
        // Only the places matter here; the value was read before.
        let _found = self.fields.get(name).map(|expr| expr.find(self.view, &mut tried));
        tried
    }

    /// Everything that was wrong.
    pub(crate) fn into_problems(self) -> Vec<Problem> {
        self.problems
    }

    fn find<T>(&mut self, name: &str, need: bool, parse: impl FnOnce(&str) -> Result<T, Flaw>) -> Option<T> {
        let mut tried = Vec::new();
        let found = self
            .fields
            .get(name)
            .map_or(Ok(None), |expr| expr.find(self.view, &mut tried));
        let kind = match found {
            Ok(Some(text)) => match parse(&text) {
                Ok(value) => return Some(value),
                Err(flaw) => ProblemKind::Invalid(flaw),
            },
            Ok(None) if !need => return None,
            Ok(None) | Err(Fault::Missing) => ProblemKind::Missing,
            Err(Fault::NotOneValue) => ProblemKind::Invalid(Flaw::NotOneValue),
        };
        self.problems.push(Problem {
            field: format!("{}{name}", self.prefix),
            kind,
            tried,
        });
        None
    }
}
