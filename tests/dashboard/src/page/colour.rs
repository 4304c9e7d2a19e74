//! Colours that also differ for eyes that do not tell red from green: those of Okabe and Ito, without their yellow, which
//! can't be seen on white, and then the darker ones of Paul Tol.

use crate::Row;

const COLOURS: [&str; 12] = [
    "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#332288", "#882255", "#117733",
    "#999933", "#661100", "#6b7280",
];

/// The colour of the n-th series.
pub(super) fn nth(n: usize) -> &'static str {
    COLOURS.get(n % COLOURS.len()).copied().unwrap_or("#6b7280")
}

/// The colour of a row: its own, or by its number.
pub(super) fn of(row: &Row, n: usize) -> &str {
    row.color.as_deref().unwrap_or_else(|| nth(n))
}
